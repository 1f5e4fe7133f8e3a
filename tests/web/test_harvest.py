"""Harvests: what has changed since a day, and a release that is published in the middle of one."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, RdfFormat, parse

from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import MANIFEST
from iccgraph.serve.handlers.flask_app import WHOLE
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.unit.support import add, change, small_sources, withdraw
from tests.web.app import application
from tests.web.client import Answer, accept, ask
from tests.web.processes import eventually

BASE = "https://w3id.org/iccgraph/"
FIRST, SECOND, THIRD = "2026-11-23", "2027-01-05", "2027-02-06"
"""The days of three releases; the first is that of the newest input."""
MANY = 30
"""So many practices are added to the small tables, so that their list has several pages."""


def publish(settings: Settings, day: str) -> str:
    """Publish a release that is of this day if its inputs have changed, and return its name."""
    name = build_release(settings, validate=False, day=date.fromisoformat(day)).name
    assert name.startswith(day)
    return name


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, FlaskClient]]:
    """Return a client of the third of three releases, each of which has changed something."""
    settings = small_sources(tmp_path_factory.mktemp("later"))
    publish(settings, FIRST)
    change(settings, "practices", "neighbours", summary="Brings neighbours together.")
    change(settings, "cities", "lisbon", name_fr="Lisbonne (Portugal)")
    publish(settings, SECOND)
    add(settings, "practices", like="street-books", key="late", title="A late one")
    withdraw(settings, "school-radio")
    publish(settings, THIRD)
    with application(settings) as client:
        yield settings, client


def keys(client: FlaskClient, path: str) -> set[str]:
    """Return the keys of a list in CSV."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return {row["key"] for row in csv.DictReader(io.StringIO(answer.text))}


ALL = {"casa-aberta", "neighbours", "street-books", "late"}


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (FIRST, ALL),
        ("2026-11-24", {"neighbours", "late"}),
        (SECOND, {"neighbours", "late"}),
        ("2027-01-06", {"late"}),
        (THIRD, {"late"}),
        ("2027-02-07", set()),
        (f"{SECOND}T00:00:00Z", {"neighbours", "late"}),
        (f"{SECOND}T23:59:59Z", {"neighbours", "late"}),
        (f"{SECOND}t23:59:59.5z", {"neighbours", "late"}),
        ("2027-01-05T23:30:00-01:00", {"late"}),
        ("2027-01-06T00:30:00%2B01:00", {"neighbours", "late"}),
        ("2027-01-06T00:30:00+01:00", {"neighbours", "late"}),  # as if it were encoded
        ("0001-01-01", ALL),
        ("9999-12-31", set()),
    ],
)
def test_what_has_changed_since(
    later: tuple[Settings, FlaskClient], since: str, expected: set[str]
) -> None:
    """A list since a day has the things whose statements changed on it or after it."""
    assert keys(later[1], f"/practices.csv?modified_since={since}") == expected


def test_every_list_and_format_has_changes(later: tuple[Settings, FlaskClient]) -> None:
    """Each list, in each format, tells what has changed since a day, also beside filters."""
    client = later[1]
    assert keys(client, f"/cities.csv?modified_since={SECOND}") == {"lisbon"}
    assert keys(client, f"/countries.csv?modified_since={SECOND}") == set()
    topics = client.get(f"/city-topics.csv?modified_since={THIRD}").text
    assert "school-radio" not in topics
    (feature,) = client.get(f"/cities.geojson?modified_since={SECOND}").get_json()["features"]
    assert feature["id"] == f"{BASE}id/city/lisbon"
    document = client.get(f"/practices.jsonld?modified_since={SECOND}&country=es").get_json()
    assert document["id"] == f"{BASE}practices?country=es&modified_since={SECOND}"
    assert document["totalItems"] == 2
    assert {one["identifier"] for one in document["items"]} == {"neighbours", "late"}
    assert keys(client, f"/practices.csv?modified_since={SECOND}&q=late") == {"late"}
    shown = client.get(f"/practices?modified_since={SECOND}", headers={"Accept": "text/html"}).text
    assert "/practice/late" in shown
    assert "/practice/casa-aberta" not in shown
    assert "5 January 2027" in shown
    shown = client.get(f"/fr/cities?modified_since={SECOND}").text
    assert 'href="/fr/city/lisbon"' in shown
    assert 'href="/fr/city/barcelona"' not in shown
    assert "5 janvier 2027" in shown


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("practice/casa-aberta", FIRST),
        ("practice/neighbours", SECOND),
        ("practice/late", THIRD),
        ("city/lisbon", SECOND),
        ("city/barcelona", FIRST),
        ("topic/education", FIRST),
    ],
)
def test_a_document_tells_its_day(later: tuple[Settings, FlaskClient], path: str, day: str) -> None:
    """A document is as new as the release in which the statements of its thing last changed."""
    document = NamedNode(BASE + path)
    modified = NamedNode("http://purl.org/dc/terms/modified")
    text = later[1].get(f"/{path}.ttl").data
    quads = list(parse(text, format=RdfFormat.TURTLE))
    days = [q.object.value for q in quads if (q.subject, q.predicate) == (document, modified)]
    assert days == [day]


def test_a_release_made_again_keeps_its_days(tmp_path: Path) -> None:
    """The days depend on what was there before, and are no part of what names a release."""
    settings = small_sources(tmp_path)
    first = publish(settings, FIRST)
    change(settings, "practices", "neighbours", summary="Brings neighbours together.")
    second = publish(settings, SECOND)
    shutil.rmtree(settings.releases_dir / first)
    folder = ReleaseFolder(settings.releases_dir)
    with application(settings) as client:
        assert keys(client, f"/practices.csv?modified_since={SECOND}") == {"neighbours"}
    assert build_release(settings, validate=False, day=date.fromisoformat(SECOND)).name == second
    assert folder.current_name() == second
    with application(settings) as client:
        assert keys(client, f"/practices.csv?modified_since={SECOND}") == {"neighbours"}


# A release is published in the middle.


class Harvester:
    """Follows `hydra:next` of a list in a format."""

    def __init__(self, site: str, path: str) -> None:
        """Begin at an address below a site."""
        self.site, self.path = site, path
        self.found: list[str] = []
        self.totals: set[int] = set()

    def step(self) -> Answer:
        """Read one page, and be at the next one, nowhere after the last."""
        answer = ask(self.site, self.path, headers=accept("application/ld+json"))
        if answer.status == 200:
            document = answer.json()
            self.found += [one["id"] for one in document["items"]]
            self.totals.add(document["totalItems"])
            following = document["view"].get("next", "")
            self.path = following.partition("://")[2].partition("/")[2]
        return answer


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Settings, LiveServer]]:
    """Serve a release of many practices with two web processes; others may follow."""
    settings = small_sources(tmp_path)
    for number in range(MANY):
        cells = {"key": f"book-{number:02}", "title": f"Book {number:02}"}
        add(settings, "practices", like="street-books", **cells)
    publish(settings, FIRST)
    server = LiveServer(settings.releases_dir, tmp_path / "serve.log", web_workers=2)
    yield settings, server
    server.stop()


def served(server: LiveServer, name: str) -> bool:
    """True if all processes of a server seem to serve a release."""
    return all(ask(server.url, "readyz").text.strip().endswith(name) for _ in range(8))


def replace_practices(settings: Settings) -> str:
    """Publish a release without some practices, with others, and with one under another title."""
    for number in range(0, MANY, 3):
        withdraw(settings, f"book-{number:02}")
        add(settings, "practices", like="street-books", key=f"new-{number}", title=f"A {number}")
    change(settings, "practices", "book-28", title="A title that stands first")
    return publish(settings, SECOND)


def test_a_harvest_ends_with_the_release_it_began_with(
    place: tuple[Settings, LiveServer],
) -> None:
    """Whoever goes through a list gets all things of one release, each once, and an end."""
    settings, server = place
    expected = {f"{BASE}id/practice/book-{number:02}" for number in range(MANY)}
    expected |= {f"{BASE}id/practice/{key}" for key in ALL - {"late"} | {"school-radio"}}
    harvester = Harvester(server.url, "practices?size=5")
    first = harvester.step()
    assert first.status == 200
    name = replace_practices(settings)
    assert eventually(lambda: served(server, name))
    table = harvester.path.replace("practices?", "practices.csv?")
    text = ask(server.url, table).text
    assert [row["iri"] for row in csv.DictReader(io.StringIO(text))] != []
    while harvester.path:
        assert harvester.step().status == 200
    assert len(harvester.found) == len(set(harvester.found)) == MANY + 4
    assert set(harvester.found) == expected
    assert harvester.totals == {MANY + 4}
    again = Harvester(server.url, "practices?size=5")
    while again.path:
        assert again.step().status == 200
    assert set(again.found) != expected
    assert len(again.found) == MANY + 4


def test_a_release_that_has_gone(place: tuple[Settings, LiveServer]) -> None:
    """When the release is deleted meanwhile, the next page is 410 and says where to begin again."""
    settings, server = place
    harvester = Harvester(server.url, "practices?size=5&country=es")
    harvester.step()
    harvester.step()
    before = ReleaseFolder(settings.releases_dir).current()
    name = replace_practices(settings)
    assert eventually(lambda: served(server, name))
    assert harvester.step().status == 200
    shutil.rmtree(settings.releases_dir / before)
    answer = harvester.step()
    assert (answer.status, answer.type) == (410, "application/problem+json")
    start = f"http://localhost:{server.port}/practices?size=5&country=es"
    assert answer.json()["detail"].endswith(f"begin again at {start}")


def test_a_damaged_release_is_not_listed(place: tuple[Settings, LiveServer]) -> None:
    """The pages of a release that was changed on disk are 410; the current one is given."""
    settings, server = place
    harvester = Harvester(server.url, "practices?size=5")
    harvester.step()
    before = ReleaseFolder(settings.releases_dir).current()
    name = replace_practices(settings)
    assert eventually(lambda: served(server, name))
    path = settings.releases_dir / before / MANIFEST
    path.write_text(path.read_text().replace(FIRST, "2026-11-22"))
    assert harvester.step().status == 410
    assert harvester.step().status == 410
    assert server.log.read_text().count("not listed: ") <= 2  # once in each process
    assert Harvester(server.url, "practices?size=5").step().status == 200


# Long tables.


@pytest.fixture
def long(tmp_path: Path) -> Iterator[tuple[Settings, LiveServer]]:
    """Serve a release whose table of practices is larger than what is held in memory at once."""
    settings = small_sources(tmp_path)
    for number in range(160):
        text = f"{number} " + "long words " * 2_500
        cells = {"key": f"long-{number:03}", "title": f"Long {number:03}", "purpose": text}
        read = {"sections_pages": "https://example.org/", "sections_read_on": "2026-11-22"}
        add(settings, "practices", like="street-books", **cells, **read)
    publish(settings, FIRST)
    server = LiveServer(settings.releases_dir, tmp_path / "serve.log")
    yield settings, server
    server.stop()


def test_long_tables_are_whole(long: tuple[Settings, LiveServer]) -> None:
    """A long list in CSV comes with its length, each time the same, and 304 to who has it."""
    _, server = long
    first, again = (ask(server.url, "practices.csv") for _ in range(2))
    assert first.status == again.status == 200
    assert len(first.body) == int(first.headers["content-length"]) > WHOLE
    assert first.body == again.body
    assert first.headers["etag"] == again.headers["etag"]
    head = ask(server.url, "practices.csv", "HEAD")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(first.body)))
    known = {"If-None-Match": first.headers["etag"], "Accept-Encoding": "gzip"}
    assert ask(server.url, "practices.csv", headers=known).status == 304
    found = {row["key"] for row in csv.DictReader(io.StringIO(first.text))}
    assert len(found) == 164


def test_a_table_that_was_changed_is_not_given(long: tuple[Settings, LiveServer]) -> None:
    """A table whose file is not what it was is never given as if it were."""
    settings, server = long
    name = ReleaseFolder(settings.releases_dir).current()
    with (settings.releases_dir / name / "dumps" / "practices.csv").open("r+b") as file:
        file.truncate(1_000_000)
    assert ask(server.url, "practices.csv").status == 503
