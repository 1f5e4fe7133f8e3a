"""The table of attacks: how each ends, and that nothing of it is left behind.

`docs/attacks.md` shows this table; a test there holds both to be the same.
"""

from __future__ import annotations

import gzip
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.conftest import LiveServer
from tests.web.client import Answer, ask, raw, rows, sparql
from tests.web.processes import descendants, eventually, memory, workers, zombies

pytestmark = pytest.mark.clock

TIMEOUT, WORKERS = 2, 2
DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
ALL4 = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
BOMB = f"SELECT (COUNT(*) AS ?n) {{ {ALL4} }}"
NORMAL = "SELECT ?label { <https://w3id.org/iccgraph/id/city/barcelona> rdfs:label ?label }"
BIG = 10 * 1024 * 1024


def values(names: str, count: int) -> str:
    """Return a VALUES block of each variable with so many numbers."""
    return " ".join(f"VALUES ?{n} {{ {' '.join(map(str, range(count)))} }}" for n in names)


QUERIES: dict[str, tuple[str, set[int]]] = {
    "everything times everything": (BOMB, {503, 413}),
    "a sorted product": (f"SELECT * {{ {ALL4} }} ORDER BY ?c ?f", {503, 413}),
    "a grouped product": (
        f"SELECT ?c (COUNT(*) AS ?n) {{ {ALL4} }} GROUP BY ?c ?f ?i",
        {503, 413},
    ),
    "all texts joined to one": (
        "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
        {503, 413},
    ),
    "a pattern that goes back and back": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
        " FILTER(REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), '^(([a-z])+.)+[A-Z]([a-z])+$')) }",
        {503, 413},
    ),
    "tables of numbers crossed": (
        f"SELECT (COUNT(*) AS ?n) {{ {values('abcdefgh', 40)} }}",
        {503, 413},
    ),
    "one huge table": (f"SELECT * {{ {values('a', 9000)} {values('b', 9000)} }}", {413}),
    "paths from everywhere": (
        "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^(!<x:a>))* ?b . ?b (!<x:a>)* ?c . ?c ?p ?d }",
        {503, 413},
    ),
    "a graph of a product": (f"CONSTRUCT {{ ?a ?e ?i }} {{ {ALL4} }}", {503, 413}),
    "a description of everything": ("DESCRIBE * { ?s ?p ?o . ?t ?q ?r }", {503, 413}),
    "more rows than may be": ("SELECT * { ?s ?p ?o . ?t ?q ?s }", {413}),
    "brackets in brackets: {": ("SELECT * " + "{" * 20_000, {413}),
    "brackets in brackets: (": ("SELECT (" + "(" * 20_000 + "1", {413}),
    "a chain of ||": ("ASK { FILTER(1" + "||1" * 20_000 + ") }", {413}),
    "a chain of !": ("ASK { FILTER(" + "!" * 20_000 + "1) }", {413}),
    "a chain of path steps": ("ASK { ?a " + "<x:a>/" * 9_000 + "<x:a> ?b }", {413}),
    "half a query": ("SELECT * { ?s ?p", {400}),
    "an update": ("DELETE WHERE { ?s ?p ?o }", {403}),
    "another endpoint": ("SELECT * { SERVICE <http://127.0.0.1:22/> { ?s ?p ?o } }", {403}),
    "another endpoint, silently": (
        "SELECT * { SERVICE SILENT <http://169.254.169.254/x> { ?s ?p ?o } }",
        {403},
    ),
    "a file": (f"SELECT * FROM <file:{'/' * 3}etc/passwd> {{ ?s ?p ?o }}", {200}),
}
"""Each query with the statuses that it may end with: which limit is met first may differ."""

LINE = "POST /sparql HTTP/1.1\r\nHost: x\r\n"
REQUESTS: dict[str, tuple[bytes, set[int]]] = {
    "10 MB in the address": (
        f"GET /sparql?query={'x' * BIG} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        {0, 400, 413, 414, 431},
    ),
    "10 MB in a body": (
        f"{LINE}Content-Type: {DIRECT}\r\nContent-Length: {BIG}\r\n\r\n".encode() + b"x" * BIG,
        {413},
    ),
    "10 MB in pieces": (
        f"{LINE}Content-Type: {DIRECT}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 160
        + b"0\r\n\r\n",
        {0, 413},
    ),
    "headers without end": (
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"y" * BIG + b"\r\n\r\n",
        {0, 400, 431},
    ),
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 40, {0, 400}),
    "nonsense for a method": (
        b"HACK / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        {400, 405, 501},
    ),
    "TRACE": (b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {405, 501}),
    "CONNECT": (
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        {0, 400, 404, 405, 501},
    ),
    "a whole address for a path": (
        b"GET http://example.org/readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        {200, 400, 404},
    ),
    "two lengths": (
        f"{LINE}Content-Length: 3\r\nContent-Length: 30\r\n\r\nASK".encode(),
        {0, 400},
    ),
    "a length and pieces": (
        f"{LINE}Content-Type: {DIRECT}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        "Connection: close\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n".encode(),
        {0, 400},
    ),
    "pieces that are none": (
        f"{LINE}Content-Type: {DIRECT}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nASK\r\n".encode(),
        {0, 400, 408},
    ),
    "a negative length": (f"{LINE}Content-Length: -5\r\n\r\nASK".encode(), {0, 400, 413}),
    "a query in gzip": (
        f"{LINE}Content-Type: {DIRECT}\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
        f"Content-Length: {len(gzip.compress(b'ASK {}', mtime=0))}\r\n\r\n".encode()
        + gzip.compress(b"ASK {}", mtime=0),
        {400, 415},
    ),
    "bytes that are no UTF-8": (
        f"{LINE}Content-Type: {DIRECT}\r\nContent-Length: 4\r\nConnection: close\r\n\r\n".encode()
        + b"\xff\xfe\xfd\xfc",
        {400},
    ),
    "bytes that are no UTF-8, in the address": (
        b"GET /practice/%ff%fe%00?q=%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        {404},
    ),
    "a way out of the folder": (
        b"GET /static/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        {404},
    ),
    "a body that was announced only": (
        f"{LINE}Content-Type: {DIRECT}\r\nContent-Length: 9\r\n".encode()
        + b"Expect: 100-continue\r\n\r\n",
        {0, 100, 408},
    ),
}
"""Each request as bytes with the statuses that it may get; 0: the line is closed without a word."""

LIMITS = {
    "query_timeout": TIMEOUT,
    "query_workers": WORKERS,
    "query_rows": 5000,
    "query_memory": 256 * 1024**2,
    "body_seconds": 1,
}


@pytest.fixture(scope="module")
def processes(server: LiveServer) -> int:
    """Return how many processes the server has, before any attack: later, some may be ending."""
    assert sparql(server.url, NORMAL).status == 200
    return len(descendants(server.process.pid))


@pytest.fixture(autouse=True)
def nothing_is_left(server: LiveServer, processes: int) -> Iterator[None]:
    """Hold after each attack: the next query is answered soon, no process or memory is left."""
    pid = server.process.pid
    before = memory({pid, *descendants(pid)})
    yield
    begun = time.monotonic()
    fresh = f"# {time.monotonic_ns()}\n{NORMAL}"
    assert len(rows(sparql(server.url, fresh))) == 2
    assert time.monotonic() - begun < 1
    assert eventually(lambda: len(descendants(pid)) == processes)
    assert eventually(lambda: zombies(pid) == set())
    assert eventually(lambda: memory({pid, *descendants(pid)}) < before + 150 * 1024**2)
    assert eventually(lambda: ask(server.url, "readyz").status == 200)


def whole(answer: Answer) -> None:
    """Hold that an error is a complete document that tells its own status."""
    assert int(answer.headers["content-length"]) == len(answer.body)
    if answer.status >= 400:
        assert answer.type == "application/problem+json"
        assert answer.json()["status"] == answer.status
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("attack", QUERIES)
def test_query(server: LiveServer, attack: str) -> None:
    """A query without end, or that wants out, gets a whole answer within a second of its time."""
    text, statuses = QUERIES[attack]
    begun = time.monotonic()
    answer = ask(server.url, "sparql", "POST", {"Content-Type": DIRECT}, text.encode())
    assert time.monotonic() - begun < TIMEOUT + 1
    assert answer.status in statuses
    whole(answer)
    assert "root:" not in answer.text


@pytest.mark.parametrize("attack", REQUESTS)
def test_request(server: LiveServer, attack: str) -> None:
    """A request that is none gets a status of its own or a closed line, and no other request's."""
    content, statuses = REQUESTS[attack]
    begun = time.monotonic()
    try:
        said = raw(server.url, content, 10)
    except (ConnectionError, TimeoutError):
        said = b""
    assert time.monotonic() - begun < 9
    status = int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else 0
    assert status in statuses
    assert b"root:" not in said
    assert b"Traceback" not in said


def test_32_bombs(server: LiveServer) -> None:
    """While 32 bombs run, others are answered; each bomb gets a whole error in its time."""

    def bomb(number: int) -> tuple[float, Answer]:
        begun = time.monotonic()
        text = f"{BOMB} # {number}".encode()
        answer = ask(server.url, "sparql", "POST", {"Content-Type": DIRECT}, text)
        return time.monotonic() - begun, answer

    with ThreadPoolExecutor(32) as pool:
        bombs = [pool.submit(bomb, number) for number in range(32)]
        time.sleep(0.3)
        seconds = []
        for number in range(40):
            begun = time.monotonic()
            assert len(rows(sparql(server.url, f"# {number} beside\n{NORMAL}"))) == 2
            assert ask(server.url, f"city/barcelona.ttl?beside={number}").status == 200
            seconds.append(time.monotonic() - begun)
        ended = [future.result() for future in bombs]
    assert statistics.median(seconds) < 0.5
    assert max(seconds) < 2 * TIMEOUT
    for took, answer in ended:
        assert answer.status in (413, 503)
        whole(answer)
        assert took < 2 * TIMEOUT + 1


def _trickled_head(line: socket.socket) -> None:
    line.sendall(b"GET /sparql?qu")


def _trickled_body(line: socket.socket) -> None:
    line.sendall(f"{LINE}Content-Type: {DIRECT}\r\nContent-Length: 500\r\n\r\nASK".encode())


def _unread(line: socket.socket) -> None:
    text = quote("SELECT * { ?s ?p ?o } LIMIT 4000")
    line.sendall(f"GET /sparql?query={text} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 20)


def _unread_dump(line: socket.socket) -> None:
    line.sendall(b"GET /data/iccgraph.nq HTTP/1.1\r\nHost: x\r\n\r\n" * 5)


def _bomb(line: socket.socket) -> None:
    text = urlencode({"query": BOMB})
    line.sendall(f"GET /sparql?{text} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def _nothing(line: socket.socket) -> None:
    """Say nothing at all."""


LINES: dict[str, tuple[int, Callable[[socket.socket], None]]] = {
    "a head that never ends": (60, _trickled_head),
    "a body that never ends": (60, _trickled_body),
    "answers that nobody reads": (30, _unread),
    "dumps that nobody reads": (30, _unread_dump),
    "lines that say nothing": (500, _nothing),
    "bombs whose clients hang up": (40, _bomb),
}
"""Each kind of client that keeps a line open: how many of it come at once, and what one does."""


@pytest.mark.parametrize("attack", LINES)
def test_line(server: LiveServer, attack: str) -> None:
    """Clients that hold on to their lines hold up nobody."""
    count, begin = LINES[attack]
    lines = []
    port = urlsplit(server.url).port
    try:
        for _ in range(count):
            line = socket.create_connection(("127.0.0.1", port), timeout=10)
            lines.append(line)
            begin(line)
        time.sleep(0.2)
        begun = time.monotonic()
        assert ask(server.url, f"city/barcelona.ttl?{quote(attack)}").status == 200
        if begin is not _bomb:
            assert len(rows(sparql(server.url, f"# {attack}\n{NORMAL}"))) == 2
        assert time.monotonic() - begun < 2
    finally:
        for line in lines:
            line.close()


def test_stress(server: LiveServer) -> None:
    """After many short, long, wrong and abandoned queries at once, every place is free again."""
    over = threading.Event()
    seen: set[int] = set()

    def ask_on(number: int) -> None:
        turn = 0
        while not over.is_set():
            turn += 1
            kind = (number + turn) % 4
            if kind == 0:
                with socket.create_connection(
                    ("127.0.0.1", urlsplit(server.url).port), timeout=10
                ) as line:
                    _bomb(line)
                    time.sleep(0.03)
                continue
            text = (f"{NORMAL} # {number} {turn}", "ASK {", BOMB)[kind - 1]
            seen.add(sparql(server.url, text).status)

    threads = [threading.Thread(target=ask_on, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    time.sleep(8)
    over.set()
    for thread in threads:
        thread.join()
    assert seen <= {200, 400, 413, 503}
    assert {200, 400} <= seen
    assert eventually(lambda: len(workers(server.process.pid)) == WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:  # all places at once
        texts = [f"# place {n}\n{NORMAL}" for n in range(2 * WORKERS)]
        assert all(len(rows(a)) == 2 for a in pool.map(lambda t: sparql(server.url, t), texts))
