"""Word forms: what words of texts and of searches are compared by, in English and French.

A word is folded (case, accents, letters such as œ and ß), brought to one spelling of English, and
reduced to its stem (Snowball). Words of a text are stemmed in its language, words of a search in
each of them, so that `libraries` finds `library` and `écoles` finds `école`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import snowballstemmer

from iccgraph.iris import fold
from iccgraph.languages import DEFAULT, Text

_STEMMERS: Final[Mapping[str, snowballstemmer.stemmer]] = {
    "en": snowballstemmer.stemmer("english"),
    "fr": snowballstemmer.stemmer("french"),
}
LANGUAGES: Final = tuple(_STEMMERS)
"""The languages whose word forms are known; words of any other are taken as English ones."""

_HYPHENATED: Final = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+)+")
_ANTI: Final = re.compile("anti[a-z]{5}")
_SURFACE: Final = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)*")
_AMERICAN: Final = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"^practis", "practic"),
        (r"(?<=...)our(?=s$|ed$|ing|ful|less|hood|able|ably|ist|ite|er|$|ly)", "or"),
        (r"(?<=[a-z]{3})is(?=e$|es$|ed$|ing|er|ation)", "iz"),
        (r"(?<=[a-z]{2})yse(?=$|s$|d$)", "yze"),
        (r"(?<=[bdfnt])re(?=s$|$)", "er"),
        (r"(?<=[a-z]{2}[aeiou])ll(?=ed$|ing|or|er)", "l"),
        (r"ogue(?=s$|$)", "og"),
        (r"amme(?=s$|$)", "am"),
        (r"(?<=[a-z]{3})ence(?=s$|$)", "ense"),
        (r"^(p|f|an|encyclop|arch)ae(?=[a-z])", r"\1e"),
        (r"^ageing", "aging"),
        (r"^(enrol|fulfil)(?!l)", r"\1l"),
        (r"^sceptic", "skeptic"),
        (r"^grey", "gray"),
        (r"(?<=judg)e(?=ment)", ""),
    )
)
"""Endings of British English and those of American English that are written in their place; words
of other languages are rewritten too, which does no harm, for texts and searches are alike."""
_CLOSED: Final = """
    a about after all also an and any are as at be been but by can could did do does for from had
    has have he her his how i if in into is it its may me more most my no not of on or our out
    she should so some such than that the their them then there these they this to up us was we
    were what when where which while who whose why will with would you your

    au aux avec ce ces cet cette ceux ci comme comment d dans de des dont du elle elles en entre
    est et eux il ils j je l la le les leur leurs lui m mais mes mon n ne nos notre nous on ont
    ou par pas plus pour qu quand que quel quelle quels qui s sa sans se ses son sont sous sur t
    ta te tu un une vers vos votre vous y
"""
"""Words of closed classes, of English and of French, folded."""
_STOP: Final = frozenset(_CLOSED.split())
"""Words that say nothing by themselves; a search leaves them out if it has any other."""
MOST_KEPT: Final = 100_000


@lru_cache(maxsize=MOST_KEPT)
def stem(word: str, language: str) -> str:
    """Return the stem of a folded word."""
    if language == "fr":
        word = re.sub(r"(?<=[a-z]{2}e)es?$|(?<=oi)s$", "", word)
    for pattern, plain in _AMERICAN:
        word = pattern.sub(plain, word)
    return str(_STEMMERS.get(language, _STEMMERS[DEFAULT]).stemWord(word))


@lru_cache(maxsize=MOST_KEPT)
def forms_of_word(written: str, language: str) -> frozenset[str]:
    """Return the stems of a word as it is written, which may be folded into several."""
    return frozenset(stem(word, language) for word in fold(written).split())


def stems(text: str, language: str) -> str:
    """Return the stems of a text with blanks between them, as they are indexed.

    Words with hyphens stand once more at the end as one, and the parts of those that begin with
    `anti`, so that `anti-rumour`, `anti rumour` and `antirumour` find each other.
    """
    words = fold(text).split()
    joined = [fold(re.sub(r"[^\w]", "", found)) for found in _HYPHENATED.findall(text)]
    parted = [part for word in words if _ANTI.match(word) for part in ("anti", word[4:])]
    return " ".join(stem(word, language) for word in (*words, *joined, *parted))


def all_stems(word: str) -> tuple[str, ...]:
    """Return the stems that a folded word of a search may have, each once."""
    return tuple(dict.fromkeys(stem(word, language) for language in LANGUAGES))


def stemmed(texts: Iterable[Text]) -> str:
    """Return the stems of texts, each in its language, with blanks between them."""
    return " ".join(stems(text, tag or DEFAULT) for text, tag in texts)


def telling(words: Iterable[str]) -> list[str]:
    """Return those folded words that say something by themselves."""
    return [word for word in words if word not in _STOP and len(word) > 1]


def surface_words(text: str) -> Iterable[tuple[str, str]]:
    """Yield each word of a text of four letters or more, folded and as written there, once each."""
    for written in dict.fromkeys(_SURFACE.findall(text)):
        if folded := _surface(written):
            yield folded, written


@lru_cache(maxsize=MOST_KEPT)
def _surface(written: str) -> str:
    """Return a word folded, empty if it is too short, too long or says nothing by itself."""
    folded = fold(written)
    return folded if 4 <= len(folded) <= 30 and folded not in _STOP else ""
