"""The dataset's own figures are those that anyone can count."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from iccgraph.publish.pipeline import Built
from iccgraph.publish.writers.void import DatasetCounts
from iccgraph.release.manifest import DEFAULT_GRAPH
from iccgraph.serve.dataset.open import open_store
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES

STATED = {
    "triples": "?dataset a void:Dataset ; void:triples ?stated { SELECT (COUNT(*) AS ?counted) "
    "{ GRAPH ?g { ?s ?p ?o } } }",
    "entities": "?dataset a void:Dataset ; void:entities ?stated "
    "{ SELECT (COUNT(DISTINCT ?s) AS ?counted) { ?s a ?class FILTER(isIRI(?s)) } }",
    "classes": "?dataset void:classPartition [ void:class ?class ; void:entities ?stated ] "
    "{ SELECT ?class (COUNT(DISTINCT ?s) AS ?counted) { ?s a ?class } GROUP BY ?class }",
    "properties": "?dataset void:propertyPartition [ void:property ?p ; void:triples ?stated ] "
    "{ SELECT ?p (COUNT(*) AS ?counted) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?p }",
    "links": "?set void:linkPredicate ?p ; void:triples ?stated { SELECT ?p (COUNT(*) AS ?counted)"
    " { GRAPH <https://w3id.org/iccgraph/graph/links> { ?s ?p ?o } } GROUP BY ?p }",
}


@pytest.fixture(scope="module")
def store(built: Built, real_settings: Settings) -> Store:
    """Return the store of the real release."""
    folder: Path = real_settings.releases_dir / built.name
    return open_store(folder, 10**9, built.manifest.content.counts["triples"])


@pytest.mark.parametrize("kind", STATED)
def test_void_states_what_can_be_counted(store: Store, kind: str) -> None:
    """Every figure of the VoID description equals the count by SPARQL."""
    query = f"SELECT ?stated ?counted {{ {STATED[kind]} }}"
    rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    found = [(row["stated"], row["counted"]) for row in rows]
    assert found
    assert [stated for stated, _ in found] == [counted for _, counted in found]


def test_every_class_has_a_partition(store: Store) -> None:
    """No class or property of the graph is left out of the VoID description."""
    for kind, pattern in (("class", "?s a ?term"), ("property", "GRAPH ?g { ?s ?term ?o }")):
        query = (
            f"SELECT (COUNT(DISTINCT ?term) AS ?n) {{ {pattern} "
            f"FILTER NOT EXISTS {{ ?part void:{kind} ?term }} }}"
        )
        rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
        assert isinstance(rows, QuerySolutions)
        found = next(iter(rows))["n"]
        assert isinstance(found, Literal)
        assert found.value == "0", kind


def test_vocabularies(store: Store) -> None:
    """Each vocabulary is named whose terms are used, and no other."""
    query = "SELECT ?v { ?dataset a void:Dataset ; void:vocabulary ?v }"
    rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    named = {getattr(row["v"], "value", "") for row in rows}
    terms = "SELECT DISTINCT ?t { { GRAPH ?g { ?s ?t ?o } } UNION { GRAPH ?g { ?s a ?t } } }"
    found = store.query(terms, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    used = {getattr(row["t"], "value", "") for row in found}
    assert PREFIXES["icc"] in named
    assert named <= set(PREFIXES.values())
    assert not [iri for iri in used if not iri.startswith(tuple(named))]
    assert not [start for start in named if not any(iri.startswith(start) for iri in used)]


def test_default_graph(store: Store, built: Built) -> None:
    """The manifest counts what a query without named graphs is asked over."""
    query = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?s ?p ?o } }"
    rows = store.query(query, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    (count,) = [row["n"] for row in rows]
    assert isinstance(count, Literal)
    assert int(count.value) == built.manifest.content.counts[DEFAULT_GRAPH]


def test_triples_are_counted_once() -> None:
    """A triple that stands in several graphs is one of the default graph, in one batch or two."""
    counts = DatasetCounts(NamedNode("urn:x:links"))
    counts.count_triples(b"a .\nb .\na .\n", of_things=True)
    counts.count_triples(b"c .\nd .\n", of_things=False)
    counts.count_triples(b"c .\ne .\n", of_things=False)
    assert counts.triples == 5


def test_state_of_the_dataset(store: Store, built: Built) -> None:
    """The dataset states what the manifest calls its state, so a copy elsewhere can be compared."""
    query = "SELECT ?state { ?dataset a void:Dataset ; owl:versionInfo ?state }"
    rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    (state,) = [row["state"] for row in rows]
    assert isinstance(state, Literal)
    assert state.value == built.manifest.content.versions["dataset"]
