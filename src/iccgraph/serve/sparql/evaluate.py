"""Evaluates one query on an open store and writes the whole answer, within its limits.

Runs inside the process that may be killed. The formats are those of `iccgraph.formats`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import partial
from itertools import islice
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from iccgraph import formats
from iccgraph.errors import EngineError, QueryError, QueryTooLarge
from iccgraph.formats import CSV, TSV, XML, Format
from iccgraph.jsonld import Context
from iccgraph.serve.sparql.diagnosis import diagnose
from iccgraph.serve.sparql.guard import refuse_service
from iccgraph.serve.sparql.ordering import KEY, sort_key, totally_ordered
from iccgraph.serve.sparql.port import SparqlQuery, answer_too_large
from iccgraph.vocab import PREFIXES

Results = QuerySolutions | QueryBoolean | QueryTriples
_BUFFER: Final = 1 << 15
_STORE_FAULTS: Final = ("Corruption", "IO error")
"""How the store's own errors begin, whichever exception they come in."""


class LimitedOutput(io.RawIOBase):
    """Takes the bytes of results and stops them when they grow over a limit."""

    def __init__(self, format_: Format, most_rows: int, most_bytes: int) -> None:
        """Count rows by what separates them in this format; tables begin with a row of names."""
        super().__init__()
        self.parts: list[bytes] = []
        self.size = 0
        self.rows = -1 if format_ in (CSV, TSV) else 0
        self.row = re.compile(format_.row)
        self.quotable = format_ == CSV
        self.quoted = 0
        self.most_rows, self.most_bytes = most_rows, most_bytes
        self.tail = b""

    def writable(self) -> bool:
        """Return True: a buffer in front of it asks."""
        return True

    def write(self, taken: Any) -> int:
        """Take some bytes.

        Raises: QueryTooLarge when there are too many, or too many rows.
        """
        data = bytes(taken)
        self.parts.append(data)
        self.size += len(data)
        window = self.tail + self._bare(data)
        self.rows += len(self.row.findall(window)) - len(self.row.findall(self.tail))
        self.tail = window[-8:]
        if self.size > self.most_bytes:
            raise answer_too_large(self.most_bytes)
        if self.rows > self.most_rows:
            raise QueryTooLarge(f"the answer has more than {self.most_rows} rows; use LIMIT")
        return len(data)

    def _bare(self, data: bytes) -> bytes:
        """Return the bytes that stand outside the quotes of a CSV table."""
        if not self.quotable:
            return data
        pieces = data.split(b'"')
        bare = b"".join(pieces[self.quoted :: 2])
        self.quoted = (self.quoted + len(pieces) - 1) % 2
        return bare


def evaluate(
    store: Store, context: Context, query: SparqlQuery, most_rows: int, most_bytes: int
) -> bytes:
    """Return the whole answer to a query.

    Arguments: `context` is that of the release, for JSON-LD.
    Units: limits in rows (or triples) and bytes.
    Raises: QuerySyntaxError with line and column, QueryRefused, QueryTooLarge, QueryError,
    EngineError if the store is damaged.
    """
    refuse_service(query.text, query.base)
    try:
        results = _ask(store, query)
        format_ = format_of(query)
        if isinstance(results, QueryTriples):
            return write_graph(results, format_, context, most_rows, most_bytes)
        return write_results(results, format_, most_rows, most_bytes)
    except SyntaxError as error:
        raise diagnose(query.text, str(error.msg), query.base) from error
    except (ValueError, RuntimeError, OSError) as error:
        if str(error).startswith(_STORE_FAULTS):
            raise EngineError(
                "the store of this release cannot be read; whoever runs this service must build"
                " the release anew"
            ) from error
        if isinstance(error, OSError):
            raise
        raise QueryError(f"the query cannot be used: {error}") from error


def format_of(query: SparqlQuery) -> Format:
    """Return the format that a query is to be answered in.

    Raises: QueryError if such a query is not answered in it.
    """
    offers = formats.of_answer(query.query_type)
    found = formats.find(query.format, offers)
    if found is None:
        raise QueryError(
            f"{query.query_type} is not answered as {query.format}; available are:"
            f" {', '.join(format_.name for format_ in offers)}"
        )
    return found


def _ask(store: Store, query: SparqlQuery) -> Results:
    """Return the engine's results; graphs named beside the query win over those named in it."""
    default: list[NamedNode | BlankNode | DefaultGraph] = [*map(NamedNode, query.default_graphs)]
    named: list[NamedNode | BlankNode] = [*map(NamedNode, query.named_graphs)]
    chosen = bool(default or named)
    ask = partial(
        store.query,
        base_iri=query.base or None,
        prefixes=PREFIXES,
        use_default_graph_as_union=not chosen and not query.dataset,
        default_graph=default if chosen else None,
        named_graphs=named if chosen else None,
        custom_functions={KEY: sort_key},
    )
    try:
        return ask(totally_ordered(query.text))
    except SyntaxError:
        return ask(query.text)  # whose lines and columns are those that the client knows


def write_results(
    results: QuerySolutions | QueryBoolean, format_: Format, most_rows: int, most_bytes: int
) -> bytes:
    """Return the results of SELECT or ASK in a format, by the letter of its specification.

    Raises: QueryTooLarge, QueryError.
    """
    if format_.results is None:
        raise QueryError(f"results are not written as {format_.label}")
    if isinstance(results, QuerySolutions):
        output = LimitedOutput(format_, most_rows, most_bytes)
        buffer = io.BufferedWriter(output, _BUFFER)  # the engine writes a few bytes at a time
        results.serialize(buffer, format_.results)
        buffer.flush()
        content = b"".join(output.parts)
        return content.replace(b"\r", b"&#xD;") if format_ == XML else content
    if format_ in (CSV, TSV):  # which have no form for ASK
        return b"true" if results else b"false"
    return results.serialize(format=format_.results) or b""


def write_graph(
    triples: Iterable[Triple], format_: Format, context: Context, most_rows: int, most_bytes: int
) -> bytes:
    """Return a graph in a format; JSON-LD is compact.

    Raises: QueryTooLarge, QueryError, ValueError for what the format cannot hold.
    """
    if format_.graph is None:
        raise QueryError(f"a graph is not written as {format_.label}")
    found = list(islice(triples, most_rows + 1))
    if len(found) > most_rows:
        raise QueryTooLarge(f"the answer has more than {most_rows} triples; use LIMIT")
    content = format_.write(found, context)
    if len(content) > most_bytes:
        raise answer_too_large(most_bytes)
    return content
