"""`/healthz`, `/readyz`, `/metrics`: answered on the event loop, even if every thread is busy."""

from __future__ import annotations

import asyncio
from typing import Final

from iccgraph.errors import RequestError
from iccgraph.serve.http.headers import options
from iccgraph.serve.http.message import Request, Response
from iccgraph.serve.http.metrics import Metrics, exposition
from iccgraph.serve.releases import Serving

PATHS: Final = ("/healthz", "/readyz", "/metrics")
_ALLOW: Final = "GET, HEAD, OPTIONS"


class OperationsHandler:
    """Tells whoever runs the server how it is."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics

    def costly(self, _: Request) -> bool:
        """Return False: nothing here takes long."""
        return False

    async def respond(self, request: Request, serving: Serving | None) -> Response:
        """Answer one of the paths.

        Raises: RequestError (405).
        """
        if request.method == "OPTIONS":
            response = options(_ALLOW)
        elif not request.safe:
            raise RequestError(
                405, "The method is not allowed for the requested URL.", {"Allow": _ALLOW}
            )
        elif request.resource == "/healthz":
            response = _plain("ok\n")
        elif request.resource == "/readyz":
            response = _ready(serving)
        else:
            self.metrics.share()
            figures = await asyncio.to_thread(exposition)
            response = _plain(figures.decode(), "text/plain; version=0.0.4; charset=utf-8")
        response.route = request.resource
        return response


def _ready(serving: Serving | None) -> Response:
    """Say whether a release is open and its queries can be answered; up to a second old."""
    if serving is None:
        return _plain("not ready: no release can be served; the log says why\n", status=503)
    if not serving.engine.healthy():
        return _plain("not ready: queries cannot be answered\n", status=503)
    return _plain(f"ready: {serving.release.name}\n")


def _plain(text: str, kind: str = "text/plain; charset=utf-8", status: int = 200) -> Response:
    return Response(status, [("Content-Type", kind), ("Cache-Control", "no-store")], text.encode())
