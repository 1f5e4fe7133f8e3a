"""Who asks, and how much one client may ask of us (RFC 6585, section 4: 429).

Requests are counted by the minute in a small file that all web processes of a server map into
their memory, since a client's connections reach any of them.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

from iccgraph.errors import RequestError
from iccgraph.settings import Settings

MINUTE: Final = 60
IPV6_PREFIX: Final = 64
"""A customer has at least so large an IPv6 network, and with it any number of addresses."""
_CELL: Final = struct.Struct("<QII")
_CELLS: Final = 1 << 14
_TRIED: Final = 8
_WITH_PORT: Final = re.compile(r"\[([^\]]*)\](?::\d+)?|([0-9.]+):\d+")


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever asks: an IPv4 address, or an IPv6 network; `local` is this machine itself."""

    name: str
    local: bool = False


def client_of(peer: str, forwarded: str, proxies: int) -> Client:
    """Return the client: the peer, or whom the proxies that we trust name.

    Arguments: `peer` is an address with a port; `forwarded` is X-Forwarded-For, in which each proxy
    added the address of whoever asked it; so many `proxies` are ours.
    """
    address = peer
    if proxies and forwarded:
        named = [part.strip() for part in forwarded.split(",")]
        address = named[-proxies] if len(named) >= proxies else named[0]
    if found := _WITH_PORT.fullmatch(address):
        address = found[1] or found[2]
    try:
        known = ip_address(address)
    except ValueError:  # whatever a proxy may call it, it is somebody
        return Client(hashlib.blake2b(address.encode(), digest_size=8).hexdigest())
    if mapped := getattr(known, "ipv4_mapped", None):
        known = mapped
    if known.version == 6:
        network = ip_network((known.packed, IPV6_PREFIX), strict=False)
        return Client(str(network), known.is_loopback)
    return Client(str(known), known.is_loopback)


class Quota:
    """Counts what clients ask; those of this machine itself are not limited, unless forwarded."""

    def __init__(self, settings: Settings, counters: Path) -> None:
        """Share the file of counters with whoever else has it; the first one makes it."""
        self.settings = settings
        with counters.open("ab") as file:
            file.truncate(_CELL.size * _CELLS)
        with counters.open("r+b") as file:
            self.table = mmap.mmap(file.fileno(), 0)
        self.lock = threading.Lock()
        self.asking: Counter[str] = Counter()

    def limited(self, client: Client) -> bool:
        """True if limits hold for a client: it is neither a proxy of ours nor the operator."""
        return bool(self.settings.proxies) or not client.local

    def count(self, client: Client) -> None:
        """Count one request.

        Raises: RequestError (429) if it is one too many in this minute.
        """
        if not self.limited(client):
            return
        now = int(time.time())
        most = self.settings.client_requests
        if self._counted(client, now // MINUTE) > most:
            raise RequestError(
                429,
                f"One client may send {most:,} requests a minute; wait a little.",
                {"Retry-After": str(MINUTE - now % MINUTE)},
            )

    def _counted(self, client: Client, minute: int) -> int:
        """Add one to the client's count of this minute and return it."""
        digest = hashlib.blake2b(client.name.encode(), digest_size=8).digest()
        name = int.from_bytes(digest, "little")
        with self.lock:
            oldest, place = minute + 1, 0
            for step in range(_TRIED):
                at = (name + step) % _CELLS * _CELL.size
                owner, when, count = _CELL.unpack_from(self.table, at)
                if owner == name and when == minute:
                    _CELL.pack_into(self.table, at, name, minute, count + 1)
                    return int(count) + 1
                if when < oldest:
                    oldest, place = when, at
            _CELL.pack_into(self.table, place, name, minute, 1)
            return 1

    def hold(self, client: Client) -> None:
        """Hold one of the client's queries, until it is released.

        Raises: RequestError (429) if as many of its queries as it may have are running.
        """
        most = self.settings.client_queries
        with self.lock:
            if self.limited(client) and self.asking[client.name] >= most:
                raise RequestError(
                    429,
                    f"One client may have {most} queries running; wait for one of them.",
                    {"Retry-After": "1"},
                )
            self.asking[client.name] += 1

    def release(self, client: Client) -> None:
        """Release one of the client's queries, once its response was sent."""
        with self.lock:
            self.asking[client.name] -= 1
            if not self.asking[client.name]:
                del self.asking[client.name]
