"""The French words of the pages, held against the templates that use them."""

from __future__ import annotations

import re
from pathlib import Path

from iccgraph.serve.pages import render as pages
from iccgraph.serve.pages.words import FRENCH, translate

USE = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
ANY_USE = re.compile(r"\bt\(")
PLACE = re.compile(r"{\w*}")


def _templates() -> list[Path]:
    return sorted(pages.TEMPLATES.glob("*.html"))


def _phrases() -> set[str]:
    return {found[1] for path in _templates() for found in USE.finditer(path.read_text("utf-8"))}


def test_every_phrase_is_written_out() -> None:
    """Templates translate written-out phrases only, so that all of them can be found."""
    for path in _templates():
        text = path.read_text("utf-8")
        assert len(ANY_USE.findall(text)) == len(USE.findall(text)), path.name


def test_every_phrase_has_a_french_one() -> None:
    """No page in French falls back to English words of ours."""
    assert _phrases() - FRENCH.keys() == set()


def test_no_french_phrase_is_left_over() -> None:
    """Every French phrase is used by some template."""
    assert FRENCH.keys() - _phrases() == set()


def test_french_phrases_keep_the_places_of_values() -> None:
    """A French phrase takes the same values as the English one."""
    for english, french in FRENCH.items():
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(french)), english


def test_other_languages_get_english() -> None:
    """What has no translation is shown in English."""
    assert translate("Search", "en") == "Search"
    assert translate("never written", "fr") == "never written"
