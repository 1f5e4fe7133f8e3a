"""How the table of what Wikidata states is read, and what is told of one that was edited."""

from __future__ import annotations

from datetime import date

import pytest

from iccgraph.link.statements import COLUMNS
from iccgraph.publish.check import check_file
from iccgraph.publish.records import Claim
from iccgraph.publish.sources.inputs import read_sources
from iccgraph.publish.sources.wikidata import fault_of
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems
from tests.unit.support import replace_text, table

ROWS = (
    "Q29,P297,ES,,,7,2026-11-20",
    "Q1492,label,Barcelona,ca,,8,2026-11-21",
    "Q1492,label,Barcelone,fr,,8,2026-11-21",
    "Q1492,P17,Q29,,,8,2026-11-21",
    "Q1492,P625,Point(2.1769 41.3825),,,8,2026-11-21",
    "Q1492,P1082,1655956,,2022-01-01,8,2026-11-21",
)


def write(settings: Settings, *rows: str) -> None:
    """Write the table with these rows."""
    lines = (",".join(COLUMNS), *rows)
    table(settings, "wikidata").write_text("".join(f"{x}\n" for x in lines), encoding="utf-8")


def told(settings: Settings) -> list[str]:
    """Return the problems that reading the sources finds."""
    problems = Problems()
    read_sources(settings, problems)
    return [str(problem) for problem in sorted(problems.found)]


def test_items(small: Settings) -> None:
    """Each item has its statements, the revision they are of, and the day they were read."""
    write(small, *ROWS)
    items = read_sources(small, problems := Problems()).wikidata
    assert problems.found == []
    assert list(items) == ["Q29", "Q1492"]
    city = items["Q1492"]
    assert (city.revision, city.retrieved, city.origin.row) == (8, date(2026, 11, 21), 3)
    assert city.claims[0] == Claim("label", "Barcelona", "ca", "")
    assert city.claims[-1] == Claim("P1082", "1655956", "", "2022-01-01")
    assert len(city.claims) == 5


@pytest.mark.parametrize("day", ["2022", "2022-07", "2024-02-29", ""])
def test_dates(day: str, small: Settings) -> None:
    """A count of inhabitants may have a day, a month, a year or no date."""
    write(small, f"Q1492,P1082,1655956,,{day},8,2026-11-21")
    assert told(small) == []


def test_no_revision(small: Settings) -> None:
    """An item whose revision is not known is read all the same."""
    write(small, "Q1492,P17,Q29,,,,2026-11-21")
    assert told(small) == []
    assert read_sources(small, Problems()).wikidata["Q1492"].revision == 0


def test_nothing_fetched(small: Settings) -> None:
    """A table without rows, or none at all, means that nothing was fetched."""
    write(small)
    assert read_sources(small, Problems()).wikidata == {}
    table(small, "wikidata").unlink()
    assert read_sources(small, Problems()).wikidata == {}
    assert told(small) == []


AGAIN = "run `iccgraph link --fetch` again, which makes the table anew"
GOOD = "Q1492,P17,Q29,,,8,2026-11-21"
BAD = {
    "unknown item": (
        ["Q99,P17,Q29,,,8,2026-11-21"],
        f"2:1 (item): links.csv does not know the item Q99; add its row to links.csv, or {AGAIN}",
    ),
    "no item": (["Berlin,P17,Q29,,,8,2026-11-21"], "2:1 (item): 'Berlin' does not have the form"),
    "unknown property": (
        ["Q1492,P31,Q515,,,8,2026-11-21"],
        "2:2 (property): 'P31' is none of: label, P17,",
    ),
    "no value": (["Q1492,P17,,,,8,2026-11-21"], "2:3 (value): the cell is empty"),
    "country that is no item": (
        ["Q1492,P17,Spain,,,8,2026-11-21"],
        f"2:3 (value): 'Spain' is not an item, such as Q29; {AGAIN}",
    ),
    "code of three letters": (
        ["Q29,P297,ESP,,,8,2026-11-21"],
        f"2:3 (value): 'ESP' is not an ISO 3166-1 alpha-2 code, such as ES; {AGAIN}",
    ),
    "code of two letters": (["Q29,P298,ES,,,8,2026-11-21"], "2:3 (value): 'ES' is not an ISO"),
    "region without a country": (
        ["Q1492,P300,CT,,,8,2026-11-21"],
        "2:3 (value): 'CT' is not an ISO 3166-2 code",
    ),
    "position with a semicolon": (
        ["Q1492,P625,Point(2.17;41),,,8,2026-11-21"],
        "2:3 (value): 'Point(2.17;41)' is not a position, such as Point(2.1769 41.3825)",
    ),
    "latitude first": (
        ["Q1492,P625,Point(41.38 102.17),,,8,2026-11-21"],
        "2:3 (value): 'Point(41.38 102.17)' has coordinates out of range:"
        f" write longitude, then latitude; {AGAIN}",
    ),
    "inhabitants in words": (["Q1492,P1082,many,,,8,2026-11-21"], "2:3 (value): 'many' is not"),
    "negative inhabitants": (["Q1492,P1082,-5,,,8,2026-11-21"], "2:3 (value): '-5' is not a"),
    "GeoNames number with a zero": (
        ["Q1492,P1566,0128,,,8,2026-11-21"],
        "2:3 (value): '0128' is not a GeoNames number, such as 3128760",
    ),
    "label without a language": (
        ["Q1492,label,Barcelona,,,8,2026-11-21"],
        f"2:4 (language): a label has a language, and nothing else has; {AGAIN}",
    ),
    "country with a language": (
        ["Q1492,P17,Q29,en,,8,2026-11-21"],
        "2:4 (language): a label has a language, and nothing else has",
    ),
    "no such month": (
        ["Q1492,P1082,1,,2022-13,8,2026-11-21"],
        f"2:5 (date): '2022-13' is no year, month or day; {AGAIN}",
    ),
    "no such day": (["Q1492,P1082,1,,2023-02-29,8,2026-11-21"], "2:5 (date): '2023-02-29' is no"),
    "date in words": (["Q1492,P1082,1,,May 2022,8,2026-11-21"], "2:5 (date): 'May 2022' does not"),
    "date of a country": (
        ["Q1492,P17,Q29,,2022,8,2026-11-21"],
        "2:5 (date): only a number of inhabitants has a date",
    ),
    "revision in words": (["Q1492,P17,Q29,,,new,2026-11-21"], "2:6 (revision): 'new' is not a"),
    "no day of reading": (["Q1492,P17,Q29,,,8,"], "2:7 (retrieved): the cell is empty"),
    "statement twice": (
        [GOOD, GOOD],
        f"3:2 (property): the statement P17 stands in row 2 too; {AGAIN}",
    ),
    "two labels in a language": (
        ["Q1492,label,A,ca,,8,2026-11-21", "Q1492,label,B,ca,,8,2026-11-21"],
        "3:2 (property): the label in this language stands in row 2 too",
    ),
    "two positions": (
        ["Q1492,P625,Point(1 2),,,8,2026-11-21", "Q1492,P625,Point(1 3),,,8,2026-11-21"],
        "3:2 (property): the statement P625 stands in row 2 too",
    ),
    "two revisions": (
        [GOOD, "Q1492,P300,ES-CT,,,9,2026-11-21"],
        "3:6 (revision): Q1492 has 9 here, and 8 in row 2",
    ),
    "two days": (
        [GOOD, "Q1492,P300,ES-CT,,,8,2026-11-22"],
        "3:7 (retrieved): Q1492 has 2026-11-22 here, and 2026-11-21 in row 2",
    ),
}


@pytest.mark.parametrize(("rows", "expected"), BAD.values(), ids=BAD)
def test_bad_rows(rows: list[str], expected: str, small: Settings) -> None:
    """What is wrong is told once, with row and cell; `validate` of the table tells the same."""
    write(small, *rows)
    (problem,) = told(small)
    assert problem.startswith(f"wikidata.csv:{expected}")
    path = table(small, "wikidata")
    assert [str(p) for p in check_file(path, small).problems] == [
        problem.replace("wikidata.csv", str(path), 1)
    ]


def test_several_values(small: Settings) -> None:
    """A place may have two countries; each is a statement of its own."""
    write(small, GOOD, "Q1492,P17,Q142,,,8,2026-11-21")
    assert told(small) == []


def test_links_that_cannot_be_read(small: Settings) -> None:
    """Where rows of links.csv cannot be read, no item is said to be unknown."""
    write(small, *ROWS)
    replace_text(table(small, "links"), "wikidata:Q1492", "Q1492")
    assert [problem.partition(":")[0] for problem in told(small)] == ["links.csv"]


@pytest.mark.parametrize("label", ["", "a\x01b", "a\ufffe", "a\u200bb", "<b>a</b>", "N/A"])
def test_labels_that_no_table_can_hold(label: str) -> None:
    """A label that the table could not be read with again is not fetched."""
    assert fault_of("label", label)
    assert fault_of("label", "Ça – क\u094d\u200d") == ""


def test_wrong_header(small: Settings) -> None:
    """A table with other columns is told as a whole."""
    table(small, "wikidata").write_text("item,value\n", encoding="utf-8")
    assert len(told(small)) == 1
    assert "5 columns are missing" in told(small)[0]
