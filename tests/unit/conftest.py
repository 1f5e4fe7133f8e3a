"""What the tests of the write side are given."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import build_release
from iccgraph.settings import Settings
from tests.unit.support import small_sources


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    """Return settings with a private copy of four practices' sources, which a test may spoil."""
    return small_sources(tmp_path)


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return settings with one validated release of the small sources, which no test may touch."""
    settings = small_sources(tmp_path_factory.mktemp("small"))
    build_release(settings)
    return settings


@pytest.fixture
def released(first_release: Settings, tmp_path: Path) -> Settings:
    """Return settings with a private copy of the small sources and of their one release."""
    home = first_release.data_dir.parent
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    folders = ("data_dir", "ontology_dir", "shapes_dir", "releases_dir")
    return replace(
        first_release,
        **{name: tmp_path / getattr(first_release, name).relative_to(home) for name in folders},
    )
