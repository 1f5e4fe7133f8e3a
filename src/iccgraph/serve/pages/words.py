"""The words of the pages: English in the templates themselves, every other language in a file.

Reads: `words/<tag>.json` beside this file, each English phrase and its translation; a phrase that
is missing there is shown in English.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from iccgraph.languages import DEFAULT, languages

WORDS: Final = Path(__file__).with_name("words")
_OWN_NAME: Final = "English"
"""What stands in each file for the language's own name."""
_NUMBER: Final = "1,234.5"
"""What stands in each file for how numbers are written: marks of thousands and of decimals."""


class Words:
    """The translations of all phrases; pages come in each of `languages`."""

    def __init__(self, folder: Path = WORDS) -> None:
        self.languages = languages(folder)
        self.phrases: dict[str, dict[str, str]] = {
            path.stem: json.loads(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("*.json"))
        }

    def translate(self, text: str, language: str, **values: object) -> str:
        """Return a phrase in the reader's language, else in English, with its values filled in."""
        phrase = self.phrases.get(language, {}).get(text, text)
        return phrase.format(**values) if values else phrase

    def number(self, number: float, language: str, places: int = 0) -> str:
        """Return a number as it is written in the reader's language."""
        example = self.translate(_NUMBER, language)
        text = f"{number:,.{places}f}"
        return text.translate({ord(","): example[1], ord("."): example[-2]})

    def own_name(self, language: str) -> str:
        """Return what a language calls itself, its tag if its words do not say."""
        missing = _OWN_NAME if language == DEFAULT else language
        return self.phrases.get(language, {}).get(_OWN_NAME, missing)
