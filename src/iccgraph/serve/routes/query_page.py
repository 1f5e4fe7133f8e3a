"""`/sparql` for people: the form, and the result of a query below it.

The SPARQL handler answers everything else at this address, and gives this page the result.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import orjson
from flask import Blueprint, g, request

from iccgraph.formats import GRAPH_FORMATS, HTML, PLAIN_JSON
from iccgraph.iris import KINDS
from iccgraph.serve.context import (
    AppResponse,
    app_request,
    data_link,
    language,
    link,
    serving,
    settings,
)
from iccgraph.serve.dataset.query_terms import Hint, hints
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.http.problems import ProblemDetails
from iccgraph.serve.pages import assets
from iccgraph.serve.pages.render import render_template
from iccgraph.serve.routes.respond import respond
from iccgraph.vocab import PREFIXES

query_page = Blueprint("query_page", __name__)


@query_page.route("/sparql", methods=["GET", "POST"])
def form() -> AppResponse:
    """Show the form, with the result that came with the request if there is one."""
    result, table, graph = app_request().result, None, ""
    if result is not None and result.query_type in ("SELECT", "ASK"):
        table = json.loads(result.content)
    elif result is not None:
        graph = result.content.decode()
    query = result.text if result is not None else ""
    page = _page(query, table=table, graph=graph)
    return respond(page, Representation(HTML, HTML.media_type))


@query_page.get("/sparql/hints")
def term_hints() -> AppResponse:
    """Return the terms of the query `query` that no statement can have, for the editor.

    Each has a sentence in English, and its place in the query.
    """
    found = [asdict(hint) for hint in _hints(request.args.get("query", ""))]
    body = orjson.dumps({"hints": found}, option=orjson.OPT_APPEND_NEWLINE)
    return respond(body, Representation(PLAIN_JSON, PLAIN_JSON.media_type))


def _hints(query: str) -> list[Hint]:
    release = serving().release
    return hints(query, release.terms, release.used_terms)


def refusal(details: ProblemDetails) -> str:
    """Return the form with the query and why it has no answer, empty if no query was asked.

    Whoever asks too often is not given so large a page.
    """
    query = request.values.get("query") if request.path == "/sparql" else None
    if query is None or details.status == 429 or "serving" not in g:
        return ""
    told = {"detail": details.detail, "wait": details.headers.get("Retry-After"), **details.extra}
    return _page(query, refused=told)


def _page(
    query: str, *, table: Any = None, graph: str = "", refused: dict[str, Any] | None = None
) -> str:
    """Return the form with a query, and below it its result or why there is none."""
    known = set(settings().service_addresses)
    return render_template(
        "sparql.html",
        query=query,
        table=table,
        graph=graph,
        refused=refused,
        hints=_hints(query) if query and not refused else [],
        examples=[q for q in serving().release.queries if known.issuperset(q.services)],
        services=sorted(known),
        limits=settings(),
        editor=_editor(queried=bool(query or refused), refused=refused),
    )


def _editor(*, queried: bool, refused: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the query editor needs to know, nothing if it was not installed."""
    files = assets.addresses(*assets.EDITOR)
    if not files:
        return {}
    base = serving().release.iris.base
    kinds = {kind: f"{base}id/{kind}/" for kind in KINDS}
    return {
        "files": files | assets.addresses(*assets.MAP),
        "endpoint": data_link("sparql"),
        "hints": data_link("sparql/hints"),
        "home": link(""),
        "files_home": data_link(""),
        "base": base,
        "lang": language(),
        "queried": queried,
        "refused": refused,
        "graphs": [(f.name, f.label) for f in GRAPH_FORMATS],
        "prefixes": PREFIXES | kinds | {"graph": f"{base}graph/"},
    }
