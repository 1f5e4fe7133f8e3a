"""A real HTTP server that stands in for the sites that tables cite; what each path answers is set.

It keeps who was asked what and when, by a clock of the test.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Handler"], None]


@dataclass(frozen=True)
class Request:
    """One request as it came; `at` is the time of the test's clock."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    at: float


@dataclass
class StandIn:
    """What each path answers, and what was asked."""

    port: int = 0
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    together: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_together: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    now: Callable[[], float] = lambda: 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """Return the address of a path, which begins with a slash, at a name of this machine."""
        return f"{scheme}://{host}:{self.port}{path}"

    def put(self, path: str, *replies: Reply, host: str = "127.0.0.1") -> str:
        """Have a path answer so, one reply after the other and then the last; return its address.

        A path that nothing was set for is 404.
        """
        self.replies[path] = list(replies)
        return self.url(path, host)

    def asked(self, path: str = "") -> list[str]:
        """Return the methods with which a path, or any but robots.txt, was asked."""
        seen = [r for r in self.requests if r.path == path or (not path and "robots" not in r.path)]
        return [request.method for request in seen]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    stand_in: StandIn
    waiting = ""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer as was set."""
        known, host = self.stand_in, self.headers["Host"].rpartition(":")[0]
        with known.lock:
            request = Request(
                self.command, host, self.path, dict(self.headers.items()), known.now()
            )
            known.requests.append(request)
            known.together[host] += 1
            known.most_together[host] = max(known.most_together[host], known.together[host])
            replies = known.replies.get(self.path, [status(404)])
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        self.waiting = host
        try:
            reply(self)
        finally:
            self.answered()

    do_HEAD = do_GET  # noqa: N815  the name is that of http.server

    def answered(self) -> None:
        """Count a request no more; who has its answer may send the next one before we go on."""
        host, self.waiting = self.waiting, ""
        if host:
            with self.stand_in.lock:
                self.stand_in.together[host] -= 1

    def send(self, code: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer; a body only if it was asked for."""
        self.send_response(code)
        if code != 204:
            self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.answered()
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def status(code: int, body: bytes = b"a page", **headers: str) -> Reply:
    """Return a reply with a status and headers."""
    return lambda handler: handler.send(code, body, **headers)


def leads(code: int, location: str) -> Reply:
    """Return a redirect."""
    return status(code, Location=location)


def unless_get(reply: Reply, otherwise: Reply) -> Reply:
    """Return a reply to HEAD, and another one to GET."""
    return lambda handler: (otherwise if handler.command == "GET" else reply)(handler)


def reset(handler: Handler) -> None:
    """End the connection with a reset."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def nonsense(handler: Handler) -> None:
    """Send what is no HTTP."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.close_connection = True


class Server(ThreadingHTTPServer):
    """A server that says nothing of clients that go away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: resets are what the tests want."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Run a stand-in on a free port, with TLS if there is a context."""
    known = StandIn()
    handler = type("BoundHandler", (Handler,), {"stand_in": known})
    server = Server(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    known.port = server.server_address[1]
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
