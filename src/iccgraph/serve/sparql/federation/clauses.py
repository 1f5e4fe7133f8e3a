"""A query as a tree of groups, whose SERVICE clauses can be replaced by their answers.

The engine's grammar has accepted the text before, and reads what is made of it again; whatever is
cut wrongly here can at most be a wrong text for the engine, never one that asks elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from iccgraph.serve.sparql.federation.syntax import Cutter, Node, UncutError
from iccgraph.serve.sparql.guard import Token, tokens
from iccgraph.vocab import PREFIXES


class Query:
    """A query with its prologue, its datasets and the tree of its WHERE clause."""

    def __init__(self, text: str) -> None:
        """Cut a text.

        Raises: UncutError.
        """
        self.text = text
        self.tokens = [*tokens(text)]
        cutter = Cutter(self.tokens)
        self.declarations = cutter.prologue()
        self.dataset, self.where = cutter.rest()
        self.head = Node("head", cutter.form, self.where.first)
        self.prologue = text[: self.tokens[cutter.form].start]

    def source(self, first: int, last: int) -> str:
        """Return the text of the tokens from `first` up to `last`."""
        if first >= last:
            return ""
        end = self.tokens[last - 1]
        return self.text[self.tokens[first].start : end.start + len(end.text)]

    def render(self, node: Node) -> str:
        """Return the text of a node, its answered clauses replaced."""
        if node.replaced is not None:
            return node.replaced
        parts, at = [], self.tokens[node.first].start
        for child in node.children:
            parts += [self.text[at : self.tokens[child.first].start], self.render(child)]
            at = self._end(child)
        return "".join(parts) + self.text[at : self._end(node)]

    def rewritten(self) -> str:
        """Return the whole query, its answered clauses replaced."""
        start, end = self.tokens[self.where.first].start, self._end(self.where)
        return self.text[:start] + self.render(self.where) + self.text[end:]

    def variables(self, node: Node) -> set[str]:
        """Return the names of all variables that a node's text holds."""
        own = self.tokens[node.first : node.last]
        return {token.text[1:] for token in own if token.kind == "variable"}

    def place(self, node: Node) -> str:
        """Return line and column of a node, for a message."""
        start = self.tokens[node.first].start
        line = self.text.count("\n", 0, start) + 1
        return f"line {line}, column {start - self.text.rfind(chr(10), 0, start)}"

    def iri(self, token: Token) -> str | None:
        """Return the IRI that a token stands for, None if it stands for none."""
        if token.kind == "iri":
            return urljoin(self._base(), _unescaped(token.text[1:-1]))
        if token.kind != "prefixed":
            return None
        prefix, _, local = token.text.partition(":")
        start = self._prefixes().get(prefix)
        return None if start is None else start + local.replace("\\", "")

    def opening_for(self, node: Node) -> str:
        """Return the declarations that the text of a node needs, the known prefixes too."""
        used = {
            token.text.partition(":")[0]
            for token in self.tokens[node.first : node.last]
            if token.kind == "prefixed"
        }
        declared = {name for name, _, _ in self.declarations if name is not None}
        known = [f"PREFIX {p}: <{PREFIXES[p]}>" for p in sorted(used - declared) if p in PREFIXES]
        own = [raw for name, _, raw in self.declarations if name is None or name in used]
        return " ".join([*known, *own, ""])

    def _end(self, node: Node) -> int:
        token = self.tokens[node.last - 1]
        return token.start + len(token.text)

    def _base(self) -> str:
        base = ""
        for name, iri, _ in self.declarations:
            base = urljoin(base, _unescaped(iri)) if name is None else base
        return base

    def _prefixes(self) -> dict[str, str]:
        base, found = "", dict(PREFIXES)
        for name, iri, _ in self.declarations:
            whole = urljoin(base, _unescaped(iri))
            if name is None:
                base = whole
            else:
                found[name] = whole
        return found


def clauses(node: Node) -> Iterator[Node]:
    """Yield the SERVICE clauses below a node in their order; those inside of one are not ours."""
    if node.kind == "service":
        yield node
        return
    for child in node.children:
        yield from clauses(child)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return text.encode("ascii", "backslashreplace").decode("unicode_escape")
    except UnicodeDecodeError:
        raise UncutError from None
