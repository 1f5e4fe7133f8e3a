"""Every constraint of the shapes, held against an example that meets it and one that breaks it.

Reads `shapes/*.ttl` and `shapes/examples/<Shape>/{valid-*,invalid-<property>-<component>}.ttl`.
The name of an invalid file is a claim: exactly one result, with that path and that component.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from pyshacl import validate
from rdflib import RDF, RDFS, SH, VOID, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.graph import _ObjectType
from rdflib.term import Node

SHAPES: Final = Path(__file__).parents[2] / "shapes"
EXAMPLES: Final = SHAPES / "examples"
ICCSH: Final = Namespace("https://w3id.org/iccgraph/shapes#")
VALID: Final = sorted(EXAMPLES.glob("*/valid-*.ttl"))
INVALID: Final = sorted(EXAMPLES.glob("*/invalid-*.ttl"))
CLAIM: Final = re.compile(r"invalid-(?P<path>.+)-(?P<component>[A-Za-z]+)(-[2-9])?")

PARAMETERS: Final = {
    *("class", "datatype", "nodeKind", "minCount", "maxCount", "minInclusive", "maxInclusive"),
    *("maxLength", "pattern", "languageIn", "uniqueLang", "disjoint", "lessThanOrEquals"),
    *("in", "or", "qualifiedMinCount", "sparql"),
}
"""The SHACL parameters that make a constraint; `sh:qualifiedValueShape` goes with its count."""

DESCRIPTIVE: Final = {
    *("path", "name", "message", "severity", "property", "qualifiedValueShape"),
    *("targetClass", "targetSubjectsOf", "targetObjectsOf"),
}
"""The SHACL properties that a shape may have and that demand nothing by themselves."""


TARGETS: Final = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True)
class Result:
    """One result of a validation report, in the words of the file names."""

    shape: Node
    path: str
    component: str
    severity: Node
    constraint: Node | None
    messages: tuple[Literal, ...]


@cache
def shapes() -> Graph:
    """Return all shapes as one graph."""
    graph = Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


@cache
def engine_shapes() -> Graph:
    """Return a copy of the shapes for pySHACL, which writes triples of its own into it."""
    copy = Graph()
    for triple in shapes():
        copy.add(triple)
    return copy


@cache
def data(path: Path) -> Graph:
    """Return an example as the pipeline would hand it over: parsed from N-Triples."""
    text = Graph().parse(path, format="turtle").serialize(format="nt")
    return Graph().parse(data=text, format="nt")


def local_name(iri: Node | None) -> str:
    """Return what follows the last `#` or `/` of an IRI."""
    return re.split(r"[#/]", str(iri))[-1]


def alternatives(graph: Graph, path: Node) -> list[Node]:
    """Return the members of an alternative path."""
    head = graph.value(path, SH.alternativePath)
    assert head is not None
    return list(Collection(graph, head))


def path_name(graph: Graph, path: Node | None) -> str:
    """Return the path as file names spell it; `node` where there is none."""
    if path is None:
        return "node"
    if not isinstance(path, BNode):
        return local_name(path)
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return f"inverse-{local_name(inverse)}"
    return "-or-".join(local_name(member) for member in alternatives(graph, path))


@cache
def results(path: Path) -> tuple[Result, ...]:
    """Return the results of validating an example against all shapes."""
    _, report, _ = validate(data(path), shacl_graph=engine_shapes())
    assert isinstance(report, Graph)
    found = []
    for node in report.subjects(RDF.type, SH.ValidationResult):
        shape = report.value(node, SH.sourceShape)
        severity = report.value(node, SH.resultSeverity)
        assert shape is not None
        assert severity is not None
        component = local_name(report.value(node, SH.sourceConstraintComponent))
        messages = (m for m in report.objects(node, SH.resultMessage) if isinstance(m, Literal))
        found.append(
            Result(
                shape=shape,
                path=path_name(report, report.value(node, SH.resultPath)),
                component=component.removesuffix("ConstraintComponent").lower(),
                severity=severity,
                constraint=report.value(node, SH.sourceConstraint),
                messages=tuple(sorted(messages)),
            )
        )
    return tuple(found)


def node_shapes() -> list[URIRef]:
    """Return the node shapes that have a name."""
    return sorted(s for s in shapes().subjects(RDF.type, SH.NodeShape) if isinstance(s, URIRef))


def named_shapes() -> list[tuple[URIRef, URIRef]]:
    """Return each named shape with the node shape that it belongs to."""
    pairs = []
    for shape in node_shapes():
        pairs.append((shape, shape))
        properties = shapes().objects(shape, SH.property)
        pairs.extend((p, shape) for p in properties if isinstance(p, URIRef))
    return pairs


def focus_nodes(shape: URIRef, graph: Graph) -> set[_ObjectType]:
    """Return the nodes of a graph that the targets of a node shape select."""
    found: set[_ObjectType] = set()
    for target in shapes().objects(shape, SH.targetClass):
        found.update(graph.subjects(RDF.type, target))
    for target in shapes().objects(shape, SH.targetSubjectsOf):
        found.update(graph.subjects(target))
    for target in shapes().objects(shape, SH.targetObjectsOf):
        found.update(graph.objects(None, target))
    return found


def predicates(path: Node) -> tuple[list[Node], bool]:
    """Return the predicates that a path is made of, and whether it is followed backwards."""
    graph = shapes()
    if not isinstance(path, BNode):
        return [path], False
    inverse = graph.value(path, SH.inversePath)
    if inverse is not None:
        return [inverse], True
    return alternatives(graph, path), False


def constraints() -> list[tuple[Node, str, Node | None]]:
    """Return each constraint: its shape, its component, and the SPARQL constraint if it is one."""
    found: list[tuple[Node, str, Node | None]] = []
    for shape, _ in named_shapes():
        for predicate, value in shapes().predicate_objects(shape):
            name = local_name(predicate)
            if str(predicate).startswith(str(SH)) and name not in DESCRIPTIVE:
                assert name in PARAMETERS, f"{shape} has the unknown parameter sh:{name}"
                found.append((shape, name.lower(), value if name == "sparql" else None))
    return found


def example_id(path: Path) -> str:
    """Return the name under which pytest lists an example."""
    return f"{path.parent.name}/{path.stem}"


def test_examples_exist() -> None:
    """There are valid and invalid examples to look at."""
    assert VALID
    assert INVALID


@pytest.mark.parametrize("path", VALID, ids=example_id)
def test_valid_example_conforms(path: Path) -> None:
    """A valid example has at least one node that its shape checks, and no result."""
    assert focus_nodes(ICCSH[path.parent.name], data(path))
    assert results(path) == ()


@pytest.mark.parametrize("path", INVALID, ids=example_id)
def test_invalid_example_breaks_what_its_name_says(path: Path) -> None:
    """An invalid example has exactly one result, with the path and component of its name."""
    claim = CLAIM.fullmatch(path.stem)
    assert claim is not None
    found = results(path)
    assert [(r.path, r.component) for r in found] == [(claim["path"], claim["component"].lower())]
    owners = dict(named_shapes())
    assert owners[URIRef(str(found[0].shape))] == ICCSH[path.parent.name]


def language_of(message: Literal, source: Node) -> str | None:
    """Return the language of a message, by its template where pySHACL has dropped the tag."""
    if message.language is not None:
        return message.language
    for template in shapes().objects(source, SH.message):
        pattern = re.sub(r"\\{\\\?\w+\\}", ".+", re.escape(str(template)))
        if re.fullmatch(pattern, str(message)) and isinstance(template, Literal):
            return template.language
    return None


@pytest.mark.parametrize("path", INVALID, ids=example_id)
def test_results_speak_english_and_french(path: Path) -> None:
    """Each result has one message in English and one in French, with no gap left unfilled."""
    for result in results(path):
        source = result.constraint or result.shape
        languages = [language_of(message, source) for message in result.messages]
        assert sorted(map(str, languages)) == ["en", "fr"]
        assert not any("{" in message for message in result.messages)


def test_every_constraint_is_broken_by_one_example() -> None:
    """Each constraint of the shapes is the one that exactly one invalid example breaks."""
    broken = [(r.shape, r.component, r.constraint) for p in INVALID for r in results(p)]
    assert len(constraints()) > 200
    assert sorted(map(str, broken)) == sorted(map(str, constraints()))


@pytest.mark.parametrize("shape", node_shapes(), ids=local_name)
def test_valid_examples_use_every_property(shape: URIRef) -> None:
    """The valid examples of a shape give each of its property shapes a value to check."""
    examples = [data(p) for p in VALID if p.parent.name == local_name(shape)]
    assert examples
    for property_shape in shapes().objects(shape, SH.property):
        path = shapes().value(property_shape, SH.path)
        assert path is not None
        names, inverse = predicates(path)
        checked = [
            value
            for graph in examples
            for focus in focus_nodes(shape, graph)
            for name in names
            for value in (graph.subjects(name, focus) if inverse else graph.objects(focus, name))
        ]
        assert checked, f"no valid example gives {property_shape} a value"


@pytest.mark.parametrize("shape", node_shapes(), ids=local_name)
def test_every_shape_has_a_target_and_examples(shape: URIRef) -> None:
    """Each node shape has a target, and a folder with valid and invalid examples."""
    assert any(shapes().value(shape, target) for target in TARGETS)
    folder = EXAMPLES / local_name(shape)
    assert list(folder.glob("valid-*.ttl"))
    assert list(folder.glob("invalid-*.ttl"))


def test_no_folder_without_a_shape() -> None:
    """Each folder of examples is named after a node shape."""
    folders = {path.name for path in EXAMPLES.iterdir()}
    assert folders == {local_name(shape) for shape in node_shapes()}


@pytest.mark.parametrize("pair", named_shapes(), ids=lambda pair: local_name(pair[0]))
def test_named_shape_explains_itself(pair: tuple[URIRef, URIRef]) -> None:
    """A named shape has a name in English and French, a severity, and a message where it demands.

    The message of a SPARQL constraint stands at the constraint.
    """
    shape, owner = pair
    graph = shapes()
    names = [n.language for n in graph.objects(shape, SH.name) if isinstance(n, Literal)]
    assert sorted(map(str, names)) == ["en", "fr"]
    assert graph.value(shape, SH.severity) in (SH.Violation, SH.Warning)
    assert str(shape) == str(owner) or str(shape).startswith(f"{owner}-")
    demands = [(s, c, n) for s, c, n in constraints() if s == shape]
    for _, _, node in demands:
        messages = list(graph.objects(node or shape, SH.message))
        assert sorted(str(m.language) for m in messages if isinstance(m, Literal)) == ["en", "fr"]


def test_warnings_are_few() -> None:
    """Missing summaries and coordinates, and what Wikidata says differently, are warnings."""
    warnings = set(shapes().subjects(SH.severity, SH.Warning))
    missing = {ICCSH["PracticeShape-description-given"], ICCSH["CityShape-position"]}
    assert warnings == {*missing, ICCSH.AgreementShape}


def test_messages_have_no_unfilled_gap() -> None:
    """Each variable in the message of a SPARQL constraint is one that its query returns."""
    graph = shapes()
    nodes = list(graph.subjects(RDF.type, SH.SPARQLConstraint))
    assert len(nodes) == 11
    for node in nodes:
        query = str(graph.value(node, SH.select))
        head = query[query.index("SELECT") : query.index("WHERE")]
        for message in graph.objects(node, SH.message):
            for variable in re.findall(r"\{\?(\w+)\}", str(message)):
                assert f"?{variable}" in head


def test_sparql_is_asked_once() -> None:
    """SPARQL constraints hang on shapes of the dataset alone, which one node of a release meets."""
    owners = set(shapes().subjects(SH.sparql))
    assert owners == {ICCSH.DatasetShape, ICCSH.AgreementShape}
    for owner in owners:
        assert list(shapes().objects(owner, SH.targetClass)) == [VOID.Dataset]


def test_shapes_carry_no_statements_about_classes() -> None:
    """No class hierarchy comes in with the shapes, which would widen their targets."""
    assert not list(shapes().subject_objects(RDFS.subClassOf))


def test_shapes_work_below_any_base() -> None:
    """No shape names an address below the default base, but for the fixed vocabularies."""
    allowed = ("def", "shapes", "catalogue#contributors")
    base = "https://w3id.org/iccgraph/"
    for triple in shapes():
        for term in triple:
            text = str(term)
            if isinstance(term, URIRef) and text.startswith(base):
                assert text.removeprefix(base).startswith(allowed)


def test_equal_and_unordered_years_do_not_stop_the_engine() -> None:
    """Years that are equal, ill-formed or no years give a report rather than an error."""
    examples = {p.stem: results(p) for p in EXAMPLES.glob("IntervalShape/*.ttl")}
    assert examples["valid-same"] == ()
    assert len(examples["invalid-node-or"]) == 1
