"""`/robots.txt`: what crawlers may read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from iccgraph.serve.context import LANGUAGES, settings, site

robots = Blueprint("robots", __name__)


@robots.get("/robots.txt")
def rules() -> Response:
    """Let crawlers read everything but the answers to queries."""
    starts = ("", *(f"{tag}/" for tag in current_app.config[LANGUAGES]))
    rules = "".join(f"Disallow: {settings().site_path}{start}sparql?\n" for start in starts)
    text = f"User-agent: *\n{rules}"
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Link"] = f'<{site("")}>; rel="canonical"'
    return response
