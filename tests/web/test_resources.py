"""Networks, memberships, assessments, profiles and guidance, as they are served."""

from __future__ import annotations

import csv
import io

import pytest
from rdflib import Graph, Literal, Namespace

from iccgraph.publish.pipeline import build_release
from iccgraph.resources import RESOURCES
from iccgraph.settings import Settings
from tests.conftest import ROOT
from tests.unit.support import RESOURCE_TABLES, change, load, save, small_sources, table
from tests.web.app import application
from tests.web.client import Client, rows, sparql

ID = Namespace("https://w3id.org/iccgraph/id/")
ICC = Namespace("https://w3id.org/iccgraph/def#")
ORG = Namespace("http://www.w3.org/ns/org#")
PREFIXES = """
PREFIX icc: <https://w3id.org/iccgraph/def#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX qb: <http://purl.org/linked-data/cube#>
"""
SAMPLES = {
    "network": "reci",
    "membership": "icc-botkyrka-2",
    "assessment": "bilbao-2013-report",
    "profile": "bergen-2013",
    "guidance": "the-intercultural-city-step-by-step-revised-edition",
}


def in_the_table(kind: str) -> list[dict[str, str]]:
    """Return the rows of a table that are published."""
    column, value = RESOURCES[kind].left_out
    found = load(ROOT / "data" / f"{RESOURCES[kind].table}.csv")
    return [row for row in found if not column or row[column] != value]


def listed(client: Client, path: str) -> list[dict[str, str]]:
    """Return the rows of a list or dump as CSV."""
    answer = client.ask(path)
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


@pytest.mark.parametrize("kind", RESOURCES)
def test_every_row_is_a_thing(live: str, client: Client, kind: str) -> None:
    """Graph, list and dump have each row of the table, and nothing else."""
    keys = {row["key"] for row in in_the_table(kind)}
    name = RESOURCES[kind].table
    query = f"SELECT ?x {{ ?x a <{RESOURCES[kind].classes[0].value}> }}"
    assert {row["x"] for row in rows(sparql(live, query))} == {f"{ID}{kind}/{k}" for k in keys}
    assert {row["key"] for row in listed(client, f"{name}.csv?size=1000")} == keys
    assert {row["key"] for row in listed(client, f"data/{name}.csv")} == keys


def test_sources_may_contradict_each_other(live: str) -> None:
    """Botkyrka is a member since 2008 by one source and since 2011 by another; both stand."""
    query = f"""{PREFIXES}SELECT ?m ?year {{ ?m a org:Membership ; org:member <{ID}city/botkyrka> ;
        org:organization <{ID}network/icc> ; icc:joinedYear ?year }}"""
    stated = {(row["m"], row["year"]) for row in rows(sparql(live, query))}
    printed = {
        (f"{ID}membership/{row['key']}", row["joined_year"])
        for row in in_the_table("membership")
        if row["city"] == "botkyrka" and row["joined_year"]
    }
    assert stated == printed
    assert {year for _, year in printed} == {"2008", "2011"}


def test_who_was_present_is_no_member(live: str, client: Client) -> None:
    """A row of somebody who was only present at a meeting is nowhere but in its table."""
    present = [r for r in load(ROOT / "data" / "memberships.csv") if r["status"] == "present"]
    assert present
    for row in present:
        thing = f"membership/{row['key']}"
        assert client.ask(thing).status == client.ask(f"id/{thing}").status == 404
        query = f"ASK {{ {{ <{ID}{thing}> ?p ?o }} UNION {{ ?s ?p <{ID}{thing}> }} }}"
        assert sparql(live, query).json()["boolean"] is False


def test_cubes_are_complete(live: str) -> None:
    """Each observation is in one cube and has a value for its dimensions and measures."""
    query = f"""{PREFIXES}SELECT ?x ?cube (COUNT(?component) AS ?n) {{
        ?x a qb:Observation ; qb:dataSet ?cube . ?cube a qb:DataSet ; qb:structure ?structure .
        ?structure a qb:DataStructureDefinition ; qb:component ?component .
        ?component qb:dimension|qb:measure ?property
        FILTER EXISTS {{ ?x ?property ?value }} }} GROUP BY ?x ?cube"""
    found = rows(sparql(live, query))
    assert len(found) == len({row["x"] for row in found})
    assert len(found) == len(in_the_table("assessment")) + len(in_the_table("profile"))
    demanded = f"""{PREFIXES}SELECT ?cube (COUNT(?component) AS ?n) {{ ?cube qb:structure/
        qb:component ?component . ?component qb:dimension|qb:measure ?p }} GROUP BY ?cube"""
    counts = {row["cube"]: row["n"] for row in rows(sparql(live, demanded))}
    assert all(row["n"] == counts[row["cube"]] for row in found)


def test_a_membership_names_what_it_is_about(client: Client) -> None:
    """The document of a membership has the labels of its place and its network."""
    answer = client.ask("membership/icc-botkyrka-2.ttl")
    found = Graph().parse(data=answer.body, format="turtle")
    thing = ID["membership/icc-botkyrka-2"]
    for predicate, language, label in (
        (ORG.member, "en", "Botkyrka"),
        (ORG.organization, "en", "Intercultural Cities programme"),
        (ORG.organization, "fr", "Programme des Cités interculturelles"),
    ):
        named = found.value(thing, predicate)
        assert (named, None, Literal(label, lang=language)) in found, predicate


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("kind", "key"), SAMPLES.items())
def test_pages_tell_every_fact(client: Client, kind: str, key: str, language: str) -> None:
    """The page of a thing names its label, its sources and the notes in the reader's language."""
    (row,) = [row for row in in_the_table(kind) if row["key"] == key]
    page = client.ask(f"{language}/{kind}/{key}")
    assert page.status == 200
    text = page.text.replace("&#39;", "'").replace("&amp;", "&")
    assert all(source in text for source in row["sources"].split("|"))
    note = row.get("note" if language == "en" else "note_fr", "")
    assert note in text


def test_pages_of_what_is_named(client: Client) -> None:
    """A network lists its members, and a city the networks, assessments and profiles it has."""
    members = {r["city"] for r in in_the_table("membership") if r["network"] == "reci"}
    page = client.ask("network/reci").text
    assert members
    assert all(f'href="/city/{city}"' in page for city in members)
    city = client.ask("city/bilbao").text
    networks = {r["network"] for r in in_the_table("membership") if r["city"] == "bilbao"}
    assert all(f'href="/network/{network}"' in city for network in networks)
    assert "64" in city
    data = Graph().parse(data=client.ask("city/bilbao.nt").body, format="nt")
    named = set(data.subjects(ICC.city, ID["city/bilbao"])) | set(
        data.subjects(ORG.member, ID["city/bilbao"])
    )
    for kind in ("membership", "assessment", "profile"):
        keys = {r["key"] for r in in_the_table(kind) if r["city"] == "bilbao"}
        assert keys
        assert {ID[f"{kind}/{key}"] for key in keys} <= named


def test_texts_are_no_formulas(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A text that a spreadsheet would compute has an apostrophe in lists and dumps."""
    settings = small_sources(tmp_path_factory.mktemp("formulas"))
    change(settings, "memberships", "icc-barcelona-1", printed_name="+Barcelona", note="@home")
    change(settings, "networks", "reci", name="-Spanish network")
    change(settings, "guidance", "step-by-step", title="+Step by step")
    build_release(settings)
    with application(settings) as client:
        for path in ("data/memberships.csv", "data/networks.csv", "guidance.csv", "networks.csv"):
            with client.get(f"/{path}") as answer:
                text = answer.get_data(as_text=True)
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert not [cell for cell in cells if cell[:1] in "=+-@" and cell], path
            assert [cell for cell in cells if cell[:2] in ("'+", "'-", "'@")], path


def test_no_rows_at_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a row in their tables, the lists are empty and every other document is there."""
    settings: Settings = small_sources(tmp_path_factory.mktemp("empty"))
    for name in RESOURCE_TABLES:
        save(table(settings, name), [], load(table(settings, name))[0])
    build_release(settings)
    with application(settings) as client:
        for described in RESOURCES.values():
            for form in ("ttl", "jsonld", "csv", "html", "nq"):
                assert client.get(f"/{described.table}.{form}").status_code == 200
            text = client.get(f"/{described.table}.csv").get_data(as_text=True)
            assert len(text.splitlines()) == 1
            with client.get(f"/data/{described.table}.csv") as dump:
                assert len(dump.get_data(as_text=True).splitlines()) == 1
        for path in ("", "city/barcelona", "country/es", "topic/education", "catalogue", "links"):
            assert client.get(f"/{path}").status_code == 200
        assert client.get("/city/barcelona.ttl").status_code == 200
        assert client.get("/network/icc").status_code == 404
