"""The web addresses that the tables hold, and the rows that hold each.

Reads: every `<table>.csv` with metadata beside it; a column holds addresses if its datatype there
is `anyURI`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from iccgraph.errors import SettingsError
from iccgraph.tables.problems import Problems, TooManyProblems
from iccgraph.tables.rows import TableFolder

_METADATA = ".csv-metadata.json"


@dataclass(frozen=True, slots=True)
class Use:
    """Where an address stands: the table, the key of the row, the column."""

    table: str
    key: str
    column: str

    def __str__(self) -> str:
        """Return the three as one text."""
        return f"{self.table} {self.key} {self.column}"


def table_names(folder: Path) -> list[str]:
    """Return the tables of a folder, those that have metadata."""
    return sorted(path.name.removesuffix(_METADATA) for path in folder.glob(f"*?{_METADATA}"))


def read_addresses(folder: Path, chosen: Collection[str] = ()) -> dict[str, list[Use]]:
    """Return the addresses that the tables hold, or just the chosen ones, with their uses.

    Rows with other faults are read all the same: `iccgraph validate` tells those.
    Raises: SettingsError if there is no such table; SourceError if one cannot be opened.
    """
    known = table_names(folder)
    if not known:
        raise SettingsError(f"{folder} has no tables with metadata; name their folder: --data-dir")
    if unknown := sorted(set(chosen) - set(known)):
        raise SettingsError(
            f"{folder} has no table {', '.join(unknown)}; there are {', '.join(known)}"
        )
    tables, found = TableFolder(folder), dict[str, list[Use]]()
    for name in (name for name in known if not chosen or name in chosen):
        schema, problems = tables.schema(name), Problems()
        columns = [column for column in schema.columns if column.datatype == "anyURI"]
        if not columns:
            continue
        with contextlib.suppress(TooManyProblems):
            for row in tables.rows(name, problems):
                key = "/".join(row.cells[part] for part in schema.key) or f"row {row.number}"
                for column in columns:
                    cell = row.cells[column.name]
                    for address in row.values(column.name) if column.separator else (cell,):
                        if address.startswith(("http://", "https://")):
                            found.setdefault(address, []).append(Use(name, key, column.name))
    return found
