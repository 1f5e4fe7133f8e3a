"""Says of each named graph who made it, how, from what and when, in the catalogue.

Reads the descriptions in `data/graphs.ttl`, which people write, and adds what only a build knows:
which graphs there are, the newest day of each, and the version of this program.
Source: PROV-O, sections 3.1 and 3.2; the days are `dcterms:modified` and `dcterms:date`, for PROV's
own properties want a time of day that nobody has noted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph import __version__
from iccgraph.publish.graph import Statement
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import literals_in
from iccgraph.vocab import DCTERMS, PROV, RDF, SCHEMA, SD, XSD


def describe_graphs(
    sources: Sources,
    graphs: Collection[NamedNode],
    stated: Mapping[NamedNode, str],
    catalogue: NamedNode,
) -> list[Statement]:
    """Return what the catalogue says of the graphs that there are.

    Arguments: `stated` is the newest day that each graph states itself.
    """
    triples = _of(graphs, sources)
    days = _days(graphs, stated, triples, sources)
    described = [*triples, *_computed(triples, days)]
    software = NamedNode(sources.iris.software)
    described.append(Triple(software, SCHEMA.softwareVersion, Literal(__version__)))
    return [(t.subject, t.predicate, t.object, catalogue) for t in dict.fromkeys(described)]


def _of(graphs: Collection[NamedNode], sources: Sources) -> list[Triple]:
    """Return the descriptions without those of graphs that hold nothing, and of how they came."""
    start = sources.iris.graph("")
    triples = sources.graph_triples

    def absent(term: object) -> bool:
        return isinstance(term, NamedNode) and term.value.startswith(start) and term not in graphs

    made = [(t.subject, t.object) for t in triples if t.predicate == PROV.wasGeneratedBy]
    idle = {activity for graph, activity in made if absent(graph)}
    idle -= {activity for graph, activity in made if not absent(graph)}
    return [t for t in triples if not (absent(t.subject) or absent(t.object) or t.subject in idle)]


def _days(
    graphs: Collection[NamedNode],
    stated: Mapping[NamedNode, str],
    triples: list[Triple],
    sources: Sources,
) -> dict[object, str]:
    """Return the newest day of what each graph was made from.

    It is the newest that the graph states, or that of the dataset where it states none, and never
    older than that of a graph that it was derived from.
    """
    modified = max(literals_in(sources.dataset_triples, DCTERMS.modified), default="")
    days: dict[object, str] = {graph: stated.get(graph, modified) for graph in graphs}
    derived = [(t.subject, t.object) for t in triples if t.predicate == PROV.wasDerivedFrom]
    for _ in graphs:  # each round takes the days one step further
        for graph, source in derived:
            if graph in days:
                days[graph] = max(days[graph], days.get(source, ""))
    return days


def _computed(triples: list[Triple], days: Mapping[object, str]) -> Iterator[Triple]:
    """Yield the class and day of each graph, and the day of each activity that has made one."""
    for graph, day in sorted(days.items(), key=str):
        assert isinstance(graph, NamedNode)
        yield Triple(graph, RDF.type, SD.Graph)
        yield Triple(graph, RDF.type, PROV.Entity)
        if day:
            yield Triple(graph, DCTERMS.modified, Literal(day, datatype=XSD.date))
    for triple in triples:
        if triple.predicate == PROV.wasGeneratedBy and days.get(triple.subject):
            assert isinstance(triple.object, NamedNode)
            made = Literal(days[triple.subject], datatype=XSD.date)
            yield Triple(triple.object, DCTERMS.date, made)
