"""`/queries` and the pages of the named queries: the list, the forms, the answers.

The handler of named queries answers them for programs, and gives their pages the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, g, request

from iccgraph.errors import NotFound, UnknownChoice
from iccgraph.formats import HTML, PLAIN_JSON, json_text, of_answer
from iccgraph.iris import COLLECTION_OF
from iccgraph.languages import best
from iccgraph.release.parameters import LONGEST, THINGS, Parameter
from iccgraph.release.queries import ExampleQuery
from iccgraph.serve.context import (
    AppResponse,
    app_request,
    language,
    serving,
    settings,
    site,
)
from iccgraph.serve.dataset.parameters import NO_VALUE, find_query
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.http.problems import ProblemDetails
from iccgraph.serve.pages import query_views
from iccgraph.serve.pages.render import render_template
from iccgraph.serve.routes.respond import alternates, chosen, respond

named_queries = Blueprint("named_queries", __name__)
_START: Final = "/queries/"
_OFFERS: Final = (PLAIN_JSON, HTML)


@named_queries.get("/queries")
@named_queries.get("/queries.<any('json', 'html'):ending>")
def listed(ending: str = "") -> AppResponse:
    """List the named queries with their parameters and addresses.

    :raise 406: there is no acceptable format.
    """
    choice = chosen(_OFFERS, ending)
    links = alternates("queries", _OFFERS)
    if choice.format != HTML:
        body = json_text({"queries": [_described(query) for query in answered()]})
        return respond(body, choice, links)
    words = request.args.get("q", "").strip()[:LONGEST]
    queries = answered()
    page = render_template(
        "queries.html",
        words=words,
        groups=query_views.groups(queries, words, language()),
        count=len(queries),
    )
    return respond(page, choice, links)


@named_queries.get("/queries/<name>")
def named(name: str) -> AppResponse:
    """Answer a named query with the values of its parameters, or show its form and its answer.

    :raise 400: there is no such parameter or value.
    :raise 404: there is no such query, or it is not answered in this format.
    :raise 406: there is no acceptable format.
    """
    bound, result = app_request().named, app_request().result
    if bound is None:
        raise NotFound(
            f"there is no query called {name[:80]!r}; the page /queries lists all of them"
        )
    query, release, lang = bound.query, serving().release, language()
    answer = None
    if result is not None:
        answer = query_views.answer(query, result.content, release, lang)
    page = _page(query, bound.values, bound.given, text=bound.text, answer=answer)
    offers = (*of_answer(query.form), HTML)
    asked = request.query_string.decode("latin-1")
    links = alternates(f"queries/{query.name}", offers, f"?{asked}" if asked else "")
    return respond(page, Representation(HTML, HTML.media_type), links)


def answered() -> list[ExampleQuery]:
    """Return the queries that this server can answer: those that ask endpoints of its list only."""
    known = set(settings().service_addresses)
    return [query for query in serving().release.queries if known.issuperset(query.services)]


def refusal(details: ProblemDetails, error: Exception) -> str:
    """Return the form of a named query with why it has no answer, empty if there is no such form.

    Whoever asks too often is not given so large a page.
    """
    if not request.path.startswith(_START) or details.status in (404, 429) or "serving" not in g:
        return ""
    try:
        query = find_query(serving().release, request.path[len(_START) :].partition(".")[0])
    except NotFound:
        return ""
    pairs = [*request.args.items(multi=True)]
    values: dict[str, list[str]] = {}
    for name, text in pairs:
        values.setdefault(name, []).append(text[: LONGEST + 1])
    told: dict[str, Any] = {"detail": details.detail, "wait": details.headers.get("Retry-After")}
    if isinstance(error, UnknownChoice):
        release, lang = serving().release, language()
        near = query_views.nearest_links(query, pairs, error, release, lang)
        told |= {"parameter": error.parameter, "value": error.value, "nearest": near}
        told["label"] = _misnamed(query, error)
    return _page(query, values, (), refused=told)


def _page(
    query: ExampleQuery,
    values: Any,
    given: Sequence[tuple[str, str]],
    *,
    text: str = "",
    answer: Any = None,
    refused: dict[str, Any] | None = None,
) -> str:
    """Return the page of a query: its form, and its answer or why there is none."""
    release, lang = serving().release, language()
    return render_template(
        "named-query.html",
        query=query,
        text=text or query.query,
        fields=query_views.fields(query, values, release, lang),
        values=query_views.chosen(query, given, release, lang),
        answer=answer,
        refused=refused,
        formats=[] if refused else query_views.data_links(query, given),
        most=query_views.SHOWN,
        longest=LONGEST,
    )


def _misnamed(query: ExampleQuery, error: UnknownChoice) -> str:
    """Return what people call the parameter that has a value which there is not, if it is that."""
    if NO_VALUE not in str(error):
        return ""
    return next((best(p.labels, language())[0] for p in query.parameters
                 if p.name == error.parameter), "")  # fmt: skip


def _described(query: ExampleQuery) -> dict[str, Any]:
    """Return what programs are told of a query."""
    address = site(f"queries/{query.name}")
    names = [p.name + ("*" if p.several else "") for p in query.parameters]
    template = f"{address}{{?{','.join(names)}}}" if names else address
    return {
        "name": query.name,
        "title": query.heading,
        "text": query.explanation,
        "group": query.group,
        "type": query.form,
        "shown_as": query.result,
        "url": address,
        "template": template,
        "formats": [
            {"media_type": form.media_type, "url": f"{address}.{form.name}"}
            for form in of_answer(query.form)
        ],
        "asks": list(query.services),
        "parameters": [_parameter(parameter) for parameter in query.parameters],
        "query": query.query,
    }


def _parameter(p: Parameter) -> dict[str, Any]:
    """Return what programs are told of a parameter."""
    told: dict[str, Any] = {"name": p.name, "label": dict(p.labels), "type": p.type}
    told["default"] = list(p.default) if p.several else p.default[0]
    if p.least:
        told |= {"minimum": float(p.least), "maximum": float(p.most)}
    if p.type in THINGS:
        told["values"] = site(COLLECTION_OF[THINGS[p.type]])
    if p.type == "Topic" and p.choices:
        told["scheme"] = p.choices[0]
    elif p.type == "Term":
        told["choices"] = [iri.rpartition("#")[2] for iri in p.choices]
    elif p.choices:
        told["choices"] = list(p.choices)
    return told
