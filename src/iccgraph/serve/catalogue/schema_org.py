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

from iccgraph.formats import media_type_of
from iccgraph.jsonld import Node
from iccgraph.release.description import DatasetDescription, File
from iccgraph.serve.catalogue.publication import Publication, text, words

View = Mapping[str, Any]
CONTEXT: Final = "https://schema.org"
_PLACES: Final = {"municipality": "City"}
"""The kinds of place that are cities; the others are parts or unions of them."""


@dataclass(frozen=True, slots=True)
class ThingPage:
    """The page of a thing: its address, the language of its words, and when the thing changed."""

    published: Publication
    address: str
    language: str
    day: str


def script(document: Node) -> str:
    """Return a document for a `script` element, which nothing in it can end."""
    return orjson.dumps(document).decode().replace("<", "\\u003c")


def of_thing(page: ThingPage, kind: str, view: View) -> Node:
    """Return the page of a thing with the thing; `view` is what the page shows of it."""
    published, told, iris = page.published, page.published.description, page.published.iris
    whole = text(told.whole.titles, page.language)
    reading = _READINGS.get(kind, _resource)
    thing: Node = {"@id": iris.thing(kind, view["key"]), **reading(page, kind, view)}
    thing |= {"name": view["label"], "identifier": view["key"], "url": page.address}
    shown = {
        "@context": CONTEXT,
        "@type": "WebPage",
        "@id": iris.document(kind, view["key"]),
        "url": page.address,
        "name": view["label"],
        "inLanguage": page.language,
        "license": published.licence.creative_commons,
        "dateModified": page.day,
        "isPartOf": {"@type": "Dataset", "@id": iris.dataset, "name": whole},
        "publisher": published.publisher(),
        "mainEntity": _given(thing),
    }
    if kind == "practice":
        shown |= _of_practice(page, view)
    return _given(shown)


def _given(node: Node) -> Node:
    """Return a node without what is empty."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def _named(page: ThingPage, kind: str, type_: str, rows: Sequence[View]) -> list[Node]:
    """Return things that a page shows, each with its class, name and label."""
    return [
        {"@type": type_, "@id": page.published.iris.thing(kind, row["key"]), "name": row["label"]}
        for row in rows
        if row["key"]
    ]


def _of_practice(page: ThingPage, view: View) -> Node:
    """Return what the page of a practice says of itself: what it tells of, when, and after whom."""
    first, last = view["first_year"], view["last_year"]
    years = f"{first}/{last or '..'}" if first and (last or view["ongoing"]) else first
    return {
        "description": view["summary"][0],
        "about": _named(page, "topic", "DefinedTerm", view["topics"]),
        "isBasedOn": view["sources"],
        "temporalCoverage": years or list(view["years"]),
        "spatialCoverage": [{"@id": place["@id"]} for place in _where(page, view)],
    }


def _where(page: ThingPage, view: View) -> list[Node]:
    places = _named(page, "city", "Place", view["cities"])
    return places or _named(page, "country", "Country", view["countries"])


def _practice(page: ThingPage, _: str, view: View) -> Node:
    return {
        "@type": "Project",
        "alternateName": [text for text, _ in view["other_titles"]],
        "description": view["summary"][0],
        "location": _where(page, view),
        "foundingDate": view["first_year"] or view["start_year"],
        "dissolutionDate": "" if view["ongoing"] else view["last_year"],
        "sameAs": view["page"]["address"] if view["page"] else "",
    }


def _city(page: ThingPage, _: str, view: View) -> Node:
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


def _country(_: ThingPage, __: str, view: View) -> Node:
    return {
        "@type": "Country",
        "alternateName": [text for text, _ in view["other_names"]],
        "sameAs": view["same"],
    }


def _topic(page: ThingPage, _: str, view: View) -> Node:
    return {
        "@type": "DefinedTerm",
        "termCode": view["key"],
        "alternateName": [text for text, _ in view["other_names"]],
        "description": view["definition"],
        "inDefinedTermSet": _named(page, "scheme", "DefinedTermSet", view["schemes"]),
        "sameAs": view["same"],
    }


def _scheme(page: ThingPage, _: str, view: View) -> Node:
    return {
        "@type": "DefinedTermSet",
        "description": view["definition"],
        "hasDefinedTerm": _named(page, "topic", "DefinedTerm", view["topics"]),
    }


_CLASSES: Final = {"network": "Organization", "guidance": "CreativeWork"}
"""The classes of those other kinds of thing that schema.org knows."""


def _resource(page: ThingPage, kind: str, view: View) -> Node:
    """Return what stands for a thing of another kind."""
    return {"@type": _CLASSES.get(kind, "Thing")}


_READINGS: Final[Mapping[str, Callable[[ThingPage, str, View], Node]]] = {
    "practice": _practice,
    "city": _city,
    "country": _country,
    "topic": _topic,
    "scheme": _scheme,
}


def dublin_core(page: ThingPage, kind: str, view: View) -> list[tuple[str, str]]:
    """Return what reference managers read of a page: names and values of `meta` elements.

    Its creator is whoever publishes it; without one, Zotero takes words of the page for its author.
    """
    publisher, language, more = page.published.description.publisher.name, page.language, []
    if kind == "practice":
        language = view["label_lang"]
        more = [("description", view["summary"][0])]
        more += [("coverage", row["label"]) for row in (*view["cities"], *view["countries"])]
        more += [("subject", row["label"]) for row in view["topics"]]
    return _core(
        ("title", view["label"]),
        ("creator", publisher),
        ("publisher", publisher),
        ("date", page.day),
        ("type", "Text"),
        ("identifier", page.published.iris.thing(kind, view["key"])),
        ("language", language),
        *more,
        ("rights", page.published.licence.creative_commons),
    )


def dataset_core(
    published: Publication, language: str, release: bool = False
) -> list[tuple[str, str]]:
    """Return what reference managers read of the dataset, or of one release, as `dublin_core`."""
    told = published.description
    title, iri = text(told.whole.titles, language), published.iris.dataset
    if release:
        title, iri = f"{title} ({published.name})", published.release_iri
    return _core(
        ("title", title),
        ("creator", told.publisher.name),
        ("publisher", told.publisher.name),
        ("date", told.modified),
        ("type", "Dataset"),
        ("identifier", iri),
        ("language", language),
        ("description", text(told.whole.descriptions, language)),
        *(("subject", word) for word in words(told.whole.keywords, language)),
        ("rights", published.licence.creative_commons),
    )


def _core(*rows: tuple[str, str]) -> list[tuple[str, str]]:
    return [(f"DC.{name}", value) for name, value in rows if value]


def of_dataset(published: Publication, language: str) -> Node:
    """Return the dataset with its parts and files, for readers of one language."""
    told, whole = published.description, {"@id": published.iris.dataset}
    parts = [_dataset(published, part, language) | {"isPartOf": whole} for part in told.parts]
    return {
        "@context": CONTEXT,
        **_dataset(published, told.whole, language),
        "version": published.name,
        "datePublished": told.issued,
        "inLanguage": list(told.languages),
        "isBasedOn": list(told.source),
        "creditText": text(told.rights, language),
        "citation": published.citation(language),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": published.catalogue,
            "name": told.publisher.name,
            "url": published.site,
        },
        **_coverage(published),
        **_contact(published),
        **({"hasPart": parts} if parts else {}),
    }


def _dataset(published: Publication, part: DatasetDescription, language: str) -> Node:
    """Return what holds of the whole and of its parts alike."""
    told, iri = published.description, published.dataset(part)
    publisher = published.publisher()
    return _given(
        {
            "@type": "Dataset",
            "@id": iri,
            "name": text(part.titles, language),
            "description": text(part.descriptions, language),
            "url": published.landing_page,
            "identifier": iri,
            "license": published.licence.creative_commons,
            "isAccessibleForFree": True,
            "dateModified": told.modified,
            "creator": publisher,
            "publisher": publisher,
            "keywords": words(part.keywords, language),
            "distribution": [_download(published, file) for file in told.files_of(part.key)],
        }
    )


def _download(published: Publication, file: File) -> Node:
    return {
        "@type": "DataDownload",
        "@id": published.distribution(file),
        "name": file.name,
        "contentUrl": published.download(file),
        "encodingFormat": media_type_of(file.name),
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }


def _coverage(published: Publication) -> Node:
    """Return which years and which part of the world the things are of."""
    years, space = published.years(), published.description.spatial
    place = None
    if space:
        box = f"{space.south} {space.west} {space.north} {space.east}"
        place = {"@type": "Place", "geo": {"@type": "GeoShape", "box": box}}
    return _given({"temporalCoverage": years, "spatialCoverage": place})


def _contact(published: Publication) -> Node:
    contact = published.description.contact
    if not contact:
        return {}
    point = {"@type": "ContactPoint", "name": contact.name, "email": contact.email,
             "url": contact.url}  # fmt: skip
    return {"creator": published.publisher() | {"contactPoint": _given(point)}}
