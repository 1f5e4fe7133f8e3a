"""Each record becomes exactly the statements of the file beside this test, in their graphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Dataset, Quad, RdfFormat, parse

from iccgraph.iris import Iris
from iccgraph.publish.graph import CityTopic, GraphWriter, Statement
from iccgraph.publish.identities import IdentityWriter
from iccgraph.publish.records import (
    City,
    Claim,
    Country,
    Link,
    Origin,
    Practice,
    Resource,
    WikidataItem,
)
from iccgraph.publish.sources.topics import TopicNames
from iccgraph.publish.statistics.quotients import Quotient
from iccgraph.tables.years import Period, read_period

HERE = Path(__file__).parent
ROW = Origin("table.csv", 2)
TOPICS = TopicNames(labels={"education": {"en": "Schools", "fr": "Écoles"}})
WRITER = GraphWriter(Iris(), TOPICS, ("en", "fr"))

RICH = Practice(
    key="casa-aberta",
    origin=ROW,
    title=("Casa aberta", "pt"),
    other_titles=(("Open house", "en"), ("Отворена кућа", "sr-Latn")),
    country="pt",
    cities=("lisbon", "barcelona"),
    period=read_period("Since May 2014 - ongoing"),
    topics=("public-space", "interaction"),
    assigned=(),
    listing_page="https://example.org/list",
    detail_page="https://example.org/casa",
    recorded_on=date(2026, 11, 20),
    sections_pages=("https://example.org/casa", "https://example.org/more"),
    sections_read_on=date(2026, 11, 27),
    translated_titles=(("Maison ouverte", "fr"),),
    plain={
        "summary": (
            ("Opens a town house to newcomers.", "en"),
            ("Ouvre une maison aux nouveaux venus.", "fr"),
        ),
        "purpose": (("Neighbours meet.", "en"), ("Les voisins se rencontrent.", "fr")),
        "stimulus": (("The house stood empty.", "en"),),
        "process": (("Twice a week\nit is open.", "en"),),
        "impact": (('Nobody knows "yet".', "en"),),
        "figures": (("90 guests a week.", "en"), ("90 hôtes par semaine.", "fr")),
        "prizes": (("Open Door Prize", "en"), ("Second Prize", "en"), ("Prix Porte ouverte", "fr")),
        "partners": (("Santa Casa", ""), ("Red Cross", "")),
        "start_year": (("2013", ""),),
        "key_references": (("Annual report, 2016", "en"), ("https://example.org/report.pdf", "en")),
        "place_text": (("Portugal Lisbon", ""),),
        "year_text": (("Since May 2014 - ongoing", ""),),
    },
)
POOR = Practice(
    key="street-books",
    origin=ROW,
    title=("Street books", "en"),
    other_titles=(),
    country="es",
    cities=(),
    period=Period(),
    topics=("education",),
    assigned=(),
    listing_page="https://example.org/list",
    detail_page="",
    recorded_on=None,
    sections_pages=(),
    sections_read_on=None,
    plain={"summary": (("Prête des livres.", "fr"), ("Lends books.", "en"))},
)
CITY = City(
    key="barcelona",
    origin=ROW,
    labels={"en": "Barcelona", "fr": "Barcelone"},
    other_names=(("Barna", ""), ("برشلونة", "ar"), ("Barna", "")),
    kind="municipality",
    country="es",
    lat="41.388790",
    lon="2.0",
    population=1620343,
    population_year=2016,
    size_class="from-500000",
    within="catalonia",
    geonames_id=3128760,
    plain={
        "population_source": (("https://example.org/census", ""),),
        "nuts": (("ES999", ""), ("ES99", "")),
    },
)
ISLAND = City(
    key="isla",
    origin=ROW,
    labels={"en": "Isla"},
    other_names=(),
    kind="island",
    country="ar",
    lat="-54.30",
    lon="-0.0",
    population=None,
    population_year=None,
    in_programme=False,
    geonames_id=None,
    plain={},
)
COUNTRY = Country(
    key="nz",
    origin=ROW,
    labels={"en": "New Zealand", "fr": "Nouvelle-Zélande"},
    other_names=(("Aotearoa", "mi"), ("Novi Zeland", "sr-Latn")),
    iso2="NZ",
    iso3="NZL",
    iso_numeric="554",
    coe_member=False,
    west="165.8",
    south="-52.70",
    east="-175.80",
    north="-29.0",
    geonames_id=2186224,
    eu_country="http://publications.europa.eu/resource/authority/country/NZL",
    plain={},
)
CITY_TOPIC = CityTopic(
    "isla",
    "education",
    ["neighbours", "school-radio"],
    987,
    2018,
    scheme="index",
    city_practices=3,
    elsewhere=57,
    all_elsewhere=190,
    quotient=Quotient(0.9, 1.224, 0.4, 2.51, 0.227518, 1.0),
)

LINK = Link(
    origin=ROW,
    kind="city",
    key="barcelona",
    item="Q1492",
    status="accepted",
    confidence=0.95,
    justification="CompositeMatching",
    sources=("Wikidata", "Who’s On First"),
    decided_on=date(2026, 11, 20),
    comment="Town council is Q3129773",
    tool="iccgraph link 0.1.0",
    reviewer="Ana",
)
OPEN = replace(LINK, item="Q7", status="open", confidence=0.3, comment="", tool="", reviewer="")
REJECTED = replace(OPEN, item="Q3129773", status="rejected", confidence=0.0, sources=())
TOPIC = replace(OPEN, kind="topic", key="education", item="Q8434", sources=())
ITEM = WikidataItem(
    "Q1492",
    ROW,
    2412345678,
    date(2026, 11, 23),
    [
        Claim("label", "Barcelona", "ca", ""),
        Claim("label", "Барселона", "sr", ""),
        Claim("P17", "Q29", "", ""),
        Claim("P300", "ES-B", "", ""),
        Claim("P1566", "3128760", "", ""),
        Claim("P625", "Point(2.1769 41.3825)", "", ""),
        Claim("P1082", "1655956", "", "2022-01-01"),
    ],
)
YEARLY = WikidataItem("Q2", ROW, 0, date(2026, 11, 23), [Claim("P1082", "5", "", "2021")])
IDENTITIES = IdentityWriter([LINK], {"Q1492": ITEM}, WRITER)

NETWORK = Resource(
    "network",
    "reci",
    ROW,
    {"en": "Spanish network", "fr": "Réseau espagnol"},
    {"countries": ("es", "pt")},
    "",
    {"kind": (("national-network", ""),), "sources": (("https://example.org/reci", ""),)},
)
MEMBERSHIP = Resource(
    "membership",
    "reci-barcelona-1",
    ROW,
    {"en": "Barcelona – Spanish network (2011)", "fr": "Barcelone – Réseau espagnol (2011)"},
    {"city": ("barcelona",), "network": ("reci",)},
    "es",
    {
        "status": (("member", ""),),
        "joined_year": (("2011", ""),),
        "left_year": (("2019", ""),),
        "printed_name": (("Barcelona", ""),),
        "note": (("Since August", "en"), ("Depuis août", "fr")),
        "sources": (("https://example.org/a", ""), ("https://example.org/b", "")),
        "read_on": (("2026-11-27", ""),),
    },
)
UNDATED = replace(
    MEMBERSHIP,
    plain={n: MEMBERSHIP.plain[n] for n in ("status", "left_year", "sources", "read_on")},
)
ASSESSMENT = Resource(
    "assessment",
    "barcelona-report",
    ROW,
    {"en": "Barcelona – Assessment (2013-05)"},
    {"city": ("barcelona",)},
    "es",
    {
        "kind": (("report", ""),),
        "date": (("2013-05", ""),),
        "score": (("64.50", ""),),
        "rank": (("21", ""),),
        "sample": (("56", ""),),
        "group_ranks": (("3rd of 9", "en"), ("2nd of 5", "en"), ("3e sur 9", "fr")),
        "second_hand": (("false", ""),),
        "sources": (("https://example.org/a", ""),),
        "read_on": (("2026-11-27", ""),),
    },
)
PROFILE = Resource(
    "profile",
    "barcelona-2012",
    ROW,
    {"en": "Barcelona – City profile (2012)"},
    {"city": ("barcelona",)},
    "es",
    {
        "population": (("1620943", ""),),
        "population_year": (("2012", ""),),
        "majority_share": (("82.60", ""),),
        "foreign_born_share": (("0", ""),),
        "shares_year": (("2012", ""),),
        "sources": (("https://example.org/a", ""),),
        "read_on": (("2026-11-27", ""),),
    },
)
GUIDANCE = Resource(
    "guidance",
    "step-by-step",
    ROW,
    {"pt": "Passo a passo"},
    {"topics": ("education",), "website_topics": ("website-education", "website-roma")},
    "",
    {
        "kind": (("policy-brief", ""),),
        "year": (("2021", ""),),
        "sources": (("https://example.org/a", ""),),
        "read_on": (("2026-11-27", ""),),
    },
)

RECORDS = {
    "network": WRITER.resource(NETWORK),
    "membership": WRITER.resource(MEMBERSHIP),
    "membership-undated": WRITER.resource(UNDATED),
    "assessment": WRITER.resource(ASSESSMENT),
    "profile": WRITER.resource(PROFILE),
    "guidance": WRITER.resource(GUIDANCE),
    "link-accepted": IDENTITIES.evidence(LINK),
    "link-open": IDENTITIES.evidence(OPEN),
    "link-rejected": IDENTITIES.evidence(REJECTED),
    "link-topic": IDENTITIES.evidence(TOPIC),
    "wikidata-item": IDENTITIES.item(ITEM),
    "wikidata-year": IDENTITIES.item(YEARLY),
    "wikidata-graph": IDENTITIES.fetches(),
    "practice-rich": WRITER.practice(RICH, ["neighbours"]),
    "practice-without-city": WRITER.practice(POOR),
    "city": WRITER.city(CITY, "Q1492"),
    "island": WRITER.city(ISLAND),
    "country": WRITER.country(COUNTRY, "Q664"),
    "city-topic": WRITER.city_topic(CITY_TOPIC, ISLAND),
}


def quads(statements: Iterable[Statement]) -> Dataset:
    """Return statements as a set of quads."""
    return Dataset(Quad(*statement) for statement in statements)


@pytest.mark.parametrize("name", RECORDS)
def test_record(name: str) -> None:
    """A record becomes exactly the statements that its file expects."""
    expected = Dataset(parse(path=HERE / f"{name}.trig", format=RdfFormat.TRIG))
    found = quads(RECORDS[name])
    assert {str(q) for q in found} == {str(q) for q in expected}


@pytest.mark.parametrize("name", RECORDS)
def test_no_statement_twice(name: str) -> None:
    """A record says nothing twice."""
    assert len(RECORDS[name]) == len(quads(RECORDS[name]))


def test_every_file_is_expected() -> None:
    """Every file of expected statements belongs to a record."""
    assert {path.stem for path in HERE.glob("*.trig")} == set(RECORDS)
