"""Charts: where years stand, what is drawn of each, and that they are whole SVG."""

from __future__ import annotations

import lxml.etree
import pytest

from iccgraph.serve.pages import charts
from iccgraph.serve.pages.charts import Span, Years

TEN = Years(2010, 2019)


def drawn(markup: str) -> lxml.etree._Element:
    """Return a chart as a tree, as a parser of XML reads it."""
    return lxml.etree.fromstring(str(markup))


def blocks(when: Span) -> list[tuple[str, str]]:
    """Return where each block of a row begins, and how wide it is."""
    rows = drawn(charts.span(when, TEN)).findall("rect")
    return [(row.get("x", ""), row.get("width", "")) for row in rows]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Span(2010, 2019), [("0%", "100%")]),
        (Span(2012, 2012), [("20%", "10%")]),
        (Span(2015, ongoing=True), [("50%", "50%")]),
        (Span(2015), [("50%", "10%")]),
        (Span(last=2015), [("50%", "10%")]),
        (Span(years=(2011, 2014)), [("10%", "10%"), ("40%", "10%")]),
        (Span(2010, 2011, years=(2018,)), [("0%", "20%"), ("80%", "10%")]),
        (Span(ongoing=True), []),
    ],
)
def test_a_block_stands_for_the_years_that_are_known(
    when: Span, expected: list[tuple[str, str]]
) -> None:
    """A block begins with the first year that is known, and ends behind the last."""
    assert blocks(when) == expected


def test_open_ends_are_told_apart() -> None:
    """What still runs has an arrow; an end that is not known has dashes; a closed one neither."""
    running, unknown, closed = (
        drawn(charts.span(when, TEN))
        for when in (Span(2012, ongoing=True), Span(2012), Span(2012, 2013))
    )
    assert [len(row.findall(".//path")) for row in (running, unknown, closed)] == [1, 0, 0]
    dashes = [row.findall("line[@class='open']") for row in (running, unknown, closed)]
    assert [len(found) for found in dashes] == [0, 1, 0]


def test_an_axis_has_the_years_that_are_named() -> None:
    """It runs from the first year to the last, and to the newest if something still runs."""
    assert Years.of([Span(2012, 2014), Span(years=(2009,))], 2026) == Years(2009, 2014)
    assert Years.of([Span(2012, ongoing=True), Span()], 2026) == Years(2012, 2026)
    assert Years.of([Span(), Span()], 2026) is None
    assert Years.of([], 2026) is None


@pytest.mark.parametrize(
    ("years", "ticks"),
    [
        (Years(2015, 2015), [2015]),
        (Years(2014, 2018), [2014, 2015, 2016, 2017, 2018]),
        (Years(1998, 2026), [1998, 2010, 2020, 2026]),
        (Years(1956, 2026), [1956, 1980, 2000, 2026]),
    ],
)
def test_few_years_are_written(years: Years, ticks: list[int]) -> None:
    """An axis names its ends and round years between, never two that would touch."""
    assert years.ticks() == ticks


def test_columns_are_as_tall_as_their_numbers() -> None:
    """The tallest column fills the height; the chart is called by its title and description."""
    made = drawn(charts.columns({2010: 4, 2012: 8, 2013: 0}, "A < B", "Most in 2012 & so on"))
    assert [row.get("height") for row in made.findall("rect")] == ["60", "120", "0"]
    assert (made.findtext("title"), made.findtext("desc")) == ("A < B", "Most in 2012 & so on")
    assert made.get("role") == "img"
    assert [text.text for text in made.findall("text")][:2] == ["4", "8"]
    assert charts.columns({}, "", "") == ""


def test_columns_may_lead_somewhere() -> None:
    """Columns with addresses are links that are called by year and number, in a group."""
    made = drawn(charts.columns({2010: 1, 2011: 2}, "a", "b", links={2011: "/x?a=1&b=2"}))
    assert made.get("role") == "group"
    (link,) = made.findall("a")
    assert (link.get("href"), link.get("aria-label")) == ("/x?a=1&b=2", "2011: 2")


def test_bars_have_marks_of_two_shapes() -> None:
    """The number is a bar, the others a line and a ring, all on one scale."""
    made = drawn(charts.bar(0.25, 0.5, lines=[0.125], dots=[0.5]))
    assert [row.get("width") for row in made.findall("rect")] == ["100%", "50%"]
    assert [row.get("x1") for row in made.findall("line")] == ["25%"]
    assert [row.get("cx") for row in made.findall("circle")] == ["100%"]
    assert drawn(charts.bar(0, 0)).findall("rect")[1].get("width") == "0%"


def test_points_have_their_values() -> None:
    """Each value stands with its date; higher ones stand higher."""
    made = drawn(charts.points([("2013", 40, "40 %"), ("2020", 60, "60 %")], "a", "b"))
    low, high = (float(point.get("cy", "")) for point in made.findall("circle"))
    assert high < low
    assert [text.text for text in made.findall("text")] == ["40 %", "2013", "60 %", "2020"]
    assert len(made.findall("line[@class='way']")) == 1
    assert charts.points([], "", "") == ""


@pytest.mark.parametrize(
    ("share", "end"), [(0.04, 0.1), (0.1, 0.1), (0.3, 0.5), (0.6, 0.75), (0.8, 1.0), (1.0, 1.0)]
)
def test_scales_end_with_a_round_number(share: float, end: float) -> None:
    """A scale of shares ends with the next quarter, or with a tenth if all are small."""
    assert charts.rounded_up(share) == end
