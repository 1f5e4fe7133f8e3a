"""The one table of formats: everything that answers, dumps and query results come in.

A format that is added here is offered by content negotiation, routes, workers, the service
description and the command line; each derives its offers from the groups at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Triple, serialize

from iccgraph.jsonld import Compactor, Context, Node
from iccgraph.languages import with_cased_tags, with_cased_tags_in_xml
from iccgraph.vocab import PREFIXES, RDF

GraphSerializer = Callable[[Iterable[Triple], Context, NamedNode | None], bytes]
"""Writes triples; JSON-LD is compact against the context and begins with the root."""
DatasetSerializer = Callable[[Iterable[Quad]], bytes]
"""Writes statements, each in the named graph that it stands in.

What it writes of some, and then of others, is one document of all of them.
"""


@dataclass(frozen=True, slots=True)
class Format:
    """One format and what everybody needs to know of it.

    Arguments: `name` is the ending of addresses and files and the value of `?format=`; `aliases`
    are further media types under which it may be asked for; `nicknames` are what clients call it
    in `?format=`; `w3c` is its name below <http://www.w3.org/ns/formats/>; `graph` writes triples,
    `dataset` statements with their graphs, `results` is the engine's writer of results; `row` is a
    pattern of what stands once in each result row and, by the format's escaping, nowhere else;
    `quality` is by how much its weight in an Accept header counts (RFC 2295, section 8.3).
    """

    name: str
    media_type: str
    label: str
    aliases: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    w3c: str = ""
    graph: GraphSerializer | None = None
    dataset: DatasetSerializer | None = None
    results: QueryResultsFormat | None = None
    row: bytes = b""
    quality: float = 1.0

    @property
    def content_type(self) -> str:
        """The Content-Type of a response in this format."""
        return content_type(self.media_type)

    def called(self, name: str) -> bool:
        """True if `name` is this format's name, a nickname or one of its media types."""
        return name in (self.name, *self.nicknames, self.media_type, *self.aliases)

    def write(
        self, triples: Iterable[Triple], context: Context, root: NamedNode | None = None
    ) -> bytes:
        """Return the triples in this format; JSON-LD is compact and begins with the root."""
        assert self.graph is not None, f"{self.label} is no format of graphs"
        return self.graph(triples, context, root)

    def write_document(
        self, quads: Iterable[Quad], context: Context, root: NamedNode | None = None
    ) -> bytes:
        """Return the statements of a document; a format of graphs says each once, in no graph."""
        if self.dataset is not None:
            return self.dataset(quads)
        return self.write(dict.fromkeys(quad.triple for quad in quads), context, root)


def content_type(media_type: str) -> str:
    """Return the Content-Type for a media type; only `text/` types take a charset."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def find(name: str, offers: Sequence[Format]) -> Format | None:
    """Return the first offered format that is called `name`, None if there is none."""
    return next((offer for offer in offers if offer.called(name)), None)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _prefixes(names: Iterable[str]) -> dict[str, str]:
    """Return the known prefixes whose namespace some of the names begin with."""
    used = set(map(_namespace, names))
    return {prefix: start for prefix, start in PREFIXES.items() if start in used}


def _iris_in(statements: Sequence[Triple | Quad]) -> set[str]:
    """Return the IRIs that statements are written with, those of datatypes too."""
    found = {statement.predicate.value for statement in statements}
    for term in {statement.subject for statement in statements}:
        if isinstance(term, NamedNode):
            found.add(term.value)
    for statement in statements:
        value = statement.object
        if isinstance(value, NamedNode):
            found.add(value.value)
        elif isinstance(value, Literal) and not value.language:
            found.add(value.datatype.value)
    return found


def _turtle(triples: Iterable[Triple], _: Context, __: NamedNode | None) -> bytes:
    listed = list(triples)
    prefixes = _prefixes(_iris_in(listed))
    return with_cased_tags(serialize(listed, format=RdfFormat.TURTLE, prefixes=prefixes) or b"")


def _trig(quads: Iterable[Quad]) -> bytes:
    graphs: dict[object, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(quad)
    listed = [quad for block in graphs.values() for quad in block]
    text = serialize(listed, format=RdfFormat.TRIG, prefixes=_prefixes(_iris_in(listed))) or b""
    return with_cased_tags(text)


def _nquads(quads: Iterable[Quad]) -> bytes:
    return with_cased_tags(serialize(quads, format=RdfFormat.N_QUADS) or b"")


def _ntriples(triples: Iterable[Triple], _: Context, __: NamedNode | None) -> bytes:
    return with_cased_tags(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")


def _rdfxml(triples: Iterable[Triple], _: Context, __: NamedNode | None) -> bytes:
    listed = list(triples)
    names = {t.predicate.value for t in listed}  # elements are named by predicates and classes
    names |= {getattr(t.object, "value", "") for t in listed if t.predicate == RDF.type}
    text = serialize(listed, format=RdfFormat.RDF_XML, prefixes=_prefixes(names)) or b""
    return as_xml(text)


def as_xml(text: bytes) -> bytes:
    """Return RDF/XML of the engine with its language tags cased, and texts that stay as they are.

    A raw carriage return would be read as a line feed.
    Source: XML 1.0, section 2.11.
    """
    return with_cased_tags_in_xml(text).replace(b"\r", b"&#xD;")


def _jsonld(triples: Iterable[Triple], context: Context, root: NamedNode | None) -> bytes:
    return json_text(Compactor(context).document(triples, root))


def json_text(document: Node) -> bytes:
    """Return a JSON document as it is sent: indented, with a line feed at its end."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


_SEVERAL: Final = 0.85
"""Clients that take whatever RDF there is name N-Quads first (Comunica), and look into no named
graph then: they get one graph, if they like it nearly as well."""

HTML: Final = Format("html", "text/html", "HTML")
TURTLE: Final = Format(
    *("ttl", "text/turtle", "Turtle", ("application/x-turtle",), ("turtle", "n3")),
    w3c="Turtle",
    graph=_turtle,
)
JSONLD: Final = Format(
    *("jsonld", "application/ld+json", "JSON-LD", ("application/json",), ("json-ld", "json")),
    w3c="JSON-LD",
    graph=_jsonld,
)
NTRIPLES: Final = Format(
    *("nt", "application/n-triples", "N-Triples", ("text/plain",), ("ntriples",)),
    w3c="N-Triples",
    graph=_ntriples,
)
RDFXML: Final = Format(
    *("rdf", "application/rdf+xml", "RDF/XML", ("application/xml", "text/xml")),
    nicknames=("rdfxml", "xml", "rdf+xml"),
    w3c="RDF_XML",
    graph=_rdfxml,
)
TRIG: Final = Format(
    *("trig", "application/trig", "TriG", ("application/x-trig",)),
    w3c="TriG",
    dataset=_trig,
    quality=_SEVERAL,
)
NQUADS: Final = Format(
    *("nq", "application/n-quads", "N-Quads", ("text/x-nquads",), ("nquads", "n-quads")),
    w3c="N-Quads",
    dataset=_nquads,
    quality=_SEVERAL,
)
JSON: Final = Format(
    *("json", "application/sparql-results+json", "JSON", ("application/json",)),
    nicknames=("sparql-results+json",),
    w3c="SPARQL_Results_JSON",
    results=QueryResultsFormat.JSON,
    row=rb'[\[,]\{"',
)
XML: Final = Format(
    *("xml", "application/sparql-results+xml", "XML", ("application/xml", "text/xml")),
    w3c="SPARQL_Results_XML",
    results=QueryResultsFormat.XML,
    row=rb"<result>",
)
CSV: Final = Format(
    *("csv", "text/csv", "CSV"),
    w3c="SPARQL_Results_CSV",
    results=QueryResultsFormat.CSV,
    row=rb"\n",
)
TSV: Final = Format(
    *("tsv", "text/tab-separated-values", "TSV"),
    w3c="SPARQL_Results_TSV",
    results=QueryResultsFormat.TSV,
    row=rb"\n",
)
GEOJSON: Final = Format("geojson", "application/geo+json", "GeoJSON", ("application/json",))
"""Places with their positions, in lists and dumps of them (RFC 7946)."""
GRAPHML: Final = Format("graphml", "application/xml", "GraphML")
GEXF: Final = Format("gexf", "application/xml", "GEXF")
"""Networks of nodes and links; neither has a registered media type of its own."""
PLAIN: Final = Format("txt", "text/plain", "Text")
PLAIN_JSON: Final = Format("json", "application/json", "JSON")
"""What services answer that is neither RDF nor results of a query."""
SITEMAP: Final = Format("xml", "application/xml", "XML")
"""The map of the site for crawlers."""
OPENAPI: Final = Format("json", "application/vnd.oai.openapi+json", "OpenAPI")
"""The description of all addresses for programs."""
SVG: Final = Format("svg", "image/svg+xml", "SVG")
PNG: Final = Format("png", "image/png", "PNG")
"""Pictures of numbers, drawn and as pixels."""
BIBTEX: Final = Format("bib", "application/x-bibtex", "BibTeX")
CFF: Final = Format("cff", "application/yaml", "Citation File Format")
LINKSET: Final = Format("json", "application/linkset+json", "Links", ("application/json",))
"""The links of a resource as a document (RFC 9264)."""
PROBLEM: Final = Format("problem", "application/problem+json", "Problem", ("application/json",))

FORMATS: Final = (
    *(TURTLE, JSONLD, NTRIPLES, RDFXML, TRIG, NQUADS, JSON, XML, CSV, TSV, GEOJSON, HTML),
)
FILE_FORMATS: Final = (
    *(format_ for format_ in FORMATS if format_.results is None or format_ in (CSV, TSV)),
    *(GRAPHML, GEXF, PLAIN_JSON),
)
"""The formats of files; none of them is a result of a query."""
GRAPH_FORMATS: Final = tuple(format_ for format_ in FORMATS if format_.graph is not None)
RESULT_FORMATS: Final = tuple(format_ for format_ in FORMATS if format_.results is not None)
RESULT_TYPES: Final = ("SELECT", "ASK")
"""The types of queries that are answered by results; others are answered by a graph."""
DATASET_FORMATS: Final = tuple(format_ for format_ in FORMATS if format_.dataset is not None)
DOCUMENT_FORMATS: Final = (*GRAPH_FORMATS, *DATASET_FORMATS, HTML)
COLLECTION_FORMATS: Final = (*GRAPH_FORMATS, *DATASET_FORMATS, CSV, HTML)


GZIP: Final = ".gz"
"""The end of the name of a file that is packed with gzip."""
GZIP_TYPE: Final = "application/gzip"
"""RFC 6713."""
_OTHER: Final = "application/octet-stream"


def media_type_of(name: str) -> str:
    """Return the media type of a file as it is sent: one that is packed is an archive."""
    if name.endswith(GZIP):
        return GZIP_TYPE
    format_ = of_file(name) if "." in name else PLAIN
    return format_.media_type if format_ is not None else _OTHER


def of_answer(query_type: str) -> tuple[Format, ...]:
    """Return the formats in which a query of a type is answered."""
    return RESULT_FORMATS if query_type in RESULT_TYPES else GRAPH_FORMATS


def of_file(name: str) -> Format | None:
    """Return the format of a file by the ending of its name, None if it has none that is known."""
    return next((form for form in FILE_FORMATS if form.name == name.rpartition(".")[2]), None)
