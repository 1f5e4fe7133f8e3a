"""Readers of others find in our descriptions what the manifest says: crawlers, archives."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from iccgraph.publish.pipeline import Built
from tests.conftest import ROOT
from tests.for_all import for_all
from tests.peers.installed import reader_command

SCRIPT = Path(__file__).with_name("read_descriptions.py")
BASE = "https://w3id.org/iccgraph/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SECONDS = 600
EXAMPLES = 3
"""How many requests schemathesis makes up for each operation, besides those at the limits."""


@pytest.fixture
def site(live: str) -> str:
    """Return the address under which the server names itself."""
    return live.replace("127.0.0.1", "localhost")


def read(reader: str, site: str, *paths: str) -> Any:
    """Return what a reader says of a site."""
    command = [*reader_command("python"), str(SCRIPT), reader, site, *paths]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


THINGS = {
    "practice/surf-art": "Project",
    "city/barcelona": "City",
    "country/es": "Country",
    "topic/education": "DefinedTerm",
    "scheme/index": "DefinedTermSet",
    "network/reci": "Organization",
}


def test_extruct_of_things(site: str) -> None:
    """Extruct finds one page about one thing in each page, of the class that it is."""
    read_pages = read("extruct", site, *THINGS)

    def fact(path: str) -> None:
        (page,) = read_pages[path]["json-ld"]
        thing = page["mainEntity"]
        assert (page["@type"], thing["@type"]) == ("WebPage", THINGS[path])
        assert (page["@id"], thing["@id"]) == (f"{BASE}{path}", f"{BASE}id/{path}")

    for_all(THINGS, fact)


def test_extruct_of_the_dataset(site: str, built: Built) -> None:
    """Extruct finds the dataset in three pages, with all that a search engine asks for."""
    read_pages = read("extruct", site, "", "catalogue", "data/", "fr/catalogue")
    told = built.manifest.description

    def fact(path: str) -> None:
        (dataset,) = read_pages[path]["json-ld"]
        language = "fr" if path.startswith("fr/") else "en"
        assert dataset["@type"] == "Dataset"
        assert dataset["name"] == told.whole.titles[language]
        assert 50 <= len(dataset["description"]) <= 5000
        assert dataset["license"] == LICENCE
        assert dataset["isAccessibleForFree"] is True
        assert dataset["includedInDataCatalog"]["@type"] == "DataCatalog"
        assert dataset["version"] == built.name
        for name in ("creator", "identifier", "url", "keywords", "isBasedOn", "temporalCoverage",
                     "spatialCoverage", "dateModified", "datePublished", "citation"):  # fmt: skip
            assert dataset[name], name
        parts = [dataset, *dataset["hasPart"]]
        files = [file["name"] for part in parts for file in part["distribution"]]
        assert sorted(files) == sorted(file.name for file in told.files)
        core = read_pages[path]["dublincore"][0]["elements"]
        found = {element["name"]: element["content"] for element in core}
        assert (found["DC.title"], found["DC.type"]) == (dataset["name"], "Dataset")

    for_all(read_pages, fact)


def test_extruct_of_a_citation(site: str) -> None:
    """A practice has what a reference manager stores of it, in Dublin Core."""
    pages = read("extruct", site, "practice/surf-art")
    core = pages["practice/surf-art"]["dublincore"][0]["elements"]
    found = {element["name"]: element["content"] for element in core}
    assert found["DC.title"] == "Surf.Art"
    assert found["DC.identifier"] == f"{BASE}id/practice/surf-art"
    assert found["DC.rights"] == LICENCE
    assert {"DC.creator", "DC.publisher", "DC.date", "DC.coverage", "DC.subject"} <= set(found)


def test_signposting(site: str) -> None:
    """The signposting client reads our heads, and finds at least as much in the sets of links."""
    paths = (
        "practice/surf-art",
        "city/barcelona",
        "catalogue",
        "data/iccgraph.ttl",
        "data/practices.csv",
    )
    found = read("signposting", site, *paths)

    def fact(path: str) -> None:
        head, whole = found[path]["head"], found[path]["set"]
        assert head["license"] == LICENCE
        assert len(head["describedby"]) >= 2
        for name in ("cite-as", "license", "collection"):
            assert head[name] == whole[name], name
        for name in ("type", "describedby", "item"):
            assert set(head[name]) <= set(whole[name]), name

    for_all(paths, fact)
    assert found["city/barcelona"]["head"]["cite-as"] == f"{BASE}id/city/barcelona"
    assert found["data/iccgraph.ttl"]["head"]["collection"] == f"{site}catalogue"
    assert found["catalogue"]["head"]["item"]


def test_rocrate(site: str, built: Built) -> None:
    """The reader of RO-Crate finds every file with its size, and every part by name."""
    found, told = read("rocrate", site), built.manifest.description
    assert found["name"] == told.whole.titles["en"]
    assert (found["version"], found["license"]) == ("1.3", LICENCE)
    start = f"{site}release/{built.name}/"
    assert found["files"] == {f"{start}{file.name}": str(file.size) for file in told.files}
    assert {part.titles["en"] for part in told.parts} < set(found["parts"])


def test_mlcroissant(site: str, built: Built) -> None:
    """The reader of Croissant loads every table from its address, and counts its rows as we do."""
    found, told = read("mlcroissant", site), built.manifest.description
    assert found.pop("issues") == ""
    assert found.pop("name") == told.whole.titles["en"]
    tables = [file for file in told.files if file.columns and not file.inner]
    assert {name: records["rows"] for name, records in found.items()} == {
        file.name.removesuffix(".csv"): file.rows for file in tables
    }
    first = found["practices"]["first"]
    assert first["practices/iri"] == f"{BASE}id/practice/{first['practices/key']}"
    assert isinstance(first["practices/topics"], list)


def test_citations(site: str, built: Built) -> None:
    """Readers of BibTeX and of citation files find the dataset, and the release by its name."""
    found, told = read("citations", site, str(ROOT / "CITATION.cff")), built.manifest.description
    assert found["failed"] == 0
    whole, release = found["entries"]["iccgraph"], found["entries"][f"iccgraph-{built.name}"]
    assert whole["title"] == f"{{{told.whole.titles['en']}}}"
    assert "version" not in whole
    assert (release["version"], release["year"]) == (built.name, told.modified[:4])
    assert whole["url"] == f"{BASE}catalogue#dataset"
    data, software = found["files"]
    assert told.whole.titles["en"] in data
    assert "title = {iccgraph}" in software


def test_schemathesis(site: str, tmp_path: Path) -> None:
    """Whatever schemathesis makes up is answered as `/openapi.json` says, and breaks nothing."""
    checks = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
              "response_schema_conformance", "response_headers_conformance")  # fmt: skip
    configuration = SCRIPT.parents[1] / "peers" / "schemathesis.toml"
    command = [
        *reader_command("schemathesis"),
        f"--config-file={configuration}",
        "run",
        f"{site}openapi.json",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={EXAMPLES}",
        "--generation-deterministic",
        f"--checks={','.join(checks)}",
        "--suppress-health-check=all",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
