"""Runs the rules of the shapes that look at the whole graph, each once, on the fast engine.

They are SHACL-SPARQL constraints (SHACL, section 5) on the one dataset node. pySHACL evaluates
them too, and the same, but through rdflib's SPARQL, a hundred times slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import rdflib
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, Triple, Variable
from rdflib.namespace import RDF, SH

from iccgraph.errors import SourceError
from iccgraph.languages import DEFAULT

_IDLE = frozenset((SH.sparql, SH.name, SH.message, SH.description, SH.order, SH.group))
_TARGETS = frozenset((SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf))


@dataclass(frozen=True, slots=True)
class Rule:
    """One SPARQL constraint, the shape that it stands on, and the class of its focus nodes."""

    shape: str
    target: str
    select: str
    severity: str
    messages: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offence:
    """One row that a rule returned."""

    rule: Rule
    focus: str
    values: dict[str, str]

    @property
    def messages(self) -> dict[str, str]:
        """The rule's messages by language, with the row's values in them."""
        return {tag: self._filled(text) for tag, text in self.rule.messages.items()}

    def _filled(self, text: str) -> str:
        for name, value in self.values.items():
            text = text.replace(f"{{?{name}}}", value).replace(f"{{${name}}}", value)
        return text


def rules_of(shapes: rdflib.Graph) -> Iterator[Rule]:
    """Yield the SPARQL constraints of all shapes.

    Raises: SourceError for one on a shape without a target class.
    """
    for shape, constraint in sorted(shapes.subject_objects(SH.sparql), key=str):
        target = shapes.value(shape, SH.targetClass)
        select = shapes.value(constraint, SH.select)
        if target is None or select is None:
            raise SourceError(f"{shape}: a SPARQL rule needs a target class and a query; add them")
        severity = shapes.value(shape, SH.severity) or SH.Violation
        name = str(severity).rpartition("#")[2]
        query = _prefixes(shapes, constraint) + str(select)
        yield Rule(str(shape), str(target), query, name, messages_of(shapes, constraint))


def messages_of(shapes: rdflib.Graph, node: rdflib.term.Node | None) -> dict[str, str]:
    """Return the messages of a shape or constraint by language."""
    return {
        getattr(text, "language", None) or DEFAULT: str(text)
        for text in shapes.objects(node, SH.message)
    }


def _prefixes(shapes: rdflib.Graph, constraint: rdflib.term.Node) -> str:
    lines = []
    for ontology in shapes.objects(constraint, SH.prefixes):
        for declared in sorted(shapes.objects(ontology, SH.declare), key=str):
            prefix = shapes.value(declared, SH.prefix)
            namespace = shapes.value(declared, SH.namespace)
            lines.append(f"PREFIX {prefix}: <{namespace}>\n")
    return "".join(sorted(lines))


def check_rules(data: bytes, shapes: rdflib.Graph) -> list[Offence]:
    """Return every row that a rule returns for a focus node of its shape.

    `data` are N-Triples.
    Raises: SourceError if a rule cannot be asked.
    """
    store = Store()
    store.bulk_load(data, format=RdfFormat.N_TRIPLES)
    offences = []
    for rule in rules_of(shapes):
        quads = store.quads_for_pattern(None, NamedNode(RDF.type), NamedNode(rule.target), None)
        for focus in [quad.subject for quad in quads]:
            assert not isinstance(focus, Triple)
            try:
                rows = store.query(rule.select, substitutions={Variable("this"): focus})
            except SyntaxError as error:
                raise SourceError(f"{rule.shape}: its rule is not SPARQL ({error})") from error
            assert isinstance(rows, QuerySolutions)
            names = [variable.value for variable in rows.variables]
            for row in rows:
                values = {n: getattr(row[n], "value", "") for n in names if row[n] is not None}
                offences.append(Offence(rule, focus.value, values))
    return offences


def for_pyshacl(shapes: rdflib.Graph) -> rdflib.Graph:
    """Return shapes that find the same as these and that pySHACL is several times faster with.

    The SPARQL rules are left out, and so are the words: pySHACL walks all statements of a shape
    for each focus node. Property shapes get the targets of their node shape, for then pySHACL
    looks at all focus nodes at once.
    """
    core = rdflib.Graph()
    for triple in shapes:
        violation = triple[1] == SH.severity and triple[2] == SH.Violation
        if triple[1] not in _IDLE and not violation:
            core.add(triple)
    for shape in set(core.subjects(RDF.type, SH.NodeShape)):
        targets = [(p, o) for p, o in core.predicate_objects(shape) if p in _TARGETS]
        if targets:
            for part in list(core.objects(shape, SH.property)):
                core.remove((shape, SH.property, part))
                for predicate, value in targets:
                    core.add((part, predicate, value))
    return core
