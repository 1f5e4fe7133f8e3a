"""Attacks on a live server with small limits, and what holds after each; attacks.py has them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from socket import MSG_PEEK, socket

import pytest

from tests.conftest import LiveServer
from tests.for_all import for_all
from tests.sparql.attacks import (
    BOMBS,
    CARTESIAN,
    DIRECT,
    LINES,
    NESTED,
    ODD,
    REFUSED,
    WIRE,
    Begin,
    Wire,
    begin_body,
    begin_head,
)
from tests.sparql.wire import Reply, connect, received, send
from tests.web.client import ask, sparql
from tests.web.processes import descendants, eventually, files, memory, workers, zombies

TIMEOUT, MEMORY, WORKERS = 1, 256 * 1024**2, 2
SPARE = 160 * 1024**2
"""Memory that allocators may keep after an attack, over what the server had before all of them."""
NORMAL = "SELECT ?label {{ <https://w3id.org/iccgraph/id/city/paris> rdfs:label ?label }} #{}"
NUMBERS = count()

LIMITS = {
    "query_timeout": TIMEOUT,
    "body_seconds": 1,
    "query_memory": MEMORY,
    "query_rows": 1000,
    "query_bytes": 200_000,
    "query_queue": 40,
    "query_workers": WORKERS,
    "memory_triples": 1,  # so that the store is on disk
}


def normal(server: LiveServer) -> bool:
    """Return whether a query that nobody has asked before is answered.

    On a busy machine one that has a second may not be; a client then asks again, and so do we.
    """
    return sparql(server.url, NORMAL.format(next(NUMBERS))).status == 200


@pytest.fixture(scope="module")
def before(server: LiveServer) -> tuple[int, int, int]:
    """Return how many processes the server has, their memory and open files, before any attack."""
    for _ in range(20):
        assert eventually(lambda: normal(server))
    assert eventually(lambda: len(workers(server.process.pid)) == WORKERS)
    below = set(descendants(server.process.pid))
    return len(below), memory(below), files(below)


@pytest.fixture(autouse=True)
def unharmed(server: LiveServer, before: tuple[int, int, int]) -> Iterator[None]:
    """Hold after each attack: queries, processes, files and memory are as before, no traceback."""
    yield
    pid = server.process.pid
    assert eventually(lambda: normal(server))
    assert eventually(lambda: len(workers(pid)) == WORKERS)
    assert eventually(lambda: len(descendants(pid)) == before[0])
    assert eventually(lambda: not zombies(pid))
    assert eventually(lambda: memory(set(descendants(pid))) < before[1] + SPARE)
    assert eventually(lambda: files(set(descendants(pid))) < before[2] + 20)
    assert eventually(lambda: ask(server.url, "readyz").status == 200)
    assert "Traceback" not in server.log.read_text()


def post(query: str) -> bytes:
    """Return the bytes of a direct POST of a query."""
    body = query.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answered(server: LiveServer, content: bytes, answers: int = 0) -> list[Reply]:
    """Send bytes on a connection of their own and return all whole answers."""
    with connect(server) as line:
        send(line, content)
        found = received(line, answers=answers)
    assert all(reply.whole for reply in found)
    return found


def one_error(server: LiveServer, query: str) -> Reply:
    """Return the one error, a whole problem document, that a query without end gets."""
    (reply,) = answered(server, post(query))
    assert reply.status in (413, 503)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.problem()["status"] == reply.status
    assert reply.headers["access-control-allow-origin"] == "*"
    if reply.status == 503:
        assert int(reply.headers["retry-after"]) > 0
        assert "no-store" in reply.headers["cache-control"]
    return reply


def test_bombs(server: LiveServer) -> None:
    """A query that wants too much gets one whole error."""
    for_all(BOMBS, lambda name: one_error(server, BOMBS[name]))


def test_32_bombs(server: LiveServer) -> None:
    """When 32 bombs come at once, each gets one whole error."""
    with ThreadPoolExecutor(32) as pool:
        for_all(
            [pool.submit(one_error, server, f"{CARTESIAN} #{n}") for n in range(32)],
            lambda bomb: bomb.result(),
        )


def test_the_limit_is_told(server: LiveServer) -> None:
    """A query that is stopped at its limit is told so, by every worker, however fresh it is."""

    def told(number: int) -> bool:
        problem = one_error(server, f"{CARTESIAN} # {number}").problem()
        return f"longer than {TIMEOUT} seconds" in problem["detail"]

    for number in range(2 * WORKERS):
        assert eventually(lambda n=number: told(n))  # type: ignore[misc]


def test_refused(server: LiveServer) -> None:
    """A query that is none, or wants out, has the answer of the table, and gives nothing away."""

    def fact(name: str) -> None:
        query, status = REFUSED[name]

        def reply() -> Reply:
            (found,) = answered(server, post(query))
            assert b"root:" not in found.body
            return found

        assert eventually(lambda: reply().status != 503)
        assert reply().status in (status, 503)

    for_all(REFUSED, fact)


def test_nesting(server: LiveServer) -> None:
    """A query that nests too deep is refused before the engine sees it; no worker dies of it."""
    old = workers(server.process.pid)

    def fact(name: str) -> None:
        (reply,) = answered(server, post(NESTED[name]))
        assert reply.status == 413

    for_all(NESTED, fact)
    assert workers(server.process.pid) == old


def test_odd_queries(server: LiveServer) -> None:
    """Nesting, chains and runs of one sign are answered or refused; nothing falls over."""

    def fact(name: str) -> None:
        (reply,) = answered(server, post(ODD[name]))
        assert reply.status in (200, 400, 413, 503)

    for_all(ODD, fact)


def test_wire(server: LiveServer) -> None:
    """Bytes that are no proper request get whole answers of the table, or a closed connection."""

    def fact(row: tuple[str, Wire]) -> None:
        wire = row[1]
        found = answered(server, wire.content, wire.answers)
        assert len(found) <= wire.answers, "what was smuggled was answered"
        assert {reply.status for reply in found} or 0 in wire.allowed
        assert {reply.status for reply in found} <= set(wire.allowed)
        assert not any(b"root:" in reply.body for reply in found)

    for_all(WIRE.items(), fact)


@contextlib.contextmanager
def crowd(server: LiveServer, size: int, begin: Begin) -> Iterator[list[socket]]:
    """Hold so many connections, each with its beginning."""
    with contextlib.ExitStack() as held:
        lines = [held.enter_context(connect(server)) for _ in range(size)]
        for number, line in enumerate(lines):
            begin(line, number)
        yield lines


@pytest.mark.parametrize("kind", LINES)
def test_clients_that_hold_on(server: LiveServer, kind: str) -> None:
    """While many clients hold on to their lines, pages and queries are answered, bombs stopped."""
    with crowd(server, *LINES[kind]):
        assert ask(server.url, f"city/barcelona.ttl?n={next(NUMBERS)}").status == 200
        for number in range(WORKERS):  # new workers come while all low handles are taken
            one_error(server, f"{CARTESIAN} #{kind} {number}")
            assert eventually(lambda: normal(server))


def test_silent_clients(server: LiveServer) -> None:
    """However many clients say nothing, others are answered before one of those is left."""

    def first() -> bool:
        with crowd(server, *LINES["lines that say nothing"]) as lines:
            assert ask(server.url, f"city/barcelona.ttl?n={next(NUMBERS)}").status == 200
            return not closed(lines[0])

    assert eventually(first)


def closed(line: socket) -> bool:
    """Return whether the server has ended a connection, with an answer before or without."""
    line.settimeout(0.01)
    try:
        while line.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_heads_that_trickle(server: LiveServer) -> None:
    """Clients whose head never ends are left, however they go on."""
    with crowd(server, 20, begin_head) as lines:

        def left() -> bool:
            for line in lines:
                send(line, b"x")
            return closed(lines[0])

        assert eventually(left)
        assert eventually(lambda: all(closed(line) for line in lines))


def test_bodies_that_trickle(server: LiveServer) -> None:
    """Clients that send a body byte by byte get 408 when its time is up, however they go on."""
    with crowd(server, 20, begin_body) as lines:
        for line in lines:
            line.settimeout(0)

        def told(line: socket) -> bool:
            try:
                return line.recv(4096, MSG_PEEK).startswith(b"HTTP/1.1 408 ")
            except BlockingIOError:
                return False

        def all_told() -> bool:
            for line in lines:
                send(line, b"x")
            return all(told(line) for line in lines)

        assert eventually(all_told)
        assert eventually(lambda: all(closed(line) for line in lines))


def test_clients_that_leave_in_the_middle(server: LiveServer) -> None:
    """Clients that leave in the middle of a large answer leave nothing behind."""
    for number in range(30):
        with connect(server) as line:
            path = f"/data/iccgraph.ttl?n={number}"
            send(line, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
