"""Holds a graph against the SHACL shapes and counts what was checked.

The judge is pySHACL on an in-memory rdflib graph. A check that saw no shape, no target or no
focus node has proved nothing, so it is an error here, although pySHACL would say “conforms”.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

import rdflib
from pyoxigraph import RdfFormat, serialize
from pyoxigraph import Triple as OxTriple
from pyshacl import validate as shacl_validate
from rdflib.namespace import RDF, RDFS, SH

from iccgraph.build.records import Origin
from iccgraph.errors import ConformanceError, Problem, SourceError
from iccgraph.release.report import Result, ShapeCount, ValidationReport

Locate = Callable[[str], Origin | None]
"""Returns the row that the thing with an IRI was read from."""


def to_rdflib(triples: Iterable[OxTriple]) -> rdflib.Graph:
    """Return the triples as an rdflib memory graph."""
    graph = rdflib.Graph()
    content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return graph.parse(data=content, format="nt")


def load_shapes(folder: Path) -> rdflib.Graph:
    """Return all shapes of the folder as one graph.

    Raises: SourceError if there is no shapes file, or one has a syntax error.
    """
    shapes = rdflib.Graph()
    files = sorted(folder.glob("*.ttl"))
    for path in files:
        try:
            shapes.parse(path, format="turtle")
        except Exception as error:  # rdflib's parsers raise many kinds
            raise SourceError(f"{path}: is not Turtle ({error}); correct it") from error
    if not any(shapes.subjects(RDF.type, SH.NodeShape)):
        raise SourceError(f"{folder}: expected SHACL node shapes, found none; restore the files")
    return shapes


def focus_counts(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[ShapeCount, ...]:
    """Return how many focus nodes each shape with a target has in the data."""
    counts = []
    for shape in sorted(set(shapes.subjects(RDF.type, SH.NodeShape)), key=str):
        targets = [
            (target, value)
            for target in (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
            for value in shapes.objects(shape, target)
        ]
        if targets:
            nodes = {node for target in targets for node in _targeted(data, *target)}
            counts.append(ShapeCount(str(shape), len(nodes)))
    return tuple(counts)


def _targeted(
    data: rdflib.Graph, target: rdflib.term.Node, value: rdflib.term.Node
) -> Iterable[rdflib.term.Node]:
    if target == SH.targetClass:
        classes = data.transitive_subjects(RDFS.subClassOf, value)
        return (node for kind in classes for node in data.subjects(RDF.type, kind))
    if target == SH.targetObjectsOf:
        return data.objects(None, value)
    if target == SH.targetSubjectsOf:
        return data.subjects(value, None)
    return (value,)


def validate_graph(data: rdflib.Graph, shapes: rdflib.Graph, locate: Locate) -> ValidationReport:
    """Return what the shapes say of the data.

    Raises: ConformanceError if there was nothing to check, which proves nothing.
    """
    counts = focus_counts(data, shapes)
    if not any(count.focus_nodes for count in counts):
        raise ConformanceError(
            [
                Problem(
                    "shapes",
                    0,
                    0,
                    "",
                    f"no shape has anything to check in {len(data)} triples",
                    "check that data and shapes use the same classes",
                )
            ]
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pySHACL's own use of what rdflib deprecates
        _, report, _ = shacl_validate(data, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, rdflib.Graph):
        raise SourceError(f"pySHACL could not use the shapes: {report!r}; correct them")
    results = tuple(
        sorted(
            _result(report, shapes, node, locate)
            for node in report.subjects(RDF.type, SH.ValidationResult)
        )
    )
    return ValidationReport(f"pySHACL {version('pyshacl')}", len(data), counts, results)


def _result(
    report: rdflib.Graph, shapes: rdflib.Graph, node: rdflib.term.Node, locate: Locate
) -> Result:
    def one(term: rdflib.term.Node) -> str:
        value = report.value(node, term)
        return "" if value is None or isinstance(value, rdflib.BNode) else str(value)

    messages = {
        getattr(text, "language", None) or "en": str(text)
        for text in report.objects(node, SH.resultMessage)
    }
    focus, value = one(SH.focusNode), one(SH.value)
    shape = report.value(node, SH.sourceShape)
    while isinstance(shape, rdflib.BNode):
        shape = next(iter(shapes.subjects(None, shape)), None)
    origin = locate(value) or locate(focus)
    return Result(
        severity=one(SH.resultSeverity).rpartition("#")[2],
        focus=focus,
        path=one(SH.resultPath),
        value=value,
        component=one(SH.sourceConstraintComponent).rpartition("#")[2],
        shape=str(shape or ""),
        message_en=messages.get("en", ""),
        message_fr=messages.get("fr", ""),
        source=origin.source if origin else "",
        row=origin.row if origin else 0,
    )


def problems_of(report: ValidationReport) -> list[Problem]:
    """Return the violations in the form in which all other problems are told."""
    return [
        Problem(
            result.source or result.focus,
            result.row,
            0,
            result.path.rpartition("#")[2].rpartition("/")[2],
            f"{result.focus}: {result.message_en or result.component}"
            + (f" (it is {result.value})" if result.value else ""),
            f"see {result.shape.rpartition('/')[2]}",
        )
        for result in report.violations
    ]
