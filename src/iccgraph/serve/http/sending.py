"""Sends a response as fast as its client reads, and leaves a client that hardly does.

A client that reads slowly or never must hold neither memory nor a connection for long: what it has
not taken goes to a file, and a connection that makes no progress is closed. The server itself would
wait for such a client for as long as the kernel does.
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from iccgraph.serve.http.message import Headers, Request, Response
from iccgraph.settings import MIB

PIECE: Final = 256 * 1024
"""Bodies up to this size are handed over at once, larger ones in pieces of it."""
SLOWEST: Final = 64 * 1024
"""A client must read so fast on average. Units: bytes a second."""
STALL_SECONDS: Final = 1.0
"""A client that takes no piece for so long has the rest of its body wait in a file."""
SPILLED: Final = MIB
"""Rests up to this size may wait in memory."""


class Sender:
    """Sends the responses of one web process."""

    def __init__(self, patience_seconds: float) -> None:
        """Keep how long a client may take none of its response."""
        self.seconds = patience_seconds

    async def send(self, request: Request, response: Response, proto: Any) -> int:
        """Send a response and return how many bytes of its body were taken."""
        headers = [*response.headers, ("X-Request-Id", request.id)]
        if response.status in (408, 413):
            headers.append(("Connection", "close"))  # the rest of the body is not wanted
        if response.stream is None and len(response.body) <= PIECE:
            if request.method == "HEAD" or not response.body:
                proto.response_empty(response.status, headers)
                return 0
            proto.response_bytes(response.status, headers, response.body)
            return len(response.body)
        return await self._send_pieces(request, response, headers, proto)

    async def _send_pieces(
        self, request: Request, response: Response, headers: Headers, proto: Any
    ) -> int:
        source, sent = _Source(response), 0
        loop = asyncio.get_running_loop()
        try:
            if request.method == "HEAD":
                proto.response_empty(response.status, headers)
                return 0
            transport = proto.response_stream(response.status, headers)
            begun = loop.time()
            while piece := await source.next():
                latest = min(loop.time(), begun + sent / SLOWEST) + self.seconds
                await self._send_piece(transport, piece, latest, source)
                sent += len(piece)
        except (TimeoutError, RuntimeError):  # the client reads no more, or has gone
            close_connection(request.scope.client)
        finally:
            source.close()
        return sent

    async def _send_piece(
        self, transport: Any, piece: bytes, latest: float, source: _Source
    ) -> None:
        """Send a piece. Units: `latest` by the loop's clock.

        Raises: TimeoutError; RuntimeError when the client has gone.
        """
        sending = asyncio.ensure_future(transport.send_bytes(piece))
        done, _ = await asyncio.wait((sending,), timeout=STALL_SECONDS)
        if not done:
            await source.spill()
        async with asyncio.timeout_at(latest):
            await sending


class _Source:
    """The body of a response, piece by piece, from memory or from a file."""

    def __init__(self, response: Response) -> None:
        self.response, self.at = response, 0
        self.stream = response.stream
        self.parts: Iterator[bytes] | None = None if self.stream is None else iter(self.stream)
        self.file: IO[bytes] | None = None

    async def next(self) -> bytes:
        """Return the next piece, nothing at the end."""
        if self.parts is not None:
            return await asyncio.to_thread(next, self.parts, b"")
        if self.file is not None:
            return await asyncio.to_thread(self.file.read, PIECE)
        piece = self.response.body[self.at : self.at + PIECE]
        self.at += len(piece)
        return piece

    async def spill(self) -> None:
        """Let what is still to come wait in a file, if it is large and in memory."""
        if self.parts is None and self.file is None:
            rest = memoryview(self.response.body)[self.at :]
            if len(rest) > SPILLED:
                self.file = await asyncio.to_thread(_written, rest)
                self.response.body = b""

    def close(self) -> None:
        """Let go of everything."""
        if self.file is not None:
            self.file.close()
        if self.stream is not None:
            self.stream.close()


def _written(content: memoryview) -> IO[bytes]:
    """Return a file without a name that holds the content, to be read from its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    file.write(content)
    file.seek(0)
    return file


def close_connection(peer: str) -> None:
    """Close this process's connection to a peer at once, whatever is still to be sent.

    The server gives no way to do so: it waits until the peer reads. `peer` is its address and port.
    """
    for connection in _sockets():
        with connection:
            try:
                address, port = connection.getpeername()[:2]
            except (OSError, ValueError):  # it is none of a network, or not connected
                continue
            if peer in (f"{address}:{port}", f"[{address}]:{port}"):
                now = struct.pack("ii", 1, 0)  # forget what was not sent yet
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
                connection.shutdown(socket.SHUT_RDWR)


def limit_silence(port: int, seconds: float) -> bool:
    """Have the kernel close connections to a port that take nothing; return whether that works.

    Connections inherit the limit from the socket that listens. Source: Linux, tcp(7).
    """
    found = False
    for listener in _sockets():
        with listener, _ignored_errors():
            listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if listens and listener.getsockname()[1] == port:
                listener.setsockopt(
                    socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000)
                )
                found = True
    return found


@contextmanager
def _ignored_errors() -> Iterator[None]:
    try:
        yield
    except (OSError, IndexError, TypeError):
        return


def _sockets() -> Iterator[socket.socket]:
    """Yield a handle of each socket that this process has open, to be closed by the caller."""
    for path in Path("/proc/self/fd").iterdir():
        try:
            handle = int(path.name)
            if stat.S_ISSOCK(os.fstat(handle).st_mode):
                yield socket.socket(fileno=os.dup(handle))
        except OSError:  # it was closed meanwhile
            continue
