"""What is said of queries that are no SPARQL: one true sentence, in English and in French."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Store

from iccgraph.errors import QuerySyntaxError
from iccgraph.serve.pages.words import Words
from iccgraph.serve.sparql.diagnosis import SENTENCES, diagnose
from iccgraph.serve.sparql.guard import inspect, refuse_service
from iccgraph.vocab import PREFIXES
from tests.for_all import for_all

INTERNALS = re.compile(r"expected one of|\.\.=|\\u|\['|\[_\]")
BROKEN: tuple[tuple[str, str, int, int], ...] = (
    ("", "the query is empty; begin it with SELECT, ASK, CONSTRUCT or DESCRIBE", 0, 0),
    ("# only this", "the query is empty; begin it with SELECT, ASK, CONSTRUCT or DESCRIBE", 0, 0),
    (
        "SELCT ?x { ?x a ?y }",
        "“SELCT” in line 1 is not a word of SPARQL; did you mean SELECT?",
        *(1, 1),
    ),
    (
        "SELECT ?x {\n  ?x a icc:Practce\n  ?x\n}",
        "something is missing after “icc:Practce” in line 2",
        *(2, 19),
    ),
    ("SELECT ?x {\n  ?x a\n}", "something is missing after “a” in line 2", 2, 7),
    ("SELECT ?x { ?x ?y ?z . ?y }", "something is missing after “?y” in line 1", 1, 26),
    ("SELECT ?x { GRAPH { ?x a ?y } }", "something is missing after “GRAPH” in line 1", 1, 18),
    ("SELECT ?x { ?x a ?y FILTER(?y > ) }", "something is missing after “>” in line 1", 1, 32),
    ("SELECT", "something is missing after “SELECT” in line 1", 1, 7),
    (
        "SELECT ?x {\n  ?x a icc:Practice\n  ?x icc:city ?y\n}",
        "“.” is missing after “icc:Practice” in line 2",
        *(2, 20),
    ),
    (
        "SELECT ?x { ?x a icc:Practice icc:city ?y }",
        "“;” is missing after “icc:Practice” in line 1",
        *(1, 30),
    ),
    ("SELECT ?x WHERE ?x a ?y }", "“{” is missing after “WHERE” in line 1", 1, 16),
    ("SELECT ?x { ?x a ?y MINUS ?z }", "“{” is missing after “MINUS” in line 1", 1, 26),
    ("SELECT ?x { ?x a ?y FILTER ?y = 1 }", "“(” is missing after “FILTER” in line 1", 1, 27),
    ("SELECT ?x { ?x a ?y } ORDER ?x", "“BY” is missing after “ORDER” in line 1", 1, 28),
    ("SELECT (COUNT(?y)) { ?x a ?y }", "“AS ?name” is missing after “)” in line 1", 1, 18),
    (
        "SELECT ?x { ?x a ?y FILTER(CONTAINS(?y 'a')) }",
        "“,” is missing after “?y” in line 1",
        *(1, 39),
    ),
    ("SELECT ?x", "“{ … }” is missing after “?x” in line 1", 1, 10),
    ("ASK { ?s ?p ?o", "the “{” in line 1 is not closed: “}” is missing", 1, 5),
    (
        "SELECT ?x {\n  ?x a ?y\n  FILTER(REGEX(?y, 'a')\n}",
        "the “(” in line 3 is not closed: “)” is missing",
        *(3, 9),
    ),
    (
        "SELECT ?x { ?x a ?y }\n}",
        "the “}” in line 2 closes nothing: it is one too many, or an opening one is missing",
        *(2, 1),
    ),
    (
        "SELECT ?x { ?x a ?y . FILTR(?y > 1) }",
        "“FILTR” in line 1 is not a word of SPARQL; did you mean FILTER?",
        *(1, 23),
    ),
    (
        "SELECT ?x\nWHER { ?x a ?y }",
        "“WHER” in line 2 is not a word of SPARQL; did you mean WHERE?",
        *(2, 1),
    ),
    (
        "SELECT ?x { ?x a ?y FILTER(?y = 1 AND ?y = 2) }",
        "“AND” in line 1 is not a word of SPARQL; did you mean &&?",
        *(1, 35),
    ),
    (
        "SELECT name { ?x a ?name }",
        "“name” in line 1 is not a word of SPARQL; did you mean the variable ?name?",
        *(1, 8),
    ),
    (
        "SELECT ?x { ?x a ?y } HAVING (?y > 1) zzz",
        "“zzz” in line 1 is not a word of SPARQL",
        *(1, 39),
    ),
    (
        "SELECT ?x { ?x a ?y FILTER(NOSUCH(?y)) }",
        "“NOSUCH” in line 1 is not a function of SPARQL",
        *(1, 28),
    ),
    (
        "SELECT ?x {\n  ?x a foo:Bar }",
        "the prefix “foo:” in line 2 is not declared; say at the beginning of the query, with"
        " PREFIX, what it stands for",
        *(2, 8),
    ),
    (
        "SELECT ?x { ?x dct:title ?y }",
        "the prefix “dct:” in line 1 is not declared; did you mean “dcterms:”?",
        *(1, 16),
    ),
    (
        "PREFIX foo <https://example.org/> SELECT * {}",
        "PREFIX in line 1 must be followed by a name with a colon and an IRI, such as"
        " PREFIX ex: <https://example.org/>",
        *(1, 1),
    ),
    (
        "SELECT ?x { ?x rdfs:label 'Pau\n}",
        "the text that begins with “'Pau” in line 1 has no closing quotation mark",
        *(1, 27),
    ),
    (
        "SELECT ?x { ?x rdfs:label “Pau” }",
        "line 1 has a curly quotation mark, which SPARQL does not know; write \" or '",
        *(1, 27),
    ),
    (
        "SELECT ?x { ?x <http://a.org/b ?y }",
        "the IRI that begins with “<http://a.org/b” in line 1 has no closing “>”",
        *(1, 16),
    ),
    (
        "SELECT ?x { ?x <http://a.org/b c> ?y }",
        "the IRI “<http://a.org/b c>” in line 1 has a space or another character that no IRI has",
        *(1, 16),
    ),
    (
        "SELECT ?x { ?x a ?y } LIMIT ten",
        "a whole number is missing after “LIMIT” in line 1",
        *(1, 29),
    ),
    ("SELECT ?x, ?y { ?x a ?y }", "“,” in line 1 does not belong after “?x”", 1, 10),
    (
        "SELECT ?x { ?x a ?y } LIMIT 5\nORDER BY ?x",
        "ORDER BY in line 2 must stand before LIMIT and OFFSET",
        *(2, 1),
    ),
    (
        "SELECT ?x COUNT(?y) { ?x a ?y }",
        "“COUNT” in line 1 must stand in brackets with a name, such as (COUNT(?x) AS ?count)",
        *(1, 11),
    ),
    (
        "SELECT ?x (COUNT(?y) AS ?n) { ?x a ?y }",
        "the variable ?x in line 1 stands in SELECT but is not grouped: add it to GROUP BY, or use"
        " a function such as COUNT or SAMPLE",
        *(1, 8),
    ),
    (
        "SELECT * { ?s ?p ?o } GROUP BY ?s",
        "SELECT * in line 1 cannot stand with GROUP BY; name the variables",
        *(1, 1),
    ),
    (
        "SELECT ?x { ?x a ?y . BIND(1 AS ?x) }",
        "the variable ?x in line 1 has a value already; write another name after AS",
        *(1, 33),
    ),
    (
        "SELECT ?x { SERVICE SILENT <http://127.0.0.1:9/> { ?x a } }",
        "something is missing after “a” in line 1",
        *(1, 56),
    ),
)  # fmt: skip
NEVER_SEEN = (
    "{}", "hello", "SELECT * {" * 20, "((((", "SELECT ?x { ?x 'a' ?y", "ASK { } { }", "\x00",
    "SELECT ?x { ?x a ?y FILTER(IN(?y, 1)) }", "SELECT ?x { _:a ?p ?x . { _:a ?p ?y } }",
    "BASE <x> SELECT * { ?a ?b <c> }", "SELECT ?x { ?x ?y 'a'@ }", "SELECT ?x { ?é ü:ü }",
    "SELECT ?x { ?x a '''open", "DESCRIBE", "CONSTRUCT { ?x a ?y }", "SELECT ?x { ?x a ?y & }",
)  # fmt: skip


def _said(text: str) -> QuerySyntaxError:
    """Return what is said of a text, by the ways that a query goes."""
    try:
        inspect(text, 100_000, 100)
        refuse_service(text)
        Store().query(text, prefixes=PREFIXES)
    except QuerySyntaxError as error:
        return error
    except SyntaxError as error:
        return diagnose(text, str(error.msg))
    raise AssertionError(f"this is SPARQL: {text}")


def test_one_sentence_says_what_is_wrong_where() -> None:
    """Each broken query gets its sentence, with the line and column of the place."""

    def fact(case: tuple[str, str, int, int]) -> None:
        text, sentence, line, column = case
        error = _said(text)
        assert (str(error), error.line, error.column) == (sentence, line, column)

    for_all(BROKEN, fact)


def test_nobody_sees_the_grammar() -> None:
    """A sentence never holds what the parser expected; that is kept beside it."""

    def fact(text: str) -> None:
        error = _said(text)
        assert not INTERNALS.search(str(error))
        assert len(str(error)) < 250

    for_all((*(case[0] for case in BROKEN), *NEVER_SEEN), fact)
    assert "expected" in _said("SELECT ?x { ?x a }").parser


def test_every_sentence_is_there_in_french() -> None:
    """A reader of French gets each sentence in French, with the words of the query in it."""
    words = Words()
    assert set(SENTENCES) <= words.details["fr"].keys()

    def fact(case: tuple[str, str, int, int]) -> None:
        told, language = words.detail(case[1], "fr")
        assert language == "fr"
        assert "{" not in told.replace("{ … }", "").replace("«\u00a0{\u00a0»", "")
        if case[2] and "PREFIX in" not in case[1]:
            assert f"ligne {case[2]}" in told.replace("La ligne", "ligne")

    for_all(BROKEN, fact)


@pytest.mark.parametrize(
    ("text", "french"),
    [
        (
            "SELECT ?x {\n  ?x a icc:Practce\n  ?x\n}",
            "Il manque quelque chose après «\u00a0icc:Practce\u00a0», à la ligne 2.",
        ),
        (
            "SELECT ?x { ?x rdfs:label 'Pau\n}",
            "Le texte qui commence par «\u00a0'Pau\u00a0», à la ligne 1, n’a pas de guillemet"
            " fermant.",
        ),
        (
            "SELECT name { ?x a ?name }",
            "«\u00a0name\u00a0», à la ligne 1, n’est pas un mot de SPARQL. Vouliez-vous écrire la"
            " variable ?name\u202f?",
        ),
    ],
)
def test_french_sentences(text: str, french: str) -> None:
    """The French sentence keeps what was written, quotation marks too."""
    assert Words().detail(str(_said(text)), "fr") == (french, "fr")


def test_long_queries_are_told_too() -> None:
    """A long query gets a sentence as well, in which long words are cut."""
    word = "x" * 3000
    error = _said(f"SELECT ?x {{ ?x a ?y }} # {word}\n{word}")
    assert str(error) == f"“{'x' * 59}…” in line 2 is not a word of SPARQL"
    rows = "\n".join(f"?x ex:p{n} ?y{n} ." for n in range(900))
    error = _said(f"PREFIX ex: <https://example.org/> SELECT ?x {{ {rows} ?x 'a' ?y }}")
    assert "cannot be understood near" in str(error)
