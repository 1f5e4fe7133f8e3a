"""One HTTP request, and its way through the WSGI application (PEP 3333) to a whole answer."""

from __future__ import annotations

import io
import random
import re
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from iccgraph.serve.http.cache import KEEP, LABEL, Answer, Headers, takes_gzip
from iccgraph.settings import MIB

WHOLE = MIB
"""Bodies up to this size are held whole; larger ones are sent as fast as their client reads."""
_HIDDEN = frozenset((KEEP.lower(), LABEL.lower()))
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
Key = tuple[str, ...]


class Request:
    """What the gateway knows of one request before anyone else sees it."""

    def __init__(self, scope: Any, prefix: str, proxies: int) -> None:
        """Read the head of the request; `prefix` is the site's path without its last slash."""
        self.scope = scope
        self.get_all: Callable[[str], list[str]] = scope.headers.get_all
        path: str = scope.path
        self.path = path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
        self.readable = scope.method in ("GET", "HEAD")
        self.addressed = scope.http_version != "1.1" or len(self.get_all("host")) == 1
        self.gzip = takes_gzip(self.get("accept-encoding"))
        given = self.get("x-request-id") if proxies else ""
        self.name = given if _ID.fullmatch(given) else f"{random.getrandbits(128):032x}"

    def get(self, name: str) -> str:
        """Return what a header says, on however many lines it does (RFC 9110, section 5.3)."""
        return ",".join(self.get_all(name))

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Return all headers, their names in lower case."""
        found: list[tuple[str, str]] = self.scope.headers.items()
        return found

    @property
    def forwarded(self) -> str:
        """Return all that proxies say of whom they ask for."""
        return self.get("x-forwarded-for")

    @property
    def query(self) -> bool:
        """Return whether this is a request for the answer to a query."""
        return self.path == "/sparql" and (
            self.scope.method == "POST" or (self.readable and "query=" in self.scope.query_string)
        )

    @property
    def laborious(self) -> bool:
        """Return whether the answer may take seconds of work: a query, or a batch of names."""
        batch = ("queries=", "extend=")
        return self.query or (
            self.path == "/reconcile"
            and (self.scope.method == "POST" or any(b in self.scope.query_string for b in batch))
        )

    def key(self, release: str) -> Key:
        """Return what an answer to this request depends on."""
        return (
            release,
            self.path,
            self.scope.query_string,
            self.get("accept"),
            self.get("accept-language"),
        )


def environ_of(
    scope: Any, path: str, headers: list[tuple[str, str]], body: bytes
) -> dict[str, Any]:
    """Return the WSGI environment of a request whose body has been read.

    HEAD is asked as GET, so that its headers are the same; whoever sends the answer leaves the
    body out.
    """
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if scope.method == "HEAD" else scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = f"HTTP_{name.upper().replace('-', '_')}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{key}" in environ:
            environ[key] = environ.pop(f"HTTP_{key}")
    if body or environ.get("HTTP_TRANSFER_ENCODING"):
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def answer_of(application: Any, environ: dict[str, Any]) -> Answer:
    """Return what the application answers."""
    seen: list[tuple[int, Headers]] = []

    def start(status: str, headers: Headers, *_: Any) -> None:
        seen.append((int(status[:3]), headers))

    parts: Iterable[bytes] = application(environ, start)
    status, headers = seen[0]
    hidden = {name.lower(): value for name, value in headers if name.lower() in _HIDDEN}
    answer = Answer(
        status,
        [(name, value) for name, value in headers if name.lower() not in _HIDDEN],
        b"",
        hidden.get(LABEL.lower(), ""),
        hidden.get(KEEP.lower(), ""),
    )
    length = answer.header("content-length")
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT) and int(length or 0) > WHOLE:
        answer.stream = parts
        return answer
    try:
        answer.body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return answer
