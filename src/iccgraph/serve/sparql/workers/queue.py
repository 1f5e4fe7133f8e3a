"""Who runs when: the waiting line for workers, time slices of long queries, large answers in turn.

Everything here happens on the event loop, so nothing needs a lock.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from iccgraph.errors import EngineBusy, EngineUnavailable
from iccgraph.serve.sparql.workers.process import Worker

SLICE_SECONDS: Final = 0.1


class WorkerQueue:
    """Idle workers, and the queries that wait for one in the order in which they came."""

    def __init__(self, most_waiting: int) -> None:
        self.most_waiting = most_waiting
        self.idle: list[Worker] = []
        self.line: deque[asyncio.Future[Worker]] = deque()

    async def take(self, seconds: float) -> Worker:
        """Return a worker as soon as there is one.

        Raises: EngineBusy if too many wait already, or none becomes free in so many seconds.
        """
        if self.idle and not self.line:
            return self.idle.pop()
        if len(self.line) >= self.most_waiting:
            raise EngineBusy(f"{len(self.line)} queries are waiting already; try again later")
        waiter: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self.line.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                return await waiter
        except BaseException as error:
            if waiter in self.line:
                self.line.remove(waiter)
            elif waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                self.give(waiter.result())  # it came too late for us
            if isinstance(error, TimeoutError):
                raise EngineBusy("no worker became free in time; try again later") from None
            raise

    def give(self, worker: Worker) -> None:
        """Hand a worker that has nothing to do to the first in line."""
        while self.line:
            waiter = self.line.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self.idle.append(worker)

    def refuse(self, error: EngineUnavailable | EngineBusy) -> None:
        """Tell all who wait that there will be no worker."""
        while self.line:
            waiter = self.line.popleft()
            if not waiter.done():
                waiter.set_exception(error)


class TimeSlices:
    """Lets workers of the lowest priority run in turns, a few at a time.

    A short query hardly feels one such process for each processor, but many of them: the
    scheduler then takes milliseconds to come to it. So all but a few are stopped.
    """

    def __init__(self, slots: int) -> None:
        """Begin empty; so many workers run at a time."""
        self.slots = slots
        self.workers: deque[Worker] = deque()
        self.timer: asyncio.TimerHandle | None = None

    def add(self, worker: Worker) -> None:
        """Take in a worker; its turn is now, for most that come here are nearly done."""
        self.workers.appendleft(worker)
        self._run()

    def remove(self, worker: Worker) -> None:
        """Let a worker run on, if it is here, and the next one too."""
        if worker in self.workers:
            self.workers.remove(worker)
            worker.go_on()
            self._run()

    def _run(self) -> None:
        """Let the first workers run and stop the others, until the next slice of time."""
        for order, worker in enumerate(self.workers):
            if order < self.slots:
                worker.go_on()
            else:
                worker.halt()
        if self.timer is None and len(self.workers) > self.slots:
            self.timer = asyncio.get_running_loop().call_later(SLICE_SECONDS, self._rotate)

    def _rotate(self) -> None:
        self.timer = None
        self.workers.rotate(-self.slots)
        self._run()


class Transfers:
    """Lets large answers come in a few at a time, so that no more of them are in memory."""

    def __init__(self, slots: int) -> None:
        """Begin empty; so many come in at a time."""
        self.slots = slots
        self.coming: set[Worker] = set()
        self.held: deque[Worker] = deque()

    def begin(self, worker: Worker) -> bool:
        """True if a worker's answer may come now; else it goes on when its turn has come."""
        if len(self.coming) >= self.slots:
            self.held.append(worker)
            return False
        self.coming.add(worker)
        return True

    def end(self, worker: Worker) -> None:
        """Let the next one come, if this one has come or its query has ended."""
        if worker in self.held:
            self.held.remove(worker)
        if worker in self.coming:
            self.coming.remove(worker)
            if self.held:
                following = self.held.popleft()
                self.coming.add(following)
                following.go_on_reading()
