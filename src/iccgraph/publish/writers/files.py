"""What every file of a release is written by: the interface, a hashed file, a CSV file."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
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


class Compressed(Protocol):
    """Takes what dumps are written with, to compress it."""

    def open(self, path: str) -> None:
        """Begin the compressed twin of the file with this path in the release."""

    def write(self, path: str, content: bytes) -> None:
        """Append bytes to a twin."""


class DumpFile(HashedFile):
    """A file that is written together with its compressed twin."""

    def __init__(self, folder: Path, path: str, twins: Compressed) -> None:
        super().__init__(folder / path)
        self.path, self._twins = path, twins
        twins.open(path)

    def write(self, content: bytes) -> None:
        """Append bytes to both."""
        super().write(content)
        self._twins.write(self.path, content)


class CsvFile:
    """One table for spreadsheets: UTF-8 with BOM, and no cell that could be a formula.

    `starts` are the places of its lines in the file. Units: bytes.
    """

    def __init__(self, file: HashedFile, columns: Sequence[str]) -> None:
        self.file, self.rows = file, -1
        self.starts = array("Q")
        self.finish, self.close = file.finish, file.close
        file.write(b"\xef\xbb\xbf")
        self.write_rows([columns])

    def write_rows(self, rows: Iterable[Sequence[object]]) -> None:
        """Append rows; None becomes an empty cell."""
        lines, start = [], self.file.size
        for row in rows:
            line = csv_text([row]).encode()
            self.starts.append(start)
            start += len(line)
            lines.append(line)
        self.rows += len(lines)
        self.file.write(b"".join(lines))


class FileWriter:
    """What the writers of plain files share: they end when all their files do."""

    def __init__(self, files: Mapping[str, HashedFile | CsvFile]) -> None:
        self._files = files

    def finish(self) -> dict[str, FileEntry]:
        """Close the files and return what the manifest says of each, by its path."""
        return {path: file.finish() for path, file in self._files.items()}

    def close(self) -> None:
        """Close the files, finished or not."""
        for file in self._files.values():
            file.close()


def write_dump(folder: Path, path: str, content: bytes, twins: Compressed) -> FileEntry:
    """Write a whole dump with its twin and return what the manifest says of it."""
    file = DumpFile(folder, path, twins)
    file.write(content)
    return file.finish()


def write_file(path: Path, content: bytes) -> FileEntry:
    """Write a whole file and return what the manifest says of it."""
    file = HashedFile(path)
    file.write(content)
    return file.finish()
