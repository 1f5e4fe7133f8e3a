"""`/explore`: pictures of how cities, topics, countries and years go together, and their numbers.

A view has the filters and the address grammar of the lists of practices; each can be had as a page,
as a picture (SVG, PNG) and as a table (CSV).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from iccgraph.errors import UnknownChoice
from iccgraph.formats import CSV, HTML, PNG, SVG
from iccgraph.release.facets import FACETS
from iccgraph.serve.context import language, link, scheme, serving, site
from iccgraph.serve.dataset.explore import VIEWS, read_options, unusual
from iccgraph.serve.dataset.listing import Listing
from iccgraph.serve.dataset.selection import (
    PAGING,
    Selected,
    Selection,
    page_of,
    read_selection,
    read_single,
)
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.pages.explore import page as pages
from iccgraph.serve.pages.explore.matrix import ROWS_SHOWN
from iccgraph.serve.pages.explore.raster import png, width_of
from iccgraph.serve.pages.explore.shown import Shown
from iccgraph.serve.routes.collections import check_page, pinned_release, written_otherwise
from iccgraph.serve.routes.respond import chosen, respond

explore = Blueprint("explore", __name__)
_VIEWS: Final = f"<any({', '.join(map(repr, VIEWS))}):view>"
_ENDINGS: Final = "<any('svg', 'png', 'csv'):ending>"
_FORMATS: Final = {format_.name: format_ for format_ in (SVG, PNG, CSV)}
DRAWN: Final = ("width",)
"""The parameters of pictures alone."""


@explore.get("/explore")
def overview() -> Response:
    """Show what can be explored, with a small picture of each view.

    :raise 400: there is no such topic scheme.
    """
    choice = chosen((HTML,))
    selected = Selected(serving().release, Selection(scheme=scheme()))
    return respond(pages.overview(selected), choice)


@explore.get(f"/explore/{_VIEWS}")
def view_page(view: str) -> Response:
    """Show a view of the practices, with its numbers.

    :raise 400: there is no such filter, value, order or page.
    :raise 410: the release that is asked for is not here any more.
    """
    choice = chosen((HTML,))
    pinned_release(_arguments(), lambda: site(f"explore/{view}"))
    options, selection, others = _read(view)
    if written_otherwise(selection, others):
        pairs = [*selection.parameters(), *unusual(view, options)]
        return _redirected(f"explore/{view}", pairs, (*PAGING, "lang", "release"))
    selected = Selected(serving().release, selection)
    shown = pages.shown_as(view, selected, options, language())
    body = pages.view_page(shown, _paging(shown, others))
    return respond(body, choice)


@explore.get(f"/explore/{_VIEWS}.{_ENDINGS}")
def view_file(view: str, ending: str) -> Response:
    """Give a view as a picture (SVG, PNG) or its numbers as a table (CSV).

    :raise 400: there is no such filter, value, order or width.
    :raise 410: the release that is asked for is not here any more.
    """
    format_ = _FORMATS[ending]
    pinned_release(_arguments(), lambda: site(f"explore/{view}.{ending}"))
    options, selection, others = _read(view)
    if written_otherwise(selection, others):
        pairs = [*selection.parameters(), *unusual(view, options)]
        return _redirected(f"explore/{view}.{ending}", pairs, ("lang", "release", *DRAWN))
    width = width_of(request.args.get("width", "").strip())
    selected, lang = Selected(serving().release, selection), _language()
    body: str | bytes
    if format_ == CSV:
        body = pages.csv_file(view, selected, options, lang)
    else:
        body = pages.svg_file(view, selected, options, lang)
        if format_ == PNG:
            body = png(body, width)
    response = respond(body, Representation(format_, format_.media_type))
    name = f"iccgraph-{view}-{serving().release.name}.{ending}"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _arguments() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _redirected(path: str, pairs: list[tuple[str, str]], kept: Sequence[str]) -> Response:
    """Return the way to the one address of a selection, with some parameters as they are."""
    query = urlencode([*pairs, *((name, v) for name, v in _arguments() if name in kept)])
    return redirect(f"{link(path)}?{query}", 302)


def _read(view: str) -> tuple[dict[str, str], Selection, list[tuple[str, str]]]:
    """Return what a request chooses of a view, what it selects, and the parameters of that."""
    options, others = read_options(view, _arguments())
    others = [(name, value) for name, value in others if name not in DRAWN]
    selection = read_selection(others, serving().release)
    return options, replace(selection, near="", sort=""), others


def _language() -> str:
    """Return the language of the words in a file: that of `lang`, else English."""
    return language() if request.args.get("lang") else "en"


def _paging(shown: Shown, others: list[tuple[str, str]]) -> Listing:
    """Return which page of a view is asked for."""
    page, size = page_of(read_single(others, FACETS), ROWS_SHOWN)
    if page > 1 and not shown.paged:
        raise UnknownChoice("page", str(page), f"page {page} does not exist; the last page is 1")
    found = Listing((), shown.total, page, size)
    check_page(found)
    return found
