"""Sends a response as fast as its client reads.

The server has no flow control of its own: it keeps whatever it is given until the client reads. So
a large body is handed over piece by piece, and a very large one waits in a file, so that it takes
no memory however slowly it is read. `connections.SlowReaders` ends those that hardly read.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from typing import IO, Any, Final

from iccgraph.serve.http.connections import Connection, connection_to
from iccgraph.serve.http.message import Headers, Request, Response
from iccgraph.settings import MIB

PIECE: Final = 256 * 1024
"""Bodies up to this size are handed over at once, larger ones in pieces of it."""
AHEAD: Final = MIB
"""So much of a body may be on its way to the client."""
SPILLED: Final = 3 * MIB
"""Bodies up to this size wait in memory, larger ones in a file; stored ones are never larger, since
what waits in a file is gone from the response."""
PAUSES: Final = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
"""Before the kernel is asked again whether the client has taken something. Units: seconds."""


async def send(request: Request, response: Response, proto: Any) -> int:
    """Send a response and return how many bytes of its body were handed over."""
    headers = [*response.headers, ("X-Request-Id", request.id)]
    if response.status in (408, 413):
        headers.append(("Connection", "close"))  # the rest of the body is not wanted
    if request.method == "HEAD" or (response.stream is None and not response.body):
        if response.stream is not None:
            response.stream.close()
        proto.response_empty(response.status, headers)
        return 0
    if response.stream is None and len(response.body) <= PIECE:
        proto.response_bytes(response.status, headers, response.body)
        return len(response.body)
    with contextlib.closing(_Source(response)) as source:
        return await _send_pieces(request.scope.client, response.status, headers, source, proto)


async def _send_pieces(
    peer: str, status: int, headers: Headers, source: _Source, proto: Any
) -> int:
    transport, sent = proto.response_stream(status, headers), 0
    connection = connection_to(peer)
    if connection is None:
        return 0
    with connection:
        try:
            await source.spill()
            before = connection.taken()
            while piece := await source.next():
                await transport.send_bytes(piece)
                sent += len(piece)
                await _taken(connection, before + sent - AHEAD)
            await _taken(connection, before + sent)
        except (OSError, RuntimeError):  # the client has gone, or was left
            pass
    return sent


async def _taken(connection: Connection, enough: int) -> None:
    """Wait until a client has taken enough of what was sent since it connected.

    Raises: OSError when it has gone.
    """
    attempt = 0
    while connection.taken() < enough:
        if not connection.open():
            raise OSError
        await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
        attempt += 1


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
        """Have a very large body wait in a file; where there is no room for it, in memory."""
        if self.parts is None and len(self.response.body) > SPILLED:
            with contextlib.suppress(OSError):
                self.file = await asyncio.to_thread(_written, self.response.body)
                self.response.body = b""

    def close(self) -> None:
        """Let go of everything."""
        if self.file is not None:
            self.file.close()
        if self.stream is not None:
            self.stream.close()


def _written(content: bytes) -> IO[bytes]:
    """Return a file without a name that holds the content, to be read from its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    file.write(content)
    file.seek(0)
    return file
