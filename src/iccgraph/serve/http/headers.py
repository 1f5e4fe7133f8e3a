"""The headers of representations, and those that every response carries (RFC 9110, 9111; CORS)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from iccgraph import __version__
from iccgraph.serve.http.message import Headers, Request, Response
from iccgraph.serve.http.negotiation import Representation

FRESH: Final = "public, max-age=60, stale-while-revalidate=600"
"""Responses may be kept by anyone for a minute, so a new release may take that long to appear."""
LINKS_BYTES: Final = 8 * 1024
"""Links that do not fit are left out: each may hold the whole address, and neither proxies nor
programs read heads of any length."""
COMMON: Final = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Retry-After, X-Request-Id"),
    ("X-Content-Type-Options", "nosniff"),
)
"""What every response carries, errors too."""
PAGE: Final = (
    (
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none';"
        " form-action 'self'",
    ),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
"""What every page carries, unless it says something else itself."""
_PREFLIGHT: Final = (
    ("Access-Control-Allow-Headers", "Accept, Content-Type, If-None-Match, Range"),
    ("Access-Control-Max-Age", "86400"),
)


@dataclass(frozen=True, slots=True)
class Validity:
    """What a representation is a function of, which decides its ETag, and who may keep it.

    `release`, `site`, `path` and `query` are those of the request; `state` is whatever else it
    depends on. Without a `release` it depends on what nobody can name, so nobody may keep it.
    """

    release: str
    site: str = ""
    path: str = ""
    query: str = ""
    state: str = ""
    cache: str = FRESH

    def etag(self, media_type: str, language: str) -> str:
        """Return the strong ETag, with its quotes (RFC 9110, section 8.8.3)."""
        parts = (self.release, __version__, self.site, self.path, self.query, media_type)
        text = "\n".join((*parts, language, self.state))
        return f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'


def representation(
    chosen: Representation,
    validity: Validity | None,
    *,
    language: str = "",
    links: Sequence[str] = (),
) -> Headers:
    """Return the headers of a representation.

    Arguments: without a `validity` nobody may keep it; `language` is that of a page; `links` are
    values of `Link`.
    """
    headers = [
        ("Content-Type", chosen.content_type),
        ("Vary", "Accept, Accept-Language" if language else "Accept"),
    ]
    if language:
        headers.append(("Content-Language", language))
    if validity is None:
        return [*headers, ("Cache-Control", "no-store")]
    headers.append(("ETag", validity.etag(chosen.media_type, language)))
    headers.append(("Cache-Control", validity.cache))
    if fitting := _fitting(links):
        headers.append(("Link", ", ".join(fitting)))
    return headers


def _fitting(links: Sequence[str]) -> list[str]:
    """Return those links, in their order, that together are short enough for a header."""
    room, kept = LINKS_BYTES, []
    for value in links:
        if len(value) + 2 <= room:
            room -= len(value) + 2
            kept.append(value)
    return kept


def without_validity(response: Response) -> Response:
    """Return a response that nobody may keep, since others than the release have a part in it."""
    kept = [h for h in response.headers if h[0].lower() not in ("etag", "cache-control")]
    response.headers = [*kept, ("Cache-Control", "no-store")]
    response.release = ""
    return response


def complete(request: Request, response: Response) -> Response:
    """Return a response with what all have in common; whoever made it has set the rest."""
    headers = response.headers
    headers += COMMON
    vary = response.header("vary")
    if request.language:
        vary = vary.replace(", Accept-Language", "")
    headers[:] = [(name, value) for name, value in headers if name.lower() != "vary"]
    headers.append(("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"))
    if request.method == "OPTIONS":
        allow = response.header("allow") or "GET, HEAD, OPTIONS"
        headers += (("Access-Control-Allow-Methods", allow), *_PREFLIGHT)
    if response.header("content-type").startswith("text/html"):
        known = {name.lower() for name, _ in headers}
        headers += [(name, value) for name, value in PAGE if name.lower() not in known]
    if response.stream is None and response.status != 304:
        headers[:] = [(name, value) for name, value in headers if name.lower() != "content-length"]
        headers.append(("Content-Length", str(len(response.body))))
    return response


def options(allow: str) -> Response:
    """Return the response to OPTIONS."""
    return Response(200, [("Allow", allow), ("Content-Type", "text/html; charset=utf-8")])
