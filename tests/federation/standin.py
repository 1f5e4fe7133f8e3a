"""An Oxigraph server that stands in for Wikidata's query service, with a small made graph."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from tests.peers.servers import Peer, start_oxigraph

GRAPH = Path(__file__).parent / "wikidata.ttl"
WIKIDATA = "https://query.wikidata.org/sparql"
"""The name by which queries ask; what stands in for it is another address."""


def start_standin(folder: Path) -> Peer:
    """Start the server; `folder` takes the graph in the format that it loads."""
    quads = folder / "wikidata.nq"
    found = parse(GRAPH.read_bytes(), format=RdfFormat.TURTLE)
    serialize(found, output=quads, format=RdfFormat.N_QUADS)
    return start_oxigraph(quads)
