"""Reads a description by subject and predicate, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from iccgraph.languages import best
from iccgraph.vocab import DCTERMS, RDF, RDFS, SKOS

View = dict[str, Any]
"""Plain values, as a template shows them."""


class DescriptionView:
    """The triples of a description by subject and predicate, for readers of one language."""

    def __init__(self, triples: Iterable[Triple], language: str, site_path: str = "/") -> None:
        """Index the triples once; `site_path` begins the path of every page of the site."""
        self.language, self.site_path = language, site_path
        self.found: dict[tuple[Any, NamedNode], list[Any]] = {}
        for triple in triples:
            self.found.setdefault((triple.subject, triple.predicate), []).append(triple.object)

    def objects(self, subject: Any, predicate: NamedNode) -> list[Any]:
        """Return all objects."""
        return self.found.get((subject, predicate), [])

    def texts(self, subject: Any, predicate: NamedNode) -> list[str]:
        """Return all objects as text."""
        return [term.value for term in self.objects(subject, predicate)]

    def text(self, subject: Any, predicate: NamedNode) -> str:
        """Return the best object as text: in the reader's language, in English, any."""
        return self.tagged(subject, predicate)[0]

    def tagged(self, subject: Any, predicate: NamedNode) -> tuple[str, str]:
        """Return the best object as text, and the tag of the language that it is in."""
        texts: dict[str, str] = {}
        for term in self.found.get((subject, predicate), ()):
            tag = term.language or "" if isinstance(term, Literal) else ""
            texts.setdefault(tag, term.value)
        return best(texts, self.language) if texts else ("", "")

    def in_one_language(self, subject: Any, predicate: NamedNode) -> list[tuple[str, str]]:
        """Return the objects in the best language that there is, and those in none, as `tagged`."""
        language = self.tagged(subject, predicate)[1]
        tagged = [
            (term.value, term.language or "" if isinstance(term, Literal) else "")
            for term in self.objects(subject, predicate)
        ]
        return [(text, tag) for text, tag in tagged if tag in ("", language)]

    def path(self, kind: str, key: str) -> str:
        """Return the path of a thing's page."""
        return f"{self.site_path}{kind}/{key}"

    def label(self, thing: Any) -> str:
        """Return what a thing is called, the end of its IRI if it has no label."""
        for predicate in (RDFS.label, SKOS.prefLabel, DCTERMS.title):
            if found := self.text(thing, predicate):
                return found
        return str(thing.value.rpartition("/")[2])


def terms(triples: Sequence[Triple], language: str) -> list[View]:
    """Return the named terms of a vocabulary document, with the statements about each."""
    description = DescriptionView(triples, language)
    statements: dict[Any, list[tuple[str, list[tuple[str, str]]]]] = {}
    for (subject, predicate), objects in description.found.items():
        if predicate != RDF.type and not isinstance(objects[0], BlankNode):
            values = [(o.value, getattr(o, "language", None) or "") for o in objects]
            statements.setdefault(subject, []).append((_local_name(predicate.value), values))
    return [
        {
            "iri": subject.value,
            "name": _local_name(subject.value),
            "kinds": [kind.rpartition("#")[2] for kind in description.texts(subject, RDF.type)],
            "label": description.label(subject),
            "definition": description.text(subject, SKOS.definition)
            or description.text(subject, DCTERMS.description),
            "note": description.text(subject, SKOS.scopeNote),
            "examples": description.texts(subject, SKOS.example),
            "statements": statements.get(subject, []),
        }
        for subject in dict.fromkeys(triple.subject for triple in triples)
        if isinstance(subject, NamedNode)
    ]


def _local_name(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
