"""Links as documents: `/linkset/…` (RFC 9264) and `/.well-known/api-catalog` (RFC 9727)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from iccgraph.errors import NotFound
from iccgraph.formats import LINKSET, json_text
from iccgraph.iris import KINDS
from iccgraph.serve.catalogue import signposting
from iccgraph.serve.catalogue.signposting import API_CATALOG, TypedLink
from iccgraph.serve.context import AppResponse, published, site
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.routes.downloads import dumps, files_of_dataset
from iccgraph.serve.routes.respond import respond
from iccgraph.serve.routes.things import require

linksets = Blueprint("linksets", __name__)
_KINDS = f"<any({', '.join(repr(kind) for kind in KINDS)}):kind>"


@linksets.get(f"/linkset/{_KINDS}/<path:key>")
def thing_links(kind: str, key: str) -> Response:
    """Give the links of the document about a thing.

    :raise 404: nothing has this name.
    """
    require(kind, key)
    return _respond(signposting.thing_set(published(), kind, key))


@linksets.get("/linkset/catalogue")
def dataset_links() -> Response:
    """Give the links of the page about the dataset: its descriptions and all its files."""
    return _respond(signposting.dataset_set(published(), files_of_dataset(whole=False)))


@linksets.get("/linkset/data/<name>")
def file_links(name: str) -> Response:
    """Give the links of a file that can be downloaded.

    :raise 404: the release has no such file.
    """
    if name not in dumps():
        raise NotFound(f"there is no file called {name!r}; the page /data/ lists all files")
    return _respond(signposting.file_set(published(), name))


@linksets.get("/.well-known/api-catalog")
def api_catalog() -> Response:
    """Name the interfaces of this site for programs, each with its description and documents."""
    response = _respond(
        signposting.api_catalog(site("")),
        TypedLink("api-catalog", site(".well-known/api-catalog"), LINKSET.media_type),
    )
    response.headers["Content-Type"] = f'{LINKSET.media_type}; profile="{API_CATALOG}"'
    return response


def _respond(document: dict[str, Any], *links: TypedLink) -> AppResponse:
    choice = Representation(LINKSET, LINKSET.media_type)
    return respond(json_text(document), choice, [str(link) for link in links])
