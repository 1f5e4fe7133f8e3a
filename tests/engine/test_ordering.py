"""ORDER BY over values of every kind is a total order, and that of SPARQL 1.1, section 15.1."""

from __future__ import annotations

import re
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from iccgraph.publish.pipeline import Built
from iccgraph.serve.sparql import ordering
from iccgraph.serve.sparql.ordering import KEY, sort_key, totally_ordered
from iccgraph.settings import Settings
from iccgraph.vocab import term
from tests.docs.documents import blocks

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
Term = NamedNode | BlankNode | Literal | Triple | None
INTEGERS = (
    "0",
    "1",
    "9",
    "10",
    "-5",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
)
DECIMALS = ("1.0", "9.5", "0.1", "0.10000000000000001", "-5.25", "9007199254740992.5")
DOUBLES = (
    "1.0E0",
    "0.1",
    "-5",
    "9007199254740992",
    "1.0E30",
    "-1.0E30",
    "INF",
    "-INF",
    "NaN",
    "-0",
)
FLOATS = ("1", "0.1", "16777216", "3.5", "INF", "NaN")
TIMES = (
    *("2016-05-01T10:00:00", "2016-05-01T10:00:00Z", "2016-05-01T11:00:00+01:00"),
    *("2016-05-01T09:00:00-01:00", "2016-05-01T10:00:00.5Z", "2016-05-02T08:00:00+14:00"),
    *("2016-05-01T23:30:00-05:00", "2016-05-01", "-0044-03-15T12:00:00Z", "-0100-01-01T00:00:00Z"),
    *("12016-01-01T00:00:00Z", "2016-13-01T00:00:00", "0999-12-31T00:00:00Z"),
)
LITERALS: Sequence[tuple[str, Sequence[str]]] = (
    ("integer", INTEGERS),
    ("byte", ("7",)),
    ("decimal", DECIMALS),
    ("double", DOUBLES),
    ("float", FLOATS),
    ("dateTime", TIMES),
    ("date", ("2016-05-01", "2016-05-01Z", "2016-05-01+02:00", "2016-12-31")),
    ("time", ("10:00:00", "10:00:00Z", "11:00:00+01:00", "09:00:00-01:00", "09:30:00.25")),
    ("gYear", ("2016", "2016Z", "2018", "1999", "-0044")),
    ("gYearMonth", ("2016-05", "2018-01")),
    ("gMonthDay", ("--05-01", "--12-31")),
    ("duration", ("P1M", "P31D", "P30D", "P1Y2M", "PT36H")),
    ("dayTimeDuration", ("P9D", "P10D", "PT36H", "-P1D")),
    ("yearMonthDuration", ("P1M", "P1Y")),
    ("boolean", ("true", "false")),
    (
        "string",
        ("", "1", "10", "9", "2016", "2016-05-01", "abc", "Zürich", "NaN", "10:00:00", "P9D"),
    ),
    ("anyURI", ("http://example.org/a", "9")),
)
TERMS: tuple[Term, ...] = (
    None,
    NamedNode("http://example.org/a"),
    NamedNode("http://example.org/é"),
    NamedNode("urn:b"),
    *(Literal(text, datatype=NamedNode(XSD + name)) for name, texts in LITERALS for text in texts),
    *(Literal(text, language=tag) for text in ("abc", "9", "10") for tag in ("en", "fr", "en-GB")),
    Literal("9", datatype=NamedNode("http://example.org/type")),
    Literal("nine", datatype=NamedNode(XSD + "integer")),
)


def _number(term: Term) -> tuple[str, Fraction | float] | None:
    """Return the type and value of a number, None for all else."""
    name = term.datatype.value.removeprefix(XSD) if isinstance(term, Literal) else ""
    if name not in ("integer", "byte", "decimal", "double", "float") or not isinstance(
        term, Literal
    ):
        return None
    try:
        if name in ("double", "float"):
            return name, float(term.value)
        return "exact", Fraction(term.value)
    except ValueError:
        return None


def _less_number(a: tuple[str, Fraction | float], b: tuple[str, Fraction | float]) -> bool:
    """Return whether one number is less, both promoted as XPath says (op:numeric-less-than)."""
    if a[0] == b[0] == "exact":
        return a[1] < b[1]
    if "double" in (a[0], b[0]):
        return float(a[1]) < float(b[1])
    x, y = (struct.unpack("f", struct.pack("f", float(value)))[0] for _, value in (a, b))
    return bool(x < y)


def _times(term: Term) -> tuple[datetime, datetime] | None:
    """Return the earliest and the latest moment that a time in years of four digits can mean."""
    if not isinstance(term, Literal) or term.datatype.value != XSD + "dateTime":
        return None
    try:
        time = datetime.fromisoformat(term.value)
    except ValueError:
        return None
    if "T" not in term.value:
        return None
    if time.tzinfo is not None:
        return time, time
    hours = timedelta(hours=14)
    return time.replace(tzinfo=UTC) - hours, time.replace(tzinfo=UTC) + hours


def _rank(term: Term) -> int:
    kinds: tuple[type, ...] = (type(None), BlankNode, NamedNode, Literal)
    return next(rank for rank, kind in enumerate(kinds) if isinstance(term, kind))


def must_precede(a: Term, b: Term) -> bool:
    """Return whether section 15.1 puts a term before another one; it is silent on many pairs."""
    if _rank(a) != _rank(b):
        return _rank(a) < _rank(b)
    if isinstance(a, NamedNode) and isinstance(b, NamedNode):
        return a.value < b.value
    if not isinstance(a, Literal) or not isinstance(b, Literal):
        return False
    if (x := _number(a)) and (y := _number(b)):
        return _less_number(x, y)
    if (since := _times(a)) and (until := _times(b)):
        return since[1] < until[0]
    types = {a.datatype.value, b.datatype.value}
    if types == {XSD + "boolean"}:
        return a.value in ("false", "0") and b.value in ("true", "1")
    return types == {XSD + "string"} and a.value < b.value


@pytest.fixture(scope="module")
def store() -> Store:
    """Return a store with two blank nodes."""
    store = Store()
    for node in (BlankNode("a"), BlankNode("b")):
        store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), node))
    return store


def values(terms: Sequence[Term]) -> str:
    """Return a pattern that binds ?v to each term, and to blank nodes."""
    rows = " ".join("UNDEF" if term is None else str(term) for term in terms)
    return f"{{ {{ VALUES ?v {{ {rows} }} }} UNION {{ <urn:s> <urn:p> ?v }} }}"


def asked(store: Store, query: str) -> list[Term]:
    """Return the first column of the answer to a query whose ORDER BY was written anew."""
    rewritten = totally_ordered(query)
    assert rewritten != query
    return [row[0] for row in store.query(rewritten, custom_functions={KEY: sort_key})]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def ordered(store: Store) -> list[Term]:
    """Return all terms in their order."""
    return asked(store, f"SELECT ?v {values(TERMS)} ORDER BY ?v")


def test_no_pair_stands_in_the_wrong_order(ordered: list[Term]) -> None:
    """Of all pairs, none contradicts the specification; many are not left open by it."""
    assert len(ordered) == len(TERMS) + 2
    pairs = [(a, b) for at, a in enumerate(ordered) for b in ordered[at + 1 :]]
    assert [(str(a), str(b)) for a, b in pairs if must_precede(b, a)] == []
    assert sum(must_precede(a, b) for a, b in pairs) > 1000


def test_order_is_that_of_every_shuffle(store: Store, ordered: list[Term]) -> None:
    """Terms that come in another order leave in the same one, and DESC is its reverse."""
    random, terms = Random(15), list(TERMS)
    for _ in range(1000):
        random.shuffle(terms)
        assert asked(store, f"SELECT ?v {values(terms)} ORDER BY ?v") == ordered
    assert asked(store, f"SELECT ?v {values(terms)} ORDER BY DESC(?v)") == ordered[::-1]


@pytest.mark.parametrize("few", range(2, 12))
def test_few_terms_are_ordered_like_all(store: Store, ordered: list[Term], few: int) -> None:
    """Some of the terms stand in the order that they have among all."""
    random = Random(few)
    named = [term for term in ordered if not isinstance(term, BlankNode)]
    for _ in range(100):
        some = random.sample(named, few)
        found = asked(store, f"SELECT ?v {values(some)} ORDER BY ?v")
        assert found == [term for term in ordered if term in some or isinstance(term, BlankNode)]


def test_equal_values_are_ordered_by_the_next_condition(store: Store) -> None:
    """1, 1.0 and 1e0 are equal, so that the second condition decides; "1" is not."""
    rows = f'(1 3) (1.0 1) (1e0 2) ("1" 9) (0 8) ("01"^^<{XSD}byte> 0)'
    query = f"SELECT ?b {{ VALUES (?a ?b) {{ {rows} }} }} ORDER BY ?a ?b"
    assert [term.value for term in asked(store, query)] == ["9", "8", "0", "1", "2", "3"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("SELECT ?v {} ORDER BY ?v LIMIT 7 OFFSET 3", 3, 10),
        ("SELECT ?v {{ SELECT ?v {} ORDER BY DESC(?v) LIMIT 9 }} ORDER BY ?v", -9, None),
        ("SELECT DISTINCT ?v {} ORDER BY ?v LIMIT 20", 0, 20),
        ("SELECT ?v (COUNT(*) AS ?n) {} GROUP BY ?v ORDER BY DESC(?n) ?v", 0, None),
        ("SELECT ?v {} ORDER BY ASC(COALESCE(?v, 1/0)) # end\n", 0, None),
        ("SELECT ?v {} ORDER BY STRLEN('a') (?v) LIMIT 50", 0, 50),
        ("SELECT (?v AS ?w) {} ORDER BY ?w VALUES ?x {{ 1 }}", 0, None),
        ("SELECT ?v {} order by(?v)limit 5", 0, 5),
        ("SELECT ?v {} GROUP BY ?v ORDER BY MAX(?v)", 0, None),
        ("SELECT ?v {{ {{ SELECT ?v {} ORDER BY ?v }} }} ORDER BY ?v OFFSET 4", 4, None),
        ("SELECT ?v {{ {} FILTER EXISTS {{ SELECT * {{}} ORDER BY ?z }} }} ORDER BY $v", 0, None),
    ],
)
def test_wherever_it_stands(
    store: Store, ordered: list[Term], query: str, first: int, last: int | None
) -> None:
    """Offsets, subqueries, groups, expressions and other spellings get the same order."""
    assert asked(store, query.format(values(TERMS))) == ordered[first:last]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY DESC(?n)",
        "SELECT ?s { ?s ?p ?o } ORDER BY STR(?o) LCASE(?s)",
        "SELECT ?s ?n { SELECT ?s (STRLEN(?o) AS ?n) { ?s ?p ?o } ORDER BY DESC(STR(?o)) ?n }",
        "SELECT ?t { ?s a icc:Practice ; dcterms:title ?t FILTER (LANG(?t) = 'en') } ORDER BY ?t",
        "SELECT ?l (COUNT(?c) AS ?n) { ?s icc:country/rdfs:label ?l } GROUP BY ?l ORDER BY ?l",
        "SELECT ?y { { ?s icc:year ?y } UNION { ?s icc:firstYear ?y } } ORDER BY DESC(?y)",
        "SELECT ?p { ?s ?p ?o } ORDER BY ?p",
        "SELECT ?p ?g { GRAPH ?g { city:barcelona ?p ?o ; ?p ?q } } ORDER BY ?g DESC(?p)",
        "SELECT ?s { ?s a icc:Practice ; icc:year ?y } ORDER BY (!BOUND(?y)) ?y",
        "SELECT ?v { ?s icc:year ?v FILTER (1 < ?v && ?v = ?s) BIND (1 + ?v AS ?w) } ORDER BY ?v",
        "SELECT ?v { ?s rdfs:label # icc:population\n ?v } HAVING (MAX(?v) > 1) ORDER BY ?v",
        "PREFIX x: <urn:x> PREFIX rdfs: # none\n <http://www.w3.org/2000/01/rdf-schema#>"
        " SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        "SELECT ?s { ?s ?p 'ORDER BY ?s' } # ORDER BY ?s",
        "SELECT ?s { ?s ?p ?o } ORDER BY",
        "SELECT ?s { ?s ?p ?o } ORDER BY (?o",
        "ORDER BY BY ) (",
    ],
)
def test_nothing_to_change(query: str) -> None:
    """Conditions whose values are of one kind, and what is no condition, stay as they are."""
    assert str(KEY) not in totally_ordered(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?n { { SELECT (COUNT(*) AS ?n) {} } UNION { ?s ?p ?n } } ORDER BY ?n",
        "SELECT (SUM(?o) AS ?n) { ?s ?p ?o } ORDER BY ?n",
        "SELECT ?n { BIND(STR(1) AS ?n) } VALUES ?n { 1 } ORDER BY ?n",
        "SELECT ?nn (COUNT(*) AS ?n) { ?s ?p ?nn } GROUP BY ?nn ORDER BY ?nn",
        "SELECT ?n { { SELECT (STR(?o) AS ?n) { ?s ?p ?o } } ?x ?y ?n } ORDER BY (?n)",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { ?s ?p ?v } } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { ?s icc:population ?v } } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { VALUES ?v { 1 2 'a' } } } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { VALUES(?v) { (1) ('a') } } } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { BIND (1 AS ?v) } } ORDER BY ?v",
        "SELECT ?v { ?s rdfs:label|icc:population ?v } ORDER BY ?v",
        "SELECT ?v { ?s !rdfs:label ?v } ORDER BY ?v",
        "SELECT ?v { ?s (icc:city/rdfs:label) ?v } ORDER BY ?v",
        "SELECT ?v { ?s rdfs:label 'x' , ?v } ORDER BY ?v",
        "PREFIX rdfs:<http://example.org/> SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        "PREFIX\trdfs: <http://example.org/> SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        "PREFIX\n\nrdfs:\n<http://example.org/> SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        "SELECT (STR(?o) AS ?v) { ?s ?p ?o . OPTIONAL { ?s ?p ?v } } ORDER BY ?v",
        "SELECT ?v { { SELECT (COUNT(*) AS ?v) {} } UNION { BIND (STR(1) AS ?v) } } ORDER BY ?v",
        "SELECT ?v { ?s icc:population|icc:city/rdfs:label ?v } ORDER BY ?v",
        "SELECT ?v { ?s icc:population | icc:city/rdfs:label ?v } ORDER BY ?v",
        "SELECT ?v { ?s icc:population|icc:city / rdfs:label ?v } ORDER BY ?v",
        "SELECT ?v { ?s ! rdfs:label ?v } ORDER BY ?v",
        "SELECT ?s{ { ?s rdfs:label ?v } UNION {SELECT ?s ?v{?s ?p ?v}} } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { ?s icc:list(?v) } } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { ?s a(?v) } } ORDER BY ?v",
        "PREFIX rdfs:#\n<http://example.org/> SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        r"PREFIX \u0072dfs: <http://example.org/> SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        f"SELECT ?v {{ ?s ?p #{'x' * 400} rdfs:label\n ?v }} ORDER BY ?v",
        "SELECT ?v { ?s ?p # icc:city/rdfs:label\n ?v } ORDER BY ?v",
        "SELECT (?v AS ?s) # was: (STR(?v) AS ?s)\n { VALUES ?v { 9 '5' } } ORDER BY ?s",
        "SELECT ?s { ?x ?p ?v BIND (?v AS ?s) FILTER ('(STR(?v) AS ?s)' != '') } ORDER BY ?s",
        "SELECT (STR(?v) + 1 AS ?s) { ?x ?p ?v } ORDER BY ?s",
        "SELECT (IF(BOUND(?v), 1, 'a') AS ?s) { ?x ?p ?v } ORDER BY ?s",
        "SELECT ?v { ?v ?p ?o } ORDER BY ?v",
        "SELECT ?v { ?s ?p ?v } GROUP BY ?v ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?o } VALUES ?v { 1 'a' } } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { ?s icc:list (1 ?v) } } ORDER BY ?v",
        "SELECT ?v { ?s rdfs:label ?l FILTER (?l = 1) ?s icc:any ?v } ORDER BY ?v",
        "SELECT ?v { ?s rdfs:label ?l FILTER NOT EXISTS { ?a ?b ?c } ?s ?p ?v } ORDER BY ?v",
        "SELECT ?v { ?s a|(icc:list)/rdfs:label ?v } ORDER BY ?v",
        "SELECT ?v { ?s ^(icc:list/rdfs:label) ?v } ORDER BY ?v",
        "SELECT ?v { ?s icc:other ?v . ?s rdfs:label ?l } ORDER BY ?v",
        "SELECT ?v { { ?s rdfs:label ?v } UNION { FILTER(1<2)?s?p?v#>\n } } ORDER BY ?v",
        "PREFIX\nrdfs:<urn:x> SELECT ?v { ?s rdfs:label ?v } ORDER BY ?v",
        "SELECT ?o { ?s ?p ?o } ORDER BY STR(?s) = ?o",
        "SELECT ?o { ?s ?p ?o } ORDER BY (STR(?s) = ?o)",
    ],
)
def test_doubt_is_no_exception(query: str) -> None:
    """A name that may also stand for something else gets a key."""
    assert str(KEY) in totally_ordered(query)


def test_graphs_are_made_of_the_first_rows(store: Store, ordered: list[Term]) -> None:
    """CONSTRUCT takes the rows that come first."""
    query = f"CONSTRUCT {{ <urn:a> <urn:b> ?v }} WHERE {values(TERMS)} ORDER BY DESC(?v) LIMIT 4"
    found = store.query(totally_ordered(query), custom_functions={KEY: sort_key})
    assert {triple.object for triple in found} == set(ordered[-4:])  # type: ignore[union-attr]


def test_the_engine_still_has_the_fault() -> None:
    """What the report shows is so; when it is not any more, the keys can go."""
    (example,) = blocks("docs/engine-order-by.md", "py")
    ended = subprocess.run([sys.executable, "-c", example.text], capture_output=True, text=True)
    assert "does not correctly implement a total order" in ended.stderr
    assert ended.returncode == -signal.SIGABRT


def test_properties_of_one_kind_are_such(built: Built, real_settings: Settings) -> None:
    """In a release, each property whose values get no key has values of its kind alone."""
    store = Store.read_only(str(real_settings.releases_dir / built.name / "store"))
    allowed = (
        {"", f"{XSD}string", f"{RDF}langString"},
        {f"{XSD}gYear"},
        {f"{XSD}integer"},
    )
    seen = 0
    for kinds, types in zip(ordering._KINDS, allowed, strict=True):
        for name in kinds.split():
            predicate = term("rdf:type" if name == "a" else name)
            for quad in store.quads_for_pattern(None, predicate, None, None):
                value = quad.object
                found = value.datatype.value if isinstance(value, Literal) else ""
                assert found in types, f"{name}: {value}"
                assert found != f"{XSD}gYear" or re.match('"[0-9]{4}"', str(value))
                seen += 1
    assert seen > 10_000
