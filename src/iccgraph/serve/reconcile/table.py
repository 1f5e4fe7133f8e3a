"""Adds our keys, IRIs and more to a table of somebody else, row by row.

Reads: CSV as spreadsheets save it: UTF-8 with or without BOM, comma, semicolon or tab.
Writes: the same table in the same form, with columns added at the end; a cell of ours that a
spreadsheet could take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Final

from iccgraph.errors import SourceError
from iccgraph.serve.reconcile.properties import PROPERTIES, values
from iccgraph.serve.reconcile.query import Query
from iccgraph.serve.reconcile.service import Reconciler
from iccgraph.tables.cells import guard
from iccgraph.tables.dialect import Dialect, detect

ADDED: Final = (
    *("icc_match", "icc_key", "icc_iri", "icc_label", "icc_score", "icc_wikidata"),
    "icc_candidates",
)
CERTAIN, AMBIGUOUS, NONE = "certain", "ambiguous", "none"
_WORTH_TELLING: Final = 60.0
_MOST_LISTED: Final = 3


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read; `rows` have the header first, and the numbers of their lines."""

    rows: list[tuple[int, list[str]]]
    dialect: Dialect

    @property
    def header(self) -> list[str]:
        """Return the names of the columns."""
        return self.rows[0][1]

    def column(self, name: str) -> int | None:
        """Return where a column stands, counted from 0."""
        names = [cell.strip() for cell in self.header]
        return names.index(name) if name in names else None


@dataclass(slots=True)
class Outcome:
    """What became of the rows: how many of each sort, and what a person should look at."""

    counts: Counter[str] = field(default_factory=Counter)
    messages: list[str] = field(default_factory=list)


def read_table(path: Path, wanted: list[str]) -> Table:
    """Return the table of a file; the separator is the one that finds the wanted columns.

    Raises: SourceError if it cannot be read, saying what to do.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); name a CSV file") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise SourceError(f"{path}: is not UTF-8 text; save it as “CSV UTF-8” in the spreadsheet")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{path}:{line}: the text is not UTF-8 (byte 0x{content[error.start]:02X});"
            " save it as “CSV UTF-8” in the spreadsheet"
        ) from error
    dialect = detect(text, wanted.__contains__)
    rows = list(_rows(path, text[len(dialect.preamble) :], dialect.delimiter))
    if not rows:
        raise SourceError(f"{path}: the file is empty; it needs at least its header row")
    return Table(rows, dialect)


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    width = number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            if not width and not any(cell.strip() for cell in cells):
                continue
            width = width or len(cells)
            if any(cell.strip() for cell in cells[width:]):
                raise SourceError(
                    f"{path}:{number}: the row has {len(cells)} cells, the header {width};"
                    " look for a missing or additional separator or quotation mark"
                )
            yield number, (cells + [""] * width)[:width]
    except csv.Error as error:
        raise SourceError(
            f"{path}:{number + 1}: the row cannot be read ({error});"
            " look for a quotation mark that is not closed"
        ) from error


def matched(
    reconciler: Reconciler, table: Table, kind: str, place: int, country: int | None
) -> tuple[bytes, Outcome]:
    """Return the table with our columns, and what became of its rows."""
    outcome, dialect = Outcome(), table.dialect
    lines = [dialect.preamble, dialect.row([*table.header, *ADDED])]
    match = cache(partial(_match, reconciler, kind))
    for number, cells in table.rows[1:]:
        name = cells[place].strip()
        where = cells[country].strip() if country is not None else ""
        if not any(cell.strip() for cell in cells):
            lines.append(dialect.row([*cells, *[""] * len(ADDED)]))
            continue
        added, message = match(name, where)
        outcome.counts[added[0]] += 1
        if message:
            outcome.messages.append(f"row {number}: {message}")
        lines.append(dialect.row([*cells, *map(guard, added)]))
    return "".join(lines).encode(), outcome


def _match(reconciler: Reconciler, kind: str, name: str, country: str) -> tuple[list[str], str]:
    """Return the cells to add, the sort of outcome first, and what to tell a person."""
    constraints = ((PROPERTIES["country"], [country]),) if country else ()
    query = Query(name, (kind,), limit=_MOST_LISTED, constraints=constraints)
    found = reconciler.candidates(query) if name else []
    if found and found[0].match:
        entity, score = found[0].entity, f"{found[0].score:.0f}"
        iri = reconciler.release.iris.thing(entity.kind, entity.key)
        items = values(reconciler.catalogue, entity, PROPERTIES["wikidata"])
        item = items[0]["str"] if items else ""
        return [CERTAIN, entity.key, iri, entity.label, score, item, ""], ""
    worth = [c for c in found if c.score >= _WORTH_TELLING or (c.exact and c.failed)]
    called = f"{name!r}" + (f" in {country!r}" if country else "")
    if not worth:
        return [NONE, *[""] * 6], f"{called}: nothing here has this name" if name else ""
    listed = "; ".join(
        f"{c.entity.key} ({c.entity.label}: {reconciler.description(c.entity)}, {c.score:.0f})"
        for c in worth
    )
    return [AMBIGUOUS, *[""] * 5, listed], f"{called} may be {listed}"
