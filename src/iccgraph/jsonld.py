"""Writes RDF as compact JSON-LD against our own context (JSON-LD 1.1, section 4).

The general compaction algorithm is quadratic; this writer knows its context in advance and takes
one pass over the description of one thing. Tests hold it against PyLD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from iccgraph.vocab import RDF, XSD

Node = dict[str, Any]
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_ID: Final = "@id"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a context: its name, its coercion and whether it maps languages."""

    name: str
    type: str | None
    language_map: bool


class Context:
    """A JSON-LD context that has been read once and can compact any number of descriptions."""

    def __init__(self, text: str) -> None:
        """Read the context document; only the features that our own context uses are known."""
        self.text = text
        document = json.loads(text)
        self.definitions: Mapping[str, Any] = document["@context"]
        self.prefixes = {
            name: value
            for name, value in self.definitions.items()
            if isinstance(value, str) and value[-1:] in "#/:" and not name.startswith("@")
        }
        self.id = self._alias("@id")
        self.type = self._alias("@type")
        self.classes: dict[str, str] = {}
        self.terms: dict[str, Term] = {}
        self.reverse: dict[str, str] = {}
        for name, value in self.definitions.items():
            self._define(name, value)

    def _alias(self, keyword: str) -> str:
        return next((n for n, v in self.definitions.items() if v == keyword), keyword)

    def expand(self, name: str) -> str:
        """Return the IRI behind a compact IRI or term of the context."""
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            return self.prefixes[prefix] + local
        value = self.definitions.get(name)
        if isinstance(value, Mapping):
            value = value.get("@id", name)
        if isinstance(value, str) and not value.startswith("@") and value != name:
            return self.expand(value)
        return name

    def _define(self, name: str, value: Any) -> None:
        if name.startswith("@") or name in self.prefixes:
            return
        if isinstance(value, str):
            if not value.startswith("@"):
                self.classes[self.expand(value)] = name
                self.terms.setdefault(self.expand(value), Term(name, None, False))
        elif "@reverse" in value:
            self.reverse[self.expand(value["@reverse"])] = name
        else:
            coercion = value.get("@type")
            if coercion is not None and not coercion.startswith("@"):
                coercion = self.expand(coercion)
            term = Term(name, coercion, value.get("@container") == "@language")
            self.terms[self.expand(value["@id"])] = term

    def compact(self, iri: str) -> str:
        """Return the shortest name that the context gives to a class, datatype or predicate."""
        return self.classes.get(iri) or self.prefixed(iri)

    def prefixed(self, iri: str) -> str:
        """Return the IRI as prefix and local name where a prefix fits."""
        for prefix, start in self.prefixes.items():
            local = iri[len(start) :]
            if local and iri.startswith(start) and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri


Description = dict[NamedNode | BlankNode, list[tuple[NamedNode, Any]]]


class Compactor:
    """Turns the triples of a description into compact JSON-LD nodes."""

    def __init__(self, context: Context) -> None:
        """Keep the context that all nodes are written against."""
        self.context = context

    def nodes(self, triples: Iterable[Triple], *roots: NamedNode) -> list[Node]:
        """Return node objects that together say exactly the triples, the roots first.

        A described object is written inside the first node that points to it.
        """
        description: Description = {}
        for triple in triples:
            predicate_objects = description.setdefault(triple.subject, [])  # type: ignore[arg-type]
            predicate_objects.append((triple.predicate, triple.object))
        nodes: list[Node] = []
        for root in roots:
            if root in description:
                nodes.append(self._root(root, description))
        while description:
            nodes.append(self._root(next(iter(description)), description))
        return nodes

    def document(
        self, triples: Iterable[Triple], root: NamedNode | None, context: object
    ) -> dict[str, Any]:
        """Return a whole JSON-LD document about the root, with the given `@context`."""
        nodes = self.nodes(triples, *([root] if root else []))
        if len(nodes) == 1:
            return {"@context": context, **nodes[0]}
        return {"@context": context, "@graph": nodes}

    def _root(self, root: NamedNode | BlankNode, description: Description) -> Node:
        node = self._node(root, description)
        self._attach_reverse(root, node, description)
        return node

    def _node(self, subject: NamedNode | BlankNode, description: Description) -> Node:
        context = self.context
        node: Node = {context.id: _iri(subject)}
        types: list[str] = []
        for predicate, value in description.pop(subject, ()):
            if predicate == RDF.type and isinstance(value, NamedNode):
                types.append(context.compact(value.value))
                continue
            term = context.terms.get(predicate.value)
            name = term.name if term else context.compact(predicate.value)
            self._add(node, name, term, value, description)
        if types:
            kind = types[0] if len(types) == 1 else types
            return {context.id: node.pop(context.id), context.type: kind, **node}
        return node

    def _add(
        self, node: Node, name: str, term: Term | None, value: Any, description: Description
    ) -> None:
        coercion = term.type if term else None
        if term and term.language_map:
            if isinstance(value, Literal) and (value.language or value.datatype == XSD.string):
                language_map = node.setdefault(name, {})
                _append(language_map, value.language or "@none", value.value)
                return
            name = self.context.prefixed(self.context.expand(name))
        _append(node, name, self._value(value, coercion, description))

    def _value(self, value: Any, coercion: str | None, description: Description) -> Any:
        if isinstance(value, Literal):
            return self._literal(value, coercion)
        if value in description:
            return self._node(value, description)
        return _iri(value) if coercion == _ID else {self.context.id: _iri(value)}

    def _literal(self, literal: Literal, coercion: str | None) -> Any:
        if literal.language:
            return {"@value": literal.value, "@language": literal.language}
        datatype = literal.datatype
        if coercion is not None:
            if coercion == datatype.value:
                return literal.value
        elif datatype == XSD.string:
            return literal.value
        elif datatype == XSD.boolean and literal.value in ("true", "false"):
            return literal.value == "true"
        elif datatype == XSD.integer and _INTEGER.fullmatch(literal.value):
            return int(literal.value)
        if datatype == XSD.string:
            return {"@value": literal.value}
        return {"@value": literal.value, "@type": self.context.compact(datatype.value)}

    def _attach_reverse(
        self, root: NamedNode | BlankNode, node: Node, description: Description
    ) -> None:
        for subject in list(description):
            for predicate, value in description.get(subject, ()):
                name = self.context.reverse.get(predicate.value)
                if name is not None and value == root:
                    description[subject].remove((predicate, value))
                    _append(node, name, self._node(subject, description))
                    break


def _iri(term: NamedNode | BlankNode) -> str:
    return term.value if isinstance(term, NamedNode) else f"_:{term.value}"


def _append(node: Node, name: str, value: Any) -> None:
    present = node.get(name)
    if present is None:
        node[name] = value
    elif isinstance(present, list):
        present.append(value)
    else:
        node[name] = [present, value]
