"""Lists, facets and search over the index of a release; every question is bounded and indexed."""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from iccgraph.languages import DEFAULT, Labels, best
from iccgraph.release.facets import NOT_KNOWN, YEARS
from iccgraph.resources import RESOURCES
from iccgraph.serve.dataset.nearby import by_distance
from iccgraph.serve.dataset.open import FEW, OpenRelease, ThingKey, group_labels
from iccgraph.serve.dataset.selection import Selected, Selection

MOST_FACET_VALUES: Final = 250
SEARCHED: Final = tuple(kind for kind, described in RESOURCES.items() if described.searched)
"""The kinds, besides practices, of which a list can be searched by words."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One thing in a list; `titles` and `summaries` are those of a practice in all languages.

    Arguments: `kilometres` is the distance to the nearest of its cities, if the list has a place
    that practices are to be near.
    """

    kind: str
    key: str
    labels: Labels
    country: str = ""
    summaries: Labels = field(default_factory=dict)
    time_text: str = ""
    cities: Sequence[str] = ()
    practices: int | None = None
    titles: Labels = field(default_factory=dict)
    topics: Sequence[str] = ()
    kilometres: float | None = None
    first_year: int | None = None
    last_year: int | None = None
    ongoing: bool = False
    years: Sequence[int] = ()

    @property
    def names(self) -> Labels:
        """What it is called in each language: the label that it has, then other titles."""
        return {**self.labels, **self.titles}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, as the numbers of its things. Units: `page` counts from 1."""

    numbers: Sequence[int]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Listing(Page):
    """One page of a list, with what pages show of its things."""

    items: tuple[ListItem, ...] = ()


def practices(selected: Selected, page: int, size: int, language: str = DEFAULT) -> Listing:
    """Return one page of the selected practices, with what pages show of them."""
    found = practice_page(selected, page, size, language)
    items = _items(selected, found.numbers)
    return Listing(found.numbers, found.total, page, size, items)


def practice_page(selected: Selected, page: int, size: int | None, language: str = DEFAULT) -> Page:
    """Return one page of the selected practices; without a size it has all of them.

    Those that are alike by the order of the selection are in that of the titles that readers of the
    language see.
    """
    release = selected.release
    order = release.rows.order(language)
    total = len(selected.rows)
    size = size or max(1, total)
    numbers = order.page(selected.tiers(), (page - 1) * size, size)
    return Page(numbers, total, page, size)


def _items(selected: Selected, numbers: Sequence[int]) -> tuple[ListItem, ...]:
    """Return what lists show of practices, in the order of their numbers."""
    release = selected.release
    rows = release.index.execute(
        "SELECT g.id, g.key, g.country, p.time_text, p.first_year, p.last_year, p.ongoing, p.years"
        " FROM json_each(?) j"
        " JOIN thing g ON g.id = j.value JOIN practice p ON p.id = g.id",
        (json.dumps(list(numbers)),),
    )
    found = {id_: row for id_, *row in rows}
    keys = [found[number][0] for number in numbers]
    titles = titles_of(release, keys)
    cities, topics = _of_practices(release, numbers)
    summaries = _summaries(release, numbers)
    here = selected.selection.near
    near = {here: 0.0, **dict(by_distance(release, here))} if here else {}
    items = []
    for number in numbers:
        key, country, time_text, first, last, ongoing, years = found[number]
        places = cities.get(number, ())
        far = [near[city] for city in places if city in near]
        items.append(
            ListItem(
                *("practice", key, dict([next(iter(titles[key].items()))]), country),
                *(summaries.get(number, {}), time_text, places),
                titles=titles[key],  # of which the printed one stands first
                topics=topics.get(number, ()),
                kilometres=min(far, default=None),
                first_year=first,
                last_year=last,
                ongoing=bool(ongoing),
                years=[int(year) for year in years.split(",") if year],
            )
        )
    return tuple(items)


def _sorted_for(release: OpenRelease, language: str) -> str:
    """Return the language in whose order readers find things; what has no label is in English."""
    return language if language in release.sorted_languages else DEFAULT


def _of_practices(
    release: OpenRelease, practices: Collection[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return the cities and the topics of practices by the number of each, in the order of keys."""
    rows = release.index.execute(
        "SELECT 0, f.practice, f.city FROM json_each(?1) j"
        " JOIN practice_city f ON f.practice = j.value"
        " UNION ALL SELECT 1, f.practice, f.topic FROM json_each(?1) j"
        " JOIN practice_topic f ON f.practice = j.value ORDER BY 3",
        (json.dumps(list(practices)),),
    )
    found: tuple[dict[int, list[str]], dict[int, list[str]]] = {}, {}
    for which, practice, key in rows:
        found[which].setdefault(practice, []).append(key)
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


def facet(selected: Selected, name: str) -> list[tuple[str, int]]:
    """Return the values of a filter among the selected practices, with their counts.

    The topics are those of the selection's scheme; years are in their order, all else begins with
    the most; that it is not known stands last.
    """
    found = selected.facet(name)
    if name == "topic":
        found = of_scheme(selected.release, found, selected.selection.scheme)
    if name in YEARS:
        return sorted(found, key=lambda pair: (pair[0] == NOT_KNOWN, pair[0]))
    found.sort(key=lambda pair: (pair[0] == NOT_KNOWN, -pair[1], pair[0]))
    return found[:MOST_FACET_VALUES]


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
_AMONG: Final = " AND g.id IN (SELECT value FROM json_each(?))"
_EVERYTHING: Final = Selection()


COUNTED: Final = ("city", "country", "topic", "network")
"""The kinds of thing of which a list puts those with practices first; there are few of each."""


def orders(kind: str) -> tuple[str, ...]:
    """Return the ways to order the things of a kind, the usual one first."""
    return ("practices", "name") if kind in COUNTED else ("name",)


def things(
    release: OpenRelease,
    kind: str,
    page: int,
    size: int,
    language: str = DEFAULT,
    selection: Selection = _EVERYTHING,
) -> Listing:
    """Return one page of the things of a kind, with what pages show of them.

    Arguments: as of `thing_page`.
    """
    found = thing_page(release, kind, page, size, language, selection)
    rows = release.index.execute(
        "SELECT g.id, g.key, g.country FROM json_each(?) j JOIN thing g ON g.id = j.value",
        (json.dumps(list(found.numbers)),),
    )
    by_number = {number: (key, country) for number, key, country in rows}
    named = labels_of(release, [(kind, key) for key, _ in by_number.values()])
    items = tuple(
        ListItem(
            *(kind, key, named[kind, key], country),
            practices=practices_of(release, kind, key),
        )
        for number in found.numbers
        for key, country in (by_number[number],)
    )
    return Listing(found.numbers, found.total, page, size, items)


def thing_page(
    release: OpenRelease,
    kind: str,
    page: int,
    size: int | None,
    language: str = DEFAULT,
    selection: Selection = _EVERYTHING,
) -> Page:
    """Return one page of the things of a kind; without a size it has all of them.

    They are in the order of the labels that readers of the language see; places, countries, topics
    and networks that have practices stand before those without, unless the order is by name.

    Arguments: of the selection, the scheme counts for topics and their links with cities, the words
    for kinds that are searched, since when things have changed and one of `orders` for all.
    """
    if (selection.sort or orders(kind)[0]) == "practices":
        ordered = _with_practices_first(release, kind, language, selection)
        size, total = size or max(1, len(ordered)), len(ordered)
        return Page(ordered[(page - 1) * size : page * size], total, page, size)
    start, most = ((page - 1) * size, size) if size else (0, -1)
    total, numbers = _by_name(release, kind, start, most, language, selection)
    return Page(numbers, total, page, size or max(1, total))


def _with_practices_first(
    release: OpenRelease, kind: str, language: str, selection: Selection
) -> array[int]:
    """Return the numbers of all selected things of a kind, those with practices first."""
    scheme = selection.scheme if kind in OF_SCHEME else ""
    asked = "in order", kind, _sorted_for(release, language), scheme
    whole = not selection.modified_since and not (kind in SEARCHED and selection.terms)
    if whole and asked in release.worked_out:
        found: array[int] = release.worked_out[asked]
        return found
    _, numbers = _by_name(release, kind, 0, -1, language, selection)
    keys = dict(zip(numbers, keys_of(release, numbers), strict=True))
    ordered = sorted(numbers, key=lambda number: not practices_of(release, kind, keys[number]))
    if whole:
        release.worked_out[asked] = array("I", ordered)
    return array("I", ordered)


def mixed(release: OpenRelease, kind: str, scheme: str) -> bool:
    """True if some things of a kind have practices and others have none, so that orders differ."""
    if kind not in COUNTED:
        return False
    ordered = _with_practices_first(release, kind, DEFAULT, Selection(scheme=scheme))
    ends = keys_of(release, [*ordered[:1], *ordered[-1:]])
    return len({practices_of(release, kind, key) > 0 for key in ends}) > 1


def _by_name(
    release: OpenRelease, kind: str, start: int, most: int, language: str, selection: Selection
) -> tuple[int, array[int]]:
    """Return how many selected things of a kind there are, and the numbers of some, by label.

    Arguments: `most` is -1 for all from `start` on; the others are those of `thing_page`.
    """
    condition, values = "g.kind = ?" + OF_SCHEME.get(kind, ""), [kind]
    if kind in OF_SCHEME:
        values.append(selection.scheme)
    if kind in SEARCHED and (terms := selection.terms):
        condition += _AMONG
        values.append(json.dumps(list(release.texts.find(terms).rows - release.rows.everything)))
    if selection.modified_since:
        condition += _AMONG
        values.append(json.dumps(list(release.modified_since(kind, selection.modified_since))))
    query = f"SELECT count(*) FROM thing g WHERE {condition}"  # noqa: S608  # our own SQL
    (total,) = release.index.execute(query, values).fetchone()
    rows = release.index.execute(
        "SELECT g.id FROM thing_order o JOIN thing g ON g.id = o.id"  # noqa: S608  # as above
        f" WHERE {condition} AND o.kind = ? AND o.lang = ? ORDER BY o.position LIMIT ? OFFSET ?",
        [*values, kind, _sorted_for(release, language), most, start],
    )
    return total, array("I", (number for (number,) in rows))


def keys_of(release: OpenRelease, numbers: Sequence[int]) -> list[str]:
    """Return the keys of things, in the order of their numbers."""
    rows = release.index.execute(
        "SELECT g.id, g.key FROM json_each(?) j JOIN thing g ON g.id = j.value",
        (json.dumps(list(numbers)),),
    )
    found = dict(rows)
    return [found[number] for number in numbers]


def practices_of(release: OpenRelease, kind: str, key: str) -> int:
    """Return how many practices a place, country, topic, network or city-topic link has."""
    rows = release.rows
    if kind != "city-topic":
        return len(rows.facet(kind).get(key, ()))
    city, _, topic = key.partition("/")
    return rows.facet("itself")[city].intersection_cardinality(rows.facet("topic")[topic])


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
    called = release.called(language).items()
    return {key: text for (of_kind, key), (text, _) in called if of_kind == kind}


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


def country_topics(release: OpenRelease, country: str, scheme: str) -> list[tuple[str, int]]:
    """Return the topics of a scheme in a country's practices with their counts, most first."""
    selected = Selected(release, Selection(facets={"country": (country,)}, scheme=scheme))
    return [(topic, count) for topic, count in facet(selected, "topic") if topic != NOT_KNOWN]


def places_within(release: OpenRelease, place: str) -> list[str]:
    """Return the keys of the places that lie in a place, by label; not those within these."""
    rows = release.index.execute(
        "SELECT p.key FROM place p JOIN thing g ON g.kind = 'city' AND g.key = p.key"
        " WHERE p.within = ? ORDER BY g.sort, g.id",
        (place,),
    )
    return [key for (key,) in rows]


def places(
    release: OpenRelease, keys: Iterable[str]
) -> dict[str, tuple[float | None, float | None]]:
    """Return the latitude and longitude of cities by key, in degrees, None where one has none."""
    rows = release.index.execute(
        "SELECT p.key, p.lat, p.lon FROM json_each(?) j JOIN place p ON p.key = j.value",
        (json.dumps(list(keys)),),
    )
    return {key: (lat, lon) for key, lat, lon in rows}


def numbered(
    release: OpenRelease, numbers: Iterable[int], kinds: Collection[str]
) -> list[tuple[str, str]]:
    """Return the kinds and keys of those things of some kinds that have these row numbers."""
    rows = release.index.execute(
        "SELECT g.kind, g.key FROM json_each(?) j JOIN thing g ON g.id = j.value",
        (json.dumps(list(numbers)),),
    )
    return [(kind, key) for kind, key in rows if kind in kinds]
