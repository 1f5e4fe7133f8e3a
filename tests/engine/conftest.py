"""One release behind each engine: our own from memory and from disk, and two servers of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.sparql.port import Engine
from iccgraph.serve.sparql.remote import RemoteEngine
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import opening
from iccgraph.settings import Settings
from tests.engine.running import PATIENCE
from tests.peers.servers import Peer, start_fuseki, start_oxigraph

STARTS = {"oxigraph": start_oxigraph, "fuseki": start_fuseki}
LIMITS = {
    "query_timeout": PATIENCE,
    "query_rows": 400,
    "query_bytes": 200_000,
    "query_length": 4000,
    "query_workers": 2,
}


@pytest.fixture
def patient_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a check of health wait for as long as a slow machine may take to answer it."""
    monkeypatch.setattr("iccgraph.serve.sparql.workers.pool.READY_SECONDS", PATIENCE)
    monkeypatch.setattr("iccgraph.serve.sparql.remote.CONNECT_SECONDS", PATIENCE)


@dataclass(frozen=True)
class Subject:
    """An engine under test, the release behind it, and the server of others that it asks."""

    name: str
    engine: Engine
    release: OpenRelease
    settings: Settings
    peer: Peer | None


@pytest.fixture(scope="session", params=["memory", "disk", "oxigraph", "fuseki"])
def subject(
    request: pytest.FixtureRequest, real_settings: Settings, built: Built
) -> Iterator[Subject]:
    """Return each engine with small limits; skipped where its server cannot be had."""
    folder = real_settings.releases_dir / built.name
    triples = 10**6 if request.param == "memory" else 1
    release = open_release(folder, triples)
    peer: Peer | None = None
    if request.param in STARTS:
        peer = STARTS[request.param](folder / "dumps" / "iccgraph.nq")
    settings = Settings(
        releases_dir=real_settings.releases_dir,
        memory_triples=triples,
        sparql_endpoint=peer.url if peer else "",
        **LIMITS,  # type: ignore[arg-type]
    )
    engine: Engine
    if peer:
        engine = RemoteEngine(release, settings)
    else:
        engine = WorkerPool(opening(settings, release), settings)
    yield Subject(request.param, engine, release, settings, peer)
    engine.close()
    if peer is not None:
        peer.stop()
