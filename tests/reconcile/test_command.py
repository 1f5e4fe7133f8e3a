"""`iccgraph reconcile`: what it adds to a table, and what it leaves alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from iccgraph.publish.pipeline import Built
from iccgraph.serve.reconcile.table import ADDED
from iccgraph.settings import Settings

ROWS = (
    ("n", "town", "land", "note"),
    ("1", "Barcelone", "Spain", "=1+1"),
    ("2", "Cartagena", "Colombia", 'a "quoted" one'),
    ("3", "Nowhere at all", "", "x, y; z"),
    ("4", "", "", ""),
    ("5", "Zuerich", "CH", " spaces "),
)


@pytest.fixture
def folder(real_settings: Settings, built: Built) -> str:
    """Return the folder with the real release."""
    assert built.name
    return str(real_settings.releases_dir)


def written(path: Path, delimiter: str = ",", start: bytes = b"", end: str = "\n") -> Path:
    """Write the rows above as a table."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(ROWS)
    path.write_bytes(start + text.getvalue().encode())
    return path


def run(folder: str, *words: str | Path) -> Result:
    """Run the verb as from a shell."""
    return CliRunner().invoke(main, ["reconcile", "--releases-dir", folder, *map(str, words)])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(("start", "end"), [(b"", "\n"), (b"\xef\xbb\xbf", "\r\n")])
def test_columns_are_added(
    folder: str, tmp_path: Path, delimiter: str, start: bytes, end: str
) -> None:
    """Certain rows get key, IRI, label, score and item; other cells and the form stay."""
    source = written(tmp_path / "in.csv", delimiter, start, end)
    output = tmp_path / "out.csv"
    done = run(folder, source, "--column", "town", "--country-column", "land", "--output", output)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    content = output.read_bytes()
    assert content.startswith(start or b"n")
    assert content.count(end.encode()) == len(ROWS)
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [tuple(row[:4]) for row in rows] == list(ROWS)
    assert rows[0][4:] == list(ADDED)
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert found[0]["icc_iri"] == "https://w3id.org/iccgraph/id/city/barcelona"
    assert (found[0]["icc_key"], found[0]["icc_wikidata"]) == ("barcelona", "Q1492")
    assert [row["icc_match"] for row in found] == ["certain", "ambiguous", *["none"] * 2, "certain"]
    assert found[1]["icc_key"] == found[1]["icc_iri"] == ""
    assert "cartagena (Cartagena: Municipality, Spain" in found[1]["icc_candidates"]
    assert found[4]["icc_key"] == "zurich"
    assert "'Cartagena' in 'Colombia' may be cartagena" in done.stderr
    assert "5 rows: 2 certain, 1 ambiguous, 2 not found" in done.stderr


def test_standard_output(folder: str, tmp_path: Path) -> None:
    """Without --output the table is printed, and nothing but it."""
    source = written(tmp_path / "in.csv")
    done = run(folder, source, "--column", "town")
    assert done.exit_code == 0
    assert len(list(csv.reader(io.StringIO(done.stdout)))) == len(ROWS)


def test_other_kinds(folder: str, tmp_path: Path) -> None:
    """Countries, topics and practices are matched by their names too."""
    source = tmp_path / "in.csv"
    source.write_text("name\nEspagne\nFR\nKosovo-like\n", encoding="utf-8")
    done = run(folder, source, "--column", "name", "--kind", "country")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["icc_key"] for row in rows][:2] == ["es", "fr"]


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", 3, "empty"),
        (b"\xff\xfen\0", 3, "CSV UTF-8"),
        (b"town\ncaf\xe9\n", 3, "in.csv:2"),
        (b'town\n"open\n', 3, "quotation mark"),
        (b"town,land\na,b,c\n", 3, "in.csv:2"),
        (b"city\na\n", 2, "no column 'town'"),
        (b"town,icc_key\na,b\n", 2, "icc_key"),
    ],
)
def test_tables_that_cannot_be_used(
    folder: str, tmp_path: Path, content: bytes, code: int, told: str
) -> None:
    """A table that cannot be used is refused with its place, and nothing is written."""
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    done = run(folder, source, "--column", "town", "--output", output)
    assert done.exit_code == code
    assert told in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_missing_files(folder: str, tmp_path: Path) -> None:
    """A missing table, folder or release is told, with the exit code of its kind."""
    source = written(tmp_path / "in.csv")
    assert run(folder, tmp_path / "none.csv", "--column", "town").exit_code == 3
    nowhere = tmp_path / "no" / "out.csv"
    assert run(folder, source, "--column", "town", "--output", nowhere).exit_code == 3
    assert run(str(tmp_path / "empty"), source, "--column", "town").exit_code == 4


def test_the_table_itself_may_be_the_output(folder: str, tmp_path: Path) -> None:
    """A table can be replaced by itself with our columns."""
    source = written(tmp_path / "in.csv")
    assert run(folder, source, "--column", "town", "--output", source).exit_code == 0
    assert source.read_text(encoding="utf-8").splitlines()[0].endswith("icc_candidates")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
