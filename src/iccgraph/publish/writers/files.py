"""What every file of a release is written by: the interface, a hashed file, a CSV file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from iccgraph.publish.graph import Batch
from iccgraph.release.manifest import FileEntry
from iccgraph.tables.cells import csv_text


class Writer(Protocol):
    """Writes one or more files of a release while its batches pass by."""

    def write(self, batch: Batch) -> None:
        """Append what a batch holds for these files."""

    def finish(self) -> dict[str, FileEntry]:
        """Close the files and return what the manifest says of each, by its path."""

    def close(self) -> None:
        """Close the files, finished or not."""


class HashedFile:
    """A file that knows its checksum when it is closed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file: BinaryIO = path.open("wb")
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Append bytes."""
        self.file.write(content)
        self.digest.update(content)
        self.size += len(content)

    def finish(self) -> FileEntry:
        """Close the file and return what the manifest says of it."""
        self.file.close()
        return FileEntry(self.size, self.digest.hexdigest())

    def close(self) -> None:
        """Close the file, finished or not."""
        self.file.close()


class CsvFile:
    """Writes one table for spreadsheets: UTF-8 with BOM, and no cell that could be a formula."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.file = HashedFile(path)
        self.rows = -1
        self.file.write(b"\xef\xbb\xbf")
        self.write([columns])

    def write(self, rows: Iterable[Sequence[object]]) -> None:
        """Append rows; None becomes an empty cell."""
        lines = list(rows)
        self.rows += len(lines)
        self.file.write(csv_text(lines).encode())


def write_file(path: Path, content: bytes) -> FileEntry:
    """Write a whole file and return what the manifest says of it."""
    file = HashedFile(path)
    file.write(content)
    return file.finish()
