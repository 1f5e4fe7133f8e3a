"""Describes what the dataset holds in VoID: counts by class, property and named graph, linksets.

Source: Describing Linked Datasets with the VoID Vocabulary (W3C Interest Group Note, 2011),
sections 4.6 (partitions) and 5 (linksets). Parts have IRIs, not blank nodes: harvesters that meet
a page twice would count blank nodes twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Final

from pyoxigraph import Literal, NamedNode

from iccgraph.iris import LINKSET_PLACES, LINKSET_TOPICS, Iris
from iccgraph.publish.graph import Statement
from iccgraph.vocab import DCTERMS, OWL, PAV, PREFIXES, RDF, RDFS, SKOS, VOID, XSD

TARGETS: Final = {
    "wikidata": ("http://www.wikidata.org/entity/", "Wikidata"),
    "geonames": ("https://sws.geonames.org/", "GeoNames"),
}
"""The datasets that links lead to: start of its IRIs, what it is called."""
LINKSETS: Final = {
    OWL.sameAs: (LINKSET_PLACES, "wikidata"),
    SKOS.exactMatch: (LINKSET_TOPICS, "wikidata"),
    RDFS.seeAlso: ("links-geonames", "geonames"),
}
"""For each property that links the name of its linkset, and the dataset that it leads to."""


DAYS: Final = frozenset((DCTERMS.created, DCTERMS.modified, DCTERMS.date, PAV.authoredOn))
"""The properties that tell when something was read, decided or written."""


class DatasetCounts:
    """Counts statements while they stream by; `days` are the newest that each graph states."""

    def __init__(self, links: NamedNode) -> None:
        """Begin with nothing counted; statements of the graph `links` are also counted as links."""
        self.link_graph = links
        self.graphs: Counter[NamedNode] = Counter()
        self.properties: Counter[NamedNode] = Counter()
        self.classes: Counter[NamedNode] = Counter()
        self.links: Counter[NamedNode] = Counter()
        self.days: dict[NamedNode, str] = {}
        self.entities = 0
        self.triples = 0
        self.seen: set[bytes] = set()
        self.typed: set[object] = set()

    def count_triples(self, ntriples: bytes, of_things: bool) -> None:
        """Count the triples of a batch, each once in whichever named graphs it stands.

        What is said of a thing is in one batch with it; only what is said of no thing (`of_things`
        is False) is held, to be known again in another batch.
        """
        lines = set(ntriples.splitlines())
        if not of_things:
            lines -= self.seen
            self.seen |= lines
        self.triples += len(lines)

    def count(self, statements: Sequence[Statement], of_things: bool = True) -> None:
        """Count statements, each of which has a graph; what is no thing may be typed in several.

        Arguments: `of_things` as for triples.
        """
        self.graphs.update([parts[3] for parts in statements])
        self.properties.update([parts[1] for parts in statements])
        kind = RDF.type
        typed: set[object] = set()
        for subject, predicate, value, graph in statements:
            if predicate == kind:
                self.classes[value] += 1
                typed.add(subject)
            elif graph is self.link_graph:
                self.links[predicate] += 1
            if predicate in DAYS and getattr(value, "datatype", None) == XSD.date:
                self.days[graph] = max(value.value, self.days.get(graph, ""))
        if not of_things:
            typed -= self.typed
            self.typed |= typed
        self.entities += len(typed)

    @property
    def statements(self) -> int:
        """How many statements were counted, over all named graphs."""
        return self.graphs.total()

    def description(
        self, iris: Iris, graph: NamedNode, state: str, modified: str
    ) -> list[Statement]:
        """Describe in a named graph what was counted so far, and the description itself.

        `state` names what the dataset holds, so that two copies of it can be compared; `modified`
        is the day of the release.
        """
        described: list[Statement] = []
        while True:
            whole = deepcopy(self)
            whole.count(described)
            again = list(whole._described(iris, graph, state, modified))
            if len(again) == len(described):
                return again
            described = again

    def _described(
        self, iris: Iris, graph: NamedNode, state: str, modified: str
    ) -> Iterator[Statement]:
        dataset = NamedNode(iris.dataset)
        yield (dataset, DCTERMS.modified, Literal(modified, datatype=XSD.date), graph)
        yield (dataset, OWL.versionInfo, Literal(state), graph)
        yield (dataset, VOID.triples, Literal(self.statements), graph)
        yield (dataset, VOID.entities, Literal(self.entities), graph)
        yield (dataset, VOID.classes, Literal(len(self.classes)), graph)
        yield (dataset, VOID.properties, Literal(len(self.properties)), graph)
        for named, count in _sorted(self.graphs):
            yield (dataset, VOID.subset, named, graph)
            yield (named, VOID.triples, Literal(count), graph)
        for kind, count in _sorted(self.classes):
            part = NamedNode(f"{iris.base}catalogue#class-{_local(kind)}")
            yield (dataset, VOID.classPartition, part, graph)
            yield (part, VOID.class_, kind, graph)
            yield (part, VOID.entities, Literal(count), graph)
        for predicate, count in _sorted(self.properties):
            part = NamedNode(f"{iris.base}catalogue#property-{_local(predicate)}")
            yield (dataset, VOID.propertyPartition, part, graph)
            yield (part, VOID.property, predicate, graph)
            yield (part, VOID.triples, Literal(count), graph)
        used = {term.value for term in (*self.classes, *self.properties)}
        for namespace in sorted(PREFIXES.values()):
            if any(term.startswith(namespace) for term in used):
                yield (dataset, VOID.vocabulary, NamedNode(namespace), graph)
        yield from self._linksets(iris, dataset, graph)

    def _linksets(self, iris: Iris, dataset: NamedNode, graph: NamedNode) -> Iterator[Statement]:
        reached = set()
        for predicate, (name, target_name) in LINKSETS.items():
            if not self.links[predicate]:
                continue
            linkset = NamedNode(f"{iris.base}catalogue#{name}")
            target = NamedNode(f"{iris.base}catalogue#{target_name}")
            reached.add((target, *TARGETS[target_name]))
            yield (dataset, VOID.subset, linkset, graph)
            yield (linkset, RDF.type, VOID.Linkset, graph)
            yield (linkset, VOID.linkPredicate, predicate, graph)
            yield (linkset, VOID.subjectsTarget, dataset, graph)
            yield (linkset, VOID.objectsTarget, target, graph)
            yield (linkset, VOID.triples, Literal(self.links[predicate]), graph)
        for target, space, label in sorted(reached, key=lambda one: one[0].value):
            yield (target, DCTERMS.title, Literal(label, language="en"), graph)
            yield (target, VOID.uriSpace, Literal(space), graph)


def _sorted(counts: Counter[NamedNode]) -> list[tuple[NamedNode, int]]:
    return sorted(counts.items(), key=lambda item: item[0].value)


def _local(term: NamedNode) -> str:
    """Return a name for a term that no other term has: its prefix and local name."""
    for prefix, start in PREFIXES.items():
        if term.value.startswith(start):
            return f"{prefix}-{term.value[len(start) :]}".replace("/", "-")
    return term.value.rpartition("/")[2].replace("#", "-")
