"""Lets the workers in the slow lane run in turns, a few at a time.

A short query hardly feels one process of the lowest priority for each processor, but many of them:
the scheduler then takes milliseconds to come to it. So all but a few are stopped.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from iccgraph.serve.sparql.workers.process import Worker

TURN_SECONDS = 0.1


class Turns:
    """The slow lane of one pool."""

    def __init__(self, places: int) -> None:
        """Begin empty; so many workers run at a time."""
        self.places = places
        self.lock = threading.Lock()
        self.workers: deque[Worker] = deque()
        self.turning = self.closed = False

    def add(self, worker: Worker) -> None:
        """Take in a worker; it waits for its turn if others are there."""
        with self.lock:
            if self.closed:
                return
            self.workers.append(worker)
            if len(self.workers) <= self.places:
                return
            worker.halt()
            if self.turning:
                return
            self.turning = True
        threading.Thread(target=self._turn, name="turns", daemon=True).start()

    def remove(self, worker: Worker) -> None:
        """Forget a worker, if it is here, and let the next one run."""
        with self.lock:
            if worker in self.workers:
                self.workers.remove(worker)
                self._run()

    def close(self) -> None:
        """Forget all workers, for good."""
        with self.lock:
            self.closed = True
            self.workers.clear()

    def _run(self) -> None:
        for place, worker in enumerate(self.workers):
            if place < self.places:
                worker.go_on()

    def _turn(self) -> None:
        while True:
            time.sleep(TURN_SECONDS)
            with self.lock:
                if len(self.workers) <= self.places:
                    self._run()
                    self.turning = False
                    return
                for _ in range(self.places):
                    self.workers[0].halt()
                    self.workers.rotate(-1)
                self._run()
