"""What a SHACL engine found, in a form in which engines can be compared.

Two engines give the same verdict on a graph if they report the same results: the same focus node,
path, severity, source shape, constraint component and value, each as often. Left out are the words
of messages, the source constraint, details, and what follows.

- A shape without a name is told by its blank node, which is another one in each report.
- The value of `sh:UniqueLangConstraintComponent`: the specification gives it none (SHACL, section
  4.4.3), and Jena from version 5 one of the texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, parse, serialize
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph
from rdflib.collection import Collection
from rdflib.term import Node

from iccgraph.iris import Iris
from iccgraph.publish.pipeline import Built
from iccgraph.release.manifest import QUADS
from iccgraph.settings import Settings
from tests.shapes.examples import (
    INVALID,
    VALID,
    Example,
    example_id,
    read_example,
    report,
    shapes_for_pyshacl,
)


class Found(NamedTuple):
    """One result; what it does not have is empty."""

    focus: str
    path: str
    severity: str
    shape: str
    component: str
    value: str


Verdict = Counter[Found]
Find = Callable[[bytes], Verdict]
"""Returns what an engine finds in N-Triples."""


def verdict(report: Graph) -> Verdict:
    """Return the results of an engine's report.

    Raises: AssertionError if the graph is no report, or says one thing of itself and its results
    another.
    """
    (node,) = report.subjects(RDF.type, SH.ValidationReport)
    results = Counter(_found(report, result) for result in report.objects(node, SH.result))
    assert str(report.value(node, SH.conforms)).lower() == str(not results).lower()
    return results


def _found(report: Graph, result: Node) -> Found:
    def text(term: Node) -> str:
        value = report.value(result, term)
        return "" if value is None else "a blank node" if isinstance(value, BNode) else value.n3()

    component = text(SH.sourceConstraintComponent)
    unique = component == SH.UniqueLangConstraintComponent.n3()
    return Found(
        focus=text(SH.focusNode),
        path=_path(report, report.value(result, SH.resultPath)),
        severity=text(SH.resultSeverity),
        shape=text(SH.sourceShape),
        component=component,
        value="" if unique else text(SH.value),
    )


def _path(report: Graph, path: Node | None) -> str:
    """Return a path as SPARQL writes it; an alternative of alternatives is one of all."""
    if path is None or not isinstance(path, BNode):
        return "" if path is None else path.n3()
    if inverse := report.value(path, SH.inversePath):
        return f"^{_path(report, inverse)}"
    head = report.value(path, SH.alternativePath)
    assert head is not None, "a path that is neither a property, an inverse nor an alternative"
    return "|".join(_path(report, member) for member in Collection(report, head))


def release(settings: Settings, built: Built) -> bytes:
    """Return what the shapes judge of a release: all but the shapes, as N-Triples."""
    left_out = NamedNode(Iris().graph("shapes"))
    path = settings.releases_dir / built.name / QUADS
    quads = parse(path=path, format=RdfFormat.N_QUADS)
    triples = [quad.triple for quad in quads if quad.graph_name != left_out]
    assert len(triples) > 10_000
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def agree_on_the_examples(find: Find) -> None:
    """Hold what another engine finds in N-Triples against pySHACL, for each example.

    Raises: AssertionError if one differs, or if the other finds nothing in an invalid example.
    """
    offenders, broken = [], set()
    for path in (*VALID, *INVALID):
        theirs = find(read_example(path).serialize(format="nt", encoding="utf-8"))
        assert bool(theirs) == (path in INVALID), example_id(path)
        broken |= {(found.shape, found.component) for found in theirs}
        offenders += _differences(example_id(path), verdict(report(path)), theirs)
    assert not offenders, "\n".join(offenders)
    assert len(broken) > 200


def agree_on_the_release(find: Find, data: bytes) -> None:
    """Hold what another engine finds in a release against pySHACL.

    Raises: AssertionError if they differ, or if there is nothing that both could find.
    """
    graph = Example()
    graph.parse(data=data, format="nt")
    _, found, _ = validate(graph, shacl_graph=shapes_for_pyshacl())
    assert isinstance(found, Graph)
    ours = verdict(found)
    assert ours
    offenders = _differences("release", ours, find(data))
    assert not offenders, "\n".join(offenders)


def _differences(name: str, ours: Verdict, theirs: Verdict) -> list[str]:
    """Return what one engine found and the other did not, as a failure lists it."""
    lines = [f"{name}: only pySHACL: {' '.join(found)}" for found in (ours - theirs).elements()]
    more = [f"{name}: not pySHACL: {' '.join(found)}" for found in (theirs - ours).elements()]
    return lines + more
