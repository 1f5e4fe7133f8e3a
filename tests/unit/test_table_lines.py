"""The lines of a table, each found by the number of its thing."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from iccgraph.publish.writers.files import CsvFile, HashedFile
from iccgraph.serve.dataset.table_lines import PIECE, TableLines

FIRST = 7
ROWS = [("a", "one"), ("b", 'two "and"\r\na half'), ("c", "=3"), ("d", "")]


@pytest.fixture
def lines(tmp_path: Path) -> TableLines:
    """Return the lines of a table of four things, whose numbers begin at seven."""
    path = tmp_path / "table.csv"
    file = CsvFile(HashedFile(path), ("key", "text"))
    file.write_rows(ROWS[:1])
    file.write_rows(ROWS[1:])
    file.finish()
    return TableLines(path, FIRST, array("Q", (*file.starts[1:], path.stat().st_size)))


def test_any_order(lines: TableLines) -> None:
    """A table of some things has their lines as they stand in the file, in the order asked for."""
    chosen = [FIRST + 2, FIRST, FIRST + 1]
    text = b"".join(lines.read(chosen)).decode()
    assert text == 'key,text\r\nc,\'=3\r\na,one\r\nb,"two ""and""\r\na half"\r\n'
    assert lines.size(chosen) == len(text.encode())
    assert b"".join(lines.read([])) == b"key,text\r\n"


def test_all_lines_are_the_file(lines: TableLines) -> None:
    """All things in their order are the file, but for its mark of byte order."""
    every = range(FIRST, FIRST + len(ROWS))
    assert b"\xef\xbb\xbf" + b"".join(lines.read(every)) == lines.path.read_bytes()


def test_cells_have_no_guards(lines: TableLines) -> None:
    """The cells of a thing are its values by column, as they were before they were written."""
    found = list(lines.rows([FIRST + 1, FIRST + 2]))
    assert [tuple(row.values()) for row in found] == ROWS[1:3]
    assert found[0].keys() == {"key", "text"}


def test_long_tables_come_in_pieces(lines: TableLines) -> None:
    """However many lines there are, few are in memory at a time."""
    many = [FIRST + number % len(ROWS) for number in range(100_000)]
    sizes = [len(piece) for piece in lines.read(many)]
    assert sum(sizes) == lines.size(many) > 4 * PIECE
    assert max(sizes) < PIECE + 100


def test_a_shorter_file_is_noticed(lines: TableLines) -> None:
    """A table that was cut off is an error, not a shorter list."""
    with lines.path.open("r+b") as file:
        file.truncate(lines.starts[-1] - 1)
    with pytest.raises(OSError, match="shorter"):
        list(lines.read([FIRST, FIRST + 3]))
