"""The engine port: what every engine does, whichever store is behind it."""

from __future__ import annotations

import json
import time
from concurrent.futures import CancelledError
from dataclasses import replace

import pytest
from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from iccgraph.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge
from iccgraph.serve.sparql.guard import inspect
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.vocab import PREFIXES
from tests.engine.conftest import Subject
from tests.engine.running import PATIENCE, run, start

BASE = "https://w3id.org/iccgraph/"
GRAPH = f"{BASE}graph/"
CITIES = "SELECT ?c ?l { ?c a icc:City ; rdfs:label ?l FILTER(LANG(?l) = 'fr') } ORDER BY ?c ?l"
BARCELONA = f"<{BASE}id/city/barcelona>"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "tsv": QueryResultsFormat.TSV,
}
GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def query(
    text: str,
    form: str = "json",
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
) -> SparqlQuery:
    """Return a query as the web hands it on."""
    found = inspect(text, 10**6, 200)
    return SparqlQuery(text, found.query_type, form, found.dataset, default_graphs, named_graphs)


def asked(subject: Subject, text: str, form: str = "json", **graphs: tuple[str, ...]) -> bytes:
    """Return an engine's answer."""
    return run(subject.engine.answer(query(text, form, **graphs)))


def judged(subject: Subject, text: str) -> list[str]:
    """Return the rows that the release's own quads have, read by a store of this test's."""
    store = Store()
    path = subject.release.folder / "dumps" / "iccgraph.nq"
    store.bulk_load(path=path, format=RdfFormat.N_QUADS)
    found = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [str(row) for row in found]


def rows(content: bytes, form: str = "json") -> list[str]:
    """Return the rows of an answer."""
    found = parse_query_results(content, format=RESULTS[form])
    assert isinstance(found, QuerySolutions)
    return [str(row) for row in found]


def number(content: bytes) -> int:
    """Return the one number of an answer in JSON."""
    return int(json.loads(content)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize("form", RESULTS)
def test_select(subject: Subject, form: str) -> None:
    """A SELECT has the rows that the release has, in order, in each format."""
    wanted = judged(subject, CITIES)
    assert len(wanted) > 100
    assert rows(asked(subject, CITIES, form), form) == wanted


def test_csv(subject: Subject) -> None:
    """CSV has a header and a line for each row."""
    text = asked(subject, CITIES, "csv").decode()
    header, *lines = text.splitlines()
    assert header == "c,l"
    assert len(lines) == len(judged(subject, CITIES))


@pytest.mark.parametrize(("kind", "there"), [("City", True), ("NoSuchThing", False)])
@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_ask(subject: Subject, kind: str, there: bool, form: str) -> None:
    """An ASK is true or false in each format."""
    said = asked(subject, f"ASK {{ ?x a icc:{kind} }}", form).decode()
    assert str(there).lower() in said
    assert str(not there).lower() not in said


@pytest.mark.parametrize("form", GRAPHS)
@pytest.mark.parametrize("verb", ["CONSTRUCT", "DESCRIBE"])
def test_graph(subject: Subject, verb: str, form: str) -> None:
    """CONSTRUCT and DESCRIBE give the city's own statements in each format."""
    text = f"DESCRIBE {BARCELONA}"
    if verb == "CONSTRUCT":
        text = f"CONSTRUCT {{ {BARCELONA} ?p ?o }} WHERE {{ {BARCELONA} ?p ?o }}"
    said = {str(q.triple) for q in parse(asked(subject, text, form), format=GRAPHS[form])}
    wanted = judged(subject, f"SELECT DISTINCT ?p ?o {{ {BARCELONA} ?p ?o }}")
    own = {triple for triple in said if triple.startswith(BARCELONA)}
    assert len(own) == len(wanted) > 10


def test_relative_iris(subject: Subject) -> None:
    """Relative IRIs begin from the base that comes with a query, unless its text has another."""
    text = "SELECT ?l { <city/barcelona> rdfs:label ?l FILTER(LANG(?l) = 'fr') }"
    based = replace(query(text, "tsv"), base=f"{BASE}id/sparql")
    assert run(subject.engine.answer(based)) == b'?l\n"Barcelone"@fr\n'
    other = replace(based, base="https://other.example/", text=f"BASE <{BASE}id/> {text}")
    assert run(subject.engine.answer(other)) == b'?l\n"Barcelone"@fr\n'
    assert run(subject.engine.answer(replace(based, base="https://other.example/"))) == b"?l\n"


def test_union_of_all_graphs(subject: Subject) -> None:
    """Without other wishes, the default graph is the union of all, and each can be named."""
    counts = subject.release.manifest.content
    assert (
        number(asked(subject, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == counts.counts["triples"]
    )
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(asked(subject, named)) == sum(1 for n in counts.graphs.values() if n)


@pytest.mark.parametrize("place", ["beside", "in the query"])
def test_one_default_graph(subject: Subject, place: str) -> None:
    """A default graph that is named, in the query or beside it, is the only one."""
    text = "SELECT (COUNT(*) AS ?n) {} { ?s ?p ?o }"
    graphs: dict[str, tuple[str, ...]] = {}
    if place == "beside":
        text = text.replace("{} ", "")
        graphs = {"default_graphs": (f"{GRAPH}places",)}
    else:
        text = text.replace("{}", f"FROM <{GRAPH}places>")
    wanted = subject.release.manifest.content.graphs["places"]
    assert number(asked(subject, text, "json", **graphs)) == wanted > 100


def test_several_default_graphs(subject: Subject) -> None:
    """Several default graphs are merged."""
    found = asked(
        subject,
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "json",
        default_graphs=(f"{GRAPH}places", f"{GRAPH}topics"),
    )
    counts = subject.release.manifest.content.graphs
    assert number(found) == counts["places"] + counts["topics"]


@pytest.mark.parametrize("place", ["beside", "in the query"])
def test_named_graphs(subject: Subject, place: str) -> None:
    """Of the named graphs, only those that are listed are there, and the default graph is empty."""
    inner = "{ GRAPH ?g { ?s ?p ?o } }"
    graphs: dict[str, tuple[str, ...]] = {"named_graphs": (f"{GRAPH}places",)}
    source = ""
    if place != "beside":
        source, graphs = f"FROM NAMED <{GRAPH}places> ", {}
    wanted = subject.release.manifest.content.graphs["places"]
    found = asked(subject, f"SELECT (COUNT(*) AS ?n) {source}{inner}", "json", **graphs)
    assert number(found) == wanted
    found = asked(subject, f"SELECT (COUNT(*) AS ?n) {source}{{ ?s ?p ?o }}", "json", **graphs)
    assert number(found) == 0


def test_graph_that_is_not_there(subject: Subject) -> None:
    """A graph that nobody has is empty, and is not fetched."""
    text = f"SELECT (COUNT(*) AS ?n) FROM <file:{'/' * 3}etc/passwd> {{ ?s ?p ?o }}"
    assert number(asked(subject, text)) == 0


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("SELECT * {\n  ?s ?p }", 2, 8), ("SELECT ?s { ?s ?p ?o } ORDER", 1, 29), ("ASK { ?s", 1, 5)],
)
def test_syntax_error(subject: Subject, text: str, line: int, column: int) -> None:
    """What is no SPARQL is told with line and column of the query as it was sent."""
    with pytest.raises(QuerySyntaxError) as caught:
        asked(subject, text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE ?x { ?s ?p ?o } } } }",
    ],
)
def test_another_endpoint(subject: Subject, text: str) -> None:
    """A query that asks another endpoint is refused before it gets anywhere."""
    with pytest.raises(QueryRefused, match="not allowed"):
        asked(subject, text)


@pytest.mark.parametrize("text", ["DROP ALL", "INSERT DATA { <a:a> <a:b> <a:c> }", "LOAD <a:a>"])
def test_update(subject: Subject, text: str) -> None:
    """An update is refused, whoever lets it get as far as the engine."""
    before = number(asked(subject, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    with pytest.raises(QueryError):
        run(subject.engine.answer(SparqlQuery(text, "SELECT", "json")))
    assert number(asked(subject, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == before


def test_time(subject: Subject) -> None:
    """A query without end is stopped when its time is up, and the next one is answered."""
    asked(subject, "ASK {}")  # so that a worker is there
    bomb = replace(query(BOMB), deadline=time.monotonic() + 1)
    with pytest.raises((QueryTimeout, QueryTooLarge)):
        run(subject.engine.answer(bomb))
    assert rows(asked(subject, f"{CITIES} LIMIT 5")) == judged(subject, f"{CITIES} LIMIT 5")


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows(subject: Subject, form: str) -> None:
    """An answer with more rows than may be is an error; with just as many it is whole."""
    most = subject.settings.query_rows
    short = "SELECT ?p { ?s ?p ?o }"
    assert asked(subject, f"{short} LIMIT {most}", form)
    with pytest.raises(QueryTooLarge, match=f"more than {most} rows"):
        asked(subject, f"{short} LIMIT {most + 1}", form)


def test_triples(subject: Subject) -> None:
    """A graph with more triples than may be is an error."""
    with pytest.raises(QueryTooLarge, match="more than"):
        asked(subject, "CONSTRUCT { ?s a ?o } { ?s a ?o } LIMIT 401", "nt")


def test_bytes(subject: Subject) -> None:
    """An answer that is larger than it may be is an error."""
    with pytest.raises(QueryTooLarge, match="larger than"):
        asked(
            subject,
            f"SELECT ?x {{ ?s ?p ?o BIND(CONCAT(STR(?s), '{'x' * 900}') AS ?x) }} LIMIT 300",
        )


def test_cancelled(subject: Subject) -> None:
    """A query whose task is cancelled ends, and others are answered as before."""
    begun = [start(subject.engine.answer(query(f"{BOMB} # {number}"))) for number in range(6)]
    asked(subject, "ASK {}")  # which is answered once they are under way
    assert not all(future.done() for future in begun)
    for future in begun:
        future.cancel()
    for future in begun:
        with pytest.raises((CancelledError, QueryTimeout, QueryTooLarge)):
            future.result(PATIENCE)
    assert rows(asked(subject, f"{CITIES} LIMIT 5")) == judged(subject, f"{CITIES} LIMIT 5")


def test_many_at_once(subject: Subject) -> None:
    """Forty queries at once all have their own answers."""
    texts = [f"SELECT (({place} + COUNT(*)) AS ?n) {{ ?c a icc:City }}" for place in range(40)]
    begun = [start(subject.engine.answer(query(text))) for text in texts]
    found = [number(future.result(PATIENCE)) for future in begun]
    cities = subject.release.manifest.content.counts["city"]
    assert found == [place + cities for place in range(40)]


@pytest.mark.usefixtures("patient_checks")
def test_healthy(subject: Subject) -> None:
    """An engine that can be asked is healthy after a check, which asks it again and again."""
    for _ in range(3):
        run(subject.engine.check())
        assert subject.engine.healthy()


def test_compact_jsonld(subject: Subject) -> None:
    """A graph in JSON-LD is compact, with the part of the release's context that it needs."""
    document = json.loads(asked(subject, f"DESCRIBE {BARCELONA}", "jsonld"))
    assert document["@context"]["rdfs"] == PREFIXES["rdfs"]
    nodes = document.get("@graph", [document])
    (city,) = [node for node in nodes if node["id"] == BARCELONA.strip("<>")]
    assert city["type"] == "City"


def test_chain_as_jsonld(subject: Subject) -> None:
    """A chain of statements, however long, is written as JSON-LD in nodes that do not nest."""
    pairs = " ".join(f"(<x:{n}> <x:{n + 1}>)" for n in range(150))
    text = f"CONSTRUCT {{ ?a <x:next> ?b }} {{ VALUES (?a ?b) {{ {pairs} }} }}"
    said = {str(q.triple) for q in parse(asked(subject, text, "jsonld"), format=RdfFormat.JSON_LD)}
    assert len(said) == 150


def test_statement_about_a_statement(subject: Subject) -> None:
    """What a format cannot hold is an error that says so."""
    text = "CONSTRUCT { <x:a> <x:b> <<( <x:a> <x:b> <x:c> )>> } {}"
    if subject.peer is None:
        assert b"<<(" in asked(subject, text, "nt")
    with pytest.raises(QueryError):
        asked(subject, text, "jsonld")
