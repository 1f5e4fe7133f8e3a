"""A release while it is being made: dumps, tables, index and store, filled in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from iccgraph import __version__
from iccgraph.languages import DEFAULT
from iccgraph.publish.doubles import DoubleFinder
from iccgraph.publish.examples import example, prefix_declarations, published
from iccgraph.publish.graph import CityTopic, GraphWriter, Statement
from iccgraph.publish.identities import IdentityWriter
from iccgraph.publish.records import City, Country, Origin, Practice
from iccgraph.publish.references import related_practices
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import by_thing, labels_in, literals_in
from iccgraph.publish.writers.index import Entry, IndexWriter
from iccgraph.publish.writers.notes import NOTES, Notes
from iccgraph.publish.writers.rdf import Description, DumpWriter
from iccgraph.publish.writers.sssom import write_link_dumps
from iccgraph.publish.writers.tables import TableDumps
from iccgraph.release.changes import TOMBSTONE_COLUMNS, write_rows
from iccgraph.release.index import GROUP
from iccgraph.release.manifest import (
    CONTEXT,
    INDEX,
    QUADS,
    QUERIES,
    REPORT,
    REPORT_TURTLE,
    RETIRED,
    Content,
    FileEntry,
    checksum_lines,
    file_entry,
)
from iccgraph.release.report import ValidationReport
from iccgraph.settings import Settings
from iccgraph.vocab import DCTERMS, OWL, RDFS

Place = TypeVar("Place", City, Country)


class Draft:
    """Everything that is open while a release is written."""

    def __init__(self, settings: Settings, folder: Path, sources: Sources) -> None:
        """Open all files and start the loading of the store."""
        self.settings, self.folder, self.sources = settings, folder, sources
        self.graph = GraphWriter(sources.iris, sources.topics, sources.languages)
        self.identities = IdentityWriter(sources.links, sources.wikidata, self.graph)
        self.index = IndexWriter(folder / INDEX)
        self.dumps = DumpWriter(folder, sources.context, self.graph.graphs)
        self.tables = TableDumps(folder, sources)
        self.notes = Notes(folder)
        self._counts: dict[str, int] = {}
        self._doubles = DoubleFinder()
        self._latest = self.identities.latest
        self._related = related_practices(sources)
        self._places = {
            c.key: " ".join((*c.labels.values(), *c.other_names))
            for c in sources.gazetteer.cities.values()
        }

    @property
    def triples(self) -> int:
        """Return how many triples were written, over all named graphs."""
        return self.dumps.counts.triples

    def write_hand_made(self) -> None:
        """Write the ontology, the shapes, the dataset's description, examples and the topics."""
        sources, iris = self.sources, self.sources.iris
        for graph, triples in (
            ("ontology", sources.ontology_triples),
            ("shapes", sources.shapes_triples),
            ("catalogue", (*sources.dataset_triples, *prefix_declarations(iris))),
        ):
            self.dumps.write([(iris.graph(graph), self.graph.quads(graph, triples))])
        for query in sources.queries:
            said = self.graph.quads("examples", example(query, iris))
            self.dumps.write([(iris.example(query.key), said)])
        things, others = by_thing(sources.topic_triples, iris)
        for kind, found in things.items():
            self._write_topics(kind, found)
        self.dumps.write([(iris.graph("topics"), self.graph.quads("topics", others))])
        self.tables.topics(sources.topics.labels)

    def _write_topics(self, kind: str, found: dict[str, list[Triple]]) -> None:
        whole, kind = kind, kind.removesuffix(GROUP)
        parts = self.graph.topics_of(kind, found, self.sources.identities(kind))
        for key, (_, said) in zip(found, parts, strict=True):
            said += self.identities.said(kind, key)
        entries = []
        for (key, triples), digest in zip(found.items(), self.dumps.write(parts), strict=True):
            labels = labels_in(triples) or {DEFAULT: key}
            entries.append(Entry(whole, key, labels, "", Origin("topics", 0), digest))
        self._add(whole, entries)

    def _add(self, kind: str, entries: Sequence[Entry]) -> int:
        if entries:
            self._counts[kind] = self._counts.get(kind, 0) + len(entries)
        return self.index.add(entries)

    def write_places(self) -> None:
        """Write all countries and cities with their identities and the evidence of these."""
        gazetteer = self.sources.gazetteer
        countries, cities = list(gazetteer.countries.values()), list(gazetteer.cities.values())
        self._write_places("country", countries, self.graph.country)
        self._write_places("city", cities, self.graph.city)
        self.dumps.write([(self.sources.iris.graph("wikidata"), self.identities.fetches())])
        self.index.add_places(cities)
        self.index.add_links(self.sources.links)
        self.tables.places(countries, cities)

    def _write_places(
        self, kind: str, places: Sequence[Place], describe: Callable[[Place, str], list[Statement]]
    ) -> None:
        items, iri = self.sources.identities(kind), self.sources.iris.thing
        parts = [
            (
                iri(kind, p.key),
                describe(p, items.get(p.key, "")) + self.identities.said(kind, p.key),
            )
            for p in places
        ]
        entries = []
        for place, digest in zip(places, self.dumps.write(parts), strict=True):
            country = place.country if isinstance(place, City) else ""
            entries.append(Entry(kind, place.key, place.labels, country, place.origin, digest))
        self._add(kind, entries)

    def write_practices(self, practices: Sequence[Practice]) -> None:
        """Write a batch of practices and note what of them could not be read."""
        iri = self.sources.iris.thing
        parts: list[Description] = [
            (iri("practice", p.key), self.graph.practice(p, self._related.get(p.key, ())))
            for p in practices
        ]
        digests = self.dumps.write(parts)
        first = self._add(
            "practice",
            [
                Entry("practice", p.key, {p.title[1]: p.title[0]}, p.country, p.origin, digest)
                for p, digest in zip(practices, digests, strict=True)
            ],
        )
        names = [self._place_names(p) for p in practices]
        self.index.add_practices(first, practices, names, self.dumps.places)
        self.tables.practices(practices)
        self._doubles.take(practices)
        days = (p.recorded_on.isoformat() for p in practices if p.recorded_on)
        self._latest = max(self._latest, *days, "")
        for practice in practices:
            if practice.period.problem:
                self.notes.add(
                    practice.origin,
                    "year_text",
                    f"{practice.year_text!r} ({practice.key}): {practice.period.problem}",
                    "the text is kept as printed; write it more plainly if you know better",
                )

    def _place_names(self, practice: Practice) -> str:
        names = [self._places[city] for city in practice.cities]
        if practice.country:
            country = self.sources.gazetteer.countries[practice.country]
            names += country.labels.values()
        return " ".join(names)

    def note_doubts(self) -> None:
        """Note practices that look like one, and items that were fetched and linked no longer."""
        for origin, key, other in self._doubles.suspicious(self.sources.doubles):
            note = f"{key!r} looks like {other!r}"
            advice = "decide in doubles.csv: same, related or distinct"
            self.notes.add(origin, "title", note, advice)
        for origin, item in self.identities.stale():
            note = f"{item} is not accepted in links.csv, so nothing of it is published"
            self.notes.add(origin, "item", note, "run `iccgraph link --fetch` to renew the table")

    def write_city_topics(self, links: Sequence[CityTopic]) -> None:
        """Write a batch of computed links."""
        cities, iri = self.sources.gazetteer.cities, self.sources.iris.thing
        parts: list[Description] = [
            (iri("city-topic", f"{k.city}/{k.topic}"), self.graph.city_topic(k, cities[k.city]))
            for k in links
        ]
        entries = []
        for link, (_, said), digest in zip(links, parts, self.dumps.write(parts), strict=True):
            city = cities[link.city]
            labels = {text.language: text.value for _, p, text, _ in said if p == RDFS.label}
            key, origin = f"{link.city}/{link.topic}", Origin("derived", 0)
            entries.append(Entry("city-topic", key, labels, city.country, origin, digest))
        self._add("city-topic", entries)
        self.index.add_city_topics(links)
        self.tables.city_topics(links)

    def write_counts(self) -> None:
        """Write what the dataset holds, as VoID; it must come last."""
        graph, links = self.graph.graphs["catalogue"], self.graph.graphs["links"]
        said = self.dumps.counts.description(self.sources.iris, graph, links)
        self.dumps.write([(self.sources.iris.dataset, said)])

    def data_triples(self) -> Iterator[Triple]:
        """Yield the triples that the shapes judge: all but the shapes themselves."""
        self.dumps.files[QUADS].file.flush()
        shapes = NamedNode(self.sources.iris.graph("shapes"))
        for quad in parse(path=self.folder / QUADS, format=RdfFormat.N_QUADS):
            if quad.graph_name != shapes:
                yield quad.triple

    def locate(self, iri: str) -> Origin | None:
        """Return the row that the thing was read from; None for what was typed in Turtle."""
        split = self.sources.iris.split(iri)
        if split is None and iri.startswith(self.sources.iris.document("practice", "")):
            split = ("practice", iri.rpartition("/")[2])
        origin = self.index.origin(*split) if split else None
        return origin if origin and origin.row else None

    def finish(self, report: ValidationReport) -> tuple[Content, FileEntry]:
        """Close everything and return what the manifest says of it.

        Raises: ReleaseError if the store could not be loaded.
        """
        self.index.finish()
        day = self._date()
        files = {
            **self.tables.finish(),
            **write_link_dumps(self.folder, self.sources, day),
            NOTES: self.notes.file.file.close(),
            **self.dumps.finish(),
        }
        texts = {
            CONTEXT: self.sources.context.text.encode(),
            REPORT: report.to_json().encode(),
            REPORT_TURTLE: report.to_turtle(),
            QUERIES: published(self.sources.queries).encode(),
            "dumps/SHA256SUMS": checksum_lines(
                (path.removeprefix("dumps/"), entry)
                for path, entry in files.items()
                if path.startswith("dumps/")
            ).encode(),
        }
        write_rows(self.folder / RETIRED, TOMBSTONE_COLUMNS, self._retired())
        files[RETIRED] = file_entry(self.folder / RETIRED)
        for path, content in texts.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)
            files[path] = file_entry(self.folder / path)
        return self._content(files, report, day), file_entry(self.folder / INDEX)

    def _date(self) -> str:
        """Return the day of the newest input."""
        modified = literals_in(self.sources.dataset_triples, DCTERMS.modified)
        return max(self._latest, *modified, "0000-00-00")[:10]

    def _retired(self) -> Iterator[tuple[str, ...]]:
        for (kind, key), entry in sorted(self.sources.retired.items()):
            day = entry.date.isoformat() if entry.date else ""
            yield (kind, key, "", entry.replaced_by, day, entry.reason)

    def _content(self, files: dict[str, FileEntry], report: ValidationReport, day: str) -> Content:
        graphs = {g.value.rpartition("/")[2]: n for g, n in self.dumps.counts.graphs.items()}
        return Content(
            date=day,
            base_iri=self.settings.base_iri,
            counts={**self._counts, "triples": self.triples, "notes": self.notes.count},
            graphs=graphs,
            files=dict(sorted(files.items())),
            inputs=self.sources.inputs,
            versions={
                "iccgraph": __version__,
                "ontology": max(
                    literals_in(self.sources.ontology_triples, OWL.versionInfo), default=""
                ),
                "pyoxigraph": version("pyoxigraph"),
            },
            validation=report.summary(),
        )

    def stop(self) -> None:
        """Let go of everything; the folder is of no further use."""
        self.dumps.close()
        self.tables.close()
        self.notes.file.file.file.close()
        self.index.connection.close()
