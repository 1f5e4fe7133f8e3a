"""Who asks, and how much one client may ask of us (RFC 6585, section 4: 429).

Requests are counted by the minute in a small file that all web processes of a server map into
their memory, since a client's connections reach any of them.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from werkzeug.exceptions import TooManyRequests

from iccgraph.settings import Settings

MINUTE = 60
_SLOT = struct.Struct("<QII")
_SLOTS = 1 << 14
_TRIED = 8


def counter_file() -> Path:
    """Make the empty file of counters; it belongs to the server that makes it."""
    handle, name = tempfile.mkstemp(prefix="iccgraph-clients-")
    os.truncate(handle, _SLOT.size * _SLOTS)
    os.close(handle)
    return Path(name)


def client_of(peer: str, forwarded: str, proxies: int) -> str:
    """Return the address of the client: the peer's, or what the proxies that we trust say.

    `peer` is an address with a port; `forwarded` is X-Forwarded-For, in which each proxy added the
    address of whoever asked it.
    """
    if proxies and forwarded:
        named = [part.strip() for part in forwarded.split(",")]
        return named[-proxies] if len(named) >= proxies else named[0]
    return peer.rpartition(":")[0].strip("[]")


class Clients:
    """Counts what clients ask; those of this machine itself are not limited, unless forwarded."""

    def __init__(self, settings: Settings, counters: Path) -> None:
        """Map the counters that all processes share."""
        self.settings = settings
        with counters.open("r+b") as file:
            self.table = mmap.mmap(file.fileno(), 0)
        self.lock = threading.Lock()
        self.asking: Counter[str] = Counter()

    def limited(self, client: str) -> bool:
        """Return whether limits are held against a client: not if it is a proxy or the operator."""
        return bool(self.settings.proxies) or not _is_here(client)

    def count(self, client: str) -> None:
        """Count one request.

        :raise 429: it is one too many in this minute.
        """
        if not self.limited(client):
            return
        now = int(time.time())
        most = self.settings.client_requests
        if self._counted(client, now // MINUTE) > most:
            raise TooManyRequests(
                f"One client may ask for {most} answers in a minute; wait a little.",
                retry_after=MINUTE - now % MINUTE,
            )

    def _counted(self, client: str, minute: int) -> int:
        """Add one to the client's count of this minute and return it."""
        name = int.from_bytes(hashlib.blake2b(client.encode(), digest_size=8).digest(), "little")
        with self.lock:
            oldest, place = minute + 1, 0
            for step in range(_TRIED):
                at = (name + step) % _SLOTS * _SLOT.size
                owner, when, count = _SLOT.unpack_from(self.table, at)
                if owner == name and when == minute:
                    _SLOT.pack_into(self.table, at, name, minute, count + 1)
                    return int(count) + 1
                if when < oldest:
                    oldest, place = when, at
            _SLOT.pack_into(self.table, place, name, minute, 1)
            return 1

    @contextmanager
    def query(self, client: str) -> Iterator[None]:
        """Hold one of the client's queries for as long as it runs.

        :raise 429: as many of its queries as it may have are running.
        """
        most = self.settings.client_queries
        with self.lock:
            if self.limited(client) and self.asking[client] >= most:
                raise TooManyRequests(
                    f"One client may have {most} queries running; wait for one of them.",
                    retry_after=1,
                )
            self.asking[client] += 1
        try:
            yield
        finally:
            with self.lock:
                self.asking[client] -= 1
                if not self.asking[client]:
                    del self.asking[client]


@lru_cache(maxsize=1024)
def _is_here(client: str) -> bool:
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return False
