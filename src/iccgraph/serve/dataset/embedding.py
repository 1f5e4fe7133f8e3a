"""Writes what is said of mentioned things into compact JSON-LD that is there already."""

from __future__ import annotations

from typing import Any

from iccgraph.jsonld import Context, Node
from iccgraph.serve.dataset.representation import text_of


class Embedding:
    """Writes what is said of mentioned things into nodes that only name them.

    The result is what a `Compactor` makes of the triples of both together.
    """

    def __init__(self, context: Context) -> None:
        """Keep the context that the nodes were written against."""
        self.context = context
        self.pointers = {t.name for t in context.terms.values() if t.type == "@id"}

    def document(self, nodes: list[Node], briefs: dict[str, Node]) -> bytes:
        """Return the document of some nodes, with each brief node where its thing is named first.

        `briefs` is emptied; the nodes are changed.
        """
        names: set[str] = set()
        for node in nodes:
            self._walk(node, briefs, names)
        used = {"@context": self.context.part(frozenset(names))}
        document = {**used, **nodes[0]} if len(nodes) == 1 else {**used, "@graph": nodes}
        return text_of(document)

    def _walk(self, node: Node, briefs: dict[str, Node], names: set[str]) -> None:
        names.update(node)
        types = node.get(self.context.type)
        names.update([types] if isinstance(types, str) else types or ())
        for name, value in node.items():
            if name in (self.context.id, self.context.type):
                continue
            pointer = name in self.pointers
            if value.__class__ is list:
                node[name] = [self._put(item, pointer, briefs, names) for item in value]
            else:
                node[name] = self._put(value, pointer, briefs, names)

    def _put(self, value: Any, pointer: bool, briefs: dict[str, Node], names: set[str]) -> Any:
        if value.__class__ is str:
            iri = value if pointer else ""
        elif value.__class__ is not dict:
            return value
        elif (iri := value.get(self.context.id, "")) == "" or len(value) > 1:
            if "@type" in value:
                names.add(value["@type"])
            self._walk(value, briefs, names)
            return value
        found = briefs.pop(iri, None)
        if not found:
            return value
        names.update(found)
        names.add(found[self.context.type])
        return found
