"""What is sent, what becomes of it, and that each way to ask us leads there."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from iccgraph.errors import (
    EngineBusy,
    QueryError,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    ServiceLate,
)
from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.federation.endpoints import Endpoint, Services
from iccgraph.serve.sparql.federation.engine import FederatedEngine, Federation
from iccgraph.serve.sparql.federation.safe_http import Deadline
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.remote import RemoteEngine
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import opening
from iccgraph.settings import Settings
from tests.conftest import ROOT, LiveServer
from tests.engine.running import PATIENCE, run
from tests.federation.faulty import FaultyServer
from tests.federation.standin import WIKIDATA
from tests.peers.servers import Peer, start_oxigraph
from tests.web.client import accept, ask, rows, sparql

S = f"SERVICE <{WIKIDATA}>"
ITEMS = "?city owl:sameAs ?item ; rdfs:label ?name FILTER(LANG(?name) = 'en')"
LABELS = f"SELECT ?city ?label {{ {ITEMS} {S} {{ ?item rdfs:label ?label }} }}"
WDT = "PREFIX wdt: <http://www.wikidata.org/prop/direct/> "


def sent(
    release: OpenRelease, faulty: FaultyServer, text: str, base: str = "", **more: int
) -> list[str]:
    """Return the queries that an endpoint is sent for a query of ours."""
    settings = Settings(services=f"{WIKIDATA}={faulty.address('well')}", **more)  # type: ignore[arg-type]  # numbers only

    def ask(asked: SparqlQuery) -> bytes:
        return evaluate(release.store, release.context, asked, 10**6, 10**9)

    query = SparqlQuery(text, "SELECT", "json", federated=True, base=base)
    Federation(query, ask, Services(settings), settings).answer()
    return [sent for _, sent, _ in faulty.seen]


def test_values_are_sent(release: OpenRelease, faulty: FaultyServer) -> None:
    """Just the values that some solution has go along, each once, those of a FILTER left out."""
    text = f"SELECT * {{ {ITEMS} FILTER(?name = 'Oslo'@en) {S} {{ ?item rdfs:label ?v }} }}"
    (query,) = sent(release, faulty, text)
    assert query.count("<http://www.wikidata.org/entity/Q") == 1
    assert "VALUES (?item) { (<http://www.wikidata.org/entity/Q585>) }" in query


def test_parts(release: OpenRelease, faulty: FaultyServer) -> None:
    """Many values are sent in parts, by number and by size, and none is lost between them."""
    text = f"SELECT * {{ ?city owl:sameAs ?item {S} {{ ?item rdfs:label ?v }} }}"
    whole = sent(release, faulty, text)
    assert len(whole) == 1
    number = whole[0].count("(<http")
    assert number > 100
    faulty.seen.clear()
    parts = sent(release, faulty, text, service_batch=50)
    assert len(parts) == -(-number // 50)
    assert sum(part.count("(<http") for part in parts) == number
    faulty.seen.clear()
    small = sent(release, faulty, text, service_batch_bytes=1000)
    assert all(len(part) < 1400 for part in small)
    assert sum(part.count("(<http") for part in small) == number


def test_relative_iris(release: OpenRelease, faulty: FaultyServer) -> None:
    """A relative IRI is the same one here and there; so is the name of an endpoint."""
    body = "{ ?item <p> ?v . ?item e:q ?w }"
    text = f"PREFIX e: <e/> SELECT * {{ <city/oslo> owl:sameAs ?item SERVICE <../sparql> {body} }}"
    base = "https://w3id.org/iccgraph/id/sparql"
    with pytest.raises(QueryRefused, match=r"https://w3id\.org/iccgraph/sparql is not on the list"):
        sent(release, faulty, text, base)
    (query,) = sent(release, faulty, text.replace("<../sparql>", f"<{WIKIDATA}>"), base)
    assert query.startswith(f"BASE <{base}> PREFIX e: <e/> SELECT")
    assert "entity/Q585>" in query
    faulty.seen.clear()
    own = f"BASE <{WIKIDATA}/x> SELECT * {{ SERVICE <../sparql> {{ <s> <p> ?o }} }}"
    (query,) = sent(release, faulty, own, base)
    assert query.startswith(f"BASE <{base}> BASE <{WIKIDATA}/x> SELECT")


def test_nobody_is_asked_for_nothing(release: OpenRelease, faulty: FaultyServer) -> None:
    """Where what stands before has no solution, no request is made."""
    text = f"SELECT * {{ ?city <x:none> ?item {S} {{ ?item rdfs:label ?v }} }}"
    assert sent(release, faulty, text) == []


def test_label_service(release: OpenRelease, faulty: FaultyServer) -> None:
    """Wikidata's label service is sent as it is, and asked for the labels that the query names."""
    label = (
        "SERVICE <http://wikiba.se/ontology#label>"
        ' { <http://www.bigdata.com/rdf#serviceParam> <http://wikiba.se/ontology#language> "en" }'
    )
    text = f"{WDT}SELECT ?xLabel ?v {{ {S} {{ ?x wdt:P17 ?v . {label} }} }}"
    (query,) = sent(release, faulty, text)
    assert label in query
    assert "SELECT ?v ?x ?xLabel WHERE" in query


def test_too_many_values(release: OpenRelease, faulty: FaultyServer) -> None:
    """More values than may be sent are an error with the place, and nobody is asked."""
    text = f"SELECT * {{ ?city owl:sameAs ?item {S} {{ ?item rdfs:label ?v }} }}"
    with pytest.raises(QueryTooLarge, match="line 1, column"):
        sent(release, faulty, text, service_rows=20)
    assert faulty.seen == []


def test_every_form(federated: str) -> None:
    """ASK, CONSTRUCT and DESCRIBE ask other endpoints too, and FROM is heeded."""
    part = f"{{ ?city owl:sameAs ?item {S} {{ ?item wdt:P17 ?land }} }}"
    assert sparql(federated, f"{WDT}ASK {part}").json()["boolean"] is True
    made = sparql(federated, f"{WDT}CONSTRUCT {{ ?city <x:in> ?land }} {part}", "text/plain")
    assert made.text.count("<x:in>") == 9  # cities of ours with a P17 there
    assert "Barcelona" in sparql(federated, f"{WDT}DESCRIBE ?city {part}").text
    graph = "FROM <https://w3id.org/iccgraph/graph/topics>"
    assert rows(sparql(federated, f"{WDT}SELECT * {graph} {part}")) == []


def test_query_verb(release: OpenRelease, standin: Peer) -> None:
    """`iccgraph query` asks the endpoints of its list, and no others."""
    command = [sys.executable, "-m", "iccgraph", "query", LABELS, "--format=csv"]
    place = f"--releases-dir={release.folder.parent}"
    done = subprocess.run(
        [*command, place, f"--services={WIKIDATA}={standin.url}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "id/city/melitopol,Мелітополь" in done.stdout
    none = subprocess.run(
        [*command, place, "--services=none"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert none.returncode == 2
    assert "SERVICE (line 1" in none.stderr


def test_remote_engine(
    release: OpenRelease, standin: Peer, real_settings: Settings, built: Built
) -> None:
    """With an engine of others behind us, federated queries have the same answers."""
    peer = start_oxigraph(real_settings.releases_dir / built.name / "dumps" / "iccgraph.nq")
    settings = Settings(
        services=f"{WIKIDATA}={standin.url}", sparql_endpoint=peer.url, query_workers=1
    )
    engine = FederatedEngine(RemoteEngine(release, settings), Services(settings), settings)
    try:
        content = run(engine.answer(SparqlQuery(LABELS, "SELECT", "csv", federated=True)))
        assert "id/city/melitopol,Мелітополь" in content.decode()
        other = LABELS.replace(WIKIDATA, standin.url)
        with pytest.raises(QueryError, match="not on the list"):
            run(engine.answer(SparqlQuery(other, "SELECT", "csv", federated=True)))
    finally:
        engine.close()
        peer.stop()


def test_time_of_a_request(release: OpenRelease, faulty: FaultyServer, tmp_path: Path) -> None:
    """A slow endpoint is told to the client as late; with SILENT there is an answer without it."""
    server = LiveServer(
        release.folder.parent,
        tmp_path / "serve.log",
        services=f"{WIKIDATA}={faulty.address('silence')}",
        service_timeout=0.5,
        query_timeout=PATIENCE,
    )
    try:
        assert sparql(server.url, LABELS).status == 504
        silent = LABELS.replace("SERVICE", "SERVICE SILENT")
        assert len(rows(sparql(server.url, silent))) > 100
    finally:
        server.stop()


def test_time_of_the_query(release: OpenRelease, faulty: FaultyServer) -> None:
    """A slow endpoint takes no more than the query's time, however long a request may take."""
    settings = Settings(
        services=f"{WIKIDATA}={faulty.address('silence')}",
        service_timeout=3600,
        query_timeout=1,
        query_workers=1,
    )
    pool = WorkerPool(opening(settings, release), settings)
    engine = FederatedEngine(pool, Services(settings), settings)
    try:
        with pytest.raises((ServiceLate, QueryTimeout, EngineBusy)):
            run(engine.answer(SparqlQuery(LABELS, "SELECT", "csv", federated=True)))
    finally:
        engine.close()


def test_time_that_is_left(release: OpenRelease, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request may take a part of the query's time, so that with SILENT some is left to answer."""
    deadlines: list[float] = []

    def late(endpoint: Endpoint, text: str, deadline: Deadline) -> bytes:
        deadlines.append(deadline.time)
        raise endpoint.late()

    monkeypatch.setattr(Endpoint, "ask", late)
    settings = Settings(services=WIKIDATA, service_timeout=10_000)
    end = time.monotonic() + 1000
    text = LABELS.replace("SERVICE", "SERVICE SILENT")
    query = SparqlQuery(text, "SELECT", "csv", federated=True, deadline=end)

    def ask(asked: SparqlQuery) -> bytes:
        return evaluate(release.store, release.context, asked, 10**6, 10**9)

    for most in (settings, replace(settings, service_timeout=10)):
        content = Federation(query, ask, Services(settings), most).answer()
        assert len(content.splitlines()) > 100
    part_of_the_query, own_limit = deadlines
    assert end - 200 - PATIENCE < part_of_the_query < end - 100
    assert own_limit < part_of_the_query


def test_turned_off(release: OpenRelease, tmp_path: Path) -> None:
    """With an empty list every SERVICE is refused, no example asks others, none is promised."""
    server = LiveServer(release.folder.parent, tmp_path / "serve.log", services="none")
    try:
        assert sparql(server.url, LABELS).status == 403
        page = sparql(server.url, "ASK {}", "text/html").text
        assert "query.wikidata.org" not in page
        assert "SERVICE" in page
        description = ask(server.url, "sparql", headers=accept("text/turtle")).text
        assert "UnionDefaultGraph" in description
        assert "BasicFederatedQuery" not in description
    finally:
        server.stop()
