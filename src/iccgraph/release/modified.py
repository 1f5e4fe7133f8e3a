"""On which day each thing was last changed: that of the release in which its statements did.

Reads the `thing` tables of a release and of the one before; writes and reads `modified.json`, which
has for each kind and day the numbers of the things in the index of the release, as a compressed set
in base64. It depends on what was there before, so it is no part of a release's content.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from pyroaring import BitMap, FrozenBitMap

from iccgraph.errors import ReleaseError
from iccgraph.release.index import open_index
from iccgraph.release.manifest import INDEX, MODIFIED

DaysOfKind = Mapping[str, FrozenBitMap]
"""The numbers of the things of one kind that were last changed on a day, by day."""
_ALL: Final = "SELECT kind, id, NULL FROM thing"
_UNCHANGED: Final = """
SELECT n.kind, n.id, o.id FROM thing n
LEFT JOIN old.thing o ON o.kind = n.kind AND o.key = n.key AND o.digest = n.digest
"""


def write_modified(folder: Path, previous: Path | None, day: str) -> None:
    """Write on which day each thing of a new release was last changed.

    What is as it was in the release before keeps its day; the day of all others is that of the new
    release, and never before any that is there already, so that whoever asks what has changed since
    then misses nothing.

    Arguments: `folder` is that of the new release, `previous` that of the one before.
    Raises: ReleaseError if the index of the one before cannot be read.
    """
    before = read_modified(previous) if previous else {}
    days = {day for of_kind in before.values() for day in of_kind}
    new = max(day, previous.name[:10] if previous else "", *days)
    earlier = _Days(before, previous.name[:10] if previous else new)
    found: dict[str, dict[str, BitMap]] = {}
    for kind, number, old in _things(folder, previous):
        of_kind = found.setdefault(kind, {})
        when = new if old is None else earlier.of(old)
        if when not in of_kind:
            of_kind[when] = BitMap()
        of_kind[when].add(number)
    (folder / MODIFIED).parent.mkdir(parents=True, exist_ok=True)
    (folder / MODIFIED).write_text(_text(found), encoding="ascii")


def _things(folder: Path, previous: Path | None) -> Iterator[tuple[str, int, int | None]]:
    """Yield kind and number of each thing, and its number in the release before if unchanged."""
    with closing(open_index(folder / INDEX)) as connection:
        query = _ALL
        if previous:
            source = f"{(previous / INDEX).resolve().as_uri()}?mode=ro&immutable=1"
            try:
                connection.execute("ATTACH ? AS old", (source,))
            except sqlite3.Error as error:
                raise ReleaseError(previous / INDEX, f"cannot be read ({error})") from error
            query = _UNCHANGED
        yield from connection.execute(query)


class _Days:
    """The day of each thing of a release, two bytes a thing; that of others is `default`."""

    def __init__(self, before: Mapping[str, DaysOfKind], default: str) -> None:
        self.days = [default]
        every = [numbers for of_kind in before.values() for numbers in of_kind.values()]
        self.places = array("H", bytes(2 * (1 + max((n.max() for n in every if n), default=0))))
        for of_kind in before.values():
            for day, numbers in of_kind.items():
                if day not in self.days:
                    self.days.append(day)
                place = self.days.index(day)
                for number in numbers:
                    self.places[number] = place

    def of(self, number: int) -> str:
        return self.days[self.places[number] if number < len(self.places) else 0]


def _text(found: Mapping[str, Mapping[str, BitMap]]) -> str:
    document: dict[str, dict[str, str]] = {}
    for kind, days in sorted(found.items()):
        for day, numbers in sorted(days.items()):
            numbers.run_optimize()
            text = b64encode(numbers.serialize()).decode("ascii")
            document.setdefault(kind, {})[day] = text
    return json.dumps(document, indent=1) + "\n"


def read_modified(folder: Path) -> dict[str, DaysOfKind]:
    """Return the days of the things of a release by kind; nothing of releases that have none.

    Raises: ReleaseError if the file is damaged.
    """
    path = folder / MODIFIED
    try:
        document: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="ascii"))
        return {
            kind: {day: FrozenBitMap.deserialize(b64decode(text)) for day, text in days.items()}
            for kind, days in document.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise ReleaseError(path, f"cannot be read ({error}); build anew") from error


def day_of(days: DaysOfKind, number: int) -> str:
    """Return the day on which a thing was last changed, empty if it is not known."""
    return next((day for day, numbers in days.items() if number in numbers), "")


def since(days: DaysOfKind, day: str) -> FrozenBitMap:
    """Return the numbers of the things that were last changed on a day or after it."""
    later: Iterable[FrozenBitMap] = (numbers for when, numbers in days.items() if when >= day)
    return FrozenBitMap().union(*later)
