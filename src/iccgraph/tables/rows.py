"""Reads CSV tables as spreadsheets really save them, against their CSVW metadata.

Reads: `<table>.csv` and `<table>.csv-metadata.json` (W3C Metadata Vocabulary for Tabular Data,
section 5); the metadata is the one place where columns are defined.
Takes: UTF-8 with or without byte order marks, a first line `sep=;`, any line end, comma, semicolon
or tab, any column order, columns by name or title, rows without their last empty cells, empty rows
anywhere; in a semicolon file also decimal commas and day/month/year dates.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from iccgraph.errors import SourceError
from iccgraph.iris import suggest_key
from iccgraph.languages import Text
from iccgraph.properties import Value
from iccgraph.tables.cells import SHORTEST_CUT, calculated, cut_off
from iccgraph.tables.dialect import Dialect, detect
from iccgraph.tables.languages import split_tag
from iccgraph.tables.problems import CellProblem, Problems
from iccgraph.tables.schema import Column, PlainColumns, TableSchema, load_schema
from iccgraph.tables.text import SOFT_HYPHEN, clean, damage, suspicious

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
_SCHEME = re.compile(r"(?:^|(?<=\|))https?://", re.IGNORECASE)
_LOCAL_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
EMPTY = "the file is empty", "it needs at least its header row"
_BOOLEANS = dict.fromkeys(("true", "1", "vrai", "yes"), "true")
_BOOLEANS |= dict.fromkeys(("false", "0", "faux", "no"), "false")


class Cells(dict[str, str]):
    """The cells of a row by column name."""

    def __init__(self, source: str, cells: Iterable[tuple[str, str]]) -> None:
        """Keep the cells; `source` is what messages call the table."""
        super().__init__(cells)
        self.source = source

    def __missing__(self, name: str) -> str:
        """Tell that the metadata beside the table are not those that this version knows.

        Raises: SourceError.
        """
        raise SourceError(
            f"{self.source}: its metadata do not define the column {name!r}, which this version of "
            "iccgraph reads; take the files *.csv-metadata.json that come with this version, and "
            "add the column to the table"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by column name.

    A row that is not `sound` has a bad cell, which is among the problems already; it makes no
    record, but its other cells are checked too.
    """

    source: str
    number: int
    cells: dict[str, str]
    places: dict[str, int]
    problems: Problems
    bad: frozenset[str] = frozenset()

    @property
    def sound(self) -> bool:
        """True if no cell is bad."""
        return not self.bad

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a cell that may hold several."""
        cell = self.cells[name]
        return tuple(v for part in cell.split("|") if (v := part.strip())) if cell else ()

    def labels(self, columns: Mapping[str, str]) -> dict[str, str]:
        """Return what stands in columns of several languages, by tag; empty cells are left out."""
        return {tag: cell for tag, name in columns.items() if (cell := self.cells[name])}

    def plain(self, columns: PlainColumns, language: str) -> dict[str, tuple[Text, ...]]:
        """Return the values of plain properties that the row has.

        Arguments: `columns` is what `TableSchema.plain` gives; `language` is that of texts whose
        column has none.
        """
        found = {}
        for item, named in columns:
            tagged = item.value is Value.TAGGED
            values = dict.fromkeys(
                (value, (tag or language) if tagged else "")
                for tag, name in named.items()
                for value in (self.values(name) if item.many else (self.cells[name],))
                if value
            )
            if values:
                found[item.name] = tuple(values)
        return found

    def complain(self, name: str, wrong: str, remedy: str) -> None:
        """Add a problem that points at one cell of this row, unless it was told to be bad."""
        if name not in self.bad:
            column = self.places.get(name, 0)
            self.problems.add(self.source, self.number, column, name, wrong, remedy)


@dataclass(frozen=True, slots=True)
class TableFolder:
    """The folder of tables, in which single tables can be replaced by files from elsewhere."""

    path: Path
    replaced: Mapping[str, Path] = field(default_factory=dict)

    def table(self, name: str) -> Path:
        """Return the file in which a table is read."""
        return self.replaced.get(name, self.path / f"{name}.csv")

    def has(self, name: str) -> bool:
        """True if there is the table or its metadata; where neither is, nothing is meant to be."""
        return self.table(name).exists() or (self.path / f"{name}.csv-metadata.json").exists()

    def source(self, name: str) -> str:
        """Return what a table's file is called in problems."""
        return str(self.replaced[name]) if name in self.replaced else f"{name}.csv"

    def schema(self, name: str) -> TableSchema:
        """Return the columns of a table.

        Raises: SourceError if its metadata cannot be read.
        """
        return load_schema(self.path / f"{name}.csv-metadata.json")

    def rows(self, name: str, problems: Problems, unchecked: Collection[str] = ()) -> Iterator[Row]:
        """Yield the rows of a table; what is wrong with them becomes problems.

        The form of cells in the `unchecked` columns is for the caller to check, who can say more
        about what they mean.
        Raises: SourceError if the table or its metadata cannot be opened.
        """
        path, schema, source = self.table(name), self.schema(name), self.source(name)
        return read_rows(path, schema, problems, source, unchecked)


def read_rows(
    path: Path,
    schema: TableSchema,
    problems: Problems,
    source: str,
    unchecked: Collection[str] = (),
) -> Iterator[Row]:
    """Yield the rows of a file; whatever is wrong with a cell becomes a problem.

    `source` is what problems call the file; the form of `unchecked` columns is not looked at.
    Raises: SourceError if the file cannot be opened.
    """
    try:
        with path.open("rb") as binary:
            head = binary.read(64 * 1024)
            if not _readable(head, source, problems):
                return
            dialect = detect(head.decode(errors="replace"), schema.knows)
            binary.seek(len(dialect.preamble.encode()))
            text = io.TextIOWrapper(binary, encoding="utf-8", newline="")
            yield from _RowReader(path, source, schema, problems, dialect, unchecked).rows(text)
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be read ({error.strerror}); put the table back or name another folder"
        ) from error


def _readable(head: bytes, source: str, problems: Problems) -> bool:
    if not head.strip(b"\xef\xbb\xbf \t\r\n,;"):
        problems.add(source, 0, 0, "", *EMPTY)
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        remedy = "save it as “CSV UTF-8” in the spreadsheet"
        problems.add(source, 1, 0, "", "the file is not UTF-8 text", remedy)
        return False
    return True


def _first_bad_byte(path: Path, dialect: Dialect) -> tuple[int, int, int]:
    """Return the row, the column and the value of the first byte that is not UTF-8."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as text:
        text.read(len(dialect.preamble))
        for number, cells in enumerate(csv.reader(text, delimiter=dialect.delimiter), 1):
            for place, cell in enumerate(cells, 1):
                if (byte := re.search("[\udc80-\udcff]", cell)) is not None:
                    return number, place, ord(byte[0]) - 0xDC00
    return 0, 0, 0


def _filling(column: Column, values: dict[str, str]) -> str:
    name = values.get("title") or values.get("name") or ""
    if column.name == "key" and (key := suggest_key(name)):
        return f"write a key that no other row has, such as {key}"
    return "fill it in"


class _RowReader:
    """The reading of one file: header first, then row after row."""

    def __init__(
        self,
        path: Path,
        source: str,
        schema: TableSchema,
        problems: Problems,
        dialect: Dialect,
        unchecked: Collection[str],
    ) -> None:
        self.path, self.source, self.schema, self.problems = path, source, schema, problems
        self.dialect = dialect
        self.places: dict[str, int] = {}
        self.header: list[str] = []
        self.columns = {column.name: column for column in schema.columns}
        self.formed = {c.name for c in schema.columns if c.formed} - set(unchecked)
        self.checked = [c for c in schema.columns if c.required or c.name in self.formed]

    def rows(self, text: io.TextIOWrapper) -> Iterator[Row]:
        number = 0
        try:
            for cells in csv.reader(text, delimiter=self.dialect.delimiter, strict=True):
                number += 1
                if not any(cells):
                    continue
                if not self.header:
                    if any(map(str.strip, cells)) and not self._take_header(cells, number):
                        return
                elif (row := self._row(cells, number)) is not None:
                    yield row
            if not self.header:
                self._problem(0, *EMPTY)
        except UnicodeDecodeError:
            line, column, byte = _first_bad_byte(self.path, self.dialect)
            wrong = f"the text is not UTF-8 (byte 0x{byte:02X})"
            self._problem(line, wrong, "save it as “CSV UTF-8” in the spreadsheet", column)
        except csv.Error as error:
            remedy = "look for a quotation mark that is not closed"
            self._problem(number + 1, f"the row cannot be read ({error})", remedy)

    def _problem(self, row: int, wrong: str, remedy: str, column: int = 0, name: str = "") -> None:
        self.problems.add(self.source, row, column, name, wrong, remedy)

    def _take_header(self, cells: list[str], number: int) -> bool:
        headings = [cell.strip() for cell in cells]
        while headings and not headings[-1]:
            headings.pop()
        names = [self.schema.find(heading) or heading for heading in headings]
        faults = len(self.problems.found)
        for place, name in enumerate(names, 1):
            if name not in self.columns:
                wrong = f"{name!r} is not a column of this table"
                remedy = f"remove or rename it; the columns are {', '.join(self.schema.names)}"
                self._problem(number, wrong, remedy, place, name)
            elif names.index(name) + 1 != place:
                self._problem(number, "the column stands twice", "remove one of them", place, name)
        missing = [name for name in self.schema.names if name not in names]
        if missing:
            word = "column is" if len(missing) == 1 else "columns are"
            wrong = f"{len(missing)} {word} missing: {', '.join(missing)}"
            self._problem(number, wrong, "add what is missing to the header")
        self.header = names
        self.places = {name: place for place, name in enumerate(names, 1)}
        return len(self.problems.found) == faults

    def _row(self, cells: list[str], number: int) -> Row | None:
        width = len(self.header)
        stripped = [clean(cell.strip()) for cell in cells]
        if not any(stripped):
            return None
        if any(stripped[width:]):
            separator = _NAMES.get(self.dialect.delimiter, "separator")
            wrong = f"the row has {len(stripped)} cells, the header {width}"
            remedy = f"put a cell that holds a {separator} between quotation marks"
            self._problem(number, wrong, f"{remedy}, or look for a {separator} too many")
            return None
        # spreadsheets leave out empty cells at the end of a row
        stripped = (stripped + [""] * width)[:width]
        values = Cells(self.source, zip(self.header, stripped, strict=True))
        faults = len(self.problems.found)
        bad = self._damaged(values, number)
        if max(map(len, cells)) >= SHORTEST_CUT // 2:
            bad |= self._cut(cells, number)
        for column in self.checked:
            value = values[column.name]
            if value and column.name in self.formed and column.name not in bad:
                value = values[column.name] = self._typed(number, column, value)
            if not value and column.required:
                self._cell(number, column, "the cell is empty", _filling(column, values))
        bad |= {problem.field for problem in self.problems.found[faults:]}
        return Row(self.source, number, values, self.places, self.problems, frozenset(bad))

    def _damaged(self, values: dict[str, str], number: int) -> set[str]:
        """Return the columns whose text is a formula or was damaged, and add their problems."""
        bad: set[str] = set()
        may_be = suspicious(values.values())
        for name, value in values.items():
            fault = None
            if value[:1] == "=":
                fault = f"{value!r} is a formula", "write the text itself, without “=”"
            elif may_be and value:
                fault = self._damage(self.columns[name], value)
                values[name] = value.replace(SOFT_HYPHEN, "")
            if fault is not None:
                bad.add(name)
                self._cell(number, self.columns[name], *fault)
        return bad

    def _cut(self, cells: list[str], number: int) -> set[str]:
        """Return the columns whose text a program may have cut, and add their problems.

        Addresses and lists of 255 characters are taken, for they have no end to judge by.
        """
        bad: set[str] = set()
        for name, cell in zip(self.header, cells, strict=False):
            column = self.columns[name]
            judged = not column.separator and column.datatype != "anyURI"
            fault = cut_off(cell) if judged or len(cell) > SHORTEST_CUT else None
            if fault is not None:
                bad.add(name)
                self._cell(number, column, *fault)
        return bad

    def _damage(self, column: Column, cell: str) -> CellProblem | None:
        """Return what damaged the text of a cell, or one of its values."""
        parts = cell.split(column.separator) if column.separator else []
        for text in (cell, *parts, *(split_tag(part)[0] for part in parts if "@" in part)):
            if text in column.nulls:
                continue
            found = calculated(text.strip()) if column.datatype == "string" else None
            if found or (found := damage(text.strip(), column.datatype == "anyURI")):
                return found
        return None

    def _typed(self, number: int, column: Column, cell: str) -> str:
        if column.datatype in ("decimal", "date", "boolean", "anyURI"):
            cell = self._localised(column, cell)
        if not column.separator:
            if (fault := column.check(cell)) is not None:
                self._cell(number, column, *fault)
            return cell
        parts = [part.strip() for part in cell.split(column.separator) if part.strip()]
        for part in parts:
            if (fault := column.check(part)) is not None:
                several = split_list(part)
                if len(several) > 1 and not any(map(column.check, several)):
                    fault = fault[0], f"separate with “|”: {'|'.join(several)}"
                elif column.datatype == "anyURI" and "://" not in part and len(parts) > 1:
                    fault = fault[0], f"{fault[1]}; a “|” within an address is written %7C"
                self._cell(number, column, *fault)
        return "|".join(parts)

    def _localised(self, column: Column, value: str) -> str:
        if column.datatype == "boolean":
            return _BOOLEANS.get(value.lower(), value)
        if column.datatype == "anyURI":
            return _SCHEME.sub(lambda match: match[0].lower(), value)
        if self.dialect.delimiter == ";":
            if column.datatype == "decimal":
                return value.replace(",", ".")
            if column.datatype == "date" and (match := _LOCAL_DATE.fullmatch(value)):
                day = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
                return value if column.check(day) else day
        return value

    def _cell(self, number: int, column: Column, wrong: str, remedy: str) -> None:
        self._problem(number, wrong, remedy, self.places[column.name], column.name)


def split_list(text: str) -> list[str]:
    """Return the parts of a text in which several values may stand, by comma or semicolon."""
    return [part for part in re.split(r"\s*[,;\n]\s*", text.strip()) if part]
