"""The text of cells: how it is stored, and what shows that it was damaged on its way here.

Text is stored in Unicode's form NFC, with line feeds for all line ends. What cannot be repaired
without guessing is a problem of its cell: characters that were lost or cannot be seen, HTML, and
what spreadsheets and databases write for a value that they do not have.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from iccgraph.tables.dialect import LINE_END

ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document, and so no RDF/XML answer, can hold."""
# zero-width space, word joiner, byte order mark; marks that turn the direction of writing.
# The joiners U+200C and U+200D belong to the spelling of some languages.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_LOST = "\ufffd"
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|script|span|strong|style|su[bp]|t[dhr]|table|u"
    r"|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SUSPICIOUS = re.compile(
    f"{ILLEGIBLE.pattern}|{_INVISIBLE.pattern}|{_LOST}|{_ENTITY.pattern}|<[A-Za-z/]"
)
NO_VALUE = frozenset(
    (
        *("NULL", "null", "None", "nan", "NaN", "N/A", "n/a", "undefined"),
        *("#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DIV/0!", "#SPILL!", "#CALC!"),
        *("#NOM?", "#NUL!", "#NOMBRE!", "#VALEUR!", "#NV", "#BEZUG!", "#WERT!", "#ZAHL!"),
    )
)
"""What programs write for a value that they do not have; spreadsheets do so in their language."""
_SHOWN = 60


def clean(cell: str) -> str:
    """Return the text as it is stored: in NFC, with line feeds."""
    if "\r" in cell:
        cell = LINE_END.sub("\n", cell)
    return unicodedata.normalize("NFC", cell)


def suspicious(cells: Iterable[str]) -> bool:
    """True if one of the cells may be damaged; quicker than looking at each."""
    cells = tuple(cells)
    return not NO_VALUE.isdisjoint(cells) or _SUSPICIOUS.search("\n".join(cells)) is not None


def damage(cell: str, is_address: bool = False) -> tuple[str, str] | None:
    """Return what is wrong with a text and what to do, None if nothing is."""
    if cell in NO_VALUE:
        wrong = f"{cell!r} stands for a value that is not there"
        return wrong, "write the value, or empty the cell"
    if (found := ILLEGIBLE.search(cell)) is not None:
        wrong = f"the cell holds a control character (U+{ord(found[0]):04X})"
        return wrong, "type the text anew"
    if (found := _INVISIBLE.search(cell)) is not None:
        wrong = f"the cell holds an invisible character (U+{ord(found[0]):04X})"
        plain = _INVISIBLE.sub("", cell)
        return wrong, f"type the text anew, or paste it from here: {_short(plain)}"
    if _LOST in cell:
        wrong = f"a character was lost where “{_LOST}” stands"
        return wrong, "type it anew, and see that the file is saved as UTF-8"
    if is_address:
        if "&amp;" in cell:
            return f"{cell!r} holds “&amp;” of HTML", f"write “&”: {cell.replace('&amp;', '&')}"
        return None
    entities = (match for match in _ENTITY.finditer(cell) if html.unescape(match[0]) != match[0])
    found = _TAG.search(cell) or next(entities, None)
    if found is None:
        return None
    plain = " ".join(html.unescape(_TAG.sub(" ", cell)).split())
    return f"the cell holds “{found[0]}” of HTML", f"write the text alone: {_short(plain)}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
