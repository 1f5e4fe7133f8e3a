"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, by GET and POST.

Every query is looked over by our own lexer first and then evaluated in a process that can be
killed; an answer is sent only when it is complete.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, request
from pyoxigraph import NamedNode
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from iccgraph.formats import DOCUMENT_FORMATS, HTML
from iccgraph.serve.catalogue.service import service_description
from iccgraph.serve.handlers.protocol import DIRECT, FORM, plan_of
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import chosen, respond, serving, settings, site

sparql = Blueprint("sparql", __name__)


@sparql.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response:
    """Answer a query, or show people the form to write one.

    :raise 400: the query is missing, doubled or not SPARQL.
    :raise 403: it wants to change data or to ask another endpoint.
    :raise 406: its results do not come in an acceptable format.
    :raise 413: its text or its answer is too large.
    :raise 415: it came in an unknown kind of body.
    :raise 502: another endpoint that it asks gives no usable answer.
    :raise 503: it ran too long, or all workers are busy, or another endpoint is.
    :raise 504: another endpoint that it asks is too slow.
    """
    if request.method != "POST" and not request.args.keys() & {"query", "update"}:
        return _introduction()
    text, arguments = _query()
    plan = plan_of(text, arguments, request.headers.get("Accept"), settings())
    content = request.environ["iccgraph.engine"](plan.question)
    form, lasting = plan.question.query_type, not plan.question.federated
    if plan.choice.format == HTML:
        page = pages.sparql_page(text, content, form)
        return respond(lambda: page, plan.choice, lasting=lasting)
    return respond(lambda: content, plan.choice, lasting=lasting)


def _introduction() -> Response:
    """Describe the service to programs, and show people the form."""
    choice = chosen(DOCUMENT_FORMATS)
    release = serving().release

    def write() -> bytes | str:
        if choice.format == HTML:
            return pages.sparql_page("", None, "")
        triples = service_description(release, site(""), settings().service_addresses)
        return choice.format.write(triples, release.context, NamedNode(site("sparql")))

    return respond(write, choice)


def _query() -> tuple[str, MultiDict[str, str]]:
    """Return the text of the query and the arguments beside it (Protocol, section 2.1)."""
    limit = settings().query_length * 3 + 64 * 1024
    request.max_content_length = request.max_form_memory_size = limit
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge(f"The request is larger than {limit} bytes.")
    if request.method != "POST":
        _check_text(request.query_string)
        return _only(request.args), request.args
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaType("Send a query as it is, without any Content-Encoding.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType("Send a query as UTF-8 text.")
    if request.mimetype == DIRECT:
        try:
            return request.get_data().decode("utf-8"), request.args
        except UnicodeDecodeError as error:
            raise BadRequest("The query is not UTF-8 text.") from error
    if request.mimetype == FORM:
        _check_text(request.get_data())
        return _only(request.form), request.form
    raise UnsupportedMediaType(f"Send a query as {FORM} or {DIRECT}.")


def _check_text(encoded: bytes) -> None:
    """Refuse what would be read with holes in it: a client that errs wants to know."""
    try:
        unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The percent-encoded text is not UTF-8.") from error


def _only(arguments: MultiDict[str, str]) -> str:
    if "update" in arguments:
        raise BadRequest("This endpoint answers queries; it takes no updates.")
    queries = arguments.getlist("query")
    if len(queries) != 1:
        raise BadRequest(f"Expected one “query” parameter, found {len(queries)}.")
    return queries[0]
