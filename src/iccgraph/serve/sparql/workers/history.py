"""Remembers which queries took long, so that they need not show it again while others wait."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from typing import Final

MOST: Final = 1_000
_COMMENT: Final = re.compile(r"(<[^<>\s]*>)|#[^\r\n]*|\s+")


class LongQueries:
    """The last queries that took long; comments and spaces make no other query of one."""

    def __init__(self) -> None:
        """Begin with none."""
        self.names: OrderedDict[int, None] = OrderedDict()
        self.lock = threading.Lock()

    def add(self, text: str) -> None:
        """Remember a query; the one that was not seen for longest is forgotten."""
        name = _name(text)
        with self.lock:
            self.names[name] = None
            self.names.move_to_end(name)
            if len(self.names) > MOST:
                self.names.popitem(last=False)

    def __contains__(self, text: str) -> bool:
        """Return whether such a query took long before."""
        return bool(self.names) and _name(text) in self.names


def _name(text: str) -> int:
    return hash(_COMMENT.sub(r"\1", text))
