"""The description of a thing: what its document says, in a fixed order.

It holds the thing's own statements, its record and geometry, the evidence of its identities, what
Wikidata states of its item, the label and type of whatever it points to (so that nobody has to ask
again), and the first things that point to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Triple

from iccgraph.errors import NotFound
from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import Labels
from iccgraph.properties import PREDICATES
from iccgraph.release.index import GROUP
from iccgraph.resources import RESOURCES
from iccgraph.serve.dataset.listing import keys_of, labels_of, places_within
from iccgraph.serve.dataset.open import OpenRelease, ThingKey
from iccgraph.vocab import (
    DCTERMS,
    FOAF,
    ICC,
    MAPPINGS,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VOID,
    XSD,
)

LINKED = ("city", "country", "topic")
"""The kinds of thing that have identities elsewhere."""
MOST_INCOMING = 100
"""A document lists so many of the practices that point to its thing; the collection has all."""

CLASSES = {
    "practice": (ICC.Practice, DCTERMS.title),
    "city": (ICC.City, RDFS.label),
    "country": (ICC.Country, RDFS.label),
    "topic": (SKOS.Concept, SKOS.prefLabel),
    "scheme": (SKOS.ConceptScheme, DCTERMS.title),
    "city-topic": (ICC.CityTopic, RDFS.label),
    **{kind: (described.classes[0], described.label) for kind, described in RESOURCES.items()},
}
"""The class and the label property of each kind of thing."""
_RANK = {predicate.value: rank for rank, predicate in enumerate(PREDICATES)}
_LAST = len(PREDICATES)

_PRACTICES = {
    "city": (
        ICC.city,
        "practices",
        "SELECT g.key FROM practice_city f JOIN thing g ON g.id = f.practice"
        " WHERE f.city = ? ORDER BY f.practice LIMIT ?",
    ),
    "topic": (
        DCTERMS.subject,
        "assignments",
        "SELECT g.key FROM practice_topic f JOIN thing g ON g.id = f.practice"
        " WHERE f.topic = ? ORDER BY f.practice LIMIT ?",
    ),
    "country": (
        ICC.country,
        "practices",
        "SELECT key FROM thing WHERE kind = 'practice' AND country = ? ORDER BY sort, id LIMIT ?",
    ),
}
"""How practices point to a thing of each kind, in which graph, and the query for their keys."""
_CITY_TOPICS = """
SELECT city || '/' || topic AS key, scheme, practices, first_year, last_year, years, ongoing
FROM city_topic WHERE {} = ? ORDER BY practices DESC, key LIMIT 500
"""
_RESOURCES = """
SELECT g.kind, g.key FROM reference r JOIN thing g ON g.id = r.thing
WHERE r.to_kind = ? AND r.to_key = ? ORDER BY r.thing LIMIT 500
"""
_CITIES = "SELECT key FROM thing WHERE kind = 'city' AND country = ? ORDER BY sort, id LIMIT 500"


SUMMARY_GRAPHS = {
    "practice": "practices",
    "city": "places",
    "country": "places",
    "topic": "topics",
    "scheme": "topics",
    "city-topic": "derived",
    **{kind: described.graph for kind, described in RESOURCES.items()},
}
"""The named graph that the class and the labels of each kind of thing stand in."""


@dataclass(frozen=True)
class Description:
    """The statements about one thing, each in its named graph; `root` is the thing.

    `modified` is the day on which the thing was last changed, empty if it is not known.
    """

    root: NamedNode
    quads: tuple[Quad, ...]
    modified: str = ""

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """The statements without their graphs, each once."""
        return tuple(dict.fromkeys(quad.triple for quad in self.quads))


def exists(release: OpenRelease, kind: str, key: str) -> bool:
    """True if the release holds the thing."""
    return _number(release, kind, key) is not None


def _number(release: OpenRelease, kind: str, key: str) -> int | None:
    """Return the number of a thing in the index, None if there is no such thing."""
    query = "SELECT id FROM thing WHERE kind IN (?, ?) AND key = ?"
    row = release.index.execute(query, (kind, kind + GROUP, key)).fetchone()
    return row[0] if row else None


def describe(release: OpenRelease, kind: str, key: str, *, lists: bool = True) -> Description:
    """Return the description of a thing.

    Arguments: `lists` is False if the practices, links and places that point to the thing may be
    left out, and what the document says of itself; a page asks the index for what it shows.
    Raises: NotFound if the release has no such thing.
    """
    number = _number(release, kind, key)
    if number is None:
        raise NotFound(f"there is no {kind} called {key!r}")
    root = NamedNode(release.iris.thing(kind, key))
    found = dict.fromkeys(_stated(release, (kind, key), root))
    if lists:
        found |= dict.fromkeys(_incoming(release, kind, key, root))
    found |= dict.fromkeys(_resources(release, kind, key))
    found |= dict.fromkeys(_mentioned(release, (root,), found))
    day = release.modified_day(kind, number)
    if lists:
        found |= dict.fromkeys(_document(release, kind, key, day, found))
    return Description(root, tuple(found), day)


def describe_page(release: OpenRelease, kind: str, numbers: Sequence[int]) -> list[Quad]:
    """Return what the documents about some things state as their own; some may stand twice.

    That is all but what points to the things from elsewhere; the names of what they mention come
    once. Others of the same kind are not named: a query over a list for things of its kind would
    find them beside its members, or members twice. Of its document each has the topic and the day
    on which it was last changed.

    Arguments: `numbers` are those of things of the kind in the index.
    """
    found: list[Quad] = []
    roots = []
    for number, key in zip(numbers, keys_of(release, numbers), strict=True):
        root = NamedNode(release.iris.thing(kind, key))
        roots.append(root)
        found += _stated(release, (kind, key), root)
        found += _dated(release, kind, key, release.modified_day(kind, number))
    return [*found, *_mentioned(release, roots, found, unnamed=kind)]


def _stated(release: OpenRelease, thing: ThingKey, root: NamedNode) -> list[Quad]:
    """Return what is stated of a thing, its record, and the items that it is."""
    found, kind = _outgoing(release, root), thing[0]
    if kind == "practice":
        found += _outgoing(release, NamedNode(release.iris.document(*thing)))
    if kind in LINKED:
        found += _identities(release, root)
    if kind == "topic":
        found += _elsewhere(release, [*found])
    return found


def _dated(release: OpenRelease, kind: str, key: str, day: str) -> Iterator[Quad]:
    """Yield the topic of the document about a thing, and when it was last changed."""
    document = NamedNode(release.iris.document(kind, key))
    yield Quad(document, FOAF.primaryTopic, NamedNode(release.iris.thing(kind, key)))
    if day:
        yield Quad(document, DCTERMS.modified, Literal(day, datatype=XSD.date))


def _document(
    release: OpenRelease, kind: str, key: str, day: str, quads: Iterable[Quad]
) -> Iterator[Quad]:
    """Yield what the document about a thing says of itself: its topic, and where it is from.

    Source: VoID, section 6.3; the named graphs are named, for their names lead to who says so.
    """
    yield from _dated(release, kind, key, day)
    document = NamedNode(release.iris.document(kind, key))
    yield Quad(document, VOID.inDataset, NamedNode(release.iris.dataset))
    graphs = {quad.graph_name for quad in quads}
    for name in release.graphs.values():
        if name in graphs:
            yield Quad(document, DCTERMS.source, name)


def _outgoing(release: OpenRelease, subject: NamedNode) -> list[Quad]:
    quads = sorted(release.store.quads_for_pattern(subject, None, None, None), key=_order)
    part = f"{subject.value}#"
    for quad in list(quads):
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(part):
            quads += _outgoing(release, quad.object)
    return quads


def _identities(release: OpenRelease, root: NamedNode) -> Iterator[Quad]:
    """Yield the decisions about the thing, and what Wikidata states of the item that it is."""
    links, wikidata = release.graphs["links"], release.graphs["wikidata"]
    for quad in release.store.quads_for_pattern(root, None, None, links):
        item = quad.object
        if isinstance(item, NamedNode) and item.value.startswith(PREFIXES["wd"]):
            record = NamedNode(f"{wikidata.value}#{item.value.removeprefix(PREFIXES['wd'])}")
            dated = release.store.quads_for_pattern(item, None, None, wikidata)
            objects = [quad.object for quad in dated if isinstance(quad.object, NamedNode)]
            parts = [part for part in objects if part.value.startswith(f"{record.value}-")]
            for subject in (item, *parts, record):
                quads = release.store.quads_for_pattern(subject, None, None, wikidata)
                yield from sorted(quads, key=_order)
    decisions = release.store.quads_for_pattern(None, RDF.subject, root, links)
    for node in sorted((q.subject for q in decisions), key=str):
        if isinstance(node, NamedNode):
            yield from _outgoing(release, node)


def _elsewhere(release: OpenRelease, quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield what the concepts of other vocabularies are called that a topic is mapped to."""
    for quad in quads:
        if quad.predicate in MAPPINGS and isinstance(quad.object, NamedNode):
            yield from release.store.quads_for_pattern(
                quad.object, SKOS.prefLabel, None, release.graphs["assignments"]
            )


def _order(quad: Quad) -> tuple[int, str, str, str]:
    value, predicate = quad.object, quad.predicate.value
    language = value.language or "" if isinstance(value, Literal) else ""
    return (_RANK.get(predicate, _LAST), predicate, language, str(value))


def _incoming(release: OpenRelease, kind: str, key: str, root: NamedNode) -> Iterator[Quad]:
    """Yield what points to the thing, from the index: a store would be asked once for each."""
    if kind in ("city", "topic"):
        yield from _city_topics(release, kind, key)
    if kind == "city":
        within = [("city", place) for place in places_within(release, key)]
        stated = (SCHEMA.containedInPlace, root, release.graphs["places"])
        yield from _pointing(release, within, stated)
    if kind == "country":
        cities = release.index.execute(_CITIES, (key,))
        stated = (ICC.country, root, release.graphs["places"])
        yield from _pointing(release, [("city", row[0]) for row in cities], stated)
    if kind in _PRACTICES:
        predicate, graph, query = _PRACTICES[kind]
        if release.schemes.get(key, DEFAULT_SCHEME) != DEFAULT_SCHEME and kind == "topic":
            graph = "website-assignments"
        practices = release.index.execute(query, (key, MOST_INCOMING))
        stated = (predicate, root, release.graphs[graph])
        yield from _pointing(release, [("practice", row[0]) for row in practices], stated)
    if kind == "scheme":
        yield from release.store.quads_for_pattern(None, SKOS.inScheme, root, None)


def _resources(release: OpenRelease, kind: str, key: str) -> Iterator[Quad]:
    """Yield what is stated of the resources that name the thing."""
    for resource in release.index.execute(_RESOURCES, (kind, key)):
        yield from _outgoing(release, NamedNode(release.iris.thing(*resource)))


def _pointing(
    release: OpenRelease,
    things: Sequence[ThingKey],
    stated: tuple[NamedNode, NamedNode, NamedNode],
) -> Iterator[Quad]:
    """Yield the type and labels of things, and how they point to the root, in which graph."""
    labels = labels_of(release, things)
    for thing in things:
        subject = NamedNode(release.iris.thing(*thing))
        yield from summary(release, thing, labels.get(thing, {}))
        yield Quad(subject, *stated)


def _city_topics(release: OpenRelease, kind: str, key: str) -> Iterator[Quad]:
    """Yield the city-topic links of a city or a topic."""
    graph = release.graphs["derived"]
    rows, iris = release.index.execute(_CITY_TOPICS.format(kind), (key,)).fetchall(), release.iris
    labels = labels_of(release, [("city-topic", row[0]) for row in rows])
    for name, scheme, practices, first, last, years, ongoing in rows:
        city, _, topic = name.partition("/")
        subject = NamedNode(iris.thing("city-topic", name))
        linked = ("city-topic", name)
        yield from summary(release, linked, labels.get(linked, {}))
        yield Quad(subject, ICC.city, NamedNode(iris.thing("city", city)), graph)
        yield Quad(subject, DCTERMS.subject, NamedNode(iris.thing("topic", topic)), graph)
        yield Quad(subject, ICC.scheme, NamedNode(iris.thing("scheme", scheme)), graph)
        count = Literal(str(practices), datatype=XSD.integer)
        yield Quad(subject, ICC.practiceCount, count, graph)
        lone = [(ICC.year, int(year)) for year in years.split(",") if year]
        for predicate, year in ((ICC.firstYear, first), (ICC.lastYear, last), *lone):
            if year is not None:
                yield Quad(subject, predicate, Literal(f"{year:04}", datatype=XSD.gYear), graph)
        if ongoing:
            yield Quad(subject, ICC.ongoing, Literal(True), graph)


def _mentioned(
    release: OpenRelease, roots: Iterable[NamedNode], quads: Iterable[Quad], unnamed: str = ""
) -> Iterator[Quad]:
    """Yield the type and labels of things that are only mentioned, and that the release holds.

    Arguments: `unnamed` is a kind of which nothing is said.
    """
    terms = {value for quad in quads if isinstance(value := quad.object, NamedNode)} - {*roots}
    split = {term: release.iris.split(term.value) for term in terms if "#" not in term.value}
    known = ((term, thing) for term, thing in split.items() if thing is not None)
    things = {term: thing for term, thing in known if thing[0] != unnamed}
    labels = labels_of(release, list(things.values()))
    for term in sorted(things, key=lambda term: term.value):
        if found := labels.get(things[term]):
            yield from summary(release, things[term], found)


def summary(release: OpenRelease, thing: ThingKey, labels: Labels) -> tuple[Quad, ...]:
    """Return the type and labels of a thing; a label of no known language has no language tag."""
    if labels is not release.held_labels.get(thing):
        return tuple(_summary(release, thing, labels))
    found = release.summaries.get(thing)
    if found is None:
        found = release.summaries[thing] = tuple(_summary(release, thing, labels))
    return found


def _summary(release: OpenRelease, thing: ThingKey, labels: Labels) -> Iterator[Quad]:
    class_, predicate = CLASSES[thing[0]]
    subject, graph = NamedNode(release.iris.thing(*thing)), release.graphs[SUMMARY_GRAPHS[thing[0]]]
    yield Quad(subject, RDF.type, class_, graph)
    for tag, text in labels.items():
        literal = Literal(text, language=tag.lower()) if tag else Literal(text)
        yield Quad(subject, predicate, literal, graph)
