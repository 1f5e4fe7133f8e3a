"""Language tags: whether the registry has them, which one is meant if not, and texts with a tag.

Source: RFC 5646 (BCP 47), section 2.2, and the IANA Language Subtag Registry as `langcodes` has it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from langcodes import standardize_tag, tag_is_valid

from iccgraph.iris import fold
from iccgraph.languages import Text, cased
from iccgraph.tables.problems import CellProblem

_SLIPS = {"cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "ua": "uk"}
"""Codes of countries that are written for the country's language."""
_PARTS = {
    "uk": ("GB", "the code of the United Kingdom"),
    "lat": ("Latn", "the code of the Latin script"),
    "latin": ("Latn", "the code of the Latin script"),
    "cyrillic": ("Cyrl", "the code of the Cyrillic script"),
    "greek": ("Grek", "the code of the Greek script"),
    "arabic": ("Arab", "the code of the Arabic script"),
    "hebrew": ("Hebr", "the code of the Hebrew script"),
}
"""What people write after the language, folded, and what is right."""
_NAMES = {
    name: tag
    for tag, names in {
        "ar": "arabic arabe",
        "bg": "bulgarian bulgare",
        "bs": "bosnian bosniaque bosanski",
        "ca": "catalan catala",
        "cs": "czech tcheque cesky",
        "da": "danish danois dansk",
        "de": "german allemand deutsch",
        "el": "greek grec",
        "en": "english anglais",
        "es": "spanish espagnol espanol castellano",
        "et": "estonian estonien",
        "fi": "finnish finnois suomi",
        "fr": "french francais",
        "he": "hebrew hebreu",
        "hr": "croatian croate hrvatski",
        "hu": "hungarian hongrois magyar",
        "is": "icelandic islandais",
        "it": "italian italien italiano",
        "ja": "japanese japonais",
        "ko": "korean coreen",
        "lt": "lithuanian lituanien",
        "lv": "latvian letton",
        "nb": "norwegian norvegien norsk",
        "nl": "dutch neerlandais nederlands",
        "pl": "polish polonais polski",
        "pt": "portuguese portugais portugues",
        "ro": "romanian roumain romana",
        "ru": "russian russe",
        "sk": "slovak slovaque",
        "sl": "slovene slovenian slovenscina",
        "sq": "albanian albanais shqip",
        "sr": "serbian serbe",
        "sr-Latn": "srpski",
        "sv": "swedish suedois svenska",
        "tr": "turkish turc turkce",
        "uk": "ukrainian ukrainien",
    }.items()
    for name in names.split()
}
"""What people write for a language: its name in English, in French or in itself, folded."""
_FORM = re.compile(r"[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*")
_SUCH_AS = "write one such as en, fr or sr-Latn"


def split_tag(value: str) -> Text:
    """Return the text and the language tag of `text@tag`; the tag is empty where there is none."""
    text, at, tag = value.rpartition("@")
    return (text.strip(), cased(tag.strip())) if at else (value, "")


def check_text(value: str) -> CellProblem | None:
    """Return what is wrong with a text in a language, such as `Titre@fr`, None if it is good."""
    text, tag = split_tag(value)
    if not text or not tag or " " in tag:
        such_as = f"{text.rstrip('@') or 'Titre'}@fr"
        return f"{value!r} has no language", f"write “@” and its language after it: {such_as}"
    if "@" in text:
        return f"{value!r} has more than one “@”", "separate the texts with “|”"
    return check_tag(tag)


def check_untagged(value: str) -> CellProblem | None:
    """Return what is wrong with a text whose column has a language, if it ends in a tag."""
    text, at, tag = value.rpartition("@")
    if not (at and text and _FORM.fullmatch(tag) and check_tag(tag) is None):
        return None
    return f"{value!r} has a language, which its column has already", f"write {text.strip()}"


@lru_cache(maxsize=1024)
def check_tag(tag: str) -> CellProblem | None:
    """Return what is wrong with a language tag and what to do, None if it is good."""
    wrong = f"{tag!r} is not a language tag"
    if named := _NAMES.get(fold(tag)):
        return wrong, f"write {named}"
    if not _FORM.fullmatch(tag):
        hyphens = tag.replace("_", "-")
        known = bool(_FORM.fullmatch(hyphens)) and tag_is_valid(hyphens)
        return wrong, f"write {cased(hyphens)}" if known else _SUCH_AS
    language, *rest = tag.split("-")
    code = language.lower()
    right = _SLIPS.get(code, code)
    if not tag_is_valid(code):
        remedy = _SUCH_AS
        if right != code:
            remedy = f"write {cased('-'.join((right, *rest)))}, the code of the language"
        return f"{wrong}: {language!r} is no language", remedy
    if (right := standardize_tag(code)) != code:
        remedy = f"write {cased('-'.join((right, *rest)))}"
        return f"{wrong}: the code of the language is {right}", remedy
    for part in rest:
        if len(part) == 1:  # what follows is an extension, or private
            break
        if (fault := _check_part(tag, part)) is not None:
            return f"{wrong}: {fault[0]}", fault[1]
    return None if tag_is_valid(tag) else (wrong, _SUCH_AS)


def _check_part(tag: str, part: str) -> CellProblem | None:
    """Return what is wrong with what stands after the language: a script, region or variant."""
    kind = {2: "region", 3: "region", 4: "script"}.get(len(part), "script or variant")
    if part[0].isdigit() and len(part) == 4:
        kind = "variant"
    right, meaning = _PARTS.get(part.lower(), ("", ""))
    if right:
        meant = cased("-".join(right if p == part else p for p in tag.split("-")))
        return f"{part!r} is no {kind}", f"write {meant}, {meaning}"
    if len(part) == 3 and part.isalpha():  # of an extended language the own tag is to be written
        return f"{part!r} is no {kind}", _SUCH_AS
    # a variant may belong to one language, and is valid after any
    return None if tag_is_valid(f"en-{part}") else (f"{part!r} is no {kind}", _SUCH_AS)
