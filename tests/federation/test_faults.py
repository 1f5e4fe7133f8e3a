"""Whatever another endpoint does, a query has an answer or a clear error, in its time.

That a request ends in time is seen from what it meets: only our own limit can end it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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
from tests.engine.running import PATIENCE, start
from tests.federation.faulty import REST, FaultyServer
from tests.web.client import ask, rows, sparql
from tests.web.processes import eventually

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
ENDLESS = ("silence", "trickle of a head", "trickle of a body")
"""Faults that nothing ends but our own limit of time."""


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


def at(address: str, seconds: float = PATIENCE) -> tuple[Services, Settings]:
    """Return a list with the endpoint at an address."""
    settings = Settings(
        services=f"{NAME}={address}",
        service_timeout=seconds,
        service_bytes=100_000,
        service_rows=100,
    )
    return Services(settings), settings


def at_fault(faulty: FaultyServer, fault: str) -> tuple[Services, Settings]:
    """Return a list with the endpoint that has a fault, and little time where that must end it."""
    return at(faulty.address(fault), 0.6 if fault in ENDLESS else PATIENCE)


def requests_have_ended() -> bool:
    """Return whether no thread of a request goes on."""
    return not any(thread.name.startswith("service-") for thread in threading.enumerate())


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Hold after each fault: no thread of a request goes on."""
    yield
    assert eventually(requests_have_ended, PATIENCE), "a thread was left behind"


@pytest.fixture
def long_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let endpoints that name no time rest for longer than any test takes."""
    monkeypatch.setattr("iccgraph.serve.sparql.federation.endpoints.BACKOFF_SECONDS", float(REST))


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
    """Each fault is an error of ours in time, which names the endpoint and quotes nothing of it.

    Where the endpoint would go on without end, it sees that it was left.
    """
    services, settings = at_fault(faulty, fault)
    with pytest.raises(FAULTS[fault]) as caught:
        answered(services, settings, query())
    assert type(caught.value) is FAULTS[fault]
    if fault in ENDLESS:
        assert eventually(lambda: len(faulty.left) == len(faulty.seen), PATIENCE)
    assert NAME in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_silent(faulty: FaultyServer, fault: str) -> None:
    """With SILENT each fault is one solution without values."""
    services, settings = at_fault(faulty, fault)
    (row,) = answered(services, settings, query(silent=True))
    assert set(row) == {"here"}


def test_nobody_there() -> None:
    """An endpoint that cannot be reached says so; with SILENT it is passed by."""
    services, settings = at(f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(ServiceFailed, match="cannot be reached"):
        answered(services, settings, query())
    assert len(answered(services, settings, query(silent=True))) == 1


@pytest.mark.usefixtures("long_rest")
@pytest.mark.parametrize("fault", ["busy by seconds", "busy by date", "busy"])
def test_rest(faulty: FaultyServer, fault: str) -> None:
    """An endpoint that is busy is not asked again before the time that it names, or that we do."""
    services, settings = at(faulty.address(fault))
    for _ in range(3):
        with pytest.raises(ServiceBusy) as caught:
            answered(services, settings, query())
        assert REST - 5 * PATIENCE < caught.value.seconds <= REST
    assert len(faulty.seen) == 1


def test_rest_of_an_endpoint_that_names_no_time(faulty: FaultyServer) -> None:
    """An endpoint that is busy and does not say for how long is given ten seconds."""
    services, settings = at(faulty.address("busy"))
    with pytest.raises(ServiceBusy) as caught:
        answered(services, settings, query())
    assert caught.value.seconds == 10


@pytest.mark.usefixtures("long_rest")
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
    services, settings = at(faulty.address("silence"), 3600)
    cancelled = threading.Event()
    with ThreadPoolExecutor() as threads:
        asking = threads.submit(answered, services, settings, query(), cancelled)
        assert eventually(lambda: len(faulty.seen) == 1, PATIENCE)
        assert not asking.done()
        cancelled.set()
        with pytest.raises(ClientDisconnected):
            asking.result(PATIENCE)
    assert eventually(lambda: len(faulty.left) == 1, PATIENCE)


def test_cancelled_task(faulty: FaultyServer) -> None:
    """An engine whose task is cancelled leaves the endpoint, and its place is free again."""
    services, settings = at(faulty.address("silence"), 3600)
    engine = FederatedEngine(WorkerPool(opening(settings, None), settings), services, settings)
    try:
        answering = start(engine.answer(SparqlQuery(query(), "SELECT", "json", federated=True)))
        assert eventually(lambda: len(faulty.seen) == 1, PATIENCE)
        assert engine.asking == 1
        answering.cancel()
        assert eventually(lambda: engine.asking == 0, PATIENCE)
        assert eventually(lambda: len(faulty.left) == 1, PATIENCE)
    finally:
        engine.close()


def test_no_more_than_so_many_at_a_time(faulty: FaultyServer) -> None:
    """Beyond as many requests as an endpoint may get at a time, queries wait for their turn.

    One whose time is up before says so, and was not sent.
    """
    services, settings = at(faulty.address("held"), 3600)
    most = settings.service_requests
    with ThreadPoolExecutor(most + 3) as threads:
        asking = [threads.submit(answered, services, settings, query()) for _ in range(most)]
        assert eventually(lambda: len(faulty.seen) == most, PATIENCE)
        asking += [threads.submit(answered, services, settings, query()) for _ in range(3)]
        with pytest.raises(ServiceBusy, match=f"asked by {most} others, and by no more at a time"):
            answered(services, replace(settings, service_timeout=0.3), query())
        assert len(faulty.seen) == most
        faulty.released.set()
        assert [len(future.result(PATIENCE)) for future in asking] == [2] * (most + 3)
    assert len(faulty.seen) == most + 3


def test_over_http(
    faulty: FaultyServer,
    real_settings: Settings,
    built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A server answers each kind of fault with its status, no-store, and goes on well."""
    assert built.name
    kinds = {"gateway": 504, "busy by seconds": 503, "page": 502, "bomb": 413, "well": 200}
    names = {fault: f"https://elsewhere.example/{fault.split()[0]}" for fault in kinds}
    server = LiveServer(
        real_settings.releases_dir,
        tmp_path_factory.mktemp("faults") / "serve.log",
        services=" ".join(f"{iri}={faulty.address(fault)}" for fault, iri in names.items()),
        service_timeout=PATIENCE,
        query_timeout=5 * PATIENCE,
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
                assert answer.headers["retry-after"] == str(REST)
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
