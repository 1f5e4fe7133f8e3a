"""The limits of the settings, each to the last row, byte or place, on a live server.

No query here may end because of the time that it takes.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.conftest import LiveServer
from tests.for_all import for_all
from tests.sparql.attacks import CARTESIAN, DIRECT, GROWING, begin_bomb
from tests.sparql.wire import connect
from tests.web.client import Answer, ask, rows, running, sparql
from tests.web.processes import eventually, memory, workers, zombies

ROWS, BYTES, MEMORY, QUEUE, LENGTH = 50, 20_000, 256 * 1024**2, 2, 2000
LONG, WORKERS = 4, 2
NORMAL = "SELECT ?label { <https://w3id.org/iccgraph/id/city/barcelona> rdfs:label ?label }"
NUMBERS = count()

LIMITS = {
    "query_timeout": 600,
    "query_rows": ROWS,
    "query_bytes": BYTES,
    "query_memory": MEMORY,
    "query_queue": QUEUE,
    "query_long": LONG,
    "query_length": LENGTH,
    "query_workers": WORKERS,
    "memory_triples": 1,  # so that the store is on disk
}


@pytest.fixture(autouse=True)
def nothing_is_left(server: LiveServer) -> Iterator[None]:
    """Hold after each test: normal queries are answered, as many workers as before, no zombie."""
    yield
    assert len(rows(sparql(server.url, f"# {next(NUMBERS)}\n{NORMAL}"))) == 2
    pid = server.process.pid
    assert eventually(lambda: len(workers(pid)) == WORKERS)
    assert eventually(lambda: not zombies(pid))
    assert eventually(lambda: ask(server.url, "readyz").status == 200)


def direct(server: LiveServer, query: str) -> Answer:
    """Return the answer to a query by direct POST, which nothing keeps."""
    return ask(server.url, "sparql", "POST", {"Content-Type": DIRECT}, query.encode())


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
    for _ in range(3):
        answer = direct(server, GROWING)
        assert answer.status == 413
        assert "256 MiB" in answer.json()["detail"]
    after = memory({server.process.pid} | workers(server.process.pid))
    assert after < before + MEMORY


def test_long_query(server: LiveServer) -> None:
    """A query text over the limit is 413, however long it is."""

    def fact(row: tuple[int, str]) -> None:
        size, content_type = row
        query = f"ASK {{}} #{'x' * (size - 8)}"
        body = query if content_type == DIRECT else urlencode({"query": query})
        headers = {"Content-Type": content_type}
        try:
            answer = ask(server.url, "sparql", "POST", headers, body.encode())
        except (BrokenPipeError, ConnectionResetError):
            assert size == 10_000_000, "only a server that reads no more may close early"
        else:
            assert answer.status == 413

    kinds = (DIRECT, "application/x-www-form-urlencoded")
    for_all([(size, kind) for size in (LENGTH + 1, 100_000, 10_000_000) for kind in kinds], fact)


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
    with connect(server) as line:
        line.sendall(head)
        try:
            for _ in range(400):
                line.sendall(chunk)
            line.sendall(b"0\r\n\r\n")
            answer = line.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            return
    assert b" 413 " in answer.partition(b"\r\n")[0]


def test_queue(server: LiveServer) -> None:
    """When every worker and place is taken, one more gets 503 with Retry-After; pages go on."""
    room = WORKERS + LONG + QUEUE
    with contextlib.ExitStack() as held:
        lines: list[socket.socket] = []

        def full() -> bool:
            """Let one more in; it may come too soon, before a long query made way."""
            line = connect(server)
            begin_bomb(line, next(NUMBERS))
            before = len(lines)
            assert eventually(lambda: running(server.url) > before or refused(line))
            if refused(line):
                line.close()
            else:
                lines.append(held.enter_context(line))
            return len(lines) == room

        assert eventually(full)
        answer = direct(server, f"{CARTESIAN} # one too many")
        assert answer.status == 503
        assert "waiting already" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
        for number in range(10):
            assert ask(server.url, f"city/barcelona.ttl?n={number}").status == 200
        assert running(server.url) == room
    assert eventually(lambda: running(server.url) == 0)


def refused(line: socket.socket) -> bool:
    """Return whether an answer has come, which no query without end gets."""
    return bool(select.select([line], [], [], 0)[0])


def test_worker_that_was_killed(server: LiveServer) -> None:
    """A worker that someone else ended is replaced before it is asked; no query pays for it."""
    old = workers(server.process.pid)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in old))
    for number in range(2 * WORKERS):
        assert sparql(server.url, f"# {number} killed\n{NORMAL}").status == 200
    assert eventually(lambda: ask(server.url, "readyz").status == 200)
