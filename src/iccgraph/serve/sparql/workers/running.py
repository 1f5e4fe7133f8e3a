"""One query that a worker is at, and who looks after it while its answer is awaited."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from iccgraph.errors import EngineBusy, QueryTooLarge
from iccgraph.serve.sparql.port import ClientGone, HangUp
from iccgraph.serve.sparql.workers.history import LongQueries
from iccgraph.serve.sparql.workers.process import Reply, Worker, WorkerDied
from iccgraph.serve.sparql.workers.queue import Place
from iccgraph.serve.sparql.workers.turns import Turns
from iccgraph.settings import MIB

QUICK_SECONDS = 0.025
"""What a query may take before it has to let others pass."""
LONG_SECONDS = 0.25
"""A query that took longer is known, and begins in the slow lane while others are there."""
LOOK_SECONDS = 0.2
GROWN = 192 * MIB
"""A worker that holds more than this after a long query is replaced: its memory does not come back
by itself. Units: bytes."""


class Pool(Protocol):
    """What a query needs of the pool that its worker is from."""

    long: LongQueries
    turns: Turns

    def give_back(self, worker: Worker) -> None:
        """Take a worker that has nothing to do."""

    def drop(self, worker: Worker) -> None:
        """End a worker, and have another one soon."""

    def reason(self, error: BaseException) -> BaseException:
        """Return what an error of a worker means for its query."""

    def may_rest(self) -> bool:
        """Return whether a query should make way."""

    def takes_most(self, worker: Worker) -> bool:
        """Return whether all workers together hold too much memory, and this one the most."""


class Running:
    """One query that a worker is at, with the place that it holds."""

    def __init__(
        self, pool: Pool, worker: Worker, place: Place, deadline: float, text: str
    ) -> None:
        """Take a worker and a place; whoever has this must finish it, or drop it."""
        self.pool, self.worker, self.place, self.deadline = pool, worker, place, deadline
        self.text = text
        self.reply = Reply()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Drop the worker when something goes wrong with it, and say what it means.

        Raises: EngineBusy, QueryTimeout, QueryTooLarge, ClientGone.
        """
        try:
            yield
        except BaseException as error:
            self.pool.drop(self.worker)
            self.place.leave()
            if isinstance(error, WorkerDied) and not self.worker.fresh:
                self.pool.long.add(self.text)
            if isinstance(error, WorkerDied | TimeoutError) and self.worker.fresh:
                raise EngineBusy("no query worker could be started; try again later") from None
            raise self.pool.reason(error) from None

    def read(self) -> bool:
        """Take what is there of the answer, without waiting; return whether more can come."""
        with contextlib.suppress(WorkerDied):  # what that means is for whoever waits for the answer
            return not self.worker.read(self.reply, socket.MSG_DONTWAIT)
        return False

    def complete(self) -> bool:
        """Return whether the whole answer is there."""
        return not self.reply.missing()

    def finish(self, hung_up: HangUp) -> tuple[dict[str, Any], bytes]:
        """Wait for the whole answer, and return its status and body.

        Raises: EngineBusy, QueryTimeout, QueryTooLarge, ClientGone.
        """
        with self.guarded():
            watch = _Watch(self, hung_up)
            self.worker.finish(self.reply, self.deadline, watch)
        return self.parts()

    def parts(self) -> tuple[dict[str, Any], bytes]:
        """Return the status and body of the complete answer, and let go of worker and place."""
        long = time.monotonic() - self.reply.begun > QUICK_SECONDS
        if long and self.worker.memory() > GROWN:
            self.pool.drop(self.worker)
        else:
            self.pool.give_back(self.worker)
        self.place.leave()
        return self.reply.parts()

    def drop(self) -> None:
        """End the query."""
        self.pool.drop(self.worker)
        self.place.leave()


class _Watch:
    """Looks after one query while its answer is awaited."""

    def __init__(self, running: Running, hung_up: HangUp) -> None:
        self.pool, self.worker, self.place = running.pool, running.worker, running.place
        self.text, self.hung_up = running.text, hung_up

    def __call__(self, seconds: float) -> float:
        """Send the query to the slow lane, or end it, when it is time to.

        Raises: ClientGone, QueryTooLarge.
        """
        if seconds < QUICK_SECONDS:
            return QUICK_SECONDS - seconds
        if self.hung_up():
            raise ClientGone
        if seconds > LONG_SECONDS and self.text not in self.pool.long:
            self.pool.long.add(self.text)
        if self.place.held and self.pool.may_rest() and self.worker.rest():
            self.pool.turns.add(self.worker)
            self.place.leave()
        if seconds > LOOK_SECONDS and self.pool.takes_most(self.worker):
            raise QueryTooLarge(
                "queries need more memory together than there is, and this one the most;"
                " ask for less, or try again later"
            )
        return QUICK_SECONDS if self.place.held else LOOK_SECONDS
