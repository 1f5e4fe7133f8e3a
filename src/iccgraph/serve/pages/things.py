"""Turns descriptions and lists of things into the values that pages show, in one language."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from iccgraph.languages import best
from iccgraph.properties import SECTIONS, properties_of
from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import LINKED, Description
from iccgraph.serve.dataset.listing import Listing, Selection
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages import evidence
from iccgraph.serve.pages.facts import DescriptionView, View
from iccgraph.vocab import DCTERMS, FOAF, GEO, ICC, OWL, PREFIXES, PROV, RDF, RDFS, SCHEMA, SKOS

_MATCHES = {
    "exactMatch": "exactMatch",
    "closeMatch": "closeMatch",
    "broadMatch": "narrowMatch",
    "narrowMatch": "broadMatch",
    "relatedMatch": "relatedMatch",
}
"""The SKOS mapping properties, each with what it is when read from the other side."""
PRACTICES_SHOWN = 50
EUROPE = (-24.5, 35.0, 43.0, 65.5)
"""The box around the map of the home page: west, south, east, north."""


def thing(release: OpenRelease, kind: str, key: str, described: Description, language: str) -> View:
    """Return what the page of a thing shows."""
    description = DescriptionView(described.triples, language, link(""))
    root = described.root
    view: View = {
        "key": key,
        "label": description.label(root),
        "same": description.texts(root, OWL.sameAs),
        "plain": {s: _plain(release, kind, s, root, description) for s in SECTIONS},
    }
    if kind in LINKED:
        view["links"] = evidence.evidence(description, root)
        view["wikidata"] = evidence.stated(release, description, root)
    makers = {
        "practice": _practice,
        "city": _city,
        "country": _country,
        "topic": _topic,
        "scheme": _scheme,
        "city-topic": _city_topic,
    }
    view |= makers[kind](release, key, root, description)
    return view


def _plain(
    release: OpenRelease, kind: str, section: str, root: NamedNode, description: DescriptionView
) -> list[View]:
    """Return the plain properties that a section of the page shows, each with its heading."""
    ontology = NamedNode(release.iris.graph("ontology"))
    rows = []
    for item in properties_of(kind, section):
        if texts := description.in_one_language(root, item.predicate):
            quads = release.store.quads_for_pattern(item.predicate, RDFS.label, None, ontology)
            named = DescriptionView((quad.triple for quad in quads), description.language)
            label = named.label(item.predicate)
            rows.append(
                {
                    "name": item.name,
                    "label": label[:1].upper() + label[1:],
                    "value": item.value.name,
                    "texts": texts,
                }
            )
    return rows


def _reference(release: OpenRelease, description: DescriptionView, thing_: Any) -> View:
    split = release.iris.split(thing_.value)
    path = description.path(*split) if split else thing_.value
    return {"label": description.label(thing_), "path": path, "key": split[1] if split else ""}


def _references(
    release: OpenRelease, description: DescriptionView, root: Any, predicate: NamedNode
) -> list[View]:
    return [_reference(release, description, t) for t in description.objects(root, predicate)]


def _countries(release: OpenRelease, description: DescriptionView, root: Any) -> list[View]:
    """Return the countries of a practice or city, with what a map needs to show them."""
    countries = _references(release, description, root, ICC.country)
    for country in countries:
        iri = NamedNode(release.iris.thing("country", country["key"]))
        quads = release.store.quads_for_pattern(iri, None, None, None)
        country |= _outline(
            DescriptionView((quad.triple for quad in quads), description.language), iri
        )
    return countries


def _locate(release: OpenRelease, cities: list[View]) -> None:
    """Add the position of each city."""
    places = listing.places(release, [city["key"] for city in cities])
    for city in cities:
        city["lat"], city["lon"] = places.get(city["key"], (None, None))


def _outline(description: DescriptionView, country: NamedNode) -> View:
    """Return the ISO number of a country and the box around it: west, south, east, north."""
    box = [description.text(country, term) for term in (ICC.west, ICC.south, ICC.east, ICC.north)]
    return {
        "iso_numeric": description.text(country, ICC.isoNumeric),
        "box": [float(value) for value in box] if all(box) else None,
    }


def _practice(
    release: OpenRelease, key: str, root: NamedNode, description: DescriptionView
) -> View:
    record = NamedNode(release.iris.document("practice", key))
    title = description.objects(root, DCTERMS.title)[0]
    cities = _references(release, description, root, ICC.city)
    _locate(release, cities)
    for city in cities:
        city_iri = NamedNode(release.iris.thing("city", city["key"]))
        quads = release.store.quads_for_pattern(city_iri, OWL.sameAs, None, None)
        city["same"] = [q.object.value for q in quads]  # type: ignore[union-attr]
    return {
        "label": title.value,
        "label_lang": title.language,
        "other_titles": [
            (t.value, t.language) for t in description.objects(root, DCTERMS.alternative)
        ],
        "summary": description.tagged(root, DCTERMS.description),
        "cities": cities,
        "countries": _countries(release, description, root),
        "topics": _references(release, description, root, DCTERMS.subject),
        "related": _references(release, description, root, DCTERMS.relation),
        "time_text": description.text(root, ICC.timeText),
        "period": description.text(root, ICC.period),
        "first_year": description.text(root, ICC.firstYear),
        "last_year": description.text(root, ICC.lastYear),
        "ongoing": description.text(root, ICC.ongoing) == "true",
        "page": description.text(root, FOAF.page),
        "sources": description.texts(record, PROV.wasDerivedFrom),
        "recorded_on": description.text(record, DCTERMS.created),
        "record": record.value,
    }


def _found(release: OpenRelease, facets: dict[str, str], language: str) -> View:
    found = listing.practices(release, Selection(facets=facets), 1, PRACTICES_SHOWN)
    query = "&".join(f"{name}={value}" for name, value in facets.items())
    return {
        "practices": items(release, found, language),
        "practices_total": found.total,
        "practices_path": link(f"practices?{query}"),
    }


def _city(release: OpenRelease, key: str, root: NamedNode, description: DescriptionView) -> View:
    similar = [
        {
            "key": city,
            "label": listing.label(release, "city", city, description.language),
            "path": description.path("city", city),
            "shared": shared,
        }
        for city, shared, _ in listing.similar_cities(release, key)
    ]
    kinds = [kind.rpartition("kind-")[2] for kind in description.texts(root, ICC.kind)]
    return {
        "other_names": description.texts(root, SCHEMA.alternateName),
        "kind": kinds[0] if kinds else "",
        "countries": _countries(release, description, root),
        "lat": float(v) if (v := description.text(root, GEO.lat)) else None,
        "lon": float(v) if (v := description.text(root, GEO.long)) else None,
        "population": description.text(root, ICC.population),
        "population_year": description.text(root, ICC.populationYear),
        "close": description.texts(root, SKOS.closeMatch),
        "topics": _links(release, description, ICC.city, root, DCTERMS.subject),
        "similar": similar,
        **_found(release, {"city": key}, description.language),
    }


def _links(
    release: OpenRelease,
    description: DescriptionView,
    here: NamedNode,
    root: NamedNode,
    there: NamedNode,
) -> list[View]:
    """Return the city-topic links of a city or a topic, each with what it links to."""
    rows = []
    for (subject, predicate), objects in description.found.items():
        if predicate != RDF.type or ICC.CityTopic not in objects:
            continue
        if root not in description.objects(subject, here):
            continue
        other = description.objects(subject, there)[0]
        split = release.iris.split(subject.value)
        rows.append(
            {
                **_reference(release, description, other),
                "count": int(description.text(subject, ICC.practiceCount)),
                "first_year": description.text(subject, ICC.firstYear),
                "last_year": description.text(subject, ICC.lastYear),
                "link_path": description.path(*split) if split else "",
            }
        )
    return sorted(rows, key=lambda row: (-row["count"], row["label"]))


def _country(release: OpenRelease, key: str, root: NamedNode, description: DescriptionView) -> View:
    cities = [
        _reference(release, description, subject)
        for (subject, predicate), objects in description.found.items()
        if predicate == ICC.country and root in objects and "/id/city/" in subject.value
    ]
    _locate(release, cities)
    topics = [
        {
            "key": topic,
            "label": listing.label(release, "topic", topic, description.language),
            "path": description.path("topic", topic),
            "count": count,
        }
        for topic, count in listing.country_topics(release, key)
    ]
    return {
        "other_names": description.texts(root, SCHEMA.alternateName),
        "iso2": description.text(root, ICC.iso2),
        "iso3": description.text(root, ICC.iso3),
        "member": description.text(root, ICC.councilOfEuropeMember) == "true",
        **_outline(description, root),
        "close": description.texts(root, SKOS.closeMatch),
        "cities": cities,
        "topics": topics,
        **_found(release, {"country": key}, description.language),
    }


def _topic(release: OpenRelease, key: str, root: NamedNode, description: DescriptionView) -> View:
    matches = []
    for name, inverse in _MATCHES.items():
        predicate = NamedNode(PREFIXES["skos"] + name)
        matches += [(name, r) for r in _references(release, description, root, predicate)]
        for quad in release.store.quads_for_pattern(None, predicate, root, None):
            other = release.iris.split(getattr(quad.subject, "value", ""))
            if other is not None:
                label = listing.label(release, *other, description.language)
                view = {"label": label, "path": description.path(*other), "key": other[1]}
                matches.append((inverse, view))
    names = [
        n
        for n in description.objects(root, SKOS.altLabel)
        if n.language in (None, description.language)
    ]
    members = _references(release, description, root, SKOS.member)
    return {
        "other_names": [name.value for name in names],
        "definition": description.text(root, SKOS.definition),
        "schemes": _references(release, description, root, SKOS.inScheme),
        "matches": matches,
        "members": members,
        "cities": _links(release, description, DCTERMS.subject, root, ICC.city),
        **_found(release, {"topic": key}, description.language),
    }


def _scheme(release: OpenRelease, key: str, root: NamedNode, description: DescriptionView) -> View:
    counts = dict(listing.facet(release, Selection(), "topic"))
    topics = [
        {
            **(reference := _reference(release, description, subject)),
            "count": counts.get(reference["key"], 0),
        }
        for (subject, predicate), objects in description.found.items()
        if predicate == SKOS.inScheme and root in objects
    ]
    return {
        "definition": description.text(root, DCTERMS.description),
        "topics": sorted(topics, key=lambda row: str(row["label"])),
    }


def _city_topic(
    release: OpenRelease, key: str, root: NamedNode, description: DescriptionView
) -> View:
    city, _, topic = key.partition("/")
    return {
        "cities": _references(release, description, root, ICC.city),
        "topics": _references(release, description, root, DCTERMS.subject),
        "count": description.text(root, ICC.practiceCount),
        "first_year": description.text(root, ICC.firstYear),
        "last_year": description.text(root, ICC.lastYear),
        **_found(release, {"city": city, "topic": topic}, description.language),
    }


def items(release: OpenRelease, found: Listing, language: str) -> list[View]:
    """Return the things of a list as pages show them."""
    rows, site = [], link("")
    for item in found.items:
        label, tag = best(item.labels, language)
        country = listing.label(release, "country", item.country, language) if item.country else ""
        rows.append(
            {
                "key": item.key,
                "path": f"{site}{item.kind}/{item.key}",
                "label": label,
                "lang": tag,
                "summary": item.summary,
                "time_text": item.time_text,
                "practices": item.practices,
                "country": country,
                "cities": [
                    {
                        "label": listing.label(release, "city", city, language),
                        "path": f"{site}city/{city}",
                    }
                    for city in item.cities
                ],
            }
        )
    return rows


def european_cities(release: OpenRelease, language: str) -> list[View]:
    """Return the cities of Europe with most practices, for the map of the home page."""
    west, south, east, north = EUROPE
    counts = dict(listing.facet(release, Selection(), "city"))
    places, rows = listing.places(release, counts), []
    for key, count in counts.items():
        lat, lon = places.get(key, (None, None))
        if lat is not None and lon is not None and south < lat < north and west < lon < east:
            name = listing.label(release, "city", key, language)
            rows.append({"label": name, "lat": lat, "lon": lon, "count": count})
    return rows
