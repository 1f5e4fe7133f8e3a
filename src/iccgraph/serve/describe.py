"""The description of a thing: what its document says, in a fixed order.

It holds the thing's own statements, its record and geometry, the label and type of whatever it
points to (so that nobody has to ask again), and the first things that point to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.serve.store import OpenRelease
from iccgraph.vocab import DCTERMS, FOAF, ICC, RDF, RDFS, SKOS

MOST_INCOMING = 100
"""A document lists so many of the practices that point to its thing; the collection has all."""

_LABELS = frozenset((RDF.type, RDFS.label, SKOS.prefLabel, DCTERMS.title))
_BRIEF = _LABELS | {ICC.firstYear, ICC.lastYear, ICC.practiceCount, ICC.city, DCTERMS.subject}

_PRACTICES = {
    "city": "SELECT g.key FROM practice_city f JOIN thing g ON g.id = f.practice"
    " WHERE f.city = ? ORDER BY f.practice LIMIT ?",
    "topic": "SELECT g.key FROM practice_topic f JOIN thing g ON g.id = f.practice"
    " WHERE f.topic = ? ORDER BY f.practice LIMIT ?",
    "country": "SELECT key FROM thing WHERE kind = 'practice' AND country = ?"
    " ORDER BY sort, id LIMIT ?",
}
_CITY_TOPICS = {
    "city": "SELECT city, topic FROM city_topic WHERE city = ? ORDER BY practices DESC, topic",
    "topic": "SELECT city, topic FROM city_topic WHERE topic = ? ORDER BY practices DESC, city"
    " LIMIT 500",
}
_CITIES = "SELECT key FROM thing WHERE kind = 'city' AND country = ? ORDER BY sort, id LIMIT 500"
_POINTS = {"city": ICC.city, "topic": DCTERMS.subject, "country": ICC.country}


@dataclass(frozen=True, slots=True)
class Description:
    """The triples about one thing; `root` is the thing."""

    root: NamedNode
    triples: tuple[Triple, ...]


def exists(release: OpenRelease, kind: str, key: str) -> bool:
    """Return whether the release holds the thing."""
    query = "SELECT 1 FROM thing WHERE kind = ? AND key = ?"
    return release.index.execute(query, (kind, key)).fetchone() is not None


def describe(release: OpenRelease, kind: str, key: str) -> Description | None:
    """Return the description of a thing, None if the release has no such thing."""
    if not exists(release, kind, key):
        return None
    root = NamedNode(release.iris.thing(kind, key))
    found = dict.fromkeys(_outgoing(release, root))
    if kind == "practice":
        record = NamedNode(release.iris.document(kind, key))
        found |= dict.fromkeys(_outgoing(release, record))
    found |= dict.fromkeys(_incoming(release, kind, key, root))
    for thing in _mentioned(release, root, found):
        found |= dict.fromkeys(_outgoing(release, thing, _LABELS))
    return Description(root, tuple(found))


def _outgoing(
    release: OpenRelease, subject: NamedNode, only: frozenset[NamedNode] | None = None
) -> list[Triple]:
    quads = release.store.quads_for_pattern(subject, None, None, None)
    triples = [q.triple for q in quads if only is None or q.predicate in only]
    triples.sort(key=_order)
    part = f"{subject.value}#"
    for triple in list(triples) if only is None else ():
        if isinstance(triple.object, NamedNode) and triple.object.value.startswith(part):
            triples += _outgoing(release, triple.object)
    return triples


def _order(triple: Triple) -> tuple[bool, str, str, str]:
    value = triple.object
    language = value.language or "" if isinstance(value, Literal) else ""
    return (triple.predicate != RDF.type, triple.predicate.value, language, str(value))


def _incoming(release: OpenRelease, kind: str, key: str, root: NamedNode) -> Iterator[Triple]:
    if kind in _CITY_TOPICS:
        for city, topic in release.index.execute(_CITY_TOPICS[kind], (key,)):
            link = NamedNode(release.iris.thing("city-topic", f"{city}/{topic}"))
            yield from _outgoing(release, link, _BRIEF)
    if kind == "country":
        for (city,) in release.index.execute(_CITIES, (key,)):
            yield from _pointing(release, "city", city, root, ICC.country)
    if kind in _PRACTICES:
        rows = release.index.execute(_PRACTICES[kind], (key, MOST_INCOMING)).fetchall()
        for (practice,) in rows:
            yield from _pointing(release, "practice", practice, root, _POINTS[kind])
    if kind == "scheme":
        for quad in release.store.quads_for_pattern(None, SKOS.inScheme, root, None):
            yield quad.triple


def _pointing(
    release: OpenRelease, kind: str, key: str, root: NamedNode, predicate: NamedNode
) -> Iterator[Triple]:
    subject = NamedNode(release.iris.thing(kind, key))
    yield from _outgoing(release, subject, _LABELS)
    yield Triple(subject, predicate, root)


def _mentioned(release: OpenRelease, root: NamedNode, triples: Iterable[Triple]) -> list[NamedNode]:
    prefix = f"{release.iris.base}id/"
    things = {
        t.object
        for t in triples
        if t.predicate != FOAF.primaryTopic
        and isinstance(t.object, NamedNode)
        and t.object.value.startswith(prefix)
        and t.object != root
        and "#" not in t.object.value
    }
    return sorted(things, key=lambda thing: thing.value)
