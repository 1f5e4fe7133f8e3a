"""The example queries have answers, in two languages, and are part of the graph."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
)

from iccgraph.iris import Iris
from iccgraph.publish.graph import QUERY_CLASSES
from iccgraph.publish.pipeline import Built
from iccgraph.publish.sources.queries import query_files, read_queries
from iccgraph.serve.dataset.listing import facet, practices
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.dataset.selection import Selected, Selection
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems
from iccgraph.vocab import ICC, PREFIXES, RDF, RDFS, SH, SKOS
from tests.for_all import for_all
from tests.unit.support import load

DATA = Path(__file__).parent.parent.parent / "data"
KEYS = [path.stem for path in query_files(DATA)]
IRIS = Iris()
HERE = [path.stem for path in query_files(DATA) if "SERVICE" not in path.read_text("utf-8")]
"""The examples that ask us alone; tests/federation has those that ask Wikidata, by a stand-in."""
GRAPH = NamedNode(IRIS.graph("examples"))


@pytest.fixture(scope="module")
def release(built: Built, real_settings: Settings) -> OpenRelease:
    """Return the real release, open."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


@cache
def queries() -> dict[str, str]:
    """Return the text of each query by its key."""
    problems = Problems()
    found = {query.key: query.query for query in read_queries(DATA, IRIS, problems)}
    assert problems.found == []
    return found


def texts(store: Store, key: str, predicate: NamedNode) -> dict[str, str]:
    """Return the texts that the graph `examples` says of an example, by language."""
    quads = store.quads_for_pattern(NamedNode(IRIS.example(key)), predicate, None, GRAPH)
    found = [quad.object for quad in quads]
    assert all(isinstance(text, Literal) for text in found)
    return {text.language or "": text.value for text in found if isinstance(text, Literal)}


def test_there_are_enough() -> None:
    """There is an example for each thing that people ask publishers for."""
    assert len(KEYS) >= 28
    assert list(queries()) == KEYS


def test_answer(release: OpenRelease) -> None:
    """Every example that asks us alone has an answer, and none twice the same row."""

    def fact(key: str) -> None:
        results = release.store.query(queries()[key], use_default_graph_as_union=True)
        if isinstance(results, QueryBoolean):
            assert results
            return
        if isinstance(results, QuerySolutions):
            rows = [tuple(str(term) for term in row) for row in results]
        else:
            assert isinstance(results, QueryTriples)
            rows = [tuple(str(term) for term in triple) for triple in results]
        assert rows
        assert len(rows) == len(set(rows))

    for_all(HERE, fact)


def test_description(release: OpenRelease) -> None:
    """Every example is in the graph with titles, explanations and the very same text."""

    def fact(key: str) -> None:
        thing = NamedNode(IRIS.example(key))
        types = {q.object for q in release.store.quads_for_pattern(thing, RDF.type, None, GRAPH)}
        assert SH.SPARQLExecutable in types
        for predicate in (RDFS.label, RDFS.comment):
            said = texts(release.store, key, predicate)
            assert set(said) == {"en", "fr"}
            assert all(said.values())
        (said_query,) = [
            text
            for kind, predicate in QUERY_CLASSES.values()
            if kind in types
            for text in texts(release.store, key, predicate).values()
        ]
        assert said_query == queries()[key]

    for_all(KEYS, fact)


def test_release_keeps_them(release: OpenRelease) -> None:
    """The server reads the same examples from the release, in their order."""
    assert {query.key: query.query for query in release.queries} == queries()
    assert [query.key for query in release.queries] == KEYS


def test_titles_differ(release: OpenRelease) -> None:
    """No two examples have the same title in a language."""
    for language in ("en", "fr"):
        titles = [query.titles[language] for query in release.queries]
        assert len(titles) == len(set(titles))


def test_prefixes_mean_the_same() -> None:
    """A prefix that an example declares means what it means everywhere else."""
    for key, query in queries().items():
        lines = [line.split() for line in query.splitlines() if line.startswith("PREFIX ")]
        for _, prefix, namespace in lines:
            iri = namespace.strip("<>")
            assert PREFIXES.get(prefix.rstrip(":"), iri) == iri, (key, prefix)
            assert query.count(prefix) > 1, (key, prefix)


@pytest.mark.parametrize("year", [1982, 2015, 2016, 2018, 2020, 2023, 2026])
def test_the_filter_of_years_finds_what_the_query_finds(release: OpenRelease, year: int) -> None:
    """The list filtered by a year and the example query of that year have the same practices."""
    query = queries()["06-practices-in-a-year"].replace("2018 AS ?year", f"{year} AS ?year")
    found = release.store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    asked = {str(row["practice"].value).rpartition("/")[2] for row in found}
    selected = Selected(release, Selection(facets={"year": (str(year),)}))
    listed = practices(selected, 1, 1000).items
    assert {item.key for item in listed} == asked
    assert asked
    assert dict(facet(Selected(release, Selection()), "year"))[str(year)] == len(asked)


def test_no_year_is_made_up(release: OpenRelease) -> None:
    """Every first and last year is printed as one: beside a word or in a range; no lone year is."""
    rows = release.store.query(
        "SELECT ?text ?first ?last ?on { ?p icc:timeText ?text OPTIONAL { ?p icc:firstYear ?first }"
        " OPTIONAL { ?p icc:lastYear ?last } OPTIONAL { ?p icc:ongoing ?on } }",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    assert isinstance(rows, QuerySolutions)
    found = [[getattr(value, "value", "") for value in row] for row in rows]
    bounded = [row for row in found if row[1] or row[2]]
    assert len(bounded) > 50
    assert [text for text, *_ in bounded if re.fullmatch(r"[0-9]{4}", text)] == []
    assert [text for text, _, last, on in bounded if last and on == "true"] == []


def test_examples_of_terms_are_true(release: OpenRelease) -> None:
    """Statements that exemplify terms are in the graph; places that exemplify kinds are such."""
    statements = kinds = 0
    typed = release.store.quads_for_pattern(None, RDF.type, ICC.PlaceKind, None)
    places = {quad.subject for quad in typed}
    for quad in release.store.quads_for_pattern(None, SKOS.example, None, None):
        term, text = quad.subject, quad.object.value  # type: ignore[union-attr]
        if match := re.fullmatch(r"<(id/[^>]+)> icc:(\w+) (?:<(id/[^>]+)>|icc:([\w-]+)) \.", text):
            subject = NamedNode(release.iris.base + match[1])
            icc = PREFIXES["icc"]
            value = NamedNode(release.iris.base + match[3] if match[3] else icc + match[4])
            found = release.store.quads_for_pattern(subject, NamedNode(icc + match[2]), value, None)
            assert list(found), f"{term}: {text}"
            statements += 1
        elif term in places:
            names = re.findall(r"(?<!in )(?<!à )(?<!canton of )\b[A-Z]\w+(?= in|,|\.$)", text)
            for name in names:
                query = (
                    f"ASK {{ ?x rdfs:label ?l ; icc:kind {term} FILTER(CONTAINS(?l, '{name}')) }}"
                )
                asked = release.store.query(
                    query, prefixes=PREFIXES, use_default_graph_as_union=True
                )
                assert bool(asked), f"{term}: {name}"
                kinds += 1
    assert statements >= 4
    assert kinds >= 6


def answered(store: Store, key: str) -> list[dict[str, str]]:
    """Return the rows of an example; texts that an engine may join in any order are sorted."""
    found = store.query(queries()[key], use_default_graph_as_union=True)
    if isinstance(found, QuerySolutions):
        names = [variable.value for variable in found.variables]
        rows = [{n: getattr(row[n], "value", "") for n in names} for row in found]
        return [{n: "; ".join(sorted(v.split("; "))) for n, v in row.items()} for row in rows]
    assert isinstance(found, QueryTriples)
    return [{"triple": text} for text in sorted(map(str, found))]


def test_topics_of_the_website_do_not_count_among_themes(release: OpenRelease) -> None:
    """What an example says of Index themes is the same where there are no others."""
    website = NamedNode(IRIS.thing("scheme", "website"))
    links = {q.subject for q in release.store.quads_for_pattern(None, ICC.scheme, website, None)}
    assigned = NamedNode(IRIS.graph("website-assignments"))
    themes = Store()
    themes.bulk_extend(
        q for q in release.store if q.graph_name != assigned and q.subject not in links
    )
    asked = [key for key in HERE if "scheme:index" in queries()[key]]
    assert len(asked) > 10
    for key in asked:
        assert answered(release.store, key) == answered(themes, key), key
    for key in HERE:
        if "?link" in queries()[key]:
            assert "scheme:" in queries()[key], key


FACTS = [key for key in KEYS if re.match(r"6[2-9]|7[0-8]|80", key)]
"""The examples about networks, assessments, profiles and guidance that state facts."""


def test_facts_have_their_source(release: OpenRelease) -> None:
    """Every row that states what a source says names the page, or how many statements there are."""
    assert len(FACTS) > 15
    for key in FACTS:
        for row in answered(release.store, key):
            said = [row.get(name, "") for name in ("source", "report", "statements")]
            assert any(said), (key, row)


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of ours."""
    return load(DATA / f"{name}.csv")


def test_assessed_since_2015(release: OpenRelease) -> None:
    """Reports alone tell when a place was assessed, and these are the ones of the table."""
    rows = answered(release.store, "69-assessed-since-2015")
    found = {(row["city"].rpartition("/")[2], row["date"]) for row in rows}
    assert found == {
        (row["city"], row["date"])
        for row in table("assessments")
        if row["kind"] == "report" and row["date"] >= "2015"
    }


def test_contradictions(release: OpenRelease) -> None:
    """Two sources that give different years stand side by side, the earlier one first."""
    years: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in table("memberships"):
        if row["joined_year"] and row["status"] != "present":
            stated = (int(row["joined_year"]), row["sources"])
            years.setdefault((row["city"], row["network"]), []).append(stated)
    pairs = [
        (*one, *other)
        for found in years.values()
        for one in found
        for other in found
        if one[0] < other[0]
    ]
    rows = answered(release.store, "65-years-that-contradict-each-other")
    assert pairs
    assert sorted(
        (int(r["earlier"]), r["source"], int(r["later"]), r["otherSource"]) for r in rows
    ) == sorted(pairs)


def test_what_stands_out(release: OpenRelease) -> None:
    """The shares of a city and of the others are those that its practices give."""
    rows = answered(release.store, "80-what-stands-out-in-assessed-cities")
    assert rows
    query = """SELECT ?practice ?name ?theme {
      ?practice a icc:Practice ; icc:city/rdfs:label ?name ; dcterms:subject ?topic .
      ?topic skos:inScheme <https://w3id.org/iccgraph/id/scheme/index> ; skos:prefLabel ?theme
      FILTER(LANG(?name) = "en" && LANG(?theme) = "en") }"""
    found = release.store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    stated = [tuple(getattr(value, "value", "") for value in row) for row in found]
    everything = {practice for practice, _, _ in stated}
    for row in rows:
        here = {p for p, name, _ in stated if name == row["name"]}
        about = {p for p, _, theme in stated if theme == row["theme"]}
        share = 100 * len(here & about) / len(here)
        elsewhere = 100 * len(about - here) / len(everything - here)
        assert int(row["practices"]) == len(here & about) >= 2
        assert share >= 2 * elsewhere
        assert abs(float(row["share"]) - share) <= 0.05 + 1e-9
        assert abs(float(row["shareElsewhere"]) - elsewhere) <= 0.05 + 1e-9
        assert row["assessed"] >= "2015"
