"""The words of the pages: English in the templates themselves, every other language in a file.

Reads: `words/<tag>.json` beside this file, each English phrase and its translation; a phrase that
is missing there is shown in English. A translation of a phrase that counts is a list of its forms,
which a rule chooses from as it does in the catalogues of gettext.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from gettext import c2py
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.core import UnknownLocaleError

from iccgraph.languages import DEFAULT, cased, languages

WORDS: Final = Path(__file__).with_name("words")
_OWN_NAME: Final = "English"
"""What stands in each file for the language's own name."""
_NUMBER: Final = "1,234.5"
"""What stands in each file for how numbers are written: marks of thousands and of decimals."""
_PLURAL: Final = "n != 1"
"""What stands in each file for the rule that counts from 0 the form that goes with n things.

Source: https://www.gnu.org/software/gettext/manual/html_node/Plural-forms.html
"""
_DETAILS: Final = "details"
"""What stands in each file for the translations of what errors say."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAY: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?(?:T.*)?Z?")
_QUOTED: Final = re.compile(r"(?<!\w)'([^']*)'(?!\w)")
"""A value in what errors say; pages have it in the marks of texts."""
_LAST: Final = re.compile(r"\((\d{4}-\d\d(?:-\d\d)?)\)$")
_PLACE: Final = re.compile(r"\\{(\w+)\\}")
_LONGEST_DETAIL: Final = 1_000
_NUMBERS: Final = ("count", "last", "most", "page", "size")
_PARTS: Final = ("what", "where")
"""How details name the values that are numbers, and those that are themselves to be translated."""

Phrase = str | list[str]


class Words:
    """The translations of all phrases; pages come in each of `languages`."""

    def __init__(self, folder: Path = WORDS) -> None:
        self.languages = languages(folder)
        self.phrases: dict[str, dict[str, Phrase]] = {}
        self.details: dict[str, dict[str, Phrase]] = {}
        for path in sorted(folder.glob("*.json")):
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            self.details[path.stem] = found.pop(_DETAILS, {})
            self.phrases[path.stem] = found
        self._rule = _rule(_PLURAL)
        self._rules = {tag: _rule(self.translate(_PLURAL, tag)) for tag in self.phrases}
        self._patterns = {
            tag: [(english, _pattern(english), text) for english, text in details.items()]
            for tag, details in self.details.items()
        }

    def translate(self, text: str, language: str, **values: object) -> str:
        """Return a phrase in the reader's language, else in English, with its values filled in."""
        phrase = self.phrases.get(language, {}).get(text, text)
        phrase = phrase if isinstance(phrase, str) else phrase[-1]
        return phrase.format(**values) if values else phrase

    def plural(self, count: float, one: str, many: str, language: str, **values: object) -> str:
        """Return the form of a phrase that goes with a number, which stands in its place `count`.

        Arguments: `one` and `many` are the phrase in English, for one thing and for any other
        number; `values` are what else is filled in.
        """
        forms = self.forms(one, many, language)
        rule = self._rules.get(language, self._rule)
        index = rule(int(count)) if len(forms) > 1 and int(count) == count else -1
        places = 0 if int(count) == count else 1
        shown = self.number(count, language, places)
        return forms[min(index, len(forms) - 1)].format(count=shown, **values)

    def forms(self, one: str, many: str, language: str) -> list[str]:
        """Return the forms of a phrase that counts, in the order in which the rule numbers them."""
        phrase = self.phrases.get(language, {}).get(many, [one, many])
        return [phrase] if isinstance(phrase, str) else phrase

    def number(self, number: float, language: str, places: int = 0) -> str:
        """Return a number as it is written in the reader's language."""
        if not places and -1000 < number < 1000:
            return f"{number:.0f}"
        example = self.translate(_NUMBER, language)
        text = f"{number:,.{places}f}"
        return text.translate({ord(","): example[1], ord("."): example[-2]})

    def date(self, text: str, language: str) -> str:
        """Return a day or month of ISO 8601 in words, anything else as it is."""
        found = _DAY.fullmatch(text)
        if found is None:
            return text
        year, month = found[1], self.translate(_MONTHS[int(found[2]) - 1], language)
        if not found[3]:
            return self.translate("{month} {year}", language, month=month, year=year)
        day = int(found[3])
        form = "1 {month} {year}" if day == 1 else "{day} {month} {year}"
        return self.translate(form, language, day=day, month=month, year=year)

    def dated(self, label: str, language: str) -> str:
        """Return a label with the month or day in words that stands in brackets at its end."""
        return _LAST.sub(lambda found: f"({self.date(found[1], language)})", label)

    def detail(self, text: str, language: str) -> tuple[str, str]:
        """Return what an error says, and the language that this is in: the reader's, or English."""
        for english, pattern, translated in self._patterns.get(language, ()):
            if found := pattern.fullmatch(text[:_LONGEST_DETAIL]):
                values = _unquoted(english, found.groupdict())
                return self._filled(translated, values, language), language
        return _QUOTED.sub(r"“\1”", text), DEFAULT

    def _filled(self, phrase: Phrase, values: Mapping[str, str], language: str) -> str:
        """Return what an error says, its numbers, days and parts in the language too."""
        count = values.get("count", "").replace(",", "")
        if not isinstance(phrase, str):
            index = self._rules[language](int(count)) if count.isdecimal() else -1
            phrase = phrase[min(index, len(phrase) - 1)]
        shown = {name: self._value(name, text, language) for name, text in values.items()}
        return phrase.format(**shown)

    def _value(self, name: str, text: str, language: str) -> str:
        """Return a value as it is written in the language: numbers, days, and parts of details."""
        plain = text.replace(",", "")
        if name in _NUMBERS and plain.isdecimal():
            return self.number(int(plain), language)
        if name == "day":
            return self.date(text, language)
        return self.detail(text, language)[0] if name in _PARTS else text

    def own_name(self, language: str) -> str:
        """Return what a language calls itself, its tag if its words do not say."""
        missing = _OWN_NAME if language == DEFAULT else language
        found = self.phrases.get(language, {}).get(_OWN_NAME, missing)
        return found if isinstance(found, str) else missing


@lru_cache(maxsize=1024)
def language_name(tag: str, language: str) -> str:
    """Return what a language is called in another one, its tag if that is not known (CLDR)."""
    try:
        return str(Locale.parse(cased(tag), sep="-").get_display_name(language) or tag)
    except (UnknownLocaleError, ValueError):
        return str(Locale.parse(language).languages.get(tag.partition("-")[0], tag))


@cache
def _rule(text: str) -> Callable[[int], int]:
    """Return the rule for the number of a form as a function."""
    return c2py(text)


def _pattern(english: str) -> re.Pattern[str]:
    """Return what finds the values of a message of an error in what it says."""
    return re.compile(_PLACE.sub(r"(?P<\1>.*?)", re.escape(english)), re.DOTALL)


def _unquoted(english: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return values without the quotation marks of English messages, where they are in a value."""
    return {
        name: value if f"“{{{name}}}”" in english else value.strip("'\"“”")
        for name, value in values.items()
    }
