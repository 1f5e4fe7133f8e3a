"""A verified release, read-only: its store, its index, its report and the names it retired."""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from iccgraph.errors import ReleaseError, UnknownChoice
from iccgraph.formats import Format
from iccgraph.iris import COLLECTION_OF, DEFAULT_SCHEME, GRAPHS, Iris
from iccgraph.jsonld import Context
from iccgraph.languages import Labels, Text, best, cased, collation_key, ordered
from iccgraph.release.changes import Tombstone, read_tombstones
from iccgraph.release.facets import NOT_KNOWN
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.index import GROUP, open_index
from iccgraph.release.manifest import (
    CONTEXT,
    INDEX,
    QUADS,
    QUERIES,
    REPORT,
    RETIRED,
    STORE,
    TOMBSTONES,
    Manifest,
    verify_release,
)
from iccgraph.release.modified import DaysOfKind, day_of, read_modified, since
from iccgraph.release.queries import ExampleQuery, read_queries
from iccgraph.release.report import ValidationReport, read_report
from iccgraph.serve.dataset.graphs import GraphDescriptions
from iccgraph.serve.dataset.rows import PracticeRows, Rows
from iccgraph.serve.dataset.search import TextIndex
from iccgraph.serve.dataset.table_lines import TableLines
from iccgraph.vocab import ICC, RDFS, SCHEMA, SKOS, VOID

ThingKey = tuple[str, str]
"""A thing's kind and key."""

FEW: Final = ("city", "country", "topic", "scheme", "network")
"""The kinds of thing that there are few of, so that their labels are held in memory."""


def group_labels(rows: Iterable[tuple[str, str, str, str]]) -> dict[ThingKey, Labels]:
    """Return labels by thing from rows of kind, key, language tag and text."""
    found: dict[ThingKey, dict[str, str]] = {}
    for kind, key, tag, text in rows:
        found.setdefault((kind, key), {})[tag] = text
    return {**found}


def open_store(folder: Path, memory_triples: int, triples: int) -> Store:
    """Return the store of a release: in memory if it is small, else read-only from disk.

    Raises: ReleaseError if it cannot be opened, or holds nothing though it should.
    """
    try:
        if triples > memory_triples:
            store = Store.read_only(str(folder / STORE))
        else:
            store = Store()
            store.bulk_load(path=str(folder / QUADS), format=RdfFormat.N_QUADS)
        empty = next(store.quads_for_pattern(None, None, None, None), None) is None
    except Exception as error:  # the engine has no class of its own for a damaged store
        raise ReleaseError(folder, f"its store cannot be opened ({error}); build anew") from error
    if empty and triples:  # so the engine reads a store whose list of files was cut off
        raise ReleaseError(folder, "its store is empty; build anew")
    return store


class Index:
    """The index of a release: one connection for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self.path, self._local = path, threading.local()

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = open_index(self.path, "thing_order")
        return found


@dataclass
class OpenRelease:
    """One release, open for reading by any number of threads."""

    folder: Path
    manifest: Manifest
    store: Store
    context: Context
    report: ValidationReport
    retired: dict[tuple[str, str], Tombstone]
    queries: tuple[ExampleQuery, ...]
    _tables: dict[str, TableLines] = field(default_factory=dict)
    worked_out: dict[tuple[str, ...], Any] = field(default_factory=dict)
    """What was worked out once: the places near and like each city that was asked for."""
    summaries: dict[ThingKey, tuple[Quad, ...]] = field(default_factory=dict)
    """The type and labels of things of the kinds that there are few of, once they were asked."""
    _called: dict[str, Mapping[ThingKey, Text]] = field(default_factory=dict)
    _cities: dict[str, Sequence[tuple[str, str, str]]] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """Return the release's name."""
        return self.folder.name

    @cached_property
    def iris(self) -> Iris:
        """The names that this release gives to things."""
        return Iris(self.manifest.content.base_iri)

    @cached_property
    def graphs(self) -> Mapping[str, NamedNode]:
        """The named graphs, by the ends of their IRIs."""
        return {name: NamedNode(self.iris.graph(name)) for name in GRAPHS}

    @cached_property
    def graph_descriptions(self) -> GraphDescriptions:
        """What the release says of each of its named graphs."""
        return GraphDescriptions(self.store, self.graphs.values(), self.graphs["catalogue"])

    def write_document(self, format_: Format, quads: Iterable[Quad], root: NamedNode) -> bytes:
        """Return a document in a format; with named graphs it says of each of them who says so."""
        if format_.dataset is not None:
            return self.graph_descriptions.write(quads, format_.dataset)
        return format_.write_document(quads, self.context, root)

    @cached_property
    def _index(self) -> Index:
        return Index(self.folder / INDEX)

    @property
    def index(self) -> sqlite3.Connection:
        """Return this thread's connection to the index."""
        return self._index.connection()

    @cached_property
    def rows(self) -> PracticeRows:
        """The practices as sets of row numbers."""
        return PracticeRows(self._index.connection)

    @cached_property
    def texts(self) -> TextIndex:
        """What the words of searches are found in."""
        return TextIndex(self._index.connection)

    def table(self, kind: str) -> TableLines:
        """Return the lines of the table of a kind.

        Raises: ReleaseError if it cannot be read.
        """
        if kind not in self._tables:
            path = self.folder / "dumps" / f"{COLLECTION_OF[kind]}.csv"
            query = "SELECT first, starts FROM line WHERE kind = ?"
            first, starts = self.index.execute(query, (kind,)).fetchone()
            try:
                self._tables[kind] = TableLines(path, first, array("Q", starts))
            except OSError as error:
                raise ReleaseError(path, f"cannot be read ({error.strerror})") from error
        return self._tables[kind]

    @cached_property
    def modified(self) -> Mapping[str, DaysOfKind]:
        """On which day each thing was last changed, by kind."""
        return read_modified(self.folder)

    def modified_since(self, kind: str, day: str) -> Rows:
        """Return the numbers of the things of a kind that were changed on a day or after it."""
        return since(self.modified.get(kind, {}), day)

    def modified_day(self, kind: str, number: int) -> str:
        """Return the day on which a thing was last changed, empty if it is not known."""
        found = day_of(self.modified.get(kind, {}), number)
        return found or day_of(self.modified.get(kind + GROUP, {}), number)

    @cached_property
    def held_labels(self) -> Mapping[ThingKey, Labels]:
        """The labels of all things of the kinds that there are few of."""
        rows = self.index.execute(
            "SELECT g.kind, g.key, l.lang, l.text FROM thing g JOIN label l ON l.thing = g.id"
            " WHERE g.kind IN (?,?,?,?,?) ORDER BY g.id, l.lang",
            FEW,
        )
        return group_labels(rows)

    @cached_property
    def other_names(self) -> Mapping[ThingKey, Sequence[Text]]:
        """The other names of places, countries and topics, each with its language."""
        found: dict[ThingKey, list[Text]] = {}
        for predicate in (SKOS.altLabel, SKOS.hiddenLabel, SCHEMA.alternateName):
            for quad in self.store.quads_for_pattern(None, predicate, None, None):
                thing = self.iris.split(str(quad.subject)[1:-1])
                if thing and isinstance(quad.object, Literal):
                    tag = cased(quad.object.language or "")
                    found.setdefault(thing, []).append((quad.object.value, tag))
        return {**found}

    def called(self, language: str) -> Mapping[ThingKey, Text]:
        """Return what those things are called for readers of a language, each with its tag."""
        if language not in self._called:
            held = self.held_labels.items()
            self._called[language] = {thing: best(labels, language) for thing, labels in held}
        return self._called[language]

    def called_cities(self, language: str) -> Sequence[tuple[str, str, str]]:
        """Return the cities that have a position, by label: key, label, and latitude,longitude."""
        if language not in self._cities:
            called = self.called(language)
            rows = [
                (key, called["city", key][0], f"{lat:.2f},{lon:.2f}")
                for key, (lat, lon) in self.positions.items()
            ]
            self._cities[language] = sorted(rows, key=lambda row: collation_key(row[1]))
        return self._cities[language]

    @cached_property
    def terms(self) -> Mapping[str, Labels]:
        """The labels of the terms of the vocabulary, by their IRIs."""
        found: dict[str, dict[str, str]] = {}
        graph = self.graphs["ontology"]
        for quad in self.store.quads_for_pattern(None, RDFS.label, None, graph):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                tag = cased(quad.object.language or "")
                found.setdefault(quad.subject.value, {})[tag] = quad.object.value
        return {**found}

    @cached_property
    def used_terms(self) -> frozenset[str]:
        """The IRIs of the classes and properties that statements of the release use (VoID)."""
        return frozenset(
            quad.object.value
            for predicate in (VOID.class_, VOID.property)
            for quad in self.store.quads_for_pattern(None, predicate, None, None)
            if isinstance(quad.object, NamedNode)
        )

    @cached_property
    def positions(self) -> Mapping[str, tuple[float, float]]:
        """The latitude and longitude, in degrees, of each city that has them, by its key."""
        query = "SELECT key, lat, lon FROM place WHERE lat IS NOT NULL AND lon IS NOT NULL"
        return {key: (lat, lon) for key, lat, lon in self.index.execute(query)}

    @cached_property
    def city_countries(self) -> Mapping[str, str]:
        """The country of each city, both by their keys."""
        return dict(self.index.execute("SELECT key, country FROM thing WHERE kind = 'city'"))

    @cached_property
    def city_topics(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """The topics of each city’s practices, by scheme and city, all by their keys."""
        found: dict[str, dict[str, frozenset[str]]] = {}
        query = "SELECT scheme, city, topic FROM city_topic ORDER BY scheme, city"
        for (scheme, city), rows in groupby(self.index.execute(query), lambda row: row[:2]):
            found.setdefault(scheme, {})[city] = frozenset(row[2] for row in rows)
        return {**found}

    @cached_property
    def practice_counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many practices each city, country and topic has that has any, by kind and key.

        Those of a city include those of the places within it.
        """
        return {
            name: {
                key: len(numbers)
                for key, numbers in self.rows.facet(name).items()
                if key != NOT_KNOWN
            }
            for name in ("city", "country", "topic")
        }

    @cached_property
    def outlines(self) -> Mapping[str, tuple[str, tuple[float, float, float, float] | None]]:
        """The ISO number of each country and the box around it, by its key.

        Units: degrees; west, south, east and north.
        """
        read: dict[NamedNode, dict[str, str]] = {}
        for predicate in (ICC.isoNumeric, ICC.west, ICC.south, ICC.east, ICC.north):
            quads = self.store.quads_for_pattern(None, predicate, None, None)
            read[predicate] = {
                getattr(quad.subject, "value", ""): getattr(quad.object, "value", "")
                for quad in quads
            }
        numbers, *edges = read.values()
        found: dict[str, tuple[str, tuple[float, float, float, float] | None]] = {}
        for iri, number in numbers.items():
            box = [float(edge[iri]) for edge in edges if iri in edge]
            whole = (box[0], box[1], box[2], box[3]) if len(box) == len(edges) else None
            found[self.iris.split(iri)[1]] = number, whole  # type: ignore[index]
        return found

    @cached_property
    def size_classes(self) -> Mapping[str, str]:
        """The class of population of each city that has one, as an IRI, by its key."""
        quads = self.store.quads_for_pattern(None, ICC.sizeClass, None, self.graphs["gazetteer"])
        found = ((self.iris.split(getattr(q.subject, "value", "")), q.object) for q in quads)
        return {
            thing[1]: value.value
            for thing, value in found
            if thing is not None and thing[0] == "city" and isinstance(value, NamedNode)
        }

    @cached_property
    def schemes(self) -> Mapping[str, str]:
        """The scheme of each topic, both by their keys."""
        return dict(self.index.execute("SELECT key, scheme FROM topic"))

    def scheme(self, asked: str) -> str:
        """Return the key of a topic scheme, that of the default one for nothing.

        Raises: UnknownChoice if there is no such scheme.
        """
        known = sorted({DEFAULT_SCHEME, *self.schemes.values()})
        if asked and asked not in known:
            message = f"there is no topic scheme {asked[:50]!r}; write one of {', '.join(known)}"
            raise UnknownChoice("scheme", asked, message, [(key, key) for key in known])
        return asked or DEFAULT_SCHEME

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which places, countries and topics have labels, the default first."""
        return ordered(tag for labels in self.held_labels.values() for tag in labels)

    @cached_property
    def sorted_languages(self) -> frozenset[str]:
        """The languages for whose readers the index has things in order."""
        query = "SELECT DISTINCT lang FROM thing_order WHERE kind IN ('country', 'topic')"
        return frozenset(row[0] for row in self.index.execute(query))

    def tombstone(self, kind: str, key: str) -> Tombstone | None:
        """Return what became of a key that is no longer used."""
        return self.retired.get((kind, key)) or self.retired.get((kind + GROUP, key))


def open_release(folder: Path, memory_triples: int, full: bool = True) -> OpenRelease:
    """Verify a release folder and open it.

    Arguments: `full` is False if the checksums of its files were computed before.
    Raises: ReleaseError if it is missing, incomplete or damaged.
    """
    manifest = verify_release(folder, full)
    open_index(folder / INDEX, "thing_order").close()
    try:
        context = Context((folder / CONTEXT).read_text(encoding="utf-8"))
        report = read_report((folder / REPORT).read_text(encoding="utf-8"))
        queries: tuple[ExampleQuery, ...] = ()
        if QUERIES in manifest.content.files:  # releases made before there were any have none
            queries = read_queries((folder / QUERIES).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(folder, f"cannot be read ({error}); build anew") from error
    retired = {**read_tombstones(folder / TOMBSTONES), **read_tombstones(folder / RETIRED)}
    store = open_store(folder, memory_triples, manifest.content.counts["triples"])
    return OpenRelease(folder, manifest, store, context, report, retired, queries)


def open_current(releases: ReleaseFolder, memory_triples: int) -> OpenRelease:
    """Open the release that is current.

    Raises: ReleaseError if there is none, or it cannot be opened.
    """
    name = releases.current_name()
    if name is None:
        raise ReleaseError(releases.path, "there is no release yet; run `iccgraph build`")
    return open_release(releases.folder(name), memory_triples)
