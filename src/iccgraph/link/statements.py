"""What Wikidata states about the linked things, as a table of its own.

Writes: wikidata.csv, one row a statement; it says nothing of ours, and ours says nothing of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from iccgraph.errors import SourceError
from iccgraph.link.items import Item, ItemStatement, Position
from iccgraph.publish.sources.wikidata import LABEL, date_fault, fault_of
from iccgraph.tables.cells import csv_text, unguard
from iccgraph.tables.edit import replace_file

COLUMNS = ("item", "property", "value", "language", "date", "revision", "retrieved")
IDENTIFIERS = ("P17", "P297", "P298", "P300", "P1566")
"""Country, the three ISO codes, GeoNames: statements whose best values are all taken."""
StatementRow = tuple[str, ...]


def statement_rows(item: Item, fetched: float, languages: Sequence[str]) -> Iterator[StatementRow]:
    """Yield the rows of an item, under the id that was asked for, that the table's reader takes.

    Units: `fetched` in seconds since 1970.
    """
    for row in _all_rows(item, fetched, languages):
        name, value, day = row[1], row[2], row[4]
        if not (fault_of(name, value) or (day and date_fault(day))):
            yield row


def _all_rows(item: Item, fetched: float, languages: Sequence[str]) -> Iterator[StatementRow]:
    retrieved = datetime.fromtimestamp(fetched, UTC).date().isoformat()

    def row(name: str, value: str, language: str = "", date: str = "") -> StatementRow:
        return (item.requested, name, value, language, date, str(item.revision or ""), retrieved)

    for language in sorted(languages):
        if language in item.labels:
            yield row(LABEL, " ".join(item.labels[language].split()), language)
    for name in IDENTIFIERS:
        for value in sorted(set(item.texts(name))):
            yield row(name, value)
    if item.position is not None:
        yield row("P625", point(item.position))
    latest = latest_population(item.best("P1082"))
    if latest is not None:
        yield row("P1082", str(latest.value), date=latest.at)


def point(position: Position) -> str:
    """Return a position as Wikidata's query service writes it. Units: degrees, longitude first."""
    return f"Point({_degrees(position.lon)} {_degrees(position.lat)})"


def _degrees(number: float) -> str:
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def latest_population(statements: Iterable[ItemStatement]) -> ItemStatement | None:
    """Return the latest count of inhabitants, one without a date only if there is no other."""
    counts = [s for s in statements if isinstance(s.value, str) and s.value.isdigit()]
    return max(counts, key=lambda s: (s.at, int(str(s.value))), default=None)


def write_statements(
    path: Path, rows: Mapping[str, Sequence[StatementRow]], keep: Iterable[str]
) -> int:
    """Write the rows of some items, and keep those that the table has of others in `keep`.

    Returns: how many rows the table now has.
    Raises: SourceError if the table cannot be read or written; then it is as it was.
    """
    kept = {item: list(found) for item, found in rows.items()}
    wanted = set(keep) - rows.keys()
    try:
        for row in _old_rows(path):
            if row[0] in wanted:
                kept.setdefault(row[0], []).append(row)
        order = sorted(kept, key=lambda item: (len(item), item))
        written = [COLUMNS, *(row for item in order for row in kept[item])]
        replace_file(path, csv_text(written, "\n").encode())
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be written ({error}); nothing was changed") from error
    return sum(map(len, kept.values()))


def _old_rows(path: Path) -> Iterator[StatementRow]:
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if set(reader.fieldnames or ()) != set(COLUMNS):
            raise SourceError(
                f"{path}: has other columns than {', '.join(COLUMNS)}; remove the file, it is "
                "made anew"
            )
        for cells in reader:
            yield tuple(unguard(cells[name] or "") for name in COLUMNS)
