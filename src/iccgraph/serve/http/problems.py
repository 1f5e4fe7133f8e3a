"""Turns every error into a page or `application/problem+json` (RFC 9457), never a traceback."""

from __future__ import annotations

import json
import logging
import math
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from iccgraph.errors import (
    ClientDisconnected,
    EngineBusy,
    IccGraphError,
    QuerySyntaxError,
    QueryTimeout,
    ReleaseError,
    ServiceBusy,
)
from iccgraph.formats import HTML, Format
from iccgraph.serve.http.negotiation import choose
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import language

PROBLEM = Format("problem", "application/problem+json", "Problem", ("application/json",))
log = logging.getLogger("iccgraph")


def install(app: Flask) -> None:
    """Register the one handler of each kind of error."""
    app.register_error_handler(IccGraphError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ClientDisconnected, _gone)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: IccGraphError) -> Response:
    more: dict[str, object] = {}
    if isinstance(error, QuerySyntaxError) and error.line:
        more = {"line": error.line, "column": error.column}
    message = str(error)
    if isinstance(error, ReleaseError):
        log.error("%s", error)
        message = "no release can be served at the moment; the operator's log says why"
    response = failure(error.http_status, error.title, message, more)
    if isinstance(error, EngineBusy | QueryTimeout | ReleaseError):
        response.headers["Retry-After"] = "10"
    elif isinstance(error, ServiceBusy):
        response.headers["Retry-After"] = str(math.ceil(error.seconds))
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = failure(status, error.name, error.description or "")
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after", "location", "content-range"):
            response.headers[name] = value
    if 300 <= status < 400:
        response.set_data("")
    return response


def _gone(_: ClientDisconnected) -> Response:
    """Answer nobody; the status is what web servers write in their logs for this."""
    return Response("", 499)


def _unforeseen(error: Exception) -> Response:
    log.exception("unforeseen: %s %s", request.method, request.path, exc_info=error)
    return failure(500, "Internal error", "Something went wrong here; it has been logged.")


def failure(
    status: int, title: str, detail: str, more: dict[str, object] | None = None
) -> Response:
    """Return an error as a page for people, as problem+json for programs."""
    wanted = choose(request.headers.get("Accept"), (PROBLEM, HTML), PROBLEM)
    if wanted is not None and wanted.format == HTML:
        body = pages.failure_page(status, title, detail)
        response = Response(body, status, content_type="text/html; charset=utf-8")
        response.headers["Content-Language"] = language()
    else:
        document = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "phrase": HTTPStatus(status).phrase,
            "request_id": request.environ.get("iccgraph.request_id", ""),
            **(more or {}),
        }
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        response = Response(text, status, content_type=PROBLEM.media_type)
    response.headers["Cache-Control"] = "no-store" if status >= 500 else "public, max-age=60"
    response.headers["Vary"] = "Accept, Accept-Language"
    return response
