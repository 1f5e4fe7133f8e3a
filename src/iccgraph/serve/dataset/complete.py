"""Completes names of places, countries, topics and networks while somebody types them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from iccgraph.iris import fold
from iccgraph.release.index import COMPLETED
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.open import OpenRelease, ThingKey

_MOST_STARTS: Final = 200
MOST: Final = 8
"""So many names at most are proposed."""


def completed(release: OpenRelease, text: str) -> list[ThingKey]:
    """Return things of which a name, or what follows a word of it, begins with a text.

    Those with most practices stand first. Where nothing begins so, slips are forgiven, and what is
    most like the text stands first.
    """
    start = fold(text)
    if not start:
        return []
    found = dict.fromkeys(_beginning(release, start), 0)
    if not found:
        found = _like(release, start)
    ranked = sorted(
        found, key=lambda thing: (found[thing], -listing.practices_of(release, *thing), thing)
    )
    return ranked[:MOST]


def _beginning(release: OpenRelease, start: str) -> list[ThingKey]:
    rows = release.index.execute(
        "SELECT thing FROM name_start WHERE start >= ? AND start < ? LIMIT ?",
        (start, f"{start}\uffff", _MOST_STARTS),
    )
    return _things(release, (number for (number,) in rows))


def _like(release: OpenRelease, start: str) -> dict[ThingKey, int]:
    """Return things of which a name begins nearly so, each with its place among these."""
    alike = release.texts.beginnings_like(start)
    found: dict[ThingKey, int] = {}
    for place, numbers in enumerate(alike):
        for thing in _things(release, numbers[:_MOST_STARTS]):
            found.setdefault(thing, place)
    return found


def _things(release: OpenRelease, numbers: Iterable[int]) -> list[ThingKey]:
    return listing.numbered(release, numbers, COMPLETED)
