r"""Every reason for refusing a SPARQL text before it is evaluated.

`inspect` reads it as tokens, which takes linear time whatever the text: its length and depth, its
query type, updates. Strings, IRIs and comments hide what is in them.
`refuse_service` tells whether it asks another endpoint (SPARQL 1.1 Federated Query). A keyword
needs no space around it, names and comments may hold any word, and a parser may go back on what it
read: only the engine knows what it takes for SERVICE. So it is asked. Where every such word is
spelled differently, a name, string or comment is as good as before, but a keyword is none.
Source: SPARQL 1.1 Query Language, section 19.8 (terminals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Store

from iccgraph.errors import QueryRefused, QuerySyntaxError, QueryTooLarge
from iccgraph.vocab import PREFIXES

_OPERATORS: Final = "|&!^+-*/=<>"
QUERY_TYPES: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
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
    r"(?P<type>SELECT|ASK|CONSTRUCT|DESCRIBE)(?=[\x20\t\r\n{])"
)
"""How nearly every query begins; such a one need not be read token by token."""

_KEYWORD: Final = re.compile(
    r"(?P<head>ser)(?P<v>v)(?P<tail>ice)((?:[ \t\r\n]|\#[^\r\n]{0,200}[\r\n])*+silent)?",
    re.IGNORECASE | re.ASCII,
)
_LETTERS: Final = "wzkqxyjt"
_MOST_TRIED: Final = 20
_POSITION: Final = re.compile(r"at (\d+):(\d+)")
_EMPTY: Final = Store()


@dataclass(frozen=True, slots=True)
class SparqlToken:
    """One token that is neither space nor comment; `start` counts characters from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class QuerySummary:
    """What is known of a query without evaluating it.

    `dataset` is True if the query itself names the graphs it asks (FROM, FROM NAMED), `federated`
    if it seems to ask another endpoint (SERVICE).
    """

    query_type: str
    dataset: bool = False
    federated: bool = False


def tokens(text: str) -> Iterator[SparqlToken]:
    """Yield the tokens of a text; any text has some, nothing is raised."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield SparqlToken(kind, match[0], match.start())


def inspect(text: str, most_length: int, most_depth: int) -> QuerySummary:
    """Return the summary of a query that may be handed to the engine.

    Units: `most_length` in bytes of UTF-8, `most_depth` in nested brackets; 20 chained operators
    count for one.
    Raises: QueryTooLarge, QueryRefused (updates), QuerySyntaxError (no query type).
    """
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > most_length:
        raise QueryTooLarge(f"the query has {size} bytes; at most {most_length} are answered")
    query_type, dataset = _beginning(text)
    brackets = sum(map(text.count, "({["))
    if brackets > most_depth or sum(map(text.count, _OPERATORS)) > 20 * most_depth:
        _check_depth(text, most_depth)
    if not query_type:
        raise QuerySyntaxError("expected SELECT, ASK, CONSTRUCT or DESCRIBE, found none of them")
    return QuerySummary(query_type, dataset, _names_service(text))


def _names_service(text: str) -> bool:
    """True if SERVICE stands in a text as a word of its own; what it is, the engine says."""
    if "service" not in text.lower():
        return False
    return any(t.kind == "word" and t.text.upper() == "SERVICE" for t in tokens(text))


def _beginning(text: str) -> tuple[str, bool]:
    """Return a query's type, and whether it names graphs; reads no further than it must."""
    query_type, dataset = "", False
    may_name = "from" in text.casefold()
    if not may_name and (plain := _PLAIN.match(text)):
        return plain["type"], False
    for token in tokens(text):
        if token.kind == "word":
            query_type = query_type or _type(token.text.upper())
            dataset = dataset or token.text[:4].upper() == "FROM"
            if query_type and (dataset or not may_name):
                break
    return query_type, dataset


def _type(word: str) -> str:
    """Return the query type that a first word stands for, empty if it is none.

    Raises: QueryRefused for the word of an update.
    """
    if word in UPDATES:
        raise QueryRefused(f"{word} changes data; this endpoint only answers queries")
    return word if word in QUERY_TYPES else ""


def _check_depth(text: str, most_depth: int) -> None:
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
        if level > most_depth:
            raise QueryTooLarge(f"the query nests deeper than {most_depth} levels")
        if operators > 20 * most_depth:
            raise QueryTooLarge(f"the query chains more than {20 * most_depth} operators")


def refuse_service(text: str) -> None:
    """Let a query pass that asks no other endpoint; nothing is fetched to find out.

    Raises: QueryRefused with line and column, QuerySyntaxError.
    """
    if not _KEYWORD.search(text):
        return
    known = text.lower()
    letter = next((c for c in _LETTERS if f"ser{c}ice" not in known), "")
    if not letter:
        raise QueryRefused("a query may not hold so many words that look like SERVICE")
    objection = _objection(_KEYWORD.sub(lambda match: _respelled(match, letter), text))
    if objection is None:
        return
    if _objection(_KEYWORD.sub("GRAPH", text)) is not None:
        raise objection
    raise QueryRefused(f"SERVICE{_where(text, letter)} is not allowed: this endpoint asks no other")


def _objection(text: str) -> QuerySyntaxError | None:
    """Return what the engine has against a text; GRAPH is followed by what SERVICE is."""
    try:
        _EMPTY.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        return syntax_error(str(error.msg))
    except (ValueError, RuntimeError, OSError):
        return None
    return None


def _respelled(match: re.Match[str], letter: str) -> str:
    changed = letter.upper() if match["v"] == "V" else letter
    return match["head"] + changed + match["tail"] + (match[4] or "")


def _where(text: str, letter: str) -> str:
    """Return the place of the first of these words that is a keyword, for the message."""
    for match, _ in zip(_KEYWORD.finditer(text), range(_MOST_TRIED), strict=False):
        before = _KEYWORD.sub("GRAPH", text[: match.start()])
        after = _KEYWORD.sub("GRAPH", text[match.end() :])
        if _objection(before + _respelled(match, letter) + after) is not None:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            return f" (line {line}, column {column})"
    return ""


def syntax_error(message: str) -> QuerySyntaxError:
    """Return the engine's objection with the place that it names."""
    found = _POSITION.search(message)
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    return QuerySyntaxError(f"the query is not SPARQL 1.1: {message}", line, column)
