"""Reads a description by subject and predicate, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from iccgraph.vocab import DCTERMS, RDF, RDFS, SKOS

View = dict[str, Any]
"""Plain values, as a template shows them."""


class Facts:
    """The triples of a description, by subject and predicate."""

    def __init__(self, triples: Iterable[Triple], tongue: str) -> None:
        """Index the triples once."""
        self.tongue = tongue
        self.found: dict[tuple[Any, NamedNode], list[Any]] = {}
        for triple in triples:
            self.found.setdefault((triple.subject, triple.predicate), []).append(triple.object)

    def all(self, subject: Any, predicate: NamedNode) -> list[Any]:
        """Return all objects."""
        return self.found.get((subject, predicate), [])

    def texts(self, subject: Any, predicate: NamedNode) -> list[str]:
        """Return all objects as text."""
        return [term.value for term in self.all(subject, predicate)]

    def text(self, subject: Any, predicate: NamedNode) -> str:
        """Return the best object as text: the reader's language, English, any."""
        return self.said(subject, predicate)[0]

    def said(self, subject: Any, predicate: NamedNode) -> tuple[str, str]:
        """Return the best object and the language that it is in."""
        terms = self.all(subject, predicate)
        for wanted in (self.tongue, "en", ""):
            for term in terms:
                if isinstance(term, Literal) and (term.language or "") == wanted:
                    return term.value, term.language or ""
        if not terms:
            return "", ""
        return terms[0].value, getattr(terms[0], "language", None) or ""

    def name(self, thing: Any) -> str:
        """Return what a thing is called."""
        for predicate in (RDFS.label, SKOS.prefLabel, DCTERMS.title):
            if found := self.text(thing, predicate):
                return found
        return str(thing.value.rpartition("/")[2])


def terms(triples: Sequence[Triple], tongue: str) -> list[View]:
    """Return the named terms of a vocabulary document, with what is said of each."""
    facts = Facts(triples, tongue)
    rows = []
    for subject in dict.fromkeys(t.subject for t in triples):
        if not isinstance(subject, NamedNode):
            continue
        kinds = [kind.rpartition("#")[2] for kind in facts.texts(subject, RDF.type)]
        said = [
            (predicate, [(o.value, getattr(o, "language", None) or "") for o in objects])
            for (s, predicate), objects in facts.found.items()
            if s == subject and predicate != RDF.type and not isinstance(objects[0], BlankNode)
        ]
        rows.append(
            {
                "iri": subject.value,
                "name": subject.value.rpartition("#")[2].rpartition("/")[2],
                "kinds": kinds,
                "label": facts.name(subject),
                "definition": facts.text(subject, SKOS.definition)
                or facts.text(subject, DCTERMS.description),
                "note": facts.text(subject, SKOS.scopeNote),
                "examples": facts.texts(subject, SKOS.example),
                "said": [(p.value.rpartition("#")[2].rpartition("/")[2], v) for p, v in said],
            }
        )
    return rows
