"""One reader of the real release's names, for the tests of matching."""

from __future__ import annotations

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import open_current
from iccgraph.serve.reconcile.service import Reconciler
from iccgraph.settings import Settings


@pytest.fixture(scope="session")
def reconciler(real_settings: Settings, built: Built) -> Reconciler:
    """Return the service over the real release, without a server."""
    assert built.name
    found = Reconciler(open_current(ReleaseFolder(real_settings.releases_dir), 1_000_000))
    assert found.catalogue.held  # read now, before a test changes how many are held
    return found
