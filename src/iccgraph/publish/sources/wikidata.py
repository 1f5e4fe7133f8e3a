"""Reads wikidata.csv: what Wikidata states about the items that are ours, one row a statement.

`iccgraph link --fetch` writes the table, and nobody edits it; it may be empty, or not be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from iccgraph.publish.records import Claim, Link, Origin, WikidataItem
from iccgraph.tables.cells import unguard
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import Row, TableFolder
from iccgraph.tables.text import damage

LABEL: Final = "label"
COUNTRY, POSITION, INHABITANTS, GEONAMES = "P17", "P625", "P1082", "P1566"
_POINT = re.compile(r"Point\((-?[0-9]+(?:\.[0-9]+)?) (-?[0-9]+(?:\.[0-9]+)?)\)")
_FORMS: Final = {
    COUNTRY: (re.compile(r"Q[1-9][0-9]*"), "an item", "Q29"),
    "P297": (re.compile(r"[A-Z]{2}"), "an ISO 3166-1 alpha-2 code", "ES"),
    "P298": (re.compile(r"[A-Z]{3}"), "an ISO 3166-1 alpha-3 code", "ESP"),
    "P300": (re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}"), "an ISO 3166-2 code", "ES-CT"),
    POSITION: (_POINT, "a position", "Point(2.1769 41.3825)"),
    INHABITANTS: (re.compile(r"0|[1-9][0-9]{0,11}"), "a number of inhabitants", "1655956"),
    GEONAMES: (re.compile(r"[1-9][0-9]{0,11}"), "a GeoNames number", "3128760"),
}
"""For each property the form of its values, what they are, and one of them."""
_ONE_EACH: Final = (POSITION, INHABITANTS)
_FETCH: Final = "run `iccgraph link --fetch` again, which makes the table anew"


def fault_of(name: str, value: str) -> str:
    """Return what is wrong with a value of a property, empty if it is good."""
    if name == LABEL:
        good = value and damage(value) is None
        return "" if good else f"{value!r} is no label that a table can hold"
    pattern, what, such_as = _FORMS[name]
    match = pattern.fullmatch(value)
    if match is None:
        return f"{value!r} is not {what}, such as {such_as}"
    if name == POSITION and (abs(float(match[1])) > 180 or abs(float(match[2])) > 90):
        return f"{value!r} has coordinates out of range: write longitude, then latitude"
    return ""


def date_fault(day: str) -> str:
    """Return what is wrong with a year, month or day, empty if it is one."""
    parts = [*day.split("-"), "01", "01"][:3]
    try:
        date(*map(int, parts))
    except ValueError:
        return f"{day!r} is no year, month or day"
    return ""


def read_wikidata(
    folder: TableFolder, links: Iterable[Link], problems: Problems
) -> dict[str, WikidataItem]:
    """Return each item with what Wikidata states of it; no table means that nothing was fetched.

    Raises: SourceError if the table is there and cannot be opened.
    """
    if not folder.table("wikidata").exists():
        return {}
    incomplete = any(problem.source == folder.source("links") for problem in problems.found)
    reader = _StatementReader(None if incomplete else {link.item for link in links})
    for row in folder.rows("wikidata", problems):
        if row.sound:
            reader.take(row)
    return reader.items


class _StatementReader:
    """The items so far, and the row in which each statement stands."""

    def __init__(self, known: set[str] | None) -> None:
        """Begin with no item; `known` are those of the links, None if these cannot be read."""
        self.known = known
        self.items: dict[str, WikidataItem] = {}
        self.seen: dict[tuple[str, ...], int] = {}

    def take(self, row: Row) -> None:
        """Add the statement of a row, or tell what is wrong with it."""
        cells = row.cells
        if not (self._is_ours(row) and _is_good(row) and self._is_new(row)):
            return
        item = self._item(row)
        if item is not None:
            value = unguard(cells["value"])
            item.claims.append(Claim(cells["property"], value, cells["language"], cells["date"]))

    def _is_ours(self, row: Row) -> bool:
        item = row.cells["item"]
        if self.known is None or item in self.known:
            return True
        wrong = f"links.csv does not know the item {item}"
        row.complain("item", wrong, f"add its row to links.csv, or {_FETCH}")
        return False

    def _is_new(self, row: Row) -> bool:
        cells = row.cells
        name = cells["property"]
        statement: tuple[str, ...] = (cells["item"], name, cells["language"])
        if name != LABEL and name not in _ONE_EACH:
            statement = (*statement, cells["value"])
        if (other := self.seen.setdefault(statement, row.number)) == row.number:
            return True
        what = "label in this language" if name == LABEL else f"statement {name}"
        row.complain("property", f"the {what} stands in row {other} too", _FETCH)
        return False

    def _item(self, row: Row) -> WikidataItem | None:
        cells = row.cells
        version = (int(cells["revision"] or 0), date.fromisoformat(cells["retrieved"]))
        item = self.items.get(cells["item"])
        if item is None:
            origin = Origin(row.source, row.number)
            item = self.items[cells["item"]] = WikidataItem(cells["item"], origin, *version, [])
        for field, mine, theirs in (
            ("revision", version[0], item.revision),
            ("retrieved", version[1], item.retrieved),
        ):
            if mine != theirs:
                other = item.origin.row
                wrong = f"{item.number} has {mine} here, and {theirs} in row {other}"
                row.complain(field, wrong, _FETCH)
                return None
        return item


def _is_good(row: Row) -> bool:
    cells = row.cells
    name, language, day = cells["property"], cells["language"], cells["date"]
    faults = {"value": fault_of(name, unguard(cells["value"]))}
    faults["date"] = date_fault(day) if day else ""
    if (name == LABEL) != bool(language):
        faults["language"] = "a label has a language, and nothing else has"
    if day and name != INHABITANTS:
        faults["date"] = "only a number of inhabitants has a date"
    for field, fault in faults.items():
        if fault:
            row.complain(field, fault, _FETCH)
    return not any(faults.values())
