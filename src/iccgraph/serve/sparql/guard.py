"""Every reason for refusing a SPARQL text before it is evaluated.

The limits at run time are elsewhere: of time and of all memory together in `workers.pool`, of one
worker's memory in `workers.sandbox` (told by `workers.process`), of rows and bytes in `evaluate`,
of what other endpoints are asked and answer in `federation.engine` and `federation.endpoints`.
`inspect` reads a text as tokens: its length and depth, its query type, updates.
`refuse_service` tells whether it asks another endpoint (SPARQL 1.1 Federated Query). A keyword
needs no space around it, names and comments may hold any word, and a parser may go back on what it
read: only the engine knows what it takes for SERVICE. So it is asked. Where every such word is
spelled differently, a name, string or comment is as good as before, but a keyword is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Store

from iccgraph.errors import QueryRefused, QueryTooLarge
from iccgraph.serve.sparql.diagnosis import diagnose, no_query
from iccgraph.sparql_syntax import QUERY_TYPES, SIGN, UPDATES
from iccgraph.vocab import PREFIXES

_OPERATORS: Final = frozenset("|&!^+-*/=<>")
_KEYWORD: Final = re.compile(
    r"(?P<head>ser)(?P<v>v)(?P<tail>ice)((?:[ \t\r\n]|\#[^\r\n]{0,200}[\r\n])*+silent)?",
    re.IGNORECASE | re.ASCII,
)
_LETTERS: Final = "wzkqxyjt"
_MOST_TRIED: Final = 20
_EMPTY: Final = Store()


@dataclass(frozen=True, slots=True)
class QuerySummary:
    """What is known of a query without evaluating it.

    `dataset` is True if the query itself names the graphs it asks (FROM, FROM NAMED), `federated`
    if it seems to ask another endpoint (SERVICE).
    """

    query_type: str
    dataset: bool = False
    federated: bool = False


def inspect(text: str, most_length: int, most_depth: int) -> QuerySummary:
    """Return the summary of a query that may be handed to the engine.

    Units: `most_length` in bytes of UTF-8, `most_depth` in nested brackets; 20 chained operators
    count for one.
    Raises: QueryTooLarge, QueryRefused (updates), QuerySyntaxError (no query type).
    """
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > most_length:
        raise QueryTooLarge(f"the query has {size} bytes; at most {most_length} are answered")
    query_type, dataset, federated, level, operators = "", False, False, 0, 0
    for match in SIGN.finditer(text):  # without objects for tokens: every query comes here
        kind = match.lastgroup
        if kind == "word":
            word = match["word"].upper()
            query_type = query_type or _type(word)
            dataset = dataset or word.startswith("FROM")
            federated = federated or word == "SERVICE"
        elif kind == "open":
            level += 1
            if level > most_depth:
                raise QueryTooLarge(f"the query nests deeper than {most_depth} levels")
        elif kind == "close":
            level = max(0, level - 1)
        elif kind == "other" and match["other"] in _OPERATORS:
            operators += 1
            if operators > 20 * most_depth:
                raise QueryTooLarge(f"the query chains more than {20 * most_depth} operators")
    if not query_type:
        raise no_query(text)
    return QuerySummary(query_type, dataset, federated)


def _type(word: str) -> str:
    """Return the query type that a first word stands for, empty if none; refuse an update."""
    if word in UPDATES:
        raise QueryRefused(f"{word} changes data; this endpoint only answers queries")
    return word if word in QUERY_TYPES else ""


def refuse_service(text: str, base: str = "") -> None:
    """Let a query pass that asks no other endpoint; nothing is fetched to find out.

    Arguments: `base` is what relative IRIs are resolved against, empty for none.
    Raises: QueryRefused with line and column, QuerySyntaxError.
    """
    if not _KEYWORD.search(text):
        return
    known = text.lower()
    letter = next((c for c in _LETTERS if f"ser{c}ice" not in known), "")
    if not letter:
        raise QueryRefused("a query may not hold so many words that look like SERVICE")
    if _objection(_KEYWORD.sub(lambda match: _respelled(match, letter), text), base) is None:
        return
    if (objection := _objection(_KEYWORD.sub("GRAPH", text), base)) is not None:
        raise diagnose(text, objection, base)
    where = _where(text, letter, base)
    raise QueryRefused(f"SERVICE{where} is not allowed: SERVICE is disabled on this server")


def _objection(text: str, base: str) -> str | None:
    """Return what the engine has against a text; GRAPH is followed by what SERVICE is."""
    try:
        _EMPTY.query(text, base_iri=base or None, prefixes=PREFIXES)
    except SyntaxError as error:
        return str(error.msg)
    except (ValueError, RuntimeError, OSError):
        return None
    return None


def _respelled(match: re.Match[str], letter: str) -> str:
    changed = letter.upper() if match["v"] == "V" else letter
    return match["head"] + changed + match["tail"] + (match[4] or "")


def _where(text: str, letter: str, base: str) -> str:
    """Return the place of the first of these words that is a keyword, for the message."""
    for match, _ in zip(_KEYWORD.finditer(text), range(_MOST_TRIED), strict=False):
        before = _KEYWORD.sub("GRAPH", text[: match.start()])
        after = _KEYWORD.sub("GRAPH", text[match.end() :])
        if _objection(before + _respelled(match, letter) + after, base) is not None:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            return f" (line {line}, column {column})"
    return ""
