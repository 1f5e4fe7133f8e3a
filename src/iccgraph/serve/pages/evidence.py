"""Reads the evidence of identities, and what Wikidata states, into the values that a page shows."""

from __future__ import annotations

from typing import Any, Final

from pyoxigraph import NamedNode

from iccgraph.languages import best
from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.coverage import Linkable, by_country, by_kind, counted, fetched
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.facts import DescriptionView, View
from iccgraph.vocab import (
    DC,
    DCTERMS,
    ICC,
    OWL,
    PAV,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    SSSOM,
)

_ORDER: Final = ("accepted", "open", "rejected")
MOST_LISTED: Final = 500


def evidence(description: DescriptionView, root: NamedNode) -> list[View]:
    """Return the decisions about a thing's identity: the accepted one, then open, then rejected."""
    nodes = [
        subject
        for (subject, predicate), objects in description.found.items()
        if predicate == RDF.subject and root in objects
    ]
    rows = [_decision(description, node) for node in nodes]
    return sorted(rows, key=lambda row: (_ORDER.index(row["status"]), row["item"]))


def _decision(description: DescriptionView, node: Any) -> View:
    confidence = description.text(node, SSSOM.confidence)
    return {
        "item": description.text(node, RDF.object).rpartition("/")[2],
        "address": description.text(node, RDF.object),
        "status": description.text(node, ICC.linkStatus),
        "confidence": float(confidence) if confidence else None,
        "justification": description.text(node, SSSOM.mapping_justification).rpartition("/")[2],
        "sources": description.texts(node, DC.source),
        "decided": description.text(node, PAV.authoredOn),
        "comment": description.text(node, RDFS.comment),
        "tool": description.text(node, SSSOM.mapping_tool),
        "reviewer": description.text(node, SSSOM.reviewer_label),
    }


def stated(release: OpenRelease, description: DescriptionView, root: NamedNode) -> View | None:
    """Return what Wikidata states of the item that a thing is, None if that was not fetched."""
    items = description.objects(root, OWL.sameAs) + description.objects(root, SKOS.exactMatch)
    for item in items:
        for (record, predicate), objects in description.found.items():
            if predicate == SCHEMA.about and item in objects:
                return _item(release, description, item, record)
    return None


def _item(release: OpenRelease, description: DescriptionView, item: NamedNode, record: Any) -> View:
    labels = [(text.value, text.language) for text in description.objects(item, RDFS.label)]
    point = description.text(item, _wdt("P625")).removeprefix("Point(").rstrip(")").split()
    dated = description.objects(item, NamedNode(PREFIXES["p"] + "P1082"))
    at = description.text(dated[0], NamedNode(PREFIXES["pq"] + "P585")) if dated else ""
    return {
        "item": item.value.rpartition("/")[2],
        "address": item.value,
        "label": description.tagged(item, RDFS.label),
        "labels": sorted(labels, key=lambda pair: str(pair[1])),
        "countries": [
            _country(release, description, c.value) for c in description.objects(item, _wdt("P17"))
        ],
        "lon": float(point[0]) if point else None,
        "lat": float(point[1]) if point else None,
        "population": description.text(item, _wdt("P1082")),
        "population_date": at,
        "codes": [c for p in ("P297", "P298", "P300") for c in description.texts(item, _wdt(p))],
        "geonames": description.texts(item, _wdt("P1566")),
        "retrieved": description.text(record, DCTERMS.created),
        "revision": description.text(record, SCHEMA.version),
        "page": description.text(record, PROV.wasDerivedFrom),
    }


def _wdt(name: str) -> NamedNode:
    return NamedNode(PREFIXES["wdt"] + name)


def _country(release: OpenRelease, description: DescriptionView, item: str) -> View:
    """Return the country that an item stands for, by our name for it if it is one of ours."""
    links = NamedNode(release.iris.graph("links"))
    for quad in release.store.quads_for_pattern(None, OWL.sameAs, NamedNode(item), links):
        split = release.iris.split(getattr(quad.subject, "value", ""))
        if split is not None:
            label = listing.label(release, *split, description.language)
            return {"label": label, "path": description.path(*split), "address": item}
    return {"label": item.rpartition("/")[2], "path": "", "address": item}


def coverage(release: OpenRelease, things: list[Linkable], language: str) -> View:
    """Return what the page about links shows: counts, and the things that are not linked."""
    countries = listing.labels(release, "country", language)

    def rows(state: str) -> list[View]:
        return [
            {
                "label": best(thing.labels, language)[0],
                "path": link(f"{thing.kind}/{thing.key}"),
                "kind": thing.place or thing.kind,
                "country": countries.get(thing.country, ""),
                "decisions": [d for d in thing.decisions if d.status == state],
            }
            for thing in things
            if thing.state == state
        ]

    places = [
        {"label": countries.get(key, key), "path": link(f"country/{key}"), "counts": counts}
        for key, counts in by_country(things).items()
    ]
    items, first, last = fetched(release)
    return {
        "total": counted(things),
        "kinds": by_kind(things),
        "countries": sorted(places, key=lambda row: str(row["label"])),
        "open": rows("open")[:MOST_LISTED],
        "rejected": rows("rejected")[:MOST_LISTED],
        "none": rows("none")[:MOST_LISTED],
        "fetched": items,
        "first": first,
        "last": last,
    }
