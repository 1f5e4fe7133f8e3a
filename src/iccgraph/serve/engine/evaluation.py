"""Evaluates one query on an open store and writes the whole answer, within its limits.

Runs inside the process that may be killed; also serves `iccgraph query`, which trusts its user.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from pyoxigraph import (
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

from iccgraph.errors import QuerySyntaxError, QueryTooLarge
from iccgraph.serve.engine.port import Question
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
_ROW: Final = {"json": rb'[\[,]\{"', "xml": rb"<result>", "csv": rb"\r\n", "tsv": rb"\n"}
"""What stands once in each row and, by the format's escaping, nowhere else."""


class LimitedOutput:
    """Takes the bytes of an answer and stops it when it grows over a limit."""

    def __init__(self, form: str, most_rows: int, most_bytes: int) -> None:
        """Count rows by what separates them in this format."""
        self.parts: list[bytes] = []
        self.size = self.rows = 0
        self.row = re.compile(_ROW[form])
        self.most_rows, self.most_bytes = most_rows, most_bytes
        self.tail = b""

    def write(self, data: bytes) -> int:
        """Take some bytes.

        Raises: QueryTooLarge when there are too many, or too many rows.
        """
        self.parts.append(bytes(data))
        self.size += len(data)
        window = self.tail + data
        self.rows += len(self.row.findall(window)) - len(self.row.findall(self.tail))
        self.tail = window[-8:]
        if self.size > self.most_bytes:
            raise QueryTooLarge(f"the answer is larger than {self.most_bytes} bytes; ask for less")
        if self.rows > self.most_rows + 1:
            raise QueryTooLarge(f"the answer has more than {self.most_rows} rows; use LIMIT")
        return len(data)

    def flush(self) -> None:
        """Do nothing: all bytes are kept here."""

    def content(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self.parts)


def evaluate(store: Store, question: Question, most_rows: int, most_bytes: int) -> bytes:
    """Return the whole answer to a question.

    Units: limits in rows (or triples) and bytes.
    Raises: QuerySyntaxError with line and column, QueryTooLarge.
    """
    try:
        results = store.query(
            question.text,
            prefixes=PREFIXES,
            use_default_graph_as_union=not question.default_graphs,
            default_graph=[NamedNode(iri) for iri in question.default_graphs] or None,
            named_graphs=[NamedNode(iri) for iri in question.named_graphs] or None,
        )
    except SyntaxError as error:
        raise syntax_error(str(error.msg)) from error
    except ValueError as error:
        raise QuerySyntaxError(f"the query cannot be used: {error}") from error
    if isinstance(results, QueryTriples):
        return _graph(results, question.format, most_rows, most_bytes)
    if isinstance(results, QuerySolutions):
        output = LimitedOutput(question.format, most_rows, most_bytes)
        results.serialize(output, RESULTS[question.format])  # type: ignore[arg-type]
        content = output.content()
        return content.replace(b"\r", b"&#xD;") if question.format == "xml" else content
    assert isinstance(results, QueryBoolean)
    if question.format in ("csv", "tsv"):
        return b"true" if results else b"false"
    return results.serialize(format=RESULTS[question.format]) or b""


def _graph(triples: Iterator[Triple], form: str, most_rows: int, most_bytes: int) -> bytes:
    found = list(islice(triples, most_rows + 1))
    if len(found) > most_rows:
        raise QueryTooLarge(f"the answer has more than {most_rows} triples; use LIMIT")
    content = serialize(found, format=GRAPHS[form], prefixes=PREFIXES) or b""
    if len(content) > most_bytes:
        raise QueryTooLarge(f"the answer is larger than {most_bytes} bytes; ask for less")
    return content


def syntax_error(message: str) -> QuerySyntaxError:
    """Return the engine's complaint with the place that it names."""
    place = re.search(r"at (\d+):(\d+)", message)
    line, column = (int(place[1]), int(place[2])) if place else (0, 0)
    return QuerySyntaxError(f"the query is not SPARQL 1.1: {message}", line, column)
