"""A verified release, read-only: its store, its index, its report and the names it retired."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from iccgraph.errors import ReleaseError
from iccgraph.iris import GRAPHS, Iris
from iccgraph.jsonld import Context
from iccgraph.languages import Labels, cased, ordered
from iccgraph.release.changes import Tombstone, read_tombstones
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
from iccgraph.release.queries import ExampleQuery, read_queries
from iccgraph.release.report import ValidationReport, read_report
from iccgraph.serve.dataset.graphs import GraphDescriptions
from iccgraph.vocab import RDFS

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
    summaries: dict[ThingKey, tuple[Quad, ...]] = field(default_factory=dict)
    """The type and labels of things of the kinds that there are few of, once they were asked."""
    _local: threading.local = field(default_factory=threading.local)

    @cached_property
    def name(self) -> str:
        """Return the release's name."""
        return self.folder.name

    @cached_property
    def iris(self) -> Iris:
        """Return the names that this release gives to things."""
        return Iris(self.manifest.content.base_iri)

    @cached_property
    def graphs(self) -> Mapping[str, NamedNode]:
        """The named graphs, by the ends of their IRIs."""
        return {name: NamedNode(self.iris.graph(name)) for name in GRAPHS}

    @cached_property
    def graph_descriptions(self) -> GraphDescriptions:
        """What the release says of each of its named graphs."""
        return GraphDescriptions(self.store, self.graphs.values(), self.graphs["catalogue"])

    @property
    def index(self) -> sqlite3.Connection:
        """Return this thread's connection to the index."""
        connection: sqlite3.Connection | None = getattr(self._local, "index", None)
        if connection is None:
            connection = self._local.index = open_index(self.folder / INDEX, "thing_order")
        return connection

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
    def positions(self) -> Mapping[str, tuple[float, float]]:
        """The latitude and longitude, in degrees, of each city that has them, by its key."""
        query = "SELECT key, lat, lon FROM place WHERE lat IS NOT NULL AND lon IS NOT NULL"
        return {key: (lat, lon) for key, lat, lon in self.index.execute(query)}

    @cached_property
    def schemes(self) -> Mapping[str, str]:
        """The scheme of each topic, both by their keys."""
        return dict(self.index.execute("SELECT key, scheme FROM topic"))

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


def open_release(folder: Path, memory_triples: int) -> OpenRelease:
    """Verify a release folder and open it.

    Raises: ReleaseError if it is missing, incomplete or damaged.
    """
    manifest = verify_release(folder)
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
