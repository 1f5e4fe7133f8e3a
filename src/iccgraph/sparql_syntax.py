"""Reads SPARQL texts: their tokens, and where the engine's grammar objects to one.

Source: SPARQL 1.1 Query Language, section 19.8 (terminals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

QUERY_TYPES: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)
_LETTER: Final = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_INNER: Final = rf"{_LETTER}_0-9\u00B7\u0300-\u036F\u203F\u2040"
_IRI: Final = r"""<(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>"""
_LONG: Final = (
    r"""\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*+(?:\"\"\")?|'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?"""
)
_STRING: Final = r""" "(?:[^"\\\r\n]|\\.)*+"?|'(?:[^'\\\r\n]|\\.)*+'?"""
_COMMENT: Final = r"\#[^\r\n]*+"
_VARIABLE: Final = rf"[?$][{_INNER}]++"
_NUMBER: Final = r"(?:[0-9]++\.?+[0-9]*+|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?+"
_LANGUAGE: Final = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
_BLANK: Final = rf"_:[{_INNER}.\-]++"
_PREFIXED: Final = rf"(?:[{_LETTER}][{_INNER}.\-]*+)?+:(?:[{_INNER}:.\-]|%[0-9A-Fa-f]{{2}}|\\.)*+"
_SPACE: Final = rf"[\x20\t\r\n]++|{_COMMENT}"
_SIGN: Final = rf"""
    (?P<word>[{_LETTER}_][{_INNER}.\-]*+)
  | (?P<open>[({{\[])
  | (?P<close>[)}}\]])
  | (?P<other>.)
"""
TOKEN: Final = re.compile(
    rf"""
    (?P<space>{_SPACE})
  | (?P<iri>{_IRI})
  | (?P<long>{_LONG})
  | (?P<string>{_STRING})
  | (?P<variable>{_VARIABLE})
  | (?P<number>{_NUMBER})
  | (?P<language>{_LANGUAGE})
  | (?P<blank>{_BLANK})
  | (?P<prefixed>{_PREFIXED})
  | {_SIGN}
    """,
    re.VERBOSE | re.DOTALL,
)
"""A token, or space, by its kind; no part of it ever goes back on what it read, so that any text is
read in linear time."""
SIGN: Final = re.compile(
    rf"""
    (?:{_SPACE}
      |(?P<term>{_IRI}|{_LONG}|{_STRING}|{_NUMBER}|{_LANGUAGE}|{_BLANK}|{_PREFIXED})
    )*+
    (?:(?P<variable>{_VARIABLE}) | {_SIGN} | \Z)
    """,
    re.VERBOSE | re.DOTALL,
)
"""A token that shows how a query is built: a variable, word, bracket or operator; `term` is the
last term that was passed over before it. Read at half the cost of all tokens."""
DECLARATION: Final = re.compile(rf"(?:{_SPACE})*+([{_INNER}.\-]*+):(?:{_SPACE})*+<([^<>\s]*+)>")
"""What follows PREFIX: the prefix, and the IRI that it stands for."""
_POSITION: Final = re.compile(r"at (\d+):(\d+)")


class SparqlToken(NamedTuple):
    """One token that is neither space nor comment; `start` counts characters from 0."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Return where the next character is."""
        return self.start + len(self.text)


def tokens(text: str, start: int = 0) -> Iterator[SparqlToken]:
    """Yield the tokens of a text from a place on; any text has some, nothing is raised."""
    for match in TOKEN.finditer(text, start):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield SparqlToken(kind, match[0], match.start())


def position(message: str) -> tuple[int, int]:
    """Return the line and column that an objection of the engine names, 0 and 0 if none."""
    found = _POSITION.search(message)
    return (int(found[1]), int(found[2])) if found else (0, 0)
