"""Turns example queries and prefixes into RDF, so that programs find them in the graph itself.

Source: SHACL, sections 5.2.1 (prefix declarations) and 5.3; the convention of SIB’s collection of
example queries, whose own terms stand where SHACL has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.iris import Iris
from iccgraph.publish.records import ExampleQuery
from iccgraph.release.queries import PublishedQuery, queries_json
from iccgraph.vocab import DCTERMS, PREFIXES, RDF, RDFS, SCHEMA, SH, SPEX, XSD

FORMS: Final = {
    "SELECT": (SH.SPARQLSelectExecutable, SH.select),
    "ASK": (SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": (SH.SPARQLConstructExecutable, SH.construct),
    "DESCRIBE": (SPEX.SPARQLDescribeExecutable, SPEX.describe),
}
"""The class of a query of each form, and the property that holds its text."""


def example(query: ExampleQuery, iris: Iris) -> Iterator[Triple]:
    """Describe an example query; its prefixes are declared in its text and at `sh:prefixes`."""
    thing = NamedNode(iris.example(query.key))
    kind, property_ = FORMS[query.form]
    yield Triple(thing, RDF.type, SH.SPARQLExecutable)
    yield Triple(thing, RDF.type, kind)
    yield Triple(thing, DCTERMS.identifier, Literal(query.key))
    for term, said in ((RDFS.label, query.titles), (RDFS.comment, query.texts)):
        for language, text in said.items():
            yield Triple(thing, term, Literal(text, language=language.lower()))
    yield Triple(thing, property_, Literal(query.query))
    yield Triple(thing, SH.prefixes, _prefixes(iris))
    yield Triple(thing, SCHEMA.target, NamedNode(f"{iris.base}sparql"))
    for endpoint in query.services:
        yield Triple(thing, SPEX.federatesWith, NamedNode(endpoint))


def prefix_declarations(iris: Iris) -> Iterator[Triple]:
    """Declare the prefixes that every answer and example shares."""
    for prefix, namespace in PREFIXES.items():
        declaration = NamedNode(f"{iris.base}catalogue#prefix-{prefix}")
        yield Triple(_prefixes(iris), SH.declare, declaration)
        yield Triple(declaration, RDF.type, SH.PrefixDeclaration)
        yield Triple(declaration, SH.prefix, Literal(prefix))
        yield Triple(declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI))


def published(queries: Iterable[ExampleQuery]) -> str:
    """Return the text of the file that a release keeps for its readers."""
    return queries_json(
        PublishedQuery(q.key, q.titles, q.texts, q.result, q.form, q.query, q.services)
        for q in queries
    )


def _prefixes(iris: Iris) -> NamedNode:
    return NamedNode(f"{iris.base}catalogue#prefixes")
