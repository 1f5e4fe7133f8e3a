"""The terms that the code writes are those of the ontology, no fewer and no more."""

from __future__ import annotations

import inspect
import json

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from iccgraph import vocab
from iccgraph.jsonld import Context
from iccgraph.properties import PROPERTIES, Value, properties_of
from iccgraph.publish import records
from iccgraph.publish.records import SMALLEST
from iccgraph.resources import RESOURCES
from iccgraph.tables.rows import TableFolder
from iccgraph.vocab import ICC, PREFIXES, RDF
from tests.unit.support import ROOT

NAMESPACE = PREFIXES["icc"]
ONTOLOGY = list(parse(path=ROOT / "ontology" / "icc.ttl", format=RdfFormat.TURTLE))
PLACE_KINDS = {
    f"kind-{kind}" for kind in ("city", "municipality", "borough", "canton", "island", "region")
}
CHOICES = {
    f"{item.name}-{choice}"
    for kind, described in RESOURCES.items()
    for item in properties_of(kind)
    for column in TableFolder(ROOT / "data").schema(described.table).columns
    if (column.name, item.value) == (item.name, Value.CONCEPT)
    for choice in column.choices
    if (item.name, choice) != described.left_out
}
CLASSES_OF_CHOICES = {"NetworkKind", "MembershipStatus", "AssessmentKind", "GuidanceKind"}
SIZE_CLASSES = {f"size-{name}" for name in (SMALLEST, *(name for _, name in records.SIZE_CLASSES))}


def terms(of: type) -> dict[str, str]:
    """Return the terms of a namespace class: attribute and IRI."""
    return {n: t.value for n, t in vars(of).items() if isinstance(t, NamedNode)}


def named() -> set[str]:
    """Return the local names of our terms that the code names, by themselves or as a property."""
    plain = {item.predicate.value for item in PROPERTIES}
    ours = {iri for iri in (*terms(ICC).values(), *plain) if iri.startswith(NAMESPACE)}
    return {iri.removeprefix(NAMESPACE) for iri in ours}


def defined() -> set[str]:
    """Return the local names of the terms that the ontology defines."""
    subjects = {
        quad.subject.value
        for quad in ONTOLOGY
        if quad.predicate == RDF.type and isinstance(quad.subject, NamedNode)
    }
    return {iri.removeprefix(NAMESPACE) for iri in subjects if iri.startswith(NAMESPACE)}


def test_our_terms_are_defined() -> None:
    """Every term that the code names is defined in the ontology."""
    assert named() - defined() == set()


def test_defined_terms_are_ours() -> None:
    """Every term that the ontology defines is named in the code, but what cells choose from."""
    chosen = PLACE_KINDS | SIZE_CLASSES | CHOICES | CLASSES_OF_CHOICES
    assert len(CHOICES) > 10
    assert defined() - named() == chosen


def test_names_are_local_names() -> None:
    """A term's attribute is its name in the ontology."""
    assert terms(ICC) == {name: NAMESPACE + name for name in terms(ICC)}


@pytest.mark.parametrize(
    "namespace", [v for v in vars(vocab).values() if inspect.isclass(v) and terms(v)]
)
def test_namespaces(namespace: type) -> None:
    """Every term is of a namespace that has a prefix."""
    for name, iri in terms(namespace).items():
        local = name.rstrip("_")  # a word of the language gets one
        assert iri.endswith(local)
        assert iri.removesuffix(local) in PREFIXES.values()


def test_closed_namespace() -> None:
    """A term that nobody defined cannot be written."""
    with pytest.raises(AttributeError):
        _ = ICC.practise  # type: ignore[attr-defined]


def test_prefixes_of_the_context() -> None:
    """The JSON-LD context gives no prefix of ours another meaning."""
    text = (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    definitions = json.loads(text)["@context"]
    assert {name: definitions.get(name, iri) for name, iri in PREFIXES.items()} == PREFIXES


def test_terms_of_the_context() -> None:
    """The JSON-LD context has a name for every class and property of ours."""
    context = Context((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
    known = {*context.classes, *context.terms, *context.reverse}
    assert {NAMESPACE + name for name in named()} - known == set()
