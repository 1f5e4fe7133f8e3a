"""Finds practices that may be one: renamed, translated, or under two spellings of a city.

Two practices of one place are suspicious if a title, the address of a page or the summary is
nearly the same; a row of doubles.csv decides each pair, and ends its mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz import fuzz

from iccgraph.iris import fold
from iccgraph.publish.records import Double, Origin, Practice

MOST_COMPARED = 5000
"""Comparing all pairs of a place grows with the square; beyond this number it is left out."""
ALIKE = 88.0
"""From 0 to 100: how alike two titles or summaries are that a person should look at."""


@dataclass(frozen=True, slots=True)
class _Looks:
    key: str
    origin: Origin
    titles: tuple[str, ...]
    summary: str
    slug: str


@dataclass(slots=True)
class DoubleFinder:
    """Gathers practices while they stream by, up to a number that can be compared."""

    seen: int = 0
    _by_place: dict[str, list[_Looks]] = field(default_factory=dict)

    def take(self, practices: Iterable[Practice]) -> None:
        """Remember what practices look like; nothing more once there are too many."""
        for practice in practices:
            self.seen += 1
            if self.seen > MOST_COMPARED:
                self._by_place.clear()
                return
            titles = (practice.title, *practice.other_titles)
            looks = _Looks(
                practice.key,
                practice.origin,
                tuple(fold(text) for text, language in titles if language != "mul"),
                fold(practice.summary[0]),
                practice.detail_page.partition("?")[0].rstrip("/").rpartition("/")[2],
            )
            for place in practice.cities or (practice.country,):
                self._by_place.setdefault(place, []).append(looks)

    def suspicious(self, decided: Iterable[Double]) -> Iterator[tuple[Origin, str, str]]:
        """Yield each pair that looks alike and was not decided: where it is, its two keys."""
        known = {frozenset((double.practice, double.other)) for double in decided}
        for place in sorted(self._by_place):
            for one, other in combinations(self._by_place[place], 2):
                pair = frozenset((one.key, other.key))
                if pair not in known and _alike(one, other):
                    known.add(pair)
                    yield other.origin, other.key, one.key


def _alike(one: _Looks, other: _Looks) -> bool:
    if one.slug and one.slug == other.slug:
        return True
    if one.summary and fuzz.token_sort_ratio(one.summary, other.summary) >= ALIKE:
        return True
    return any(
        fuzz.token_sort_ratio(mine, theirs) >= ALIKE
        for mine in one.titles
        for theirs in other.titles
    )
