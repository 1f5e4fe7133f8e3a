"""Runs the application on granian, a production WSGI server, in several processes."""

from __future__ import annotations

import logging
import sys
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from iccgraph.errors import SettingsError
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.store import open_current
from iccgraph.serve.web.app import create_wsgi
from iccgraph.settings import Settings


def serve(settings: Settings) -> None:
    """Serve the current release until the process is told to stop.

    Raises: ReleaseError if there is none that can be opened, SettingsError for a port in use.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    name = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples).name
    _check_port(settings)
    sys.stderr.write(f"Serving release {name} on {settings.site}\n")
    server = Granian(
        "iccgraph.serve.web.server:load",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=_threads(settings),
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        log_enabled=False,
        workers_kill_timeout=10,
    )
    server.serve(target_loader=Loader(settings))


def _threads(settings: Settings) -> int:
    """Return how many threads answer, so that queries that wait leave `web_threads` to the rest."""
    return settings.web_threads + settings.workers_per_process + settings.query_queue


class Loader:
    """Makes the application in each server process, from the settings of the first."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; this object travels to the other processes."""
        self.settings = settings

    def __call__(self, *_: Any) -> Any:
        """Return the WSGI application."""
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        return create_wsgi(self.settings)


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
