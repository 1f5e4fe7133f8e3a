"""The Flask application: pages, documents, lists, downloads and forms. It has no engine to call."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from iccgraph.errors import ReleaseError, UnknownChoice
from iccgraph.formats import HTML
from iccgraph.serve.context import SETTINGS, AppResponse, app_request, language, settings
from iccgraph.serve.http import problems
from iccgraph.serve.pages import render as pages
from iccgraph.serve.pages.assets import vendor
from iccgraph.serve.pages.words import WORDS, Words
from iccgraph.serve.routes.collections import collections
from iccgraph.serve.routes.compare import comparison
from iccgraph.serve.routes.descriptions import descriptions
from iccgraph.serve.routes.downloads import downloads
from iccgraph.serve.routes.explore import explore
from iccgraph.serve.routes.links import links
from iccgraph.serve.routes.linksets import linksets
from iccgraph.serve.routes.named_queries import named_queries
from iccgraph.serve.routes.named_queries import refusal as named_query_refusal
from iccgraph.serve.routes.openapi import interface
from iccgraph.serve.routes.query_page import query_page, refusal
from iccgraph.serve.routes.reconcile import reconcile
from iccgraph.serve.routes.robots import robots, sitemaps
from iccgraph.serve.routes.suggest import suggest
from iccgraph.serve.routes.suggestions import choices, suggestions
from iccgraph.serve.routes.things import documents
from iccgraph.serve.routes.vocabulary import vocabulary
from iccgraph.settings import Settings

_RELEASELESS = ("robots.", "static")
"""Routes that need no release, by the start of their endpoint's name."""


def create_app(settings: Settings, words: Path = WORDS) -> Flask:
    """Return the application; whoever calls it gives it a release with each request.

    Arguments: `words` is the folder with the words of each language that pages come in.
    """
    app = Flask("iccgraph.serve.pages", static_url_path="/static")
    app.response_class = AppResponse
    app.config[SETTINGS] = settings
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.before_request(_use_release)
    app.register_error_handler(Exception, _error_response)
    for blueprint in (
        *(vendor, query_page, named_queries, vocabulary, downloads, links),
        *(
            robots,
            sitemaps,
            linksets,
            descriptions,
            interface,
            reconcile,
            suggest,
            explore,
            comparison,
            collections,
            documents,
        ),
    ):
        app.register_blueprint(blueprint)
    pages.install(app, Words(words), settings)
    return app


def _use_release() -> None:
    given = app_request()
    if given.serving is not None:
        g.serving = given.serving
    if given.error is not None:
        raise given.error
    if request.method == "OPTIONS" or request.endpoint is None or given.serving is not None:
        return
    if not request.endpoint.startswith(_RELEASELESS):
        raise ReleaseError(settings().releases_dir, "there is no release yet")


def _error_response(error: Exception) -> AnyResponse:
    """Return the one response to any error: a page for people, a problem for programs."""
    details = problems.problem(error)
    found = suggestions() if details.status == HTTPStatus.NOT_FOUND and "serving" in g else []
    if found:
        details.extra["nearest"] = [{"label": n["label"], "url": n["url"]} for n in found]
    if not problems.wants_page(request.headers.get("Accept", "")):
        made = problems.as_json(details, app_request().request_id)
        return Response(made.body, made.status, made.headers)
    choice = error if isinstance(error, UnknownChoice) else None
    if choice is not None:
        found = choices(choice)
    status, body = details.status, ""
    if not 300 <= status < 400:
        form = refusal(details) or named_query_refusal(details, error)
        body = form or pages.render_template(
            "failure.html",
            status=status,
            title=details.title,
            detail=details.detail,
            nearest=found,
            choice=choice,
        )
    response = Response(body, status, details.all_headers(), content_type=HTML.content_type)
    response.headers["Content-Language"] = language()
    return response
