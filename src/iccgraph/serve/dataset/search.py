"""Finds what the words of a search stand in, and what they may have been meant to be.

A search is words and phrases (in quotation marks), all of which a practice must have. Word forms,
British and American spelling and accents do not matter (`word_forms.py`). Practices are ranked by
where all words are found: in their titles, then in the names of their topics and places too, then
in their summaries, then in their other texts.
"""

from __future__ import annotations

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate
from operator import and_, or_
from typing import Final

from pyroaring import FrozenBitMap
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from iccgraph.cache import BoundedCache
from iccgraph.iris import fold
from iccgraph.serve.dataset.rows import NO_ROWS, Rows
from iccgraph.settings import MIB
from iccgraph.word_forms import LANGUAGES, all_stems, forms_of_word, stem, telling

COLUMNS: Final = ("title", "name", "summary", "text")
"""What a word may stand in, the best first."""
LONGEST: Final = 200
"""The most characters of a search."""
_TOKEN: Final = re.compile(r'"([^"]*)"|“([^”]*)”|«([^»]*)»|([^\s"“”«»]+)')
_PREFIX_LETTERS: Final = 3
_MOST_FORMS: Final = 40
"""So many words at most are meant by the beginning of one."""
_FEWEST_LETTERS, _MOST_LETTERS = 4, 40
"""Slips are forgiven in texts of so many letters."""
_MANY_NAMES: Final = 5_000
"""Among more names than these, those are looked through that begin with the same letter."""
_KEPT_BYTES: Final = 32 * MIB
_MARKED: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search, or several in the order of a phrase; all are folded.

    `joined` is True for the parts of a word with hyphens, which may stand as one word too.
    """

    words: tuple[str, ...]
    phrase: bool = False
    joined: bool = False

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        text = " ".join(self.words)
        return f"“{text}”" if self.phrase else text

    @property
    def forms(self) -> frozenset[str]:
        """Every stem that marks a word of a text as found."""
        found = {form for word in self.words for form in all_stems(word)}
        return frozenset(found | set(all_stems("".join(self.words))) if self.joined else found)


def terms_of(text: str) -> tuple[Term, ...]:
    """Return the words and phrases of a search, without words that say nothing by themselves."""
    found: dict[Term, None] = {}
    single: list[str] = []
    for *quoted, bare in _TOKEN.findall(text):
        words = tuple(fold("".join(quoted) or bare).split())
        if any(quoted) and len(words) > 1:
            found[Term(words, phrase=True)] = None
        elif re.search(r"\w[-\u2010\u2011]\w", bare) and len(words) > 1:
            found[Term(words, joined=True)] = None
        else:
            single += words
    kept = telling(single) or ([] if found else single)
    return tuple(dict.fromkeys((*(Term((word,)) for word in kept), *found)))


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search finds: disjoint sets of row numbers, the best first, and all of them."""

    tiers: tuple[Rows, ...]
    rows: Rows


class TextIndex:
    """The full text of a release, asked for sets of row numbers.

    Arguments: `index` gives the calling thread's connection to the index.
    """

    def __init__(self, index: Callable[[], sqlite3.Connection]) -> None:
        self.index = index
        self._kept: BoundedCache[tuple[str, str], Rows] = BoundedCache(
            _KEPT_BYTES, lambda key, rows: 200 + 2 * len(key[1]) + 2 * len(rows)
        )

    def find(self, terms: Sequence[Term]) -> Matches:
        """Return what has all terms; nothing if there is none."""
        found = [self._columns(term) for term in terms]
        if not found:
            return Matches((), NO_ROWS)
        reached = [list(accumulate(columns, or_)) for columns in found]
        tiers = [reduce(and_, rows) for rows in zip(*reached, strict=True)]
        return Matches(tuple(tiers), tiers[-1])

    def titled(self, term: Term) -> Rows:
        """Return what has a term in its title or name."""
        return self._columns(term)[0]

    def _columns(self, term: Term) -> list[Rows]:
        """Return what has a term in each column; a word that is nowhere may begin others."""
        found = [self._rows(column, _expression(term)) for column in COLUMNS]
        if any(found) or term.phrase or len(term.words[0]) < _PREFIX_LETTERS or term.joined:
            return found
        forms = {f for word in self._beginning(term.words[0]) for f in all_stems(word)}
        if not forms:
            return found
        match = " OR ".join(f'"{form}"' for form in sorted(forms))
        return [self._rows(column, match) for column in COLUMNS]

    def _rows(self, column: str, match: str) -> Rows:
        if (kept := self._kept.get((column, match))) is not None:
            return kept
        query = "SELECT rowid FROM search WHERE search MATCH ?"
        rows = self.index().execute(query, (f"{column} : ({match})",))
        found = FrozenBitMap([number for (number,) in rows])
        self._kept.put((column, match), found)
        return found

    def _beginning(self, start: str) -> list[str]:
        """Return the words that begin so, those of most practices first."""
        rows = self.index().execute(
            "SELECT folded FROM word WHERE folded >= ? AND folded < ?"
            " ORDER BY practices DESC, folded LIMIT ?",
            (start, f"{start}\uffff", _MOST_FORMS),
        )
        return [word for (word,) in rows]

    @cached_property
    def _vocabulary(self) -> dict[str, tuple[str, int]]:
        rows = self.index().execute("SELECT folded, written, practices FROM word")
        return {folded: (written, practices) for folded, written, practices in rows}

    def similar(self, term: Term, most: int = 3) -> list[str]:
        """Return words that a word that is nowhere may have been meant to be, the likeliest first.

        One slip is forgiven in four letters, two in seven (letters left out, added, changed or
        swapped). Where no whole word is alike, names are that begin nearly so.
        """
        word = "".join(term.words)
        slips = _slips(word)
        if not slips:
            return []
        found = extract(
            word, self._vocabulary.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20
        )
        ranked = sorted(
            (distance, word[:1] != near[:1], -self._vocabulary[near][1], near)
            for near, distance, _ in found
        )
        forms: dict[tuple[str, ...], str] = {}
        for *_, near in ranked:
            forms.setdefault(all_stems(near), self._vocabulary[near][0])
        return (list(forms.values()) or self._names_like(word))[:most]

    def _names_like(self, text: str) -> list[str]:
        """Return the words of names that begin nearly as a word does, as they are written."""
        found = ((order, name.partition(" ")[0]) for order, name, _ in self._beginning_nearly(text))
        words = dict.fromkeys(word for _, word in sorted(found))
        return [self._vocabulary[word][0] for word in words if word in self._vocabulary]

    @cached_property
    def _names(self) -> list[tuple[str, int]]:
        rows = self.index().execute("SELECT start, thing FROM name_start ORDER BY start, thing")
        return list(rows)

    def beginnings_like(self, text: str) -> list[list[int]]:
        """Return the row numbers of things of which a name begins nearly as a folded text does.

        A name counts from any of its words on, and as many slips are forgiven as in a whole word.
        Those with fewest slips stand first, then those of which the first letter is right; each
        list has those that are alike by this.
        """
        best: dict[int, tuple[int, bool]] = {}
        for order, _, thing in self._beginning_nearly(text):
            best[thing] = min(best.get(thing, order), order)
        return [
            [thing for thing in sorted(best) if best[thing] == order]
            for order in sorted(set(best.values()))
        ]

    def _beginning_nearly(self, text: str) -> Iterator[tuple[tuple[int, bool], str, int]]:
        """Yield names that begin nearly as a text does, each with its likeness and its thing."""
        slips, names = _slips(text), self._names
        if not slips:
            return
        if len(names) > _MANY_NAMES:
            names = names[_begin_with(names, text[0])]
        lengths = range(len(text) - slips, len(text) + slips + 1)
        starts = {name[:length] for length in lengths for name, _ in names}
        alike = extract(text, starts, scorer=OSA.distance, score_cutoff=slips, limit=_MOST_FORMS)
        for start, distance, _ in alike:
            for name, thing in names[_begin_with(names, start)]:
                yield (int(distance), start[:1] != text[0]), name, thing


def _begin_with(names: Sequence[tuple[str, int]], start: str) -> slice:
    """Return where names stand that begin so, among names in their order."""
    return slice(bisect_left(names, (start,)), bisect_left(names, (f"{start}\uffff",)))


def _slips(text: str) -> int:
    """Return how many slips are forgiven in a text; none in short ones, where all is alike."""
    return 0 if not _FEWEST_LETTERS <= len(text) <= _MOST_LETTERS else 1 if len(text) < 7 else 2


def _expression(term: Term) -> str:
    """Return a term as FTS5 has it: any of its forms."""
    if term.phrase:
        phrases = (" ".join(stem(w, language) for w in term.words) for language in LANGUAGES)
        return " OR ".join(f'"{phrase}"' for phrase in dict.fromkeys(phrases))
    parts = [" OR ".join(f'"{form}"' for form in all_stems(word)) for word in term.words]
    if not term.joined:
        return parts[0]
    whole = " OR ".join(f'"{form}"' for form in all_stems("".join(term.words)))
    return f"({' AND '.join(f'({part})' for part in parts)}) OR {whole}"


def marked(text: str, language: str, forms: frozenset[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is a word of one of these forms."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for word in _MARKED.finditer(text):
        if not forms.isdisjoint(forms_of_word(word[0], language)):
            pieces += [(text[end : word.start()], False), (word[0], True)]
            end = word.end()
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


def forms_of(terms: Iterable[Term]) -> frozenset[str]:
    """Return every stem that marks a word of a text as found."""
    return frozenset().union(*(term.forms for term in terms))
