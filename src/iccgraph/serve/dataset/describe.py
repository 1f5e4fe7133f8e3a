"""The description of a thing: what its document says, in a fixed order.

It holds the thing's own statements, its record and geometry, the evidence of its identities, what
Wikidata states of its item, the label and type of whatever it points to (so that nobody has to ask
again), and the first things that point to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.errors import NotFound
from iccgraph.languages import Labels
from iccgraph.properties import PREDICATES
from iccgraph.release.index import GROUP
from iccgraph.serve.dataset.listing import labels_of
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS, ICC, PREFIXES, RDF, RDFS, SKOS, XSD

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
}
"""The class and the label property of each kind of thing."""
_RANK = {predicate.value: rank for rank, predicate in enumerate(PREDICATES)}
_LAST = len(PREDICATES)

_PRACTICES = {
    "city": "SELECT g.key FROM practice_city f JOIN thing g ON g.id = f.practice"
    " WHERE f.city = ? ORDER BY f.practice LIMIT ?",
    "topic": "SELECT g.key FROM practice_topic f JOIN thing g ON g.id = f.practice"
    " WHERE f.topic = ? ORDER BY f.practice LIMIT ?",
    "country": "SELECT key FROM thing WHERE kind = 'practice' AND country = ?"
    " ORDER BY sort, id LIMIT ?",
}
_CITY_TOPICS = """
SELECT city || '/' || topic AS key, practices, first_year, last_year
FROM city_topic WHERE {} = ? ORDER BY practices DESC, key LIMIT 500
"""
_CITIES = "SELECT key FROM thing WHERE kind = 'city' AND country = ? ORDER BY sort, id LIMIT 500"
_POINTS = {"city": ICC.city, "topic": DCTERMS.subject, "country": ICC.country}


@dataclass(frozen=True, slots=True)
class Description:
    """The triples about one thing; `root` is the thing."""

    root: NamedNode
    triples: tuple[Triple, ...]


def exists(release: OpenRelease, kind: str, key: str) -> bool:
    """True if the release holds the thing."""
    query = "SELECT 1 FROM thing WHERE kind IN (?, ?) AND key = ?"
    return release.index.execute(query, (kind, kind + GROUP, key)).fetchone() is not None


def describe(release: OpenRelease, kind: str, key: str) -> Description:
    """Return the description of a thing.

    Raises: NotFound if the release has no such thing.
    """
    if not exists(release, kind, key):
        raise NotFound(f"there is no {kind} called {key!r}")
    root = NamedNode(release.iris.thing(kind, key))
    found = dict.fromkeys(_outgoing(release, root))
    if kind == "practice":
        record = NamedNode(release.iris.document(kind, key))
        found |= dict.fromkeys(_outgoing(release, record))
    if kind in LINKED:
        found |= dict.fromkeys(_identities(release, root))
    found |= dict.fromkeys(_incoming(release, kind, key, root))
    found |= dict.fromkeys(brief(release, _mentioned(release, root, found)))
    return Description(root, tuple(found))


def _outgoing(release: OpenRelease, subject: NamedNode) -> list[Triple]:
    quads = release.store.quads_for_pattern(subject, None, None, None)
    triples = [quad.triple for quad in quads]
    triples.sort(key=_order)
    part = f"{subject.value}#"
    for triple in list(triples):
        if isinstance(triple.object, NamedNode) and triple.object.value.startswith(part):
            triples += _outgoing(release, triple.object)
    return triples


def _identities(release: OpenRelease, root: NamedNode) -> Iterator[Triple]:
    """Yield the decisions about the thing, and what Wikidata states of the item that it is."""
    links = NamedNode(release.iris.graph("links"))
    wikidata = NamedNode(release.iris.graph("wikidata"))
    for quad in release.store.quads_for_pattern(root, None, None, links):
        item = quad.object
        if isinstance(item, NamedNode) and item.value.startswith(PREFIXES["wd"]):
            record = NamedNode(f"{wikidata.value}#{item.value.removeprefix(PREFIXES['wd'])}")
            dated = release.store.quads_for_pattern(item, None, None, wikidata)
            objects = [quad.object for quad in dated if isinstance(quad.object, NamedNode)]
            parts = [part for part in objects if part.value.startswith(f"{record.value}-")]
            for subject in (item, *parts, record):
                quads = release.store.quads_for_pattern(subject, None, None, wikidata)
                yield from sorted((quad.triple for quad in quads), key=_order)
    decisions = release.store.quads_for_pattern(None, RDF.subject, root, links)
    for node in sorted((q.subject for q in decisions), key=str):
        if isinstance(node, NamedNode):
            yield from _outgoing(release, node)


def _order(triple: Triple) -> tuple[int, str, str, str]:
    value = triple.object
    language = value.language or "" if isinstance(value, Literal) else ""
    return (_RANK.get(triple.predicate.value, _LAST), triple.predicate.value, language, str(value))


def _incoming(release: OpenRelease, kind: str, key: str, root: NamedNode) -> Iterator[Triple]:
    """Yield what points to the thing, from the index: a store would be asked once for each."""
    execute = release.index.execute
    if kind in ("city", "topic"):
        links = execute(_CITY_TOPICS.format(kind), (key,)).fetchall()
        labels = labels_of(release, "city-topic", [link[0] for link in links])
        for name, practices, first, last in links:
            yield from _city_topic(release, name, labels.get(name, {}), practices, (first, last))
    if kind == "country":
        keys = [row[0] for row in execute(_CITIES, (key,))]
        yield from _pointing(release, "city", keys, ICC.country, root)
    if kind in _PRACTICES:
        keys = [row[0] for row in execute(_PRACTICES[kind], (key, MOST_INCOMING))]
        yield from _pointing(release, "practice", keys, _POINTS[kind], root)
    if kind == "scheme":
        for quad in release.store.quads_for_pattern(None, SKOS.inScheme, root, None):
            yield quad.triple


def _pointing(
    release: OpenRelease, kind: str, keys: Sequence[str], predicate: NamedNode, root: NamedNode
) -> Iterator[Triple]:
    """Yield the type and labels of things of a kind, and that they point to the root."""
    labels, (class_, label), iris = labels_of(release, kind, keys), CLASSES[kind], release.iris
    for key in keys:
        subject = NamedNode(iris.thing(kind, key))
        yield Triple(subject, RDF.type, class_)
        yield from _labelled(subject, label, labels.get(key, {}))
        yield Triple(subject, predicate, root)


def _city_topic(
    release: OpenRelease,
    key: str,
    labels: Labels,
    practices: int,
    years: tuple[int | None, int | None],
) -> Iterator[Triple]:
    (city, _, topic), iris = key.partition("/"), release.iris
    subject = NamedNode(iris.thing("city-topic", key))
    yield Triple(subject, RDF.type, ICC.CityTopic)
    yield from _labelled(subject, RDFS.label, labels)
    yield Triple(subject, ICC.city, NamedNode(iris.thing("city", city)))
    yield Triple(subject, DCTERMS.subject, NamedNode(iris.thing("topic", topic)))
    count = Literal(str(practices), datatype=XSD.integer)
    yield Triple(subject, ICC.practiceCount, count)
    for predicate, year in zip((ICC.firstYear, ICC.lastYear), years, strict=True):
        if year is not None:
            yield Triple(subject, predicate, Literal(f"{year:04}", datatype=XSD.gYear))


def brief(release: OpenRelease, things: Iterable[NamedNode]) -> Iterator[Triple]:
    """Yield the type and labels of things that are only mentioned; the index is asked once a kind.

    Things that the release does not hold are left out.
    """
    iris = release.iris
    split = {thing: iris.split(thing.value) for thing in things}
    keys: dict[str, list[str]] = {}
    for named in split.values():
        if named is not None:
            keys.setdefault(named[0], []).append(named[1])
    labels = {kind: labels_of(release, kind, of_kind) for kind, of_kind in keys.items()}
    for thing, named in split.items():
        if named is not None and (found := labels[named[0]].get(named[1])):
            class_, predicate = CLASSES[named[0]]
            yield Triple(thing, RDF.type, class_)
            yield from _labelled(thing, predicate, found)


def _labelled(subject: NamedNode, predicate: NamedNode, labels: Labels) -> Iterator[Triple]:
    for tag, text in labels.items():
        yield Triple(subject, predicate, tagged(text, tag))


def tagged(text: str, tag: str) -> Literal:
    """Return a text with its language tag, or without one where the language is not known."""
    return Literal(text, language=tag.lower()) if tag else Literal(text)


def _mentioned(release: OpenRelease, root: NamedNode, triples: Iterable[Triple]) -> list[NamedNode]:
    prefix = f"{release.iris.base}id/"
    found = {o.value: o for t in triples if isinstance(o := t.object, NamedNode)}
    found.pop(root.value, None)
    return [found[iri] for iri in sorted(found) if iri.startswith(prefix) and "#" not in iri]
