"""Reads the hand-made Turtle of data/: topic schemes and their mapping, dataset and graphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from iccgraph.errors import SourceError
from iccgraph.iris import Iris, fold
from iccgraph.languages import best, cased
from iccgraph.release.index import GROUP
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import split_list
from iccgraph.tables.text import damage, suspicious
from iccgraph.vocab import DCTERMS, MAPPINGS, RDF, SKOS

TOPIC_FILES = ("topics-index.ttl", "topics-website.ttl", "topics-mapping.ttl")


def name(triple: Triple) -> str:
    """Return the name of a triple's subject: its IRI, or the label of its blank node."""
    subject = triple.subject
    return str(subject) if isinstance(subject, Triple) else subject.value


def read_turtle(path: Path, iris: Iris, problems: Problems) -> list[Triple]:
    """Return the triples of a Turtle file, moved to this installation's base.

    Blank nodes get IRIs below the file's name, so that two builds name them alike.
    Raises: SourceError if the file cannot be opened.
    """
    source = path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); put it back") from error
    if not content.strip():
        problems.add(source, 0, 0, "", "the file is empty", "restore its content")
        return []
    names: dict[str, BlankNode] = {}
    try:
        triples = [
            Triple(
                _moved(quad.subject, iris, names, path.stem),
                quad.predicate,
                _moved(quad.object, iris, names, path.stem),
            )
            for quad in parse(content, format=RdfFormat.TURTLE)
        ]
        _check_texts(triples, content.decode(), source, problems)
        return triples
    except SyntaxError as error:
        wrong = f"the Turtle has a syntax error: {error.msg}"
        place = (error.lineno or 0, error.offset or 0)
        problems.add(source, *place, "", wrong, "correct the line")
    except UnicodeDecodeError:
        problems.add(source, 0, 0, "", "the file is not UTF-8 text", "save it as UTF-8")
    return []


def _check_texts(triples: Iterable[Triple], content: str, source: str, problems: Problems) -> None:
    """Add a problem for each text in a language that was damaged, with its line if that is known.

    A text that is written with escapes has no line of its own.
    """
    texts = (t.object for t in triples if isinstance(t.object, Literal) and t.object.language)
    for text in texts:
        if suspicious([text.value]) and (fault := damage(text.value)) is not None:
            line = content[: content.find(text.value) + 1].count("\n") + 1
            problems.add(source, line if text.value in content else 0, 0, "", *fault)


def _moved(term: Any, iris: Iris, names: dict[str, BlankNode], stem: str) -> Any:
    if isinstance(term, NamedNode):
        return NamedNode(iris.rebase(term.value))
    if isinstance(term, BlankNode):
        return names.setdefault(term.value, BlankNode(f"{stem}{len(names)}".replace("-", "")))
    if isinstance(term, Literal) and term.language is None:
        moved = iris.rebase(term.value)
        return Literal(moved, datatype=term.datatype) if moved != term.value else term
    return term


@dataclass(slots=True)
class TopicNames:
    """Every topic by key and label, what pages call it, and the key of its scheme."""

    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    schemes: dict[str, str] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    incomplete: bool = False

    def called(self, name: str, scheme: str = "") -> list[str]:
        """Return the keys of the topics with this key or label, case and accents apart.

        Arguments: `scheme` is that of which they are, empty for any.
        """
        folded = fold(name)
        keys = [key for key in self.labels if fold(key) == folded]
        found = dict.fromkeys((*keys, *self._by_name.get(folded, ())))
        return [key for key in found if scheme in ("", self.schemes.get(key))]

    def advice(self, name: str, scheme: str = "") -> str:
        """Return what to do about a text that is no key of a topic of the scheme, or of any."""
        parts = split_list(name)
        found = [self.called(part, scheme) for part in parts]
        if len(parts) > 1 and all(found):
            return f"separate with “|”: {'|'.join(keys[0] for keys in found)}"
        keys = self.called(name, scheme)
        if not keys:
            known = [n for n in (*self._by_name, *map(fold, self.labels)) if self.called(n, scheme)]
            close = get_close_matches(fold(name), known, n=1, cutoff=0.6)
            keys = self.called(close[0], scheme) if close else []
        if keys:
            return f"did you mean {' or '.join(keys)}?"
        known = [key for key in self.labels if scheme in ("", self.schemes.get(key))]
        return f"the keys are {', '.join(sorted(known))}"

    def label(self, key: str, language: str) -> str:
        """Return the topic's label for readers of a language, its key if it has none."""
        return best(self.labels.get(key, {}), language)[0] or key

    def take(self, triples: Iterable[Triple], iris: Iris) -> None:
        """Learn the names and schemes of the concepts in the triples."""
        listed = list(triples)
        concepts: dict[object, str] = {}
        for triple in listed:
            if triple.predicate == RDF.type and triple.object == SKOS.Concept:
                split = iris.split(name(triple))
                if split is not None and split[0] == "topic":
                    concepts[triple.subject] = split[1]
        for triple in listed:
            key, text = concepts.get(triple.subject), triple.object
            if key and triple.predicate == SKOS.inScheme and isinstance(text, NamedNode):
                self.schemes[key] = (iris.split(text.value) or ("", ""))[1]
            if key is None or not isinstance(text, Literal):
                continue
            if triple.predicate == SKOS.prefLabel:
                self.labels.setdefault(key, {}).setdefault(cased(text.language or ""), text.value)
            if triple.predicate in (SKOS.prefLabel, SKOS.altLabel):
                self._by_name.setdefault(fold(text.value), []).append(key)


def labels_in(triples: Iterable[Triple]) -> dict[str, str]:
    """Return the label of the one thing that the triples describe, by language."""
    return {
        cased(t.object.language or ""): t.object.value
        for t in triples
        if t.predicate in (SKOS.prefLabel, DCTERMS.title) and isinstance(t.object, Literal)
    }


def literals_in(triples: Iterable[Triple], predicate: NamedNode) -> list[str]:
    """Return the texts that the triples state with a predicate."""
    return [
        t.object.value
        for t in triples
        if t.predicate == predicate and isinstance(t.object, Literal)
    ]


def both_ways(triples: Iterable[Triple]) -> list[Triple]:
    """Return the triples, and each mapping between two topics from the other side too.

    Source: SKOS, sections 10.3 (S43 to S46).
    """
    listed = list(dict.fromkeys(triples))
    concepts = {t.subject for t in listed if t.predicate == RDF.type and t.object == SKOS.Concept}
    inverse = [
        Triple(t.object, MAPPINGS[t.predicate], t.subject)
        for t in listed
        if t.predicate in MAPPINGS
        and t.subject in concepts
        and t.object in concepts
        and isinstance(t.object, NamedNode)
    ]
    return list(dict.fromkeys((*listed, *inverse)))


def by_thing(
    triples: Iterable[Triple], iris: Iris
) -> tuple[dict[str, dict[str, list[Triple]]], list[Triple]]:
    """Return the triples of each scheme, topic and group, by kind and key; and all others."""
    by_subject: dict[str, list[Triple]] = {}
    for triple in triples:
        by_subject.setdefault(name(triple), []).append(triple)
    things: dict[str, dict[str, list[Triple]]] = {"scheme": {}, "topic": {}, f"topic{GROUP}": {}}
    others: list[Triple] = []
    for iri, found in by_subject.items():
        kind, key = iris.split(iri) or ("", "")
        if any(triple.object == SKOS.Collection for triple in found):
            kind += GROUP
        if kind in things:
            things[kind][key] = found
        else:
            others += found
    return things, others
