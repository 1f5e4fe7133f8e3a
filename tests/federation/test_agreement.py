"""Federated queries have the answers that Oxigraph has, which follows SERVICE by itself.

The judge runs in the test's own process, over the same two graphs, and asks the other one whole:
it sends no values along. So every row that a bind join loses, doubles or invents shows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from iccgraph.errors import QuerySyntaxError
from iccgraph.jsonld import Context
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.federation.engine import Federation
from iccgraph.serve.sparql.guard import inspect
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES
from tests.peers.servers import Peer, start_oxigraph

CONTEXT = Context('{"@context": {}}')
ENDPOINT = "https://elsewhere.example/sparql"
LOCAL = """
<x:a> <x:p> <x:b> <x:g1> .
<x:b> <x:p> <x:c> <x:g1> .
<x:c> <x:p> <x:a> <x:g2> .
<x:a> <x:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <x:g1> .
<x:b> <x:q> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <x:g2> .
<x:d> <x:p> _:n <x:g1> .
_:n <x:q> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <x:g1> .
<x:a> <x:r> "text \\"with\\" \\\\ quotes"@en <x:g2> .
"""
REMOTE = """
<x:a> <x:s> <x:c> .
<x:a> <x:s> <x:d> .
<x:b> <x:s> <x:b> .
<x:c> <x:s> <x:e> .
<x:c> <x:t> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
<x:b> <x:t> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .
<x:e> <x:p> <x:a> .
<x:a> <x:p> <x:b> .
<x:a> <x:r> "text \\"with\\" \\\\ quotes"@en .
"""
NAMES = ("?u", "?v", "?w", "?x")
HERE, THERE = ("<x:p>", "<x:q>", "<x:r>"), ("<x:s>", "<x:t>", "<x:p>", "<x:r>")
THINGS = ("<x:a>", "<x:b>", "<x:c>", *NAMES, *NAMES)
CONDITIONS = (
    *("({0} = {1})", "({0} != {1})", "(!BOUND({0}))", "(BOUND({0}) && ISIRI({0}))"),
    *("(COALESCE({0}, <x:a>) = <x:a>)", " REGEX(STR({0}), '[ab1]$')"),
)
VALUES = (
    "VALUES {0} {{ <x:a> <x:c> 1 }}",
    "VALUES ({0} ?y) {{ (<x:a> UNDEF) (<x:b> <x:c>) (UNDEF <x:e>) }}",
)
BINDS = ("BIND(STR({0}) AS ?u)", "BIND({0} AS ?y)", "BIND(1 / {0} AS ?z)")
AROUND = (
    *("OPTIONAL {{ {0} }}", "OPTIONAL {{ {0} }}", "{{ {0} }}", "{{ {0} }} UNION {{ {1} }}"),
    *("MINUS {{ {0} }}", "FILTER NOT EXISTS {{ {0} }}", "FILTER EXISTS {{ {0} }}"),
)
AROUND_US = (
    *AROUND,
    *("FILTER(EXISTS {{ {0} }} || ?u = <x:a>)", "BIND(EXISTS {{ {0} }} AS ?z)"),
    *("GRAPH ?g {{ {0} }}", "GRAPH <x:g1> {{ {0} }}", "{{ SELECT * {{ {0} }} }}"),
    *("{{ SELECT DISTINCT ?u ?w {{ {0} }} }}", "{{ SELECT ?v {{ {0} }} ORDER BY ?v LIMIT 99 }}"),
)
COUNTED = "{{ SELECT {0} (COUNT(*) AS ?n) {{ {0} <x:s> ?o }} GROUP BY {0} }}"
WHOLE = (
    *("SELECT * {{ {0} }}", "SELECT * WHERE {{ ?u <x:p> ?v . {0} }}"),
    *("SELECT * {{ ?u <x:p> ?v . ?w <x:q> ?x {0} }}",),
    *("SELECT ?u (COUNT(*) AS ?count) {{ ?u <x:p> ?v {0} }} GROUP BY ?u",),
    *("PREFIX e: <x:> SELECT * FROM <x:g1> {{ ?u e:p ?v . {0} }}",),
)


def one(draw: st.DrawFn, *choices: str) -> str:
    """Return one of some texts."""
    return draw(st.sampled_from(choices))


def triple(draw: st.DrawFn, predicates: tuple[str, ...]) -> str:
    """Return a triple pattern."""
    return f"{one(draw, *THINGS)} {one(draw, *predicates)} {one(draw, *THINGS)} ."


def simple(draw: st.DrawFn, predicates: tuple[str, ...]) -> str:
    """Return an element without groups, mostly a triple pattern."""
    kind = draw(st.integers(0, 9))
    if kind < 7:
        return triple(draw, predicates)
    names = one(draw, *NAMES), one(draw, *NAMES)
    if kind == 7:
        return "FILTER" + one(draw, *CONDITIONS).format(*names)
    return one(draw, *(VALUES if kind == 8 else BINDS)).format(*names)


def body(draw: st.DrawFn) -> str:
    """Return what is sent to the other endpoint."""
    if draw(st.integers(0, 9)) == 0:
        return COUNTED.format(one(draw, *NAMES))
    parts = [triple(draw, THERE)] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 2))):
        if draw(st.integers(0, 3)):
            parts.append(simple(draw, THERE))
        else:
            inner = triple(draw, THERE), triple(draw, THERE)
            parts.append(one(draw, *AROUND).format(*inner))
    return " ".join(parts)


def group(draw: st.DrawFn, depth: int, asking: bool = True) -> str:
    """Return some elements; Oxigraph takes SERVICE in GRAPH for something else."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 5))
        if kind < 2 and asking:
            parts.append(f"SERVICE <{ENDPOINT}> {{ {body(draw)} }}")
        elif kind < 4 or not depth:
            parts.append(simple(draw, HERE))
        else:
            shape = one(draw, *AROUND_US)
            more = asking and "GRAPH" not in shape
            inner = [group(draw, depth - 1, more) for _ in range(2 if "{1}" in shape else 1)]
            parts.append(shape.format(*inner))
    return " ".join(parts)


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Return a query of ours, which mostly asks the other endpoint somewhere."""
    return one(draw, *WHOLE).format(group(draw, 2))


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Return a server that holds the other graph."""
    quads = tmp_path_factory.mktemp("remote") / "remote.nq"
    quads.write_text(REMOTE, encoding="utf-8")
    peer = start_oxigraph(quads)
    yield peer
    peer.stop()


@pytest.fixture(scope="module")
def local() -> Store:
    """Return a store with our graphs."""
    store = Store()
    store.load(LOCAL.encode(), format=RdfFormat.N_QUADS)
    return store


def solutions(rows: list[dict[str, str]]) -> Counter[frozenset[tuple[str, str]]]:
    """Return rows as a bag."""
    return Counter(frozenset(row.items()) for row in rows)


def judged(local: Store, text: str, address: str) -> Counter[frozenset[tuple[str, str]]]:
    """Return what Oxigraph answers, which asks the address by itself."""
    results = local.query(
        text.replace(ENDPOINT, address),
        prefixes=PREFIXES,
        use_default_graph_as_union="FROM" not in text,
    )
    assert isinstance(results, QuerySolutions)
    names = [variable.value for variable in results.variables]
    return solutions([{n: plain(row[n]) for n in names if row[n] is not None} for row in results])


def plain(term: object) -> str:
    """Return a term's value; a blank node has none that both could know."""
    return str(getattr(term, "value", term)) if isinstance(term, NamedNode) else str(term)


def answered(
    local: Store, text: str, address: str, batch: int = 500
) -> Counter[frozenset[tuple[str, str]]]:
    """Return what we answer, with the address on the list."""
    services = Settings(services=f"{ENDPOINT}={address}", service_batch=batch)
    found = inspect(text, 10**6, 200)
    query = SparqlQuery(text, found.query_type, "json", found.dataset, federated=found.federated)

    def ask(asked: SparqlQuery) -> bytes:
        return evaluate(local, CONTEXT, asked, 10**6, 10**9)

    content = Federation(query, ask, Services(services), services).answer()
    return solutions(
        [
            {name: written(term) for name, term in row.items()}
            for row in json.loads(content)["results"]["bindings"]
        ]
    )


def written(term: dict[str, str]) -> str:
    """Return a term of a JSON result as the judge's are written."""
    if term["type"] == "uri":
        return term["value"]
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    text = term["value"].replace("\\", "\\\\").replace('"', '\\"')
    if "xml:lang" in term:
        return f'"{text}"@{term["xml:lang"]}'
    return f'"{text}"^^<{term["datatype"]}>' if "datatype" in term else f'"{text}"'


def accepted(local: Store, text: str) -> bool:
    """Return whether the engine takes a text; its words for other endpoints are not followed."""
    try:
        local.query(text.replace(f"SERVICE <{ENDPOINT}>", "GRAPH <x:none>"), prefixes=PREFIXES)
    except SyntaxError:
        return False
    return True


S = f"SERVICE <{ENDPOINT}>"
TOLD = [
    f"SELECT * {{ ?u <x:p> ?v {S} {{ ?u <x:s> ?w }} }}",
    f"SELECT * {{ {S} {{ ?u <x:s> ?w }} ?u <x:p> ?v }}",
    f"SELECT * {{ ?u <x:p> ?v OPTIONAL {{ {S} {{ ?u <x:s> ?w }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v OPTIONAL {{ ?w <x:q> ?x OPTIONAL {{ {S} {{ ?u <x:s> ?w }} }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v {{ ?w <x:q> ?x OPTIONAL {{ {S} {{ ?u <x:s> ?w }} }} }} }}",
    f"SELECT * {{ VALUES ?u {{ <x:e> }} {{ ?w <x:p> ?v OPTIONAL {{ {S} {{ ?u <x:s> ?w }} }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v MINUS {{ {S} {{ ?u <x:s> ?w }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v FILTER NOT EXISTS {{ {S} {{ ?u <x:s> ?v }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v {{ {S} {{ ?v <x:s> ?w }} }} UNION {{ {S} {{ ?u <x:t> ?w }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v {S} {{ ?u <x:s> ?w }} {S} {{ ?w <x:t> ?x }} }}",
    f"SELECT * {{ ?u <x:p> ?v . {{ SELECT ?u {{ ?u <x:p> ?w {S} {{ ?w <x:s> ?x }} }} }} }}",
    f"SELECT * {{ ?u <x:p> ?v FILTER(?u = <x:a>) {S} {{ ?u <x:s> ?w }} FILTER(?w != ?v) }}",
    f"SELECT * {{ ?u <x:p> ?v {{ {S} {{ OPTIONAL {{ ?u <x:t> ?w }} }} FILTER(!BOUND(?u)) }} }}",
    f"SELECT * {{ ?u <x:p> ?v OPTIONAL {{ ?v <x:q> ?x }} {S} {{ ?w <x:t> ?x }} }}",
    f"SELECT * {{ ?u <x:r> ?v {S} {{ ?u <x:r> ?v }} }}",
    f"SELECT * {{ ?u <x:p>/<x:q> ?v {S} {{ ?w <x:t> ?v . ?x ?y ?u }} }}",
    f"SELECT * {{ ?u <x:none> ?v {S} {{ ?u <x:s> ?w }} }}",
    f"SELECT * {{ ?u <x:p> ?v {S} {{ <x:a> <x:s> <x:c> }} }}",
    f"SELECT * {{ ?u <x:p> ?v {S} {{ <x:a> <x:s> <x:a> }} }}",
    f"SELECT * {{ ?u <x:p> ?v {S} {{ {{ SELECT ?u (COUNT(*) AS ?n) {{ ?u <x:s> ?w }}"
    " GROUP BY ?u } } }",
]


@pytest.mark.parametrize("text", TOLD)
@pytest.mark.parametrize("batch", [1, 500])
def test_each_way_to_write_it(local: Store, remote: Peer, text: str, batch: int) -> None:
    """A clause has the same answer in each place that it can stand in, sent in parts or at once."""
    assert accepted(local, text)
    assert answered(local, text, remote.url, batch) == judged(local, text, remote.url)


def test_the_ways_say_something(local: Store, remote: Peer) -> None:
    """Nearly all of the queries above have rows, so that they could go wrong."""
    empty = [text for text in TOLD if not judged(local, text, remote.url)]
    assert len(empty) <= 4


def test_in_a_graph(local: Store, remote: Peer) -> None:
    """GRAPH around a clause says where we look, not where the other endpoint does."""
    inside = f"SELECT * {{ GRAPH ?g {{ ?u <x:p> ?v {S} {{ ?u <x:s> ?w }} }} }}"
    beside = f"SELECT * {{ GRAPH ?g {{ ?u <x:p> ?v }} {S} {{ ?u <x:s> ?w }} }}"
    found = answered(local, inside, remote.url)
    assert found == judged(local, beside, remote.url)
    assert found.total() == 4


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(queries(), st.sampled_from([1, 2, 500]))
@example(TOLD[5], 500)
def test_agrees_with_the_judge(local: Store, remote: Peer, text: str, batch: int) -> None:
    """Whatever a query is made of, its rows are those of Oxigraph's own evaluation."""
    if not accepted(local, text):
        with pytest.raises(QuerySyntaxError):
            answered(local, text, remote.url)
        return
    ours = answered(local, text, remote.url, batch)
    assert unnamed(ours) == unnamed(judged(local, text, remote.url)), text


def unnamed(
    rows: Counter[frozenset[tuple[str, str]]],
) -> Counter[frozenset[tuple[str, str]]]:
    """Return rows with every blank node called the same: its name is the answer's only."""
    found: Counter[frozenset[tuple[str, str]]] = Counter()
    for row, times in rows.items():
        found[frozenset((n, "_:" if v.startswith("_:") else v) for n, v in row)] += times
    return found
