"""Collections: `/practices`, `/cities`, … in all formats, paged (Hydra), and the home listing."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from pyoxigraph import Literal, NamedNode, Quad
from werkzeug.wrappers import Response

from iccgraph.errors import ReleaseError, RequestError, UnknownChoice
from iccgraph.formats import COLLECTION_FORMATS, CSV, DOCUMENT_FORMATS, GEOJSON, HTML, Format
from iccgraph.geojson import feature, feature_collection
from iccgraph.iris import COLLECTIONS
from iccgraph.release.facets import FACETS
from iccgraph.release.folder import is_release_name
from iccgraph.serve.catalogue import signposting
from iccgraph.serve.context import (
    language,
    link,
    path_language,
    published,
    scheme,
    serving,
    settings,
    site,
    use_release,
)
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import describe_page
from iccgraph.serve.dataset.listing import Listing, Page
from iccgraph.serve.dataset.selection import (
    DATA_SIZE,
    PAGING,
    Selected,
    Selection,
    modified_since,
    page_of,
    read_order,
    read_selection,
    read_single,
)
from iccgraph.serve.http.negotiation import Representation, choose
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import alternates, chosen, respond, written
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
    _use_release("", "")
    selection = _selection()
    if (right := _right_address(selection, "")) is not None:
        return redirect(right, 302)
    selected, found = _practices(selection, language())
    links = list(map(str, signposting.of_home(published())))
    return respond(pages.practice_page("", selected, found), choice, links)


@collections.get(f"/{_NAMES}")
@collections.get(f"/{_NAMES}.<any({_ENDINGS}):ending>")
def collection(name: str, ending: str = "") -> Response:
    """List the things of a kind, page by page; as a table or a map file, all of them.

    :raise 400: there is no such filter, value, order or page.
    :raise 406: there is no acceptable format.
    :raise 410: the release that is asked for is not here any more.
    """
    kind = COLLECTIONS[name]
    choice = chosen(offers_of(name), ending)
    _use_release(name, ending)
    if kind == "practice":
        selection = _selection()
        if (right := _right_address(selection, f"{name}.{ending}" if ending else name)) is not None:
            return redirect(right, 302)
    else:
        single = read_single(_arguments())
        words = single.get("q", "") if kind in listing.SEARCHED else ""
        sort = read_order(single, listing.orders(kind))
        since = modified_since(single)
        selection = Selection(words, scheme=scheme(), sort=sort, modified_since=since)
    if choice.format == HTML:
        return _html(name, selection, choice)
    return _data(name, selection, choice, ending)


@collections.get("/cities.geojson")
def places() -> Response:
    """List the places with their positions, for maps.

    :raise 400: there is no such value or page.
    :raise 410: the release that is asked for is not here any more.
    """
    return collection("cities", GEOJSON.name)


def offers_of(name: str) -> Sequence[Format]:
    """Return the formats of a collection: that of places comes as GeoJSON too."""
    return (*COLLECTION_FORMATS, GEOJSON) if COLLECTIONS[name] == "city" else COLLECTION_FORMATS


def _use_release(name: str, ending: str) -> None:
    """Answer from the release that the address names, so that all pages of a list are of one.

    Raises: UnknownChoice for what names none, RequestError (410) for one that is not here.
    """
    wanted = read_single(_arguments(), FACETS).get("release", "")
    if not wanted:
        return
    if not is_release_name(wanted):
        message = (
            f"release is {wanted[:50]!r}; write the name of a release, as /release/ lists them"
        )
        raise UnknownChoice("release", wanted, message)
    if not use_release(wanted):
        begin = page_address(name, 1, ending, release="")
        message = f"the release {wanted!r} is not here any more; begin again at {begin}"
        raise RequestError(HTTPStatus.GONE, message)


def _html(name: str, selection: Selection, choice: Representation) -> Response:
    """Return a page of a list for people."""
    kind, release = COLLECTIONS[name], serving().release
    if kind == "practice":
        selected, found = _practices(selection, language())
        body = pages.practice_page(name, selected, found)
    else:
        paging = page_of(read_single(_arguments()), settings().page_size)
        found = listing.things(release, kind, *paging, language(), selection)
        _check_page(found)
        body = pages.thing_page(name, kind, selection, found)
    return respond(body, choice, _links(name, found, ""))


def _data(name: str, selection: Selection, choice: Representation, ending: str) -> Response:
    """Return a page of a list as data; tables and map files have all of it, unless asked for one.

    The pages that it leads to are of the same release.
    """
    kind, release = COLLECTIONS[name], serving().release
    single = read_single(_arguments(), FACETS)
    paging: tuple[int, int | None] = page_of(single, DATA_SIZE)
    whole = choice.format in (CSV, GEOJSON) and not {*PAGING} & single.keys()
    if whole:
        paging = (1, None)
    if kind == "practice":
        found = listing.practice_page(Selected(release, selection), *paging)
    else:
        found = listing.thing_page(release, kind, *paging, selection=selection)
    _check_page(found)
    links = _links(name, found, ending, "" if whole else release.name)
    if choice.format == CSV:
        return _table(kind, found, choice, links)
    if choice.format == GEOJSON:
        body = b"".join(feature_collection(map(feature, release.table(kind).rows(found.numbers))))
    else:
        root = NamedNode(release.iris.base + name + _query_of(selection, kind))
        body = written(choice, view(root, name, kind, found, ending), root)
    return respond(body, choice, links)


def _table(kind: str, found: Page, choice: Representation, links: Sequence[str]) -> Response:
    """Return the lines of a list from the table of its kind; long ones are read as they are sent.

    Raises: ReleaseError if the table is not what it was when the release was verified.
    """
    current, lines = serving(), serving().release.table(kind)
    if current.changed(lines.path):
        raise ReleaseError(lines.path, "has changed since the release was verified; build anew")
    response = respond(lines.read(found.numbers), choice, links)
    response.content_length = lines.size(found.numbers)
    response.unchanged = lambda: not current.changed(lines.path)
    return response


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
    kept = [(k, v) for k, v in _arguments() if k in (*PAGING, "lang", "release")]
    return f"{link(path)}?{urlencode([*selection.parameters(), *kept])}"


def _check_page(found: Page) -> None:
    if found.page > found.pages:
        message = f"page {found.page} does not exist; the last page is {found.pages}"
        last = str(found.pages)
        raise UnknownChoice("page", str(found.page), message, [(last, last)])


def page_address(
    name: str, page: int, ending: str = "", *, release: str | None = None, here: bool = False
) -> str:
    """Return the whole address of a page of the requested list.

    The first has two, without and with its number; if it is `here`, the requested one counts.

    Arguments: `release` is that which the page is to be of, as requested if it is None.
    """
    kept = ("lang", "page") if release is None else ("lang", "page", "release")
    values = [(k, v) for k, v in _arguments() if k not in kept]
    if release:
        values.append(("release", release))
    if page > 1 or (here and "page" in request.args):
        values.append(("page", str(page)))
    query = f"?{urlencode(values)}" if values else ""
    return site(name + (f".{ending}" if ending else "") + query)


def _links(name: str, found: Page, ending: str, release: str | None = None) -> list[str]:
    """Return the Link values of a page of a list: its formats, and the pages next to it.

    Arguments: `release` is that which these pages are to be of, empty if there are no other pages.
    """
    query = [(k, v) for k, v in _arguments() if k not in ("lang", *PAGING)]
    if {*PAGING} & {*request.args}:  # so that it is the same page in formats that have longer ones
        query += [("page", str(found.page)), ("size", str(found.size))]
    tail = f"?{urlencode(query)}" if query else ""
    steps = {} if release == "" else _steps(found, "prev")
    return [
        *alternates(name, offers_of(name), tail),
        *(
            f'<{page_address(name, page, ending, release=release)}>; rel="{relation}"'
            for relation, page in steps.items()
        ),
        *map(str, signposting.of_list(published())),
    ]


def _steps(found: Page, previous: str) -> dict[str, int]:
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


def view(whole: NamedNode, name: str, kind: str, found: Page, ending: str) -> list[Quad]:
    """Return the statements of one page: its place in the whole (Hydra), and its members."""
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
        address = page_address(name, page, ending, release=release.name)
        quads.append(Quad(here, term(local), NamedNode(address)))
    for key in listing.keys_of(release, found.numbers):
        quads.append(Quad(whole, term("member"), NamedNode(release.iris.thing(kind, key))))
    return [*quads, *describe_page(release, kind, found.numbers)]
