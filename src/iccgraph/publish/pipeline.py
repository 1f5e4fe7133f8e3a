"""The whole way: tables → records → graph → validated → release.

A draft is built beside the releases and published by one rename; whatever goes wrong before that
leaves the releases as they were. Memory does not grow with the number of practices.
"""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from iccgraph.errors import ConformanceError, Problem, ReleaseError
from iccgraph.publish.batches import Batches
from iccgraph.publish.graph import GraphWriter
from iccgraph.publish.history import PublishedThings, ReleaseDay, write_history
from iccgraph.publish.identities import IdentityCounts, IdentityWriter
from iccgraph.publish.records import Origin
from iccgraph.publish.references import DoubleFinder, check_references
from iccgraph.publish.shacl.reference import load_shapes, problems_of, validate_graph
from iccgraph.publish.sources.inputs import read_sources
from iccgraph.publish.sources.practices import read_practices
from iccgraph.publish.statistics.networks import networks_of
from iccgraph.publish.writers.release import Day, ReleaseWriter
from iccgraph.release.folder import ReleaseFolder, is_whole
from iccgraph.release.manifest import QUADS, Manifest, read_manifest
from iccgraph.release.report import ValidationReport
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems, TooManyProblems

Progress = Callable[[str, int], None]
"""Is told the stage and how many things have passed it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: the release, and what the shapes and sources said on the way.

    It is not `new` if the same release was made before.
    """

    name: str
    manifest: Manifest
    new: bool
    report: ValidationReport
    notes: tuple[Problem, ...]
    identities: IdentityCounts


@dataclass(frozen=True, slots=True)
class Written:
    """All files of a release but its manifest and history, still open, and what was found."""

    writer: ReleaseWriter
    report: ValidationReport
    identities: IdentityCounts


def build_release(
    settings: Settings,
    validate: bool = True,
    progress: Progress = lambda stage, count: None,
    tell: Callable[[str], None] = lambda message: None,
    day: date | None = None,
) -> Built:
    """Build a release from the sources and publish it as the current one.

    `day`, by default today in UTC, is that of a release whose inputs have changed without a newer
    day of their own. `tell` gets a message before the build waits for another one that publishes.
    Raises: SourceError, RecordsError, ConformanceError or ReleaseError; then nothing is published.
    """
    releases = ReleaseFolder(settings.releases_dir, tell)
    with releases.draft() as folder:
        try:
            published = PublishedThings(releases)
            given = (day or datetime.now(UTC).date()).isoformat()
            dated = ReleaseDay(releases, given)
            written = write_sources(
                settings, folder, validate, progress, published=published, day=dated
            )
            with closing(written.writer) as writer:
                progress("publish", 0)
                manifest = writer.finish(written.report)
            with releases.locked():
                manifest, new = _published(releases, folder, manifest)
        except (OSError, sqlite3.OperationalError) as error:
            raise ReleaseError(folder, f"cannot be written ({error}); is the disk full?") from error
    notes = (*writer.notes.first, *_missing(manifest))
    return Built(manifest.name, manifest, new, written.report, notes, written.identities)


def _missing(manifest: Manifest) -> Iterator[Problem]:
    """Yield what data portals ask for and will not find."""
    if not manifest.description.contact:
        wrong = "there is none, so catalogues name nobody to write to, and data portals miss that"
        yield Problem("settings", 0, 0, "contact", wrong, "set contact_email or contact_url")


def _published(releases: ReleaseFolder, draft: Path, manifest: Manifest) -> tuple[Manifest, bool]:
    """Make the draft current, or the release that has its name; True if that was not there before.

    A release that is there already has the same content, so it stays as it is: its history tells
    what was current when it was made.
    """
    releases.current_name()  # what names no release is for a person to put right
    target = releases.path / manifest.name
    new = not is_whole(target)
    if new:
        manifest = replace(manifest, history=write_history(draft, releases, manifest.name))
        releases.place(draft, manifest)
    else:
        manifest = read_manifest(target)
    releases.point(manifest.name)
    return manifest, new


def write_sources(
    settings: Settings,
    folder: Path,
    validate: bool = True,
    progress: Progress = lambda stage, count: None,
    replaced: Mapping[str, Path] | None = None,
    partial: bool = False,
    published: Iterable[tuple[str, str, str]] = (),
    day: Day = lambda newest, inputs: newest,
) -> Written:
    """Read all sources, write them into a folder and hold them against the shapes.

    The folder is empty; without `validate` the shapes are not asked. Tables named in `replaced` are
    read in that file; if they are `partial`, what other tables say of rows that they do not have is
    no problem. `published` are kind, key and label of what is served now; `day` finds the
    day of the release. The caller closes the writer that is returned.

    Raises: SourceError, RecordsError or ConformanceError with every problem that was found.
    """
    problems = Problems()
    with _no_collection(), ExitStack() as opened:
        with suppress(TooManyProblems):
            sources = read_sources(settings, problems, replaced)
            graph = GraphWriter(sources.iris, sources.topics, sources.languages)
            identities = IdentityWriter(sources.links, sources.wikidata, graph)
            writer = ReleaseWriter(folder, sources, graph, identities, day)
            opened.callback(writer.close)
            batches = Batches(sources, graph, identities)
            _write_all(writer, batches, problems, progress)
            check_references(writer.index, sources, problems, partial, published)
            if not problems.found:
                _write_computed(writer, batches)
        problems.raise_if_any()
        report = _validated(writer, settings, validate, progress)
        opened.pop_all()
    return Written(writer, report, identities.counts())


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no cycles: records form none, and looking takes a quarter of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _write_all(
    writer: ReleaseWriter, batches: Batches, problems: Problems, progress: Progress
) -> None:
    for batch in chain(batches.hand_made(), batches.places(), batches.resources()):
        writer.write(batch)
    doubles = _write_practices(writer, batches, problems, progress)
    _note_doubts(writer, batches, doubles)


def _write_computed(writer: ReleaseWriter, batches: Batches) -> None:
    networks = [networks_of(counts) for counts in writer.index.topic_counts()]
    writer.index.add_networks(networks)
    for batch in batches.city_topics(writer.index.city_topics(networks)):
        writer.write(batch)
    writer.write(batches.itself(writer.provenance()))
    writer.write(batches.itself(writer.last()))


def _write_practices(
    writer: ReleaseWriter, batches: Batches, problems: Problems, progress: Progress
) -> DoubleFinder:
    sources, doubles, done = batches.sources, DoubleFinder(), 0
    for batch in batches.practices(doubles.watch(read_practices(sources, problems))):
        writer.write(batch)
        done += len(batch.records)
        progress("practices", done)
    writer.store.begin_to_end()
    if not done and not problems.found:
        source = sources.tables.table("practices").name
        problems.add(source, 1, 0, "", "the table has no practice", "add at least one row")
    return doubles


def _note_doubts(writer: ReleaseWriter, batches: Batches, doubles: DoubleFinder) -> None:
    """Note practices that look like one, and items that were fetched and linked no longer."""
    for origin, key, other in doubles.suspicious(batches.sources.doubles):
        note = f"{key!r} looks like {other!r}"
        advice = "decide in doubles.csv: same, related or distinct"
        writer.notes.add(origin, "title", note, advice)
    for origin, item in batches.identities.stale():
        note = f"{item} is not accepted in links.csv, so nothing of it is published"
        writer.notes.add(origin, "item", note, "run `iccgraph link --fetch` to renew the table")


def _validated(
    writer: ReleaseWriter, settings: Settings, validate: bool, progress: Progress
) -> ValidationReport:
    if not validate:
        return ValidationReport("", writer.triples, (), ())
    progress("validate", writer.triples)
    shapes = load_shapes(settings.shapes_dir)
    report = validate_graph(_data_triples(writer), shapes, lambda iri: _locate(writer, iri))
    if report.violations:
        raise ConformanceError(problems_of(report))
    return report


def _data_triples(writer: ReleaseWriter) -> Iterator[Triple]:
    """Yield the triples that the shapes judge: all but the shapes themselves."""
    shapes = NamedNode(writer.sources.iris.graph("shapes"))
    for quad in parse(path=writer.folder / QUADS, format=RdfFormat.N_QUADS):
        if quad.graph_name != shapes:
            yield quad.triple


def _locate(writer: ReleaseWriter, iri: str) -> Origin | None:
    """Return the row that the thing was read from; None for what was typed in Turtle."""
    iris = writer.sources.iris
    split = iris.split(iri)
    if split is None and iri.startswith(iris.document("practice", "")):
        split = ("practice", iri.rpartition("/")[2])
    origin = writer.index.origin(*split) if split else None
    return origin if origin and origin.row else None
