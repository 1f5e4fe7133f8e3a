"""Every statement of a release stands in a graph of which the release says who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from iccgraph import __version__
from iccgraph.iris import GRAPHS
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.release.manifest import QUADS
from iccgraph.serve.dataset.open import open_store
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES
from tests.unit.support import change, small_sources

BASE = "https://w3id.org/iccgraph/"
CATALOGUE = NamedNode(f"{BASE}graph/catalogue")
PARTS = {
    "title": "?graph dcterms:title ?a, ?b FILTER(LANG(?a) = 'en' && LANG(?b) = 'fr')",
    "description": "?graph dcterms:description ?a, ?b FILTER(LANG(?a) = 'en' && LANG(?b) = 'fr')",
    "class": "?graph a prov:Entity",
    "time": "?graph dcterms:modified ?day FILTER(DATATYPE(?day) = xsd:date)",
    "size": "?graph void:triples ?n . ?dataset a void:Dataset ; void:subset ?graph",
    "who": "?graph prov:wasAttributedTo ?agent . ?agent a ?class ; dcterms:title|foaf:name ?name",
    "activity": "?graph prov:wasGeneratedBy ?did . ?did a prov:Activity ; rdfs:label ?label ; "
    "dcterms:date ?day",
    "agent": "?graph prov:wasGeneratedBy/prov:wasAssociatedWith ?agent . ?agent foaf:name ?name",
    "source": "?graph prov:wasDerivedFrom ?source . ?source a prov:Entity ; dcterms:title ?title",
}
"""What is said of each graph."""


def quads(built: Built, settings: Settings) -> Iterator[Quad]:
    """Yield the statements of a release."""
    path = settings.releases_dir / built.name / QUADS
    return parse(path=path, format=RdfFormat.N_QUADS)


@pytest.fixture(scope="module")
def store(built: Built, real_settings: Settings) -> Store:
    """Return the store of the real release."""
    folder: Path = real_settings.releases_dir / built.name
    return open_store(folder, 10**9, built.manifest.content.counts["triples"])


def rows(store: Store, pattern: str) -> set[tuple[str, ...]]:
    """Return the answers of a pattern in the catalogue."""
    query = f"SELECT * FROM <{CATALOGUE.value}> {{ {pattern} }}"
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return {tuple(getattr(value, "value", "") for value in row) for row in found}


def described(store: Store, part: str) -> set[str]:
    """Return the graphs of which the catalogue says a part."""
    query = (
        f"SELECT DISTINCT ?graph FROM <{CATALOGUE.value}> {{ ?graph a sd:Graph . {PARTS[part]} }}"
    )
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, QuerySolutions)
    return {getattr(row["graph"], "value", "") for row in found}


@pytest.mark.parametrize("part", PARTS)
def test_no_statement_without_provenance(
    part: str, store: Store, built: Built, real_settings: Settings
) -> None:
    """The graph of every statement of the release is described in the catalogue, part by part."""
    used = {quad.graph_name for quad in quads(built, real_settings)}
    names = {graph.value for graph in used if isinstance(graph, NamedNode)}
    assert len(names) == len(used)  # no statement stands in the default graph
    assert described(store, part) == names
    assert CATALOGUE.value in names  # which describes itself


def test_every_graph_is_used(built: Built, real_settings: Settings) -> None:
    """Each name of a graph has statements; that of Wikidata’s alone waits until it is asked."""
    used = Counter(quad.graph_name for quad in quads(built, real_settings))
    there = {graph.value for graph in used if isinstance(graph, NamedNode)}
    assert {f"{BASE}graph/{name}" for name in GRAPHS} - there == {f"{BASE}graph/wikidata"}


def test_what_was_used_is_what_it_was_derived_from(store: Store) -> None:
    """The sources of a graph are what its activity has used (PROV-Constraints, section 5.1)."""
    pattern = "?graph prov:wasGeneratedBy ?did . ?{} prov:{} ?source"
    derived = rows(store, pattern.format("graph", "wasDerivedFrom"))
    used = rows(store, pattern.format("did", "used"))
    assert len(derived) > 25
    assert derived == used


def test_no_graph_is_older_than_its_sources(store: Store) -> None:
    """A graph that was made from another is as new, and its activity ended on its day."""
    pattern = "?graph prov:wasDerivedFrom ?source ; dcterms:modified ?a . "
    found = rows(store, pattern + "?source dcterms:modified ?b FILTER(?a < ?b)")
    assert len(rows(store, pattern + "?source dcterms:modified ?b")) > 20
    assert not found
    days = "?graph prov:wasGeneratedBy ?did ; dcterms:modified ?a . ?did dcterms:date ?b"
    assert not rows(store, days + " FILTER(?a != ?b)")


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("periods", {"practices"}),
        ("derived", {"practices", "assignments", "periods", "places", "topics"}),
    ],
)
def test_computed_graphs_name_the_program(name: str, used: set[str], store: Store) -> None:
    """What is computed was made by this program, in its version, from other graphs."""
    found = rows(
        store,
        f"<{BASE}graph/{name}> prov:wasGeneratedBy/prov:wasAssociatedWith ?program ;"
        " prov:wasDerivedFrom ?source . ?source a sd:Graph . ?program a prov:SoftwareAgent ;"
        " schema:softwareVersion ?version",
    )
    values = {value for row in found for value in row}
    program = f"{BASE}catalogue#software"
    assert values == {program, __version__, *(f"{BASE}graph/{source}" for source in used)}


def test_our_words_stand_apart(store: Store) -> None:
    """No graph of the programme holds a summary, a definition or a topic of a practice."""
    ours = ("dcterms:description", "skos:definition", "dcterms:relation", "dcterms:subject")
    for graph in rows(store, f"?graph prov:wasAttributedTo <{BASE}catalogue#programme>"):
        for name in ours:
            prefix, _, local = name.partition(":")
            predicate = NamedNode(PREFIXES[prefix] + local)
            there = store.quads_for_pattern(None, predicate, None, NamedNode(graph[0]))
            assert next(there, None) is None, (graph, name)


def days(settings: Settings) -> dict[str, str]:
    """Return the day of each graph of a new release."""
    built = build_release(settings, validate=False)
    return {
        quad.subject.value.rpartition("/")[2]: quad.object.value
        for quad in quads(built, settings)
        if quad.predicate.value.endswith("/terms/modified")
        and isinstance(quad.subject, NamedNode)
        and "/graph/" in quad.subject.value
        and isinstance(quad.object, Literal)
    }


def test_days_follow_the_data(tmp_path: Path) -> None:
    """A practice that was read later makes its graph newer, and all that was made from it."""
    settings = small_sources(tmp_path)
    before = days(settings)
    change(settings, "practices", "casa-aberta", recorded_on="2026-11-26")
    after = days(replace(settings, releases_dir=tmp_path / "later"))
    assert before["practices"] == "2026-11-21"
    newer = {name for name, day in after.items() if day != before[name]}
    expected = {"practices", "texts", "translations", "assignments", "website-assignments"}
    assert newer == {*expected, "periods", "derived"}
    assert {after[name] for name in newer} == {"2026-11-26"}


def test_a_graph_that_holds_nothing_is_not_described(tmp_path: Path) -> None:
    """Without example queries there is no word of their graph, nor of how it came."""
    settings = small_sources(tmp_path)
    built = build_release(settings)
    assert "examples" not in built.manifest.content.graphs
    lines = [str(quad) for quad in quads(built, settings)]
    assert not [line for line in lines if "graph/examples" in line or "activity-examples" in line]
    assert [line for line in lines if "activity-shapes" in line]
