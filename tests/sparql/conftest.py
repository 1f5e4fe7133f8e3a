"""One server for each module of attacks, under the limits that the module names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.web.processes import alive, descendants, eventually, workers


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest,
    real_settings: Settings,
    built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveServer]:
    """Serve the real release under the module's `LIMITS`; hold that it leaves no process behind."""
    assert built.name
    limits: dict[str, Any] = request.module.LIMITS
    log = tmp_path_factory.mktemp("limited") / "serve.log"
    server = LiveServer(real_settings.releases_dir, log, **limits)
    assert eventually(lambda: len(workers(server.process.pid)) == limits["query_workers"])
    yield server
    below = set(descendants(server.process.pid))
    server.stop()
    assert eventually(lambda: not any(alive(pid) for pid in below))
