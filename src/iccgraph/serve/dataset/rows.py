"""The practices of a release as sets of row numbers: of each value of a filter, and in order."""

from __future__ import annotations

import heapq
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Final

from pyroaring import FrozenBitMap

from iccgraph.languages import DEFAULT
from iccgraph.release.facets import ALL

Rows = FrozenBitMap
"""A set of numbers of practices in the index."""
NO_ROWS: Final = FrozenBitMap()
_DENSE: Final = 16
"""A set with more than this part of all practices is met soon on a walk through all of them."""


class PracticeRows:
    """The sets of one release, which are read once, when they are first needed.

    Arguments: `index` gives the calling thread's connection to the index.
    """

    def __init__(self, index: Callable[[], sqlite3.Connection]) -> None:
        self.index = index
        self._orders: dict[str, TitleOrder] = {}

    @cached_property
    def everything(self) -> Rows:
        """All practices."""
        return self.facet(ALL).get("", NO_ROWS)

    def facet(self, name: str) -> Mapping[str, Rows]:
        """Return the practices of each value of a filter, by value."""
        return self._facets.get(name, {})

    @cached_property
    def _facets(self) -> Mapping[str, Mapping[str, Rows]]:
        found: dict[str, dict[str, Rows]] = {}
        query = "SELECT kind, key, numbers FROM facet ORDER BY kind, key"
        for kind, key, numbers in self.index().execute(query):
            found.setdefault(kind, {})[key] = FrozenBitMap.deserialize(numbers)
        return {**found}

    def order(self, language: str) -> TitleOrder:
        """Return the order of titles for readers of a language, else that of the default one."""
        if language not in self._orders:
            query = "SELECT numbers FROM practice_order WHERE lang = ?"
            row = self.index().execute(query, (language,)).fetchone()
            if row is None and language != DEFAULT:
                return self.order(DEFAULT)
            self._orders[language] = TitleOrder(row[0] if row else b"")
        return self._orders[language]


class TitleOrder:
    """All practices in the order of their titles."""

    def __init__(self, numbers: bytes) -> None:
        self.numbers = array("I", numbers)

    @cached_property
    def positions(self) -> array[int]:
        """The position of each practice, by its number; others have none that means anything."""
        found = array("I", bytes(4 * (max(self.numbers, default=0) + 1)))
        for position, number in enumerate(self.numbers):
            found[number] = position
        return found

    def first(self, rows: Rows, offset: int, most: int) -> Iterable[int]:
        """Return some practices of a set, in order, from an offset on."""
        if len(rows) == len(self.numbers):
            return self.numbers[offset : offset + most]
        if len(rows) * _DENSE > len(self.numbers):
            return islice(filter(rows.__contains__, self.numbers), offset, offset + most)
        found = heapq.nsmallest(offset + most, rows, key=self.positions.__getitem__)
        return found[offset:]

    def page(self, tiers: Iterable[Rows], offset: int, most: int) -> array[int]:
        """Return some practices of disjoint sets that follow each other, each in order."""
        found = array("I")
        for tier in tiers:
            if offset >= len(tier):
                offset -= len(tier)
                continue
            found.extend(self.first(tier, offset, most - len(found)))
            offset = 0
            if len(found) == most:
                break
        return found


def disjoint(tiers: Iterable[Rows], within: Rows) -> Iterable[Rows]:
    """Yield each set without what stands in one before it, and then what is left of `within`."""
    left = within
    for tier in tiers:
        if not left:
            return
        if found := tier & left:
            left -= found
            yield found
    if left:
        yield left
