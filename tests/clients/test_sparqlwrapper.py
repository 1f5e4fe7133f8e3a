"""SPARQLWrapper, by each method and in each format that it knows, is told what our store says."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.error import HTTPError

import pytest
from pyoxigraph import Triple
from rdflib import Graph
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    SELECT,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.clients.facts import PREFIXES, Facts, read_graph
from tests.for_all import for_all
from tests.web.client import ask

pytestmark = pytest.mark.filterwarnings(
    # rdflib's own parser of JSON-LD still makes one
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)
CITIES = PREFIXES + "SELECT ?c ?l { ?c a icc:City ; rdfs:label ?l }"
CONSTRUCT = PREFIXES + "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c a icc:City ; rdfs:label ?l }"
WAYS = {
    "GET": (GET, URLENCODED),
    "form POST": (POST, URLENCODED),
    "direct POST": (POST, POSTDIRECTLY),
}
GRAPH_FORMATS = (TURTLE, JSONLD, XML, RDFXML, N3)


def asking(site: str, query: str, form: str, way: str = "GET") -> SPARQLWrapper:
    """Return a wrapper that will ask a query."""
    wrapper = SPARQLWrapper(f"{site}sparql")
    method, kind = WAYS[way]
    wrapper.setMethod(method)
    wrapper.setRequestMethod(kind)
    wrapper.setReturnFormat(form)
    wrapper.setQuery(query)
    return wrapper


def plain(facts: Facts) -> list[tuple[str, str]]:
    """Return the cities and labels of our store, as text without tags."""
    rows = [(city[1:-1], label.rpartition('"')[0][1:]) for city, label in facts.rows(CITIES)]
    assert any(not label.isascii() for _, label in rows)
    return rows


def test_json(live: str, facts: Facts) -> None:
    """The bindings in JSON are the rows of our store, with their languages."""

    def fact(way: str) -> None:
        found: Any = asking(live, CITIES, JSON, way).queryAndConvert()
        assert found["head"]["vars"] == ["c", "l"]
        rows = [
            (f"<{row['c']['value']}>", f'"{row["l"]["value"]}"@{row["l"]["xml:lang"]}')
            for row in found["results"]["bindings"]
        ]
        assert sorted(rows) == facts.rows(CITIES)

    for_all(WAYS, fact)


def test_xml(live: str, facts: Facts) -> None:
    """The literals in XML are the labels of our store."""

    def fact(way: str) -> None:
        found: Any = asking(live, CITIES, XML, way).queryAndConvert()
        literals = [node.firstChild.data for node in found.getElementsByTagName("literal")]
        assert sorted(literals) == sorted(label for _, label in plain(facts))

    for_all(WAYS, fact)


def test_csv(live: str, facts: Facts) -> None:
    """CSV has the values of our store."""

    def fact(way: str) -> None:
        found: Any = asking(live, CITIES, CSV, way).queryAndConvert()
        header, *rows = map(tuple, csv.reader(io.StringIO(found.decode(), newline="")))
        assert header == ("c", "l")
        assert sorted(rows) == sorted(plain(facts))

    for_all(WAYS, fact)


def test_tsv(live: str, facts: Facts) -> None:
    """TSV has the terms of our store."""

    def fact(way: str) -> None:
        found: Any = asking(live, CITIES, TSV, way).queryAndConvert()
        header, *rows = [tuple(line.split("\t")) for line in found.decode().strip().split("\n")]
        assert header == ("?c", "?l")
        assert sorted(rows) == facts.rows(CITIES)

    for_all(WAYS, fact)


def test_graphs(live: str, facts: Facts) -> None:
    """A CONSTRUCT in each format has the triples of our store."""

    def fact(row: tuple[str, str]) -> None:
        form, way = row
        found: Any = asking(live, CONSTRUCT, form, way).queryAndConvert()
        if isinstance(found, bytes):
            found = Graph().parse(data=found, format="turtle")
        assert graph(found) == facts.graph(CONSTRUCT)

    for_all([(form, way) for form in GRAPH_FORMATS for way in WAYS], fact)


def graph(found: Graph) -> set[Triple]:
    """Return the triples that SPARQLWrapper made of an answer."""
    return read_graph(found.serialize(format="nt", encoding="utf-8"))


@pytest.mark.parametrize("kind", ["icc:City", "icc:NoSuchThing"])
def test_ask(live: str, facts: Facts, kind: str) -> None:
    """An ASK is true for what is there, and false for what is not."""
    query = f"{PREFIXES} ASK {{ ?s a {kind} }}"
    found: Any = asking(live, query, JSON).queryAndConvert()
    assert found["boolean"] is facts.true(query) is (kind == "icc:City")


def test_one_graph(live: str, facts: Facts) -> None:
    """A default graph that is named beside the query is the only one that is asked."""
    name = "https://w3id.org/iccgraph/graph/topics"
    wrapper = asking(live, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", JSON)
    wrapper.addDefaultGraph(name)
    found: Any = wrapper.queryAndConvert()
    wanted = facts.graph(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    assert int(found["results"]["bindings"][0]["n"]["value"]) == len(wanted)


def test_syntax_error_is_told(live: str) -> None:
    """A query that is none raises the error that SPARQLWrapper has for it, with our words."""
    with pytest.raises(QueryBadFormed, match="line"):
        asking(live, "SELECT * { ?s ?p }", JSON).query()


@pytest.mark.parametrize("way", ["GET", "form POST"])
def test_updates_change_nothing(live: str, way: str) -> None:
    """An update is refused as the client’s mistake."""
    wrapper = asking(live, "CLEAR ALL", JSON, way)
    wrapper.queryType = SELECT  # else SPARQLWrapper itself refuses to send it by GET
    with pytest.raises((HTTPError, QueryBadFormed)):
        wrapper.query()
    assert ask(live, "city/barcelona.nt").status == 200
