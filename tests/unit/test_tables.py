"""What is read from tables as spreadsheets really save them, and what is told of bad ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from iccgraph.errors import RecordsError, SourceError
from iccgraph.tables.misread import misread
from iccgraph.tables.problems import MOST, Problems, TooManyProblems
from iccgraph.tables.rows import Row, TableFolder, read_rows
from iccgraph.tables.schema import KEY_FORM, TableSchema, load_schema

HEADER = "key,name,lat,people,day,member,page,tags"
ROW = "a,Ädelfors,12.5,3,2026-11-23,true,https://example.org/,x|y"
FRENCH = "a;Ädelfors;12,5;3;23/11/2026;VRAI;https://example.org/;x|y"
CELLS = {
    "key": "a",
    "name": "Ädelfors",
    "lat": "12.5",
    "people": "3",
    "day": "2026-11-23",
    "member": "true",
    "page": "https://example.org/",
    "tags": "x|y",
}
COLUMNS = [
    {"name": "key", "datatype": {"base": "string", "format": KEY_FORM}, "required": True},
    {"name": "name", "datatype": "string", "required": True},
    {"name": "lat", "datatype": {"base": "decimal", "minimum": "-90", "maximum": "90"}},
    {"name": "people", "datatype": {"base": "integer", "minimum": "0"}},
    {"name": "day", "datatype": {"base": "date", "format": "yyyy-MM-dd"}},
    {"name": "member", "datatype": "boolean"},
    {"name": "page", "datatype": {"base": "anyURI", "format": "https?://.+"}},
    {
        "name": "tags",
        "titles": {"en": ["tags", "Tags"], "fr": "Étiquettes"},
        "datatype": {"base": "string", "format": "[a-z]+"},
        "separator": "|",
        "skos:example": "new",
    },
]


@pytest.fixture
def schema(tmp_path: Path) -> TableSchema:
    """Return the schema of a table with a column of each datatype."""
    path = tmp_path / "things.csv-metadata.json"
    path.write_text(json.dumps({"tableSchema": {"columns": COLUMNS}}))
    return load_schema(path)


class Table:
    """A table in a file, and what reading it gives."""

    def __init__(self, path: Path, schema: TableSchema) -> None:
        """Remember where the table is to be written."""
        self.path, self.schema = path, schema

    def read(self, content: str | bytes) -> tuple[list[Row], list[str]]:
        """Return the rows and the problems of a file with this content."""
        raw = content.encode() if isinstance(content, str) else content
        self.path.write_bytes(raw)
        problems = Problems()
        rows = list(read_rows(self.path, self.schema, problems, self.path.name))
        return rows, [str(problem) for problem in problems.found]

    def told(self, content: str | bytes) -> list[str]:
        """Return the problems of a file with this content."""
        return self.read(content)[1]


@pytest.fixture
def table(tmp_path: Path, schema: TableSchema) -> Table:
    """Return a table that is called t.csv."""
    return Table(tmp_path / "t.csv", schema)


GOOD = {
    "as our own files are": f"{HEADER}\n{ROW}\n",
    "without a last line end": f"{HEADER}\n{ROW}",
    "with a byte order mark": f"\ufeff{HEADER}\n{ROW}\n",
    "with Windows line ends": f"{HEADER}\r\n{ROW}\r\n",
    "with old Mac line ends": f"{HEADER}\r{ROW}\r",
    "from a French Excel": f"\ufeff{HEADER.replace(',', ';')}\r\n{FRENCH}\r\n",
    "with tabs": f"{HEADER}\n{ROW}\n".replace(",", "\t"),
    "with empty rows at the end": f"{HEADER}\n{ROW}\n,,,,,,,\n,,,,,,,\n\n\n",
    "with empty rows in between": f"{HEADER}\n\n,,,,,,,\n{ROW}\n",
    "with empty rows before the header": f"\n,,,,,,,\n{HEADER}\n{ROW}\n",
    "with empty columns": f"{HEADER},,\n{ROW},,\n",
    "with empty columns that only the rows have": f"{HEADER}\n{ROW},,\n",
    "with blanks around every cell": f"{HEADER}\n{ROW}\n".replace(",", " , "),
    "with every cell in quotes": '"' + f'{HEADER}"\n"{ROW}"\n'.replace(",", '","'),
    "with another order of columns": "name,key,lat,people,day,member,page,tags\n"
    "Ädelfors,a,12.5,3,2026-11-23,true,https://example.org/,x|y\n",
    "with truth values in capitals": f"{HEADER}\n{ROW.replace('true', 'TRUE')}\n",
    "with blanks between values": f"{HEADER}\n{ROW.replace('x|y', 'x | y |')}\n",
    "with two byte order marks": f"\ufeff\ufeff{HEADER}\n{ROW}\n",
    "with a line that names the separator": f"sep=,\r\n{HEADER}\r\n{ROW}\r\n",
    "with that line from a French Excel": "\ufeffsep=;\r\n"
    f"{HEADER.replace(',', ';')}\r\n{FRENCH}\r\n",
    "with that line saved a second time": f'"sep=,",,,,,,,\n{HEADER}\n{ROW}\n',
    "with that line for another separator": f"sep=^\n{HEADER}\n{ROW}\n".replace(",", "^"),
    "with titles for names": f"{HEADER.replace('tags', 'Étiquettes')}\n{ROW}\n",
    "with titles in another case": f"{HEADER.replace('key', 'Key').replace('tags', 'TAGS')}\n{ROW}",
    "with titles without accents": f"{HEADER.replace('tags', 'etiquettes')}\n{ROW}\n",
    "with decomposed letters": f"{HEADER}\n{ROW.replace('Ä', 'A' + chr(0x308))}\n",
    "with a scheme in capitals": f"{HEADER}\n{ROW.replace('https', 'HTTPS')}\n",
    "with an empty row of semicolons first": f";;;\n{HEADER.replace(',', ';')}\n{FRENCH}\n",
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD)
def test_ways_of_saving(table: Table, content: str) -> None:
    """However a spreadsheet saves a table, it says the same."""
    rows, told = table.read(content)
    assert [row.cells for row in rows] == [CELLS]
    assert told == []


def test_line_break_in_a_cell(table: Table) -> None:
    """A quoted cell keeps its line breaks, separators and quotation marks."""
    rows, told = table.read(f'{HEADER}\na,"one, ""two""\nthree",,,,,,\n')
    assert rows[0].cells["name"] == 'one, "two"\nthree'
    assert told == []


def test_row_number_after_a_line_break(table: Table) -> None:
    """Rows are counted as a spreadsheet does: a cell of two lines is in one row."""
    _, told = table.read(f'{HEADER}\na,"one\ntwo",,,,,,\n\nb,,,,,,,\n')
    assert told == ["t.csv:4:2 (name): the cell is empty; fill it in"]


def test_row_number_after_a_line_that_names_the_separator(table: Table) -> None:
    """Spreadsheets hide the line `sep=;`, so it is not counted, even where bytes are wrong."""
    start = f"sep=;\n{HEADER.replace(',', ';')}\n"
    assert table.told(f"{start}b;;;;;;;\n") == ["t.csv:2:2 (name): the cell is empty; fill it in"]
    assert table.told(f"{start}b;Malm\xf6;;;;;;\n".encode("latin-1")) == [
        f"t.csv:2:2: the text is not UTF-8 (byte 0xF6); {SAVE}"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_ends_in_cells(table: Table, end: str) -> None:
    """Whatever ends the lines of a cell, they end in line feeds."""
    rows, told = table.read(f'{HEADER}\na,"one{end}{end}two",,,,,,\n')
    assert (rows[0].cells["name"], told) == ("one\n\ntwo", [])


@pytest.mark.parametrize("end", ["\u2028", "\u2029"], ids=["line", "paragraph"])
def test_separators_of_lines(table: Table, end: str) -> None:
    """Unicode's own ends of lines and paragraphs become line feeds too."""
    rows, told = table.read(f"{HEADER}\na,one{end}two,,,,,,\n")
    assert ([row.cells["name"] for row in rows], told) == (["one\ntwo"], [])


def test_soft_hyphens(table: Table) -> None:
    """Soft hyphens, which only say where a word may be broken, are left out."""
    rows, told = table.read(f"{HEADER}\na,Inter\u00adcultural,,,,,,\n")
    assert ([row.cells["name"] for row in rows], told) == (["Intercultural"], [])


def test_short_rows(table: Table) -> None:
    """Empty cells that a spreadsheet leaves out at the end of a row are empty."""
    rows, told = table.read(f"{HEADER}\na,A,12.5\nb,B\n")
    assert [(r.cells["name"], r.cells["lat"], r.cells["tags"]) for r in rows] == [
        ("A", "12.5", ""),
        ("B", "", ""),
    ]
    assert told == []


def test_short_row_without_a_needed_cell(table: Table) -> None:
    """A row that is too short for a cell that it needs lacks that cell."""
    assert table.told(f"{HEADER}\na\n") == ["t.csv:2:2 (name): the cell is empty; fill it in"]


def test_words_for_nothing_may_be_allowed(tmp_path: Path) -> None:
    """A column may say which texts stand for no value, as CSVW's `null` does."""
    path = tmp_path / "notes.csv-metadata.json"
    columns = [{"name": "key"}, {"name": "printed", "null": ["", "N/A"]}]
    path.write_text(json.dumps({"tableSchema": {"columns": columns}}))
    table = Table(tmp_path / "t.csv", load_schema(path))
    assert table.told("key,printed\na,N/A\n") == []
    assert len(table.told("key,printed\na,NULL\nN/A,x\n")) == 2


def test_unchecked_columns(table: Table) -> None:
    """The form of a column that the caller looks after is not checked; damage is."""
    table.path.write_text(f"{HEADER}\na,A,,,,,,X\nb,B,,,,,,NULL\n")
    problems = Problems()
    rows = list(read_rows(table.path, table.schema, problems, "t.csv", ["tags"]))
    assert [row.sound for row in rows] == [True, False]
    assert len(problems.found) == 1


def test_columns_are_counted_as_they_stand(table: Table) -> None:
    """A problem names the column where the file has it, not where the metadata has it."""
    _, told = table.read("name,key,tags,lat,people,day,member,page\nA,a,,91,,,,\n")
    assert told == ["t.csv:2:4 (lat): 91 is above 90; correct it"]


def test_empty_cells_are_empty(table: Table) -> None:
    """An empty cell of an optional column is an empty text and has no values."""
    rows, _ = table.read(f"{HEADER}\na,A,,,,,,\n")
    assert rows[0].cells["day"] == ""
    assert rows[0].values("tags") == ()


def test_american_date(table: Table) -> None:
    """A date of the kind 11/23/2026 is not guessed at, and is told as it was typed."""
    told = table.told(f"{HEADER};\na;A;;;11/23/2026;;;\n".replace(",", ";"))
    assert told == [
        "t.csv:2:5 (day): '11/23/2026' is not a date;"
        " write it as year-month-day, such as 2026-11-23"
    ]


BAD_CELLS = {
    "a key with capitals": ("key", "Big Key", "'Big Key' is not a key", "big-key"),
    "a key of signs only": ("key", "!!", "'!!' is not a key", "lower-case words"),
    "a formula": ("name", "=1+1", "'=1+1' is a formula", "without “=”"),
    "a missing name": ("name", "", "the cell is empty", "fill it in"),
    "a word for a number": ("lat", "north", "'north' is not a number", "such as 51.05"),
    "a decimal comma": ("lat", '"12,5"', "'12,5' is not a number", "write 12.5"),
    "not a number": ("lat", "NAN", "'NAN' is not a number", "such as 51.05"),
    "an exponent": ("lat", "1e1", "'1e1' is not a number", "such as 51.05"),
    "underscores": ("people", "1_000", "'1_000' is not a whole number", "digits only"),
    "other digits": ("people", "٣", "'٣' is not a whole number", "digits only"),
    "half a person": ("people", "2.5", "'2.5' is not a whole number", "digits only"),
    "too far north": ("lat", "90.1", "90.1 is above 90", "correct it"),
    "too few": ("people", "-1", "-1 is below 0", "correct it"),
    "no such day": ("day", "2026-02-30", "'2026-02-30' is not a date", "year-month-day"),
    "a local day": ("day", "23/11/2026", "'23/11/2026' is not a date", "write 2026-11-23"),
    "neither true nor false": ("member", "maybe", "'maybe' is neither", "write true or false"),
    "no address": ("page", "www.coe.int", "'www.coe.int' is not a web address", "https://"),
    "a host with a blank": ("page", "https://a b/", "is not a web address", "from the browser"),
    "half an escape": (
        "page",
        "https://a.org/100%",
        "is not a web address",
        "https://a.org/100%25",
    ),
    "a broken host": ("page", "https://[a/", "is not a web address", "from the browser"),
    "one bad value of two": ("tags", "x|Y", "'Y' does not have the form", "write it like new"),
    "several values in one": (
        "tags",
        '"new, old"',
        "'new, old' does not have the form",
        "separate with “|”: new|old",
    ),
    "a number with a blank": ("lat", "1 2.5", "'1 2.5' is not a number", "write 12.5"),
    "a decimal": ("people", "265.086", "'265.086' is not a whole number", "write 265086"),
    "grouped digits": ("people", "1 655 956", "is not a whole number", "write 1655956"),
    "far too many digits": ("people", "9" * 5000, "is not a whole number", "digits only"),
    "a day with dots": ("day", "23.11.2026", "is not a date", "write 2026-11-23"),
    "a day that may be a month": ("day", "03/04/2026", "is not a date", "year-month-day"),
    "a pipe in an address": ("page", "https://a.org/x|y", "is not a web", "https://a.org/x%7Cy"),
    "braces": ("page", "https://a.org/?id={5}", "is not a web", "write https://a.org/?id=%7B5%7D"),
    "brackets": ("page", "https://a.org/[x]", "is not a web", "write https://a.org/%5Bx%5D"),
    "a blank": ("page", "https://a.org/a b", "is not a web", "write https://a.org/a%20b"),
    "two addresses": ("page", "https://a.org/ https://b.org/", "is not a web", "one address"),
    "no scheme": ("page", "www.coe.int/x", "is not a web", "whole: https://www.coe.int/x"),
    "no scheme and a pipe": ("page", "WWW.a.org/x|y", "a web", "write https://WWW.a.org/x%7Cy"),
    "a host alone": ("page", "a.org/x", "is not a web", "whole: https://a.org/x"),
    "no scheme but its slashes": ("page", "//a.org/x", "is not a web", "whole: https://a.org/x"),
    "a slash too few": ("page", "https:/a.org/x", "is not a web", "whole: https://a.org/x"),
    "a colon too few": ("page", "HTTP//a.org/x", "is not a web", "whole: http://a.org/x"),
    "angle brackets around": ("page", "<https://a.org/x>", "a web", "whole: https://a.org/x"),
    "quotation marks around": ("page", '"“https://a.org/x”,"', "a web", ": https://a.org/x"),
    "two addresses with a pipe": ("page", "https://a.org/|HTTPS://b.org/", "a web", "one address"),
    "no web": ("page", "mailto:a@b.org", "is not a web", "beginning with https://"),
    "a file": ("page", "C:/x.pdf", "is not a web", "beginning with https://"),
    "an escaped ampersand": ("page", "https://a.org/?a&amp;b", "of HTML", "https://a.org/?a&b"),
    "an entity": ("name", "Caf&eacute; &amp; th&#233;", "“&eacute;” of HTML", "Café & thé"),
    "a tag": ("name", "<p>One <b>bold</b> word&nbsp;here.</p>", "“<p>”", "One bold word here."),
    "a lost character": ("name", "Caf\ufffd", "a character was lost", "as UTF-8"),
    "an error of Excel": ("name", "#N/A", "stands for a value that is not", "empty the cell"),
    "an error in French": ("lat", "#NOM?", "stands for a value that is not", "empty the cell"),
    "a null of a database": ("name", "NULL", "stands for a value that is not", "empty the cell"),
    "a null of a program": ("lat", "nan", "stands for a value that is not", "empty the cell"),
    "a turned direction": ("name", "Title \u202egnp.exe", "(U+202E)", "here: Title gnp.exe"),
    "an invisible space": ("page", "https://a.org/x\u200b", "(U+200B)", "here: https://a.org/x"),
    "a control character": ("name", "A\x07B", "control character (U+0007)", "anew"),
    "a decimal for a whole number": ("people", "2661552.0", "is not a whole", "write 2661552"),
    "a shortened whole number": ("people", "2.66E+06", "shortens a number", "look the number up"),
    "a shortened decimal": ("lat", "4.138E+01", "is not a number", "write 41.38"),
    "a shortened name": ("name", "1.00E+05", "shortens a number", "all columns as “Text”"),
    "a shortened key": ("key", "1E5", "shortens a number", "write all its letters and digits"),
    "a day for a name": ("name", "2011-12-01 00:00:00", "is a date that", "write 2011-12-01, or"),
    "a day with its hour": ("day", "2026-11-23 00:00:00", "is not a date", "write 2026-11-23"),
    "a day by number": ("day", "46349", "'46349' is not a date", "write 2026-11-23"),
    "a day without its signs": ("day", "20261123", "is not a date", "write 2026-11-23"),
    "a day of a week": ("day", "2026-W48-1", "is not a date", "write 2026-11-23"),
    "a cell cut at 255": ("name", "A" * 255, "has 255 characters", "write the rest"),
    "a cell cut at 255 code units": ("name", "A" * 251 + "😀😀", "has 255", "with a full stop"),
    "a cell cut before a blank": ("name", "A" * 254 + " ", "has 255 characters", "write the rest"),
    "a cell cut by Excel": ("tags", "a|" * 16_383 + "a", "has 32,767 char", "write the rest"),
    "letters misread as Windows-1252": ("name", "lâ€™Ã©tÃ©", "“â€™” is what", "write l’été, and"),
    "letters misread as Latin-1": ("name", "l\u00e2\x80\x99Ã©tÃ©", "is what", "write l’été, and"),
    "letters misread as Windows-1250": ("name", "GaraĹľa", "“Ĺľ” is what", "write Garaža, and"),
    "letters misread twice": ("name", "DÃƒÂ©fi", "“Ãƒ” is what", "write Défi, and"),
    "letters misread and cut": ("name", "voilÃ  â€œÃ  toutâ€", "is what", "voilà “à tout”, and"),
    "Cyrillic misread": ("name", "Ð\x9cÑ–Ñ\x81Ñ‚Ð¾", "“Ð\x9c” is what", "write Місто, and"),
    "an emoji misread": ("name", "ðŸ˜€", "is what", "write 😀, and"),
    "a mark of Windows": ("name", "l\x92eau", "control character (U+0092)", "write “’” there"),
    "a joiner between Latin letters": ("name", "a\u200cb", "(U+200C)", "here: ab"),
    "a direction where there is but one": ("name", "ab\u200f", "(U+200F)", "here: ab"),
    "a filler alone": ("name", "\u3164", "(U+3164)", "empty the cell"),
    "a letter of somebody's own": ("name", "A\ue000", "own font (U+E000)", "leave it out"),
    "a letter that nobody has": ("name", "A\u0378", "not have (U+0378)", "leave it out"),
    "an error by number": ("name", "Err:502", "stands for a value that is not", "empty the cell"),
    "an error in Spanish": ("name", "#¡REF!", "stands for a value that is not", "empty the cell"),
    "an error in one of two": ("tags", "x|#N/A", "stands for a value that", "empty the cell"),
    "a column too narrow": ("name", "####", "stands for a value that is not", "empty the cell"),
    "a null character": ("name", "A" + "B" * 70_000 + "\0B", "(U+0000)", "anew"),
}


@pytest.mark.parametrize(("name", "cell", "wrong", "remedy"), BAD_CELLS.values(), ids=BAD_CELLS)
def test_bad_cells(table: Table, name: str, cell: str, wrong: str, remedy: str) -> None:
    """A bad cell is told with its file, row, column, what is wrong and what to do."""
    names = HEADER.split(",")
    cells = {"key": "b", "name": "B", name: cell}
    row = ",".join(cells.get(column, "") for column in names)
    _, told = table.read(f"{HEADER}\n{ROW}\n{row}\n")
    assert len(told) == 1
    assert told[0].startswith(f"t.csv:3:{names.index(name) + 1} ({name}): ")
    assert wrong in told[0]
    assert remedy in told[0]


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("8", "write 008, and open the table with all columns as “Text”"),
        ("8.0", "write 008, and open the table with all columns as “Text”"),
        ("8,00", "write 008, and open the table with all columns as “Text”"),
        ("1,234", "write it like 008"),
        ("-8", "write it like 008"),
    ],
)
def test_lost_zeros_of_codes(value: str, remedy: str) -> None:
    """A code that a spreadsheet took for a number is told with its leading zeros, where it can."""
    countries = next(schema for schema in SCHEMAS if schema.name == "countries")
    column = next(column for column in countries.columns if column.name == "iso_numeric")
    assert column.check(value) == (f"{value!r} does not have the form of this column", remedy)


@pytest.mark.parametrize(
    "name", ["A" * 254, "A" * 256, "A" * 254 + ".", "1E", "1e5", "E5", "2011-12-01", "10:00 00:00"]
)
def test_what_no_spreadsheet_has_spoilt(table: Table, name: str) -> None:
    """Other lengths, a whole sentence of 255 characters, and other signs are right."""
    rows, told = table.read(f"{HEADER}\na,{name},,,,,,\n")
    assert ([row.cells["name"] for row in rows], told) == ([name], [])


def test_address_of_255_characters(table: Table) -> None:
    """An address of that length is taken: nobody could end it with a full stop."""
    page = "https://example.org/".ljust(255, "x")
    assert table.told(f"{HEADER}\na,A,,,,,{page},\n") == []


def test_all_cells_of_a_row_are_told(table: Table) -> None:
    """Every bad cell of a row is told in one run."""
    told = table.told(f"{HEADER}\nB B,=A,x,y,z,w,v,U\n")
    assert sorted(line.partition(" ")[0] for line in told) == [f"t.csv:2:{n}" for n in range(1, 9)]


def test_unsound_rows_are_marked(table: Table) -> None:
    """A row with a bad cell is read on, but is not sound."""
    rows, _ = table.read(f"{HEADER}\na,A,91,,,,,\nb,B,,,,,,\n")
    assert [row.sound for row in rows] == [False, True]


def test_suggested_key(table: Table) -> None:
    """An empty key is told with one that is made from the name."""
    told = table.told(f"{HEADER}\n,Été à Łódź,,,,,,\n")
    assert told == [
        "t.csv:2:1 (key): the cell is empty; write a key that no other row has, such as ete-a-lodz"
    ]


_MANY = "\na,A,,,,,," * 20_000
SAVE = "save it as “CSV UTF-8” in the spreadsheet"
BAD_FILES = {
    "Latin-1": (
        f"{HEADER}\n{ROW}\nb,Malmö,,,,,,\n".encode().replace("ö".encode(), b"\xf6"),
        f"t.csv:3:2: the text is not UTF-8 (byte 0xF6); {SAVE}",
    ),
    "Latin-1 after a line break in a cell": (
        f'{HEADER}\n"a","b\nc,\nd",,,,,,\nb,"x,y,z Malm\xf6",,,,,,\n'.encode("latin-1"),
        f"t.csv:3:2: the text is not UTF-8 (byte 0xF6); {SAVE}",
    ),
    "Latin-1 with old Mac line ends": (
        f"{HEADER}\ra,A,,,,,,\rb,Malm\xf6,,,,,,\r".encode("latin-1"),
        f"t.csv:3:2: the text is not UTF-8 (byte 0xF6); {SAVE}",
    ),
    "Latin-1 far into the file": (
        f"{HEADER}{_MANY}\nb,Malm\xf6,,,,,,\n".encode("latin-1"),
        f"t.csv:20002:2: the text is not UTF-8 (byte 0xF6); {SAVE}",
    ),
    "UTF-16": (
        f"{HEADER}\n{ROW}\n".encode("utf-16"),
        f"t.csv:1: the file is not UTF-8 text; {SAVE}",
    ),
    "UTF-16 without its mark": (
        f"{HEADER}\n{ROW}\n".encode("utf-16-le"),
        f"t.csv:1: the file is not UTF-8 text; {SAVE}",
    ),
    "nothing": (b"", "t.csv: the file is empty; it needs at least its header row"),
    "a byte order mark and line ends": (
        b"\xef\xbb\xbf\r\n,,;\r\n",
        "t.csv: the file is empty; it needs at least its header row",
    ),
    "a separator and no header": (
        b"sep=;\r\n",
        "t.csv: the file is empty; it needs at least its header row",
    ),
    "a missing column": (
        f"{HEADER.replace(',lat', '')}\n".encode(),
        "t.csv:1: 1 column is missing: lat; add what is missing to the header",
    ),
    "two missing columns": (
        f"{HEADER.replace(',lat,people', '')}\n".encode(),
        "t.csv:1: 2 columns are missing: lat, people; add what is missing to the header",
    ),
    "an additional column": (
        f"{HEADER.replace('lat', 'lat,colour')}\n".encode(),
        "t.csv:1:4 (colour): 'colour' is not a column of this table; remove or rename it; "
        f"the columns are {HEADER.replace(',', ', ')}",
    ),
    "a doubled column": (
        f"{HEADER},lat\n".encode(),
        "t.csv:1:9 (lat): the column stands twice; remove one of them",
    ),
    "an open quotation mark": (
        f'{HEADER}\n{ROW}\nb,"B,,,,,,\n'.encode(),
        "t.csv:3: the row cannot be read (unexpected end of data);"
        " look for a quotation mark that is not closed",
    ),
    "a quotation mark in a quoted cell": (
        f'{HEADER}\n{ROW}\nb,"B" C,,,,,,\n'.encode(),
        "t.csv:3: the row cannot be read (',' expected after '\"');"
        " look for a quotation mark that is not closed",
    ),
    "a cell too many": (
        f"{HEADER}\n{ROW}\nb,B,,,,,,,x\n".encode(),
        "t.csv:3: the row has 9 cells, the header 8;"
        " put a cell that holds a comma between quotation marks, or look for a comma too many",
    ),
    "an endless cell": (
        f"{HEADER}\n{ROW}\nb,{'B' * (1024 * 1024 + 1)},,,,,,\n".encode(),
        "t.csv:3: the row cannot be read (field larger than field limit (1048576));"
        " look for a quotation mark that is not closed",
    ),
}


@pytest.mark.parametrize(("content", "expected"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_files(table: Table, content: bytes, expected: str) -> None:
    """A file that cannot be read as this table is told in one message."""
    assert table.told(content) == [expected]


def test_header_only(table: Table) -> None:
    """A table of a header has no rows and no problem of its own."""
    assert table.read(f"{HEADER}\n") == ([], [])


def test_missing_file(tmp_path: Path, schema: TableSchema) -> None:
    """A table that is not there is told with its whole path."""
    with pytest.raises(SourceError, match=r"gone\.csv: cannot be read \(No such file"):
        list(read_rows(tmp_path / "gone.csv", schema, Problems(), "gone.csv"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"tableSchema": {}}', '{"tableSchema": 3}'])
def test_broken_metadata(tmp_path: Path, text: str) -> None:
    """Metadata that describes no table is told with its whole path."""
    path = tmp_path / "things.csv-metadata.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"things\.csv-metadata\.json: expected CSVW metadata"):
        load_schema(path)


def test_missing_metadata(tmp_path: Path) -> None:
    """A table without metadata cannot be read."""
    with pytest.raises(SourceError, match="restore the file"):
        TableFolder(tmp_path).schema("things")


def test_replaced_table(tmp_path: Path, table: Table) -> None:
    """A table that is read from elsewhere is named as the person named it."""
    table.told(f"{HEADER}\nb,,,,,,,\n")
    problems = Problems()
    list(TableFolder(tmp_path, {"things": table.path}).rows("things", problems))
    assert [problem.source for problem in problems.found] == [str(table.path)]


def test_too_many_problems(table: Table) -> None:
    """The reading stops when there are more problems than are of use."""
    with pytest.raises(TooManyProblems):
        table.read(HEADER + "\nb,,,,,,," * (MOST + 1))


def test_a_cut_off_list_says_so() -> None:
    """The last line of a list of problems that was cut off says so."""
    problems = Problems()
    for number in range(1, MOST):
        problems.add("t.csv", number, 0, "", "it is wrong", "correct it")
    with pytest.raises(TooManyProblems):
        problems.add("t.csv", MOST, 0, "", "it is wrong", "correct it")
    with pytest.raises(RecordsError) as caught:
        problems.raise_if_any()
    assert str(caught.value).splitlines()[-1] == (
        f"and more: the reading stopped after {MOST} problems; correct these first"
    )


ADDRESSES = (
    *("https://a.org/a|b", "https://a.org/?id={5}", "https://a.org/[x]", "https://a.org/100%"),
    *("WWW.a.org/a|b", "http:/a.org/x y", "<https://a.org/[x]>", "a.org/x", "https://a.org/a\\b"),
)


@pytest.mark.parametrize("text", ADDRESSES)
def test_remedies_of_addresses_are_taken(schema_of_pages: TableSchema, text: str) -> None:
    """Who writes what the message of a bad address says has an address that is taken."""
    (column,) = schema_of_pages.columns
    fault = column.check(text)
    assert fault is not None
    meant = fault[1].partition("http")
    assert column.check("".join(meant[1:])) is None


@given(st.from_regex(r"(?:https?:/{0,3}|www\.|)[a-c.]{1,5}[/?#][^\n]{0,20}", fullmatch=True))
def test_no_remedy_leads_to_another(schema_of_pages: TableSchema, text: str) -> None:
    """Whatever address a message recommends is taken."""
    (column,) = schema_of_pages.columns
    remedy = (column.check(text) or ("", ""))[1]
    if "http" in remedy and "beginning" not in remedy:
        assert column.check(remedy[remedy.index("http") :]) is None


@pytest.mark.parametrize("scheme", ["HTTPS", "Https", "HTTP"])
def test_schemes_in_capitals(table: Table, scheme: str) -> None:
    """A scheme is the same in capitals, and is stored in small letters."""
    rows, told = table.read(f"{HEADER}\na,A,,,,,{scheme}://a.org/X,\n")
    assert ([row.cells["page"] for row in rows], told) == ([f"{scheme.lower()}://a.org/X"], [])


def test_pipe_within_an_address_of_several(tmp_path: Path) -> None:
    """Where addresses are separated by pipes, the message says how one is written in an address."""
    path = tmp_path / "pages.csv-metadata.json"
    column = {"name": "pages", "datatype": "anyURI", "separator": "|"}
    path.write_text(json.dumps({"tableSchema": {"columns": [column]}}))
    several = Table(tmp_path / "pages.csv", load_schema(path))
    assert several.told("pages\nhttps://a.org/x|y\n") == [
        "pages.csv:2:1 (pages): 'y' is not a web address; write it whole, beginning with https://;"
        " a “|” within an address is written %7C"
    ]
    assert several.told("pages\nhttps://a.org/x%7Cy\n") == []


@given(st.text())
def test_every_address_is_an_iri(schema_of_pages: TableSchema, text: str) -> None:
    """What is taken for a web address can stand in the graph."""
    (column,) = schema_of_pages.columns
    if column.check(f"https://{text}") is None:
        assert NamedNode(f"https://{text}").value == f"https://{text}"


@pytest.fixture(scope="session")
def schema_of_pages(tmp_path_factory: pytest.TempPathFactory) -> TableSchema:
    """Return the schema of a table with nothing but web addresses."""
    path = tmp_path_factory.mktemp("pages") / "pages.csv-metadata.json"
    path.write_text(json.dumps({"tableSchema": {"columns": COLUMNS[6:7]}}))
    return load_schema(path)


ROOT = Path(__file__).parent.parent.parent
SCHEMAS = [load_schema(path) for path in sorted((ROOT / "data").glob("?*.csv-metadata.json"))]
LEFT_ALONE = (
    *("«Ça», l’été – it’s 5 < 6 & 7 > 3", "R&D; AT&T", "<3", "#MeToo", "#METOO!", "« CITÉ »"),
    *("می\u200cخواهم", "क\u094d\u200dष", "👩\u200d💻", "שלום\u200e!", "Δελτίο", "日本語", "Їжак"),
    *("LA CITÉ”", "« café\u00a0»", "IRMÃ”", "“Ã”", "Straß…", "Îşi propune", "payé\u00a0€5", "5 Å²"),
    *("SÚŽENIE", "CAFÉ® NOËL™", "SÃO JOÃO…", "L’ÉTÉ’S", "på Å…", "3×½", "ÞAÐ…", "ČŠAĎ", "Ña"),
    *("a@b", "AT&amp", "&nosuchthing;", "None of us", "<not a tag>", "1 < b > 2"),
)


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_text_that_only_looks_damaged(table: Table, text: str) -> None:
    """Signs that people use are not taken for HTML, errors or nothing."""
    rows, told = table.read(f'{HEADER}\na,"{text}",,,,,,\n')
    assert ([row.cells["name"] for row in rows], told) == ([text], [])


@given(st.text(st.characters(min_codepoint=0xC0, max_codepoint=0x17F), min_size=3))
@example("été")
@example("ÀÀÃ")
def test_misread_letters_are_put_right(text: str) -> None:
    """Where letters were misread as Windows-1252 and that is told, the remedy is the text."""
    found = misread("".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode()))
    assert found is None or found[1] == (misread(text) or ("", text))[1]


def test_our_own_tables_are_sound() -> None:
    """No text of the published tables is taken for a damaged one, nor changed but to NFC."""
    for path in sorted((ROOT / "data").glob("*.csv")):
        problems = Problems()
        with path.open(encoding="utf-8", newline="") as file:
            cells = {cell.strip() for row in csv.reader(file) for cell in row}
        rows = TableFolder(ROOT / "data").rows(path.stem, problems)
        read = {cell for row in rows for cell in row.cells.values()}
        assert problems.found == []
        assert read <= cells | {""}


def test_there_are_schemas() -> None:
    """Every table of the data has its columns defined."""
    assert {schema.name for schema in SCHEMAS} >= {"practices", "cities", "links", "retired"}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_no_message_shows_an_expression(schema: TableSchema) -> None:
    """What is told of a bad value is in words, with an example or a choice that is right."""
    offenders: list[tuple[str, ...]] = []
    for column in schema.columns:
        for value in ("Nope nope", "!", "é", "12,5", "Q0", "a b c", "x" * 100):
            fault = column.check(value)
            if fault is not None and set("[]{}()*^$\\").intersection("".join(fault)):
                offenders.append((column.name, *fault))
        if column.pattern is not None and column.datatype == "string":
            good = column.choices or (column.example,)
            offenders += [(column.name, v) for v in good if column.check(v)]
    assert offenders == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_headings_name_one_column(schema: TableSchema) -> None:
    """No title means two columns of a table, and every title finds its column."""
    wrong = [
        (column.name, title)
        for column in schema.columns
        for title in (column.name, *column.titles)
        if schema.find(title) != column.name
    ]
    assert wrong == []


def test_column_that_the_metadata_do_not_define(table: Table) -> None:
    """Who updates the code alone is told which column is missing, and where it comes from."""
    ((row, *_), _) = table.read(GOOD["as our own files are"])
    with pytest.raises(SourceError, match=r"t\.csv: .* 'languages', .*csv-metadata\.json"):
        row.values("languages")
