"""A format that is added to the table of formats is offered everywhere, without any other edit."""

from __future__ import annotations

import json
import subprocess
import sys

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.conftest import ROOT
from tests.web.test_documents import DOCUMENTS


def test_a_new_format_is_offered_everywhere(built: Built, real_settings: Settings) -> None:
    """Made-up formats answer by ending and Accept on every route, and are linked to."""
    module = [sys.executable, "-m", "tests.web.made_up_format"]
    command = [*module, str(real_settings.releases_dir), *DOCUMENTS, "links"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
