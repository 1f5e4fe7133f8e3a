"""Turns records into RDF, one function a class; every quad says which named graph it is of.

Decimals are written canonically, as the store keeps them, so that dumps and answers agree.
Example queries and prefixes become RDF too, so that programs find them in the graph itself.
Source: SHACL, sections 5.2.1 (prefix declarations) and 5.3; the convention of SIB’s collection of
example queries, whose own terms stand where SHACL has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from iccgraph.iris import GRAPHS, Iris
from iccgraph.languages import DEFAULT, Text, best, with_cased_tags
from iccgraph.properties import PlainProperty, Value, properties_of
from iccgraph.publish.records import City, Country, Place, Plain, Practice, Resource
from iccgraph.publish.sources.topics import TopicNames
from iccgraph.publish.statistics.quotients import Quotient
from iccgraph.release.queries import ExampleQuery
from iccgraph.resources import RESOURCES
from iccgraph.tables.years import Period
from iccgraph.vocab import (
    DCTERMS,
    EDTF,
    FOAF,
    GEO,
    ICC,
    MAPPINGS,
    ORG,
    OWL,
    PREFIXES,
    PROV,
    QB,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    SKOS,
    SPEX,
    TIME,
    XSD,
)


@dataclass(frozen=True, slots=True)
class CityTopic:
    """What the practices of one place say about one topic.

    `scheme` is the key of the topic's scheme; `city_practices` are those of the place on whatever
    topic; `elsewhere` are those of other places on the topic, `all_elsewhere` on whatever topic.
    """

    city: str
    topic: str
    practices: Sequence[str]
    first_year: int | None
    last_year: int | None
    years: Sequence[int] = ()
    ongoing: bool = False
    scheme: str = ""
    city_practices: int = 0
    elsewhere: int = 0
    all_elsewhere: int = 0
    quotient: Quotient | None = None

    @property
    def key(self) -> str:
        """The end of its IRI."""
        return f"{self.city}/{self.topic}"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, a scheme of topics, or a collection of them, as its Turtle file describes it."""

    key: str
    triples: Sequence[Triple]


Record = Practice | City | Country | Topic | CityTopic | Resource
Statement = tuple[NamedNode | BlankNode | Triple, NamedNode, Any, NamedNode]
"""Subject, predicate, object and named graph; a tuple, for the terms are read many times."""
DescribedThing = tuple[str, list[Statement]]
"""The IRI that a description is about, and what it says."""
QUERY_CLASSES: Final = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "DESCRIBE": (SPEX.SPARQLDescribeExecutable, SPEX.describe),
}
"""The class of a query of each form, and the property that holds its text."""


_OF_OTHERS: Final = frozenset((ICC.practiceCountElsewhere, ICC.allPracticeCountElsewhere))


@dataclass(frozen=True)
class Batch:
    """Part of a release as every writer takes it; what several of them need is made once.

    `kind` is that of the things; it is empty, and there are no records, where the descriptions are
    of none (the ontology, the catalogue). Otherwise there is one description a record.
    """

    kind: str
    records: Sequence[Record]
    descriptions: Sequence[DescribedThing]

    @cached_property
    def statements(self) -> list[Statement]:
        """The statements of all descriptions."""
        return [statement for _, part in self.descriptions for statement in part]

    @cached_property
    def triples(self) -> list[Triple]:
        """The statements without their graphs."""
        return [Triple(subject, term, value) for subject, term, value, _ in self.statements]

    @cached_property
    def ntriples(self) -> bytes:
        """The batch as N-Triples."""
        return with_cased_tags(serialize(self.triples, format=RdfFormat.N_TRIPLES) or b"")

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines of the batch as N-Quads, one a statement."""
        graphs = dict.fromkeys(statement[3] for statement in self.statements)
        ends = {graph: f"{graph} .\n".encode() for graph in graphs}
        plain = self.ntriples.split(b"\n")
        return [
            line[:-1] + ends[parts[3]] for line, parts in zip(plain, self.statements, strict=False)
        ]

    @cached_property
    def nquads(self) -> bytes:
        """The batch as N-Quads."""
        return b"".join(self.lines)

    @cached_property
    def digests(self) -> list[bytes]:
        """The digest of each description, from its N-Quads.

        What a city-topic link says of other cities is left out: it changes with every practice.
        """
        digests, start = [], 0
        for _, part in self.descriptions:
            lines = self.lines[start : start + len(part)]
            if self.kind == "city-topic":
                said = zip(lines, part, strict=True)
                lines = [line for line, statement in said if statement[1] not in _OF_OTHERS]
            text = b"".join(lines)
            digests.append(hashlib.blake2b(text, digest_size=16).digest())
            start += len(part)
        return digests


NUTS: Final = "http://data.europa.eu/nuts/code/"
"""How the IRIs of the EU’s statistical units begin."""
_TOPIC_GRAPHS: Final = {
    **dict.fromkeys((SKOS.definition, SKOS.altLabel, SKOS.scopeNote), "texts"),
    **dict.fromkeys((SKOS.example, DCTERMS.description), "texts"),
    **dict.fromkeys(MAPPINGS, "assignments"),
}
"""The graph of what we say of topics ourselves; all else follows the programme."""
_TRANSLATED: Final = dict.fromkeys(("texts", "networks", "assessments", "profiles"), "translations")
"""Where translations of the texts of a graph stand, if not beside them."""


def _year(year: int) -> Literal:
    return Literal(f"{year:04}", datatype=XSD.gYear)


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype=XSD.date)


@lru_cache(maxsize=4096)
def decimal_literal(text: str) -> Literal:
    """Return a number as the store writes it, so that it is the same literal in every format."""
    number = Decimal(text).normalize()
    return Literal(f"{number:f}" if number else "0", datatype=XSD.decimal)


def _language(triple: Triple) -> str:
    """Return the language of the text that a triple states, empty if there is none."""
    return (triple.object.language or "") if isinstance(triple.object, Literal) else ""


def _text(text: Text) -> Literal:
    return Literal(text[0], language=text[1].lower()) if text[1] else Literal(text[0])


def plain_term(value: Value, text: Text) -> Literal | NamedNode:
    """Return a value of a plain property as a term."""
    match value:
        case Value.INTEGER:
            return Literal(int(text[0]))
        case Value.DECIMAL:
            return decimal_literal(text[0])
        case Value.YEAR:
            return _year(int(text[0]))
        case Value.DATE:
            return Literal(text[0], datatype=XSD.date)
        case Value.MONTH:
            return Literal(text[0], datatype=XSD.gYearMonth if "-" in text[0] else XSD.gYear)
        case Value.BOOLEAN:
            return Literal(text[0] == "true")
        case Value.IRI:
            return NamedNode(text[0])
        case _:
            return _text(text)


def _plain_term(item: PlainProperty, text: Text) -> Literal | NamedNode:
    if item.value is Value.CONCEPT:  # what cells may hold is the choice of their column
        return NamedNode(f"{PREFIXES['icc']}{item.name}-{text[0]}")
    return plain_term(item.value, text)


class GraphWriter:
    """Describes records in the IRIs of one installation."""

    def __init__(self, iris: Iris, topics: TopicNames, languages: Sequence[str]) -> None:
        """Prepare the names that every description shares.

        Arguments: `languages` are those in which computed things get labels.
        """
        self.iris, self.topics, self.languages = iris, topics, languages
        self.graphs = {name: NamedNode(iris.graph(name)) for name in GRAPHS}
        self._nodes: dict[tuple[str, str], NamedNode] = {}

    def node(self, kind: str, key: str) -> NamedNode:
        """Return the thing's IRI; used for the few things that many others point to."""
        node = self._nodes.get((kind, key))
        if node is None:
            node = self._nodes[kind, key] = NamedNode(self.iris.thing(kind, key))
        return node

    def quads(self, graph: str, triples: Iterable[Triple]) -> list[Statement]:
        """Return hand-written triples as statements of a named graph."""
        name = self.graphs[graph]
        return [(t.subject, t.predicate, t.object, name) for t in triples]

    def practice(self, practice: Practice, related: Iterable[str] = ()) -> list[Statement]:
        """Describe a practice, what is computed of it, and the record about it."""
        thing = NamedNode(self.iris.thing("practice", practice.key))
        stated = self.graphs["practices"]
        quads: list[Statement] = [
            (thing, RDF.type, ICC.Practice, stated),
            (thing, DCTERMS.identifier, Literal(practice.key), stated),
            (thing, DCTERMS.title, _text(practice.title), stated),
        ]
        add = quads.append
        for title in practice.other_titles:
            add((thing, DCTERMS.alternative, _text(title), stated))
        for title in practice.translated_titles:
            add((thing, DCTERMS.alternative, _text(title), self.graphs["translations"]))
        for city in practice.cities:
            add((thing, ICC.city, self.node("city", city), stated))
        if practice.country:
            add((thing, ICC.country, self.node("country", practice.country), stated))
        quads += self._plain(thing, "practice", practice.plain)
        if practice.detail_page:
            add((thing, FOAF.page, NamedNode(practice.detail_page), stated))
        assigned = self.graphs["assignments"]
        for other in related:
            other_thing = NamedNode(self.iris.thing("practice", other))
            add((thing, DCTERMS.relation, other_thing, assigned))
        for topic in practice.topics:
            add((thing, DCTERMS.subject, self.node("topic", topic), assigned))
        for topic, because in practice.assigned:
            quads += self._assignment(thing, topic, because)
        quads += self._period(thing, practice.period)
        quads += self._record(thing, practice)
        return quads

    def _assignment(self, thing: NamedNode, topic: str, because: Text) -> list[Statement]:
        """State a topic of another scheme, and the words of the practice that it rests on."""
        graph, subject = self.graphs["website-assignments"], self.node("topic", topic)
        node = NamedNode(f"{thing.value}#{topic}")
        mapped = (node, ICC.byMapping, Literal(True), graph)
        return [
            (thing, DCTERMS.subject, subject, graph),
            (thing, ICC.topicAssignment, node, graph),
            (node, RDF.type, ICC.TopicAssignment, graph),
            (node, ICC.assignedTopic, subject, graph),
            (node, ICC.because, _text(because), graph) if because[0] else mapped,
        ]

    def _plain(self, thing: NamedNode, kind: str, plain: Plain, own: str = "") -> list[Statement]:
        """State the plain properties of a thing, in the order of their table.

        The first text is in the language that it was written in; those in others translate it.
        Arguments: `own` is the graph of properties that have none of their own.
        """
        quads: list[Statement] = []
        for item in properties_of(kind):
            texts = plain.get(item.name, ())
            for text in texts:
                name = item.graph or own
                if text[1] != texts[0][1]:
                    name = _TRANSLATED.get(name, name)
                quads.append((thing, item.predicate, _plain_term(item, text), self.graphs[name]))
        return quads

    def _period(self, thing: NamedNode, period: Period) -> list[Statement]:
        graph = self.graphs["periods"]
        quads: list[Statement] = []
        if period.edtf:
            quads.append((thing, ICC.period, Literal(period.edtf, datatype=EDTF), graph))
        quads += self._years(thing, period, graph)
        if period.ongoing is not None:
            quads.append((thing, ICC.ongoing, Literal(period.ongoing), graph))
        return quads

    def _years(self, thing: NamedNode, of: Period | CityTopic, graph: NamedNode) -> list[Statement]:
        lone = [(ICC.year, year) for year in of.years]
        return [
            (thing, term, _year(year), graph)
            for term, year in ((ICC.firstYear, of.first_year), (ICC.lastYear, of.last_year), *lone)
            if year is not None
        ]

    def _record(self, thing: NamedNode, practice: Practice) -> list[Statement]:
        graph = self.graphs["practices"]
        record = NamedNode(self.iris.document("practice", practice.key))
        quads: list[Statement] = [
            (record, RDF.type, FOAF.Document, graph),
            (record, FOAF.primaryTopic, thing, graph),
        ]
        for page in dict.fromkeys((practice.listing_page, practice.detail_page)):
            if page:
                quads.append((record, PROV.wasDerivedFrom, NamedNode(page), graph))
        if practice.recorded_on:
            quads.append((record, DCTERMS.created, _day(practice.recorded_on), graph))
        return quads + self._sections(record, practice)

    def _sections(self, record: NamedNode, practice: Practice) -> list[Statement]:
        """Say where and when the sections of a practice were read, which other pages tell of."""
        if not practice.sections_pages:
            return []
        graph = self.graphs["texts"]
        part = NamedNode(f"{record.value}#sections")
        quads: list[Statement] = [
            (record, DCTERMS.hasPart, part, graph),
            (part, RDF.type, PROV.Entity, graph),
        ]
        for page in dict.fromkeys(practice.sections_pages):
            quads.append((part, PROV.wasDerivedFrom, NamedNode(page), graph))
        if practice.sections_read_on:
            quads.append((part, DCTERMS.date, _day(practice.sections_read_on), graph))
        return quads

    def city(self, city: City, item: str = "") -> list[Statement]:
        """Describe a place and its accepted identity."""
        thing = self.node("city", city.key)
        graph, measured = self.graphs["places"], self.graphs["gazetteer"]
        quads = self._place(thing, ICC.City, city)
        quads += [
            (thing, ICC.kind, NamedNode(f"{PREFIXES['icc']}kind-{city.kind}"), graph),
            (thing, ICC.country, self.node("country", city.country), graph),
            (thing, ICC.inProgramme, Literal(city.in_programme), graph),
        ]
        if city.within:
            larger = self.node("city", city.within)
            quads.append((thing, SCHEMA.containedInPlace, larger, graph))
        if city.lat:
            geometry = NamedNode(f"{thing.value}#geometry")
            lat, long = decimal_literal(city.lat), decimal_literal(city.lon)
            point = Literal(f"POINT({long.value} {lat.value})", datatype=GEO.wktLiteral)
            quads += [
                (thing, GEO.lat, lat, measured),
                (thing, GEO.long, long, measured),
                (thing, GEO.hasGeometry, geometry, measured),
                (geometry, RDF.type, GEO.Point, measured),
                (geometry, GEO.asWKT, point, measured),
            ]
        if city.population is not None:
            quads.append((thing, ICC.population, Literal(city.population), measured))
        if city.population_year is not None:
            quads.append((thing, ICC.populationYear, _year(city.population_year), measured))
        if city.size_class:
            size = NamedNode(f"{PREFIXES['icc']}size-{city.size_class}")
            quads.append((thing, ICC.sizeClass, size, measured))
        quads += self._plain(thing, "city", city.plain)
        units = (NamedNode(NUTS + code) for code, _ in city.plain.get("nuts", ()))
        quads += [(thing, SCHEMA.sameAs, unit, self.graphs["links"]) for unit in units]
        return quads + self._identities(thing, item, city.geonames_id)

    def country(self, country: Country, item: str = "") -> list[Statement]:
        """Describe a country and its accepted identity."""
        thing = self.node("country", country.key)
        graph = self.graphs["places"]
        quads = self._place(thing, ICC.Country, country)
        quads += [
            (thing, ICC.iso2, Literal(country.iso2), graph),
            (thing, ICC.iso3, Literal(country.iso3), graph),
            (thing, ICC.isoNumeric, Literal(country.iso_numeric), graph),
            (thing, ICC.councilOfEuropeMember, Literal(country.coe_member), graph),
        ]
        sides = (ICC.west, ICC.south, ICC.east, ICC.north)
        box = (country.west, country.south, country.east, country.north)
        quads += [
            (thing, side, decimal_literal(degrees), self.graphs["gazetteer"])
            for side, degrees in zip(sides, box, strict=True)
            if degrees
        ]
        quads += self._plain(thing, "country", country.plain)
        if country.eu_country:
            entry = NamedNode(country.eu_country)
            quads.append((thing, SCHEMA.sameAs, entry, self.graphs["links"]))
        return quads + self._identities(thing, item, country.geonames_id)

    def _place(self, thing: NamedNode, kind: NamedNode, place: Place) -> list[Statement]:
        graph = self.graphs["places"]
        quads: list[Statement] = [
            (thing, RDF.type, kind, graph),
            (thing, DCTERMS.identifier, Literal(place.key), graph),
        ]
        for tag, name in place.labels.items():
            quads.append((thing, RDFS.label, _text((name, tag)), graph))
        for other in dict.fromkeys(place.other_names):
            predicate = SCHEMA.alternateName if other[1] else SKOS.hiddenLabel
            quads.append((thing, predicate, _text(other), graph))
        return quads

    def _identities(self, thing: NamedNode, item: str, geonames_id: int | None) -> list[Statement]:
        graph = self.graphs["links"]
        quads: list[Statement] = []
        if item:
            quads.append((thing, OWL.sameAs, NamedNode(PREFIXES["wd"] + item), graph))
        if geonames_id is not None:
            feature = NamedNode(f"https://sws.geonames.org/{geonames_id}/")
            quads.append((thing, RDFS.seeAlso, feature, graph))
        return quads

    def topic(self, kind: str, topic: Topic, item: str = "") -> list[Statement]:
        """Describe a topic, scheme or group as typed, with its accepted identity."""
        quads = self.topics_of(topic.triples)
        if item:
            match = NamedNode(PREFIXES["wd"] + item)
            quads.append((self.node(kind, topic.key), SKOS.exactMatch, match, self.graphs["links"]))
        return quads

    def topics_of(self, triples: Iterable[Triple]) -> list[Statement]:
        """Return what the Turtle files say of topics, each statement by who says it.

        Our texts are written in the default language; what others say beside them translates them.
        What others call the concepts that ours are mapped to is part of the mapping.
        """
        listed, ours = list(triples), f"<{self.iris.thing('', '')[:-1]}"
        written = {(t.subject, t.predicate) for t in listed if _language(t) == DEFAULT}
        quads: list[Statement] = []
        for t in listed:
            other = "topics" if str(t.subject).startswith(ours) else "assignments"
            name = _TOPIC_GRAPHS.get(t.predicate, other)
            if _language(t) not in ("", DEFAULT) and (t.subject, t.predicate) in written:
                name = _TRANSLATED.get(name, name)
            quads.append((t.subject, t.predicate, t.object, self.graphs[name]))
        return quads

    def resource(self, resource: Resource) -> list[Statement]:
        """Describe a thing as its table does."""
        described = RESOURCES[resource.kind]
        thing = NamedNode(self.iris.thing(resource.kind, resource.key))
        graph = self.graphs[described.graph]
        quads: list[Statement] = [(thing, RDF.type, name, graph) for name in described.classes]
        quads.append((thing, DCTERMS.identifier, Literal(resource.key), graph))
        for language, label in resource.labels.items():
            quads.append((thing, described.label, _text((label, language)), graph))
        if described.dataset:
            dataset = NamedNode(f"{self.iris.base}catalogue#{described.dataset}")
            quads.append((thing, QB.dataSet, dataset, graph))
        for reference in described.references:
            said = self.graphs[reference.graph or described.graph]
            for key in resource.references.get(reference.name, ()):
                quads.append((thing, reference.predicate, self.node(reference.kind, key), said))
        if ORG.Membership in described.classes:
            quads += self._interval(thing, resource, graph)
        return quads + self._plain(thing, resource.kind, resource.plain, described.graph)

    def _interval(self, thing: NamedNode, resource: Resource, graph: NamedNode) -> list[Statement]:
        """Say when a membership began and ended, if that is known (OWL-Time, section 4.1)."""
        ends = ((TIME.hasBeginning, "joined_year"), (TIME.hasEnd, "left_year"))
        known = [(term, name, text) for term, name in ends if (text := resource.text(name))]
        interval = NamedNode(f"{thing.value}#during")
        quads: list[Statement] = []
        if known:
            quads.append((thing, ORG.memberDuring, interval, graph))
            quads.append((interval, RDF.type, TIME.Interval, graph))
        for term, name, text in known:
            instant = NamedNode(f"{thing.value}#{name.partition('_')[0]}")
            quads.append((interval, term, instant, graph))
            quads.append((instant, RDF.type, TIME.Instant, graph))
            quads.append((instant, TIME.inXSDgYear, _year(int(text)), graph))
        return quads

    def city_topic(self, link: CityTopic, city: City) -> list[Statement]:
        """Describe what a place does about a topic, computed from its practices."""
        thing = NamedNode(self.iris.thing("city-topic", link.key))
        graph = self.graphs["derived"]
        quads: list[Statement] = [
            (thing, RDF.type, ICC.CityTopic, graph),
            (thing, DCTERMS.identifier, Literal(link.key), graph),
        ]
        for language in self.languages:
            label = f"{best(city.labels, language)[0]} – {self.topics.label(link.topic, language)}"
            quads.append((thing, RDFS.label, _text((label, language)), graph))
        quads += [
            (thing, ICC.city, self.node("city", link.city), graph),
            (thing, DCTERMS.subject, self.node("topic", link.topic), graph),
            (thing, ICC.scheme, self.node("scheme", link.scheme), graph),
            (thing, ICC.practiceCount, Literal(len(link.practices)), graph),
            (thing, ICC.cityPracticeCount, Literal(link.city_practices), graph),
            (thing, ICC.practiceCountElsewhere, Literal(link.elsewhere), graph),
            (thing, ICC.allPracticeCountElsewhere, Literal(link.all_elsewhere), graph),
        ]
        quads += self._years(thing, link, graph)
        if link.ongoing:
            quads.append((thing, ICC.ongoing, Literal(True), graph))
        for key in link.practices:
            practice = NamedNode(self.iris.thing("practice", key))
            quads.append((thing, ICC.practice, practice, graph))
        return quads


def example(query: ExampleQuery, iris: Iris) -> Iterator[Triple]:
    """Describe an example query; its prefixes are declared in its text and at `sh:prefixes`."""
    thing = NamedNode(iris.example(query.key))
    kind, property_ = QUERY_CLASSES[query.form]
    yield Triple(thing, RDF.type, SH.SPARQLExecutable)
    yield Triple(thing, RDF.type, kind)
    yield Triple(thing, DCTERMS.identifier, Literal(query.key))
    for term, texts in ((RDFS.label, query.titles), (RDFS.comment, query.texts)):
        for language, text in texts.items():
            yield Triple(thing, term, Literal(text, language=language.lower()))
    yield Triple(thing, property_, Literal(query.query))
    yield Triple(thing, SH.prefixes, _prefixes(iris))
    yield Triple(thing, SCHEMA.target, NamedNode(f"{iris.base}sparql"))
    for endpoint in query.services:
        yield Triple(thing, SPEX.federatesWith, NamedNode(endpoint))


def prefix_declarations(iris: Iris) -> Iterator[Triple]:
    """Declare the prefixes that every answer and example shares."""
    for prefix, namespace in PREFIXES.items():
        declaration = NamedNode(f"{iris.base}catalogue#prefix-{prefix}")
        yield Triple(_prefixes(iris), SH.declare, declaration)
        yield Triple(declaration, RDF.type, SH.PrefixDeclaration)
        yield Triple(declaration, SH.prefix, Literal(prefix))
        yield Triple(declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI))


def _prefixes(iris: Iris) -> NamedNode:
    return NamedNode(f"{iris.base}catalogue#prefixes")
