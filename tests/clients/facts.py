"""What our own store says, which is what every client must be told."""

from __future__ import annotations

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from iccgraph.iris import GRAPHS
from iccgraph.vocab import DCTERMS, FOAF, VOID

Rows = list[tuple[str, ...]]
"""Sorted rows of terms, written as in N-Triples; nothing where a variable has no value."""

PREFIXES = """\
PREFIX icc: <https://w3id.org/iccgraph/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX void: <http://rdfs.org/ns/void#>
"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def _rows(solutions: object) -> Rows:
    assert isinstance(solutions, QuerySolutions)
    names = solutions.variables
    return sorted(tuple("" if row[n] is None else str(row[n]) for n in names) for row in solutions)


def read_rows(text: str | bytes, form: QueryResultsFormat = QueryResultsFormat.JSON) -> Rows:
    """Return the rows that a client wrote."""
    return _rows(parse_query_results(text, format=form))


def read_graph(text: str | bytes, form: RdfFormat = RdfFormat.N_TRIPLES) -> set[Triple]:
    """Return the triples that a client wrote."""
    return {quad.triple for quad in parse(text, format=form)}


class Facts:
    """A release in a store; the default graph is the union of all."""

    def __init__(self, store: Store) -> None:
        """Stand on a store of quads."""
        self.store = store

    def document(self, path: str, base: str = "https://w3id.org/iccgraph/") -> set[Triple]:
        """Return all that the document at a path may say: what is stored, and what it is itself."""
        document = NamedNode(base + path)
        topic, dataset = NamedNode(f"{base}id/{path}"), NamedNode(f"{base}catalogue#dataset")
        # of a first release everything was changed on its day, which is that of the dataset
        days = self.store.quads_for_pattern(dataset, DCTERMS.modified, None)
        return {
            *(quad.triple for quad in self.store),
            *(Triple(document, DCTERMS.modified, day.object) for day in days),
            Triple(document, FOAF.primaryTopic, topic),
            Triple(document, VOID.inDataset, dataset),
            *(Triple(document, DCTERMS.source, NamedNode(f"{base}graph/{n}")) for n in GRAPHS),
        }

    def rows(self, query: str) -> Rows:
        """Return the rows of a SELECT, at least one."""
        rows = _rows(self.store.query(query, use_default_graph_as_union=True))
        assert rows, f"the query has no answer to compare with: {query}"
        return rows

    def true(self, query: str) -> bool:
        """Return the answer of an ASK."""
        found = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QueryBoolean)
        return bool(found)

    def graph(self, query: str) -> set[Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE, at least one."""
        found = self.store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QueryTriples)
        triples = set(found)
        assert triples, f"the query has no answer to compare with: {query}"
        return triples

    def size(self) -> int:
        """Return how many triples all graphs hold together."""
        return len({quad.triple for quad in self.store})
