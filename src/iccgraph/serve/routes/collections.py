"""Collections: `/practices`, `/cities`, … in all formats, paged (Hydra), and the home listing."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from pyoxigraph import Literal, NamedNode, Quad
from werkzeug.wrappers import Response

from iccgraph.errors import NotFound
from iccgraph.formats import COLLECTION_FORMATS, CSV, DOCUMENT_FORMATS, HTML
from iccgraph.iris import COLLECTIONS, DEFAULT_SCHEME
from iccgraph.languages import DEFAULT, best
from iccgraph.serve.context import language, link, path_language, scheme, serving, settings, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import summary
from iccgraph.serve.dataset.listing import FACETS, Listing, Selection
from iccgraph.serve.http.negotiation import choose
from iccgraph.serve.pages import render as pages
from iccgraph.serve.routes.respond import alternates, chosen, respond, written
from iccgraph.tables.cells import csv_text
from iccgraph.vocab import PREFIXES, RDF, XSD

collections = Blueprint("collections", __name__)
_NAMES = f"<any({', '.join(repr(name) for name in COLLECTIONS)}):name>"
MOST_ITEMS: Final = 1_000
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
    selection, page = selected(), _number("page") or 1
    size = settings().page_size
    found = listing.practices(serving().release, selection, page, size, language())
    _check_page(found)
    return respond(pages.list_page("", "practice", selection, found), choice)


@collections.get(f"/{_NAMES}")
@collections.get(f"/{_NAMES}.<any({_ENDINGS}):ending>")
def collection(name: str, ending: str = "") -> Response:
    """List the things of a kind, page by page.

    :raise 404: there is no such page.
    :raise 406: there is no acceptable format.
    """
    kind = COLLECTIONS[name]
    choice = chosen(COLLECTION_FORMATS, ending)
    release, page = serving().release, _number("page") or 1
    size = min(_number("size"), MOST_ITEMS) or settings().page_size
    lang = language() if choice.format == HTML else DEFAULT
    if kind == "practice":
        selection = selected()
        found = listing.practices(release, selection, page, size, lang)
    else:
        selection = Selection(_words() if kind in listing.SEARCHED else "", scheme=scheme())
        found = listing.things(release, selection, kind, page, size, lang)
    _check_page(found)
    body: bytes | str
    if choice.format == HTML:
        body = pages.list_page(name, kind, selection, found)
    elif choice.format == CSV:
        body = table(found)
    else:
        root = NamedNode(release.iris.base + name + _query_of(selection, kind))
        body = written(choice, view(root, name, kind, found, ending), root)
    return respond(body, choice, _links(name, found, ending))


def selected() -> Selection:
    """Return the practices that the query string selects."""
    facets = {n: v for n in FACETS if (v := request.args.get(n, "").strip()[:100].lower())}
    return Selection(_words(), facets, scheme())


def _words() -> str:
    return request.args.get("q", "").strip()[:200]


def _number(name: str) -> int:
    """Return a whole number of the query string, at most a billion; 0 if it is anything else."""
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit()):
        return 0
    digits = text.lstrip("0")
    return int(digits or 0) if len(digits) < 10 else 1_000_000_000


def _check_page(found: Listing) -> None:
    if found.page > found.pages:
        raise NotFound(f"page {found.page} does not exist; the last page is {found.pages}")


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
    values = {"q": selection.words, **selection.facets}
    if kind in listing.OF_SCHEME and selection.scheme != DEFAULT_SCHEME:
        values["scheme"] = selection.scheme
    parts = sorted((name, value) for name, value in values.items() if value)
    return f"?{urlencode(parts)}" if parts else ""


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


def table(found: Listing) -> bytes:
    """Return one page as CSV that is safe to open in a spreadsheet."""
    iris = serving().release.iris
    others = serving().release.languages[1:]
    translated = (f"label_{tag}" for tag in others)
    rows: list[tuple[object, ...]] = [
        ("iri", "key", "label", "language", *translated, "country", "practices")
    ]
    for item in found.items:
        label, language = best(item.names, DEFAULT)
        labels = (item.names.get(tag, "") if tag != language else "" for tag in others)
        iri = iris.thing(item.kind, item.key)
        rows.append((iri, item.key, label, language, *labels, item.country, item.practices))
    return csv_text(rows).encode()
