"""Reads a description by subject and predicate, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from iccgraph.languages import Text, best, cased, collation_key
from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import Description
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS, FOAF, RDF, RDFS, SKOS

View = dict[str, Any]
"""Plain values, as a template shows them."""
_NONE: Final[Mapping[Any, Any]] = {}


class DescriptionView:
    """The statements of a description by predicate and subject, for readers of one language."""

    def __init__(self, statements: Iterable[Triple | Quad], language: str) -> None:
        self.language = language
        self.found: dict[NamedNode, dict[Any, dict[Any, None]]] = {}
        for statement in statements:  # what two graphs state is there once
            of_all = self.found.setdefault(statement.predicate, {})
            of_all.setdefault(statement.subject, {})[statement.object] = None

    def objects(self, subject: Any, predicate: NamedNode) -> list[Any]:
        """Return all objects."""
        return list(self.found.get(predicate, _NONE).get(subject, _NONE))

    def subjects(self, predicate: NamedNode, term: Any) -> list[Any]:
        """Return all subjects that a predicate leads from to an object."""
        of_all = self.found.get(predicate, _NONE)
        return [subject for subject, objects in of_all.items() if term in objects]

    def texts(self, subject: Any, predicate: NamedNode) -> list[str]:
        """Return all objects as text."""
        return [term.value for term in self.objects(subject, predicate)]

    def text(self, subject: Any, predicate: NamedNode) -> str:
        """Return the best object as text: in the reader's language, in English, any."""
        return self.tagged(subject, predicate)[0]

    def tagged(self, subject: Any, predicate: NamedNode) -> tuple[str, str]:
        """Return the best object as text, and the tag of the language that it is in."""
        texts: dict[str, str] = {}
        for term in self.objects(subject, predicate):
            texts.setdefault(_tag(term), term.value)
        return best(texts, self.language)

    def all_tagged(self, subject: Any, *predicates: NamedNode) -> list[Text]:
        """Return the objects of properties as texts, each with its language tag; no text twice."""
        found: dict[str, str] = {}
        for predicate in predicates:
            for term in self.objects(subject, predicate):
                found.setdefault(term.value, _tag(term))
        return list(found.items())

    def in_one_language(self, subject: Any, predicate: NamedNode) -> list[tuple[str, str]]:
        """Return the objects in the best language that there is, and those in none, as `tagged`."""
        terms = self.objects(subject, predicate)
        if not terms:
            return []
        tags = ("", self.tagged(subject, predicate)[1])
        return [(term.value, _tag(term)) for term in terms if _tag(term) in tags]

    def number(self, subject: Any, predicate: NamedNode) -> float | None:
        """Return the object as a number, None if there is none."""
        text = self.text(subject, predicate)
        return float(text) if text else None

    def label(self, thing: Any) -> str:
        """Return what a thing is called, the end of its IRI if it has no label."""
        for predicate in (RDFS.label, SKOS.prefLabel, DCTERMS.title, FOAF.name):
            if found := self.text(thing, predicate):
                return found
        return str(thing.value.rpartition("/")[2])


class ThingView(DescriptionView):
    """The description of one thing, `root`, with the release that it is from.

    `scheme` is the key of the topic scheme that its page counts by; `start` begins the paths of
    pages in the reader's language.
    """

    def __init__(
        self,
        release: OpenRelease,
        key: str,
        description: Description,
        language: str,
        scheme: str,
    ) -> None:
        super().__init__(description.quads, language)
        self.release, self.key, self.root = release, key, description.root
        self.scheme, self.start = scheme, link("")

    def values(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        """Return what the release states of something else, as text."""
        quads = self.release.store.quads_for_pattern(subject, predicate, None, None)
        return list(dict.fromkeys(getattr(quad.object, "value", "") for quad in quads))

    def term(self, term: NamedNode) -> str:
        """Return what a term of the vocabulary is called, the end of its IRI if it is not ours."""
        found = listing.term_label(self.release, term.value, self.language)
        return found or _local_name(term.value)

    def reference(self, thing: NamedNode) -> View:
        """Return the key, label and path of something that the description mentions."""
        split = self.release.iris.split(thing.value)
        if split is None:
            return {"key": "", "label": self.label(thing), "path": thing.value}
        if split[0] == "practice" or split in self.release.held_labels:
            return self.named(*split)  # a description has the printed title of a practice alone
        path = f"{self.start}{split[0]}/{split[1]}"
        return {"key": split[1], "label": self.label(thing), "path": path}

    def named(self, kind: str, key: str) -> View:
        """Return the key, label with its language, and path of a thing of the release."""
        called = self.release.called(self.language).get((kind, key))
        if called is None:
            return reference(self.release, kind, key, self.language)
        label, tag = called
        return {"key": key, "label": label, "lang": tag, "path": f"{self.start}{kind}/{key}"}

    def references(self, predicate: NamedNode) -> list[View]:
        """Return what the thing points to, by label."""
        return by_label(self.reference(thing) for thing in self.objects(self.root, predicate))


def by_label(rows: Iterable[View]) -> list[View]:
    """Return rows in the order of their labels."""
    return sorted(rows, key=lambda row: collation_key(row["label"]))


def most_first(rows: Iterable[View]) -> list[View]:
    """Return rows with the greatest count first, those of one count in the order of labels."""
    return sorted(rows, key=lambda row: (-row["count"], collation_key(row["label"])))


def reference(release: OpenRelease, kind: str, key: str, language: str) -> View:
    """Return the key, label with its language, and path of a thing of the release."""
    called = release.called(language).get((kind, key))
    label, tag = called or listing.named(release, kind, key, language)
    return {"key": key, "label": label, "lang": tag, "path": link(f"{kind}/{key}")}


def terms(triples: Sequence[Triple], language: str) -> list[View]:
    """Return the named terms of a vocabulary document, with the statements about each."""
    description = DescriptionView(triples, language)
    statements: dict[Any, list[tuple[str, list[tuple[str, str]]]]] = {}
    for subject, predicate in dict.fromkeys((t.subject, t.predicate) for t in triples):
        objects = description.objects(subject, predicate)
        if predicate != RDF.type and not isinstance(objects[0], BlankNode):
            values = [(term.value, _tag(term)) for term in objects]
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
            "examples": description.in_one_language(subject, SKOS.example),
            "statements": statements.get(subject, []),
        }
        for subject in dict.fromkeys(triple.subject for triple in triples)
        if isinstance(subject, NamedNode)
    ]


def _tag(term: Any) -> str:
    """Return the language tag of a term, empty if it has none."""
    return cased(term.language) if isinstance(term, Literal) and term.language else ""


def _local_name(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
