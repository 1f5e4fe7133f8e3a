"""The graphs say what the frames say, counted in another way."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest

import iccgraph
from iccgraph.errors import ReleaseError
from iccgraph.publish.statistics.pairs import rounded
from iccgraph.research.networks import read_graph
from tests.for_all import for_all

SCHEMES = ("index", "website")
KINDS = ("city-topic", "city-city", "topic-topic")


def topics_of(dataset: iccgraph.Dataset, scheme: str, by: str) -> dict[str, set[str]]:
    """Return the topics of each city that has practices, or the cities of each topic."""
    other = {"city": "topic", "topic": "city"}[by]
    links = dataset.city_topics
    chosen = links[links["scheme"] == scheme]
    return {str(key): set(rows[other]) for key, rows in chosen.groupby(by)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_cities_and_topics(dataset: iccgraph.Dataset, scheme: str) -> None:
    """Each practice of a city on a topic counts once in the weight of their edge."""
    graph = dataset.graph("city-topic", scheme)
    column = "topics" if scheme == "index" else "other_topics"
    rows = dataset.practices[["cities", column]].explode("cities").explode(column).dropna()
    counted = rows.groupby(["cities", column]).size()
    found = {(one[5:], two[6:]): edge["weight"] for one, two, edge in graph.edges(data=True)}
    assert found == counted.to_dict()
    assert nx.is_bipartite(graph)
    assert {graph.nodes[one]["bipartite"] for one, _ in graph.edges} == {0}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["city", "topic"])
def test_what_is_shared(dataset: iccgraph.Dataset, kind: str, scheme: str) -> None:
    """Two nodes are joined if they share something, by how much and out of how much."""
    graph = dataset.graph(f"{kind}-{kind}", scheme)
    linked = topics_of(dataset, scheme, kind)
    assert set(graph) == {f"{kind}/{key}" for key in linked}
    wanted = {
        frozenset((f"{kind}/{one}", f"{kind}/{two}")): (
            len(linked[one] & linked[two]),
            rounded(len(linked[one] & linked[two]) / len(linked[one] | linked[two])),
        )
        for one, two in combinations(linked, 2)
        if linked[one] & linked[two]
    }
    found = {frozenset((a, b)): (e["weight"], e["jaccard"]) for a, b, e in graph.edges(data=True)}
    assert found == wanted


def test_practices_of_nodes(dataset: iccgraph.Dataset) -> None:
    """A node knows how many practices with a topic of the scheme it has."""
    graph = dataset.graph()
    rows = dataset.practices
    rows = rows[rows["topics"].map(len) > 0]

    def fact(key: str) -> None:
        kind, _, end = key.partition("/")
        column = {"city": "cities", "topic": "topics"}[kind]
        placed = rows if kind == "city" else rows[rows["cities"].map(len) > 0]
        counted = int(placed[column].map(lambda keys: end in keys).sum())
        assert graph.nodes[key]["practices"] == counted

    for_all(list(graph), fact)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_numbers_of_the_build(dataset: iccgraph.Dataset, scheme: str) -> None:
    """What the build has worked out of nodes, edges and the whole is there."""
    for kind in KINDS:
        graph = dataset.graph(kind, scheme)
        assert graph.graph["null_model"]
        assert all({"x", "y"} <= said.keys() for _, said in graph.nodes(data=True))
        assert any(0 < said.get("q", 0) <= 1 for *_, said in graph.edges(data=True))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"graph": {}, "nodes": [{"id": "a"}], "links": []}', '{"nodes": [{}]}'],
)
def test_a_network_of_others(text: str, tmp_path: Path) -> None:
    """A network file that is none, or has nodes of another kind, is refused and named."""
    path = tmp_path / "network-index-city-city.json"
    path.write_text(text)
    with pytest.raises(ReleaseError, match=r"city-city\.json: is not a network of cities"):
        read_graph(path)


def test_graphs_say_what_they_are_of(dataset: iccgraph.Dataset) -> None:
    """A graph, and a file of it, names release, scheme and licence."""

    def fact(kind: str) -> None:
        graph = dataset.graph(kind, "website")
        assert graph.graph["release"] == dataset.name
        file = io.BytesIO()
        nx.write_graphml(graph, file)
        again = nx.read_graphml(io.BytesIO(file.getvalue()))
        assert again.graph["scheme"] == "website"
        assert again.graph["licence"] == dataset.licence
        assert {n: again.nodes[n]["label"] for n in again} == {
            n: graph.nodes[n]["label"] for n in graph
        }

    for_all(KINDS, fact)
