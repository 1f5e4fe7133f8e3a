"""Attacks on a live server with small limits, and what holds after each; attacks.py has them."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.conftest import LiveServer
from tests.sparql.attacks import BOMBS, CARTESIAN, DIRECT, NESTED, WIRE
from tests.sparql.wire import Reply, connect, received, send
from tests.web.client import ask, sparql
from tests.web.processes import descendants, eventually, files, memory, workers, zombies

pytestmark = pytest.mark.clock

TIMEOUT, BODY, MEMORY, WORKERS = 1, 1, 256 * 1024**2, 2
SPARE = 160 * 1024**2
"""Memory that allocators may keep after a storm, over what the server had before all of it."""
NORMAL = "SELECT ?label {{ <https://w3id.org/iccgraph/id/city/paris> rdfs:label ?label }} #{}"

LIMITS = {
    "query_timeout": TIMEOUT,
    "body_seconds": BODY,
    "query_memory": MEMORY,
    "query_rows": 1000,
    "query_bytes": 200_000,
    "query_queue": 40,
    "query_workers": WORKERS,
    "memory_triples": 1,  # so that the store is on disk
}


@pytest.fixture(scope="module")
def before(server: LiveServer) -> tuple[int, int, int]:
    """Return how many processes the server has, their memory and open files, before any attack."""
    for number in range(20):
        assert sparql(server.url, NORMAL.format(f"warm {number}")).status == 200
    below = set(descendants(server.process.pid))
    return len(below), memory(below), files(below)


@pytest.fixture(autouse=True)
def unharmed(server: LiveServer, before: tuple[int, int, int]) -> Iterator[None]:
    """Hold after each attack: queries, processes, files and memory are as before, no traceback."""
    yield
    fresh = NORMAL.format(time.monotonic_ns())
    assert eventually(lambda: sparql(server.url, fresh).status == 200, TIMEOUT)
    start = time.monotonic()
    assert sparql(server.url, f"{fresh} again").status == 200
    assert time.monotonic() - start < TIMEOUT
    pid = server.process.pid
    assert eventually(lambda: len(workers(pid)) == WORKERS)
    assert eventually(lambda: len(descendants(pid)) == before[0])
    assert eventually(lambda: not zombies(pid))
    assert eventually(lambda: memory(set(descendants(pid))) < before[1] + SPARE)
    assert eventually(lambda: files(set(descendants(pid))) < before[2] + 20)
    assert ask(server.url, "readyz").status == 200
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


@pytest.mark.parametrize("attack", BOMBS)
def test_bomb(server: LiveServer, attack: str) -> None:
    """A query that wants too much gets one whole error within a second of its limit."""
    start = time.monotonic()
    (reply,) = answered(server, post(BOMBS[attack]))
    assert time.monotonic() - start < TIMEOUT + 1
    assert reply.status in (413, 503), attack
    assert reply.problem()["status"] == reply.status
    assert reply.headers["access-control-allow-origin"] == "*"
    assert (reply.status == 503) == ("retry-after" in reply.headers)


@pytest.mark.parametrize("attack", NESTED)
def test_nesting(server: LiveServer, attack: str) -> None:
    """A query that nests too deep is refused before the engine sees it; no worker dies of it."""
    old = workers(server.process.pid)
    (reply,) = answered(server, post(NESTED[attack]))
    assert reply.status == 413, reply.body
    assert workers(server.process.pid) == old


@pytest.mark.parametrize("attack", WIRE)
def test_wire(server: LiveServer, attack: str) -> None:
    """Bytes that are no proper request get whole answers of the table, or a closed connection."""
    wire = WIRE[attack]
    start = time.monotonic()
    found = answered(server, wire.content, wire.answers)
    assert time.monotonic() - start < BODY + 1
    assert len(found) <= wire.answers, "what was smuggled was answered"
    assert {reply.status for reply in found} or 0 in wire.allowed
    assert {reply.status for reply in found} <= set(wire.allowed), attack


def test_clients_that_say_nothing(server: LiveServer) -> None:
    """Eleven hundred connections that send nothing are in nobody's way."""
    with contextlib.ExitStack() as lines:
        for _ in range(1100):
            lines.enter_context(connect(server))
        for number in range(2 * WORKERS):  # new workers must come while all low handles are taken
            assert sparql(server.url, f"{CARTESIAN} #silence {number}").status == 503
            start = time.monotonic()
            assert sparql(server.url, NORMAL.format(f"silence {number}")).status == 200
            assert time.monotonic() - start < TIMEOUT


def test_clients_that_send_half_a_head(server: LiveServer) -> None:
    """Clients whose head never ends are in nobody's way, and are left after fifteen seconds."""
    with contextlib.ExitStack() as lines:
        slow = [lines.enter_context(connect(server)) for _ in range(100)]
        for line in slow:
            send(line, b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        assert sparql(server.url, NORMAL.format("half a head")).status == 200
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and not _closed(slow[0]):
            send(slow[0], b"x")
            time.sleep(0.5)
        assert all(_closed(line) for line in slow)


def _closed(line: socket.socket) -> bool:
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


def test_clients_that_trickle_a_body(server: LiveServer) -> None:
    """Clients that send a body byte by byte get 408 when its time is up, however they go on."""
    body = b"ASK {} # " + b"x" * 100
    head = post(body.decode()).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    with contextlib.ExitStack() as lines:
        slow = [lines.enter_context(connect(server)) for _ in range(50)]
        for line in slow:
            send(line, head)
        for place in range(8):
            for line in slow:
                send(line, body[place : place + 1])
            assert sparql(server.url, NORMAL.format(f"trickle {place}")).status == 200
            time.sleep(BODY / 5)
        assert [received(line)[0].status for line in slow] == [408] * 50


def test_clients_that_never_read(server: LiveServer) -> None:
    """Clients that take nothing of a large answer are left, and are in nobody's way meanwhile."""
    with contextlib.ExitStack() as lines:
        for number in range(50):
            line = lines.enter_context(connect(server))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            path = f"/data/iccgraph.nq?n={number}"
            send(line, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for number in range(10):
            assert sparql(server.url, NORMAL.format(f"unread {number}")).status == 200
            time.sleep(BODY / 5)


@pytest.mark.parametrize("way", ["GET", "POST"])
@pytest.mark.parametrize("wait", [0, 0.02, 0.3])
def test_clients_that_hang_up(server: LiveServer, way: str, wait: float) -> None:
    """Queries whose clients have gone are stopped; the next client waits for none of them."""
    values = urlencode({"query": f"{CARTESIAN} #{way} {wait}"})
    get = f"GET /sparql?{values} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    for number in range(60):
        with connect(server) as line:
            send(line, get if way == "GET" else post(f"{CARTESIAN} #{way} {wait} {number}"))
            if number % 10 == 0:
                time.sleep(wait)
    fresh = NORMAL.format(f"gone {way} {wait}")
    assert eventually(lambda: sparql(server.url, fresh).status == 200, TIMEOUT / 2)


def test_clients_that_hang_up_in_the_middle(server: LiveServer) -> None:
    """Clients that leave in the middle of a large answer leave nothing behind."""
    for number in range(30):
        with connect(server) as line:
            path = f"/data/iccgraph.ttl?n={number}"
            send(line, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
