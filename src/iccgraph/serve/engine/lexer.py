r"""Reads a SPARQL text as tokens, as far as the endpoint must know it before the engine does.

Source: SPARQL 1.1 Query Language, section 19.8 (terminals). Strings, IRIs and comments hide what
is in them; `\u` escapes outside IRIs and strings are no keywords for the engine, nor for us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from iccgraph.errors import QueryRefused, QuerySyntaxError, QueryTooLarge

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_TOKEN = re.compile(
    r"""
    (?P<space>[\x20\t\r\n]+|\#[^\r\n]*)
  | (?P<iri><[^\x00-\x20<>"{}|^`\\]*(?:\\[uU][0-9A-Fa-f]+[^\x00-\x20<>"{}|^`\\]*)*>)
  | (?P<long>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*''')
  | (?P<string>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<prefixed>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\.)*)
  | (?P<blank>_:[\w.\-]+)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<open>[({\[])
  | (?P<close>[)}\]])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token that is neither space nor comment; `start` counts characters from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What the endpoint knows of a query without evaluating it."""

    form: str


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text; any text has some, nothing is raised."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield Token(kind, match[0], match.start())


def inspect(text: str, length: int, depth: int) -> Shape:
    """Return the form of a query that this endpoint may hand to the engine.

    Units: `length` in bytes of UTF-8, `depth` in nested brackets and chained operators.
    Raises: QueryTooLarge, QueryRefused (SERVICE, updates), QuerySyntaxError (no query form).
    """
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > length:
        raise QueryTooLarge(f"the query has {size} bytes; at most {length} are answered")
    form, level, operators = "", 0, 0
    for token in tokens(text):
        if token.kind == "open":
            level += 1
        elif token.kind == "close":
            level = max(0, level - 1)
        elif token.kind == "other" and token.text in "|&!^+-*/=<>":
            operators += 1
        elif token.kind == "word":
            form = _word(token, text, form)
        if level > depth:
            raise QueryTooLarge(f"the query nests deeper than {depth} levels")
        if operators > 20 * depth:
            raise QueryTooLarge(f"the query chains more than {20 * depth} operators")
    if not form:
        raise QuerySyntaxError("expected SELECT, ASK, CONSTRUCT or DESCRIBE, found none of them")
    return Shape(form)


def _word(token: Token, text: str, form: str) -> str:
    word = token.text.upper()
    if word == "SERVICE":
        line, column = place(text, token.start)
        raise QueryRefused(
            f"SERVICE (line {line}, column {column}) is not allowed: this endpoint asks no other"
        )
    if not form and word in UPDATES:
        raise QueryRefused(f"{word} changes data; this endpoint only answers queries")
    return word if not form and word in FORMS else form


def place(text: str, start: int) -> tuple[int, int]:
    """Return the line and column, counting from 1, of a character."""
    line = text.count("\n", 0, start) + 1
    return line, start - (text.rfind("\n", 0, start) + 1) + 1
