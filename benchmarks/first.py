"""Processor time of a document that is asked for the first time, through the whole front.

Run: `python -m benchmarks.first [FORMAT]…`; it builds a release of the real tables. Every thing of
every kind is asked for once in each format (or those named), in this process, so that neither the
network nor another process is in the way.
Prints for each kind and format the median and the 95th of 100 of all but the first, then that
first one, for which a process compiles the templates of its kind (goals at the median: 1 for data,
for practices and cities; 3 for pages, whatever they are of).
Units: milliseconds of processor time.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from benchmarks.generate import ROOT
from iccgraph.formats import DOCUMENT_FORMATS
from iccgraph.iris import KINDS
from iccgraph.publish.pipeline import build_release
from iccgraph.release.manifest import INDEX
from iccgraph.serve import server
from iccgraph.serve.http import metrics
from iccgraph.settings import Settings

Run = Callable[[Settings, Path, Path], Coroutine[Any, Any, None]]
"""Measures a release: its settings, its index, and where clients are counted."""


class Headers:
    """The one header that HTTP/1.1 asks for."""

    def get_all(self, name: str) -> list[str]:
        """Return the values of a header."""
        return ["localhost"] if name == "host" else []

    def items(self) -> list[tuple[str, str]]:
        """Return all headers."""
        return [("host", "localhost")]

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the value of a header."""
        return "localhost" if name == "host" else default


class Scope:
    """What granian tells of a request."""

    http_version, method, scheme = "1.1", "GET", "http"
    server, client, headers = "127.0.0.1:8000", "127.0.0.1:5000", Headers()

    def __init__(self, address: str) -> None:
        self.path, _, self.query_string = address.partition("?")


class Protocol:
    """Takes the response, and sends it nowhere."""

    status = 0

    def response_bytes(self, status: int, headers: object, body: bytes) -> None:
        """Note the status."""
        self.status = status

    def response_empty(self, status: int, headers: object) -> None:
        """Note the status."""
        self.status = status

    def response_stream(self, status: int, headers: object) -> None:
        """Note the status; there is no connection to send pieces on."""
        self.status = status

    async def client_disconnect(self) -> None:
        """Stay connected."""
        await asyncio.sleep(60)


async def measure(front: Any, paths: list[str]) -> list[float]:
    """Return the processor time of each path, in milliseconds."""
    spent = []
    for path in paths:
        protocol, start = Protocol(), time.process_time()
        await front.__rsgi__(Scope(path), protocol)
        spent.append((time.process_time() - start) * 1000)
        assert protocol.status == 200, (path, protocol.status)
    return spent


async def run(settings: Settings, index: Path, counters: Path) -> None:
    """Ask for everything, and print what it took."""
    loader = server.Loader(settings, counters)
    loader.parent = os.getppid()
    front: Any = loader()
    front.__rsgi_init__(asyncio.get_running_loop())
    connection = sqlite3.connect(index)
    for kind in KINDS:
        rows = connection.execute("SELECT key FROM thing WHERE kind = ?", (kind,)).fetchall()
        for format_ in DOCUMENT_FORMATS:
            if sys.argv[1:] and format_.name not in sys.argv[1:]:
                continue
            paths = [f"/{kind}/{key}.{format_.name}" for (key,) in rows]
            (first,) = await measure(front, paths[:1])
            spent = sorted(await measure(front, paths[1:]))
            median, late = statistics.median(spent), spent[int(0.95 * len(spent))]
            print(f"{kind:12}{format_.name:8}{median:7.2f}{late:8.2f}{first:8.2f}", flush=True)
    front.__rsgi_del__(asyncio.get_running_loop())


def in_process(settings: Settings, run: Run) -> None:
    """Build a release, and have a function measure it in this process."""
    built = build_release(settings, validate=False)
    counters = settings.releases_dir.parent / "counters"
    counters.mkdir()
    metrics.share(counters)
    asyncio.run(run(settings, settings.releases_dir / built.name / INDEX, counters / "clients"))


def main() -> None:
    """Build a release, and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=ROOT / "data",
            ontology_dir=ROOT / "ontology",
            shapes_dir=ROOT / "shapes",
            releases_dir=Path(folder) / "releases",
            vendor_dir=ROOT / "var" / "vendor",
            log_requests=False,
        )
        in_process(settings, run)


if __name__ == "__main__":
    main()
