"""On which day each thing of a release was last changed, from the release before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from iccgraph.errors import ReleaseError
from iccgraph.release.index import SCHEMA
from iccgraph.release.manifest import INDEX, MODIFIED
from iccgraph.release.modified import day_of, read_modified, since, write_modified


def release(folder: Path, day: str, **digests: str) -> Path:
    """Return the folder of a release with practices of these digests, by key."""
    path = folder / f"{day}-0123456789ab"
    path.mkdir()
    with closing(sqlite3.connect(path / INDEX)) as index:
        index.executescript(SCHEMA)
        rows = [(key, digest.encode()) for key, digest in digests.items()]
        index.executemany(
            "INSERT INTO thing (kind, key, label, sort, country, digest, source, row)"
            " VALUES ('practice', ?, '', '', '', ?, '', 0)",
            rows,
        )
        index.commit()
    return path


def days(path: Path) -> dict[str, str]:
    """Return the day of each practice of a release, by its key."""
    of_kind = read_modified(path)["practice"]
    with closing(sqlite3.connect(path / INDEX)) as index:
        rows = index.execute("SELECT id, key FROM thing").fetchall()
    return {key: day_of(of_kind, number) for number, key in rows}


def test_the_first_release_has_one_day(tmp_path: Path) -> None:
    """All things of the first release are of its day."""
    first = release(tmp_path, "2026-01-01", a="1", b="1")
    write_modified(first, None, "2026-01-01")
    assert days(first) == {"a": "2026-01-01", "b": "2026-01-01"}


def test_what_is_unchanged_keeps_its_day(tmp_path: Path) -> None:
    """A thing with the same statements keeps its day, wherever it stands; others get the new one.

    What was withdrawn and comes back has come back on that day.
    """
    first = release(tmp_path, "2026-01-01", a="1", b="1", c="1")
    write_modified(first, None, "2026-01-01")
    second = release(tmp_path, "2026-02-01", d="1", c="1", b="2")
    write_modified(second, first, "2026-02-01")
    assert days(second) == {"b": "2026-02-01", "c": "2026-01-01", "d": "2026-02-01"}
    third = release(tmp_path, "2026-03-01", a="1", b="2", c="1", d="2")
    write_modified(third, second, "2026-03-01")
    assert days(third) == {
        "a": "2026-03-01",
        "b": "2026-02-01",
        "c": "2026-01-01",
        "d": "2026-03-01",
    }
    found = since(read_modified(third)["practice"], "2026-02-01")
    assert {number for number in (1, 2, 3, 4) if number in found} == {1, 2, 4}


def test_days_never_go_back(tmp_path: Path) -> None:
    """What changes in a release of an earlier day is of the latest day there was."""
    first = release(tmp_path, "2026-02-01", a="1", b="1")
    write_modified(first, None, "2026-02-01")
    second = release(tmp_path, "2026-01-01", a="2", b="1")
    write_modified(second, first, "2026-01-01")
    assert days(second) == {"a": "2026-02-01", "b": "2026-02-01"}


def test_a_release_before_without_days(tmp_path: Path) -> None:
    """After a release of an older version, what is unchanged is of the day of that."""
    first = release(tmp_path, "2026-01-01", a="1", b="1")
    second = release(tmp_path, "2026-02-01", a="1", b="2")
    write_modified(second, first, "2026-02-01")
    assert days(second) == {"a": "2026-01-01", "b": "2026-02-01"}


@pytest.mark.parametrize("text", ["", "[]", '{"practice": 1}', '{"practice": {"2026-01-01": "é"}}'])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    """A file of days that cannot be read is a problem of the release."""
    path = release(tmp_path, "2026-01-01") / MODIFIED
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError):
        read_modified(path.parent.parent)
