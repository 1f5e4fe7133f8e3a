r"""Reads a SPARQL text as tokens, as far as the endpoint must know it before the engine does.

Source: SPARQL 1.1 Query Language, section 19.8 (terminals). Strings, IRIs and comments hide what
is in them. Whether a query asks another endpoint is not decided here but by the engine's grammar
(`federation`), for some texts cannot be cut into tokens without parsing them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from iccgraph.errors import QueryRefused, QuerySyntaxError, QueryTooLarge

_OPERATORS: Final = "|&!^+-*/=<>"
FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_LETTER: Final = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_INNER: Final = rf"{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<space>[\x20\t\r\n]++|\#[^\r\n]*+)
  | (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
  | (?P<long>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?)
  | (?P<string>"(?:[^"\\\r\n]|\\.)*+"?|'(?:[^'\\\r\n]|\\.)*+'?)
  | (?P<variable>[?$][{_INNER}]++)
  | (?P<number>(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?+)
  | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<blank>_:[{_INNER}.\-]++)
  | (?P<prefixed>(?:[{_LETTER}][{_INNER}.\-]*+)?+:(?:[{_INNER}:.\-]|%[0-9A-Fa-f]{{2}}|\\.)*+)
  | (?P<word>[{_LETTER}_][{_INNER}.\-]*+)
  | (?P<open>[({{\[])
  | (?P<close>[)}}\]])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""No part of it ever goes back on what it read, so that any text is read in linear time."""
_PLAIN = re.compile(
    r"(?:[\x20\t\r\n]++|#[^\r\n]*+[\r\n]|PREFIX[\x20\t]++[A-Za-z][A-Za-z0-9]*+:[\x20\t]*+<[^<>\s]*+>)*+"
    r"(?P<form>SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[\x20\t\r\n{])"
)
"""How nearly every query begins; such a one need not be read token by token."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token that is neither space nor comment; `start` counts characters from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What the endpoint knows of a query without evaluating it.

    `dataset` tells whether the query itself says which graphs it asks (FROM, FROM NAMED),
    `federated` whether it seems to ask another endpoint (SERVICE).
    """

    form: str
    dataset: bool = False
    federated: bool = False

    @property
    def query_type(self) -> str:
        """The form."""
        return self.form


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text; any text has some, nothing is raised."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield Token(kind, match[0], match.start())


def inspect(text: str, length: int, depth: int) -> Shape:
    """Return the form of a query that this endpoint may hand to the engine.

    Units: `length` in bytes of UTF-8, `depth` in nested brackets and chained operators.
    Raises: QueryTooLarge, QueryRefused (updates), QuerySyntaxError (no query form).
    """
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > length:
        raise QueryTooLarge(f"the query has {size} bytes; at most {length} are answered")
    form, dataset = _beginning(text)
    brackets = sum(map(text.count, "({["))
    if brackets > depth or sum(map(text.count, _OPERATORS)) > 20 * depth:
        _measure(text, depth)
    if not form:
        raise QuerySyntaxError("expected SELECT, ASK, CONSTRUCT or DESCRIBE, found none of them")
    return Shape(form, dataset, names_service(text))


def names_service(text: str) -> bool:
    """Return whether SERVICE stands in a text as a word of its own; what it is, the engine says."""
    if "service" not in text.lower():
        return False
    return any(t.kind == "word" and t.text.upper() == "SERVICE" for t in tokens(text))


def _beginning(text: str) -> tuple[str, bool]:
    """Return the form of a query and whether it names graphs; reads no further than it must."""
    form, dataset = "", False
    may_name = "from" in text.casefold()
    if not may_name and (plain := _PLAIN.match(text)):
        return plain["form"], False
    for token in tokens(text):
        if token.kind == "word":
            form = _form(token.text.upper(), form)
            dataset = dataset or token.text[:4].upper() == "FROM"
            if form and (dataset or not may_name):
                break
    return form, dataset


def _measure(text: str, depth: int) -> None:
    """Let a text pass that nests and chains no more than it may.

    Raises: QueryTooLarge.
    """
    level = operators = 0
    for token in tokens(text):
        if token.kind == "open":
            level += 1
        elif token.kind == "close":
            level = max(0, level - 1)
        elif token.kind == "other" and token.text in _OPERATORS:
            operators += 1
        if level > depth:
            raise QueryTooLarge(f"the query nests deeper than {depth} levels")
        if operators > 20 * depth:
            raise QueryTooLarge(f"the query chains more than {20 * depth} operators")


def _form(word: str, form: str) -> str:
    if not form and word in UPDATES:
        raise QueryRefused(f"{word} changes data; this endpoint only answers queries")
    return word if not form and word in FORMS else form
