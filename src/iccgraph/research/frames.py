"""Tables of a release as pandas frames, with the datatypes that their description tells.

Keys and codes are texts (`008` stays `008`), whole numbers that may be missing `Int64`, numbers
`float64`, truths `boolean`, days `datetime64`, a few columns with few values `category`. A cell
with several values is a list, an empty one if it has none. The apostrophe that keeps spreadsheets
from computing a text is taken away again.
Source: docs/downloads.md; Metadata Vocabulary for Tabular Data, section 5.6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd

from iccgraph.errors import ArgumentError, ReleaseError
from iccgraph.release.description import TableColumn
from iccgraph.tables.cells import unguard

CATEGORIES: Final = frozenset(("kind", "scheme", "size_class", "status", "title_language"))
"""Columns with few values, of which each is held once."""
_DTYPES: Final = {"integer": "Int64", "decimal": "float64", "boolean": "boolean"}
_DAY: Final = "date"
_CURIE: Final = re.compile(r'#  (?P<prefix>[\w-]+): "(?P<base>[^"]+)"')
_LINK_COLUMNS: Final = (
    *("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id"),
    *("mapping_justification", "confidence", "mapping_date", "comment", "other"),
)
_SOURCE: Final = "dc:source="
_WIKIDATA: Final = "wikidata:"


def read_table(
    path: Path, described: Sequence[TableColumn], columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return a table; with `columns` those alone, in that order, and nothing else is held.

    Raises: ArgumentError if it has no such column, ReleaseError if it is not as described.
    """
    known = {column.name: column for column in described}
    names = list(known) if columns is None else list(columns)
    if unknown := [name for name in names if name not in known]:
        raise ArgumentError(f"{path.name} has no column {unknown[0]!r}; it has: {', '.join(known)}")
    dtypes = {name: _read_as(known[name]) for name in names}
    with _errors_told(path):
        found = _read(path, usecols=names, dtype=dtypes)[names]
        for name in names:
            if known[name].separator or known[name].datatype not in _DTYPES:
                found[name] = _values(found[name], known[name])
    return found


def read_links(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the decisions about identities, of which SSSOM has one a row.

    Raises: ArgumentError if there is no such column, ReleaseError if it is no such table.
    """
    prefixes, skipped = _head(path)
    with _errors_told(path):
        rows = _read(path, sep="\t", skiprows=skipped, dtype="str")
        if missing := [name for name in _LINK_COLUMNS if name not in rows]:
            raise ReleaseError(path, f"has no column {missing[0]!r}; expected a table of SSSOM 1.0")
        found = _decisions(rows.apply(_unguarded), prefixes)
    names = list(found) if columns is None else list(columns)
    if unknown := [name for name in names if name not in found]:
        raise ArgumentError(f"the links have no column {unknown[0]!r}; see Dataset.links")
    return found[names]


def _head(path: Path) -> tuple[dict[str, str], int]:
    """Return the prefixes that the head of an SSSOM table declares, and how long it is, in lines.

    Source: SSSOM 1.0, section “External and embedded metadata”.
    """
    prefixes, skipped = {}, 0
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if not line.startswith("#"):
                break
            skipped += 1
            if (match := _CURIE.match(line)) is not None:
                prefixes[match["prefix"]] = match["base"]
    return prefixes, skipped


def _decisions(rows: pd.DataFrame, prefixes: Mapping[str, str]) -> pd.DataFrame:
    subject = rows["subject_id"].str.partition(":")
    item = rows["object_id"].where(rows["object_id"].str.startswith(_WIKIDATA))
    return pd.DataFrame(
        {
            "kind": subject[0].astype("category"),
            "key": subject[2],
            "label": rows["subject_label"],
            "predicate": rows["predicate_id"].astype("category"),
            "rejected": rows["predicate_modifier"].eq("Not").astype("boolean"),
            "wikidata": item.str.removeprefix(_WIKIDATA),
            "iri": rows["object_id"].map(lambda curie: _expanded(curie, prefixes)).astype("str"),
            "justification": rows["mapping_justification"].astype("category"),
            "confidence": rows["confidence"].astype("float64"),
            "decided_on": pd.to_datetime(rows["mapping_date"], format="%Y-%m-%d"),
            "comment": rows["comment"],
            "sources": rows["other"].map(_sources),
        }
    )


def _read(path: Path, **options: Any) -> pd.DataFrame:
    frame: pd.DataFrame = pd.read_csv(
        path, keep_default_na=False, na_values=[""], encoding="utf-8-sig", **options
    )
    return frame


@contextmanager
def _errors_told(path: Path) -> Iterator[None]:
    """Tell in one sentence that a table is not as the release describes it."""
    try:
        yield
    except (ValueError, TypeError, KeyError) as error:  # pandas has no error of its own for all
        raise ReleaseError(
            path, "is not the table that the release describes; tell whoever has made the release"
        ) from error


def _read_as(column: TableColumn) -> str:
    """Return the datatype by which pandas reads a column; what is made of it comes after."""
    return "str" if column.separator else _DTYPES.get(column.datatype, "str")


def _values(cells: pd.Series[Any], column: TableColumn) -> pd.Series[Any]:
    """Return what the texts of a column stand for."""
    if column.datatype == _DAY:
        return pd.to_datetime(cells, format="%Y-%m-%d")
    texts = _unguarded(cells)
    if column.separator:
        made: Callable[[str], Any] = int if column.datatype == "integer" else str
        separator = column.separator
        lists = [
            [made(value) for value in text.split(separator)] if isinstance(text, str) else []
            for text in texts.to_numpy(dtype=object)
        ]
        return pd.Series(lists, index=cells.index, dtype="object")
    return texts.astype("category") if column.name in CATEGORIES else texts


def _unguarded(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return texts as they are in the graph; few have an apostrophe in front."""
    texts = cells.to_numpy(dtype=object)  # many times as fast to walk through as a series
    marked = [isinstance(text, str) and text[:1] == "'" for text in texts]
    if not any(marked):
        return cells
    return cells.mask(pd.Series(marked, cells.index), cells.map(unguard, na_action="ignore"))


def _expanded(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, rest = curie.partition(":")
    return f"{prefixes[prefix]}{rest}" if prefix in prefixes else curie


def _sources(other: object) -> list[str]:
    """Return the published data that state a link, which stand in the column `other`."""
    parts = other.split("|") if isinstance(other, str) else []
    return [part.removeprefix(_SOURCE) for part in parts if part.startswith(_SOURCE)]
