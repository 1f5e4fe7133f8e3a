"""An HTTP server that does whatever an endpoint must not do; the path says what."""

from __future__ import annotations

import gzip
import json
import select
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote

from tests.engine.running import PATIENCE

RESULTS = "application/sparql-results+json"
REST = 3000
"""How long the busy ones want to be left alone. Units: seconds."""


def table(*values: str) -> bytes:
    """Return a result in JSON with one variable `v`."""
    rows = [{"v": {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["v"]}, "results": {"bindings": rows}}).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers a POST as the path says."""

    server: FaultyServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Read the request, remember it, and do what the path says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(
            (self.path, parse_qs(body.decode())["query"][0], dict(self.headers))
        )
        self.close_connection = True
        FAULTS[unquote(self.path.strip("/"))](self)

    def send(self, status: int, body: bytes, kind: str = RESULTS, **headers: str) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", headers.pop("length", str(len(body))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def without_end(self, head: bytes, piece: bytes, rest: float) -> None:
        """Send a piece again and again until the other side has left, for a minute at most."""
        deadline = time.monotonic() + PATIENCE
        try:
            self.wfile.write(head)
            while time.monotonic() < deadline and not self.server.over.is_set():
                if select.select([self.connection], [], [], rest)[0]:
                    break  # there is nothing to be read but the end
                self.wfile.write(piece)
                self.wfile.flush()
            else:
                return
        except ConnectionError:
            pass
        self.server.left.append(self.path)

    def held(self) -> None:
        """Answer as soon as the server is told to go on."""
        if self.server.released.wait(PATIENCE):
            self.send(200, table("a", "b"))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _later(seconds: int) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode()
FAULTS: dict[str, Callable[[Handler], None]] = {
    "well": lambda h: h.send(200, table("a", "b")),
    "held": Handler.held,
    "silence": lambda h: h.without_end(b"", b"", 0.1),
    "trickle of a head": lambda h: h.without_end(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.05),
    "trickle of a body": lambda h: h.without_end(HEAD, b" ", 0.05),
    "without end": lambda h: h.without_end(HEAD + table()[:-3], b" " * 65536, 0),
    "busy by seconds": lambda h: h.send(429, b"secret", Retry_After=str(REST)),
    "busy by date": lambda h: h.send(503, b"secret", Retry_After=_later(REST)),
    "busy": lambda h: h.send(429, b"secret", Retry_After="soon"),
    "broken": lambda h: h.send(500, b"secret java.lang.StackTrace"),
    "gateway": lambda h: h.send(504, b"secret"),
    "refusal": lambda h: h.send(400, b"secret"),
    "redirect": lambda h: h.send(302, b"", Location="http://127.0.0.1:1/secret"),
    "page": lambda h: h.send(200, b"<html>secret</html>", "text/html"),
    "page as results": lambda h: h.send(200, b"<html>secret</html>"),
    "error as results": lambda h: h.send(200, b'{"error": "secret"}'),
    "boolean": lambda h: h.send(200, b'{"head": {}, "boolean": true}'),
    "bad name": lambda h: h.send(
        200,
        b'{"head":{"vars":["v"]},"results":{"bindings":['
        b'{"v":{"type":"uri","value":"secret> }"}}]}}',
    ),
    "cut off": lambda h: h.send(200, table("secret")[:-4]),
    "shorter than told": lambda h: h.send(200, table("secret")[:-4], length="9999"),
    "cut off in its packing": lambda h: h.send(
        200, gzip.compress(table("secret"))[:-9], Content_Encoding="gzip"
    ),
    "no packing": lambda h: h.send(200, table("secret"), Content_Encoding="gzip"),
    "other packing": lambda h: h.send(200, table("secret"), Content_Encoding="br"),
    "bomb": lambda h: h.send(200, gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"),
    "many rows": lambda h: h.send(200, table(*map(str, range(200)))),
    "large": lambda h: h.send(200, table("x" * 200_000)),
}


class FaultyServer(ThreadingHTTPServer):
    """The server, on a free port of this machine.

    `seen` are the requests that came, `left` the paths of endless answers that the client cut;
    `released` lets those go on that are held.
    """

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        """Begin to listen; with a context, by HTTPS."""
        super().__init__(("127.0.0.1", 0), Handler)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.left: list[str] = []
        self.over, self.released = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def address(self, fault: str) -> str:
        """Return where a fault is."""
        return f"http://127.0.0.1:{self.server_port}/{fault.replace(' ', '%20')}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""

    def stop(self) -> None:
        """End."""
        self.over.set()
        self.shutdown()
        self.server_close()
        self.thread.join()
