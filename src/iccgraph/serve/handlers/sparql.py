"""The query operation of the SPARQL 1.1 Protocol, whole: by GET, POST of a form, direct POST.

Every query is inspected first and then evaluated in a process that can be killed; a response is
sent only when it is complete.
Source: SPARQL 1.1 Protocol, section 2.1; Service Description, section 2.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad

from iccgraph.errors import ReleaseError, RequestError
from iccgraph.formats import (
    DOCUMENT_FORMATS,
    HTML,
    JSON,
    RESULT_TYPES,
    TURTLE,
    Format,
    find,
    of_answer,
)
from iccgraph.serve.catalogue.service import service_description
from iccgraph.serve.context import AppRequest, QueryResult
from iccgraph.serve.handlers import Page
from iccgraph.serve.http.headers import (
    LINKS_BYTES,
    Validity,
    options,
    representation,
    without_validity,
)
from iccgraph.serve.http.message import FORM, Fields, Request, Response, body_text
from iccgraph.serve.http.negotiation import Representation, acceptable
from iccgraph.serve.releases import Serving
from iccgraph.serve.sparql.guard import inspect
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.settings import Settings

if TYPE_CHECKING:  # this library reads the environment when it is imported first: see http.metrics
    from prometheus_client import Gauge

PATH: Final = "/sparql"
DIRECT: Final = "application/sparql-query"
_ALLOW: Final = "GET, HEAD, POST, OPTIONS"
_BESIDE: Final = ("default-graph-uri", "named-graph-uri", "format")


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks: the text of a query, and what stands beside it."""

    text: str
    formats: tuple[str, ...]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


class SparqlHandler:
    """Answers queries, describes the service to programs, and shows people the form."""

    def __init__(self, settings: Settings, page: Page, running: Gauge) -> None:
        """Keep the limits, who makes pages, and the gauge of queries that run or wait."""
        self.settings, self.page, self.running = settings, page, running

    def costly(self, request: Request) -> bool:
        """True if a request asks a query.

        Raises: RequestError (400).
        """
        return request.method == "POST" or (request.safe and "query" in request.fields.names)

    async def respond(self, request: Request, serving: Serving | None) -> Response:
        """Return the results of a query, the description of the service, or the form.

        Raises: RequestError: 400, 405, 406, 415; QueryError; ReleaseError.
        """
        if request.method == "OPTIONS":
            response = options(_ALLOW)
        elif serving is None:
            raise ReleaseError(self.settings.releases_dir, "there is no release yet")
        elif (operation := read_operation(request)) is None:
            response = await self._introduction(request, serving)
        else:
            response = await self._answer(request, operation, serving)
        response.route = PATH
        return response

    async def _answer(self, request: Request, operation: Operation, serving: Serving) -> Response:
        request.digest = hashlib.blake2b(operation.text.encode(), digest_size=6).hexdigest()
        accepted = HTML.media_type if request.language else request.header("accept")
        query, chosen = read_query(operation, accepted, self.settings)
        if request.language and chosen.format != HTML:
            return self._data(request)
        content = await self.results(query, serving)
        if chosen.format == HTML:
            result = QueryResult(query.text, content, query.query_type)
            response = await self.page(request, AppRequest(serving, request.id, result=result))
            return without_validity(response) if query.federated else response
        validity = None if query.federated else self._validity(request, serving)
        return _response(request, chosen, validity, content)

    async def results(self, query: SparqlQuery, serving: Serving) -> bytes:
        """Return the whole answer to a query, one that was given before if it is kept.

        Raises: QueryError.
        """
        content = serving.engine.find(query)
        if content is None:
            with self.running.track_inprogress():
                content = await serving.engine.answer(query)
        return content

    def _data(self, request: Request) -> Response:
        """Return the way from the form in a language to an answer that is no page.

        Raises: RequestError (414) if that address is too long for a header.
        """
        target = self.settings.site_path + PATH[1:] + "?" + request.query_string
        if len(target) > LINKS_BYTES:
            raise RequestError(414, "The query is too long to lead you on; send it to /sparql.")
        return Response(303, [("Location", target)])

    async def _introduction(self, request: Request, serving: Serving) -> Response:
        accepted = HTML.media_type if request.language else request.header("accept")
        chosen = acceptable(accepted, DOCUMENT_FORMATS, HTML)
        if chosen.format == HTML:
            return await self.page(request, AppRequest(serving, request.id))
        site, release = self.settings.site, serving.release
        triples = service_description(release, site, self.settings.service_addresses)
        # their names are parts of this address, so it must say what they are
        examples = release.store.quads_for_pattern(None, None, None, release.graphs["examples"])
        quads = [*(Quad(*triple) for triple in triples), *sorted(examples, key=str)]
        content = release.write_document(chosen.format, quads, NamedNode(self.settings.endpoint))
        return _response(request, chosen, self._validity(request, serving), content)

    def _validity(self, request: Request, serving: Serving) -> Validity | None:
        """Return what a response depends on; a POST's body is nothing that a cache looks at."""
        if not request.safe:
            return None
        name, site = serving.release.name, self.settings.site
        return Validity(name, site, request.path, request.query_string)


def _response(
    request: Request, chosen: Representation, validity: Validity | None, content: bytes
) -> Response:
    release = "" if validity is None else validity.release
    headers = representation(chosen, validity)
    return Response(200, headers, content, format=chosen.format.name, release=release)


def read_operation(request: Request) -> Operation | None:
    """Return what a request asks, None if it asks no query.

    Raises: RequestError: 400, 405, 415.
    """
    if request.safe:
        if not request.fields.names & {"query", "update"}:
            return None
        return _operation(request.fields, _only(request.fields))
    if request.method != "POST":
        raise RequestError(
            405, "The method is not allowed for the requested URL.", {"Allow": _ALLOW}
        )
    if request.header("content-encoding").strip().lower() not in ("", "identity"):
        raise RequestError(415, "Send a query as it is, without any Content-Encoding.")
    kind, text = body_text(request.header("content-type"), request.body, (FORM, DIRECT))
    if request.fields.names & {"query", "update"}:
        raise RequestError(400, "A posted query stands in the body, not in the address too.")
    return _posted(request, kind, text)


def _posted(request: Request, kind: str, text: str) -> Operation:
    if kind == DIRECT:
        return _operation(request.fields, text)
    form = Fields(text)
    if twice := [name for name in _BESIDE if _given(form, name) and _given(request.fields, name)]:
        raise RequestError(400, f"“{twice[0]}” is in the address and in the form; give it once.")
    return _operation(form, _only(form), request.fields)


def _operation(fields: Fields, text: str, address: Fields | None = None) -> Operation:
    """Return the operation that fields describe, those of the address where they say nothing."""
    beside = {name: _given(fields, name) or _given(address, name) for name in _BESIDE}
    for name in ("default-graph-uri", "named-graph-uri"):
        if strange := [iri for iri in beside[name] if not _is_iri(iri)]:
            raise RequestError(
                400, f"Expected an IRI in “{name}”, such as https://…, found {strange[0][:200]!r}."
            )
    return Operation(text, beside["format"], beside["default-graph-uri"], beside["named-graph-uri"])


def _given(fields: Fields | None, name: str) -> tuple[str, ...]:
    """Return the values of a parameter; an empty one, as forms send it, is as good as none."""
    return tuple(filter(None, fields.all(name))) if fields else ()


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _only(fields: Fields) -> str:
    if "update" in fields.names:
        raise RequestError(400, "This endpoint answers queries; it takes no updates.")
    queries = fields.all("query")
    if len(queries) != 1:
        raise RequestError(400, f"Expected one “query” parameter, found {len(queries)}.")
    return queries[0]


def read_query(
    operation: Operation, accept: str, settings: Settings
) -> tuple[SparqlQuery, Representation]:
    """Return the query for the engine, and the representation that its results are for.

    Raises: QueryTooLarge, QueryRefused, QuerySyntaxError; RequestError: 400 if the format that is
    named does not fit, 406.
    """
    summary = inspect(operation.text, settings.query_length, settings.query_depth)
    offers = of_answer(summary.query_type)
    chosen = _named(operation.formats, offers) or acceptable(accept, (*offers, HTML), offers[0])
    machine = JSON if summary.query_type in RESULT_TYPES else TURTLE
    wanted = machine if chosen.format == HTML else chosen.format
    query = SparqlQuery(
        operation.text,
        summary.query_type,
        wanted.name,
        summary.dataset,
        operation.default_graphs,
        operation.named_graphs,
        federated=summary.federated,
        base=settings.endpoint,
    )
    return query, chosen


def _named(names: tuple[str, ...], offers: tuple[Format, ...]) -> Representation | None:
    """Return the format that `?format=` names, None if it names none.

    Some clients (SPARQLWrapper) send it twice: a short name, which not all servers know, and the
    media type. So one of them must fit, and no two may name different formats.
    Raises: RequestError (400).
    """
    if not any(names):
        return None
    found = {form for name in names if (form := find(name, (*offers, HTML)))}
    if not found:
        raise RequestError(
            400,
            f"The format {names[0][:60]!r} does not fit this query; "
            f"available are: {', '.join(form.name for form in offers)}.",
        )
    if len(found) > 1:
        several = ", ".join(sorted(form.name for form in found))
        raise RequestError(400, f"Expected one format, found several: {several}.")
    form = found.pop()
    return Representation(form, form.media_type)
