"""The validation report of a release, as both sides know it (SHACL, section 3.6).

Writes and reads `validation/report.json`, and writes the same as RDF.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from iccgraph.languages import DEFAULT, Labels, best
from iccgraph.vocab import PREFIXES, RDF, term


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One result: a focus node that does not conform to a shape, and where it was typed.

    `messages` are pairs of language tag and text, in order.
    """

    severity: str
    focus: str
    path: str
    value: str
    component: str
    shape: str
    messages: tuple[tuple[str, str], ...]
    source: str
    row: int

    @property
    def labels(self) -> Labels:
        """The messages by language tag."""
        return dict(self.messages)

    @property
    def message(self) -> str:
        """The message in the default language, the violated component if there is none."""
        return best(self.labels, DEFAULT)[0] or self.component


@dataclass(frozen=True, slots=True)
class ShapeCount:
    """How many focus nodes a shape looked at; a shape that saw none has proved nothing."""

    shape: str
    focus_nodes: int


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was checked and what was found; `engine` is empty if validation was left out."""

    engine: str
    triples: int
    shapes: tuple[ShapeCount, ...]
    results: tuple[Result, ...]

    @property
    def violations(self) -> tuple[Result, ...]:
        """Return the results that stop a build."""
        return tuple(r for r in self.results if r.severity == "Violation")

    @property
    def conforms(self) -> bool:
        """Return whether the data was checked and no violation was found."""
        return bool(self.engine) and not self.violations

    def summary(self) -> dict[str, object]:
        """Return the figures that the manifest states."""
        return {
            "engine": self.engine,
            "conforms": self.conforms,
            "violations": len(self.violations),
            "warnings": len(self.results) - len(self.violations),
            "shapes": len(self.shapes),
            "focus_nodes": sum(count.focus_nodes for count in self.shapes),
        }

    def to_json(self) -> str:
        """Return the report as JSON."""
        document = asdict(self)
        for item in document["results"]:
            item["messages"] = dict(item["messages"])
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    def to_turtle(self) -> bytes:
        """Return the report as a `sh:ValidationReport`."""
        report = BlankNode("report")
        triples = [
            Triple(report, RDF.type, term("sh:ValidationReport")),
            Triple(report, term("sh:conforms"), Literal(not self.results)),
        ]
        for number, result in enumerate(self.results):
            node = BlankNode(f"result{number}")
            triples.append(Triple(report, term("sh:result"), node))
            triples += (Triple(node, *statement) for statement in _statements(result))
        return serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _statements(result: Result) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    """Yield the predicates and objects of a `sh:ValidationResult`."""
    yield RDF.type, term("sh:ValidationResult")
    yield term("sh:resultSeverity"), term(f"sh:{result.severity}")
    yield term("sh:sourceConstraintComponent"), term(f"sh:{result.component}")
    if result.shape:
        yield term("sh:sourceShape"), NamedNode(result.shape)
    for name, value in (("sh:focusNode", result.focus), ("sh:resultPath", result.path)):
        if value.startswith(("http://", "https://")):
            yield term(name), NamedNode(value)
    if result.value:
        yield term("sh:value"), _value(result.value)
    for language, text in result.messages:
        yield term("sh:resultMessage"), Literal(text, language=language)


def _value(text: str) -> NamedNode | Literal:
    return NamedNode(text) if text.startswith(("http://", "https://")) else Literal(text)


def read_report(text: str) -> ValidationReport:
    """Return the report that `to_json` wrote.

    Raises: ValueError, KeyError or TypeError if the text is something else.
    """
    document = json.loads(text)
    return ValidationReport(
        document["engine"],
        document["triples"],
        tuple(ShapeCount(**item) for item in document["shapes"]),
        tuple(_result(**item) for item in document["results"]),
    )


def _result(messages: dict[str, str], **item: Any) -> Result:
    return Result(messages=tuple(messages.items()), **item)
