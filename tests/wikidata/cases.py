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
from iccgraph.link.linker import Identities
from iccgraph.link.things import Subject, country_subject
from iccgraph.publish.records import Country, Link, Origin
from iccgraph.publish.sources.places import read_gazetteer
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import TableFolder

ROOT = Path(__file__).parent.parent.parent
TODAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Case:
    """One case."""

    subject: Subject
    expected: str
    outcome: str


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
        subject = country_subject(countries[row["country"].lower()])
        return Case(subject, row["expected"], row["outcome"])
    subject = Subject(
        kind=row["kind"],
        key=row["case"],
        label=row["label"],
        label_fr=row["label_fr"],
        other_names=tuple(name for name in row["other_names"].split("|") if name),
        place=row["place"],
        country=row["country"],
        iso3="",
        position=Position(float(row["lat"]), float(row["lon"])) if row["lat"] else None,
        box=None,
        geonames_id=int(row["geonames_id"]) if row["geonames_id"] else None,
    )
    return Case(subject, row["expected"], row["outcome"])


def a_link(subject: str, item: str, status: str = "accepted") -> Link:
    """Return a decision as the table would state it."""
    kind, _, key = subject.partition(":")
    return Link(
        origin=Origin("links.csv", 2),
        kind=kind,
        key=key,
        identity=item,
        status=status,
        confidence=0.95,
        justification="BackgroundKnowledgeBasedMatching",
        sources=(),
        decided_on=TODAY,
        comment="",
        tool="",
        reviewer="",
    )


def identities(cases: Iterable[Case], more: Iterable[Link] = ()) -> Identities:
    """Return the things of the cases with no decision but that some countries are linked."""
    listed = list(cases)
    asked = {case.subject.id for case in listed}
    with (ROOT / "data" / "links.csv").open(encoding="utf-8", newline="") as file:
        known = [
            a_link(row["subject_id"], row["object_id"].partition(":")[2])
            for row in csv.DictReader(file)
            if row["status"] == "accepted" and row["subject_id"].startswith("country:")
        ]
    links = [link for link in known if link.subject not in asked]
    return Identities(
        path=Path("links.csv"),
        subjects={case.subject.id: case.subject for case in listed},
        links=(*links, *more),
        countries=tuple(real_countries().values()),
    )
