"""A pool of query workers with two lanes, so that long queries are never in the way of short ones.

A query begins in the quick lane, which has few places. If it is not done soon and others wait, it
loses its place and its priority: it goes on while nothing else wants the processor, until its time
is up. Nobody can tell a short query from a long one beforehand, so nobody has to.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from iccgraph.errors import EngineBusy, QueryTimeout, QueryTooLarge
from iccgraph.serve.engine.lane import Place, QuickLane
from iccgraph.serve.engine.port import ClientGone, HangUp, nobody_hangs_up
from iccgraph.serve.engine.process import ForkServer, Reply, Worker, WorkerDied
from iccgraph.settings import MIB, Settings

QUICK_SECONDS = 0.025
"""What a query may take before it has to let others pass."""
LOOK_SECONDS = 0.2
GROWN = 192 * MIB
"""A worker that holds more than this after a long query is replaced: its memory does not come back
by itself. Units: bytes."""


class WorkerPool:
    """Runs requests in worker processes of one opening, each within its limits."""

    def __init__(self, opening: dict[str, Any], settings: Settings) -> None:
        """Start the processes."""
        self.settings = settings
        self.opening = opening
        self.places = settings.workers_per_process
        self.lane = QuickLane(self.places, settings.query_queue)
        self.lock, self.filling = threading.Lock(), threading.Lock()
        self.idle: list[Worker] = []
        self.all: set[Worker] = set()
        self.closed = False
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
        place = self.lane.enter(deadline)
        return self._begin(request, place, deadline).finish(hung_up)

    async def begin(self, request: dict[str, Any], hung_up: HangUp = nobody_hangs_up) -> Running:
        """Return a query that has begun; waits on an event loop, and never makes it wait.

        Raises: EngineBusy, QueryTooLarge, ClientGone.
        """
        deadline = time.monotonic() + self.settings.query_timeout
        place = await self.lane.enter_soon(deadline, hung_up)
        with self.lock:
            worker = self.idle.pop() if self.idle else None
        if worker is not None and not worker.fresh and worker.alive():
            running = Running(self, worker, place, deadline)
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
        running = Running(self, worker, place, deadline)
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
        resting = sum(worker.resting for worker in tuple(self.all))
        return self.lane.waiting > 0 and resting < self.settings.query_long

    def takes_most(self, worker: Worker) -> bool:
        """Return whether all workers together hold too much memory, and this one the most."""
        held = {other: other.memory() for other in tuple(self.all)}
        over = sum(held.values()) > self.settings.query_memory_together
        return over and held.get(worker, 0) == max(held.values())

    def healthy(self) -> bool:
        """Return whether workers are ready and run; one that ended idle is replaced first."""
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
            workers, self.all, self.idle = self.all, set(), []
        self.server.close()
        for worker in workers:
            worker.kill()


class Running:
    """One query that a worker is at, with the place that it holds."""

    def __init__(self, pool: WorkerPool, worker: Worker, place: Place, deadline: float) -> None:
        """Take a worker and a place; whoever has this must finish it, or drop it."""
        self.pool, self.worker, self.place, self.deadline = pool, worker, place, deadline
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
            watch = _Watch(self.pool, self.worker, self.place, hung_up)
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

    def __init__(self, pool: WorkerPool, worker: Worker, place: Place, hung_up: HangUp) -> None:
        self.pool, self.worker, self.place, self.hung_up = pool, worker, place, hung_up

    def __call__(self, seconds: float) -> float:
        """Send the query to the slow lane, or end it, when it is time to.

        Raises: ClientGone, QueryTooLarge.
        """
        if seconds < QUICK_SECONDS:
            return QUICK_SECONDS - seconds
        if self.hung_up():
            raise ClientGone
        if self.place.held and self.pool.may_rest() and self.worker.rest():
            self.place.leave()
        if seconds > LOOK_SECONDS and self.pool.takes_most(self.worker):
            raise QueryTooLarge(
                "queries need more memory together than there is, and this one the most;"
                " ask for less, or try again later"
            )
        return QUICK_SECONDS if self.place.held else LOOK_SECONDS


def _let_go(begun: asyncio.Future[Running]) -> None:
    if not begun.cancelled() and begun.exception() is None:
        begun.result().drop()
