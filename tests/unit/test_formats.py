"""Each format of graphs gives every text back letter by letter."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Dataset as RdfDataset

from iccgraph import formats
from iccgraph.jsonld import Context
from iccgraph.vocab import DCTERMS
from tests.for_all import for_all
from tests.unit.support import ROOT

CONTEXT = Context((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
READERS = {
    "ttl": (RdfFormat.TURTLE, "turtle"),
    "nt": (RdfFormat.N_TRIPLES, "nt"),
    "rdf": (RdfFormat.RDF_XML, "xml"),
    "jsonld": (RdfFormat.JSON_LD, "json-ld"),
    "trig": (RdfFormat.TRIG, "trig"),
    "nq": (RdfFormat.N_QUADS, "nquads"),
}
FORMATS = (*formats.GRAPH_FORMATS, *formats.DATASET_FORMATS)
GRAPH = NamedNode("urn:x:graph")
TEXTS = (
    *("a\rb", "a\r\nb", "\r", "\ra\nb\r\n\r\n", "a\n\rb", "\n", " a ", "a\tb", "a\x85b\u2028c"),
    *("&#xD;\r", "&#13;", "]]>\r", "<a>\r</a>", "\\r\r", '"\r"', "'\r'"),
)


def test_every_format_of_graphs_is_read_here() -> None:
    """A format of graphs that is added is added here too."""
    assert {format_.name for format_ in FORMATS} == READERS.keys()


@pytest.mark.filterwarnings(
    # rdflib's own parsers still use both
    "ignore:(ConjunctiveGraph|Dataset.default_context) is deprecated:DeprecationWarning"
)
@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_line_ends(format_: formats.Format) -> None:
    """CR, CRLF and LF in texts of every kind stay as they are, whichever library reads them."""
    form, other = READERS[format_.name]

    def fact(text: str) -> None:
        predicate = NamedNode(DCTERMS.description.value)
        values = [
            Literal(text),
            Literal(text, language="fr"),
            Literal(text, datatype=NamedNode("urn:x:type")),
        ]
        quads = [Quad(NamedNode("urn:x:s"), predicate, value, GRAPH) for value in values]
        content = format_.write_document(quads, CONTEXT)
        assert {quad.object for quad in parse(content, format=form)} == set(values)
        read = [row[2] for row in RdfDataset().parse(data=content, format=other).quads()]
        assert [str(value) for value in read] == [text] * len(values)

    for_all(TEXTS, fact)


def test_statements_keep_their_graphs() -> None:
    """A format of datasets tells the graph of each statement; one of graphs says each once."""
    quads = [Quad(GRAPH, DCTERMS.source, GRAPH, graph) for graph in (GRAPH, NamedNode("urn:x:b"))]
    quads.append(Quad(GRAPH, DCTERMS.source, GRAPH))
    for format_ in FORMATS:
        content = format_.write_document(quads, CONTEXT)
        found = list(parse(content, format=READERS[format_.name][0]))
        assert len(found) == len(set(found))
        assert set(found) == (set(quads) if format_.dataset else {quads[-1]})
