"""How single rows of a table file are changed: whole or not at all."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from iccgraph.errors import SourceError
from iccgraph.tables.cells import unguard
from iccgraph.tables.edit import TableEditor
from tests.unit.support import ROOT

KEY = ("subject_id", "object_id")

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


def editor(folder: Path, content: bytes) -> TableEditor:
    """Return an editor of a new file."""
    path = folder / "links.csv"
    path.write_bytes(content)
    return TableEditor(path, KEY)


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_other_rows_keep_their_bytes(bom: bytes, end: str, separator: str, tmp_path: Path) -> None:
    """A new row stands behind its thing's others, in the file's own way; the rest is as it was."""
    plain = [HEADER.strip(), "city:a,A,wikidata:Q1,open,x ", "city:bergen,B,wikidata:Q2,open,"]
    plain += ["country:no,N,wikidata:Q20,open,"]
    lines = [line.replace(",", separator) + end for line in plain]
    edited = editor(tmp_path, bom + "".join(lines).encode())
    edited.put({**ROW, "comment": "new"})
    edited.save()
    new = separator.join(["city:bergen", "Bergen", "wikidata:Q7", "open", "new"]) + end
    expected = [*lines[:3], new, *lines[3:]]
    assert edited.path.read_bytes() == bom + "".join(expected).encode()


def test_a_changed_row(tmp_path: Path) -> None:
    """The row about the same thing and item is replaced where it stands."""
    edited = editor(tmp_path, TEXT.encode())
    edited.put({**ROW, "object_id": "wikidata:Q3", "status": "accepted"})
    edited.save()
    wanted = TEXT.replace(
        "city:bergen, Bergen,wikidata:Q3,open,\n",
        'city:bergen,Bergen,wikidata:Q3,accepted,"a, “b” ""c"""\n',
    )
    assert edited.path.read_text(encoding="utf-8") == wanted


def test_columns_in_another_order(tmp_path: Path) -> None:
    """A row follows the order of the file's columns; one that it lacks is left out."""
    edited = editor(tmp_path, b"status,object_id,note,subject_id\nopen,wikidata:Q1,n,city:a\n")
    edited.put(ROW)
    edited.save()
    assert edited.path.read_text().splitlines()[2] == "open,wikidata:Q7,,city:bergen"


def test_a_new_thing_is_sorted_in(tmp_path: Path) -> None:
    """In a sorted table a new thing stands where the order wants it, else at the end."""
    edited = editor(tmp_path, (HEADER + "city:a,,wikidata:Q1,,\ncity:c,,wikidata:Q2,,\n").encode())
    edited.put(ROW)
    edited.save()
    assert [line.split(",")[0] for line in edited.path.read_text().splitlines()[1:]] == [
        "city:a",
        "city:bergen",
        "city:c",
    ]
    edited = editor(tmp_path, (HEADER + "city:c,,wikidata:Q1,,\ncity:a,,wikidata:Q2,,").encode())
    edited.put(ROW)
    edited.save()
    assert edited.path.read_text().splitlines()[-1].startswith("city:bergen")


def test_only_a_header(tmp_path: Path) -> None:
    """A table without rows, and without a line end, takes its first."""
    edited = editor(tmp_path, HEADER.strip().encode())
    edited.put({**ROW, "comment": ""})
    edited.save()
    assert edited.path.read_text() == HEADER + "city:bergen,Bergen,wikidata:Q7,open,\n"


NASTY = {
    "a formula": "=cmd()",
    "a negative number": "-8.25",
    "an apostrophe and a formula": "'=1",
    "two lines": "one\ntwo",
    "a quotation": 'a, “b” "c"; d\te',
}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_text_comes_back(text: str, end: str, tmp_path: Path) -> None:
    """Every text comes back as it was, and none is a formula in the file."""
    edited = editor(tmp_path, HEADER.replace("\n", end).encode())
    edited.put({**ROW, "comment": text})
    edited.save()
    with edited.path.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert unguard(row["comment"]).replace(end, "\n") == text
    assert row["comment"][:1] not in tuple("=+-@")


def test_a_guarded_key_is_known_again(tmp_path: Path) -> None:
    """A row whose key had to be guarded is replaced, not added a second time."""
    edited = editor(tmp_path, HEADER.encode())
    for comment in ("one", "two"):
        edited.put({**ROW, "object_id": "=1", "comment": comment})
        edited.save()
        edited = TableEditor(edited.path, KEY)
    (row,) = csv.DictReader(edited.path.read_text(encoding="utf-8").splitlines())
    assert (row["object_id"], row["comment"]) == ("'=1", "two")


def test_what_stands_before_the_header_stays(tmp_path: Path) -> None:
    """A `sep=` line, two byte order marks and empty rows are kept as they are."""
    before = "\ufeffsep=;\r\n\ufeff;;\r\n"
    header = HEADER.replace(",", ";").replace("\n", "\r\n")
    edited = editor(tmp_path, (before + header).encode())
    edited.put({**ROW, "comment": ""})
    edited.save()
    wanted = before + header + "city:bergen;Bergen;wikidata:Q7;open;\r\n"
    assert edited.path.read_bytes() == wanted.encode()


def test_another_table(tmp_path: Path) -> None:
    """Any table can be edited, by one column or several."""
    path = tmp_path / "cities.csv"
    path.write_text("key,name\na,A\nc,C\n")
    edited = TableEditor(path, ("key",))
    edited.put({"key": "b", "name": "B"})
    edited.put({"key": "c", "name": "D"})
    edited.save()
    assert path.read_text() == "key,name\na,A\nb,B\nc,D\n"


def test_the_real_table_is_kept(tmp_path: Path) -> None:
    """Reading the real table and writing it changes no byte, and no file if nothing was put."""
    content = (ROOT / "data" / "links.csv").read_bytes()
    edited = editor(tmp_path, content)
    stat = edited.path.stat()
    edited.save()
    assert (edited.path.stat().st_ino, edited.path.read_bytes()) == (stat.st_ino, content)
    edited.put({**ROW, "subject_id": "city:bergen", "object_id": "wikidata:Q7"})
    edited.save()
    after = edited.path.read_bytes().splitlines(keepends=True)
    added = [line for line in after if b"wikidata:Q7," in line]
    assert len(added) == 1
    assert b"".join(line for line in after if line not in added) == content


def test_somebody_else_has_written(tmp_path: Path) -> None:
    """A table that was changed meanwhile is not overwritten."""
    edited = editor(tmp_path, TEXT.encode())
    edited.path.write_text(HEADER)
    edited.put(ROW)
    with pytest.raises(SourceError, match="changed by somebody else"):
        edited.save()
    assert edited.path.read_text() == HEADER


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_closed(tmp_path: Path) -> None:
    """Where nothing can be written, the table stays as it was."""
    edited = editor(tmp_path, TEXT.encode())
    tmp_path.chmod(0o500)
    edited.put(ROW)
    with pytest.raises(SourceError, match="cannot be written"):
        edited.save()
    tmp_path.chmod(0o700)
    assert edited.path.read_text(encoding="utf-8") == TEXT


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step fails, the table is as it was and no other file is left."""
    edited = editor(tmp_path, TEXT.encode())

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    edited.put(ROW)
    with pytest.raises(SourceError, match="No space left on device"):
        edited.save()
    assert [path.name for path in tmp_path.iterdir()] == ["links.csv"]
    assert edited.path.read_text(encoding="utf-8") == TEXT


def test_mode_and_link_stay(tmp_path: Path) -> None:
    """The file keeps its permissions, and a symbolic link stays one."""
    real = tmp_path / "real.csv"
    real.write_text(TEXT, encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "links.csv").symlink_to(real)
    edited = TableEditor(tmp_path / "links.csv", KEY)
    edited.put(ROW)
    edited.save()
    assert (tmp_path / "links.csv").is_symlink()
    assert "wikidata:Q7" in real.read_text(encoding="utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfea", "cannot be read"),
        (b"a,b\n1,2\n", "has no column object_id, subject_id"),
        (HEADER.encode() + b"a" * (2**20 + 1), "field larger than field limit"),
    ],
)
def test_no_such_table(content: bytes, message: str, tmp_path: Path) -> None:
    """A file that cannot be edited by these columns is told with its name."""
    with pytest.raises(SourceError, match=message):
        editor(tmp_path, content)
