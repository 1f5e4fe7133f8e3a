"""The Flask application in this process, with a release as the server gives it one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from iccgraph.serve.app import create_app
from iccgraph.serve.context import APP_REQUEST, LANGUAGES, PATH_LANGUAGE, AppRequest, AppResponse
from iccgraph.serve.http.addresses import split_language
from iccgraph.serve.pages.words import WORDS
from iccgraph.serve.releases import Releases
from iccgraph.settings import Settings


class AppClient(FlaskClient):
    """Asks the application as the front does, which takes the language out of an address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Return the answer to a path, which may begin with a language."""
        language, path = split_language(str(args[0]), self.application.config[LANGUAGES])
        given = {**kwargs.pop("environ_overrides", {}), PATH_LANGUAGE: language}
        return super().open(path, *args[1:], **kwargs, environ_overrides=given)


@contextmanager
def application(settings: Settings, words: Path = WORDS) -> Iterator[FlaskClient]:
    """Give a client that asks the application about the current release."""
    releases = Releases(settings)
    releases.look()
    assert releases.current is not None, releases.refused
    given: dict[str, Any] = {APP_REQUEST: AppRequest(releases.current, "test")}
    try:
        client = AppClient(create_app(settings, words), AppResponse)
        client.environ_base |= given
        with client:
            yield client
    finally:
        releases.close()
