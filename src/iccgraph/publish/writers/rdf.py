"""Writes the dumps of the graph, batch by batch, in every format of RDF.

The order is that of the descriptions, so the same records give the same bytes. The parts of the
dataset are the same Turtle once more, by the kind of what a batch describes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from iccgraph.formats import as_xml
from iccgraph.iris import Iris
from iccgraph.jsonld import Compactor, Context
from iccgraph.languages import with_cased_tags
from iccgraph.publish.graph import Batch, Statement
from iccgraph.publish.writers.files import Compressed, DumpFile, FileWriter
from iccgraph.release.description import DUMPS, KINDS
from iccgraph.release.index import GROUP
from iccgraph.release.manifest import JSONLD, QUADS, RDFXML, TRIG, TRIPLES, TURTLE, FileEntry
from iccgraph.vocab import PREFIXES, RDF

_ONE = Triple(RDF.type, RDF.type, RDF.type)
_LINES = (serialize([_ONE], format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").splitlines(True)
_HEADER = b"".join(line for line in _LINES if line.startswith(b"@prefix "))
"""What every batch of Turtle and TriG begins with, and the file needs once."""
_NO_XML = serialize([], format=RdfFormat.RDF_XML, prefixes=PREFIXES) or b""
_XML_END: Final = b"</rdf:RDF>"
_XML_HEADER = _NO_XML[: _NO_XML.rindex(_XML_END)]
"""What every batch of RDF/XML begins with, and ends with."""
PARTS_TURTLE: Final = {part: f"{DUMPS}{part}.ttl" for part in KINDS}
"""The Turtle of each part of the dataset."""


class RdfWriter(FileWriter):
    """Writes every dump of the graph from the same statements."""

    def __init__(self, folder: Path, context: Context, iris: Iris, twins: Compressed) -> None:
        paths = (QUADS, TRIPLES, TURTLE, JSONLD, TRIG, RDFXML, *PARTS_TURTLE.values())
        self.files = {path: DumpFile(folder, path, twins) for path in paths}
        super().__init__(self.files)
        self.compactor = Compactor(context)
        for path in (TURTLE, TRIG, *PARTS_TURTLE.values()):
            self.files[path].write(_HEADER)
        self.files[RDFXML].write(_XML_HEADER)
        inline = json.dumps(context.definitions, ensure_ascii=False)
        self.files[JSONLD].write(f'{{"@context": {inline},\n"@graph": [\n'.encode())
        self._separator = b""
        self._topics = iris.graph("topics")

    def write(self, batch: Batch) -> None:
        """Append a batch to every dump; its N-Quads are on disk then."""
        self.files[TRIPLES].write(batch.ntriples)
        self.files[QUADS].write(batch.nquads)
        self.files[QUADS].file.flush()
        turtle = serialize(batch.triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
        turtle = with_cased_tags(turtle[len(_HEADER) :])
        self.files[TURTLE].write(turtle)
        if part := self._part(batch):
            self.files[PARTS_TURTLE[part]].write(turtle)
        self.files[TRIG].write(_trig(batch.statements))
        xml = serialize(batch.triples, format=RdfFormat.RDF_XML, prefixes=PREFIXES) or b""
        self.files[RDFXML].write(as_xml(xml[len(_XML_HEADER) : xml.rindex(_XML_END)]))
        self._write_jsonld(batch)

    def _part(self, batch: Batch) -> str:
        """Return the key of the part of the dataset that a batch describes, empty if none."""
        kind = batch.kind.removesuffix(GROUP)
        if any(iri == self._topics for iri, _ in batch.descriptions):
            return "topics"
        return next((part for part, kinds in KINDS.items() if kind in kinds), "")

    def _write_jsonld(self, batch: Batch) -> None:
        for iri, part in batch.descriptions:
            nodes = self.compactor.nodes([parts[:3] for parts in part], NamedNode(iri))
            if nodes:
                text = b",\n".join(map(orjson.dumps, nodes))
                self.files[JSONLD].write(self._separator + text)
                self._separator = b",\n"

    def state(self) -> str:
        """A digest of all statements so far and the graph that each is in."""
        return self.files[QUADS].digest.hexdigest()

    def finish(self) -> dict[str, FileEntry]:
        """Close the dumps and return what the manifest says of each."""
        self.files[JSONLD].write(b"\n]}\n")
        self.files[RDFXML].write(_XML_END + b"\n")
        return super().finish()


def _trig(statements: Iterable[Statement]) -> bytes:
    """Return statements as TriG without its prefixes, one block a named graph."""
    graphs: dict[NamedNode, list[Quad]] = {}
    for statement in statements:
        graphs.setdefault(statement[3], []).append(Quad(*statement))
    quads = (quad for block in graphs.values() for quad in block)
    text = serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES) or b""
    return with_cased_tags(text[len(_HEADER) :])
