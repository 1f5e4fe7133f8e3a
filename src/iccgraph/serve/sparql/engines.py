"""Keeps the answers of an engine: an answer is a function of the release and the question.

It belongs to one release and ends with it, so nothing is ever out of date.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from iccgraph.serve.sparql.port import Begun, Engine, HangUp, Question, nobody_hangs_up

_OVERHEAD = 512


class KeptAnswers:
    """An engine that gives the answers which another one has given before."""

    def __init__(self, engine: Engine, most_bytes: int) -> None:
        """Keep answers of up to so many bytes together; the oldest go first."""
        self.engine, self.most_bytes = engine, most_bytes
        self.kept: OrderedDict[Question, bytes] = OrderedDict()
        self.size = 0
        self.lock = threading.Lock()

    def answer(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Return the whole answer.

        Raises: what the engine raises; an error is never kept.
        """
        content = self.find(question)
        if content is None:
            content = self.engine.answer(question, hung_up)
            self.keep(question, content)
        return content

    def find(self, question: Question) -> bytes | None:
        """Return the answer that was given before."""
        with self.lock:
            content = self.kept.get(question)
            if content is not None:
                self.kept.move_to_end(question)
            return content

    async def begin(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> Begun | None:
        """Return the engine's query; its answer is for the caller to keep.

        Raises: what the engine raises.
        """
        return await self.engine.begin(question, hung_up)

    def keep(self, question: Question, content: bytes) -> None:
        """Keep an answer if it is small enough, and nobody else had a part in it."""
        weight = _weight(question, content)
        if question.federated or weight * 16 > self.most_bytes:
            return
        with self.lock:
            if question in self.kept:
                return
            self.kept[question] = content
            self.size += weight
            while self.size > self.most_bytes:
                self.size -= _weight(*self.kept.popitem(last=False))

    def healthy(self) -> bool:
        """Return whether the engine can be asked."""
        return self.engine.healthy()

    def close(self) -> None:
        """Let go of everything."""
        self.kept.clear()
        self.engine.close()


def _weight(question: Question, content: bytes) -> int:
    return len(content) + 4 * len(question.text) + _OVERHEAD
