"""The release that this process serves, and the switch to a new one without a dropped request.

Reads the file `current` of the releases folder at most once a second; a new release is opened
beside the old one, and the old one is closed when its last request is done.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from iccgraph.errors import ReleaseError
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.reconcile.service import Reconciler
from iccgraph.serve.sparql.engines import CachedEngine, open_engine
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.settings import Settings

LOOK_SECONDS = 1.0
log = logging.getLogger("iccgraph")


class Serving:
    """One release with its engine, and how many requests are using it."""

    def __init__(self, release: OpenRelease, engine: CachedEngine) -> None:
        """Hold a release for as long as it is the current one, or in use."""
        self.release, self.engine = release, engine
        self.reconciler = Reconciler(release)
        self.users = 0
        self.retired = False


class CurrentRelease:
    """Hands out the current release, and changes it when another one is published."""

    def __init__(self, settings: Settings) -> None:
        """Remember where releases are; nothing is opened before the first request."""
        self.settings = settings
        self.services = Services(settings)
        self.folder = ReleaseFolder(settings.releases_dir)
        self.lock = threading.Lock()
        self.opening = threading.Lock()
        self.serving: Serving | None = None
        self.looked = -LOOK_SECONDS
        self.refused = ""

    @contextmanager
    def use(self) -> Iterator[Serving]:
        """Lend the current release for the length of a request, a new one if there is one.

        Raises: ReleaseError if there is none that can be opened.
        """
        self.look()
        with self.lend() as serving:
            yield serving

    @contextmanager
    def lend(self) -> Iterator[Serving]:
        """Lend the release that is open; this waits for nothing.

        Raises: ReleaseError if none is.
        """
        with self.lock:
            serving = self.serving
            if serving is None:
                raise ReleaseError(self.folder.path, self.refused or "there is no release yet")
            serving.users += 1
        try:
            yield serving
        finally:
            with self.lock:
                serving.users -= 1
                done = serving.retired and serving.users == 0
            if done:
                serving.engine.close()

    def name(self) -> str:
        """Return the name of the release in use, empty if there is none."""
        serving = self.serving
        return serving.release.name if serving else ""

    def look(self) -> None:
        """Take up a new release if there is one; looks at most once a second."""
        now = time.monotonic()
        if self.serving is not None and now - self.looked < LOOK_SECONDS:
            return
        if not self.opening.acquire(blocking=self.serving is None):
            return
        try:
            if self.serving is None or now - self.looked >= LOOK_SECONDS:
                self._switch()
                self.looked = time.monotonic()
        finally:
            self.opening.release()

    def _switch(self) -> None:
        try:
            name = self.folder.current_name()
            if name is None:
                self.refused = "there is no release yet; run `iccgraph build`"
                return
            if self.serving is not None and self.serving.release.name == name:
                return
            release = open_release(self.folder.folder(name), self.settings.memory_triples)
            engine = open_engine(release, self.settings, self.services)
        except ReleaseError as error:
            if self.refused != str(error):
                log.error("not served: %s", error)
            self.refused = str(error)
            return
        with self.lock:
            old, self.serving, self.refused = self.serving, Serving(release, engine), ""
            if old is not None:
                old.retired = True
            idle = old is not None and old.users == 0
        if old is not None and idle:
            old.engine.close()
        log.info("serving release %s", release.name)

    async def check(self) -> None:
        """Bring the health of the engine in use up to date."""
        serving = self.serving
        if serving is not None:
            await serving.engine.check()

    def close(self) -> None:
        """Let go of the release and end its workers."""
        with self.lock:
            serving, self.serving = self.serving, None
        if serving is not None:
            serving.engine.close()
