"""The query operation of the SPARQL 1.1 Protocol, as far as it is not HTTP.

Reads the arguments beside a query, looks the text over and decides in which format to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotAcceptable

from iccgraph.formats import GRAPH_FORMATS, HTML, JSON, RESULT_FORMATS, Format
from iccgraph.serve.http.negotiation import Representation, choose
from iccgraph.serve.sparql.guard import inspect
from iccgraph.serve.sparql.port import Query
from iccgraph.settings import Settings

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
_SHORT: Final = {
    "turtle": "ttl",
    "ntriples": "nt",
    "json-ld": "jsonld",
    "rdfxml": "rdf",
    "sparql-results+json": "json",
}
_OF_GRAPHS: Final = {"xml": "rdf", "rdf+xml": "rdf", "n3": "ttl", "json": "jsonld"}
"""What clients such as SPARQLWrapper call the formats of graphs; N3 holds all of Turtle."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A question for the engine, and the representation that its answer is for."""

    question: Query
    choice: Representation


def plan_of(
    text: str, arguments: MultiDict[str, str], accept: str | None, settings: Settings
) -> Plan:
    """Return what is to be asked and how it is to be answered.

    Raises: QueryTooLarge, QueryRefused, QuerySyntaxError.
    :raise 400: the format that is named does not fit.
    :raise 406: no format is acceptable.
    """
    shape = inspect(text, settings.query_length, settings.query_depth)
    offers = RESULT_FORMATS if shape.query_type in ("SELECT", "ASK") else GRAPH_FORMATS
    choice = _choice(arguments.get("format", ""), accept, offers)
    default, named = (
        tuple(arguments.getlist(f"{kind}-graph-uri")) for kind in ("default", "named")
    )
    machine = JSON.name if offers == RESULT_FORMATS else GRAPH_FORMATS[0].name
    wanted = machine if choice.format == HTML else choice.format.name
    question = Query(
        text, shape.query_type, wanted, shape.dataset, default, named, federated=shape.federated
    )
    return Plan(question, choice)


def _choice(wanted: str, accept: str | None, offers: tuple[Format, ...]) -> Representation:
    if not wanted:
        found = _chosen(accept, offers)
        if found is None:
            there = ", ".join(offer.media_type for offer in offers)
            raise NotAcceptable(f"None of the accepted types is available here; there is: {there}")
        return found
    name = _SHORT.get(wanted, wanted)
    if offers == GRAPH_FORMATS:
        name = _OF_GRAPHS.get(name, name)
    for form in (*offers, HTML):
        if name in (form.name, form.media_type, *form.aliases):
            return Representation(form, form.media_type)
    raise BadRequest(
        f"The format {wanted[:60]!r} does not fit this query; "
        f"there is: {', '.join(form.name for form in offers)}."
    )


@lru_cache(maxsize=1024)
def _chosen(accept: str | None, offers: tuple[Format, ...]) -> Representation | None:
    """Return the choice; few clients send headers of their own, so most are chosen once."""
    return choose(accept, (*offers, HTML), offers[0])
