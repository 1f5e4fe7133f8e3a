"""`/compare`: two to four cities side by side, as a page, JSON and CSV."""

from __future__ import annotations

from typing import Final

import orjson
from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from iccgraph.errors import RequestError, UnknownChoice
from iccgraph.formats import CSV, HTML, PLAIN_JSON
from iccgraph.languages import DEFAULT
from iccgraph.serve.context import language, scheme, serving
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.comparison import FEWEST, MOST, compare
from iccgraph.serve.dataset.naming import named, names_of
from iccgraph.serve.dataset.nearest import nearest
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.selection import read_single
from iccgraph.serve.http import problems
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.pages import comparison_views as views
from iccgraph.serve.pages.render import format_links, render_template, scheme_links
from iccgraph.serve.routes.respond import alternates, chosen, respond

comparison = Blueprint("comparison", __name__)
OFFERS: Final = (HTML, PLAIN_JSON, CSV)
_ENDINGS: Final = ", ".join(repr(format_.name) for format_ in OFFERS)
_PARAMETER: Final = "city"
"""The parameter that names a city, and the kind of thing that it names."""


@comparison.get("/compare")
@comparison.get(f"/compare.<any({_ENDINGS}):ending>")
def cities(ending: str = "") -> Response:
    """Show two to four cities side by side; as data there is the same.

    :raise 400: there is no such city or topic scheme, or there are not two to four cities.
    :raise 406: there is no acceptable format.
    """
    choice = chosen(OFFERS, ending)
    arguments = list(request.args.items(multi=True))
    read_single(arguments, (_PARAMETER,))
    release, counted = serving().release, scheme()
    written = [text.strip() for name, text in arguments if name == _PARAMETER and text.strip()]
    keys = _keys(release, written)
    path = f"compare.{ending}" if ending else "compare"
    if keys != written:
        return redirect(views.address(keys, counted, path), 302)
    once = list(dict.fromkeys(keys))
    if len(once) > MOST:
        return _too_many(choice, once, counted, path)
    query = views.address(once, counted).partition("?")[2]
    query = f"?{query}" if query else ""
    if choice.format == HTML:
        return respond(_page(release, keys, counted), choice, alternates("compare", OFFERS, query))
    if len(once) < FEWEST:
        wrong = (
            f"the address names {len(once)} cities; write two to four,"
            " such as /compare?city=barcelona&city=geneva"
        )
        raise RequestError(400, wrong)
    found = compare(release, once, counted)
    if choice.format == CSV:
        body = views.table(found)
    else:
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        body = orjson.dumps(views.document(found), option=options)
    return respond(body, choice, alternates("compare", OFFERS, query))


def _keys(release: OpenRelease, written: list[str]) -> list[str]:
    """Return the keys of cities that are written as keys or as any of their names.

    Raises: UnknownChoice, with the nearest cities, for what is the name of none or of several.
    """
    known = names_of(release, _PARAMETER)
    keys: list[str] = []
    for text in written:
        called = [text] if text in known else named(release, _PARAMETER, text)
        if len(called) != 1:
            raise _unknown(release, text, called)
        keys += called
    return keys


def _unknown(release: OpenRelease, text: str, called: list[str]) -> UnknownChoice:
    """Return the error that tells of a city that there is not, or that is one of several."""
    known = names_of(release, _PARAMETER)
    likely = called or nearest(text, {key: (key, *names) for key, names in known.items()})
    labels = [(key, listing.label(release, "city", key, DEFAULT)) for key in likely]
    if called:
        message = f"several cities are called {text[:50]!r}; choose one from these"
    else:
        message = (
            f"the name {text[:50]!r} is that of no city here; choose one from the list of cities"
        )
    return UnknownChoice(_PARAMETER, text, message, labels)


def _page(release: OpenRelease, keys: list[str], counted: str) -> str:
    """Return the page of a comparison, or the one on which cities are chosen."""
    once, lang = list(dict.fromkeys(keys)), language()
    twice = [key for key in once if keys.count(key) > 1]
    return render_template(
        "compare.html",
        compared=views.comparison_view(compare(release, once, counted), lang),
        twice=[listing.label(release, "city", key, lang) for key in twice],
        fewest=FEWEST,
        most=MOST,
        chosen_scheme=counted,
        schemes=scheme_links(release, counted, lang),
        formats=_formats(once, counted) if len(once) >= FEWEST else [],
    )


def _formats(keys: list[str], counted: str) -> list[tuple[str, str, str]]:
    query = views.address(keys, counted).partition("?")[2]
    return format_links("compare", (CSV, PLAIN_JSON), f"?{query}")


def _too_many(choice: Representation, keys: list[str], counted: str, path: str) -> Response:
    """Return the refusal of more cities than a page can hold, with the way to the first of them.

    Raises: RequestError for programs.
    """
    first = views.address(keys[:MOST], counted, path)
    wrong = f"the address names {len(keys)} cities; write two to four; the first four: {first}"
    error = RequestError(400, wrong)
    if choice.format != HTML:
        raise error
    release, lang = serving().release, language()
    body = render_template(
        "compare.html",
        too_many=len(keys),
        first=first,
        first_labels=[listing.label(release, "city", key, lang) for key in keys[:MOST]],
        fewest=FEWEST,
        most=MOST,
    )
    headers = problems.problem(error).all_headers()
    response = Response(body, 400, headers, content_type=HTML.content_type)
    response.headers["Content-Language"] = lang
    return response
