"""Finished answers, kept in front of the application (a thin WSGI layer).

Every answer is a function of the release and the request, so one that was made once can be given
again until another release is served. Nothing has to be purged: the release is part of the key.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, bytes, str]

KEPT_BYTES = 64 * 1024 * 1024
LARGEST = 1024 * 1024
WHOLE = 16 * 1024 * 1024
"""Bodies up to this size are handed over whole, so that no thread waits for a client to read."""
KEEP = "X-Keep-Answer"
"""Marks an answer that may be kept, with the release that it was made from; it is never sent."""


class FinishedAnswers:
    """Gives kept answers itself and passes everything else on."""

    def __init__(self, application: Application, release: Callable[[], str], path: str) -> None:
        """Stand in front of the application; `path` is the site's path, as `/` or `/sub/`."""
        self.application, self.release = application, release
        self.prefix = path.rstrip("/")
        self.kept: OrderedDict[tuple[str, ...], Answer] = OrderedDict()
        self.size = 0
        self.current = ""
        self.lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if self.prefix and environ["PATH_INFO"].startswith(f"{self.prefix}/"):
            environ["PATH_INFO"] = environ["PATH_INFO"][len(self.prefix) :]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._identified(environ, start_response)
        key = (
            self.release(),
            environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            environ.get("HTTP_ACCEPT", ""),
            environ.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        answer = self.kept.get(key)
        if answer is None:
            return self._made(key, environ, start_response)
        return _give(answer, environ, start_response)

    def _identified(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        name = _request_id(environ)

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            kept = [h for h in headers if h[0] != KEEP]
            return start_response(status, [*kept, ("X-Request-Id", name)], *rest)

        return self.application(environ, start)

    def _made(
        self, key: tuple[str, ...], environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        name = _request_id(environ)
        seen: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *rest: Any) -> Any:
            seen.append((status, headers))
            kept = [h for h in headers if h[0] != KEEP]
            return start_response(status, [*kept, ("X-Request-Id", name)], *rest)

        parts = self.application(environ, start)
        if environ["REQUEST_METHOD"] != "GET" or not seen:
            return parts
        status, headers = seen[0]
        kept = status.startswith("200") and (KEEP, key[0]) in headers
        if not kept and _length(headers) > WHOLE:
            return parts
        body = b"".join(parts)
        if hasattr(parts, "close"):
            parts.close()
        if kept:
            self._keep(key, status, [h for h in headers if h[0] != KEEP], body)
        return [body]

    def _keep(self, key: tuple[str, ...], status: str, headers: Headers, body: bytes) -> None:
        if len(body) > LARGEST:
            return
        etag = next((value for name, value in headers if name.lower() == "etag"), "")
        with self.lock:
            if key[0] != self.current:
                self.kept.clear()
                self.current, self.size = key[0], 0
            if key in self.kept:
                return
            self.kept[key] = (status, headers, body, etag)
            self.size += _weight(key, body)
            while self.size > KEPT_BYTES:
                name, dropped = self.kept.popitem(last=False)
                self.size -= _weight(name, dropped[2])


def _weight(key: tuple[str, ...], body: bytes) -> int:
    """Return about how many bytes a kept answer takes; clients choose what their headers are."""
    return len(body) + 4 * sum(map(len, key)) + 2048


def _length(headers: Headers) -> int:
    return next((int(value) for name, value in headers if name.lower() == "content-length"), 0)


def _request_id(environ: Environ) -> str:
    name: str = environ.setdefault("iccgraph.request_id", uuid.uuid4().hex)
    return name


def _give(answer: Answer, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    status, headers, body, etag = answer
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    sent = [*headers, ("X-Request-Id", _request_id(environ))]
    if etag and known and _matches(known, etag):
        kept = [h for h in sent if not h[0].lower().startswith("content-")]
        start_response("304 NOT MODIFIED", kept)
        return []
    start_response(status, sent)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _matches(header: str, etag: str) -> bool:
    if header.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == etag for part in header.split(","))
