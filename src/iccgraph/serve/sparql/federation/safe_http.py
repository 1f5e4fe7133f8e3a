"""One request to another machine: only to an address that was checked, never longer than it may.

A name is looked up once; every address that it has must be a public one, and the connection goes
to just that address, so that a second look-up cannot lead elsewhere. A thread beside cuts the
connection when the time is up or the query was cancelled, whatever the other side is sending.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from types import TracebackType
from typing import Any, Final, TypeVar, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

CONNECT_SECONDS: Final = 5.0
_TICK: Final = 0.1
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address
Given = TypeVar("Given")


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

    async def run(self, call: Callable[[threading.Event], Given]) -> Given:
        """Return what a call returns in a thread; its event is set when the task is cancelled.

        Raises: what the call raises, but for the frames of its thread: they may hold objects of the
        engine that no other thread may let go of.
        """
        cancelled = threading.Event()

        def caught() -> tuple[Given | None, Exception | None]:
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
        return cast(Given, found)

    def close(self) -> None:
        """End the threads once their calls have ended."""
        self.executor.shutdown(wait=False)


class CancellableRequest:
    """A request that is under way, until its deadline or until it is cancelled.

    `refusal` says what was wrong with the other side's address; `late` is True if the request was
    cut because its time was up, `cancelled` if because nobody waits for it any more.
    """

    def __init__(self, trusted: bool, deadline: Deadline) -> None:
        """Prepare; `trusted` lets the operator's own private address pass."""
        self.trusted, self.deadline = trusted, deadline
        self.refusal = ""
        self.late = self.cancelled = False
        self.lines: list[socket.socket] = []
        self.lock = threading.Lock()
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch, name="service-watch", daemon=True)

    def __enter__(self) -> CancellableRequest:
        """Begin to watch."""
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut whatever is still open."""
        self.done.set()
        self.thread.join()
        self._cut()

    @property
    def cut(self) -> bool:
        """True if the request was cut from here."""
        return self.late or self.cancelled

    def _watch(self) -> None:
        while not self.done.wait(min(_TICK, self.deadline.left())):
            self.late = self.deadline.passed()
            self.cancelled = not self.late and self.deadline.cancelled.is_set()
            if self.cut:
                self._cut()
                return

    def _cut(self) -> None:
        with self.lock:
            for line in self.lines:
                with contextlib.suppress(OSError):  # it was closed already
                    line.shutdown(socket.SHUT_RDWR)
                line.close()
            self.lines.clear()

    def connect(self, host: str, port: int, options: Any) -> socket.socket:
        """Return a connection to an address of a host that was checked.

        Raises: OSError, with `refusal` set where the address is not allowed.
        """
        seconds = min(CONNECT_SECONDS, self.deadline.left())
        failure: OSError = OSError("it has no address")
        for address in self._addresses(host, port, seconds):
            try:
                line = create_connection((address, port), seconds, socket_options=options)
            except OSError as error:
                failure = error
                continue
            self.hold(line)
            line.settimeout(self.deadline.left())
            return line
        raise failure

    def hold(self, line: socket.socket) -> None:
        """Cut this connection too when it is time to."""
        with self.lock:  # what lies below TLS, which a thread beside must not speak
            self.lines.append(socket.socket(fileno=os.dup(line.fileno())))
        if self.cut:
            self._cut()

    def release(self) -> None:
        """Leave the connections alone from now on: the next request may have them."""
        with self.lock:
            for line in self.lines:
                line.close()
            self.lines.clear()

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
    """Return the addresses of a host; a slow name server is left behind.

    Raises: OSError.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=look, name="service-name", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("its name could not be looked up in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def session(request: CancellableRequest) -> requests.Session:
    """Return a session for one request; nothing of the environment touches it."""

    def connect(self: HTTPConnection) -> socket.socket:
        try:
            return request.connect(self._dns_host, self.port or 0, self.socket_options)
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    plain = type("Plain", (HTTPConnection,), {"_new_conn": connect})
    secure = type("Secure", (HTTPSConnection,), {"_new_conn": connect})
    return _session(plain, secure, 1)


class CurrentRequest(threading.local):
    """The request that each thread is waiting for."""

    request: CancellableRequest


def lasting_session(current: CurrentRequest, most: int) -> requests.Session:
    """Return a session that keeps up to so many connections for the next requests.

    Each can be cut while a thread's request is under way on it.
    """

    def kept(base: type[HTTPConnection]) -> type:
        def request(self: HTTPConnection, *arguments: Any, **options: Any) -> None:
            base.request(self, *arguments, **options)
            current.request.hold(self.sock)

        return type(base.__name__, (base,), {"request": request})

    return _session(kept(HTTPConnection), kept(HTTPSConnection), most)


def _session(plain: type, secure: type, most: int) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=most, max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
    made.adapters.clear()
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made
