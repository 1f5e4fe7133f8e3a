"""Refuses queries that ask another endpoint (SPARQL 1.1 Federated Query), by the engine's grammar.

A keyword needs no space around it, names and comments may hold any word, and a parser may go back
on what it read: only the engine knows what it takes for SERVICE. So it is asked. Where every such
word is spelled differently, a name, string or comment is as good as before, but a keyword is none.
"""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Store

from iccgraph.errors import QueryRefused, QuerySyntaxError
from iccgraph.vocab import PREFIXES

_SERVICE: Final = re.compile(
    r"(?P<head>ser)(?P<v>v)(?P<tail>ice)((?:[ \t\r\n]|\#[^\r\n]{0,200}[\r\n])*+silent)?",
    re.IGNORECASE | re.ASCII,
)
_LETTERS: Final = "wzkqxyjt"
_TRIED: Final = 20
_PLACE: Final = re.compile(r"at (\d+):(\d+)")
_NOTHING: Final = Store()


def refuse_federation(text: str) -> None:
    """Let a query pass that asks no other endpoint; nothing is fetched to find out.

    Raises: QueryRefused with line and column, QuerySyntaxError.
    """
    if not _SERVICE.search(text):
        return
    known = text.lower()
    letter = next((c for c in _LETTERS if f"ser{c}ice" not in known), "")
    if not letter:
        raise QueryRefused("a query may not hold so many words that look like SERVICE")
    complaint = _complaint(_SERVICE.sub(lambda match: _respelled(match, letter), text))
    if complaint is None:
        return
    if _complaint(_SERVICE.sub("GRAPH", text)) is not None:
        raise complaint
    raise QueryRefused(f"SERVICE{_where(text, letter)} is not allowed: this endpoint asks no other")


def _complaint(text: str) -> QuerySyntaxError | None:
    """Return what the engine has against a text; GRAPH is followed by what SERVICE is."""
    try:
        _NOTHING.query(text, prefixes=PREFIXES)
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
    for match, _ in zip(_SERVICE.finditer(text), range(_TRIED), strict=False):
        before = _SERVICE.sub("GRAPH", text[: match.start()])
        after = _SERVICE.sub("GRAPH", text[match.end() :])
        if _complaint(before + _respelled(match, letter) + after) is not None:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            return f" (line {line}, column {column})"
    return ""


def syntax_error(message: str) -> QuerySyntaxError:
    """Return the engine's complaint with the place that it names."""
    found = _PLACE.search(message)
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    return QuerySyntaxError(f"the query is not SPARQL 1.1: {message}", line, column)
