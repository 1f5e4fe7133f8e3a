"""Writes the tables of a release: the same things as the graph, and notes, for spreadsheets.

A note is what a build wants a person to look at, and that stops nothing.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from iccgraph.errors import Problem
from iccgraph.geojson import feature, feature_collection
from iccgraph.iris import COLLECTION_OF
from iccgraph.languages import DEFAULT, Labels
from iccgraph.properties import Value, properties_of
from iccgraph.publish.graph import Batch, CityTopic, Topic, decimal_literal
from iccgraph.publish.records import City, Country, Origin, Plain, Practice, Resource
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import labels_in
from iccgraph.publish.writers.columns import ColumnDescriptions
from iccgraph.publish.writers.files import (
    Compressed,
    CsvFile,
    DumpFile,
    FileWriter,
    HashedFile,
)
from iccgraph.release.description import TableColumn
from iccgraph.release.manifest import CITIES_GEOJSON, FileEntry
from iccgraph.resources import RESOURCES
from iccgraph.tables.problems import MOST
from iccgraph.vocab import PREFIXES

NOTES: Final = "validation/notes.csv"

COLUMNS: Final = {
    "practice": (
        *("key", "title", "title_language", "titles", "summary", "country", "cities", "city_names"),
        *("topics", "year_text", "period_edtf", "first_year", "last_year", "ongoing"),
        *("years", "place_text", "detail_page", "listing_page", "recorded_on"),
        "other_topics",
    ),
    "city": (
        *("key", "name", "kind", "country", "latitude", "longitude"),
        *("population", "population_year", "wikidata", "geonames", "size_class"),
        *("within", "in_programme"),
    ),
    "country": (
        *("key", "name", "iso2", "iso3", "iso_numeric"),
        *("council_of_europe_member", "wikidata", "geonames", "eu_country"),
    ),
    "topic": ("key", "label", "scheme"),
    "scheme": ("key", "label"),
    "city-topic": (
        *("city", "topic", "practices", "first_year", "last_year", "years", "ongoing"),
        *("scheme", "city_practices", "practices_elsewhere", "all_practices_elsewhere"),
        *("expected_practices", "location_quotient", "quotient_low", "quotient_high"),
    ),
    **{
        kind: ("key", "label", "country", *(reference.name for reference in described.references))
        for kind, described in RESOURCES.items()
    },
}
"""The columns of each kind's table after `iri`, in the order in which they were published first.

`name` stands for one column a language, as do `label` and `titles`, and the name of a plain
property for its columns in the dumps: a text in a language has one more for each other language.
Plain properties that are not named follow at the end.
"""
TableCells = dict[str, object]
"""What a thing has in the columns of its table, by what `COLUMNS` calls them."""


class TableWriter(FileWriter):
    """Writes the CSV dumps of one release."""

    def __init__(self, folder: Path, sources: Sources, twins: Compressed) -> None:
        self.sources = sources
        self.languages = sources.languages
        self.items = {kind: sources.identities(kind) for kind in ("city", "country")}
        self.columns = {kind: self._columns(kind) for kind in COLUMNS}
        self.tables = {
            kind: CsvFile(DumpFile(folder, _path(kind), twins), ("iri", *columns.values()))
            for kind, columns in self.columns.items()
        }
        self._features: list[bytes] = []
        self.geojson = DumpFile(folder, CITIES_GEOJSON, twins)
        tables = {_path(kind): table for kind, table in self.tables.items()}
        super().__init__({**tables, CITIES_GEOJSON: self.geojson})
        self._cells: dict[str, Callable[[Any], TableCells]] = {
            "practice": self._practice,
            "city": self._city,
            "country": self._country,
            "topic": self._topic,
            "scheme": self._scheme,
            "city-topic": self._city_topic,
            **dict.fromkeys(RESOURCES, self._resource),
        }

    def _columns(self, kind: str) -> dict[str, str]:
        """Return the columns of a table: what they are called here, and in the file."""
        plain = {item.name: item.dump for item in properties_of(kind) if item.dump}
        grouped = {
            group: {f"{group}_{tag}": f"{group}_{tag}" for tag in self.languages}
            for group in ("label", "name")
        }
        grouped["name"][f"name_{DEFAULT}"] = "name"
        grouped["titles"] = {f"title_{tag}": f"title_{tag}" for tag in self.languages}
        for item in properties_of(kind):
            if item.dump and item.value is Value.TAGGED:
                others = {f"{item.name}_{tag}": f"{item.dump}_{tag}" for tag in self.languages[1:]}
                grouped[item.name] = {item.name: item.dump, **others}
        columns: dict[str, str] = {}
        for name in (*COLUMNS[kind], *plain):
            columns |= grouped.get(name, {name: plain.get(name, name)})
        return columns

    def described(self) -> dict[str, tuple[tuple[TableColumn, ...], int]]:
        """Return the columns of each table and the number of its rows, by its path."""
        columns = ColumnDescriptions(self.sources)
        return {
            _path(kind): (columns.describe(kind, self.columns[kind]), table.rows)
            for kind, table in self.tables.items()
        }

    def write(self, batch: Batch) -> None:
        """Append a row for each thing of a kind that has a table."""
        cells, thing = self._cells.get(batch.kind), self.sources.iris.thing
        if cells is not None:
            columns = tuple(self.columns[batch.kind])
            self.tables[batch.kind].write_rows(
                (thing(batch.kind, record.key), *map(cells(record).get, columns))
                for record in batch.records
            )
        if batch.kind == "city":
            self._features += [self._feature(c) for c in batch.records if isinstance(c, City)]

    def finish(self) -> dict[str, FileEntry]:
        """Close the tables, write the places as GeoJSON, and return what the manifest says."""
        self.geojson.write(b"".join(feature_collection(self._features)))
        return super().finish()

    def _feature(self, city: City) -> bytes:
        """Return a place as GeoJSON, with what its row of the table holds."""
        cells = self._city(city)
        texts = {
            column: "" if cells.get(inner) is None else str(cells[inner])
            for inner, column in self.columns["city"].items()
        }
        return feature({"iri": self.sources.iris.thing("city", city.key), **texts})

    def lines(self) -> dict[str, array[int]]:
        """Return where the line of each thing begins in the table of its kind, and where all end.

        Units: bytes; the things are in the order in which they were written.
        """
        return {
            kind: array("Q", (*table.starts[1:], table.file.size))  # the first line has the names
            for kind, table in self.tables.items()
        }

    def _practice(self, p: Practice) -> TableCells:
        cities = self.sources.gazetteer.cities
        return {
            "key": p.key,
            "title": p.title[0],
            "title_language": p.title[1],
            **self._labels("title", p.titles),
            "country": p.country,
            "cities": "|".join(p.cities),
            "city_names": "|".join(cities[c].name for c in p.cities),
            "topics": "|".join(p.topics),
            "other_topics": "|".join(topic for topic, _ in p.assigned),
            "period_edtf": p.period.edtf,
            "first_year": p.period.first_year,
            "last_year": p.period.last_year,
            "ongoing": {True: "true", False: "false", None: ""}[p.period.ongoing],
            "years": "|".join(map(str, p.period.years)),
            "detail_page": p.detail_page,
            "listing_page": p.listing_page,
            "recorded_on": p.recorded_on,
            **_plain(p.plain),
        }

    def _city(self, c: City) -> TableCells:
        return {
            "key": c.key,
            **self._labels("name", c.labels),
            "kind": c.kind,
            "country": c.country,
            "latitude": float(c.lat) if c.lat else None,
            "longitude": float(c.lon) if c.lon else None,
            "population": c.population,
            "population_year": c.population_year,
            "wikidata": self._item("city", c.key),
            "geonames": c.geonames_id,
            "size_class": c.size_class,
            "within": c.within,
            "in_programme": "true" if c.in_programme else "false",
            **_plain(c.plain),
        }

    def _country(self, c: Country) -> TableCells:
        return {
            "key": c.key,
            **self._labels("name", c.labels),
            "iso2": c.iso2,
            "iso3": c.iso3,
            "iso_numeric": c.iso_numeric,
            "council_of_europe_member": "true" if c.coe_member else "false",
            "wikidata": self._item("country", c.key),
            "geonames": c.geonames_id,
            "eu_country": c.eu_country,
            **_plain(c.plain),
        }

    def _labels(self, column: str, labels: Labels) -> TableCells:
        """Return the cells of a thing's labels."""
        return {f"{column}_{tag}": text for tag, text in labels.items()}

    def _item(self, kind: str, key: str) -> str:
        items = self.items[kind]
        return PREFIXES["wd"] + items[key] if key in items else ""

    def _topic(self, topic: Topic) -> TableCells:
        label = self.sources.topics.label
        labels = {language: label(topic.key, language) for language in self.languages}
        scheme = self.sources.topics.schemes.get(topic.key, "")
        return {"key": topic.key, **self._labels("label", labels), "scheme": scheme}

    def _scheme(self, scheme: Topic) -> TableCells:
        return {"key": scheme.key, **self._labels("label", labels_in(scheme.triples))}

    def _city_topic(self, link: CityTopic) -> TableCells:
        found = link.quotient
        return {
            "expected_practices": found and _decimal(found.expected),
            "location_quotient": found and _decimal(found.quotient),
            "quotient_low": found and _decimal(found.low),
            "quotient_high": found and _decimal(found.high),
            "city": link.city,
            "topic": link.topic,
            "practices": len(link.practices),
            "first_year": link.first_year,
            "last_year": link.last_year,
            "years": "|".join(map(str, link.years)),
            "ongoing": "true" if link.ongoing else "",
            "scheme": link.scheme,
            "city_practices": link.city_practices,
            "practices_elsewhere": link.elsewhere,
            "all_practices_elsewhere": link.all_elsewhere,
        }

    def _resource(self, resource: Resource) -> TableCells:
        return {
            "key": resource.key,
            **self._labels("label", resource.labels),
            "country": resource.country,
            **{name: "|".join(keys) for name, keys in resource.references.items()},
            **_plain(resource.plain),
        }


def _path(kind: str) -> str:
    return f"dumps/{COLLECTION_OF[kind]}.csv"


def _decimal(number: float) -> str:
    """Return a number as the graph has it."""
    return decimal_literal(repr(number)).value


def _plain(plain: Plain) -> TableCells:
    """Return the cells of plain properties; several values stand in one cell, as in our tables.

    A cell has the values in one language: the column of the property those in the default one, or
    in the first that there is, and each other language has a column of its own.
    """
    cells: TableCells = {}
    for name, texts in plain.items():
        tags = list(dict.fromkeys(tag for _, tag in texts))
        main = DEFAULT if DEFAULT in tags else tags[0]
        for tag in tags:
            column = name if tag == main else f"{name}_{tag}"
            cells[column] = "|".join(text for text, of_tag in texts if of_tag == tag)
    return cells


class NoteWriter(FileWriter):
    """Writes the notes of one build: all of them on disk, the first ones at hand."""

    def __init__(self, folder: Path) -> None:
        self.first: list[Problem] = []
        self.file = CsvFile(
            HashedFile(folder / NOTES), ("source", "row", "field", "note", "advice")
        )
        super().__init__({NOTES: self.file})

    @property
    def count(self) -> int:
        """How many notes there are."""
        return self.file.rows

    def add(self, origin: Origin, field: str, note: str, advice: str) -> None:
        """Keep one note."""
        self.file.write_rows([(origin.source, origin.row, field, note, advice)])
        if len(self.first) < MOST:
            self.first.append(Problem(origin.source, origin.row, 0, field, note, advice))

    def write(self, batch: Batch) -> None:
        """Note what could not be read of the times of practices."""
        for practice in batch.records:
            if isinstance(practice, Practice) and practice.period.problem:
                self.add(
                    practice.origin,
                    "year_text",
                    f"{practice.text('year_text')!r} ({practice.key}): {practice.period.problem}",
                    "the text is kept as printed; write it more plainly if you know better",
                )
