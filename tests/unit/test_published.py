"""Descriptions of a dataset with little or odd to say: nothing empty, nothing broken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from iccgraph.iris import Iris
from iccgraph.release.description import (
    Contact,
    DatasetDescription,
    File,
    Publisher,
    ReleaseDescription,
    Spatial,
    TableColumn,
    Temporal,
)
from iccgraph.serve.catalogue import cite, schema_org
from iccgraph.serve.catalogue.croissant import croissant
from iccgraph.serve.catalogue.openapi import Route, openapi
from iccgraph.serve.catalogue.publication import Publication
from iccgraph.serve.catalogue.ro_crate import ro_crate
from iccgraph.serve.catalogue.signposting import TypedLink, link_set

COLUMNS = (
    TableColumn("key", {"en": "Key"}, "string"),
    TableColumn("years", {"en": "Years"}, "integer", separator="|"),
    TableColumn("names", {"en": "Names"}, "string", separator="|"),
)
TABLE = File("things.csv", "", "csv", 9, "ab" * 32, columns=COLUMNS, rows=1)
TWIN = File("things.csv.gz", "", "csv", 7, "cd" * 32, inner="things.csv", columns=COLUMNS, rows=1)
OTHER = File("things.strange", "", "strange", 1, "ef" * 32)
WHOLE = DatasetDescription("", {"en": "Things & more"}, {"en": "All"}, {"en": ("a", "b")})
TOLD = ReleaseDescription(
    datasets=(WHOLE,),
    files=(TABLE, TWIN, OTHER),
    issued="2025-01-02",
    modified="2026-03-04",
    licence="CC0-1.0",
    languages=("en",),
    publisher=Publisher("A_B & {C}", "", "Company"),
    contact=Contact(),
)


def publication(**changes: Any) -> Publication:
    """Return a small publication, with something changed in its description."""
    iris, site = Iris("https://x.example/"), "https://site.example/sub/"
    return Publication(replace(TOLD, **changes), iris, site, "2026-03-04-0123456789ab")


def empty(value: Any, path: str = "") -> list[str]:
    """Return where a document has a text, list or object with nothing in it."""
    if isinstance(value, dict):
        found = [place for name, inner in value.items() for place in empty(inner, f"{path}/{name}")]
        return found if value else [path]
    if isinstance(value, list):
        found = [place for inner in value for place in empty(inner, path)]
        return found if value else [path]
    return [path] if value in ("", None) else []


def test_nothing_is_said_of_what_is_not_known() -> None:
    """Without contact, place, years, home page or rights, no description has an empty value."""
    for made in (
        schema_org.of_dataset(publication(rights={"en": "ours"}, source=("x:",)), "en"),
        croissant(publication()),
    ):
        assert empty(made) == []
    crate = json.dumps(ro_crate(publication()))
    assert not any(word in crate for word in ("spatialCoverage", "temporalCoverage", "#place"))


def test_what_is_known_is_said() -> None:
    """With contact, place and years, the dataset of schema.org has them."""
    made = schema_org.of_dataset(
        publication(
            contact=Contact("Ann", "ann@x.example", ""),
            spatial=Spatial(-10.5, -20.0, 30.0, 40.25, ("ESP",)),
            temporal=Temporal(2008, 2026),
        ),
        "en",
    )
    assert made["creator"]["contactPoint"] == {
        "@type": "ContactPoint",
        "name": "Ann",
        "email": "ann@x.example",
    }
    assert made["spatialCoverage"]["geo"]["box"] == "-20.0 -10.5 40.25 30.0"
    assert made["temporalCoverage"] == "2008/2026"


def test_a_person_is_no_organisation() -> None:
    """A publisher that is a private individual is a person."""
    publisher = Publisher("Ann", "https://ann.example/", "PrivateIndividual(s)")
    made = schema_org.of_dataset(publication(publisher=publisher), "en")
    person = {"@type": "Person", "name": "Ann", "url": "https://ann.example/"}
    assert (made["creator"], made["publisher"]) == (person, person)


def test_licences_are_those_of_the_table() -> None:
    """Each vocabulary names the licence by the address that it is known by there."""
    made, crate = schema_org.of_dataset(publication(), "en"), ro_crate(publication())
    cc0 = "https://creativecommons.org/publicdomain/zero/1.0/"
    assert made["license"] == cc0
    (rights,) = [node for node in crate["@graph"] if node["@id"] == cc0]
    assert rights["identifier"] == "http://spdx.org/licenses/CC0-1.0"
    assert 'license: "CC0-1.0"' in cite.citation_file(publication())


def test_nothing_ends_a_script() -> None:
    """Whatever stands in a text, a script element with it ends where we end it."""
    hostile = {"en": "</script><script>alert(1)</script><!--"}
    part = replace(WHOLE, titles=hostile)
    text = schema_org.script(schema_org.of_dataset(publication(datasets=(part,)), "en"))
    assert "<" not in text
    assert json.loads(text)["name"] == hostile["en"]


def test_media_types_of_files() -> None:
    """A gzip twin is an archive, a file in no known format is bytes."""
    files = {file["name"]: file for file in croissant(publication())["distribution"]}
    assert [files[name]["encodingFormat"] for name in files] == [
        "text/csv",
        "application/gzip",
        "application/octet-stream",
    ]


def test_records_of_croissant() -> None:
    """A table is described once, texts in a cell as an array, numbers in a cell as a text."""
    made = croissant(publication())
    (records,) = made["recordSet"]
    fields = {field["name"]: field for field in records["field"]}
    assert records["key"] == {"@id": "things/key"}
    assert "isArray" not in fields["years"]
    assert fields["years"]["dataType"] == "sc:Text"
    assert fields["names"]["isArray"] is True
    assert fields["names"]["source"]["transform"] == {"separator": "|"}
    assert made["version"] == "2026.3.4+0123456789ab"


def test_bibtex_is_tex() -> None:
    """What TeX would read as a command is escaped."""
    made = cite.bibtex(publication())
    assert r"author = {{A\_B \& \{C\}}}" in made
    assert made.count("@misc{") == 2


def test_openapi_tells_what_routes_tell() -> None:
    """A route that no table knows is described by its rule, its function and its errors."""
    doc = "Do a thing.\n\n    :raise 404: there is none.\n    :raise 410: it is gone.\n"
    route = Route("/x/<int:number>", "new.thing", frozenset(("GET",)), doc)
    item = openapi(publication(), [route], [])["paths"]["/x/{number}"]
    assert item["get"]["summary"] == "Do a thing."
    assert {"200", "404", "410"} <= set(item["get"]["responses"])
    assert item["get"]["responses"]["404"]["description"] == "there is none"
    (parameter,) = item["get"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("number", "path", True)


def test_sets_of_links() -> None:
    """A set of links has one object for each resource, and one list for each relation."""
    links = [TypedLink("item", "a", "text/csv"), TypedLink("item", "b"), TypedLink("linkset", "c")]
    assert link_set({"here": links}) == {
        "linkset": [{"anchor": "here", "item": [{"href": "a", "type": "text/csv"}, {"href": "b"}]}]
    }
