"""What the tests of federation share: the stand-in, and a server of ours that may ask it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.federation.faulty import FaultyServer
from tests.federation.standin import WIKIDATA, start_standin
from tests.peers.servers import Peer


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Return the server that stands in for Wikidata."""
    peer = start_standin(tmp_path_factory.mktemp("standin"))
    yield peer
    peer.stop()


@pytest.fixture(scope="session")
def release(built: Built, real_settings: Settings) -> OpenRelease:
    """Return the real release, open."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


@pytest.fixture(scope="session")
def federated(
    real_settings: Settings,
    built: Built,
    standin: Peer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Serve the real release with Wikidata's stand-in on the list, and return the address."""
    assert built.name
    server = LiveServer(
        real_settings.releases_dir,
        tmp_path_factory.mktemp("log") / "serve.log",
        vendor_dir=real_settings.vendor_dir,
        services=f"{WIKIDATA}={standin.url}",
        query_timeout=60,
    )
    yield server.url
    server.stop()


@pytest.fixture
def faulty() -> Iterator[FaultyServer]:
    """Return a server that does what no endpoint should."""
    server = FaultyServer()
    yield server
    server.stop()
