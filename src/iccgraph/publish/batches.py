"""A release batch by batch, in the order in which its dumps hold it.

Each batch is made when it is asked for, so one at a time is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TypeVar

from pyoxigraph import NamedNode, Triple

from iccgraph.publish.dataset import publisher_triples
from iccgraph.publish.graph import (
    Batch,
    CityTopic,
    GraphWriter,
    Statement,
    Topic,
    example,
    prefix_declarations,
)
from iccgraph.publish.identities import IdentityWriter
from iccgraph.publish.records import City, Country, Practice, Resource
from iccgraph.publish.references import related_practices
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import by_thing
from iccgraph.release.index import GROUP
from iccgraph.vocab import DCTERMS

BATCH = 200
T = TypeVar("T")
R = TypeVar("R", City, Country, Topic, Practice, CityTopic, Resource)


class Batches:
    """Describes everything that a release holds, from its sources."""

    def __init__(self, sources: Sources, graph: GraphWriter, identities: IdentityWriter) -> None:
        self.sources, self.graph, self.identities = sources, graph, identities
        self._related = related_practices(sources)

    def hand_made(self) -> Iterator[Batch]:
        """Yield the ontology, the shapes, the catalogue, the example queries and the topics."""
        sources, iris = self.sources, self.sources.iris
        for graph, triples in (
            ("ontology", sources.ontology_triples),
            ("shapes", sources.shapes_triples),
            ("catalogue", (*self._catalogue(), *prefix_declarations(iris))),
        ):
            yield _unnamed(iris.graph(graph), self.graph.quads(graph, triples))
        for query in sources.queries:
            statements = self.graph.quads("examples", example(query, iris))
            yield _unnamed(iris.example(query.key), statements)
        things, others = by_thing(sources.topic_triples, iris)
        for group, found in things.items():
            topics = [Topic(key, triples) for key, triples in found.items()]
            describe = partial(self.graph.topic, group.removesuffix(GROUP))
            yield self._identified(group, topics, describe)
        yield _unnamed(iris.graph("topics"), self.graph.topics_of(others))

    def _catalogue(self) -> Iterator[Triple]:
        """Yield what people wrote about the dataset, and who publishes it.

        The day of its last change is that of the release, which is known last.
        """
        whole = NamedNode(self.sources.iris.dataset)
        for triple in self.sources.dataset_triples:
            if triple.subject != whole or triple.predicate != DCTERMS.modified:
                yield triple
        yield from publisher_triples(self.sources.publisher, self.sources.iris)

    def places(self) -> Iterator[Batch]:
        """Yield all countries and cities, with their identities and the evidence of these."""
        gazetteer = self.sources.gazetteer
        countries, cities = gazetteer.countries.values(), gazetteer.cities.values()
        yield self._identified("country", list(countries), self.graph.country)
        yield self._identified("city", list(cities), self.graph.city)
        yield _unnamed(self.sources.iris.graph("wikidata"), self.identities.fetches())

    def resources(self) -> Iterator[Batch]:
        """Yield what tables describe wholly: networks, memberships, assessments and others."""
        for kind, found in self.sources.resources.items():
            for some in batched(found.values()):
                yield self._batch(kind, some, self.graph.resource)

    def _identified(
        self, group: str, things: Sequence[R], describe: Callable[[R, str], list[Statement]]
    ) -> Batch:
        """Describe things that may have an identity, with the evidence of it."""
        kind = group.removesuffix(GROUP)
        items, evidence = self.sources.identities(kind), self.identities.statements

        def statements(thing: R) -> list[Statement]:
            return describe(thing, items.get(thing.key, "")) + evidence(kind, thing.key)

        return self._batch(group, things, statements)

    def _batch(
        self, group: str, records: Sequence[R], describe: Callable[[R], list[Statement]]
    ) -> Batch:
        kind, iri = group.removesuffix(GROUP), self.sources.iris.thing
        return Batch(group, records, [(iri(kind, r.key), describe(r)) for r in records])

    def practices(self, practices: Iterable[Practice]) -> Iterator[Batch]:
        """Yield practices with what is computed of each alone."""
        related = self._related
        for some in batched(practices):
            yield self._batch(
                "practice", some, lambda p: self.graph.practice(p, related.get(p.key, ()))
            )

    def city_topics(self, links: Iterable[CityTopic]) -> Iterator[Batch]:
        """Yield the computed links between places and topics."""
        cities = self.sources.gazetteer.cities
        for some in _by_weight(links):
            yield self._batch(
                "city-topic", some, lambda link: self.graph.city_topic(link, cities[link.city])
            )

    def itself(self, statements: list[Statement]) -> Batch:
        """What the dataset states of itself and its graphs, which must come last."""
        return _unnamed(self.sources.iris.dataset, statements)


def _unnamed(iri: str, statements: list[Statement]) -> Batch:
    return Batch("", (), [(iri, statements)])


def batched(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in lists of at most BATCH."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _by_weight(links: Iterable[CityTopic]) -> Iterator[list[CityTopic]]:
    """Yield the links in lists that name about BATCH practices, for each may name many."""
    batch: list[CityTopic] = []
    weight = 0
    for link in links:
        batch.append(link)
        weight += 10 + len(link.practices)
        if weight >= BATCH:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
