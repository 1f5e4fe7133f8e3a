"""Answer requests: the Flask application, SPARQL, operations.

A handler has one coroutine, `respond(request, serving)`, which returns a response or raises what
the front tells the client; `serving` is None while there is no release.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from iccgraph.serve.context import AppRequest
from iccgraph.serve.http.message import Request, Response
from iccgraph.serve.releases import Serving

Page = Callable[[Request, AppRequest], Awaitable[Response]]
"""Has the application make a page for people."""


class Handler(Protocol):
    """Whatever answers requests."""

    def costly(self, request: Request) -> bool:
        """True if the response may take seconds of work, which counts against the client's quota.

        Raises: RequestError (400).
        """

    async def respond(self, request: Request, serving: Serving | None) -> Response:
        """Return the response to a request.

        Raises: IccGraphError.
        """
