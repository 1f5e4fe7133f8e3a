"""The documents of one release as data, in every format of a graph, as soon as they can be had.

A practice is cut out of a dump; anything else is described from the store when it is first
asked for, and kept as it was written. Whoever asks again, with whatever query string, waits for
neither.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from iccgraph.serve.dataset.describe import Description
from iccgraph.serve.dataset.excerpts import PracticeExcerpts
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.representation import write_graph
from iccgraph.serve.http.negotiation import Format
from iccgraph.settings import MIB

MOST_BYTES = 32 * MIB
"""Kept documents take so much memory together; what was not asked for longest goes first."""
Name = tuple[str, str, str]


class DataDocuments:
    """Gives documents to any number of threads."""

    def __init__(self, release: OpenRelease, most_bytes: int = MOST_BYTES) -> None:
        """Begin with nothing kept.

        Raises: OSError if a dump of the release is missing.
        """
        self.release, self.most_bytes = release, most_bytes
        self.practices = PracticeExcerpts(release)
        self.kept: OrderedDict[Name, bytes] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()

    def ready(self, kind: str, key: str, form: Format) -> bytes | None:
        """Return a document, None if its thing must be described first, or is not there."""
        if kind == "practice" and (cut := self.practices.document(key, form)):
            return cut
        name = (kind, key, form.name)
        with self.lock:
            if name in self.kept:
                self.kept.move_to_end(name)
            return self.kept.get(name)

    def write(self, kind: str, key: str, form: Format, description: Description) -> bytes:
        """Return the document that says what a description of its thing says, and keep it."""
        content = write_graph(description.triples, form, self.release.context, description.root)
        self._keep((kind, key, form.name), content)
        return content

    def _keep(self, name: Name, content: bytes) -> None:
        with self.lock:
            self.size += len(content) - len(self.kept.pop(name, b""))
            self.kept[name] = content
            while self.size > self.most_bytes:
                self.size -= len(self.kept.popitem(last=False)[1])
