"""The Flask application as a handler: called in a few threads, not emulated as a WSGI server.

Batches of names, long pages of lists and PNG take seconds of work, so they have threads of their
own and wait for each other, not everybody else for them.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import IO, Any, Final
from urllib.parse import parse_qsl

import flask
from flask import Flask
from werkzeug.wrappers import Response as AppMade

from iccgraph.errors import EngineBusy
from iccgraph.formats import CSV, PNG
from iccgraph.iris import COLLECTIONS
from iccgraph.serve.context import (
    APP_REQUEST,
    LANGUAGES,
    PATH_LANGUAGE,
    AppRequest,
    AppResponse,
)
from iccgraph.serve.dataset.selection import DATA_SIZE
from iccgraph.serve.http.cache import known_as, plain_tags
from iccgraph.serve.http.message import Request, Response
from iccgraph.serve.http.sending import PIECE
from iccgraph.serve.releases import Serving
from iccgraph.settings import MIB, Settings

WHOLE: Final = 4 * MIB
"""Bodies of files up to this size are held whole; larger ones are sent as their client reads."""
BATCHES: Final = 2
"""Batches that are worked on at a time; more would not be done sooner, and slow everything down."""
MOST_WAITING: Final = 512
"""Requests that may wait for a thread; more get 503."""
_BATCHES: Final = frozenset(("queries", "extend"))
_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})")
"""The one range that is answered; any other is as if it were not there (RFC 9110, section 14.2)."""


class FlaskHandler:
    """Answers with pages, documents, lists, downloads and forms."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.languages: tuple[str, ...] = app.config[LANGUAGES]
        self.pages = ThreadPoolExecutor(settings.web_threads, "page")
        self.batches = ThreadPoolExecutor(BATCHES, "batch")
        self.waiting_pages = self.waiting_batches = 0

    def costly(self, request: Request) -> bool:
        """True for a batch of names, a long page of a list, a PNG: they may take seconds of work.

        Raises: RequestError (400).
        """
        if request.resource == "/reconcile":
            return request.method == "POST" or (
                request.safe and bool(request.fields.names & _BATCHES)
            )
        return request.safe and (_is_long_page(request) or _is_png(request))

    async def respond(self, request: Request, serving: Serving | None) -> Response:
        """Return what the application answers.

        Raises: EngineBusy if too many requests wait, or a batch waited too long.
        """
        app_request = AppRequest(serving, request.id)
        if self.costly(request):
            return await self._batch(request, app_request)
        return await self.page(request, app_request)

    async def page(self, request: Request, app_request: AppRequest) -> Response:
        """Return what the application answers, with what it is given besides the request.

        Raises: EngineBusy if too many requests wait.
        """
        if self.waiting_pages >= MOST_WAITING:
            raise EngineBusy(f"{self.waiting_pages} requests are waiting; try again later")
        self.waiting_pages += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self.pages, self._call, request, app_request)
        finally:
            self.waiting_pages -= 1

    async def _batch(self, request: Request, app_request: AppRequest) -> Response:
        if self.waiting_batches >= BATCHES + self.settings.query_queue:
            raise EngineBusy(f"{self.waiting_batches} batches are waiting already; try again later")
        job = self.batches.submit(self._call, request, app_request)
        answer = asyncio.wrap_future(job)
        limit = None if self.waiting_batches < BATCHES else self.settings.reconcile_seconds
        self.waiting_batches += 1
        try:
            await asyncio.wait((answer,), timeout=limit)
            if job.cancel():  # it has not begun
                raise EngineBusy("other batches took too long; try again later")
            return await answer
        finally:
            job.cancel()
            self.waiting_batches -= 1

    def _call(self, request: Request, app_request: AppRequest) -> Response:
        """Have the application answer, in a thread."""
        environ = _environ(request, app_request)
        with self.app.request_context(environ):
            try:
                made: AppMade = self.app.full_dispatch_request()
            except Exception as error:
                made = self.app.make_response(self.app.handle_exception(error))
            rule = flask.request.url_rule
        route = "" if rule is None else _label(rule.rule)
        response = _taken(made, environ, route)
        if response.status == HTTPStatus.NOT_MODIFIED:
            response.headers = known_as(response.headers, request.header("if-none-match"))
        return response


def _is_long_page(request: Request) -> bool:
    """True for a page of more things of a list than there are unless more are asked for.

    As in the application, bytes that are no UTF-8 are replaced.
    """
    name, _, ending = request.resource[1:].partition(".")
    if name not in (*COLLECTIONS, "explore/matrix") or ending == CSV.name:
        return False
    pairs = parse_qsl(request.query_string, errors="replace")
    sizes = [value.strip() for field, value in pairs if field == "size"]
    return any(size.isdecimal() and int(size[:9]) > DATA_SIZE for size in sizes)


def _is_png(request: Request) -> bool:
    """True for a picture that is drawn as pixels, in a process of its own."""
    return request.resource.startswith("/explore/") and request.resource.endswith(f".{PNG.name}")


def _label(rule: str) -> str:
    """Return a rule such as `/<any('city'):kind>/<key>` as the label `/{kind}/{key}`."""
    parts = []
    for part in rule.split("<"):
        argument, closed, rest = part.rpartition(">")
        parts.append(f"{{{argument.rpartition(':')[2]}}}{rest}" if closed else part)
    return "".join(parts)


def _taken(made: AppMade, environ: dict[str, Any], route: str) -> Response:
    """Return the application's response as ours; a large file is left to be read."""
    format_ = made.format_name if isinstance(made, AppResponse) else ""
    release = made.release if isinstance(made, AppResponse) else ""
    headers = list(made.get_wsgi_headers(environ))
    response = Response(made.status_code, headers, b"", route, format_, release)
    if made.is_streamed and (made.content_length or WHOLE + 1) > WHOLE:
        response.stream, response.release = BodyParts(made), ""
        return response
    made.direct_passthrough = False
    response.body = b"".join(made.iter_encoded())
    made.close()
    if isinstance(made, AppResponse) and not made.unchanged():
        raise EngineBusy("the file has just been changed; try again later")
    return response


class BodyParts:
    """The parts of a large body, which must be closed."""

    def __init__(self, made: AppMade) -> None:
        self.made = made

    def __iter__(self) -> Iterator[bytes]:
        """Yield the parts; the last one only if the file is still what it was.

        Raises: OSError if it is not, so that the client gets less than it was told, and knows.
        """
        held = b""
        for part in self.made.iter_encoded():
            if held:
                yield held
            held = part
        if isinstance(self.made, AppResponse) and not self.made.unchanged():
            raise OSError
        yield held

    def close(self) -> None:
        """Close the file."""
        self.made.close()


def _file_parts(file: IO[bytes], _: int = 0) -> Iterator[bytes]:
    try:
        while part := file.read(PIECE):
            yield part
    finally:
        file.close()


def _environ(request: Request, app_request: AppRequest) -> dict[str, Any]:
    """Return the environment of a request whose body has been read (PEP 3333).

    HEAD is asked as GET, so that its headers are the same; whoever sends the response leaves the
    body out.
    """
    scope = request.scope
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET" if request.method == "HEAD" else request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": request.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _file_parts,
        APP_REQUEST: app_request,
        PATH_LANGUAGE: request.language,
    }
    for name, value in request.headers:
        key = f"HTTP_{name.upper().replace('-', '_')}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if f"HTTP_{key}" in environ:
            environ[key] = environ.pop(f"HTTP_{key}")
    if request.body or environ.get("HTTP_TRANSFER_ENCODING"):
        environ["CONTENT_LENGTH"] = str(len(request.body))
    if request.method != "GET" or not _is_range(environ.get("HTTP_RANGE", "")):
        environ.pop("HTTP_RANGE", None)
    environ.pop("HTTP_IF_MATCH", None)  # which is asked of every response alike, afterwards
    if "HTTP_IF_NONE_MATCH" in environ:
        environ["HTTP_IF_NONE_MATCH"] = plain_tags(environ["HTTP_IF_NONE_MATCH"])
    return environ


def _is_range(header: str) -> bool:
    """True if a Range header asks for one range of bytes that makes sense."""
    found = _RANGE.fullmatch(header)
    if found is None or found[1] == found[2] == "":
        return False
    return "" in found.groups() or int(found[1]) <= int(found[2])
