"""How Wikidata's answers are read, in whatever shape they come."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccgraph.link.items import Item, Position, extract, found_items, missing_item, read_item
from tests.wikidata.standin import entity, load_facts, statement


def item(**facts: Any) -> Item:
    """Return an item of such facts, as it comes back from the cache."""
    return read_item("Q7", extract(entity("Q7", facts)))


def test_an_item() -> None:
    """An item's names, statements and sitelinks are read."""
    bergen = read_item("Q26793", entity("Q26793", load_facts()["Q26793"]))
    assert bergen.labels["nb"] == "Bergen"
    assert bergen.texts("P17") == ("Q20",)
    assert bergen.texts("P1566") == ("3161732",)
    assert bergen.position == Position(60.3925, 5.3233)
    assert (len(bergen.sitelinks), bergen.merged, bergen.missing) == (165, False, False)


def test_empty_maps_may_be_lists() -> None:
    """An item without names, statements and sitelinks has empty lists in their place."""
    bare = entity("Q7", {})
    assert [bare[n] for n in ("labels", "aliases", "claims", "sitelinks")] == [[]] * 4
    read = read_item("Q7", bare)
    assert (read.labels, read.aliases, read.statements, read.sitelinks) == ({}, {}, {}, frozenset())
    assert read.label() == "Q7"


@pytest.mark.parametrize("gone", [{"id": "Q7", "missing": ""}, {"missing": True}, None, []])
def test_a_missing_item(gone: object) -> None:
    """An item that does not exist is one without anything, not an error."""
    assert read_item("Q7", gone) == missing_item("Q7")
    assert extract(gone) is None


def test_a_merged_item() -> None:
    """A merged item has another number than was asked for."""
    merged = read_item("Q7", entity("Q8", {}))
    assert (merged.requested, merged.id, merged.merged) == ("Q7", "Q8", True)


def test_two_countries() -> None:
    """Two values of the same rank are both read, in their order."""
    assert item(P17=["Q212", "Q36"]).texts("P17") == ("Q212", "Q36")


def test_ranks() -> None:
    """A preferred value hides the normal ones; a deprecated one does not count."""
    said = item(P17=[["Q159", "deprecated"], ["Q20", "normal"], ["Q55", "preferred"]])
    assert said.texts("P17") == ("Q55",)
    assert [s.value for s in said.statements["P17"]] == ["Q20", "Q55"]
    assert item(P17=[["Q159", "deprecated"]]).texts("P17") == ()


@pytest.mark.parametrize("end", ["1991-08-24", "somevalue"])
def test_ended_statements(end: str) -> None:
    """A statement that has ended is not current, even if nobody knows when it did."""
    said = item(P17=[["Q15180", "normal", end], ["Q212", "normal"]])
    assert said.texts("P17") == ("Q212",)


@pytest.mark.parametrize("place", ["somevalue", "novalue", "moon"])
def test_no_position(place: str) -> None:
    """An unknown position, none at all, and one on the Moon are no position."""
    assert item(P625=[place]).position is None


def test_unknown_value_is_kept_as_a_fact() -> None:
    """Somevalue says that there is a value; novalue, that there is none."""
    assert [s.value for s in item(P576=["somevalue"]).statements["P576"]] == [None]
    assert item(P576=["novalue"]).statements["P576"] == ()


@pytest.mark.parametrize(
    ("time", "precision", "expected"),
    [
        ("+2021-07-01T00:00:00Z", 11, "2021-07-01"),
        ("+2021-07-00T00:00:00Z", 10, "2021-07"),
        ("+2021-00-00T00:00:00Z", 9, "2021"),
        ("+00000002021-01-01T00:00:00Z", 9, "2021"),
        ("-0753-04-21T00:00:00Z", 11, "-0753-04-21"),
    ],
)
def test_dates(time: str, precision: int, expected: str) -> None:
    """A date is as exact as Wikidata knows it."""
    claim = statement("P1082", "100")
    value = {"time": time, "precision": precision}
    datavalue = {"value": value, "type": "time"}
    claim["qualifiers"] = {"P585": [{"snaktype": "value", "datavalue": datavalue}]}
    read = read_item("Q7", {"id": "Q7", "claims": {"P1082": [claim]}})
    assert [s.at for s in read.statements["P1082"]] == [expected]


def test_amount_with_a_unit() -> None:
    """An amount with a unit is not a number of inhabitants."""
    claim = statement("P1082", "100")
    claim["mainsnak"]["datavalue"]["value"]["unit"] = "http://www.wikidata.org/entity/Q712226"
    assert read_item("Q7", {"id": "Q7", "claims": {"P1082": [claim]}}).texts("P1082") == ()


def test_hits_of_both_searches() -> None:
    """Both searches give items in their order; a hit need not have a label."""
    by_name = {"search": [{"id": "Q2", "title": "Q2"}, {"id": "Q1", "label": "x"}, {"id": "Q2"}]}
    by_words = {"query": {"search": [{"ns": 0, "title": "Q3"}, {"ns": 120, "title": "P17"}]}}
    assert found_items(by_name) == ("Q2", "Q1")
    assert found_items(by_words) == ("Q3",)
    assert found_items({"search": []}) == ()


@pytest.mark.parametrize("answer", [{}, [], None, {"query": []}, {"batchcomplete": ""}])
def test_no_hits_at_all_is_no_answer(answer: object) -> None:
    """An answer without a list of hits is not one that found nothing."""
    assert found_items(answer) is None


def test_extract_loses_nothing_that_is_read() -> None:
    """What the cache keeps of an entity is read as the entity itself."""
    facts = load_facts()
    assert len(facts) > 100
    for number, said in facts.items():
        whole = entity(number, said) | {"claims_of_others": [1]}
        assert read_item(number, extract(whole)) == read_item(number, whole)


WORDS = (
    *("id", "labels", "aliases", "claims", "sitelinks", "P17", "P625", "mainsnak", "datavalue"),
    *("value", "type", "qualifiers", "P585", "rank", "en", "latitude", "longitude", "time"),
    *("unit", "amount", "snaktype"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(WORDS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_any_json_is_survived(value: object) -> None:
    """Whatever JSON comes, an item is read from it and nothing is raised."""
    read = read_item("Q7", value)
    assert read.position is None or abs(read.position.lat) <= 90
    assert read_item("Q7", extract(value)).missing == read.missing
    found_items(value)
