"""Makes the responses of routes: chooses a representation and writes it with its headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import request
from pyoxigraph import NamedNode, Quad

from iccgraph.formats import HTML, Format
from iccgraph.serve.catalogue import signposting
from iccgraph.serve.context import (
    AppResponse,
    app_request,
    language,
    path_language,
    serving,
    settings,
    site,
)
from iccgraph.serve.http.addresses import in_language
from iccgraph.serve.http.headers import Validity, representation
from iccgraph.serve.http.negotiation import Representation, acceptable


def chosen(offers: Sequence[Format], extension: str = "", default: Format = HTML) -> Representation:
    """Return the format of the path's extension, else the one that Accept likes best.

    An address that begins with a language is that of a page, whatever Accept likes.

    Raises: RequestError (406) when nothing that there is is acceptable.
    """
    if extension:
        format_ = next((o for o in offers if o.name == extension), None)
        if format_ is not None:
            return Representation(format_, format_.media_type)
    if path_language() and HTML in offers:
        return Representation(HTML, HTML.media_type)
    return acceptable(request.headers.get("Accept"), offers, default)


def written(choice: Representation, quads: Iterable[Quad], root: NamedNode) -> bytes:
    """Return the body of a document in the format that was chosen."""
    return serving().release.write_document(choice.format, quads, root)


def respond(
    body: bytes | str | Iterator[bytes],
    choice: Representation,
    links: Sequence[str] = (),
    state: str = "",
) -> AppResponse:
    """Return a response with its validators.

    Arguments: `links` are values of `Link`; `state` is whatever else than the release and the
    request it depends on, so that we do not cache it ourselves.
    """
    content_language = language() if choice.format == HTML else ""
    validity = None
    if request.method != "POST":  # its body is nothing that a cache looks at
        query = request.query_string.decode("latin-1")
        name = serving().release.name
        path = in_language(request.path, path_language())
        validity = Validity(name, settings().site, path, query, state)
    headers = representation(choice, validity, language=content_language, links=links)
    response = AppResponse(body, 200, headers)
    response.format_name = choice.format.name
    if validity is not None and not state and serving() is app_request().serving:
        response.release = validity.release
    return response


def alternates(path: str, offers: Sequence[Format], query: str = "") -> list[str]:
    """Return Link values that name every format of the document at a path of this site."""
    return [str(link) for link in signposting.alternates(site(""), path, offers, query)]
