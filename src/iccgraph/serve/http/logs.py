"""Logs as lines of JSON on standard error: one for each request, and what else happens.

A thread writes them, so that nobody who logs waits for whoever reads; lines that are not taken in
time are dropped and counted.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from iccgraph.settings import MIB

MOST_BYTES: Final = MIB
"""Lines that wait to be written, in each process; more are dropped."""
PAUSE_SECONDS: Final = 0.25
"""Lines are written together, for each write costs time."""


class LogWriter:
    """Writes lines to a file descriptor in a thread of its own."""

    def __init__(self, handle: int, most_bytes: int = MOST_BYTES) -> None:
        self.handle, self.most_bytes = handle, most_bytes
        self.lines: list[bytes] = []
        self.size = self.dropped = 0
        self.wake = threading.Condition()
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self._run, name="log", daemon=True)
        self.thread.start()

    def put(self, line: bytes) -> None:
        """Take a line with its end; never waits."""
        with self.wake:
            if self.size + len(line) > self.most_bytes:
                self.dropped += 1
                return
            self.lines.append(line)
            self.size += len(line)
            self.wake.notify()

    def close(self, seconds: float = 1.0) -> None:
        """Write what there is, and wait for that no longer than so many seconds."""
        self.closing.set()
        with self.wake:
            self.wake.notify()
        self.thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self.wake:
                while not self.lines and not self.closing.is_set():
                    self.wake.wait()
            self.closing.wait(PAUSE_SECONDS)
            content = self._take()
            if not content and self.closing.is_set():
                return
            self._write(content)

    def _take(self) -> bytes:
        with self.wake:
            if self.dropped:
                self.lines.append(_line("warning", f"{self.dropped} lines of the log were dropped"))
            content = b"".join(self.lines)
            self.lines, self.size, self.dropped = [], 0, 0
        return content

    def _write(self, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self.handle, rest) :]
        except BlockingIOError:  # somebody made the pipe non-blocking, and nobody reads it
            with self.wake:
                self.dropped += bytes(rest).count(b"\n")
        except OSError:  # nobody will ever read this again
            return


def _line(level: str, event: str, **more: Any) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    document = {"time": now, "level": level, "event": event, **more}
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


class JsonLines(logging.Handler):
    """Hands each record of `logging` to the writer as one line of JSON."""

    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self.writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record."""
        more = {}
        if record.exc_info:
            more["exception"] = logging.Formatter().formatException(record.exc_info)
        self.writer.put(_line(record.levelname.lower(), record.getMessage(), **more))


def configure() -> LogWriter:
    """Send everything that this process logs to standard error; a new process must do so anew."""
    writer = LogWriter(sys.stderr.fileno())
    logging.basicConfig(level=logging.INFO, handlers=[JsonLines(writer)], force=True)
    return writer


class RequestLog:
    """Writes a line for each request, if the operator wants them."""

    def __init__(self, writer: LogWriter, wanted: bool) -> None:
        """Keep the writer; ask whether lines are `wanted` before anything is added."""
        self.writer, self.wanted = writer, wanted

    def add(self, **members: Any) -> None:
        """Write the line of one request."""
        self.writer.put(_line("info", "request", **members))
