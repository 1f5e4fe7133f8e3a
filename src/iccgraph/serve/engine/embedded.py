"""The embedded engine: a few worker processes, each of which can be killed and replaced.

A question gets a whole worker for itself; when its time is up the process is killed, so nothing
that a query does can outlast its limit.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import select
import struct
import subprocess
import sys
import threading
import time
from typing import Any

from iccgraph import errors
from iccgraph.errors import EngineBusy, QueryError, QuerySyntaxError, QueryTimeout, QueryTooLarge
from iccgraph.serve.engine.port import Question
from iccgraph.serve.engine.worker import frame
from iccgraph.serve.store import OpenRelease
from iccgraph.settings import Settings

OPENING_SECONDS = 20.0


class WorkerDied(Exception):
    """The process ended before its answer was complete."""


class Worker:
    """One worker process, seen from the server."""

    def __init__(self, opening: dict[str, Any]) -> None:
        """Start the process; it opens its store while we go on."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "iccgraph.serve.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self.born = time.monotonic()
        self.fresh = True
        self._send(frame(opening))

    def _send(self, content: bytes) -> None:
        assert self.process.stdin is not None
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self.process.stdin.fileno(), view) :]
        except BrokenPipeError as error:
            raise WorkerDied from error

    def ask(self, question: Question, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Return the status and body of the answer; time counts from when the store is open.

        Raises: TimeoutError when the time is up, WorkerDied when the process ended.
        """
        if self.fresh:
            self._frame(self.born + OPENING_SECONDS)
            self.fresh = False
        deadline = time.monotonic() + seconds
        self._send(frame(dataclasses.asdict(question)))
        status = self._frame(deadline)
        size = struct.unpack(">Q", self._receive(8, deadline))[0]
        return status, self._receive(size, deadline)

    def _frame(self, deadline: float) -> dict[str, Any]:
        size = struct.unpack(">I", self._receive(4, deadline))[0]
        status: dict[str, Any] = json.loads(self._receive(size, deadline))
        return status

    def _receive(self, size: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        handle = self.process.stdout.fileno()
        poll = select.poll()
        poll.register(handle, select.POLLIN | select.POLLHUP)
        content = bytearray()
        while len(content) < size:
            left = max(0.0, deadline - time.monotonic())
            if not poll.poll(left * 1000):
                raise TimeoutError
            part = os.read(handle, min(size - len(content), 1 << 20))
            if not part:
                raise WorkerDied
            content += part
        return bytes(content)

    def alive(self) -> bool:
        """Return whether the process runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End the process now, and leave nothing of it behind."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class EmbeddedEngine:
    """Answers questions about one release in processes of its own."""

    def __init__(self, release: OpenRelease, settings: Settings) -> None:
        """Start all workers."""
        self.settings = settings
        self.opening = {
            "folder": str(release.folder.resolve()),
            "memory_triples": settings.memory_triples,
            "triples": release.manifest.content.counts["triples"],
            "memory": settings.query_memory,
            "rows": settings.query_rows,
            "bytes": settings.query_bytes,
        }
        self.idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self.lock = threading.Lock()
        self.all: set[Worker] = set()
        self.waiting = 0
        self.closed = False
        for _ in range(settings.workers_per_process):
            self._start()

    def _start(self) -> None:
        worker = Worker(self.opening)
        with self.lock:
            if self.closed:
                worker.kill()
                return
            self.all.add(worker)
        self.idle.put(worker)

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        with self.lock:
            self.all.discard(worker)
        self._start()

    def _take(self) -> Worker:
        with self.lock:
            if self.waiting >= self.settings.query_queue:
                raise EngineBusy(f"{self.waiting} queries are waiting already; try again later")
            self.waiting += 1
        try:
            worker = self.idle.get(timeout=self.settings.query_timeout)
            while not worker.alive():
                self._replace(worker)
                worker = self.idle.get(timeout=self.settings.query_timeout)
            return worker
        except queue.Empty:
            raise EngineBusy("no worker became free in time; try again later") from None
        finally:
            with self.lock:
                self.waiting -= 1

    def answer(self, question: Question) -> bytes:
        """Return the whole answer.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge, EngineBusy.
        """
        worker = self._take()
        try:
            status, body = worker.ask(question, self.settings.query_timeout)
        except (TimeoutError, WorkerDied) as error:
            self._replace(worker)
            if worker.fresh:
                raise EngineBusy("no query worker could be started; try again later") from None
            raise self._stopped(error) from None
        except BaseException:
            self._replace(worker)
            raise
        self.idle.put(worker)
        if status["ok"]:
            return body
        raise _error(status)

    def _stopped(self, error: Exception) -> QueryError:
        if isinstance(error, TimeoutError):
            seconds = self.settings.query_timeout
            return QueryTimeout(
                f"the query ran longer than {seconds:g} seconds and was stopped; ask for less"
            )
        return QueryTooLarge(
            f"the query needs more than {self.settings.query_memory // 2**20} MiB of memory"
            " or nests too deep, and was stopped; ask for less"
        )

    def healthy(self) -> bool:
        """Return whether every worker's process runs; one that ended idle is replaced first."""
        resting: list[Worker] = []
        with contextlib.suppress(queue.Empty):
            while True:
                resting.append(self.idle.get_nowait())
        for worker in resting:
            if worker.alive():
                self.idle.put(worker)
            else:
                self._replace(worker)
        with self.lock:
            return not self.closed and bool(self.all) and all(w.alive() for w in self.all)

    def close(self) -> None:
        """Kill all workers."""
        with self.lock:
            self.closed = True
            workers, self.all = self.all, set()
        for worker in workers:
            worker.kill()


def _error(status: dict[str, Any]) -> QueryError:
    if status["error"] == "QuerySyntaxError":
        return QuerySyntaxError(status["message"], status["line"], status["column"])
    kind = getattr(errors, status["error"], QueryError)
    error: QueryError = kind(status["message"])
    return error
