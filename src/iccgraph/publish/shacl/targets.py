"""Finds the focus nodes of shapes (SHACL, section 2.1.3)."""

from __future__ import annotations

from collections.abc import Iterator

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Store
from rdflib.namespace import SH

from iccgraph.vocab import RDF, RDFS

TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
Term = NamedNode | BlankNode | Literal


def focus_nodes(data: Store, shapes: rdflib.Graph, shape: rdflib.term.Node) -> set[Term]:
    """Return the nodes of the data that the targets of a shape select."""
    return {
        node
        for target in TARGETS
        for value in shapes.objects(shape, target)
        for node in _selected(data, target, NamedNode(str(value)))
    }


def _selected(data: Store, target: rdflib.URIRef, value: NamedNode) -> Iterator[Term]:
    if target == SH.targetClass:
        for kind in _with_subclasses(data, value):
            yield from _subjects(data, RDF.type, kind)
    elif target == SH.targetSubjectsOf:
        yield from _subjects(data, value)
    elif target == SH.targetObjectsOf:
        for quad in data.quads_for_pattern(None, value, None, None):
            assert isinstance(quad.object, Term)
            yield quad.object
    else:
        yield value


def _with_subclasses(data: Store, kind: Term) -> set[Term]:
    found, added = {kind}, [kind]
    while added:
        subclasses = set(_subjects(data, RDFS.subClassOf, added.pop())) - found
        found |= subclasses
        added += subclasses
    return found


def _subjects(data: Store, predicate: NamedNode, value: Term | None = None) -> Iterator[Term]:
    for quad in data.quads_for_pattern(None, predicate, value, None):
        assert isinstance(quad.subject, Term)
        yield quad.subject
