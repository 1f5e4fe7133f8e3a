"""A release whose store is damaged is an error of the release, whatever the engine says of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from iccgraph.errors import EngineError, ReleaseError
from iccgraph.publish.pipeline import Built
from iccgraph.release.manifest import QUADS, STORE
from iccgraph.serve.dataset.open import OpenRelease, open_release, open_store
from iccgraph.serve.sparql.evaluate import evaluate
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.settings import Settings


@pytest.fixture
def copy(real_settings: Settings, built: Built, tmp_path: Path) -> Path:
    """Return a copy of the real release that may be spoilt."""
    return Path(shutil.copytree(real_settings.releases_dir / built.name, tmp_path / built.name))


def cut(path: Path) -> None:
    """Leave half of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def spoil(path: Path) -> None:
    """Overwrite the middle of a file."""
    content = path.read_bytes()
    third = len(content) // 3
    path.write_bytes(content[:third] + b"\xff" * third + content[2 * third :])


def remove(path: Path) -> None:
    """Remove a file."""
    path.unlink()


@pytest.mark.parametrize("files", ["*.sst", "MANIFEST*", "CURRENT", "*"])
@pytest.mark.parametrize("damage", [cut, spoil, remove])
def test_damaged_store(copy: Path, files: str, damage: Callable[[Path], None]) -> None:
    """A store with a file that is cut, spoilt or missing cannot be opened."""
    for path in (copy / STORE).glob(files):
        damage(path)
    with pytest.raises(ReleaseError, match="build anew"):
        open_store(copy, 1, 1000)


def test_damaged_dump(copy: Path) -> None:
    """Quads that cannot be read, and none at all, are an error of the release too."""
    (copy / QUADS).write_text("<x:a> <x:b> nonsense .\n")
    with pytest.raises(ReleaseError, match="build anew"):
        open_store(copy, 10**6, 1000)
    (copy / QUADS).write_text("")
    with pytest.raises(ReleaseError, match="empty"):
        open_store(copy, 10**6, 1000)
    assert len(open_store(copy, 10**6, 0)) == 0


def test_store_that_is_damaged_later(copy: Path) -> None:
    """A query that meets a damaged part of the store is told so, without the path of a file."""
    release: OpenRelease = open_release(copy, 1)
    for path in (copy / STORE).glob("*.sst"):
        spoil(path)
    query = SparqlQuery("SELECT * { ?s ?p ?o }", "SELECT", "csv")
    with pytest.raises(EngineError, match="build the release anew") as caught:
        evaluate(release.store, release.context, query, 10**6, 10**9)
    assert str(copy) not in str(caught.value)
