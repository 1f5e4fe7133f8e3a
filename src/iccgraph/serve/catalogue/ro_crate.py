"""The dataset as a research object: its files on the web and what they are, RO-Crate 1.3.

The crate is detached: its files stay at their addresses, and so does this document.
Source: https://w3id.org/ro/crate/1.3
"""

from __future__ import annotations

from typing import Final

from iccgraph.formats import media_type_of
from iccgraph.jsonld import Node
from iccgraph.languages import DEFAULT
from iccgraph.release.description import DatasetDescription, File
from iccgraph.serve.catalogue.publication import Publication, text, words

SPECIFICATION: Final = "https://w3id.org/ro/crate/1.3"
NAME: Final = "ro-crate-metadata.json"


def ro_crate(published: Publication) -> Node:
    """Return the metadata document of the crate."""
    told, licence = published.description, published.licence
    root = _dataset(published, told.whole)
    root["hasPart"] += [_to(published.dataset(part)) for part in told.parts]
    described = {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": _to(published.iris.dataset),
        "conformsTo": _to(SPECIFICATION),
    }
    rights = {
        "@id": licence.creative_commons,
        "@type": "CreativeWork",
        "name": licence.name,
        "identifier": licence.spdx,
    }
    publisher = {"@id": published.iris.publisher, **published.publisher()}
    return {
        "@context": f"{SPECIFICATION}/context",
        "@graph": [
            described,
            root | _of_release(published),
            *(_dataset(published, part) for part in told.parts),
            *(_file(published, file) for file in told.files),
            rights,
            publisher,
            *_place(published),
        ],
    }


def _to(iri: str) -> Node:
    return {"@id": iri}


def _dataset(published: Publication, part: DatasetDescription) -> Node:
    files = published.description.files_of(part.key)
    return {
        "@id": published.dataset(part),
        "@type": "Dataset",
        "name": text(part.titles, DEFAULT),
        "description": text(part.descriptions, DEFAULT),
        "datePublished": published.description.issued,
        "license": _to(published.licence.creative_commons),
        "keywords": ", ".join(words(part.keywords, DEFAULT)),
        "hasPart": [_to(published.download(file)) for file in files],
    }


def _of_release(published: Publication) -> Node:
    """Return what is said of the whole alone."""
    told, iri = published.description, published.iris.dataset
    return {
        "identifier": iri,
        "cite-as": iri,
        "url": published.landing_page,
        "version": published.name,
        "dateModified": told.modified,
        "publisher": _to(published.iris.publisher),
        "author": _to(published.iris.publisher),
        "inLanguage": list(told.languages),
        "isBasedOn": [_to(source) for source in told.source],
        "isAccessibleForFree": True,
        "creditText": text(told.rights, DEFAULT),
        **({"temporalCoverage": published.years()} if told.temporal else {}),
        **({"spatialCoverage": _to("#place")} if told.spatial else {}),
    }


def _file(published: Publication, file: File) -> Node:
    return {
        "@id": published.download(file),
        "@type": "File",
        "name": file.name,
        "identifier": published.distribution(file),
        "contentSize": str(file.size),
        "encodingFormat": media_type_of(file.name),
        "sha256": file.sha256,
        "license": _to(published.licence.creative_commons),
        "sdDatePublished": published.description.modified,
    }


def _place(published: Publication) -> list[Node]:
    """Return the box around all things, as its own entities, since a crate nests none."""
    space = published.description.spatial
    if space is None:
        return []
    box = f"{space.south} {space.west} {space.north} {space.east}"
    return [
        {"@id": "#place", "@type": "Place", "geo": _to("#box")},
        {"@id": "#box", "@type": "GeoShape", "box": box},
    ]
