"""What Wikidata states about the linked things, as a table of its own.

Writes: wikidata.csv, one row a statement; it says nothing of ours, and ours says nothing of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from iccgraph.errors import SourceError
from iccgraph.link.items import Item, ItemStatement
from iccgraph.publish.sources.wikidata import LABEL, date_fault, fault_of
from iccgraph.tables.cells import csv_text, unguard
from iccgraph.tables.edit import replace_file

COLUMNS = ("item", "property", "value", "language", "date", "revision", "retrieved")
IDENTIFIERS = ("P17", "P297", "P298", "P300", "P1566")
"""Country, the three ISO codes, GeoNames: statements whose best values are all taken."""
StatementRow = tuple[str, ...]


def statement_rows(item: Item, languages: Sequence[str]) -> Iterator[StatementRow]:
    """Yield the rows of an item, under the id that was asked for, that the table's reader takes."""
    revision = str(item.revision or "")
    retrieved = datetime.fromtimestamp(item.fetched, UTC).date().isoformat()
    for name, value, language, day in _statements(item, languages):
        if not (fault_of(name, value) or (day and date_fault(day))):
            yield item.requested, name, value, language, day, revision, retrieved


def _statements(item: Item, languages: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield property, value, language and date of what is published of an item."""
    for language in sorted(languages):
        if language in item.labels:
            yield LABEL, " ".join(item.labels[language].split()), language, ""
    for name in IDENTIFIERS:
        for value in sorted(set(item.texts(name))):
            yield name, value, "", ""
    if (position := item.position) is not None:
        yield "P625", f"Point({_degrees(position.lon)} {_degrees(position.lat)})", "", ""
    if (latest := latest_population(item.best("P1082"))) is not None:
        yield "P1082", str(latest.value), "", latest.at


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
    others = set(keep) - rows.keys()
    try:
        written = [row for found in rows.values() for row in found]
        written += [row for row in _old_rows(path) if row[0] in others]
        written.sort(key=lambda row: (len(row[0]), row[0]))
        replace_file(path, csv_text([COLUMNS, *written], "\n").encode())
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: cannot be written ({error}); nothing was changed") from error
    return len(written)


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
