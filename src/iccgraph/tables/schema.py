"""The columns of the tables, as their CSVW metadata describes them, and what a cell may hold.

Reads: `<table>.csv-metadata.json` (W3C Metadata Vocabulary for Tabular Data, section 5); the
metadata is the one place where columns are defined. What is told of a bad cell is in words, with
an example or the values to choose from: never the form as an expression.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from iccgraph.errors import SourceError
from iccgraph.iris import fold, suggest_key
from iccgraph.languages import DEFAULT
from iccgraph.properties import PlainProperty, properties_of
from iccgraph.tables.cells import AS_TEXT, CALCULATED, serial_day
from iccgraph.tables.problems import CellProblem

PlainColumns = Sequence[tuple[PlainProperty, Mapping[str, str]]]
"""The properties that a table states, each with its columns by language tag."""
KEY_FORM = "[a-z0-9]+(-[a-z0-9]+)*"
_KEY_FORMS = (KEY_FORM, f"{KEY_FORM}(/{KEY_FORM})?")
_CHOICES = re.compile(r"([\w:-]*)\(([\w:|-]+)\)|([\w:-]+(?:\|[\w:-]+)*)")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`/?#]+[^\s<>\"{}|\\^`]*")
_ESCAPED = {char: f"%{ord(char):02X}" for char in ' <>"{}|\\^`[]'}
_PATH = re.compile(r"(?<=[^:/])[/?#]")
_SCHEME = re.compile(r"(https?)(?::/*|/{2,})(?=[^/])", re.IGNORECASE)
_SECOND_ADDRESS = re.compile(r"[\s,;|]\W*https?:", re.IGNORECASE)
_HOST = re.compile(r"(?://)?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?::[0-9]+)?(?:[/?#]|$)")
_HALF_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LOCAL_DATE = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[.,'’ \u00a0\u202f][0-9]{3})+")
SUCH_A_DATE = "write it as year-month-day, such as 2026-11-23"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its metadata describes it.

    `choices` are the values of an enumeration; `example` a good value; `nulls` texts that stand
    for no value and may be written; `property_url` and `lang` are empty if not given; `replaced`
    says of values that were choices once what to do instead.
    """

    name: str
    titles: tuple[str, ...]
    datatype: str
    pattern: re.Pattern[str] | None
    choices: tuple[str, ...]
    example: str
    nulls: frozenset[str]
    minimum: float | None
    maximum: float | None
    required: bool
    separator: str | None
    property_url: str = ""
    lang: str = ""
    replaced: Mapping[str, str] = field(default_factory=dict)

    @property
    def formed(self) -> bool:
        """True if a value must have a certain form."""
        return self.datatype != "string" or self.pattern is not None

    def check(self, value: str) -> CellProblem | None:
        """Return what is wrong with one value and what to do, None if it is good."""
        check = _CHECKS.get(self.datatype)
        if check is not None and (fault := check(value)) is not None:
            return fault
        if self.pattern is not None and not self.pattern.fullmatch(value):
            return self._check_form(value, self.pattern.pattern)
        if self.minimum is not None and float(value) < self.minimum:
            return f"{value} is below {self.minimum:g}", "correct it"
        if self.maximum is not None and float(value) > self.maximum:
            return f"{value} is above {self.maximum:g}", "correct it"
        return None

    def _check_form(self, value: str, form: str) -> CellProblem:
        if self.choices:
            close = get_close_matches(value.lower(), self.choices, n=1, cutoff=0.75)
            remedy = f"did you mean {close[0]}?" if close else "write one of these"
            remedy = self.replaced.get(value.lower(), remedy)
            return f"{value!r} is none of: {', '.join(self.choices)}", remedy
        if form in _KEY_FORMS:
            key = suggest_key(value) or self.example or "good-neighbours"
            return f"{value!r} is not a key", f"write lower-case words joined by “-”: {key}"
        remedy = f"write it like {self.example}" if self.example else "see data/README.md"
        if meant := self._before_counted(value):
            remedy = f"write {meant}, and {AS_TEXT}"
        return f"{value!r} does not have the form of this column", remedy

    def _before_counted(self, value: str) -> str:
        """Return the code that a spreadsheet took for a number, empty if there is none."""
        digits = re.sub(r"[.,]0+$", "", value) if _NUMBER.fullmatch(value.replace(",", ".")) else ""
        digits = re.sub(r"[^0-9]", "", value) if _GROUPED.fullmatch(value) else digits
        codes = (digits.zfill(width) for width in range(len(digits), len(self.example) + 1))
        return next((c for c in codes if digits and self.pattern and self.pattern.fullmatch(c)), "")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns of one table, in the order of its metadata; `key` are those that name a row."""

    name: str
    columns: tuple[Column, ...]
    by_heading: Mapping[str, str]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the column names."""
        return tuple(column.name for column in self.columns)

    def by_language(self, name: str, default: str = DEFAULT) -> dict[str, str]:
        """Return the columns that state in each language what a column states, by language tag.

        Columns with the same `propertyUrl` and a `lang` of their own are one field, with the column
        itself, which is in the default language if it has none.
        Raises: SourceError if the metadata define no such column.
        """
        column = next((column for column in self.columns if column.name == name), None)
        if column is None:
            raise SourceError(
                f"{self.name}.csv-metadata.json: it does not define the column {name!r}, which "
                "this version of iccgraph reads; take the file that comes with this version"
            )
        url = column.property_url
        same = [c for c in self.columns if url and c.lang and c.property_url == url]
        if column not in same:
            same = [column, *same]
        return {c.lang or default: c.name for c in same}

    def plain(self, kind: str) -> PlainColumns:
        """Return the properties of a kind that have a column, with their columns by language tag.

        The tag is empty where the metadata give a column no language.
        Raises: SourceError if a column cannot hold the values of its property.
        """
        columns = {column.name: column for column in self.columns}
        found = [p for p in properties_of(kind) if p.name in columns]
        for item in found:
            column = columns[item.name]
            wanted = (item.value.datatype, item.many)
            if (column.datatype, bool(column.separator)) != wanted:
                raise SourceError(
                    f"{self.name}.csv-metadata.json: the column {item.name} must have the datatype "
                    f"{item.value.datatype}, and {'a' if item.many else 'no'} separator; correct it"
                )
        return [(item, self.by_language(item.name, "")) for item in found]

    def find(self, heading: str) -> str:
        """Return the column that a heading names, by name or title; empty if none."""
        return self.by_heading.get(fold(heading), "")

    def knows(self, heading: str) -> bool:
        """True if a heading names a column."""
        return bool(self.find(heading))


def load_schema(path: Path) -> TableSchema:
    """Return the schema in a CSVW metadata file.

    Raises: SourceError if the file is missing or is not CSVW metadata for one table.
    """
    try:
        metadata = json.loads(path.read_text(encoding="utf-8"))
        schema = metadata["tableSchema"]
        columns = tuple(_column(item) for item in schema["columns"])
        key = tuple(_texts(schema.get("primaryKey")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{path}: expected CSVW metadata that describes a table ({error!r}); restore the file"
        ) from error
    headings = {fold(title): column.name for column in columns for title in column.titles}
    headings |= {fold(column.name): column.name for column in columns}
    return TableSchema(path.name.removesuffix(".csv-metadata.json"), columns, headings, key)


def _column(item: dict[str, Any]) -> Column:
    datatype = item.get("datatype", "string")
    facets = datatype if isinstance(datatype, dict) else {"base": datatype}
    base = facets.get("base", "string")
    form = facets.get("format") if base in ("string", "integer", "anyURI") else None
    nulls = item.get("null", "")
    return Column(
        name=item["name"],
        titles=tuple(_texts(item.get("titles"))),
        datatype=base,
        pattern=re.compile(form) if form else None,
        choices=_choices(form or ""),
        example=item.get("skos:example", ""),
        nulls=frozenset([nulls] if isinstance(nulls, str) else nulls),
        minimum=_number(facets.get("minimum", facets.get("minInclusive"))),
        maximum=_number(facets.get("maximum", facets.get("maxInclusive"))),
        required=bool(item.get("required", False)),
        separator=item.get("separator"),
        property_url=item.get("propertyUrl", ""),
        lang=item.get("lang", ""),
        replaced=dict(note.split(": ", 1) for note in _texts(item.get("skos:changeNote"))),
    )


def _texts(titles: object) -> Iterator[str]:
    """Yield the texts of a natural language property: a text, a list, or one of them a language."""
    if isinstance(titles, str):
        yield titles
    elif isinstance(titles, Mapping):
        for part in titles.values():
            yield from _texts(part)
    elif isinstance(titles, list):
        for part in titles:
            yield from _texts(part)


def _choices(form: str) -> tuple[str, ...]:
    """Return the values of a form that only lists them, such as `a|b` or `semapv:(a|b)`."""
    match = _CHOICES.fullmatch(form)
    if match is None:
        return ()
    return tuple((match[1] or "") + part for part in (match[2] or match[3]).split("|"))


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _check_date(value: str) -> CellProblem | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        meant = _day(value)
        return f"{value!r} is not a date", f"write {meant}" if meant else SUCH_A_DATE
    if day.isoformat() != value:  # other forms of ISO 8601
        return f"{value!r} is not a date", f"write {day.isoformat()}"
    if day > date.today():  # every day in our tables is one on which somebody did something
        return f"{value} has not come yet", "write the day on which it was done"
    return None


def _day(value: str) -> str:
    """Return the ISO form of a day that can only mean one, else nothing."""
    if (found := CALCULATED.fullmatch(value)) is not None and found[1]:
        return str(found[1])
    if serial := serial_day(value):
        return serial
    match = _LOCAL_DATE.fullmatch(value)
    if match is None or int(match[1]) <= 12:
        return ""
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return ""


def _check_decimal(value: str) -> CellProblem | None:
    if value.isascii() and _NUMBER.fullmatch(value):
        return None
    plain = re.sub(r"\s", "", value).replace(",", ".")
    if CALCULATED.fullmatch(value):
        plain = f"{Decimal(plain):f}"
    known = plain.isascii() and _NUMBER.fullmatch(plain)
    remedy = f"write {plain}" if known else "write digits and a decimal point, such as 51.05"
    return f"{value!r} is not a number", remedy


def _check_integer(value: str) -> CellProblem | None:
    if re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        return None
    plain = re.sub(r"[.,]0+$", "", value)
    if plain != value and plain.isdigit():
        return f"{value!r} is not a whole number", f"write {plain}"
    if CALCULATED.fullmatch(value):
        remedy = f"look the number up anew, for some of its digits are lost, and {AS_TEXT}"
        return f"{value!r} is how a spreadsheet shortens a number", remedy
    plain = re.sub(r"[^0-9+-]", "", value)
    remedy = f"write {plain}" if _GROUPED.fullmatch(value) else "write digits only, such as 265086"
    return f"{value!r} is not a whole number", remedy


def _check_boolean(value: str) -> CellProblem | None:
    if value in ("true", "false"):
        return None
    return f"{value!r} is neither true nor false", "write true or false"


def _check_address(value: str) -> CellProblem | None:
    if _is_iri(value):
        return None
    wrong = f"{value!r} is not a web address"
    if len(_SCHEME.findall(value)) > 1 and _SECOND_ADDRESS.search(value):
        return wrong, "write one address"
    whole = value.strip("<>\"'“”«»‹› \u00a0").rstrip(",;")
    if (scheme := _SCHEME.match(whole)) is not None:
        whole = f"{scheme[1].lower()}://{whole[scheme.end() :]}"
    elif _HOST.match(whole):
        whole = f"https://{whole.lstrip('/')}"
    else:
        return wrong, "write it whole, beginning with https://"
    if whole != value and _is_iri(whole):
        return wrong, f"write it whole: {whole}"
    path = _PATH.search(whole)
    start = path.start() if path else len(whole)
    rest = "".join(_ESCAPED.get(char, char) for char in whole[start:])
    escaped = whole[:start] + _HALF_ESCAPE.sub("%25", rest)
    return wrong, f"write {escaped}" if _is_iri(escaped) else "copy it from the browser"


def _is_iri(value: str) -> bool:
    if not _WEB_ADDRESS.fullmatch(value):
        return False
    try:
        NamedNode(value)
    except ValueError:
        return False
    return True


_CHECKS: dict[str, Callable[[str], CellProblem | None]] = {
    "date": _check_date,
    "decimal": _check_decimal,
    "integer": _check_integer,
    "boolean": _check_boolean,
    "anyURI": _check_address,
}
