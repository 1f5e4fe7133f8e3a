"""The whole way: tables → records → graph → validated → release.

A draft is built beside the releases and published by one rename; whatever goes wrong before that
leaves the releases as they were. Memory does not grow with the number of practices.
"""

from __future__ import annotations

import gc
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from iccgraph.errors import ConformanceError, Problem, ReleaseError
from iccgraph.publish.draft import Draft
from iccgraph.publish.graph import CityTopic
from iccgraph.publish.history import write_history
from iccgraph.publish.identities import IdentityCounts
from iccgraph.publish.references import check_references
from iccgraph.publish.shacl.reference import load_shapes, problems_of, validate_graph
from iccgraph.publish.sources.inputs import Sources, read_sources
from iccgraph.publish.sources.practices import read_practices
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import History, Manifest
from iccgraph.release.report import ValidationReport
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems, TooManyProblems

BATCH = 200
T = TypeVar("T")
Progress = Callable[[str, int], None]
"""Is told the stage and how many things have passed it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: the release, and what the shapes and sources said on the way."""

    name: str
    manifest: Manifest
    report: ValidationReport
    notes: tuple[Problem, ...]
    identities: IdentityCounts


def silent(stage: str, count: int) -> None:
    """Show no progress."""


def build_release(settings: Settings, validate: bool = True, progress: Progress = silent) -> Built:
    """Build a release from the sources and publish it as the current one.

    Raises: SourceError, RecordsError, ConformanceError or ReleaseError; then nothing is published.
    """
    releases = ReleaseFolder(settings.releases_dir)
    folder = releases.draft()
    try:
        draft, report = check_sources(settings, folder, validate, progress)
        progress("publish", 0)
        content, index = draft.finish(report)
        name = Manifest(content, index, History()).name
        history = write_history(folder, releases, name)
        manifest = Manifest(content, index, history)
        releases.publish(folder, manifest)
    except (OSError, sqlite3.OperationalError) as error:
        raise ReleaseError(folder, f"cannot be written ({error}); is the disk full?") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    identities = draft.identities.counts()
    return Built(name, manifest, report, tuple(draft.notes.found), identities)


def check_sources(
    settings: Settings,
    folder: Path,
    validate: bool = True,
    progress: Progress = silent,
    replaced: Mapping[str, Path] | None = None,
) -> tuple[Draft, ValidationReport]:
    """Read all sources into a draft and hold it against the shapes.

    Tables named in `replaced` are read in that file; what other tables say of rows that a
    replaced table does not have is then no problem.

    Raises: SourceError, RecordsError or ConformanceError with every problem that was found.
    """
    problems = Problems()
    draft = None
    collecting = gc.isenabled()
    gc.disable()  # records form no cycles, and looking for some takes a quarter of the time
    try:
        try:
            sources = read_sources(settings, problems, replaced)
            draft = Draft(settings, folder, sources)
            _write_all(draft, sources, problems, progress, partial=bool(replaced))
        except TooManyProblems:
            pass
        problems.raise_if_any()
        assert draft is not None
        report = _validated(draft, settings, validate, progress)
    except BaseException:
        if draft is not None:
            draft.stop()
        raise
    finally:
        if collecting:
            gc.enable()
    return draft, report


def _write_all(
    draft: Draft, sources: Sources, problems: Problems, progress: Progress, partial: bool
) -> None:
    draft.write_hand_made()
    draft.write_places()
    done = 0
    practices = read_practices(
        sources.tables, sources.gazetteer, sources.topics, sources.retired_actions, problems
    )
    for batch in batched(practices):
        draft.write_practices(batch)
        done += len(batch)
        progress("practices", done)
    draft.dumps.loader.begin_to_end()
    if not done and not problems.found:
        source = sources.tables.table("practices").name
        problems.add(source, 1, 0, "", "the table has no practice", "add at least one row")
    check_references(draft.index, sources, problems, partial)
    draft.note_doubts()
    if not problems.found:
        for links in _by_weight(draft.index.city_topics()):
            draft.write_city_topics(links)
        draft.write_counts()


def batched(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield the items in lists of at most BATCH."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _by_weight(links: Iterable[CityTopic]) -> Iterator[list[CityTopic]]:
    """Yield the links in lists that name about BATCH practices, for each may name many."""
    batch: list[CityTopic] = []
    weight = 0
    for link in links:
        batch.append(link)
        weight += 10 + len(link.practices)
        if weight >= BATCH:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _validated(
    draft: Draft, settings: Settings, validate: bool, progress: Progress
) -> ValidationReport:
    if not validate:
        return ValidationReport("", draft.triples, (), ())
    progress("validate", draft.triples)
    shapes = load_shapes(settings.shapes_dir)
    report = validate_graph(draft.data_triples(), shapes, draft.locate)
    if report.violations:
        raise ConformanceError(problems_of(report))
    return report
