"""Changes rows of a table file, whole or not at all; all other rows keep their bytes.

Reads and writes: a CSV file with its own column order, separator, line ends and byte order mark.
A change reaches the disk by one rename.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from iccgraph.errors import SourceError
from iccgraph.tables.cells import guard, unguard
from iccgraph.tables.dialect import detect

Key = tuple[str, ...]


@dataclass(slots=True)
class _Line:
    """One row: its text as it stands in the file, and its cells in the key columns."""

    text: str
    key: Key


class TableEditor:
    """The rows of one file, in their order."""

    def __init__(self, path: Path, key: Sequence[str]) -> None:
        """Read the file; `key` are the columns that tell its rows apart, the widest first.

        Raises: SourceError if the file cannot be read, or lacks a column of the key.
        """
        self.path, self.key = path, tuple(key)
        try:
            self._bytes = path.read_bytes()
            text = self._bytes.decode()
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{path}: cannot be read ({error}); put the table back") from error
        self._dialect = detect(text, self.key.__contains__)
        self._columns: list[str] = []
        self._head = self._dialect.preamble
        self._lines: list[_Line] = []
        self._read(text[len(self._head) :])

    def _read(self, text: str) -> None:
        try:
            for cells, raw in _records(text, self._dialect.delimiter):
                if self._columns:
                    row = dict(zip(self._columns, cells, strict=False))
                    self._lines.append(_Line(raw, self._key_of(row)))
                    continue
                self._head += raw
                if any(cell.strip() for cell in cells):
                    self._columns = [cell.strip() for cell in cells]
        except csv.Error as error:
            raise SourceError(
                f"{self.path}: cannot be read ({error}); look for a quotation mark that is not "
                "closed"
            ) from error
        if missing := sorted(set(self.key) - set(self._columns)):
            raise SourceError(f"{self.path}: has no column {', '.join(missing)}; add it")

    def _key_of(self, row: Mapping[str, str]) -> Key:
        return tuple(unguard(row.get(name, "").strip()) for name in self.key)

    def put(self, row: Mapping[str, str]) -> None:
        """Replace the row with the same key, or add it after those with the same first key cell.

        Columns that the row does not name are left empty; what the table has no column for is
        left out.
        """
        cells = [guard(row.get(name, "")) for name in self._columns]
        line = _Line(self._dialect.row(cells), self._key_of(row))
        for other in self._lines:
            if other.key == line.key:
                other.text = line.text
                return
        if self._lines:
            self._lines[-1].text = self._closed(self._lines[-1].text)
        else:
            self._head = self._closed(self._head)
        self._lines.insert(self._place(line.key[0]), line)

    def _closed(self, text: str) -> str:
        """Return the text with a line end; the last line of a file may have none."""
        return text if text.endswith(("\n", "\r")) else text + self._dialect.line_end

    def _place(self, first: str) -> int:
        """Return where a new row goes: behind those like it, else where the order wants it."""
        alike = [n for n, line in enumerate(self._lines, 1) if line.key[0] == first]
        if alike:
            return alike[-1]
        order = [line.key[0] for line in self._lines if line.key[0]]
        if order != sorted(order):
            return len(self._lines)
        later = (n for n, line in enumerate(self._lines) if line.key[0] > first)
        return next(later, len(self._lines))

    def save(self) -> None:
        """Write the file, if anything has changed.

        Raises: SourceError if it cannot be written, or somebody else has changed it meanwhile.
        """
        content = (self._head + "".join(line.text for line in self._lines)).encode()
        if content == self._bytes:
            return
        try:
            if self.path.read_bytes() != self._bytes:
                raise SourceError(
                    f"{self.path}: was changed by somebody else meanwhile; run this again"
                )
            replace_file(self.path, content)
        except OSError as error:
            raise SourceError(
                f"{self.path}: cannot be written ({error.strerror}); nothing was changed"
            ) from error
        self._bytes = content


def replace_file(path: Path, content: bytes) -> None:
    """Give a file another content by one rename, so that nobody ever sees a part of it.

    The file keeps its permissions; a new one gets those that the process gives by default.
    Raises: OSError; then the file is as it was.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
            os.fchmod(file.fileno(), mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)  # the only way to read it is to set it
    os.umask(mask)
    return mask


def _records(text: str, separator: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each row with the text that it was read from."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for cells in csv.reader(lines(), delimiter=separator):
        yield cells, "".join(taken)
        taken.clear()
