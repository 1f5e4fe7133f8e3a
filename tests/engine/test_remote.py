"""The whole server in front of an endpoint of others, and its words when that is not well."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import json
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from iccgraph.errors import EngineUnavailable
from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.remote import RemoteEngine
from iccgraph.settings import Settings
from iccgraph.vocab import OWL
from tests.conftest import LiveServer, free_port
from tests.engine.conftest import STARTS
from tests.engine.running import PATIENCE, run
from tests.peers.servers import Peer
from tests.web.client import Answer, ask, rows, sparql
from tests.web.processes import eventually

Handler = http.server.BaseHTTPRequestHandler
CITIES = "SELECT ?c { ?c a icc:City }"
GOOD = b'{"head":{"vars":["c"]},"results":{"bindings":[]}}'
ASKED = b'{"head":{},"boolean":true}'


@pytest.fixture(scope="module", params=STARTS)
def peer(request: pytest.FixtureRequest, real_settings: Settings, built: Built) -> Iterator[Peer]:
    """Return a server of others with the release loaded."""
    dump = real_settings.releases_dir / built.name / "dumps" / "iccgraph.nq"
    peer = STARTS[request.param](dump)
    yield peer
    peer.stop()


@pytest.fixture(scope="module")
def remote(
    peer: Peer, real_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve the release with queries answered by a server of others."""
    folder = tmp_path_factory.mktemp("remote")
    with serving(real_settings, folder, peer.url, ready="readyz") as site:
        yield site


@pytest.mark.parametrize(
    ("accept", "sent"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("*/*", "application/sparql-results+json"),
    ],
)
def test_formats(remote: str, live: str, accept: str, sent: str) -> None:
    """Each format is the one that our own engine gives, to the byte where rows have an order."""
    query = f"{CITIES} ORDER BY ?c"
    found, ours = sparql(remote, query, accept), sparql(live, query, accept)
    assert (found.status, found.type) == (ours.status, ours.type) == (200, sent)
    assert found.body == ours.body


NAMED = (
    "practices-of-a-city.csv?city=lisbon",
    "topics-of-a-country.csv?country=pt&scheme=website&language=fr",
    "cities-most-like-a-city.csv?city=bergen",
    "topics-that-go-together.csv?over=3",
    "topics-per-country.csv?most=7",
    "cities-in-a-box.csv?south=-12.5&north=40",
    "is-there-a-practice.csv?city=bergen&topic=language",
    "practices-since-a-year.csv?since=2012",
    "words-in-texts.csv?word=Music",
    f"words-in-texts.csv?word={quote(chr(92) + 'u0022 || true) } #')}",
    "a-city-by-any-name.csv?name=Lissabon&name=" + quote('"} #'),
)


@pytest.mark.parametrize("path", NAMED)
def test_named_queries(remote: str, live: str, path: str) -> None:
    """Values mean the same there, in subqueries, aggregates and limits, and no text breaks out."""
    found, ours = ask(remote, f"queries/{path}"), ask(live, f"queries/{path}")
    assert (found.status, ours.status) == (200, 200)
    assert sorted(found.text.splitlines()) == sorted(ours.text.splitlines())


@pytest.mark.parametrize("query", ["ASK {} x", "DROP ALL", "SELECT * { SERVICE <a:a> {} }"])
def test_refusals(remote: str, live: str, query: str) -> None:
    """What our own engine does not answer is not answered here either, in the same words."""
    found, ours = sparql(remote, query), sparql(live, query)
    assert found.status == ours.status >= 400
    assert found.json()["detail"] == ours.json()["detail"]


def test_time(peer: Peer, real_settings: Settings, tmp_path: Path) -> None:
    """A query over its time gets a whole answer that says so, and others are answered."""
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with serving(real_settings, tmp_path, peer.url, 2) as site:
        answer = sparql(site, bomb)
        assert answer.status in (413, 503)
        assert answer.json()["status"] == answer.status
        other = f"{CITIES} LIMIT 3"  # on a slow machine it may need more than the time too
        assert eventually(lambda: sparql(site, other).status == 200, PATIENCE)
        assert len(rows(sparql(site, other))) == 3


@contextmanager
def other(respond: Callable[[Handler], None], release: OpenRelease | None = None) -> Iterator[str]:
    """Run an HTTP server that answers every POST in one way, and lend its address.

    With a release, it says that it holds that one when it is asked.
    """
    held = marks(release) if release else ()

    class Other(Handler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802  # the library's name
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            asked = release is not None and b"versionInfo" in sent
            (saying(200, versions(*held)) if asked else respond)(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()


def saying(status: int, content: bytes, **headers: str) -> Callable[[Handler], None]:
    """Return what answers with a status and a body; a health check gets a good answer."""

    def respond(handler: Handler) -> None:
        named = {"Content-Type": "application/sparql-results+json", **headers}
        named.setdefault("Content_Length", str(len(content)))
        handler.send_response(status)
        for name, value in named.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)
        handler.wfile.flush()

    return respond


def silent(handler: Handler) -> None:
    """Say nothing until the other side has left."""
    handler.connection.recv(1)


def trickling(handler: Handler) -> None:
    """Send a byte now and then until the other side has left."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    with contextlib.suppress(OSError):
        while not select.select([handler.connection], [], [], 0.1)[0]:
            handler.wfile.write(b" ")
            handler.wfile.flush()


FAULTS = {
    "a page": (saying(200, b"<html>welcome</html>"), 503),
    "half an answer": (saying(200, GOOD[:30]), 503),
    "another kind of answer": (saying(200, ASKED), 503),
    "less than it says": (saying(200, GOOD, Content_Length="9000"), 503),
    "less, and then the end": (
        saying(200, GOOD, Content_Length="9000", Connection="close"),
        503,
    ),
    "its own error": (saying(500, b"secret words of another server"), 503),
    "a refusal": (saying(400, b"secret words of another server"), 400),
    "a redirect": (saying(302, b"", Location="http://127.0.0.1:1/"), 503),
    "an endless answer": (
        saying(200, gzip.compress(b" " * 40_000_000), Content_Encoding="gzip"),
        413,
    ),
    "silence": (silent, 503),
    "a trickle": (trickling, 503),
}
ENDLESS = ("less than it says", "silence", "a trickle")
"""Faults that nothing ends but our own limit of time."""


@pytest.mark.parametrize("fault", FAULTS)
def test_faults(fault: str, real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """Whatever the other server does, the client gets a whole answer that does not repeat it."""
    assert built.name
    respond, status = FAULTS[fault]
    answer: Answer
    seconds = 1 if fault in ENDLESS else PATIENCE
    with other(respond) as endpoint, serving(real_settings, tmp_path, endpoint, seconds) as site:
        answer = sparql(site, CITIES)
        assert ask(site, "city/barcelona.ttl").status == 200
    assert answer.status == status
    assert answer.json()["status"] == status
    assert "secret" not in answer.text
    assert "release" not in answer.json()["detail"]


def test_clients_that_hang_up(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """The endpoint is left as soon as its client has gone, long before the query's time is up."""
    release = open_release(real_settings.releases_dir / built.name, 10**9)
    come, left = threading.Semaphore(0), threading.Semaphore(0)

    def wait(handler: Handler) -> None:
        come.release()
        assert handler.connection.recv(1) == b""
        left.release()

    with other(wait, release) as endpoint, serving(real_settings, tmp_path, endpoint, 3600) as site:
        place = urlsplit(site)
        lines = [socket.create_connection((place.hostname, place.port)) for _ in range(6)]
        for number, line in enumerate(lines):
            query = quote(f"{CITIES} # {number}")
            line.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert all(come.acquire(timeout=PATIENCE) for _ in lines)
        for line in lines:  # each is left for its own client's sake, and no other before
            assert not left.acquire(blocking=False)
            line.close()
            assert left.acquire(timeout=PATIENCE)


def test_connections_are_kept(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """One query after the other goes over the same connection."""
    release = open_release(real_settings.releases_dir / built.name, 10**9)
    seen: list[tuple[str, int]] = []

    def note(handler: Handler) -> None:
        seen.append(handler.client_address)
        saying(200, GOOD)(handler)

    with other(note, release) as endpoint, serving(real_settings, tmp_path, endpoint) as site:
        for number in range(10):
            assert sparql(site, f"{CITIES} # {number}").status == 200
    assert len(seen) == 10
    assert len(set(seen)) <= 2  # one may be that of a check


def test_nobody_there(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """Where nobody answers, queries get 503, the server is not ready and logs why; pages go on."""
    assert built.name
    endpoint = f"http://127.0.0.1:{free_port()}/sparql"
    with serving(real_settings, tmp_path, endpoint) as site:
        answer = sparql(site, CITIES)
        assert answer.status == 503
        assert answer.json()["title"] == "The query service does not answer"
        assert ask(site, "readyz").status == 503
        log = tmp_path / "serve.log"
        assert eventually(lambda: f"{endpoint} does not answer" in log.read_text(), PATIENCE)
        assert ask(site, "healthz").status == 200
        assert ask(site, "city/barcelona.ttl").status == 200


def marks(release: OpenRelease) -> tuple[str, ...]:
    """Return the versions that a release has for its dataset."""
    dataset = NamedNode(release.iris.dataset)
    found = release.store.quads_for_pattern(dataset, OWL.versionInfo, None, None)
    return tuple(str(getattr(quad.object, "value", "")) for quad in found)


def versions(*values: str) -> bytes:
    """Return the answer that names these versions of the data."""
    rows = [{"version": {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["version"]}, "results": {"bindings": rows}}).encode()


@pytest.mark.usefixtures("patient_checks")
def test_release(
    real_settings: Settings,
    built: Built,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An endpoint that holds another release is not healthy, nor asked; each change is logged."""
    monkeypatch.setattr("iccgraph.serve.sparql.remote.CHECK_SECONDS", 0)
    caplog.set_level("INFO")
    release = open_release(real_settings.releases_dir / built.name, 10**9)
    graph = NamedNode(release.iris.graph("catalogue"))
    mark = (NamedNode(release.iris.dataset), OWL.versionInfo, Literal("new"), graph)
    store = Store()
    store.add(Quad(*mark))
    now = [versions("new")]

    def respond(handler: Handler) -> None:
        saying(200, now[0])(handler)

    with other(respond) as endpoint:
        settings = Settings(sparql_endpoint=endpoint, query_workers=1)
        engine = RemoteEngine(replace(release, store=store), settings)
        query = SparqlQuery("SELECT ?version {}", "SELECT", "csv")
        try:
            assert not engine.healthy()
            for held, well in ((("new",), True), (("old",), False), ((), False), (("new",), True)):
                now[0] = versions(*held)
                for _ in range(2):
                    run(engine.check())
                    assert engine.healthy() is well
                if well:
                    assert run(engine.answer(query)).split() == [b"version", b"new"]
                else:
                    with pytest.raises(EngineUnavailable, match="another release"):
                        run(engine.answer(query))
            now[0] = versions("new", "old")
            run(engine.check())
            assert not engine.healthy()
        finally:
            engine.close()
    said = [r.getMessage() for r in caplog.records if endpoint in r.getMessage()]
    assert [("another release" in line) for line in said] == [False, True, False, True]


@pytest.mark.usefixtures("patient_checks")
def test_release_without_a_mark(
    real_settings: Settings, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that was made before there were marks is asked for whatever the endpoint holds."""
    monkeypatch.setattr("iccgraph.serve.sparql.remote.CHECK_SECONDS", 0)
    release = open_release(real_settings.releases_dir / built.name, 10**9)
    with other(saying(200, versions("old"))) as endpoint:
        settings = Settings(sparql_endpoint=endpoint, query_workers=1)
        engine = RemoteEngine(replace(release, store=Store()), settings)
        try:
            run(engine.check())
            assert engine.healthy()
        finally:
            engine.close()


@contextmanager
def serving(
    settings: Settings,
    folder: Path,
    endpoint: str,
    seconds: float = PATIENCE,
    ready: str = "healthz",
) -> Iterator[str]:
    """Serve the release with queries answered by an endpoint that may not be well."""
    server = LiveServer(
        settings.releases_dir,
        folder / "serve.log",
        ready=ready,
        sparql_endpoint=endpoint,
        query_timeout=seconds,
        query_bytes=1_000_000,
    )
    try:
        yield server.url
    finally:
        server.stop()
