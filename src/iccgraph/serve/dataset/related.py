"""What leads on from a thing: places near it, places like it, and practices on its topics.

Two cities are alike by the topics that both have, out of those that either has (the index of
Jaccard), so a city does not come first for having many practices. Every question is bounded: of a
city the first `MOST_READ` practices are looked at, however many it has.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from iccgraph.serve.dataset.nearby import by_distance, from_point
from iccgraph.serve.dataset.open import OpenRelease

MOST_READ: Final = 40
MOST_NEAR: Final = 100
"""So many places near a city are known, however many there are."""
ENOUGH: Final = 2
"""Cities that share fewer topics are called alike only if none shares as many."""
_OF_CITIES: Final = """
SELECT j.value, f.practice, t.topic FROM json_each(?1) j
CROSS JOIN practice_city f ON f.rowid IN (
  SELECT rowid FROM practice_city WHERE city = j.value ORDER BY practice LIMIT ?3)
LEFT JOIN practice_topic t ON t.practice = f.practice
  AND t.topic IN (SELECT value FROM json_each(?2))
ORDER BY j.key, f.practice
"""
_OF_TOPICS: Final = """
SELECT (SELECT min(c.city) FROM practice_city c WHERE c.practice = f.practice),
  f.practice, f.topic FROM json_each(?1) j
CROSS JOIN practice_topic f ON f.rowid IN (
  SELECT rowid FROM practice_topic WHERE topic = j.value ORDER BY practice LIMIT ?2)
ORDER BY f.practice
"""
_SHOWN: Final = """
SELECT g.id, g.key, p.time_text, p.first_year, p.last_year, p.ongoing, p.years
FROM json_each(?) j JOIN thing g ON g.id = j.value JOIN practice p ON p.id = g.id
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """A city that works on topics of another one: those of both, and how many either has."""

    city: str
    shared: frozenset[str]
    either: int

    @property
    def score(self) -> float:
        """Return the topics of both out of those of either: above 0, at most 1."""
        return len(self.shared) / self.either


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice that may come next: its number, its city, and the topics asked for that it has."""

    number: int
    city: str
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Timed:
    """The key of a practice, and when it was: as printed, and as years."""

    key: str
    time_text: str
    first_year: int | None
    last_year: int | None
    ongoing: bool
    years: tuple[int, ...]


def similar(release: OpenRelease, city: str, scheme: str, most: int) -> list[Similar]:
    """Return the cities that are most like a city by the topics of a scheme, the most alike first.

    Those that are as much like it as the last one are all there, so there may be more than `most`.
    Cities that share a single topic are there only if no city shares more.
    """
    of_city = release.city_topics.get(scheme, {})
    own = of_city.get(city, frozenset())
    found = [
        Similar(other, own & topics, len(own | topics))
        for other, topics in of_city.items()
        if other != city and not own.isdisjoint(topics)
    ]
    found = [row for row in found if len(row.shared) >= ENOUGH] or found
    found.sort(key=lambda row: (-row.score, row.city))
    return [row for row in found if row.score >= found[min(most, len(found)) - 1].score]


def nearest(release: OpenRelease, city: str) -> Sequence[tuple[str, float]]:
    """Return the `MOST_NEAR` places with practices that are nearest to a city, with kilometres."""
    found: Sequence[tuple[str, float]] | None = release.worked_out.get(("nearest", city))
    if found is None:
        found = by_distance(release, city, release.practice_counts["city"])[:MOST_NEAR]
        if city in release.positions:  # so that only names of cities are kept
            release.worked_out["nearest", city] = found
    return found


def neighbours(release: OpenRelease, city: str, most: int) -> list[tuple[str, float]]:
    """Return the nearest places with practices and the kilometres to each.

    Places that the city lies in or that lie in it are no neighbours of it.
    """
    query = "SELECT key FROM place WHERE within = ?1 UNION SELECT within FROM place WHERE key = ?1"
    own = {key for (key,) in release.index.execute(query, (city,))}
    return [pair for pair in nearest(release, city) if pair[0] not in own][:most]


def around(release: OpenRelease, here: tuple[float, float], most: int) -> list[tuple[str, float]]:
    """Return the places with practices that are nearest to a point: latitude and longitude."""
    return from_point(release, here, release.practice_counts["city"])[:most]


def of_like_size(release: OpenRelease, city: str, most: int) -> Sequence[tuple[str, float]]:
    """Return the nearest places with practices that are of a city’s class of population."""
    own, classes = release.size_classes.get(city), release.size_classes
    among = [key for key in release.practice_counts["city"] if own and classes.get(key) == own]
    return by_distance(release, city, among)[:most]


def cities_of(release: OpenRelease, country: str) -> list[str]:
    """Return the places of a country, by label."""
    query = "SELECT key FROM thing WHERE kind = 'city' AND country = ? ORDER BY sort, id LIMIT 500"
    return [key for (key,) in release.index.execute(query, (country,))]


def of_country(release: OpenRelease, country: str) -> list[str]:
    """Return the places of a country that have practices, by label."""
    counts = release.practice_counts["city"]
    return [key for key in cities_of(release, country) if key in counts]


def practices_of(
    release: OpenRelease, cities: Sequence[str], topics: Collection[str] = ()
) -> dict[str, list[Candidate]]:
    """Return the first practices of each city, with those of the topics that each has."""
    values = json.dumps(list(cities)), json.dumps(list(topics)), MOST_READ
    found: dict[str, list[Candidate]] = {city: [] for city in cities}
    for one in _grouped(release.index.execute(_OF_CITIES, values)):
        found[one.city].append(one)
    return found


def practices_on(release: OpenRelease, topics: Collection[str]) -> list[Candidate]:
    """Return the first practices of each topic, wherever they are."""
    values = json.dumps(list(topics)), MOST_READ
    return _grouped(release.index.execute(_OF_TOPICS, values))


def _grouped(rows: Iterable[tuple[str | None, int, str | None]]) -> list[Candidate]:
    topics: dict[tuple[str, int], set[str]] = {}
    for city, number, topic in rows:
        topics.setdefault((city or "", number), set()).update({topic} if topic else ())
    return [Candidate(number, city, frozenset(found)) for (city, number), found in topics.items()]


def timed(release: OpenRelease, practices: Collection[int]) -> Mapping[int, Timed]:
    """Return the keys and times of practices by their numbers."""
    rows = release.index.execute(_SHOWN, (json.dumps(list(practices)),))
    return {
        number: Timed(
            *(key, text, first, last, bool(ongoing)),
            tuple(sorted(int(year) for year in (years or "").split(",") if year)),
        )
        for number, key, text, first, last, ongoing, years in rows
    }


def topics_of(release: OpenRelease, practice: str, scheme: str) -> tuple[int, frozenset[str]]:
    """Return the number of a practice and its topics of a scheme."""
    rows = release.index.execute(
        "SELECT g.id, t.topic FROM thing g LEFT JOIN practice_topic t ON t.practice = g.id"
        " WHERE g.kind = 'practice' AND g.key = ?",
        (practice,),
    ).fetchall()
    topics = frozenset(t for _, t in rows if t and release.schemes.get(t, scheme) == scheme)
    return rows[0][0], topics
