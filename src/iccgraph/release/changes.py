"""Compares two releases thing by thing, on disk: added, changed and withdrawn.

Reads the `thing` tables of both indexes; a thing has changed if the digest of its description has.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from iccgraph.errors import ReleaseError
from iccgraph.release.index import open_index
from iccgraph.release.manifest import INDEX

_COMPARE = """
SELECT 'added', n.kind, n.key, n.label FROM thing n
  WHERE NOT EXISTS (SELECT 1 FROM old.thing o WHERE o.kind = n.kind AND o.key = n.key)
UNION ALL
SELECT 'changed', n.kind, n.key, n.label FROM thing n
  JOIN old.thing o ON o.kind = n.kind AND o.key = n.key WHERE o.digest <> n.digest
UNION ALL
SELECT 'withdrawn', o.kind, o.key, o.label FROM old.thing o
  WHERE NOT EXISTS (SELECT 1 FROM thing n WHERE o.kind = n.kind AND o.key = n.key)
"""


class Change(NamedTuple):
    """One thing that differs between two releases; `change` is added, changed or withdrawn."""

    change: str
    kind: str
    key: str
    label: str


class Tombstone(NamedTuple):
    """A key that something once had: what became of it, and since which release."""

    kind: str
    key: str
    label: str
    replaced_by: str
    since: str
    reason: str


def compare(old: Path, new: Path) -> Iterator[Change]:
    """Yield what changed from one release folder to another.

    Raises: ReleaseError if one has no index, or none that can be read.
    """
    open_index(old / INDEX).close()
    connection = open_index(new / INDEX)
    try:
        source = f"{(old / INDEX).resolve().as_uri()}?mode=ro&immutable=1"
        connection.execute("ATTACH ? AS old", (source,))
        yield from map(Change._make, connection.execute(_COMPARE))
    except sqlite3.Error as error:
        raise ReleaseError(new, f"cannot be compared with {old.name} ({error})") from error
    finally:
        connection.close()


def write_rows(path: Path, of: type[Change | Tombstone], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table of the history, whose columns are the fields of its rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(of._fields)
        writer.writerows(rows)


def read_tombstones(path: Path) -> dict[tuple[str, str], Tombstone]:
    """Return the withdrawn keys that a release knows of, none if it has no such file."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            stones = [Tombstone(*row) for row in csv.reader(file)][1:]
    except FileNotFoundError:
        return {}
    return {(stone.kind, stone.key): stone for stone in stones}


def has_thing(connection: sqlite3.Connection, kind: str, key: str) -> bool:
    """True if a release holds the thing."""
    query = "SELECT 1 FROM thing WHERE kind = ? AND key = ?"
    return connection.execute(query, (kind, key)).fetchone() is not None
