"""Writes all files of a release: opens every writer, hands each batch to all, and closes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from iccgraph import __version__
from iccgraph.publish.dataset import Coverage, describe_dataset, describe_files
from iccgraph.publish.graph import Batch, GraphWriter, Statement
from iccgraph.publish.identities import IdentityWriter
from iccgraph.publish.provenance import describe_graphs
from iccgraph.publish.records import Practice
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import literals_in
from iccgraph.publish.statistics.networks import SchemeNetworks
from iccgraph.publish.writers.files import Writer, write_file
from iccgraph.publish.writers.index import IndexWriter
from iccgraph.publish.writers.networks import NetworkFiles
from iccgraph.publish.writers.rdf import RdfWriter
from iccgraph.publish.writers.sssom import write_link_dumps
from iccgraph.publish.writers.store import StoreWriter
from iccgraph.publish.writers.tables import NoteWriter, TableWriter
from iccgraph.publish.writers.twins import Twins
from iccgraph.publish.writers.void import DatasetCounts
from iccgraph.release.changes import Tombstone, write_rows
from iccgraph.release.csvw import ENDING, table_metadata
from iccgraph.release.description import DUMPS, ReleaseDescription, TableColumn
from iccgraph.release.manifest import (
    CONTEXT,
    DEFAULT_GRAPH,
    INDEX,
    QUERIES,
    REPORT,
    REPORT_TURTLE,
    RETIRED,
    STORE,
    SUMS,
    Content,
    FileEntry,
    Manifest,
    checksum_lines,
    file_entry,
)
from iccgraph.release.queries import queries_json
from iccgraph.release.report import ValidationReport
from iccgraph.vocab import DCTERMS, OWL

STATE_DIGITS = 16
Day = Callable[[str, Mapping[str, str]], str]
"""Returns the day of a release from the newest day in its inputs, and from their checksums."""


class ReleaseWriter:
    """Every writer of one release, as one."""

    def __init__(
        self,
        folder: Path,
        sources: Sources,
        graph: GraphWriter,
        identities: IdentityWriter,
        day: Day = lambda newest, inputs: newest,
    ) -> None:
        self.folder, self.sources, self.graphs = folder, sources, graph.graphs
        self._latest = identities.latest
        self._state, self._day_of, self.coverage = "", day, Coverage()
        self._networks: list[SchemeNetworks] = []
        self.counts = DatasetCounts(self.graphs["links"])
        with ExitStack() as opened:
            self.twins = opened.enter_context(closing(Twins(folder)))
            self.index = opened.enter_context(closing(IndexWriter(folder, sources)))
            self.notes = opened.enter_context(closing(NoteWriter(folder)))
            self.tables = opened.enter_context(closing(TableWriter(folder, sources, self.twins)))
            rdf = RdfWriter(folder, sources.context, sources.iris, self.twins)
            self.rdf = opened.enter_context(closing(rdf))
            self.store = opened.enter_context(closing(StoreWriter(folder)))
            self._opened = opened.pop_all()
        # The store reads the N-Quads that were written before it.
        self.writers: tuple[Writer, ...] = (
            *(self.index, self.notes, self.tables, self.rdf, self.store),
        )

    @property
    def triples(self) -> int:
        """How many statements were written, over all named graphs."""
        return self.counts.statements

    def write(self, batch: Batch) -> None:
        """Write a batch into every file that holds something of it."""
        for writer in self.writers:
            writer.write(batch)
        of_things = bool(batch.kind)
        self.counts.count(batch.statements, of_things)
        self.counts.count_triples(batch.ntriples, of_things)
        practices = [record for record in batch.records if isinstance(record, Practice)]
        for practice in practices:
            self.coverage.add(practice)
        read = (day for p in practices for day in (p.recorded_on, p.sections_read_on) if day)
        self._latest = max(self._latest, *(day.isoformat() for day in read), "")

    def add_networks(self, networks: list[SchemeNetworks]) -> None:
        """Keep the networks of cities and topics, for the index and for files of their own."""
        self._networks = networks
        self.index.add_networks(networks)

    def provenance(self) -> list[Statement]:
        """Who says what is in each graph, once all other graphs are written."""
        graphs = {*self.counts.graphs, self.graphs["catalogue"]}
        return describe_graphs(self.sources, graphs, self.counts.days, self.graphs["catalogue"])

    def last(self) -> list[Statement]:
        """What the dataset states of itself once all else is written: its state and its counts.

        The state is a digest of all statements before, so equal graphs have the same one.
        """
        self._state = self.rdf.state()[:STATE_DIGITS]
        iris, graph = self.sources.iris, self.graphs["catalogue"]
        return self.counts.description(iris, graph, self._state, self.day)

    def finish(self, report: ValidationReport) -> Manifest:
        """Close everything and return the manifest, still without a history.

        Raises: ReleaseError if the store could not be loaded.
        """
        files: dict[str, FileEntry] = {}
        self.index.add_lines(self.tables.lines())
        for writer in self.writers:
            files |= writer.finish()
        index = files.pop(INDEX)
        store = {path: files.pop(path) for path in list(files) if path.startswith(f"{STORE}/")}
        files |= write_link_dumps(self.folder, self.sources, self.day, self.twins)
        drawn = NetworkFiles(self.folder, self.sources, self.twins, self.day, self._state)
        files |= drawn.write(self._networks)
        files |= self.twins.finish()
        tables = self.tables.described() | drawn.described()
        described = self._described(files, tables)
        for path, content in self._texts(report, files, described, drawn.about):
            files[path] = write_file(self.folder / path, content)
        write_rows(self.folder / RETIRED, Tombstone, self._retired())
        files[RETIRED] = file_entry(self.folder / RETIRED)
        return Manifest(self._content(files, report, described), index, store)

    def _described(
        self, files: dict[str, FileEntry], tables: Mapping[str, tuple[tuple[TableColumn, ...], int]]
    ) -> ReleaseDescription:
        described = describe_files(files, tables)
        return describe_dataset(self.sources, self.coverage, self.day, described)

    def _texts(
        self,
        report: ValidationReport,
        files: dict[str, FileEntry],
        described: ReleaseDescription,
        about: Mapping[str, str],
    ) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of the small files; the last one has the checksums of dumps.

        Arguments: `about` is what the descriptions of tables say besides, by their names.
        """
        for file in described.files:
            if file.columns and not file.inner:
                titles = described.dataset(file.dataset).titles
                known = titles, described.licence, described.languages
                yield (
                    f"{DUMPS}{file.name}{ENDING}",
                    table_metadata(file, *known, about.get(file.name, "")),
                )
        yield CONTEXT, self.sources.context.text.encode()
        yield REPORT, report.to_json().encode()
        yield REPORT_TURTLE, report.to_turtle()
        yield QUERIES, queries_json(self.sources.queries).encode()
        dumps = [(p.removeprefix(DUMPS), e) for p, e in files.items() if p.startswith(DUMPS)]
        yield SUMS, checksum_lines(dumps).encode()

    @cached_property
    def day(self) -> str:
        """The day of the release; to be asked for when everything else is written."""
        modified = literals_in(self.sources.dataset_triples, DCTERMS.modified)
        newest = max(self._latest, *modified, "0000-00-00")[:10]
        return self._day_of(newest, self.sources.inputs)

    def _retired(self) -> Iterator[Tombstone]:
        for (kind, key), entry in sorted(self.sources.retired.items()):
            day = entry.date.isoformat() if entry.date else ""
            yield Tombstone(kind, key, "", entry.replaced_by, day, entry.reason)

    def _content(
        self, files: dict[str, FileEntry], report: ValidationReport, described: ReleaseDescription
    ) -> Content:
        graphs = {g.value.rpartition("/")[2]: n for g, n in self.counts.graphs.items()}
        counts = {
            **self.index.counts,
            "triples": self.triples,
            DEFAULT_GRAPH: self.counts.triples,
            "notes": self.notes.count,
        }
        ontology = literals_in(self.sources.ontology_triples, OWL.versionInfo)
        return Content(
            date=self.day,
            base_iri=self.sources.iris.base,
            counts=counts,
            graphs=graphs,
            files=dict(sorted(files.items())),
            inputs=self.sources.inputs,
            versions={
                "dataset": self._state,
                "iccgraph": __version__,
                "ontology": max(ontology, default=""),
                "pyoxigraph": version("pyoxigraph"),
            },
            validation=report.summary(),
            description=described,
        )

    def close(self) -> None:
        """Close everything, finished or not; an unfinished folder is of no further use."""
        self._opened.close()
