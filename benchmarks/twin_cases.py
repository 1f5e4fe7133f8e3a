"""The requests that `benchmarks.twin` sends: every route, method and kind of header; what is wrong.

Grown from the tables of `tests/web/test_routes.py`, `test_negotiation.py`, `test_reconcile.py` and
`tests/sparql/test_protocol.py`. It imports nothing of iccgraph or of its tests, so that any two
versions can be asked, whatever the layout of either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

Headers = tuple[tuple[str, str], ...]
ETAG: Final = "{etag}"
"""Stands in a header for the ETag of the same address with the other headers."""
FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
QUERIES: Final = Path(__file__).parent.parent / "data" / "queries"


@dataclass(frozen=True, slots=True)
class Case:
    """One request; the path is sent as it is, and Host and Content-Length only if not given."""

    method: str
    path: str
    headers: Headers = ()
    body: bytes | None = None


METHODS: Final = ("HEAD", "GET", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "get", "post")
GRAPH: Final = ("ttl", "jsonld", "nt", "rdf", "html")
TABLE: Final = (*GRAPH, "csv")
THINGS: Final = (
    *("practice/cuisine-ta-ville", "city/barcelona", "country/es"),
    *("topic/education", "scheme/index", "city-topic/barcelona/education"),
)
KINDS: Final = {
    "practices": "practice",
    "cities": "city",
    "countries": "country",
    "topics": "topic",
    "schemes": "scheme",
    "city-topics": "city-topic",
}
DOCUMENTS: Final = (*THINGS, "def", "shapes", "catalogue", "validation")
COLLECTIONS: Final = (*KINDS, "links")
FILES: Final = (
    *("data/iccgraph.nt", "data/iccgraph.ttl", "data/cities.csv", "data/SHA256SUMS"),
    *("data/links.sssom.tsv", "static/iccgraph.css", "static/icon.svg"),
    *("static/vendor/leaflet.js", "static/vendor/countries-50m.json"),
)
OTHERS: Final = (
    "",
    *(f"id/{thing}" for thing in THINGS),
    *("def/2.0.0", ".well-known/void", "graph/practices", "context.jsonld", "data/", "release/"),
    *("sparql", "sparql?query=ASK%7B%7D", "reconcile", "reconcile/suggest/entity?prefix=barc"),
    *("reconcile/flyout/type?id=city", "reconcile/properties?type=city"),
    *("reconcile/preview?id=city%2Fbarcelona", "healthz", "readyz", "metrics", "robots.txt"),
)
FIREFOX: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPTS: Final = (
    *(FIREFOX, "*/*", "", "text/html, */*", "text/plain, */*;q=0.1", "application/json"),
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.3",
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09",
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,"
    "application/xml;q=0.3,image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2",
    "application/rdf+xml, text/n3, text/turtle, application/n-triples, application/ld+json, "
    "application/n-quads, application/trix, application/trig",
    "application/sparql-results+json,application/sparql-results+xml;q=0.9,"
    "text/tab-separated-values;q=0.7,text/csv;q=0.5,application/json;q=0.2,*/*;q=0.1",
    "application/sparql-results+json,application/json,text/javascript",
    *("text/turtle", "application/x-turtle", "application/ld+json", "application/n-triples"),
    *("application/rdf+xml", "application/xml", "text/xml", "text/csv", "text/plain"),
    *("application/sparql-results+json", "application/sparql-results+xml", "text/html"),
    *("text/tab-separated-values", "text/javascript", "application/problem+json", "image/png"),
    *("application/ld+json, application/json;q=0.9, */*;q=0.1", "application/n-quads"),
    "text/turtle, application/x-turtle, */*;q=0.1",
    'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted,http://x.org/a"',
    r'application/ld+json;profile="a\",text/html"',
    *("text/html;level=1;q=0.1, text/turtle;q=0.2", "text/turtle;q=0.3, text/html;q=0.8"),
    *("application/rdf+xml, application/n-triples", "text/turtle;q=0", "text/html;q=0.0, */*"),
    *("text/*;q=0, application/*;q=0, text/html", "*/*;q=0.9, text/turtle;q=0.1", "text/*"),
    *("application/*", "image/png, */*;q=0.1", "TEXT/TURTLE;Q=1.0", "*", "turtle", ",,,;;,,"),
    "  text/turtle ; q = 0.9 ,\ttext/html;q=0.1 ",
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    *("text/turtle;q=high, text/html;q=0.9", "text/turtle;q=-1", "text/turtle;q=NaN"),
    *("text//turtle;;=, text/turtle", 'text/turtle;profile="never closed, text/html'),
    *(",".join(["application/x-no"] * 300) + ",text/turtle", "a" * 4000),
)
LANGUAGES: Final = (
    *("fr", "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en-GB,en;q=0.5", "de, fr;q=0.1"),
    *("en;q=0.2, fr;q=0.9", "fr;q=0", "FR-fr", "*", ";;;q=,,,", "fr;q=1.1.1"),
)
KNOWN: Final = ('"other"', ETAG, f"W/{ETAG}", f'"other", W/{ETAG}, "more"', "*", "nonsense", '"')
ENCODINGS: Final = (
    *("gzip", "gzip, br", "gzip;q=0", "br", "*", "identity;q=0", "x-gzip", "gzip;q=x"),
    *("*, gzip;q=0", "deflate, gzip;q=1.0, *;q=0.5"),
)
RANGES: Final = (
    *("bytes=0-9", "bytes=-10", "bytes=100-", "bytes=99999999-", "bytes=0-4,10-14"),
    *("bytes=5-2", "bytes=0-", "lines=1-2", "bytes"),
)
ORIGIN: Final = ("Origin", "https://example.org")
PREFLIGHT: Final[Headers] = (
    ORIGIN,
    ("Access-Control-Request-Method", "POST"),
    ("Access-Control-Request-Headers", "content-type"),
)


def one(name: str, *values: str) -> tuple[Headers, ...]:
    """Return a set of headers for each value of one header."""
    return tuple(((name, value),) for value in values)


SOME_HEADERS: Final[tuple[Headers, ...]] = (
    (),  # again: what is kept has to be what was made
    *one("Accept", FIREFOX, "text/turtle", "application/ld+json", "image/png"),
    (("Accept", FIREFOX), ("Accept-Language", "fr")),
    *one("If-None-Match", ETAG, '"other"'),
    *one("Accept-Encoding", "gzip"),
    (("Accept-Encoding", "gzip"), ("If-None-Match", ETAG)),
    (ORIGIN,),
)
ALL_HEADERS: Final[tuple[Headers, ...]] = (
    *one("Accept", *ACCEPTS),
    *((("Accept", "text/html"), ("Accept-Language", tongue)) for tongue in LANGUAGES),
    *one("Accept-Language", "fr"),
    *one("If-None-Match", *KNOWN),
    *((("Accept", kind), ("If-None-Match", ETAG)) for kind in ("text/html", "text/turtle")),
    *one("If-Match", ETAG, '"other"'),
    *one("If-Modified-Since", "Mon, 23 Nov 2026 00:00:00 GMT"),
    *one("Accept-Encoding", *ENCODINGS),
    *((("Accept-Encoding", "gzip"), ("If-None-Match", known)) for known in KNOWN),
    *one("Range", "bytes=0-9"),
    (("Accept", "text/html"), ("Accept", "text/turtle")),
    (("Accept", "text/turtle;q=0.1"), ("Accept", "application/ld+json")),
    *((("Host", host),) for host in ("evil.example", "", "localhost:1")),
    (("Host", "localhost"), ("Host", "evil.example")),
    *one("X-Forwarded-Host", "evil.example"),
    *one("Forwarded", "host=evil.example;proto=https"),
    *one("X-Forwarded-Proto", "https"),
    *one("X-Request-Id", "proxy-4711.abc"),
    *one("Cache-Control", "no-cache"),
    *one("Connection", "close"),
    *one("X-HTTP-Method-Override", "DELETE"),
)
MANY_ASKED: Final = (
    *("", "practice/cuisine-ta-ville", "city/barcelona", "cities", "practices?topic=education"),
    *("def", "links", "sparql", "sparql?query=ASK%7B%7D", "reconcile", "reconcile?query=Genf"),
    "nothing-here",
)


def routes() -> Iterator[Case]:
    """Yield every route, with each ending, by each method and with the commonest headers."""
    endings = [f"{name}.{form}" for name in DOCUMENTS for form in GRAPH]
    endings += [f"{name}.{form}" for name in COLLECTIONS for form in TABLE]
    for path in (*OTHERS, *DOCUMENTS, *COLLECTIONS, *FILES):
        yield from (Case(method, f"/{path}") for method in METHODS)
        yield from (Case("GET", f"/{path}", headers) for headers in SOME_HEADERS)
        yield Case("OPTIONS", f"/{path}", PREFLIGHT)
        yield Case("HEAD", f"/{path}", (("If-None-Match", ETAG),))
        yield Case("POST", f"/{path}", (("Content-Type", FORM),), b"a=1")
    for path in endings:
        yield from (Case(method, f"/{path}") for method in METHODS[:-2])
        yield from (Case("GET", f"/{path}", headers) for headers in SOME_HEADERS[4:])


def headers_of_all_kinds() -> Iterator[Case]:
    """Yield a few addresses with every header of the tables, and files in ranges."""
    for path in MANY_ASKED:
        yield from (Case("GET", f"/{path}", headers) for headers in ALL_HEADERS)
    for path in FILES:
        for text in RANGES:
            yield Case("GET", f"/{path}", (("Range", text),))
        for known in (ETAG, '"other"', f"W/{ETAG}"):
            yield Case("GET", f"/{path}", (("Range", "bytes=0-9"), ("If-Range", known)))
        yield Case("HEAD", f"/{path}", (("Range", "bytes=0-9"),))
    for number, encoding in enumerate(("gzip", "identity")):  # what nobody has asked for before
        for path in ("city/barcelona.ttl", "practices", "practice/cuisine-ta-ville.rdf"):
            address = f"/{path}?cold={number}"
            yield Case("GET", address, (("Accept-Encoding", encoding), ("If-None-Match", '"x"')))
            yield Case("HEAD", f"{address}&head=1", (("Accept-Encoding", encoding),))


SELECTIONS: Final = (
    *("page=2", "page=9", "page=10", "page=0", "page=-1&size=-5", "page=1e9", "page=%D9%A1"),
    *("size=3", "size=3&page=70", "size=1000", "size=999999", "topic=education&page=2"),
    *("topic=education&country=es", "country=es&city=barcelona", "year=2016", "year=abc"),
    *("q=mediation", "q=school%20children&topic=education", "q=%22%20OR%20%22", "q=%00"),
    *("q=%ff%fe%22*%22", "q=NEAR(a%20b)%20AND%20NOT", "q=%C2%B2%20%E1%8D%BC%20%CC%81"),
    *("q=r%C3%A9fugi%C3%A9s", "q=mediaton", f"q={'a%20' * 1500}", f"q={'%22' * 2000}"),
    *("topic=%00&country=%27&city=%22&year=abc", "year=99999999999999999999999", "year=-1"),
    *("topic=a&topic=b", "=&&==&%", "x=%3Ey%3B%20rel%3D%22next%22", "topic=nothing"),
    *("lang=fr", "lang=fr&topic=education", "lang=xx", "lang=%00", "lang=", "TOPIC=education"),
)
AS_PAGE_AND_DATA: Final[tuple[Headers, ...]] = (
    *one("Accept", "text/turtle", "text/csv", "application/ld+json"),
    (("Accept", "text/html"), ("Accept-Language", "fr")),
)


def collections() -> Iterator[Case]:
    """Yield collections with facets, words and pages, in several formats."""
    for asked in SELECTIONS:
        for headers in AS_PAGE_AND_DATA:
            yield Case("GET", f"/practices?{asked}", headers)
        yield Case("GET", f"/?{asked}", (("Accept", "text/html"),))
        yield Case("GET", f"/fr/practices?{asked}")
    for name in COLLECTIONS[1:]:
        for asked in ("page=2", "size=5&page=2", "size=1000", "lang=fr", "q=a", "page=999"):
            yield from (Case("GET", f"/{name}?{asked}", headers) for headers in AS_PAGE_AND_DATA)
    for ending in TABLE:
        for asked in ("size=5&page=2", "topic=education&size=5", "page=99"):
            yield Case("GET", f"/practices.{ending}?{asked}")


MISSING: Final = (
    *("nothing-here", "practice/no-such-key", "practice/no-such-key.ttl", "city/Barcelona"),
    *("id/practice/no-such-key", "city/barcelona.exe", "city/barcelona/", "city/", "city"),
    *("city-topic/barcelona", "city-topic/barcelona/education/more", "practice//x", "practices/"),
    *("practices//", "id//city/barcelona", "//practices", "id", "id/", "id/city", "id/nothing/x"),
    *("def/9.9", "def/", "graph/nothing", "graph/", "data", "data/nothing.nt", "data/../x"),
    *("data/..%2f..%2fetc%2fpasswd", "static/..%2f..%2fsettings.py", "static/nothing.css"),
    *("static/", "static/vendor/yasqe.js", "release", "release/nothing", "sparql/", "reconcile/"),
    *("reconcile/suggest/nothing", "reconcile/flyout/nothing?id=x", ".well-known/nothing"),
    *("FR/", "fr", "fr/", "fr//", "fr/fr/", "fr/city/paris.ttl", "fr/id/city/paris", "fr/healthz"),
    *("fr/data/cities.csv", "fr/static/iccgraph.css", "fr/nothing", "en/sparql", "fr/reconcile"),
    *("practices.exe", "cities.TTL", "context", "links.exe", "favicon.ico", "*", "metrics/"),
)
ODD: Final = (
    *("practice/%00", "practice/%ff%fe", "practice/%", "practice/%zz", "practice/%F0%9F%98%80"),
    *("practice/a%0d%0aSet-Cookie:%20x=1", "practice/%3Cscript%3Ealert(1)%3C/script%3E"),
    *("practice/'%20OR%201=1--", f"practice/{'a' * 8000}", f"id/city/{'%41' * 2000}"),
    *(r"practice/\..\..", "%70ractices", "city/%62arcelona", "city-topic/barcelona%2Feducation"),
    *("city/barcelona%2Ettl", "city/barcelona?", "city/barcelona?lang=%00", "city/barcelona#x"),
    *("city/barcelona;x=1", "city/./barcelona", "city/x/../barcelona", "cities?%ff=%fe"),
    *("sparql?query=%FF%FE", "sparql?query=ASK%20%7B%7D%20%23%FF", "reconcile?query=%ff"),
    *(f"practice/{'a' * 9000}", f"practices?q={'a' * 9000}", "x" * 20000),
    *("city/\xff\xfe", "city/caf\xc3\xa9", "a b", "city/<x>", 'city/"x"', "city/{x}|^`"),
)


def missing(names: Sequence[str]) -> Iterator[Case]:
    """Yield what is not there or not rightly written, and things that were withdrawn or renamed."""
    wanted: tuple[Headers, ...] = (
        (),
        *one("Accept", "text/turtle"),
        (("Accept", FIREFOX), ("Accept-Language", "fr")),
    )
    gone = [f"{place}{name}" for name in names for place in ("", "id/")]
    gone += [f"{name}.{form}" for name in names for form in (*GRAPH, "exe")]
    for path in (*MISSING, *ODD, *gone):
        yield from (Case("GET", f"/{path}", headers) for headers in wanted)
        yield from (Case(method, f"/{path}") for method in ("HEAD", "OPTIONS", "DELETE"))
    yield Case("GET", "http://evil.example/practices")
    yield Case("OPTIONS", "*")
    yield Case("GET", "practices")
    yield Case("NONSENSE", "/practices")
    yield Case("TRACE", "/practices")
    yield Case("G@T", "/practices")


BASE: Final = "https://w3id.org/iccgraph/"
CITY: Final = f"<{BASE}id/city/barcelona>"
SELECT: Final = f"SELECT ?label {{ {CITY} rdfs:label ?label }} ORDER BY ?label"
CONSTRUCT: Final = f"CONSTRUCT {{ {CITY} ?p ?o }} WHERE {{ {CITY} ?p ?o }}"
RESULTS: Final = (
    *(SELECT, f"ASK {{ {CITY} ?p ?o }}", "ASK { 1 ?p ?o }", "SELECT ?x { ?x a <x:none> }"),
    *(CONSTRUCT, f"DESCRIBE {CITY}", "CONSTRUCT { [] <x:p> [ <x:q> 1 ] } {}"),
    'SELECT ?x { BIND("Ćevapi – 日本 🙂 é" AS ?x) }',
    "SELECT ?one ?other { VALUES (?one ?other) { (UNDEF 1) (2 UNDEF) } }",
    r'SELECT ("a\r\nb\rc" AS ?x) ("a,\"b\"\t\n <d> & {\"e\":1}" AS ?y) {}',
    'SELECT ("=1+1" AS ?x) ("@a" AS ?y) (<javascript:alert(1)> AS ?z) (1.50 AS ?n) {}',
    "SELECT (BNODE() AS ?b) {}",
    'SELECT ("<script>alert(1)</script>" AS ?x) {} # </textarea><img src=x onerror=alert(2)>',
    'CONSTRUCT { <x:a> <x:b> "</pre><script>\\r\\n" } {}',
    "PREFIX icc: <https://example.org/> SELECT (STR(icc:City) AS ?x) {}",
)
NAMES: Final = (
    *("json", "xml", "csv", "tsv", "ttl", "turtle", "nt", "ntriples", "rdf", "rdfxml", "jsonld"),
    *("json-ld", "html", "n3", "text/turtle", "application/sparql-results+xml", "nonsense", "%FF"),
)
COUNT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
COUNT_NAMED: Final = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
LINKS, TOPICS = f"{BASE}graph/links", f"{BASE}graph/topics"
GRAPHS: Final = (
    *("default-graph-uri=", "named-graph-uri=", "default-graph-uri=not%20an%20iri"),
    *("named-graph-uri=relative", "default-graph-uri=https://example.org/none"),
    f"default-graph-uri={LINKS}",
    f"default-graph-uri={LINKS}&default-graph-uri={TOPICS}",
    f"named-graph-uri={LINKS}&named-graph-uri={TOPICS}",
    f"default-graph-uri={LINKS}&named-graph-uri={TOPICS}",
)
MISTAKES: Final = (
    *("SELECT * {\n  ?s ?p\n}", "SELECT * { ?s ?p ?o", "SELECT *\n{ ?s nope:x ?o }", "hello", ""),
    *("SELECT ?x ?x (1 AS ?x) {}", "SELECT * { ?s ?p ?o } GROUP BY", "SELECT * { ?s ?p 'open }"),
    *("ASK { FILTER(NOSUCHFUNCTION(1)) }", "PREFIX x: <\n> ASK {}", "# only a comment", "\x00"),
    *("ASK {} ; CLEAR ALL", "{}", "SELECT (<https://example.org/f>(1) AS ?x) {}"),
    *("SELECT * { <city/barcelona> ?p ?o }", "ASK { FILTER(1/0) }", "SELECT (SUM(?x) AS ?x) {}"),
    *("INSERT DATA { <x:a> <x:b> <x:c> }", "DELETE WHERE { ?s ?p ?o }", "# comment\nCLEAR ALL"),
    *("load silent <http://127.0.0.1/>", "DROP GRAPH <x:g>", "COPY <x:a> TO <x:b>"),
    *("SELECT * { SERVICE <http://127.0.0.1:22/> { ?s ?p ?o } }",),
    *("SELECT * { SERVICE SILENT <http://169.254.169.254/x> { ?s ?p ?o } }",),
    *("SELECT * { SERVICE ?where { ?s ?p ?o } }",),
    *("SELECT * { ?s ?p ?o SERVICE", f"ASK FROM <{LINKS}> {{ ?s ?p ?o }}"),
    *(f"ASK FROM <file:{'/' * 3}etc/passwd> {{ ?s ?p ?o }}", f"ASK {{}} #{'x' * 70_000}"),
    *("SELECT * " + "{" * 20_000, "ASK { FILTER(1" + "||1" * 15_000 + ") }", "SELECT (" * 9_000),
    *(f"ASK {{ FILTER({'(' * 190}1{')' * 190}) }}", f"ASK {{ FILTER({'(' * 300}1{')' * 300}) }}"),
    "SELECT ?s { ?s ?p ?o . ?t ?q ?r }",  # too many rows
)
TOO_LONG: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""Runs into the time limit, whatever that is."""
QUERY_BODIES: Final[tuple[tuple[str, bytes], ...]] = (
    ("", b""),
    ("", b"query=ASK%7B%7D"),
    (FORM, b""),
    (FORM, b"query=ASK%7B%7D"),
    (f"{FORM}; charset=UTF-8", b"query=ASK%7B%7D"),
    (f"{FORM}; charset=iso-8859-1", b"query=ASK%7B%7D"),
    (FORM, b"query=ASK%7B%7D&query=ASK%7B%7D"),
    (FORM, b"query=ASK%7B%7D&format=xml"),
    (FORM, b"query=ASK%7B%7D%20%23%FF"),
    (FORM, b"query=ASK%7B%7D&update=CLEAR+ALL"),
    (FORM, b"update=CLEAR+ALL"),
    (FORM, b"x" * 300_000),
    (DIRECT, b""),
    (DIRECT.upper(), b"ASK{}"),
    (f'{DIRECT};charset="UTF-8"', b"ASK{}"),
    (f"{DIRECT}; charset=utf-16", "ASK{}".encode("utf-16")),
    (DIRECT, b"ASK { ?s ?p '\xff' }"),
    (DIRECT, b"ASK {} \0#"),
    ("application/sparql-update", b"CLEAR ALL"),
    ("text/plain", b"ASK{}"),
    ("multipart/form-data; boundary=x", b"--x--"),
    ("application/json", b'{"query": "ASK{}"}'),
    ("nonsense", b"ASK{}"),
)


def asked(query: str, **more: str) -> str:
    """Return the address of a query."""
    return f"/sparql?{urlencode({'query': query, **more})}"


def posted(query: str, headers: Headers = (), tail: str = "") -> Iterator[Case]:
    """Yield a query as a form and as it is."""
    form = urlencode({"query": query}).encode()
    yield Case("POST", f"/sparql{tail}", (("Content-Type", FORM), *headers), form)
    yield Case("POST", f"/sparql{tail}", (("Content-Type", DIRECT), *headers), query.encode())


def queries() -> Iterator[Case]:
    """Yield queries in each way to ask, in each format and over each choice of graphs."""
    for query in RESULTS:
        yield from (Case(method, asked(query)) for method in ("HEAD", "GET", "GET"))
        yield from posted(query)
        yield from (Case("GET", asked(query, format=name)) for name in NAMES)
        yield Case("GET", asked(query), (("If-None-Match", ETAG),))
        yield Case("GET", asked(query), (("Accept", FIREFOX), ("Accept-Language", "fr")))
        yield Case("GET", asked(query), (("Accept", FIREFOX), ("Accept-Encoding", "gzip")))
    for query in (SELECT, CONSTRUCT):
        for accept in ACCEPTS:
            yield Case("GET", asked(query), (("Accept", accept),))
            yield from posted(query, (("Accept", accept),))
    for query in (COUNT, COUNT_NAMED):
        for graphs in GRAPHS:
            yield Case("GET", f"{asked(query)}&{graphs}")
            yield from posted(query, tail=f"?{graphs}")
            form = f"{urlencode({'query': query})}&{graphs}".encode()
            yield Case("POST", "/sparql", (("Content-Type", FORM),), form)


def example_queries() -> Iterator[Case]:
    """Yield the example queries that ask nobody else, each as data, some in other formats."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.rq"))]
    own = [text for text in texts if "SERVICE" not in text]
    for number, text in enumerate(own):
        yield Case("GET", asked(text))
        yield Case("GET", asked(text), (("Accept-Encoding", "gzip"),))
        if not number % 4:
            yield from posted(text)
            yield from (Case("GET", asked(text, format=name)) for name in ("html", "csv", "xml"))


def faulty_queries() -> Iterator[Case]:
    """Yield queries that are refused, each for a reason of its own, and bodies that are none."""
    for query in MISTAKES:
        yield from posted(query)
        if len(query) < 1000:
            yield Case("GET", asked(query))
            yield Case("HEAD", asked(query))
            yield Case("GET", asked(query), (("Accept", FIREFOX), ("Accept-Language", "fr")))
    yield Case("GET", asked(TOO_LONG))
    yield Case("GET", asked(TOO_LONG), (("Accept", FIREFOX),))
    for kind, body in QUERY_BODIES:
        headers = (("Content-Type", kind),) if kind else ()
        yield from (Case(method, "/sparql", headers, body) for method in ("POST", "PUT"))
    packed = (("Content-Type", DIRECT), ("Content-Encoding", "gzip"))
    yield Case("POST", "/sparql", packed, b"\x1f\x8b")
    short = (("Content-Type", DIRECT), ("Content-Length", "60"))
    yield Case("POST", "/sparql", short, b"ASK {}")  # its end never comes
    for tail in ("update=CLEAR%20ALL", "query=", "query", "query=ASK%7B%7D&query=ASK%7B%7D"):
        yield Case("GET", f"/sparql?{tail}")
    for tail in ("query=ASK%7B%7D&update=CLEAR%20ALL", "query=ASK%7B%7D&format=ttl", "quer=x"):
        yield Case("GET", f"/sparql?{tail}")


def federated(endpoint: str) -> Iterator[Case]:
    """Yield queries that ask another endpoint; three at most, since one that fails is left then."""
    clause = f"{{ {CITY} owl:sameAs ?item SERVICE <{endpoint}> {{ ?item rdfs:label ?name }} }}"
    yield Case("GET", asked(f"SELECT ?item ?name {clause}"))
    yield Case("GET", asked(f"SELECT ?item ?name {clause.replace('SERVICE', 'SERVICE SILENT')}"))
    yield Case("GET", asked(f"CONSTRUCT {{ ?item <x:p> ?name }} {clause}"), (("Accept", FIREFOX),))


BATCH: Final = {
    "q0": {"query": "Genf", "type": "city", "type_strict": "should", "limit": 3},
    "q1": {"query": "Cartagena", "type": ["city"], "properties": [{"pid": "country", "v": "ES"}]},
    "q2": {"query": "Bergen (Norway)"},
    "q3": {"query": "Barselona", "limit": 2},
    "q4": {"query": "Spain", "type": "country"},
    "née": {"query": "nothing like it at all"},
    "q6": {"query": "éducation", "type": "topic"},
    "q7": {"query": "Cuisine ta ville", "type": "practice"},
    "q8": {"query": "x" * 500},
}
EXTENSION: Final = {
    "ids": ["city/barcelona", "country/es", "topic/education", "city/nowhere"],
    "properties": [
        *({"id": "wikidata"}, {"id": "country"}, {"id": "lat"}, {"id": "unheard-of"}),
        {"id": "names", "settings": {"limit": "2"}},
    ],
}
FIELDS: Final[tuple[dict[str, str], ...]] = (
    {"queries": json.dumps(BATCH)},
    {"extend": json.dumps(EXTENSION)},
    {"queries": "{}"},
    {"query": "Barcelona", "type": "city"},
    {"query": json.dumps({"query": "Barcelona", "type": "city", "limit": 1})},
    {"query": "Genève", "country": "ch"},
    {"query": "Genève", "limit": "2", "type": "nothing"},
    {"query": ""},
    {"query": "\x00"},
    *({"query": "Oslo", "callback": name} for name in ("jQuery31.cb_1", "alert(1)", "é", "a.")),
    {"callback": "f", "queries": json.dumps(BATCH)},
    {"callback": "f"},
    *({"queries": text} for text in ("", "{", "[]", "null", '"a"', "NaN", '{"q0": {}}')),
    {"queries": '{"q0": {"query": "a", "limit": -1}}'},
    {"queries": '{"q0": {"query": "a", "type": 3}}'},
    {"queries": '{"q0": {"query": "a", "type_strict": "none"}}'},
    {"queries": '{"q0": {"query": "a", "properties": [{"pid": 3, "v": 1}]}}'},
    {"queries": '{"q0": {"query": "\\ud800"}}'},
    *({"extend": text} for text in ("", "{", "[]", "{}", '{"ids": [1], "properties": []}')),
    {"extend": '{"ids": [], "properties": [{}]}'},
    {"queries": json.dumps({f"q{n}": {"query": "Oslo"} for n in range(1001)})},
)
SUGGESTED: Final = (
    *("suggest/entity?prefix=barc", "suggest/entity?prefix=lissab&type=city", "suggest/entity"),
    *("suggest/entity?prefix=s&limit=3&cursor=1", "suggest/entity?prefix=a&limit=many"),
    *("suggest/entity?prefix=%D0%9B%D0%B8%D1%81%D1%81", "suggest/type?prefix=ci"),
    *("suggest/type?prefix=", "suggest/property?prefix=cou", "suggest/property?prefix=zzz"),
    *("suggest/entity?prefix=osl&callback=f", "suggest/entity?prefix=osl&callback=f()"),
    *("flyout/entity?id=city%2Fbarcelona", "flyout/entity?id=practice%2Fcuisine-ta-ville"),
    *("flyout/type?id=practice", "flyout/type?id=nothing", "flyout/property?id=country"),
    *("flyout/property?id=nothing", "flyout/type?id=city&callback=f", "flyout/type"),
    *("properties?type=country", "properties?type=city&limit=2", "properties?type=nothing"),
    *("properties", "properties?limit=x", "preview?id=city%2Fbarcelona", "preview"),
    *("preview?id=country%2Fes", "preview?id=topic%2Feducation", "preview?id=city%2Fnowhere"),
    "preview?id=practice%2Fcuisine-ta-ville",
)


def reconciled() -> Iterator[Case]:
    """Yield batches of names, values of properties, suggestions and previews, and wrong ones."""
    for fields in FIELDS:
        form = urlencode(fields)
        yield Case("POST", "/reconcile", (("Content-Type", FORM),), form.encode())
        if len(form) < 7000:
            yield Case("GET", f"/reconcile?{form}")
            yield Case("GET", f"/reconcile?{form}", (("Accept", "text/html"),))
            yield Case("GET", f"/reconcile?{form}", (("If-None-Match", ETAG),))
    for path in SUGGESTED:
        yield Case("GET", f"/reconcile/{path}")
        french = (("Accept", FIREFOX), ("Accept-Language", "fr"))
        yield Case("GET", f"/reconcile/{path}", french)
        yield Case("HEAD", f"/reconcile/{path}")
    for kind, body in (
        *(("application/json", b'{"query": "Oslo"}'), ("", b"query=Oslo"), ("text/plain", b"")),
        *((FORM, b"query=%ff%fe"), (FORM, b"&".join([b"a=1"] * 60)), (FORM, b"")),
        *((f"{FORM}; charset=utf-8", b"query=Oslo"), ("multipart/form-data; boundary=x", b"--x")),
    ):
        headers = (("Content-Type", kind),) if kind else ()
        yield Case("POST", "/reconcile", headers, body)
        yield Case("POST", "/reconcile?limit=1", headers, body)


def things(paths: Sequence[str]) -> Iterator[Case]:
    """Yield things in each format, as page in both languages, and by their names."""
    for path in paths:
        yield from (Case("GET", f"/{path}.{form}") for form in GRAPH)
        yield Case("GET", f"/{path}", (("Accept", "text/html"), ("Accept-Language", "fr")))
        yield Case("GET", f"/id/{path}", (("Accept", "text/turtle"),))
        yield Case("GET", f"/reconcile/preview?id={quote(path, safe='')}")


def all_cases(paths: Sequence[str], names: Sequence[str], endpoint: str = "") -> list[Case]:
    """Return every request, in the order in which they are sent.

    `paths` are more things that are there, `names` things that were, `endpoint` the IRI of another
    endpoint that queries may ask.
    """
    return [
        *routes(),
        *headers_of_all_kinds(),
        *collections(),
        *missing(names),
        *queries(),
        *example_queries(),
        *faulty_queries(),
        *(federated(endpoint) if endpoint else ()),
        *reconciled(),
        *things(paths),
    ]
