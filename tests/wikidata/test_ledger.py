"""How decisions are written: row by row, whole or not at all."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from iccgraph.errors import SourceError
from iccgraph.tables.edit import Ledger
from tests.wikidata.cases import ROOT

ROW = {
    "subject_id": "city:bergen",
    "subject_label": "Bergen",
    "object_id": "wikidata:Q7",
    "status": "open",
    "comment": 'a, “b” "c"',
}
HEADER = "subject_id,subject_label,object_id,status,comment\n"
TEXT = HEADER + (
    'city:agadir,Agadir,wikidata:Q1,accepted,"two\nlines, and a ""quotation"""\n'
    "city:bergen,Bergen,wikidata:Q2,rejected,  spaces  \n"
    "\n"
    "city:bergen, Bergen,wikidata:Q3,open,\n"
    "country:no,Norway,wikidata:Q20,accepted,\n"
)


def ledger(folder: Path, content: bytes) -> Ledger:
    """Return the ledger of a new file."""
    path = folder / "links.csv"
    path.write_bytes(content)
    return Ledger(path)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_other_rows_keep_their_bytes(bom: bytes, end: str, separator: str, tmp_path: Path) -> None:
    """A new row stands behind its thing's others, in the file's own way; the rest is as it was."""
    plain = [HEADER.strip(), "city:a,A,wikidata:Q1,open,x ", "city:bergen,B,wikidata:Q2,open,"]
    plain += ["country:no,N,wikidata:Q20,open,"]
    lines = [line.replace(",", separator) + end for line in plain]
    book = ledger(tmp_path, bom + "".join(lines).encode())
    book.put({**ROW, "comment": "new"})
    book.save()
    new = separator.join(["city:bergen", "Bergen", "wikidata:Q7", "open", "new"]) + end
    expected = [*lines[:3], new, *lines[3:]]
    assert book.path.read_bytes() == bom + "".join(expected).encode()


def test_a_changed_row(tmp_path: Path) -> None:
    """The row about the same thing and item is replaced where it stands."""
    book = ledger(tmp_path, TEXT.encode())
    book.put({**ROW, "object_id": "wikidata:Q3", "status": "accepted"})
    book.save()
    wanted = TEXT.replace(
        "city:bergen, Bergen,wikidata:Q3,open,\n",
        'city:bergen,Bergen,wikidata:Q3,accepted,"a, “b” ""c"""\n',
    )
    assert book.path.read_text(encoding="utf-8") == wanted


def test_columns_in_another_order(tmp_path: Path) -> None:
    """A row follows the order of the file's columns; one that it lacks is left out."""
    book = ledger(tmp_path, b"status,object_id,note,subject_id\nopen,wikidata:Q1,n,city:a\n")
    book.put(ROW)
    book.save()
    assert book.path.read_text().splitlines()[2] == "open,wikidata:Q7,,city:bergen"


def test_a_new_thing_is_sorted_in(tmp_path: Path) -> None:
    """In a sorted table a new thing stands where the order wants it, else at the end."""
    book = ledger(tmp_path, (HEADER + "city:a,,wikidata:Q1,,\ncity:c,,wikidata:Q2,,\n").encode())
    book.put(ROW)
    book.save()
    assert [line.split(",")[0] for line in book.path.read_text().splitlines()[1:]] == [
        "city:a",
        "city:bergen",
        "city:c",
    ]
    book = ledger(tmp_path, (HEADER + "city:c,,wikidata:Q1,,\ncity:a,,wikidata:Q2,,").encode())
    book.put(ROW)
    book.save()
    assert book.path.read_text().splitlines()[-1].startswith("city:bergen")


def test_only_a_header(tmp_path: Path) -> None:
    """A table without rows, and without a line end, takes its first."""
    book = ledger(tmp_path, HEADER.strip().encode())
    book.put({**ROW, "comment": ""})
    book.save()
    assert book.path.read_text() == HEADER + "city:bergen,Bergen,wikidata:Q7,open,\n"


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """A text that a spreadsheet would compute is written without what makes it a formula."""
    book = ledger(tmp_path, HEADER.encode())
    book.put({**ROW, "subject_label": "=cmd()", "comment": "one\ntwo"})
    book.save()
    (row,) = csv.DictReader(book.path.read_text(encoding="utf-8").splitlines())
    assert (row["subject_label"], row["comment"]) == ("cmd()", "one two")


def test_the_real_table_is_kept(tmp_path: Path) -> None:
    """Reading the real table and writing it changes no byte, and no file if nothing was put."""
    content = (ROOT / "data" / "links.csv").read_bytes()
    book = ledger(tmp_path, content)
    stat = book.path.stat()
    book.save()
    assert (book.path.stat().st_ino, book.path.read_bytes()) == (stat.st_ino, content)
    book.put({**ROW, "subject_id": "city:bergen", "object_id": "wikidata:Q7"})
    book.save()
    after = book.path.read_bytes().splitlines(keepends=True)
    added = [line for line in after if b"wikidata:Q7," in line]
    assert len(added) == 1
    assert b"".join(line for line in after if line not in added) == content


def test_somebody_else_has_written(tmp_path: Path) -> None:
    """A table that was changed meanwhile is not overwritten."""
    book = ledger(tmp_path, TEXT.encode())
    book.path.write_text(HEADER)
    book.put(ROW)
    with pytest.raises(SourceError, match="changed by somebody else"):
        book.save()
    assert book.path.read_text() == HEADER


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_closed(tmp_path: Path) -> None:
    """Where nothing can be written, the table stays as it was."""
    book = ledger(tmp_path, TEXT.encode())
    tmp_path.chmod(0o500)
    book.put(ROW)
    with pytest.raises(SourceError, match="cannot be written"):
        book.save()
    tmp_path.chmod(0o700)
    assert book.path.read_text(encoding="utf-8") == TEXT


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step fails, the table is as it was and no other file is left."""
    book = ledger(tmp_path, TEXT.encode())

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    book.put(ROW)
    with pytest.raises(SourceError, match="No space left on device"):
        book.save()
    assert [path.name for path in tmp_path.iterdir()] == ["links.csv"]
    assert book.path.read_text(encoding="utf-8") == TEXT


def test_mode_and_link_stay(tmp_path: Path) -> None:
    """The file keeps its permissions, and a symbolic link stays one."""
    real = tmp_path / "real.csv"
    real.write_text(TEXT, encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "links.csv").symlink_to(real)
    book = Ledger(tmp_path / "links.csv")
    book.put(ROW)
    book.save()
    assert (tmp_path / "links.csv").is_symlink()
    assert "wikidata:Q7" in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff\xfea", "cannot be read"), (b"a,b\n1,2\n", "has no column object_id, subject_id")],
)
def test_no_such_table(content: bytes, message: str, tmp_path: Path) -> None:
    """A file that is not the table of decisions is told with its name."""
    with pytest.raises(SourceError, match=message):
        ledger(tmp_path, content)
