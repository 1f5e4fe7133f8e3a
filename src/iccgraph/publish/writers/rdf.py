"""Writes the dumps of the graph, batch by batch: N-Quads, N-Triples, Turtle and JSON-LD.

The order is that of the descriptions, so the same records give the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path

import orjson
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from iccgraph.jsonld import Compactor, Context
from iccgraph.languages import with_cased_tags
from iccgraph.publish.graph import Batch
from iccgraph.publish.writers.files import FileWriter, HashedFile
from iccgraph.release.manifest import JSONLD, QUADS, TRIPLES, TURTLE, FileEntry
from iccgraph.vocab import PREFIXES, RDF

_ONE = Triple(RDF.type, RDF.type, RDF.type)
_LINES = (serialize([_ONE], format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").splitlines(True)
_HEADER = b"".join(line for line in _LINES if line.startswith(b"@prefix "))
"""What every batch of Turtle begins with, and the file needs once."""


class RdfWriter(FileWriter):
    """Writes every dump of the graph from the same statements."""

    def __init__(self, folder: Path, context: Context) -> None:
        self.files = {path: HashedFile(folder / path) for path in (QUADS, TRIPLES, TURTLE, JSONLD)}
        super().__init__(self.files)
        self.compactor = Compactor(context)
        self.files[TURTLE].write(_HEADER)
        inline = json.dumps(context.definitions, ensure_ascii=False)
        self.files[JSONLD].write(f'{{"@context": {inline},\n"@graph": [\n'.encode())
        self._separator = b""

    def write(self, batch: Batch) -> None:
        """Append a batch to every dump; its N-Quads are on disk then."""
        self.files[TRIPLES].write(batch.ntriples)
        self.files[QUADS].write(batch.nquads)
        self.files[QUADS].file.flush()
        turtle = serialize(batch.triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
        self.files[TURTLE].write(with_cased_tags(turtle[len(_HEADER) :]))
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
        return super().finish()
