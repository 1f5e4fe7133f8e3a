"""The release that this process serves, and the switch to another one without a dropped request.

A chore of the front looks at the releases folder about once a second: a new release is verified and
opened beside the old one, and the old one is closed when its last request is done. Files that
change under a running server are noticed the same way, and such a release answers nothing more.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from iccgraph.errors import ReleaseError
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import FileEntry, file_entry
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.reconcile.service import Reconciler
from iccgraph.serve.sparql.engines import CachedEngine, open_engine
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.settings import Settings

LOOK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 10.0
"""A release that was refused is verified again after so long, or as soon as its files change."""
IDLE_SECONDS: Final = 60.0
"""A release that is not current is closed when nobody has asked for it for so long."""
MOST_OTHERS: Final = 2
"""So many releases may be open besides the current one."""
log = logging.getLogger("iccgraph")
Stamp = tuple[int, ...]
"""Inode, mode, size in bytes, and times of the last change of content and of anything else."""


def stamp(path: Path) -> Stamp:
    """Return what differs once a file was changed, whoever did it.

    Raises: OSError.
    """
    state = path.stat()
    times = state.st_mtime_ns, state.st_ctime_ns
    return (state.st_ino, state.st_mode, state.st_size, *times)


def stamps(folder: Path) -> dict[Path, Stamp]:
    """Return the stamp of every file below a folder."""
    found = {}
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                found[path] = stamp(path)
    return found


@lru_cache(maxsize=4096)
def _has_checksum(path: Path, _: Stamp, sha256: str) -> bool:
    return file_entry(path).sha256 == sha256


class Verified:
    """A release that is open, and its files as they were when they were verified."""

    def __init__(self, release: OpenRelease, files: dict[Path, Stamp]) -> None:
        self.release, self.files = release, files
        self.reconciler = Reconciler(release)

    def changed(self, path: Path) -> bool:
        """True if a file is not what it was when the release was verified."""
        try:
            return self.files.get(path) != stamp(path)
        except OSError:
            return True

    def is_sound(self, path: Path, entry: FileEntry) -> bool:
        """True if a file of another release is what the manifest of that says.

        It is read once, and again only after it was changed.
        """
        try:
            return _has_checksum(path, stamp(path), entry.sha256)
        except OSError:
            return False


class OtherReleases:
    """The releases that are not current: they are open while somebody goes through their lists.

    Whoever has begun with a list ends with it, though another release was published meanwhile. The
    store is read from disk, so that opening takes little, and a release is verified once only, for
    as long as its files do not change.
    """

    def __init__(self, folder: ReleaseFolder) -> None:
        self.folder = folder
        self._known: dict[str, dict[Path, Stamp]] = {}
        self._refused: dict[str, dict[Path, Stamp]] = {}
        self._open: dict[str, tuple[Verified, float]] = {}
        self._lock = threading.Lock()

    def find(self, name: str) -> Verified | None:
        """Return a release that is in the folder, None if it is not there, or cannot be used."""
        with self._lock:
            found, _ = self._open.pop(name, (None, 0.0))
            if name not in self.folder.names():
                return None
            if found is None or any(map(found.changed, found.files)):
                found = self._opened(self.folder.path.resolve() / name)
            if found is not None:
                self._open[name] = found, time.monotonic()
            while len(self._open) > MOST_OTHERS:
                del self._open[next(iter(self._open))]
            return found

    def _opened(self, folder: Path) -> Verified | None:
        files = stamps(folder)
        if self._refused.get(folder.name) == files:
            return None
        full = self._known.get(folder.name) != files
        try:
            release = open_release(folder, memory_triples=0, full=full)
        except ReleaseError as error:
            log.error("not listed: %s", error)
            self._refused[folder.name] = files
            return None
        self.remember(folder.name, files)
        return Verified(release, files)

    def remember(self, name: str, files: dict[Path, Stamp]) -> None:
        """Remember the files of a release that was verified, and forget those that are gone."""
        there = {*self.folder.names(), name}
        self._known = {n: known for n, known in self._known.items() if n in there} | {name: files}

    def let_go(self) -> None:
        """Close those that nobody has asked for of late."""
        before = time.monotonic() - IDLE_SECONDS
        with self._lock:
            idle = [name for name, (_, asked) in self._open.items() if asked < before]
            for name in idle:
                del self._open[name]
        if idle:
            gc.collect()


class Serving(Verified):
    """The current release with its engine, and how many requests are using it."""

    def __init__(
        self,
        release: OpenRelease,
        engine: CachedEngine,
        files: dict[Path, Stamp],
        others: OtherReleases,
    ) -> None:
        super().__init__(release, files)
        self.engine, self.others = engine, others
        self.users = 0
        self.retired = False


class Releases:
    """Hands out the current release, and changes it when another one is published."""

    def __init__(self, settings: Settings) -> None:
        """Remember where releases are; `look` opens the first one."""
        self.settings = settings
        self.services = Services(settings)
        self.folder = ReleaseFolder(settings.releases_dir)
        self.others = OtherReleases(self.folder)
        self.lock = threading.Lock()
        self.current: Serving | None = None
        self.refused = ""
        self.failed: dict[Path, Stamp] = {}
        self.again = 0.0
        self.closed = False

    @contextmanager
    def lend(self) -> Iterator[Serving | None]:
        """Lend the release that is open, None if none is; this waits for nothing."""
        with self.lock:
            serving = self.current
            if serving is not None:
                serving.users += 1
        try:
            yield serving
        finally:
            if serving is not None:
                with self.lock:
                    serving.users -= 1
                    done = serving.retired and serving.users == 0
                if done:
                    self._close(serving)

    def name(self) -> str:
        """Return the name of the release in use, empty if there is none."""
        serving = self.current
        return serving.release.name if serving else ""

    def look(self) -> None:
        """Take up the current release if it is another one than before; blocks while it opens."""
        if self.closed:  # its files are closed when the last cycle that holds it is collected
            self.closed = False
            gc.collect()
        serving = self.current
        try:
            self.others.let_go()
            self._switch()
        except ReleaseError as error:
            self._refuse(str(error))
        except Exception as error:
            log.exception("looking for a release failed")
            self._refuse(f"{self.folder.path}: cannot be looked at ({error})")
        if serving is not None and self.current is serving:
            damaged = next((path for path in serving.files if serving.changed(path)), None)
            if damaged is not None:
                self._refuse(f"{damaged}: has changed since the release was verified; build anew")
                self._replace(None)

    def _refuse(self, reason: str) -> None:
        if self.refused != reason:
            log.error("not served: %s", reason)
        self.refused = reason

    def _switch(self) -> None:
        name = self.folder.current_name()
        if name is None:
            if self.current is None:
                self._refuse("there is no release yet; run `iccgraph build`")
            return
        if self.current is not None and self.current.release.name == name:
            self.refused = ""
            return
        folder = self.folder.folder(name).resolve()
        files = stamps(folder)  # before it is verified: what changes meanwhile counts as changed
        if files == self.failed and time.monotonic() < self.again:  # it would be refused again
            return
        try:
            release = open_release(folder, self.settings.memory_triples)
        except ReleaseError:
            self.failed, self.again = files, time.monotonic() + AGAIN_SECONDS
            raise
        engine = open_engine(release, self.settings, self.services)
        self.others.remember(name, files)
        self._replace(Serving(release, engine, files, self.others))
        self.refused, self.failed = "", {}
        log.info("serving release %s", release.name)

    def _replace(self, serving: Serving | None) -> None:
        """Put another release in the place of the current one, which ends with its last request."""
        with self.lock:
            old, self.current = self.current, serving
            if old is not None:
                old.retired = True
            idle = old is not None and old.users == 0
        if old is not None and idle:
            self._close(old)

    def _close(self, serving: Serving) -> None:
        serving.engine.close()
        self.closed = True

    def close(self) -> None:
        """Let go of the release and end its workers."""
        with self.lock:
            serving, self.current = self.current, None
        if serving is not None:
            serving.engine.close()
