"""Cities side by side: what is known of each, which topics they share, how far apart they are.

Source of every number: the sets of practices that the index has, and the statements of the release
about a city and what names it. One city costs as much as its page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, Final

from pyoxigraph import NamedNode

from iccgraph.properties import Value, properties_of
from iccgraph.resources import RESOURCES
from iccgraph.serve.dataset import counts
from iccgraph.serve.dataset.counts import ByYear
from iccgraph.serve.dataset.nearby import kilometres
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.rows import Rows
from iccgraph.vocab import ICC

FEWEST: Final = 2
MOST: Final = 4
"""So many cities are compared: fewer make no comparison, more no page that can be read."""
NAMED: Final = 3
"""So many practices of a city on a common topic are named; the list has all."""
_RESOURCES: Final = """
SELECT g.kind, g.key FROM reference r JOIN thing g ON g.id = r.thing
WHERE r.to_kind = 'city' AND r.to_key = ? AND g.kind IN ('membership', 'assessment')
ORDER BY r.thing LIMIT 500
"""

Facts = Mapping[str, Sequence[Any]]
"""The values of a resource by the names of their columns; what it names by key."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One city of a comparison.

    `kind` and `size_class` are the ends of terms of the vocabulary, empty if they are not known;
    so are `population_year` and `population_source` without a `population`.
    Units: `position` is latitude and longitude in degrees; `topics` counts practices.
    """

    key: str
    country: str
    kind: str
    position: tuple[float, float] | None
    population: int | None
    population_year: str
    population_source: str
    size_class: str
    memberships: Sequence[Facts]
    assessments: Sequence[Facts]
    rows: Rows
    ongoing: int
    years: ByYear
    topics: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some cities by one scheme of topics, in the order in which they were asked for."""

    release: OpenRelease
    scheme: str
    cities: Sequence[Compared]

    @property
    def topics(self) -> Mapping[str, int]:
        """The topics of any of the cities, and how many of the cities have each."""
        keys = dict.fromkeys(topic for city in self.cities for topic in city.topics)
        return {key: sum(key in city.topics for city in self.cities) for key in keys}

    @property
    def shared(self) -> Sequence[str]:
        """The topics that all of the cities have."""
        whole = len(self.cities)
        return [topic for topic, cities in self.topics.items() if whole > 1 and cities == whole]

    def distances(self) -> Iterator[tuple[str, str, float | None]]:
        """Yield each two cities with the kilometres between them, None if one has no position."""
        for one, other in combinations(self.cities, 2):
            known = one.position and other.position
            yield (
                *(one.key, other.key),
                kilometres(one.position, other.position) if known else None,  # type: ignore[arg-type]
            )

    def named(self, topic: str) -> Mapping[str, Sequence[int]]:
        """Return the numbers of the first practices of each city on a topic that several have."""
        on_topic = counts.practices_with(self.release, "topic", topic)
        found = {city.key: list(islice(city.rows & on_topic, NAMED)) for city in self.cities}
        return {key: numbers for key, numbers in found.items() if numbers}


def compare(release: OpenRelease, cities: Sequence[str], scheme: str) -> Comparison:
    """Return a comparison of cities, of which each is there once."""
    return Comparison(release, scheme, [_compared(release, key, scheme) for key in cities])


def _compared(release: OpenRelease, key: str, scheme: str) -> Compared:
    stated = _stated(release, "city", key)
    rows = counts.practices_with(release, "city", key)
    resources: dict[str, list[Facts]] = {"membership": [], "assessment": []}
    for kind, resource in release.index.execute(_RESOURCES, (key,)):
        resources[kind].append(_facts(release, kind, resource))
    population = _first(stated, ICC.population)
    return Compared(
        key=key,
        country=release.city_countries.get(key, ""),
        kind=_first(stated, ICC.kind).rpartition("#kind-")[2],
        position=release.positions.get(key),
        population=int(population) if population else None,
        population_year=_first(stated, ICC.populationYear),
        population_source=_first(stated, ICC.populationSource),
        size_class=release.size_classes.get(key, "").rpartition("#size-")[2],
        memberships=resources["membership"],
        assessments=resources["assessment"],
        rows=rows,
        ongoing=counts.ongoing(release, rows),
        years=counts.by_year(release, rows),
        topics=counts.by_topic(release, rows, scheme),
    )


def _stated(release: OpenRelease, kind: str, key: str) -> Mapping[NamedNode, Sequence[Any]]:
    """Return the terms that the release states of a thing, by predicate."""
    node = NamedNode(release.iris.thing(kind, key))
    found: dict[NamedNode, dict[Any, None]] = {}
    for quad in release.store.quads_for_pattern(node, None, None, None):
        found.setdefault(quad.predicate, {})[quad.object] = None
    return {predicate: list(terms) for predicate, terms in found.items()}


def _first(stated: Mapping[NamedNode, Sequence[Any]], predicate: NamedNode) -> str:
    terms = stated.get(predicate, ())
    return str(terms[0].value) if terms else ""


def _facts(release: OpenRelease, kind: str, key: str) -> Facts:
    """Return what a membership or an assessment says; texts of people are left to its page."""
    stated = _stated(release, kind, key)
    facts: dict[str, Sequence[Any]] = {"key": [key]}
    for reference in RESOURCES[kind].references:
        iris = (getattr(term, "value", "") for term in stated.get(reference.predicate, ()))
        split = (release.iris.split(iri) for iri in iris)
        facts[reference.name] = [thing[1] for thing in split if thing is not None]
    for item in properties_of(kind, "facts"):
        if item.value is not Value.TAGGED:
            terms = stated.get(item.predicate, ())
            facts[item.name] = [_value(item.value, str(term.value)) for term in terms]
    return facts


def _value(kind: Value, text: str) -> str | int | float | bool:
    """Return a value as programs have it: a number, a truth, a term by the end of its name."""
    match kind:
        case Value.INTEGER | Value.YEAR:
            return int(text)
        case Value.DECIMAL:
            return float(text)
        case Value.BOOLEAN:
            return text == "true"
        case Value.CONCEPT:
            return text.rpartition("#")[2].partition("-")[2]
    return text
