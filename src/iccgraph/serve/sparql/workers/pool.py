"""Our own engine: a pool of worker processes, so that long queries never delay short ones.

A query has a whole worker for itself, and waits in line for it. If it is not done soon and others
wait, it loses its place and its priority: it goes on while nothing else wants the processor, until
its time is up, and another worker takes the place. Nobody can tell a short query from a long one
beforehand, so nobody has to.
When its time is up, or nobody waits for it any more, its process is killed and replaced, so nothing
that a query does can outlast it.
All calls but `close` belong on one event loop.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from iccgraph.errors import EngineBusy, EngineUnavailable, QueryError, QueryTooLarge
from iccgraph.serve.sparql.port import SparqlQuery, timed_out
from iccgraph.serve.sparql.workers.process import (
    OPENING_SECONDS,
    ForkServer,
    Reply,
    Started,
    Worker,
    WorkerDied,
    cause_of_death,
    too_much_memory,
)
from iccgraph.serve.sparql.workers.queue import TimeSlices, Transfers, WorkerQueue
from iccgraph.serve.sparql.workers.worker import Document
from iccgraph.settings import MIB, Settings

QUICK_SECONDS: Final = 0.025
"""What a query may take before it has to let others pass."""
LOOK_SECONDS: Final = 0.2
"""How often a long query is looked after."""
MEASURE_SECONDS: Final = 0.1
"""How often the memory of all workers is measured, at most."""
READY_SECONDS: Final = 1.0
"""How long a missing worker may take to come before the pool is not healthy."""
GROWN: Final = 192 * MIB
"""A worker that holds more than this after a long query is replaced: its memory does not come back
by itself. Units: bytes."""
log = logging.getLogger("iccgraph")


class WorkerPool:
    """An engine that evaluates queries in worker processes of one opening."""

    def __init__(self, opening: Document, settings: Settings) -> None:
        """Start the process that workers are copied from; they come with the first call."""
        self.opening, self.settings = opening, settings
        self.slots = settings.workers_per_process
        self.queue = WorkerQueue(settings.query_queue)
        self.slices = TimeSlices(self.slots)
        self.transfers = Transfers(self.slots)
        self.workers: set[Worker] = set()
        self.starts: set[asyncio.Task[bool]] = set()
        self.measured, self.held = 0.0, dict[Worker, int]()
        self.well = self.closed = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.starter = ThreadPoolExecutor(1, "query-worker")
        self.server = ForkServer(opening)

    async def answer(self, query: SparqlQuery) -> bytes:
        """Return the whole answer; a cancelled task ends the query and frees its place.

        Raises: QueryError.
        """
        begun = time.monotonic()
        deadline = min(query.deadline or math.inf, begun + self.settings.query_timeout)
        while True:
            worker = await self._worker(deadline)
            try:
                reply = await worker.ask(
                    {name: getattr(query, name) for name in SparqlQuery.__slots__}
                )
                break
            except BaseException as error:
                self._drop(worker)
                if not isinstance(error, WorkerDied):  # it had ended before it was asked
                    raise
        try:
            return await self._finished(worker, reply, query.text, deadline)
        finally:
            self.transfers.end(worker)

    async def _finished(
        self, worker: Worker, reply: asyncio.Future[Reply], text: str, deadline: float
    ) -> bytes:
        """Return the content of a reply, and give the worker back or end it; raises QueryError."""
        begun = now = time.monotonic()
        pause = QUICK_SECONDS
        try:
            while not reply.done():
                if now >= deadline:
                    raise timed_out(self.settings.query_timeout)
                await asyncio.wait((reply,), timeout=min(pause, deadline - now))
                now = time.monotonic()
                pause = self._look(worker, now - begun)
            finished = reply.result()
        except BaseException as error:
            raise self._ended(worker, text, error) from None
        self._give_back(worker, now - begun)
        try:
            return finished.content()
        except MemoryError:
            raise too_much_memory(self.settings.query_memory) from None

    def _look(self, worker: Worker, seconds: float) -> float:
        """Take priority from a query, or end it, when it is time to; return when to look again."""
        if worker.reply is None or seconds < QUICK_SECONDS:
            return QUICK_SECONDS
        if worker.reply.size:  # the engine is done, and only the answer still comes
            return LOOK_SECONDS
        if not worker.low_priority and self._may_yield() and worker.lower_priority():
            self.slices.add(worker)
            self._fill()
        if seconds > LOOK_SECONDS and self._takes_most(worker):
            raise QueryTooLarge(
                "queries need more memory together than there is, and this one the most;"
                " ask for less, or try again later"
            )
        return LOOK_SECONDS if worker.low_priority else QUICK_SECONDS

    def _ended(self, worker: Worker, text: str, error: BaseException) -> BaseException:
        """End a query's worker, and return what that means for the query."""
        if isinstance(error, WorkerDied):
            error = cause_of_death(worker.last_words(), self.settings.query_memory)
            if self.closed:
                error = _replaced()
        if isinstance(error, QueryError):
            digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()
            log.warning("query worker ended: %s (query %s)", error, digest)
        self._drop(worker)
        return error

    def _may_yield(self) -> bool:
        """True if a query should let others pass: some wait, and there is room for it."""
        beside = sum(worker.low_priority for worker in self.workers)
        return bool(self.queue.line) and beside < self.settings.query_long

    def _takes_most(self, worker: Worker) -> bool:
        """True if all workers together hold too much memory, and this one the most."""
        now = time.monotonic()
        if now - self.measured >= MEASURE_SECONDS:
            self.measured = now
            self.held = {other: other.memory() for other in self.workers}
        over = sum(self.held.values()) > self.settings.query_memory_together
        return over and self.held.get(worker, 0) == max(self.held.values())

    async def _worker(self, deadline: float) -> Worker:
        """Return the next worker that is idle; raises EngineBusy, EngineUnavailable."""
        if self.closed:
            raise _replaced()
        if len(self.workers) < self.slots:
            self._fill()
        return await self.queue.take(deadline - time.monotonic())

    def _fill(self) -> None:
        """Start a worker for each slot that has none."""
        self.loop = asyncio.get_running_loop()
        there = sum(not worker.low_priority for worker in self.workers)
        missing = 0 if self.closed else self.slots - there - len(self.starts)
        for _ in range(missing):
            start = self.loop.create_task(self._start())
            self.starts.add(start)
            start.add_done_callback(self.starts.discard)

    async def _start(self) -> bool:
        """Start one more worker for those who wait; True if it could be started."""
        try:
            worker = await self._started()
        except (EngineUnavailable, EngineBusy) as error:
            if not self.workers:
                self.queue.refuse(error)
            return False
        self.queue.give(worker)
        return True

    async def _started(self) -> Worker:
        """Return a new worker whose store is open.

        Raises: EngineUnavailable if none can be started, EngineBusy if the pool is closed.
        """
        worker: Worker | None = None
        try:
            loop = asyncio.get_running_loop()
            worker = Worker(*await loop.run_in_executor(self.starter, self._copy))
            worker.large, worker.died = self._may_come, self._died
            async with asyncio.timeout(OPENING_SECONDS):
                status = (await worker.expect()).status
            if not status["ok"]:
                raise WorkerDied(status["message"])
        except (WorkerDied, TimeoutError, RuntimeError) as error:
            reason = str(error)
            if worker is not None:
                reason = reason or worker.last_words() or "it took too long"
                worker.free()
            if self.closed:
                raise _replaced() from None
            log.error("no query worker could be started: %s", reason)
            raise EngineUnavailable("no query worker could be started; try again later") from None
        if self.closed:
            worker.free()
            raise _replaced()
        self.workers.add(worker)
        return worker

    def _copy(self) -> Started:
        """Return a copy of the process that workers are copied from; blocks; raises WorkerDied."""
        if not self.closed and not self.server.alive():
            self.server.close()
            self.server = ForkServer(self.opening)
            if self.closed:
                self.server.close()
        return self.server.start()

    def _may_come(self, worker: Worker) -> bool:
        """True if the large answer of a worker may come now; it runs on until it has sent it."""
        self.slices.remove(worker)
        return self.transfers.begin(worker)

    def _died(self, worker: Worker) -> None:
        """Replace a worker that ended while it was idle; a query sees for itself."""
        if worker in self.queue.idle:
            self.queue.idle.remove(worker)
            if not self.closed:
                log.warning(
                    "an idle query worker ended: %s", worker.last_words() or "it was killed"
                )
            self._drop(worker)

    def _give_back(self, worker: Worker, seconds: float) -> None:
        """Take a worker back after its query; one that cannot be of use any more is ended."""
        grown = seconds > QUICK_SECONDS and worker.memory() > GROWN
        active = sum(not other.low_priority for other in self.workers)
        if self.closed or worker.low_priority or grown or active > self.slots:
            self._drop(worker)
        else:
            self.queue.give(worker)

    def _drop(self, worker: Worker) -> None:
        """End a worker, and start another one if its place is empty now."""
        self.workers.discard(worker)
        self.slices.remove(worker)
        worker.free()
        self._fill()

    def healthy(self) -> bool:
        """True if no worker was missing for long when that was last checked."""
        return self.well and not self.closed

    async def check(self) -> None:
        """Start the workers that are missing, and see whether they come.

        That queries end at their limits, and take their workers with them, is no reason to say no:
        the next ones come within milliseconds.
        """
        self._fill()
        done, late = set[asyncio.Task[bool]](), set[asyncio.Task[bool]]()
        if self.starts:
            done, late = await asyncio.wait(self.starts, timeout=READY_SECONDS)
        self.well = not late and all(start.result() for start in done)

    def close(self) -> None:
        """End all processes; queries that run or wait get an error."""
        self.closed = True
        self.server.close()  # its copies end with it, which those who wait for them see
        self.starter.shutdown(wait=False)
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.queue.refuse, _replaced())


def _replaced() -> EngineBusy:
    return EngineBusy("the release has just been replaced; try again")
