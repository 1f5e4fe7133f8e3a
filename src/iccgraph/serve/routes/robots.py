"""`/robots.txt`: what crawlers may read."""

from __future__ import annotations

from flask import Blueprint, Response

from iccgraph.serve.context import settings, site

robots = Blueprint("robots", __name__)


@robots.get("/robots.txt")
def rules() -> Response:
    """Let crawlers read everything but the answers to queries."""
    text = f"User-agent: *\nDisallow: {settings().site_path}sparql?\n"
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Link"] = f'<{site("")}>; rel="canonical"'
    return response
