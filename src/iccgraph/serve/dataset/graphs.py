"""What a release says of its named graphs: who made each, how, from what and when (PROV-O)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Quad, Store

from iccgraph.vocab import PROV

_LEADING = frozenset(
    (
        *(PROV.wasGeneratedBy, PROV.wasAssociatedWith, PROV.wasAttributedTo),
        *(PROV.wasDerivedFrom, PROV.used),
    )
)
"""The properties that lead from a graph to its activities, agents and sources."""


def describe_graphs(
    store: Store, graphs: Collection[NamedNode]
) -> dict[NamedNode, tuple[Quad, ...]]:
    """Return what a store says of each graph, and of its activities, agents and sources."""
    return {graph: tuple(_follow(store, graph, {*graphs})) for graph in graphs}


def _follow(store: Store, subject: NamedNode, seen: set[NamedNode]) -> Iterator[Quad]:
    quads = sorted(store.quads_for_pattern(subject, None, None, None), key=str)
    yield from quads
    for quad in quads:
        value = quad.object
        if quad.predicate in _LEADING and isinstance(value, NamedNode) and value not in seen:
            seen.add(value)
            yield from _follow(store, value, seen)


def with_graphs(
    quads: Iterable[Quad], descriptions: Mapping[NamedNode, Sequence[Quad]], catalogue: NamedNode
) -> list[Quad]:
    """Return statements with the descriptions of the named graphs that they stand in.

    These stand in the graph `catalogue` themselves, which is described with them.
    """
    found = dict.fromkeys(quads)
    named = {quad.graph_name for quad in found} | {catalogue}
    for graph, description in descriptions.items():
        if graph in named:
            found |= dict.fromkeys(description)
    return list(found)
