"""One request to another machine: only to an address that was checked, never longer than it may.

A name is looked up once; every address that it has must be a public one, and the connection goes
to just that address, so that a second look-up cannot lead elsewhere. A thread beside cuts the
connection when the time is up or the query was cancelled, whatever the other side is sending.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final, TypeVar, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from iccgraph.errors import ClientDisconnected

_TICK: Final = 0.1
_PIECE: Final = 1 << 16
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when an answer is waited for (monotonic clock), and whether anyone still waits."""

    time: float
    cancelled: threading.Event = field(default_factory=threading.Event)

    def left(self) -> float:
        """Return how many seconds there are, a little at least."""
        return max(0.01, self.time - time.monotonic())

    def passed(self) -> bool:
        """True if the time is up."""
        return time.monotonic() >= self.time


def is_public(address: Address) -> bool:
    """True if an address is one of the public network, and no other one in disguise."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def is_own_word(host: str) -> bool:
    """True if an operator who writes this host means exactly one machine: an address."""
    if host.lower() == "localhost":
        return True
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


class CancellableThreads:
    """Threads for calls that wait for other machines."""

    def __init__(self, most: int, name: str) -> None:
        """Start none yet."""
        self.executor = ThreadPoolExecutor(most, name)

    async def run(self, call: Callable[[threading.Event], Result]) -> Result:
        """Return what a call returns in a thread; its event is set when the task is cancelled.

        Raises: what the call raises, but for the frames of its thread: they may hold objects of the
        engine that no other thread may let go of.
        """
        cancelled = threading.Event()

        def caught() -> tuple[Result | None, Exception | None]:
            try:
                return call(cancelled), None
            except Exception as error:
                error.__cause__ = error.__context__ = None
                return None, error.with_traceback(None)

        try:
            found, error = await asyncio.wrap_future(self.executor.submit(caught))
        finally:
            cancelled.set()
        if error is not None:
            raise error
        return cast(Result, found)

    def close(self) -> None:
        """End the threads once their calls have ended."""
        self.executor.shutdown(wait=False)


class CancellableRequest:
    """A request that this thread makes by a `session`, until its deadline or until it is cancelled.

    `refusal` says what was wrong with the other side's address; `connected` is True if there was
    a connection.
    """

    def __init__(self, trusted: bool, deadline: Deadline) -> None:
        """Prepare; `trusted` lets the operator's own private address pass."""
        self.trusted, self.deadline = trusted, deadline
        self.refusal = ""
        self.late = self.cancelled = self.connected = False
        self.connections: list[socket.socket] = []
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, name="service-watch", daemon=True)

    def __enter__(self) -> CancellableRequest:
        """Begin to watch."""
        _current.request = self
        self.thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Cut the connections unless all went well: then the next request may have them.

        Raises: TimeoutError or ClientDisconnected if they were cut before; what was read then is
        only a part, even if it looks whole, or like nonsense.
        """
        self.done.set()
        self.thread.join()
        self._close(cut=kind is not None)
        if self.cancelled:
            raise ClientDisconnected from None
        if self.late:
            raise TimeoutError("the time was up") from None

    def _watch(self) -> None:
        while not self.done.wait(min(_TICK, self.deadline.left())):
            self.late = self.deadline.passed()
            self.cancelled = not self.late and self.deadline.cancelled.is_set()
            if self.late or self.cancelled:
                self._close(cut=True)
                return

    def _close(self, cut: bool) -> None:
        with self.lock:
            for connection in self.connections:
                if cut:
                    with contextlib.suppress(OSError):  # it was closed already
                        connection.shutdown(socket.SHUT_RDWR)
                connection.close()
            self.connections.clear()

    def connect(self, host: str, port: int, seconds: float, options: Any) -> socket.socket:
        """Return a connection to an address of a host that was checked.

        Raises: OSError, with `refusal` set where the address is not allowed.
        """
        failure: OSError = OSError("it has no address")
        for address in self._addresses(host, port, seconds):
            try:
                connection = create_connection((address, port), seconds, socket_options=options)
            except OSError as error:
                failure = error
                continue
            self.hold(connection)
            connection.settimeout(self.deadline.left())
            return connection
        raise failure

    def hold(self, connection: socket.socket) -> None:
        """Cut this connection too when it is time to."""
        self.connected = True
        with self.lock:  # what lies below TLS, which a thread beside must not speak
            self.connections.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.late or self.cancelled:
            self._close(cut=True)

    def _addresses(self, host: str, port: int, seconds: float) -> list[str]:
        found = _look_up(host.strip("[]"), port, seconds)
        local = host.lower() == "localhost"
        for text in found:
            address = ip_address(text.partition("%")[0])
            private = self.trusted and (address.is_loopback or not local)
            if not private and not is_public(address):
                self.refusal = "its name leads to an address that is not public"
                raise OSError(self.refusal)
        return found


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a host; a slow name server is left behind (OSError)."""
    answer: Future[list[Any]] = Future()

    def look() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(OSError(str(error)))

    threading.Thread(target=look, name="service-name", daemon=True).start()
    return list(dict.fromkeys(str(entry[4][0]) for entry in answer.result(seconds)))


_current = threading.local()
"""Its `request` is the CancellableRequest that each thread is making."""


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        request: CancellableRequest = _current.request
        seconds = cast(float, self.timeout)
        try:
            return request.connect(self._dns_host, self.port or 0, seconds, self.socket_options)
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def request(self, *arguments: Any, **options: Any) -> None:
        if self.sock is not None:  # it is left from a request before
            _current.request.hold(self.sock)
        super().request(*arguments, **options)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def session(most: int = 1) -> requests.Session:
    """Return a session for requests that are made within a CancellableRequest each.

    It keeps up to so many connections for the next requests; nothing of the environment touches it.
    """
    made = requests.Session()
    made.trust_env = False
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=most, max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    made.adapters.clear()
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made


def read_content(response: requests.Response, most: int) -> bytes:
    """Return the body of a streamed response, unpacked; one that is larger is cut soon after.

    Units: `most` in bytes. Raises: requests.RequestException, HTTPError, OSError.
    """
    content = bytearray()
    while len(content) <= most and (part := response.raw.read1(_PIECE, decode_content=True)):
        content += part
    return bytes(content)
