"""Which requests to the application take long, so that they wait for each other and not others."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from iccgraph.serve.app import create_app
from iccgraph.serve.handlers.flask_app import FlaskHandler
from iccgraph.serve.http.message import Request
from iccgraph.settings import Settings

HANDLER = FlaskHandler(create_app(Settings()), Settings())


@pytest.mark.parametrize(
    ("method", "address", "costly"),
    [
        ("GET", "/practices.jsonld?size=1000", True),
        ("HEAD", "/practices?size=101&page=2", True),
        ("GET", "/cities/?size=99999999999999999999", True),
        ("GET", "/practices.ttl?q=%ff&size=+1000", True),
        ("GET", "/practices?q=%ff", False),
        ("GET", "/practices.jsonld?size=100", False),
        ("GET", "/practices.jsonld", False),
        ("GET", "/practices.csv?size=1000", False),  # lines that are read, not made
        ("GET", "/practices?size=many", False),
        ("GET", "/practices?size=", False),
        ("GET", "/practice/none?size=1000", False),
        ("POST", "/practices?size=1000", False),
        ("GET", "/reconcile?queries=%7B%7D", True),
        ("POST", "/reconcile", True),
        ("GET", "/reconcile?query=Oslo", False),
        ("GET", "/explore/matrix.png?country=es", True),
        ("GET", "/explore/matrix?size=1000", True),
        ("GET", "/explore/matrix", False),
        ("GET", "/explore/matrix.svg", False),
    ],
)
def test_what_takes_long(method: str, address: str, costly: bool) -> None:
    """Batches of names, pages of more than 100 things and PNG take long; tables do not."""
    path, _, query = address.partition("?")
    headers = SimpleNamespace(items=list)
    scope = SimpleNamespace(method=method, path=path, query_string=query, headers=headers)
    assert HANDLER.costly(Request(scope, "", 0)) is costly
