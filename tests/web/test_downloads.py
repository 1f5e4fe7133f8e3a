"""Downloads at addresses that follow the newest release, and at others that never change."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from iccgraph.publish.pipeline import Built, build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.settings import Settings
from tests.conftest import LiveServer
from tests.for_all import for_all
from tests.unit.support import change, small_sources
from tests.web.client import Answer, ask
from tests.web.processes import eventually

FOR_EVER = "public, max-age=31536000, immutable"
TABLE = "practices.csv"


class Place:
    """A server before two releases, of which the second is current, and a name that was deleted."""

    def __init__(self, settings: Settings, server: LiveServer, names: tuple[str, str, str]) -> None:
        """Hold all of them together."""
        self.settings, self.server = settings, server
        self.deleted, self.older, self.current = names
        self.folder = ReleaseFolder(settings.releases_dir)

    def get(self, path: str, **headers: str) -> Answer:
        """Return what the server answers."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.server.url, path, headers=named)

    def file(self, release: str, name: str) -> Path:
        """Return a dump of a release on disk."""
        return self.settings.releases_dir / release / "dumps" / name


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve the newest of three small releases, of which the first has been deleted."""
    folder = tmp_path_factory.mktemp("downloads")
    settings = small_sources(folder)
    names = []
    for title in ("First", "Second", "Third"):
        change(settings, "practices", "neighbours", title=title)
        names.append(build_release(settings, validate=False).name)
    shutil.rmtree(settings.releases_dir / names[0])
    server = LiveServer(settings.releases_dir, folder / "serve.log")
    yield Place(settings, server, (names[0], names[1], names[2]))
    server.stop()


def test_latest(place: Place) -> None:
    """The latest file is where that of the current release is, which may be kept for ever."""
    led = place.get(f"data/latest/{TABLE}")
    assert led.status == 302
    assert led.headers["location"].endswith(f"/release/{place.current}/{TABLE}")
    assert "immutable" not in led.headers["cache-control"]
    found = place.get(f"release/{place.current}/{TABLE}")
    assert found.headers["cache-control"] == FOR_EVER
    assert found.body == place.file(place.current, TABLE).read_bytes()
    assert found.body == place.get(f"data/{TABLE}").body


def test_file_of_an_older_release(place: Place) -> None:
    """A file of an older release is there with its checksum, in ranges too, and stays the same."""
    content = place.file(place.older, TABLE).read_bytes()
    whole = place.get(f"release/{place.older}/{TABLE}")
    assert (whole.status, whole.body) == (200, content)
    assert whole.headers["etag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert whole.headers["cache-control"] == FOR_EVER
    assert whole.body != place.get(f"data/{TABLE}").body
    part = place.get(f"release/{place.older}/{TABLE}", Range="bytes=5-")
    assert (part.status, part.body) == (206, content[5:])
    known = place.get(f"release/{place.older}/{TABLE}", If_None_Match=whole.headers["etag"])
    assert known.status == 304


def test_names_that_lead_nowhere(place: Place) -> None:
    """What was deleted is 410 if a release still names it, and what never was is 404."""
    wanted = {
        f"release/{place.deleted}/{TABLE}": 410,
        f"release/2026-01-01-000000000000/{TABLE}": 404,
        f"release/current/{TABLE}": 404,
        f"release/../releases/{TABLE}": 404,
        f"release/{place.older}/nothing.csv": 404,
        f"release/{place.older}/../manifest.json": 404,
        f"release/{place.older}/search.sqlite": 404,
        f"release/{place.deleted}/manifest.json": 410,
        "data/manifest.json": 404,
        "data/latest/nothing.csv": 404,
        f"fr/data/latest/{TABLE}": 404,
        f"fr/release/{place.current}/{TABLE}": 404,
        "fr/data/latest/manifest.json": 404,
    }

    def fact(path: str) -> None:
        assert place.get(path).status == wanted[path]

    for_all(wanted, fact)


def test_manifests(place: Place) -> None:
    """The manifest of each release is there as it is on disk, and that of the newest is found."""
    led = place.get("data/latest/manifest.json")
    assert led.headers["location"].endswith(f"/release/{place.current}/manifest.json")

    def fact(release: str) -> None:
        path = place.settings.releases_dir / release / "manifest.json"
        found = place.get(f"release/{release}/manifest.json")
        assert (found.status, found.body) == (200, path.read_bytes())
        assert found.headers["content-type"] == "application/json"
        assert found.headers["cache-control"] == FOR_EVER
        assert found.headers["etag"] == f'"{hashlib.sha256(found.body).hexdigest()}"'
        assert json.loads(found.body)["release"] == release
        etag = found.headers["etag"]
        known = place.get(f"release/{release}/manifest.json", If_None_Match=etag)
        assert known.status == 304

    for_all([place.older, place.current], fact)


def test_changed_manifest_of_an_older_release(place: Place) -> None:
    """A manifest that is not as it was made is never sent."""
    path = place.settings.releases_dir / place.older / "manifest.json"
    content = path.read_bytes()
    try:
        for changed in (content.replace(b"csv", b"cvs", 1), b"[]", b""):
            path.write_bytes(changed)
            assert place.get(f"release/{place.older}/manifest.json").status == 503
    finally:
        path.write_bytes(content)


def test_page_of_a_release(place: Place) -> None:
    """The page of a release, also of an older one, says how to cite it and lists all its files."""
    for name in (place.older, place.current):
        page = place.get(f"release/{name}/").text
        assert f"https://w3id.org/iccgraph/release/{name}/" in page
        linked = set(re.findall(rf'href="/release/{name}/([^"]+)"', page))
        assert linked == {file.name for file in place.file(name, TABLE).parent.iterdir()}
    assert place.get(f"release/{place.deleted}/").status == 410
    assert place.get("release/2026-01-01-000000000000/").status == 404
    entries = re.findall(r"url = {([^}]+)}", place.get("cite.bib").text)
    assert entries[1] == f"https://w3id.org/iccgraph/release/{place.current}/" != entries[0]


def test_changed_file_of_an_older_release(place: Place) -> None:
    """A file that is not what the manifest of its release says is never sent."""
    path = place.file(place.older, "cities.csv")
    content = path.read_bytes()
    address = f"release/{place.older}/cities.csv"
    assert place.get(address).status == 200
    try:
        path.write_bytes(content.replace(b"Barcelona", b"Barselona"))
        assert place.get(address).status == 503
    finally:
        path.write_bytes(content)
    assert place.get(address).status == 200


def test_gzip_twin(place: Place) -> None:
    """A gzip twin comes as it is, whatever encodings the client takes, and holds the file."""
    path = f"data/{TABLE}.gz"
    found = place.get(path, Accept_Encoding="gzip")
    assert found.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in found.headers
    assert found.body == place.file(place.current, f"{TABLE}.gz").read_bytes()
    assert gzip.decompress(found.body) == place.get(f"data/{TABLE}").body


def test_table_leads_to_its_metadata(place: Place) -> None:
    """A table names its metadata, at both of its addresses, and the site says where such are."""
    for start in ("data/", f"release/{place.current}/"):
        table = place.get(f"{start}countries.csv")
        media_type = "application/csvm+json"
        ((address, _),) = [pair for pair in table.links("describedby") if pair[1] == media_type]
        path = address.partition("//")[2].partition("/")[2]
        assert path == f"{start}countries.csv-metadata.json"
        found = place.get(path)
        assert found.headers["content-type"] == media_type
        assert found.json()["url"] == "countries.csv"
        assert found.json()["tableSchema"]["columns"][0]["name"] == "iri"
    others = place.get("data/iccgraph.nt").links("describedby")
    assert [pair for pair in others if pair[1] == "application/csvm+json"] == []
    said = place.get(".well-known/csvm")
    assert (said.type, said.text.splitlines()[0]) == ("text/plain", "{+url}-metadata.json")


def test_media_types(place: Place) -> None:
    """Each file comes with the media type of what it holds."""
    wanted = {
        "iccgraph.ttl": "text/turtle",
        "iccgraph.nt": "application/n-triples",
        "iccgraph.nq": "application/n-quads",
        "iccgraph.trig": "application/trig",
        "iccgraph.jsonld": "application/ld+json",
        "iccgraph.rdf": "application/rdf+xml",
        "practices.ttl": "text/turtle",
        "practices.csv": "text/csv",
        "links.sssom.tsv": "text/tab-separated-values",
        "cities.geojson": "application/geo+json",
        "SHA256SUMS": "text/plain",
    }

    def fact(name: str) -> None:
        assert place.get(f"data/{name}").type == wanted[name]

    for_all(wanted, fact)


@pytest.mark.parametrize("start", ["", "fr/"])
def test_page(live: str, built: Built, start: str) -> None:
    """The page lists every file below its dataset, with the twin and the metadata of tables."""
    page = ask(live, f"{start}data/").text
    described = built.manifest.description
    for dataset in described.parts:
        assert f'<h2 id="{dataset.key}"' in page
        assert dataset.titles[start.strip("/") or "en"] in page

    def fact(name: str) -> None:
        assert f'href="/data/{name}"' in page

    for_all([file.name for file in described.files], fact)


def test_download_goes_on(live: str, tmp_path: Path) -> None:
    """A download that broke off is completed by curl, and has the checksum of the file."""
    if shutil.which("curl") is None:
        pytest.skip("the program curl is missing")
    whole = ask(live, "data/iccgraph.nt").body
    (tmp_path / "iccgraph.nt").write_bytes(whole[: len(whole) // 3])
    command = ["curl", "-sSL", "-C", "-", "-O", f"{live}data/latest/iccgraph.nt"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120)
    assert (tmp_path / "iccgraph.nt").read_bytes() == whole


def test_download_while_another_release_is_published(place: Place) -> None:
    """What was begun at the address of a release is finished there, whatever is published."""
    address = f"release/{place.current}/iccgraph.nt"
    content = place.file(place.current, "iccgraph.nt").read_bytes()
    first = place.get(address, Range="bytes=0-999")
    try:
        place.folder.use(place.older)
        assert eventually(lambda: place.older in ask(place.server.url, "readyz").text)
        rest = place.get(address, Range="bytes=1000-", If_Range=first.headers["etag"])
        assert (rest.status, first.body + rest.body) == (206, content)
        led = place.get("data/latest/iccgraph.nt").headers["location"]
        assert place.older in led
    finally:
        place.folder.use(place.current)
        assert eventually(lambda: place.current in ask(place.server.url, "readyz").text)
