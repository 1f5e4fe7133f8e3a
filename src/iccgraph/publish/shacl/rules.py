"""Runs the SPARQL rules of the shapes on the fast engine.

They are SHACL-SPARQL constraints (SHACL, section 5), each the only one of its shape. pySHACL
evaluates them too, and the same, but through rdflib's SPARQL, a hundred times slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import rdflib
from pyoxigraph import QuerySolutions, Store, Variable
from rdflib.namespace import RDF, SH

from iccgraph.errors import SourceError
from iccgraph.languages import DEFAULT
from iccgraph.publish.shacl.targets import TARGETS, focus_nodes
from iccgraph.vocab import PREFIXES

TEMPLATE = rdflib.URIRef(PREFIXES["iccsh"] + "messageTemplate")
"""A message in which `{?name}` stands for a value of the result.

It is no `sh:message`: on a shape, engines leave the gaps as they are; on a SPARQL constraint, Jena
takes one message only, and so one language (apache/jena#3817).
"""
_IDLE = frozenset((SH.sparql, SH.name, SH.message, SH.description, SH.order, SH.group, TEMPLATE))


@dataclass(frozen=True, slots=True)
class Rule:
    """One SPARQL constraint and the shape that it stands on.

    `messages` are those with gaps for values, by language.
    """

    shape: rdflib.term.Node
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

    Raises: SourceError for one without a query, or on a shape without a target.
    """
    for shape, constraint in sorted(shapes.subject_objects(SH.sparql), key=str):
        select = shapes.value(constraint, SH.select)
        if select is None or not any(shapes.value(shape, target) for target in TARGETS):
            raise SourceError(f"{shape}: a SPARQL rule needs a target and a query; add them")
        severity = shapes.value(shape, SH.severity) or SH.Violation
        name = str(severity).rpartition("#")[2]
        messages = (
            messages_of(shapes, constraint)
            or messages_of(shapes, shape, TEMPLATE)
            or messages_of(shapes, shape)
        )
        yield Rule(shape, _prefixes(shapes, constraint) + str(select), name, messages)


def messages_of(
    shapes: rdflib.Graph, node: rdflib.term.Node | None, term: rdflib.URIRef = SH.message
) -> dict[str, str]:
    """Return the messages of a shape or constraint by language.

    `term` is the property to read them from.
    """
    return {
        getattr(text, "language", None) or DEFAULT: str(text) for text in shapes.objects(node, term)
    }


def _prefixes(shapes: rdflib.Graph, constraint: rdflib.term.Node) -> str:
    lines = []
    for ontology in shapes.objects(constraint, SH.prefixes):
        for declared in sorted(shapes.objects(ontology, SH.declare), key=str):
            prefix = shapes.value(declared, SH.prefix)
            namespace = shapes.value(declared, SH.namespace)
            lines.append(f"PREFIX {prefix}: <{namespace}>\n")
    return "".join(sorted(lines))


def check_rules(data: Store, shapes: rdflib.Graph) -> list[Offence]:
    """Return every row that a rule returns for a focus node of its shape.

    Raises: SourceError if a rule cannot be asked.
    """
    offences = []
    for rule in rules_of(shapes):
        for focus in focus_nodes(data, shapes, rule.shape):
            try:
                rows = data.query(rule.select, substitutions={Variable("this"): focus})
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
        targets = [(p, o) for p, o in core.predicate_objects(shape) if p in TARGETS]
        if targets:
            for part in list(core.objects(shape, SH.property)):
                core.remove((shape, SH.property, part))
                for predicate, value in targets:
                    core.add((part, predicate, value))
        # a shape with nothing left to check is not asked for each of its focus nodes
        if not set(core.predicates(shape)) - {RDF.type, SH.severity, *TARGETS}:
            for predicate, _ in targets:
                core.remove((shape, predicate, None))
    return core
