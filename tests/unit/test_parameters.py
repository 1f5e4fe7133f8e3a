"""How parameters of queries are declared, and that what is bound is a term and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from iccgraph.iris import Iris
from iccgraph.publish.sources.queries import query_files, read_queries
from iccgraph.release.parameters import TYPES, Parameter, bind
from iccgraph.release.queries import ExampleQuery, queries_json
from iccgraph.release.queries import read_queries as read_published
from iccgraph.sparql_syntax import tokens
from iccgraph.tables.problems import Problems
from iccgraph.vocab import XSD
from tests.for_all import for_all
from tests.unit.test_queries import HEADER, read

DATA = Path(__file__).parent.parent.parent / "data"
LABELS = '@en "One" @fr "Une"'
QUERY = """
PREFIX city: <https://w3id.org/iccgraph/id/city/>
PREFIX icc: <https://w3id.org/iccgraph/def#>
# city:oslo and "oslo" in a comment
SELECT ?s ?n {
  { SELECT ?s (COUNT(*) AS ?n) { ?s icc:city city:oslo } GROUP BY ?s HAVING (COUNT(*) > 2) }
  ?s ?p ?o FILTER (?o != city:oslo && STR(?o) = "oslo" && STR(?o) != "city:oslo" && ?o != 2.5)
}
LIMIT 2
"""


def declared(*lines: str, query: str = QUERY) -> str:
    """Return a file whose first lines declare parameters."""
    return HEADER + "".join(f"# param: {line} {LABELS}\n" for line in lines) + query


def one(tmp_path: Path, *lines: str, iris: Iris | None = None) -> ExampleQuery:
    """Return the query of a file that nothing is wrong with."""
    queries, told = read(tmp_path, declared(*lines), iris=iris)
    assert told == []
    return queries[0]


def bound(query: ExampleQuery, *terms: NamedNode | Literal) -> str:
    """Return a query with a term for each of its parameters."""
    return bind(query.query, [(p, [t]) for p, t in zip(query.parameters, terms, strict=True)])


def test_declaration(tmp_path: Path) -> None:
    """A line gives a name, a type, bounds, labels, and the constant that it stands for."""
    query = one(tmp_path, "city: City = city:oslo", "over: Integer 0..9 = 2")
    labels = {"en": "One", "fr": "Une"}
    assert query.parameters == (
        Parameter("city", "City", labels, ("city:oslo",), ("oslo",)),
        Parameter("over", "Integer", labels, ("2",), ("2",), (), "0", "9"),
    )
    assert read_published(queries_json([query])) == (query,)


def test_values_stand_wherever_the_constant_does(tmp_path: Path) -> None:
    """Every token of the constant is bound, in subqueries, filters and LIMIT too; texts stay."""
    query = one(tmp_path, "city: City = city:oslo", "over: Integer 0..9 = 2")
    made = bound(
        query,
        NamedNode("https://w3id.org/iccgraph/id/city/lisbon"),
        Literal("7", datatype=XSD.integer),
    )
    wanted = query.query.replace("icc:city city:oslo", "icc:city city:lisbon")
    wanted = wanted.replace("!= city:oslo", "!= city:lisbon").replace("> 2)", "> 7)")
    assert made == wanted.replace("LIMIT 2\n", "LIMIT 7\n")
    assert '# city:oslo and "oslo" in a comment' in made
    assert '"city:oslo"' in made


def test_values_of_another_base(tmp_path: Path) -> None:
    """Where things have another base, constants and values have it too."""
    elsewhere = Iris("https://example.org/sub/")
    query = one(tmp_path, "city: City = city:oslo", iris=elsewhere)
    assert query.parameters[0].default == ("oslo",)
    made = bound(query, NamedNode(elsewhere.thing("city", "lisbon")))
    assert "icc:city city:lisbon" in made
    assert "<https://example.org/sub/id/city/x.y>" in bound(
        query, NamedNode(elsewhere.thing("city", "x.y"))
    )


@given(st.text(max_size=40))
@example('"} } #')
@example("\\")
@example("\\u0022 . ?a ?b ?c")
@example("line\nbreak\r\t\x00")
@example("\u202e\u200b\ufeff")
def test_a_text_is_one_literal(value: str) -> None:
    """Whatever a text holds, it is one token, and the engine reads just that text from it."""
    text = 'SELECT ?x { VALUES ?x { "a" } FILTER (?x = "a") } # "a"'
    parameter = Parameter("word", "Text", {}, ('"a"',), ("a",))
    made = bind(text, [(parameter, [Literal(value)])])
    before, after = [*tokens(text)], [*tokens(made)]
    assert [token.kind for token in after] == [token.kind for token in before]
    changed = {a.text for a, b in zip(after, before, strict=True) if a.text != b.text}
    assert len(changed) <= 1
    found = Store().query(made)
    assert isinstance(found, QuerySolutions)
    assert [getattr(row["x"], "value", None) for row in found] == [value]


BAD = {
    "no type": ("city = city:oslo", "'city = city:oslo "),
    "unknown type": ("city: Town = city:oslo", "'city: Town = city:oslo "),
    "reserved": ("lang: Text = \"oslo\"", "'lang: Text = \"oslo\" "),
    "not there": ("city: City = city:rome", "the query does not have city:rome"),
    "other type": ("city: Country = city:oslo", "city:oslo is no constant of the type Country"),
    "no number": ("over: Integer 0..9 = city:oslo", "city:oslo is no constant of the type Integer"),
    "no whole number": ("over: Integer 0..9 = 2.5", "2.5 is no constant of the type Integer"),
    "no bounds": ("over: Integer = 2", "the parameter 'over' has no bounds"),
    "bounds of a text": ("word: Text 1..9 = \"oslo\"", "the parameter 'word' has no bounds"),
    "beyond its bounds": ("over: Integer 3..9 = 2", "2 is not from 3 to 9"),
    "no choice": ('word: Language en fr = "oslo"', "'oslo' is not among the choices"),
    "a comment": ("word: Text = # city", "# city is no constant of the type Text"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_declaration(tmp_path: Path, case: str) -> None:
    """What is wrong with a declaration is told with its line, and the query is left out."""
    line, wanted = BAD[case]
    queries, told = read(tmp_path, declared(line))
    assert queries == []
    assert len(told) == 1
    assert told[0].startswith(f"queries/01-x.rq:5 (param): {wanted}"), told


def test_bad_pairs(tmp_path: Path) -> None:
    """Two parameters have two names and two constants."""
    _, told = read(tmp_path, declared("city: City = city:oslo", 'city: Text = "oslo"'))
    assert "there are two parameters 'city'" in told[0]
    _, told = read(tmp_path, declared("city: City = city:oslo", "other: City = city:oslo"))
    assert "city:oslo is another parameter too" in told[0]
    _, told = read(tmp_path, declared("a: City = city:oslo").replace(' @fr "Une"', ""))
    assert "the parameter 'a' has no label in each language" in told[0]


def test_names_are_given_once(tmp_path: Path) -> None:
    """Two queries of one name are refused, as is a name that is no key."""
    text = f"{HEADER}# name: same\n{QUERY}"
    _, told = read(tmp_path, text, text, names=("01-a", "02-b"))
    assert told == [
        "queries/02-b.rq (name): 01-a.rq has the name 'same' too;"
        " add a line `# name: …` with another one"
    ]
    _, told = read(tmp_path, text.replace("same", "No Key"), names=("01-a",))
    assert told[0].startswith("queries/01-a.rq:5 (name): 'No Key' is an unknown name")


def test_old_releases_have_no_parameters() -> None:
    """Queries of a release from before there were any have a name, and no parameters."""
    old = (
        '[{"key": "01-x", "titles": {"en": "X"}, "texts": {}, "result": "table",'
        ' "form": "ASK", "query": "ASK {}", "services": []}]'
    )
    (query,) = read_published(old)
    assert (query.name, query.parameters, query.heading) == ("x", (), {"en": "X"})


def test_the_examples_declare_what_users_change() -> None:
    """Every example has a name, a group and both languages; most have something to choose."""
    problems = Problems()
    queries = read_queries(DATA, Iris(), problems)
    assert problems.found == []
    assert len(queries) == len(query_files(DATA))

    def fact(query: ExampleQuery) -> None:
        assert query.group
        for texts in (query.heading, query.explanation):
            assert {"en", "fr"} <= texts.keys()
        for parameter in query.parameters:
            assert parameter.type in TYPES
            assert {"en", "fr"} <= parameter.labels.keys()
            # a name that a default gives to the query would be wrong with other values
            assert parameter.type == "Language" or parameter.default[0] not in query.name.split("-")

    for_all(queries, fact)
    assert len({query.name for query in queries}) == len(queries)
    assert sum(bool(query.parameters) for query in queries) >= 50
