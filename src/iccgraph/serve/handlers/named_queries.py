"""`/queries/{name}`: the example queries as addresses, with values of their parameters.

The values are bound in the text of the query, which is then one like any other: inspected, and
answered by the engine within the same limits.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from iccgraph.errors import NotFound, ReleaseError, RequestError
from iccgraph.formats import (
    GRAPH_FORMATS,
    HTML,
    JSON,
    RESULT_FORMATS,
    RESULT_TYPES,
    TURTLE,
    Format,
    of_answer,
)
from iccgraph.serve.catalogue import signposting
from iccgraph.serve.context import AppRequest, QueryResult
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.parameters import BoundQuery, find_query, named_after, read_values
from iccgraph.serve.handlers import Page
from iccgraph.serve.http.addresses import in_language
from iccgraph.serve.http.headers import Validity, options, representation, without_validity
from iccgraph.serve.http.message import Request, Response
from iccgraph.serve.http.negotiation import Representation, acceptable
from iccgraph.serve.releases import Serving
from iccgraph.serve.sparql.guard import inspect
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.settings import Settings

Results = Callable[[SparqlQuery, Serving], Awaitable[bytes]]
"""Has the engine of a release answer a query."""
PATH: Final = "/queries"
ASK: Final = "ask"
"""The parameter that has a page show an answer which other endpoints have a part in."""
_ALLOW: Final = "GET, HEAD, OPTIONS"
_ENDINGS: Final = {form.name for form in (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)}


class NamedQueriesHandler:
    """Answers the example queries by their names, for programs and as pages."""

    def __init__(self, settings: Settings, page: Page, results: Results) -> None:
        """Keep the limits, who makes pages, and who answers queries."""
        self.settings, self.page, self.results = settings, page, results

    def costly(self, request: Request) -> bool:
        """True if a query may be asked."""
        return request.safe

    async def respond(self, request: Request, serving: Serving | None) -> Response:
        """Return the results of a named query, or the page with its form and its results.

        Raises: RequestError: 400, 405, 406; UnknownChoice; QueryError; ReleaseError.
        """
        if request.method == "OPTIONS":
            response = options(_ALLOW)
        elif not request.safe:
            wrong = "The method is not allowed for the requested URL."
            raise RequestError(405, wrong, {"Allow": _ALLOW})
        elif serving is None:
            raise ReleaseError(self.settings.releases_dir, "there is no release yet")
        else:
            try:
                response = await self._answer(request, serving)
            except NotFound as error:  # the application knows the pages that may be meant
                app_request = AppRequest(serving, request.id, error=error)
                response = await self.page(request, app_request)
        response.route = f"{PATH}/{{name}}"
        return response

    async def _answer(self, request: Request, serving: Serving) -> Response:
        name, ending = _parts(request)
        if other := _moved(name, serving.release):
            path = in_language(f"{PATH}/{other}{ending and '.'}{ending}", request.language)
            rest = f"?{request.query_string}" if request.query_string else ""
            return Response(301, [("Location", self.settings.site_path + path[1:] + rest)])
        bound = await asyncio.to_thread(_bound, name, request, serving.release)
        offers = of_answer(bound.query.form)
        chosen = _chosen(request, ending, offers)
        request.digest = hashlib.blake2b(bound.text.encode(), digest_size=6).hexdigest()
        query = self._query(bound, chosen.format)
        if chosen.format == HTML:
            asked = not query.federated or ASK in request.fields.names
            result = None
            if asked:
                content = await self.results(query, serving)
                result = QueryResult(bound.text, content, query.query_type)
            app_request = AppRequest(serving, request.id, result=result, named=bound)
            response = await self.page(request, app_request)
            return without_validity(response) if query.federated else response
        content = await self.results(query, serving)
        validity = None
        if not query.federated:
            path, site = request.path, self.settings.site
            validity = Validity(serving.release.name, site, path, request.query_string)
        links = self._links(request, name, offers)
        headers = representation(chosen, validity, links=links)
        kept = serving.release.name if validity is not None else ""
        return Response(200, headers, content, format=chosen.format.name, release=kept)

    def _query(self, bound: BoundQuery, format_: Format) -> SparqlQuery:
        """Return the query for the engine; pages are made from JSON, or from Turtle for a graph.

        Raises: QueryTooLarge.
        """
        text, settings = bound.text, self.settings
        summary = inspect(text, settings.query_length, settings.query_depth)
        machine = JSON if summary.query_type in RESULT_TYPES else TURTLE
        wanted = machine if format_ == HTML else format_
        return SparqlQuery(
            *(text, summary.query_type, wanted.name, summary.dataset),
            federated=summary.federated,
            base=settings.endpoint,
        )

    def _links(self, request: Request, name: str, offers: tuple[Format, ...]) -> list[str]:
        query = f"?{request.query_string}" if request.query_string else ""
        formats = (*offers, HTML)
        found = signposting.alternates(self.settings.site, f"{PATH[1:]}/{name}", formats, query)
        return [str(link) for link in found]


def _parts(request: Request) -> tuple[str, str]:
    """Return the name of a query and the ending that says a format, empty if there is none."""
    last = request.resource.rpartition("/")[2]
    name, dot, ending = last.rpartition(".")
    return (name, ending) if dot and ending in _ENDINGS else (last, "")


def _moved(name: str, release: OpenRelease) -> str:
    """Return the name of a query that is asked for by its key, else nothing."""
    if any(query.name == name for query in release.queries):
        return ""
    return named_after(release, name)


def _bound(name: str, request: Request, release: OpenRelease) -> BoundQuery:
    return read_values(find_query(release, name), request.fields.pairs, release)


def _chosen(request: Request, ending: str, offers: tuple[Format, ...]) -> Representation:
    """Return the format of the ending, else the one that Accept likes best.

    Raises: NotFound if such a query is not answered in it; RequestError (406).
    """
    if ending:
        found = next((form for form in (*offers, HTML) if form.name == ending), None)
        if found is None:
            there = ", ".join(form.name for form in offers)
            raise NotFound(
                f"this query is not answered as {ending!r}; the endings that there are: {there}"
            )
        return Representation(found, found.media_type)
    accepted = HTML.media_type if request.language else request.header("accept")
    return acceptable(accepted, (*offers, HTML), offers[0])
