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
from rdflib import RDF, RDFS, SH, VOID, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.graph import _ObjectType
from rdflib.term import Node

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

TARGETS: Final = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


@dataclass(frozen=True)
class Result:
    """One result of a validation report, in the words of the file names."""

    shape: Node
    path: str
    component: str
    constraint: Node | None
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
                constraint=graph.value(node, SH.sourceConstraint),
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
    """Return the language of a message, by its template where pySHACL has dropped the tag."""
    if message.language is not None:
        return message.language
    for template in shapes().objects(source, SH.message):
        pattern = re.sub(r"\\{\\\?\w+\\}", ".+", re.escape(str(template)))
        if re.fullmatch(pattern, str(message)) and isinstance(template, Literal):
            return template.language
    return None


def speaks_both_languages(result: Result) -> bool:
    """Return whether a result has one message in each language, with no gap left unfilled."""
    source = result.constraint or result.shape
    languages = sorted(str(language_of(message, source)) for message in result.messages)
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
    broken = Counter((r.shape, r.component, r.constraint) for p in INVALID for r in results(p))
    demanded = Counter(constraints())
    assert len(demanded) > 200
    offenders = [f"not broken: {shape} {name}" for shape, name, _ in demanded - broken]
    offenders += [f"broken once more: {shape} {name}" for shape, name, _ in broken - demanded]
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
        or not (EXAMPLES / local_name(shape) / "valid-full.ttl").exists()
        or not any(path.parent.name == local_name(shape) for path in INVALID)
    ]
    assert not offenders, "\n".join(offenders)


def test_no_folder_without_a_shape() -> None:
    """Each folder of examples is named after a node shape."""
    folders = {path.name for path in EXAMPLES.iterdir()}
    assert folders == {local_name(shape) for shape in node_shapes()}


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
    for source, component, node in constraints():
        if source == shape and not in_both_languages(graph.objects(node or shape, SH.message)):
            yield f"message of {component}"


def test_named_shapes_explain_themselves() -> None:
    """A named shape has a name in English and French, a severity, and a message where it demands.

    The message of a SPARQL constraint stands at the constraint.
    """
    assert len(named_shapes()) > 100
    offenders = [
        f"{shape}: {fault}" for shape, owner in named_shapes() for fault in faults(shape, owner)
    ]
    assert not offenders, "\n".join(offenders)


def test_warnings_are_few() -> None:
    """Missing summaries and coordinates, and what Wikidata says differently, are warnings."""
    warnings = set(shapes().subjects(SH.severity, SH.Warning))
    missing = {ICCSH["PracticeShape-description-given"], ICCSH["CityShape-position"]}
    assert warnings == {*missing, ICCSH.AgreementShape}


def test_messages_have_no_unfilled_gap() -> None:
    """Each variable in the message of a SPARQL constraint is one that its query returns."""
    graph = shapes()
    offenders = []
    nodes = list(graph.subjects(RDF.type, SH.SPARQLConstraint))
    assert len(nodes) == 11
    for node in nodes:
        query = str(graph.value(node, SH.select))
        head = query[query.index("SELECT") : query.index("WHERE")]
        for message in graph.objects(node, SH.message):
            for variable in re.findall(r"\{\?(\w+)\}", str(message)):
                if f"?{variable}" not in head:
                    offenders.append(f"{node}: ?{variable}")
    assert not offenders, "\n".join(offenders)


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
    ours = {t for triple in shapes() for t in triple if isinstance(t, URIRef) and base in t}
    assert ours
    offenders = [term for term in sorted(ours) if not term.removeprefix(base).startswith(allowed)]
    assert not offenders, "\n".join(offenders)


def test_equal_and_unordered_years_do_not_stop_the_engine() -> None:
    """Years that are equal, ill-formed or no years give a report rather than an error."""
    folder = EXAMPLES / "IntervalShape"
    assert results(folder / "valid-same.ttl") == ()
    assert len(results(folder / "invalid-node-or.ru")) == 1
