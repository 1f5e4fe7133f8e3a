"""Releases that are damaged, change or vanish: never a wrong body, and not ready."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import INDEX
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.web.client import ask
from tests.web.processes import eventually

FILES = ["dumps/practices.csv", INDEX, "dumps/iccgraph.nq", "manifest.json"]


@pytest.fixture
def copied(real_settings: Settings, built: Built, tmp_path: Path) -> Path:
    """Return a releases folder of our own, with the real release in it."""
    folder = tmp_path / "releases"
    shutil.copytree(real_settings.releases_dir / built.name, folder / built.name)
    ReleaseFolder(folder).use(built.name)
    return folder


@pytest.fixture
def server(copied: Path, tmp_path: Path) -> Iterator[LiveServer]:
    """Serve it."""
    started = LiveServer(copied, tmp_path / "serve.log")
    yield started
    started.stop()


def status(server: LiveServer, path: str) -> int:
    """Return the status of an answer."""
    return ask(server.url, path).status


@pytest.mark.parametrize("name", FILES)
def test_file_that_is_cut(server: LiveServer, copied: Path, built: Built, name: str) -> None:
    """A file cut by half makes the server not ready and say nothing; put right, it is ready."""
    path = copied / built.name / name
    content = path.read_bytes()
    before = ask(server.url, "data/practices.csv")
    assert (before.status, len(before.body)) == (200, int(before.headers["content-length"]))
    with path.open("r+b") as file:
        file.truncate(len(content) // 2)
    after = ask(server.url, "data/practices.csv")
    assert after.status == 503 or after.body == before.body
    assert eventually(lambda: status(server, "readyz") == 503)
    for asked in ("data/practices.csv", "city/barcelona", "practices", "sparql?query=ASK%7B%7D"):
        assert status(server, asked) == 503
    assert status(server, "healthz") == 200
    assert eventually(lambda: path.name in server.log.read_text())
    path.write_bytes(content)
    assert eventually(lambda: status(server, "readyz") == 200)
    assert ask(server.url, "data/practices.csv").body == before.body


def test_release_that_vanishes(server: LiveServer, copied: Path, built: Built) -> None:
    """A release whose folder is gone is not served any more."""
    (copied / built.name).rename(copied / ".aside")
    assert eventually(lambda: status(server, "readyz") == 503)
    assert status(server, "city/barcelona") == 503
    (copied / ".aside").rename(copied / built.name)
    assert eventually(lambda: status(server, "readyz") == 200)


def test_bad_release_is_not_taken_up(server: LiveServer, copied: Path, built: Built) -> None:
    """A current release that is no release is logged once; the old one is served, and later ones.

    Whoever looks for releases goes on after any error.
    """
    (copied / "current").write_text("2000-01-01-000000000000\n")
    assert eventually(lambda: "not served" in server.log.read_text())
    (copied / "current").write_bytes(b"\xff\xfe")
    assert eventually(lambda: server.log.read_text().count("not served") == 2)
    assert status(server, "city/barcelona") == 200
    (copied / "current").unlink()
    (copied / "current").mkdir()
    assert eventually(lambda: server.log.read_text().count("not served") == 3)
    assert status(server, "readyz") == 200
    (copied / "current").rmdir()
    (copied / "current").write_text(f"{built.name}\n")
    assert status(server, "city/barcelona") == 200


def test_file_that_changes_unseen(server: LiveServer, copied: Path, built: Built) -> None:
    """A file whose size and time are put back is still found out, and never sent as the old one."""
    path = copied / built.name / "dumps" / "practices.csv"
    before, times = path.read_bytes(), path.stat()
    with path.open("r+b") as file:
        file.write(b"evil")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    answer = ask(server.url, "data/practices.csv")
    assert answer.status == 503 or answer.body == before
    assert eventually(lambda: status(server, "readyz") == 503, 60)


def test_damage_while_current_cannot_be_read(
    server: LiveServer, copied: Path, built: Built
) -> None:
    """A damaged release is let go of whatever the file says that names the current one."""
    (copied / "current").write_text("/etc")
    with (copied / built.name / "dumps" / "cities.csv").open("r+b") as file:
        file.truncate(10)
    assert eventually(lambda: status(server, "readyz") == 503, 60)
    assert status(server, "cities") == 503
