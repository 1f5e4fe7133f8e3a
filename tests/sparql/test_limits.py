"""What a query may take, and that no query can hurt anyone else: attacks on a live server."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.conftest import LiveServer
from tests.web.client import Answer, ask, rows, sparql
from tests.web.processes import eventually, memory, workers, zombies

pytestmark = pytest.mark.clock

TIMEOUT, ROWS, BYTES, MEMORY, QUEUE, LENGTH = 1, 50, 20_000, 256 * 1024**2, 2, 2000
LONG = 8
WORKERS = 2
NORMAL = "SELECT ?label { <https://w3id.org/iccgraph/id/city/barcelona> rdfs:label ?label }"
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DIRECT = "application/sparql-query"


def values(name: str, size: int) -> str:
    """Return a list of numbers that a query may draw from."""
    return f"VALUES ?{name} {{ {' '.join(map(str, range(size)))} }}"


MANY = " ".join(values(name, 40) for name in "abcdefgh")
TWO, THREE = "?a ?b ?c . ?d ?e ?f", "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
LETTERS = "abcdefghijklm"
DOUBLING = f"BIND('{'x' * 64}' AS ?a) " + " ".join(
    f"BIND(CONCAT({', '.join([f'?{one}'] * 5)}) AS ?{next_})" for one, next_ in pairwise(LETTERS)
)
SLOW = {
    "a cartesian product": CARTESIAN,
    "one that is sorted": f"SELECT * {{ {THREE} }} ORDER BY ?c ?f ?i",
    "one that is made distinct": f"SELECT DISTINCT ?c ?f ?i {{ {THREE} }}",
    "one without an answer": f"ASK {{ {THREE} FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) = 1) }}",
    "one out of numbers": f"SELECT (COUNT(*) AS ?n) {{ {MANY} }}",
    "a graph out of everything": (
        f"CONSTRUCT {{ ?a ?e ?i }} {{ {THREE} FILTER(STRLEN(STR(?c)) = STRLEN(STR(?f)) - 999) }}"
    ),
    "paths over everything": "ASK { ?a (!<x:a>|^(!<x:a>))* ?b . ?b (!<x:a>)* ?c FILTER(?a = 1) }",
    "a path of paths": "SELECT (COUNT(*) AS ?n) { ?a ((!<x:a>)*/(!<x:b>)*)* ?b }",
    "everything in one text": (
        f"SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f)); SEPARATOR=', ') AS ?x) {{ {TWO} }}"
    ),
    "a text that grows and grows": f"SELECT (STRLEN(?m) AS ?size) {{ {DOUBLING} }}",
    "a pattern on everything": (
        f"SELECT (COUNT(*) AS ?n) {{ {TWO}"
        " FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a+)+(b+)+(c+)+$', 'i')) }"
    ),
    "replacements": (
        f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {TWO}"
        " BIND(REPLACE(CONCAT(STR(?c), STR(?f)), '(.)', '$1$1$1$1') AS ?x) }"
    ),
    "one not-exists in another": (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f"
        " FILTER NOT EXISTS { ?g ?h ?i FILTER(?i != ?c && ?f != ?i && ?a = 1) } FILTER(?f = 2) } }"
    ),
}

LIMITS = {
    "query_timeout": TIMEOUT,
    "query_rows": ROWS,
    "query_bytes": BYTES,
    "query_memory": MEMORY,
    "query_queue": QUEUE,
    "query_long": LONG,
    "query_length": LENGTH,
    "query_workers": WORKERS,
    "web_threads": 4,
    "memory_triples": 1,  # so that the store is on disk
}


@pytest.fixture(autouse=True)
def nothing_is_left(server: LiveServer) -> Iterator[None]:
    """Hold after each attack: normal queries are answered, as many workers as before, no zombie."""
    yield
    fresh = f"# {time.monotonic_ns()}\n{NORMAL}"
    assert eventually(lambda: sparql(server.url, fresh).status == 200)
    start = time.monotonic()
    assert len(rows(sparql(server.url, f"#{fresh}"))) >= 1
    assert time.monotonic() - start < 1
    pid = server.process.pid
    assert eventually(lambda: len(workers(pid)) == WORKERS)
    assert eventually(lambda: not zombies(pid))
    assert eventually(lambda: ask(server.url, "readyz").status == 200)


def direct(server: LiveServer, query: str, seconds: float = 60) -> Answer:
    """Return the answer to a query by direct POST, which nothing keeps."""
    return ask(server.url, "sparql", "POST", {"Content-Type": DIRECT}, query.encode(), seconds)


@pytest.mark.parametrize("attack", SLOW)
def test_slow_query(server: LiveServer, attack: str) -> None:
    """A query that would take too long, or too much, gets a whole error within a second of it."""
    start = time.monotonic()
    answer = direct(server, SLOW[attack])
    assert time.monotonic() - start < TIMEOUT + 1.5
    assert answer.type == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status
    assert answer.status in (413, 503)
    if answer.status == 503:
        assert "1 seconds" in problem["detail"]
        assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "no-store" in answer.headers["cache-control"] or answer.status == 413


def test_fresh_worker_has_no_more_time(server: LiveServer) -> None:
    """A worker that has just been started gives a query no more time than any other."""
    for _ in range(2 * WORKERS):
        start = time.monotonic()
        assert direct(server, CARTESIAN).status == 503
        assert time.monotonic() - start < TIMEOUT + 1.5


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows(server: LiveServer, form: str) -> None:
    """As many rows as the limit are answered in each format; one more is 413, never a cut-off."""
    query = "SELECT ?x {{ VALUES ?x {{ {} }} }}"
    exact = sparql(server.url, query.format(" ".join(map(str, range(ROWS)))), format=form)
    assert exact.status == 200
    more = sparql(server.url, query.format(" ".join(map(str, range(ROWS + 1)))), format=form)
    assert more.status == 413
    assert str(ROWS) in more.json()["detail"]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_of_text_with_lines(server: LiveServer, form: str) -> None:
    """Line ends, brackets and quotes inside a value count for no row."""
    value = r'"\r\n<result>,{\"[{\""'
    query = f"SELECT ?x {{ VALUES ?x {{ {' '.join([value] * ROWS)} }} }}"
    assert direct_as(server, query, form).status == 200
    assert direct_as(server, query.replace("} }", f"{value} }} }}"), form).status == 413


def direct_as(server: LiveServer, query: str, form: str) -> Answer:
    """Return the answer to a query in a format."""
    headers = {"Content-Type": DIRECT}
    return ask(server.url, f"sparql?format={form}", "POST", headers, query.encode())


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld"])
def test_triples(server: LiveServer, form: str) -> None:
    """A graph of as many triples as the limit is answered; a larger one is 413."""
    query = f"CONSTRUCT {{ ?s <x:p> ?o }} {{ ?s rdfs:label ?o }} LIMIT {ROWS}"
    assert direct_as(server, query, form).status == 200
    assert direct_as(server, "CONSTRUCT WHERE { ?s ?p ?o }", form).status == 413


def test_bytes(server: LiveServer) -> None:
    """An answer over the limit of bytes is 413, as rows and as a graph."""
    text = "CONCAT(?a, ?a, ?a, ?a, ?a, ?a, ?a, ?a, ?a, ?a, ?a, ?a)"
    long = f"BIND('{'x' * 1800}' AS ?a) BIND({text} AS ?b)"
    for query in (f"SELECT ?b {{ {long} }}", f"CONSTRUCT {{ <x:a> <x:b> ?b }} {{ {long} }}"):
        answer = direct(server, query)
        assert answer.status == 413
        assert str(BYTES) in answer.json()["detail"]


def test_memory(server: LiveServer) -> None:
    """A query that wants more memory than its worker may have is refused; the memory is back."""
    before = memory({server.process.pid} | workers(server.process.pid))
    query = f"SELECT (STRLEN(?m) AS ?size) {{ {DOUBLING} }}"
    for _ in range(3):
        answer = direct(server, query)
        assert answer.status == 413
        assert "256 MiB" in answer.json()["detail"]
    after = memory({server.process.pid} | workers(server.process.pid))
    assert after < before + MEMORY


@pytest.mark.parametrize("size", [LENGTH + 1, 100_000, 10_000_000])
@pytest.mark.parametrize("content_type", [DIRECT, "application/x-www-form-urlencoded"])
def test_long_query(server: LiveServer, size: int, content_type: str) -> None:
    """A query text over the limit is 413 at once, however long it is."""
    query = f"ASK {{}} #{'x' * (size - 8)}"
    body = query if content_type == DIRECT else urlencode({"query": query})
    start = time.monotonic()
    try:
        answer = ask(server.url, "sparql", "POST", {"Content-Type": content_type}, body.encode())
    except (BrokenPipeError, ConnectionResetError):
        assert size == 10_000_000, "only a server that reads no more may close early"
    else:
        assert answer.status == 413
    assert time.monotonic() - start < 5


def test_longest_query(server: LiveServer) -> None:
    """A query of exactly the limit is answered, by GET too."""
    query = f"ASK {{}} #{'x' * (LENGTH - 8)}"
    assert len(query) == LENGTH
    assert direct(server, query).status == 200
    assert sparql(server.url, query).status == 200
    assert sparql(server.url, query + "x").status == 413


def test_body_without_a_length(server: LiveServer) -> None:
    """A body that comes in chunks is read no further than the limit."""
    chunk = b"%x\r\n%s\r\n" % (50_000, b"x" * 50_000)
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port(server)), timeout=20) as line:
        line.sendall(head)
        try:
            for _ in range(400):
                line.sendall(chunk)
            line.sendall(b"0\r\n\r\n")
            answer = line.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            return
    assert b" 413 " in answer.partition(b"\r\n")[0]


def port(server: LiveServer) -> int:
    """Return the port of a server."""
    found = urlsplit(server.url).port
    assert found
    return found


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * " + "{" * 900 + "}" * 900,
        "ASK { FILTER(" + "(" * 900 + "1" + ")" * 900 + ") }",
        "ASK { FILTER(" + "!" * 1900 + "true) }",
        "SELECT * { ?s " + "^" * 1900 + "<x:p> ?o }",
        "SELECT * { ?s " + "(" * 900 + "<x:p>" + ")" * 900 + " ?o }",
        "SELECT * { ?s ?p " + "[ <x:p> " * 200 + "1" + "]" * 200 + " }",
        "SELECT * { ?s ?p " + "(" * 900 + "1" + ")" * 900 + " }",
        "ASK { FILTER(1" + "||1" * 600 + ") }",
        "ASK { FILTER(1" + "+1" * 900 + " > 0) }",
        "ASK { FILTER(REGEX('a', '((a{1,100}){1,100}){1,100}')) }",
        "ASK { {} " + "UNION {}" * 230 + " }",
        "ASK { " + "OPTIONAL {}" * 170 + " }",
        "ASK { " + "FILTER EXISTS {" * 120 + "}" * 120 + "}",
        "SELECT * { ?s <x:a>" + "/<x:a>" * 300 + " ?o }",
        "ASK { FILTER(" + "COALESCE(" * 190 + "1" + ")" * 190 + ") }",
        "ASK {" + "<<" * 900,
        "{" * 1999,
        '"' * 1999,
        "<" * 1999,
        "\\" * 1999,
    ],
    ids=lambda query: query[:40],
)
def test_deep_or_odd_query(server: LiveServer, query: str) -> None:
    """Nesting, chains and runs of one sign are answered or refused in time; nothing falls over."""
    assert len(query) <= LENGTH
    start = time.monotonic()
    answer = direct(server, query)
    assert time.monotonic() - start < TIMEOUT + 1.5
    assert answer.status in (200, 400, 413, 503)


def test_queue(server: LiveServer) -> None:
    """When every worker and place is taken, the rest get 503 with Retry-After at once."""
    room = WORKERS + QUEUE + LONG
    asked = room + 12
    with ThreadPoolExecutor(asked) as pool:
        start = time.monotonic()
        answers = list(pool.map(lambda _: direct(server, CARTESIAN), range(asked)))
        assert time.monotonic() - start < 3 * TIMEOUT + 5
    assert {answer.status for answer in answers} == {503}
    assert all("retry-after" in answer.headers for answer in answers)
    refused = [answer for answer in answers if "waiting already" in answer.json()["detail"]]
    assert len(refused) >= 12 - WORKERS  # whoever waits too long gives place


def test_others_are_not_disturbed(server: LiveServer) -> None:
    """While bombs run on every worker and wait in every place, pages and data keep coming."""
    stop = threading.Event()

    def bomb() -> None:
        while not stop.is_set():
            direct(server, CARTESIAN)

    threads = [threading.Thread(target=bomb) for _ in range(16)]
    for thread in threads:
        thread.start()
    try:
        times = []
        for number in range(40):
            start = time.monotonic()
            assert ask(server.url, f"city/barcelona.ttl?n={number}").status == 200
            times.append(time.monotonic() - start)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert statistics.median(times) < 0.5
    assert max(times) < 3


def test_client_that_hangs_up(server: LiveServer) -> None:
    """A client that leaves before its answer leaves no query behind."""
    before = workers(server.process.pid)
    values = urlencode({"query": CARTESIAN})
    for _ in range(WORKERS + QUEUE):
        with socket.create_connection(("127.0.0.1", port(server)), timeout=10) as line:
            line.sendall(f"GET /sparql?{values} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.05)
    assert eventually(lambda: len(workers(server.process.pid) - before) >= 1)
    assert eventually(lambda: len(workers(server.process.pid)) == WORKERS)


def test_client_that_never_reads(server: LiveServer) -> None:
    """Clients that ask and never read hold up nobody."""
    lines = []
    try:
        for _ in range(12):
            line = socket.create_connection(("127.0.0.1", port(server)), timeout=10)
            lines.append(line)
            line.sendall(b"GET /data/iccgraph.nq HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        start = time.monotonic()
        assert ask(server.url, "city/barcelona.ttl?unread=1", seconds=10).status == 200
        assert sparql(server.url, f"# unread\n{NORMAL}").status == 200
        assert time.monotonic() - start < 3
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("begun", ["POST /sparql HTTP/1.1\r\nHost: x\r\nContent-", "GET /sp"])
def test_client_that_trickles(server: LiveServer, begun: str) -> None:
    """Clients that begin a request and do not end it hold up nobody."""
    hold_on(server, begun)


def hold_on(server: LiveServer, begun: str) -> None:
    """Open many connections with the beginning of a request, and ask as usual beside them."""
    lines = []
    try:
        for _ in range(40):
            line = socket.create_connection(("127.0.0.1", port(server)), timeout=10)
            lines.append(line)
            line.sendall(begun.encode())
        time.sleep(0.3)
        start = time.monotonic()
        assert ask(server.url, f"city/barcelona.ttl?begun={len(begun)}", seconds=3).status == 200
        assert sparql(server.url, f"# {len(begun)} begun\n{NORMAL}").status == 200
        assert time.monotonic() - start < 3
    finally:
        for line in lines:
            line.close()


def test_client_that_trickles_a_body(server: LiveServer) -> None:
    """Clients that send their query a byte at a time hold up nobody."""
    hold_on(
        server,
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
        f"Content-Type: {DIRECT}\r\n\r\nASK",
    )


def test_worker_that_was_killed(server: LiveServer) -> None:
    """A worker that someone else ended is replaced before it is asked; no query pays for it."""
    old = workers(server.process.pid)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in old))
    for number in range(2 * WORKERS):
        assert sparql(server.url, f"# {number} killed\n{NORMAL}").status == 200
    assert eventually(lambda: ask(server.url, "readyz").status == 200)
