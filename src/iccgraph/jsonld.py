"""Writes RDF as compact JSON-LD against our own context (JSON-LD 1.0, section 6).

Nothing of JSON-LD 1.1 is used, so that processors of either version read it.
The general compaction algorithm is quadratic; this writer knows its context in advance and takes
one pass over the description of one thing. Tests hold it against PyLD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from iccgraph.languages import cased
from iccgraph.properties import REPEATED
from iccgraph.vocab import PREFIXES, RDF, XSD

Node = dict[str, Any]
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_ID: Final = "@id"
_TYPE: Final = RDF.type.value
_MEMBER: Final = NamedNode(PREFIXES["hydra"] + "member")
_STRING: Final = XSD.string.value
_BOOLEAN: Final = XSD.boolean.value
_WHOLE: Final = XSD.integer.value
_REPEATED: Final = frozenset(predicate.value for predicate in REPEATED)
_DEEPEST: Final = 100
"""How deep nodes are written inside each other; what lies deeper becomes a node beside them."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a context: its name, its coercion, whether it maps languages or is an array.

    `many` is True if there are arrays always: of values, or of the texts of each language.
    """

    name: str
    type: str | None = None
    language_map: bool = False
    many: bool = False


class Context:
    """A JSON-LD context that has been read once and can compact any number of descriptions."""

    def __init__(self, text: str) -> None:
        """Read the context document; only the features that our own context uses are known."""
        self.text = text
        document = json.loads(text)
        self.definitions: Mapping[str, Any] = document["@context"]
        self.prefixes = {
            name: value
            for name, value in self.definitions.items()
            if isinstance(value, str) and value[-1:] in "#/:" and not name.startswith("@")
        }
        self.id = self._alias("@id")
        self.type = self._alias("@type")
        self.classes: dict[str, str] = {}
        self.terms: dict[str, Term] = {}
        self.reverse: dict[str, str] = {}
        for name, value in self.definitions.items():
            self._define(name, value)
        self._needed = lru_cache(maxsize=4096)(self._find_needed)

    def _alias(self, keyword: str) -> str:
        return next((n for n, v in self.definitions.items() if v == keyword), keyword)

    def expand(self, name: str) -> str:
        """Return the IRI behind a compact IRI or term of the context."""
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.prefixes and not local.startswith("//"):
            return self.prefixes[prefix] + local
        value = self.definitions.get(name)
        if isinstance(value, Mapping):
            value = value.get("@id", name)
        if isinstance(value, str) and not value.startswith("@") and value != name:
            return self.expand(value)
        return name

    def _define(self, name: str, value: Any) -> None:
        if name.startswith("@") or name in self.prefixes:
            return
        if isinstance(value, str):
            if not value.startswith("@"):
                self.classes[self.expand(value)] = name
                self.terms.setdefault(self.expand(value), Term(name))
        elif "@reverse" in value:
            self.reverse[self.expand(value["@reverse"])] = name
        else:
            coercion = value.get("@type")
            if coercion is not None and not coercion.startswith("@"):
                coercion = self.expand(coercion)
            iri, container = self.expand(value["@id"]), value.get("@container")
            texts = container == "@language"
            many = iri in _REPEATED if texts else container == "@set"
            self.terms[iri] = Term(name, coercion, texts, many)

    def part(self, names: Iterable[str]) -> Mapping[str, Any]:
        """Return the definitions that a document needs which uses these terms and compact names."""
        needed = frozenset[str]().union(*map(self._needed, names))
        return {name: value for name, value in self.definitions.items() if name in needed}

    def _find_needed(self, name: str) -> frozenset[str]:
        """Return the names of the definitions that a term or a compact name needs."""
        definition = self.definitions.get(name)
        if definition is None:
            prefix, colon, _ = name.partition(":")
            return self._needed(prefix) if colon else frozenset()
        values = [definition] if isinstance(definition, str) else definition.values()
        texts = [v for v in values if isinstance(v, str) and not v.startswith("@")]
        return frozenset((name,)).union(*map(self._needed, texts))

    def compact(self, iri: str) -> str:
        """Return the shortest name that the context gives to a class, datatype or predicate."""
        return self.classes.get(iri) or self.prefixed(iri)

    def prefixed(self, iri: str) -> str:
        """Return the IRI as prefix and local name where a prefix fits."""
        for prefix, start in self.prefixes.items():
            local = iri[len(start) :]
            if local and iri.startswith(start) and not local.startswith("//"):
                return f"{prefix}:{local}"
        return iri


TripleParts = tuple[Any, NamedNode, Any]
"""Subject, predicate and object of one triple."""
BySubject = dict[str, list[tuple[str, Any]]]
"""Predicates and objects by subject; terms as text, for they are compared many times."""


class Compactor:
    """Turns the triples of a description into compact JSON-LD nodes."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.names = {context.id}
        """Every name that was written and needs the context to be understood."""
        self._members: frozenset[str] = frozenset()
        self._pointing: dict[str, list[tuple[str, str, Any]]] = {}

    def nodes(self, triples: Iterable[TripleParts], *roots: NamedNode) -> list[Node]:
        """Return node objects that together say exactly the triples, the roots first.

        A described object is written inside the first node that points to it.
        """
        description: BySubject = {}
        for subject, predicate, value in triples:
            description.setdefault(_iri(subject), []).append((predicate.value, value))
        self._pointing = self._find_pointing(description)
        names = [_iri(root) for root in roots]
        nodes = [self._root(name, description) for name in names if name in description]
        while description:
            nodes.append(self._root(next(iter(description)), description))
        return nodes

    def document(self, triples: Iterable[Triple], root: NamedNode | None) -> dict[str, Any]:
        """Return a whole JSON-LD document about the root, with the context that it needs.

        The members of a collection are written inside it, each whole, not inside one another.
        """
        parts = [(t.subject, t.predicate, t.object) for t in triples]
        self._members = frozenset(_iri(v) for _, predicate, v in parts if predicate == _MEMBER)
        nodes = self.nodes(parts, *([root] if root else []))
        context = self.context.part(self.names)
        if len(nodes) == 1:
            return {"@context": context, **nodes[0]}
        return {"@context": context, "@graph": nodes}

    def _find_pointing(self, description: BySubject) -> dict[str, list[tuple[str, str, Any]]]:
        """Return what points to each object by a property whose reverse has a name.

        Each is a subject, its property and the object.
        """
        found: dict[str, list[tuple[str, str, Any]]] = {}
        for subject, statements in description.items():
            for predicate, value in statements:
                if predicate in self.context.reverse and not isinstance(value, Literal):
                    found.setdefault(_iri(value), []).append((subject, predicate, value))
        return found

    def _root(self, root: str, description: BySubject) -> Node:
        """Return a node, and inside it those that are left of what points to it."""
        node = self._node(root, description)
        self._add_pointing(node, root, description)
        return node

    def _add_pointing(self, node: Node, iri: str, description: BySubject) -> None:
        for subject, predicate, value in self._pointing.get(iri, ()):
            if subject in description and subject not in self._members:
                description[subject].remove((predicate, value))
                name = self.context.reverse[predicate]
                self.names.add(name)
                _append(node, name, self._node(subject, description, 1), many=True)

    def _node(self, subject: str, description: BySubject, depth: int = 0) -> Node:
        context = self.context
        terms = context.terms
        node: Node = {context.id: subject}
        statements = description.pop(subject, ())
        types = [
            context.compact(value.value)
            for predicate, value in statements
            if predicate == _TYPE and isinstance(value, NamedNode)
        ]
        if types:
            self.names.update(types, (context.type,))
            node[context.type] = types[0] if len(types) == 1 else types
        for predicate, value in statements:
            if predicate == _TYPE and isinstance(value, NamedNode):
                continue
            term = terms.get(predicate)
            if term is not None and term.language_map:
                if _is_tagged(value):
                    self.names.add(term.name)
                    texts = node.setdefault(term.name, {})
                    _append(texts, cased(value.language), value.value, term.many)
                    continue
                term = None  # a map of languages can hold nothing else
            term = term or Term(context.prefixed(predicate))
            self.names.add(term.name)
            if isinstance(value, Literal):
                written = self._literal(value, term.type)
            else:
                written = self._reference(_iri(value), term.type, description, depth)
            _append(node, term.name, written, term.many)
        return node

    def _reference(self, iri: str, coercion: str | None, description: BySubject, depth: int) -> Any:
        deep = depth and iri in self._members  # the collection has it, or will
        if depth < _DEEPEST and iri in description and not deep:
            node = self._node(iri, description, depth + 1)
            if iri in self._members:
                self._add_pointing(node, iri, description)
            return node
        return iri if coercion == _ID else {self.context.id: iri}

    def _literal(self, literal: Literal, coercion: str | None) -> Any:
        value, language = literal.value, literal.language
        if literal.direction:
            raise ValueError("JSON-LD 1.0 cannot write texts with a direction")
        if language:
            return {"@value": value, "@language": cased(language)}
        datatype = literal.datatype.value
        if coercion is not None:
            if coercion == datatype:
                return value
        elif datatype == _STRING:
            return value
        elif datatype == _BOOLEAN and value in ("true", "false"):
            return value == "true"
        elif datatype == _WHOLE and _INTEGER.fullmatch(value):
            return int(value)
        if datatype == _STRING:
            return {"@value": value}
        type_ = self.context.compact(datatype)
        self.names.add(type_)
        return {"@value": value, "@type": type_}


def _iri(term: Any) -> str:
    if isinstance(term, Triple):
        raise ValueError("JSON-LD 1.0 cannot write statements about statements")
    text: str = term.value
    return f"_:{text}" if isinstance(term, BlankNode) else text


def _is_tagged(term: Any) -> bool:
    """True for a literal that is told by its text and language alone."""
    return isinstance(term, Literal) and term.language is not None and not term.direction


def _append(node: Node, name: str, value: Any, many: bool) -> None:
    present = node.get(name)
    if present is None:
        node[name] = [value] if many else value
    elif isinstance(present, list):
        present.append(value)
    else:
        node[name] = [present, value]
