"""`/sparql` for people: the form, and the result of a query below it.

The SPARQL handler answers everything else at this address, and gives this page the result.
"""

from __future__ import annotations

from flask import Blueprint

from iccgraph.formats import HTML
from iccgraph.serve.context import AppResponse, app_request
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import respond

query_page = Blueprint("query_page", __name__)


@query_page.route("/sparql", methods=["GET", "POST"])
def editor() -> AppResponse:
    """Show the form, with the result that came with the request if there is one."""
    page = pages.sparql_page(app_request().result)
    return respond(page, Representation(HTML, HTML.media_type))
