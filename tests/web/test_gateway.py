"""The gateway between network and application: encodings, clients' limits, logs, metrics, ends."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.http.cache import takes_gzip
from iccgraph.serve.http.quota import client_of
from iccgraph.settings import Settings
from tests.conftest import CLIENT_REQUESTS, LiveServer
from tests.for_all import for_all
from tests.web.client import Answer, Client, ask, metric, running, sparql
from tests.web.processes import alive, descendants, eventually, workers

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
MARS, VENUS = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "2001:db8::7"}


@pytest.fixture(scope="module")
def limited(
    real_settings: Settings, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """Serve behind one trusted proxy, with small limits for each client."""
    assert built.name
    log = tmp_path_factory.mktemp("limited") / "serve.log"
    server = LiveServer(
        real_settings.releases_dir,
        log,
        proxies=1,
        client_requests=20,
        client_queries=1,
        body_seconds=120,
    )
    yield server
    server.stop()


def zipped(site: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return the answer to a client that takes gzip."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = ask(site, path, headers={"Accept-Encoding": "gzip, br", **named})
    return answer.status, answer.headers, answer.body


@pytest.mark.parametrize(
    "path", ["city/barcelona.ttl", "practices", "sparql?query=SELECT*{?s?p?o}LIMIT+99"]
)
def test_compressed_answer(live: str, path: str) -> None:
    """A compressed answer is the plain one, has an ETag of its own, and both are told apart."""
    mark = "&" if "?" in path else "?"
    plain_first, gzip_first = f"{path}{mark}n=1", f"{path}{mark}n=2"
    for address, first in ((plain_first, "plain"), (gzip_first, "gzip")):
        if first == "plain":
            ask(live, address)
        status, headers, body = zipped(live, address)
        plain = ask(live, address)
        assert status == plain.status == 200
        assert headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(body) == plain.body
        assert len(body) == int(headers["content-length"]) < len(plain.body)
        assert headers["etag"] == f'{plain.headers["etag"][:-1]}-gzip"'
        assert "Accept-Encoding" in headers["vary"]
        assert "Accept-Encoding" in plain.headers["vary"]
        assert zipped(live, address)[2] == body


def test_condition_of_either_encoding(live: str) -> None:
    """A client that has either form gets 304 with the ETag that it has, kept answer or not."""
    for number in range(2):
        path = f"city/barcelona.ttl?conditional={number}"
        etag = ask(live, "city/barcelona.ttl?conditional=0").headers["etag"]
        if number:
            etag = ask(live, path, headers={"If-None-Match": '"x"'}).headers["etag"]
        packed = f'{etag[:-1]}-gzip"'
        for known in (etag, packed, f"W/{packed}", f'"other", {packed}'):
            status, headers, body = zipped(live, path, If_None_Match=known)
            assert (status, body) == (304, b"")
            assert headers["etag"] == (packed if "-gzip" in known else etag)
            assert "content-encoding" not in headers
            assert "Accept-Encoding" in headers["vary"]
        assert zipped(live, path, If_None_Match='"something-gzip"')[0] == 200


def test_condition_before_it_was_kept(live: str) -> None:
    """A 304 that the application makes names the compressed form too, if the client has that."""
    etag = ask(live, "city/barcelona.ttl").headers["etag"]
    fresh = "city/barcelona.ttl"
    accept = "text/turtle;q=0.7, */*;q=0.01"  # nobody else asks with it
    packed = f'{etag[:-1]}-gzip"'
    status, headers, _ = zipped(live, fresh, If_None_Match=packed, Accept=accept)
    assert (status, headers["etag"]) == (304, packed)


def test_small_answer_is_not_compressed(live: str) -> None:
    """What compression would hardly make smaller is sent as it is."""
    assert "content-encoding" not in zipped(live, "sparql?query=ASK%7B%7D")[1]


TAKING = [
    *(("gzip", True), ("", False), ("identity", False), ("gzip;q=0", False), ("*", True)),
    *(("br, GZIP;q=0.5", True), ("*;q=0", False), ("*, gzip;q=0", False), ("x-gzip", True)),
    *(("gzip;q=x", False), (",,;;", False), ("deflate, gzip;q=1.0, *;q=0.5", True)),
]


def test_accept_encoding() -> None:
    """An Accept-Encoding header is read as RFC 9110 says."""

    def fact(row: tuple[str, bool]) -> None:
        header, taken = row
        assert takes_gzip(header) is taken

    for_all(TAKING, fact)


CLIENTS = [
    ("192.0.2.1:5", "", 0, "192.0.2.1"),
    ("[2001:db8::1]:5", "", 0, "2001:db8::/64"),
    ("[::1]:5", "", 0, "::/64"),
    ("192.0.2.1:5", "203.0.113.9:4711", 1, "203.0.113.9"),
    ("192.0.2.1:5", "[2001:db8:0:1::9]:4711", 1, "2001:db8:0:1::/64"),
    ("192.0.2.1:5", "::ffff:203.0.113.9", 1, "203.0.113.9"),
    ("192.0.2.1:5", "203.0.113.9", 0, "192.0.2.1"),
    ("192.0.2.1:5", "203.0.113.9", 1, "203.0.113.9"),
    ("192.0.2.1:5", "10.0.0.1, 203.0.113.9", 1, "203.0.113.9"),
    ("192.0.2.1:5", "evil, 203.0.113.9, 198.51.100.2", 2, "203.0.113.9"),
    ("192.0.2.1:5", "203.0.113.9", 2, "203.0.113.9"),
    ("192.0.2.1:5", "", 1, "192.0.2.1"),
]


def test_client() -> None:
    """The client is the peer, or who the trusted proxies say it is, whatever it claims."""

    def fact(row: tuple[str, str, int, str]) -> None:
        peer, forwarded, proxies, client = row
        assert client_of(peer, forwarded, proxies).name == client

    for_all(CLIENTS, fact)


def test_too_many_requests(limited: LiveServer) -> None:
    """A client over its requests of a minute gets 429; others, and kept answers, go on."""
    answers = [ask(limited.url, "city/paris.ttl?n=0", headers=MARS)]
    while answers[-1].status == 200 and len(answers) < 200:  # a minute may end in between
        answers.append(ask(limited.url, f"city/paris.ttl?n={len(answers)}", headers=MARS))
    *taken, refused = answers
    assert len(taken) >= 20
    assert (refused.status, refused.type) == (429, "application/problem+json")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "20" in refused.json()["detail"]
    assert ask(limited.url, "city/paris.ttl?n=0", headers=MARS).status == 200
    assert ask(limited.url, "city/paris.ttl?n=999", headers=VENUS).status == 200
    assert ask(limited.url, "healthz", headers=MARS).status == 200


def test_clients_of_this_machine_are_not_limited(client: Client) -> None:
    """Without a trusted proxy, the loopback address is the operator's and has no limit."""
    found = {client.ask(f"nothing?n={n}").status for n in range(2 * CLIENT_REQUESTS)}
    assert found == {404}


@contextlib.contextmanager
def held(server: LiveServer, path: str, kind: str, body: bytes, client: str) -> Iterator[None]:
    """Hold one query of a client: the server has read its head, and waits for its body.

    At the end the body is sent, and its answer is as usual.
    """
    port = urlsplit(server.url).port
    head = f"POST /{path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {client}\r\nConnection: close\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.encode())
        assert line.recv(1000).startswith(b"HTTP/1.1 100 ")
        yield
        line.sendall(body)
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_too_many_queries_at_once(limited: LiveServer) -> None:
    """A client with as many queries running as it may have gets 429; another client is answered."""

    def quick(client: str, number: int) -> int:
        path = f"sparql?{urlencode({'query': f'ASK {{}} #{number}'})}"
        return ask(limited.url, path, headers={"X-Forwarded-For": client}).status

    with held(limited, "sparql", DIRECT, b"ASK {}", "198.51.100.1"):
        assert quick("198.51.100.1", 1) == 429
        assert quick("198.51.100.2", 2) == 200
    assert eventually(lambda: quick("198.51.100.1", 3) == 200)


def test_too_many_batches_at_once(limited: LiveServer) -> None:
    """A batch of names counts as a query: a client may have so many, and others are answered."""
    one = json.dumps({"q": {"query": "Bergen"}})

    def small(client: str) -> int:
        path = f"reconcile?{urlencode({'queries': one})}"
        return ask(limited.url, path, headers={"X-Forwarded-For": client}).status

    body = urlencode({"queries": one}).encode()
    with held(limited, "reconcile", FORM, body, "198.51.100.11"):
        assert small("198.51.100.11") == 429
        assert small("198.51.100.12") == 200
    assert eventually(lambda: small("198.51.100.11") == 200)


def batch(server: LiveServer, client: str) -> Answer:
    """Return the answer to a batch of names that takes long."""
    where = " beside the sea" * 15
    names = {f"q{n}": {"query": f"Barcelonna {n}{where}"} for n in range(1000)}
    body = urlencode({"queries": json.dumps(names)}).encode()
    given = {"Content-Type": FORM, "X-Forwarded-For": client}
    return ask(server.url, "reconcile", "POST", given, body)


def test_batches_that_wait_too_long(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """A batch whose turn does not come in time gets 503 then, however many are in front of it."""
    assert built.name
    log = tmp_path / "serve.log"
    server = LiveServer(
        real_settings.releases_dir, log, proxies=1, query_queue=30, reconcile_seconds=0.5
    )
    try:
        with ThreadPoolExecutor(24) as pool:
            answers = list(pool.map(lambda n: batch(server, f"198.51.100.{n}"), range(24)))
    finally:
        server.stop()
    assert {answer.status for answer in answers} <= {200, 503}
    late = [answer for answer in answers if "took too long" in answer.text]
    assert late, "all had their turn, although two at a time are worked on"
    assert all("retry-after" in answer.headers for answer in late)
    assert all(answer.headers["access-control-allow-origin"] == "*" for answer in late)


def test_request_id_everywhere(limited: LiveServer) -> None:
    """A proxy's request id is kept; header, problem document and log have the same one."""
    given = {**VENUS, "X-Request-Id": "proxy-4711.abc"}
    answer = ask(limited.url, "nothing/here", headers=given)
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "proxy-4711.abc"
    forged = ask(limited.url, "nothing/here", headers={**VENUS, "X-Request-Id": 'a"\nb'[:2]})
    assert re.fullmatch("[0-9a-f]{32}", forged.headers["x-request-id"])
    assert eventually(lambda: "proxy-4711.abc" in limited.log.read_text())


def test_log(limited: LiveServer) -> None:
    """Each request is one line of JSON with id, route, status, time and a hash of its query."""
    secret = "mediation-4711"
    query = urlencode({"query": f'ASK {{ ?s rdfs:label "{secret}" }}'})
    answer = ask(limited.url, f"sparql?{query}", headers={"X-Forwarded-For": "198.51.100.4"})
    name = answer.headers["x-request-id"]
    assert eventually(lambda: name in limited.log.read_text())
    lines = [json.loads(line) for line in limited.log.read_text().splitlines() if name in line]
    assert len(lines) == 1
    said = lines[0]
    assert said["event"] == "request"
    assert (said["route"], said["status"], said["method"]) == ("/sparql", 200, "GET")
    assert said["ms"] > 0
    assert re.fullmatch("[0-9a-f]{12}", said["query"])
    assert secret not in limited.log.read_text()


def test_metrics(live: str) -> None:
    """Requests are counted by route, format and status; the figures are Prometheus' text format."""
    labels = ('route="/{kind}/{key}"', 'format="ttl"', 'status="200"')
    before = metric(live, "iccgraph_http_requests_total", *labels)
    for number in range(3):
        assert ask(live, f"city/barcelona.ttl?metrics={number % 2}").status == 200
    assert eventually(lambda: metric(live, "iccgraph_http_requests_total", *labels) == before + 3)
    text = ask(live, "metrics").text
    names = set(re.findall(r"(\w+)=\"", text))
    assert names <= {"route", "format", "status", "le"}
    assert "barcelona" not in text


def test_hung_up_client_ends_its_query(
    real_settings: Settings, built: Built, tmp_path: Path
) -> None:
    """A query whose client has gone is stopped, long before its limit."""
    assert built.name
    server = LiveServer(
        real_settings.releases_dir, tmp_path / "log", query_workers=1, query_timeout=600
    )
    try:
        assert eventually(lambda: len(workers(server.process.pid)) == 1)
        before = workers(server.process.pid)
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
            target = urlencode({"query": SLOW})
            line.sendall(f"GET /sparql?{target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert eventually(lambda: running(server.url) == 1)
            assert workers(server.process.pid) == before
        assert eventually(lambda: running(server.url) == 0)
        assert eventually(lambda: not workers(server.process.pid) & before)
        assert sparql(server.url, "ASK {}").status == 200
    finally:
        server.stop()


def refuses(port: int) -> bool:
    """Return whether nobody listens at a port."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) != 0


def test_graceful_end(real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """A server that is told to stop takes no more, but answers what it has begun; all of it ends.

    What it has begun is a query until its limit, and a file that its client is still reading.
    """
    size = len((real_settings.releases_dir / built.name / "dumps" / "iccgraph.nq").read_bytes())
    server = LiveServer(
        real_settings.releases_dir,
        tmp_path / "log",
        web_workers=2,
        query_timeout=4,
        body_seconds=60,
    )
    try:
        below = set(descendants(server.process.pid))
        assert len(below) >= 4
        with ThreadPoolExecutor(1) as pool, socket.socket() as line:
            line.settimeout(60)
            line.connect(("127.0.0.1", server.port))
            line.sendall(b"GET /data/iccgraph.nq HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            received = line.recv(1000)
            query = pool.submit(sparql, server.url, SLOW)
            assert eventually(lambda: running(server.url) == 1)
            server.process.send_signal(signal.SIGTERM)
            assert eventually(lambda: refuses(server.port))
            while part := line.recv(1 << 20):
                received += part
            assert "4 seconds" in query.result().json()["detail"]
        assert len(received.partition(b"\r\n\r\n")[2]) == size
        assert server.process.wait(60) == 0
        assert eventually(lambda: not any(alive(pid) for pid in below))
    finally:
        server.stop()
