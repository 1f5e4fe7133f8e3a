"""Sends the requests of `benchmarks.twin` to a server as they are, over one kept connection.

`http.client` would refuse odd methods and addresses, so only the answers are read with it.
"""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import zlib
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from benchmarks.twin_cases import ETAG, Case

SECONDS: Final = 120
"""How long one answer is waited for."""
IGNORED: Final = frozenset(("date", "server"))
SETS: Final = frozenset(("allow", "access-control-allow-methods"))
"""Headers whose values are sets that one process writes in another order than the next."""
_FILE: Final = re.compile(r'"[\d.]+-(\d+)-\d+(-gzip)?"')
"""The ETag of a static file: its time, size and a checksum of its path in the checkout."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, unpacked; status 0 is a connection that was closed without a word."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def media_type(self) -> str:
        """Return the media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Site:
    """A server, asked over one connection that is kept open."""

    def __init__(self, address: str) -> None:
        """Read the address; nothing is opened yet.

        Raises: ValueError if it is not one of HTTP.
        """
        parts = urlsplit(address)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"{address}: expected an address such as http://127.0.0.1:8000/")
        self.address, self.prefix = address, parts.path.rstrip("/")
        self.host, self.port = parts.hostname, parts.port or 80
        self.line: socket.socket | None = None
        self.etags: dict[Case, str] = {}

    def ask(self, case: Case) -> Response:
        """Return the answer to a case, without what differs between requests and servers."""
        return self._neutral(case, self._ask(case))

    def _ask(self, case: Case) -> Response:
        """Return the answer to a case as it came; the case gets this site's own ETag."""
        if any(ETAG in value for _, value in case.headers):
            etag = self._etag(case)
            headers = tuple((name, value.replace(ETAG, etag)) for name, value in case.headers)
            case = replace(case, headers=headers)
        kept = self.line is not None
        for _ in range(2 if kept else 1):  # the server may have closed a line that was kept
            try:
                return self._exchange(case)
            except (OSError, http.client.HTTPException):
                self.close()
        return Response(0)

    def _etag(self, case: Case) -> str:
        """Return the ETag that a client has who asked for the same without a condition."""
        headers = tuple((name, value) for name, value in case.headers if ETAG not in value)
        plain = Case("GET", case.path, headers)
        if plain not in self.etags:
            self.etags[plain] = self._ask(plain).headers.get("etag", '"none"')
        return self.etags[plain]

    def _exchange(self, case: Case) -> Response:
        if self.line is None:
            self.line = socket.create_connection((self.host, self.port), timeout=SECONDS)
            self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.line.sendall(self._written(case))
        found = http.client.HTTPResponse(self.line, method=case.method)
        try:
            found.begin()
            body = found.read()
        finally:
            found.close()
        if found.will_close:
            self.close()
        headers: dict[str, str] = {}
        for name, value in found.getheaders():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        return Response(found.status, headers, body)

    def _written(self, case: Case) -> bytes:
        """Return the bytes of a request."""
        path = self.prefix + case.path if case.path.startswith("/") else case.path
        names = {name.lower() for name, _ in case.headers}
        headers = list(case.headers)
        if "host" not in names:
            headers.insert(0, ("Host", f"{self.host}:{self.port}"))
        if case.body is not None and "content-length" not in names:
            headers.append(("Content-Length", str(len(case.body))))
        lines = [f"{case.method} {path} HTTP/1.1", *(f"{n}: {v}" for n, v in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1") + (case.body or b"")

    def _neutral(self, case: Case, response: Response) -> Response:
        headers = {n: v for n, v in response.headers.items() if n not in IGNORED}
        for name in SETS & headers.keys():
            headers[name] = ", ".join(sorted(part.strip() for part in headers[name].split(",")))
        if file := _FILE.fullmatch(headers.get("etag", "")):
            headers["etag"] = f'"FILE-{file[1]}{file[2] or ""}"'
            headers.pop("last-modified", None)
        body = _unpacked(response)
        number = headers.get("x-request-id", "")
        if re.fullmatch("[0-9a-f]{32}", number):
            headers["x-request-id"] = "REQUEST-ID"
            body = body.replace(number.encode(), b"REQUEST-ID")
        if case.path.strip("/") == "metrics" and response.status == 200:
            body = b""
            headers.pop("content-length", None)
        for host in {self.host, "localhost"}:
            for own in (f"{host}:{self.port}", f"{host}%3A{self.port}"):
                headers = {n: v.replace(own, "SITE") for n, v in headers.items()}
                body = body.replace(own.encode(), b"SITE")
        return Response(response.status, headers, body)

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self.line is not None:
            self.line.close()
            self.line = None


def _unpacked(response: Response) -> bytes:
    if response.headers.get("content-encoding") != "gzip" or not response.body:
        return response.body
    try:
        return gzip.decompress(response.body)
    except (OSError, EOFError, zlib.error):
        return b"not gzip: " + response.body
