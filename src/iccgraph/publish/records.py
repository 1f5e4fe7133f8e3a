"""What the tables say, typed and checked, one class a kind; there is no RDF in it.

Units: years are calendar years; coordinates are degrees in WGS84; dates are calendar days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from iccgraph.languages import DEFAULT, Labels, Text, best, first_in_each
from iccgraph.tables.years import Period

SIZE_CLASSES: Final = ((500_000, "from-500000"), (100_000, "from-100000"), (20_000, "from-20000"))
"""The least number of people in each size class of places, the largest first."""
SMALLEST: Final = "below-20000"
"""The size class below all others."""
Plain = Mapping[str, tuple[Text, ...]]
"""What a record has of the properties that no code knows, by their names; none is empty."""


class Origin(NamedTuple):
    """Where a record was read: the file's name and its row, counting from 1."""

    source: str
    row: int


@dataclass(frozen=True, slots=True)
class Place:
    """What countries and cities have in common.

    Names of `other_names` that have no language are spellings by which the place is found.
    """

    key: str
    origin: Origin
    labels: Labels
    other_names: tuple[Text, ...]
    geonames_id: int | None
    plain: Plain

    @property
    def name(self) -> str:
        """The label in the default language."""
        return best(self.labels, DEFAULT)[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Each of its names and spellings once, the labels first."""
        return tuple(
            dict.fromkeys((*self.labels.values(), *(text for text, _ in self.other_names)))
        )


@dataclass(frozen=True, slots=True)
class Country(Place):
    """A country, by its ISO 3166 codes; the box is its outline's bounding box.

    `eu_country` is its address in the EU's table of countries, or empty. `languages` are
    those in which its places are named, by Wikidata's codes; not published.
    """

    iso2: str
    iso3: str
    iso_numeric: str
    coe_member: bool
    west: str
    south: str
    east: str
    north: str
    eu_country: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class City(Place):
    """A place of the programme: a municipality, borough, canton, island or region.

    `within` is the key of the smallest larger place that it lies in, and empty if there is none; a
    place that is not `in_programme` is there only since others lie in it.
    """

    kind: str
    country: str
    lat: str
    lon: str
    population: int | None
    population_year: int | None
    size_class: str = ""
    within: str = ""
    in_programme: bool = True


def size_class_of(people: int) -> str:
    """Return the size class that a number of inhabitants falls into."""
    return next((name for least, name in SIZE_CLASSES if people >= least), SMALLEST)


class WithPlain:
    """What records with plain properties have in common."""

    __slots__ = ()
    plain: Plain

    def text(self, name: str) -> str:
        """Return the first value of a plain property, empty if there is none."""
        return next((text for text, _ in self.plain.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Practice(WithPlain):
    """A good practice: what was done, where, when, about which topics, and where it was read.

    `other_titles` are printed somewhere, `translated_titles` are translations of our own.
    `topics` are of the default scheme; `assigned` are topics of others, each with the words of the
    practice that it rests on, which are empty if it follows from the mapping of schemes alone.
    """

    key: str
    origin: Origin
    title: Text
    other_titles: tuple[Text, ...]
    country: str
    cities: tuple[str, ...]
    period: Period
    topics: tuple[str, ...]
    assigned: tuple[tuple[str, Text], ...]
    listing_page: str
    detail_page: str
    recorded_on: date | None
    sections_pages: tuple[str, ...]
    sections_read_on: date | None
    plain: Plain
    translated_titles: tuple[Text, ...] = ()

    @property
    def all_titles(self) -> tuple[Text, ...]:
        """Its title, then all others."""
        return (self.title, *self.other_titles, *self.translated_titles)

    @property
    def titles(self) -> Labels:
        """The first title in each language; that of the practice itself stands first."""
        return first_in_each(self.all_titles)

    @property
    def summaries(self) -> Labels:
        """Its summary in each language; the one that was written first stands first."""
        return first_in_each(self.plain.get("summary", ()))


@dataclass(frozen=True, slots=True)
class Resource(WithPlain):
    """A thing that a row of its table describes wholly, such as a network or an assessment.

    `references` are the keys of the things that it names, by column; `country` is the one country
    that it is about, empty if there is none or more.
    """

    kind: str
    key: str
    origin: Origin
    labels: Labels
    references: Mapping[str, tuple[str, ...]]
    country: str
    plain: Plain


@dataclass(frozen=True, slots=True)
class Link:
    """A decision about an identity; only an accepted one enters the graph.

    `justification` is a term of the Semantic Mapping Vocabulary, without its prefix.
    """

    origin: Origin
    kind: str
    key: str
    item: str
    status: str
    confidence: float
    justification: str
    sources: tuple[str, ...]
    decided_on: date
    comment: str
    tool: str
    reviewer: str

    @property
    def thing(self) -> str:
        """Return what the table of links calls the thing."""
        return f"{self.kind}:{self.key}"

    @property
    def reviewed(self) -> bool:
        """Return whether somebody has looked at the item; a program never changes such a row."""
        by_hand = self.justification in ("ManualMappingCuration", "MappingReview")
        return by_hand or bool(self.reviewer) or self.status == "rejected"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of Wikidata: a label in a language, or a property and its value.

    Units: `date` is as exact as Wikidata knows: `2021`, `2021-07` or `2021-07-01`.
    """

    name: str
    value: str
    language: str
    date: str


@dataclass(frozen=True, slots=True)
class WikidataItem:
    """What one revision of a Wikidata item states; the revision is 0 where it is not known."""

    number: str
    origin: Origin
    revision: int
    retrieved: date
    claims: list[Claim]


@dataclass(frozen=True, slots=True)
class Retired:
    """A key that is no longer used: its thing was renamed, merged or withdrawn."""

    origin: Origin
    kind: str
    key: str
    action: str
    replaced_by: str
    date: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Double:
    """A decision about two practices that look like one."""

    origin: Origin
    practice: str
    other: str
    decision: str
    reason: str
