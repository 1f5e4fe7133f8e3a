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
_BEGINNING: Final = (
    "SELECT g.kind, g.key, g.label, g.lang, g.label_fr, g.country FROM thing g"
    " WHERE g.kind = 'practice' AND g.sort >= ? AND g.sort < ? ORDER BY g.sort, g.id LIMIT ?"
)
_MOST: Final = 50
_LONG_WORDS: Final = 4
_WORD: Final = re.compile(r"[^\W_]{2,}")
_STEPS: Final = 10_000
_MOST_STEPS: Final = 200
"""A question of the index ends after so many times so many steps of SQLite: tenths of a second."""


def practices(catalogue: Catalogue, text: str) -> list[Entity]:
    """Return practices whose title equals a folded text, begins with it, or has its words."""
    found = {e.id: e for e in beginning(catalogue, text, _MOST)}
    words = sorted(set(_WORD.findall(text)), key=lambda word: (-len(word), word))
    for some in (words[:12], words[:_LONG_WORDS], words[:2]):
        if len(found) >= _MOST or not some:
            break
        match = " ".join(f'title : "{word}"*' for word in some)
        found |= {e.id: e for e in _ask(catalogue, _WITH_WORDS, (match, _MOST))}
    return list(found.values())


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
