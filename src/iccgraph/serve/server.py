"""Runs the application on granian, a production server, in several processes."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from iccgraph.errors import SettingsError
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.app import create_app
from iccgraph.serve.dataset.open import open_current
from iccgraph.serve.front import Gateway
from iccgraph.serve.http import logs, metrics
from iccgraph.serve.http.quota import counter_file
from iccgraph.settings import Settings

SWITCH_SECONDS = 0.001
"""So long a thread that makes a page keeps the event loop waiting, instead of Python's 5 ms."""
KILL_SECONDS = 5
"""Beyond the time of the longest query: so long a server that is told to stop may take."""


def serve(settings: Settings) -> None:
    """Serve the current release until the process is told to stop.

    Raises: ReleaseError if there is none that can be opened, SettingsError for a port in use.
    """
    logs.configure()
    name = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples).name
    _check_port(settings)
    sys.stderr.write(f"Serving release {name} on {settings.site}\n")
    figures, counters = metrics.shared_folder(), counter_file()
    server = Granian(
        "iccgraph.serve.server:load",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.web_workers,
        respawn_failed_workers=True,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=math.ceil(settings.query_timeout) + KILL_SECONDS,
    )
    try:
        server.serve(target_loader=Loader(settings, counters))
    finally:
        metrics.drop(figures)
        counters.unlink(missing_ok=True)


class Loader:
    """Makes the application in each server process, from the settings of the first."""

    def __init__(self, settings: Settings, counters: Path) -> None:
        """Keep what the processes share; this object travels to them."""
        self.settings, self.counters = settings, counters

    def __call__(self, *_: Any) -> Any:
        """Return the RSGI application."""
        logs.configure()
        sys.setswitchinterval(SWITCH_SECONDS)
        app = create_app(self.settings)
        return Gateway(self.settings, app.wsgi_app, app.config["CURRENT"], self.counters)


def _check_port(settings: Settings) -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"port {settings.port} of {settings.host} cannot be used ({error.strerror}); "
                "choose another one with --port"
            ) from error
