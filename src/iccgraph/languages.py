"""The languages of labels and pages: one default, and each other by its tag (BCP 47)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from iccgraph.iris import fold

DEFAULT: Final = "en"
"""What everything has a label in, and what the templates of pages are written in."""

_SUBTAGGED: Final = rb"([a-z]{1,8}(?:-[a-z0-9]{1,8})+)"
_AFTER_TEXT: Final = re.compile(rb'"@(?<![\\\s(\[,]"@)' + _SUBTAGGED)
_IN_XML: Final = re.compile(rb' xml:lang="' + _SUBTAGGED)

Labels = Mapping[str, str]
"""The labels of one thing by language tag; the tag is empty where the language is not known."""


Text = tuple[str, str]
"""A text and its language tag; the tag is empty where the language is not known."""


@lru_cache(maxsize=1024)
def cased(tag: str) -> str:
    """Return a language tag in the case that is recommended, such as `sr-Latn` or `en-GB`.

    The store has all tags in lower case; they mean the same.
    Source: RFC 5646, section 2.1.1.
    """
    language, *rest = tag.lower().split("-")
    for place, part in enumerate(rest):
        if len(part) == 1:  # what follows is an extension, or private
            break
        if len(part) == 2:
            rest[place] = part.upper()
        elif len(part) == 4 and part.isalpha():
            rest[place] = part.title()
    return "-".join((language, *rest))


def with_cased_tags(text: bytes) -> bytes:
    """Return N-Triples, N-Quads or Turtle of the engine with its language tags cased.

    A quotation mark that ends a text is the only one that follows neither a backslash nor white
    space, nor what opens or separates; where the text itself ends so, its tag stays as it is.
    """
    return _AFTER_TEXT.sub(lambda match: b'"@' + _cased_match(match), text)


def with_cased_tags_in_xml(text: bytes) -> bytes:
    """Return RDF/XML of the engine, which escapes quotation marks, with its language tags cased."""
    return _IN_XML.sub(lambda match: b' xml:lang="' + _cased_match(match), text)


def _cased_match(match: re.Match[bytes]) -> bytes:
    return cased(match[1].decode()).encode()


def collation_key(text: str) -> tuple[str, str]:
    """Return what texts that people look through are sorted by: a letter counts without its accent.

    So É stands with E, Î with I and œ with oe, as readers of English and French expect; case and
    punctuation do not count, and texts that are alike otherwise are told apart by their characters.
    """
    return fold(text), text


def languages(words: Path) -> tuple[str, ...]:
    """Return the languages that pages come in: the default, and each `<tag>.json` of a folder."""
    return ordered(path.stem for path in words.glob("*.json"))


def ordered(tags: Iterable[str]) -> tuple[str, ...]:
    """Return each language tag once: the default first, the others by name."""
    return (DEFAULT, *sorted({tag for tag in tags if tag and tag != DEFAULT}))


def first_in_each(texts: Iterable[Text]) -> dict[str, str]:
    """Return the first text in each language, in their order."""
    found: dict[str, str] = {}
    for text, tag in texts:
        found.setdefault(tag, text)
    return found


def best(labels: Labels, language: str) -> tuple[str, str]:
    """Return the label for readers of a language, and the tag of the language that it is in.

    It is in their language if there is one, else in the default one, else in the first that there
    is; both are empty if there is no label at all.
    """
    for tag in (language, DEFAULT):
        if text := labels.get(tag, ""):
            return text, tag
    return next(((text, tag) for tag, text in labels.items() if text), ("", ""))
