"""A plain HTTP client for the tests: it adds no header, follows no redirect, changes no path."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w-]+="[^"]*")*)')


@dataclass(frozen=True)
class Answer:
    """What a server answered; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def type(self) -> str:
        """Return the media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    def links(self, rel: str) -> list[tuple[str, str]]:
        """Return the address and media type of each Link of a relation."""
        found = _LINK.findall(self.headers.get("link", ""))
        wanted = [(a, rest) for a, rest in found if f'rel="{rel}"' in rest]
        types = [re.search(r'type="([^"]*)"', rest) for _, rest in wanted]
        return [(a, t[1] if t else "") for (a, _), t in zip(wanted, types, strict=True)]


def ask(
    site: str,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 60,
) -> Answer:
    """Return the answer to one request; `path` begins without a slash and is sent as it is."""
    port = urlsplit(site).port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        own_host = any(name.lower() == "host" for name in headers or {})
        connection.putrequest(method, f"/{path}", skip_host=own_host, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, content)
    finally:
        connection.close()


def accept(media_type: str, **more: str) -> dict[str, str]:
    """Return the headers that ask for a media type."""
    return {"Accept": media_type, **{n.replace("_", "-"): v for n, v in more.items()}}


def sparql(site: str, query: str, accepted: str = "", /, **arguments: str | list[str]) -> Answer:
    """Return the answer to a query by GET."""
    values = urlencode({"query": query, **arguments}, doseq=True)
    return ask(site, f"sparql?{values}", headers=accept(accepted) if accepted else None)


def rows(answer: Answer) -> list[dict[str, str]]:
    """Return the rows of a result in JSON, with the plain values of their terms."""
    assert answer.status == 200, answer.text
    found = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def raw(site: str, content: bytes, seconds: float = 20) -> bytes:
    """Send bytes as they are and return all that comes back."""
    with socket.create_connection(
        ("127.0.0.1", urlsplit(site).port or 80), timeout=seconds
    ) as line:
        line.sendall(content)
        found = b""
        while part := line.recv(65536):
            found += part
        return found
