"""How a table file is written: what stands before its header, its separator, its line ends.

Takes what spreadsheets do: byte order marks, also two of them, and a first line `sep=;`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

SEPARATORS = ",;\t"
csv.field_size_limit(1024 * 1024)
_PREAMBLE = re.compile(r'\ufeff*(?:"?sep=(.)"?[,;\t ]*(?:\r\n|\n|\r)\ufeff*)?', re.IGNORECASE)
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The form of one file; `preamble` is the text before the header, which is not a row."""

    preamble: str
    delimiter: str
    line_end: str

    def row(self, cells: Iterable[object]) -> str:
        """Return a row as this file writes it."""
        text = io.StringIO(newline="")
        # the writer puts quotation marks around line ends of its own sort only
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerow(cells)
        return text.getvalue()[:-2] + self.line_end


def detect(text: str, is_known: Callable[[str], bool]) -> Dialect:
    """Return the dialect of a file, or of its beginning.

    The separator is the one that a `sep=` line names, else the one by which most cells of the
    header are known, else the one that makes most cells.
    """
    found = _PREAMBLE.match(text)
    assert found is not None, "the pattern matches nothing too"
    rest = text[found.end() :]
    line_end = LINE_END.search(rest)

    def hits(delimiter: str) -> tuple[int, int]:
        cells = _header(rest, delimiter)
        return sum(map(is_known, cells)), len(cells)

    delimiter = found[1] or max(SEPARATORS, key=hits)
    return Dialect(found[0], delimiter, line_end[0] if line_end else "\n")


def header_of(text: str, dialect: Dialect) -> list[str]:
    """Return the cells of the first row that is not empty, without blanks around them."""
    return _header(text[len(dialect.preamble) :], dialect.delimiter)


def _header(text: str, delimiter: str) -> list[str]:
    lines: Iterator[str] = (line for line in text.splitlines() if line.strip(" ,;\t"))
    rows = csv.reader(islice(lines, 1), delimiter=delimiter)
    return [cell.strip() for cell in next(rows, [])]
