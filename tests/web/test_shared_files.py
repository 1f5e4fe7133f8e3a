"""The files that the processes of a server share: a disk without room must not end any of them."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.server import MEMORY
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.web.processes import descendants


def shared(pid: int) -> set[str]:
    """Return the files that a process has mapped to write to them together with others."""
    lines = (line.split(maxsplit=5) for line in Path(f"/proc/{pid}/maps").read_text().splitlines())
    named = (words[5] for words in lines if words[1] == "rw-s" and words[5:])
    return {name for name in named if "iccgraph-" in name}


@pytest.mark.skipif(not MEMORY.is_dir(), reason="no folder whose files are in memory")
def test_shared_files_are_in_memory(built: Built, real_settings: Settings, tmp_path: Path) -> None:
    """What processes write together is in memory, and gone when the server ends."""
    assert built.name
    server = LiveServer(real_settings.releases_dir, tmp_path / "serve.log", web_workers=2)
    try:
        for path in ("practices", "metrics"):
            urllib.request.urlopen(f"{server.url}{path}").close()
        files = {name for pid in descendants(server.process.pid) for name in shared(pid)}
    finally:
        server.stop()
    assert {Path(name).stem.partition("_")[0] for name in files} >= {"clients", "counter"}
    assert len({Path(name).parent for name in files}) == 1
    assert [name for name in files if not Path(name).is_relative_to(MEMORY)] == []
    assert [name for name in files if Path(name).exists()] == []
