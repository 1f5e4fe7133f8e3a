"""Many attackers at once, each from an address of its own, while a normal client goes on asking.

No query of theirs ends by itself within the test, so whoever had to wait for one would be seen.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from itertools import count

import pytest

from tests.conftest import LiveServer
from tests.sparql.attacks import CARTESIAN, DIRECT, WIRE
from tests.sparql.wire import connect, send
from tests.web.client import Answer, ask, running
from tests.web.processes import eventually, workers, zombies

WORKERS = 2
NORMAL = "SELECT ?label {{ <https://w3id.org/iccgraph/id/city/paris> rdfs:label ?label }} #{}"
NUMBERS = count()

LIMITS = {
    "proxies": 1,  # a trusted one, so that each attacker is a client
    "client_requests": 100_000,
    "query_timeout": 600,
    "query_workers": WORKERS,
}


@pytest.fixture(autouse=True)
def all_is_well(server: LiveServer) -> Iterator[None]:
    """Hold after each attack: no query runs, all workers are there, no zombie and no traceback."""
    yield
    pid = server.process.pid
    assert eventually(lambda: running(server.url) == 0)
    assert eventually(lambda: len(workers(pid)) == WORKERS)
    assert eventually(lambda: not zombies(pid))
    assert eventually(lambda: ask(server.url, "readyz").status == 200)
    assert [normal(server).status for _ in range(2 * WORKERS)] == [200] * 2 * WORKERS
    assert "Traceback" not in server.log.read_text()


def posted(client: str, query: str) -> bytes:
    """Return the bytes of a query, as the proxy hands them on."""
    body = query.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\n"
    head += f"X-Forwarded-For: {client}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def normal(server: LiveServer) -> Answer:
    """Return the answer to a query that nobody has asked before."""
    headers = {"Content-Type": DIRECT, "X-Forwarded-For": "203.0.113.200"}
    return ask(server.url, "sparql", "POST", headers, NORMAL.format(next(NUMBERS)).encode())


def test_many_bombs(server: LiveServer) -> None:
    """While 32 bombs run and wait, another client is answered; hung up, none of them is left."""
    with contextlib.ExitStack() as held:
        for number in range(32):
            line = held.enter_context(connect(server))
            send(line, posted(f"203.0.113.{number}", f"{CARTESIAN} #{number}"))
        assert eventually(lambda: running(server.url) == 32)
        for number in range(20):
            assert ask(server.url, f"city/paris.ttl?n={number}").status == 200
            assert normal(server).status == 200
        assert running(server.url) == 32


def test_clients_that_hang_up(server: LiveServer) -> None:
    """Queries whose clients have gone, at once or while they run, are stopped."""
    for number in range(60):
        with connect(server) as line:
            send(line, posted(f"198.51.100.{number}", f"{CARTESIAN} #gone {number}"))
            if number % 10 == 0:
                assert eventually(lambda: running(server.url) > 0)
    assert normal(server).status == 200


def test_storm(server: LiveServer) -> None:
    """Bombs, wrong queries, bytes without sense and hang-ups: every normal query is answered."""
    over = threading.Event()
    nonsense = (WIRE["every byte"].content, WIRE["a chunk without a size"].content)
    seen: set[int] = set()

    def rage(place: int) -> None:
        client = f"198.51.100.{100 + place}"
        for number in count():
            content = (posted(client, f"{CARTESIAN} #{place} {number}"), *nonsense)[number % 3]
            with contextlib.suppress(OSError), connect(server) as line:
                send(line, content)
                if over.wait(0.02):  # and then this client has gone
                    return
            headers = {"Content-Type": DIRECT, "X-Forwarded-For": client}
            seen.add(ask(server.url, "sparql", "POST", headers, b"ASK {").status)

    threads = [threading.Thread(target=rage, args=(place,)) for place in range(9)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(40):
            answer = normal(server)
            assert answer.status == 200, answer.text
            assert "Paris" in answer.text
        assert eventually(lambda: bool(seen))
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert seen == {400}
