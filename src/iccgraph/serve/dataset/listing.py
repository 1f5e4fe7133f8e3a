"""Lists, facets and search over the index of a release; every question is bounded and indexed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from iccgraph.iris import DEFAULT_SCHEME, fold
from iccgraph.languages import DEFAULT, Labels, best
from iccgraph.resources import RESOURCES
from iccgraph.serve.dataset.open import FEW, OpenRelease, ThingKey, group_labels

FACETS: Final = ("topic", "country", "city", "year", "began")
YEARS: Final = ("year", "began")
"""The facets whose values are years, the newest first; those of others begin with the most."""
MOST_FACET_VALUES: Final = 250
SEARCHED: Final = tuple(kind for kind, described in RESOURCES.items() if described.searched)
"""The kinds, besides practices, of which a list can be searched by words."""
MOST_RANKED: Final = 5_000
"""More practices than this are in the order of titles, not of how well they match: that would
take too long."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One thing in a list; `titles` and `summaries` are those of a practice in all languages."""

    kind: str
    key: str
    labels: Labels
    country: str = ""
    summaries: Labels = field(default_factory=dict)
    time_text: str = ""
    cities: Sequence[str] = ()
    practices: int | None = None
    titles: Labels = field(default_factory=dict)

    @property
    def names(self) -> Labels:
        """What it is called in each language: the label that it has, then other titles."""
        return {**self.labels, **self.titles}


@dataclass(frozen=True, slots=True)
class Selection:
    """The practices that a request selects: words, and at most one value of each facet.

    The facet `city` takes the practices of places within that place too, `itself` does not.
    `scheme` is the key of the scheme whose topics are counted.
    """

    words: str = ""
    facets: dict[str, str] = field(default_factory=dict)
    scheme: str = DEFAULT_SCHEME

    @property
    def everything(self) -> bool:
        """True if nothing is selected, so that all practices are meant."""
        return not self.facets and not self.match

    @property
    def match(self) -> str:
        """Return the words as a full-text query: each must begin some word of the text."""
        return " ".join(f'"{word}"*' for word in fold(self.words[:200]).split()[:12])

    def condition(self) -> tuple[str, list[Any]]:
        """Return the SQL condition on `g` (thing or thing_order) and its values."""
        parts, values = ["g.kind = 'practice'"], []
        if self.match:
            parts.append("g.id IN (SELECT rowid FROM found WHERE found MATCH ?)")
            values.append(self.match)
        for name, value in self.facets.items():
            parts.append(_CONDITIONS[name])
            values.append(value)
        return " AND ".join(parts), values


_CONDITIONS = {
    "topic": "g.id IN (SELECT practice FROM practice_topic WHERE topic = ?)",
    "city": "g.id IN (SELECT practice FROM practice_place WHERE place = ?)",
    "itself": "g.id IN (SELECT practice FROM practice_city WHERE city = ?)",
    "country": "g.country = ?",
    "year": "g.id IN (SELECT practice FROM practice_year WHERE year = CAST(? AS INTEGER))",
    "began": "g.id IN (SELECT id FROM practice WHERE first_year = CAST(? AS INTEGER))",
}
_GROUPS = {
    "topic": "SELECT t.topic, count(*) FROM thing g JOIN practice_topic t ON t.practice = g.id",
    "city": "SELECT t.place, count(*) FROM thing g JOIN practice_place t ON t.practice = g.id",
    "country": "SELECT g.country, count(*) FROM thing g",
    "year": "SELECT t.year, count(*) FROM thing g JOIN practice_year t ON t.practice = g.id",
    "began": "SELECT t.first_year, count(*) FROM thing g JOIN practice t ON t.id = g.id",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. Units: `page` counts from 1."""

    items: tuple[ListItem, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))


def practices(
    release: OpenRelease, selection: Selection, page: int, size: int, language: str = DEFAULT
) -> Listing:
    """Return one page of the selected practices; for words the best matches first.

    All others are in the order of the titles that readers of the language see.
    """
    condition, values = selection.condition()
    if selection.everything:
        total = release.manifest.content.counts.get("practice", 0)
    else:
        query = f"SELECT count(*) FROM thing g WHERE {condition}"  # noqa: S608  # only our own SQL is joined; every value is bound
        total = release.index.execute(query, values).fetchone()[0]
    fit, order, fit_values = "g.position", "g.position", []
    if selection.match and total <= MOST_RANKED:
        fit = "(SELECT rank FROM found WHERE found MATCH ? AND rowid = g.id)"
        order, fit_values = "fit, g.position", [selection.match]
    chosen = (  # first of all, so that the rest is looked up for one page only
        f"SELECT g.id, {fit} AS fit, g.position FROM thing_order g"  # noqa: S608  # as above
        f" WHERE {condition} AND g.lang = ? ORDER BY {order} LIMIT ? OFFSET ?"
    )
    rows = release.index.execute(
        f"SELECT g.id, g.key, g.country, p.time_text FROM ({chosen}) c"  # noqa: S608  # as above
        " JOIN thing g ON g.id = c.id JOIN practice p ON p.id = g.id ORDER BY c.fit, c.position",
        [*fit_values, *values, _sorted_for(release, language), size, (page - 1) * size],
    ).fetchall()
    numbers = [row[0] for row in rows]
    cities, titles = _cities(release, numbers), titles_of(release, [row[1] for row in rows])
    named = labels_of(release, [("practice", row[1]) for row in rows])
    summaries = _summaries(release, numbers)
    items = tuple(
        ListItem(
            *("practice", key, named["practice", key], country),
            *(summaries.get(id_, {}), time, cities.get(id_, ())),
            titles=titles.get(key, {}),
        )
        for id_, key, country, time in rows
    )
    return Listing(items, total, page, size)


def _sorted_for(release: OpenRelease, language: str) -> str:
    """Return the language in whose order readers find things; what has no label is in English."""
    return language if language in release.sorted_languages else DEFAULT


def _cities(release: OpenRelease, practices: Collection[int]) -> dict[int, list[str]]:
    """Return the cities of practices by the number of each, in the order of their keys."""
    rows = release.index.execute(
        "SELECT f.practice, f.city FROM json_each(?) j"
        " JOIN practice_city f ON f.practice = j.value ORDER BY f.city",
        (json.dumps(list(practices)),),
    )
    found: dict[int, list[str]] = {}
    for practice, city in rows:
        found.setdefault(practice, []).append(city)
    return found


def _summaries(release: OpenRelease, practices: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the summaries of practices by the number of each and language."""
    rows = release.index.execute(
        "SELECT s.practice, s.lang, s.text FROM json_each(?) j"
        " JOIN practice_summary s ON s.practice = j.value",
        (json.dumps(list(practices)),),
    )
    found: dict[int, dict[str, str]] = {}
    for practice, tag, text in rows:
        found.setdefault(practice, {})[tag] = text
    return found


def facet(release: OpenRelease, selection: Selection, name: str) -> list[tuple[str, int]]:
    """Return the values of a facet among the selected practices, with their counts."""
    others = Selection(selection.words, {n: v for n, v in selection.facets.items() if n != name})
    if others.everything:
        query = "SELECT key, practices FROM facet WHERE kind = ? AND key <> ''"
        rows = release.index.execute(query, (name,))
    else:
        condition, values = others.condition()
        rows = release.index.execute(f"{_GROUPS[name]} WHERE {condition} GROUP BY 1", values)
    found = [(str(key), count) for key, count in rows if key not in (None, "")]
    if name == "topic":
        found = of_scheme(release, found, selection.scheme)
    if name in YEARS:
        return sorted(found, reverse=True)[:MOST_FACET_VALUES]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:MOST_FACET_VALUES]


def of_scheme(
    release: OpenRelease, topics: Iterable[tuple[str, int]], scheme: str
) -> list[tuple[str, int]]:
    """Return the topics of a scheme among topics with their counts."""
    schemes = release.schemes
    return [(key, count) for key, count in topics if schemes.get(key, scheme) == scheme]


OF_SCHEME: Final = {
    "topic": " AND g.key IN (SELECT key FROM topic WHERE scheme = ?)",
    "city-topic": " AND g.key IN (SELECT city || '/' || topic FROM city_topic WHERE scheme = ?)",
}
"""The kinds of thing that are listed for one scheme of topics, with their conditions."""


def things(
    release: OpenRelease,
    selection: Selection,
    kind: str,
    page: int,
    size: int,
    language: str = DEFAULT,
) -> Listing:
    """Return one page of the things of a kind with the practices of each.

    They are in the order of the labels that readers of the language see.

    Arguments: of `selection`, words count for kinds that are found by words, and the scheme for
    topics and their links with cities.
    """
    condition, values = "g.kind = ?" + OF_SCHEME.get(kind, ""), [kind]
    if kind in OF_SCHEME:
        values.append(selection.scheme)
    if selection.match:
        condition += " AND g.id IN (SELECT rowid FROM found WHERE found MATCH ?)"
        values.append(selection.match)
    query = f"SELECT count(*) FROM thing g WHERE {condition}"  # noqa: S608  # our own SQL
    (total,) = release.index.execute(query, values).fetchone()
    rows = release.index.execute(
        "SELECT g.key, g.country, f.practices FROM thing_order o JOIN thing g ON g.id = o.id"  # noqa: S608  # as above
        " LEFT JOIN facet f ON f.kind = g.kind AND f.key = g.key"
        f" WHERE {condition} AND o.kind = ? AND o.lang = ? ORDER BY o.position LIMIT ? OFFSET ?",
        [*values, kind, _sorted_for(release, language), size, (page - 1) * size],
    ).fetchall()
    named = labels_of(release, [(kind, row[0]) for row in rows])
    items = tuple(
        ListItem(kind, key, named[kind, key], country, practices=practices or 0)
        for key, country, practices in rows
    )
    return Listing(items, total, page, size)


def labels_of(release: OpenRelease, things: Collection[ThingKey]) -> dict[ThingKey, Labels]:
    """Return the labels of those things that there are; one statement at most, however many."""
    held = release.held_labels
    found = {thing: held[thing] for thing in things if thing in held}
    others = [thing for thing in things if thing[0] not in FEW]
    if others:
        rows = release.index.execute(
            "SELECT g.kind, g.key, l.lang, l.text FROM json_each(?) j CROSS JOIN thing g"
            " ON g.kind = json_extract(j.value, '$[0]') AND g.key = json_extract(j.value, '$[1]')"
            " JOIN label l ON l.thing = g.id ORDER BY l.thing, l.lang",
            (json.dumps(others),),
        )
        found |= group_labels(rows)
    return found


def labels(release: OpenRelease, kind: str, language: str) -> dict[str, str]:
    """Return what all things of a kind that there are few of are called, by key."""
    return {
        key: best(found, language)[0]
        for (of_kind, key), found in release.held_labels.items()
        if of_kind == kind
    }


def titles_of(release: OpenRelease, keys: Collection[str]) -> dict[str, Labels]:
    """Return the titles of practices by the key of each and language, the printed one first."""
    rows = release.index.execute(
        "SELECT g.key, t.lang, t.text FROM json_each(?) j"
        " JOIN thing g ON g.kind = 'practice' AND g.key = j.value"
        " JOIN practice_title t ON t.practice = g.id LEFT JOIN label l"
        " ON l.thing = g.id AND l.lang = t.lang ORDER BY g.id, l.lang IS NULL, t.lang",
        (json.dumps(list(keys)),),
    )
    found: dict[str, dict[str, str]] = {}
    for key, tag, text in rows:
        found.setdefault(key, {})[tag] = text
    return dict(found)


def named(release: OpenRelease, kind: str, key: str, language: str) -> tuple[str, str]:
    """Return what one thing is called for readers of a language, and the tag of that text.

    It is the key, in no language, if there is no such thing.
    """
    if kind == "practice":
        found = titles_of(release, [key]).get(key, {})
    else:
        found = labels_of(release, [(kind, key)]).get((kind, key), {})
    text, tag = best(found, language)
    return (text, tag) if text else (key, "")


def label(release: OpenRelease, kind: str, key: str, language: str) -> str:
    """Return what one thing is called, its key if there is no such thing."""
    return named(release, kind, key, language)[0]


def term_label(release: OpenRelease, iri: str, language: str) -> str:
    """Return what a term of the vocabulary is called, empty if it is not ours."""
    return best(release.terms.get(iri, {}), language)[0]


def similar_cities(release: OpenRelease, city: str, scheme: str) -> list[tuple[str, int, int]]:
    """Return the cities that share most topics of a scheme: key, topics shared, practices."""
    return release.index.execute(
        "SELECT b.city, count(*) AS shared, sum(b.practices) FROM city_topic a"
        " JOIN city_topic b ON b.topic = a.topic AND b.city <> a.city"
        " WHERE a.city = ? AND a.scheme = ?"
        " GROUP BY b.city ORDER BY shared DESC, 3 DESC, b.city LIMIT 8",
        (city, scheme),
    ).fetchall()


def country_topics(release: OpenRelease, country: str, scheme: str) -> list[tuple[str, int]]:
    """Return the topics of a scheme in a country's practices with their counts, most first."""
    rows = release.index.execute(
        "SELECT t.topic, count(*) FROM thing g JOIN practice_topic t ON t.practice = g.id"
        " WHERE g.kind = 'practice' AND g.country = ? GROUP BY 1 ORDER BY 2 DESC, 1",
        (country,),
    )
    return of_scheme(release, rows, scheme)


def places_within(release: OpenRelease, place: str) -> list[str]:
    """Return the keys of the places that lie in a place, by label; not those within these."""
    rows = release.index.execute(
        "SELECT p.key FROM place p JOIN thing g ON g.kind = 'city' AND g.key = p.key"
        " WHERE p.within = ? ORDER BY g.sort, g.id",
        (place,),
    )
    return [key for (key,) in rows]


def cities_of_programme(release: OpenRelease) -> int:
    """Return how many cities are of the programme, and not only larger places of such."""
    query = "SELECT count(*) FROM place WHERE in_programme"
    return int(release.index.execute(query).fetchone()[0])


def practices_by_city(release: OpenRelease) -> dict[str, int]:
    """Return the number of practices of each city itself, without those of places within it."""
    query = "SELECT city, count(*) FROM practice_city GROUP BY city ORDER BY 2 DESC, city"
    return dict(release.index.execute(query).fetchall())


def places(
    release: OpenRelease, keys: Iterable[str]
) -> dict[str, tuple[float | None, float | None]]:
    """Return the latitude and longitude of cities by key, in degrees, None where one has none."""
    rows = release.index.execute(
        "SELECT p.key, p.lat, p.lon FROM json_each(?) j JOIN place p ON p.key = j.value",
        (json.dumps(list(keys)),),
    )
    return {key: (lat, lon) for key, lat, lon in rows}
