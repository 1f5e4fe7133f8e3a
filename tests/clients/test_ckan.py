"""CKAN’s harvester of DCAT makes a dataset of each of ours, with a resource for every file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from iccgraph.publish.pipeline import Built
from tests.for_all import for_all
from tests.peers.installed import ckan_command

SCRIPT: Final = Path(__file__).parent.parent / "peers" / "ckan_harvest.py"


@pytest.fixture(scope="module")
def harvest(live: str) -> dict[str, Any]:
    """Return what CKAN makes of /catalogue when it is told nothing but this address."""
    command = [*ckan_command(), str(SCRIPT), f"{live}catalogue"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_is_sent_what_it_reads(harvest: dict[str, Any]) -> None:
    """It accepts anything and is sent Turtle, and there is no further page."""
    assert harvest["type"] == "text/turtle"
    assert harvest["next"] is None


def test_every_dataset(harvest: dict[str, Any], built: Built) -> None:
    """Each dataset is known by its IRI and has title, text, keywords, publisher, time and place."""
    description = built.manifest.description
    start = f"{built.manifest.content.base_iri}catalogue#dataset"
    named = {f"{start}-{d.key}" if d.key else start: d for d in description.datasets}
    assert set(harvest["datasets"]) == set(named)

    def fact(iri: str) -> None:
        made, ours = harvest["datasets"][iri], named[iri]
        extras = {extra["key"]: extra["value"] for extra in made["extras"]}
        assert made["title"] == ours.titles["en"]
        assert made["notes"] == ours.descriptions["en"]
        words = {word for words in ours.keywords.values() for word in words}
        assert {tag["name"] for tag in made["tags"]} == words
        assert made["version"] == built.name
        assert extras["publisher_name"] == description.publisher.name
        assert extras["modified"] == description.modified
        years = description.temporal
        assert years is not None
        assert extras["temporal_start"].startswith(str(years.first))
        assert extras["temporal_end"].startswith(str(years.last))
        assert extras["spatial_uri"].startswith("http://publications.europa.eu/")
        assert json.loads(extras["spatial_bbox"])["type"] in ("Polygon", "MultiPolygon")

    for_all(named, fact)


def test_every_file(harvest: dict[str, Any], built: Built) -> None:
    """Each open file is a resource with its address, size, checksum, format and licence."""
    made = {
        resource["url"].rpartition("/")[2]: resource
        for dataset in harvest["datasets"].values()
        for resource in dataset["resources"]
    }
    files = {f.name: f for f in built.manifest.description.files if f.format != "tsv"}
    assert set(made) == set(files)

    def fact(name: str) -> None:
        resource, file = made[name], files[name]
        assert (resource["size"], resource["hash"]) == (file.size, file.sha256)
        assert resource["access_url"].endswith(f"/data/{name}")
        assert resource["download_url"].endswith(f"/release/{built.name}/{name}")
        assert resource["uri"].endswith(f"catalogue#file-{name}")
        assert resource["license"].endswith("/licence/CC_BY_4_0")
        assert resource["mimetype"]
        assert resource["format"]
        assert ("compress_format" in resource) == bool(file.inner)

    for_all(files, fact)
