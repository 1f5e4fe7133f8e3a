"""Checks sources without making a release: all of them, one table, or one file of RDF."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from iccgraph.errors import ConformanceError, Problem, RecordsError
from iccgraph.publish.pipeline import check_sources
from iccgraph.publish.shacl.reference import has_focus, load_shapes, problems_of, validate_graph
from iccgraph.publish.sources.inputs import Sources, read_sources
from iccgraph.publish.sources.topics import name
from iccgraph.settings import Settings
from iccgraph.tables.dialect import detect, header_of
from iccgraph.tables.problems import Problems, TooManyProblems
from iccgraph.tables.rows import TableFolder

TABLES = ("practices", "cities", "countries", "links", "wikidata", "retired", "doubles")


def check_all(settings: Settings, replaced: Mapping[str, Path] | None = None) -> list[Problem]:
    """Return every problem of the sources; a warning of the shapes is none.

    Raises: SettingsError or SourceError if a folder or file cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="iccgraph-") as folder:
        try:
            draft, _ = check_sources(settings, Path(folder), replaced=replaced)
        except (RecordsError, ConformanceError) as error:
            return list(error.problems)
        draft.stop()
    return []


def check_file(path: Path, settings: Settings) -> list[Problem]:
    """Return every problem of one file, held against the rest of the sources.

    Raises: SettingsError or SourceError if the other sources cannot be opened.
    """
    if not path.is_file():
        return [_problem(path, "there is no such file", "check the name")]
    if path.suffix.lower() in (".csv", ".tsv", ".txt"):
        table = _table(path, settings)
        if table is None:
            return [
                _problem(
                    path,
                    "its header is that of no table",
                    f"use the columns of one of {', '.join(TABLES)} (see data/README.md)",
                )
            ]
        return check_all(settings, {table: path})
    form = RdfFormat.from_extension(path.suffix.lstrip(".").lower())
    if form is None:
        return [
            _problem(
                path,
                f"{path.suffix or 'no ending'} tells no known format",
                "name a .csv table or an RDF file such as .ttl, .nt, .jsonld, .rdf",
            )
        ]
    return _check_rdf(path, form, settings)


def _problem(path: Path, wrong: str, remedy: str) -> Problem:
    return Problem(str(path), 0, 0, "", wrong, remedy)


def _table(path: Path, settings: Settings) -> str | None:
    if path.stem in TABLES:
        return path.stem
    head = path.read_bytes()[:65536].decode(errors="replace")
    tables = TableFolder(settings.data_dir)
    best, hits = None, 2
    for table in TABLES:
        schema = tables.schema(table)
        header = header_of(head, detect(head, schema.knows))
        if (found := len({schema.find(cell) for cell in header} - {""})) > hits:
            best, hits = table, found
    return best


def _check_rdf(path: Path, form: RdfFormat, settings: Settings) -> list[Problem]:
    try:
        triples = [q.triple for q in parse(path=path, format=form, base_iri=settings.base_iri)]
    except SyntaxError as error:
        fault = f"it has a syntax error: {error.msg}"
        return [Problem(str(path), error.lineno or 0, error.offset or 0, "", fault, "correct it")]
    except (ValueError, OSError) as error:
        return [_problem(path, f"it cannot be read: {error}", "correct the file")]
    if not triples:
        return [_problem(path, "it holds no triple", "there is nothing to check")]
    problems = Problems()
    with contextlib.suppress(TooManyProblems):
        sources = read_sources(settings, problems)
    problems.raise_if_any()
    subjects = {name(t) for t in triples}
    shapes = load_shapes(settings.shapes_dir)
    if not has_focus(triples, shapes):
        wrong = f"no shape has anything to check in its {len(triples)} triples"
        return [_problem(path, wrong, "check that it uses the classes of the ontology")]
    try:
        data = [*triples, *_known(sources, subjects)]
        report = validate_graph(data, shapes, lambda iri: None)
    except ConformanceError as error:
        return [_problem(path, p.wrong, p.remedy) for p in error.problems]
    found = [
        p
        for p, r in zip(problems_of(report), report.violations, strict=True)
        if not r.focus or {r.focus, r.value} & subjects
    ]
    return [Problem(str(path), 0, 0, p.field, p.wrong, p.remedy) for p in found]


def _known(sources: Sources, subjects: set[str]) -> list[Triple]:
    from iccgraph.publish.graph import GraphWriter

    writer = GraphWriter(sources.iris, sources.topics)
    gazetteer = sources.gazetteer
    quads = [q for c in gazetteer.countries.values() for q in writer.country(c)]
    quads += [q for c in gazetteer.cities.values() for q in writer.city(c)]
    known = [Triple(*parts[:3]) for parts in quads]
    known += [*sources.topic_triples, *sources.dataset_triples, *sources.ontology_triples]
    return [t for t in known if name(t) not in subjects]
