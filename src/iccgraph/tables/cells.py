"""The one guard against formulas: text that a spreadsheet would compute gets an apostrophe.

Every CSV and TSV file that others open is written through `guard`; what was written through it is
read back through `unguard`. SPARQL results are the exception: their CSV and TSV are by the letter
of https://www.w3.org/TR/sparql11-results-csv-tsv/.
Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# Spreadsheets drop spaces before a formula, and some take full-width signs for the plain ones.
# Apostrophes in front count too: otherwise a text that begins with "'=" would lose one when read.
_FORMULA = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


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
