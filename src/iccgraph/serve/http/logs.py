"""Logs as lines of JSON on standard error: one for each request, and what else happens."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson


class JsonLines(logging.Formatter):
    """Formats each record of `logging` as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(said).decode()


def configure() -> None:
    """Send everything that this process logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


class RequestLog:
    """Collects the lines of many requests, for each write costs time; one thread at a time."""

    def __init__(self, wanted: bool) -> None:
        """Begin with none; ask whether it is `wanted` before anything is added."""
        self.wanted = wanted
        self.lines: list[bytes] = []

    def add(self, **said: Any) -> None:
        """Take what is said of one request."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = {"time": now, "level": "info", "event": "request", **said}
        self.lines.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def take(self) -> bytes:
        """Return the lines that have come together."""
        content = b"".join(self.lines)
        self.lines.clear()
        return content


def write(lines: bytes) -> None:
    """Write lines to standard error; it may be slow to take them."""
    sys.stderr.buffer.write(lines)
    sys.stderr.buffer.flush()
