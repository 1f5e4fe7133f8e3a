"""The one bounded cache: whatever clients make us keep is weighed, so that memory stays bounded."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps values up to a total weight; what was not used for longest goes first.

    Arguments: `most_bytes` bounds the weight of everything; `weigh` says how many bytes a key and
    its value take; one entry may take a sixteenth of the whole.
    """

    def __init__(self, most_bytes: int, weigh: Callable[[K, V], int]) -> None:
        self.most_bytes, self.weigh = most_bytes, weigh
        self.heaviest = most_bytes // 16
        self.size = 0
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """Return the value of a key and mark it as used; None if it is not kept."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: K, value: V) -> None:
        """Keep a value, unless it is too heavy; replaces the value that the key had."""
        weight = self.weigh(key, value)
        with self._lock:
            old = self._entries.pop(key, None)
            if old is not None:
                self.size -= old[1]
            if weight > self.heaviest:
                return
            self._entries[key] = (value, weight)
            self.size += weight
            while self.size > self.most_bytes:
                self.size -= self._entries.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.size = 0
