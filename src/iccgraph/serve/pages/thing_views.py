"""Turns descriptions and lists of things into the values that pages show, in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from pyoxigraph import Literal, NamedNode

from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import Text, best, cased, collation_key, first_in_each
from iccgraph.properties import SECTIONS, properties_of
from iccgraph.resources import RESOURCES
from iccgraph.serve.context import link
from iccgraph.serve.dataset import counts, listing, related
from iccgraph.serve.dataset.describe import LINKED, Description
from iccgraph.serve.dataset.listing import Listing
from iccgraph.serve.dataset.nearby import by_distance
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.selection import Selected, Selection
from iccgraph.serve.pages import evidence, figure_views
from iccgraph.serve.pages.facts import (
    ThingView,
    View,
    by_label,
    most_first,
    reference,
)
from iccgraph.serve.pages.network_views import outstanding, standing
from iccgraph.serve.pages.portal import english_page, portal_language
from iccgraph.serve.pages.related_views import (
    NEIGHBOURS_SHOWN,
    city_lead,
    near_practices,
    places,
    practice_lead,
    topic_practices,
)
from iccgraph.serve.pages.resource_views import resource_rows, resource_view
from iccgraph.vocab import (
    DCTERMS,
    FOAF,
    GEO,
    ICC,
    MAPPINGS,
    OWL,
    PREFIXES,
    PROV,
    RDFS,
    SCHEMA,
    SKOS,
    term,
)

LEADING: Final = ("city", "country", "topic", "network")
"""The kinds of thing that a search finds besides practices."""
PRACTICES_SHOWN: Final = 8
PRACTICES_OF_CITY: Final = 12
"""So many practices are on the page of a topic or country, and of a city; the list has all."""
NEIGHBOUR_PRACTICES = 6
EUROVOC: Final = "http://eurovoc.europa.eu/"
_FILTERS: Final = {"itself": "city"}
"""The filter of `/practices` for a facet that has none of its own."""


def thing_view(
    release: OpenRelease, kind: str, key: str, description: Description, language: str, scheme: str
) -> View:
    """Return what the page of a thing shows.

    Arguments: `scheme` is the key of the topic scheme that it counts by.
    """
    thing = ThingView(release, key, description, language, scheme)
    view: View = {
        "key": key,
        "label": thing.label(thing.root),
        "same": [
            *thing.texts(thing.root, OWL.sameAs),
            *sorted(thing.texts(thing.root, SCHEMA.sameAs)),
        ],
        "plain": {section: _plain(thing, kind, section) for section in SECTIONS},
        "translated": _translated(thing, description),
    }
    if kind in LINKED:
        view |= {"links": evidence.evidence(thing), "wikidata": evidence.stated(thing)}
    return view | _VIEWS[kind](thing)


def _plain(thing: ThingView, kind: str, section: str) -> list[View]:
    """Return the plain properties that a section of the page shows, each with its heading."""
    rows = []
    for item in properties_of(kind, section):
        if texts := thing.in_one_language(thing.root, item.predicate):
            label = thing.term(item.predicate)
            rows.append(
                {
                    "name": item.name,
                    "label": label[:1].upper() + label[1:],
                    "value": item.value.name,
                    "texts": texts,
                }
            )
    return rows


def _translated(thing: ThingView, description: Description) -> str:
    """Return the language that texts of ours were translated from for readers of the page.

    It is `title` if the title alone was translated, and empty if nothing was.
    """
    root, ours = thing.root, thing.release.graphs["translations"]
    stated = [
        (quad.predicate, cased(quad.object.language), quad.graph_name == ours)
        for quad in description.quads
        if quad.subject == root and isinstance(quad.object, Literal) and quad.object.language
    ]
    shown = {about for about, tag, translated in stated if translated and tag == thing.language}
    texts = shown - {DCTERMS.alternative}
    written = [tag for about, tag, translated in stated if about in texts and not translated]
    return next(iter(written), "title" if shown else "")


def _countries(thing: ThingView) -> list[View]:
    """Return the countries of a practice or city, with what a map needs to show them."""
    rows = by_label(map(thing.reference, thing.objects(thing.root, ICC.country)))
    return [{**row, **_outline(thing.release, row["key"])} for row in rows]


def _outline(release: OpenRelease, country: str) -> View:
    """Return the ISO number of a country and the box around it: west, south, east, north."""
    number, box = release.outlines.get(country, ("", None))
    return {"iso_numeric": number, "box": box}


def _practice(thing: ThingView) -> View:
    root = thing.root
    record = NamedNode(thing.release.iris.document("practice", thing.key))
    titles = thing.all_tagged(root, DCTERMS.title, DCTERMS.alternative)
    shown = best(first_in_each(titles), thing.language)
    places = {thing.reference(city)["key"]: city for city in thing.objects(root, ICC.city)}
    cities = _named_places(thing, places)
    for city in cities:
        city["same"] = thing.values(places[city["key"]], OWL.sameAs)
    page, sources = thing.text(root, FOAF.page), thing.texts(record, PROV.wasDerivedFrom)
    shown_page = english_page(page)
    return {
        "label": shown[0],
        "label_lang": shown[1],
        "other_titles": [title for title in titles if title != shown],
        "summary": thing.tagged(root, DCTERMS.description),
        "cities": cities,
        "countries": _countries(thing),
        **_topics(thing),
        "related": thing.references(DCTERMS.relation),
        "time_text": thing.text(root, ICC.timeText),
        "period": thing.text(root, ICC.period),
        **_years(thing, root),
        "start_year": thing.text(root, term("icc:startYear")),
        "page": _source(page) if page else None,
        "listings": [
            _source(source)
            for source in dict.fromkeys(sources)
            if source != page and english_page(source) != shown_page
        ],
        "sources": sources,
        "recorded_on": thing.text(record, DCTERMS.created),
        "sections": _sections(thing, record),
        "record": record.value,
        "lead": practice_lead(thing),
        "points": city_points(thing.release, thing.language, {city["key"]: 1 for city in cities}),
    }


def _source(address: str) -> View:
    """Return where a source leads, in which language, and in which one it was read."""
    shown = english_page(address)
    read = portal_language(address)
    language = portal_language(shown)
    return {"address": shown, "language": language, "read": read if read != language else ""}


def _topics(thing: ThingView) -> View:
    """Return the topics of a practice by scheme; those of others with the words for them."""
    because = {}
    for node in thing.objects(thing.root, ICC.topicAssignment):
        for topic in thing.objects(node, ICC.assignedTopic):
            because[topic] = thing.tagged(node, ICC.because)
    topics = thing.objects(thing.root, DCTERMS.subject)
    others = [t for t in topics if t in because]
    return {
        "topics": by_label(thing.reference(topic) for topic in topics if topic not in because),
        "other_topics": by_label({**thing.reference(t), "because": because[t]} for t in others),
    }


def _sections(thing: ThingView, record: NamedNode) -> View | None:
    """Return the pages that the sections of a practice were written after, and the day."""
    parts = thing.objects(record, DCTERMS.hasPart)
    if not parts:
        return None
    sources = thing.texts(parts[0], PROV.wasDerivedFrom)
    pages = list(dict.fromkeys(map(english_page, sources)))
    return {"pages": pages, "read_on": thing.text(parts[0], DCTERMS.date)}


def _years(thing: ThingView, subject: NamedNode) -> View:
    """Return the years of a practice or a city-topic link."""
    return {
        "first_year": thing.text(subject, ICC.firstYear),
        "last_year": thing.text(subject, ICC.lastYear),
        "years": sorted(thing.texts(subject, ICC.year)),
        "ongoing": thing.text(subject, ICC.ongoing) == "true",
    }


def _practices(thing: ThingView, **facets: str) -> View:
    """Return the first practices of a city, country or topic, and where all of them are."""
    query = "&".join(f"{_FILTERS.get(name, name)}={value}" for name, value in facets.items())
    view: View = {
        "practices": [],
        "practices_total": 0,
        "practices_path": f"{thing.start}practices?{query}",
    }
    counts = thing.release.practice_counts
    if any(name in counts and value not in counts[name] for name, value in facets.items()):
        return view
    chosen = {name: (value,) for name, value in facets.items()}
    selected = Selected(thing.release, Selection(facets=chosen))
    shown = PRACTICES_OF_CITY if "city" in facets else PRACTICES_SHOWN
    found = listing.practices(selected, 1, shown, thing.language)
    view["practices"] = items(thing.release, found, thing.language)
    view["practices_total"] = found.total
    return view


def _other_names(thing: ThingView) -> list[Text]:
    """Return the names of a place that the heading does not show, each with its language."""
    names = thing.all_tagged(thing.root, SCHEMA.alternateName)
    return [name for name in names if name[0] != thing.label(thing.root)]


def _city(thing: ThingView) -> View:
    root, lead = thing.root, city_lead(thing)
    known = thing.release.practice_counts["city"]
    near = (row["key"] for row in lead["neighbours"])
    shown = {key: known.get(key, 0) for key in (thing.key, *near)}
    rows = counts.practices_with(thing.release, "city", thing.key)
    practices, countries = _practices(thing, city=thing.key), _countries(thing)
    shares = figure_views.city_shares(thing, _city_links(thing), countries)
    topics = shares["rows"]
    timeline = figure_views.timeline(thing, rows, practices["practices"])
    return {
        "other_names": _other_names(thing),
        "kind": thing.text(root, ICC.kind).rpartition("kind-")[2],
        "countries": countries,
        "within": thing.references(SCHEMA.containedInPlace),
        "contains": _named_places(thing, listing.places_within(thing.release, thing.key)),
        "in_programme": thing.text(root, ICC.inProgramme) != "false",
        "lat": thing.number(root, GEO.lat),
        "lon": thing.number(root, GEO.long),
        "population": thing.text(root, ICC.population),
        "population_year": thing.text(root, ICC.populationYear),
        "population_source": thing.text(root, ICC.populationSource),
        "sizes": [thing.term(size) for size in thing.objects(root, ICC.sizeClass)],
        "see_also": thing.texts(root, RDFS.seeAlso),
        **_resources(thing),
        "topics": topics,
        "outstanding": outstanding(thing),
        "shares": shares,
        "timeline": timeline,
        "years": None if timeline else figure_views.by_year(thing.release, rows),
        "guidance": figure_views.guidance(thing, (row["key"] for row in topics)),
        "lead": lead,
        "points": city_points(thing.release, thing.language, shown),
        **practices,
    }


def _resources(thing: ThingView) -> View:
    """Return what sources say about the networks, assessments and people of a city."""
    memberships = resource_rows(thing, "membership")
    memberships.sort(
        key=lambda row: (
            collation_key(row["things"]["network"][0]["label"]),
            _first(row, "joined_year"),
        )
    )
    assessments = resource_rows(thing, "assessment")
    assessments.sort(key=lambda row: _first(row, "date"), reverse=True)
    profiles = resource_rows(thing, "profile")
    profiles.sort(key=lambda row: row["path"], reverse=True)
    return {
        "memberships": memberships,
        "assessments": assessments,
        "results": figure_views.results(assessments),
        "profiles": profiles,
    }


def _first(row: View, name: str) -> str:
    """Return the first value of a fact of a resource, empty if it has none."""
    fact = row["facts"].get(name)
    return str(fact["texts"][0][0]) if fact else ""


_CITY_TOPICS: Final = {
    "topic": "SELECT topic, city || '/' || topic, practices, first_year, last_year, years, ongoing"
    " FROM city_topic WHERE city = ? AND scheme = ? LIMIT 500",
    "city": "SELECT city, city || '/' || topic, practices, first_year, last_year, years, ongoing"
    " FROM city_topic WHERE topic = ? AND scheme = ? LIMIT 500",
}
"""The queries for the city-topic links of a city, and of a topic, by what these link it to."""


def _city_topics(thing: ThingView, other: str, key: str, scheme: str) -> list[View]:
    """Return the city-topic links of a city or a topic, each with what it links to, most first.

    Arguments: `other` is the kind of what they link it to.
    """
    release = thing.release
    if other == "topic" and key not in release.city_topics.get(scheme, {}):
        return []
    rows = release.index.execute(_CITY_TOPICS[other], (key, scheme))
    return most_first(
        {
            **thing.named(other, to),
            "count": count,
            "first_year": first or "",
            "last_year": last or "",
            "years": [year for year in years.split(",") if year],
            "ongoing": bool(ongoing),
            "link_path": f"{thing.start}city-topic/{linked}",
        }
        for to, linked, count, first, last, years, ongoing in rows
    )


def _city_links(thing: ThingView) -> dict[str, View]:
    """Return the links of a city to topics, by topic."""
    return {row["key"]: row for row in _city_topics(thing, "topic", thing.key, thing.scheme)}


def _named_places(thing: ThingView, keys: Iterable[str]) -> list[View]:
    """Return cities with their positions, by label."""
    release = thing.release
    rows = by_label(thing.named("city", key) for key in keys)
    for row in rows:
        row["lat"], row["lon"] = release.positions.get(row["key"], (None, None))
    return rows


def _country(thing: ThingView) -> View:
    root, known = thing.root, thing.release.practice_counts["city"]
    cities = _named_places(thing, related.cities_of(thing.release, thing.key))
    for city in cities:
        city["count"] = known.get(city["key"], 0)
    rows = counts.practices_with(thing.release, "country", thing.key)
    shares = figure_views.value_shares(thing, "country", thing.label(root))
    return {
        "other_names": _other_names(thing),
        "scheme": thing.scheme,
        "iso2": thing.text(root, ICC.iso2),
        "iso3": thing.text(root, ICC.iso3),
        "member": thing.text(root, ICC.councilOfEuropeMember) == "true",
        **_outline(thing.release, thing.key),
        "see_also": thing.texts(root, RDFS.seeAlso),
        "networks": resource_rows(thing, "network"),
        "cities": cities,
        "active": most_first(city for city in cities if city["count"]),
        "others": [city for city in cities if not city["count"]],
        **_beyond(thing, cities),
        "topics": shares["rows"],
        "shares": shares,
        "years": figure_views.by_year(thing.release, rows),
        "guidance": figure_views.guidance(thing, (row["key"] for row in shares["rows"])),
        **_practices(thing, country=thing.key),
    }


def _beyond(thing: ThingView, cities: list[View]) -> View:
    """Return what is near a country that has no practice: places with practices, and these."""
    box = _outline(thing.release, thing.key)["box"]
    if any(city["count"] for city in cities) or box is None:
        return {"neighbours": [], "near": []}
    west, south, east, north = box
    middle = (south + north) / 2, (west + east + (360 if east < west else 0)) / 2
    near = related.around(thing.release, middle, NEIGHBOURS_SHOWN)
    found = near_practices(thing, near, NEIGHBOUR_PRACTICES)
    return {"neighbours": places(thing, near), **found}


def _topic(thing: ThingView) -> View:
    root, known = thing.root, thing.release.practice_counts["topic"]
    scheme = thing.release.schemes.get(thing.key, DEFAULT_SCHEME)
    mapped = [
        (mapping.value.removeprefix(PREFIXES["skos"]), row)
        for mapping in MAPPINGS
        for row in thing.references(mapping)
    ]
    for _, row in mapped:
        row["count"] = known.get(row["key"], 0)
    members = thing.references(SKOS.member)
    for row in members:
        row["count"] = known.get(row["key"], 0)
    names = thing.all_tagged(root, SKOS.altLabel)
    practices = _practices(thing, topic=thing.key)
    matches = [pair for pair in mapped if pair[1]["key"]]
    return {
        "scheme": scheme,
        "other_names": [name for name in names if name[1] in ("", thing.language)],
        "definition": thing.text(root, SKOS.definition),
        "schemes": thing.references(SKOS.inScheme),
        "matches": matches,
        "elsewhere": [pair for pair in mapped if pair[1]["path"].startswith(EUROVOC)],
        "members": members,
        "instead": _instead(thing, [row for _, row in matches] + members, practices),
        "guidance": sorted(
            resource_rows(thing, "guidance"),
            key=lambda row: (-int(_first(row, "year") or 0), collation_key(row["label"])),
        ),
        "cities": _city_topics(thing, "city", thing.key, scheme),
        "years": figure_views.by_year(
            thing.release, counts.practices_with(thing.release, "topic", thing.key)
        ),
        "beside": figure_views.neighbours(thing, scheme),
        **practices,
    }


def _instead(thing: ThingView, others: list[View], own: View) -> list[View]:
    """Return practices of the topics next to one that has none itself."""
    keys = [row["key"] for row in others if row["count"]]
    if own["practices_total"] or not keys:
        return []
    return topic_practices(thing, keys)


def _scheme(thing: ThingView) -> View:
    selected = Selected(thing.release, Selection(scheme=thing.key))
    counts = dict(listing.facet(selected, "topic"))
    keys = [key for key, scheme in thing.release.schemes.items() if scheme == thing.key]
    topics = [thing.named("topic", key) | {"count": counts.get(key, 0)} for key in keys]
    return {"definition": thing.text(thing.root, DCTERMS.description), "topics": by_label(topics)}


def _city_topic(thing: ThingView) -> View:
    city, _, topic = thing.key.partition("/")
    release, scheme = thing.release, thing.release.schemes.get(topic, DEFAULT_SCHEME)
    on_topic = [key for key, held in release.city_topics[scheme].items() if topic in held]
    of_city = _city_topics(thing, "topic", city, scheme)
    near = by_distance(release, city, on_topic)[:NEIGHBOURS_SHOWN]
    counts = {row["key"]: row for row in _city_topics(thing, "city", topic, scheme)}
    others = places(thing, near)
    for row in others:
        linked = counts[row["key"]]
        row["count"], row["practices_path"] = linked["count"], linked["link_path"]
    return {
        "city": thing.named("city", city),
        "topic": thing.named("topic", topic),
        "count": thing.text(thing.root, ICC.practiceCount),
        "standing": standing(thing),
        "elsewhere": others,
        "other_topics": [row for row in of_city if row["key"] != topic],
        **_years(thing, thing.root),
        **_practices(thing, itself=city, topic=topic),
    }


def _network(thing: ThingView) -> View:
    """Return what the page of a network shows: of its members, and of their practices."""
    release, view = thing.release, resource_view(thing, "network")
    known = release.practice_counts["city"]
    members = dict.fromkeys(row["things"]["city"][0]["key"] for row in view["members"])
    rows = counts.practices_with(release, "network", thing.key)
    return {
        **view,
        "points": city_points(release, thing.language, {key: known.get(key, 0) for key in members}),
        "of_members": _practices(thing, network=thing.key),
        "shares": figure_views.value_shares(thing, "network", view["label"]) if rows else None,
        "years": figure_views.by_year(release, rows),
    }


_VIEWS: Final[dict[str, Callable[[ThingView], View]]] = {
    "practice": _practice,
    "city": _city,
    "country": _country,
    "topic": _topic,
    "scheme": _scheme,
    "city-topic": _city_topic,
    **{kind: partial(resource_view, kind=kind) for kind in RESOURCES},
    "network": _network,
}


def items(release: OpenRelease, found: Listing, language: str) -> list[View]:
    """Return the things of a list as pages show them."""
    rows, start = [], link("")
    for item in found.items:
        label, tag = best(item.names, language)
        summary, summary_tag = best(item.summaries, language)
        country = listing.label(release, "country", item.country, language) if item.country else ""
        rows.append(
            {
                "path": f"{start}{item.kind}/{item.key}",
                "label": label,
                "lang": tag,
                "summary": summary,
                "summary_lang": summary_tag,
                "time_text": item.time_text,
                "first_year": item.first_year,
                "last_year": item.last_year,
                "ongoing": item.ongoing,
                "years": item.years,
                "practices": item.practices,
                "country": country,
                "cities": [reference(release, "city", city, language) for city in item.cities],
            }
        )
    return rows


def city_points(
    release: OpenRelease,
    language: str,
    counts: Mapping[str, int],
    path_of: Callable[[Sequence[str]], str] | None = None,
) -> list[View]:
    """Return cities as a map takes them.

    Arguments: `counts` are the practices of each city by its key; `path_of` is where a list of keys
    leads; without it a city leads to its own page.
    """
    rows, called, start = [], release.called(language), link("city/")
    for key, count in counts.items():
        lat, lon = release.positions.get(key, (None, None))
        country = release.city_countries.get(key, "")
        label, tag = called["city", key]
        rows.append(
            {
                "key": key,
                "label": label,
                "lang": tag,
                "path": path_of([key]) if path_of else start + key,
                "lat": lat,
                "lon": lon,
                "count": count,
                "country": called.get(("country", country), ("", ""))[0],
            }
        )
    return rows
