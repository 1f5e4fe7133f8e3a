"""UTF-8 that was read in a code page of Windows: “Ã©” for “é”, “â€™” for “’”, “Ĺˇ” for “š”.

Only what no right text has is taken for it: a capital letter before a quotation mark, as in
“CITÉ”, may be two bytes of UTF-8 too, and what it says then is seldom meant.
Source: https://encoding.spec.whatwg.org/, indexes windows-1252 and windows-1250.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What is meant: letters of Europe and its neighbours, their punctuation, emoji.
_MEANT = re.compile(
    "[\xa0-\u017f\u0192\u0218-\u021b\u0259\u0386-\u03ce\u0401-\u045f\u0490\u0491\u0531-\u0587"
    "\u05d0-\u05ea\u060c\u061b\u061f\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\u10d0-\u10fa"
    "\u1e00-\u1eff\u2010-\u203a\u20ac\u2122\ufb01\ufb02\ufeff\U0001f300-\U0001faff]"
)
# What stands behind letters in right text: “CITÉ…”, “IRMÃ”, “5 Å²”; other signs do not.
_FOLLOWERS = frozenset("«»‹›“”„‘’‚…–—•·™®°²³¹\xa0\xad")
_CLOSING = frozenset("»›“”‘’")
_NO_LETTERS = frozenset("ªºƒ")
"""Letters by Unicode that no word goes on with."""
# The last byte of “”” is none of Windows-1252, and that of “à” is trimmed or becomes a blank.
_CUT = re.compile(r"â€|Ã(?:\s(?=\s)|(?!\S))")
_CUT_FOR_CERTAIN = re.compile(r"â€|(?<=[a-z])Ã(?!\S)")


@dataclass(frozen=True, slots=True)
class _Page:
    """A code page: the byte behind each sign, and the form of a character that was read in it."""

    bytes: dict[str, int]
    form: re.Pattern[str]

    def meant(self, match: re.Match[str]) -> str:
        """Return the character that was read as these signs, empty if it is seldom meant."""
        try:
            character = bytes(self.bytes[sign] for sign in match[0]).decode()
        except UnicodeDecodeError:
            return ""
        return character if _MEANT.fullmatch(character) else ""

    def put_right(self, text: str) -> str:
        """Return the text with each character that may have been misread, or cut, as it was."""
        either = re.compile(f"(?P<whole>{self.form.pattern})|{_CUT.pattern}")
        return either.sub(self._character, text)

    def _character(self, match: re.Match[str]) -> str:
        if match["whole"]:
            return self.meant(match) or match[0]
        return "”" if match[0] == "â€" else "à"


def _page(name: str) -> _Page:
    # in Latin-1 these bytes are controls, and so are those that the page does not have
    signs = {chr(byte): byte for byte in range(0x80, 0xA0)}
    signs |= {s: byte for byte in range(0x80, 0x100) if (s := bytes([byte]).decode(name, "ignore"))}

    def one_of(first: int, last: int) -> str:
        return f"[{''.join(re.escape(s) for s, byte in signs.items() if first <= byte <= last)}]"

    tail = one_of(0x80, 0xBF)
    heads = ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4))
    forms = (f"{one_of(*head)}{tail}{{{n}}}" for n, head in enumerate(heads, 1))
    return _Page(signs, re.compile("|".join(forms)))


_PAGES = (_page("cp1252"), _page("cp1250"))
_LEADS = "".join(sorted({s for page in _PAGES for s, byte in page.bytes.items() if byte >= 0xC2}))
_TAILS = "".join(sorted({s for page in _PAGES for s, byte in page.bytes.items() if byte < 0xC0}))
_PAIR = re.compile(f"[{_LEADS}][{_TAILS}]")


def may_be_misread(text: str) -> bool:
    """True if `misread` has to look at the text; quick."""
    return not text.isascii() and ("Ã" in text or _PAIR.search(text) is not None)


def misread(text: str) -> tuple[str, str] | None:
    """Return signs that were misread, and the text as it was before; None if it may be right."""
    for page in _PAGES:
        for match in page.form.finditer(text):
            if page.meant(match) and _is_certain(text, match):
                return match[0], _at_first(text, page)
    found = _CUT_FOR_CERTAIN.search(text)
    return None if found is None else (found[0], _at_first(text, _PAGES[0]))


def _at_first(text: str, page: _Page) -> str:
    """Return a text as it was before it was misread, once or more often."""
    whole = page.put_right(text)
    again = misread(whole)
    return whole if again is None else again[1]


def _is_certain(text: str, match: re.Match[str]) -> bool:
    """True if no right text has these signs between those around them."""
    before, after, tail = text[: match.start()][-1:], text[match.end() :][:1], match[0][1:]
    letters = {sign for sign in tail if sign.isalpha()} - _NO_LETTERS
    if len(tail) == 3 or not (letters or _FOLLOWERS.issuperset(tail)):
        return True
    if len(tail) == 2 or before.isalpha():
        return len(tail) == 1 and before.islower()
    if letters:
        return match[0][0] == "Ã"
    return after.isalpha() or (match[0][0] in "ÂÃ" and tail not in _CLOSING)
