"""Reads the evidence of identities, and what Wikidata states, into the values that a page shows."""

from __future__ import annotations

from typing import Any, Final

from pyoxigraph import NamedNode

from iccgraph.languages import best
from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.coverage import Linkable, count_states, count_states_by, fetched
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.facts import ThingView, View, by_label, reference
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

_POPULATION_DATE: Final = NamedNode(PREFIXES["pq"] + "P585")
_ORDER: Final = ("accepted", "open", "rejected")
MOST_LISTED: Final = 500


def evidence(thing: ThingView) -> list[View]:
    """Return the decisions about a thing's identity: the accepted one, then open, then rejected."""
    rows = [_decision(thing, node) for node in thing.subjects(RDF.subject, thing.root)]
    return sorted(rows, key=lambda row: (_ORDER.index(row["status"]), row["item"]))


def _decision(thing: ThingView, node: Any) -> View:
    address = thing.text(node, RDF.object)
    return {
        "item": address.rpartition("/")[2],
        "address": address,
        "status": thing.text(node, ICC.linkStatus),
        "confidence": thing.number(node, SSSOM.confidence),
        "justification": thing.text(node, SSSOM.mapping_justification).rpartition("/")[2],
        "sources": thing.texts(node, DC.source),
        "decided": thing.text(node, PAV.authoredOn),
        "comment": thing.text(node, RDFS.comment),
        "tool": thing.text(node, SSSOM.mapping_tool),
        "reviewer": thing.text(node, SSSOM.reviewer_label),
    }


def stated(thing: ThingView) -> View | None:
    """Return what Wikidata states of the item that a thing is, None if that was not fetched."""
    for predicate in (OWL.sameAs, SKOS.exactMatch):
        for item in thing.objects(thing.root, predicate):
            for record in thing.subjects(SCHEMA.about, item):
                return _item(thing, item, record)
    return None


def _item(thing: ThingView, item: NamedNode, record: Any) -> View:
    labels = thing.all_tagged(item, RDFS.label)
    position = thing.text(item, _wdt("P625")).removeprefix("Point(").rstrip(")").split()
    dated = thing.objects(item, NamedNode(PREFIXES["p"] + "P1082"))
    return {
        "item": item.value.rpartition("/")[2],
        "label": thing.tagged(item, RDFS.label),
        "labels": sorted(labels, key=lambda pair: pair[1]),
        "countries": by_label(_country(thing, c) for c in thing.objects(item, _wdt("P17"))),
        "lon": float(position[0]) if position else None,
        "lat": float(position[1]) if position else None,
        "population": thing.text(item, _wdt("P1082")),
        "population_date": thing.text(dated[0], _POPULATION_DATE) if dated else "",
        "codes": [c for p in ("P297", "P298", "P300") for c in thing.texts(item, _wdt(p))],
        "geonames": thing.texts(item, _wdt("P1566")),
        "retrieved": thing.text(record, DCTERMS.created),
        "page": thing.text(record, PROV.wasDerivedFrom),
    }


def _wdt(name: str) -> NamedNode:
    return NamedNode(PREFIXES["wdt"] + name)


def _country(thing: ThingView, item: NamedNode) -> View:
    """Return the country that an item stands for, by our name for it if it is one of ours."""
    release = thing.release
    links = NamedNode(release.iris.graph("links"))
    for quad in release.store.quads_for_pattern(None, OWL.sameAs, item, links):
        split = release.iris.split(getattr(quad.subject, "value", ""))
        if split is not None:
            return reference(release, *split, thing.language)
    return {"label": item.value.rpartition("/")[2], "path": "", "address": item.value}


def coverage_view(release: OpenRelease, things: list[Linkable], language: str) -> View:
    """Return what the page about links shows: counts, and the things that are not linked."""
    countries = listing.labels(release, "country", language)

    def rows(state: str) -> list[View]:
        return by_label(
            {
                "label": best(thing.labels, language)[0],
                "path": link(f"{thing.kind}/{thing.key}"),
                "kind": thing.place or thing.kind,
                "country": countries.get(thing.country, ""),
                "decisions": [d for d in thing.decisions if d.status == state],
            }
            for thing in things
            if thing.state == state
        )

    cities = [thing for thing in things if thing.kind == "city"]
    places = [
        {"label": countries.get(key, key), "path": link(f"country/{key}"), "counts": counts}
        for key, counts in count_states_by(lambda thing: thing.country, cities).items()
    ]
    items, first, last = fetched(release)
    return {
        "total": count_states(things),
        "kinds": count_states_by(lambda thing: thing.place or thing.kind, things),
        "countries": by_label(places),
        **{state: rows(state)[:MOST_LISTED] for state in ("open", "rejected", "none")},
        "fetched": items,
        "first": first,
        "last": last,
    }
