"""Writes what changed since the release that is current while a new one is made."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from iccgraph.errors import ReleaseError
from iccgraph.release.changes import (
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
    MODIFIED,
    TOMBSTONES,
    History,
    file_entry,
    is_of_older_version,
    read_manifest,
    verify_release,
)
from iccgraph.release.modified import write_modified

_GONE = "it is no longer in the tables"


@dataclass(frozen=True, slots=True)
class PublishedThings:
    """Kind, key and label of each thing of the current release that has a key of its own.

    Links between cities and topics are computed, so nobody answers for their keys. Nothing comes
    where there is no release, or none that can be read: what is wrong with it is told elsewhere.
    """

    releases: ReleaseFolder

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Yield what there is in the order of the release; each time anew."""
        try:
            name = self.releases.current_name()
            index = self.releases.path / (name or "") / INDEX
            if name is None or not index.is_file():
                return
            with closing(open_index(index)) as connection:
                yield from connection.execute(
                    "SELECT kind, key, label FROM thing WHERE kind <> 'city-topic' ORDER BY id"
                )
        except (ReleaseError, sqlite3.Error):
            return


@dataclass(frozen=True, slots=True)
class ReleaseDay:
    """Finds the day of a release: the newest in its inputs, or a given one.

    The given day is that of a release whose inputs differ from those of the current one and have no
    newer day. What was published of the same inputs keeps its day, so that building it again makes
    the same release.
    """

    releases: ReleaseFolder
    given: str

    def __call__(self, newest: str, inputs: Mapping[str, str]) -> str:
        """Return the day, from the newest one in the inputs and the checksums of these."""
        before = list(self._earlier())
        same = [day for day, _, of in before if of == inputs and day >= newest]
        if same:
            return max(same)
        current = [day for day, is_current, _ in before if is_current]
        if current and newest <= current[0]:
            return max(newest, current[0], self.given)
        return newest

    def _earlier(self) -> Iterator[tuple[str, bool, Mapping[str, str]]]:
        """Yield the day of each release, whether it is current, and the inputs of it if known."""
        try:
            current = self.releases.current_name()
        except ReleaseError:  # what is wrong with it is told elsewhere
            current = None
        for name in self.releases.names():
            folder = self.releases.path / name
            if is_of_older_version(folder):
                yield name[:10], name == current, {}  # of which no more is read
            with suppress(ReleaseError):  # a damaged one may be what is made again
                yield name[:10], name == current, read_manifest(folder).content.inputs


def write_history(folder: Path, releases: ReleaseFolder, name: str) -> History:
    """Compare the draft with the current release and write the files of its history.

    Keys that were there and are not any more are remembered as withdrawn, for good. A draft that
    takes the place of a damaged release of its name takes over the history of that, if it is whole.
    Raises: ReleaseError if the current release cannot be read.
    """
    if (history := _taken_over(folder, releases.path / name)) is not None:
        return history
    previous = releases.current_name()
    if previous is None or previous == name or previous not in releases.names():
        previous = ""
    if previous:
        _check_previous(releases.path / previous)
    counts: Counter[str] = Counter()
    tombstones: dict[tuple[str, str], Tombstone] = {}

    def changes() -> Iterator[Change]:
        for change in compare(releases.path / previous, folder) if previous else ():
            counts[change.change] += 1
            if change.change == "withdrawn":
                stone = Tombstone(change.kind, change.key, change.label, "", name, _GONE)
                tombstones[change.kind, change.key] = stone
            yield change

    write_rows(folder / CHANGES, Change, changes())
    if previous:
        tombstones = _still_withdrawn(folder, releases.path / previous) | tombstones
    write_rows(folder / TOMBSTONES, Tombstone, sorted(tombstones.values()))
    write_modified(folder, releases.path / previous if previous else None, name[:10])
    files = {path: file_entry(folder / path) for path in (CHANGES, MODIFIED, TOMBSTONES)}
    return History(previous, counts["added"], counts["changed"], counts["withdrawn"], files)


def _still_withdrawn(folder: Path, previous: Path) -> dict[tuple[str, str], Tombstone]:
    """Return the tombstones of the release before of what has not come back."""
    earlier = read_tombstones(previous / TOMBSTONES)
    with closing(open_index(folder / INDEX)) as connection:
        return {name: t for name, t in earlier.items() if not has_thing(connection, *name)}


def _taken_over(folder: Path, damaged: Path) -> History | None:
    try:
        history = read_manifest(damaged).history
        for path, entry in history.files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            shutil.copyfile(damaged / path, folder / path)
            if file_entry(folder / path) != entry:
                return None
    except (ReleaseError, OSError):
        return None
    return history


def _check_previous(previous: Path) -> None:
    if is_of_older_version(previous):
        return  # its index and its withdrawn keys can be read all the same
    try:
        verify_release(previous)
    except ReleaseError as error:
        raise ReleaseError(
            previous,
            f"the current release is damaged ({error}), so changes since then cannot be found; "
            "run `iccgraph releases use NAME` with another release; only if there is no other, "
            "delete the file `current`",
        ) from error
