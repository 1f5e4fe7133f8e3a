"""Writes the dumps of a release, batch by batch: N-Quads, N-Triples, Turtle, JSON-LD and CSV.

The order is that of the descriptions, so the same records give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import orjson
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from iccgraph.jsonld import Compactor, Context
from iccgraph.publish.graph import Statement
from iccgraph.publish.writers.index import digest
from iccgraph.publish.writers.store import StoreLoader
from iccgraph.publish.writers.void import DatasetCounts
from iccgraph.release.manifest import JSONLD, QUADS, STORE, TRIPLES, TURTLE, FileEntry
from iccgraph.tables.cells import guard
from iccgraph.vocab import PREFIXES, RDF

Description = tuple[str, list[Statement]]
"""The IRI that a description is about, and what it says."""

Span = tuple[int, int] | tuple[None, None]
"""Where a description begins in a dump and how long it is; None where that is not known."""
Places = tuple[int | None, ...]
"""The spans of a description in the Turtle, the N-Triples and the JSON-LD, one after the other."""
_ONE = Triple(RDF.type, RDF.type, RDF.type)
_LINES = (serialize([_ONE], format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").splitlines(True)
_HEADER = b"".join(line for line in _LINES if line.startswith(b"@prefix "))
"""What every batch of Turtle begins with, and the file needs once."""


class HashedFile:
    """A file that knows its checksum when it is closed."""

    def __init__(self, path: Path) -> None:
        """Open a new file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file: BinaryIO = path.open("wb")
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Append bytes."""
        self.file.write(content)
        self.digest.update(content)
        self.size += len(content)

    def close(self) -> FileEntry:
        """Close the file and return what the manifest says of it."""
        self.file.close()
        return FileEntry(self.size, self.digest.hexdigest())


class DumpWriter:
    """Writes every dump of the graph from the same quads."""

    def __init__(self, folder: Path, context: Context, graphs: dict[str, NamedNode]) -> None:
        """Open the files, and start the loading of the store from the N-Quads."""
        links = graphs["links"]
        self.loader = StoreLoader(folder / STORE, folder / QUADS)
        self.ends = {graph: f"{graph} .\n".encode() for graph in graphs.values()}
        self.files = {path: HashedFile(folder / path) for path in (QUADS, TRIPLES, TURTLE, JSONLD)}
        self.compactor = Compactor(context)
        self.counts = DatasetCounts()
        self.links = links
        self.files[TURTLE].write(_HEADER)
        inline = json.dumps(context.definitions, ensure_ascii=False)
        self.files[JSONLD].write(f'{{"@context": {inline},\n"@graph": [\n'.encode())
        self.separator = b""
        self.places: list[Places] = []
        """Where each description of the last batch stands."""

    def write(self, descriptions: Sequence[Description]) -> list[bytes]:
        """Append a batch of descriptions and return the digest of each."""
        said = [statement for _, part in descriptions for statement in part]
        triples = [Triple(subject, predicate, value) for subject, predicate, value, _ in said]
        content = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        triples_at = self.files[TRIPLES].size
        self.files[TRIPLES].write(content)
        ends = self.ends
        plain = content.split(b"\n")
        lines = [line[:-1] + ends[parts[3]] for line, parts in zip(plain, said, strict=False)]
        quads = b"".join(lines)
        self.files[QUADS].write(quads)
        self.files[QUADS].file.flush()
        self.loader.tell(self.files[QUADS].size)
        self.counts.take(said, self.links)
        turtle = (serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"")[
            len(_HEADER) :
        ]
        turtle_spans = spans(turtle, [part for _, part in descriptions], self.files[TURTLE].size)
        self.files[TURTLE].write(turtle)
        jsonld_spans = self._write_jsonld(descriptions)
        digests, start, sizes = [], 0, []
        for _, part in descriptions:
            end = start + len(part)
            digests.append(digest(lines[start:end]))
            sizes.append(sum(map(len, plain[start:end])) + len(part))
            start = end
        triples_spans = row_of(sizes, triples_at)
        self.places = [
            (*t, *n, *j) for t, n, j in zip(turtle_spans, triples_spans, jsonld_spans, strict=True)
        ]
        return digests

    def _write_jsonld(self, descriptions: Iterable[Description]) -> list[Span]:
        """Append the nodes of a batch, and return where those of each description stand."""
        texts: list[bytes] = []
        for root, part in descriptions:
            nodes = self.compactor.nodes([parts[:3] for parts in part], NamedNode(root))
            texts.append(b",\n".join(map(orjson.dumps, nodes)))
        start = self.files[JSONLD].size + len(self.separator)
        if found := [text for text in texts if text]:
            self.files[JSONLD].write(self.separator + b",\n".join(found))
            self.separator = b",\n"
        return row_of([len(text) for text in texts], start, 2)

    def finish(self) -> dict[str, FileEntry]:
        """Close all files, wait for the store, and return the files' entries by path.

        Raises: ReleaseError if the store could not be loaded.
        """
        self.files[JSONLD].write(b"\n]}\n")
        entries = {path: file.close() for path, file in self.files.items()}
        self.loader.finish(self.files[QUADS].size)
        return entries

    def close(self) -> None:
        """Let go of everything, finished or not."""
        self.loader.stop()
        for file in self.files.values():
            file.file.close()


def row_of(sizes: Iterable[int], start: int, between: int = 0) -> list[Span]:
    """Return where texts of some sizes stand that follow each other, empty ones left out.

    Units: bytes; `between` is the size of what separates them.
    """
    found: list[Span] = []
    for size in sizes:
        found.append((start, size))
        start += size + between if size else 0
    return found


def spans(turtle: bytes, parts: Sequence[Sequence[Statement]], start: int) -> list[Span]:
    """Return where each description stands in a batch of Turtle that begins at `start`.

    A block of Turtle is about one subject, and only its first line begins with `<`.
    Units: bytes.
    """
    blocks = [
        1 + sum(before[0] != after[0] for before, after in pairwise(part)) if part else 0
        for part in parts
    ]
    sizes = [len(block) + 2 for block in turtle.split(b"\n<")]
    if len(sizes) != sum(blocks) or not turtle.startswith(b"<"):
        return [(None, None)] * len(parts)
    sizes[0] -= 1
    sizes[-1] -= 1
    found: list[Span] = []
    first, at = 0, start
    for count in blocks:
        size = sum(sizes[first : first + count])
        found.append((at, size))
        first, at = first + count, at + size
    return found


class CsvWriter:
    """Writes one table for spreadsheets: UTF-8 with BOM, and no cell that could be a formula."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Open the file and write its header."""
        self.file = HashedFile(path)
        self.rows = -1
        self.file.write(b"\xef\xbb\xbf")
        self.write([columns])

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Append rows; None becomes an empty cell."""
        text = io.StringIO(newline="")
        lines = [list(map(guard, row)) for row in rows]
        csv.writer(text, lineterminator="\r\n").writerows(lines)
        self.rows += len(lines)
        self.file.write(text.getvalue().encode())
