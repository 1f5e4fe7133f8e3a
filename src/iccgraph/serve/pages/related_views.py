"""Views of what leads on from a thing: practices, places and topics next to it, each with why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from iccgraph.languages import best, collation_key
from iccgraph.serve.dataset import listing, networks, related
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.related import Candidate, Similar, Timed
from iccgraph.serve.pages.facts import ThingView, View
from iccgraph.vocab import DCTERMS, ICC

_EACH: Final = 3
"""A page of a practice shows at most so many practices of each group."""
_FROM_ONE: Final = 2
"""So many of them are from one place, so that a group leads to several."""
_NEAR: Final = 5
"""So many places are looked at for practices."""
SIMILAR_SHOWN: Final = 4
NEIGHBOURS_SHOWN: Final = 5


def practice_lead(thing: ThingView) -> View:
    """Return the practices that may come next after a practice, by why they do.

    `here` are of the same place; `near` are on its topics, the nearest first, or of the same
    country if the practice has no place; `alike` are on its topics too, in places that work on
    much the same; `elsewhere` is filled if there are few others.
    """
    release, scheme = thing.release, thing.scheme
    number, topics = related.topics_of(release, thing.key, scheme)
    own = [key for _, key in map(_split(release), thing.objects(thing.root, ICC.city)) if key]
    near = _near_places(thing, own, topics)
    alike = _most_alike(thing, own[0])[:_EACH] if own else []
    others = [city for city, _ in near] + [row.city for row in alike]
    found = related.practices_of(release, list(dict.fromkeys([*own, *others])), topics)
    taken = {number, *_numbers(release, thing)}
    here = _take(found, [(city, {}) for city in own], taken, _EACH, _EACH, any_topic=True)
    any_topic = not topics
    near_rows = _take(
        found,
        [(city, {} if km is None else {"km": km}) for city, km in near],
        taken,
        *(_EACH, _FROM_ONE),
        any_topic=any_topic,
    )
    why = [
        (row.city, {"common": len(row.shared), "either": row.either})
        for row in alike
        if len(row.shared) >= related.ENOUGH
    ]
    alike_rows = _take(found, why, taken, _EACH, _FROM_ONE, any_topic=any_topic)
    elsewhere: list[tuple[Candidate, View]] = []
    if len(here) + len(near_rows) + len(alike_rows) < _EACH:
        chosen = [one for one in related.practices_on(release, topics) if one.number not in taken]
        elsewhere = [(one, {}) for one in _by_topics(chosen)[:_EACH]]
    groups = {"here": here, "near": near_rows, "alike": alike_rows, "elsewhere": elsewhere}
    return _rows(thing, groups, topics)


def _split(release: OpenRelease) -> Callable[[object], tuple[str, str]]:
    """Return what gives the kind and key of a thing of the release, empty for anything else."""
    return lambda node: release.iris.split(getattr(node, "value", "")) or ("", "")


def _numbers(release: OpenRelease, thing: ThingView) -> list[int]:
    """Return the numbers of the practices that curators related to this one."""
    keys = [key for _, key in map(_split(release), thing.objects(thing.root, DCTERMS.relation))]
    query = "SELECT id FROM thing WHERE kind = 'practice' AND key = ?"
    return [row[0] for key in keys for row in release.index.execute(query, (key,))]


def _near_places(
    thing: ThingView, own: Sequence[str], topics: frozenset[str]
) -> list[tuple[str, float | None]]:
    """Return the nearest places with practices on the topics, with the kilometres where known."""
    release = thing.release
    of_city = release.city_topics.get(thing.scheme, {})
    best_known: dict[str, float] = {}
    for city in own:
        for other, km in related.nearest(release, city):
            held = of_city.get(other, frozenset())
            if other not in own and (not topics or not topics.isdisjoint(held)):
                best_known[other] = min(km, best_known.get(other, km))
    if best_known:
        first = sorted(best_known.items(), key=lambda pair: (pair[1], pair[0]))
        return [*first[:_NEAR]]
    countries = map(_split(release), thing.objects(thing.root, ICC.country))
    same = [city for _, country in countries for city in related.of_country(release, country)]
    unmeasured: list[tuple[str, float | None]] = [(city, None) for city in same if city not in own]
    return unmeasured[:_NEAR]


def _most_alike(thing: ThingView, city: str) -> list[Similar]:
    """Return the cities that are most like one, those that are alike equally by name."""
    release, language = thing.release, thing.language
    asked = ("alike", city, thing.scheme, language)
    found: list[Similar] | None = release.worked_out.get(asked)
    if found is None:
        found = related.similar(release, city, thing.scheme, SIMILAR_SHOWN)
        names = {row.city: listing.label(release, "city", row.city, language) for row in found}
        found.sort(key=lambda row: (-row.score, collation_key(names[row.city])))
        del found[SIMILAR_SHOWN:]
        if found:  # so that only names of cities are kept
            release.worked_out[asked] = found
    return found


def _take(
    found: Mapping[str, Sequence[Candidate]],
    places: Iterable[tuple[str, View]],
    taken: set[int],
    most: int,
    from_one: int,
    *,
    any_topic: bool,
) -> list[tuple[Candidate, View]]:
    """Return practices of places in their order, those with most of the topics first.

    Arguments: `places` are their keys with what is known of each; `taken` are the numbers of
    practices that are shown already, and grows; at most `from_one` are of one place.
    """
    rows: list[tuple[Candidate, View]] = []
    for city, known in places:
        held = [one for one in found[city] if one.number not in taken and (any_topic or one.topics)]
        for one in _by_topics(held)[: min(from_one, most - len(rows))]:
            taken.add(one.number)
            rows.append((one, known))
    return rows


def _by_topics(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-len(one.topics), one.number))


def _rows(
    thing: ThingView,
    groups: Mapping[str, Sequence[tuple[Candidate, View]]],
    topics: Iterable[str],
) -> View:
    """Return groups of practices as pages show them; one question each for titles and times."""
    release, language = thing.release, thing.language
    numbers = [one.number for rows in groups.values() for one, _ in rows]
    if not numbers:
        return {name: [] for name in groups}
    timed = related.timed(release, numbers)
    titles = listing.titles_of(release, [row.key for row in timed.values()])
    names = {key: listing.label(release, "topic", key, language) for key in topics}

    def row(one: Candidate, known: View) -> View:
        time = timed[one.number]
        title, tag = best(titles[time.key], language)
        return {
            "path": f"{thing.start}practice/{time.key}",
            "label": title,
            "lang": tag,
            "city": thing.named("city", one.city) if one.city else None,
            "topics": sorted((names[key] for key in one.topics), key=collation_key),
            **years(time),
            **known,
        }

    return {name: [row(*one) for one in rows] for name, rows in groups.items()}


def years(time: Timed) -> View:
    """Return the time of a practice as `when` of the templates shows it."""
    return {
        "time_text": time.time_text,
        "first_year": _year(time.first_year),
        "last_year": _year(time.last_year),
        "years": [_year(year) for year in time.years],
        "ongoing": time.ongoing,
    }


def _year(year: int | None) -> str:
    return "" if year is None else f"{year:04}"


def city_lead(thing: ThingView) -> View:
    """Return the places and practices that may come next after a city."""
    release = thing.release
    near = related.neighbours(release, thing.key, NEIGHBOURS_SHOWN)
    has_own = thing.key in release.practice_counts["city"]
    alike = _most_alike(thing, thing.key)
    view: View = {
        "neighbours": places(thing, near),
        "like_size": [],
        "country_places": [],
    }
    if not alike:
        view["like_size"] = places(thing, related.of_like_size(release, thing.key, _EACH))
    if not near:
        countries = map(_split(release), thing.objects(thing.root, ICC.country))
        keys = [city for _, country in countries for city in related.of_country(release, country)]
        view["country_places"] = places(thing, [(key, None) for key in keys if key != thing.key])
    view["near_path"] = f"{thing.start}practices?near={thing.key}" if near else ""
    topics = sorted({topic for row in alike for topic in row.shared})
    cities = dict.fromkeys([*(city for city, _ in near), *(row.city for row in alike)])
    found = related.practices_of(release, list(cities), topics)
    groups = {"near": _near_rows(found, near, _EACH if has_own else 2 * _EACH)}
    for row in alike:
        held = [one for one in found[row.city] if not row.shared.isdisjoint(one.topics)]
        groups[row.city] = [(one, {}) for one in _by_topics(held)[:_FROM_ONE]]
    rows = _rows(thing, groups, topics)
    view["near"] = rows["near"]
    beyond = networks.beyond_chance(release, thing.key, thing.scheme) if alike else frozenset()
    view["similar"] = [
        {**_similar_row(thing, r), "practices": rows[r.city], "beyond_chance": r.city in beyond}
        for r in alike
    ]
    return view


def near_practices(thing: ThingView, near: Sequence[tuple[str, float | None]], most: int) -> View:
    """Return the practices of the nearest places."""
    found = related.practices_of(thing.release, [city for city, _ in near])
    return _rows(thing, {"near": _near_rows(found, near, most)}, ())


def _near_rows(
    found: Mapping[str, Sequence[Candidate]],
    near: Sequence[tuple[str, float | None]],
    most: int,
) -> list[tuple[Candidate, View]]:
    known = [(city, {"km": km}) for city, km in near]
    return _take(found, known, set(), most, _FROM_ONE, any_topic=True)


def places(thing: ThingView, near: Iterable[tuple[str, float | None]]) -> list[View]:
    """Return places with the kilometres to each, if known, and the number of their practices."""
    counts = thing.release.practice_counts["city"]
    return [
        {
            **thing.named("city", city),
            "km": km,
            "count": counts.get(city, 0),
            "practices_path": f"{thing.start}practices?city={city}",
        }
        for city, km in near
    ]


def _similar_row(thing: ThingView, row: Similar) -> View:
    shared = [thing.named("topic", key) for key in row.shared]
    shared.sort(key=lambda topic: collation_key(topic["label"]))
    chosen = "".join(f"&topic={key}" for key in sorted(row.shared))
    return {
        **thing.named("city", row.city),
        "shared": shared,
        "either": row.either,
        "practices_path": f"{thing.start}practices?city={row.city}{chosen}",
    }


def topic_practices(thing: ThingView, topics: Sequence[str]) -> list[View]:
    """Return the first practices of topics, those with most of them first."""
    found = _by_topics(related.practices_on(thing.release, topics))[: 2 * _EACH]
    rows: list[View] = _rows(thing, {"rows": [(one, {}) for one in found]}, topics)["rows"]
    return rows
