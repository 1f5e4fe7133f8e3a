"""The words of the pages in French; the English ones stand in the templates themselves."""

from __future__ import annotations

from typing import Final

FRENCH: Final[dict[str, str]] = {}


def translate(text: str, language: str) -> str:
    """Return a page's words in the reader's language."""
    return FRENCH.get(text, text) if language == "fr" else text
