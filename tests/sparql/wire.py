"""A client of bytes: sends what it is given, reads what comes, and tells whole answers from others.

Source: RFC 9112, sections 2 to 6.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import LiveServer

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


@dataclass(frozen=True)
class Reply:
    """One answer on a connection; `whole` if no byte of it is missing."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool

    def problem(self) -> Any:
        """Return the problem document that the body is."""
        return json.loads(self.body)


def connect(server: LiveServer, seconds: float = 60) -> socket.socket:
    """Return a connection to a server."""
    return socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 80), seconds)


def send(line: socket.socket, content: bytes) -> None:
    """Send all of it, or as much as is taken."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        line.sendall(content)


def received(line: socket.socket, seconds: float = 60, answers: int = 0) -> list[Reply]:
    """Return the answers that come until the connection is closed, or so many are there.

    Raises: TimeoutError when neither happens in time.
    """
    content = b""
    deadline = time.monotonic() + seconds
    with contextlib.suppress(ConnectionResetError):
        while not (answers and len([r for r in replies(content) if r.whole]) >= answers):
            line.settimeout(max(0.01, deadline - time.monotonic()))
            part = line.recv(1 << 18)
            if not part:
                break
            content += part
    return replies(content)


def replies(content: bytes) -> list[Reply]:
    """Cut what came over a connection into answers; interim ones (1xx) are left out."""
    found = []
    while content:
        head, ended, rest = content.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        match = _STATUS.match(first)
        assert match, f"this is no answer: {content[:80]!r}"
        pairs = [line.decode("latin-1").partition(":")[::2] for line in lines]
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        length = int(headers.get("content-length", "0"))
        whole = bool(ended) and len(rest) >= length
        if int(match[1]) >= 200:
            found.append(Reply(int(match[1]), headers, rest[:length], whole))
        content = rest[length:]
    return found
