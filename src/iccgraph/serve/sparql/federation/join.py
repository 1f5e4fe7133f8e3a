"""Which variables a SERVICE clause shares with what stands before it, and how to get their values.

Only values that some solution holds can be of use, so the other endpoint is sent them and answers
for them alone. That is right as long as the values come from what the clause is joined with: the
left side of an OPTIONAL or a MINUS around it, but nothing beyond, and nothing outside a sub-SELECT.
A blank node is known to its own answer only: that of another endpoint gets an IRI that is made for
the one query (RDF 1.1 Concepts, section 3.5); one of ours is sent to nobody.
Source: SPARQL 1.1 Query Language, section 10.2, 18.2.2 and 18.5; Federated Query, section 2.4 and
4; Query Results JSON Format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from iccgraph.serve.sparql.federation.syntax import ParsedQuery, SyntaxNode

_FICKLE: Final = frozenset(("RAND", "UUID", "STRUUID", "BNODE", "NOW"))
"""Functions whose values differ each time, so that a filter with them is not asked twice."""
_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_LANGUAGE: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})
_PLAIN: Final = "http://www.w3.org/2001/XMLSchema#string"
UNBOUND: Final = "UNDEF"


@dataclass(frozen=True, slots=True)
class Level:
    """The first `count` elements of a group, with the GRAPH that stands around them, if any."""

    group: SyntaxNode
    count: int
    graph: str = ""

    def before(self) -> list[SyntaxNode]:
        """Return the elements."""
        return self.group.children[: self.count]


Levels = tuple[Level, ...]
"""What a clause is joined with, from the outside in."""


def placed(
    query: ParsedQuery, group: SyntaxNode, levels: Levels = (), graph: str = ""
) -> Iterator[tuple[SyntaxNode, Levels]]:
    """Yield each SERVICE clause of a group in its order, with what it is joined with.

    Whoever asks may replace a clause before going on to the next.
    Arguments: `levels` is what the group is joined with, `graph` the GRAPH around it.
    """
    if group.kind == "select":
        yield from placed(query, group.children[0], (), graph)
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
            yield from placed(query, child, around, inner)


def shared(query: ParsedQuery, clause: SyntaxNode, levels: Levels) -> tuple[str, ...]:
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


def context(query: ParsedQuery, levels: Levels) -> str:
    """Return a group that has the solutions of what a clause is joined with."""
    inner = ""
    for level in reversed(levels):
        inner = f"{level.graph} {{ {_prefix(query, level)} {inner} }}"
    return inner


def _prefix(query: ParsedQuery, level: Level) -> str:
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


def flat(query: ParsedQuery, body: SyntaxNode, names: tuple[str, ...]) -> bool:
    """True if values may stand in the body's own group: its first triples bind them all."""
    bound: set[str] = set()
    if body.kind == "group":
        for element in body.children:
            if element.kind == "triples":
                bound |= query.variables(element)
            elif element.kind != "filter":
                break
    return bound >= set(names)


def shown(query: ParsedQuery, node: SyntaxNode) -> set[str]:
    """Return the variables that a node may bind, as far as others see them."""
    if node.kind in ("triples", "values"):
        return query.variables(node)
    if node.kind in ("filter", "minus"):
        return set()
    if node.kind == "bind":
        own_tokens = query.tokens[node.first : node.last]
        return {[token.text[1:] for token in own_tokens if token.kind == "variable"][-1]}
    if node.kind == "select" and node.shown is not None:
        return set(node.shown)
    own = {node.name.text[1:]} if node.name is not None and node.name.kind == "variable" else set()
    return own.union(*(shown(query, child) for child in node.children))


def certain(query: ParsedQuery, node: SyntaxNode) -> set[str]:
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


@dataclass(frozen=True, slots=True)
class Solutions:
    """Solutions as SPARQL writes them: names, and rows of terms or `UNDEF`."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self) -> str:
        """Return the VALUES clause that has these solutions, on one line."""
        names = " ".join(f"?{name}" for name in self.names)
        rows = " ".join(f"({' '.join(row)})" for row in self.rows)
        return f"VALUES ({names}) {{ {rows} }}"

    def only_whole(self) -> Solutions:
        """Return the columns that have a value in each row, and each row once."""
        places = [n for n in range(len(self.names)) if all(r[n] != UNBOUND for r in self.rows)]
        kept = (tuple(row[n] for n in places) for row in self.rows)
        return Solutions(tuple(self.names[n] for n in places), tuple(dict.fromkeys(kept)))

    def batches(self, most_rows: int, most_bytes: int) -> Iterator[Solutions]:
        """Yield the rows in parts of at most so many rows and bytes, but at least one row."""
        part: list[tuple[str, ...]] = []
        size = 0
        for row in self.rows:
            weight = sum(len(term.encode()) + 1 for term in row) + 3
            if part and (len(part) == most_rows or size + weight > most_bytes):
                yield Solutions(self.names, tuple(part))
                part, size = [], 0
            part.append(row)
            size += weight
        if part:
            yield Solutions(self.names, tuple(part))


def read_solutions(content: bytes, most: int, nodes: str = "") -> Solutions:
    """Return the solutions of a result in JSON, at most one more than `most`.

    Arguments: `nodes` begins the IRIs that stand for blank nodes; without it, a blank node is as
    good as no value.
    Raises: ValueError if it is no such result.
    """
    results: object = None
    try:
        results = parse_query_results(content, format=QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise ValueError("it is not a valid SPARQL result")
        names = tuple(variable.value for variable in results.variables)
        rows: list[tuple[str, ...]] = []
        for solution in results:
            rows.append(tuple(_written(term, nodes) for term in solution))
            if len(rows) > most:
                break
    except SyntaxError as error:
        raise ValueError(str(error)) from None
    finally:
        results = None  # a traceback must not keep it: only this thread may let go of it
    return Solutions(names, tuple(rows))


def _written(term: object, nodes: str) -> str:
    """Return a term as SPARQL writes it, `UNDEF` for what cannot be; ValueError for a bad IRI."""
    if isinstance(term, BlankNode) and nodes:
        return f"<{nodes}{term.value.encode().hex()}>"
    if isinstance(term, NamedNode):
        return _iri(term.value)
    if not isinstance(term, Literal):
        return UNBOUND
    text = f'"{term.value.translate(_ESCAPES)}"'
    if term.language:
        if not _LANGUAGE.fullmatch(term.language):
            raise ValueError("the text has an invalid language tag")
        return f"{text}@{term.language}"
    return text if term.datatype.value == _PLAIN else f"{text}^^{_iri(term.datatype.value)}"


def _iri(iri: str) -> str:
    if not _IRI.fullmatch(iri):
        raise ValueError("it has an invalid IRI")
    return f"<{iri}>"
