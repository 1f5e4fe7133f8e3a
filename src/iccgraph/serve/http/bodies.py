"""Reads the body of a request as a whole, in its time and up to its size."""

from __future__ import annotations

import asyncio
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge, RequestTimeout

from iccgraph.errors import ClientDisconnected
from iccgraph.serve.http.message import Request
from iccgraph.settings import Settings

DRAINED = 32 * 1024 * 1024
"""So much of a body that is too large is read and thrown away: many clients look at no answer
before they have sent everything. Units: bytes."""
LET_GO_SECONDS = 0.1
"""So soon a thread of the server lets go of a body that nobody waits for any more; an answer that
came before would leave its connection open."""


async def body_of(request: Request, proto: Any, settings: Settings) -> bytes:
    """Return the whole body of the request.

    Raises: ClientDisconnected when the client hung up before its end.
    :raise 408: it does not come in time.
    :raise 413: it is too large.
    """
    if request.readable:
        return b""
    limit = body_limit(settings, request.path)
    told = request.get("content-length") or "0"
    size = int(told) if told.isdecimal() else limit + 1
    if size > limit and (size > DRAINED or request.get("expect")):
        raise _too_large(limit)
    parts: list[bytes] = []
    taken = 0
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for part in proto:
                taken += len(part)
                if taken <= limit:
                    parts.append(bytes(part))
                elif taken > limit + DRAINED:
                    break
    except TimeoutError:
        await asyncio.sleep(LET_GO_SECONDS)
        if size > limit:
            raise _too_large(limit) from None
        seconds = settings.body_seconds
        raise RequestTimeout(f"The body did not come within {seconds:g} seconds.") from None
    if max(taken, size) > limit:
        raise _too_large(limit)
    if taken < size:
        raise ClientDisconnected
    return b"".join(parts)


def _too_large(limit: int) -> RequestEntityTooLarge:
    return RequestEntityTooLarge(f"The request is larger than {limit} bytes.")


def body_limit(settings: Settings, path: str) -> int:
    """Return how many bytes of body a request to a path may have."""
    if path == "/reconcile":
        return settings.reconcile_bytes
    return settings.query_length * 3 + 64 * 1024
