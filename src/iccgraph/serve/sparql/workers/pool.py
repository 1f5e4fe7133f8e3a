"""A pool of query workers with two lanes, so that long queries are never in the way of short ones.

A query begins in the quick lane, which has few places. If it is not done soon and others wait, it
loses its place and its priority: it goes on while nothing else wants the processor, until its time
is up. Nobody can tell a short query from a long one beforehand, so nobody has to; but one that took
long before begins there while others do.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
import time
from typing import Any

from iccgraph.errors import EngineBusy, QueryTimeout, QueryTooLarge
from iccgraph.serve.sparql.port import HangUp, nobody_hangs_up
from iccgraph.serve.sparql.workers.history import LongQueries
from iccgraph.serve.sparql.workers.process import ForkServer, Worker, WorkerDied
from iccgraph.serve.sparql.workers.queue import Place, QuickLane
from iccgraph.serve.sparql.workers.running import Running
from iccgraph.serve.sparql.workers.turns import Turns
from iccgraph.settings import MIB, Settings

MEASURE_SECONDS = 0.1
"""How often the memory of all workers is looked at, at most."""
READY_SECONDS = 1.0
"""How long workers may be missing before the pool is not well."""


class WorkerPool:
    """Runs requests in worker processes of one opening, each within its limits."""

    def __init__(self, opening: dict[str, Any], settings: Settings) -> None:
        """Start the processes."""
        self.settings = settings
        self.opening = opening
        self.places = settings.workers_per_process
        self.lane = QuickLane(self.places, settings.query_queue)
        self.long = LongQueries()
        self.turns = Turns(self.places)
        self.lock, self.filling = threading.Lock(), threading.Lock()
        self.idle: list[Worker] = []
        self.all: set[Worker] = set()
        self.closed = False
        self.entering = 0
        self.measured, self.held = 0.0, dict[Worker, int]()
        self.server = ForkServer(opening)
        threading.Thread(target=self._fill, daemon=True).start()

    def run(
        self,
        request: dict[str, Any],
        hung_up: HangUp = nobody_hangs_up,
        deadline: float = math.inf,
    ) -> tuple[dict[str, Any], bytes]:
        """Return the status and the body of a worker's answer.

        Raises: EngineBusy, QueryTimeout, QueryTooLarge, ClientGone.
        """
        deadline = min(deadline, time.monotonic() + self.settings.query_timeout)
        if self._enters_resting(request["text"]):
            return self._begin_resting(request, deadline).finish(hung_up)
        place = self.lane.enter(deadline)
        return self._begin(request, place, deadline).finish(hung_up)

    def begins_resting(self, text: str) -> bool:
        """Return whether a query should leave the quick lane alone: it is long, and not alone."""
        return 0 < self._resting() < self.settings.query_long and text in self.long

    def _enters_resting(self, text: str) -> bool:
        """Take one of the places beside the quick lane, and return whether that was right."""
        with self.lock:
            enters = self.begins_resting(text)
            self.entering += enters
        return enters

    def _begin_resting(self, request: dict[str, Any], deadline: float) -> Running:
        try:
            worker = self._start()
            worker.rest()
        finally:  # from now on the worker itself is counted
            with self.lock:
                self.entering -= 1
        running = Running(self, worker, Place(self.lane, held=False), deadline, request["text"])
        with running.guarded():
            worker.open()
            running.reply = worker.begin(request)
        self.turns.add(worker)
        return running

    async def begin(self, request: dict[str, Any], hung_up: HangUp = nobody_hangs_up) -> Running:
        """Return a query that has begun; waits on an event loop, and never makes it wait.

        Raises: EngineBusy, QueryTooLarge, ClientGone.
        """
        deadline = time.monotonic() + self.settings.query_timeout
        place = await self.lane.enter_soon(deadline, hung_up)
        with self.lock:
            worker = self.idle.pop() if self.idle else None
        if worker is not None and not worker.fresh and worker.alive():
            running = Running(self, worker, place, deadline, request["text"])
            with running.guarded():
                running.reply = worker.begin(request)
            return running
        if worker is not None:
            self.give_back(worker)
        loop = asyncio.get_running_loop()
        begun = loop.run_in_executor(None, self._begin, request, place, deadline)
        try:
            return await asyncio.shield(begun)
        except asyncio.CancelledError:  # nobody will take what a thread is about to give
            begun.add_done_callback(_let_go)
            raise

    def _begin(self, request: dict[str, Any], place: Place, deadline: float) -> Running:
        try:
            worker = self._take()
        except BaseException:
            place.leave()
            raise
        running = Running(self, worker, place, deadline, request["text"])
        with running.guarded():
            worker.open()
            running.reply = worker.begin(request)
        return running

    def _take(self) -> Worker:
        while True:
            with self.lock:
                worker = self.idle.pop() if self.idle else None
            if worker is None:
                return self._start()
            if worker.alive():
                return worker
            self.drop(worker)

    def _start(self) -> Worker:
        with self.lock:
            if self.closed:
                raise EngineBusy("the release has just been replaced; try again")
            if not self.server.alive():
                self.server.close()
                self.server = ForkServer(self.opening)
            server = self.server
        try:
            worker = server.worker()
        except WorkerDied:
            raise EngineBusy("no query worker could be started; try again later") from None
        with self.lock:
            if not self.closed:
                self.all.add(worker)
                return worker
        worker.kill()
        raise EngineBusy("the release has just been replaced; try again")

    def _fill(self) -> None:
        """Have as many workers ready as there are places."""
        with self.filling, contextlib.suppress(EngineBusy):
            while not self.closed and len(self.all) < self.places:
                self.give_back(self._start())

    def give_back(self, worker: Worker) -> None:
        """Take a worker that has nothing to do, unless a query meanwhile started one too many."""
        with self.lock:
            others = sum(not other.resting for other in self.all) - 1
            keep = not (self.closed or worker.resting or others >= self.places)
            if keep:
                self.idle.append(worker)
        if not keep:
            self.drop(worker)

    def drop(self, worker: Worker) -> None:
        """End a worker, and have another one soon; whoever does this waits for neither."""
        with self.lock:
            known = worker in self.all
            self.all.discard(worker)
        self.turns.remove(worker)
        if known:
            worker.end()
            threading.Thread(target=self._replace, args=(worker,), daemon=True).start()

    def _replace(self, worker: Worker) -> None:
        worker.clear()
        self._fill()

    def reason(self, error: BaseException) -> BaseException:
        """Return what an error of a worker means for its query."""
        if isinstance(error, TimeoutError):
            seconds = self.settings.query_timeout
            return QueryTimeout(
                f"the query ran longer than {seconds:g} seconds and was stopped; ask for less"
            )
        if isinstance(error, WorkerDied):
            return QueryTooLarge(
                f"the query needs more than {self.settings.query_memory // MIB} MiB of memory"
                " or nests too deep, and was stopped; ask for less"
            )
        return error

    def may_rest(self) -> bool:
        """Return whether a query should make way: others wait, and there is room for it."""
        return self.lane.waiting > 0 and self._resting() < self.settings.query_long

    def _resting(self) -> int:
        return self.entering + sum(worker.resting for worker in tuple(self.all))

    def takes_most(self, worker: Worker) -> bool:
        """Return whether all workers together hold too much memory, and this one the most."""
        now = time.monotonic()
        if now - self.measured >= MEASURE_SECONDS:  # everyone who waits asks
            self.measured = now
            self.held = {other: other.memory() for other in tuple(self.all)}
        over = sum(self.held.values()) > self.settings.query_memory_together
        return over and self.held.get(worker, 0) == max(self.held.values())

    def healthy(self) -> bool:
        """Return whether workers are ready and run, or are there before long.

        One that ended idle is replaced first. That queries end at their limits, and take their
        workers with them, is no reason to say no: the next ones come within milliseconds.
        """
        deadline = time.monotonic() + READY_SECONDS
        while not (ready := self._ready()) and not self.closed and time.monotonic() < deadline:
            time.sleep(READY_SECONDS / 20)
        return ready

    def _ready(self) -> bool:
        with self.lock:
            ended = [worker for worker in self.idle if not worker.alive()]
            self.idle = [worker for worker in self.idle if worker not in ended]
        for worker in ended:
            self.drop(worker)
        self._fill()
        with self.lock:
            return not self.closed and self.server.alive() and len(self.all) >= self.places

    def close(self) -> None:
        """End all processes."""
        with self.lock:
            self.closed = True
            self.turns.close()
            workers, self.all, self.idle = self.all, set(), []
        self.server.close()
        for worker in workers:
            worker.kill()


def _let_go(begun: asyncio.Future[Running]) -> None:
    if not begun.cancelled() and begun.exception() is None:
        begun.result().drop()
