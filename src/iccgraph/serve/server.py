"""Composes and runs the server: granian, a production server, in several processes."""

from __future__ import annotations

import contextlib
import gc
import logging
import math
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from iccgraph.errors import SettingsError
from iccgraph.release.folder import ReleaseFolder, lock_folder
from iccgraph.serve.app import create_app
from iccgraph.serve.dataset.open import open_current
from iccgraph.serve.front import Front, Handlers
from iccgraph.serve.handlers import named_queries, operations, sparql
from iccgraph.serve.handlers.flask_app import FlaskHandler
from iccgraph.serve.http import logs, metrics
from iccgraph.serve.http.metrics import Metrics
from iccgraph.serve.http.quota import Quota
from iccgraph.serve.releases import Releases
from iccgraph.serve.sparql.workers.sandbox import end_with_parent
from iccgraph.settings import Settings

SWITCH_SECONDS: Final = 0.001
"""A thread that makes a page keeps the event loop waiting so long (`sys.setswitchinterval`),
instead of Python's 5 ms."""
KILL_SECONDS: Final = 5
"""A server that is told to stop may take so long, beyond the time of the longest query."""
MOST_CONNECTIONS: Final = 16_384
"""So many connections of a web process may be open; granian's own limit of 1024 for all processes
together is soon reached by clients that say nothing, and then nobody else is answered."""
YOUNG_SECONDS: Final = 5.0
BACKOFF: Final = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Before a web process is started anew that died young, so often in a row."""
MEMORY: Final = Path("/dev/shm")  # noqa: S108  # what is made there has a name nobody can guess
"""Linux keeps files of this folder in memory. A disk without room ends a process that writes to a
file which it has mapped (SIGBUS), so those that processes share are here."""
STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
SHARED: Final = "iccgraph-shared-"
log = logging.getLogger("iccgraph")


def serve(settings: Settings) -> None:
    """Serve the current release until the process is told to stop.

    Raises: ReleaseError if there is none that can be opened, SettingsError for a port in use.
    """
    logs.configure()
    name = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples).name
    _check_port(settings)
    sys.stderr.write(f"Serving release {name} on {settings.site}\n")
    with shared_folder() as folder:
        _supervise(settings, folder)


@contextlib.contextmanager
def shared_folder(parent: Path | None = None) -> Iterator[Path]:
    """Have a folder for the figures that the processes of this server share, until it ends.

    It is locked, so that the next server can tell one that a killed server has left, and removes
    it. Arguments: without a `parent` it is in memory where that can be, else among temporary files.
    """
    memory = MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    parent = parent or memory
    for left in parent.glob(f"{SHARED}*"):
        with contextlib.suppress(OSError), lock_folder(left, wait=False):
            shutil.rmtree(left)
    unlocked = Path(tempfile.mkdtemp(prefix=f".{SHARED}", dir=parent))
    with lock_folder(unlocked):  # before another server that begins can find it
        folder = unlocked.rename(parent / unlocked.name[1:])
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _supervise(settings: Settings, folder: Path) -> None:
    """Run the web processes until this one is told to stop."""
    metrics.share(folder)
    server = Supervisor(
        "iccgraph.serve.server:load",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.web_workers,
        backpressure=MOST_CONNECTIONS,
        respawn_failed_workers=True,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=math.ceil(settings.query_timeout) + KILL_SECONDS,
    )
    server.serve(target_loader=Loader(settings, folder / "clients"))


class Supervisor(Granian):  # type: ignore[misc, valid-type]
    """Starts a web process anew whenever one dies, however often; granian gives up at the second.

    One that dies young is followed after a rest, which grows, so that a fault at the start does not
    take a whole processor.
    """

    deaths = 0

    def _spawn_workers(self, *given: Any) -> None:
        with _stop_signals_blocked():
            super()._spawn_workers(*given)

    def _respawn_workers(self, workers: Any, *given: Any, **named: Any) -> None:
        young = any(time.monotonic() - self.wrks[n].birth < YOUNG_SECONDS for n in workers)
        self.deaths = self.deaths + 1 if young else 0
        rest = BACKOFF[min(self.deaths, len(BACKOFF) - 1)]
        codes = ", ".join(str(self.wrks[n].inner.exitcode) for n in workers)
        log.error("a web process ended (exit code %s); another one starts in %g s", codes, rest)
        time.sleep(rest)
        with _stop_signals_blocked():
            super()._respawn_workers(workers, *given, **named)
        self.respawned_wrks.clear()
        if self.interrupt_signal:  # which came while granian forgot what had woken it
            self.main_loop_interrupt.set()


@contextlib.contextmanager
def _stop_signals_blocked() -> Iterator[None]:
    """Let processes that are forked meanwhile find a signal to stop only when they can obey it.

    Until then they have this process's handlers, which would do nothing in them.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Loader:
    """Makes the front in each web process, from the settings of the first."""

    def __init__(self, settings: Settings, counters: Path) -> None:
        """Keep what the processes share; this object travels to them."""
        self.settings, self.counters, self.parent = settings, counters, os.getpid()

    def __call__(self, *_: Any) -> Front:
        """Return the RSGI application, with a release open if there is one."""
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        end_with_parent()
        if os.getppid() != self.parent:
            os._exit(1)
        writer = logs.configure()
        sys.setswitchinterval(SWITCH_SECONDS)
        releases = Releases(self.settings)
        releases.look()
        application = FlaskHandler(create_app(self.settings), self.settings)
        figures = Metrics()
        operations_handler = operations.OperationsHandler(figures)
        queries = sparql.SparqlHandler(self.settings, application.page, figures.running)
        handlers = Handlers(
            {
                sparql.PATH: queries,
                **dict.fromkeys(operations.PATHS, operations_handler),
            },
            application,
            application.page,
            frozenset(operations.PATHS),
            application.languages,
            {
                named_queries.PATH: named_queries.NamedQueriesHandler(
                    self.settings, application.page, queries.results
                )
            },
        )
        quota = Quota(self.settings, self.counters)
        front = Front(self.settings, releases, handlers, quota, figures, writer)
        gc.collect()
        gc.freeze()  # no collection need look again at what stays for good
        gc.set_threshold(20_000, 10, 10)  # a page makes thousands of objects, and hardly a cycle
        return front


def _check_port(settings: Settings) -> None:
    """Find out before any process starts whether the port can be listened on.

    Raises: SettingsError.
    """
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, _, _, address = found[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingsError(
            f"port {settings.port} of {settings.host} cannot be used ({error.strerror}); "
            "choose another one with --port"
        ) from error
