"""The cases of the linker: a thing of ours, and which item it is or that none is certain.

Reads: cases.csv. `outcome` says whether a program should accept (`accept`), must leave the thing
to a person (`open`), or may do the one or the other, as long as it is right (`either`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iccgraph.link.items import Position
from iccgraph.link.linker import LinkTables
from iccgraph.link.things import Thing, country_thing
from iccgraph.publish.records import Country, Link, Origin
from iccgraph.publish.sources.places import read_gazetteer
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import TableFolder

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 11, 23)
OTHER_LANGUAGES = {"BR": ("pt",), "CO": ("es",)}
"""Languages of the countries that are in the cases and not in our table."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case."""

    thing: Thing
    expected: str
    outcome: str
    source: str = ""


def real_countries() -> dict[str, Country]:
    """Return the countries of the real table, by key."""
    problems = Problems()
    gazetteer = read_gazetteer(TableFolder(ROOT / "data"), problems)
    problems.raise_if_any()
    return gazetteer.countries


def load_cases() -> list[Case]:
    """Return every case."""
    countries = real_countries()
    with (Path(__file__).parent / "cases.csv").open(encoding="utf-8", newline="") as file:
        return [_case(row, countries) for row in csv.DictReader(file)]


def _case(row: dict[str, str], countries: dict[str, Country]) -> Case:
    if row["kind"] == "country":
        thing = country_thing(countries[row["country"].lower()])
        return Case(thing, row["expected"], row["outcome"], row["source"])
    country = countries.get(row["country"].lower())
    thing = Thing(
        kind=row["kind"],
        key=row["case"],
        label=row["label"],
        label_fr=row["label_fr"],
        other_names=tuple(name for name in row["other_names"].split("|") if name),
        place=row["place"],
        country=row["country"],
        iso3="",
        languages=country.languages if country else OTHER_LANGUAGES.get(row["country"], ()),
        position=Position(float(row["lat"]), float(row["lon"])) if row["lat"] else None,
        box=None,
        geonames_id=int(row["geonames_id"]) if row["geonames_id"] else None,
    )
    return Case(thing, row["expected"], row["outcome"], row["source"])


def a_link(thing: str, item: str, status: str = "accepted") -> Link:
    """Return a decision as the table would state it."""
    kind, _, key = thing.partition(":")
    return Link(
        origin=Origin("links.csv", 2),
        kind=kind,
        key=key,
        item=item,
        status=status,
        confidence=0.95,
        justification="BackgroundKnowledgeBasedMatching",
        sources=(),
        decided_on=TODAY,
        comment="",
        tool="",
        reviewer="",
    )


def link_tables(cases: Iterable[Case], more: Iterable[Link] = ()) -> LinkTables:
    """Return the things of the cases with no decision but that some countries are linked."""
    listed = list(cases)
    asked = {case.thing.id for case in listed}
    with (ROOT / "data" / "links.csv").open(encoding="utf-8", newline="") as file:
        known = [
            a_link(row["subject_id"], row["object_id"].partition(":")[2])
            for row in csv.DictReader(file)
            if row["status"] == "accepted" and row["subject_id"].startswith("country:")
        ]
    links = [link for link in known if link.thing not in asked]
    return LinkTables(
        path=Path("links.csv"),
        things={case.thing.id: case.thing for case in listed},
        links=(*links, *more),
        countries=tuple(real_countries().values()),
    )
