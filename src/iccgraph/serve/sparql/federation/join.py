"""Which variables a SERVICE clause shares with what stands before it, and how to get their values.

Only values that some solution holds can be of use, so the other endpoint is sent them and answers
for them alone. That is right as long as the values come from what the clause is joined with: the
left side of an OPTIONAL or a MINUS around it, but nothing beyond, and nothing outside a sub-SELECT.
Source: SPARQL 1.1 Query Language, section 18.2.2 and 18.5; Federated Query, section 2.4 and 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from iccgraph.serve.sparql.federation.clauses import Query
from iccgraph.serve.sparql.federation.syntax import Node

_FICKLE: Final = frozenset(("RAND", "UUID", "STRUUID", "BNODE", "NOW"))
"""Functions whose values differ each time, so that a filter with them is not asked twice."""


@dataclass(frozen=True, slots=True)
class Level:
    """The first `count` elements of a group, with the GRAPH that stands around them, if any."""

    group: Node
    count: int
    graph: str = ""

    def before(self) -> list[Node]:
        """Return the elements."""
        return self.group.children[: self.count]


Levels = tuple[Level, ...]
"""What a clause is joined with, from the outside in."""


def placed(query: Query) -> Iterator[tuple[Node, Levels]]:
    """Yield each SERVICE clause in its order, with what it is joined with.

    Whoever asks may replace a clause before going on to the next.
    """
    yield from _placed(query, query.where, (), "")


def _placed(query: Query, group: Node, levels: Levels, graph: str) -> Iterator[tuple[Node, Levels]]:
    if group.kind == "select":
        yield from _placed(query, group.children[0], (), graph)
        return
    for count, element in enumerate(group.children):
        own = Level(group, count, graph)
        around = (*levels, own)
        if element.kind == "service":
            yield element, around
            continue
        inner = graph
        if element.kind == "graph" and element.name is not None:
            inner = f"GRAPH {element.name.text}"
        elif element.kind != "groups":
            around = (own,)
        for child in element.children:
            yield from _placed(query, child, around, inner)


def shared(query: Query, clause: Node, levels: Levels) -> tuple[str, ...]:
    """Return the variables whose values may be sent with a clause.

    Either its answer binds them in any case, or they are bound right before it: a value that was
    sent then is never seen where the clause alone would have left the variable unbound.
    """
    body = clause.children[0]
    outside = {name for level in levels for el in level.before() for name in shown(query, el)}
    sure, possible = certain(query, body), shown(query, body)
    for element in levels[-1].before():
        sure |= certain(query, element) & possible
    return tuple(sorted(outside & sure))


def context(query: Query, levels: Levels) -> str:
    """Return a group that has the solutions of what a clause is joined with."""
    inner = ""
    for level in reversed(levels):
        inner = f"{level.graph} {{ {_prefix(query, level)} {inner} }}"
    return inner


def _prefix(query: Query, level: Level) -> str:
    parts, bound = [], set[str]()
    for element in level.before():
        if element.kind == "filter":
            continue
        bound |= shown(query, element)
        text = query.render(element)
        parts.append(f"{text.rstrip().removesuffix('.')} ." if element.kind == "triples" else text)
    for element in level.group.children:
        if element.kind == "filter" and not element.children:
            names = sorted(query.variables(element))
            words = {t.text.upper() for t in query.tokens[element.first : element.last]}
            if names and bound >= set(names) and not words & _FICKLE:
                free = " || ".join(f"!BOUND(?{name})" for name in names)
                condition = query.source(element.first + 1, element.last)
                parts.append(f"FILTER({free} || {condition})")
    return " ".join(parts)


def flat(query: Query, body: Node, names: tuple[str, ...]) -> bool:
    """Return whether values may stand in the body's own group: its first triples bind them all."""
    bound: set[str] = set()
    if body.kind == "group":
        for element in body.children:
            if element.kind == "triples":
                bound |= query.variables(element)
            elif element.kind != "filter":
                break
    return bound >= set(names)


def shown(query: Query, node: Node) -> set[str]:
    """Return the variables that a node may bind, as far as others see them."""
    own: set[str] = set()
    if node.kind in ("triples", "values"):
        return query.variables(node)
    if node.kind in ("filter", "minus"):
        return own
    if node.kind == "bind":
        own_tokens = query.tokens[node.first : node.last]
        return {[token.text for token in own_tokens if token.kind == "variable"][-1][1:]}
    if node.kind == "select" and node.shown is not None:
        return set(node.shown)
    if node.name is not None and node.name.kind == "variable":
        own.add(node.name.text[1:])
    return own.union(*(shown(query, child) for child in node.children))


def certain(query: Query, node: Node) -> set[str]:
    """Return variables that every solution of a node binds; there may be more."""
    if node.kind == "triples":
        return query.variables(node)
    if node.kind == "values":
        words = {t.text.upper() for t in query.tokens[node.first : node.last]}
        return set() if "UNDEF" in words else query.variables(node)
    inner = [certain(query, child) for child in node.children]
    if node.kind == "group" or (node.replaced is not None and not node.silent):
        return set[str]().union(*inner)
    if node.kind == "groups":
        return set.intersection(*inner)
    if node.kind == "graph" and node.name is not None:
        return inner[0] | ({node.name.text[1:]} if node.name.kind == "variable" else set())
    if node.kind == "select":
        return inner[0] if node.shown is None else inner[0] & set(node.shown)
    return set()
