"""Apache Jena's SHACL engine gives the same verdict as pySHACL."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from rdflib import Graph

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.peers.servers import Peer, start_fuseki_shacl
from tests.shapes.examples import shapes
from tests.shapes.verdicts import (
    Verdict,
    agree_on_the_examples,
    agree_on_the_release,
    release,
    verdict,
)


@pytest.fixture(scope="module")
def validator() -> Iterator[Peer]:
    """Return an Apache Jena Fuseki server that validates what it holds."""
    peer = start_fuseki_shacl()
    yield peer
    peer.stop()


def found_by_jena(peer: Peer, file: Path, data: bytes) -> Verdict:
    """Return what Jena finds in N-Triples, which pass through a file."""
    file.write_bytes(data)
    peer.load(file)
    address = f"{peer.url.removesuffix('/sparql')}/shacl?graph=default"
    asked = urllib.request.Request(address, shapes().serialize(format="turtle").encode())
    asked.add_header("Content-Type", "text/turtle")
    asked.add_header("Accept", "application/n-triples")
    with urllib.request.urlopen(asked, timeout=120) as answer:
        return verdict(Graph().parse(data=answer.read(), format="nt"))


def test_examples(validator: Peer, tmp_path: Path) -> None:
    """Jena reads the shapes, and finds in each example what pySHACL finds, and nothing else."""
    agree_on_the_examples(partial(found_by_jena, validator, tmp_path / "data.nq"))


def test_release(validator: Peer, real_settings: Settings, built: Built, tmp_path: Path) -> None:
    """Jena finds in the release what pySHACL finds, and nothing else."""
    find = partial(found_by_jena, validator, tmp_path / "data.nq")
    agree_on_the_release(find, release(real_settings, built))
