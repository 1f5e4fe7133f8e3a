"""Every description of the dataset says the same: titles, licence, names, sizes and checksums."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
import rdflib
from rdflib import DCTERMS, RDF, Namespace, URIRef
from rdflib.term import Node

from iccgraph.publish.pipeline import Built
from iccgraph.release.description import LICENCES, File, ReleaseDescription, find_licence
from iccgraph.serve.catalogue.distributions import is_open
from tests.docs.documents import code, table
from tests.for_all import for_all
from tests.web.client import Client, accept

EMBEDDED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
LANGUAGE = "en"
BASE = "https://w3id.org/iccgraph/"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")


@dataclass(frozen=True)
class Told:
    """What a description says: its title, licence, version and days, and of each file, by name.

    What a vocabulary has no word for is None.
    """

    title: str
    summary: str
    licence: str
    modified: str
    issued: str
    version: str | None
    parts: tuple[str, ...] | None
    files: Mapping[str, tuple[str, int, str]]


def of_manifest(told: ReleaseDescription, release: str, site: str) -> Told:
    """Return what all descriptions are to say."""
    start = f"{site}release/{release}/"
    files = {file.name: (start + file.name, file.size, file.sha256) for file in told.files}
    return Told(
        told.whole.titles[LANGUAGE],
        told.whole.descriptions[LANGUAGE],
        LICENCES[told.licence].creative_commons,
        told.modified,
        told.issued,
        release,
        tuple(sorted(part.titles[LANGUAGE] for part in told.parts)),
        files,
    )


def of_schema_org(client: Client) -> Told:
    """Read what the page about the dataset says in schema.org."""
    page = client.ask("catalogue", headers=accept("text/html")).text
    (text,) = EMBEDDED.findall(page)
    dataset = json.loads(text)
    files = {
        file["name"]: (file["contentUrl"], _bytes(file["contentSize"]), file["sha256"])
        for part in (dataset, *dataset["hasPart"])
        for file in part["distribution"]
    }
    return _of_schema(dataset, dataset["license"], [p["name"] for p in dataset["hasPart"]], files)


def of_ro_crate(client: Client) -> Told:
    """Read the crate."""
    document = client.ask("ro-crate-metadata.json").json()
    nodes = {node["@id"]: node for node in document["@graph"]}
    root = nodes[nodes["ro-crate-metadata.json"]["about"]["@id"]]
    parts, files = [], {}
    for node in _inside(root, nodes):
        if node["@type"] == "Dataset":
            parts.append(node["name"])
        else:
            files[node["name"]] = (node["@id"], int(node["contentSize"]), node["sha256"])
    return _of_schema(root, root["license"]["@id"], parts, files)


def _inside(node: Any, nodes: Mapping[str, Any]) -> Iterator[Any]:
    for part in node.get("hasPart", ()):
        yield nodes[part["@id"]]
        yield from _inside(nodes[part["@id"]], nodes)


def of_croissant(client: Client) -> Told:
    """Read the description for machine learning, which knows no parts and another version."""
    dataset = client.ask("croissant.json").json()
    files = {
        file["name"]: (file["contentUrl"], _bytes(file["contentSize"]), file["sha256"])
        for file in dataset["distribution"]
    }
    return _of_schema({**dataset, "version": None}, dataset["license"], None, files)


def of_dcat(client: Client) -> Told:
    """Read the catalogue of data portals, whose files are those in open formats alone."""
    catalogue = rdflib.Graph().parse(data=client.ask("catalogue.ttl").text, format="turtle")
    dataset = URIRef(f"{BASE}catalogue#dataset")

    def one(subject: Node, predicate: URIRef, tag: str | None = None) -> Node:
        values = catalogue.objects(subject, predicate)
        (value,) = [v for v in values if tag is None or getattr(v, "language", None) == tag]
        return value

    files = {}
    for file in catalogue.subjects(RDF.type, DCAT.Distribution):
        address = str(one(file, DCAT.downloadURL))
        value = str(one(one(file, SPDX.checksum), SPDX.checksumValue))
        files[address.rpartition("/")[2]] = address, int(str(one(file, DCAT.byteSize))), value
        licence = find_licence(str(one(file, DCTERMS.license)))
        assert licence == find_licence(str(one(dataset, DCTERMS.license)))
    assert licence is not None
    parts = [
        str(one(p, DCTERMS.title, LANGUAGE)) for p in catalogue.objects(dataset, DCTERMS.hasPart)
    ]
    return Told(
        str(one(dataset, DCTERMS.title, LANGUAGE)),
        str(one(dataset, DCTERMS.description, LANGUAGE)),
        licence.creative_commons,
        str(one(dataset, DCTERMS.modified)),
        str(one(dataset, DCTERMS.issued)),
        str(one(dataset, DCAT.version)),
        tuple(sorted(parts)),
        files,
    )


def _of_schema(
    dataset: Any, licence: str, parts: list[str] | None, files: dict[str, tuple[str, int, str]]
) -> Told:
    return Told(
        dataset["name"],
        dataset["description"],
        licence,
        dataset["dateModified"],
        dataset["datePublished"],
        dataset["version"],
        tuple(sorted(parts)) if parts is not None else None,
        files,
    )


def _bytes(size: str) -> int:
    number, unit = size.split()
    assert unit == "B"
    return int(number)


READERS: Mapping[str, Callable[[Client], Told]] = {
    "schema.org": of_schema_org,
    "RO-Crate": of_ro_crate,
    "Croissant": of_croissant,
    "DCAT": of_dcat,
}
"""One entry for each description; whoever adds one reads it here."""


def named(told: ReleaseDescription, name: str) -> File:
    """Return the file of a name."""
    file = told.file(name)
    assert file is not None, name
    return file


def test_descriptions_agree(client: Client, live: str, built: Built) -> None:
    """Each description says what the manifest says, as far as its vocabulary goes."""
    site, told = live.replace("127.0.0.1", "localhost"), built.manifest.description
    wanted = of_manifest(told, built.name, site)
    open_files = {n: f for n, f in wanted.files.items() if is_open(named(told, n))}

    def fact(name: str) -> None:
        found = READERS[name](client)
        assert found.files == (open_files if name == "DCAT" else wanted.files)
        for field, value in vars(replace(wanted, files={})).items():
            assert field == "files" or getattr(found, field) in (value, None), field

    for_all(READERS, fact)


@pytest.mark.parametrize("path", ["catalogue", "data/", "", "fr/catalogue"])
def test_pages_of_the_dataset_agree(client: Client, path: str) -> None:
    """Every page that tells of the dataset tells the same of its files."""
    text = client.ask(path, headers=accept("text/html")).text
    (found,) = EMBEDDED.findall(text)
    assert json.loads(found)["distribution"] == of_files(client)


def of_files(client: Client) -> Any:
    """Return the files of the whole as the page about it has them."""
    (text,) = EMBEDDED.findall(client.ask("en/catalogue").text)
    return json.loads(text)["distribution"]


def test_croissant_has_the_columns_of_the_tables(client: Client, built: Built) -> None:
    """The fields of each table are its columns in their order, with the property of each."""
    tables = client.ask("croissant.json").json()["recordSet"]
    files = {f.name: f for f in built.manifest.description.files if f.columns and not f.inner}
    assert {f"{records['name']}.csv" for records in tables} == set(files)
    for records in tables:
        file = files[f"{records['name']}.csv"]
        fields = [
            (field["source"]["extract"]["column"], field.get("equivalentProperty", ""))
            for field in records["field"]
        ]
        assert fields == [(column.name, column.property) for column in file.columns]
        text = client.ask(f"data/{file.name}").body.decode("utf-8-sig")
        assert [name for name, _ in fields] == text.splitlines()[0].split(",")


def test_csvw_has_the_columns_of_the_tables(client: Client, built: Built) -> None:
    """The metadata beside each table has its columns in their order, with their separators."""
    told = built.manifest.description
    for file in told.files:
        if file.columns and not file.inner:
            document = client.ask(f"data/{file.name}-metadata.json").json()
            assert document["url"] == file.name
            columns = document["tableSchema"]["columns"]
            assert [(c["name"], c.get("separator", "")) for c in columns] == [
                (column.name, column.separator) for column in file.columns
            ]


def test_schema_org_names_files_by_lasting_names(client: Client, built: Built) -> None:
    """The name of a file has no release in it, its address has."""
    for file in of_files(client):
        assert file["@id"] == f"{BASE}catalogue#file-{file['name']}"
        assert built.name in file["contentUrl"]


def test_openapi_has_every_address(client: Client) -> None:
    """`/openapi.json` has the parameters that docs/http.md tells of, and no server but this one."""
    document = client.ask("openapi.json").json()
    names = {
        path: {parameter["name"] for parameter in item["get"].get("parameters", ())}
        for path, item in document["paths"].items()
    }
    assert {"topic", "q", "near", "sort", "page", "size", "from", "to"} <= names["/practices"]
    assert {"page", "size", "sort", "modified_since"} <= names["/cities"]
    assert names["/networks"] == {"q", *names["/cities"]}
    assert {"query", "default-graph-uri", "named-graph-uri", "format"} == names["/sparql"]
    posted = document["paths"]["/sparql"]["post"]["requestBody"]["content"]
    assert set(posted) == {"application/x-www-form-urlencoded", "application/sparql-query"}
    assert set(document["paths"]["/city-topics"]["get"]["responses"]["200"]["content"]) >= {
        "text/csv", "text/turtle", "text/html"
    }  # fmt: skip
    assert "410" in document["paths"]["/{kind}/{key}"]["get"]["responses"]


def test_openapi_has_every_parameter(client: Client) -> None:
    """Every parameter that docs/http.md tells of stands in `/openapi.json`, and no other."""
    document = client.ask("openapi.json").json()
    known = {
        parameter["name"]
        for path, item in document["paths"].items()
        if not path.startswith("/queries/")  # whose parameters the queries declare themselves
        for parameter in item["get"].get("parameters", ())
        if parameter["in"] == "query"
    }
    rows = table("docs/http.md", "where", "parameter", "meaning")
    assert known == {name for row in rows for name in code(row[1])}


def test_openapi_leads_nowhere_else(client: Client) -> None:
    """Every reference inside `/openapi.json` has its target, and operations own names."""
    document = client.ask("openapi.json").json()
    names = [operation["operationId"] for item in document["paths"].values()
             for operation in item.values()]  # fmt: skip
    assert len(names) == len(set(names))
    for reference in re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(document)):
        target = document
        for part in reference.split("/"):
            target = target[part]
