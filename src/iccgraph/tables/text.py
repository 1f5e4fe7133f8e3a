"""The text of cells: how it is stored, and what shows that it was damaged on its way here.

Text is stored in Unicode's form NFC, with line feeds for all line ends and without soft hyphens,
which only say where a line may be broken. What cannot be repaired without guessing is a problem of
its cell: characters that were lost, misread or cannot be seen, HTML, and what spreadsheets and
databases write for a value that they do not have.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator

from iccgraph.tables.misread import may_be_misread, misread
from iccgraph.tables.problems import CellProblem

ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document, and so no RDF/XML answer, can hold."""
SOFT_HYPHEN = "\xad"
_CONTROL = re.compile(f"{ILLEGIBLE.pattern}|[\x80-\x9f]")
# zero-width spaces, fillers and operators, byte order marks, marks of annotations, and marks that
# turn the direction of writing
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_SOMETIMES = re.compile("[\u061c\u200c-\u200f]")
"""Invisible characters that some scripts need: joiners, and marks of a direction."""
# scripts whose letters change their shape when they are joined, besides those that run to the left
_JOINING = re.compile("[\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ua980-\uaaff\ufe0f]")
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_LOST = "\ufffd"
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|script|span|strong|style|su[bp]|t[dhr]|table|u"
    r"|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# Latin, Greek, Cyrillic and the usual punctuation need no second look
_SUSPICIOUS = re.compile(
    "[^\t\n -;=-~\xa0-\xac\xae-\u033f\u0370-\u0377\u0384-\u0386\u0388-\u038a\u038e-\u03a1"
    "\u03a3-\u052f\u1e00-\u1eff\u2010-\u2027\u202f\u2030-\u205e\u20ac\u2116\u2122]"
)
_NO_RESULT = re.compile(r"Err:[0-9]{3}|#{3,}")
"""An error of LibreOffice by its number, and a number in a column that is too narrow for it."""
_WORDS_FOR_NOTHING = r"""
    NULL null None nan NaN NaT N/A n/a <NA> undefined (null) (blank) (vide) \N
    #N/A #NAME? #NULL! #NUM! #REF! #VALUE! #DIV/0! #SPILL! #CALC! #FIELD! #BLOCKED! #UNKNOWN!
    #NOM? #NUL! #NOMBRE! #VALEUR! #PROPAGATION! #EPARS! #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF!
    #N/D #¡REF! #¡VALOR! #¿NOMBRE? #¡NUM! #¡DIV/0! #¡NULO! #VALOR! #NOME? #NÚM! #NULO!
    #RIF! #VALORE! #NULLO! #N/B #VERW! #WAARDE! #NAAM? #GETAL! #LEEG! #DEEL/0!
    #N/D! #ADR! #ARG! #NAZWA? #LICZBA! #ZERO! #DZIEL/0! #YOK #BAŞV! #DEĞER! #AD? #SAYI! #SAYI/0!
    #Н/Д #ССЫЛКА! #ЗНАЧ! #ИМЯ? #ЧИСЛО! #ПУСТО! #ДЕЛ/0!
    #SAKNAS! #REFERENS! #VÄRDEFEL! #NAMN? #OGILTIGT! #DIVISION/0!
"""
_CALCULATED = re.compile("[0-9]E[+-]?[0-9]|[ T]00:00")
NO_VALUE = frozenset(_WORDS_FOR_NOTHING.split())
"""What programs write for a value that they do not have; spreadsheets do so in their language."""
_NO_CHARACTERS = {
    "Co": "a character of somebody’s own font",
    "Cn": "a character that Unicode does not have",
}
_JOINERS = "\u200c\u200d"
_SHOWN = 60
_ANEW = "type the text anew"


def clean(cell: str) -> str:
    """Return the text as it is stored: in NFC, with line feeds."""
    if not cell.isascii() or "\r" in cell:
        cell = _LINE_END.sub("\n", cell)
    return unicodedata.normalize("NFC", cell)


def suspicious(cells: Iterable[str]) -> bool:
    """True if one of the cells may be damaged; quicker than looking at each."""
    joined = "|".join(cells)
    return bool(
        _SUSPICIOUS.search(joined)
        or may_be_misread(joined)
        or _ENTITY.search(joined)
        or "###" in joined
        or "Err:" in joined
        or _CALCULATED.search(joined)
        or not NO_VALUE.isdisjoint(joined.replace("@", "|").split("|"))
    )


def damage(cell: str, is_address: bool = False) -> CellProblem | None:
    """Return what is wrong with a text and what to do, None if nothing is."""
    if cell in NO_VALUE or _NO_RESULT.fullmatch(cell):
        wrong = f"{cell!r} stands for a value that is not there"
        return wrong, "write the value, or empty the cell"
    return next(_faults(cell, is_address), None)


def _faults(cell: str, is_address: bool) -> Iterator[CellProblem]:
    """Yield what is wrong with the characters of a text, what explains the others first."""
    if (twisted := misread(cell)) is not None:
        wrong = f"“{twisted[0]}” is what a program shows that opens UTF-8 as something else"
        yield wrong, f"write {_short(twisted[1])}, and open the file as UTF-8 (65001)"
    if (found := _CONTROL.search(cell)) is not None:
        meant = found[0].encode("latin-1", "ignore").decode("cp1252", "ignore")
        remedy = f"write “{meant}” there" if meant > found[0] else _ANEW
        yield f"the text holds a control character (U+{ord(found[0]):04X})", remedy
    if unseen := _unseen(cell):
        wrong = f"the text holds an invisible character (U+{ord(cell[unseen[0]]):04X})"
        plain = "".join(sign for place, sign in enumerate(cell) if place not in unseen)
        paste = f"{_ANEW}, or paste it from here: {_short(plain)}"
        yield wrong, paste if plain.strip() else "empty the cell"
    if _LOST in cell:
        wrong = f"a character was lost where “{_LOST}” stands"
        yield wrong, "type it anew, and see that the file is saved as UTF-8"
    for sign in cell:
        if (category := unicodedata.category(sign)) in _NO_CHARACTERS:
            wrong = f"the text holds {_NO_CHARACTERS[category]} (U+{ord(sign):04X})"
            yield wrong, "leave it out, or write in words what it shows"
    if is_address and "&amp;" in cell:
        yield f"{cell!r} holds “&amp;” of HTML", f"write “&”: {cell.replace('&amp;', '&')}"
    elif not is_address:
        yield from _html(cell)


def _unseen(cell: str) -> list[int]:
    """Return where nobody sees a character, but for those that the script around them needs."""
    to_the_left = any(
        unicodedata.bidirectional(sign) in ("R", "AL") and sign.isalpha() for sign in cell
    )
    unseen = {match.start() for match in _INVISIBLE.finditer(cell)}
    for match in _SOMETIMES.finditer(cell):
        before = cell[match.start() - 1 : match.start()] or " "
        needed = to_the_left
        if match[0] in _JOINERS:
            emoji = match[0] == _JOINERS[1] and unicodedata.category(before) in ("So", "Sk")
            joins = unicodedata.bidirectional(before) == "AL" or _JOINING.match(before)
            needed = bool(emoji or joins)
        if not needed:
            unseen.add(match.start())
    return sorted(unseen)


def _html(cell: str) -> Iterator[CellProblem]:
    entities = (match for match in _ENTITY.finditer(cell) if html.unescape(match[0]) != match[0])
    found = _TAG.search(cell) or next(entities, None)
    if found is not None:
        plain = " ".join(html.unescape(_TAG.sub(" ", cell)).split())
        yield f"the text holds “{found[0]}” of HTML", f"write the text alone: {_short(plain)}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
