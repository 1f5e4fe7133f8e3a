"""The front: every spelling of a request is one request, and no client can hold what is not its."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.conftest import ROOT, LiveServer, free_port
from tests.for_all import for_all
from tests.web.client import Client, ask, running
from tests.web.processes import alive, descendants, eventually, memory

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG = "SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 90000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
ASKED = quote("ASK {}")


@pytest.fixture(scope="module")
def server(
    real_settings: Settings, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """Serve behind one trusted proxy; a client may have one query running, for a long time."""
    assert built.name
    log = tmp_path_factory.mktemp("front") / "serve.log"
    started = LiveServer(
        real_settings.releases_dir,
        log,
        proxies=1,
        client_queries=1,
        query_workers=2,
        query_timeout=600,
        web_threads=1,
        body_seconds=2,
    )
    yield started
    started.stop()


SPELLINGS = [
    ("GET", f"sparql?query={ASKED}", {}, b"", 429),
    ("HEAD", f"sparql?query={ASKED}", {}, b"", 429),
    ("GET", f"sparql?quer%79={ASKED}", {}, b"", 429),
    ("GET", f"sp%61rql?query={ASKED}", {}, b"", 429),
    ("GET", f"%73parql?%71uery={ASKED}", {}, b"", 429),
    ("GET", f"sparql/?query={ASKED}", {}, b"", 429),
    ("GET", f"sparql%2F?query={ASKED}", {}, b"", 429),
    ("GET", f"sparql?query={ASKED}&query={ASKED}", {}, b"", 429),
    ("GET", f"sparql?a=1&&query={ASKED}", {}, b"", 429),
    ("GET", f"sparql?query={ASKED}&update=x", {}, b"", 429),
    ("POST", "sparql", FORM, f"query={ASKED}".encode(), 429),
    ("POST", "sparql", FORM, f"quer%79={ASKED}".encode(), 429),
    ("POST", f"sparql?query={ASKED}", FORM, f"query={ASKED}".encode(), 429),
    ("POST", "sparql", DIRECT, b"ASK {}", 429),
    ("POST", "sparql/", DIRECT, b"ASK {}", 429),
    ("POST", "sp%61rql", DIRECT, b"ASK {}", 429),
    ("post", "sparql", DIRECT, b"ASK {}", 501),
    ("get", f"sparql?query={ASKED}", {}, b"", 501),
    ("Post", "sparql", FORM, f"query={ASKED}".encode(), 501),
    ("PUT", "sparql", DIRECT, b"ASK {}", 405),
    ("PATCH", f"sparql?query={ASKED}", DIRECT, b"ASK {}", 405),
    ("GET", f"fr/sparql?query={ASKED}", {}, b"", 429),
    ("GET", f"f%72/sp%61rql/?quer%79={ASKED}&format=csv", {}, b"", 429),
    ("HEAD", f"en/sparql?query={ASKED}&lang=fr", {}, b"", 429),
    ("GET", f"sparql?lang=fr&query={ASKED}", {}, b"", 429),
    ("GET", f"fr/sparql?query={ASKED}&query={ASKED}", {}, b"", 429),
    ("POST", "fr/sparql", DIRECT, b"ASK {}", 405),
    ("POST", "fr/sparql", FORM, f"query={ASKED}".encode(), 405),
    ("GET", f"fr//sparql?query={ASKED}", {}, b"", 404),
    ("GET", f"fr/en/sparql?query={ASKED}", {}, b"", 404),
    ("GET", f"FR/sparql?query={ASKED}", {}, b"", 404),
    ("GET", f"SPARQL?query={ASKED}", {}, b"", 404),
    ("GET", f"/sparql?query={ASKED}", {}, b"", 404),
    ("GET", f"sparql;x?query={ASKED}", {}, b"", 404),
    ("GET", f"x/../sparql?query={ASKED}", {}, b"", 404),
    ("GET", f"sparql%00?query={ASKED}", {}, b"", 404),
    ("GET", f"sparql%3Fquery={ASKED}", {}, b"", 404),
    ("GET", f"sparql?query={ASKED}&x=%ff", {}, b"", 400),
    ("GET", f"sparql?QUERY={ASKED}", {}, b"", 200),
    ("GET", f"sparql?a;query={ASKED}", {}, b"", 200),
    ("GET", "reconcile?queries=%7B%7D", {}, b"", 429),
    ("GET", "reconcile?quer%69es=%7B%7D", {}, b"", 429),
    ("GET", "reconcile/?queries=%7B%7D", {}, b"", 429),
    ("GET", "r%65concile?extend=%7B%7D", {}, b"", 429),
    ("GET", "fr/reconcile?queries=%7B%7D", {}, b"", 429),
    ("GET", "fr/r%65concile/?extend=%7B%7D&lang=en", {}, b"", 429),
    ("POST", "fr/reconcile", FORM, b"queries=%7B%7D", 405),
    ("POST", "reconcile", FORM, b"queries=%7B%7D", 429),
    ("POST", "reconcile", FORM, b"quer%69es=%7B%7D", 429),
    ("POST", "reconcile", {}, b"", 429),
    ("post", "reconcile", FORM, b"queries=%7B%7D", 501),
    ("GET", "Reconcile?queries=%7B%7D", {}, b"", 404),
    ("GET", "/reconcile?queries=%7B%7D", {}, b"", 404),
]
"""Requests that mean a query or a batch to some reader, and what a client gets whose one query is
running: 429 where it counts as one, a refusal, or a page that asks nothing."""


def test_every_spelling_is_counted_or_refused(server: LiveServer) -> None:
    """While a client's query runs, no spelling of another one gets past its limit."""
    client = {"X-Forwarded-For": "198.51.100.1"}
    port = urlsplit(server.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        head = f"GET /sparql?{urlencode({'query': SLOW})} HTTP/1.1\r\nHost: x\r\n"
        line.sendall(f"{head}X-Forwarded-For: 198.51.100.1\r\n\r\n".encode())
        assert eventually(lambda: running(server.url) == 1)

        def fact(row: tuple[str, str, dict[str, str], bytes, int]) -> None:
            method, path, headers, body, status = row
            given = body if method not in ("GET", "HEAD", "get") else None
            assert ask(server.url, path, method, {**headers, **client}, given).status == status

        for_all(SPELLINGS, fact)
        assert running(server.url) == 1
    assert eventually(lambda: running(server.url) == 0)


def test_operations_answer_when_every_thread_is_busy(server: LiveServer) -> None:
    """With the one thread for pages taken for long, health, readiness and figures still answer."""
    client = {"X-Forwarded-For": "198.51.100.2", "Accept": "text/html"}
    with ThreadPoolExecutor(16) as pool:
        pages = [
            pool.submit(ask, server.url, f"catalogue?n={n}", "GET", client) for n in range(2000)
        ]
        for path in ("healthz", "readyz", "metrics"):
            assert ask(server.url, path).status == 200
        left = [page for page in pages if page.cancel()]
        assert left, "the pages were to be slower than this"
        assert {page.result().status for page in pages if page not in left} == {200}


def test_large_heads(server: LiveServer) -> None:
    """A head over its limit is 431, whatever it is made of; one below it is read."""
    long = ask(server.url, "city/paris", headers={"Accept": "text/turtle," + "x/y," * 90_000})
    assert long.status == 431
    many = ask(server.url, "city/paris", headers={f"X-{n}": "y" * 500 for n in range(70)})
    assert many.status == 431
    assert "32,768" in many.json()["detail"]
    fair = ask(server.url, "city/paris", headers={"Accept": "text/turtle," + "x/y," * 5000})
    assert fair.status == 200


def test_what_a_client_chooses_is_not_kept(server: LiveServer) -> None:
    """Thousands of long Accept headers leave a process hardly larger than it was.

    All together they are 60 MB.
    """
    filler = "x" * 30_000

    def size() -> int:
        pids = (server.process.pid, *descendants(server.process.pid))
        return max(memory({pid}) for pid in pids)

    def asked(numbers: range) -> set[int]:
        client, found = Client(server.url), set()
        for number in numbers:
            accept = f"text/turtle, x/{number};a={filler}"
            headers = {"Accept": accept, "X-Forwarded-For": f"203.0.113.{number % 250}"}
            found.add(client.ask("city/paris", headers=headers).status)
        client.close()
        return found

    assert asked(range(200)) == {200}
    before = size()
    assert asked(range(200, 2200)) == {200}
    assert size() - before < 40 * 1024**2


def test_log_tells_queries_apart(server: LiveServer) -> None:
    """A query has the same digest by GET, form and direct POST, another one another digest."""
    text = "ASK { ?s rdfs:label 'a secret of the house' }"
    client = {"X-Forwarded-For": "198.51.100.3"}
    form = urlencode({"query": text})
    names = [
        ask(server.url, f"sparql?{form}", headers=client),
        ask(server.url, "sparql", "POST", {**FORM, **client}, form.encode()),
        ask(server.url, "sparql", "POST", {**DIRECT, **client}, text.encode()),
        ask(server.url, "sparql", "POST", {**DIRECT, **client}, b"ASK { ?other ?p ?o }"),
        ask(server.url, "sparql", "POST", {**DIRECT, **client}, b"ASK { no query"),
    ]
    ids = [answer.headers["x-request-id"] for answer in names]
    assert eventually(lambda: all(name in server.log.read_text() for name in ids))
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if '"id"' in line]
    digests = {line["id"]: line.get("query", "") for line in lines}
    first, second, third, fourth, fifth = (digests[name] for name in ids)
    assert first == second == third
    assert len({first, fourth, fifth}) == 3
    assert all(re.fullmatch("[0-9a-f]{12}", d) for d in (first, fourth, fifth))
    assert "a secret of" not in server.log.read_text()


@pytest.mark.parametrize("path", [f"sparql?{urlencode({'query': LONG})}", "data/iccgraph.nq"])
def test_client_that_never_reads_is_left(server: LiveServer, path: str) -> None:
    """A connection whose client takes nothing of a large body is closed before the body's end."""
    port = urlsplit(server.url).port
    before = server.log.read_text().count("read too slowly")
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", port))
        head = f"GET /{path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.4\r\n"
        line.sendall(f"{head}Accept: application/n-quads, */*\r\n\r\n".encode())
        assert eventually(lambda: server.log.read_text().count("read too slowly") > before)
        line.settimeout(60)
        whole = False
        taken = bytearray()
        try:
            while part := line.recv(1 << 20):
                taken += part
        except ConnectionResetError:
            pass
        else:
            length = re.search(rb"content-length: (\d+)", bytes(taken))
            whole = length is not None and len(taken) > int(length[1])
        assert not whole


def test_ranges(live: str) -> None:
    """One range is answered; several, other units and nonsense are as if they were not there."""
    whole = ask(live, "data/cities.csv")
    assert whole.headers["accept-ranges"] == "bytes"
    ranges = {
        "bytes=0-9": (206, whole.body[:10]),
        "bytes=-10": (206, whole.body[-10:]),
        f"bytes={len(whole.body) - 3}-": (206, whole.body[-3:]),
        "bytes=0-1,4-5": (200, whole.body),
        "bytes=0-1, -2": (200, whole.body),
        "lines=1-2": (200, whole.body),
        "bytes=x-y": (200, whole.body),
        "bytes=": (200, whole.body),
        "bytes=-": (200, whole.body),
        "bytes=5-2": (200, whole.body),
    }
    found = {r: ask(live, "data/cities.csv", headers={"Range": r}) for r in ranges}
    assert {r: (a.status, a.body) for r, a in found.items()} == ranges
    beyond = ask(live, "data/cities.csv", headers={"Range": "bytes=99999999-"})
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.body)}")


@pytest.mark.parametrize("chunks", [b"5\r\nASK {\r\nzz\r\n", b"6\r\nASK {}XX0\r\n\r\n", b"ASK {}"])
def test_broken_chunk(live: str, chunks: bytes) -> None:
    """A body whose chunks are broken is 400, never half a query."""
    port = urlsplit(live).port
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/sparql-query\r\n\r\n" + chunks
        )
        assert b" 400 " in line.recv(65536).partition(b"\r\n")[0]


def start(built: Built, settings: Settings, folder: Path, **options: int) -> LiveServer:
    """Start a server for one test."""
    assert built.name
    return LiveServer(settings.releases_dir, folder / "serve.log", **options)  # type: ignore[arg-type]


def test_web_processes_are_replaced(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """However often a web process dies in a row, another one takes its place, and the log says so.

    Granian gives up at the second death within seconds.
    """
    server = start(built, real_settings, tmp_path)
    try:
        for number in range(3):
            (web,) = [pid for pid in descendants(server.process.pid) if _parent_is(pid, server)]
            os.kill(web, signal.SIGKILL)
            assert eventually(lambda pid=web: not alive(pid), 60)  # type: ignore[misc]
            assert eventually(lambda: _ready(server), 60), number
        assert server.process.poll() is None
        assert eventually(lambda: server.log.read_text().count("a web process ended") == 3)
    finally:
        server.stop()


@pytest.mark.parametrize("moment", range(4))
def test_stop_right_after_a_death(
    real_settings: Settings, built: Built, tmp_path: Path, moment: int
) -> None:
    """A server that is told to stop while it replaces a web process ends soon all the same.

    It would be killed only once the longest query might have ended.
    """
    server = start(built, real_settings, tmp_path, query_timeout=600)
    try:
        (web,) = [pid for pid in descendants(server.process.pid) if _parent_is(pid, server)]
        os.kill(web, signal.SIGKILL)
        assert eventually(lambda: "a web process ended" in server.log.read_text())
        time.sleep(moment / 10)  # whenever the signal comes, it counts
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(60) in (0, 1)
    finally:
        server.stop()


def _parent_is(pid: int, server: LiveServer) -> bool:
    """Return whether a process is a web process of a server, and no helper of Python's."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return int(fields[1]) == server.process.pid and b"resource_tracker" not in words


def _ready(server: LiveServer) -> bool:
    try:
        return ask(server.url, "readyz", seconds=5).status == 200
    except OSError:
        return False


def test_children_end_with_their_parent(
    real_settings: Settings, built: Built, tmp_path: Path
) -> None:
    """When the first process is killed, all others end and the port is free, a query in between."""
    server = start(built, real_settings, tmp_path, query_timeout=120)
    threading.Thread(target=_forget, args=(server,), daemon=True).start()
    assert eventually(lambda: running(server.url) == 1)
    below = set(descendants(server.process.pid))
    assert len(below) >= 3
    server.process.kill()
    server.process.wait()
    assert eventually(lambda: not any(alive(pid) for pid in below))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.port))


def _forget(server: LiveServer) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException):
        ask(server.url, f"sparql?{urlencode({'query': SLOW})}")


def test_log_that_nobody_reads(real_settings: Settings, built: Built) -> None:
    """A full pipe in the place of the log delays neither requests nor the end of the server."""
    assert built.name
    port = free_port()
    words = [f"--releases-dir={real_settings.releases_dir}", f"--port={port}", "--web-workers=1"]
    command = [sys.executable, "-m", "iccgraph", "serve", *words]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=ROOT)
    try:
        site = f"http://127.0.0.1:{port}/"

        def up() -> bool:
            try:
                return ask(site, "readyz", seconds=5).status == 200
            except OSError:
                return False

        assert eventually(up)
        client = Client(site)
        statuses = {client.ask(f"nothing/{'x' * 150}?n={n}").status for n in range(1000)}
        client.close()
        assert statuses == {404}
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def test_ipv6(real_settings: Settings, built: Built) -> None:
    """A server can listen on an IPv6 address."""
    assert built.name
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6 loopback")
        port = probe.getsockname()[1]
    words = [
        f"--releases-dir={real_settings.releases_dir}",
        f"--port={port}",
        "--host=::1",
        "--web-workers=1",
    ]
    command = [sys.executable, "-m", "iccgraph", "serve", *words]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=ROOT)

    def answers() -> bool:
        try:
            with socket.create_connection(("::1", port), timeout=5) as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                return line.recv(100).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    try:
        assert eventually(answers)
    finally:
        process.terminate()
        process.wait()


def test_raw_characters_in_a_query_string(live: str) -> None:
    """Characters beyond ASCII that are sent as they are count like their percent-encoding."""

    def sent(target: str, accept: str = "text/html") -> bytes:
        with socket.create_connection(("127.0.0.1", urlsplit(live).port), timeout=60) as line:
            head = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: {accept}\r\n"
            line.sendall(f"{head}\r\n".encode())
            return b"".join(iter(lambda: line.recv(1 << 16), b""))

    paths = ("/practices?q=café", "/?q=日本", "/reconcile?query=Köln", "/cities?callback=é")
    statuses = {path: sent(path)[9:12] for path in (*paths, "/nope?é", "/data/nope?é")}
    assert statuses == {**dict.fromkeys(paths, b"200"), "/nope?é": b"404", "/data/nope?é": b"404"}
    query = "/sparql?query=SELECT%20(%22Ã©é%22%20AS%20%3Fa){}"
    assert '"Ã©é"'.encode() in sent(query, "application/sparql-results+json")


def test_headers_with_a_low_line(live: str) -> None:
    """A header whose name has a low line is none of those that the application knows."""
    odd = {"Accept": "text/html", "Accept_Language": "fr", "If_None_Match": "*"}
    first = ask(live, "cities?low-line=1", headers=odd)
    assert (first.status, first.headers["content-language"]) == (200, "en")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Content_Type": "x"}
    assert ask(live, "reconcile", "POST", form, b"query=Bergen").status == 200


def test_client_that_pipelines_and_hangs_up(server: LiveServer) -> None:
    """A query ends with its client, also where requests behind it were not read yet."""
    port = urlsplit(server.url).port
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        head = f"GET /sparql?{urlencode({'query': SLOW})} HTTP/1.1\r\nHost: x\r\n"
        line.sendall(f"{head}X-Forwarded-For: 198.51.100.9\r\n\r\n".encode())
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        assert eventually(lambda: running(server.url) == 1, 60)
    assert eventually(lambda: running(server.url) == 0, 60)


def test_bodies_that_nobody_reads(server: LiveServer) -> None:
    """Methods that take no body are answered before any of it comes."""
    for method, path in (("PUT", "reconcile"), ("PATCH", "sparql"), ("DELETE", "cities")):
        with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=60) as line:
            head = f"{method} /{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n"
            line.sendall(f"{head}X-Forwarded-For: 198.51.100.10\r\n\r\n".encode())
            assert b" 405 " in line.recv(65536).partition(b"\r\n")[0]
