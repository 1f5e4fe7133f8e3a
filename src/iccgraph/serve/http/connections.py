"""The TCP connections of this process, as the kernel sees them: how much their clients have taken.

The server takes whatever it is given to send and keeps it until the client reads, and it waits for
that as long as the kernel does. So we ask the kernel. Source: Linux, tcp(7), ioctl_tty(2).
"""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import struct
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final

SLOWEST: Final = 64 * 1024
"""A client must take so much of its response on average. Units: bytes a second."""
_HANDLES: Final = Path("/proc/self/fd")
_STATE: Final = struct.Struct("B")
_ACKED: Final = struct.Struct("=120xQ")
"""Where a connection's state, and the bytes that its peer has acknowledged, are in `tcp_info`."""
_OPEN: Final = (1, 8)
"""The states ESTABLISHED and CLOSE_WAIT, in which a peer may still read."""
_NOW: Final = struct.pack("ii", 1, 0)
"""Has a close forget what was not sent yet, instead of waiting for it (SO_LINGER)."""


class Connection:
    """A handle of our own on one connection; it must be closed."""

    def __init__(self, line: socket.socket, peer: str) -> None:
        self.line, self.peer = line, peer

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the handle, not the connection."""
        self.line.close()

    def _info(self) -> bytes:
        return self.line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED.size)

    def whole(self) -> bool:
        """True if the client has ended neither direction: one that has will wait for nothing."""
        try:
            return bool(_STATE.unpack_from(self._info())[0] == _OPEN[0])
        except OSError:
            return False

    def open(self) -> bool:
        """True if the client may still read."""
        try:
            return _STATE.unpack_from(self._info())[0] in _OPEN
        except OSError:
            return False

    def taken(self) -> int:
        """Return how many bytes the client's system has acknowledged since it connected."""
        return int(_ACKED.unpack(self._info())[0])

    def waiting(self) -> int:
        """Return how many bytes the kernel still holds for the client."""
        filled = fcntl.ioctl(self.line.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
        return int(struct.unpack("i", filled)[0])

    def abort(self) -> None:
        """Close the connection at once, whatever is still to be sent."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW)
        self.line.shutdown(socket.SHUT_RDWR)


def connections() -> Iterator[Connection]:
    """Yield a handle on each connection of this process, to be closed by the caller."""
    if not _HANDLES.is_dir():
        return
    for path in _HANDLES.iterdir():
        try:
            handle = int(path.name)
            if not stat.S_ISSOCK(os.fstat(handle).st_mode):
                continue
            line = socket.socket(fileno=os.dup(handle))
        except OSError:  # it was closed meanwhile
            continue
        peer = _peer(line)
        if peer:
            yield Connection(line, peer)
        else:
            line.close()


def _peer(line: socket.socket) -> str:
    """Return the address and port of a connection's peer, empty if it is no TCP connection."""
    try:
        if line.family in (socket.AF_INET, socket.AF_INET6):
            address, port = line.getpeername()[:2]
            return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    except OSError:  # it listens, or is not connected any more
        pass
    return ""


def connection_to(peer: str) -> Connection | None:
    """Return a handle on the connection to a peer, None if there is none (or no Linux)."""
    found = None
    for connection in connections():
        if found is None and connection.peer == peer:
            found = connection
        else:
            connection.line.close()
    return found


class SlowReaders:
    """Closes connections whose clients take their responses too slowly, or not at all."""

    def __init__(self, seconds: float) -> None:
        """Judge a client by what it takes in so many seconds."""
        self.seconds = seconds
        self.since: dict[str, tuple[float, int]] = {}

    def look(self) -> int:
        """Look at all connections, and return how many were closed; to be called every second."""
        now = time.monotonic()
        known: dict[str, tuple[float, int]] = {}
        closed = 0
        for connection in connections():
            with connection:
                try:
                    if not connection.waiting():
                        continue
                    taken = connection.taken()
                    begun, before = self.since.get(connection.peer, (now, taken))
                    if now - begun < self.seconds:
                        known[connection.peer] = begun, before
                    elif taken - before < SLOWEST * (now - begun):
                        connection.abort()
                        closed += 1
                    else:
                        known[connection.peer] = now, taken
                except OSError:  # it has ended meanwhile
                    continue
        self.since = known
        return closed
