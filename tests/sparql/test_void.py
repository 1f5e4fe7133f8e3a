"""The dataset's own figures are those that anyone can count."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, QuerySolutions, Store

from iccgraph.publish.pipeline import Built
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


def test_state_of_the_dataset(store: Store, built: Built) -> None:
    """The dataset states what the manifest calls its state, so a copy elsewhere can be compared."""
    query = "SELECT ?state { ?dataset a void:Dataset ; owl:versionInfo ?state }"
    rows = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(rows, QuerySolutions)
    (state,) = [row["state"] for row in rows]
    assert isinstance(state, Literal)
    assert state.value == built.manifest.content.versions["dataset"]
