"""Cities and topics as graphs of networkx: who works on what, and who shares what with whom.

Reads the frames of city-topic links, cities and topics. A node is named as its page is:
`city/barcelona`, `topic/education`, so a key that both kinds have is no clash.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import networkx as nx
import numpy as np
import pandas as pd

from iccgraph.errors import ArgumentError, ReleaseError

CITY_TOPIC: Final = "city-topic"
KINDS: Final = {CITY_TOPIC: "", "city-city": "city", "topic-topic": "topic"}
"""The networks, and of which kind the nodes are that are joined by what they share."""
DIGITS: Final = 6
"""Similarities are rounded, so that they are the same on every machine."""
Graph = nx.Graph


def make_graph(
    kind: str, scheme: str, links: pd.DataFrame, cities: pd.DataFrame, topics: pd.DataFrame
) -> Graph[str]:
    """Return one network of one topic scheme.

    Arguments: `kind` is a key of `KINDS`; the frames are those of the dataset.
    Raises: ArgumentError if there is no such network or scheme.
    """
    if kind not in KINDS:
        raise ArgumentError(f"{kind!r} is no network; there are: {', '.join(KINDS)}")
    schemes = sorted(topics["scheme"].dropna().unique())
    if scheme not in schemes:
        raise ArgumentError(f"{scheme!r} is no topic scheme; there are: {', '.join(schemes)}")
    chosen = links[links["scheme"] == scheme]
    graph: Graph[str] = nx.Graph()
    if KINDS[kind] != "topic":
        _add_cities(graph, chosen, cities)
    if KINDS[kind] != "city":
        _add_topics(graph, chosen, topics)
    if kind == CITY_TOPIC:
        _link(graph, chosen)
    else:
        _project(graph, chosen, KINDS[kind])
    return graph


def _add_cities(graph: Graph[str], links: pd.DataFrame, cities: pd.DataFrame) -> None:
    counts = links.groupby("city")["city_practices"].first()
    found = cities[cities["key"].isin(counts.index)]
    names = ["key", "name", "country", "latitude", "longitude"]
    for key, name, country, latitude, longitude in found[names].itertuples(index=False):
        known = {"country": country, "lat": latitude, "lon": longitude}
        attributes = {name: value for name, value in known.items() if pd.notna(value)}
        graph.add_node(
            f"city/{key}",
            kind="city",
            key=key,
            label=name,
            bipartite=0,
            practices=int(counts[key]),
            **attributes,
        )


def _add_topics(graph: Graph[str], links: pd.DataFrame, topics: pd.DataFrame) -> None:
    """Add the topics that some city works on; each link knows the practices of both ends."""
    counts = (links["practices"] + links["practices_elsewhere"]).groupby(links["topic"]).first()
    found = topics[topics["key"].isin(counts.index)]
    for key, label in found[["key", "label_en"]].itertuples(index=False):
        graph.add_node(
            f"topic/{key}",
            kind="topic",
            key=key,
            label=label,
            bipartite=1,
            practices=int(counts[key]),
        )


def _link(graph: Graph[str], links: pd.DataFrame) -> None:
    for city, topic, practices in links[["city", "topic", "practices"]].itertuples(index=False):
        graph.add_edge(f"city/{city}", f"topic/{topic}", weight=int(practices))


def _project(graph: Graph[str], links: pd.DataFrame, kind: str) -> None:
    """Join each two nodes of a kind by what both are linked to."""
    other = "topic" if kind == "city" else "city"
    keys = links[kind].astype("category")
    others = links[other].astype("category")
    linked = np.zeros((len(keys.cat.categories), len(others.cat.categories)), dtype=np.int32)
    linked[keys.cat.codes, others.cat.codes] = 1
    shared = linked @ linked.T
    degrees = linked.sum(axis=1)
    names = [f"{kind}/{key}" for key in keys.cat.categories]
    for one, two in zip(*np.nonzero(np.triu(shared, 1)), strict=True):
        weight = int(shared[one, two])
        either = int(degrees[one] + degrees[two]) - weight
        graph.add_edge(
            names[one], names[two], weight=weight, jaccard=round(weight / either, DIGITS)
        )


def add_statistics(graph: Graph[str], path: Path) -> None:
    """Add what the build has worked out about the same nodes and edges, such as `p` and `q`.

    Arguments: `path` is the network of the release as node-link JSON. What the graph says itself
    stays as it is.
    Raises: ReleaseError if the file is no such network, or is about others.
    """
    try:
        document = json.loads(path.read_bytes())
        said = {node["id"]: node for node in document["nodes"]}
        pairs = {frozenset((e["source"], e["target"])): e for e in document["links"]}
        if said.keys() != set(graph) or pairs.keys() != set(map(frozenset, graph.edges)):
            raise ValueError("other nodes or edges")
        graph.graph.update(document["graph"])
        for node, attributes in graph.nodes(data=True):
            attributes.update({**said[node], **attributes})
            del attributes["id"]
        for one, two, attributes in graph.edges(data=True):
            attributes.update({**pairs[frozenset((one, two))], **attributes})
            del attributes["source"], attributes["target"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseError(
            path, "is not the network of the tables of this release; fetch or build it anew"
        ) from error
