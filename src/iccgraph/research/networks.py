"""The networks of cities and topics that a release holds, as graphs of networkx.

A node is named as its page is: `city/barcelona`, `topic/education`, so a key that both kinds have
is no clash.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import networkx as nx

from iccgraph.errors import ReleaseError

SIDES: Final = {"city": 0, "topic": 1}
"""The set of a two-mode network that a node is in, by its kind, as networkx tells them apart."""
Graph = nx.Graph


def read_graph(path: Path) -> Graph[str]:
    """Return a network of a release, which stands in a file as JSON of nodes and links.

    Raises: ReleaseError if the file is no such network.
    """
    try:
        graph: Graph[str] = nx.node_link_graph(json.loads(path.read_bytes()), edges="links")
        for _, said in graph.nodes(data=True):
            said["bipartite"] = SIDES[said["kind"]]
    except (ValueError, KeyError, TypeError, AttributeError, nx.NetworkXException) as error:
        raise ReleaseError(
            path, "is not a network of cities and topics; fetch or build it anew"
        ) from error
    return graph
