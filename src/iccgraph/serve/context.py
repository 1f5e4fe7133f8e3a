"""What a route and a page know of the request that they are made for, in the Flask application."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Response, current_app, g, request

from iccgraph.formats import COLLECTION_FORMATS, GEOJSON, HTML
from iccgraph.serve.catalogue.publication import Publication
from iccgraph.serve.dataset.parameters import BoundQuery
from iccgraph.serve.http.addresses import PARAMETER
from iccgraph.serve.http.negotiation import choose_language
from iccgraph.serve.releases import Serving, Verified
from iccgraph.settings import Settings

SETTINGS: Final = "SETTINGS"
LANGUAGES: Final = "LANGUAGES"
"""The names of the settings and of the languages of pages, the default first, in `app.config`."""
PATH_LANGUAGE: Final = "iccgraph.language"
"""The name, in the environment of the application, of the language that the address begins with."""
APP_REQUEST: Final = "iccgraph.request"
"""The name of an `AppRequest` in the environment of the application (PEP 3333)."""
_ENDINGS: Final = "|".join(f.name for f in (*COLLECTION_FORMATS, GEOJSON) if f != HTML)
_NO_PAGE: Final = re.compile(
    rf"static/|data/[^?#]|release/[^/?#]+/[^?#]|\.well-known/|context\.jsonld|[^?#]*\.(?:{_ENDINGS})(?:[?#]|$)"
)
"""The paths of this site that pages link to and that are no pages: files and data."""


class AppResponse(Response):
    """A response of the application, with what its metrics and the cache need to know.

    `format_name` is the format of its representation; `release` names the release that it was made
    from, if it may be given again for as long as that is served; `unchanged` is False once the file
    that its body is read from was changed.
    """

    format_name = ""
    release = ""
    unchanged: Callable[[], bool] = staticmethod(lambda: True)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The result of a query that a page shows: in JSON, or in Turtle for a graph."""

    text: str
    content: bytes
    query_type: str


@dataclass(frozen=True, slots=True)
class AppRequest:
    """A request to the application: what it needs besides HTTP itself.

    Arguments: `serving` is None while there is no release; `error` is what the response tells, if
    something went wrong before; `result` is that of the query that the page shows; `named` is the
    named query that it is of.
    """

    serving: Serving | None
    request_id: str
    error: Exception | None = None
    result: QueryResult | None = None
    named: BoundQuery | None = None


def app_request() -> AppRequest:
    """Return what came with this request."""
    found: AppRequest = request.environ[APP_REQUEST]
    return found


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.config[SETTINGS]
    return found


def serving() -> Verified:
    """Return the release that answers this request."""
    found: Verified = g.serving
    return found


def use_release(name: str) -> bool:
    """Have another release than the current one answer this request; False if it is not there."""
    current = app_request().serving
    if current is None or name == current.release.name:
        return current is not None
    other = current.others.find(name)
    g.serving = other or current
    return other is not None


def site(path: str) -> str:
    """Return the whole address of a path of this site."""
    return settings().site + path.lstrip("/")


def published() -> Publication:
    """Return the release that answers this request, as this site publishes it."""
    release = serving().release
    return Publication(release.manifest.description, release.iris, settings().site, release.name)


def link(path: str) -> str:
    """Return the path of this site as pages link to it, below any proxy's path.

    That of another page is in the language that this page's address begins with.
    """
    return below(settings().site_path, path_language(), path)


def below(start: str, language: str, path: str) -> str:
    """Return a path of this site below its own, in the language that is chosen if it is a page's.

    Arguments: `start` is the site's own path; `language` is empty if none is chosen.
    """
    path = path.lstrip("/")
    if language and not _NO_PAGE.match(path):
        return f"{start}{language}/{path}"
    return start + path


def data_link(path: str) -> str:
    """Return the path of what is no page, or answers programs, as pages link to it."""
    return settings().site_path + path.lstrip("/")


def path_language() -> str:
    """Return the language that the address of this request begins with, empty if none."""
    found: str = request.environ.get(PATH_LANGUAGE, "")
    return found


def scheme() -> str:
    """Return the key of the topic scheme that a page counts by: that of `?scheme=`, or the default.

    Raises: UnknownChoice if there is no such scheme.
    """
    return serving().release.scheme(request.args.get("scheme", "").strip())


def language() -> str:
    """Return the language of this request's page.

    It is that of `?lang=`, else of the address (`/fr/…`), else of Accept-Language, else English.
    """
    if "language" not in g:
        requested, languages = request.args.get(PARAMETER, ""), current_app.config[LANGUAGES]
        chosen = requested if requested in languages else path_language()
        g.language = chosen or choose_language(request.headers.get("Accept-Language"), languages)
    found: str = g.language
    return found
