"""What is to be linked: places, countries and topics, with all by which they can be recognised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from iccgraph.link.items import Position
from iccgraph.publish.records import City, Country
from iccgraph.publish.sources.places import Gazetteer
from iccgraph.publish.sources.topics import TopicNames

MOST_LANGUAGES = 50
"""Languages in one request: Wikidata takes no more than these."""


@dataclass(frozen=True, slots=True)
class Box:
    """A country's bounding box; `west` is greater than `east` where it crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, position: Position) -> bool:
        """True if the position is inside, or within half a degree of it."""
        margin = 0.5
        if not self.south - margin <= position.lat <= self.north + margin:
            return False
        west, east, lon = self.west - margin, self.east + margin, position.lon
        return west <= lon <= east if self.west <= self.east else lon >= west or lon <= east


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of ours, which may be an item.

    `place` is its kind of place; `country` an ISO 3166-1 alpha-2 code, empty for a topic;
    `languages` are those of the country, by Wikidata's codes.
    """

    kind: str
    key: str
    label: str
    label_fr: str
    place: str
    other_names: tuple[str, ...] = ()
    country: str = ""
    iso3: str = ""
    languages: tuple[str, ...] = ()
    position: Position | None = None
    box: Box | None = None
    geonames_id: int | None = None

    @property
    def id(self) -> str:
        """Return what the table of links calls it."""
        return f"{self.kind}:{self.key}"

    @property
    def names(self) -> tuple[str, ...]:
        """Return each of its names once, the label first."""
        return tuple(dict.fromkeys(n for n in (self.label, self.label_fr, *self.other_names) if n))


def _place_thing(kind: str, place: str, record: City | Country, country: Country) -> Thing:
    return Thing(
        kind=kind,
        key=record.key,
        label=record.name,
        label_fr=record.labels.get("fr", ""),
        other_names=tuple(text for text, _ in record.other_names),
        place=place,
        country=country.iso2,
        languages=country.languages,
        geonames_id=record.geonames_id,
    )


def _city_thing(city: City, country: Country) -> Thing:
    position = Position(float(city.lat), float(city.lon)) if city.lat else None
    return replace(_place_thing("city", city.kind, city, country), position=position)


def country_thing(country: Country) -> Thing:
    """Return a country as something to be linked."""
    edges = (country.west, country.south, country.east, country.north)
    box = Box(*map(float, edges)) if all(edges) else None
    return replace(_place_thing("country", "country", country, country), iso3=country.iso3, box=box)


def all_things(gazetteer: Gazetteer, topics: TopicNames) -> list[Thing]:
    """Return everything that can be linked, in the order of the tables."""
    countries = gazetteer.countries
    return [
        *(_city_thing(city, countries[city.country]) for city in gazetteer.cities.values()),
        *map(country_thing, countries.values()),
        *(
            Thing("topic", key, topics.label(key, "en"), labels.get("fr", ""), place="topic")
            for key, labels in topics.labels.items()
        ),
    ]


def member_languages(countries: Iterable[Country]) -> tuple[str, ...]:
    """Return the languages of the Council of Europe's members, sorted."""
    members = (country for country in countries if country.coe_member)
    return tuple(sorted({language for country in members for language in country.languages}))


def requested_languages(countries: Sequence[Country]) -> tuple[str, ...]:
    """Return the languages in which names are asked for: English, French, those of all places."""
    others = sorted({language for country in countries for language in country.languages})
    every = dict.fromkeys(("en", "fr", "mul", *member_languages(countries), *others))
    return tuple(every)[:MOST_LANGUAGES]
