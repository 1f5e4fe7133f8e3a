"""The lines of the CSV table of a kind, each found by the number of its thing.

So a list is a choice of lines of the dump, in another order: its columns and values are the same.
"""

from __future__ import annotations

import csv
import os
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from iccgraph.tables.cells import unguard

PIECE: Final = 256 * 1024
"""Lines are read in pieces of about so many bytes."""
_MARK: Final = b"\xef\xbb\xbf"


class TableLines:
    """The table of one kind of thing.

    Arguments: `first` is the number of its first thing, `starts` where the line of each begins in
    the file, and where the last one ends. Units: bytes.
    """

    def __init__(self, path: Path, first: int, starts: array[int]) -> None:
        self.path, self.first, self.starts = path, first, starts
        with path.open("rb") as file:
            self.header = file.read(starts[0]).removeprefix(_MARK)

    def size(self, numbers: Sequence[int]) -> int:
        """Return how many bytes a table of some things has, with its header."""
        starts, first = self.starts, self.first
        return len(self.header) + sum(starts[n - first + 1] - starts[n - first] for n in numbers)

    def read(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Yield a table of some things, in their order, piece by piece.

        Raises: OSError if the file cannot be read.
        """
        piece = [self.header]
        size = len(self.header)
        for line in self._lines(numbers):
            piece.append(line)
            size += len(line)
            if size >= PIECE:
                yield b"".join(piece)
                piece, size = [], 0
        if piece:
            yield b"".join(piece)

    def _lines(self, numbers: Sequence[int]) -> Iterator[bytes]:
        file = os.open(self.path, os.O_RDONLY)
        try:
            for number in numbers:
                start, end = self.starts[number - self.first : number - self.first + 2]
                line = os.pread(file, end - start, start)
                if len(line) != end - start:
                    raise OSError(f"{self.path} is shorter than it was")
                yield line
        finally:
            os.close(file)

    def rows(self, numbers: Sequence[int]) -> Iterator[dict[str, str]]:
        """Yield the cells of some things by column, without guards against formulas."""
        text = b"".join(self.read(numbers)).decode()
        for row in csv.DictReader(text.splitlines(keepends=True)):
            yield {column: unguard(cell) for column, cell in row.items()}
