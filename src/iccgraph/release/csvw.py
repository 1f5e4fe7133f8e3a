"""Describes a table for programs, as CSV on the Web does, from the description of the release.

The document stands beside its table and names it by a relative address, so it is true wherever
both are copied to.
Source: Metadata Vocabulary for Tabular Data, sections 5.3 to 5.9; Model for Tabular Data, 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

from iccgraph.languages import DEFAULT
from iccgraph.release.description import LICENCES, File, TableColumn, Texts

ENDING: Final = "-metadata.json"
"""What follows the address of a table in that of its description."""
MEDIA_TYPE: Final = "application/csvm+json"
LOCATIONS: Final = "{+url}-metadata.json\ncsv-metadata.json\n"
"""Where descriptions are, for `/.well-known/csvm`: URI templates (RFC 6570), one a line."""
WITH_LANGUAGE: Final = "string"
"""The datatype of columns that may have a language."""


def table_metadata(
    file: File, titles: Texts, licence: str, languages: Sequence[str], about: str = ""
) -> bytes:
    """Return the description of a table.

    Arguments: `titles` are those of its dataset; `licence` is a key of `LICENCES`; columns whose
    name ends in one of `languages` are in that language; `about` is whatever else is to be known.
    """
    document: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": DEFAULT}],
        "url": file.name,
        "dc:title": [{"@value": text, "@language": tag} for tag, text in titles.items()],
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {
            **_key(file.columns),
            "columns": [_column(column, languages) for column in file.columns],
        },
    }
    if about:
        document["dc:description"] = {"@value": about, "@language": DEFAULT}
    if licence in LICENCES:
        document["dc:license"] = {"@id": LICENCES[licence].creative_commons}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _key(columns: Sequence[TableColumn]) -> dict[str, Any]:
    """Return what tells rows apart: the IRI of a thing, or the two ends of a link."""
    if columns[0].name == "iri":
        return {"aboutUrl": "{+iri}", "primaryKey": "iri"}
    return {"primaryKey": [column.name for column in columns[:2]]}


def _column(column: TableColumn, languages: Sequence[str]) -> dict[str, Any]:
    """Return a column; its titles begin with its name, which is what its heading says."""
    titles: dict[str, Any] = dict(column.titles)
    others = [text for text in [titles.get(DEFAULT)] if text and text != column.name]
    titles[DEFAULT] = [column.name, *others]
    found: dict[str, Any] = {"name": column.name, "titles": titles, "datatype": column.datatype}
    if column.separator:
        found["separator"] = column.separator
    if column.property:
        found["propertyUrl"] = column.property
    tag = column.name.rpartition("_")[2]
    if column.datatype == WITH_LANGUAGE and tag in languages:
        found["lang"] = tag
    return found
