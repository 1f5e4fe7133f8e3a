"""Makes HTTP answers: one place for validators, caching, links and languages (RFC 9110, 9111)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from flask import Response, current_app, g, request
from werkzeug.exceptions import NotAcceptable

from iccgraph import __version__
from iccgraph.formats import HTML, Format
from iccgraph.serve.http.cache import FORMAT, KEEP
from iccgraph.serve.http.negotiation import Representation, choose, choose_language
from iccgraph.serve.releases import Serving
from iccgraph.settings import Settings

FRESH = "public, max-age=60, stale-while-revalidate=600"
"""Answers may be kept by anyone for a minute: so long a new release may stay unseen."""
COMMON_HEADERS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Link, Retry-After, X-Request-Id"),
    ("X-Content-Type-Options", "nosniff"),
)
"""What every answer carries, errors too."""


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def serving() -> Serving:
    """Return the release that answers this request."""
    found: Serving = g.serving
    return found


def site(path: str) -> str:
    """Return the whole address of a path of this site."""
    return settings().site + path.lstrip("/")


def link(path: str) -> str:
    """Return the path of this site as pages link to it, below any proxy's path."""
    return settings().site_path + path.lstrip("/")


def languages() -> tuple[str, ...]:
    """Return the languages that pages come in, the default first."""
    found: tuple[str, ...] = current_app.config["LANGUAGES"]
    return found


def language() -> str:
    """Return the language of this request's page: `?lang=`, else Accept-Language, else English."""
    requested = request.args.get("lang", "")
    if requested in languages():
        return requested
    return choose_language(request.headers.get("Accept-Language"), languages())


def chosen(offers: Sequence[Format], extension: str = "", default: Format = HTML) -> Representation:
    """Return the format of the path's extension, else the one that Accept likes best.

    :raise 406: when nothing that there is is acceptable.
    """
    if extension:
        form = next((o for o in offers if o.name == extension), None)
        if form is not None:
            return Representation(form, form.media_type)
    wanted = choose(request.headers.get("Accept"), offers, default)
    if wanted is None:
        there = ", ".join(offer.media_type for offer in offers)
        raise NotAcceptable(f"None of the accepted types is available here; there is: {there}")
    return wanted


def respond(
    write: Callable[[], bytes | str],
    choice: Representation,
    links: Sequence[str] = (),
    cache: str = FRESH,
    vary: str = "Accept",
    state: str = "",
    lasting: bool = True,
) -> Response:
    """Return an answer with its validators; the body is not written if the client has it.

    `state` is whatever else than the release and the request the answer depends on; if it is not
    `lasting`, others have a part in it and nobody may keep it.
    """
    html = choice.format.name == HTML.name
    tongue = language() if html else ""
    response = Response(status=200, content_type=choice.content_type)
    response.headers[FORMAT] = choice.format.name
    if request.method == "POST" or not lasting:  # a POST's body is nothing that a cache looks at
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = f"{vary}, Accept-Language" if html else vary
        if html:
            response.headers["Content-Language"] = tongue
        response.set_data(write())
        return response
    response.set_etag(_etag(choice, tongue, state))
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = f"{vary}, Accept-Language" if html else vary
    if html:
        response.headers["Content-Language"] = tongue
    if links:
        response.headers["Link"] = ", ".join(links)
    if not state:
        response.headers[KEEP] = serving().release.name
    response.make_conditional(request)
    if response.status_code == 200:
        body = write()
        response.set_data(body)
    return response


def _etag(choice: Representation, tongue: str, state: str) -> str:
    query = request.query_string.decode("latin-1")
    name = serving().release.name
    return etag_of(name, settings().site, request.path, query, choice.media_type, tongue, state)


def etag_of(
    release: str,
    site: str,
    path: str,
    query: str,
    media_type: str,
    tongue: str = "",
    state: str = "",
) -> str:
    """Return the strong ETag of an answer, without its quotes: all that the answer depends on."""
    parts = (release, __version__, site, path, query, media_type, tongue, state)
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def alternates(address: str, offers: Sequence[Format]) -> list[str]:
    """Return Link values that name every format of the document at an address of this site."""
    return [
        f'<{address}.{offer.name}>; rel="alternate"; type="{offer.media_type}"' for offer in offers
    ]
