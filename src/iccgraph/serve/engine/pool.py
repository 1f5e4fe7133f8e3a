"""A pool of query workers with two lanes, so that long queries are never in the way of short ones.

A query begins in the quick lane, which has few places. If it is not done soon and others wait, it
loses its place and its priority: it goes on while nothing else wants the processor, until its time
is up. Nobody can tell a short query from a long one beforehand, so nobody has to.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from iccgraph.errors import EngineBusy, QueryTimeout, QueryTooLarge
from iccgraph.serve.engine.port import ClientGone, HangUp, nobody_hangs_up
from iccgraph.serve.engine.process import ForkServer, Worker, WorkerDied
from iccgraph.settings import MIB, Settings

QUICK_SECONDS = 0.025
"""What a query may take before it has to let others pass."""
LOOK_SECONDS = 0.2


class WorkerPool:
    """Runs requests in worker processes of one opening, each within its limits."""

    def __init__(self, opening: dict[str, Any], settings: Settings) -> None:
        """Start the processes."""
        self.settings = settings
        self.opening = opening
        self.places = settings.workers_per_process
        self.free = threading.Condition()
        self.running = self.waiting = 0
        self.lock, self.filling = threading.Lock(), threading.Lock()
        self.idle: list[Worker] = []
        self.all: set[Worker] = set()
        self.closed = False
        self.server = ForkServer(opening)
        threading.Thread(target=self._fill, daemon=True).start()

    def run(
        self, request: dict[str, Any], hung_up: HangUp = nobody_hangs_up
    ) -> tuple[dict[str, Any], bytes]:
        """Return the status and the body of a worker's answer.

        Raises: EngineBusy, QueryTimeout, QueryTooLarge, ClientGone.
        """
        deadline = time.monotonic() + self.settings.query_timeout
        with self._place(deadline) as place:
            worker = self._take()
            try:
                answer = worker.ask(request, deadline, _Watch(self, worker, place, hung_up))
            except BaseException as error:
                self._drop(worker)
                if isinstance(error, WorkerDied) and worker.fresh:
                    raise EngineBusy("no query worker could start; try again later") from None
                raise self._reason(error) from None
            self._give_back(worker)
        return answer

    @contextmanager
    def _place(self, deadline: float) -> Iterator[_Place]:
        """Wait for a place in the quick lane.

        Raises: EngineBusy when too many wait, or none becomes free in time.
        """
        with self.free:
            if self.waiting >= self.settings.query_queue:
                raise EngineBusy(f"{self.waiting} queries are waiting already; try again later")
            self.waiting += 1
            try:
                left = deadline - time.monotonic()
                if not self.free.wait_for(lambda: self.running < self.places, left):
                    raise EngineBusy("no worker became free in time; try again later")
                self.running += 1
            finally:
                self.waiting -= 1
        place = _Place(self)
        try:
            yield place
        finally:
            place.leave()

    def _take(self) -> Worker:
        while True:
            with self.lock:
                worker = self.idle.pop() if self.idle else None
            if worker is None:
                return self._start()
            if worker.alive():
                return worker
            self._drop(worker)

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
                worker = self._start()
                with self.lock:
                    self.idle.append(worker)

    def _give_back(self, worker: Worker) -> None:
        with self.lock:
            keep = not (self.closed or worker.resting or len(self.idle) >= self.places)
            if keep:
                self.idle.append(worker)
        if not keep:
            self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        with self.lock:
            known = worker in self.all
            self.all.discard(worker)
        if known:
            worker.kill()
        self._fill()

    def _reason(self, error: BaseException) -> BaseException:
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
        return self.waiting > 0 and resting < self.settings.query_long

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
            self._drop(worker)
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


class _Place:
    """A place in the quick lane, which is left once."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool, self.held = pool, True

    def leave(self) -> None:
        """Give the place to the next."""
        with self.pool.free:
            if self.held:
                self.held = False
                self.pool.running -= 1
                self.pool.free.notify()


class _Watch:
    """Looks after one query while its answer is awaited."""

    def __init__(self, pool: WorkerPool, worker: Worker, place: _Place, hung_up: HangUp) -> None:
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
