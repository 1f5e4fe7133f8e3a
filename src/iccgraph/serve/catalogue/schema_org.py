"""What pages say of their things in schema.org, for search engines and reference managers.

A page is a `WebPage` about one thing, in the words and the language that its readers see. What a
city did is a `Project`, which is the class nearest to ours (`ontology/alignments/schema-org.ttl`).
Sources: https://schema.org/, https://developers.google.com/search/docs/appearance/structured-data/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from iccgraph.iris import Iris
from iccgraph.serve.catalogue.signposting import LICENCE

Node = dict[str, Any]
View = Mapping[str, Any]
CONTEXT: Final = "https://schema.org"
_PLACES: Final = {"municipality": "City"}
"""The kinds of place that are cities; the others are parts or unions of them."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a thing: its address, the language of its words, and the day of its data.

    Arguments: `iris` are the names of the release.
    """

    iris: Iris
    address: str
    language: str
    day: str


def script(document: Node) -> str:
    """Return a document for a `script` element, which nothing in it can end."""
    return orjson.dumps(document).decode().replace("<", "\\u003c")


def of_thing(page: Page, kind: str, view: View) -> Node:
    """Return the page of a thing with the thing; `view` is what the page shows of it."""
    iri = page.iris.thing(kind, view["key"])
    thing: Node = {"@id": iri, **_READINGS.get(kind, _resource)(page, kind, view)}
    thing |= {"name": view["label"], "identifier": view["key"], "url": page.address}
    shown = {
        "@context": CONTEXT,
        "@type": "WebPage",
        "@id": page.iris.document(kind, view["key"]),
        "url": page.address,
        "name": view["label"],
        "inLanguage": page.language,
        "license": LICENCE,
        "dateModified": page.day,
        "isPartOf": {"@type": "Dataset", "@id": page.iris.dataset, "name": "iccgraph"},
        "publisher": {"@type": "Organization", "name": "iccgraph"},
        "mainEntity": _given(thing),
    }
    if kind == "practice":
        shown |= _of_practice(page, view)
    return _given(shown)


def _given(node: Node) -> Node:
    """Return a node without what is empty."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def _named(page: Page, kind: str, type_: str, rows: Sequence[View]) -> list[Node]:
    """Return things that a page shows, each with its class, name and label."""
    return [
        {"@type": type_, "@id": page.iris.thing(kind, row["key"]), "name": row["label"]}
        for row in rows
        if row["key"]
    ]


def _of_practice(page: Page, view: View) -> Node:
    """Return what the page of a practice says of itself: what it tells of, when, and after whom."""
    first, last = view["first_year"], view["last_year"]
    years = f"{first}/{last or '..'}" if first and (last or view["ongoing"]) else first
    return {
        "description": view["summary"][0],
        "about": _named(page, "topic", "DefinedTerm", view["topics"]),
        "isBasedOn": view["sources"],
        "temporalCoverage": years or view["years"][-1:],
        "spatialCoverage": [{"@id": place["@id"]} for place in _where(page, view)],
    }


def _where(page: Page, view: View) -> list[Node]:
    places = _named(page, "city", "Place", view["cities"])
    return places or _named(page, "country", "Country", view["countries"])


def _practice(page: Page, _: str, view: View) -> Node:
    return {
        "@type": "Project",
        "alternateName": [text for text, _ in view["other_titles"]],
        "description": view["summary"][0],
        "location": _where(page, view),
        "foundingDate": view["first_year"] or view["start_year"],
        "dissolutionDate": "" if view["ongoing"] else view["last_year"],
        "sameAs": view["page"]["address"] if view["page"] else "",
    }


def _city(page: Page, _: str, view: View) -> Node:
    within = _named(page, "city", "Place", view["within"])
    geo = None
    if view["lat"] is not None and view["lon"] is not None:
        geo = {"@type": "GeoCoordinates", "latitude": view["lat"], "longitude": view["lon"]}
    return {
        "@type": _PLACES.get(view["kind"], "AdministrativeArea"),
        "alternateName": [text for text, _ in view["other_names"]],
        "containedInPlace": within + _named(page, "country", "Country", view["countries"]),
        "geo": geo,
        "sameAs": view["same"],
    }


def _country(_: Page, __: str, view: View) -> Node:
    return {
        "@type": "Country",
        "alternateName": [text for text, _ in view["other_names"]],
        "sameAs": view["same"],
    }


def _topic(page: Page, _: str, view: View) -> Node:
    return {
        "@type": "DefinedTerm",
        "termCode": view["key"],
        "alternateName": [text for text, _ in view["other_names"]],
        "description": view["definition"],
        "inDefinedTermSet": _named(page, "scheme", "DefinedTermSet", view["schemes"]),
        "sameAs": view["same"],
    }


def _scheme(page: Page, _: str, view: View) -> Node:
    return {
        "@type": "DefinedTermSet",
        "description": view["definition"],
        "hasDefinedTerm": _named(page, "topic", "DefinedTerm", view["topics"]),
    }


_CLASSES: Final = {"network": "Organization", "guidance": "CreativeWork"}
"""The classes of those other kinds of thing that schema.org knows."""


def _resource(page: Page, kind: str, view: View) -> Node:
    """Return what stands for a thing of another kind."""
    return {"@type": _CLASSES.get(kind, "Thing")}


_READINGS: Final[Mapping[str, Callable[[Page, str, View], Node]]] = {
    "practice": _practice,
    "city": _city,
    "country": _country,
    "topic": _topic,
    "scheme": _scheme,
}


def dublin_core(page: Page, kind: str, view: View) -> list[tuple[str, str]]:
    """Return what reference managers read of a practice: names and values of `meta` elements."""
    if kind != "practice":
        return []
    rows = [
        ("DC.title", view["label"]),
        ("DC.publisher", "iccgraph"),
        ("DC.date", page.day),
        ("DC.type", "Text"),
        ("DC.identifier", page.iris.thing(kind, view["key"])),
        ("DC.language", view["label_lang"]),
        ("DC.description", view["summary"][0]),
        *(("DC.source", address) for address in view["sources"]),
        *(("DC.coverage", row["label"]) for row in (*view["cities"], *view["countries"])),
        *(("DC.subject", row["label"]) for row in view["topics"]),
        ("DC.rights", LICENCE),
    ]
    return [(name, value) for name, value in rows if value]
