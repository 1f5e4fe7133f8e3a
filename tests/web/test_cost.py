"""What a page costs: the index is asked a fixed number of times, however much the page shows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from iccgraph.publish.pipeline import Built
from iccgraph.release.index import open_index
from iccgraph.release.manifest import INDEX
from iccgraph.serve.dataset import open as dataset
from iccgraph.settings import Settings
from tests.web.app import application

MOST = 15


@pytest.fixture
def counted(
    built: Built, real_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[FlaskClient, list[str]]]:
    """Return a client of the real release, and the list of statements that its index runs."""
    statements: list[str] = []

    def traced(path: Path, table: str = "thing") -> sqlite3.Connection:
        connection = open_index(path, table)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(dataset, "open_index", traced)
    with application(real_settings) as client:
        client.get("/cities.csv")  # labels that are held are read once
        yield client, statements


def cost(counted: tuple[FlaskClient, list[str]], path: str) -> int:
    """Return how many statements a page or document takes."""
    client, statements = counted
    statements.clear()
    assert client.get(path).status_code == 200, path
    return len(statements)


def test_things(
    counted: tuple[FlaskClient, list[str]], built: Built, real_settings: Settings
) -> None:
    """The page and the data of any thing take a bounded number of statements."""
    index = open_index(real_settings.releases_dir / built.name / INDEX)
    things = index.execute("SELECT kind, key FROM thing WHERE kind NOT LIKE '%-group'").fetchall()
    index.close()
    assert len(things) > 700
    costs = {
        path: cost(counted, path)
        for kind, key in things
        for path in (f"/{kind}/{key}.html", f"/{kind}/{key}.ttl")
    }
    assert {path: n for path, n in costs.items() if n > MOST} == {}
    assert costs["/country/es.html"] > 1  # it is counted at all


@pytest.mark.parametrize(
    "path", ["/", "/practices.html?size=200", "/cities.html?sort=name", "/links.html"]
)
def test_lists(counted: tuple[FlaskClient, list[str]], path: str) -> None:
    """A list takes as many statements for many things as for few."""
    assert 1 <= cost(counted, path) <= MOST


def test_matching(counted: tuple[FlaskClient, list[str]]) -> None:
    """Names that are matched are read once, not once for each name."""
    cost(counted, "/reconcile?query=Barcelona")
    assert cost(counted, "/reconcile?query=Lisboa") <= 1
