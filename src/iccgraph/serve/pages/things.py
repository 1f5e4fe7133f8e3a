"""Reads a description into the values that a page shows, in the reader's language."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import LINKED, Description
from iccgraph.serve.dataset.listing import Selection
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages import evidence as identities
from iccgraph.serve.pages.facts import Facts, View
from iccgraph.serve.pages.lists import items
from iccgraph.vocab import DCTERMS, FOAF, GEO, ICC, OWL, PREFIXES, PROV, RDF, SCHEMA, SKOS

_SECTIONS = (
    ("Purpose", ICC.purpose),
    ("Stimulus", ICC.stimulus),
    ("Process", ICC.process),
    ("Impact", ICC.impact),
    ("Key references", ICC.keyReference),
)
_MATCHES = {
    "exactMatch": "exactMatch",
    "closeMatch": "closeMatch",
    "broadMatch": "narrowMatch",
    "narrowMatch": "broadMatch",
    "relatedMatch": "relatedMatch",
}
"""The SKOS mapping properties, each with what it is when read from the other side."""
PRACTICES_SHOWN = 50


def thing(release: OpenRelease, kind: str, key: str, description: Description, tongue: str) -> View:
    """Return what the page of a thing shows."""
    facts = Facts(description.triples, tongue)
    root = description.root
    view: View = {"key": key, "label": facts.name(root), "same": facts.texts(root, OWL.sameAs)}
    if kind in LINKED:
        view["links"] = identities.evidence(facts, root)
        view["wikidata"] = identities.stated(release, facts, root)
    makers = {
        "practice": _practice,
        "city": _city,
        "country": _country,
        "topic": _topic,
        "scheme": _scheme,
        "city-topic": _city_topic,
    }
    view |= makers[kind](release, key, root, facts)
    return view


def _reference(release: OpenRelease, facts: Facts, thing_: Any) -> View:
    split = release.iris.split(thing_.value)
    path = link(f"{split[0]}/{split[1]}") if split else thing_.value
    return {"label": facts.name(thing_), "path": path, "key": split[1] if split else ""}


def _references(release: OpenRelease, facts: Facts, root: Any, predicate: NamedNode) -> list[View]:
    return [_reference(release, facts, t) for t in facts.all(root, predicate)]


def _countries(release: OpenRelease, facts: Facts, root: Any) -> list[View]:
    """Return the countries of a practice or city, with what a map needs to show them."""
    countries = _references(release, facts, root, ICC.country)
    for country in countries:
        iri = NamedNode(release.iris.thing("country", country["key"]))
        quads = release.store.quads_for_pattern(iri, None, None, None)
        country |= _outline(Facts((quad.triple for quad in quads), facts.tongue), iri)
    return countries


def _outline(facts: Facts, country: NamedNode) -> View:
    """Return the ISO number of a country and the box around it: west, south, east, north."""
    box = [facts.text(country, term) for term in (ICC.west, ICC.south, ICC.east, ICC.north)]
    return {
        "iso_numeric": facts.text(country, ICC.isoNumeric),
        "box": [float(value) for value in box] if all(box) else None,
    }


def _practice(release: OpenRelease, key: str, root: NamedNode, facts: Facts) -> View:
    record = NamedNode(release.iris.document("practice", key))
    title = facts.all(root, DCTERMS.title)[0]
    cities = _references(release, facts, root, ICC.city)
    for city in cities:
        city["lat"], city["lon"] = listing.place(release, city["key"])
        city_iri = NamedNode(release.iris.thing("city", city["key"]))
        quads = release.store.quads_for_pattern(city_iri, OWL.sameAs, None, None)
        city["same"] = [q.object.value for q in quads]  # type: ignore[union-attr]
    return {
        "label": title.value,
        "label_lang": title.language,
        "other_titles": [(t.value, t.language) for t in facts.all(root, DCTERMS.alternative)],
        "summary": facts.said(root, DCTERMS.description),
        "sections": [(n, facts.texts(root, p)) for n, p in _SECTIONS if facts.all(root, p)],
        "cities": cities,
        "countries": _countries(release, facts, root),
        "topics": _references(release, facts, root, DCTERMS.subject),
        "related": _references(release, facts, root, DCTERMS.relation),
        "time_text": facts.text(root, ICC.timeText),
        "place_text": facts.text(root, ICC.placeText),
        "period": facts.text(root, ICC.period),
        "first_year": facts.text(root, ICC.firstYear),
        "last_year": facts.text(root, ICC.lastYear),
        "ongoing": facts.text(root, ICC.ongoing) == "true",
        "page": facts.text(root, FOAF.page),
        "sources": facts.texts(record, PROV.wasDerivedFrom),
        "recorded_on": facts.text(record, DCTERMS.created),
        "record": record.value,
    }


def _found(release: OpenRelease, facet: str, key: str, tongue: str) -> View:
    chosen = Selection(facets={facet: key})
    found = listing.practices(release, chosen, 1, PRACTICES_SHOWN)
    return {
        "practices": items(release, found, tongue),
        "practices_total": found.total,
        "practices_path": link(f"practices?{facet}={key}"),
    }


def _city(release: OpenRelease, key: str, root: NamedNode, facts: Facts) -> View:
    similar = [
        {
            "key": city,
            "label": listing.label(release, "city", city, facts.tongue),
            "path": link(f"city/{city}"),
            "shared": shared,
        }
        for city, shared, _ in listing.similar_cities(release, key)
    ]
    kinds = [kind.rpartition("kind-")[2] for kind in facts.texts(root, ICC.kind)]
    return {
        "other_names": facts.texts(root, SCHEMA.alternateName),
        "kind": kinds[0] if kinds else "",
        "countries": _countries(release, facts, root),
        "lat": float(v) if (v := facts.text(root, GEO.lat)) else None,
        "lon": float(v) if (v := facts.text(root, GEO.long)) else None,
        "population": facts.text(root, ICC.population),
        "population_year": facts.text(root, ICC.populationYear),
        "close": facts.texts(root, SKOS.closeMatch),
        "topics": _links(release, facts, ICC.city, root, DCTERMS.subject),
        "similar": similar,
        **_found(release, "city", key, facts.tongue),
    }


def _links(
    release: OpenRelease, facts: Facts, here: NamedNode, root: NamedNode, there: NamedNode
) -> list[View]:
    """Return the city-topic links of a city or a topic, each with what it links to."""
    rows = []
    for (subject, predicate), objects in facts.found.items():
        if predicate != RDF.type or ICC.CityTopic not in objects:
            continue
        if root not in facts.all(subject, here):
            continue
        other = facts.all(subject, there)[0]
        split = release.iris.split(subject.value)
        rows.append(
            {
                **_reference(release, facts, other),
                "count": int(facts.text(subject, ICC.practiceCount)),
                "first_year": facts.text(subject, ICC.firstYear),
                "last_year": facts.text(subject, ICC.lastYear),
                "link_path": link(f"city-topic/{split[1]}") if split else "",
            }
        )
    return sorted(rows, key=lambda row: (-row["count"], row["label"]))


def _country(release: OpenRelease, key: str, root: NamedNode, facts: Facts) -> View:
    cities = [
        _reference(release, facts, subject)
        for (subject, predicate), objects in facts.found.items()
        if predicate == ICC.country and root in objects and "/id/city/" in subject.value
    ]
    places = {city["key"]: listing.place(release, city["key"]) for city in cities}
    for city in cities:
        city["lat"], city["lon"] = places[city["key"]]
    topics = [
        {
            "key": topic,
            "label": listing.label(release, "topic", topic, facts.tongue),
            "path": link(f"topic/{topic}"),
            "count": count,
        }
        for topic, count in listing.country_topics(release, key)
    ]
    return {
        "other_names": facts.texts(root, SCHEMA.alternateName),
        "iso2": facts.text(root, ICC.iso2),
        "iso3": facts.text(root, ICC.iso3),
        "member": facts.text(root, ICC.councilOfEuropeMember) == "true",
        **_outline(facts, root),
        "close": facts.texts(root, SKOS.closeMatch),
        "cities": cities,
        "topics": topics,
        **_found(release, "country", key, facts.tongue),
    }


def _topic(release: OpenRelease, key: str, root: NamedNode, facts: Facts) -> View:
    matches = []
    for name, inverse in _MATCHES.items():
        predicate = NamedNode(PREFIXES["skos"] + name)
        matches += [(name, r) for r in _references(release, facts, root, predicate)]
        for quad in release.store.quads_for_pattern(None, predicate, root, None):
            other = release.iris.split(getattr(quad.subject, "value", ""))
            if other is not None:
                label = listing.label(release, *other, facts.tongue)
                view = {"label": label, "path": link(f"{other[0]}/{other[1]}"), "key": other[1]}
                matches.append((inverse, view))
    names = [n for n in facts.all(root, SKOS.altLabel) if n.language in (None, facts.tongue)]
    members = _references(release, facts, root, SKOS.member)
    return {
        "other_names": [name.value for name in names],
        "definition": facts.text(root, SKOS.definition),
        "schemes": _references(release, facts, root, SKOS.inScheme),
        "matches": matches,
        "members": members,
        "cities": _links(release, facts, DCTERMS.subject, root, ICC.city),
        **_found(release, "topic", key, facts.tongue),
    }


def _scheme(release: OpenRelease, key: str, root: NamedNode, facts: Facts) -> View:
    counts = dict(listing.facet(release, Selection(), "topic"))
    topics = [
        {
            **(reference := _reference(release, facts, subject)),
            "count": counts.get(reference["key"], 0),
        }
        for (subject, predicate), objects in facts.found.items()
        if predicate == SKOS.inScheme and root in objects
    ]
    return {
        "definition": facts.text(root, DCTERMS.description),
        "topics": sorted(topics, key=lambda row: str(row["label"])),
    }


def _city_topic(release: OpenRelease, key: str, root: NamedNode, facts: Facts) -> View:
    city, _, topic = key.partition("/")
    found = listing.practices(
        release, Selection(facets={"city": city, "topic": topic}), 1, PRACTICES_SHOWN
    )
    return {
        "cities": _references(release, facts, root, ICC.city),
        "topics": _references(release, facts, root, DCTERMS.subject),
        "count": facts.text(root, ICC.practiceCount),
        "first_year": facts.text(root, ICC.firstYear),
        "last_year": facts.text(root, ICC.lastYear),
        "practices": items(release, found, facts.tongue),
        "practices_total": found.total,
        "practices_path": link(f"practices?city={city}&topic={topic}"),
    }
