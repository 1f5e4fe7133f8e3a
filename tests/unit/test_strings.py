"""The words of the pages, held against the templates that use them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from iccgraph.serve.pages import words
from iccgraph.serve.pages.words import Words

USE = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
ANY_USE = re.compile(r"\bt\(")
PLACE = re.compile(r"{\w*}")
WORDS = Words()
EXAMPLES = {"English", "1,234.5"}
"""What a language calls itself, and how it writes numbers; no template has these phrases."""


def _templates() -> list[Path]:
    return sorted(words.WORDS.with_name("templates").glob("*.html"))


def _phrases() -> set[str]:
    return {found[1] for path in _templates() for found in USE.finditer(path.read_text("utf-8"))}


def test_every_phrase_is_written_out() -> None:
    """Templates translate written-out phrases only, so that all of them can be found."""
    for path in _templates():
        text = path.read_text("utf-8")
        assert len(ANY_USE.findall(text)) == len(USE.findall(text)), path.name


def test_pages_come_in_english_and_french() -> None:
    """The words that come with the package are those of English and French."""
    assert WORDS.languages == ("en", "fr")


@pytest.mark.parametrize("language", WORDS.phrases)
def test_every_phrase_has_a_translation(language: str) -> None:
    """No page of ours falls back to English words, and no translation is left over."""
    assert WORDS.phrases[language].keys() == _phrases() | EXAMPLES


@pytest.mark.parametrize("language", WORDS.phrases)
def test_translations_keep_the_places_of_values(language: str) -> None:
    """A translated phrase takes the same values as the English one."""
    for english, translated in WORDS.phrases[language].items():
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(translated)), english


def test_what_has_no_translation_is_english() -> None:
    """What has no translation, or is asked for in an unknown language, is shown in English."""
    assert WORDS.translate("Search", "en") == "Search"
    assert WORDS.translate("never written", "fr") == "never written"
    assert WORDS.translate("Search", "xx") == "Search"


def test_numbers_are_written_as_readers_do() -> None:
    """Thousands and decimals are set apart as the words of a language show."""
    assert WORDS.number(1234567, "en") == WORDS.number(1234567, "xx") == "1,234,567"
    assert WORDS.number(1234567, "fr") == "1\u202f234\u202f567"
    assert [WORDS.number(41.38879, tag, 3) for tag in ("en", "fr")] == ["41.389", "41,389"]


def test_languages_call_themselves(tmp_path: Path) -> None:
    """A language is called by its own name, by its tag where its words do not say."""
    (tmp_path / "de.json").write_text("{}", encoding="utf-8")
    assert [WORDS.own_name(tag) for tag in WORDS.languages] == ["English", "Français"]
    assert Words(tmp_path).own_name("de") == "de"
