"""The parameters of the example queries, and how their values come to stand in a query.

A query is a text that runs as it is. A parameter names the constant of that text which others may
stand in for; its values take the place of the tokens of this constant and of nothing else, each
written as one term by its type. So wherever it stands, in a subquery, a filter, FROM, LIMIT or a
clause for another endpoint, a value is one constant and never syntax.
Source: SPARQL 1.1 Query Language, sections 4.1 and 19.8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from iccgraph.sparql_syntax import DECLARATION, SparqlToken, tokens
from iccgraph.vocab import XSD

THINGS: Final = {
    "City": "city",
    "Country": "country",
    "Network": "network",
    "Practice": "practice",
    "Scheme": "scheme",
    "Topic": "topic",
}
"""The types whose values are things, each with their kind."""
NUMBERS: Final = ("Integer", "Decimal", "Year")
TYPES: Final = (
    *THINGS,
    *NUMBERS,
    *("Boolean", "CountryCode", "Language", "Term", "Text", "Texts"),
)
"""What values can be: `Term` is one of some terms of the vocabulary, `CountryCode` one of
ISO 3166-1, `Texts` any number of texts."""
MOST_TEXTS: Final = 20
"""So many values a parameter of the type `Texts` has at most."""
LONGEST: Final = 200
"""The most characters of a value that is a text."""
RESERVED: Final = ("ask", "lang")
"""Names that have another meaning in the address of a query."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
"""What may stand behind a prefix without escapes in any reader of SPARQL."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of a query that others may stand in for.

    Arguments: `labels` are what people call it, by language; `constant` are the tokens of its term
    in the query, or of its terms if it may have several; `default` are the same as they stand in
    addresses; `choices` are all values of a `Term` (as IRIs) and of a `Language`, which without
    them may be any, or the key of the scheme of a `Topic`; `least` and `most` are bounds of a
    number, which belong to it.
    """

    name: str
    type: str
    labels: Mapping[str, str]
    constant: tuple[str, ...]
    default: tuple[str, ...]
    choices: tuple[str, ...] = ()
    least: str = ""
    most: str = ""

    @property
    def several(self) -> bool:
        """True if it may have more than one value."""
        return self.type == "Texts"


def parameter_of(entry: Mapping[str, Any]) -> Parameter:
    """Return a parameter as `queries.json` holds it.

    Raises: TypeError or KeyError if it is not as it was written.
    """
    lists = {name: tuple(entry[name]) for name in ("constant", "default", "choices")}
    return Parameter(**{**entry, **lists})


def bind(text: str, values: Sequence[tuple[Parameter, Sequence[NamedNode | Literal]]]) -> str:
    """Return the text of a query with terms in the places of constants."""
    if not values:
        return text
    prefixes = dict(declared(text))
    written = [(p.constant, " ".join(written_term(t, prefixes) for t in ts)) for p, ts in values]
    read, parts, end, place = [*tokens(text)], [], 0, 0
    while place < len(read):
        for constant, term in written:
            last = place + len(constant) - 1
            if matches(read, place, constant):
                parts += [text[end : read[place].start], term]
                end, place = read[last].end, last
                break
        place += 1
    return "".join((*parts, text[end:]))


def matches(read: Sequence[SparqlToken], place: int, constant: Sequence[str]) -> bool:
    """True if the tokens of a constant stand at a place of a query."""
    return all(
        place + n < len(read) and read[place + n].text == wanted
        for n, wanted in enumerate(constant)
    )


def declared(text: str) -> list[tuple[str, str]]:
    """Return the prefixes that a query declares, each with what it stands for."""
    found = []
    for token in tokens(text):
        if token.kind == "word" and token.text.upper() == "PREFIX":
            match = DECLARATION.match(text, token.end)
            if match is not None:
                found.append((match[1], match[2]))
    return found


def written_term(term: NamedNode | Literal, prefixes: Mapping[str, str]) -> str:
    """Return a term as one token of SPARQL, with a prefix of the query if that is simple."""
    if isinstance(term, NamedNode):
        for prefix, start in prefixes.items():
            if term.value.startswith(start) and _PLAIN.fullmatch(term.value[len(start) :]):
                return f"{prefix}:{term.value[len(start) :]}"
        return str(term)
    if term.datatype in (XSD.integer, XSD.decimal, XSD.boolean):
        return term.value
    return str(term)
