"""The languages of labels and pages: one default, and each other by its tag (BCP 47)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

DEFAULT: Final = "en"
"""What everything has a label in, and what the templates of pages are written in."""

Labels = Mapping[str, str]
"""The labels of one thing by language tag; the tag is empty where the language is not known."""


Text = tuple[str, str]
"""A text and its language tag; the tag is empty where the language is not known."""


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
