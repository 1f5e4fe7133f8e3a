"""Writes the tables of a release: the same things as the graph, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from iccgraph.languages import DEFAULT, Labels
from iccgraph.publish.graph import CityTopic
from iccgraph.publish.records import City, Country, Practice
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.writers.rdf import CsvWriter
from iccgraph.release.manifest import FileEntry

COLUMNS = {
    "practices": (
        *("iri", "key", "title", "title_language", "summary", "country", "cities", "city_names"),
        *("topics", "time_as_printed", "period_edtf", "first_year", "last_year", "ongoing"),
        *("place_as_printed", "detail_page", "listing_page", "recorded_on"),
    ),
    "cities": (
        *("iri", "key", "name", "kind", "country", "latitude", "longitude"),
        *("population", "population_year", "wikidata", "geonames"),
    ),
    "countries": (
        *("iri", "key", "name", "iso2", "iso3", "iso_numeric"),
        *("council_of_europe_member", "wikidata", "geonames"),
    ),
    "topics": ("iri", "key", "label"),
    "city-topics": ("iri", "city", "topic", "practices", "first_year", "last_year"),
}
"""The columns of each table; `name` stands for one column a language, as does `label`."""
_ITEM = "http://www.wikidata.org/entity/"


class TableDumps:
    """The CSV dumps of one release."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        """Open one file a table."""
        self.sources = sources
        self.languages = sources.languages
        others = [tag for tag in self.languages if tag != DEFAULT]
        named = {
            "name": ("name", *(f"name_{tag}" for tag in others)),
            "label": tuple(f"label_{tag}" for tag in self.languages),
        }
        self.tables = {
            f"dumps/{name}.csv": CsvWriter(
                folder / f"dumps/{name}.csv",
                tuple(column for entry in columns for column in named.get(entry, (entry,))),
            )
            for name, columns in COLUMNS.items()
        }

    def _table(self, name: str) -> CsvWriter:
        return self.tables[f"dumps/{name}.csv"]

    def _names(self, labels: Labels) -> tuple[str, ...]:
        """Return the cells of a thing's labels, empty where it has none in a language."""
        return tuple(labels.get(tag, "") for tag in self.languages)

    def practices(self, practices: Iterable[Practice]) -> None:
        """Append practices."""
        thing, cities = self.sources.iris.thing, self.sources.gazetteer.cities
        self._table("practices").write(
            (
                thing("practice", p.key),
                p.key,
                p.title[0],
                p.title[1],
                p.summary[0],
                p.country,
                "|".join(p.cities),
                "|".join(cities[c].name for c in p.cities),
                "|".join(p.topics),
                p.year_text,
                p.period.edtf,
                p.period.first_year,
                p.period.last_year,
                {True: "true", False: "false", None: ""}[p.period.ongoing],
                p.place_text,
                p.detail_page,
                p.listing_page,
                p.recorded_on,
            )
            for p in practices
        )

    def places(self, countries: Iterable[Country], cities: Iterable[City]) -> None:
        """Append countries and cities."""
        thing = self.sources.iris.thing
        items = self.sources.identities("country")
        self._table("countries").write(
            (
                thing("country", c.key),
                c.key,
                *self._names(c.labels),
                c.iso2,
                c.iso3,
                c.iso_numeric,
                "true" if c.coe_member else "false",
                _ITEM + items[c.key] if c.key in items else "",
                c.geonames_id,
            )
            for c in countries
        )
        items = self.sources.identities("city")
        self._table("cities").write(
            (
                thing("city", c.key),
                c.key,
                *self._names(c.labels),
                c.kind,
                c.country,
                float(c.lat) if c.lat else None,
                float(c.lon) if c.lon else None,
                c.population,
                c.population_year,
                _ITEM + items[c.key] if c.key in items else "",
                c.geonames_id,
            )
            for c in cities
        )

    def topics(self, keys: Iterable[str]) -> None:
        """Append topics."""
        label = self.sources.topics.label
        self._table("topics").write(
            (
                self.sources.iris.thing("topic", key),
                key,
                *(label(key, language) for language in self.languages),
            )
            for key in keys
        )

    def city_topics(self, links: Iterable[CityTopic]) -> None:
        """Append computed links."""
        self._table("city-topics").write(
            (
                self.sources.iris.thing("city-topic", f"{k.city}/{k.topic}"),
                k.city,
                k.topic,
                len(k.practices),
                k.first_year,
                k.last_year,
            )
            for k in links
        )

    def finish(self) -> dict[str, FileEntry]:
        """Close all tables and return their entries by path."""
        return {path: table.file.close() for path, table in self.tables.items()}

    def close(self) -> None:
        """Close all tables, finished or not."""
        for table in self.tables.values():
            table.file.file.close()
