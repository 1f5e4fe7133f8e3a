"""The table of decisions as a file: single rows change or are added, all others keep their bytes.

Reads and writes: links.csv, with its own column order, separator, line ends and byte order mark.
A change reaches the disk whole, by one rename, or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from iccgraph.errors import SourceError

_BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class _Line:
    """One row: its bytes as they stand in the file, and what it is about."""

    text: str
    subject: str
    item: str


class Ledger:
    """The rows of one file, in their order."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises: SourceError if it cannot be read.
        """
        self.path = path
        try:
            self._bytes = path.read_bytes()
            text = self._bytes.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{path}: cannot be read ({error}); put the table back") from error
        self._bom = self._bytes.startswith(_BOM)
        first = text.partition("\n")[0]
        self._end = "\r\n" if first.endswith("\r") else "\n"
        self._separator = max(",;\t", key=first.count)
        self._columns: list[str] = []
        self._head = ""
        self._lines: list[_Line] = []
        self._read(text)

    def _read(self, text: str) -> None:
        for cells, raw in _records(text, self._separator):
            if not self._columns:
                self._head += raw
                self._columns = [cell.strip() for cell in cells]
                continue
            row = dict(zip(self._columns, cells, strict=False))
            subject, item = row.get("subject_id", "").strip(), row.get("object_id", "").strip()
            self._lines.append(_Line(raw, subject, item))
        if missing := {"subject_id", "object_id"} - set(self._columns):
            raise SourceError(f"{self.path}: has no column {', '.join(sorted(missing))}; add it")

    def put(self, row: Mapping[str, str]) -> None:
        """Replace the row about the same thing and item, or add it after the thing's others."""
        text = self._written(row)
        subject, item = row["subject_id"], row["object_id"]
        for line in self._lines:
            if (line.subject, line.item) == (subject, item):
                line.text = text
                return
        if self._lines and not self._lines[-1].text.endswith("\n"):
            self._lines[-1].text += self._end
        elif not self._lines and not self._head.endswith("\n"):
            self._head += self._end
        self._lines.insert(self._place(subject), _Line(text, subject, item))

    def _place(self, subject: str) -> int:
        """Return where a thing's new row goes: behind its others, else where the order wants it."""
        own = [n for n, line in enumerate(self._lines, 1) if line.subject == subject]
        if own:
            return own[-1]
        order = [line.subject for line in self._lines if line.subject]
        if order != sorted(order):
            return len(self._lines)
        later = (n for n, line in enumerate(self._lines) if line.subject > subject)
        return next(later, len(self._lines))

    def _written(self, row: Mapping[str, str]) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self._separator, lineterminator=self._end)
        writer.writerow([_plain(row.get(name, "")) for name in self._columns])
        return text.getvalue()

    def save(self) -> None:
        """Write the file, if anything has changed.

        Raises: SourceError if it cannot be written, or somebody else has changed it meanwhile.
        """
        text = self._head + "".join(line.text for line in self._lines)
        content = (_BOM if self._bom else b"") + text.encode()
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

    Raises: OSError; then the file is as it was.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
            os.fchmod(file.fileno(), mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line."""
    return (
        " ".join(value.split()).lstrip("=+@-") if value[:1] in "=+@-" else " ".join(value.split())
    )


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
