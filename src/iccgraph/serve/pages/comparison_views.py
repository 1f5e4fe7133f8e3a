"""Views of a comparison of cities: its page in one language, and its data as JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import best, collation_key
from iccgraph.serve.context import link, site
from iccgraph.serve.dataset import listing, related
from iccgraph.serve.dataset.comparison import MOST, Compared, Comparison
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.selection import TERMS
from iccgraph.serve.pages import charts
from iccgraph.serve.pages.facts import View, reference
from iccgraph.serve.pages.figure_views import FEW, query
from iccgraph.serve.pages.related_views import years as times
from iccgraph.tables.cells import csv_text
from iccgraph.vocab import PREFIXES

PATH: Final = "compare"
SUGGESTED: Final = 8
"""So many cities are proposed at most."""


def address(cities: Iterable[str], scheme: str, path: str = PATH) -> str:
    """Return the path of a comparison; the usual scheme is left out."""
    pairs = [("city", city) for city in cities]
    pairs += [("scheme", scheme)] if scheme != DEFAULT_SCHEME else []
    return f"{link(path)}?{urlencode(pairs)}" if pairs else link(path)


def comparison_view(found: Comparison, language: str) -> View:
    """Return what the page of a comparison shows."""
    release = found.release
    keys = [city.key for city in found.cities]
    axis = charts.Years.of(
        [
            charts.Span(min(c.years.counts), max(c.years.counts))
            for c in found.cities
            if c.years.counts
        ]
    )
    topics = _topics(found, language)
    most = max((n for city in found.cities for n in city.years.counts.values()), default=0)
    return {
        "cities": [_city(found, city, language) for city in found.cities],
        "axis": axis,
        "most": most,
        "topics": topics,
        "shared": _labels(release, found.shared, language),
        "common": _common(found, topics, language),
        "distances": [
            {"places": [_name(release, one, language), _name(release, other, language)], "km": km}
            for one, other, km in found.distances()
        ],
        "suggested": suggested(release, keys, found.scheme, language),
        "full": len(keys) >= MOST,
    }


def _name(release: OpenRelease, key: str, language: str) -> str:
    return release.called(language)["city", key][0]


def _labels(release: OpenRelease, topics: Iterable[str], language: str) -> list[str]:
    called = release.called(language)
    return sorted((called["topic", key][0] for key in topics), key=collation_key)


def _city(found: Comparison, city: Compared, language: str) -> View:
    """Return one column: what is known of a city, and the comparison without it."""
    release = found.release
    others = [other.key for other in found.cities if other.key != city.key]
    term = listing.term_label
    years = city.years.counts
    return {
        **reference(release, "city", city.key, language),
        "without": address(others, found.scheme),
        "country": reference(release, "country", city.country, language) if city.country else None,
        "kind": city.kind,
        "population": city.population,
        "population_year": city.population_year,
        "population_source": city.population_source,
        "size": city.size_class and term(release, TERMS["population"] + city.size_class, language),
        "networks": _networks(release, city, language),
        "assessments": _assessments(release, city, language),
        "practices": len(city.rows),
        "few": len(city.rows) < FEW,
        "practices_path": link(f"practices?city={city.key}"),
        "ongoing": city.ongoing,
        "ongoing_path": link(f"practices?city={city.key}&ongoing=true"),
        "years": {"counts": years},
        "known": len(city.rows) - city.years.unknown,
        "unknown": city.years.unknown,
        "first": min(years, default=0),
        "last": max(years, default=0),
    }


def _networks(release: OpenRelease, city: Compared, language: str) -> list[View]:
    """Return the networks that sources name a city as a member of, with the years they give."""
    joined: dict[str, dict[str, None]] = {}
    for row in city.memberships:
        for network in row["network"]:
            joined.setdefault(network, {}).update(dict.fromkeys(row.get("joined_year", ())))
    found = [
        {**reference(release, "network", key, language), "joined": sorted(years)}
        for key, years in joined.items()
    ]
    return sorted(found, key=lambda row: collation_key(row["label"]))


def _assessments(release: OpenRelease, city: Compared, language: str) -> list[View]:
    """Return the assessments of a city that have a date or a score, the newest first."""
    start = f"{PREFIXES['icc']}kind-"
    found = [
        {
            "path": link(f"assessment/{row['key'][0]}"),
            "date": "".join(row.get("date", ())),
            "kind": listing.term_label(release, start + "".join(row.get("kind", ())), language),
            "score": row["score"][0] if row.get("score") else None,
            "second_hand": row.get("second_hand") == [True],
        }
        for row in city.assessments
    ]
    return sorted(found, key=lambda row: str(row["date"]), reverse=True)


def _topics(found: Comparison, language: str) -> list[View]:
    """Return a row for each topic of any city: those of most cities first, then by practices."""
    called = found.release.called(language)
    rows: list[View] = []
    for topic, cities in found.topics.items():
        cells = [
            {
                "count": city.topics.get(topic, 0),
                "of": len(city.rows),
                "path": link(f"practices?{query('city', city.key, topic)}"),
            }
            for city in found.cities
        ]
        rows.append(
            {
                "key": topic,
                "label": called["topic", topic][0],
                "path": link(f"topic/{topic}"),
                "cities": cities,
                "cells": cells,
                "total": sum(cell["count"] for cell in cells),
            }
        )
    rows.sort(key=lambda row: (-row["cities"], -row["total"], collation_key(row["label"])))
    return rows


def _common(found: Comparison, rows: Sequence[View], language: str) -> list[View]:
    """Return the practices of cities on topics that several have; two statements for all.

    Arguments: `rows` are those of all topics.
    """
    release = found.release
    named = {topic: found.named(topic) for topic, cities in found.topics.items() if cities > 1}
    numbers = {n for held in named.values() for some in held.values() for n in some}
    timed = related.timed(release, numbers) if numbers else {}
    titles = listing.titles_of(release, [time.key for time in timed.values()]) if timed else {}
    topics = [{**row} for row in rows if row["key"] in named]
    of_city = {city.key: city for city in found.cities}

    def practice(number: int) -> View:
        time = timed[number]
        label, tag = best(titles[time.key], language)
        return {"path": link(f"practice/{time.key}"), "label": label, "lang": tag, **times(time)}

    for row in topics:
        row["of"] = [
            {
                **reference(release, "city", key, language),
                "practices": [practice(number) for number in held],
                "more": of_city[key].topics[row["key"]] - len(held),
                "path": link(f"practices?{query('city', key, row['key'])}"),
            }
            for key, held in named[row["key"]].items()
        ]
    return topics


def suggested(
    release: OpenRelease, cities: Sequence[str], scheme: str, language: str
) -> list[View]:
    """Return cities that may be added, each with why: `alike`, `near` or `many` practices."""
    if len(cities) >= MOST:
        return []
    known = release.practice_counts["city"]
    reasons: dict[str, str] = {}
    if cities:
        first, half = cities[0], SUGGESTED // 2
        alike = related.similar(release, first, scheme, half)[:half]
        near = related.neighbours(release, first, half)
        reasons |= {row.city: "alike" for row in alike}
        reasons |= {city: "near" for city, _ in near if city not in reasons}
    if not reasons:
        many = sorted(known, key=lambda key: (-known[key], key))
        reasons = dict.fromkeys(many[:SUGGESTED], "many")
    return [
        {
            **reference(release, "city", key, language),
            "why": why,
            "count": known.get(key, 0),
            "add": address([*cities, key], scheme),
        }
        for key, why in reasons.items()
        if key not in cities
    ]


def document(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON: cities, topics and distances; keys, and names by language."""
    release = found.release
    return {
        "release": release.name,
        "scheme": found.scheme,
        "licence": release.manifest.description.licence,
        "cities": [_city_data(found, city) for city in found.cities],
        "topics": [
            {
                **_thing(release, "topic", topic),
                "cities": [city.key for city in found.cities if topic in city.topics],
                "shared_by_all": topic in found.shared,
            }
            for topic in sorted(found.topics)
        ],
        "distances": [
            {"from": one, "to": other, "km": None if km is None else round(km, 1)}
            for one, other, km in found.distances()
        ],
    }


def _thing(release: OpenRelease, kind: str, key: str) -> dict[str, Any]:
    labels = dict(release.held_labels[kind, key])
    return {"key": key, "iri": release.iris.thing(kind, key), "name": labels}


def _city_data(found: Comparison, city: Compared) -> dict[str, Any]:
    release, total = found.release, len(city.rows)
    population = {
        "value": city.population,
        "year": city.population_year,
        "source": city.population_source,
    }
    lat, lon = city.position or (None, None)
    return {
        **_thing(release, "city", city.key),
        "url": site(f"city/{city.key}"),
        "country": city.country,
        "kind": city.kind,
        "position": {"latitude": lat, "longitude": lon} if city.position else None,
        "population": population if city.population else None,
        "size_class": city.size_class or None,
        "memberships": [_plain(row) for row in city.memberships],
        "assessments": [_plain(row) for row in city.assessments],
        "practices": {
            "count": total,
            "ongoing": city.ongoing,
            "by_year": {str(year): count for year, count in city.years.counts.items()},
            "year_not_known": city.years.unknown,
        },
        "topics": {
            topic: {"practices": count, "share": round(count / total, 4)}
            for topic, count in sorted(city.topics.items())
        },
    }


def _plain(row: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the facts of a resource: one value each, but for its sources."""
    return {
        name: list(values) if name == "sources" else (values[0] if values else None)
        for name, values in row.items()
        if name not in ("city", "printed_name")
    }


def table(found: Comparison) -> bytes:
    """Return a comparison as CSV, one row a city; topics and distances have their own columns."""
    release = found.release
    topics = sorted(key for key, of in release.schemes.items() if of == found.scheme)
    languages = release.languages
    names = ["name", *(f"name_{tag}" for tag in languages[1:])]
    keys = [city.key for city in found.cities]
    header = [
        *("iri", "key", *names, "kind", "country", "latitude", "longitude", "population"),
        *("population_year", "population_source", "size_class", "networks", "joined_years"),
        *("assessment_dates", "scores", "practices", "ongoing", "first_year", "last_year"),
        *("year_not_known", *(f"topic_{topic}" for topic in topics)),
        *(f"km_to_{key}" for key in keys),
    ]
    apart = {frozenset((one, other)): km for one, other, km in found.distances()}
    rows: list[list[object]] = [list(header)]
    for city in found.cities:
        labels = release.held_labels["city", city.key]
        years = city.years.counts
        first_hand = [row for row in city.assessments if row.get("second_hand") != [True]]
        called = [best(labels, languages[0])[0], *(labels.get(tag, "") for tag in languages[1:])]
        rows.append(
            [
                *(release.iris.thing("city", city.key), city.key, *called, city.kind),
                *(city.country, *(city.position or ("", "")), city.population),
                *(city.population_year, city.population_source, city.size_class),
                *(_joined(city.memberships, "network"), _joined(city.memberships, "joined_year")),
                *(_joined(city.assessments, "date"), _joined(first_hand, "score")),
                *(len(city.rows), city.ongoing, min(years, default=None), max(years, default=None)),
                *(city.years.unknown, *(city.topics.get(topic, 0) for topic in topics)),
                *(_km(apart.get(frozenset((city.key, other)))) for other in keys),
            ]
        )
    return csv_text(rows).encode()


def _joined(rows: Iterable[Mapping[str, Sequence[Any]]], name: str) -> str:
    values = sorted({str(value) for row in rows for value in row.get(name, ())})
    return "|".join(values)


def _km(km: float | None) -> str:
    return "" if km is None else f"{km:.1f}"
