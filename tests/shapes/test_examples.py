"""Every constraint of the shapes, held against an example that meets it and one that breaks it.

The name of an invalid example, `invalid-<property>-<component>.ru`, is a claim: exactly one result,
with that path and that component.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph
import pytest
from pyshacl import validate
from rdflib import RDF, RDFS, SH, VOID, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.graph import _ObjectType
from rdflib.plugins.sparql import prepareUpdate
from rdflib.term import Node

from iccgraph.publish.shacl.rules import TEMPLATE
from tests.shapes.examples import (
    BASE,
    EXAMPLES,
    INVALID,
    VALID,
    edited,
    example_id,
    parse_edit,
    parse_turtle,
    prefixes,
    read_example,
    report,
    shapes,
    shapes_for_pyshacl,
)

ICCSH: Final = Namespace("https://w3id.org/iccgraph/shapes#")
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

OF_ONE_NODE: Final = {ICCSH.IntervalShape, ICCSH["MembershipShape-interval"]}
"""The shapes with SPARQL constraints about one thing, which is the focus node."""

TARGETS: Final = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True)
class Result:
    """One result of a validation report, in the words of the file names."""

    shape: Node
    path: str
    component: str
    messages: tuple[Literal, ...]


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
    graph = report(path)
    found = []
    for node in graph.subjects(RDF.type, SH.ValidationResult):
        shape = graph.value(node, SH.sourceShape)
        assert shape is not None
        component = local_name(graph.value(node, SH.sourceConstraintComponent))
        messages = (m for m in graph.objects(node, SH.resultMessage) if isinstance(m, Literal))
        found.append(
            Result(
                shape=shape,
                path=path_name(graph, graph.value(node, SH.resultPath)),
                component=component.removesuffix("ConstraintComponent").lower(),
                messages=tuple(sorted(messages)),
            )
        )
    return tuple(found)


def node_shapes() -> list[URIRef]:
    """Return the node shapes that have a name."""
    return sorted(s for s in shapes().subjects(RDF.type, SH.NodeShape) if isinstance(s, URIRef))


def family(shape: URIRef) -> URIRef:
    """Return what a rule that is a shape of its own belongs to; of others, the shape itself."""
    return ICCSH[local_name(shape).partition("-")[0]]


def families() -> dict[URIRef, list[URIRef]]:
    """Return the node shapes by what they belong to, which names their folder of examples."""
    found: dict[URIRef, list[URIRef]] = {}
    for shape in node_shapes():
        found.setdefault(family(shape), []).append(shape)
    return found


def named_shapes() -> list[tuple[URIRef, URIRef]]:
    """Return each named shape with what it belongs to."""
    pairs = []
    for shape in node_shapes():
        pairs.append((shape, family(shape)))
        properties = shapes().objects(shape, SH.property)
        pairs.extend((p, shape) for p in properties if isinstance(p, URIRef))
    return pairs


def focus_nodes(owner: URIRef, graph: Graph) -> set[_ObjectType]:
    """Return the nodes of a graph that the targets of a node shape and its rules select."""
    found: set[_ObjectType] = set()
    for shape in families()[owner]:
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


def constraints() -> list[tuple[Node, str]]:
    """Return each constraint: its shape and its component."""
    found: list[tuple[Node, str]] = []
    for shape, _ in named_shapes():
        for predicate in shapes().predicates(shape):
            name = local_name(predicate)
            if str(predicate).startswith(str(SH)) and name not in DESCRIPTIVE:
                assert name in PARAMETERS, f"{shape} has the unknown parameter sh:{name}"
                found.append((shape, name.lower()))
    return found


def described(found: tuple[Result, ...]) -> str:
    """Return results as a failure lists them."""
    return ", ".join(f"{local_name(r.shape)} {r.path} {r.component}" for r in found) or "nothing"


def test_examples_exist() -> None:
    """There are valid and invalid examples to look at, and no file that is neither."""
    assert len(VALID) > 30
    assert len(INVALID) > 200
    assert {path for path in EXAMPLES.rglob("*") if path.is_file()} == {*VALID, *INVALID}


def test_valid_examples_conform() -> None:
    """A valid example has at least one node that its shape checks, and no result."""
    offenders = [
        f"{example_id(path)}: {described(results(path))}"
        for path in VALID
        if results(path) or not focus_nodes(ICCSH[path.parent.name], read_example(path))
    ]
    assert not offenders, "\n".join(offenders)


def proves_its_claim(path: Path) -> bool:
    """Return whether an example has one result, of its folder's shape, that its name foretells."""
    claim = CLAIM.fullmatch(path.stem)
    found = results(path)
    if claim is None or len(found) != 1:
        return False
    owner = dict(named_shapes()).get(URIRef(str(found[0].shape)))
    broken = (found[0].path, found[0].component, owner)
    return broken == (claim["path"], claim["component"].lower(), ICCSH[path.parent.name])


def test_invalid_examples_break_what_their_names_say() -> None:
    """An invalid example has exactly one result, with the path and component of its name."""
    offenders = [
        f"{example_id(path)}: {described(results(path))}"
        for path in INVALID
        if not proves_its_claim(path)
    ]
    assert not offenders, "\n".join(offenders)


def idle_statements(path: Path) -> Iterator[str]:
    """Yield what an edit deletes although it is not there, or inserts although it is."""
    before = parse_turtle(edited(path))
    for operation in parse_edit(path).algebra:
        if operation.name in ("DeleteData", "InsertData"):
            for triple in operation.triples:
                if (triple in before) != (operation.name == "DeleteData"):
                    yield f"{example_id(path)}: {' '.join(term.n3() for term in triple)}"


def test_edits_delete_what_is_there() -> None:
    """Each statement that an edit deletes is in the valid example, and none that it inserts."""
    offenders = [line for path in INVALID for line in idle_statements(path)]
    assert not offenders, "\n".join(offenders)


def applied_by_oxigraph(path: Path) -> pyoxigraph.Store:
    """Return an invalid example as the other engine makes it."""
    store = pyoxigraph.Store()
    store.load(path=edited(path), base_iri=BASE)
    store.update(path.read_text(encoding="utf-8"), base_iri=BASE, prefixes=prefixes(path))
    return store


def applied_by_rdflib(path: Path) -> pyoxigraph.Store:
    """Return an invalid example as the tests read it, in the spelling of the other engine."""
    store = pyoxigraph.Store()
    text = read_example(path).serialize(format="nt")
    store.load(text.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def test_both_engines_apply_an_edit_alike() -> None:
    """An edit is read by rdflib and by Oxigraph, as the same graph."""
    offenders = [
        example_id(path)
        for path in INVALID
        if set(applied_by_rdflib(path)) != set(applied_by_oxigraph(path))
    ]
    assert not offenders, "\n".join(offenders)


def language_of(message: Literal, source: Node) -> str | None:
    """Return the language of a message, by its text where pySHACL has dropped the tag."""
    said = [m for m in shapes().objects(source, SH.message) if str(m) == str(message)]
    return said[0].language if said and isinstance(said[0], Literal) else None


def speaks_both_languages(result: Result) -> bool:
    """Return whether a result has one message in each language, with no gap left unfilled."""
    languages = sorted(str(language_of(message, result.shape)) for message in result.messages)
    return languages == ["en", "fr"] and not any("{" in text for text in result.messages)


def test_results_speak_english_and_french() -> None:
    """Each result has one message in English and one in French, with no gap left unfilled."""
    found = [(path, result) for path in INVALID for result in results(path)]
    assert found
    offenders = [
        f"{example_id(path)}: {' / '.join(result.messages)}"
        for path, result in found
        if not speaks_both_languages(result)
    ]
    assert not offenders, "\n".join(offenders)


def test_every_constraint_is_broken_by_one_example() -> None:
    """Each constraint of the shapes is the one that exactly one invalid example breaks."""
    broken = Counter((r.shape, r.component) for p in INVALID for r in results(p))
    demanded = Counter(constraints())
    assert len(demanded) > 200
    offenders = [f"not broken: {shape} {name}" for shape, name in demanded - broken]
    offenders += [f"broken once more: {shape} {name}" for shape, name in broken - demanded]
    assert not offenders, "\n".join(offenders)


def checked_values(shape: URIRef, property_shape: Node) -> Iterator[Node]:
    """Yield what a property shape checks in the valid examples of its node shape."""
    path = shapes().value(property_shape, SH.path)
    assert path is not None
    names, inverse = predicates(path)
    for example in VALID:
        if example.parent.name == local_name(shape):
            graph = read_example(example)
            for focus in focus_nodes(shape, graph):
                for name in names:
                    yield from (
                        graph.subjects(name, focus) if inverse else graph.objects(focus, name)
                    )


def test_valid_examples_use_every_property() -> None:
    """The valid examples of a shape give each of its property shapes a value to check."""
    pairs = [(s, p) for s in node_shapes() for p in shapes().objects(s, SH.property)]
    assert len(pairs) > 80
    offenders = [str(p) for s, p in pairs if not any(True for _ in checked_values(s, p))]
    assert not offenders, "\n".join(offenders)


def test_every_shape_has_a_target_and_examples() -> None:
    """Each node shape has a target, and a folder with a full valid example and invalid ones."""
    assert len(node_shapes()) > 10
    offenders = [
        str(shape)
        for shape in node_shapes()
        if not any(shapes().value(shape, target) for target in TARGETS)
        or not (EXAMPLES / local_name(family(shape)) / "valid-full.ttl").exists()
        or not any(path.parent.name == local_name(family(shape)) for path in INVALID)
    ]
    assert not offenders, "\n".join(offenders)


def test_no_folder_without_a_shape() -> None:
    """Each folder of examples is named after a node shape, or after what rules belong to."""
    folders = {path.name for path in EXAMPLES.iterdir()}
    assert folders == {local_name(owner) for owner in families()}


def in_both_languages(texts: Iterable[Node]) -> bool:
    """Return whether the texts are one in English and one in French."""
    languages = [text.language for text in texts if isinstance(text, Literal)]
    return sorted(map(str, languages)) == ["en", "fr"]


def faults(shape: URIRef, owner: URIRef) -> Iterator[str]:
    """Yield what a named shape does not say of itself."""
    graph = shapes()
    if not in_both_languages(graph.objects(shape, SH.name)):
        yield "name"
    if graph.value(shape, SH.severity) not in (SH.Violation, SH.Warning):
        yield "severity"
    if shape != owner and not shape.startswith(f"{owner}-"):
        yield f"not named after {owner}"
    for source, component in constraints():
        if source == shape and not in_both_languages(graph.objects(shape, SH.message)):
            yield f"message of {component}"


def test_named_shapes_explain_themselves() -> None:
    """A named shape has a name and messages in both languages, and a severity."""
    assert len(named_shapes()) > 100
    offenders = [
        f"{shape}: {fault}" for shape, owner in named_shapes() for fault in faults(shape, owner)
    ]
    assert not offenders, "\n".join(offenders)


def test_warnings_are_few() -> None:
    """Missing summaries and coordinates, and what Wikidata says differently, are warnings."""
    warnings = set(shapes().subjects(SH.severity, SH.Warning))
    missing = {ICCSH["PracticeShape-description-given"], ICCSH["CityShape-position"]}
    assert warnings == {*missing, *families()[ICCSH.AgreementShape]}


def rules() -> list[tuple[Node, Node]]:
    """Return the shapes with SPARQL constraints, each with its constraint."""
    found = list(shapes().subject_objects(SH.sparql))
    assert len(found) == 14
    return found


def test_templates_have_no_unfilled_gap() -> None:
    """A message template is in both languages, and its query returns all its variables.

    Intervals of years have none: their messages speak of the focus node alone.
    """
    graph = shapes()
    offenders = []
    for shape, constraint in rules():
        query = str(graph.value(constraint, SH.select))
        head = query[query.index("SELECT") : query.index("WHERE")]
        templates = list(graph.objects(shape, TEMPLATE))
        if shape not in OF_ONE_NODE and not in_both_languages(templates):
            offenders.append(f"{shape}: not in both languages")
        for template in templates:
            variables = re.findall(r"\{\?(\w+)\}", str(template))
            offenders += [f"{shape}: ?{v}" for v in variables if f"?{v}" not in head]
            if not variables:
                offenders.append(f"{shape}: no variable in a template")
    assert not offenders, "\n".join(offenders)


def test_messages_have_no_gap() -> None:
    """No message has a gap, for engines fill gaps in messages of SPARQL constraints only."""
    messages = list(shapes().subject_objects(SH.message))
    assert len(messages) > 200
    offenders = [f"{shape}: {text}" for shape, text in messages if "{" in str(text)]
    assert not offenders, "\n".join(offenders)


def test_a_sparql_constraint_stands_alone() -> None:
    """A shape with a SPARQL constraint has one, no other constraint, and the messages of both.

    The messages tell what the one rule is about. Jena takes one message on a SPARQL constraint.
    """
    owners = Counter(shape for shape, _ in rules())
    assert set(owners.values()) == {1}
    for shape, constraint in rules():
        assert [name for owner, name in constraints() if owner == shape] == ["sparql"]
        assert not list(shapes().objects(shape, SH.property))
        assert not list(shapes().objects(constraint, SH.message))


def test_sparql_is_asked_once() -> None:
    """SPARQL constraints are asked of the dataset alone, which is one node of a release.

    But for intervals of years: there the query compares two values of one thing, which costs as
    little as a core constraint, and the result names the thing.
    """
    for shape, _ in rules():
        if shape not in OF_ONE_NODE:
            assert list(shapes().objects(shape, SH.targetClass)) == [VOID.Dataset]
            assert not list(shapes().objects(shape, SH.targetSubjectsOf))


def test_shapes_carry_no_statements_about_classes() -> None:
    """No class hierarchy comes in with the shapes, which would widen their targets."""
    assert not list(shapes().subject_objects(RDFS.subClassOf))


def test_shapes_work_below_any_base() -> None:
    """No shape names an address below the default base, but for the fixed vocabularies."""
    allowed = ("def", "shapes", "catalogue#contributors")
    base = "https://w3id.org/iccgraph/"
    ours = {t for triple in shapes() for t in triple if isinstance(t, URIRef) and base in t}
    assert ours
    offenders = [term for term in sorted(ours) if not term.removeprefix(base).startswith(allowed)]
    assert not offenders, "\n".join(offenders)


def years(first: str, last: str) -> str:
    """Return the first and last year of the interval in the examples as Turtle."""
    first, last = (f'"{year}"^^xsd:gYear' for year in (first, last))
    return f"{{ <id/practice/peer-mentors> icc:firstYear {first} ; icc:lastYear {last} }}"


@pytest.mark.parametrize(
    ("first", "last", "reversed_"),
    [
        ("2014", "2014", False),
        ("2014", "2015", False),
        ("2015", "2014", True),
        ("0999", "1000", False),
        ("soon", "2014", False),
        ("2014", "later", False),
        ("-0044", "0010", False),
        ("12014", "2014", True),
    ],
)
def test_years_are_compared_as_numbers(first: str, last: str, reversed_: bool) -> None:
    """An interval that ends before it begins is a result; ill-formed years stop no engine."""
    path = EXAMPLES / "IntervalShape" / "valid-full.ttl"
    graph = Graph()
    graph += parse_turtle(path)
    edit = f"DELETE DATA {years('2014', '2019')} ; INSERT DATA {years(first, last)}"
    graph.update(prepareUpdate(edit, initNs=prefixes(path), base=BASE))
    _, found, _ = validate(graph, shacl_graph=shapes_for_pyshacl())
    assert isinstance(found, Graph)
    assert ((None, SH.sourceShape, ICCSH.IntervalShape) in found) == reversed_


@pytest.mark.parametrize(
    ("folder", "edit", "rule"),
    [
        (
            "AssessmentShape",
            """DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-report ;
                dcterms:date "2013-05"^^xsd:gYearMonth } ;
            INSERT DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-quoted }""",
            "quoted",
        ),
        (
            "AssessmentShape",
            """DELETE DATA { <id/assessment/barcelona-2013-report> dcterms:type icc:kind-report ;
                icc:score 64.5 } ;
            INSERT DATA { <id/assessment/barcelona-2013-report>
                dcterms:type icc:kind-assessed-by }""",
            "assessed-by",
        ),
        (
            "ProfileShape",
            "DELETE DATA { <id/profile/barcelona-2012> icc:population 1620943 }",
            "population-dated",
        ),
        (
            "ProfileShape",
            """DELETE DATA { <id/profile/barcelona-2012> icc:majorityShare 82.6 ;
                icc:foreignBornShare 21.5 ; icc:nonNationalShare 17.4 ;
                icc:migrantBackgroundShare 25.5 }""",
            "shares-dated",
        ),
    ],
)
def test_rules_about_two_columns_hold_for_both(folder: str, edit: str, rule: str) -> None:
    """A rule about two properties is broken by either; the examples break it by the other one."""
    path = EXAMPLES / folder / "valid-full.ttl"
    graph = Graph()
    graph += parse_turtle(path)
    graph.update(prepareUpdate(edit, initNs=prefixes(path), base=BASE))
    _, found, _ = validate(graph, shacl_graph=shapes_for_pyshacl())
    assert isinstance(found, Graph)
    assert list(found.objects(None, SH.sourceShape)) == [ICCSH[f"{folder}-{rule}"]]
