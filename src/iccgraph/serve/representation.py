"""Writes triples in the formats that documents come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from iccgraph.jsonld import Compactor, Context
from iccgraph.serve.negotiation import JSONLD, NTRIPLES, RDFXML, TURTLE, Format
from iccgraph.vocab import PREFIXES

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
        return jsonld_text(listed, context, root).encode() + b"\n"
    return serialize(listed, format=_WRITERS[form.name], prefixes=_used(listed)) or b""


def _used(triples: list[Triple]) -> dict[str, str]:
    """Return the prefixes that some IRI of the triples begins with."""
    names = {
        getattr(term, "value", "") for t in triples for term in (t.subject, t.predicate, t.object)
    }
    names |= {getattr(getattr(t.object, "datatype", None), "value", "") for t in triples}
    starts = {name[: max(name.rfind("#"), name.rfind("/")) + 1] for name in names}
    return {prefix: start for prefix, start in PREFIXES.items() if start in starts}


def jsonld_text(triples: Iterable[Triple], context: Context, root: NamedNode | None) -> str:
    """Return compact JSON-LD with the part of our context that it uses, so that it stands alone."""
    document = Compactor(context).document(triples, root, {})
    document["@context"] = used_context(document, context)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def used_context(document: Any, context: Context) -> dict[str, Any]:
    """Return the definitions of a context that a compact document needs."""
    names = set(_names(document))
    needed: set[str] = {"@version"}
    while names:
        name = names.pop()
        if name in needed or name not in context.definitions:
            if ":" in name:
                names.add(name.partition(":")[0])
            continue
        needed.add(name)
        definition = context.definitions[name]
        values = [definition] if isinstance(definition, str) else definition.values()
        names.update(v for v in values if isinstance(v, str) and not v.startswith("@"))
    return {name: value for name, value in context.definitions.items() if name in needed}


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
