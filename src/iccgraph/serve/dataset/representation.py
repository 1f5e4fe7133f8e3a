"""Writes triples in the formats that documents come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from iccgraph.jsonld import Compactor, Context, Node
from iccgraph.serve.http.negotiation import JSONLD, NTRIPLES, RDFXML, TURTLE, Format
from iccgraph.vocab import PREFIXES, RDF

_WRITERS = {
    TURTLE.name: RdfFormat.TURTLE,
    NTRIPLES.name: RdfFormat.N_TRIPLES,
    RDFXML.name: RdfFormat.RDF_XML,
}


def write_graph(
    triples: Iterable[Triple], form: Format, context: Context, root: NamedNode | None = None
) -> bytes:
    """Return the triples in a graph format; JSON-LD is compact and begins with the root."""
    listed = list(triples)
    if form.name == JSONLD.name:
        return jsonld_text(listed, context, root)
    return serialize(listed, format=_WRITERS[form.name], prefixes=_used(listed, form)) or b""


def _used(triples: list[Triple], form: Format) -> dict[str, str]:
    """Return the prefixes that some IRI of the triples begins with which the format shortens."""
    names = {t.predicate.value for t in triples}
    if form == RDFXML:  # elements are named by predicates and classes, all else is whole
        names |= {getattr(t.object, "value", "") for t in triples if t.predicate == RDF.type}
    else:
        names |= {getattr(x, "value", "") for t in triples for x in (t.subject, t.object)}
        names |= {getattr(getattr(t.object, "datatype", None), "value", "") for t in triples}
    starts = {name[: max(name.rfind("#"), name.rfind("/")) + 1] for name in names}
    return {prefix: start for prefix, start in PREFIXES.items() if start in starts}


def jsonld_text(triples: Iterable[Triple], context: Context, root: NamedNode | None) -> bytes:
    """Return compact JSON-LD with the part of our context that it uses, so that it stands alone."""
    document = Compactor(context).document(triples, root, {})
    document["@context"] = context.part(frozenset(_names(document)))
    return text_of(document)


def text_of(document: Node) -> bytes:
    """Return a document as it is sent: indented, and a line's end at its end."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield name
            if name in ("type", "@type"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _names(value)
