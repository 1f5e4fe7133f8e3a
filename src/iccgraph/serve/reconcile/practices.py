"""Finds practices by title where there are too many to hold their names: asks the index.

Every question is bounded in rows; who asks says by when the answer is needed.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from iccgraph.serve.reconcile.entities import Catalogue, Entity

_WITH_WORDS: Final = (
    "SELECT g.kind, g.key, g.label, g.lang, g.label_fr, g.country FROM thing g"
    " WHERE g.id IN (SELECT rowid FROM found WHERE found MATCH ? LIMIT ?)"
)
_WITH_SOME_WORDS: Final = (
    "SELECT g.kind, g.key, g.label, g.lang, g.label_fr, g.country FROM found"
    " JOIN thing g ON g.id = found.rowid WHERE found MATCH ? ORDER BY found.rank LIMIT ?"
)
_BEGINNING: Final = (
    "SELECT g.kind, g.key, g.label, g.lang, g.label_fr, g.country FROM thing g"
    " WHERE g.kind = 'practice' AND g.sort >= ? AND g.sort < ? ORDER BY g.sort, g.id LIMIT ?"
)
_MOST: Final = 50
_LONG_WORDS: Final = 4
_SOME_WORDS: Final = 6
_SHORTEST, _SHORT, _SPOILT = 3, 4, 3
"""Words of at least so many letters lead to a misspelt title, longer ones than this without their
last so many."""
_WORD: Final = re.compile(r"[^\W_]{2,}")
_STEPS: Final = 10_000
_MOST_STEPS: Final = 200
"""A question of the index ends after so many times so many steps of SQLite: tenths of a second."""


def practices(catalogue: Catalogue, text: str) -> list[Entity]:
    """Return practices whose title is a folded text, begins with it, or has its words or some."""
    found = {e.id: e for e in beginning(catalogue, text, _MOST)}
    words = sorted(set(_WORD.findall(text)), key=lambda word: (-len(word), word))
    for some in (words[:12], words[:_LONG_WORDS], words[:2]):
        if len(found) >= _MOST or not some:
            break
        match = " ".join(f'title : "{word}"*' for word in some)
        found |= {e.id: e for e in _ask(catalogue, _WITH_WORDS, (match, _MOST))}
    if not any(text in entity.names for entity in found.values()):
        found |= {e.id: e for e in _misspelt(catalogue, words)}
    return list(found.values())


def _misspelt(catalogue: Catalogue, words: list[str]) -> list[Entity]:
    """Return practices whose title has words that begin as some of these do, the best first.

    A typing error spoils one word; the others, or its own beginning, lead to the title.
    """
    starts = [word[: max(_SHORT, len(word) - _SPOILT)] for word in words if len(word) >= _SHORTEST]
    if not starts:
        return []
    some = " OR ".join(f'"{start}"*' for start in starts[:_SOME_WORDS])
    match = f"title : ({some})"
    return _ask(catalogue, _WITH_SOME_WORDS, (match, _MOST))


def beginning(catalogue: Catalogue, text: str, most: int) -> list[Entity]:
    """Return the first practices whose title begins with a folded text, in the order of titles."""
    return _ask(catalogue, _BEGINNING, (text, f"{text}\uffff", most)) if text else []


def _ask(catalogue: Catalogue, query: str, values: tuple[object, ...]) -> list[Entity]:
    index = catalogue.release.index
    left = iter(range(_MOST_STEPS))
    index.set_progress_handler(lambda: 0 if next(left, None) is not None else 1, _STEPS)
    try:
        rows = index.execute(query, values).fetchall()
    except sqlite3.OperationalError:  # interrupted: this way of looking takes too long
        rows = []
    finally:
        index.set_progress_handler(None, 0)
    return [catalogue.entity(*row) for row in rows]
