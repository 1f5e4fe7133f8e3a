"""Things and the documents about them: `/id/<kind>/<key>` and `/<kind>/<key>`.

A thing answers 303 to its document; a withdrawn one 410; a renamed one 301 to its new name.
"""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from iccgraph.errors import Gone, NotFound, RequestError
from iccgraph.formats import DOCUMENT_FORMATS, HTML
from iccgraph.iris import COLLECTION_OF, KINDS
from iccgraph.resources import RESOURCES
from iccgraph.serve.catalogue import schema_org, signposting
from iccgraph.serve.context import language, link, path_language, published, scheme, serving, site
from iccgraph.serve.dataset.describe import describe, exists
from iccgraph.serve.http.addresses import in_language
from iccgraph.serve.pages.render import format_links, render_template, scheme_links
from iccgraph.serve.pages.thing_views import thing_view
from iccgraph.serve.routes.respond import chosen, respond, written

documents = Blueprint("documents", __name__)
_KINDS = f"<any({', '.join(repr(kind) for kind in KINDS)}):kind>"
_COUNTED = ("city", "country", "network")
"""The kinds of thing whose pages count by a topic scheme that the reader chooses."""
_ENDINGS = {format_.name for format_ in DOCUMENT_FORMATS}


@documents.get(f"/id/{_KINDS}/<path:key>")
def thing(kind: str, key: str) -> Response:
    """Send the client from the thing to the document about it.

    :raise 404: nothing has this name.
    :raise 410: the thing was withdrawn.
    """
    moved = _moved(kind, key)
    if moved:
        return redirect(link(f"id/{kind}/{moved}"), 301)
    require(kind, key)
    response = redirect(link(f"{kind}/{key}"), 303)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Link"] = ", ".join(links(kind, key))
    return response


@documents.get(f"/{_KINDS}/<path:key>")
def document(kind: str, key: str) -> Response:
    """Describe the thing, in the format of the address's ending or of the Accept header.

    :raise 404: nothing has this name.
    :raise 406: there is no acceptable format.
    :raise 410: the thing was withdrawn.
    """
    stem, dot, ending = key.rpartition(".")
    extension = ""
    if dot and ending in _ENDINGS:
        key, extension = stem, ending
    moved = _moved(kind, key)
    if moved:
        return redirect(link(f"{kind}/{moved}{'.' if extension else ''}{extension}"), 301)
    release = serving().release
    try:
        choice = chosen(DOCUMENT_FORMATS, extension)
    except RequestError:
        require(kind, key)
        raise
    description = describe(release, kind, key, lists=choice.format != HTML)
    body: bytes | str
    if choice.format == HTML:
        lang = language()
        view = thing_view(release, kind, key, description, lang, scheme())
        page = schema_org.ThingPage(
            published(),
            site(in_language(f"/{kind}/{key}", path_language())),
            lang,
            description.modified or release.manifest.description.modified,
        )
        body = render_template(
            "resource.html" if kind in RESOURCES else f"{kind}.html",
            thing=view,
            kind=kind,
            collection=COLLECTION_OF[kind],
            schemes=scheme_links(release, scheme(), language()) if kind in _COUNTED else [],
            iri=description.root.value,
            formats=format_links(f"{kind}/{key}", DOCUMENT_FORMATS),
            jsonld=schema_org.script(schema_org.of_thing(page, kind, view)),
            cited=schema_org.dublin_core(page, kind, view),
        )
    else:
        body = written(choice, description.quads, description.root)
    return respond(body, choice, links(kind, key))


def require(kind: str, key: str) -> None:
    """Raise NotFound if there is no such thing, whatever format is asked for."""
    if not exists(serving().release, kind, key):
        raise NotFound(f"there is no {kind} called {key!r}")


def links(kind: str, key: str) -> list[str]:
    """Return the Link values of the document about a thing."""
    return list(map(str, signposting.of_thing(published(), kind, key)))


def _moved(kind: str, key: str) -> str:
    """Return the key that a thing has now, empty if its own is in use or was never.

    Raises: Gone if the thing was withdrawn.
    """
    stone = serving().release.tombstone(kind, key)
    if stone is None or exists(serving().release, kind, key):
        return ""
    if stone.replaced_by:
        return stone.replaced_by
    reason = stone.reason or "no reason is given"
    if stone.since:
        raise Gone(f"the {kind} {key!r} was withdrawn (since {stone.since}): {reason}")
    raise Gone(f"the {kind} {key!r} was withdrawn: {reason}")
