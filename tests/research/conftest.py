"""What the tests of the Python interface share: the real release, opened, and a stand-in site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import iccgraph
from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.research.standin import Site, standing_in


@pytest.fixture(scope="session")
def release(built: Built, real_settings: Settings) -> Path:
    """Return the folder of the real release."""
    return real_settings.releases_dir / built.name


@pytest.fixture(scope="session")
def dataset(release: Path) -> iccgraph.Dataset:
    """Open the real release from its folder."""
    return iccgraph.open(release)


@pytest.fixture
def site(release: Path) -> Iterator[Site]:
    """Serve the real release from a stand-in that can have any fault."""
    with standing_in(release.parent, release.name) as site:
        yield site
