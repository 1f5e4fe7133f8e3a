"""Parses a query into its tree of groups, whose SERVICE clauses can be replaced by their answers.

It is parsed as far as a SERVICE clause needs it. The engine's grammar has accepted the text before,
and reads what is made of it again; whatever is parsed wrongly here can at most be a wrong text for
the engine, never one that asks elsewhere.
Source: SPARQL 1.1 Query Language, section 19.8, rules 2 to 9 and 53 to 67.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from iccgraph.sparql_syntax import QUERY_TYPES, SparqlToken, tokens
from iccgraph.vocab import PREFIXES

_ELEMENTS: Final = frozenset(
    ("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "FILTER", "BIND", "VALUES", "UNION")
)
_TERMS: Final = frozenset(("", "A", "TRUE", "FALSE"))
"""The words that may stand in a triple pattern."""


class Unsupported(Exception):
    """The text is written in a way that is not parsed here."""


@dataclass(slots=True)
class SyntaxNode:
    """A group or an element of one: the tokens from `first` up to `last`.

    `kind` is `group`, `select` (a group that is a sub-SELECT), or what an element is: `triples`,
    `filter`, `bind`, `values`, `optional`, `minus`, `graph`, `groups` (one, or a UNION), `service`.
    `name` is what follows GRAPH or SERVICE; `shown` is what a sub-SELECT projects, None if all.
    `replaced` is the text that stands in place of a clause once it was answered.
    """

    kind: str
    first: int
    last: int = 0
    children: list[SyntaxNode] = field(default_factory=list)
    name: SparqlToken | None = None
    silent: bool = False
    shown: tuple[str, ...] | None = None
    replaced: str | None = None


class Parser:
    """Goes over the tokens of a query once, from its beginning to its end."""

    def __init__(self, found: list[SparqlToken]) -> None:
        self.tokens, self.at, self.beginning = found, 0, 0
        self.kinds: dict[str, Callable[[SyntaxNode], None]] = {
            "OPTIONAL": self._one_group,
            "MINUS": self._one_group,
            "GRAPH": self._named,
            "SERVICE": self._named,
            "FILTER": self._expression,
            "BIND": self._expression,
            "VALUES": self._data,
        }

    def _token(self, ahead: int = 0) -> SparqlToken:
        if self.at + ahead >= len(self.tokens):
            raise Unsupported
        return self.tokens[self.at + ahead]

    def _word(self) -> str:
        token = self._token()
        return token.text.upper() if token.kind == "word" else ""

    def prologue(self) -> list[tuple[str | None, str, str]]:
        """Return the declarations: prefix (None for BASE), IRI and text of each."""
        found: list[tuple[str | None, str, str]] = []
        while (word := self._word()) in ("BASE", "PREFIX"):
            own = [self._token(n) for n in range(2 if word == "BASE" else 3)]
            if own[-1].kind != "iri":
                raise Unsupported
            name = None if word == "BASE" else own[1].text.removesuffix(":")
            found.append((name, own[-1].text[1:-1], " ".join(token.text for token in own)))
            self.at += len(own)
        self.beginning = self.at
        if self._word() not in QUERY_TYPES:
            raise Unsupported
        return found

    def rest(self) -> tuple[str, SyntaxNode]:
        """Return the dataset clauses as text, and the group of the WHERE clause."""
        query_type = self._word()
        self.at += 1
        if query_type == "CONSTRUCT" and self._token().text == "{":
            self._pass()
        dataset = []
        while self._token().text != "{":
            if self._word() == "FROM":
                more = 3 if self._token(1).text.upper() == "NAMED" else 2
                dataset += [self._token(n).text for n in range(more)]
            self._pass()
        return " ".join(dataset), self._group()

    def _pass(self) -> None:
        """Go behind a token, and all that it holds if it is a bracket."""
        level = 0
        while True:
            kind = self._token().kind
            level += (kind == "open") - (kind == "close")
            self.at += 1
            if level <= 0:
                return

    def _group(self) -> SyntaxNode:
        node = SyntaxNode("group", self.at)
        if self._token().text != "{":
            raise Unsupported
        self.at += 1
        if self._word() == "SELECT":
            self._select(node)
        while self._token().text != "}":
            if node.kind == "select":
                self._pass()
            elif self._token().text == ".":
                self.at += 1
            else:
                node.children.append(self._element())
        self.at += 1
        node.last = self.at
        return node

    def _select(self, node: SyntaxNode) -> None:
        """Read what a sub-SELECT projects, and its group."""
        node.kind, start = "select", self.at
        while self._token().text != "{":
            self._pass()
        own = self.tokens[start : self.at]
        names, last, level = [], "", 0
        for token in own:
            level += (token.text == "(") - (token.text == ")")
            if token.kind == "variable":
                last = token.text[1:]
            if (token.kind == "variable" and not level) or (token.text == ")" and not level):
                names.append(last)
        everything = any(token.text == "*" for token in own[:3]) and not names
        node.shown = None if everything else tuple(names)
        node.children.append(self._group())

    def _element(self) -> SyntaxNode:
        word, node = self._word(), SyntaxNode("", self.at)
        if word in self.kinds:
            node.kind = word.lower()
            self.at += 1
            self.kinds[word](node)
        elif self._token().text == "{":
            node.kind = "groups"
            node.children.append(self._group())
            while self._word() == "UNION":
                self.at += 1
                node.children.append(self._group())
        else:
            node.kind = "triples"
            self._triples()
        if self.at == node.first:
            raise Unsupported
        node.last = self.at
        return node

    def _one_group(self, node: SyntaxNode) -> None:
        node.children.append(self._group())

    def _named(self, node: SyntaxNode) -> None:
        if node.kind == "service" and self._word() == "SILENT":
            node.silent = True
            self.at += 1
        node.name = self._token()
        self.at += 1
        node.children.append(self._group())

    def _data(self, node: SyntaxNode) -> None:
        self._pass()
        self._pass()

    def _expression(self, node: SyntaxNode) -> None:
        """Read what follows FILTER or BIND; the groups of EXISTS in it become children."""
        while self._word() in ("NOT", "EXISTS"):
            self.at += 1
        if self._token().text == "{":
            self._one_group(node)
            return
        if self._token().text != "(":
            self.at += 1  # the name of a function
        level = 0
        while True:
            text = self._token().text
            if text == "{":
                self._one_group(node)
                continue
            level += (text == "(") - (text == ")")
            self.at += 1
            if not level:
                return

    def _triples(self) -> None:
        while (word := self._word()) not in _ELEMENTS:
            text = self._token().text
            if text == "}" or (text == "{" and self._token(1).text != "|"):
                return
            if word not in _TERMS:
                raise Unsupported  # a keyword without a space behind it, such as FILTERREGEX
            self._pass()


class ParsedQuery:
    """A query with its prologue, its datasets and the tree of its WHERE clause."""

    def __init__(self, text: str, base: str = "") -> None:
        """Parse a text; `base` is what its relative IRIs are resolved against, empty for none.

        Raises: Unsupported.
        """
        self.text = text
        self.tokens = [*tokens(text)]
        parser = Parser(self.tokens)
        self.declarations = parser.prologue()
        self.opening = base_declaration(base)
        self.base, self.prefixes = base, dict(PREFIXES)
        for name, iri, _ in self.declarations:
            whole = _resolved(self.base, iri)
            if name is None:
                self.base = whole
            else:
                self.prefixes[name] = whole
        self.dataset, self.where = parser.rest()
        self.head = SyntaxNode("head", parser.beginning, self.where.first)
        self.prologue = text[: self.tokens[parser.beginning].start]

    def source(self, first: int, last: int) -> str:
        """Return the text of the tokens from `first` up to `last`."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def render(self, node: SyntaxNode) -> str:
        """Return the text of a node, its answered clauses replaced."""
        if node.replaced is not None:
            return node.replaced
        parts, at = [], self.tokens[node.first].start
        for child in node.children:
            parts += [self.text[at : self.tokens[child.first].start], self.render(child)]
            at = self.tokens[child.last - 1].end
        return "".join(parts) + self.text[at : self.tokens[node.last - 1].end]

    def rewritten(self) -> str:
        """Return the whole query, its answered clauses replaced."""
        start, end = self.tokens[self.where.first].start, self.tokens[self.where.last - 1].end
        return self.text[:start] + self.render(self.where) + self.text[end:]

    def variables(self, node: SyntaxNode) -> set[str]:
        """Return the names of all variables that a node's text holds."""
        own = self.tokens[node.first : node.last]
        return {token.text[1:] for token in own if token.kind == "variable"}

    def place(self, node: SyntaxNode) -> str:
        """Return line and column of a node, for a message."""
        start = self.tokens[node.first].start
        line = self.text.count("\n", 0, start) + 1
        return f"line {line}, column {start - self.text.rfind(chr(10), 0, start)}"

    def iri(self, token: SparqlToken) -> str | None:
        """Return the IRI that a token stands for, None if it stands for none."""
        if token.kind == "iri":
            return _resolved(self.base, token.text[1:-1])
        if token.kind != "prefixed":
            return None
        prefix, _, local = token.text.partition(":")
        start = self.prefixes.get(prefix)
        return None if start is None else start + local.replace("\\", "")

    def opening_for(self, node: SyntaxNode) -> str:
        """Return the declarations that the text of a node needs, the known prefixes too."""
        used = {
            token.text.partition(":")[0]
            for token in self.tokens[node.first : node.last]
            if token.kind == "prefixed"
        }
        declared = {name for name, _, _ in self.declarations if name is not None}
        known = [f"PREFIX {p}: <{PREFIXES[p]}>" for p in sorted(used - declared) if p in PREFIXES]
        own = [raw for name, _, raw in self.declarations if name is None or name in used]
        return self.opening + " ".join([*known, *own, ""])


def base_declaration(base: str) -> str:
    """Return what has another endpoint resolve relative IRIs as we do; a later BASE still wins."""
    return f"BASE <{base}> " if base else ""


def clauses(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """Yield the SERVICE clauses below a node in their order; those inside of one are not ours."""
    if node.kind == "service":
        yield node
        return
    for child in node.children:
        yield from clauses(child)


def _resolved(base: str, text: str) -> str:
    """Return the IRI that a text between angle brackets stands for."""
    try:
        if "\\" in text:
            text = text.encode("ascii", "backslashreplace").decode("unicode_escape")
        return urljoin(base, text)
    except ValueError:
        raise Unsupported from None
