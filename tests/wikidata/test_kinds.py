"""Kinds of place and published identities do not contradict each other.

Reads: the real tables, and the items of the stand-in, whose classes are set up after the real ones.
"""

from __future__ import annotations

import re
from typing import Final

import pytest

from iccgraph.link.classes import FIT, PAST, kinds_of, superclasses_of
from iccgraph.link.client import WikidataClient
from iccgraph.link.evidence import NEAR, NEAR_ELSE, kilometres
from iccgraph.link.linker import LinkTables, read_tables
from iccgraph.link.things import Thing, requested_languages
from iccgraph.publish.records import Link
from iccgraph.settings import Settings
from iccgraph.tables.rows import TableFolder
from tests.wikidata.cases import ROOT, load_cases

WORDS: Final = {
    "municipality": "municipality|commune|metropolitan district|council area|county area"
    "|local authority",
    "borough": "borough|bezirk|stadsdeel|raion",
    "canton": "canton",
    "island": "island",
    "region": "region",
}
"""How a comment says that an item is of a kind."""
OTHERWISE: Final = re.compile(r", not |; |, a part")
"""What a comment says behind this is about another item, or why."""


@pytest.fixture(scope="module")
def tables() -> LinkTables:
    """Return the real places and decisions."""
    return read_tables(Settings(data_dir=ROOT / "data"))


def of_places(tables: LinkTables, *statuses: str) -> list[tuple[Thing, Link]]:
    """Return the decisions about cities in the wide sense that have one of the statuses."""
    return [
        (tables.things[link.thing], link)
        for link in tables.links
        if link.kind == "city" and link.status in statuses
    ]


def test_nothing_of_our_kind_is_denied(tables: LinkTables) -> None:
    """No item is rejected for being just what the place is by its kind."""
    rejected = of_places(tables, "rejected")
    assert len(rejected) > 20
    for thing, link in rejected:
        reason = OTHERWISE.split(link.comment)[0]
        said = re.search(rf"\b({WORDS[thing.place]})\b", reason, re.IGNORECASE)
        assert said is None, f"{link.thing} is a {thing.place}, yet {link.item}: {link.comment}"


def test_kinds_of_items_agree_with_decisions(
    tables: LinkTables, settings: Settings, wikidata: object
) -> None:
    """An accepted item may be of the kind of its place; a rejected one here is of another."""
    client = WikidataClient(settings, requested_languages(tables.countries))
    links = of_places(tables, "accepted", "rejected")
    items = client.items([link.item for _, link in links], "items")
    superclasses = superclasses_of(client, items.values())
    client.close()
    compared = {"accepted": 0, "rejected": 0}
    for thing, link in links:
        item = items[link.item]
        kinds = kinds_of(item, superclasses) - PAST
        if not kinds or item.position is None or thing.position is None:
            continue
        here = kilometres(item.position, thing.position) <= NEAR.get(thing.place, NEAR_ELSE)
        fit = max(FIT[thing.place].get(kind, 0.0) for kind in kinds)
        compared[link.status] += 1
        if link.status == "accepted":
            assert fit >= 0.5, f"{link.thing} is a {thing.place}, {link.item} a {sorted(kinds)}"
        else:
            contradicts = bool(kinds - FIT[thing.place].keys())
            assert not here or contradicts or fit < 1, f"{link.thing} is {link.item} by its kind"
    assert compared["accepted"] > 20
    assert compared["rejected"] > 10


def test_kinds_of_the_linker_are_those_of_the_table() -> None:
    """The linker knows each kind that cities.csv may have and a country, and no other."""
    columns = TableFolder(ROOT / "data").schema("cities").columns
    kinds = next(column.choices for column in columns if column.name == "kind")
    assert set(kinds) == FIT.keys() - {"country"} == WORDS.keys()
    assert {c.thing.place for c in load_cases() if c.thing.kind == "city"} <= set(kinds)
