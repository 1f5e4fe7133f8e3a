"""How query texts are looked over before the engine has them: tokens, and who asks elsewhere."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pyoxigraph import Store

from iccgraph.errors import QueryError, QueryRefused, QuerySyntaxError, QueryTooLarge
from iccgraph.jsonld import Context
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.guard import QuerySummary, inspect, refuse_service
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.sparql_syntax import SIGN, tokens
from iccgraph.vocab import PREFIXES
from tests.for_all import for_all
from tests.web.client import sparql

LENGTH, DEPTH = 10**9, 200
OUT = "<http://127.0.0.1:9/>"
EX = "PREFIX ex: <http://127.0.0.1:9/> "
PORT = "PREFIX e: <http://h:> "


def accepts(text: str) -> bool:
    """Return whether the engine takes the text for a query; a SELECT is not evaluated yet."""
    try:
        Store().query(text, prefixes=PREFIXES)
    except SyntaxError:
        return False
    except (RuntimeError, ValueError):
        return True
    return True


ELSEWHERE = [
    f"SELECT * {{ SERVICE {OUT} {{}} }}",
    f"SELECT * {{ service {OUT} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SeRvIcE SILENT {OUT} {{}} }}",
    "SELECT * { ?s ?p ?x SERVICE ?x { ?a ?b ?c } }",
    f"{EX}SELECT * {{ SERVICE ex:a {{}} }}",
    f"SELECT * {{{{SERVICE{OUT}{{}}}}}}",
    f"SELECT * {{ SERVICE#\n#\r{OUT}#\n{{}} }}",
    f"SELECT * {{ # comment\rSERVICE {OUT} {{}} }}",
    f"SELECT * {{ OPTIONAL {{ SERVICE {OUT} {{}} }} }}",
    f"SELECT * {{ FILTER NOT EXISTS {{ SERVICE {OUT} {{}} }} }}",
    f"SELECT * {{ {{ SELECT * {{ SERVICE {OUT} {{}} }} }} }}",
    f"SELECT * {{ GRAPH ?g {{ SERVICE {OUT} {{}} }} }}",
    f"SELECT * {{ BIND({OUT} AS ?x)SERVICE?x{{}} }}",
    f"SELECT (EXISTS {{ SERVICE {OUT} {{}} }} AS ?x) {{}}",
    f"SELECT * {{ ?s ?p 'SERVICE' SERVICE {OUT} {{}} }}",
    # no space around the keyword
    f"SELECT * {{ SERVICESILENT{OUT}{{}} }}",
    f"{EX}SELECT * {{ SERVICEex:a{{}} }}",
    f"{EX}SELECT * {{ SERVICESILENTex:a{{}} }}",
    f"SELECT * {{ ?s ?p 1SERVICE{OUT}{{}} }}",
    f"SELECT * {{ ?s ?p 1.SERVICE{OUT}{{}} }}",
    f"SELECT * {{ ?s ?p 1e1SERVICE{OUT}{{}} }}",
    f"SELECT * {{ ?s ?p trueSERVICE{OUT}{{}} }}",
    f"{EX}SELECT * {{ ?s ?p trueSERVICEex:a{{}} }}",
    f"SELECT * {{ ?s ?p 'a'@en.SERVICE{OUT}{{}} }}",
    f"SELECT * {{ ?s ?p '''a\\''''SERVICE{OUT}{{}} }}",
    # names that end before they seem to
    f"{EX}SELECT * {{ ?s ?p ex:.SERVICE{OUT}{{}} }}",
    f"PREFIX : {OUT} SELECT * {{ SERVICE:a{{}} }}",
    f"PREFIX : {OUT} PREFIX SERVICE: <x:> SELECT * {{ SERVICE:a{{}} }}",
    f"{PORT}SELECT * {{ ?s ?p e:SERVICE{OUT}{{}} }}",
    f"{PORT}{EX}SELECT * {{ ?s ?p e:SERVICEex:a{{}} }}",
    # a less-than sign that looks like the beginning of an IRI
    f"SELECT * {{ FILTER(1<2)SERVICE#>\n{OUT}{{}} }}",
    f"SELECT * {{ FILTER(1<2)#>'''\n SERVICE {OUT} {{}} #'''\n }}",
    f"SELECT * {{ FILTER('a'<'b>')SERVICE{OUT}{{}}FILTER('a'<'b>') }}",
    f"SELECT * {{ <<?s?p'a>'>>?x?y.SERVICE{OUT}{{}}?z?a'b' }}",
    # a long string that is none
    f'SELECT * {{ VALUES ?x {{ """ a" }} SERVICE {OUT} {{}} #\\uD800"""\n }}',
]
HERE = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p 'SERVICE <http://x/> {}' }",
    'SELECT * { ?s ?p "a\\" SERVICE <http://x/> {}" }',
    "SELECT * { ?s ?p '''\n' SERVICE <http://x/> {} \\''' ''' }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://x/> {}",
    "# SERVICE <http://x/> { ' \" < \nSELECT * { ?s ?p ?o }",
    "SELECT * { #\x85SERVICE <http://x/> {}\n }",
    "SELECT * { ?s ?p <http://x/SERVICE> }",
    "SELECT * { ?s ?p <http://x/\\u0053ERVICE> }",
    "SELECT * { ?s a <http://www.w3.org/ns/sparql-service-description#Service> }",
    "SELECT ?SERVICE { ?SERVICE ?p $service }",
    "SELECT * { GRAPH ?gSERVICE { ?s ?p ?o } }",
    "SELECT * { GRAPH ?service { ?s ?p ?o } }",
    "PREFIX SERVICE: <x:> SELECT * { ?s ?p SERVICE:SERVICE }",
    "PREFIX service: <x:> SELECT * { GRAPH service:a { ?s service:p ?o } }",
    "PREFIX ex: <x:> SELECT * { ?s ?p ex:public-services, ex:a\\'SERVICE, ex:a·SERVICE }",
    "PREFIX ex: <x:> SELECT * { ?s ?p ex:a、SERVICE }",
    "SELECT * { _:SERVICE ?p 'a'@service, 'b'^^<x:SERVICE> }",
    "SELECT * { ?service ?serwice ?serzice }",
    "SELECT * { ?s ?p ?o FILTER(?o < 'SERVICE' && 'a' > ?o) }",
    "DESCRIBE <https://w3id.org/iccgraph/id/topic/public-services>",
    "ASK { <https://w3id.org/iccgraph/id/topic/public-services> ?p ?o }",
]


def test_asks_elsewhere() -> None:
    """A query that the engine would send elsewhere is refused, however it is written."""

    def fact(text: str) -> None:
        assert accepts(text), "the engine does not take it, so it proves nothing"
        with pytest.raises(QueryRefused, match="SERVICE"):
            refuse_service(text)

    for_all(ELSEWHERE, fact)


def test_asks_only_here() -> None:
    """The word alone does no harm: in a string, comment, IRI, name or variable it is let pass."""

    def fact(text: str) -> None:
        assert accepts(text)
        refuse_service(text)

    for_all(HERE, fact)


def test_place_of_the_word() -> None:
    """The refusal names line and column of the keyword, not those of a harmless word before it."""
    text = f"# SERVICE\nSELECT ?service {{\n  ?service ?p 'SERVICE' . SERVICE {OUT} {{}}\n}}"
    with pytest.raises(QueryRefused, match=r"line 3, column 27\b"):
        refuse_service(text)


def test_relative_iris_against_a_base() -> None:
    """With a base, relative IRIs are read as the engine reads them: SERVICE is seen among them."""
    with pytest.raises(QueryRefused, match=r"line 1, column 22\b"):
        refuse_service(
            f"SELECT * {{ <s> <p> 1 SERVICE {OUT} {{ <s> <p> 2 }} }}", "http://a.example/"
        )
    refuse_service("SELECT * { <s> <p> 'SERVICE' }", "http://a.example/")
    with pytest.raises(QuerySyntaxError):
        refuse_service("SELECT * { <s> <p> 'SERVICE' }")


@pytest.mark.parametrize(
    "text", ["SELECT * { SERVICE }", "SELECT * { ?service", "SERVICE", "ASK service"]
)
def test_word_in_a_broken_query(text: str) -> None:
    """A text that is no query is a syntax error, with the word or without it."""
    assert not accepts(text)
    with pytest.raises(QuerySyntaxError):
        refuse_service(text)


def test_every_other_spelling_taken() -> None:
    """A text that uses up all other spellings of the word is refused rather than guessed at."""
    names = " ".join(f"?ser{letter}ice" for letter in "abcdefghijklmnopqrstuwxyz")
    with pytest.raises(QueryRefused):
        refuse_service(f"SELECT {names} {{ ?service ?p ?o }}")


PAYLOAD = st.sampled_from(
    [
        "SERVICE",
        "service",
        "SeRvIcE <http://x/> {}",
        "SERVICE ?x {",
        "} SERVICE <x:> {",
        "SERVICE SILENT ex:a {}",
    ]
)
SPACE = st.sampled_from(
    ["", " ", "\n", "\t ", "#\n", "# '\n", '# """ SERVICE <\n', "#<\r", " # >\n"]
)
WORD = st.sampled_from(["SERVICE", "service", "aSERVICEb", "Service-x", "serVice1"])
HIDDEN = st.one_of(
    PAYLOAD.map(lambda p: f'"{p}"'),
    PAYLOAD.map(lambda p: f"'{p}'"),
    PAYLOAD.map(lambda p: f'"""{p}\n" {p}"""'),
    PAYLOAD.map(lambda p: f"'''{p}\n'' {p}'''"),
    PAYLOAD.map(lambda p: f'"\\"{p}\\\\"'),
    PAYLOAD.map(lambda p: f"'\\'{p}\\u0027'"),
    WORD.map(lambda w: f"<http://x/{w}#'>"),
    WORD.map(lambda w: f"ex:{w}"),
    WORD.map(lambda w: f"ex:a.{w}"),
    WORD.map(lambda w: f"ex:\\'{w}"),
    WORD.map(lambda w: f"?{w.replace('-', '_')}"),
    WORD.map(lambda w: f"$x{w.replace('-', '_')}"),
    WORD.map(lambda w: f"_:{w}"),
    WORD.map(lambda w: f"'a'@en-{w.replace('-', '')[:8]}"),
    WORD.map(lambda w: f"'a'^^ex:{w}"),
    st.sampled_from(["1", "1.5", "1e3", "true", "()", "[]", "ex:p", "?o", "'<'", '"#"']),
)
FILTERS = st.sampled_from(
    [
        *(
            "FILTER(1<2)",
            "FILTER(1 <2&&3> 2)",
            "FILTER('a'<'b>')",
            "FILTER(?o<?s)",
            "FILTER(?o<-1)",
        ),
        *("FILTER(?o IN(<http://x/SERVICE>,'SERVICE'))", "BIND(1<2 AS ?SERVICE9)", "OPTIONAL{}"),
        *("FILTER EXISTS{?s ?p 'SERVICE'}", "VALUES ?v{<x:SERVICE>'SERVICE'}", "{}UNION{}", ""),
    ]
)
REAL = st.tuples(
    st.sampled_from(["SERVICE", "service", "SERVICE SILENT", "Service#\nsilent", "SERVICESILENT"]),
    SPACE,
    st.sampled_from([OUT, "ex:a", "?endpoint", "<x:'>", ":"]),
    SPACE,
    st.sampled_from(["{}", "{ ?a ?b ?c }", "{#}\n}"]),
).map("".join)


@st.composite
def queries(draw: st.DrawFn) -> tuple[str, bool]:
    """Return a query made of hiding places, and whether one real SERVICE is among them."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        object_, dot = draw(HIDDEN), draw(st.sampled_from([" .", " . ", "\n.\n"]))
        parts.append(f"?s{draw(SPACE)} ?p{draw(SPACE)} {object_}{draw(SPACE)}{dot}")
        parts.append(draw(FILTERS))
    real = draw(st.booleans())
    if real:
        parts.insert(draw(st.integers(0, len(parts))), draw(REAL))
    body = "".join(part + draw(SPACE) for part in parts)
    head = "PREFIX ex: <http://127.0.0.1:9/> PREFIX : <http://127.0.0.1:9/> "
    return f"{draw(SPACE)}{head}SELECT{draw(SPACE)}*{draw(SPACE)}{{{body}}}{draw(SPACE)}", real


@given(queries())
def test_agrees_with_the_grammar(made: tuple[str, bool]) -> None:
    """Of the queries that the engine accepts, those with a real SERVICE are refused, no others."""
    text, real = made
    assume(accepts(text))
    if real:
        with pytest.raises(QueryRefused):
            refuse_service(text)
    else:
        refuse_service(text)


def test_the_grammar_is_worth_its_name() -> None:
    """Most of the queries made for the test above are queries for the engine, of both kinds."""
    seen = {True: 0, False: 0}

    @given(queries())
    def count(made: tuple[str, bool]) -> None:
        seen[made[1]] += accepts(made[0])

    count()
    assert min(seen.values()) > 10


ODD = st.text(alphabet="SERVICEservice<>?#'\"\\{}()[]:.@^_=|& \n\ruU0aé、\x00", max_size=60)


@given(st.one_of(st.text(), ODD))
@example("\ud800SERVICE")
@example("<\\uD800SERVICE>")
def test_any_text(text: str) -> None:
    """Any text is read to its end: a query or an error of ours, and no sign is lost."""
    found = list(tokens(text))
    signs = [(str(kind), sign[kind]) for sign in SIGN.finditer(text) if (kind := sign.lastgroup)]
    kinds = ("variable", "word", "open", "close", "other")
    assert [sign for sign in signs if sign[0] != "term"] == [
        (token.kind, token.text) for token in found if token.kind in kinds
    ]
    assert all(text[token.start :].startswith(token.text) for token in found)
    assert [token.start for token in found] == sorted({token.start for token in found})
    with contextlib.suppress(QueryError):
        inspect(text, LENGTH, DEPTH)
    with contextlib.suppress(QueryError, UnicodeEncodeError):
        refuse_service(text)


RUNS = [
    *('"', "'", "\\", "<", "#", ":", "_", "?", "@a-", ":%", "1", "1.", "1e", " ", ".", "é", "_:"),
    *(
        "a.",
        "a-",
        "<a",
        "<a.",
        '"\\',
        '"""\\',
        '"\'"',
        "'''\"\"\"\\",
        "\\u0041",
        "é.",
        "%41",
        "service#",
    ),
]


def test_long_runs() -> None:
    """A long run of anything is read to its end; `benchmarks.texts` measures how fast."""

    def fact(run: str) -> None:
        for text in (run * (250_000 // len(run)), "<" + run * (50_000 // len(run))):
            with contextlib.suppress(QueryError):
                inspect(text, LENGTH, 10**9)
        with contextlib.suppress(QueryError):
            refuse_service(f"ASK {{}} # service {run * (30_000 // len(run))}")

    for_all(RUNS, fact)


SUMMARIES = [
    ("SELECT * {}", QuerySummary("SELECT")),
    ("select(1 as ?x){}", QuerySummary("SELECT")),
    ("ASK{}", QuerySummary("ASK")),
    ("  # SELECT\nASK {}", QuerySummary("ASK")),
    ("PREFIX select: <x:> ASK { ?s ?p 'SELECT' }", QuerySummary("ASK")),
    ("BASE <http://select.org/>\rDESCRIBE <a>", QuerySummary("DESCRIBE")),
    ("PREFIX a:<x:>CONSTRUCT WHERE { ?s ?p ?o }", QuerySummary("CONSTRUCT")),
    ("SELECT * FROM <x:g> {}", QuerySummary("SELECT", True)),
    ("ASK from named <x:g> {}", QuerySummary("ASK", True)),
    ("SELECT*FROM<x:g>{}", QuerySummary("SELECT", True)),
    ("SELECT ?from { ?from ?p 'FROM', <x:FROM> } # FROM", QuerySummary("SELECT")),
    ("CONSTRUCT { ?s ?p ?o } FROM <x:g> WHERE { ?s ?p ?o }", QuerySummary("CONSTRUCT", True)),
]


def test_summary() -> None:
    """The type of a query, and whether it names its graphs itself, is read off its tokens."""

    def fact(row: tuple[str, QuerySummary]) -> None:
        text, summary = row
        assert inspect(text, LENGTH, DEPTH) == summary

    for_all(SUMMARIES, fact)


@pytest.mark.parametrize(
    "word", ["INSERT", "delete", "LOAD", "Clear", "DROP", "CREATE", "COPY", "WITH"]
)
def test_updates(word: str) -> None:
    """A text that begins with an update's word is refused with that word."""
    with pytest.raises(QueryRefused, match=word.upper()):
        inspect(f"PREFIX a: <x:> {word} DATA {{}}", LENGTH, DEPTH)


def test_depth_and_length() -> None:
    """Brackets may nest, and operators chain, as far as the limit and no further."""
    inspect("ASK " + "{" * 5 + "}" * 5, LENGTH, 5)
    inspect("ASK " + "{}" * 500, LENGTH, 5)
    inspect("ASK '" + "{" * 500 + "' # (((", LENGTH, 5)
    inspect("ASK { FILTER(1" + "+1" * 100 + ") }", LENGTH, 5)
    for text in ("ASK " + "{(" * 3, "ASK { FILTER(1" + "||1" * 51 + ") }", "ASK " + "!" * 101):
        with pytest.raises(QueryTooLarge):
            inspect(text, LENGTH, 5)
    inspect("ASK {} #éé", len("ASK {} #éé".encode()), 5)
    with pytest.raises(QueryTooLarge):
        inspect("ASK {} #éé", len("ASK {} #éé"), 5)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Listen on a port, and keep what anyone who comes says."""
    heard: list[bytes] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    line, _ = server.accept()
                    heard.append(line.recv(100))
                    line.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", heard
        stop.set()
        thread.join()


def test_nobody_is_called(live: str, listener: tuple[str, list[bytes]]) -> None:
    """No query, refused or not, makes the server call an address that stands in it."""
    address, heard = listener
    for text in ELSEWHERE:
        query = text.replace("http://127.0.0.1:9/", address)
        assert sparql(live, query).status == 403, query
        with pytest.raises(QueryRefused):
            evaluate(
                Store(),
                Context('{"@context": {}}'),
                SparqlQuery(query, "SELECT", "json"),
                10,
                10**6,
            )
    for query in (
        f"LOAD <{address}>",
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        f"SELECT * {{ GRAPH <{address}> {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{address}>",
    ):
        assert sparql(live, query).status in (200, 403)
    assert sparql(live, "ASK {}", **{"default-graph-uri": address}).status == 200
    assert heard == []


def test_worker_cannot_call_anyone(listener: tuple[str, list[bytes]]) -> None:
    """Even a query that was not refused reaches nobody from a worker: it can open no socket."""
    address, heard = listener
    program = (
        "import sys; from pyoxigraph import Store\n"
        "from iccgraph.serve.sparql.workers.sandbox import shut_in\n"
        "store = Store()\n"
        "if sys.argv[2] == 'shut': shut_in(2**30, None)\n"
        "try: list(store.query(f'SELECT * {{ SERVICE <{sys.argv[1]}> {{ ?s ?p ?o }} }}'))\n"
        "except OSError: print('failed')\n"
    )
    for state, calls in (("shut", 0), ("open", 1)):
        done = subprocess.run(
            [sys.executable, "-c", program, address, state],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert done.stdout == "failed\n"
        assert len(heard) == calls, state
