"""The SPARQL 1.1 Protocol, query operation, on a live port: requests, datasets, formats, errors."""

from __future__ import annotations

import html
import json
from urllib.parse import urlencode

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import ResultRow

from tests.for_all import for_all
from tests.web.client import Answer, Client, accept, ask, rows, sparql

pytestmark = pytest.mark.filterwarnings(
    # rdflib's own JSON-LD parser still makes one
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)
BASE = "https://w3id.org/iccgraph/"
GRAPHS = f"{BASE}graph/"
BARCELONA = f"{BASE}id/city/barcelona"
LABEL = f"SELECT ?label {{ <{BARCELONA}> rdfs:label ?label FILTER(LANG(?label) = 'en') }}"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
CONSTRUCT = f"CONSTRUCT {{ <{BARCELONA}> ?p ?o }} WHERE {{ <{BARCELONA}> ?p ?o }}"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
PROBLEM = "application/problem+json"
PASSWORDS = f"file:{'/' * 3}etc/passwd"


def post(site: str, body: str | bytes, content_type: str, path: str = "sparql") -> Answer:
    """Return the answer to a POST."""
    content = body if isinstance(body, bytes) else body.encode()
    return ask(site, path, "POST", {"Content-Type": content_type}, content)


def number(answer: Answer) -> int:
    """Return the one number of a result."""
    return int(rows(answer)[0]["n"])


@pytest.mark.parametrize("order", ["?o", "DESC(?o)", "?p ?o", "?o ?s", "DESC(?n) ?o"])
def test_whole_graph_in_order(live: str, order: str) -> None:
    """Values of every kind are ordered: the first queries of whoever explores the graph."""
    pattern = "{ SELECT ?s ?p ?o (1 AS ?n) { ?s ?p ?o } }"
    if order.startswith("DESC(?n)"):
        pattern = "{ SELECT ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?o }"
    answer = sparql(live, f"SELECT * {pattern} ORDER BY {order} LIMIT 5000")
    assert answer.status == 200
    assert len(rows(answer)) == 5000


def test_three_ways_to_ask(live: str) -> None:
    """GET, form POST and direct POST of the same query have the same answer."""
    got = sparql(live, LABEL)
    assert rows(got) == [{"label": "Barcelona"}]
    for answer in (
        post(live, urlencode({"query": LABEL}), FORM),
        post(live, urlencode({"query": LABEL}), f"{FORM}; charset=UTF-8"),
        post(live, LABEL, DIRECT),
        post(live, LABEL, f"{DIRECT}; charset=utf-8"),
        post(live, LABEL, f'{DIRECT};charset="UTF-8"'),
        post(live, LABEL, DIRECT.upper()),
    ):
        assert answer.status == 200
        assert answer.type == JSON
        assert answer.body == got.body


RELATIVE = {
    "CONSTRUCT { <s> <p> 1 } WHERE {}": "<{site}s> <{site}p>",
    "CONSTRUCT { <> <#p> 1 } WHERE {}": "<{site}sparql> <{site}sparql#p>",
    "PREFIX c: <id/city/> CONSTRUCT { c:x </p> 1 } WHERE {}": "<{site}id/city/x> <{site}p>",
    "CONSTRUCT { ?s <//a.example/p> 1 } { BIND(IRI('x') AS ?s) }": "<{site}x> <http://a.example/p>",
    "CONSTRUCT { <s> <p> 1 } { BIND('SERVICE' AS ?word) }": "<{site}s> <{site}p>",
    "BASE <http://b.example/x/y> CONSTRUCT { <s> <p> 1 } {}": (
        "<http://b.example/x/s> <http://b.example/x/p>"
    ),
    "BASE <b/> CONSTRUCT { <s> <p> 1 } WHERE {}": "<{site}b/s> <{site}b/p>",
}


def test_relative_iris(live: str) -> None:
    """A relative IRI is resolved against the address of the endpoint, unless the query has a BASE.

    Source: RFC 3986, section 5.1.3; the first is `query_content_type_construct` of the W3C.
    """
    site = live.replace("127.0.0.1", "localhost")

    def fact(row: tuple[str, str]) -> None:
        query, expected = row
        for answer in (
            sparql(live, query, format="nt"),
            post(live, urlencode({"query": query}), FORM, "sparql?format=nt"),
            post(live, query, DIRECT, "sparql?format=nt"),
        ):
            assert answer.status == 200, answer.text
            assert answer.text.startswith(expected.format(site=site) + ' "1"^^'), answer.text

    for_all(RELATIVE.items(), fact)


def test_characters_of_all_the_world(live: str) -> None:
    """Text beyond ASCII comes back as it was sent, in each way to ask and each format."""
    text = "Ćevapi – 日本 🙂 é"
    query = f'SELECT ?x {{ BIND("{text}" AS ?x) }}'
    for answer in (
        sparql(live, query),
        post(live, urlencode({"query": query}), FORM),
        post(live, query, DIRECT),
    ):
        assert rows(answer) == [{"x": text}]
    for form in ("csv", "tsv", "xml"):
        assert text in sparql(live, query, format=form).text


def test_answers_may_be_kept_by_address_only(live: str) -> None:
    """A GET has a tag and may be kept; a POST, whose answer depends on its body, may not."""
    got = sparql(live, LABEL)
    assert "etag" in got.headers
    path = f"sparql?{urlencode({'query': LABEL})}"
    known = {"If-None-Match": got.headers["etag"]}
    assert ask(live, path, headers=known).status == 304
    for answer in (post(live, LABEL, DIRECT), post(live, urlencode({"query": LABEL}), FORM)):
        assert "etag" not in answer.headers
        assert "no-store" in answer.headers["cache-control"]


def test_head(live: str) -> None:
    """HEAD of a query has the headers of its GET and no body; without a query it has the form's."""
    path = f"sparql?{urlencode({'query': LABEL})}"
    head, got = ask(live, path, "HEAD"), ask(live, path)
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == got.headers[name]
    assert ask(live, "sparql", "HEAD").status == 200
    assert ask(live, f"sparql?{urlencode({'query': 'SELEC'})}", "HEAD").status == 400


def test_default_graph_is_the_union(live: str) -> None:
    """Without any graph named, a query asks all graphs at once, each triple once."""
    every = number(sparql(live, COUNT_NAMED))
    union = number(sparql(live, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?s ?p ?o } }"))
    assert number(sparql(live, COUNT)) == union
    assert 10_000 < union <= every


def test_named_graphs(live: str) -> None:
    """GRAPH goes over the named graphs, which are those that the design names."""
    found = {row["g"] for row in rows(sparql(live, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"))}
    names = ("practices", "assignments", "places", "topics", "links", "derived", "ontology")
    assert {GRAPHS + name for name in (*names, "shapes", "catalogue")} <= found
    assert all(name.startswith(GRAPHS) for name in found)


def sizes(site: str, *names: str) -> list[int]:
    """Return how many triples some named graphs hold."""
    count = "SELECT (COUNT(*) AS ?n) {{ GRAPH <{}> {{ ?s ?p ?o }} }}"
    return [number(sparql(site, count.format(GRAPHS + name))) for name in names]


def test_default_graphs_beside_the_query(live: str) -> None:
    """Each default-graph-uri adds a graph to the default graph, in each way to ask."""
    links, topics = sizes(live, "links", "topics")
    one, two = f"{GRAPHS}links", f"{GRAPHS}topics"
    assert number(sparql(live, COUNT, **{"default-graph-uri": one})) == links
    both: dict[str, str | list[str]] = {"default-graph-uri": [one, two]}
    assert number(sparql(live, COUNT, **both)) == links + topics
    form = urlencode({"query": COUNT, **both}, doseq=True)
    assert number(post(live, form, FORM)) == links + topics
    path = f"sparql?{urlencode(both, doseq=True)}"
    assert number(post(live, COUNT, DIRECT, path)) == links + topics
    assert number(sparql(live, COUNT, **{"default-graph-uri": "https://example.org/none"})) == 0


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_empty_graph_beside_the_query(live: str, name: str) -> None:
    """An empty parameter, as forms send it, is as good as none; one that is no IRI is refused."""
    expected, links = number(sparql(live, COUNT)), f"{GRAPHS}links"
    empty = f"default-graph-uri=&named-graph-uri=&{name}=&format="
    form = f"{urlencode({'query': COUNT})}&{empty}"
    for answer in (
        ask(live, f"sparql?{form}"),
        post(live, form, FORM),
        post(live, COUNT, DIRECT, f"sparql?{empty}"),
        post(live, form, FORM, f"sparql?{empty}"),
    ):
        assert number(answer) == expected
    graph = urlencode({name: links})
    one = number(ask(live, f"sparql?{urlencode({'query': COUNT_NAMED})}&{graph}"))
    assert one == (sizes(live, "links")[0] if name == "named-graph-uri" else 0)
    for answer in (
        ask(live, f"sparql?{urlencode({'query': COUNT_NAMED})}&{graph}&{empty}"),
        post(live, f"{urlencode({'query': COUNT_NAMED})}&{empty}", FORM, f"sparql?{graph}"),
        post(live, COUNT_NAMED, DIRECT, f"sparql?{empty}&{graph}"),
    ):
        assert number(answer) == one
    for wrong in ("links", "a b:c", "https://a b"):
        refused = sparql(live, COUNT, **{name: wrong})
        assert refused.status == 400
        assert name in refused.json()["detail"]


def test_named_graphs_beside_the_query(live: str) -> None:
    """Each named-graph-uri is a named graph; what is not named is not there."""
    links, topics = sizes(live, "links", "topics")
    one, two = f"{GRAPHS}links", f"{GRAPHS}topics"
    pair: dict[str, str | list[str]] = {"named-graph-uri": [one, two]}
    assert number(sparql(live, COUNT_NAMED, **pair)) == links + topics
    assert number(sparql(live, COUNT, **{"named-graph-uri": one})) == 0
    mixed: dict[str, str | list[str]] = {"default-graph-uri": one, "named-graph-uri": two}
    assert number(sparql(live, COUNT, **mixed)) == links
    assert number(sparql(live, COUNT_NAMED, **mixed)) == topics
    assert number(sparql(live, COUNT_NAMED, **{"default-graph-uri": one})) == 0


def test_graphs_named_in_the_query(live: str) -> None:
    """FROM and FROM NAMED make the dataset, and nothing else is in it."""
    links, topics = sizes(live, "links", "topics")
    from_ = "SELECT (COUNT(*) AS ?n) {} WHERE {{ {} }}"
    default, named = "?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"
    one, two = f"<{GRAPHS}links>", f"<{GRAPHS}topics>"
    for clause, pattern, expected in (
        (f"FROM {one}", default, links),
        (f"FROM {one} FROM {two}", default, links + topics),
        (f"from{one}", default, links),
        (f"FROM {one}", named, 0),
        (f"FROM NAMED {one}", named, links),
        (f"FROM NAMED {one}", default, 0),
        (f"FROM {one} FROM NAMED {two}", default, links),
        (f"FROM {one} FROM NAMED {two}", named, topics),
    ):
        answer = sparql(live, from_.format(clause, pattern))
        assert number(answer) == expected, (clause, pattern)


def test_graphs_beside_the_query_win(live: str) -> None:
    """Where the request and the query both name graphs, the request's are asked."""
    links, topics = sizes(live, "links", "topics")
    query = f"SELECT (COUNT(*) AS ?n) FROM <{GRAPHS}links> {{ ?s ?p ?o }}"
    assert number(sparql(live, query)) == links
    assert number(sparql(live, query, **{"default-graph-uri": f"{GRAPHS}topics"})) == topics


def test_from_opens_no_file(live: str) -> None:
    """FROM and default-graph-uri name graphs of ours: no file and no address is read."""
    for name in ("file:%2F//etc/passwd".replace("%2F", "/"), live, "https://example.org/"):
        query = f"SELECT (COUNT(*) AS ?n) FROM <{name}> {{ ?s ?p ?o }}"
        assert number(sparql(live, query)) == 0
        assert number(sparql(live, COUNT, **{"default-graph-uri": name})) == 0


SELECTED = [
    ("json", JSON, JSON),
    ("json", "application/json", "application/json"),
    ("xml", XML, XML),
    ("xml", "application/xml", "application/xml"),
    ("csv", CSV, CSV),
    ("tsv", TSV, TSV),
]


@pytest.mark.parametrize(("form", "accepted", "sent"), SELECTED)
def test_result_formats(live: str, form: str, accepted: str, sent: str) -> None:
    """Rows come in each format, by Accept and by `format=`, with the type that was asked for."""
    by_accept = sparql(live, LABEL, accepted)
    by_format = sparql(live, LABEL, "text/html", format=form)
    assert by_accept.type == sent
    assert by_accept.body == by_format.body
    assert "Accept" in by_accept.headers["vary"]
    texts = {"csv": "label\r\nBarcelona\r\n", "tsv": '?label\n"Barcelona"@en\n'}
    if form in texts:
        assert by_accept.text == texts[form]
    else:
        known = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}
        found = parse_query_results(by_accept.body, format=known[form])
        assert isinstance(found, QuerySolutions)
        assert [(row["label"].value, row["label"].language) for row in found] == [
            ("Barcelona", "en")
        ]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_ask(live: str, form: str) -> None:
    """ASK says true or false in each result format."""
    for query, expected in ((f"ASK {{ <{BARCELONA}> ?p ?o }}", True), ("ASK { 1 ?p ?o }", False)):
        answer = sparql(live, query, format=form)
        if form == "json":
            assert answer.json()["boolean"] is expected
        else:
            assert str(expected).lower() in answer.text


GRAPH_NAMES = [
    ("ttl", "text/turtle", "turtle"),
    ("turtle", "text/turtle", "turtle"),
    ("nt", "application/n-triples", "nt"),
    ("ntriples", "application/n-triples", "nt"),
    ("rdf", "application/rdf+xml", "xml"),
    ("rdfxml", "application/rdf+xml", "xml"),
    ("jsonld", "application/ld+json", "json-ld"),
    ("json-ld", "application/ld+json", "json-ld"),
]


def test_graph_formats(live: str) -> None:
    """A graph comes in each graph format, by Accept and by `format=`, and is the same graph."""
    expected = Graph().parse(
        data=sparql(live, CONSTRUCT, "application/n-triples").body, format="nt"
    )
    assert len(expected) > 5

    def fact(row: tuple[str, str, str, str]) -> None:
        query, form, media_type, parser = row
        by_accept = sparql(live, query, media_type)
        by_format = sparql(live, query, "text/html", format=form)
        assert by_accept.type == by_format.type == media_type
        assert by_accept.body == by_format.body
        assert isomorphic(Graph().parse(data=by_accept.body, format=parser), expected)

    queries = (CONSTRUCT, f"DESCRIBE <{BARCELONA}>")
    for_all([(query, *names) for query in queries for names in GRAPH_NAMES], fact)


def test_format_by_media_type(live: str) -> None:
    """`format=` takes whole media types too."""
    assert sparql(live, LABEL, format=XML).type == XML
    assert sparql(live, CONSTRUCT, format="text/turtle").type == "text/turtle"


def test_default_formats(live: str) -> None:
    """Who does not say gets JSON for rows and Turtle for a graph."""
    for header in ("", "*/*"):
        assert sparql(live, LABEL, header).type == JSON
        assert sparql(live, CONSTRUCT, header).type == "text/turtle"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (LABEL, ">Barcelona<"),
        (CONSTRUCT, "&#34;Barcelona&#34;@en"),
        ("ASK {}", ">Yes"),
        ("SELECT ?nothing { ?nothing a <x:none> }", "0 rows"),
        ("SELECT ?one ?other { VALUES (?one ?other) { (UNDEF 1) (2 UNDEF) } }", ">other</th>"),
        ("SELECT (<javascript:alert(1)> AS ?x) {}", "javascript:alert(1)"),
    ],
    ids=["SELECT", "CONSTRUCT", "ASK", "nothing", "unbound", "script"],
)
def test_page(live: str, query: str, shown: str) -> None:
    """A browser gets the form with the query in it and the answer below."""
    answer = sparql(live, query, "text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status == 200
    assert answer.type == "text/html"
    assert html.escape(query).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in answer.text
    assert shown in answer.text
    assert 'href="javascript:' not in answer.text
    assert shown not in ask(live, "sparql", headers=accept("text/html")).text


def test_page_shows_text_as_text(live: str) -> None:
    """What a query says or finds is text on the page and no markup."""
    query = (
        'SELECT ("<script>alert(1)</script>" AS ?x) { } # </textarea><img src=x onerror=alert(2)>'
    )
    page = sparql(live, query, "text/html").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    query = 'CONSTRUCT { <x:a> <x:b> "</pre><script>alert(3)</script>" } {}'
    assert "<script>alert" not in sparql(live, query, "text/html").text


@pytest.mark.parametrize(
    ("accepted", "query"),
    [("text/turtle", LABEL), ("image/png", LABEL), (CSV, CONSTRUCT), (JSON, CONSTRUCT)],
)
def test_not_acceptable(live: str, accepted: str, query: str) -> None:
    """A format that does not fit the query is 406 with the list, not another format with 200."""
    answer = sparql(live, query, accepted)
    assert answer.status == 406
    assert (JSON if query == LABEL else "text/turtle") in answer.json()["detail"]


MISTAKES = [
    ("GET", "sparql?update=CLEAR%20ALL", None, b"", 400),
    ("GET", "sparql?query=", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&update=CLEAR%20ALL", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&format=nonsense", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&format=ttl", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&format=json&format=xml", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&default-graph-uri=not%20an%20iri", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&named-graph-uri=relative", None, b"", 400),
    ("GET", "sparql?query=%FF%FE", None, b"", 400),
    ("GET", "sparql?query=ASK%20%7B%7D%20%23%FF", None, b"", 400),
    ("GET", "sparql?query=ASK%7B%7D&format=%FF", None, b"", 400),
    ("POST", "sparql", "application/x-www-form-urlencoded", b"query=ASK%7B%7D%20%23%FF", 400),
    ("POST", "sparql", None, b"", 415),
    ("POST", "sparql", FORM, b"", 400),
    ("POST", "sparql", FORM, b"query=ASK%7B%7D&query=ASK%7B%7D", 400),
    ("POST", "sparql", FORM, b"update=CLEAR+ALL", 400),
    ("POST", "sparql", "application/sparql-update", b"CLEAR ALL", 415),
    ("POST", "sparql", "text/plain", b"ASK{}", 415),
    ("POST", "sparql", "multipart/form-data; boundary=x", b"--x--", 415),
    ("POST", "sparql", "application/json", b'{"query": "ASK{}"}', 415),
    ("POST", "sparql", f"{DIRECT}; charset=utf-16", "ASK{}".encode("utf-16"), 415),
    ("POST", "sparql", f"{FORM}; charset=iso-8859-1", b"query=ASK%7B%7D", 415),
    ("POST", "sparql", DIRECT, b"", 400),
    ("POST", "sparql", DIRECT, b"ASK { ?s ?p '\xff' }", 400),
    ("PUT", "sparql", DIRECT, b"ASK{}", 405),
]


def test_mistakes(client: Client) -> None:
    """Each wrong request has its own status and says in a sentence what was expected."""

    def fact(row: tuple[str, str, str | None, bytes, int]) -> None:
        method, path, content_type, body, status = row
        headers = {"Content-Type": content_type} if content_type else {}
        answer = client.ask(path, method, headers, body)
        assert (answer.status, answer.type) == (status, PROBLEM)
        assert answer.json()["status"] == status
        assert answer.json()["detail"]
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "Traceback" not in answer.text

    for_all(MISTAKES, fact)


NO_SYNTAX = [
    ("SELECT * {\n  ?s ?p\n}", 3),
    ("SELECT * { ?s ?p ?o", 1),
    ("SELECT *\n{ ?s nope:x ?o }", 2),
    ("SELECT ?x ?x (1 AS ?x) {}", 1),
    ("SELECT * { ?s ?p ?o } GROUP BY", 1),
    ("SELECT * { ?s ?p 'open }", 1),
    ("ASK { FILTER(NOSUCHFUNCTION(1)) }", 1),
    ("PREFIX x: <\n> ASK {}", 1),
]


def test_syntax_error(live: str) -> None:
    """A syntax error is 400 with the line and column, for programs as numbers."""

    def fact(row: tuple[str, int]) -> None:
        query, line = row
        for answer in (sparql(live, query), post(live, query, DIRECT)):
            assert answer.status == 400
            problem = answer.json()
            assert abs(problem["line"] - line) <= 1
            assert problem["column"] >= 1
            assert "syntax" in problem["title"]
        assert sparql(live, query, "text/html").status == 400

    for_all(NO_SYNTAX, fact)


def test_no_query_at_all(live: str) -> None:
    """A text without a query form is a syntax error like any other."""

    def fact(query: str) -> None:
        assert post(live, query, DIRECT).status == 400

    for_all(("", "# only a comment", "PREFIX x: <x:>", "hello", "\x00", "{}"), fact)


UPDATES = [
    "INSERT DATA { <x:a> <x:b> <x:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "PREFIX x: <x:> INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "LOAD <file:%2F//etc/passwd>".replace("%2F", "/"),
    "load silent <http://127.0.0.1/>",
    "# comment\nCLEAR ALL",
    "DROP GRAPH <x:g>",
    "CREATE GRAPH <x:g>",
    "COPY <x:a> TO <x:b>",
    "MOVE <x:a> TO <x:b>",
    "ADD <x:a> TO <x:b>",
]


def test_updates(live: str) -> None:
    """An update is refused in each way to ask, and nothing has changed."""
    before = number(sparql(live, COUNT))

    def fact(text: str) -> None:
        for answer in (
            sparql(live, text),
            post(live, text, DIRECT),
            post(live, urlencode({"query": text}), FORM),
        ):
            assert answer.status == 403
            assert "changes data" in answer.json()["detail"]

    for_all(UPDATES, fact)
    assert number(sparql(live, COUNT)) == before


def test_updates_behind_a_query(live: str) -> None:
    """A query with an update after it is a syntax error and changes nothing."""
    assert sparql(live, "ASK {} ; CLEAR ALL").status == 400
    assert sparql(live, "SELECT * {}; INSERT DATA { <x:a> <x:b> 1 }").status == 400


def test_carriage_return_in_xml(live: str) -> None:
    """A carriage return in a value survives XML, where a bare one would become a line feed."""
    answer = sparql(live, r'SELECT ("a\r\nb\rc" AS ?x) {}', XML)
    assert b"\r" not in answer.body
    assert answer.text.count("&#xD;") == 2
    found = parse_query_results(answer.body, format=QueryResultsFormat.XML)
    assert isinstance(found, QuerySolutions)
    assert [row["x"].value for row in found] == ["a\r\nb\rc"]


def test_odd_values_in_each_format(live: str) -> None:
    """Quotes, commas, tabs and line ends inside values do not break a row of any format."""
    value = 'a,"b"\t\n\'c\\ <d> & {"e":1},{"f":2}'
    query = f"SELECT (?v AS ?x) {{ VALUES ?v {{ {json.dumps(value)} }} }}"
    assert rows(sparql(live, query)) == [{"x": value}]
    for form, known in (("xml", QueryResultsFormat.XML), ("tsv", QueryResultsFormat.TSV)):
        found = parse_query_results(sparql(live, query, format=form).body, format=known)
        assert isinstance(found, QuerySolutions)
        assert [row["x"].value for row in found] == [value]
    table = sparql(live, query, format="csv").text
    assert table == 'x\r\n"' + value.replace('"', '""') + '"\r\n'


def test_unknown_function(live: str) -> None:
    """A function that the engine does not have is the query's fault, and no worker's end."""
    answer = sparql(live, "SELECT (<https://example.org/f>(1) AS ?x) {}")
    assert answer.status == 400
    assert "https://example.org/f" in answer.json()["detail"]


def test_prefixes_need_no_declaration(live: str) -> None:
    """The prefixes that our data is written with are known to every query, and can be redefined."""
    assert rows(sparql(live, "SELECT (STR(icc:City) AS ?x) {}")) == [{"x": f"{BASE}def#City"}]
    query = "PREFIX icc: <https://example.org/> SELECT (STR(icc:City) AS ?x) {}"
    assert rows(sparql(live, query)) == [{"x": "https://example.org/City"}]


def test_rdflib_store(live: str) -> None:
    """The SPARQLStore of rdflib reads our graph as if it were its own."""
    store = SPARQLStore(f"{live}sparql", returnFormat="json")
    graph = Graph(store=store)
    city = URIRef(BARCELONA)
    same = URIRef("http://www.w3.org/2002/07/owl#sameAs")
    assert set(graph.objects(city, same)) == {URIRef("http://www.wikidata.org/entity/Q1492")}
    found = list(graph.query(LABEL))
    assert isinstance(found[0], ResultRow)
    assert str(found[0][0]) == "Barcelona"
    named = Graph(store=store, identifier=URIRef(f"{GRAPHS}links"))
    assert (city, same, None) in named
    elsewhere = Graph(store=store, identifier=URIRef(f"{GRAPHS}topics"))
    assert (city, same, None) not in elsewhere
    posting = Graph(store=SPARQLStore(f"{live}sparql", method="POST"))
    assert set(posting.objects(city, same)) == {URIRef("http://www.wikidata.org/entity/Q1492")}


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_sparqlwrapper(live: str, form: str) -> None:
    """A request as SPARQLWrapper makes it, with three names of the format, is understood."""
    values = urlencode({"query": LABEL, "format": form, "output": form, "results": form})
    answer = ask(live, f"sparql?{values}", headers={"User-Agent": "sparqlwrapper 2.0.0"})
    assert answer.status == 200
    assert form in answer.type.replace("tab-separated-values", "tsv")


def test_script_of_another_site(live: str) -> None:
    """A browser lets a script of another site ask, by GET and by POST, and read errors too."""
    wish = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    wish["Access-Control-Request-Headers"] = "content-type"
    preflight = ask(live, "sparql", "OPTIONS", wish)
    assert preflight.status in (200, 204)
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()
    for query in (LABEL, "nonsense"):
        answer = sparql(live, query)
        assert answer.headers["access-control-allow-origin"] == "*"


def test_service_description(live: str) -> None:
    """RDF without a query is the description of the service, under the address that was asked."""
    answer = ask(live, "sparql", headers=accept("text/turtle"))
    found = Graph().parse(data=answer.body, format="turtle")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    site = live.replace("127.0.0.1", "localhost")
    endpoint = set(found.objects(None, URIRef(f"{sd}endpoint")))
    assert endpoint == {URIRef(f"{site}sparql")}
    stated = {str(name) for name in found.objects(None, URIRef(f"{sd}name"))}
    query = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert stated == {row["g"] for row in rows(sparql(live, query))}
    (default,) = found.objects(None, URIRef(f"{sd}defaultGraph"))
    (size,) = found.objects(default, URIRef("http://rdfs.org/ns/void#triples"))
    assert int(str(size)) == number(sparql(live, COUNT))
    features = {str(f).rpartition("#")[2] for f in found.objects(None, URIRef(f"{sd}feature"))}
    assert "UnionDefaultGraph" in features
    assert "BasicFederatedQuery" in features
