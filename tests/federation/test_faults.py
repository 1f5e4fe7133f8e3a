"""Whatever another endpoint does, a query has an answer or a clear error, in its time."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from pyoxigraph import Store

from iccgraph.errors import (
    ClientDisconnected,
    QueryError,
    QueryTooLarge,
    ServiceBusy,
    ServiceFailed,
    ServiceLate,
)
from iccgraph.jsonld import Context
from iccgraph.publish.pipeline import Built
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.federation.engine import FederatedEngine, Federation
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import opening
from iccgraph.settings import Settings
from tests.conftest import LiveServer, free_port
from tests.engine.running import start
from tests.federation.faulty import FaultyServer
from tests.web.client import ask, rows, sparql
from tests.web.processes import eventually

pytestmark = pytest.mark.clock

NAME = "https://elsewhere.example/sparql"
FAULTS: dict[str, type[QueryError]] = {
    "silence": ServiceLate,
    "trickle of a head": ServiceLate,
    "trickle of a body": ServiceLate,
    "without end": QueryTooLarge,
    "busy by seconds": ServiceBusy,
    "busy by date": ServiceBusy,
    "busy": ServiceBusy,
    "broken": ServiceFailed,
    "gateway": ServiceLate,
    "refusal": ServiceFailed,
    "redirect": ServiceFailed,
    "page": ServiceFailed,
    "page as results": ServiceFailed,
    "error as results": ServiceFailed,
    "boolean": ServiceFailed,
    "bad name": ServiceFailed,
    "cut off": ServiceFailed,
    "shorter than told": ServiceFailed,
    "cut off in its packing": ServiceFailed,
    "no packing": ServiceFailed,
    "other packing": ServiceFailed,
    "bomb": QueryTooLarge,
    "many rows": QueryTooLarge,
    "large": QueryTooLarge,
}


def query(silent: bool = False) -> str:
    """Return a query that asks the endpoint for ?v."""
    word = "SERVICE SILENT" if silent else "SERVICE"
    return f"SELECT ?here ?v {{ BIND(1 AS ?here) {word} <{NAME}> {{ ?s <x:p> ?v }} }}"


def answered(
    services: Services, settings: Settings, text: str, cancelled: threading.Event | None = None
) -> list[dict[str, dict[str, str]]]:
    """Return the rows of the answer over an empty store."""

    def ask(asked: SparqlQuery) -> bytes:
        return evaluate(Store(), Context('{"@context": {}}'), asked, 10**6, 10**9)

    query = SparqlQuery(text, "SELECT", "json", federated=True)
    content = Federation(query, ask, services, settings, cancelled).answer()
    found: list[dict[str, dict[str, str]]] = json.loads(content)["results"]["bindings"]
    return found


def at(address: str, seconds: float = 0.6) -> tuple[Services, Settings]:
    """Return a list with the endpoint at an address."""
    settings = Settings(
        services=f"{NAME}={address}",
        service_timeout=seconds,
        service_bytes=100_000,
        service_rows=100,
    )
    return Services(settings), settings


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Hold after each fault: no thread of a request goes on."""
    yield
    deadline = time.monotonic() + 5
    while any(t.name.startswith("service-") for t in threading.enumerate()):
        assert time.monotonic() < deadline, "a thread was left behind"
        time.sleep(0.02)


def test_well(faulty: FaultyServer) -> None:
    """An endpoint that does as it should is asked once, by name and by POST, and its rows come."""
    services, settings = at(faulty.address("well"))
    found = answered(services, settings, query())
    assert [row["v"]["value"] for row in found] == ["a", "b"]
    ((_, sent, headers),) = faulty.seen
    assert sent.split() == ["SELECT", "*", "WHERE", "{", "?s", "<x:p>", "?v", "}"]
    assert headers["User-Agent"].startswith("iccgraph/")
    assert "(http://localhost:8000/) requests/" in headers["User-Agent"]
    assert "Authorization" not in headers
    assert "Cookie" not in headers


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(faulty: FaultyServer, fault: str) -> None:
    """Each fault is an error of ours in time, which names the endpoint and quotes nothing of it."""
    services, settings = at(faulty.address(fault))
    start = time.monotonic()
    with pytest.raises(FAULTS[fault]) as caught:
        answered(services, settings, query())
    assert type(caught.value) is FAULTS[fault]
    assert time.monotonic() - start < 2
    assert NAME in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_silent(faulty: FaultyServer, fault: str) -> None:
    """With SILENT each fault is one solution without values."""
    services, settings = at(faulty.address(fault))
    (row,) = answered(services, settings, query(silent=True))
    assert set(row) == {"here"}


def test_nobody_there() -> None:
    """An endpoint that cannot be reached says so; with SILENT it is passed by."""
    services, settings = at(f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(ServiceFailed, match="cannot be reached"):
        answered(services, settings, query())
    assert len(answered(services, settings, query(silent=True))) == 1


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [("busy by seconds", 6, 7), ("busy by date", 27, 30), ("busy", 9, 10)],
)
def test_rest(faulty: FaultyServer, fault: str, least: int, most: int) -> None:
    """An endpoint that is busy is not asked again before the time that it names."""
    services, settings = at(faulty.address(fault))
    for _ in range(3):
        with pytest.raises(ServiceBusy) as caught:
            answered(services, settings, query())
        assert least <= caught.value.seconds <= most
    assert len(faulty.seen) == 1


def test_left_alone_after_failures(faulty: FaultyServer) -> None:
    """An endpoint that fails three times in a row is not asked a fourth time."""
    services, settings = at(faulty.address("broken"))
    for _ in range(3):
        with pytest.raises(ServiceFailed):
            answered(services, settings, query())
    with pytest.raises(ServiceBusy):
        answered(services, settings, query())
    assert len(faulty.seen) == 3


def test_client_that_hangs_up(faulty: FaultyServer) -> None:
    """A client that leaves ends the request that was made for it, long before its time is up."""
    services, settings = at(faulty.address("silence"), 120)
    cancelled = threading.Event()
    timer = threading.Timer(0.1, cancelled.set)
    timer.start()
    with pytest.raises(ClientDisconnected):
        answered(services, settings, query(), cancelled)
    timer.join()


def test_cancelled_task(faulty: FaultyServer) -> None:
    """An engine whose task is cancelled leaves the endpoint, and its place is free again."""
    services, settings = at(faulty.address("silence"), 120)
    engine = FederatedEngine(WorkerPool(opening(settings, None), settings), services, settings)
    try:
        answering = start(engine.answer(SparqlQuery(query(), "SELECT", "json", federated=True)))
        while not faulty.seen:
            time.sleep(0.01)
        answering.cancel()
        assert eventually(lambda: engine.asking == 0, 60)
    finally:
        engine.close()


def test_no_more_than_so_many_at_a_time(faulty: FaultyServer) -> None:
    """Beyond as many requests as an endpoint may get at a time, queries wait, and say so."""
    services, settings = at(faulty.address("silence"))
    outcomes: list[type[BaseException]] = []

    def one() -> None:
        try:
            answered(services, settings, query())
        except QueryError as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    assert len(faulty.seen) == settings.service_requests
    for thread in threads:
        thread.join()
    assert set(outcomes) <= {ServiceLate, ServiceBusy}
    assert len(outcomes) == 5


def test_over_http(
    faulty: FaultyServer,
    real_settings: Settings,
    built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A server answers each kind of fault with its status, no-store, and goes on well."""
    assert built.name
    kinds = {"silence": 504, "busy by seconds": 503, "page": 502, "bomb": 413, "well": 200}
    names = {fault: f"https://elsewhere.example/{fault.split()[0]}" for fault in kinds}
    server = LiveServer(
        real_settings.releases_dir,
        tmp_path_factory.mktemp("faults") / "serve.log",
        services=" ".join(f"{iri}={faulty.address(fault)}" for fault, iri in names.items()),
        service_timeout=0.5,
        service_bytes=100_000,
    )
    try:
        for fault, status in kinds.items():
            answer = sparql(server.url, query().replace(NAME, names[fault]))
            assert answer.status == status, answer.text
            assert "no-store" in answer.headers["cache-control"] or status == 413
            if status != 200:
                assert names[fault] in answer.json()["detail"]
            if status == 503:
                assert answer.headers["retry-after"] == "7"
        assert "unforeseen" not in server.log.read_text()
        counted = ask(server.url, "metrics").text
        assert f'iccgraph_service_requests_total{{endpoint="{names["page"]}"' in counted
    finally:
        server.stop()


def test_answers_are_not_kept(federated: str) -> None:
    """A federated answer has no tag, may not be kept by anyone, and is asked for anew."""
    text = (
        "SELECT ?label { SERVICE <https://query.wikidata.org/sparql>"
        " { <http://www.wikidata.org/entity/Q1492> rdfs:label ?label } }"
    )
    for accepted in ("application/sparql-results+json", "text/html"):
        answer = sparql(federated, text, accepted)
        assert answer.status == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        path = f"sparql?{urlencode({'query': text})}"
        again = ask(federated, path, headers={"Accept": accepted, "If-None-Match": "*"})
        assert again.status == 200
    assert len(rows(sparql(federated, text))) == 3


REFUSED = [
    "SELECT * { SERVICE <https://other.example/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://query.wikidata.org/sparql/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <HTTPS://query.wikidata.org/sparql> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?e SERVICE ?e { ?s ?p ?o } }",
    "SELECT * { VALUES ?e { <https://query.wikidata.org/sparql> } SERVICE ?e { ?s ?p ?o } }",
    "PREFIX e: <http://127.0.0.1:9/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "BASE <http://127.0.0.1:9/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "SELECT * { SERVICE <https://query.wikidata.org/sparql> { ?a ?b ?c }"
    " SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<http://127.0.0.1:9/>{} }",
    "SELECT * { SERVICESILENT<http://127.0.0.1:9/>{} }",
    "SELECT (EXISTS { SERVICE <http://127.0.0.1:9/> {} } AS ?x) {}",
    "SELECT (EXISTS { SERVICE <https://query.wikidata.org/sparql> {} } AS ?x) {}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(federated: str, text: str) -> None:
    """What is not on the list letter by letter is refused, and nobody is asked."""
    answer = sparql(federated, text)
    assert answer.status == 403, answer.text
    assert "SERVICE" in answer.json()["detail"]


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX q: <https://query.wikidata.org/> SELECT * { SERVICE q:sparql { %s } }",
        "BASE <https://query.wikidata.org/x> SELECT * { SERVICE <sparql> { %s } }",
        "SELECT * { service <https://query.wikidata.org/sp\\u0061rql> { %s } }",
    ],
)
def test_other_spellings(federated: str, text: str) -> None:
    """An endpoint on the list may be named by a prefix, by BASE and with escapes."""
    part = "<http://www.wikidata.org/entity/Q1492> rdfs:label ?label"
    assert len(rows(sparql(federated, text % part))) == 3


def test_place_of_an_error(federated: str) -> None:
    """Errors name line and column of the query as it was written."""
    broken = "SELECT * {\n  SERVICE <https://query.wikidata.org/sparql> { ?s ?p }\n}"
    answer = sparql(federated, broken)
    assert (answer.status, answer.json()["line"]) == (400, 2)
    other = "SELECT * {\n  ?s ?p ?o .\n  SERVICE <https://other.example/> { ?s ?p ?o }\n}"
    assert "line 3, column 3" in sparql(federated, other).json()["detail"]


WELL = "SERVICE <https://query.wikidata.org/sparql> { ?s ?p ?o }"
ODD = [
    (f"SELECT * {{ {WELL * 21} }}", 413),
    ("SELECT * {" + "OPTIONAL {" * 190 + WELL + "}" * 191, 200),
    ("SELECT * {" + "{" * 190 + WELL + "}" * 191, 200),
    ("SELECT * {" + "FILTER EXISTS {" * 150 + WELL + "}" * 151, 200),
    (f"SELECT * {{ ?a ?b ?c FILTERREGEX(?a, 'x') {WELL} }}", 400),
    (f"SELECT * {{ {WELL} }} HAVING(EXISTS {{ {WELL} }})", 403),
    (f"SELECT * {{ {WELL}", 400),
    (f"SELECT * {{ {WELL} }} VALUES ?x {{", 400),
    (f"DESCRIBE <x:a> # {WELL}", 200),
    (f"SELECT * {{ ?s ?p '{WELL}' }}", 200),
]


@pytest.mark.parametrize(("text", "status"), ODD, ids=[text[:40] for text, _ in ODD])
def test_odd_text(federated: str, text: str, status: int) -> None:
    """However a query is written, it is answered or refused; nothing falls over."""
    answer = sparql(federated, text)
    assert answer.status == status, answer.text
