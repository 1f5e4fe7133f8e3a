"""What spreadsheets do to cells: formulas are guarded, and values that they made are recognised.

The one guard against formulas: text that a spreadsheet would compute gets an apostrophe. Every CSV
and TSV file that others open is written through `guard`; what was written through it is read back
through `unguard`. SPARQL results are the exception: their CSV and TSV are by the letter of
https://www.w3.org/TR/sparql11-results-csv-tsv/.
Source: https://owasp.org/www-community/attacks/CSV_Injection

What a spreadsheet takes for a number or a date, it saves as that: `2016-` as `-2016`, `2011-12` as
`Dec-11`, `1E5` as `1.00E+05`; and it holds 32,767 characters in a cell, older formats 255.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, timedelta

from iccgraph.iris import fold
from iccgraph.tables.problems import CellProblem
from iccgraph.tables.year_words import LEXICON, Kind

# Spreadsheets drop spaces before a formula, and some take full-width signs for the plain ones.
# Apostrophes in front count too: otherwise a text that begins with "'=" would lose one when read.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
CALCULATED = re.compile(
    r"[+-]?[0-9](?:[.,][0-9]+)?E[+-]?[0-9]{1,3}"
    r"|([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00(?::00(?:\.0+)?)?"
)
"""A number with an exponent, or a day with an hour that nobody has written."""
_TIME = re.compile(
    r"[-−](?P<since>[0-9]{4})|(?P<thousand>[12])[.,’'\s](?P<rest>[0-9]{3})"
    r"|(?P<year>[0-9]{4})[.,]0+|(?P<serial>[1-7][0-9]{4})"
    r"|(?P<month>[^\W\d_]{3,9})\.?-(?P<short>[0-9]{2})"
)
_DAY_ZERO = date(1899, 12, 30)
"""What number 0 is, as spreadsheets count days."""
_TRUTHS = ("TRUE", "FALSE", "VRAI", "FAUX", "WAHR", "FALSCH")
AS_TEXT = "open the table with all columns as “Text”"
SHORTEST_CUT, LONGEST_CELL = 255, 32_767
"""Lengths at which programs cut cells. Units: UTF-16 code units."""
_ENDS = (*".!?…:;»”\"')]}>|/", "。")


def guard(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; only text is ever changed.

    A number stays a number, so -8.25 given as a float is written as it is.
    """
    if isinstance(cell, str) and _FORMULA.match(cell):
        return f"'{cell}"
    return cell


def unguard(cell: str) -> str:
    """Return the text that `guard` was given."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell, 1) else cell


def csv_text(rows: Iterable[Iterable[object]], line_end: str = "\r\n") -> str:
    """Return rows as CSV in which no cell is a formula; None becomes an empty cell."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows(map(guard, row) for row in rows)
    return text.getvalue()


def calculated(cell: str) -> CellProblem | None:
    """Return what is wrong with a text of which a spreadsheet has made a number or a date."""
    match = CALCULATED.fullmatch(cell)
    if match is None:
        return None
    if match[1]:
        return f"{cell!r} is a date that a spreadsheet has made", f"write {match[1]}, or the text"
    wrong = f"{cell!r} is how a spreadsheet shortens a number"
    return wrong, f"write all its letters and digits anew, and {AS_TEXT}"


def calculated_time(text: str) -> CellProblem | None:
    """Return what is wrong with a time of which a spreadsheet has made a number or a date."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    found, meant = match.groupdict(), ""
    if found["since"]:
        meant = f"{found['since']}-"
    elif found["thousand"]:
        meant = found["thousand"] + found["rest"]
    elif found["year"]:
        meant = found["year"]
    elif found["serial"]:
        meant = f"the time as it is printed, not day {serial_day(text)}"
    else:
        kind, number = LEXICON.get(fold(found["month"]), (Kind.OTHER, 0))
        if kind is Kind.MONTH:
            century = 20 if int(found["short"]) < 50 else 19
            meant = f"{century}{found['short']}-{number:02}, or the month with its whole year"
    wrong = f"{text!r} is what a spreadsheet makes of a time"
    return (wrong, f"write {meant}, and {AS_TEXT}") if meant else None


def wordless(cell: str) -> CellProblem | None:
    """Return what is wrong with a title, name or sentence that has no word in it."""
    if not cell or (cell not in _TRUTHS and any(sign.isalpha() for sign in cell)):
        return None
    wrong = f"{cell!r} has no word; a spreadsheet may have made it of a text"
    return wrong, f"write the text, and {AS_TEXT}"


def serial_day(text: str) -> str:
    """Return the day that a spreadsheet counts as this number, empty if it is none of our time."""
    if not re.fullmatch(r"[1-7][0-9]{4}(?:[.,]0+)?", text):
        return ""
    return (_DAY_ZERO + timedelta(days=int(text[:5]))).isoformat()


def cut_off(cell: str) -> CellProblem | None:
    """Return what is wrong with a cell that is just as long as programs let cells be.

    One of 255 may be whole by chance: it is if it ends like a sentence.
    """
    length = len(cell.replace("\r\n", "\n").encode("utf-16-le")) // 2
    if length != LONGEST_CELL and (length != SHORTEST_CUT or cell.rstrip().endswith(_ENDS)):
        return None
    wrong = f"the cell has {length:,} characters, and many programs cut a cell there"
    return wrong, "write the rest, or end the text with a full stop if it is whole"
