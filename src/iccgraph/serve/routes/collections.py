"""Collections: `/practices`, `/cities`, … in all formats, paged (Hydra), and the home listing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from pyoxigraph import Literal, NamedNode, Quad
from werkzeug.wrappers import Response

from iccgraph.errors import UnknownChoice
from iccgraph.formats import COLLECTION_FORMATS, CSV, DOCUMENT_FORMATS, HTML
from iccgraph.iris import COLLECTIONS
from iccgraph.languages import DEFAULT, best
from iccgraph.release.facets import FACETS
from iccgraph.serve.context import language, link, path_language, scheme, serving, settings, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import summary
from iccgraph.serve.dataset.listing import Listing, ListItem
from iccgraph.serve.dataset.selection import (
    Selected,
    Selection,
    page_of,
    read_order,
    read_selection,
    read_single,
)
from iccgraph.serve.http.negotiation import choose
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import alternates, chosen, respond, written
from iccgraph.tables.cells import csv_text
from iccgraph.vocab import PREFIXES, RDF, XSD

collections = Blueprint("collections", __name__)
_NAMES = f"<any({', '.join(repr(name) for name in COLLECTIONS)}):name>"
_ENDINGS = ", ".join(repr(format_.name) for format_ in COLLECTION_FORMATS)


@collections.get("/")
def home() -> Response:
    """Show the listing that people know, with its search box; data clients go to the catalogue."""
    liked = choose(request.headers.get("Accept"), DOCUMENT_FORMATS, HTML)
    if liked is not None and liked.format != HTML and not path_language():
        response = redirect(link("catalogue"), 303)
        response.headers["Vary"] = "Accept"
        return response
    choice = chosen((HTML,))
    selection = _selection()
    if (right := _right_address(selection, "")) is not None:
        return redirect(right, 302)
    selected, found = _practices(selection, language())
    return respond(pages.practice_page("", selected, found), choice)


@collections.get(f"/{_NAMES}")
@collections.get(f"/{_NAMES}.<any({_ENDINGS}):ending>")
def collection(name: str, ending: str = "") -> Response:
    """List the things of a kind, page by page.

    :raise 400: there is no such filter, value, order or page.
    :raise 406: there is no acceptable format.
    """
    kind = COLLECTIONS[name]
    choice = chosen(COLLECTION_FORMATS, ending)
    lang = language() if choice.format == HTML else DEFAULT
    if kind == "practice":
        selection = _selection()
        if (right := _right_address(selection, f"{name}.{ending}" if ending else name)) is not None:
            return redirect(right, 302)
        selected, found = _practices(selection, lang)
    else:
        single = read_single(_arguments())
        words = single.get("q", "") if kind in listing.SEARCHED else ""
        sort = read_order(single, listing.orders(kind))
        selection = Selection(words, scheme=scheme(), sort=sort)
        paging = page_of(single, settings().page_size)
        found = listing.things(
            *(serving().release, kind, *paging, lang),
            scheme=selection.scheme,
            words=words,
            sort=sort,
        )
    _check_page(found)
    body: bytes | str
    if choice.format == HTML:
        if kind == "practice":
            body = pages.practice_page(name, selected, found)
        else:
            body = pages.thing_page(name, kind, selection, found)
    elif choice.format == CSV:
        body = table(found, kind)
    else:
        root = NamedNode(serving().release.iris.base + name + _query_of(selection, kind))
        body = written(choice, view(root, name, kind, found, ending), root)
    return respond(body, choice, _links(name, found, ending))


def _arguments() -> list[tuple[str, str]]:
    return list(request.args.items(multi=True))


def _selection() -> Selection:
    return read_selection(_arguments(), serving().release)


def _practices(selection: Selection, lang: str) -> tuple[Selected, Listing]:
    """Return the selected practices, and the page of them that is asked for."""
    selected = Selected(serving().release, selection)
    single = read_single(_arguments(), FACETS)
    found = listing.practices(selected, *page_of(single, settings().page_size), lang)
    _check_page(found)
    return selected, found


def _right_address(selection: Selection, path: str) -> str | None:
    """Return the address of a selection whose values the request writes in another way."""
    asked = [(k, v.strip()) for k, v in _arguments() if k in FACETS and v.strip()]
    right = [(name, value) for name, values in selection.facets.items() for value in values]
    if set(asked) == set(right) and not {"from", "to"} & set(request.args):
        return None
    kept = [(k, v) for k, v in _arguments() if k in ("page", "size", "lang")]
    return f"{link(path)}?{urlencode([*selection.parameters(), *kept])}"


def _check_page(found: Listing) -> None:
    if found.page > found.pages:
        message = f"page {found.page} does not exist; the last page is {found.pages}"
        last = str(found.pages)
        raise UnknownChoice("page", str(found.page), message, [(last, last)])


def page_address(name: str, page: int, ending: str = "", *, here: bool = False) -> str:
    """Return the whole address of a page of the requested list.

    The first has two, without and with its number; if it is `here`, the requested one counts.
    """
    values = [(k, v) for k, v in request.args.items(multi=True) if k not in ("page", "lang")]
    if page > 1 or (here and "page" in request.args):
        values.append(("page", str(page)))
    query = f"?{urlencode(values)}" if values else ""
    return site(name + (f".{ending}" if ending else "") + query)


def _links(name: str, found: Listing, ending: str) -> list[str]:
    """Return the Link values of a page of a list: its formats, and the pages next to it."""
    query = request.query_string.decode("ascii", "ignore")
    tail = f"?{query}" if query and ">" not in query else ""
    return [
        *alternates(name, COLLECTION_FORMATS, tail),
        *(
            f'<{page_address(name, page, ending)}>; rel="{relation}"'
            for relation, page in _steps(found, "prev").items()
        ),
    ]


def _steps(found: Listing, previous: str) -> dict[str, int]:
    """Return the pages that one leads to, by the names of these relations."""
    steps = {"first": 1, "last": found.pages}
    if found.page > 1:
        steps[previous] = found.page - 1
    if found.page < found.pages:
        steps["next"] = found.page + 1
    return steps


def _query_of(selection: Selection, kind: str) -> str:
    """Return what tells a selection's own collection from that of everything."""
    pairs = sorted(pair for pair in selection.parameters() if pair[0] != "sort")
    if kind not in (*listing.OF_SCHEME, "practice"):
        pairs = [pair for pair in pairs if pair[0] != "scheme"]
    return f"?{urlencode(pairs)}" if pairs else ""


def view(whole: NamedNode, name: str, kind: str, found: Listing, ending: str) -> list[Quad]:
    """Return the statements of one page: its members and its place in the whole (Hydra)."""
    release, hydra = serving().release, PREFIXES["hydra"]

    def term(local: str) -> NamedNode:
        return NamedNode(hydra + local)

    here = NamedNode(page_address(name, found.page, ending, here=True))
    total = Literal(str(found.total), datatype=XSD.integer)
    quads = [
        Quad(whole, RDF.type, term("Collection")),
        Quad(whole, term("totalItems"), total),
        Quad(whole, term("view"), here),
        Quad(here, RDF.type, term("PartialCollectionView")),
    ]
    for local, page in _steps(found, "previous").items():
        address = NamedNode(page_address(name, page, ending))
        quads.append(Quad(here, term(local), address))
    for item in found.items:
        thing = NamedNode(release.iris.thing(kind, item.key))
        quads.append(Quad(whole, term("member"), thing))
        quads += summary(release, (kind, item.key), item.labels)
    return quads


def table(found: Listing, kind: str) -> bytes:
    """Return one page as CSV that is safe to open in a spreadsheet."""
    release = serving().release
    others = release.languages[1:]
    columns = _PRACTICE_COLUMNS if kind == "practice" else _THING_COLUMNS
    translated = [f"label_{tag}" for tag in others]
    rows: list[tuple[object, ...]] = [("iri", "key", "label", "language", *translated, *columns)]
    for item in found.items:
        label, tag = best(item.names, DEFAULT)
        labels = (item.names.get(other, "") if other != tag else "" for other in others)
        values = (value(item) for value in columns.values())
        iri = release.iris.thing(item.kind, item.key)
        rows.append((iri, item.key, label, tag, *labels, *values))
    return csv_text(rows).encode()


_THING_COLUMNS: Final[Mapping[str, Callable[[ListItem], object]]] = {
    "country": lambda item: item.country,
    "practices": lambda item: item.practices,
}
_PRACTICE_COLUMNS: Final[Mapping[str, Callable[[ListItem], object]]] = {
    "summary": lambda item: best(item.summaries, DEFAULT)[0],
    "country": lambda item: item.country,
    "cities": lambda item: "|".join(item.cities),
    "topics": lambda item: "|".join(item.topics),
    "time_as_printed": lambda item: item.time_text,
    "first_year": lambda item: item.first_year,
    "last_year": lambda item: item.last_year,
    "ongoing": lambda item: "true" if item.ongoing else "",
    "kilometres": lambda item: None if item.kilometres is None else round(item.kilometres),
}
"""The columns after those that all lists have, with what stands in them."""
