"""Solutions of a query between their JSON and the VALUES of another query.

A blank node is known to its own answer only. That of another endpoint gets an IRI that is made for
the one query (RDF 1.1 Concepts, section 3.5); one of ours is sent to nobody.
Source: SPARQL 1.1 Query Results JSON Format; Query Language, section 10.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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

_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
_TONGUE: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r"})
_PLAIN: Final = "http://www.w3.org/2001/XMLSchema#string"
NOTHING: Final = "UNDEF"
Named = Callable[[str], str]
"""Returns the IRI that stands for a blank node."""


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions as SPARQL writes them: names, and rows of terms or `UNDEF`."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self) -> str:
        """Return the VALUES clause that has these solutions, on one line."""
        names = " ".join(f"?{name}" for name in self.names)
        rows = " ".join(f"({' '.join(row)})" for row in self.rows)
        return f"VALUES ({names}) {{ {rows} }}"

    def only_whole(self) -> Table:
        """Return the columns that have a value in each row, and each row once."""
        places = [n for n in range(len(self.names)) if all(r[n] != NOTHING for r in self.rows)]
        kept = (tuple(row[n] for n in places) for row in self.rows)
        return Table(tuple(self.names[n] for n in places), tuple(dict.fromkeys(kept)))

    def batches(self, most_rows: int, most_bytes: int) -> Iterator[Table]:
        """Yield the rows in parts of at most so many rows and bytes, but at least one row."""
        part: list[tuple[str, ...]] = []
        size = 0
        for row in self.rows:
            weight = sum(len(term.encode()) + 1 for term in row) + 3
            if part and (len(part) == most_rows or size + weight > most_bytes):
                yield Table(self.names, tuple(part))
                part, size = [], 0
            part.append(row)
            size += weight
        if part:
            yield Table(self.names, tuple(part))


def one_empty(names: Sequence[str]) -> Table:
    """Return the one solution that binds nothing."""
    return Table(tuple(names), (tuple(NOTHING for _ in names),))


def read_table(content: bytes, most: int, named: Named | None = None) -> Table:
    """Return the solutions of a result in JSON, at most one more than `most`.

    Without `named`, a blank node is as good as no value.
    Raises: ValueError if it is no such result.
    """
    try:
        results = parse_query_results(content, format=QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise ValueError("it is no list of solutions")
        names = tuple(variable.value for variable in results.variables)
        rows: list[tuple[str, ...]] = []
        for solution in results:
            rows.append(tuple(_written(term, named) for term in solution))
            if len(rows) > most:
                break
    except SyntaxError as error:
        raise ValueError(str(error)) from None
    return Table(names, tuple(rows))


def _written(term: object, named: Named | None) -> str:
    """Return a term as SPARQL writes it, `UNDEF` for what cannot be written.

    Raises: ValueError for a name that is none.
    """
    if isinstance(term, BlankNode) and named is not None:
        return f"<{named(term.value)}>"
    if isinstance(term, NamedNode):
        return _iri(term.value)
    if not isinstance(term, Literal):
        return NOTHING
    text = f'"{term.value.translate(_ESCAPES)}"'
    if term.language:
        if not _TONGUE.fullmatch(term.language):
            raise ValueError("a language tag is none")
        return f"{text}@{term.language}"
    return text if term.datatype.value == _PLAIN else f"{text}^^{_iri(term.datatype.value)}"


def _iri(iri: str) -> str:
    if not _IRI.fullmatch(iri):
        raise ValueError("an IRI is none")
    return f"<{iri}>"
