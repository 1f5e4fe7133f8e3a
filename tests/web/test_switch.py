"""A new release takes over from the old one, or is refused, without one failed request."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.releases import Releases
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.unit.support import change, small_sources
from tests.web.client import accept, ask, rows, sparql
from tests.web.processes import alive, descendants, eventually, workers, zombies

PATHS = ("practice/neighbours.html", "practice/neighbours.ttl", "practices", "data/iccgraph.nt")
TITLE = "SELECT ?title { <https://w3id.org/iccgraph/id/practice/neighbours> dcterms:title ?title }"


class Place:
    """A folder of releases with a server before it."""

    def __init__(self, settings: Settings, server: LiveServer) -> None:
        """Hold both together."""
        self.settings, self.server = settings, server
        self.site = server.url
        self.releases = ReleaseFolder(settings.releases_dir)

    def publish(self, title: str) -> str:
        """Publish a release in which one practice has another title."""
        change(self.settings, "practices", "neighbours", title=title)
        return build_release(self.settings, validate=False).name

    def served(self) -> str:
        """Return the name of the release that is served."""
        return ask(self.site, "readyz").text.strip().removeprefix("ready: ")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    """Serve a release of four practices, whose name is the second part."""
    folder = tmp_path_factory.mktemp("switch")
    settings = small_sources(folder)
    name = build_release(settings, validate=False).name
    server = LiveServer(settings.releases_dir, folder / "serve.log", query_workers=2)
    yield Place(settings, server), name
    server.stop()


@pytest.fixture
def place(shared: tuple[Place, str]) -> Place:
    """Return the folder and server with the first release current, which others may follow."""
    place, name = shared
    place.releases.use(name)
    assert eventually(lambda: place.served() == name)
    return place


def test_switch_under_load(place: Place) -> None:
    """While a new release is published and after it, no request fails and none has mixed parts."""
    stop = threading.Event()
    seen: Counter[tuple[str, int]] = Counter()
    failures: list[str] = []

    def client(path: str) -> None:
        while not stop.is_set():
            try:
                answer = sparql(place.site, TITLE) if path == "sparql" else ask(place.site, path)
                seen[path, answer.status] += 1
                if answer.status != 200:
                    failures.append(f"{path}: {answer.status} {answer.text}")
            except OSError as error:
                failures.append(f"{path}: {error!r}")

    threads = [threading.Thread(target=client, args=(p,)) for p in (*PATHS, "sparql", "sparql")]
    old_workers = workers(place.server.process.pid)
    for thread in threads:
        thread.start()
    try:
        for title in ("Second title", "Third title"):
            name = place.publish(title)
            assert eventually(lambda name=name: place.served() == name)  # type: ignore[misc]
        assert eventually(lambda: all(seen[path, 200] > 5 for path in (*PATHS, "sparql")))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    for path in PATHS:
        assert "Third title" in ask(place.site, path).text
    assert rows(sparql(place.site, TITLE)) == [{"title": "Third title"}]
    assert len(old_workers) == 2
    assert eventually(lambda: not any(alive(pid) for pid in old_workers))
    assert eventually(lambda: len(workers(place.server.process.pid)) == 2)
    assert eventually(lambda: not zombies(place.server.process.pid))


def test_tags_change_with_the_release(place: Place) -> None:
    """After a switch an old tag gets the new answer; going back, the old tag is good again."""
    first, name = ask(place.site, PATHS[1]), place.served()
    old = {"If-None-Match": first.headers["etag"]}
    assert ask(place.site, PATHS[1], headers=old).status == 304
    new = place.publish("Another title")
    assert eventually(lambda: place.served() == new)
    changed = ask(place.site, PATHS[1], headers=old)
    assert changed.status == 200
    assert "Another title" in changed.text
    place.releases.use(name)
    assert eventually(lambda: place.served() == name)
    assert ask(place.site, PATHS[1], headers=old).status == 304
    assert ask(place.site, PATHS[1]).body == first.body


@pytest.mark.parametrize("damage", ["cut", "changed", "manifest", "store", "renamed"])
def test_damaged_release_is_refused(place: Place, damage: str) -> None:
    """A release that is not what its manifest says is never served; the old one goes on."""
    name = place.served()
    folder = place.releases.folder(name)
    other = place.releases.path / "2026-12-31-0123456789ab"
    new = place.publish(f"Broken title, {damage}")
    assert eventually(lambda: place.served() == new)  # else it might be opened at any time below
    place.releases.use(name)
    assert eventually(lambda: place.served() == name)
    spoil(place.releases.folder(new), other, damage)
    broken = other if damage == "renamed" else place.releases.folder(new)
    (place.releases.path / "current").write_text(f"{broken.name}\n")
    refusal = f"not served: {broken}"
    assert eventually(lambda: place.served() == name and refusal in place.server.log.read_text())
    for path in PATHS:
        answer = ask(place.site, path)
        assert answer.status == 200
        assert "Broken title" not in answer.text
    assert rows(sparql(place.site, TITLE)) == [{"title": "Neighbours"}]
    assert place.served() == name == folder.name


def spoil(release: Path, other: Path, damage: str) -> None:
    """Damage a release in one way."""
    if damage == "cut":
        path = release / "dumps/iccgraph.nq"
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "changed":
        path = release / "search.sqlite"
        path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    elif damage == "manifest":
        (release / "manifest.json").write_text("{}")
    elif damage == "store":
        shutil.rmtree(release / "store")
    else:
        shutil.copytree(release, other)


@pytest.mark.parametrize("content", ["../../etc", "\x00\xff"])
def test_current_names_nothing(place: Place, content: str) -> None:
    """When `current` names what is not there, that is logged, and the open release is served on."""
    name, current = place.served(), place.releases.path / "current"
    before = place.server.log.read_text().count(f"{current}: ")
    current.write_bytes(content.encode("latin-1"))
    assert eventually(lambda: place.server.log.read_text().count(f"{current}: ") > before)
    assert ask(place.site, PATHS[0], headers=accept("text/html")).status == 200
    assert place.served() == name
    place.releases.use(name)
    new = place.publish(f"Recovered title, {content!r}")
    assert eventually(lambda: place.served() == new)


def test_current_is_gone(place: Place) -> None:
    """When `current` is gone, the release that is open is served on."""
    releases = Releases(replace(place.settings, query_workers=1))
    releases.look()
    try:
        assert releases.name() == place.served()
        (place.releases.path / "current").unlink()
        releases.look()
        assert releases.name() == place.served()
    finally:
        releases.close()


def test_old_release_may_be_deleted(place: Place) -> None:
    """Deleting the folder of a release that is no longer current disturbs nobody."""
    name = place.publish("Title that nobody keeps")
    assert eventually(lambda: place.served() == name)
    new = place.publish("Kept title")
    assert eventually(lambda: place.served() == new)
    shutil.rmtree(place.releases.path / name)
    for path in (*PATHS, "release/", "validation.ttl"):
        assert ask(place.site, path).status == 200
    assert rows(sparql(place.site, TITLE)) == [{"title": "Kept title"}]


def test_server_leaves_nothing_behind(place: Place, tmp_path: Path) -> None:
    """A server that is told to stop ends in time, and all its processes with it."""
    server = LiveServer(place.settings.releases_dir, tmp_path / "serve.log", query_workers=2)
    children = workers(server.process.pid)
    assert len(children) == 2
    server.stop()
    assert server.process.returncode is not None
    assert eventually(lambda: not any(alive(pid) for pid in children))


def opened(pid: int, folder: Path) -> set[str]:
    """Return the files below a folder that a process and those below it have open or mapped."""
    found: set[str] = set()
    for process in (pid, *descendants(pid)):
        with contextlib.suppress(OSError):
            found |= {str(handle.readlink()) for handle in Path(f"/proc/{process}/fd").iterdir()}
            maps = Path(f"/proc/{process}/maps").read_text().splitlines()
            found |= {line.split(maxsplit=5)[-1] for line in maps}
    return {name for name in found if name.startswith(str(folder))}


def test_old_release_is_let_go_of(place: Place) -> None:
    """Soon after a switch no process has a file of the old release open, whatever was asked."""
    old = (place.settings.releases_dir / place.served()).resolve()
    for path in (*PATHS, "reconcile?query=Bergen", "data/practices.csv"):
        assert ask(place.site, path).status == 200
    assert opened(place.server.process.pid, old)
    name = place.publish("A title after which the old one goes")
    assert eventually(lambda: place.served() == name)
    eventually(lambda: opened(place.server.process.pid, old) == set())
    assert opened(place.server.process.pid, old) == set()
