"""The Flask application in this process, with a release as the server gives it one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from iccgraph.serve.app import create_app
from iccgraph.serve.context import APP_REQUEST, AppRequest
from iccgraph.serve.pages.words import WORDS
from iccgraph.serve.releases import Releases
from iccgraph.settings import Settings


@contextmanager
def application(settings: Settings, words: Path = WORDS) -> Iterator[FlaskClient]:
    """Give a client that asks the application about the current release."""
    releases = Releases(settings)
    releases.look()
    assert releases.current is not None, releases.refused
    given: dict[str, Any] = {APP_REQUEST: AppRequest(releases.current, "test")}
    try:
        with create_app(settings, words).test_client() as client:
            client.environ_base |= given
            yield client
    finally:
        releases.close()
