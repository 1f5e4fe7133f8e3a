"""The application and the real release in this process, for tests that need no server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from iccgraph.publish.pipeline import Built
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import OpenRelease, open_current
from iccgraph.settings import Settings
from tests.web.app import application


@pytest.fixture(scope="module")
def site(built: Built, real_settings: Settings) -> Iterator[FlaskClient]:
    """Ask the application about the real release, in this process."""
    assert built
    with application(real_settings) as client:
        yield client


@pytest.fixture(scope="module")
def release(built: Built, real_settings: Settings) -> OpenRelease:
    """Return the real release."""
    assert built
    return open_current(ReleaseFolder(real_settings.releases_dir), 10**9)
