"""One query worker as the server sees it, and the process that workers are copied from.

A worker is read on the event loop, piece by piece as it sends; its end of the line closes when the
process ends, so that nobody has to ask whether it is alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from iccgraph import errors
from iccgraph.errors import EngineError, QueryError, QueryRefused, QuerySyntaxError, QueryTooLarge
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.workers.worker import HEAD, READY, Document, message, read_message
from iccgraph.settings import MIB, Settings

OPENING_SECONDS: Final = 20.0
LARGE: Final = MIB
"""The body of an answer that is larger comes in only when its turn has come. Units: bytes."""
_PIECE: Final = 1 << 18
"""The most that is read at a time; nothing ever follows an answer, so more does no harm."""
_LAST_WORDS: Final = 1 << 16
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_WORKER: Final = "iccgraph.serve.sparql.workers.worker"


Started = tuple[socket.socket, int, int, int]
"""The socket of a new worker, the end of its standard error, its number and its handle."""


class WorkerDied(Exception):
    """The process ended before its answer was complete, or could not be started."""


def opening(settings: Settings, release: OpenRelease | None) -> Document:
    """Return what workers open, and their limits; without a release they open an empty store."""
    return {
        "folder": str(release.folder.resolve()) if release else "",
        "memory_triples": settings.memory_triples,
        "triples": release.manifest.content.counts["triples"] if release else 0,
        "memory": settings.query_memory,
        "rows": settings.query_rows,
        "bytes": settings.query_bytes,
    }


class Reply:
    """One message of a worker while it comes in."""

    def __init__(self, future: asyncio.Future[Reply]) -> None:
        """Begin with nothing; the future is done when the message is complete."""
        self.future = future
        self.status: Document = {}
        self.size = 0
        self._head = b""
        self._body = io.BytesIO()

    def take(self, part: bytes) -> None:
        """Take the next bytes."""
        if not self.status:
            self._head += part
            if len(self._head) < HEAD.size:
                return
            length, self.size = HEAD.unpack_from(self._head)
            end = HEAD.size + length
            if len(self._head) < end:
                return
            self.status = json.loads(self._head[HEAD.size : end])
            part = self._head[end:]
        self._body.write(part)

    @property
    def complete(self) -> bool:
        """True if the whole message is there."""
        return bool(self.status) and self._body.tell() >= self.size

    def content(self) -> bytes:
        """Return the body; its bytes are not copied.

        Raises: QueryError, as the worker reports it.
        """
        if self.status["ok"]:
            return self._body.getvalue()
        raise _reported(self.status)


def _reported(status: Document) -> Exception:
    if status["error"] == "QuerySyntaxError":
        place = (status["line"], status["column"])
        return QuerySyntaxError(status["message"], *place, status["parser"])
    if status["error"] == "MemoryError":
        return MemoryError()
    kind = getattr(errors, status["error"], QueryRefused)  # else the kernel refused it
    if not issubclass(kind, QueryError):
        kind = QueryRefused
    error: QueryError = kind(status["message"])
    return error


class Worker:
    """One worker process: the socket to talk to it, its standard error, a handle to kill it."""

    def __init__(self, talk: socket.socket, stderr: int, pid: int, handle: int) -> None:
        """Take a process that has just been started and is opening its store."""
        self.talk, self.stderr, self.pid, self.handle = talk, stderr, pid, handle
        talk.setblocking(False)
        self.low_priority = self.ended = False
        self.reply: Reply | None = None
        self.loop = asyncio.get_running_loop()
        self.large: Callable[[Worker], bool] = lambda worker: True
        """Asked when a large body is about to come; True if it may come now."""
        self.died: Callable[[Worker], None] = lambda worker: None
        """Called when the process has ended by itself."""
        self.loop.add_reader(talk.fileno(), self._readable)

    def expect(self) -> asyncio.Future[Reply]:
        """Return the next message of the worker, once it is complete."""
        self.reply = Reply(self.loop.create_future())
        return self.reply.future

    async def ask(self, request: Document) -> asyncio.Future[Reply]:
        """Send a request, and return its answer to come.

        Raises: WorkerDied.
        """
        future, content = self.expect(), message(request)
        try:
            sent = self.talk.send(content)
            if sent < len(content):
                await self.loop.sock_sendall(self.talk, content[sent:])
        except OSError as error:
            raise WorkerDied from error
        return future

    def _readable(self) -> None:
        """Take what is there; the event loop calls this."""
        try:
            part = self.talk.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        reply = self.reply
        if not part:
            self.loop.remove_reader(self.talk.fileno())
            self.ended = True
            if reply is not None and not reply.future.done():
                reply.future.set_exception(WorkerDied())
                reply.future.exception()  # a cancelled query does not look at it
            self.died(self)
            return
        if reply is None:
            return
        begins = not reply.status
        reply.take(part)
        if reply.complete:
            self.reply = None
            if not reply.future.done():
                reply.future.set_result(reply)
        elif begins and reply.size > LARGE and not self.large(self):
            self.loop.remove_reader(self.talk.fileno())

    def go_on_reading(self) -> None:
        """Let the large body come that was held back."""
        if not self.ended:
            self.loop.add_reader(self.talk.fileno(), self._readable)

    def lower_priority(self) -> bool:
        """Give this process the lowest priority (SCHED_IDLE) for good; True if that works."""
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))
            self.low_priority = True
        return self.low_priority

    def halt(self) -> None:
        """Stop the process for a while."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let the process go on if it is stopped."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):  # it has ended
            signal.pidfd_send_signal(self.handle, number)

    def memory(self) -> int:
        """Return how many bytes of memory the process holds; 0 if it has ended."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return 0

    def last_words(self) -> str:
        """Return what the process wrote to its standard error."""
        try:
            return os.read(self.stderr, _LAST_WORDS).decode("utf-8", "replace")
        except OSError:
            return ""

    def free(self) -> None:
        """End the process and forget it; on the event loop, once."""
        if self.low_priority and not self.ended:  # with the lowest priority it would also end last
            with contextlib.suppress(OSError):
                os.sched_setscheduler(self.pid, os.SCHED_OTHER, os.sched_param(0))
        self._signal(signal.SIGKILL)
        self.ended = True
        self.reply = None
        self.loop.remove_reader(self.talk.fileno())
        self.talk.close()
        os.close(self.handle)
        os.close(self.stderr)


def cause_of_death(words: str, memory: int) -> QueryError:
    """Return why a worker ended, from what it wrote to its standard error.

    Arguments: `memory` is its limit in bytes. The engine (Rust), its store (C++) and Python's
    `faulthandler` each have words of their own.
    """
    if any(sign in words for sign in ("memory allocation of", "bad_alloc", "MemoryError")):
        return too_much_memory(memory)
    if "Segmentation fault" in words or "overflowed its stack" in words:
        return QueryTooLarge(
            "the query nests too deep for the engine; write it with fewer groups in each other,"
            " and shorter chains of operators"
        )
    if not words:
        return EngineError(
            "the process that evaluated the query was killed from outside, perhaps because this"
            " machine ran out of memory; ask for less, or try again later"
        )
    return EngineError(
        "the engine broke down on this query, by a fault of its own; write the query in another way"
    )


def too_much_memory(memory: int) -> QueryTooLarge:
    """Return the error of a query that wanted more memory than a worker may have."""
    return QueryTooLarge(
        f"the query needs more than {memory // MIB} MiB of memory and was stopped; ask for less"
    )


class ForkServer:
    """The process that workers are copied from; its methods block, so a thread calls them."""

    def __init__(self, opening: Document) -> None:
        """Start the process; it opens what it can while we go on."""
        self.control, theirs = socket.socketpair()
        self.opened = False
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", _WORKER, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "RUST_BACKTRACE": "0"},  # which takes memory when there is none
            )
        self.control.settimeout(OPENING_SECONDS)
        self.control.sendall(message(opening))

    def start(self) -> Started:
        """Return a new worker that has begun to open its store.

        Raises: WorkerDied when none can be made.
        """
        ours, theirs = socket.socketpair()
        stderr, written = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            with theirs:
                self._wait_until_open()
                socket.send_fds(self.control, [b"w"], [theirs.fileno(), written])
                pid, handles, _, _ = socket.recv_fds(self.control, 4, 1)
            return ours, stderr, struct.unpack(">I", pid)[0], handles[0]
        except (OSError, struct.error) as error:
            ours.close()
            os.close(stderr)
            raise WorkerDied(str(error)) from error
        finally:
            os.close(written)

    def _wait_until_open(self) -> None:
        if not self.opened:
            status = read_message(lambda size: self.control.recv(size, socket.MSG_WAITALL))
            if status != READY:
                raise OSError(status["message"] if status else "it ended at once")
            self.opened = True

    def alive(self) -> bool:
        """True if the process runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the process, and with it all its copies."""
        self.process.kill()
        self.process.wait()
        self.control.close()
