"""The servers of others hold what the manifest of the release says, graph by graph."""

from __future__ import annotations

import csv
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from iccgraph.publish.pipeline import Built
from tests.peers.servers import Peer, start_oxigraph
from tests.web.processes import alive

GRAPHS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
DEFAULT = "SELECT ?g (COUNT(*) AS ?n) { VALUES ?g { 'default' } ?s ?p ?o } GROUP BY ?g"


def counts(peer: Peer, query: str) -> dict[str, int]:
    """Return how many triples a peer counts, by the graph."""
    asked = urllib.request.Request(f"{peer.url}?{urlencode({'query': query})}")
    asked.add_header("Accept", "text/csv")
    with urllib.request.urlopen(asked, timeout=60) as answer:
        table = list(csv.DictReader(answer.read().decode().splitlines()))
    return {row["g"]: int(row["n"]) for row in table}


def held(peer: Peer, union: bool, built: Built) -> None:
    """Hold what a peer counts against the manifest."""
    content = built.manifest.content
    base = f"{content.base_iri}graph/"
    assert counts(peer, GRAPHS) == {base + name: n for name, n in content.graphs.items()}
    triples = content.counts["triples"]
    assert triples > 10_000
    assert counts(peer, DEFAULT) == ({"default": triples} if union else {})


def test_oxigraph_holds_the_release(oxigraph: tuple[Peer, bool], built: Built) -> None:
    """Oxigraph has each named graph in full; the default graph is empty, or their union."""
    held(*oxigraph, built)


def test_fuseki_holds_the_release(fuseki: tuple[Peer, bool], built: Built) -> None:
    """Fuseki has each named graph in full; the default graph is empty, or their union."""
    held(*fuseki, built)


def test_a_stopped_peer_is_gone(quads: Path) -> None:
    """After it was stopped, a peer answers no more and leaves no process."""
    peer = start_oxigraph(quads)
    assert counts(peer, GRAPHS)
    peer.stop()
    assert not alive(peer.process.pid)
    with pytest.raises(OSError, match="refused"):
        counts(peer, GRAPHS)


def test_a_file_that_is_no_quads_is_an_error(tmp_path: Path) -> None:
    """A peer that does not take the file is stopped, and the test that wanted it fails."""
    broken = tmp_path / "broken.nq"
    broken.write_text("this is no quad\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"did not take broken\.nq"):
        start_oxigraph(broken)
