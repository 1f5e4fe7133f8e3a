"""One query worker as the server sees it, and the process that workers are copied from."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from iccgraph.serve.sparql.workers.worker import frame

OPENING_SECONDS = 20.0
CLEARING_SECONDS = 5.0
PAGE = os.sysconf("SC_PAGE_SIZE")
PIECE, LEAST = 1 << 20, 1 << 15
"""How many bytes are asked for at a time; nothing ever follows an answer, so more does no harm."""
WORKER = "iccgraph.serve.sparql.workers.worker"
Look = Callable[[float], float]
"""Is called while an answer is awaited, with the seconds so far; returns after how many seconds it
wants to be called again; what it raises ends the wait."""


class WorkerDied(Exception):
    """The process ended before its answer was complete."""


class Reply:
    """One answer of a worker while it comes in: a frame and, unless it has none, a body."""

    def __init__(self, body: bool = True) -> None:
        """Begin with nothing; time counts from now."""
        self.content = bytearray()
        self.body = body
        self.begun = time.monotonic()

    def missing(self) -> int:
        """Return how many bytes are still to come, as far as is known yet."""
        have = len(self.content)
        if have < 4:
            return 4 - have
        end = 4 + int(struct.unpack_from(">I", self.content)[0])
        if not self.body:
            return end - have
        if have < end + 8:
            return end + 8 - have
        return end + 8 + int(struct.unpack_from(">Q", self.content, end)[0]) - have

    def parts(self) -> tuple[dict[str, Any], bytes]:
        """Return the status and the body of a complete answer."""
        end = 4 + struct.unpack_from(">I", self.content)[0]
        return json.loads(self.content[4:end]), bytes(memoryview(self.content)[end + 8 :])


class Worker:
    """One worker process, with a socket to talk to it and a handle to kill it."""

    def __init__(self, talk: socket.socket, pid: int, handle: int) -> None:
        """Take a process that has just been started and is opening its store."""
        self.talk, self.pid, self.handle = talk, pid, handle
        self.born = time.monotonic()
        self.fresh = True
        self.resting = False
        self.poll = select.poll()
        self.poll.register(talk.fileno(), select.POLLIN | select.POLLHUP)

    def open(self) -> None:
        """Wait until the store is open.

        Raises: TimeoutError when it takes too long, WorkerDied when the process ended.
        """
        if self.fresh:
            ready = Reply(body=False)
            self.finish(ready, self.born + OPENING_SECONDS, lambda _: OPENING_SECONDS)
            self.fresh = False

    def begin(self, request: dict[str, Any]) -> Reply:
        """Ask, and return the answer that is to come; the store must be open.

        Raises: WorkerDied when the process ended.
        """
        try:
            self.talk.sendall(frame(request))
        except OSError as error:
            raise WorkerDied from error
        return Reply()

    def read(self, reply: Reply, flags: int = 0) -> bool:
        """Take what is there of an answer, and return whether it is complete.

        Raises: WorkerDied when the process ended.
        """
        try:
            part = self.talk.recv(min(max(reply.missing(), LEAST), PIECE), flags)
        except BlockingIOError:
            return False
        except OSError as error:
            raise WorkerDied from error
        if not part:
            raise WorkerDied
        reply.content += part
        return not reply.missing()

    def finish(self, reply: Reply, deadline: float, look: Look) -> None:
        """Wait until an answer is complete.

        Units: the deadline is a time of the monotonic clock.
        Raises: TimeoutError when the time is up, WorkerDied when the process ended.
        """
        now = time.monotonic()
        pause = look(now - reply.begun)
        while reply.missing():
            while not self.poll.poll(max(0.0, min(pause, deadline - now)) * 1000):
                now = time.monotonic()
                if now >= deadline:
                    raise TimeoutError
                pause = look(now - reply.begun)
            self.read(reply)
            now = time.monotonic()

    def rest(self) -> bool:
        """Let everything else on this machine go first, for good; tell whether it could be done."""
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))
            self.resting = True
        return self.resting

    def halt(self) -> None:
        """Let the process stand still."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let the process go on, if it stands still."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):  # it has ended
            signal.pidfd_send_signal(self.handle, number)

    def memory(self) -> int:
        """Return how many bytes of memory the process holds; 0 if it has ended."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE
        except (OSError, ValueError, IndexError):
            return 0

    def alive(self) -> bool:
        """Return whether the process runs."""
        return not _ended(self.handle, 0)

    def end(self) -> None:
        """End the process now; `clear` takes away what is left of it."""
        if self.resting and self.alive():  # with the last priority it would also end last
            with contextlib.suppress(OSError):
                os.sched_setscheduler(self.pid, os.SCHED_OTHER, os.sched_param(0))
        self._signal(signal.SIGKILL)

    def clear(self) -> None:
        """Wait until the process has ended, and leave nothing of it behind."""
        _ended(self.handle, CLEARING_SECONDS)
        os.close(self.handle)
        self.talk.close()

    def kill(self) -> None:
        """End the process and wait for that."""
        self.end()
        self.clear()


def _ended(handle: int, seconds: float) -> bool:
    """Return whether a process has ended, or does so in time; `select` knows no large handles."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


class ForkServer:
    """The process that workers are copied from."""

    def __init__(self, opening: dict[str, Any]) -> None:
        """Start the process; it opens what it can while we go on."""
        self.control, theirs = socket.socketpair()
        self.lock = threading.Lock()
        self.opened = False
        with theirs:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "iccgraph.serve.sparql.workers.worker",
                    str(theirs.fileno()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.control.settimeout(OPENING_SECONDS)
        self.control.sendall(frame(opening))

    def worker(self) -> Worker:
        """Return a new worker.

        Raises: WorkerDied when none can be made.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs, self.lock:
                if not self.opened:
                    self._wait()
                socket.send_fds(self.control, [b"w"], [theirs.fileno()])
                message, handles, _, _ = socket.recv_fds(self.control, 4, 1)
            pid = struct.unpack(">I", message)[0]
        except (OSError, struct.error) as error:
            ours.close()
            raise WorkerDied from error
        return Worker(ours, pid, handles[0])

    def _wait(self) -> None:
        head = self.control.recv(4, socket.MSG_WAITALL)
        self.control.recv(struct.unpack(">I", head)[0], socket.MSG_WAITALL)
        self.opened = True

    def alive(self) -> bool:
        """Return whether the process runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the process; its workers are for others to end."""
        self.process.kill()
        self.process.wait()
        self.control.close()
