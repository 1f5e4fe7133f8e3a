"""One HTTP request and one response, whatever answers it (RFC 9110, sections 6 and 9).

A request is read once, here: its method, its decoded path, its fields. Everybody else asks this
object, so that no two parts of the server can read one request differently.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from typing import Any, Final, Protocol
from urllib.parse import quote, unquote_plus

import orjson

from iccgraph.errors import ClientDisconnected, NotFound, RequestError
from iccgraph.serve.http.addresses import in_language, parameter, split_language
from iccgraph.settings import MIB

Headers = list[tuple[str, str]]
FORM: Final = "application/x-www-form-urlencoded"
"""The media type of a form (URL Standard, section 5)."""
METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT")
)
"""The methods that HTTP knows; their names are case-sensitive (RFC 9110, section 9.1)."""
DRAINED: Final = 32 * MIB
"""So much of a body that is too large is read and thrown away: many clients look at no response
before they have sent everything. Units: bytes."""
LET_GO_SECONDS: Final = 0.1
"""The server needs this long to let go of a body that nobody waits for any more; a response that
came sooner would leave its connection open."""
_UTF8: Final = ("utf-8", "utf8", "us-ascii")
"""Names of UTF-8, and of the part of it that needs no other."""
_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


class Fields:
    """The names and values of a query string or a form, decoded, in their order.

    Source: URL Standard, section 5.1.
    """

    def __init__(self, text: str) -> None:
        """Decode a text.

        Raises: RequestError (400) for what is not UTF-8.
        """
        parts = (part.partition("=") for part in text.split("&") if part)
        try:
            self.pairs = [(_unquote(name), _unquote(value)) for name, _, value in parts]
        except UnicodeDecodeError:
            raise RequestError(400, "The percent-encoded text is not UTF-8.") from None
        self.names = frozenset(name for name, _ in self.pairs)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a name."""
        return tuple(value for known, value in self.pairs if known == name)


def _unquote(text: str) -> str:
    r"""Return a text without its percent-encoding.

    A query has hundreds of encoded characters, for which the standard library takes longer than
    most queries do. `%41` means the byte that `\u0041` means in JSON, which has a fast reader.
    """
    if "%" not in text or "\\" in text or '"' in text:
        return unquote_plus(text, errors="strict")
    escaped = text.replace("+", " ").replace("%", "\\u00")
    try:
        found: str = orjson.loads(f'"{escaped}"')
        return found.encode("latin-1").decode("utf-8")
    except ValueError:
        return unquote_plus(text, errors="strict")


def _encoded(query: str) -> str:
    """Return a query string whose raw characters beyond ASCII are percent-encoded like others."""
    if query.isascii():
        return query
    return "".join(char if char.isascii() else quote(char, errors="replace") for char in query)


class Request:
    """The head of one request, and its body once it was read.

    `path` is decoded and below the site's own path; the `language` that an address begins with is
    no part of it; `resource` is the same without a last slash, since both name one resource,
    whatever is counted or looked up by it; `id` is the proxy's if we trust it; `digest` tells
    queries apart in the log without their text; `wanted_language` is that of `?lang=`, once it was
    checked.
    """

    def __init__(
        self, scope: Any, prefix: str, proxies: int, languages: Sequence[str] = ()
    ) -> None:
        """Read the head.

        Arguments: `prefix` is the site's path without its last slash; `languages` are those that
        pages come in.
        """
        self.scope, self.languages = scope, languages
        self.items: Headers = scope.headers.items()
        self._headers: dict[str, str] = {}
        for name, value in self.items:
            known = self._headers.get(name)
            self._headers[name] = value if known is None else f"{known},{value}"
        self.method: str = scope.method
        self.query_string: str = _encoded(scope.query_string)
        path: str = scope.path
        path = path[len(prefix) :] if prefix and path.startswith(f"{prefix}/") else path
        self.language, self.path = split_language(path, languages)
        self.wanted_language = ""
        self.resource = self.path.removesuffix("/") or "/"
        self.safe = self.method in ("GET", "HEAD")
        self.body = b""
        self.digest = ""
        given = self.header("x-request-id") if proxies else ""
        self.id = given if _ID.fullmatch(given) else f"{random.getrandbits(128):032x}"

    def header(self, name: str) -> str:
        """Return what a header says, on however many lines it does (RFC 9110, section 5.3)."""
        return self._headers.get(name, "")

    @property
    def headers(self) -> Headers:
        """All headers, their names in lower case.

        Those with a low line are left out: the application takes it for a hyphen, so that they
        would pass for others (CGI 1.1, RFC 3875, section 4.1.18).
        """
        return [(name, value) for name, value in self.items if "_" not in name]

    @cached_property
    def fields(self) -> Fields:
        """The fields of the query string.

        Raises: RequestError (400) for what is not UTF-8.
        """
        return Fields(self.query_string)

    @property
    def whole_path(self) -> str:
        """The path with the language that it begins with."""
        return in_language(self.path, self.language)

    def check(self, longest_address: int, longest_head: int) -> None:
        """Let a request pass that HTTP allows. Units: lengths in bytes.

        Raises: RequestError: 400, 414, 431, 501; NotFound for a path that begins with two slashes,
        which some readers take for one.
        """
        if self.method not in METHODS:
            raise RequestError(501, f"This server does not know the method {self.method[:20]!r}.")
        hosts = [value for name, value in self.items if name == "host"]
        if self.scope.http_version == "1.1" and len(hosts) != 1:
            raise RequestError(400, "Expected one Host header.")  # RFC 9112, section 3.2
        if not self.path.startswith("/") or self.path.startswith("//"):
            raise NotFound("there is nothing at this address")
        if len(self.whole_path) + len(self.query_string) > longest_address:
            raise RequestError(414, f"The address is longer than {longest_address:,} bytes.")
        if sum([len(name) + len(value) for name, value in self.items]) > longest_head:
            raise RequestError(431, f"The headers are longer than {longest_head:,} bytes together.")
        if self.query_string:
            self.wanted_language = parameter(self.query_string, self.languages)


def body_text(content_type: str, body: bytes, kinds: Sequence[str]) -> tuple[str, str]:
    """Return the media type of a body, and its text.

    Arguments: `kinds` are the media types that are read; none but UTF-8 text is.
    Raises: RequestError: 415 for another type or charset, 400 for what is not UTF-8.
    """
    message = Message()
    message["Content-Type"] = content_type
    kind = message.get_content_type() if "/" in content_type else content_type
    if kind not in kinds:
        raise RequestError(
            415, f"This address does not take {kind[:60]!r}; send {' or '.join(kinds)}."
        )
    if str(message.get_param("charset", "utf-8")).lower() not in _UTF8:
        raise RequestError(415, "Send the body as UTF-8 text.")
    try:
        return kind, body.decode("utf-8")
    except UnicodeDecodeError:
        raise RequestError(400, "The body is not UTF-8 text.") from None


class Stream(Protocol):
    """The parts of a body that is too large to hold; whoever sends it closes it."""

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over the parts."""

    def close(self) -> None:
        """Let go of the file."""


@dataclass(slots=True)
class Response:
    """One whole response; `stream` gives the body where it is too large to hold.

    `route` and `format` are the labels of its metrics; `release` names the release that it was
    made from, if it may be given again for as long as that is served.
    """

    status: int
    headers: Headers
    body: bytes = b""
    route: str = ""
    format: str = ""
    release: str = ""
    stream: Stream | None = None
    gzipped: Response | None = field(default=None, repr=False)
    not_modified: tuple[str, Response] | None = field(default=None, repr=False)

    def header(self, name: str) -> str:
        """Return the value of a header, empty if it is not there; `name` is in lower case."""
        return next((value for key, value in self.headers if key.lower() == name), "")


async def read_body(request: Request, proto: Any, limit: int, seconds: float) -> bytes:
    """Return the whole body of a request. Units: `limit` in bytes.

    Raises: ClientDisconnected when it breaks off; RequestError: 400 for broken chunks, 408 when it
    does not come in time, 413 when it is too large.
    """
    announced = request.header("content-length") or "0"
    size = int(announced) if announced.isdecimal() else limit + 1
    if size > limit and (size > DRAINED or request.header("expect")):
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            body, taken, broken = await _read_parts(proto, limit)
    except TimeoutError:
        await asyncio.sleep(LET_GO_SECONDS)
        if size > limit:
            raise _too_large(limit) from None
        late = f"The body of the request did not arrive within {seconds:g} seconds."
        raise RequestError(408, late) from None
    if max(taken, size) > limit:
        raise _too_large(limit)
    if taken < size:
        raise ClientDisconnected
    if broken:
        raise RequestError(400, "The chunks of the body are broken, or have trailers.")
    return body


async def _read_parts(proto: Any, limit: int) -> tuple[bytes, int, bool]:
    """Return the body up to a limit, how much came, and whether it broke off.

    The server ends a body with one empty part, a broken one with two.
    """
    parts: list[bytes] = []
    taken = empty = 0
    async for part in proto:
        taken += len(part)
        empty += not part
        if taken <= limit:
            parts.append(bytes(part))
        elif taken > limit + DRAINED:
            break
    return b"".join(parts), taken, empty > 1


def _too_large(limit: int) -> RequestError:
    return RequestError(413, f"The request is larger than {limit:,} bytes.")
