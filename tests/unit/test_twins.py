"""Gzip twins are written while their files are; what goes wrong with one ends the build."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from iccgraph.publish.writers.twins import Twins


def test_pieces_of_several_files(tmp_path: Path) -> None:
    """Pieces that come in turns are each in the twin of their file, in order."""
    twins = Twins(tmp_path)
    names = [f"dumps/{number}.txt" for number in range(5)]
    for name in names:
        twins.open(name)
    for number in range(1000):
        twins.write(names[number % 5], f"{number}\n".encode())
    entries = twins.finish()
    assert sorted(entries) == [f"{name}.gz" for name in names]
    for place, name in enumerate(names):
        packed = (tmp_path / f"{name}.gz").read_bytes()
        assert len(packed) == entries[f"{name}.gz"].size
        assert gzip.decompress(packed).split() == [b"%d" % n for n in range(place, 1000, 5)]


def test_empty_file(tmp_path: Path) -> None:
    """The twin of an empty file is one of gzip too."""
    twins = Twins(tmp_path)
    twins.open("empty.csv")
    twins.finish()
    assert gzip.decompress((tmp_path / "empty.csv.gz").read_bytes()) == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_no_room(tmp_path: Path) -> None:
    """A twin for which there is no room is told to whoever writes next, and no thread is left."""
    (tmp_path / "full.gz").symlink_to("/dev/full")
    before = threading.active_count()
    twins = Twins(tmp_path)
    twins.open("full")
    noise = os.urandom(1024 * 1024)
    with pytest.raises(OSError, match="No space left"):  # noqa: PT012  # it fails sooner or later
        for _ in range(100):
            twins.write("full", noise)
        twins.finish()
    twins.close()
    assert threading.active_count() == before
