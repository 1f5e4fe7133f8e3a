"""The embedded engine: a few worker processes, each of which can be killed and replaced.

A question gets a whole worker for itself; when its time is up the process is killed, so nothing
that a query does can outlast its limit.
"""

from __future__ import annotations

import math
from typing import Any

from iccgraph import errors
from iccgraph.errors import QueryError, QuerySyntaxError
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.port import HangUp, Question, nobody_hangs_up
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.running import Running
from iccgraph.settings import Settings


class EmbeddedEngine:
    """Answers questions about one release in processes of its own."""

    def __init__(self, release: OpenRelease, settings: Settings) -> None:
        """Start all workers."""
        self.pool = WorkerPool(opening(settings, release), settings)

    def answer(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Return the whole answer.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge, EngineBusy;
        ClientGone.
        """
        return result_of(*self.pool.run(request_of(question), hung_up, deadline_of(question)))

    async def begin(
        self, question: Question, hung_up: HangUp = nobody_hangs_up
    ) -> EmbeddedQuery | None:
        """Return the question's query when it has begun, None if it is known to take long.

        Raises: EngineBusy, QueryTooLarge, ClientGone.
        """
        if self.pool.begins_resting(question.text):
            return None
        return EmbeddedQuery(await self.pool.begin(request_of(question), hung_up))

    def healthy(self) -> bool:
        """Return whether every worker's process runs; one that ended idle is replaced first."""
        return self.pool.healthy()

    def close(self) -> None:
        """Kill all workers."""
        self.pool.close()


class EmbeddedQuery:
    """A query that one of our workers is at."""

    def __init__(self, running: Running) -> None:
        """Take over a query that has begun."""
        self.running = running
        self.handle = running.worker.talk.fileno()

    def read(self) -> bool:
        """Take what is there, without waiting; return whether more can come."""
        return self.running.read()

    def complete(self) -> bool:
        """Return whether the whole answer is there."""
        return self.running.complete()

    def result(self) -> bytes:
        """Return the complete answer and let go of the worker.

        Raises: QueryError.
        """
        return result_of(*self.running.parts())

    def wait(self, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Wait for the answer, return it and let go of the worker.

        Raises: QueryError, ClientGone.
        """
        return result_of(*self.running.finish(hung_up))

    def drop(self) -> None:
        """End the query."""
        self.running.drop()


def opening(settings: Settings, release: OpenRelease | None) -> dict[str, Any]:
    """Return what workers open, and their limits; without a release they open an empty store."""
    return {
        "folder": str(release.folder.resolve()) if release else "",
        "memory_triples": settings.memory_triples,
        "triples": release.manifest.content.counts["triples"] if release else 0,
        "memory": settings.query_memory,
        "rows": settings.query_rows,
        "bytes": settings.query_bytes,
    }


def request_of(question: Question) -> dict[str, Any]:
    """Return a question as a worker is asked it."""
    return {name: getattr(question, name) for name in Question.__slots__}


def deadline_of(question: Question) -> float:
    """Return when the answer must be there, infinity if only the limit of time says so."""
    return question.deadline or math.inf


def result_of(status: dict[str, Any], body: bytes) -> bytes:
    """Return a worker's answer.

    Raises: QueryError, as the worker reports it.
    """
    if status["ok"]:
        return body
    raise error_of(status)


def error_of(status: dict[str, Any]) -> QueryError:
    """Return the error that a worker reports."""
    if status["error"] == "QuerySyntaxError":
        return QuerySyntaxError(status["message"], status["line"], status["column"])
    kind = getattr(errors, status["error"], QueryError)
    error: QueryError = kind(status["message"])
    return error
