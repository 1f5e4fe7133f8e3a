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
from jinja2.runtime import Context

from iccgraph import __version__
from iccgraph.formats import COLLECTION_FORMATS, GRAPH_FORMATS, HTML, RESULT_FORMATS, Format
from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import Text, best, collation_key
from iccgraph.serve.context import LANGUAGES, language, link, serving, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.listing import FACETS, Listing, Selection
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages import thing_views
from iccgraph.serve.pages.facts import most_first
from iccgraph.serve.pages.map import map_svg
from iccgraph.serve.pages.words import Words


class PageEnvironment(Environment):
    """Reads `row.name` of a plain dictionary as its entry, without looking for an attribute first.

    Pages are full of such rows, and an attribute that is missing costs more than the rest.
    """

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
    app.jinja_env.filters["onward"] = _onward
    app.jinja_env.filters["collated"] = _collated
    app.jinja_env.filters["translated"] = _translated
    app.jinja_env.filters["host"] = lambda address: urlsplit(address).netloc.removeprefix("www.")
    app.jinja_env.globals |= {
        "best": best,
        "map_svg": map_svg,
        "graph_formats": GRAPH_FORMATS,
        "result_formats": RESULT_FORMATS,
    }
    app.context_processor(partial(_page_context, words))


def _page_context(words: Words) -> dict[str, Any]:
    lang = language()
    current = g.get("serving")
    return {
        "lang": lang,
        "lang_chosen": request.args.get("lang") == lang,
        "t": partial(words.translate, language=lang),
        "plural": partial(words.plural, language=lang),
        "forms": partial(words.forms, language=lang),
        "number": lambda n, places=0: words.number(float(n or 0), lang, places),
        "decimal": lambda text: words.number(float(text), lang, len(text.partition(".")[2])),
        "date": partial(words.date, language=lang),
        "detail_in": partial(words.detail, language=lang),
        "details": words.details.get(lang, {}),
        "path": link,
        "here": request.path,
        "other_languages": [
            (tag, words.own_name(tag), _path_with(lang=tag))
            for tag in words.languages
            if tag != lang
        ],
        "version": __version__,
        "release": current.release.name if current else "",
        "base": current.release.iris.base if current else "",
        "site": site(""),
    }


@pass_context
def _onward(context: Context, path: str) -> str:
    """Return a path of this site, in the language that the reader chose by `?lang=`."""
    if not context["lang_chosen"]:
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={context['lang']}"


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
    values = {**request.args.to_dict(), **changes}
    query = urlencode({name: value for name, value in values.items() if value})
    return link(request.path) + (f"?{query}" if query else "")


def format_links(
    path: str, offers: Sequence[Format], query: str = ""
) -> list[tuple[str, str, str]]:
    """Return what each format is called, its path and its media type."""
    return [(f.label, link(f"{path}.{f.name}{query}"), f.media_type) for f in offers if f != HTML]


def list_page(name: str, kind: str, selection: Selection, found: Listing) -> str:
    """Return a page of a collection, or the home page, which has no name."""
    release, lang = serving().release, language()
    query = request.query_string.decode("ascii", "ignore")
    path = name or "practices"
    context = {
        "name": path,
        "kind": kind,
        "listing": found,
        "items": thing_views.items(release, found, lang),
        "previous_page": _path_with(page=str(found.page - 1)) if found.page > 1 else "",
        "next_page": _path_with(page=str(found.page + 1)) if found.page < found.pages else "",
        "formats": format_links(path, COLLECTION_FORMATS, f"?{query}" if query else ""),
        "words": selection.words,
        "without_words": _path_with(q="", page=""),
        "counts": release.manifest.content.counts,
        "schemes": scheme_links(release, selection.scheme, lang),
        "searched": kind in listing.SEARCHED,
    }
    if kind != "practice":
        return render_template("collection.html", **context)
    if not name and selection.everything and found.page == 1:
        context |= {
            "places": thing_views.european_cities(release, lang),
            "box": thing_views.EUROPE,
            "cities": listing.cities_of_programme(release),
        }
    context["within"] = _within(selection, lang)
    return render_template("home.html", **context, **_facet_views(selection, lang))


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
    """Return the names of the places within the chosen city, whose practices are listed too."""
    release, city = serving().release, selection.facets.get("city", "")
    if not city:
        return []
    places = listing.places_within(release, city)
    return [listing.named(release, "city", key, lang) for key in places]


def _facet_views(selection: Selection, lang: str) -> dict[str, Any]:
    """Return the values of all facets with their counts, and those that are chosen."""
    release = serving().release
    facets, chosen = [], []
    for facet in FACETS:
        labels = listing.labels(release, facet, lang)
        value = selection.facets.get(facet, "")
        values = [
            {
                "label": labels.get(key, key),
                "count": count,
                "path": _path_with(**{facet: key, "page": ""}),
                "active": key == value,
            }
            for key, count in listing.facet(release, selection, facet)
        ]
        if facet not in listing.YEARS:
            values = most_first(values)
        facets.append({"name": facet, "value": value, "values": values})
        if value:
            without = _path_with(**{facet: "", "page": ""})
            label = labels.get(value, value)
            chosen.append({"facet": facet, "label": label, "without": without})
    return {"facets": facets, "chosen": chosen}
