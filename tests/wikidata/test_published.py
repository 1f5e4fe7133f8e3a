"""What Wikidata states, from the fetched table to graph, report and pages; it asks a stand-in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from iccgraph.cli.main import main
from iccgraph.link.review import FAR, FAR_REGION
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.publish.shacl.reference import load_shapes
from iccgraph.release.manifest import read_manifest
from iccgraph.serve.dataset.describe import describe
from iccgraph.serve.dataset.open import open_release, open_store
from iccgraph.settings import Settings
from iccgraph.vocab import DCTERMS, OWL, PREFIXES, PROV, RDF, SKOS
from tests.conftest import LiveServer
from tests.sparql.test_void import STATED
from tests.unit.support import add, change, load, made, small_sources, table
from tests.web.client import accept, ask
from tests.wikidata.conftest import CONTACT
from tests.wikidata.standin import StandIn, serving

BASE = "https://w3id.org/iccgraph/"
GRAPH = NamedNode(f"{BASE}graph/wikidata")
CITY = NamedNode(f"{BASE}id/city/barcelona")
ITEM = NamedNode(f"{PREFIXES['wd']}Q1492")
NAMES = ("data_dir", "wikidata_api", "wikidata_contact", "wikidata_cache", "wikidata_wait")


def fetch(settings: Settings, *arguments: str) -> Result:
    """Run `iccgraph link --fetch`."""
    words = [f"--{name.replace('_', '-')}={getattr(settings, name)}" for name in NAMES]
    return CliRunner().invoke(main, ["link", "--fetch", *words, *arguments])


def asking(folder: Path, wikidata: StandIn) -> Settings:
    """Return settings over new sources that ask the stand-in."""
    return replace(
        small_sources(folder / "sources"),
        wikidata_api=wikidata.url,
        wikidata_contact=CONTACT,
        wikidata_cache=folder / "answers.sqlite",
        wikidata_wait=0.01,
    )


@contextmanager
def world() -> Iterator[StandIn]:
    """Run a stand-in that knows the items of the small sources well."""
    with serving() as wikidata:
        wikidata.facts["Q29"] = {
            "labels": {"es": "España", "pt": "Espanha"},
            "P17": ["Q29"],
            "P297": ["ES"],
            "P298": ["ESP"],
            "P625": [[40.0, -3.0]],
        }
        wikidata.facts["Q1492"]["P1082"] = [["1655956", "normal", None, "2022-01-01"]]
        wikidata.facts["Q1492"]["labels"]["pt"] = "Barcelona"
        yield wikidata


@dataclass(frozen=True)
class Filled:
    """A release in which Wikidata's statements are, and the sources that it was built from."""

    settings: Settings
    built: Built
    store: Store

    @property
    def folder(self) -> Path:
        """Return the release's folder."""
        return self.settings.releases_dir / self.built.name


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Fetch what the stand-in states of the small sources' items, and build."""
    folder = tmp_path_factory.mktemp("filled")
    with world() as wikidata:
        settings = asking(folder, wikidata)
        assert fetch(settings).exit_code == 0
    built = build_release(settings)
    store = open_store(settings.releases_dir / built.name, 10**9, 0)
    return Filled(settings, built, store)


@pytest.fixture(scope="module")
def site(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the release, and return the address that ends in a slash."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    server = LiveServer(filled.settings.releases_dir, log)
    yield server.url
    server.stop()


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """Return the answer of a query over the union of all graphs."""
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return sorted(tuple(getattr(value, "value", "") for value in row) for row in found)


def test_items_speak_for_themselves(filled: Filled) -> None:
    """Every statement of Wikidata is about an item or its description, in a graph of its own."""
    subjects = {q.subject.value for q in filled.store.quads_for_pattern(None, None, None, GRAPH)}  # type: ignore[union-attr]
    own = tuple(f"{GRAPH.value}#{part}" for part in ("Q", "fetch-"))
    items = {s for s in subjects if s.startswith(PREFIXES["wd"])}
    assert items == {f"{PREFIXES['wd']}{number}" for number in ("Q29", "Q1492", "Q5818")}
    assert all(s.startswith(own) or s == GRAPH.value for s in subjects - items)


def test_statements_are_those_of_the_table(filled: Filled) -> None:
    """Each row of the fetched table is one statement of the graph, and there is no other."""
    table_rows = load(table(filled.settings, "wikidata"))
    expected = sorted(
        (row["item"], row["property"], row["value"].removeprefix("Q"), row["language"])
        for row in table_rows
    )
    found = []
    for quad in filled.store.quads_for_pattern(None, None, None, GRAPH):
        subject, value = getattr(quad.subject, "value", ""), quad.object
        name = quad.predicate.value
        if subject.startswith(PREFIXES["wd"]) and not name.startswith(PREFIXES["p"] + "P"):
            term = "label" if name.endswith("#label") else name.rpartition("/")[2]
            text = getattr(value, "value", "").removeprefix(PREFIXES["wd"] + "Q")
            language = value.language or "" if isinstance(value, Literal) else ""
            found.append((subject.rpartition("/")[2], term, text, language))
    assert sorted(found) == expected
    assert len(expected) > 12


def test_our_statements_do_not_change(filled: Filled, tmp_path: Path) -> None:
    """Without Wikidata's statements, every other graph holds the same but counts and dates."""
    sources = filled.settings.data_dir.parent
    empty = replace(filled.settings, releases_dir=tmp_path / "releases")
    path = sources / "data" / "wikidata.csv"
    content = path.read_bytes()
    try:
        path.write_bytes(content.partition(b"\n")[0] + b"\n")
        built = build_release(empty)
    finally:
        path.write_bytes(content)
    store = open_store(empty.releases_dir / built.name, 10**9, 0)
    assert "wikidata" not in built.manifest.content.graphs
    assert filled.built.manifest.content.graphs["wikidata"] > 20
    for name in ("places", "practices", "topics", "links", "derived", "assignments"):
        graph = NamedNode(f"{BASE}graph/{name}")
        ours, theirs = (
            {str(q) for q in one.quads_for_pattern(None, None, None, graph)}
            for one in (store, filled.store)
        )
        assert ours == theirs, name


def test_provenance(filled: Filled) -> None:
    """Each item says of which revision its statements are, when they were read, and how."""
    query = """
        SELECT ?item ?page ?revision ?day ?licence ?did WHERE { GRAPH ?g {
          ?record schema:about ?item ; prov:wasDerivedFrom ?page ; schema:version ?revision ;
            dcterms:created ?day ; dcterms:license ?licence ; prov:wasGeneratedBy ?fetch .
          ?fetch a prov:Activity ; rdfs:label ?did ; dcterms:date ?day ; prov:used wd:Q2013 } }"""
    found = rows(filled.store, query)
    day = load(table(filled.settings, "wikidata"))[0]["retrieved"]
    assert [row[0].rpartition("/")[2] for row in found] == ["Q1492", "Q29", "Q5818"]
    for item, page, revision, read, licence, did in found:
        number = item.rpartition("/")[2]
        assert revision == str(1000 + len(number))
        assert page == f"https://www.wikidata.org/w/index.php?title={number}&oldid={revision}"
        assert (read, did) == (day, f"iccgraph link --fetch, {day}")
        assert licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    activities = filled.store.quads_for_pattern(None, RDF.type, PROV.Activity, GRAPH)
    assert len(list(activities)) == 1


def test_the_release_is_as_new_as_its_newest_input(filled: Filled) -> None:
    """The day on which Wikidata was read counts for the release's date."""
    day = load(table(filled.settings, "wikidata"))[0]["retrieved"]
    assert filled.built.name.startswith(max(day, "2026-11-23"))


@pytest.mark.parametrize("kind", STATED)
def test_void(kind: str, filled: Filled) -> None:
    """Every figure of the VoID description is right with Wikidata's statements too."""
    found = rows(filled.store, f"SELECT ?stated ?counted {{ {STATED[kind]} }}")
    assert found
    assert all(stated == counted for stated, counted in found)


def test_two_builds_are_the_same(filled: Filled, tmp_path: Path) -> None:
    """The same table makes the same bytes, but for what the engine writes by itself."""
    again = replace(filled.settings, releases_dir=tmp_path / "again")
    name = build_release(again).name
    assert name == filled.built.name
    assert made(again.releases_dir / name) == made(filled.folder)


def test_other_base(filled: Filled, tmp_path: Path) -> None:
    """With another base, Wikidata's items keep their names and our parts move."""
    settings = replace(
        filled.settings, base_iri="https://example.org/icc/", releases_dir=tmp_path / "releases"
    )
    dump = settings.releases_dir / build_release(settings).name / "dumps" / "iccgraph.nq"
    text = dump.read_text(encoding="utf-8")
    assert "<https://example.org/icc/graph/wikidata#Q1492> " in text
    assert "<https://example.org/icc/id/city/barcelona#link-Q1492> " in text
    assert f"<{PREFIXES['wd']}Q1492> <{PREFIXES['wdt']}P17>" in text
    moved = [line for line in text.splitlines() if f"<{BASE}" in line]
    assert all(f"<{BASE}def" in line or f"<{BASE}shapes" in line for line in moved)


def test_agreement_is_no_news(filled: Filled) -> None:
    """Where Wikidata says what we say, the report has nothing about it."""
    assert not [r for r in filled.built.report.results if "AgreementShape" in r.shape]


def conflicting(tmp_path: Path, number: str, **facts: object) -> Built:
    """Return a build after Wikidata has stated other facts about an item."""
    with world() as wikidata:
        wikidata.facts[number] |= facts
        settings = asking(tmp_path, wikidata)
        assert fetch(settings).exit_code == 0
        return build_release(settings)


def warnings(built: Built) -> list[tuple[str, int, str]]:
    """Return where each disagreement with Wikidata was typed, and what the report says."""
    found = [r for r in built.report.results if "#AgreementShape-" in r.shape]
    assert all((r.severity, r.component) == ("Warning", "SPARQLConstraintComponent") for r in found)
    return [(r.source, r.row, r.message) for r in found]


def test_another_country(tmp_path: Path) -> None:
    """A place that Wikidata puts into another country is a warning with its row and what to do."""
    ((source, row, message),) = warnings(conflicting(tmp_path, "Q5818", P17=["Q142"]))
    assert (source, row) == ("cities.csv", 3)
    assert f"{BASE}id/city/cordoba is in {BASE}id/country/es" in message
    assert "is in http://www.wikidata.org/entity/Q142" in message
    assert "reject its row in links.csv" in message


def test_the_page_of_the_report_leads_to_the_place(tmp_path: Path) -> None:
    """On the page of the report, a disagreement stands under the place that it is about."""
    conflicting(tmp_path, "Q5818", P17=["Q142"])
    server = LiveServer(tmp_path / "sources" / "releases", tmp_path / "serve.log")
    try:
        page = ask(server.url, "validation", headers=accept("text/html")).text
    finally:
        server.stop()
    found = page[page.index('<li class="warning">') :].partition("</li>")[0]
    assert '<a href="/id/city/cordoba">Córdoba</a>' in found
    assert "cities.csv, row 3" in found
    assert ">AgreementShape-country</a>" in found


def test_another_code(tmp_path: Path) -> None:
    """A country to which Wikidata gives another ISO code is a warning."""
    found = warnings(conflicting(tmp_path, "Q29", P297=["PT"]))
    assert [(source, row) for source, row, _ in found] == [("countries.csv", 2)]
    assert "the code ES, but Wikidata gives" in found[0][2]


@pytest.mark.parametrize(("lat", "far"), [(41.62, True), (41.6, False)])
def test_another_position(lat: float, far: bool, tmp_path: Path) -> None:
    """More than 25 km from our position is a warning, less is none."""
    found = warnings(conflicting(tmp_path, "Q1492", P625=[[lat, 2.159]]))
    assert [(source, row) for source, row, _ in found] == [("cities.csv", 2)] * far
    if far:
        assert "at Point(2.159 41.62), more than 25 km away" in found[0][2]


def test_the_limits_are_those_of_recheck(filled: Filled) -> None:
    """The rule and `iccgraph link --recheck` say “far” of the same distances."""
    shapes = load_shapes(filled.settings.shapes_dir)
    (text,) = [str(o) for o in shapes.objects() if "wdt:P625" in str(o)]
    assert f", {FAR_REGION:.0f}, {FAR:.0f}) AS ?limit" in text


def test_an_item_that_is_linked_no_longer(tmp_path: Path) -> None:
    """What was fetched of an item that is accepted no longer is left out, with a note."""
    with world() as wikidata:
        settings = asking(tmp_path, wikidata)
        fetch(settings)
    change(settings, "links", "city:barcelona", status="open")
    built = build_release(settings)
    (note,) = [str(n) for n in built.notes if n.source == "wikidata.csv"]
    assert note == (
        "wikidata.csv:8 (item): Q1492 is not accepted in links.csv, so nothing of it is published;"
        " run `iccgraph link --fetch` to renew the table"
    )
    store = open_store(settings.releases_dir / built.name, 10**9, 0)
    assert list(store.quads_for_pattern(ITEM, None, None, None)) == []
    assert list(store.quads_for_pattern(CITY, OWL.sameAs, None, None)) == []


@pytest.mark.parametrize("code", [503, 403], ids=["down", "refusing"])
def test_fetch_without_wikidata(code: int, tmp_path: Path) -> None:
    """If Wikidata cannot be asked, both tables stay as they are, and a build publishes them."""
    with world() as wikidata:
        settings = asking(tmp_path, wikidata)
        fetch(settings)
        before = {name: table(settings, name).read_bytes() for name in ("links", "wikidata")}
        wikidata.always = lambda handler: handler.send(b"no", code)
        options = ("--wikidata-cache-days=0", "--wikidata-attempts=2")
        result = fetch(settings, *options)
        assert result.exit_code == 3
        assert {n: table(settings, n).read_bytes() for n in before} == before
        asked = len(wikidata.requests)
        built = build_release(settings)
        assert len(wikidata.requests) == asked
    assert built.identities.decided == {"accepted": 3, "open": 1, "rejected": 0}
    assert built.identities.fetched == 3


def build(settings: Settings) -> list[str]:
    """Return what `iccgraph build` tells a person."""
    names = ("data_dir", "ontology_dir", "shapes_dir", "releases_dir")
    words = [f"--{name.replace('_', '-')}={getattr(settings, name)}" for name in names]
    result = CliRunner().invoke(main, ["build", *words])
    assert result.exit_code == 0
    return result.stderr.splitlines()


def test_a_build_says_what_was_fetched(filled: Filled, tmp_path: Path) -> None:
    """The build tells how many links there are, and of how many items Wikidata was asked when."""
    day = load(table(filled.settings, "wikidata"))[0]["retrieved"]
    told = build(replace(filled.settings, releases_dir=tmp_path / "releases"))
    assert (
        "links: 3 accepted, 1 open, 0 rejected; Wikidata’s statements: "
        f"of 3 of 3 accepted items, read {day}" in told
    )


def test_a_build_says_that_nothing_was_fetched(tmp_path: Path) -> None:
    """Without a fetched table, the build tells so, and how to fetch."""
    assert (
        "links: 3 accepted, 1 open, 0 rejected; Wikidata’s statements: not fetched "
        "(`iccgraph link --fetch`)" in build(small_sources(tmp_path))
    )


def test_values_that_make_no_sense_are_not_fetched(tmp_path: Path) -> None:
    """What Wikidata states in a form that the table does not take is left out, and builds go on."""
    facts = {"P1566": ["x1", "3128760"], "P300": ["catalonia"], "P297": ["?"], "P1082": ["007"]}
    labels = {"es": "Barce\x01lona", "pt": "Barcelona"}
    built = conflicting(tmp_path, "Q1492", labels=labels, **facts)
    folder = tmp_path / "sources" / "releases" / built.name
    text = (folder / "dumps" / "iccgraph.nq").read_text(encoding="utf-8")
    assert f'<{PREFIXES["wdt"]}P1566> "3128760"' in text
    assert f'{ITEM} <{PREFIXES["rdfs"]}label> "Barcelona"@pt' in text
    for nonsense in ('"x1"', '"catalonia"', '"?"', '"007"', 'label> "Barce\\u0001'):
        assert nonsense not in text


def test_a_topic(tmp_path: Path) -> None:
    """A topic with an accepted item is an exact match of it, and tells what Wikidata states."""
    with world() as wikidata:
        wikidata.facts["Q8434"]["labels"]["es"] = "educación"
        settings = asking(tmp_path, wikidata)
        model = {"like": "city:barcelona", "predicate_id": "skos:exactMatch"}
        add(settings, "links", **model, subject_id="topic:education", object_id="wikidata:Q8434")
        assert fetch(settings).exit_code == 0
    name = build_release(settings).name
    release = open_release(settings.releases_dir / name, 10**9)
    description = describe(release, "topic", "education")
    assert description is not None
    said = {str(triple) for triple in description.triples}
    topic, item = f"<{BASE}id/topic/education>", f"<{PREFIXES['wd']}Q8434>"
    assert f"{topic} {SKOS.exactMatch} {item}" in said
    assert f'{item} <{PREFIXES["rdfs"]}label> "educación"@es' in said
    assert f"<{GRAPH.value}#Q8434> <{PREFIXES['schema']}about> {item}" in said
    assert f"<{BASE}id/topic/education#link-Q8434> {RDF.subject} {topic}" in said


def test_document(site: str) -> None:
    """The document about a place tells what Wikidata states, about the item and with its record."""
    text = ask(site, "city/barcelona.nt").text
    record = f"<{GRAPH.value}#Q1492>"
    for part in (
        f"{CITY} <{OWL.sameAs.value}> {ITEM} .",
        f"{ITEM} <{PREFIXES['wdt']}P17> <{PREFIXES['wd']}Q29> .",
        f'{ITEM} <{PREFIXES["rdfs"]}label> "Barcelona"@pt .',
        f"{ITEM} <{PREFIXES['p']}P1082> <{GRAPH.value}#Q1492-P1082> .",
        f'<{GRAPH.value}#Q1492-P1082> <{PREFIXES["pq"]}P585> "2022-01-01"',
        f"{record} <{DCTERMS.license.value}> <https://creativecommons.org/publicdomain/zero",
        f"<{CITY.value}#link-Q1492> <{PREFIXES['sssom']}confidence> ",
    ):
        assert part in text
    assert f"{CITY} <{PREFIXES['wdt']}" not in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ("What Wikidata says", "did not check it", "1,655,956", "1 January 2022", "Spain"),
        ),
        ("fr", ("Ce qu’indique Wikidata", "Barcelona", "1\u202f655\u202f956", "Espagne", "CC0")),
    ],
)
def test_page(language: str, expected: tuple[str, ...], site: str) -> None:
    """The page of a place marks what is Wikidata's, with its date, beside the evidence."""
    page = ask(site, f"{language}/city/barcelona", headers=accept("text/html")).text
    theirs = page[page.index('aria-labelledby="wikidata"') :]
    theirs = theirs[: theirs.index("</section>")]
    for text in expected:
        assert text in theirs
    assert "title=Q1492&amp;oldid=1005" in theirs
    assert 'class="decision accepted"' in page


def test_page_of_a_country(site: str) -> None:
    """The page of a country shows its evidence and its codes in Wikidata."""
    page = ask(site, "country/es", headers=accept("text/html")).text
    assert 'aria-labelledby="wikidata"' in page
    assert 'class="decision accepted"' in page


def test_page_of_an_open_link(site: str) -> None:
    """An open candidate is shown as what it is, folded, and is no identity."""
    page = ask(site, "city/lisbon", headers=accept("text/html")).text
    assert "No item has been accepted yet." in page
    assert 'class="decision open"' in page
    assert 'aria-labelledby="wikidata"' not in page
    assert "owl#sameAs> <http://www.wikidata" not in ask(site, "city/lisbon.nt").text


def test_links_page_tells_what_was_fetched(site: str, filled: Filled) -> None:
    """The page about links says of how many items Wikidata's statements are here."""
    day = date.fromisoformat(load(table(filled.settings, "wikidata"))[0]["retrieved"])
    page = ask(site, "links", headers=accept("text/html")).text
    assert f"of 3 items, read on {day.day} {day:%B} {day.year}" in page


def test_catalogue_describes_the_graph(site: str) -> None:
    """The document that the graph's name leads to tells its source and licence, and when."""
    assert ask(site, "graph/wikidata").headers["location"] == "/catalogue#graph-wikidata"
    text = ask(site, "catalogue.nt").text
    assert f"{GRAPH} <{DCTERMS.license.value}> <https://creativecommons.org/publicdomain" in text
    assert f"{GRAPH} <{PROV.wasGeneratedBy.value}> <{GRAPH.value}#fetch-" in text
    assert f"> <{PROV.wasAssociatedWith.value}> <{BASE}catalogue#software>" in text
    assert 'id="graph-wikidata"' in ask(site, "catalogue", headers=accept("text/html")).text


def test_links_as_a_table(site: str) -> None:
    """Every thing that can be linked has a row for each decision, or one without any."""
    found = list(csv.DictReader(io.StringIO(ask(site, "links.csv").text)))
    states = {(row["kind"], row["key"]): row["state"] for row in found}
    assert states["city", "barcelona"] == "linked"
    assert states["city", "lisbon"] == "open"
    assert states["city", "cordoba-ar"] == "none"
    assert sum(state == "linked" for state in states.values()) == 3


def test_manifest_counts_the_graph(filled: Filled) -> None:
    """The manifest says how many statements the graph has."""
    manifest = read_manifest(filled.folder)
    counted = len(list(filled.store.quads_for_pattern(None, None, None, GRAPH)))
    assert manifest.content.graphs["wikidata"] == counted
