"""Keeps the answers of an engine: an answer is a function of the release and the question.

It belongs to one release and ends with it, so nothing is ever out of date.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict

from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.port import Begun, Engine, HangUp, Query, Question, nobody_hangs_up
from iccgraph.settings import Settings

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


class CachedEngine:
    """A bridge to the engine until it is a coroutine."""

    def __init__(self, engine: KeptAnswers) -> None:
        """Keep the engine."""
        self.engine = engine

    def find(self, query: Query) -> bytes | None:
        """Return a kept answer."""
        return self.engine.find(_question(query))

    async def answer(self, query: Query) -> bytes:
        """Return the answer."""
        gone = threading.Event()
        try:
            return await asyncio.to_thread(self.engine.answer, _question(query), gone.is_set)
        except asyncio.CancelledError:
            gone.set()
            raise

    async def check(self) -> None:
        """Look."""

    def healthy(self) -> bool:
        """Return whether the engine is well."""
        return self.engine.healthy()

    def close(self) -> None:
        """End."""
        self.engine.close()


def _question(query: Query) -> Question:
    return Question(
        query.text,
        query.query_type,
        query.format,
        query.dataset,
        query.default_graphs,
        query.named_graphs,
        federated=query.federated,
    )


def open_engine(release: OpenRelease, settings: Settings, services: Services) -> CachedEngine:
    """Return the engine."""
    from iccgraph.serve.sparql.federation.engine import Federated
    from iccgraph.serve.sparql.remote import RemoteEngine
    from iccgraph.serve.sparql.workers.embedded import EmbeddedEngine

    kind = RemoteEngine if settings.sparql_endpoint else EmbeddedEngine
    engine: Engine = kind(release, settings)
    if services.endpoints:
        engine = Federated(engine, services, settings)
    return CachedEngine(KeptAnswers(engine, settings.query_kept))
