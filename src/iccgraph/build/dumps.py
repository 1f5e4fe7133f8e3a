"""Writes the dumps of a release, batch by batch: N-Quads, N-Triples, Turtle, JSON-LD and CSV.

The order is that of the descriptions, so the same records give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from iccgraph.build.index import digest
from iccgraph.jsonld import Compactor, Context
from iccgraph.release.manifest import JSONLD, QUADS, TRIPLES, TURTLE, FileEntry
from iccgraph.vocab import PREFIXES

Description = tuple[str, list[Quad]]
"""The IRI that a description is about, and its quads."""

_HEADER = serialize([], format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


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

    def __init__(self, folder: Path, context: Context, load: Callable[[bytes], None]) -> None:
        """Open the files; `load` is handed the same N-Quads that are written."""
        self.files = {path: HashedFile(folder / path) for path in (QUADS, TRIPLES, TURTLE, JSONLD)}
        self.compactor = Compactor(context)
        self.load = load
        self.graphs: Counter[str] = Counter()
        self.files[TURTLE].write(_HEADER)
        inline = json.dumps(context.definitions, ensure_ascii=False)
        self.files[JSONLD].write(f'{{"@context": {inline},\n"@graph": [\n'.encode())
        self.separator = b""

    def write(self, descriptions: Sequence[Description]) -> list[bytes]:
        """Append a batch of descriptions and return the digest of each."""
        quads = [quad for _, part in descriptions for quad in part]
        content = serialize(quads, format=RdfFormat.N_QUADS) or b""
        self.files[QUADS].write(content)
        self.load(content)
        lines = content.split(b"\n")
        lines.pop()
        self.graphs.update(quad.graph_name.value for quad in quads)  # type: ignore[union-attr]
        triples = [line.rpartition(b" <")[0] for line in lines]
        self.files[TRIPLES].write(b" .\n".join((*triples, b"")))
        turtle = serialize(
            (quad.triple for quad in quads), format=RdfFormat.TURTLE, prefixes=PREFIXES
        )
        self.files[TURTLE].write((turtle or b"")[len(_HEADER) :])
        self._write_jsonld(descriptions)
        digests, start = [], 0
        for _, part in descriptions:
            digests.append(digest(lines[start : start + len(part)]))
            start += len(part)
        return digests

    def _write_jsonld(self, descriptions: Iterable[Description]) -> None:
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        texts = [
            encode(node)
            for root, part in descriptions
            for node in self.compactor.nodes((quad.triple for quad in part), NamedNode(root))
        ]
        if texts:
            self.files[JSONLD].write(self.separator + ",\n".join(texts).encode())
            self.separator = b",\n"

    def finish(self) -> dict[str, FileEntry]:
        """Close all files and return their entries by path."""
        self.files[JSONLD].write(b"\n]}\n")
        return {path: file.close() for path, file in self.files.items()}

    def close(self) -> None:
        """Close all files, finished or not."""
        for file in self.files.values():
            file.file.close()


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
        lines = [[_safe(cell) for cell in row] for row in rows]
        csv.writer(text, lineterminator="\r\n").writerows(lines)
        self.rows += len(lines)
        self.file.write(text.getvalue().encode())


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell
