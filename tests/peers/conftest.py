"""Servers of others that hold the quads of the built release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.peers.servers import Peer, start_fuseki, start_oxigraph


@pytest.fixture(scope="session")
def quads(real_settings: Settings, built: Built) -> Path:
    """Return the release's dump that keeps the named graphs."""
    return real_settings.releases_dir / built.name / "dumps" / "iccgraph.nq"


@pytest.fixture(scope="session", params=["graphs apart", "union"])
def oxigraph(request: pytest.FixtureRequest, quads: Path) -> Iterator[tuple[Peer, bool]]:
    """Return an Oxigraph server, and whether its default graph is the union."""
    union = request.param == "union"
    peer = start_oxigraph(quads, union=union)
    yield peer, union
    peer.stop()


@pytest.fixture(scope="session", params=["graphs apart", "union"])
def fuseki(request: pytest.FixtureRequest, quads: Path) -> Iterator[tuple[Peer, bool]]:
    """Return an Apache Jena Fuseki server, and whether its default graph is the union."""
    union = request.param == "union"
    peer = start_fuseki(quads, union=union)
    yield peer, union
    peer.stop()
