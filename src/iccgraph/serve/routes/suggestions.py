"""`/reconcile/…`: completes what a person types, proposes properties, and shows things in short.

Source: Reconciliation Service API 0.2, sections 5 (preview), 6 (suggest) and 7.1 (proposals).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from iccgraph.errors import NotFound
from iccgraph.formats import HTML
from iccgraph.serve.context import language, serving, site
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.reconcile.entities import KINDS, Entity
from iccgraph.serve.reconcile.properties import PROPERTIES, find_property, values
from iccgraph.serve.reconcile.query import kind_of
from iccgraph.serve.reconcile.service import TYPES, proposed, written_type
from iccgraph.serve.routes.reconcile import answer
from iccgraph.serve.routes.respond import respond

suggestions = Blueprint("suggestions", __name__)
_PREVIEW_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""Previews are made to be shown in frames of other sites, so they may be."""


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise BadRequest(f"{name} is {text[:60]!r}; it needs a whole number.")
    return min(int(text), most)


@suggestions.get("/reconcile/suggest/<any('entity', 'property', 'type'):suggested>")
def suggest(suggested: str) -> Response:
    """Complete what a person has begun to type.

    :raise 400: limit or cursor is no number.
    """
    prefix = request.args.get("prefix", "").strip()[:300]
    limit, start = _number("limit", 10, 50), _number("cursor", 0, 10_000)
    asked = [name for value in request.args.getlist("type") for name in value.split(",") if name]
    kinds = [k for k in KINDS if k in {kind_of(name) for name in asked}] if asked else list(KINDS)

    def make() -> dict[str, Any]:
        if suggested == "entity":
            reconciler = serving().reconciler
            found = reconciler.suggest(prefix, kinds, limit, start)
            return {"result": [_suggestion(entity) for entity in found]}
        every = _types() if suggested == "type" else _properties(kinds)
        low = prefix.lower()
        fitting = [one for one in every if _fits(low, one)]
        return {"result": fitting[start : start + limit]}

    return answer(request.args, make)


def _fits(low: str, one: dict[str, Any]) -> bool:
    words = f"{one['id']} {one['name']}".lower().split()
    return any(word.startswith(low) for word in words) or low in one["name"].lower()


def _suggestion(entity: Entity) -> dict[str, Any]:
    return {
        "id": entity.id,
        "name": entity.label,
        "description": serving().reconciler.description(entity),
        "notable": [written_type(entity.kind)],
    }


def _types() -> list[dict[str, Any]]:
    return [{**written_type(kind), "description": TYPES[kind][1]} for kind in KINDS]


def _properties(kinds: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"id": item.id, "name": item.name, "description": item.description}
        for item in PROPERTIES.values()
        if set(item.kinds) & set(kinds)
    ]


@suggestions.get("/reconcile/properties")
def properties() -> Response:
    """Propose the properties that things of a type can be extended with."""
    asked = request.args.get("type", "")
    kind, limit = kind_of(asked), _number("limit", 100, 100)

    def make() -> dict[str, Any]:
        found = proposed(kind) if kind or not asked else []
        named = [{"id": item.id, "name": item.name} for item in found[:limit]]
        return {"type": asked, "limit": limit, "properties": named}

    return answer(request.args, make)


@suggestions.get("/reconcile/flyout/<any('entity', 'property', 'type'):suggested>")
def flyout(suggested: str) -> Response:
    """Give a few lines about a suggestion, as HTML inside JSON.

    :raise 404: there is no such thing, type or property.
    """
    name = request.args.get("id", "")[:500]
    if suggested == "entity":
        context = _preview(name)
    elif suggested == "type":
        if not (kind := kind_of(name)):
            raise NotFound(f"no type is called {name[:60]!r}")
        context = {"title": TYPES[kind][0], "description": TYPES[kind][1]}
    else:
        if (item := find_property(name)) is None:
            raise NotFound(f"no property is called {name[:60]!r}")
        context = {"title": item.name, "description": item.description}
    html = render_template("reconcile-preview.html", inside=True, **context)
    return answer(request.args, lambda: {"id": name, "html": html.strip()})


@suggestions.get("/reconcile/preview")
def preview() -> Response:
    """Show one thing in a small frame.

    :raise 404: there is no such thing.
    """
    context = _preview(request.args.get("id", "")[:500])
    shown = respond(
        lambda: render_template("reconcile-preview.html", inside=False, **context),
        Representation(HTML, HTML.media_type),
    )
    shown.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return shown


def _preview(name: str) -> dict[str, Any]:
    reconciler = serving().reconciler
    entity = reconciler.catalogue.get(name)
    if entity is None:
        raise NotFound(f"nothing is called {name[:60]!r}; identifiers are such as city/barcelona")
    tongue = language()
    facts = {}
    for wanted in ("description", "population", "practices", "city", "topic", "time"):
        found = values(reconciler.catalogue, entity, PROPERTIES[wanted])
        texts = [str(v.get("name") or next(iter(v.values()))) for v in found]
        if texts:
            facts[wanted] = "; ".join(texts)[:280]
    said = values(reconciler.catalogue, entity, PROPERTIES["wikidata"])
    kind, place = reconciler.about(entity, tongue)
    own = entity.name(tongue)
    return {
        "title": own,
        "tongue": entity.lang if own == entity.label else tongue,
        "kind": kind,
        "place": place,
        "facts": facts,
        "address": site(entity.id),
        "wikidata": said[0]["str"] if said else "",
    }
