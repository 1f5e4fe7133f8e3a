"""One HTTP request, and its way through the WSGI application (PEP 3333) to a whole answer."""

from __future__ import annotations

import io
import re
import sys
import uuid
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from iccgraph.serve.web.answers import KEEP, LABEL, Answer, Headers, takes_gzip
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
        self.headers: list[tuple[str, str]] = scope.headers.items()
        first = dict(reversed(self.headers))
        self.get = first.get
        path: str = scope.path
        self.path = path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
        self.readable = scope.method in ("GET", "HEAD")
        self.gzip = takes_gzip(first.get("accept-encoding", ""))
        given = first.get("x-request-id", "")
        self.name = given if proxies and _ID.fullmatch(given) else uuid.uuid4().hex
        self.forwarded = ",".join(v for n, v in self.headers if n == "x-forwarded-for")
        self.query = self.path == "/sparql" and (
            scope.method == "POST" or (self.readable and "query=" in scope.query_string)
        )

    def key(self, release: str) -> Key:
        """Return what an answer to this request depends on."""
        return (
            release,
            self.path,
            self.scope.query_string,
            self.get("accept", ""),
            self.get("accept-language", ""),
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
