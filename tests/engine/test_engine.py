"""What every adapter of the engine's port does: the same answers, limits and refusals."""

from __future__ import annotations

import csv
import io
import time

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from iccgraph.errors import QueryRefused, QuerySyntaxError, QueryTimeout, QueryTooLarge
from iccgraph.serve.engine.port import ClientGone, Engine, Question
from iccgraph.serve.store import OpenRelease
from tests.engine.conftest import LIMITS

BASE = "https://w3id.org/iccgraph/"
LINKS, TOPICS = f"{BASE}graph/links", f"{BASE}graph/topics"
LABELS = "SELECT ?c ?l { ?c a icc:Country ; rdfs:label ?l } ORDER BY ?c LANG(?l) STR(?l) LIMIT 20"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
EACH = "{ SELECT DISTINCT ?s { ?s a ?o } }"
LONG = f"CONCAT({', '.join(['STR(?s)'] * 8)})"
GRAPHS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}


def number(engine: Engine, text: str, dataset: bool = False, **graphs: tuple[str, ...]) -> int:
    """Return the one number that a query finds."""
    content = engine.answer(Question(text, "SELECT", "csv", dataset, **graphs))
    return int(content.split()[1])


def sizes(release: OpenRelease) -> tuple[int, int, int]:
    """Return how many triples links, topics and all graphs hold, by the manifest."""
    content = release.manifest.content
    return content.graphs["links"], content.graphs["topics"], content.counts["triples"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_select(engine: Engine, release: OpenRelease, form: str) -> None:
    """Rows are those of the release's own store, in each format that keeps terms."""
    kind = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}[form]
    found = parse_query_results(engine.answer(Question(LABELS, "SELECT", form)), format=kind)
    wanted = release.store.query(
        "PREFIX icc: <https://w3id.org/iccgraph/def#> "
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + LABELS,
        use_default_graph_as_union=True,
    )
    assert isinstance(found, QuerySolutions)
    assert isinstance(wanted, QuerySolutions)
    rows = [(str(row["c"]), str(row["l"])) for row in found]
    assert rows
    assert sorted(rows) == sorted((str(row["c"]), str(row["l"])) for row in wanted)


@pytest.mark.parametrize(("form", "mark"), [("csv", ","), ("tsv", "\t")])
def test_tables(engine: Engine, form: str, mark: str) -> None:
    """A table has its head and one line for each row."""
    text = engine.answer(Question(LABELS, "SELECT", form)).decode()
    table = list(csv.reader(io.StringIO(text), delimiter=mark))
    assert [name.strip("?") for name in table[0]] == ["c", "l"]
    assert len(table) == 21


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("truth", ["true", "false"])
def test_ask(engine: Engine, form: str, truth: str) -> None:
    """ASK is answered in each format."""
    text = "ASK { ?s ?p ?o }" if truth == "true" else "ASK { ?s <x:none> ?o }"
    assert truth in engine.answer(Question(text, "ASK", form)).decode()


@pytest.mark.parametrize("form", GRAPHS)
@pytest.mark.parametrize("text", ["CONSTRUCT { ?c rdfs:label ?l }", "DESCRIBE"])
def test_graphs(engine: Engine, text: str, form: str) -> None:
    """CONSTRUCT and DESCRIBE come in each format."""
    where = " { ?c a icc:Country ; rdfs:label ?l } LIMIT 3" if "{" in text else ""
    query = text + (where or f" <{BASE}id/country/es>")
    content = engine.answer(Question(query, query.split()[0], form))
    assert len(list(parse(content, format=GRAPHS[form]))) >= 3


def test_default_graph_is_the_union(engine: Engine, release: OpenRelease) -> None:
    """Without any graph named, the default graph is the union of all."""
    assert number(engine, COUNT) == sizes(release)[2]
    assert number(engine, NAMED) == sum(release.manifest.content.graphs.values())


def test_from(engine: Engine, release: OpenRelease) -> None:
    """FROM and FROM NAMED choose the graphs, and those alone."""
    links, topics, _ = sizes(release)
    start = "SELECT (COUNT(*) AS ?n)"
    both = f"{start} FROM <{LINKS}> FROM <{TOPICS}> {{ ?s ?p ?o }}"
    assert number(engine, f"{start} FROM <{LINKS}> {{ ?s ?p ?o }}", True) == links
    assert number(engine, both, True) == links + topics
    assert number(engine, f"{start} FROM NAMED <{TOPICS}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", True) == (
        topics
    )
    assert number(engine, f"{start} FROM NAMED <{TOPICS}> {{ ?s ?p ?o }}", True) == 0
    assert number(engine, f"{start} FROM <{LINKS}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", True) == 0


def test_graphs_beside_the_query(engine: Engine, release: OpenRelease) -> None:
    """Graphs named beside a query are its dataset, and win over those named in it."""
    links, topics, _ = sizes(release)
    assert number(engine, COUNT, default_graphs=(LINKS,)) == links
    assert number(engine, COUNT, default_graphs=(LINKS, TOPICS)) == links + topics
    assert number(engine, NAMED, named_graphs=(TOPICS,)) == topics
    assert number(engine, COUNT, named_graphs=(TOPICS,)) == 0
    assert number(engine, NAMED, default_graphs=(TOPICS,)) == 0
    assert number(engine, COUNT, default_graphs=("https://example.org/none",)) == 0
    inside = f"SELECT (COUNT(*) AS ?n) FROM <{LINKS}> {{ ?s ?p ?o }}"
    assert number(engine, inside, True, default_graphs=(TOPICS,)) == topics


def test_syntax_error(engine: Engine) -> None:
    """A syntax error has the line and column of the text as its author wrote it."""
    with pytest.raises(QuerySyntaxError) as caught:
        engine.answer(Question("SELECT *\n{ ?s ?p }", "SELECT", "json"))
    assert (caught.value.line, caught.value.column) == (2, 10)


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"])
def test_refused(engine: Engine, text: str) -> None:
    """SERVICE is refused before anyone is asked."""
    with pytest.raises(QueryRefused):
        engine.answer(Question(text, "SELECT", "json"))


@pytest.mark.parametrize("text", ["DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "LOAD <http://x.y/>"])
def test_updates(engine: Engine, release: OpenRelease, text: str) -> None:
    """An update that got as far as the engine is no query to it, and changes nothing."""
    with pytest.raises(QuerySyntaxError):
        engine.answer(Question(text, "SELECT", "json"))
    assert number(engine, COUNT) == sizes(release)[2]


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ("SELECT ?s { ?s a ?o } LIMIT 201", "csv", "200 rows"),
        (
            f"CONSTRUCT {{ ?s <x:p> 1 }} {{ SELECT DISTINCT ?s {{ ?s a ?o }} LIMIT 201 }}",
            "nt",
            "200 triples",
        ),
        (f"SELECT ?s ?t {{ {EACH} BIND({LONG} AS ?t) }} LIMIT 190", "json", "40000 bytes"),
    ],
)
def test_too_large(engine: Engine, text: str, form: str, said: str) -> None:
    """An answer over a limit is an error that names the limit."""
    with pytest.raises(QueryTooLarge, match=said):
        engine.answer(Question(text, text.split()[0], form))


def test_timeout(engine: Engine) -> None:
    """A query that takes too long ends within a second of its limit; the next one is answered."""
    start = time.monotonic()
    with pytest.raises(QueryTimeout, match="2 seconds"):
        engine.answer(Question(BOMB, "SELECT", "json"))
    assert time.monotonic() - start < LIMITS.query_timeout + 1
    assert engine.answer(Question("ASK {}", "ASK", "csv")) == b"true"


def test_client_that_has_gone(engine: Engine) -> None:
    """A long query whose client has gone is waited for no longer."""
    start = time.monotonic()
    with pytest.raises(ClientGone):
        engine.answer(Question(BOMB, "SELECT", "json"), lambda: True)
    assert time.monotonic() - start < LIMITS.query_timeout


def test_healthy(engine: Engine) -> None:
    """An engine that can answer says so."""
    assert engine.healthy()
