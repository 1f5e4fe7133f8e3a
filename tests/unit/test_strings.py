"""The words of the pages, held against the templates and messages that use them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.exceptions import default_exceptions

import iccgraph
from iccgraph.iris import KINDS
from iccgraph.serve.pages import words
from iccgraph.serve.pages.words import Words
from iccgraph.serve.reconcile.properties import all_properties
from iccgraph.serve.reconcile.service import TYPES

USE = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
ANY_USE = re.compile(r"\bt\(")
COUNTED = re.compile(r'\b(?:plural|forms)\((?:[^"]*?, )?"([^"]*)",\s*"([^"]*)"')
ANY_COUNTED = re.compile(r"\b(?:plural|forms)\(")
PLACE = re.compile(r"{\w*}")
KIND = re.compile(rf"(^there is no|^the) ({'|'.join(KINDS)})(?= (?:called )?\{{key\}})")
WORDS = Words()
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
EXAMPLES = {
    *("English", "1,234.5", "n != 1", *MONTHS),
    *("{day} {month} {year}", "1 {month} {year}", "{month} {year}"),
    *("{places} and {count} more", "%"),
}
"""What a language calls itself, how it writes numbers, dates and shares, which form goes with a
number, and what a dot of a map stands for; no template has these phrases."""


def _templates() -> list[Path]:
    return sorted(words.WORDS.with_name("templates").glob("*.html"))


def _phrases() -> set[str]:
    texts = [path.read_text("utf-8") for path in _templates()]
    code = [path.read_text("utf-8") for path in sorted(words.WORDS.parent.glob("*.py"))]
    plain = {found[1] for text in (*texts, *code) for found in USE.finditer(text)}
    counted = {found[2] for text in texts for found in COUNTED.finditer(text)}
    properties = all_properties(WORDS.languages)
    listed = {text for item in properties for text in (item.name, item.description)}
    return plain | counted | listed | {text for pair in TYPES.values() for text in pair}


def _forms(language: str) -> Iterator[tuple[str, str]]:
    """Yield each phrase and each form of its translation."""
    for english, translated in WORDS.phrases[language].items():
        for form in [translated] if isinstance(translated, str) else translated:
            yield english, form


def _messages() -> set[str]:
    """Return the texts of the program, and of werkzeug, with a mark where a value stands."""
    found = {error.description or "" for error in default_exceptions.values()}
    for path in Path(iccgraph.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(PLACE.sub("{}", node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
                found.add("".join(map(str, parts)))
    return found


def test_every_phrase_is_written_out() -> None:
    """Templates translate written-out phrases only, so that all of them can be found."""
    for path in _templates():
        text = path.read_text("utf-8")
        assert len(ANY_USE.findall(text)) == len(USE.findall(text)), path.name
        assert len(ANY_COUNTED.findall(text)) == len(COUNTED.findall(text)), path.name


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
    for english, translated in _forms(language):
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(translated)), english
    for english, told in WORDS.details[language].items():
        for form in [told] if isinstance(told, str) else told:
            assert set(PLACE.findall(form)) <= set(PLACE.findall(english)), english


@pytest.mark.parametrize("language", WORDS.details)
def test_every_translated_detail_is_a_message(language: str) -> None:
    """What errors say is translated as the program says it, with names for its values or kinds."""
    messages = {PLACE.sub("{}", message) for message in _messages()}
    for english in WORDS.details[language]:
        written = KIND.sub(r"\1 {}", english)
        assert PLACE.sub("{}", written) in messages, english


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


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 rows", "0 ligne"),
        (1, "1 row", "1 ligne"),
        (2, "2 rows", "2 lignes"),
        (1.5, "1.5 rows", "1,5 lignes"),
        (1234, "1,234 rows", "1\u202f234 lignes"),
    ],
)
def test_phrases_agree_with_a_number(count: float, english: str, french: str) -> None:
    """In English one is singular, in French what is less than two."""
    for language, expected in (("en", english), ("fr", french), ("xx", english)):
        assert WORDS.plural(count, "{count} row", "{count} rows", language) == expected


def test_a_language_may_have_more_than_two_forms(tmp_path: Path) -> None:
    """A rule of gettext chooses among as many forms as a language has."""
    rule = "n == 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 10 || n % 100 >= 20) ? 1 : 2"
    forms = ["{count} wiersz", "{count} wiersze", "{count} wierszy"]
    polish = {"n != 1": rule, "{count} rows": forms}
    (tmp_path / "pl.json").write_text(json.dumps(polish), encoding="utf-8")
    found = Words(tmp_path)
    counted = [found.plural(n, "{count} row", "{count} rows", "pl") for n in (1, 3, 5, 12, 22)]
    assert counted == ["1 wiersz", "3 wiersze", "5 wierszy", "12 wierszy", "22 wiersze"]


@pytest.mark.parametrize(
    ("text", "english", "french"),
    [
        ("2026-11-23", "23 November 2026", "23 novembre 2026"),
        ("2026-03-01", "1 March 2026", "1er mars 2026"),
        ("2020-12", "December 2020", "décembre 2020"),
        ("2020-12-31T00:00:00Z", "31 December 2020", "31 décembre 2020"),
        ("2020", "2020", "2020"),
        ("soon", "soon", "soon"),
    ],
)
def test_dates_are_in_words(text: str, english: str, french: str) -> None:
    """A day is in the words of the reader's language; what is no day or month stays as it is."""
    assert (WORDS.date(text, "en"), WORDS.date(text, "fr")) == (english, french)


def test_errors_are_told_in_french() -> None:
    """What an error says is translated where it is known, with its values; else it is English."""
    text = "page 99 does not exist; the last page is 9"
    french = "La page 99 n’existe pas\u202f; la dernière est la page 9."
    assert WORDS.detail(text, "fr") == (french, "fr")
    assert WORDS.detail(text, "en") == (text, "en")
    assert WORDS.detail("something new", "fr") == ("something new", "en")
    for kind, french in (("city", "Aucune ville de ce site"), ("profile", "Rien sur ce site")):
        quoted = WORDS.detail(f"there is no {kind} called 'x'", "fr")[0]
        assert quoted == f"{french} ne s’appelle «\u00a0x\u00a0»."


@pytest.mark.parametrize(
    ("english", "french"),
    [
        (
            "The address is longer than 8,192 bytes.",
            "L’adresse dépasse 8\u202f192 octets.",
        ),
        (
            "the answer has more than 1 rows; use LIMIT",
            "La réponse compte plus de 1 ligne\u202f; utilisez LIMIT.",
        ),
        (
            "the city 'x' was withdrawn (since 2026-11-23): It is another one.",
            "La ville «\u00a0x\u00a0» a été retirée le 23 novembre 2026."
            " Motif\u00a0: It is another one.",
        ),
        (
            "query 'q0': more than 50 properties; send fewer",
            "Requête trop grande (requête «\u00a0q0\u00a0»)\u00a0: plus de 50 propriétés.",
        ),
        (
            "https://a.org broke off; try again later, or without this SERVICE",
            "https://a.org\u00a0: la réponse s’est interrompue."
            " Réessayez plus tard, ou sans ce SERVICE.",
        ),
    ],
)
def test_values_of_errors_are_in_french(english: str, french: str) -> None:
    """Numbers, days and parts of an error are the reader's too, and its words agree with them."""
    assert WORDS.detail(english, "fr") == (french, "fr")


def test_languages_call_themselves(tmp_path: Path) -> None:
    """A language is called by its own name, by its tag where its words do not say."""
    (tmp_path / "de.json").write_text("{}", encoding="utf-8")
    assert [WORDS.own_name(tag) for tag in WORDS.languages] == ["English", "Français"]
    assert Words(tmp_path).own_name("de") == "de"
