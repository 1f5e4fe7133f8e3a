"""The report of a build, which two engines share, held against pySHACL's whole report.

A build gives pySHACL shapes that it is faster with, and asks the SPARQL rules of the store; neither
may change one result.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from rdflib import OWL, RDF, SH, BNode, Graph, URIRef
from rdflib.term import Node

from iccgraph.publish.shacl.reference import validate_graph
from tests.shapes.examples import (
    BASE,
    EXAMPLES,
    INVALID,
    VALID,
    example_id,
    read_example,
    report,
    shapes,
)

Found = tuple[str, str, str, str, str, str]
"""Focus node, path, value, component, severity and shape of a result."""


def triples(path: Path) -> list[Triple]:
    """Return an example and the declarations of the classes.

    A build refuses shapes about classes that the ontology does not have. No shape looks at the
    declarations, so pySHACL does without them.
    """
    kind, owl_class = NamedNode(RDF.type), NamedNode(OWL.Class)
    declared = [
        Triple(NamedNode(name), kind, owl_class)
        for name in set(shapes().objects(None, SH.targetClass))
        if isinstance(name, URIRef)
    ]
    content = read_example(path).serialize(format="nt", encoding="utf-8")
    return [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)] + declared


def from_the_build(path: Path) -> Counter[Found]:
    """Return the results of the report that a build would publish."""
    found = validate_graph(triples(path), shapes(), lambda _: None)
    return Counter(
        (r.focus, r.path, r.value, r.component, r.severity, r.shape) for r in found.results
    )


def from_pyshacl(path: Path) -> Counter[Found]:
    """Return the results of pySHACL with all shapes as they stand."""
    graph = report(path)
    return Counter(whole(graph, node) for node in graph.subjects(RDF.type, SH.ValidationResult))


def whole(graph: Graph, node: Node) -> Found:
    """Return one of pySHACL's results in the words of ours."""

    def text(term: URIRef) -> str:
        value = graph.value(node, term)
        return "" if value is None or isinstance(value, BNode) else str(value)

    severity = text(SH.resultSeverity).rpartition("#")[2]
    component = text(SH.sourceConstraintComponent).rpartition("#")[2]
    shape = graph.value(node, SH.sourceShape)
    return (
        text(SH.focusNode),
        text(SH.resultPath),
        text(SH.value),
        component,
        severity,
        str(shape),
    )


def test_two_engines_find_what_one_finds() -> None:
    """The results are those of pySHACL alone: nodes, paths, values, components and severities."""
    found = {path: (from_the_build(path), from_pyshacl(path)) for path in (*VALID, *INVALID)}
    assert sum(theirs.total() for _, theirs in found.values()) > 200
    offenders = [
        f"{example_id(path)}: only the build {dict(ours - theirs)}, only pySHACL "
        f"{dict(theirs - ours)}"
        for path, (ours, theirs) in found.items()
        if ours != theirs
    ]
    assert not offenders, "\n".join(offenders)


def test_the_build_speaks_english_and_french() -> None:
    """Each result of a build has a message in each language, whose gaps are filled."""
    found = [
        (path, result)
        for path in INVALID
        for result in validate_graph(triples(path), shapes(), lambda _: None).results
    ]
    assert len(found) > 200
    offenders = [
        f"{example_id(path)}: {result.messages}"
        for path, result in found
        if [tag for tag, _ in result.messages] != ["en", "fr"]
        or any("{" in text for _, text in result.messages)
    ]
    assert not offenders, "\n".join(offenders)


def test_a_rule_names_what_it_found() -> None:
    """The messages of a SPARQL rule have the values of its result, in both languages."""
    path = EXAMPLES / "DatasetShape" / "invalid-node-sparql.ru"
    (result,) = validate_graph(triples(path), shapes(), lambda _: None).results
    referrer, missing = f"{BASE}id/topic/education", f"{BASE}id/topic/nowhere"
    assert result.value == referrer
    english, french = (text for _, text in result.messages)
    assert english.startswith(f"{referrer} refers to {missing}, which is nowhere described.")
    assert french.startswith(f"{referrer} renvoie à {missing}, qui n’est décrit nulle part.")
