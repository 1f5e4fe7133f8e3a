"""An endpoint that is down, slow or talks nonsense: whole errors, and nothing of its words."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from iccgraph.errors import EngineBusy, QueryError, QueryTimeout, QueryTooLarge
from iccgraph.serve.engine.port import Question
from iccgraph.serve.engine.remote import RemoteEngine
from iccgraph.serve.store import OpenRelease
from iccgraph.settings import Settings
from tests.conftest import LiveServer, free_port
from tests.engine.conftest import LIMITS
from tests.web.client import ask, sparql
from tests.web.processes import eventually

SECRET = b"a secret of the endpoint"
TABLE = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'


class Strange(BaseHTTPRequestHandler):
    """Answers each query as its server was told to."""

    protocol_version = "HTTP/1.1"
    way = ""

    def do_POST(self) -> None:
        """Read the query, and do what is to be done."""
        self.rfile.read(int(self.headers["Content-Length"]))
        way = type(self).way
        if way == "hang up":
            self.close_connection = True
            return
        status = int(way) if way.isdigit() else 200
        body = {"nonsense": SECRET, "another table": b'{"head":{},"boolean":true}'}.get(way, SECRET)
        if way == "well":
            body = TABLE
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header(
            "Content-Length", str(10**9 if way in ("slow", "huge", "cut") else len(body))
        )
        self.end_headers()
        if way == "cut":
            self.wfile.write(TABLE)
            self.close_connection = True
        elif way in ("slow", "huge"):
            self._pour(b"x" * (100_000 if way == "huge" else 1), 0 if way == "huge" else 0.1)
        else:
            self.wfile.write(body)

    def _pour(self, piece: bytes, pause: float) -> None:
        try:
            while True:
                self.wfile.write(piece)
                time.sleep(pause)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def strange() -> Iterator[tuple[str, type[Strange]]]:
    """Return the address of an endpoint on loopback, and the class that says what it does."""
    kind = type("Told", (Strange,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/sparql", kind
    server.shutdown()
    server.server_close()


@pytest.fixture
def engine(release: OpenRelease, strange: tuple[str, type[Strange]]) -> Iterator[RemoteEngine]:
    """Return an engine that asks the strange endpoint."""
    engine = RemoteEngine(release, replace(LIMITS, sparql_endpoint=strange[0]))
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("way", "error"),
    [
        *(("nonsense", EngineBusy), ("another table", EngineBusy), ("hang up", EngineBusy)),
        *(("cut", EngineBusy), ("302", EngineBusy), ("401", EngineBusy), ("500", EngineBusy)),
        *(("503", EngineBusy), ("400", QueryError), ("504", QueryTimeout)),
        *(("slow", QueryTimeout), ("huge", QueryTooLarge)),
    ],
)
def test_strange_endpoint(
    engine: RemoteEngine, strange: tuple[str, type[Strange]], way: str, error: type[QueryError]
) -> None:
    """Whatever an endpoint does is one of our errors, in time, and without a word of its own."""
    strange[1].way = way
    start = time.monotonic()
    with pytest.raises(error) as caught:
        engine.answer(Question("SELECT ?x {}", "SELECT", "json"))
    assert time.monotonic() - start < LIMITS.query_timeout + 1
    assert SECRET.decode() not in str(caught.value)
    strange[1].way = "well"
    assert engine.answer(Question("SELECT ?x {}", "SELECT", "csv")).strip() == b"x"


def test_endpoint_that_is_down(release: OpenRelease) -> None:
    """Nobody at the endpoint's address: the query is told to come again, and all is not healthy."""
    down = replace(LIMITS, sparql_endpoint=f"http://127.0.0.1:{free_port()}/sparql")
    engine = RemoteEngine(release, down)
    try:
        assert not engine.healthy()
        with pytest.raises(EngineBusy, match="does not answer"):
            engine.answer(Question("ASK {}", "ASK", "csv"))
    finally:
        engine.close()


def test_server_whose_endpoint_fails(
    real_settings: Settings,
    release: OpenRelease,
    strange: tuple[str, type[Strange]],
    tmp_path: Path,
) -> None:
    """A server whose endpoint fails is not ready and answers 503; its documents are there."""
    assert release.name
    address, kind = strange
    kind.way = "well"
    folder = real_settings.releases_dir
    server = LiveServer(folder, tmp_path / "log", sparql_endpoint=address)
    try:
        kind.way = "500"
        assert eventually(lambda: ask(server.url, "readyz").status == 503)
        answer = sparql(server.url, "ASK { ?s ?p ?o }")
        assert (answer.status, answer.type) == (503, "application/problem+json")
        assert SECRET.decode() not in answer.text
        assert ask(server.url, "city/paris.ttl").status == 200
        kind.way = "well"
        assert eventually(lambda: ask(server.url, "readyz").status == 200)
        assert sparql(server.url, "SELECT ?x {}").status == 200
    finally:
        server.stop()
