"""How the tables of decisions are read: identities, retired keys and doubles."""

from __future__ import annotations

import pytest

from iccgraph.publish.check import check_file
from iccgraph.settings import Settings
from tests.unit.support import Read, add, change, table


def test_accepted_link(small: Settings) -> None:
    """A link says which Wikidata item a place is, and how sure that is."""
    link = next(k for k in Read(small).links if k.key == "barcelona")
    assert (link.kind, link.item, link.status, link.confidence) == (
        "city",
        "Q1492",
        "accepted",
        0.95,
    )


def test_candidates_are_kept_apart(small: Settings) -> None:
    """Open and rejected candidates may repeat a place or an item without contradiction."""
    add(small, "links", like="city:lisbon", object_id="wikidata:Q1492", status="rejected")
    add(small, "links", like="city:lisbon", object_id="wikidata:Q5818")
    assert Read(small).told == []


BAD_LINKS = {
    "two identities for a place": (
        {"object_id": "wikidata:Q7"},
        "links.csv:6:1 (subject_id): city:barcelona is accepted in row 2 too;"
        " accept one of the two and reject the other",
    ),
    "one identity for two places": (
        {"subject_id": "city:cordoba-ar"},
        "links.csv:6:4 (object_id): wikidata:Q1492 is accepted in row 2 too;"
        " accept one of the two and reject the other",
    ),
    "one identity for a city and a country": (
        {"subject_id": "country:pt"},
        "links.csv:6:4 (object_id): wikidata:Q1492 is accepted in row 2 too;"
        " accept one of the two and reject the other",
    ),
    "the same two things twice": (
        {"status": "open"},
        "links.csv:6:4 (object_id): city:barcelona and Q1492 stand in row 2 too;"
        " keep one of the two rows",
    ),
    "malformed item": (
        {"subject_id": "city:lisbon", "object_id": "Q597"},
        "links.csv:6:4 (object_id): 'Q597' does not have the form of this column;"
        " write it like wikidata:Q1492",
    ),
    "item of no number": (
        {"subject_id": "city:lisbon", "object_id": "wikidata:Q0"},
        "links.csv:6:4 (object_id): 'wikidata:Q0' does not have the form of this column;"
        " write it like wikidata:Q1492",
    ),
    "unknown place": (
        {"subject_id": "city:atlantis", "object_id": "wikidata:Q7"},
        "links.csv:6:1 (subject_id): 'city:atlantis' is an unknown place;"
        " write city:, country: or topic: and its key, such as city:barcelona",
    ),
    "a city called a country": (
        {"subject_id": "country:lisbon", "object_id": "wikidata:Q7"},
        "links.csv:6:1 (subject_id): 'country:lisbon' is an unknown place;"
        " write city:, country: or topic: and its key, such as city:barcelona",
    ),
    "too little confidence": (
        {"subject_id": "city:lisbon", "object_id": "wikidata:Q7", "confidence": "0.69"},
        "links.csv:6:7 (confidence): an accepted link needs at least 0.70;"
        " raise the confidence after a review, or set the status to open",
    ),
    "too much confidence": (
        {"subject_id": "city:lisbon", "object_id": "wikidata:Q7", "confidence": "1.1"},
        "links.csv:6:7 (confidence): 1.1 is above 1; correct it",
    ),
    "unknown status": (
        {"subject_id": "city:lisbon", "object_id": "wikidata:Q7", "status": "yes"},
        "links.csv:6:5 (status): 'yes' is none of: accepted, open, rejected; write one of these",
    ),
}


@pytest.mark.parametrize(("cells", "expected"), BAD_LINKS.values(), ids=BAD_LINKS)
def test_bad_links(small: Settings, cells: dict[str, str], expected: str) -> None:
    """A contradiction between identities is told once, with its cell and what to do."""
    add(small, "links", like="city:barcelona", **cells)
    assert Read(small).told == [expected]


@pytest.mark.parametrize(("cells", "expected"), BAD_LINKS.values(), ids=BAD_LINKS)
def test_bad_links_are_told_by_validate(
    small: Settings, cells: dict[str, str], expected: str
) -> None:
    """`iccgraph validate` of the table alone tells the same, under the name that was given."""
    add(small, "links", like="city:barcelona", **cells)
    path = table(small, "links")
    told = [str(problem) for problem in check_file(path, small).problems]
    assert told == [expected.replace("links.csv", str(path), 1)]


def test_just_enough_confidence(small: Settings) -> None:
    """A link is accepted from a confidence of 0.70 on."""
    change(small, "links", "city:lisbon", status="accepted", confidence="0.70")
    assert Read(small).told == []


RETIRED = {
    "kind": "practice",
    "key": "old-name",
    "action": "renamed",
    "replaced_by": "neighbours",
    "date": "2026-11-23",
    "reason": "The title has changed.",
}
BAD_RETIRED = {
    "unknown kind": (
        {"kind": "town"},
        ":1 (kind): 'town' is none of: practice, city, country, topic, scheme,",
    ),
    "a city-topic": (
        {"kind": "city-topic", "key": "barcelona/education"},
        ":2 (key): city-topic/barcelona/education is of an unknown kind",
    ),
    "unknown action": (
        {"action": "deleted"},
        ":3 (action): 'deleted' is none of: renamed, merged, withdrawn; write one of these",
    ),
    "renamed to nothing": (
        {"replaced_by": ""},
        ":4 (replaced_by): renamed and this cell contradict each other",
    ),
    "withdrawn for another": (
        {"action": "withdrawn"},
        ":4 (replaced_by): withdrawn and this cell contradict each other",
    ),
    "no reason": ({"reason": ""}, ":6 (reason): the cell is empty"),
}


@pytest.mark.parametrize(("cells", "expected"), BAD_RETIRED.values(), ids=BAD_RETIRED)
def test_bad_retired(small: Settings, cells: dict[str, str], expected: str) -> None:
    """What is wrong with a retired key is told once, with its cell."""
    add(small, "retired", **{**RETIRED, **cells})
    told = Read(small).told
    assert len(told) == 1
    assert told[0].startswith(f"retired.csv:2{expected}")


def test_key_retired_twice(small: Settings) -> None:
    """A key can be retired once only."""
    add(small, "retired", **RETIRED)
    add(small, "retired", **RETIRED)
    assert Read(small).told == [
        "retired.csv:3:2 (key): the key stands in row 2 too; remove one of the two rows"
    ]


def test_retired_key(small: Settings) -> None:
    """A retired key is known with what became of it."""
    add(small, "retired", **RETIRED)
    entry = Read(small).retired["practice", "old-name"]
    assert (entry.action, entry.replaced_by, entry.reason) == (
        "renamed",
        "neighbours",
        "The title has changed.",
    )


def test_double(small: Settings) -> None:
    """A decision about two practices is read with its row."""
    (double,) = Read(small).doubles
    assert (double.practice, double.other, double.decision, double.origin.row) == (
        "street-books",
        "school-radio",
        "distinct",
        2,
    )


def test_unknown_decision(small: Settings) -> None:
    """A decision is one of three words."""
    change(small, "doubles", "street-books", decision="perhaps")
    assert Read(small).told == [
        "doubles.csv:2:3 (decision): 'perhaps' is none of: same, related, distinct;"
        " write one of these"
    ]


def test_guarded_texts_come_back(small: Settings) -> None:
    """What the program wrote with an apostrophe, so that it is no formula, is read without."""
    guarded = {"comment": "'=1+1", "reviewer_label": "'@ana", "mapping_source": "'-x|y"}
    change(small, "links", "city:lisbon", **guarded)
    link = next(k for k in Read(small).links if k.key == "lisbon")
    assert (link.comment, link.reviewer, link.sources) == ("=1+1", "@ana", ("-x", "y"))
