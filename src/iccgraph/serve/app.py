"""The Flask application: who answers what, and what every answer carries."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import RequestURITooLarge

from iccgraph.serve.handlers.operations import operations
from iccgraph.serve.http import problems as failures
from iccgraph.serve.http.cache import FORMAT, LABEL
from iccgraph.serve.pages import render as pages
from iccgraph.serve.pages.assets import vendor
from iccgraph.serve.pages.words import WORDS, Words
from iccgraph.serve.releases import CurrentRelease
from iccgraph.serve.routes.collections import collections
from iccgraph.serve.routes.downloads import downloads
from iccgraph.serve.routes.links import links
from iccgraph.serve.routes.query_page import sparql
from iccgraph.serve.routes.reconcile import reconcile
from iccgraph.serve.routes.respond import COMMON_HEADERS
from iccgraph.serve.routes.things import documents
from iccgraph.serve.routes.vocabulary import vocabulary
from iccgraph.settings import Settings

_ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")
_RELEASELESS = ("operations.", "static")


def create_app(settings: Settings, words: Path = WORDS) -> Flask:
    """Return the application; it opens the current release at its first request.

    Arguments: `words` is the folder with the words of each language that pages come in.
    """
    app = Flask("iccgraph.serve.pages", static_url_path="/static")
    app.config["SETTINGS"] = settings
    app.config["CURRENT"] = CurrentRelease(settings)
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_end)
    for blueprint in (
        *(vendor, sparql, vocabulary, downloads, links),
        *(operations, reconcile, collections, documents),
    ):
        app.register_blueprint(blueprint)
    failures.install(app)
    pages.install(app, Words(words))
    return app


def _begin() -> Response | None:
    settings: Settings = current_app.config["SETTINGS"]
    fault: Exception | None = request.environ.get("iccgraph.fault")
    if fault is not None:
        raise fault
    address = len(request.environ.get("PATH_INFO", "")) + len(request.query_string)
    if address > settings.address_length + (
        settings.query_length * 3 if request.path == "/sparql" else 0
    ):
        raise RequestURITooLarge(
            f"Addresses of up to {settings.address_length} bytes are answered."
        )
    if request.method == "OPTIONS":
        return None
    if request.endpoint is not None and not request.endpoint.startswith(_RELEASELESS):
        g.lent = ExitStack()
        current: CurrentRelease = current_app.config["CURRENT"]
        g.serving = g.lent.enter_context(current.use())
    return None


def _finish(response: Response) -> Response:
    headers = response.headers
    route = _ARGUMENT.sub(r"{\1}", request.url_rule.rule) if request.url_rule else ""
    headers[LABEL] = f"{route} {headers.pop(FORMAT, '')}"
    for name, value in COMMON_HEADERS:
        headers[name] = value
    response.vary.add("Accept-Encoding")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match, Range"
        headers["Access-Control-Max-Age"] = "86400"
    if response.content_type and response.content_type.startswith("text/html"):
        headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
            " frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
        )
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _end(_: BaseException | None) -> None:
    lent: ExitStack | None = g.pop("lent", None)
    if lent is not None:
        lent.close()
