"""The tables of a release for machine learning: files, and the fields of records, Croissant 1.1.

Source: http://mlcommons.org/croissant/1.1
"""

from __future__ import annotations

from typing import Final

from iccgraph.formats import media_type_of
from iccgraph.jsonld import Node
from iccgraph.languages import DEFAULT
from iccgraph.release.description import File, TableColumn
from iccgraph.serve.catalogue.publication import Publication, text, words

SPECIFICATION: Final = "http://mlcommons.org/croissant/1.1"
_TERMS: Final = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field"),
    *("fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset"),
    *("jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
"""The terms of Croissant that mean plain values or things."""
CONTEXT: Final[Node] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_TYPES: Final = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "decimal": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "anyURI": "sc:URL",
}
_SPLIT: Final = ("string", "anyURI")
"""The types whose lists are taken apart. Readers take a column where no cell has two numbers for
one of numbers, before they look for a separator, and fail; so a list of numbers is a text."""


def croissant(published: Publication) -> Node:
    """Return the description of the tables and of all other files."""
    told = published.description
    whole = told.whole
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "@id": published.iris.dataset,
        "conformsTo": SPECIFICATION,
        "name": text(whole.titles, DEFAULT),
        "description": text(whole.descriptions, DEFAULT),
        "url": published.landing_page,
        "identifier": published.iris.dataset,
        "license": published.licence.creative_commons,
        "creator": published.publisher(),
        "publisher": published.publisher(),
        "datePublished": told.issued,
        "dateModified": told.modified,
        "version": _version(published.name),
        "keywords": words(whole.keywords, DEFAULT),
        "inLanguage": list(told.languages),
        "isLiveDataset": True,
        "citeAs": published.citation(DEFAULT),
        "distribution": [_file(published, file) for file in told.files],
        "recordSet": [_records(file) for file in told.files if file.columns and not file.inner],
    }


def _version(name: str) -> str:
    """Return the name of a release as a version with three numbers, which Croissant asks for."""
    year, month, day, digest = name.split("-", 3)
    return f"{int(year)}.{int(month)}.{int(day)}+{digest}"


def _file(published: Publication, file: File) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": published.download(file),
        "contentSize": f"{file.size} B",
        "encodingFormat": media_type_of(file.name),
        "sha256": file.sha256,
    }


def _records(file: File) -> Node:
    """Return the records of a table; a column that is called `key` tells them apart."""
    name = file.name.rpartition(".")[0]
    keys = [column.name for column in file.columns if column.name == "key"]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        **({"key": {"@id": f"{name}/{keys[0]}"}} if keys else {}),
        "field": [_field(file, name, column) for column in file.columns],
    }


def _field(file: File, records: str, column: TableColumn) -> Node:
    source: Node = {"fileObject": {"@id": file.name}, "extract": {"column": column.name}}
    several = bool(column.separator)
    field: Node = {
        "@type": "cr:Field",
        "@id": f"{records}/{column.name}",
        "name": column.name,
        "description": text(column.titles, DEFAULT),
        "dataType": "sc:Text" if several else _TYPES.get(column.datatype, "sc:Text"),
        "source": source,
    }
    if column.property:
        field["equivalentProperty"] = column.property
    if several and column.datatype in _SPLIT:
        field |= {"isArray": True, "arrayShape": "-1"}
        source["transform"] = {"separator": column.separator}
    return field
