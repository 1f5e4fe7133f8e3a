"""What is to be linked: places, countries and topics, with all by which they can be recognised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel.languages import get_official_languages

from iccgraph.link.items import Position
from iccgraph.publish.records import City, Country
from iccgraph.publish.sources.places import Gazetteer
from iccgraph.publish.sources.topics import TopicNames

KINDS = ("city", "country", "topic")
MOST_LANGUAGES = 50
"""Languages in one request; more than these Wikidata does not take."""
_SAME = {"no": "nb"}
_UNKNOWN = {"tzm"}
"""Languages in which Wikidata may refuse to search."""


@dataclass(frozen=True, slots=True)
class Box:
    """A country's bounding box; `west` is greater than `east` where it crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, position: Position, margin: float = 0.5) -> bool:
        """Return whether the position is inside, or nearly. Units: degrees."""
        if not self.south - margin <= position.lat <= self.north + margin:
            return False
        west, east, lon = self.west - margin, self.east + margin, position.lon
        return west <= lon <= east if self.west <= self.east else lon >= west or lon <= east


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing of ours. `place` is its kind of place; `country` an ISO 3166-1 alpha-2 code."""

    kind: str
    key: str
    label: str
    label_fr: str
    other_names: tuple[str, ...]
    place: str
    country: str
    iso3: str
    position: Position | None
    box: Box | None
    geonames_id: int | None

    @property
    def id(self) -> str:
        """Return what the table of links calls it."""
        return f"{self.kind}:{self.key}"

    @property
    def names(self) -> tuple[str, ...]:
        """Return each of its names once, the label first."""
        return tuple(dict.fromkeys(n for n in (self.label, self.label_fr, *self.other_names) if n))


def city_subject(city: City) -> Subject:
    """Return a place as something to be linked."""
    position = Position(float(city.lat), float(city.lon)) if city.lat else None
    return Subject(
        kind="city",
        key=city.key,
        label=city.name,
        label_fr=city.labels.get("fr", ""),
        other_names=city.other_names,
        place=city.kind,
        country=city.country.upper(),
        iso3="",
        position=position,
        box=None,
        geonames_id=city.geonames_id,
    )


def country_subject(country: Country) -> Subject:
    """Return a country as something to be linked."""
    edges = (country.west, country.south, country.east, country.north)
    return Subject(
        kind="country",
        key=country.key,
        label=country.name,
        label_fr=country.labels.get("fr", ""),
        other_names=country.other_names,
        place="country",
        country=country.iso2,
        iso3=country.iso3,
        position=None,
        box=Box(*map(float, edges)) if all(edges) else None,
        geonames_id=country.geonames_id,
    )


def topic_subjects(topics: TopicNames) -> list[Subject]:
    """Return the topics as things to be linked."""
    return [
        Subject(
            kind="topic",
            key=key,
            label=topics.label(key, "en"),
            label_fr=labels.get("fr", ""),
            other_names=(),
            place="topic",
            country="",
            iso3="",
            position=None,
            box=None,
            geonames_id=None,
        )
        for key, labels in topics.labels.items()
    ]


def all_subjects(gazetteer: Gazetteer, topics: TopicNames) -> list[Subject]:
    """Return everything that can be linked, in the order of the tables."""
    cities = [city_subject(city) for city in gazetteer.cities.values()]
    countries = [country_subject(country) for country in gazetteer.countries.values()]
    return [*cities, *countries, *topic_subjects(topics)]


def languages_of(iso2: str) -> tuple[str, ...]:
    """Return the languages that are official in a country, by Wikidata's codes."""
    found = get_official_languages(iso2, de_facto=True)
    if not found:  # some countries name languages for their parts alone
        found = get_official_languages(iso2, regional=True, de_facto=True)[:1]
    short = (language.partition("_")[0] for language in found)
    codes = dict.fromkeys(_SAME.get(language, language) for language in short)
    return tuple(code for code in codes if code not in _UNKNOWN)


def member_languages(countries: Iterable[Country]) -> tuple[str, ...]:
    """Return the official languages of the Council of Europe's members, sorted."""
    members = (country for country in countries if country.coe_member)
    return tuple(sorted({name for country in members for name in languages_of(country.iso2)}))


def asked_languages(countries: Iterable[Country]) -> tuple[str, ...]:
    """Return the languages in which names are asked for: English, French, those of all places."""
    listed = list(countries)
    others = sorted({name for country in listed for name in languages_of(country.iso2)})
    every = dict.fromkeys(("en", "fr", "mul", *member_languages(listed), *others))
    return tuple(every)[:MOST_LANGUAGES]
