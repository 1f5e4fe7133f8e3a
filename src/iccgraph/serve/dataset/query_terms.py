"""Terms in a query that the vocabulary does not have, or that no statement of the release uses.

Such a query is whole and has an answer, but an empty one or one with holes; whoever mistyped a term
sees no fault. Nothing here changes an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.process import extractOne

from iccgraph.sparql_syntax import DECLARATION, tokens
from iccgraph.vocab import PREFIXES

NO_TERM: Final = "“{word}” in line {line} is not a term of our vocabulary"
TERM_MEANT: Final = "“{word}” in line {line} is not a term of our vocabulary; did you mean {meant}?"
NOT_USED: Final = "nothing in these data uses “{word}” (line {line}); did you mean {meant}?"
SENTENCES: Final = (NO_TERM, TERM_MEANT, NOT_USED)
"""All that is ever said, with the places of values; pages have each in every language."""

MOST: Final = 5
"""So many terms at most are told of one query."""
_OURS: Final = PREFIXES["icc"]
_LIKE: Final = 75.0
"""From this likeness on another term is proposed (from 0 to 100)."""
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Hint:
    """What is told of one term; `line` and `column` count from 1."""

    line: int
    column: int
    detail: str


def hints(text: str, vocabulary: Collection[str], used: Collection[str]) -> list[Hint]:
    """Return what to tell of the terms of a query that cannot be meant, in their order.

    Terms of our own namespace must be in the vocabulary; a term of another one is told if nothing
    uses it, and something uses one that is much like it, unless the query asks other endpoints.

    Arguments: `vocabulary` has the IRIs of all terms of ours, `used` those of all classes and
    properties that statements use.
    """
    found: dict[str, Hint] = {}
    words = {token.text.upper() for token in tokens(text) if token.kind == "word"}
    for word, iri, start in _terms(text):
        ours = iri.startswith(_OURS)
        if iri in vocabulary or iri in used or iri in found or ("SERVICE" in words and not ours):
            continue
        namespace = _OURS if ours else _namespace(iri, used)
        meant = _nearest(iri, namespace, vocabulary if ours else used)
        if meant:
            shown = word.removesuffix(iri[len(namespace) :]) + meant
            shown = f"<{namespace}{meant}>" if word.startswith("<") else shown
            sentence = TERM_MEANT if ours else NOT_USED
        elif ours:
            shown, sentence = "", NO_TERM
        else:
            continue
        line = text.count("\n", 0, start) + 1
        detail = sentence.format(word=word, line=line, meant=shown)
        found[iri] = Hint(line, start - text.rfind("\n", 0, start), detail)
        if len(found) == MOST:
            break
    return list(found.values())


def _terms(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield the IRIs of a query as they are written, whole, and where each begins."""
    prefixes, declared = dict(PREFIXES), -1
    for token in tokens(text):
        if token.start < declared:
            continue
        if token.kind == "word" and token.text.upper() == "PREFIX":
            if match := DECLARATION.match(text, token.end):
                prefixes[match[1]], declared = match[2], match.end()
        elif token.kind == "prefixed":
            word = token.text.rstrip(".")
            prefix, _, local = word.partition(":")
            if prefix in prefixes and local and "\\" not in local and len(word) <= _LONGEST:
                yield word, prefixes[prefix] + local, token.start
        elif token.kind == "iri" and len(token.text) <= _LONGEST:
            yield token.text, token.text[1:-1], token.start


def _namespace(iri: str, used: Collection[str]) -> str:
    """Return the namespace of a vocabulary that statements use, empty if it is none."""
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    start = iri[:end]
    return start if any(one.startswith(start) for one in used) else ""


def _nearest(iri: str, namespace: str, known: Collection[str]) -> str:
    """Return the local name in a namespace that is most like that of an IRI, empty if none is."""
    if not namespace:
        return ""
    local, size = iri[len(namespace) :], len(namespace)
    names = sorted(one[size:] for one in known if one.startswith(namespace))
    for name in names:
        if name.lower() == local.lower():
            return name
    best = extractOne(local, names, scorer=fuzz.ratio, score_cutoff=_LIKE)
    return str(best[0]) if best else ""
