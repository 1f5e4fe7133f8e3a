"""The networks of cities and topics: their files over HTTP and from the command line, and pages."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from iccgraph.publish.pipeline import Built
from iccgraph.release.networks import ENDINGS, NETWORKS, file_name
from iccgraph.settings import Settings
from tests.for_all import for_all
from tests.web.client import ask

MEDIA_TYPES = {
    "graphml": "application/xml; charset=utf-8",
    "gexf": "application/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
ALL = [(s, n, e) for s in ("index", "website") for n in NETWORKS for e in ENDINGS]


@pytest.fixture
def folder(built: Built, real_settings: Settings) -> Path:
    """Return the folder of the release that is served."""
    return real_settings.releases_dir / built.name


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """Return what the index of a release answers."""
    with closing(sqlite3.connect(folder / "search.sqlite")) as index:
        return index.execute(query).fetchall()


def test_files(live: str, folder: Path) -> None:
    """Each network is there in each format and scheme, the file of the release byte for byte."""

    def fact(name: tuple[str, str, str]) -> None:
        scheme, network, ending = name
        answer = ask(live, f"network/{network}.{ending}?scheme={scheme}")
        assert answer.status == 200
        assert answer.headers["content-type"] == MEDIA_TYPES[ending]
        assert answer.body == (folder / "dumps" / file_name(*name)).read_bytes()

    for_all(ALL, fact)


def test_addresses(live: str) -> None:
    """The default scheme is that of the Index; the network alone leads to the list of files."""
    default = ask(live, "network/city-topic.json")
    assert default.body == ask(live, "network/city-topic.json?scheme=index").body
    lead = ask(live, "network/city-topic")
    assert (lead.status, lead.headers["location"]) == (303, "/data/#city-topic-networks")
    assert ask(live, "network/reci").status == 200


def test_bad_addresses(live: str) -> None:
    """An unknown scheme is told with those that there are; other networks and formats are 404."""
    wrong = ask(live, "network/city-topic.csv?scheme=nope", headers={"Accept": "application/json"})
    assert wrong.status == 400
    assert "index, website" in json.loads(wrong.body)["detail"]
    assert ask(live, "network/city-country.csv").status == 404
    assert ask(live, "network/city-topic.ttl").status == 404
    assert ask(live, "fr/network/city-topic.csv").status == 404


def test_numbers(folder: Path) -> None:
    """Every link of the index is in the file of its network, with the same numbers."""

    def fact(name: tuple[str, str, str]) -> None:
        scheme, network, _ = name
        document = json.loads((folder / "dumps" / file_name(*name)).read_bytes())
        found = rows(
            folder,
            "SELECT source, target, weight, jaccard, expected, p, q FROM network_edge"
            f" WHERE scheme = '{scheme}' AND network = '{network}'",
        )
        links = [
            tuple(
                [link[end].partition("/")[2] for end in ("source", "target")]
                + [link.get(n) for n in ("weight", "jaccard", "expected", "p", "q")]
            )
            for link in document["links"]
        ]
        assert sorted(found) == sorted(links)
        assert len(links) > 50
        known = {node["id"] for node in document["nodes"]}
        assert known == {link[end] for link in document["links"] for end in ("source", "target")}

    for_all([name for name in ALL if name[2] == "json"], fact)


def test_every_file_says_what_it_is(folder: Path, built: Built) -> None:
    """Each file names null model, release, licence and source; a table does in its metadata."""
    day = built.manifest.content.date

    def fact(name: tuple[str, str, str]) -> None:
        path = folder / "dumps" / file_name(*name)
        if name[2] == "csv":
            path = path.with_name(f"{path.name}-metadata.json")
            assert json.loads(path.read_bytes())["tableSchema"]["primaryKey"] == [
                "source",
                "target",
            ]
        text = path.read_text(encoding="utf-8")
        if name[2] in ("graphml", "gexf"):
            ElementTree.fromstring(text)
        assert f"data of {day}, state {built.manifest.content.versions['dataset']}" in text
        assert "https://creativecommons.org/licenses/by/4.0/" in text
        assert "https://w3id.org/iccgraph/catalogue#dataset" in text
        model = "Poisson counts" if name[1] == "city-topic" else "bipartite configuration model"
        assert model in text

    for_all(ALL, fact)


def test_pages_claim_no_more_than_there_is(live: str, folder: Path) -> None:
    """Where no link differs from chance the list of files says so, and so do similar cities."""
    ((differ,),) = rows(folder, "SELECT count(*) FROM network_edge WHERE q < 0.05")
    page = ask(live, "en/data/").text
    assert ("No link differs from what chance would give" in page) == (differ == 0)
    assert "network-index-city-topic.graphml" in page
    city = ask(live, "en/city/barcelona").text
    ((pairs,),) = rows(
        folder,
        "SELECT count(*) FROM network_edge WHERE network = 'city-city' AND q < 0.05"
        " AND scheme = 'index' AND 'barcelona' IN (source, target)",
    )
    assert ("Chance alone would give pairs of cities as much in common" in city) == (pairs == 0)


def test_how_a_topic_stands(live: str, folder: Path) -> None:
    """The page of a city and a topic says what its interval allows, and has its counts."""
    ((low, high),) = rows(
        folder,
        "SELECT low, high FROM network_edge WHERE network = 'city-topic' AND source = 'montreal'"
        " AND target = 'anti-discrimination'",
    )
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low < 1 < high
    page = " ".join(ask(live, "en/city-topic/montreal/anti-discrimination").text.split())
    assert f"between {low:.1f} and {high:.1f} times as common" in page
    assert "practices of Montréal are about it" in page


def export(settings: Settings, *words: str) -> Result:
    """Run the verb."""
    return CliRunner().invoke(
        main, ["export", "--releases-dir", str(settings.releases_dir), *words]
    )


def test_export(built: Built, real_settings: Settings, folder: Path, tmp_path: Path) -> None:
    """The verb writes the same bytes into a folder that it makes, of one scheme if asked to."""
    target = tmp_path / "new" / "networks"
    done = export(real_settings, "--network", str(target), "--scheme", "website")
    assert done.exit_code == 0
    names = sorted(file_name(*name) for name in ALL if name[0] == "website")
    assert done.stdout.split() == [str(target / name) for name in names]
    assert sorted(path.name for path in target.iterdir()) == names
    for name in names:
        assert (target / name).read_bytes() == (folder / "dumps" / name).read_bytes()
    assert export(real_settings, "--network", str(target)).exit_code == 0
    assert len(list(target.iterdir())) == len(ALL)


def test_export_that_cannot_be(real_settings: Settings, tmp_path: Path) -> None:
    """An unknown scheme is a usage error; a file in the place of the folder cannot be used."""
    wrong = export(real_settings, "--network", str(tmp_path / "a"), "--scheme", "nope")
    assert wrong.exit_code == 2
    assert "its schemes are: index, website" in wrong.stderr
    assert not (tmp_path / "a").exists()
    (tmp_path / "b").write_text("")
    taken = export(real_settings, "--network", str(tmp_path / "b"))
    assert taken.exit_code == 4
    assert "cannot be used" in taken.stderr
