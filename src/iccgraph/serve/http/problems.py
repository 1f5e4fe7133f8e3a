"""Every error as one problem, for people a page, for programs `application/problem+json`.

Source: RFC 9457. What is not foreseen is logged with its traceback and told as 500 without it.
"""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from iccgraph.errors import (
    ClientDisconnected,
    EngineBusy,
    IccGraphError,
    QuerySyntaxError,
    QueryTimeout,
    ReleaseError,
    RequestError,
    ServiceBusy,
    UnknownChoice,
)
from iccgraph.formats import HTML, PROBLEM
from iccgraph.serve.http.message import Headers, Request, Response
from iccgraph.serve.http.negotiation import choose

CLIENT_CLOSED: Final = 499
"""What web servers write in their logs when a client has gone; nobody is sent this."""
_KEPT: Final = ("allow", "retry-after", "location", "content-range")
log = logging.getLogger("iccgraph")


@dataclass(slots=True)
class ProblemDetails:
    """What is told of one error; `extra` are members of the JSON document beside the usual."""

    status: int
    title: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)

    def all_headers(self) -> Headers:
        """Return the headers of a response that tells it, but for the type of its body."""
        cache = "no-store" if self.status >= 500 else "public, max-age=60"
        return [
            ("Cache-Control", cache),
            ("Vary", "Accept, Accept-Language"),
            *self.headers.items(),
        ]


def problem(error: Exception) -> ProblemDetails:
    """Return what is told of an error: one of ours, one of the web framework's, or a fault."""
    if isinstance(error, IccGraphError):
        return _ours(error)
    code = getattr(error, "code", None)
    if isinstance(code, int) and hasattr(error, "get_headers"):  # werkzeug's HTTPException
        kept = {n: v for n, v in error.get_headers() if n.lower() in _KEPT}
        name, detail = getattr(error, "name", ""), getattr(error, "description", "") or ""
        return ProblemDetails(code, name, detail, kept)
    log.error("internal error: %s", type(error).__name__, exc_info=error)
    return ProblemDetails(500, "Internal error", "Something went wrong here; it has been logged.")


def _ours(error: IccGraphError) -> ProblemDetails:
    found = ProblemDetails(error.http_status, error.title, str(error))
    if isinstance(error, RequestError):
        found.headers |= error.headers
    if isinstance(error, UnknownChoice):
        nearest = [{"value": value, "label": label} for value, label in error.nearest]
        found.extra = {"parameter": error.parameter, "value": error.value, "nearest": nearest}
    if isinstance(error, QuerySyntaxError) and error.line:
        found.extra = {"line": error.line, "column": error.column}
        if error.parser:
            found.extra["parser"] = error.parser
    if isinstance(error, ReleaseError):  # which was logged when it was found
        found.detail = "no release can be served at the moment; the operator's log says why"
    if isinstance(error, EngineBusy | QueryTimeout | ReleaseError):
        found.headers["Retry-After"] = "10"
    elif isinstance(error, ServiceBusy):
        found.headers["Retry-After"] = str(math.ceil(error.seconds))
    return found


def wants_page(accept: str) -> bool:
    """True if a client likes a page better than a problem document."""
    chosen = choose(accept, (PROBLEM, HTML), PROBLEM)
    return chosen is not None and chosen.format == HTML


def as_json(details: ProblemDetails, request_id: str) -> Response:
    """Return a problem as `application/problem+json`."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": details.title,
        "status": details.status,
        "detail": details.detail,
        "phrase": HTTPStatus(details.status).phrase,
        "request_id": request_id,
        **details.extra,
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    headers = [("Content-Type", PROBLEM.media_type), *details.all_headers()]
    return Response(details.status, headers, text.encode())


def refusal(request: Request, error: Exception) -> Response:
    """Return the response to an error for programs, or for nobody if the client has gone."""
    if isinstance(error, ClientDisconnected):
        return Response(CLIENT_CLOSED, [])
    return as_json(problem(error), request.id)
