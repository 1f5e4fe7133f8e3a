"""Many attackers at once, each from an address of its own, while a normal client goes on asking."""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import LiveServer
from tests.sparql.attacks import CARTESIAN, DIRECT, WIRE
from tests.sparql.wire import Reply, connect, received, send
from tests.web.client import Answer, ask
from tests.web.processes import eventually, workers, zombies

pytestmark = pytest.mark.clock

TIMEOUT, WORKERS = 8, 2
NORMAL = "SELECT ?label {{ <https://w3id.org/iccgraph/id/city/paris> rdfs:label ?label }} #{}"

LIMITS = {
    "proxies": 1,  # a trusted one, so that each attacker is a client
    "client_requests": 100_000,
    "query_timeout": TIMEOUT,
    "query_workers": WORKERS,
}


def bomb(client: str, name: object) -> bytes:
    """Return the bytes of a query that never ends, as the proxy hands them on."""
    body = f"{CARTESIAN} #{name}".encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\nConnection: close\r\n"
    head += f"X-Forwarded-For: {client}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def normal(server: LiveServer, name: object) -> Answer:
    """Return the answer to a query that nobody has asked before."""
    headers = {"Content-Type": DIRECT, "X-Forwarded-For": "203.0.113.200"}
    return ask(server.url, "sparql", "POST", headers, NORMAL.format(name).encode())


def answered(server: LiveServer, content: bytes) -> Reply:
    """Return the one answer to some bytes."""
    with connect(server) as line:
        send(line, content)
        (reply,) = received(line)
    assert reply.whole
    return reply


def all_is_well(server: LiveServer) -> bool:
    """Return whether the server has its workers, no zombie, and is ready."""
    pid = server.process.pid
    return (
        len(workers(pid)) == WORKERS
        and not zombies(pid)
        and ask(server.url, "readyz").status == 200
        and "Traceback" not in server.log.read_text()
    )


def test_many_bombs(server: LiveServer) -> None:
    """While 32 bombs run and wait, another client is answered; each bomb gets a whole error."""
    with ThreadPoolExecutor(32) as pool:
        start = time.monotonic()
        bombs = [pool.submit(answered, server, bomb(f"203.0.113.{n}", n)) for n in range(32)]
        times: list[float] = []
        while time.monotonic() - start < TIMEOUT - 1:
            began = time.monotonic()
            assert ask(server.url, f"city/paris.ttl?n={len(times)}").status == 200
            assert normal(server, began).status == 200
            times.append(time.monotonic() - began)
        found = [bomb.result() for bomb in bombs]
        assert time.monotonic() - start < TIMEOUT + 2
    assert {reply.status for reply in found} <= {413, 503}, [reply.body for reply in found]
    assert len(times) >= 3
    assert statistics.median(times) < 2
    assert eventually(lambda: all_is_well(server))


def test_storm(server: LiveServer) -> None:
    """Bombs, bytes without sense and hang-ups at once: every normal query is answered right."""
    stop = threading.Event()

    def rage(place: int) -> None:
        nonsense = (WIRE["every byte"].content, WIRE["a chunk without a size"].content)
        number = 0
        while not stop.wait(0.02):
            number += 1
            content = bomb(f"198.51.100.{place}", number) if place % 3 else nonsense[number % 2]
            with contextlib.suppress(OSError), connect(server, 5) as line:
                send(line, content)
                if place % 2:
                    received(line, 5, 1)

    threads = [threading.Thread(target=rage, args=(place,)) for place in range(9)]
    for thread in threads:
        thread.start()
    try:
        for number in range(40):
            answer = normal(server, f"storm {number}")
            assert answer.status == 200, answer.text
            assert "Paris" in answer.text
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert eventually(lambda: all_is_well(server))
