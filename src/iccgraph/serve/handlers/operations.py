"""`/healthz`, `/readyz`, `/metrics` and `/robots.txt`."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from iccgraph.errors import ReleaseError
from iccgraph.serve.http.metrics import exposition
from iccgraph.serve.releases import CurrentRelease
from iccgraph.serve.routes.respond import settings, site

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
def health() -> Response:
    """Say that the process answers."""
    return _plain("ok\n")


@operations.get("/readyz")
def ready() -> Response:
    """Say whether a release is open and its query workers run.

    :raise 503: when they do not.
    """
    current: CurrentRelease = current_app.config["CURRENT"]
    try:
        with current.use() as serving:
            if serving.engine.healthy():
                return _plain(f"ready: {serving.release.name}\n")
    except ReleaseError as error:
        return _plain(f"not ready: {error}\n", 503)
    return _plain("not ready: query workers are missing\n", 503)


@operations.get("/metrics")
def figures() -> Response:
    """Return the figures of all processes in Prometheus' text format."""
    response = Response(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(text: str, status: int = 200) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@operations.get("/robots.txt")
def robots() -> Response:
    """Let crawlers read everything but the query endpoint."""
    response = _plain(f"User-agent: *\nDisallow: {settings().site_path}sparql?\n")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Link"] = f'<{site("")}>; rel="canonical"'
    return response
