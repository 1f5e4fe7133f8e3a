"""`iccgraph link` as a person uses it: proposing, reviewing, checking again and fetching."""

from __future__ import annotations

import csv
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from iccgraph.link.decide import TOOL
from iccgraph.publish.pipeline import build_release
from iccgraph.settings import Settings
from tests.unit.support import Read, add, change, load, table
from tests.wikidata.standin import StandIn, statement
from tests.wikidata.test_client import status

NAMES = ("data_dir", "wikidata_api", "wikidata_contact", "wikidata_cache", "wikidata_wait")
FACTS = {
    "Q597": {
        "labels": {"en": "Lisbon", "pt": "Lisboa", "fr": "Lisbonne", "tlh": "lISbon"},
        "aliases": {"pt": ["Lx"]},
        "descriptions": {"en": "capital of Portugal"},
        "P31": ["Q515", "Q13217644"],
        "P17": ["Q45"],
        "P625": [[38.708, -9.139]],
        "P1566": ["2267057"],
        "P1082": [
            ["564657", "normal", None, "2001"],
            ["545796", "normal", None, "2021-01-01"],
            ["1", "deprecated", None, "2025"],
            ["999"],
        ],
        "wikis": 230,
    },
    "Q1492": {
        "labels": {"en": "Barcelona", "ca": "Barcelona"},
        "P31": ["Q515"],
        "P17": ["Q29"],
        "P625": [[41.3825, 2.1769]],
        "P1566": ["3128760"],
        "wikis": 270,
    },
    "Q5818": {
        "labels": {"en": "Córdoba"},
        "P31": ["Q515"],
        "P17": ["Q29"],
        "P625": [[37.8847, -4.7792]],
        "wikis": 130,
    },
    "Q44210": {
        "labels": {"en": "Córdoba"},
        "P31": ["Q515"],
        "P17": ["Q414"],
        "P625": [[-31.4167, -64.1833]],
        "P1566": ["3860259"],
        "wikis": 110,
    },
    "Q29": {
        "labels": {"en": "Spain", "fr": "Espagne"},
        "P31": ["Q3624078"],
        "P297": ["ES"],
        "P298": ["ESP"],
        "P625": [[40.0, -3.0]],
        "wikis": 300,
    },
    "Q45": {
        "labels": {"en": "Portugal"},
        "P31": ["Q3624078"],
        "P297": ["PT"],
        "P298": ["PRT"],
        "P300": ["PT"],
        "P625": [[38.7, -9.18]],
        "P1566": ["2264397"],
        "wikis": 300,
    },
    "Q414": {
        "labels": {"en": "Argentina"},
        "P31": ["Q3624078"],
        "P297": ["AR"],
        "P298": ["ARG"],
        "P625": [[-34.0, -64.0]],
        "P1566": ["3865483"],
        "wikis": 300,
    },
}


@pytest.fixture(autouse=True)
def small_world(wikidata: StandIn) -> None:
    """Let the stand-in know the four places and three countries of the small sources."""
    wikidata.facts = {number: dict(facts) for number, facts in FACTS.items()}


def words(settings: Settings) -> list[str]:
    """Return the options that name these settings."""
    return [f"--{name.replace('_', '-')}={getattr(settings, name)}" for name in NAMES]


def run(settings: Settings, *arguments: str, keyboard: str | None = None) -> Result:
    """Run the verb in this process."""
    return CliRunner().invoke(main, ["link", *words(settings), *arguments], input=keyboard)


def rows(settings: Settings, subject: str) -> dict[str, dict[str, str]]:
    """Return the rows about one thing by their item."""
    return {
        row["object_id"].partition(":")[2]: row
        for row in load(table(settings, "links"))
        if row["subject_id"] == subject
    }


def content(settings: Settings) -> bytes:
    """Return the table of decisions as it is on the disk."""
    return table(settings, "links").read_bytes()


def test_what_is_certain_is_accepted(settings: Settings) -> None:
    """Certain items are accepted with their evidence, also where a program had left them open."""
    change(settings, "links", "city:lisbon", comment="Named by one source")
    before = content(settings).splitlines()
    result = run(settings)
    assert (result.exit_code, Read(settings).told) == (0, [])
    lisbon = rows(settings, "city:lisbon")["Q597"]
    assert (lisbon["status"], lisbon["mapping_justification"]) == (
        "accepted",
        "semapv:CompositeMatching",
    )
    assert (lisbon["mapping_tool"], lisbon["reviewer_label"]) == (TOOL, "")
    assert 0.7 <= float(lisbon["confidence"]) <= 0.95
    assert lisbon["comment"].endswith("Wikipedias. Before: Named by one source")
    assert rows(settings, "city:cordoba-ar")["Q44210"]["status"] == "accepted"
    assert {"Q45", "Q414"} == {
        *rows(settings, "country:pt"),
        *rows(settings, "country:ar"),
    }
    kept = [line for line in before if b"lisbon" not in line]
    assert [line for line in content(settings).splitlines() if line in kept] == kept


def test_the_result_is_the_decisions(settings: Settings) -> None:
    """Standard output has one line a decision, and messages stand apart."""
    result = run(settings, "lisbon", "country:ar")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert [line[:3] for line in lines] == [
        ["accepted", "city:lisbon", "wikidata:Q597"],
        ["accepted", "country:ar", "wikidata:Q414"],
    ]
    assert "2 looked at, 0 of them decided before; 2 accepted and 0 open" in result.stderr


def test_second_run(settings: Settings, wikidata: StandIn) -> None:
    """A second run asks nothing, writes nothing, and finds what the first has decided."""
    run(settings)
    asked, before = len(wikidata.requests), content(settings)
    result = run(settings)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (len(wikidata.requests), content(settings)) == (asked, before)
    assert "0 requests to Wikidata" in result.stderr


def test_dry_run(settings: Settings) -> None:
    """A dry run tells what it would write, and writes nothing."""
    before = content(settings)
    result = run(settings, "--dry-run", "lisbon")
    assert result.stdout.startswith("accepted\tcity:lisbon\twikidata:Q597")
    assert "would be written" in result.stderr
    assert content(settings) == before


def test_a_place_without_a_position(settings: Settings) -> None:
    """Whoever has left out the position is told to fill it, in the new row or, if none, beside."""
    for key in ("lisbon", "cordoba-ar"):
        change(settings, "cities", key, lat="", lon="")
    remedy = "our position is not known: fill lat and lon of its row in cities.csv"
    result = run(settings, "--kind", "city")
    assert result.exit_code == 0
    assert f"city:lisbon: {remedy}" in result.stderr.splitlines()
    (line,) = result.stdout.splitlines()
    assert line.startswith("open\tcity:cordoba-ar\twikidata:Q44210")
    assert line.endswith(f"not accepted by itself: {remedy}")


@pytest.mark.parametrize(("kind", "expected"), [("city", 2), ("country", 2), ("topic", 0)])
def test_kind(kind: str, expected: int, settings: Settings) -> None:
    """Only things of the kind are looked at; a topic is never accepted."""
    result = run(settings, "--kind", kind)
    accepted = [line for line in result.stdout.splitlines() if line.startswith("accepted")]
    assert len(accepted) == expected
    assert all(f"\t{kind}:" in line for line in accepted)


def test_a_topic_is_a_candidate(settings: Settings, wikidata: StandIn) -> None:
    """An item of a topic's name is left open; accepted by hand, it is in the graph of links."""
    wikidata.facts["Q8434"] = {"labels": {"en": "education"}, "wikis": 200}
    assert run(settings, "topic:education").exit_code == 0
    (row,) = rows(settings, "topic:education").values()
    assert (row["object_id"], row["status"], row["predicate_id"]) == (
        "wikidata:Q8434",
        "open",
        "skos:exactMatch",
    )
    assert run(settings, "--review", "topic:education", keyboard="a\n").exit_code == 0
    name = build_release(settings).name
    dump = (settings.releases_dir / name / "dumps" / "iccgraph.nq").read_text(encoding="utf-8")
    match = "exactMatch> <http://www.wikidata.org/entity/Q8434>"
    (line,) = [line for line in dump.splitlines() if match in line]
    assert "/id/topic/education>" in line
    assert line.endswith("/graph/links> .")


def test_open_is_not_published(settings: Settings) -> None:
    """An open candidate is below the line: the graph speaks of it, as evidence, and no more."""
    add(
        settings,
        "links",
        like="city:barcelona",
        subject_id="city:cordoba-ar",
        object_id="wikidata:Q7",
        status="open",
        confidence="0.69",
    )
    name = build_release(settings).name
    folder = settings.releases_dir / name / "dumps"
    dump = (folder / "iccgraph.nq").read_text(encoding="utf-8")
    assert "wikidata.org/entity/Q1492>" in dump
    said = [line.split()[:3] for line in dump.splitlines() if "wikidata.org/entity/Q7>" in line]
    node = "<https://w3id.org/iccgraph/id/city/cordoba-ar#link-Q7>"
    item = "<http://www.wikidata.org/entity/Q7>"
    assert said == [[node, "<http://www.w3.org/1999/02/22-rdf-syntax-ns#object>", item]]
    evidence = [line for line in dump.splitlines() if line.startswith(node)]
    assert not any("2002/07/owl#Axiom" in line or "owl#annotated" in line for line in evidence)
    for name in ("links.nt", "links.ttl", "links.sssom.tsv"):
        assert "Q7" not in (folder / name).read_text(encoding="utf-8")


def test_reviewed_rows_never_change(settings: Settings, wikidata: StandIn) -> None:
    """Rows that a person has decided keep every byte, whatever Wikidata says."""
    change(settings, "links", "city:lisbon", mapping_justification="semapv:ManualMappingCuration")
    add(
        settings,
        "links",
        like="city:barcelona",
        subject_id="city:cordoba-ar",
        object_id="wikidata:Q44210",
        status="rejected",
        confidence="0.00",
        mapping_justification="semapv:MappingReview",
    )
    before = content(settings)
    assert run(settings, "--kind", "city").exit_code == 0
    assert content(settings) == before


@pytest.mark.parametrize("fault", [status(503), status(403)], ids=["down", "refusing"])
def test_wikidata_is_down(fault: object, settings: Settings, wikidata: StandIn) -> None:
    """When Wikidata cannot be asked, that is said with exit code 3, and nothing is written."""
    wikidata.faults = [lambda handler: handler.send(b'{"search": []}')]
    wikidata.always = fault  # type: ignore[assignment]
    before = content(settings)
    result = run(settings, "--wikidata-attempts", "2")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"A source cannot be read: {wikidata.url}: ")
    assert len(result.stderr.splitlines()) == 1
    assert content(settings) == before


def test_the_build_needs_no_network(settings: Settings, wikidata: StandIn) -> None:
    """A build asks Wikidata nothing, and publishes the reviewed links."""
    wikidata.always = status(503)
    build_release(settings)
    assert wikidata.requests == []


USAGE = {
    "unknown key": (["atlantis"], "no thing has the key atlantis"),
    "two unknown keys": (["atlantis", "lisbon", "mu"], "no thing has the key atlantis, mu"),
    "key of another kind": (["--kind", "country", "lisbon"], "no country has the key lisbon"),
    "two tasks": (["--review", "--fetch"], "give only one of"),
    "a dry task": (["--recheck", "--dry-run"], "give only one of"),
    "unknown kind": (["--kind", "town"], "'town' is not one of"),
    "no contact": (["--wikidata-contact", ""], "wikidata_contact is ''"),
    "no such folder": (["--data-dir", "nowhere"], "data_dir is nowhere; there is no such folder"),
}


@pytest.mark.parametrize(("arguments", "message"), USAGE.values(), ids=USAGE)
def test_usage(arguments: list[str], message: str, settings: Settings, wikidata: StandIn) -> None:
    """A usage that makes no sense is told with exit code 2 before anything is asked."""
    result = run(settings, *arguments)
    assert (result.exit_code, wikidata.requests) == (2, [])
    assert message in result.stderr


def test_a_table_with_faults(settings: Settings, wikidata: StandIn) -> None:
    """A table of decisions with a fault is told with its row, and nothing is asked."""
    add(settings, "links", like="city:barcelona", object_id="wikidata:Q7")
    result = run(settings)
    assert (result.exit_code, wikidata.requests) == (1, [])
    assert "links.csv:6:1 (subject_id): city:barcelona is accepted in row 2 too" in result.stderr


def test_review(settings: Settings) -> None:
    """A review shows both sides and writes each answer at once."""
    add(
        settings,
        "links",
        like="city:lisbon",
        subject_id="city:cordoba-ar",
        object_id="wikidata:Q44210",
    )
    result = run(settings, "--review", "--reviewer", "Ana", keyboard="what\na\nr\n")
    assert result.exit_code == 0
    for text in ("Lisboa", "capital of Portugal", "1.1 km away", "545796 (2021-01-01)", "2267057"):
        assert text in result.stdout
    assert "write a, r, s or q" in result.stderr
    assert "2 decided, 0 still open" in result.stderr
    lisbon, cordoba = (
        rows(settings, "city:lisbon")["Q597"],
        rows(settings, "city:cordoba-ar")["Q44210"],
    )
    kept = ("status", "mapping_justification", "confidence", "reviewer_label")
    assert [lisbon[name] for name in kept] == [
        *("accepted", "semapv:ManualMappingCuration", "0.99", "Ana")
    ]
    assert [cordoba[name] for name in kept] == [
        *("rejected", "semapv:MappingReview", "0.00", "Ana")
    ]
    assert Read(settings).told == []


@pytest.mark.parametrize("keyboard", ["q\na\n", "s\n", "", "\n"], ids=["quit", "skip", "end", "x"])
def test_review_without_a_decision(keyboard: str, settings: Settings) -> None:
    """Skipping, leaving and the end of the input change nothing."""
    before = content(settings)
    result = run(settings, "--review", keyboard=keyboard)
    assert (result.exit_code, content(settings)) == (0, before)
    assert "0 decided, 1 still open" in result.stderr


def test_review_of_a_contradiction(settings: Settings) -> None:
    """A second identity of a place, and one that another place has, cannot be accepted."""
    for subject, item in (("city:barcelona", "Q7"), ("city:cordoba-ar", "Q1492")):
        add(settings, "links", like="city:lisbon", subject_id=subject, object_id=f"wikidata:{item}")
    result = run(settings, "--review", "barcelona", "cordoba-ar", keyboard="a\nr\na\ns\n")
    assert "cannot be accepted: city:barcelona is Q1492 already" in result.stderr
    assert "cannot be accepted: Q1492 is city:barcelona already" in result.stderr
    assert "1 decided, 1 still open" in result.stderr
    assert Read(settings).told == []


def test_review_without_wikidata(settings: Settings, wikidata: StandIn) -> None:
    """When Wikidata cannot be asked, our side can still be reviewed."""
    wikidata.always = status(403)
    result = run(settings, "--review", keyboard="a\n")
    assert result.exit_code == 0
    assert "only our side is shown" in result.stderr
    assert rows(settings, "city:lisbon")["Q597"]["status"] == "accepted"


def test_recheck_finds_nothing(settings: Settings) -> None:
    """Where all accepted items are as they should be, there is nothing to look at."""
    before = content(settings)
    result = run(settings, "--recheck")
    assert (result.exit_code, result.stdout, content(settings)) == (0, "", before)
    assert "3 links checked, 0 things to look at" in result.stderr


CHANGES = {
    "deleted": ({"missing": True}, "the item was deleted"),
    "merged": ({"redirect": "Q597"}, "was merged into Q597"),
    "another name": ({"labels": {"en": "Badalona"}}, "is now called “Badalona”"),
    "another country": ({"P17": ["Q45"]}, "is in another country now"),
    "moved": ({"P625": [[41.0, 1.0]]}, "lies 106 km from our position"),
    "dissolved": ({"P576": ["2025"]}, "was dissolved"),
    "a disambiguation page": ({"P31": ["Q4167410"]}, "a page of Wikimedia’s own"),
}


@pytest.mark.parametrize(("facts", "message"), CHANGES.values(), ids=CHANGES)
def test_recheck(
    facts: dict[str, object], message: str, settings: Settings, wikidata: StandIn
) -> None:
    """What has changed about an accepted item is told with its row and exit code 1."""
    wikidata.facts["Q1492"] = {**wikidata.facts["Q1492"], **facts}
    before = content(settings)
    result = run(settings, "--recheck")
    first = result.stdout.splitlines()[0]
    assert (result.exit_code, content(settings)) == (1, before)
    assert first.startswith("links.csv:2: city:barcelona wikidata:Q1492: ")
    assert message in result.stdout


def test_recheck_of_a_small_move(settings: Settings, wikidata: StandIn) -> None:
    """A position that moves by less than 25 kilometres is no news."""
    wikidata.facts["Q1492"]["P625"] = [[41.2, 2.1]]
    assert run(settings, "--recheck").exit_code == 0


def test_recheck_of_two_that_became_one(settings: Settings, wikidata: StandIn) -> None:
    """Two places whose items were merged are told."""
    wikidata.facts["Q5818"] = {"redirect": "Q1492"}
    result = run(settings, "--recheck")
    assert "is now the same item as that of city:barcelona" in result.stdout


def test_recheck_believes_no_old_answer(settings: Settings, wikidata: StandIn) -> None:
    """An answer older than the limit is asked for again, and then something is found."""
    run(settings, "--recheck")
    wikidata.facts["Q1492"]["labels"] = {"en": "Badalona"}
    assert run(settings, "--recheck").exit_code == 0
    assert run(settings, "--recheck", "--wikidata-cache-days", "0").exit_code == 1


def fetched(settings: Settings) -> list[dict[str, str]]:
    """Return the table of what Wikidata states."""
    with (settings.data_dir / "wikidata.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_fetch(settings: Settings) -> None:
    """What Wikidata states of accepted items becomes a table: names, place, numbers, with dates."""
    change(settings, "links", "city:lisbon", status="accepted", confidence="0.9")
    change(settings, "countries", "PT", coe_member="true")
    assert run(settings, "--fetch").exit_code == 0
    said = [
        (row["property"], row["value"], row["language"], row["date"])
        for row in fetched(settings)
        if row["item"] == "Q597"
    ]
    assert said == [
        ("label", "Lisboa", "pt", ""),
        ("P17", "Q45", "", ""),
        ("P1566", "2267057", "", ""),
        ("P625", "Point(-9.139 38.708)", "", ""),
        ("P1082", "545796", "", "2021-01-01"),
    ]
    assert ("Q29", "P297", "ES") in {
        (row["item"], row["property"], row["value"]) for row in fetched(settings)
    }
    assert all(row["retrieved"] and row["revision"] for row in fetched(settings))


def test_fetch_of_one(settings: Settings, wikidata: StandIn) -> None:
    """Fetching one item leaves the others' rows; those no longer linked go."""
    run(settings, "--fetch")
    wikidata.facts["Q1492"]["P1566"] = ["7"]
    before = fetched(settings)
    change(settings, "links", "city:cordoba", status="open")
    run(settings, "--fetch", "barcelona", "--wikidata-cache-days", "0")
    after = fetched(settings)
    assert {row["item"] for row in before} == {"Q29", "Q1492", "Q5818"}
    assert {row["item"] for row in after} == {"Q29", "Q1492"}
    assert [r for r in after if r["item"] == "Q29"] == [r for r in before if r["item"] == "Q29"]
    assert "7" in [r["value"] for r in after if r["property"] == "P1566"]


def test_fetch_of_what_is_gone(settings: Settings, wikidata: StandIn) -> None:
    """An item that is gone has no rows, and that is said."""
    wikidata.facts["Q1492"] = {"missing": True}
    result = run(settings, "--fetch")
    assert "wikidata:Q1492 does not exist" in result.stderr
    assert "Q1492" not in {row["item"] for row in fetched(settings)}


def test_fetch_is_the_same_twice(settings: Settings) -> None:
    """The same answers make the same bytes."""
    path = settings.data_dir / "wikidata.csv"
    run(settings, "--fetch")
    first = path.read_bytes()
    run(settings, "--fetch")
    assert path.read_bytes() == first


def test_population_without_a_date(settings: Settings, wikidata: StandIn) -> None:
    """A count of inhabitants without a date is taken only if there is no other."""
    wikidata.facts["Q1492"]["P1082"] = ["1620343"]
    run(settings, "--fetch", "barcelona")
    counts = [(r["value"], r["date"]) for r in fetched(settings) if r["property"] == "P1082"]
    assert counts == [("1620343", "")]
    assert statement("P1082", "1620343")["rank"] == "normal"


def process(settings: Settings, *arguments: str) -> list[str]:
    """Return the command as a person starts it."""
    return [sys.executable, "-m", "iccgraph", "link", *words(settings), *arguments]


def test_quiet_in_a_pipe(settings: Settings) -> None:
    """In a pipe, standard error has lines of text only, without progress."""
    done = subprocess.run(
        process(settings, "--dry-run"), capture_output=True, text=True, check=True
    )
    assert "\r" not in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_progress_on_a_terminal(settings: Settings, tmp_path: Path) -> None:
    """On a terminal, the run shows how far it is."""
    leader, follower = pty.openpty()
    settings = replace(settings, wikidata_cache=tmp_path / "other.sqlite")
    with subprocess.Popen(
        process(settings, "--dry-run"), stdout=subprocess.DEVNULL, stderr=follower
    ) as running:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:  # how Linux says that the other side has closed
                break
            if not part:
                break
            shown += part
    os.close(leader)
    assert running.returncode == 0
    assert b"search: 1 of " in shown
    assert b"items: " in shown
