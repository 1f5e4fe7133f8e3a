"""Checks sources without making a release: all of them, one table, or one file of RDF."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph

from iccgraph.errors import ConformanceError, Problem, RecordsError
from iccgraph.publish.graph import GraphWriter
from iccgraph.publish.history import PublishedThings
from iccgraph.publish.pipeline import write_sources
from iccgraph.publish.shacl.reference import has_focus, load_shapes, problems_of, validate_graph
from iccgraph.publish.sources.inputs import Sources, read_sources
from iccgraph.publish.sources.topics import name
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.report import ValidationReport
from iccgraph.resources import RESOURCES
from iccgraph.settings import Settings
from iccgraph.tables.dialect import detect, header_of
from iccgraph.tables.problems import Problems, TooManyProblems
from iccgraph.tables.rows import TableFolder

TABLES = (
    *("practices", "cities", "countries", "links", "wikidata", "retired", "doubles"),
    *("topic-assignments", *(described.table for described in RESOURCES.values())),
)


@dataclass(frozen=True, slots=True)
class Check:
    """What was found: problems stop a build; notes and warnings of the shapes do not."""

    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    report: ValidationReport | None = None


def check_all(
    settings: Settings, replaced: Mapping[str, Path] | None = None, partial: bool = False
) -> Check:
    """Check all sources, and that no key is missing which the current release publishes.

    Tables named in `replaced` are read in that file, which may be `partial`.
    Raises: SettingsError or SourceError if a folder or file cannot be opened.
    """
    published = PublishedThings(ReleaseFolder(settings.releases_dir))
    with tempfile.TemporaryDirectory(prefix="iccgraph-") as folder:
        try:
            written = write_sources(
                settings, Path(folder), replaced=replaced, partial=partial, published=published
            )
        except (RecordsError, ConformanceError) as error:
            return Check(error.problems)
        written.writer.close()
    return Check((), tuple(written.writer.notes.first), written.report)


def check_file(path: Path, settings: Settings) -> Check:
    """Check one file against the rest of the sources.

    Raises: SettingsError or SourceError if the other sources cannot be opened.
    """
    if not path.is_file():
        return _refused(path, "there is no such file", "check the name")
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        table = _table(path, settings)
        if table is None:
            remedy = f"use the columns of one of {', '.join(TABLES)} (see data/README.md)"
            return _refused(path, "its header is that of no table", remedy)
        own = settings.data_dir / f"{table}.csv"
        return check_all(settings, {table: path}, not (own.exists() and own.samefile(path)))
    format_ = RdfFormat.from_extension(path.suffix.lstrip(".").lower())
    if format_ is None:
        wrong = f"{path.suffix or 'no ending'} is an unknown file format"
        return _refused(path, wrong, "name a .csv table or an RDF file such as .ttl, .nt, .jsonld")
    return _check_rdf(path, format_, settings)


def _refused(path: Path, wrong: str, remedy: str, row: int = 0, column: int = 0) -> Check:
    return Check((Problem(str(path), row, column, "", wrong, remedy),))


def _table(path: Path, settings: Settings) -> str | None:
    if path.stem in TABLES:
        return path.stem
    head = path.read_bytes()[:65536].decode(errors="replace")
    tables = TableFolder(settings.data_dir)
    best, hits = None, 2
    for table in filter(tables.has, TABLES):
        schema = tables.schema(table)
        header = header_of(head, detect(head, schema.knows))
        if (found := len({schema.find(cell) for cell in header} - {""})) > hits:
            best, hits = table, found
    return best


def _check_rdf(path: Path, format_: RdfFormat, settings: Settings) -> Check:
    try:
        triples = [q.triple for q in parse(path=path, format=format_, base_iri=settings.base_iri)]
    except SyntaxError as error:
        place = (error.lineno or 0, error.offset or 0)
        return _refused(path, f"it has a syntax error: {error.msg}", "correct it", *place)
    except (ValueError, OSError) as error:
        return _refused(path, f"it cannot be read: {error}", "correct the file")
    if not triples:
        return _refused(path, "it holds no triple", "there is nothing to check")
    problems = Problems()
    with contextlib.suppress(TooManyProblems):
        sources = read_sources(settings, problems)
    problems.raise_if_any()
    shapes = load_shapes(settings.shapes_dir)
    if not has_focus(triples, shapes):
        wrong = f"no shape has anything to check in its {len(triples)} triples"
        return _refused(path, wrong, "check that it uses the classes of the ontology")
    return _against_shapes(path, triples, sources, shapes)


def _against_shapes(
    path: Path, triples: Sequence[Triple], sources: Sources, shapes: Graph
) -> Check:
    """Hold triples, with what is known of other things, against the shapes."""
    subjects = {name(t) for t in triples}
    try:
        report = validate_graph([*triples, *_known(sources, subjects)], shapes, lambda iri: None)
    except ConformanceError as error:
        return Check(tuple(replace(p, source=str(path), field="") for p in error.problems))
    results = tuple(r for r in report.results if not r.focus or {r.focus, r.value} & subjects)
    report = replace(report, results=results)
    violations = (replace(p, source=str(path), row=0) for p in problems_of(report))
    return Check(tuple(violations), report=report)


def _known(sources: Sources, subjects: set[str]) -> list[Triple]:
    writer = GraphWriter(sources.iris, sources.topics, sources.languages)
    gazetteer = sources.gazetteer
    quads = [q for c in gazetteer.countries.values() for q in writer.country(c)]
    quads += [q for c in gazetteer.cities.values() for q in writer.city(c)]
    known = [Triple(*parts[:3]) for parts in quads]
    known += [*sources.topic_triples, *sources.dataset_triples, *sources.ontology_triples]
    return [t for t in known if name(t) not in subjects]
