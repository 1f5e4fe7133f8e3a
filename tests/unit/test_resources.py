"""How the tables of networks, memberships, assessments, profiles and guidance are read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from iccgraph.publish.check import check_file
from iccgraph.resources import RESOURCES
from iccgraph.settings import Settings
from tests.unit.support import (
    RESOURCE_TABLES,
    SITE,
    Read,
    add,
    change,
    load,
    options,
    remove,
    replace_text,
    save,
    table,
)
from tests.unit.test_pipeline import run

ROWS = {
    "networks": "reci",
    "memberships": "icc-barcelona-1",
    "assessments": "barcelona-report",
    "profiles": "barcelona-2012",
    "guidance": "step-by-step",
}
"""A row of each table, which the tests below spoil or copy."""
NEXT_YEAR = str(date.today().year + 1)
TOMORROW = (date.today() + timedelta(days=1)).isoformat()
NO_FIGURE = dict.fromkeys(
    ("population", "population_year", "non_national_share", "shares_year", "note", "note_fr"), ""
)


def test_network(small: Settings) -> None:
    """A row becomes a thing with its names by language and the keys of what it names."""
    network = Read(small).resources["network"]["reci"]
    assert network.labels == {"en": "Spanish network", "fr": "Réseau espagnol"}
    assert (network.references, network.country) == ({"countries": ("es",)}, "es")
    assert network.plain["sources"] == ((SITE, ""),)
    assert (network.origin.source, network.origin.row) == ("networks.csv", 3)


def test_addresses_of_other_networks(small: Settings) -> None:
    """A network of cities has no key by which a network of cities and topics is fetched."""
    change(small, "networks", "reci", key="city-topic")
    wrong = "the address /network/city-topic is that of a network of cities and topics"
    assert any(wrong in told for told in Read(small).told)


def test_labels_are_put_together(small: Settings) -> None:
    """What has no name is called after what it names, what it is, and its year."""
    resources = Read(small).resources
    assert resources["membership"]["icc-barcelona-1"].labels == {
        "en": "Barcelona – Intercultural Cities programme (2008)",
        "fr": "Barcelone – Programme des Cités interculturelles (2008)",
    }
    assert resources["assessment"]["barcelona-report"].labels == {
        "en": "Barcelona – Assessment by the ICC Index (2013-05)",
        "fr": "Barcelone – Évaluation selon l’Index ICC (2013-05)",
    }
    quoted = resources["assessment"]["cordoba-quoted"]
    assert quoted.labels["en"] == "Córdoba – Assessment by the ICC Index"


def test_present_is_no_membership(small: Settings) -> None:
    """Who was only present at a meeting is no member; the row is checked all the same."""
    assert list(Read(small).resources["membership"]) == ["icc-barcelona-1"]
    change(small, "memberships", "icc-lisbon-1", city="atlantis")
    (told,) = Read(small).told
    assert told.startswith("memberships.csv:3:2 (city): 'atlantis' is no key in cities.csv;")


def test_contradictions_stand(small: Settings) -> None:
    """Two sources that say different things of one membership are two memberships."""
    add(small, "memberships", like="icc-barcelona-1", key="icc-barcelona-2", joined_year="2011")
    read = Read(small)
    assert read.told == []
    years = [m.text("joined_year") for m in read.resources["membership"].values()]
    assert years == ["2008", "2011"]


BAD: dict[str, tuple[str, dict[str, str], str]] = {
    "unknown city": (
        "memberships",
        {"city": "Barcelna"},
        "2:2 (city): 'Barcelna' is no key in cities.csv; did you mean barcelona?"
        " Else add the city there",
    ),
    "several cities": (
        "memberships",
        {"city": "barcelona|lisbon"},
        "2:2 (city): 'barcelona|lisbon' is no key in cities.csv;",
    ),
    "unknown network": (
        "memberships",
        {"network": "rcei"},
        "2:3 (network): 'rcei' is no key in networks.csv; did you mean reci?"
        " Else add the network there",
    ),
    "unknown country": (
        "networks",
        {"countries": "ES|XX"},
        "3:5 (countries): 'XX' is no key in countries.csv; correct it, or add the country there",
    ),
    "unknown topic": (
        "guidance",
        {"topics": "educaton"},
        "2:6 (topics): 'educaton' is not the key of a topic; did you mean education?",
    ),
    "topic of the website among themes": (
        "guidance",
        {"topics": "website-education"},
        "2:6 (topics): 'website-education' is a topic of another scheme;"
        " write topics of the scheme 'index' here",
    ),
    "theme among topics of the website": (
        "guidance",
        {"website_topics": "education"},
        "2:7 (website_topics): 'education' is a topic of another scheme;"
        " write topics of the scheme 'website' here",
    ),
    "topic of the website by its label": (
        "guidance",
        {"website_topics": "Education"},
        "2:7 (website_topics): 'Education' is not the key of a topic;"
        " did you mean website-education?",
    ),
    "membership that ends before it begins": (
        "memberships",
        {"joined_year": "2015"},
        "2:5 (joined_year): the membership begins after it ends (2015, 2014);"
        " correct one of the two",
    ),
    "score over 100": (
        "assessments",
        {"score": "100.5"},
        "2:6 (score): 100.5 is above 100; correct it",
    ),
    "score below 0": ("assessments", {"score": "-1"}, "2:6 (score): -1 is below 0; correct it"),
    "score in words": (
        "assessments",
        {"score": "high"},
        "2:6 (score): 'high' is not a number; write digits and a decimal point, such as 51.05",
    ),
    "score with a comma": (
        "assessments",
        {"score": "64,5"},
        "2:6 (score): '64,5' is not a number; write 64.5",
    ),
    "rank over the sample": (
        "assessments",
        {"rank": "57"},
        "2:7 (rank): the rank is over the number of places compared (57, 56);"
        " correct one of the two",
    ),
    "rank in no sample": (
        "assessments",
        {"sample": ""},
        "2:5 (sample): the rank is among an unknown number of places;"
        " fill in sample, or empty rank",
    ),
    "rank zero": ("assessments", {"rank": "0"}, "2:7 (rank): 0 is below 1; correct it"),
    "year to come": (
        "memberships",
        {"joined_year": NEXT_YEAR, "left_year": ""},
        f"2:5 (joined_year): {NEXT_YEAR} has not come yet; correct the date",
    ),
    "year to come with a sign": (
        "memberships",
        {"joined_year": f"+{NEXT_YEAR}", "left_year": ""},
        f"2:5 (joined_year): +{NEXT_YEAR} has not come yet; correct the date",
    ),
    "month to come": (
        "assessments",
        {"date": f"{NEXT_YEAR}-01"},
        f"2:4 (date): {NEXT_YEAR}-01 has not come yet; correct the date",
    ),
    "day to come": (
        "assessments",
        {"read_on": TOMORROW},
        f"2:14 (read_on): {TOMORROW} has not come yet; write the day on which it was done",
    ),
    "thirteenth month": (
        "assessments",
        {"date": "2016-13"},
        "2:4 (date): '2016-13' does not have the form of this column; write it like 2016-09",
    ),
    "month of a spreadsheet": (
        "assessments",
        {"date": "Dec-16"},
        "2:4 (date): 'Dec-16' does not have the form of this column; write it like 2016-09",
    ),
    "source in words": (
        "assessments",
        {"sources": "see the report"},
        "2:13 (sources): 'see the report' is not a web address;"
        " write it whole, beginning with https://",
    ),
    "no source": ("assessments", {"sources": ""}, "2:13 (sources): the cell is empty; fill it in"),
    "a bar for a source": (
        "assessments",
        {"sources": "|"},
        "2:13 (sources): the cell is empty; fill it in",
    ),
    "translation of no note": (
        "assessments",
        {"note_fr": "Lu deux fois"},
        "2:12 (note_fr): it translates nothing, for note is empty;"
        " fill in note, or empty this cell",
    ),
    "translation of one rank of two": (
        "assessments",
        {"group_ranks_fr": "3e sur 9"},
        "2:9 (group_ranks_fr): the number of texts is 1 here and 2 in group_ranks;"
        " translate each of them, or none",
    ),
    "report that is second-hand": (
        "assessments",
        {"second_hand": "true"},
        "2:10 (second_hand): only a quoted value is second-hand; write false, or correct kind",
    ),
    "neither true nor false": (
        "assessments",
        {"second_hand": "perhaps"},
        "2:10 (second_hand): 'perhaps' is neither true nor false; write true or false",
    ),
    "unknown kind": (
        "assessments",
        {"kind": "reprot"},
        "2:3 (kind): 'reprot' is none of: report, quoted, assessed-by; did you mean report?",
    ),
    "unknown status": (
        "memberships",
        {"status": "guest"},
        "2:4 (status): 'guest' is none of: member, pilot, present; write one of these",
    ),
    "share over 100": (
        "profiles",
        {"non_national_share": "120"},
        "2:7 (non_national_share): 120 is above 100; correct it",
    ),
    "profile without a figure": (
        "profiles",
        NO_FIGURE,
        "2:3 (population): the profile has no figure; fill in population or majority_share or"
        " foreign_born_share or non_national_share or migrant_background_share",
    ),
    "population without a year": (
        "profiles",
        {"population_year": ""},
        "2:4 (population_year): the population has no year;"
        " fill in population_year, or empty population",
    ),
    "year of no population": (
        "profiles",
        {"population": ""},
        "2:3 (population): it is the year of no population;"
        " fill in population, or empty population_year",
    ),
    "share without a year": (
        "profiles",
        {"shares_year": ""},
        "2:9 (shares_year): the shares have no year;"
        " fill in shares_year, or empty non_national_share",
    ),
    "document about nothing": (
        "guidance",
        {"topics": "", "website_topics": ""},
        "2:6 (topics): the document has no topic; fill in topics or website_topics",
    ),
    "date for a title": ("guidance", {"title": "12/03/2016"}, "2:2 (title): '12/03/2016' has no"),
    "number for a note": ("profiles", {"note": "12"}, "2:10 (note): '12' has no word;"),
    "language of a title in words": (
        "guidance",
        {"title_lang": "English"},
        "2:3 (title_lang): 'English' is not a language tag; write en",
    ),
    "key in capitals": (
        "networks",
        {"key": "RECI"},
        "3:1 (key): 'RECI' is not a key; write lower-case words joined by “-”: reci",
    ),
    "key too long": ("networks", {"key": "a" * 81}, f"3:1 (key): {'a' * 81!r} is not a key;"),
    "no key": (
        "networks",
        {"key": ""},
        "3:1 (key): the cell is empty; write a key that no other row has, such as spanish-network",
    ),
    "formula": ("memberships", {"note": "=1+1"}, "2:8 (note): '=1+1' is a formula;"),
}


def told_by_a_build(small: Settings) -> str:
    """Return the one problem for which a build ends with code 1 and without a release."""
    (told,) = Read(small).told
    result = run("build", *options(small), releases=small)
    assert (result.exit_code, "Traceback" in result.stderr) == (1, False)
    assert told in result.stderr
    assert not list(small.releases_dir.glob("20*"))
    return told


@pytest.mark.parametrize(("name", "cells", "expected"), BAD.values(), ids=BAD)
def test_bad_cells(small: Settings, name: str, cells: dict[str, str], expected: str) -> None:
    """What is wrong with a row is told once, with its cell and what to do; nothing is built."""
    change(small, name, ROWS[name], **cells)
    assert told_by_a_build(small).startswith(f"{name}.csv:{expected}")


@pytest.mark.parametrize(
    ("key", "cells", "expected"),
    [
        (
            "cordoba-quoted",
            {"second_hand": "false"},
            "3:10 (second_hand): a quoted value is second-hand; write true, or correct kind",
        ),
        (
            "cordoba-quoted",
            {"date": "2014"},
            "3:4 (date): a quoted value has no date of its own; empty this cell, or correct kind",
        ),
        (
            "lisbon-assessed-by",
            {"score": "50"},
            "4:6 (score): a mention that the place was assessed has no result;"
            " empty this cell, or correct kind",
        ),
        (
            "lisbon-assessed-by",
            {"second_hand": "true"},
            "4:10 (second_hand): only a quoted value is second-hand; write false, or correct kind",
        ),
    ],
)
def test_kinds_of_assessment(
    small: Settings, key: str, cells: dict[str, str], expected: str
) -> None:
    """A quoted value is second-hand and undated, and a mention has no result."""
    change(small, "assessments", key, **cells)
    assert told_by_a_build(small) == f"assessments.csv:{expected}"


@pytest.mark.parametrize("name", ROWS)
def test_two_rows_with_one_key(small: Settings, name: str) -> None:
    """A key stands in one row only; it is told at the second one."""
    row = len(load(table(small, name))) + 2
    other = [r["key"] for r in load(table(small, name))].index(ROWS[name]) + 2
    add(small, name, like=ROWS[name])
    assert told_by_a_build(small) == (
        f"{name}.csv:{row}:1 (key): the key {ROWS[name]!r} stands in row {other} too;"
        " give each row a key of its own"
    )


@pytest.mark.parametrize("name", ROWS)
def test_two_rows_that_say_the_same(small: Settings, name: str) -> None:
    """A statement stands in one row only, whatever its key is."""
    row = len(load(table(small, name))) + 2
    other = [r["key"] for r in load(table(small, name))].index(ROWS[name]) + 2
    add(small, name, like=ROWS[name], key="another-key")
    assert told_by_a_build(small) == (
        f"{name}.csv:{row}:1 (key): row {other} says the same; remove one of the two rows"
    )


@pytest.mark.parametrize(
    ("name", "column"),
    [
        (described.table, column)
        for described in RESOURCES.values()
        for column in ("kind", "status", "city", "network", "name", "title", "read_on")
        if column in RESOURCE_TABLES[described.table].partition("\n")[0].split(",")
    ],
)
def test_empty_required_cells(small: Settings, name: str, column: str) -> None:
    """A cell that must be filled and is empty is told once."""
    change(small, name, ROWS[name], **{column: ""})
    told = told_by_a_build(small)
    assert told.startswith(f"{name}.csv:")
    assert told.endswith(f" ({column}): the cell is empty; fill it in")


def test_a_bad_network_is_told_once(small: Settings) -> None:
    """A network whose row is wrong, or whose table, is not told again by each membership."""
    change(small, "networks", "icc", sources="nowhere")
    assert told_by_a_build(small).startswith("networks.csv:2:6 (sources): 'nowhere' is not a web")
    change(small, "networks", "icc", sources=SITE)
    replace_text(table(small, "networks"), "kind", "sort")
    assert {line.partition(":")[0] for line in Read(small).told} == {"networks.csv"}


def test_a_bad_city_is_told_once(small: Settings) -> None:
    """A city whose row is wrong is not told again by each row that names it."""
    change(small, "cities", "barcelona", lat="north")
    assert {line.partition(":")[0] for line in Read(small).told} == {"cities.csv"}


@pytest.mark.parametrize("name", ROWS)
def test_tables_may_be_empty(small: Settings, name: str) -> None:
    """A table with its header alone is no fault, as long as nothing names its things."""
    for other in RESOURCE_TABLES if name == "networks" else (name,):
        save(table(small, other), [], load(table(small, other))[0])
    assert Read(small).told == []
    assert run("build", *options(small), releases=small).exit_code == 0


def test_a_network_that_went(small: Settings) -> None:
    """A membership of a network that has no row is told."""
    remove(small, "networks", "icc")
    assert [line.partition(";")[0] for line in Read(small).told] == [
        f"memberships.csv:{row}:3 (network): 'icc' is no key in networks.csv" for row in (2, 3)
    ]


GARBAGE = (
    *("\0", "\ufeff", "�", "=cmd|x", "'", '"', "|", "||", "a|", "@en", "a@en", "-", "+", "."),
    *("1e400", "9" * 400, "+007", "-0", "0.0.1", "NaN", "inf", "1_000", "٣", "²", "½"),
    *("2016-00", "0000", "2016-02-30", "20260230", "true|false", "TRUE", "http://", "https://[::1"),
    *("https://a b", "javascript:alert(1)", "NULL", "#REF!", "<b>", "Ã©", "🙂", "\u202e"),
)


@pytest.mark.parametrize("name", ROWS)
def test_garbage_is_told(small: Settings, name: str) -> None:
    """Whatever stands in a cell makes problems of its row, or none, and never a broken build."""
    (model,) = [row for row in load(table(small, name)) if row["key"] == ROWS[name]]
    rows = [
        {**model, "key": f"row-{column}-{number}".replace("_", "-"), column: text}
        for column in model
        for number, text in enumerate(GARBAGE)
        if "\0" not in text
    ]
    for start in range(0, len(rows), 200):
        save(table(small, name), rows[start : start + 200], model)
        told = Read(small).told
        assert told
        assert all(line.startswith(f"{name}.csv:") for line in told)


@pytest.mark.parametrize("name", ROWS)
def test_one_table_is_checked(small: Settings, name: str) -> None:
    """`iccgraph validate` of a table alone knows it by its name."""
    assert check_file(table(small, name), small).problems == ()
    change(small, name, ROWS[name], sources="nowhere")
    (problem,) = check_file(table(small, name), small).problems
    assert (problem.source, problem.field) == (str(table(small, name)), "sources")
