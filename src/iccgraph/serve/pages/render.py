"""Renders pages: fills the templates with views of things, evidence and vocabularies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, g, render_template, request
from flask.templating import Environment
from jinja2 import pass_context, pass_environment
from jinja2.ext import Extension
from jinja2.filters import make_attrgetter
from jinja2.runtime import Context, Macro

from iccgraph import __version__
from iccgraph.formats import (
    COLLECTION_FORMATS,
    GEOJSON,
    GRAPH_FORMATS,
    HTML,
    RESULT_FORMATS,
    Format,
)
from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import Text, best, collation_key
from iccgraph.serve.context import (
    LANGUAGES,
    below,
    data_link,
    language,
    link,
    path_language,
    serving,
    settings,
    site,
)
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.listing import Listing
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.selection import PAGING, Selected, Selection
from iccgraph.serve.http.addresses import location
from iccgraph.serve.pages import assets, list_views, thing_views
from iccgraph.serve.pages.map import result_map
from iccgraph.serve.pages.words import Words, language_name


class PageContext(Context):
    """Calls macros and the functions of `_page_context` at once.

    A page makes hundreds of such calls, and to find out what a function wants of the context costs
    more than most of them.
    """

    def call(self, obj: Any, /, *args: Any, **values: Any) -> Any:
        """Return what a function or macro returns."""
        if type(obj) is Macro:
            args = (self.eval_ctx, *args)
        elif type(obj) is not partial:
            return super().call(obj, *args, **values)
        values.pop("_block_vars", None)
        values.pop("_loop_vars", None)
        return obj(*args, **values)


class PageEnvironment(Environment):
    """Reads `row.name` of a plain dictionary as its entry, without looking for an attribute first.

    Pages are full of such rows, and an attribute that is missing costs more than the rest.
    """

    context_class = PageContext

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of a dictionary, or an attribute of anything."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Unindented(Extension):
    """Leaves the indentation of templates out, a tenth of a page that no reader sees."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the text of a template without the blanks at the beginnings of its lines."""
        return re.sub(r"(?m)^[ \t]+", "", source)


def install(app: Flask, words: Words) -> None:
    """Give every template what all pages share, and pages the languages of the words."""
    app.config[LANGUAGES] = words.languages
    app.jinja_environment = PageEnvironment
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(Unindented)
    app.jinja_env.filters["collated"] = _collated
    app.jinja_env.filters["translated"] = _translated
    app.jinja_env.filters["host"] = lambda address: urlsplit(address).netloc.removeprefix("www.")
    app.jinja_env.globals |= {
        "best": best,
        "map_files": partial(assets.addresses, *assets.MAP),
        "result_map": result_map,
        "value_list": partial(list_views.value_list),
        "bars": partial(list_views.bars),
        "options": partial(list_views.options),
        "graph_formats": GRAPH_FORMATS,
        "result_formats": RESULT_FORMATS,
    }
    app.context_processor(partial(_page_context, words))


def _page_context(words: Words) -> dict[str, Any]:
    lang = language()
    current = g.get("serving")
    return {
        "lang": lang,
        "t": partial(words.translate, language=lang),
        "plural": partial(words.plural, language=lang),
        "forms": partial(words.forms, language=lang),
        "number": partial(_number, words, lang),
        "decimal": lambda text: words.number(float(text), lang, len(text.partition(".")[2])),
        "date": partial(words.date, language=lang),
        "language_name": partial(language_name, language=lang),
        "detail_in": partial(words.detail, language=lang),
        "details": words.details.get(lang, {}),
        "path": partial(below, settings().site_path, path_language()),
        "data_path": partial(data_link),
        "here": request.path,
        "languages": [(tag, words.own_name(tag), _here_in(tag)) for tag in words.languages],
        "in_any_language": _here_in(""),
        "version": __version__,
        "release": current.release.name if current else "",
        "data_date": current.release.manifest.content.date if current else "",
        "base": current.release.iris.base if current else "",
        "site": site(""),
        "origin": site("").removesuffix(data_link("")),
    }


def _number(words: Words, language: str, number: float | str | None, places: int = 0) -> str:
    """Return a number, or the text of one, as it is written in the reader's language."""
    return words.number(float(number or 0), language, places)


def _here_in(language: str) -> str:
    """Return the path of this page in a language; without one, Accept-Language decides."""
    query = request.query_string.decode("ascii", "ignore")
    return data_link(location(request.path, language, query))


@pass_context
def _translated(context: Context, phrase: str) -> str:
    """Return a phrase that is written in Python, in the reader's language."""
    return str(context["t"](phrase))


@pass_environment
def _collated(
    environment: Environment, rows: Iterable[Any], attribute: str | int | None = None
) -> list[Any]:
    """Return rows in the order of a text of theirs, as the filter `sort` names it."""
    text = make_attrgetter(environment, attribute)
    return sorted(rows, key=lambda row: collation_key(text(row)))


def _path_with(**changes: str) -> str:
    """Return this page's path with some of its query parameters changed; empty ones are dropped."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changes]
    query = urlencode([(k, v) for k, v in (*kept, *changes.items()) if v])
    return link(request.path) + (f"?{query}" if query else "")


def format_links(
    path: str, offers: Sequence[Format], query: str = ""
) -> list[tuple[str, str, str]]:
    """Return what each format is called, its path and its media type."""
    return [
        (f.label, data_link(f"{path}.{f.name}{query}"), f.media_type) for f in offers if f != HTML
    ]


def practice_page(name: str, selected: Selected, found: Listing) -> str:
    """Return a page of practices, or the home page, which has no name."""
    lang, selection = language(), selected.selection
    front = not name and selection.everything and found.page == 1
    return render_template(
        "practices.html",
        **_list_context(name or "practices", "practice", selection, found),
        **list_views.list_views(selected, found, lang),
        within=_within(selection, lang),
        front=front,
        figures=list_views.figures(selected.release) if front else {},
    )


def thing_page(name: str, kind: str, selection: Selection, found: Listing) -> str:
    """Return a page of a list of things of another kind than practices."""
    items = thing_views.items(serving().release, found, language())
    context = _list_context(name, kind, selection, found)
    searched = kind in listing.SEARCHED
    return render_template("collection.html", **context, items=items, searched=searched)


def _list_context(name: str, kind: str, selection: Selection, found: Listing) -> dict[str, Any]:
    """Return what the pages of all lists show."""
    offers = (*COLLECTION_FORMATS, GEOJSON) if kind == "city" else COLLECTION_FORMATS
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in (*PAGING, "lang")]
    query = urlencode(kept)
    return {
        "name": name,
        "kind": kind,
        "listing": found,
        "previous_page": _path_with(page=str(found.page - 1)) if found.page > 1 else "",
        "next_page": _path_with(page=str(found.page + 1)) if found.page < found.pages else "",
        "formats": format_links(name, offers, f"?{query}" if query else ""),
        "modified_since": selection.modified_since,
        "words": selection.words,
        "schemes": scheme_links(serving().release, selection.scheme, language()),
    }


def scheme_links(release: OpenRelease, chosen: str, lang: str) -> list[dict[str, Any]]:
    """Return the topic schemes, each with the path of this page that counts by it."""
    found = sorted(set(release.schemes.values()), key=lambda key: (key != DEFAULT_SCHEME, key))
    return [
        {
            "key": key,
            "label": listing.label(release, "scheme", key, lang),
            "path": _path_with(scheme=key if key != DEFAULT_SCHEME else "", topic="", page=""),
            "active": key == chosen,
        }
        for key in found
    ]


def _within(selection: Selection, lang: str) -> list[Text]:
    """Return the names of the places within the chosen cities, whose practices are listed too."""
    release, cities = serving().release, selection.facets.get("city", ())
    within = dict.fromkeys(key for city in cities for key in listing.places_within(release, city))
    return [listing.named(release, "city", key, lang) for key in within]
