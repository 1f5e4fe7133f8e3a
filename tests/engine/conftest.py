"""The same release behind each adapter of the engine's port: ours, Oxigraph's, Jena Fuseki's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from iccgraph.build.pipeline import Built
from iccgraph.serve.engine.embedded import EmbeddedEngine
from iccgraph.serve.engine.port import Engine
from iccgraph.serve.engine.remote import RemoteEngine
from iccgraph.serve.store import OpenRelease, open_release
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.peers.servers import start_fuseki, start_oxigraph

LIMITS = Settings(query_workers=1, query_timeout=2, query_rows=200, query_bytes=40_000)
ADAPTERS = ("embedded", "oxigraph", "fuseki")


@contextmanager
def endpoint_of(name: str, settings: Settings, built: Built) -> Iterator[str]:
    """Return the address of a server of others with the release loaded; empty for our own."""
    if name == "embedded":
        yield ""
        return
    quads = settings.releases_dir / built.name / "dumps" / "iccgraph.nq"
    peer = (start_oxigraph if name == "oxigraph" else start_fuseki)(quads)
    try:
        yield peer.url
    finally:
        peer.stop()


@pytest.fixture(scope="session", params=ADAPTERS)
def endpoint(
    request: pytest.FixtureRequest, real_settings: Settings, built: Built
) -> Iterator[str]:
    """Return the endpoint that is asked, empty for our own engine."""
    with endpoint_of(request.param, real_settings, built) as address:
        yield address


@pytest.fixture(scope="session")
def release(real_settings: Settings, built: Built) -> OpenRelease:
    """Return the real release, open."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


@pytest.fixture(scope="session")
def engine(endpoint: str, release: OpenRelease) -> Iterator[Engine]:
    """Return an engine by each adapter."""
    kind = RemoteEngine if endpoint else EmbeddedEngine
    engine = kind(release, replace(LIMITS, sparql_endpoint=endpoint))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def served(
    endpoint: str,
    real_settings: Settings,
    built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Return the address of a whole server that asks through each adapter."""
    assert built.name
    log = tmp_path_factory.mktemp("served") / "serve.log"
    more = {"sparql_endpoint": endpoint} if endpoint else {}
    server = LiveServer(real_settings.releases_dir, log, query_timeout=5, **more)
    yield server.url
    server.stop()
