"""`/reconcile`: the Reconciliation Service API 0.2 over places, topics, practices and others.

`/reconcile/…` completes what a person types, proposes properties, and shows things in short.
Source: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/; JSONP as
its section 2.1 has it, for identifiers only.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

import orjson
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from iccgraph import __version__
from iccgraph.errors import NotFound
from iccgraph.formats import HTML, PLAIN_JSON, Format
from iccgraph.languages import best, collation_key
from iccgraph.serve.context import language, path_language, serving, settings, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.http.addresses import in_language
from iccgraph.serve.http.message import FORM, Fields, body_text
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.pages.render import render_template
from iccgraph.serve.reconcile.entities import DEFAULT_KINDS, KINDS, Catalogue
from iccgraph.serve.reconcile.properties import (
    PROPERTIES,
    Property,
    PropertyValue,
    all_properties,
    find_property,
    texts,
    values,
)
from iccgraph.serve.reconcile.query import Query, kind_of, read_batch, read_json, read_query
from iccgraph.serve.reconcile.service import TYPES, type_json
from iccgraph.serve.routes.respond import chosen, respond
from iccgraph.vocab import PREFIXES

reconcile = Blueprint("reconcile", __name__)
SCRIPT: Final = Format("js", "text/javascript", "JSONP", ("application/javascript",))
_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
_FIELDS: Final = 50
_SINGLE: Final = ("query", "queries", "extend", "callback", "properties", "limit", "country")
_WIDTH: Final = 420
_HEIGHT: Final = 260
_PREVIEW_POLICY: Final = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
"""Previews are made to be shown in frames of other sites, so they may be."""

_MOST_SHOWN: Final = 12
"""So many values of a property are shown, and a count of the others."""
_SHOWN: Final = (
    *("description", "population", "practices", "lastAssessment", "network"),
    *("city", "topic", "time", "member"),
)
"""The properties that a preview shows, in their order."""

Arguments = MultiDict[str, str]


@reconcile.route("/reconcile", methods=["GET", "POST"])
def service() -> Response:
    """Answer the manifest, candidates of one or many names, or values of properties.

    :raise 400: a query makes no sense.
    :raise 413: there are more queries than a batch may have.
    :raise 415: a body is not a form.
    """
    fields, reconciler = _fields(), serving().reconciler
    limits = settings()
    if "queries" in fields:
        batch = read_batch(fields["queries"], limits.reconcile_batch)
        return answer(fields, reconciler.answer(batch, limits.reconcile_seconds))
    if "extend" in fields:
        most, seconds = limits.reconcile_batch, limits.reconcile_seconds
        return answer(fields, reconciler.extend(fields["extend"], most, seconds))
    if request.method == "GET" and not fields.get("callback"):
        choice = chosen((PLAIN_JSON, HTML), default=PLAIN_JSON)
        if choice.format == HTML:
            return respond(_page(fields), choice)
    if "query" not in fields and "properties" not in fields:
        return answer(fields, manifest())
    found = reconciler.answer({"q": _query(fields)}, limits.reconcile_seconds)
    return answer(fields, found["q"])


def _fields() -> Arguments:
    """Return the fields of the form and of the address, what may be there once only once."""
    pairs = Fields(request.query_string.decode("latin-1")).pairs
    if request.method == "POST":
        _, form = body_text(request.headers.get("Content-Type", FORM), request.get_data(), (FORM,))
        pairs = [*Fields(form).pairs, *pairs]
    if len(pairs) > _FIELDS:
        raise BadRequest(f"The request has more than {_FIELDS} fields.")
    fields = MultiDict(pairs)
    for name in _SINGLE:
        if (found := len(fields.getlist(name))) > 1:
            raise BadRequest(f"Expected one “{name}” parameter, found {found}.")
    return fields


def answer(fields: Arguments, value: Any) -> Response:
    """Return a value as JSON, or as a script where a callback is named (JSONP)."""
    callback, body = fields.get("callback", ""), orjson.dumps(value)
    if not callback:
        return respond(body, Representation(PLAIN_JSON, PLAIN_JSON.media_type))
    if len(callback) > 100 or not _CALLBACK.fullmatch(callback):
        raise BadRequest(
            "The callback is not the name of a JavaScript function, such as handle.answer."
        )
    for character in "\u2028\u2029<":  # which end a line or a script in old browsers
        body = body.replace(character.encode(), f"\\u{ord(character):04x}".encode())
    body = b"/**/" + callback.encode() + b"(" + body + b");"
    return respond(body, Representation(SCRIPT, SCRIPT.media_type))


def _query(fields: Arguments) -> Query:
    """Return the query of an address or form: a text, or an object of JSON."""
    text = fields.get("query", "")
    if text.lstrip().startswith("{"):
        return read_query(read_json(text, "query"), "the query")
    document: dict[str, Any] = {"query": text}
    document |= {name: fields[name] for name in ("limit", "type_strict") if fields.get(name)}
    document["type"] = [name for name in fields.getlist("type") if name]
    constraints = read_json(fields["properties"], "properties") if fields.get("properties") else []
    if fields.get("country") and isinstance(constraints, list):
        constraints = [*constraints, {"pid": "country", "v": fields["country"]}]
    return read_query({**document, "properties": constraints}, "the query")


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
        "name": "iccgraph: intercultural practices, cities, countries, topics, networks, guidance",
        "identifierSpace": f"{serving().release.iris.base}id/",
        "schemaSpace": PREFIXES["icc"],
        "documentation": here,
        "serviceVersion": __version__,
        "logo": site("static/icon.svg"),
        "defaultTypes": [type_json(kind) for kind in DEFAULT_KINDS],
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


def _page(fields: Arguments) -> str:
    """Return the page for people, with the candidates of the name in the request."""
    reconciler, lang = serving().reconciler, language()
    found = reconciler.candidates(_query(fields)) if fields.get("query") else None
    countries = listing.labels(serving().release, "country", lang)
    return render_template(
        "reconcile.html",
        fields=fields,
        kind=kind_of(fields.get("type", "")),
        kinds=KINDS,
        countries=sorted(countries.items(), key=lambda pair: collation_key(pair[1])),
        found=found,
        about={c.entity.id: reconciler.about(c.entity, lang) for c in found or ()},
        properties=all_properties(serving().release.languages),
        limits=settings(),
    )


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise BadRequest(f"{name} is {text[:60]!r}; it must be a whole number.")
    return min(int(text), most)


@reconcile.get("/reconcile/suggest/<any('entity', 'property', 'type'):suggested>")
def suggest(suggested: str) -> Response:
    """Complete what a person has begun to type.

    :raise 400: limit or cursor is no number.
    """
    prefix = request.args.get("prefix", "").strip()[:300]
    limit, start = _number("limit", 10, 50), _number("cursor", 0, 10_000)
    types = [name for value in request.args.getlist("type") for name in value.split(",") if name]
    kinds = [k for k in KINDS if k in {kind_of(name) for name in types}] if types else list(KINDS)
    if suggested == "entity":
        reconciler = serving().reconciler
        result: list[dict[str, Any]] = [
            {
                "id": entity.id,
                "name": entity.label,
                "description": reconciler.description(entity),
                "notable": [type_json(entity.kind)],
            }
            for entity in reconciler.suggest(prefix, kinds, limit, start)
        ]
        return answer(request.args, {"result": result})
    if suggested == "type":
        known = [(kind, *TYPES[kind]) for kind in KINDS]
    else:
        known = [(item.id, item.name, item.description) for item in _properties(kinds)]
    result = [
        {"id": id_, "name": name, "description": description}
        for id_, name, description in known
        if _fits(prefix.lower(), id_, name)
    ]
    return answer(request.args, {"result": result[start : start + limit]})


def _fits(prefix: str, id_: str, name: str) -> bool:
    words = f"{id_} {name}".lower().split()
    return prefix in name.lower() or any(word.startswith(prefix) for word in words)


def _properties(kinds: Collection[str]) -> list[Property]:
    """Return the properties that things of some kinds have."""
    known = all_properties(serving().release.languages)
    return [item for item in known if set(item.kinds) & set(kinds)]


@reconcile.get("/reconcile/properties")
def properties() -> Response:
    """Propose the properties that things of a type can be extended with."""
    type_, limit = request.args.get("type", ""), _number("limit", 100, 100)
    found = _properties([kind_of(type_)] if type_ else KINDS)[:limit]
    named = [{"id": item.id, "name": item.name} for item in found]
    return answer(request.args, {"type": type_, "limit": limit, "properties": named})


@reconcile.get("/reconcile/flyout/<any('entity', 'property', 'type'):suggested>")
def flyout(suggested: str) -> Response:
    """Give a few lines about a suggestion, as HTML inside JSON.

    :raise 404: there is no such thing, type or property.
    """
    name = request.args.get("id", "")[:500]
    context = _preview(name) if suggested == "entity" else _described(suggested, name)
    html = render_template("reconcile-preview.html", inside=True, **context)
    return answer(request.args, {"id": name, "html": html.strip()})


def _described(suggested: str, name: str) -> dict[str, str]:
    """Return the title and description of a type or property.

    Raises: NotFound.
    """
    if suggested == "type" and (kind := kind_of(name)):
        title, description = TYPES[kind]
    elif suggested == "property" and (item := find_property(name)):
        title, description = item.name, item.description
    else:
        raise NotFound(f"no {suggested} is called {name[:60]!r}")
    return {"title": title, "description": description}


@reconcile.get("/reconcile/preview")
def preview() -> Response:
    """Show one thing in a small frame.

    :raise 404: there is no such thing.
    """
    context = _preview(request.args.get("id", "")[:500])
    page = render_template("reconcile-preview.html", inside=False, **context)
    response = respond(page, Representation(HTML, HTML.media_type))
    response.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return response


def _text(catalogue: Catalogue, value: PropertyValue, language: str) -> str:
    """Return a value as readers of a language see it: a thing by its name."""
    entity = catalogue.get(value["id"]) if "id" in value else None
    return best(entity.labels, language)[0] if entity else str(next(iter(value.values())))


def _preview(id_: str) -> dict[str, Any]:
    reconciler = serving().reconciler
    entity = reconciler.catalogue.get(id_)
    if entity is None:
        raise NotFound(f"nothing has the identifier {id_[:60]!r}; an example is city/barcelona")
    lang = language()
    facts = {}
    for name in _SHOWN:
        if found := texts(reconciler.catalogue, entity, PROPERTIES[name], lang):
            facts[name] = found
    items = values(reconciler.catalogue, entity, PROPERTIES["wikidata"])
    kind, place = reconciler.about(entity, lang)
    title, tag = best(entity.labels, lang)
    return {
        "title": title,
        "code": tag,
        "kind": kind,
        "place": place,
        "facts": facts,
        "most": _MOST_SHOWN,
        "address": site(in_language(f"/{entity.id}", path_language())),
        "wikidata": items[0]["str"] if items else "",
    }
