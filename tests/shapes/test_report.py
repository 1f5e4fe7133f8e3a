"""The report of a build, which two engines share, held against pySHACL's whole report.

Reads `shapes/*.ttl` and all examples below `shapes/examples`. A build gives pySHACL shapes that
it is faster with, and asks the SPARQL rules of the store; neither may change one result.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from pyshacl import validate
from rdflib import OWL, RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from iccgraph.publish.shacl.reference import load_shapes, validate_graph

SHAPES: Final = Path(__file__).parents[2] / "shapes"
EXAMPLES: Final = sorted((SHAPES / "examples").glob("*/*.ttl"))
Found = tuple[str, str, str, str, str, str]
"""Focus node, path, value, component, severity and shape of a result."""


@cache
def shapes() -> Graph:
    """Return all shapes as one graph."""
    return load_shapes(SHAPES)


@cache
def shapes_for_pyshacl() -> Graph:
    """Return the shapes once more: pySHACL writes triples of its own into what it is given."""
    return load_shapes(SHAPES)


@cache
def classes() -> tuple[URIRef, ...]:
    """Return the classes that shapes look at, which a build knows from the ontology."""
    return tuple(c for c in set(shapes().objects(None, SH.targetClass)) if isinstance(c, URIRef))


def triples(path: Path) -> list[Triple]:
    """Return an example and the declarations of the classes."""
    kind, owl_class = NamedNode(RDF.type), NamedNode(OWL.Class)
    declared = [Triple(NamedNode(name), kind, owl_class) for name in classes()]
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)] + declared


def from_the_build(path: Path) -> Counter[Found]:
    """Return the results of the report that a build would publish."""
    report = validate_graph(triples(path), shapes(), lambda _: None)
    return Counter(
        (r.focus, r.path, r.value, r.component, r.severity, r.shape) for r in report.results
    )


def from_pyshacl(path: Path) -> Counter[Found]:
    """Return the results of pySHACL with all shapes as they stand."""
    data = Graph().parse(path, format="turtle")
    for name in classes():
        data.add((name, RDF.type, OWL.Class))
    data = Graph().parse(data=data.serialize(format="nt"), format="nt")
    _, report, _ = validate(data, shacl_graph=shapes_for_pyshacl())
    assert isinstance(report, Graph)
    results = report.subjects(RDF.type, SH.ValidationResult)
    return Counter(whole(report, node) for node in results)


def whole(report: Graph, node: Node) -> Found:
    """Return one of pySHACL's results in the words of ours."""

    def text(term: URIRef) -> str:
        value = report.value(node, term)
        return "" if value is None or isinstance(value, BNode) else str(value)

    severity = text(SH.resultSeverity).rpartition("#")[2]
    component = text(SH.sourceConstraintComponent).rpartition("#")[2]
    shape = report.value(node, SH.sourceShape)
    return (
        text(SH.focusNode),
        text(SH.resultPath),
        text(SH.value),
        component,
        severity,
        str(shape),
    )


def test_there_are_examples() -> None:
    """There are some hundred examples, of which most break a constraint."""
    assert len(EXAMPLES) > 200


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_two_engines_find_what_one_finds(path: Path) -> None:
    """The results are those of pySHACL alone: nodes, paths, values, components and severities."""
    assert from_the_build(path) == from_pyshacl(path)
