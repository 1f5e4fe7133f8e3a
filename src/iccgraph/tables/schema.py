"""The columns of the tables, as their CSVW metadata describes them.

Reads: `<table>.csv-metadata.json` (W3C Metadata Vocabulary for Tabular Data, section 5); the
metadata is the one place where columns are defined.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from iccgraph.errors import SourceError
from iccgraph.iris import suggest_key
from iccgraph.languages import DEFAULT
from iccgraph.properties import Property, properties_of

PlainColumns = Sequence[tuple[Property, Mapping[str, str]]]
"""The properties that a table states, each with its columns by language tag."""
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`/?#]+[^\s<>\"{}|\\^`]*")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its metadata describes it; `property_url` and `lang` are empty if not given."""

    name: str
    titles: str
    datatype: str
    pattern: re.Pattern[str] | None
    minimum: float | None
    maximum: float | None
    required: bool
    separator: str | None
    property_url: str = ""
    lang: str = ""

    @property
    def formed(self) -> bool:
        """Return whether a value must have a certain form."""
        return self.datatype != "string" or self.pattern is not None

    def fault(self, value: str) -> tuple[str, str] | None:
        """Return what is wrong with one value and what to do, None if it is good."""
        check = _CHECKS.get(self.datatype)
        if check is not None and (fault := check(value)) is not None:
            return fault
        if self.pattern is not None and not self.pattern.fullmatch(value):
            if self.name == "key" and (key := suggest_key(value)):
                return f"{value!r} is not a key", f"write lower-case words joined by “-”: {key}"
            return f"{value!r} is not of the form {self.pattern.pattern}", "correct it"
        if self.minimum is not None and float(value) < self.minimum:
            return f"{value} is below {self.minimum:g}", "correct it"
        if self.maximum is not None and float(value) > self.maximum:
            return f"{value} is above {self.maximum:g}", "correct it"
        return None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns of one table, in the order of its metadata."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the column names."""
        return tuple(column.name for column in self.columns)

    def by_language(self, name: str, default: str = DEFAULT) -> dict[str, str]:
        """Return the columns that state in each language what a column states, by language tag.

        Columns with the same `propertyUrl` and a `lang` of their own are one field; a column
        without one is in the default language.
        """
        column = next(column for column in self.columns if column.name == name)
        same = [c for c in self.columns if c.lang and c.property_url == column.property_url]
        if not column.property_url or column not in same:
            same = [column]
        return {c.lang or default: c.name for c in same}

    def plain(self, kind: str) -> PlainColumns:
        """Return the properties of a kind that have a column, with their columns by language tag.

        The tag is empty where the metadata give a column no language.
        Raises: SourceError if a column cannot hold the values of its property.
        """
        columns = {column.name: column for column in self.columns}
        found = [p for p in properties_of(kind) if p.name in columns]
        for item in found:
            column = columns[item.name]
            wanted = (item.value.datatype, item.many)
            if (column.datatype, bool(column.separator)) != wanted:
                raise SourceError(
                    f"{self.name}.csv-metadata.json: the column {item.name} must have the datatype "
                    f"{item.value.datatype}, and {'a' if item.many else 'no'} separator; correct it"
                )
        return [(item, self.by_language(item.name, "")) for item in found]


def load_schema(path: Path) -> TableSchema:
    """Return the schema in a CSVW metadata file.

    Raises: SourceError if the file is missing or is not CSVW metadata for one table.
    """
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
        columns = tuple(_column(item) for item in metadata["tableSchema"]["columns"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path}: expected CSVW metadata that describes a table ({error!r}); restore the file"
        ) from error
    return TableSchema(path.name.removesuffix(".csv-metadata.json"), columns)


def _column(item: dict[str, Any]) -> Column:
    datatype = item.get("datatype", "string")
    facets = datatype if isinstance(datatype, dict) else {"base": datatype}
    base = facets.get("base", "string")
    titles = item.get("titles", item["name"])
    form = facets.get("format") if base in ("string", "integer", "anyURI") else None
    return Column(
        name=item["name"],
        titles=titles if isinstance(titles, str) else item["name"],
        datatype=base,
        pattern=re.compile(form) if form else None,
        minimum=_number(facets.get("minimum", facets.get("minInclusive"))),
        maximum=_number(facets.get("maximum", facets.get("maxInclusive"))),
        required=bool(item.get("required", False)),
        separator=item.get("separator"),
        property_url=item.get("propertyUrl", ""),
        lang=item.get("lang", ""),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _check_date(value: str) -> tuple[str, str] | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return f"{value!r} is not a date", "write it as year-month-day, such as 2026-11-23"
    return None


def _check_number(kind: Callable[[str], object], words: str) -> Callable[[str], Any]:
    def check(value: str) -> tuple[str, str] | None:
        try:
            kind(value)
        except ValueError:
            return f"{value!r} is not {words}", "write digits only"
        if not value.isascii() or "_" in value or not re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", value):
            return f"{value!r} is not {words}", "write digits only"
        return None

    return check


def _check_boolean(value: str) -> tuple[str, str] | None:
    return None if value in ("true", "false") else (f"{value!r} is neither", "write true or false")


def _check_address(value: str) -> tuple[str, str] | None:
    if _WEB_ADDRESS.fullmatch(value):
        try:
            NamedNode(value)
        except ValueError as error:
            return f"{value!r} is not a web address ({error})", "copy it from the browser"
        return None
    return f"{value!r} is not a web address", "write it whole, beginning with https://"


_CHECKS: dict[str, Callable[[str], tuple[str, str] | None]] = {
    "date": _check_date,
    "decimal": _check_number(float, "a number"),
    "integer": _check_number(int, "a whole number"),
    "boolean": _check_boolean,
    "anyURI": _check_address,
}
