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


class Client:
    """A client that keeps its connection from request to request, for tests that ask very often."""

    def __init__(self, site: str, seconds: float = 60) -> None:
        """Prepare to ask a site; every answer may take so long."""
        self.line = http.client.HTTPConnection("127.0.0.1", urlsplit(site).port, timeout=seconds)

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Return the answer to one request; `path` begins without a slash and is sent as it is."""
        kept = self.line.sock is not None
        try:
            return self._ask(path, method, headers or {}, body)
        except ConnectionError:
            if not kept:
                raise
        return self._ask(path, method, headers or {}, body)  # it was ended between two requests

    def _ask(
        self, path: str, method: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        try:
            own_host = any(name.lower() == "host" for name in headers)
            self.line.putrequest(method, f"/{path}", skip_host=own_host, skip_accept_encoding=True)
            for name, value in headers.items():
                self.line.putheader(name, value)
            if body is not None:
                self.line.putheader("Content-Length", str(len(body)))
            self.line.endheaders(body)
            response = self.line.getresponse()
            content = response.read()
        except BaseException:
            self.close()
            raise
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, content)

    def close(self) -> None:
        """End the connection; the next request opens another one."""
        self.line.close()


def ask(
    site: str,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    seconds: float = 60,
) -> Answer:
    """Return the answer to one request on a connection of its own, as `Client.ask` does."""
    client = Client(site, seconds)
    try:
        return client.ask(path, method, headers, body)
    finally:
        client.close()


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


def metric(site: str, name: str, *labels: str) -> float:
    """Return the sum of a metric's samples that have all these labels, such as `status="200"`."""
    lines = ask(site, "metrics").text.splitlines()
    samples = [line for line in lines if re.match(rf"{name}[{{ ]", line)]
    return sum(float(s.rpartition(" ")[2]) for s in samples if all(x in s for x in labels))


def running(site: str) -> int:
    """Return how many queries of a server run or wait."""
    return int(metric(site, "iccgraph_queries_running"))
