"""`/reconcile`: the Reconciliation Service API 0.2 over cities, countries, topics and practices.

Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/; JSONP as
its section 2.1 has it, for identifiers only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from iccgraph import __version__
from iccgraph.formats import HTML, Format
from iccgraph.iris import fold
from iccgraph.serve.context import language, serving, settings, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.handlers.sparql import FORM
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.reconcile.entities import KINDS
from iccgraph.serve.reconcile.properties import PROPERTIES
from iccgraph.serve.reconcile.query import Query, kind_of, read_batch, read_json, read_query
from iccgraph.serve.reconcile.service import written_type
from iccgraph.serve.routes.respond import chosen, respond
from iccgraph.vocab import PREFIXES

reconcile = Blueprint("reconcile", __name__)
JSON: Final = Format("json", "application/json", "JSON")
SCRIPT: Final = Format("js", "text/javascript", "JSONP", ("application/javascript",))
_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
_FIELDS: Final = 50
_WIDTH: Final = 420
_HEIGHT: Final = 260
Arguments = MultiDict[str, str]


@reconcile.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """Answer the manifest, candidates of one or many names, or values of properties.

    :raise 400: a query makes no sense.
    :raise 413: there are more queries than a batch may have.
    :raise 415: a body is not a form.
    """
    given = _arguments()
    for name, prepare in (("queries", _batch), ("extend", _extension)):
        if name in given:
            return answer(given, prepare(given))
    if given.get("callback") or request.method == "POST":
        return answer(given, _single(given) if _asked(given) else manifest)
    choice = chosen((JSON, HTML), default=JSON)
    if choice.format == HTML:
        return respond(lambda: _page(given), choice)
    return answer(given, _single(given) if _asked(given) else manifest)


def _asked(given: Arguments) -> bool:
    return "query" in given or "properties" in given


def _arguments() -> Arguments:
    if request.method != "POST":
        return request.args
    kind = request.mimetype
    if kind not in (FORM, ""):
        raise UnsupportedMediaType(f"A body of type {kind[:60]!r} is not read here; send {FORM}.")
    body = request.get_data().decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise BadRequest(f"The form has more than {_FIELDS} fields.") from None
    return MultiDict([*pairs, *request.args.items(multi=True)])


def answer(given: Arguments, make: Callable[[], Any]) -> Response:
    """Return a value as JSON, or as a script where a callback is named (JSONP)."""
    callback = given.get("callback", "")
    if not callback:
        return respond(lambda: orjson.dumps(make()), Representation(JSON, JSON.media_type))
    if len(callback) > 100 or not _CALLBACK.fullmatch(callback):
        raise BadRequest("The callback is no name of a JavaScript function, such as handle.answer.")

    def write() -> bytes:
        value = orjson.dumps(make()).replace(b"\xe2\x80\xa8", b"\\u2028")
        value = value.replace(b"\xe2\x80\xa9", b"\\u2029").replace(b"<", b"\\u003c")
        return b"/**/" + callback.encode() + b"(" + value + b");"

    return respond(write, Representation(SCRIPT, SCRIPT.media_type))


def _batch(given: Arguments) -> Callable[[], Any]:
    batch = read_batch(given["queries"], settings().reconcile_batch)
    return lambda: serving().reconciler.answer(batch, settings().reconcile_seconds)


def _extension(given: Arguments) -> Callable[[], Any]:
    limits = settings()
    return lambda: serving().reconciler.extend(
        given["extend"], limits.reconcile_batch, limits.reconcile_seconds
    )


def _single(given: Arguments) -> Callable[[], Any]:
    query = _query(given)
    seconds = settings().reconcile_seconds
    return lambda: serving().reconciler.answer({"q": query}, seconds)["q"]


def _query(given: Arguments) -> Query:
    """Return the query of an address or form: a text, or an object of JSON."""
    text = given.get("query", "")
    if text.lstrip().startswith("{"):
        return read_query(read_json(text, "query"), "the query")
    said: dict[str, Any] = {"query": text}
    said |= {name: given[name] for name in ("limit", "type_strict") if given.get(name)}
    said["type"] = [name for name in given.getlist("type") if name]
    constraints = read_json(given["properties"], "properties") if given.get("properties") else []
    if given.get("country") and isinstance(constraints, list):
        constraints = [*constraints, {"pid": "country", "v": given["country"]}]
    return read_query({**said, "properties": constraints}, "the query")


def manifest() -> dict[str, Any]:
    """Return what the service is and can do."""
    here = site("reconcile")
    suggest = {
        what: {
            "service_url": here,
            "service_path": f"/suggest/{what}",
            "flyout_service_url": here,
            "flyout_service_path": f"/flyout/{what}?id=${{id}}",
        }
        for what in ("entity", "type", "property")
    }
    limit = {"name": "limit", "label": "Limit", "type": "number", "default": 0}
    return {
        "versions": ["0.1", "0.2"],
        "name": "iccgraph: intercultural practices, cities, countries, topics",
        "identifierSpace": f"{serving().release.iris.base}id/",
        "schemaSpace": PREFIXES["icc"],
        "documentation": here,
        "serviceVersion": __version__,
        "logo": site("static/icon.svg"),
        "defaultTypes": [written_type(kind) for kind in KINDS],
        "view": {"url": site("") + "{{id}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [
                {**limit, "help_text": "the most values of a thing; 0: all of them"}
            ],
        },
        "batchSize": settings().reconcile_batch,
    }


def _page(given: Arguments) -> str:
    """Return the page for people, with the candidates of a name that was asked for."""
    reconciler, tongue = serving().reconciler, language()
    found = reconciler.candidates(_query(given)) if given.get("query") else None
    countries = listing.labels(serving().release, "country", tongue)
    return render_template(
        "reconcile.html",
        given=given,
        kind=kind_of(given.get("type", "")),
        kinds=KINDS,
        countries=sorted(countries.items(), key=lambda pair: fold(pair[1])),
        found=found,
        about={c.entity.id: reconciler.about(c.entity, tongue) for c in found or ()},
        properties=PROPERTIES.values(),
        tongue=tongue,
        limits=settings(),
    )
