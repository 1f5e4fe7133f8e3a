"""Completes names of places, countries, topics and networks while somebody types them."""

from __future__ import annotations

from typing import Final

from iccgraph.iris import fold
from iccgraph.release.index import COMPLETED
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.open import OpenRelease, ThingKey
from iccgraph.serve.dataset.search import terms_of

_MOST_STARTS: Final = 200
MOST: Final = 8
"""So many names at most are proposed."""


def completed(release: OpenRelease, text: str) -> list[ThingKey]:
    """Return things of which a name, or what follows a word of it, begins with a text.

    Those with most practices stand first; where nothing begins so, a slip in the one word is
    forgiven.
    """
    start = fold(text)
    if not start:
        return []
    found = _beginning(release, start)
    if not found and len(terms := terms_of(text)) == 1:
        for word in release.texts.similar(terms[0]):
            found |= _beginning(release, fold(word))
    ranked = sorted(found, key=lambda thing: (-listing.practices_of(release, *thing), thing))
    return ranked[:MOST]


def _beginning(release: OpenRelease, start: str) -> set[ThingKey]:
    rows = release.index.execute(
        "SELECT thing FROM name_start WHERE start >= ? AND start < ? LIMIT ?",
        (start, f"{start}\uffff", _MOST_STARTS),
    )
    return set(listing.numbered(release, (number for (number,) in rows), COMPLETED))
