"""Writes what changed since the release that is current while a new one is made."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from iccgraph.errors import ReleaseError
from iccgraph.release.changes import (
    TOMBSTONE_COLUMNS,
    Change,
    Tombstone,
    compare,
    has_thing,
    read_tombstones,
    write_rows,
)
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.index import open_index
from iccgraph.release.manifest import (
    CHANGES,
    INDEX,
    TOMBSTONES,
    History,
    file_entry,
    read_manifest,
    verify_release,
)

_GONE = "it is no longer in the tables"


def write_history(folder: Path, releases: ReleaseFolder, name: str) -> History:
    """Compare the draft with the current release and write both tables of its history.

    Keys that were there and are not any more are remembered as withdrawn, for good. A draft with
    the current release's own content has the current release's history.
    Raises: ReleaseError if the current release cannot be read.
    """
    previous = releases.current_name()
    if previous is None or previous not in releases.names():
        previous = ""
    if previous == name:
        if (history := _same(folder, releases.path / name)) is not None:
            return history
        previous = ""
    if previous:
        _check_previous(releases.path / previous)
    counts: Counter[str] = Counter()
    tombstones: dict[tuple[str, str], Tombstone] = {}

    def rows() -> Iterator[tuple[str, ...]]:
        for change in compare(releases.path / previous, folder) if previous else ():
            counts[change.change] += 1
            if change.change == "withdrawn":
                tombstones[change.kind, change.key] = _tombstone(change, name)
            yield (change.change, change.kind, change.key, change.label)

    write_rows(folder / CHANGES, ("change", "kind", "key", "label"), rows())
    if previous:
        earlier = read_tombstones(releases.path / previous / TOMBSTONES)
        connection = open_index(folder / INDEX)
        kept = {n: t for n, t in earlier.items() if not has_thing(connection, *n)}
        connection.close()
        tombstones = kept | tombstones
    stones = (_row(stone) for _, stone in sorted(tombstones.items()))
    write_rows(folder / TOMBSTONES, TOMBSTONE_COLUMNS, stones)
    files = {path: file_entry(folder / path) for path in (CHANGES, TOMBSTONES)}
    return History(previous, counts["added"], counts["changed"], counts["withdrawn"], files)


def _same(folder: Path, current: Path) -> History | None:
    try:
        history = read_manifest(current).history
        for path, entry in history.files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            shutil.copyfile(current / path, folder / path)
            if file_entry(folder / path) != entry:
                return None
    except (ReleaseError, OSError):
        return None
    return history


def _check_previous(previous: Path) -> None:
    try:
        verify_release(previous)
    except ReleaseError as error:
        raise ReleaseError(
            previous,
            f"is current and damaged ({error}), so nobody can tell what has changed since; "
            "make another one current with `iccgraph releases use NAME`, or, if there is none, "
            "delete the file `current`",
        ) from error


def _tombstone(change: Change, name: str) -> Tombstone:
    return Tombstone(change.kind, change.key, change.label, "", name, _GONE)


def _row(stone: Tombstone) -> tuple[str, ...]:
    return (stone.kind, stone.key, stone.label, stone.replaced_by, stone.since, stone.reason)
