"""Writes the tables of a release: the same things as the graph, and notes, for spreadsheets.

A note is what a build wants a person to look at, and that stops nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from iccgraph.errors import Problem
from iccgraph.languages import DEFAULT, Labels
from iccgraph.publish.graph import Batch, CityTopic, Topic
from iccgraph.publish.records import City, Country, Origin, Practice
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.writers.files import CsvFile
from iccgraph.release.manifest import FileEntry
from iccgraph.tables.problems import MOST

NOTES: Final = "validation/notes.csv"

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
_TABLE_OF: Final = {
    "practice": "practices",
    "city": "cities",
    "country": "countries",
    "topic": "topics",
    "city-topic": "city-topics",
}


class TableWriter:
    """Writes the CSV dumps of one release."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        """Open one file a table."""
        self.sources = sources
        self.languages = sources.languages
        self.items = {kind: sources.identities(kind) for kind in ("city", "country")}
        others = [tag for tag in self.languages if tag != DEFAULT]
        named = {
            "name": ("name", *(f"name_{tag}" for tag in others)),
            "label": tuple(f"label_{tag}" for tag in self.languages),
        }
        self.tables = {
            name: CsvFile(
                folder / f"dumps/{name}.csv",
                tuple(column for entry in columns for column in named.get(entry, (entry,))),
            )
            for name, columns in COLUMNS.items()
        }
        self._rows: dict[str, Callable[[Any], tuple[object, ...]]] = {
            "practice": self._practice,
            "city": self._city,
            "country": self._country,
            "topic": self._topic,
            "city-topic": self._city_topic,
        }

    def write(self, batch: Batch) -> None:
        """Append a row for each thing of a kind that has a table."""
        row, thing = self._rows.get(batch.kind), self.sources.iris.thing
        if row is not None:
            self.tables[_TABLE_OF[batch.kind]].write(
                (thing(batch.kind, record.key), *row(record)) for record in batch.records
            )

    def _practice(self, p: Practice) -> tuple[object, ...]:
        cities = self.sources.gazetteer.cities
        return (
            *(p.key, p.title[0], p.title[1], p.summary[0], p.country),
            "|".join(p.cities),
            "|".join(cities[c].name for c in p.cities),
            "|".join(p.topics),
            *(p.year_text, p.period.edtf, p.period.first_year, p.period.last_year),
            {True: "true", False: "false", None: ""}[p.period.ongoing],
            *(p.place_text, p.detail_page, p.listing_page, p.recorded_on),
        )

    def _city(self, c: City) -> tuple[object, ...]:
        return (
            *(c.key, *self._names(c.labels), c.kind, c.country),
            float(c.lat) if c.lat else None,
            float(c.lon) if c.lon else None,
            *(c.population, c.population_year, self._item("city", c.key), c.geonames_id),
        )

    def _country(self, c: Country) -> tuple[object, ...]:
        member = "true" if c.coe_member else "false"
        names = (c.key, *self._names(c.labels), c.iso2, c.iso3, c.iso_numeric)
        return (*names, member, self._item("country", c.key), c.geonames_id)

    def _names(self, labels: Labels) -> tuple[str, ...]:
        """Return the cells of a thing's labels, empty where it has none in a language."""
        return tuple(labels.get(tag, "") for tag in self.languages)

    def _item(self, kind: str, key: str) -> str:
        items = self.items[kind]
        return _ITEM + items[key] if key in items else ""

    def _topic(self, topic: Topic) -> tuple[object, ...]:
        label = self.sources.topics.label
        return (topic.key, *(label(topic.key, language) for language in self.languages))

    def _city_topic(self, link: CityTopic) -> tuple[object, ...]:
        return (link.city, link.topic, len(link.practices), link.first_year, link.last_year)

    def finish(self) -> dict[str, FileEntry]:
        """Close all tables and return what the manifest says of each."""
        return {f"dumps/{name}.csv": table.file.finish() for name, table in self.tables.items()}

    def close(self) -> None:
        """Close all tables, finished or not."""
        for table in self.tables.values():
            table.file.close()


class NoteWriter:
    """Writes the notes of one build: all of them on disk, the first ones at hand."""

    def __init__(self, folder: Path) -> None:
        """Open the file."""
        self.first: list[Problem] = []
        self.file = CsvFile(folder / NOTES, ("source", "row", "field", "note", "advice"))

    @property
    def count(self) -> int:
        """How many notes there are."""
        return self.file.rows

    def add(self, origin: Origin, field: str, note: str, advice: str) -> None:
        """Keep one note."""
        self.file.write([(origin.source, origin.row, field, note, advice)])
        if len(self.first) < MOST:
            self.first.append(Problem(origin.source, origin.row, 0, field, note, advice))

    def write(self, batch: Batch) -> None:
        """Note what could not be read of the times of practices."""
        for practice in batch.records:
            if isinstance(practice, Practice) and practice.period.problem:
                self.add(
                    practice.origin,
                    "year_text",
                    f"{practice.year_text!r} ({practice.key}): {practice.period.problem}",
                    "the text is kept as printed; write it more plainly if you know better",
                )

    def finish(self) -> dict[str, FileEntry]:
        """Close the file and return what the manifest says of it."""
        return {NOTES: self.file.file.finish()}

    def close(self) -> None:
        """Close the file, finished or not."""
        self.file.file.close()
