"""Holds a graph against the SHACL shapes and counts what was checked.

The judge is pySHACL on an in-memory rdflib graph. A check that saw no shape, no target or no
focus node has proved nothing, so it is an error here, although pySHACL would say “conforms”.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import rdflib
from pyoxigraph import Quad, RdfFormat, Store, Triple, serialize
from pyshacl import validate as shacl_validate
from rdflib.namespace import RDF, SH

from iccgraph.errors import ConformanceError, Problem, SourceError
from iccgraph.languages import DEFAULT, Labels
from iccgraph.publish.records import Origin
from iccgraph.publish.shacl.rules import Offence, check_rules, for_pyshacl, messages_of
from iccgraph.publish.shacl.targets import TARGETS, focus_nodes
from iccgraph.release.report import Result, ShapeCount, ValidationReport
from iccgraph.vocab import PREFIXES

Locate = Callable[[str], Origin | None]
"""Returns the row that the thing with an IRI was read from."""


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


def focus_counts(data: Store, shapes: rdflib.Graph) -> tuple[ShapeCount, ...]:
    """Return how many focus nodes each shape with a target has in the data."""
    return tuple(
        ShapeCount(str(shape), len(focus_nodes(data, shapes, shape)))
        for shape in sorted(set(shapes.subjects(RDF.type, SH.NodeShape)), key=str)
        if any(shapes.value(shape, target) for target in TARGETS)
    )


def validate_graph(
    triples: Iterable[Triple], shapes: rdflib.Graph, locate: Locate
) -> ValidationReport:
    """Return what the shapes say of the triples.

    Raises: ConformanceError if there was nothing to check, which proves nothing.
    """
    content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    data = rdflib.Graph().parse(data=content, format="nt")
    store = _store(content)
    counts = focus_counts(store, shapes)
    if idle := list(_idle(data, shapes, counts)):
        raise ConformanceError(idle)
    results = [_core_result(*found, shapes, locate) for found in _judge(data, shapes)]
    results += [_rule_result(offence, locate) for offence in check_rules(store, shapes)]
    engine = f"pySHACL {version('pyshacl')}"
    return ValidationReport(engine, len(data), counts, tuple(sorted(results)))


def has_focus(triples: Iterable[Triple], shapes: rdflib.Graph) -> bool:
    """Return whether any shape has anything to check in the triples."""
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in triples)
    return any(count.focus_nodes for count in focus_counts(store, shapes))


def _store(content: bytes) -> Store:
    store = Store()
    store.bulk_load(content, format=RdfFormat.N_TRIPLES)
    return store


def _idle(
    data: rdflib.Graph, shapes: rdflib.Graph, counts: Iterable[ShapeCount]
) -> Iterator[Problem]:
    """Yield what keeps the shapes from checking anything: they, or a target, match nothing."""
    if not any(count.focus_nodes for count in counts):
        wrong = f"no shape has anything to check in {len(data)} triples"
        remedy = "check that data and shapes use the same classes"
        yield Problem("shapes", 0, 0, "", wrong, remedy)
        return
    for shape, target in sorted(shapes.subject_objects(SH.targetClass), key=str):
        ours = str(target).startswith(PREFIXES["icc"])
        if ours and (target, None, None) not in data and (None, RDF.type, target) not in data:
            wrong = f"it checks things of the class {target}, which the ontology does not have"
            yield Problem(str(shape), 0, 0, "targetClass", wrong, "correct the class")


def _judge(
    data: rdflib.Graph, shapes: rdflib.Graph
) -> Iterator[tuple[rdflib.Graph, rdflib.term.Node]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pySHACL's own use of what rdflib deprecates
        try:
            _, report, _ = shacl_validate(
                data, shacl_graph=for_pyshacl(shapes), inference="none", advanced=False
            )
        except Exception as error:  # pySHACL raises many kinds for a shape that makes no sense
            raise SourceError(f"pySHACL cannot use the shapes ({error}); correct them") from error
    if not isinstance(report, rdflib.Graph):
        raise SourceError(f"pySHACL could not use the shapes: {report!r}; correct them")
    for node in report.subjects(RDF.type, SH.ValidationResult):
        yield report, node


def _core_result(
    report: rdflib.Graph, node: rdflib.term.Node, shapes: rdflib.Graph, locate: Locate
) -> Result:
    def one(term: rdflib.term.Node) -> str:
        value = report.value(node, term)
        return "" if value is None or isinstance(value, rdflib.BNode) else str(value)

    shape = report.value(node, SH.sourceShape)
    while isinstance(shape, rdflib.BNode):
        shape = next(iter(shapes.subjects(None, shape)), None)
    messages = messages_of(shapes, shape)
    if DEFAULT not in messages and (found := one(SH.resultMessage)):
        messages[DEFAULT] = found
    return _result(
        locate,
        severity=one(SH.resultSeverity).rpartition("#")[2],
        focus=one(SH.focusNode),
        path=one(SH.resultPath),
        value=one(SH.value),
        component=one(SH.sourceConstraintComponent).rpartition("#")[2],
        shape=str(shape or ""),
        messages=messages,
    )


def _rule_result(offence: Offence, locate: Locate) -> Result:
    rule = offence.rule
    return _result(
        locate,
        severity=rule.severity,
        focus=offence.focus,
        path=offence.values.get("path", ""),
        value=offence.values.get("value", ""),
        component="SPARQLConstraintComponent",
        shape=str(rule.shape),
        messages=offence.messages,
    )


def _result(locate: Locate, messages: Labels, **found: str) -> Result:
    origin = locate(found["focus"]) or locate(found["value"])
    return Result(
        messages=tuple(sorted(messages.items())),
        source=origin.source if origin else "",
        row=origin.row if origin else 0,
        **found,
    )


def problems_of(report: ValidationReport) -> list[Problem]:
    """Return the violations in the form in which all other problems are told."""
    return [
        Problem(
            result.source or result.focus,
            result.row,
            0,
            result.path.rpartition("#")[2].rpartition("/")[2],
            f"{result.focus}: {result.message}"
            + (f" (it is {result.value})" if result.value else ""),
            f"see {result.shape.rpartition('/')[2]}",
        )
        for result in report.violations
    ]
