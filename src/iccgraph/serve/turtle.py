"""The Turtle of a practice, cut out of the dump, where it stands already.

It says what `describe` says, in the dump's order. To ask the store and write it anew takes ten
times as long, and there are more practices than of anything else.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections import OrderedDict
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, serialize

from iccgraph.release import manifest
from iccgraph.serve.describe import brief
from iccgraph.serve.store import OpenRelease
from iccgraph.vocab import PREFIXES

_PREFIXED: Final = re.compile(rb"[\s^]([a-z]+):")
_LINES: Final = {
    name.encode(): f"@prefix {name}: <{PREFIXES[name]}> .\n".encode() for name in PREFIXES
}
_SPAN: Final = (
    "SELECT p.turtle_at, p.turtle_size FROM thing t JOIN practice p ON p.id = t.id"
    " WHERE t.kind = 'practice' AND t.key = ?"
)
MOST_BRIEFS: Final = 20_000
"""What is said of so many mentioned things is kept; it takes some 200 bytes for each."""


class PracticeTurtle:
    """Gives the Turtle documents of one release's practices to any number of threads."""

    def __init__(self, release: OpenRelease) -> None:
        """Open the dump.

        Raises: OSError if it is not there.
        """
        self.release = release
        self.file = os.open(release.folder / manifest.TURTLE, os.O_RDONLY)
        base = re.escape(f"{release.iris.base}id/".encode())
        self.things = re.compile(rb"<(" + base + rb"(?:city|country|topic|practice)/[a-z0-9-]+)>")
        self.briefs: OrderedDict[bytes, bytes] = OrderedDict()
        self.lock = threading.Lock()

    def document(self, key: str) -> bytes | None:
        """Return the document about a practice, None if there is none or it must be made anew."""
        try:
            row = self.release.index.execute(_SPAN, (key,)).fetchone()
        except sqlite3.OperationalError:  # a release that was built before the index told the place
            return None
        if row is None or row[0] is None:
            return None
        at, size = row
        said = os.pread(self.file, size, at)
        root = self.release.iris.thing("practice", key).encode()
        mentioned = sorted(set(self.things.findall(said)) - {root})
        body = b"".join((said, *map(self._brief, mentioned)))
        used = set(_PREFIXED.findall(body))
        return b"".join((*(line for name, line in _LINES.items() if name in used), body))

    def _brief(self, iri: bytes) -> bytes:
        """Return the type and labels of a thing that is only mentioned."""
        kept = self.briefs.get(iri)
        if kept is not None:
            return kept
        triples = list(brief(self.release, NamedNode(iri.decode())))
        turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
        found = turtle[turtle.index(b"\n<") + 1 :] if triples else b""
        with self.lock:
            self.briefs[iri] = found
            if len(self.briefs) > MOST_BRIEFS:
                self.briefs.popitem(last=False)
        return found

    def __del__(self) -> None:
        """Close the dump with the release."""
        os.close(self.file)
