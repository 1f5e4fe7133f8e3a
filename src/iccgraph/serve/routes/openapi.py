"""`/openapi.json`: the description of all addresses for programs (OpenAPI 3.1)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from iccgraph.formats import OPENAPI, json_text
from iccgraph.serve.catalogue.openapi import Route, openapi
from iccgraph.serve.context import published
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.routes.named_queries import answered
from iccgraph.serve.routes.respond import respond

interface = Blueprint("interface", __name__)


@interface.get("/openapi.json")
def description() -> Response:
    """Describe all addresses for programs (OpenAPI)."""
    rules = [
        Route(
            rule.rule,
            rule.endpoint,
            frozenset(rule.methods or ()),
            current_app.view_functions[rule.endpoint].__doc__ or "",
        )
        for rule in current_app.url_map.iter_rules()
        if not rule.rule.startswith("/static/")
    ]
    body = json_text(openapi(published(), rules, answered()))
    return respond(body, Representation(OPENAPI, OPENAPI.media_type))
