"""Evaluates one query on an open store and writes the whole answer, within its limits.

Runs inside the process that may be killed; also serves `iccgraph query`, which trusts its user.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from iccgraph.errors import QueryError, QueryTooLarge
from iccgraph.serve.sparql.port import Question
from iccgraph.serve.sparql.refusal import refuse_federation, syntax_error
from iccgraph.vocab import PREFIXES

RESULTS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPHS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_ROW: Final = {"json": rb'[\[,]\{"', "xml": rb"<result>", "csv": rb"\n", "tsv": rb"\n"}
"""What stands once in each row and, by the format's escaping, nowhere else."""
_BUFFER: Final = 1 << 15


class LimitedOutput(io.RawIOBase):
    """Takes the bytes of an answer and stops it when it grows over a limit."""

    def __init__(self, form: str, most_rows: int, most_bytes: int) -> None:
        """Count rows by what separates them in this format; tables begin with a row of names."""
        super().__init__()
        self.parts: list[bytes] = []
        self.size = 0
        self.rows = -1 if form in ("csv", "tsv") else 0
        self.row = re.compile(_ROW[form])
        self.quotable = form == "csv"
        self.quoted = 0
        self.most_rows, self.most_bytes = most_rows, most_bytes
        self.tail = b""

    def writable(self) -> bool:
        """Return that it is for writing, as a buffer in front of it asks."""
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
            raise QueryTooLarge(f"the answer is larger than {self.most_bytes} bytes; ask for less")
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

    def content(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self.parts)


def evaluate(store: Store, question: Question, most_rows: int, most_bytes: int) -> bytes:
    """Return the whole answer to a question.

    Units: limits in rows (or triples) and bytes.
    Raises: QuerySyntaxError with line and column, QueryRefused, QueryTooLarge, QueryError.
    """
    refuse_federation(question.text)
    try:
        return _write(_ask(store, question), question.format, most_rows, most_bytes)
    except SyntaxError as error:
        raise syntax_error(str(error.msg)) from error
    except (ValueError, RuntimeError) as error:
        raise QueryError(f"the query cannot be used: {error}") from error


def _ask(store: Store, question: Question) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Return the engine's answer; graphs named beside the query win over those named in it."""
    default: list[NamedNode | BlankNode | DefaultGraph] = [*map(NamedNode, question.default_graphs)]
    named: list[NamedNode | BlankNode] = [*map(NamedNode, question.named_graphs)]
    chosen = bool(default or named)
    return store.query(
        question.text,
        prefixes=PREFIXES,
        use_default_graph_as_union=not chosen and not question.dataset,
        default_graph=default if chosen else None,
        named_graphs=named if chosen else None,
    )


def _write(
    results: QuerySolutions | QueryBoolean | QueryTriples,
    form: str,
    most_rows: int,
    most_bytes: int,
) -> bytes:
    if isinstance(results, QueryTriples) != (form in GRAPHS):
        raise QueryError("its answer does not come in this format")
    if isinstance(results, QueryTriples):
        return write_graph(results, form, most_rows, most_bytes)
    return write_results(results, form, most_rows, most_bytes)


def write_results(
    results: QuerySolutions | QueryBoolean, form: str, most_rows: int, most_bytes: int
) -> bytes:
    """Return the results of SELECT or ASK in a format.

    Raises: QueryTooLarge.
    """
    if isinstance(results, QuerySolutions):
        output = LimitedOutput(form, most_rows, most_bytes)
        buffer = io.BufferedWriter(output, _BUFFER)  # the engine writes a few bytes at a time
        results.serialize(buffer, RESULTS[form])
        buffer.flush()
        content = output.content()
        return content.replace(b"\r", b"&#xD;") if form == "xml" else content
    if form in ("csv", "tsv"):
        return b"true" if results else b"false"
    return results.serialize(format=RESULTS[form]) or b""


def write_graph(triples: Iterator[Triple], form: str, most_rows: int, most_bytes: int) -> bytes:
    """Return a graph in a format.

    Raises: QueryTooLarge.
    """
    found = list(islice(triples, most_rows + 1))
    if len(found) > most_rows:
        raise QueryTooLarge(f"the answer has more than {most_rows} triples; use LIMIT")
    content = serialize(found, format=GRAPHS[form], prefixes=PREFIXES) or b""
    if len(content) > most_bytes:
        raise QueryTooLarge(f"the answer is larger than {most_bytes} bytes; ask for less")
    return content
