"""What a release says of its named graphs: who made each, how, from what and when (PROV-O)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import NamedNode, Quad, Store

from iccgraph.cache import BoundedCache
from iccgraph.formats import DatasetSerializer
from iccgraph.settings import MIB
from iccgraph.vocab import PROV

_LEADING = frozenset(
    (
        *(PROV.wasGeneratedBy, PROV.wasAssociatedWith, PROV.wasAttributedTo),
        *(PROV.wasDerivedFrom, PROV.used),
    )
)
"""The properties that lead from a graph to its activities, agents and sources."""


class GraphDescriptions(dict[NamedNode, tuple[Quad, ...]]):
    """What a store says of each named graph, and of its activities, agents and sources."""

    def __init__(self, store: Store, graphs: Collection[NamedNode], catalogue: NamedNode) -> None:
        """Read them; they stand in the graph `catalogue` themselves, as does its own."""
        super().__init__((graph, tuple(_follow(store, graph, {*graphs}))) for graph in graphs)
        self.catalogue = catalogue
        self._texts = BoundedCache[tuple[object, ...], bytes](4 * MIB, lambda _, text: len(text))

    def write(self, quads: Iterable[Quad], serializer: DatasetSerializer) -> bytes:
        """Return statements as a document that describes the named graphs that they stand in.

        Few sets of graphs are ever described, and more is said of them than of most things, so the
        text of each set is kept, and stands behind that of the statements.
        """
        listed = list(dict.fromkeys(quads))
        named = frozenset(quad.graph_name for quad in listed)
        described = [graph for graph in self if graph in named or graph == self.catalogue]
        if self.catalogue in named:  # whose statements may be among those of the descriptions
            return serializer(dict.fromkeys((*listed, *self._of(described))))
        key = (serializer, *described)
        text = self._texts.get(key)
        if text is None:
            text = serializer(self._of(described))
            self._texts.put(key, text)
        return serializer(listed) + text

    def _of(self, graphs: Iterable[NamedNode]) -> Iterable[Quad]:
        """Return the descriptions of some graphs, each statement once."""
        return dict.fromkeys(quad for graph in graphs for quad in self[graph])


def _follow(store: Store, subject: NamedNode, seen: set[NamedNode]) -> Iterator[Quad]:
    quads = sorted(store.quads_for_pattern(subject, None, None, None), key=str)
    yield from quads
    for quad in quads:
        value = quad.object
        if quad.predicate in _LEADING and isinstance(value, NamedNode) and value not in seen:
            seen.add(value)
            yield from _follow(store, value, seen)
