"""French texts of pages, vocabulary, shapes, topics and queries, held to French typography.

Source: Lexique des règles typographiques en usage à l’Imprimerie nationale, 2002, “Ponctuation”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from iccgraph.serve.pages.words import Words
from tests.for_all import for_all

ROOT: Final = Path(__file__).parents[2]
LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"@fr\b')
HEADER: Final = re.compile(r"^# (?:title|text)@fr: (.*)$", re.MULTILINE)
FAULTS: Final = {
    "a plain or wrong space before ; ? !": re.compile(r"[ \u00a0][;?!](?!\w)"),
    "a plain or wrong space before a colon": re.compile(r"[ \u202f]:(?!\w)"),
    "no space before ; : ? !": re.compile(r"[^\W\d_][;:?!](?=\s|$)"),
    "a space inside « » that is not U+00A0": re.compile("«(?!\u00a0)|(?<!\u00a0)»"),
    "a plain space between thousands": re.compile(r"\d[ \u00a0]\d{3}(?!\d)"),
    "a straight apostrophe": re.compile(r"[^\W\d_]'[^\W\d_]"),
    "English quotation marks": re.compile("[“”]"),
}


def _texts() -> Iterator[tuple[str, str]]:
    """Yield each French text with where it stands."""
    words = Words()
    for english, french in words.phrases["fr"].items():
        for form in [french] if isinstance(french, str) else french:
            yield f"fr.json: {english}", form
    for english, french in words.details["fr"].items():
        for form in [french] if isinstance(french, str) else french:
            yield f"fr.json, details: {english}", form
    for path in sorted(ROOT.glob("*/*.ttl")):
        for found in LITERAL.finditer(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), found[1]
    for path in sorted(ROOT.glob("data/queries/*.rq")):
        for found in HEADER.finditer(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), found[1]


def _faults(text: str) -> list[str]:
    return [name for name, fault in FAULTS.items() if fault.search(text)]


def test_french_typography() -> None:
    """Every French text has the spaces, apostrophes and quotation marks of French."""
    texts = list(_texts())
    assert {where.partition("/")[0].partition(":")[0] for where, _ in texts} >= {
        *("fr.json", "ontology", "shapes", "data"),
    }

    def fact(case: tuple[str, str]) -> None:
        assert _faults(case[1]) == [], case

    for_all(texts, fact)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Corrigez la clé : un mot\u202f; puis relancez.", 1),
        ("Corrigez la clé\u202f: un mot.", 1),
        ("Corrigez la clé\u00a0: un mot\u00a0; puis relancez.", 1),
        ("Corrigez la clé\u00a0: un mot ; puis relancez.", 1),
        ("Corrigez la clé: un mot.", 1),
        ("Les « petits » lieux.", 1),
        ("Moins de 100 000 habitants.", 1),
        ("L'adresse de “tout”.", 2),
        ("Les icc:City de « tout »\u202f? L’adresse\u00a0: http://a.org, 100\u202f000.", 0),
    ],
)
def test_faults_are_found(text: str, count: int) -> None:
    """Each fault of typography is found, and a good text has none."""
    assert len(_faults(text.replace("« tout »", "«\u00a0tout\u00a0»"))) == count
