"""What the clients ask: a server whose names are its own addresses, and what our store says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from iccgraph.publish.pipeline import Built, build_release
from iccgraph.settings import Settings
from tests.clients.facts import Facts
from tests.conftest import LiveServer, free_port


def facts_of(settings: Settings, name: str) -> Facts:
    """Return what the dump of a release says, graph by graph."""
    store = Store()
    dump = settings.releases_dir / name / "dumps" / "iccgraph.nq"
    store.load(path=dump, format=RdfFormat.N_QUADS)
    return Facts(store)


@pytest.fixture(scope="session")
def facts(real_settings: Settings, built: Built) -> Facts:
    """Return what the release says that `live` serves."""
    return facts_of(real_settings, built.name)


@pytest.fixture(scope="session")
def dumps(real_settings: Settings, built: Built) -> Path:
    """Return the folder of the release's dumps."""
    return real_settings.releases_dir / built.name / "dumps"


@pytest.fixture(scope="session")
def own(
    real_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Facts]]:
    """Serve a release whose things are called by the server's own address, and its facts.

    So the IRIs of things lead somewhere without a redirection service in between.
    """
    port = free_port()
    site = f"http://127.0.0.1:{port}/"
    folder = tmp_path_factory.mktemp("own")
    settings = replace(real_settings, base_iri=site, releases_dir=folder / "releases")
    name = build_release(settings).name
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.conftest.free_port", lambda: port)
        server = LiveServer(settings.releases_dir, folder / "serve.log", site_url=site)
    yield site, facts_of(settings, name)
    server.stop()
