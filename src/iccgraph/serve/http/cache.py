"""Stored responses, compression and conditional requests: each exists once, here.

A response is a function of the release and the request, so one that was made can be given again
until another release is served. Nothing has to be purged: the release is part of the key.
Source: RFC 9110, sections 8.4 (encodings), 8.8.3 (a strong ETag differs by encoding), 13.1.2.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from iccgraph.cache import BoundedCache
from iccgraph.errors import RequestError
from iccgraph.formats import GZIP_TYPE
from iccgraph.serve.http.message import Headers, Request, Response
from iccgraph.settings import MIB

STORED_BYTES: Final = 64 * MIB
SMALLEST: Final = 1024
"""Bodies below this size are not compressed: the response would hardly be smaller."""
_TEXTS: Final = ("text/", "application/", "image/svg")
_GZIP: Final = "-gzip"
Key = tuple[str, ...]


class ResponseCache:
    """The responses of one web process that may be given again; clients choose the keys."""

    def __init__(self, most_bytes: int = STORED_BYTES) -> None:
        self.stored = BoundedCache[Key, Response](most_bytes, _weigh)

    def find(self, request: Request, release: str) -> Response | None:
        """Return the stored response to a request, as its client takes it."""
        if not request.safe:
            return None
        found = self.stored.get(_key(request, release))
        return None if found is None else fitting(request, found)

    def put(self, request: Request, response: Response) -> None:
        """Store a response that may be given again."""
        if request.safe and response.release and response.status == HTTPStatus.OK:
            self.stored.put(_key(request, response.release), response)

    def clear(self) -> None:
        """Forget everything, since another release is served."""
        self.stored.clear()


def _key(request: Request, release: str) -> Key:
    """Return what a response to a request depends on."""
    accept, language = request.header("accept"), request.header("accept-language")
    if request.language:  # which decides instead of both
        accept, language = "", request.language
    return (release, request.whole_path, request.query_string, accept, language)


def _weigh(key: Key, response: Response) -> int:
    """Return about how many bytes a response takes with its compressed twin; text may be wide."""
    return len(response.body) * 3 // 2 + 4 * sum(map(len, key)) + 4096


def fitting(request: Request, response: Response) -> Response:
    """Return what a client gets that may know a response, and may take it compressed.

    Raises: RequestError (412) if the client wants another representation or none.
    """
    packed = takes_gzip(request.header("accept-encoding"))
    _check_match(request, response)
    known = request.header("if-none-match")
    if not known or response.status != HTTPStatus.OK:
        return _encoded(response, packed)
    if response.not_modified is not None and response.not_modified[0] == known:
        return response.not_modified[1]
    found = _not_modified(response, known, packed)
    if found is None:
        return _encoded(response, packed)
    etag = response.header("etag")
    if known in (etag, _twin(etag)):  # as clients ask that have stored it
        response.not_modified = known, found
    return found


def _check_match(request: Request, response: Response) -> None:
    """Let a response pass that If-Match names (RFC 9110, section 13.1.1).

    Raises: RequestError (412).
    """
    wanted = request.header("if-match")
    if not wanted or not request.safe or response.status not in (200, 206, 304):
        return
    etag = response.header("etag")
    if not {part.strip() for part in wanted.split(",")} & {"*", etag, _twin(etag)}:
        raise RequestError(412, "The page has changed since the version that If-Match names.")


def _compressible(response: Response) -> bool:
    return (
        response.status == HTTPStatus.OK
        and response.stream is None
        and len(response.body) >= SMALLEST
        and response.header("content-type").startswith(_TEXTS)
        and response.header("content-type") != GZIP_TYPE
        and not response.header("content-encoding")
    )


def _encoded(response: Response, packed: bool) -> Response:
    """Return a response, or its compressed twin if the client takes it."""
    if not packed:
        return response
    if response.gzipped is None:
        if not _compressible(response):
            return response
        body = gzip.compress(response.body, compresslevel=5, mtime=0)
        dropped = ("content-length", "etag")
        headers = [h for h in response.headers if h[0].lower() not in dropped]
        headers += [("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
        if etag := response.header("etag"):
            headers.append(("ETag", _twin(etag)))
        response.gzipped = replace(response, headers=headers, body=body)
    return response.gzipped


def _not_modified(response: Response, header: str, packed: bool) -> Response | None:
    """Return the 304 for a client that has a response, in either encoding, else None."""
    etag = response.header("etag")
    if not etag:
        return None
    known = {part.strip().removeprefix("W/") for part in header.split(",")}
    other = _twin(etag) if _compressible(response) else etag
    if not known & {"*", etag, other}:
        return None
    sent = other if other in known or (packed and etag not in known) else etag
    kept = [
        (name, value)
        for name, value in response.headers
        if not name.lower().startswith("content-") and name.lower() != "etag"
    ]
    headers = [*kept, ("ETag", sent)]
    return Response(304, headers, b"", response.route, response.format, response.release)


def _twin(etag: str) -> str:
    """Return the ETag of the compressed form of what has this ETag."""
    return f'{etag[:-1]}{_GZIP}"'


def takes_gzip(header: str) -> bool:
    """True if an Accept-Encoding header allows gzip (RFC 9110, section 12.5.3)."""
    if not header or ("gzip" not in header.lower() and "*" not in header):
        return False
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        try:
            weights[name.strip()] = float(parameter.partition("=")[2] or 1)
        except ValueError:
            weights[name.strip()] = 0
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0))) > 0


def plain_tags(header: str) -> str:
    """Return an If-None-Match header that names the uncompressed forms only."""
    return header.replace(f'{_GZIP}"', '"')


def known_as(headers: Headers, known: str) -> Headers:
    """Return the headers of a 304 with the ETag by which its client knows the representation."""
    return [
        (name, _twin(value) if name.lower() == "etag" and _twin(value) in known else value)
        for name, value in headers
    ]
