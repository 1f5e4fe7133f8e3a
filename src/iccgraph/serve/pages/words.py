"""The words of the pages in French; the English ones stand in the templates themselves.

Reads `french.json` beside this file: each English phrase and its translation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

FRENCH: Final[dict[str, str]] = json.loads(
    Path(__file__).with_name("french.json").read_text(encoding="utf-8")
)


def translate(text: str, language: str) -> str:
    """Return a page's words in the reader's language."""
    return FRENCH.get(text, text) if language == "fr" else text
