"""Renders pages: fills the templates with views of things, evidence and vocabularies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask, current_app, g, request

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
from iccgraph.languages import Text, best
from iccgraph.release.description import LICENCES
from iccgraph.serve.catalogue import schema_org
from iccgraph.serve.context import (
    LANGUAGES,
    below,
    data_link,
    language,
    link,
    path_language,
    published,
    serving,
)
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.listing import Listing
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.selection import MOST_ITEMS, PAGING, Selected, Selection
from iccgraph.serve.http.addresses import PARAMETER, location
from iccgraph.serve.pages import assets, list_views, thing_views
from iccgraph.serve.pages.environment import PageEnvironment, Unindented, collated, translated
from iccgraph.serve.pages.explore.home import explore_lead
from iccgraph.serve.pages.figure_views import Figures
from iccgraph.serve.pages.inline import Inline, host
from iccgraph.serve.pages.map import result_map
from iccgraph.serve.pages.words import Words, language_name
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES, prefixed

ENVIRONMENTS: Final = "ENVIRONMENTS"
OWN_NAMES: Final = "OWN_NAMES"
"""The names, in `app.config`, of the environments and of what each language calls itself."""


class Environments:
    """The environments of an application, each made when it is first asked for.

    There is one for each language, with addresses that begin with it and without: what a template
    says in a language, and where it leads, is filled in when it is compiled.
    """

    def __init__(self, app: Flask, words: Words, settings: Settings) -> None:
        self._app, self._words, self._settings = app, words, settings
        self._made: dict[tuple[str, str], PageEnvironment] = {}

    def of(self, language: str, start: str) -> PageEnvironment:
        """Return the environment of a language of the words.

        Arguments: `start` is the language that addresses of pages begin with, if any.
        """
        made = self._made.get((language, start))
        if made is None:
            made = self._made[language, start] = self._environment(language, start)
        return made

    def _environment(self, lang: str, start: str) -> PageEnvironment:
        made = PageEnvironment(
            self._app,
            autoescape=self._app.select_jinja_autoescape,
            extensions=[Unindented],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        made.filters["collated"] = collated
        made.filters["translated"] = translated
        made.filters["host"] = host
        made.globals |= self._globals(lang, start)
        return made

    def _globals(self, lang: str, start: str) -> dict[str, Any]:
        """Return what all pages of an environment share."""
        words, site_path = self._words, self._settings.site_path
        inline = Inline(words, lang, below(site_path, start, "catalogue"))
        return {
            "lang": lang,
            "t": partial(words.translate, language=lang),
            "plural": partial(words.plural, language=lang),
            "forms": partial(words.forms, language=lang),
            "number": partial(_number, words, lang),
            "decimal": lambda text: words.number(float(text), lang, len(text.partition(".")[2])),
            "date": partial(words.date, language=lang),
            "dated": partial(words.dated, language=lang),
            "language_name": partial(language_name, language=lang),
            "detail_in": partial(words.detail, language=lang),
            "details": words.details.get(lang, {}),
            **inline.functions(),
            **Figures(words, lang, inline).functions(),
            "path": partial(below, site_path, start),
            "data_path": partial(below, site_path, ""),
            "site": self._settings.site,
            "origin": self._settings.site.removesuffix(site_path),
            "version": __version__,
            "prefixes": PREFIXES,
            "short": partial(prefixed),
            "best": best,
            "current": partial(_current),
            "map_files": partial(assets.addresses, *assets.MAP),
            "result_map": result_map,
            "value_list": partial(list_views.value_list),
            "bars": partial(list_views.bars),
            "options": partial(list_views.options),
            "graph_formats": GRAPH_FORMATS,
            "result_formats": RESULT_FORMATS,
        }


def install(app: Flask, words: Words, settings: Settings) -> None:
    """Give an application the environments of its pages, which come in the languages of words."""
    app.config[LANGUAGES] = words.languages
    app.config[ENVIRONMENTS] = Environments(app, words, settings)
    app.config[OWN_NAMES] = [(tag, words.own_name(tag)) for tag in words.languages]


def render_template(template: str, **values: Any) -> str:
    """Return a page of this request, in its language."""
    made = _environment().get_template(template)
    return made.render(**_current(), **_addresses(), **values)


def _environment() -> PageEnvironment:
    """Return the environment of this request's page."""
    environments: Environments = current_app.config[ENVIRONMENTS]
    return environments.of(language(), path_language())


def _current() -> dict[str, Any]:
    """Return what pages say of the release that is served; all is empty if there is none."""
    current = g.get("serving")
    if current is None:
        return {"release": "", "data_date": "", "base": "", "licence": None}
    release, manifest = current.release, current.release.manifest
    return {
        "release": release.name,
        "data_date": manifest.content.date,
        "base": release.iris.base,
        "licence": LICENCES.get(manifest.description.licence),
    }


def _addresses() -> dict[str, Any]:
    """Return the addresses of this page in each language, and whether it has parameters."""
    return {
        "here": request.path,
        "languages": [(tag, name, _here_in(tag)) for tag, name in current_app.config[OWN_NAMES]],
        "in_any_language": _here_in(""),
        "plain_address": not any(name != PARAMETER for name in request.args),
    }


def _number(words: Words, language: str, number: float | str | None, places: int = 0) -> str:
    """Return a number, or the text of one, as it is written in the reader's language."""
    return words.number(float(number or 0), language, places)


def _here_in(language: str) -> str:
    """Return the path of this page in a language; without one, Accept-Language decides."""
    query = request.query_string.decode("ascii", "ignore")
    return data_link(location(request.path, language, query))


def path_with(**changes: str) -> str:
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
        explored=explore_lead(selected, _environment(), lang) if front else None,
        **(described() if front else {}),
    )


def described() -> dict[str, Any]:
    """Return what a page about the dataset tells programs of it, made once a release."""
    lang, release = language(), serving().release
    made: dict[str, Any] | None = release.worked_out.get(("described", lang))
    if made is None:
        made = release.worked_out["described", lang] = {
            "jsonld": schema_org.script(schema_org.of_dataset(published(), lang)),
            "cited": schema_org.dataset_core(published(), lang),
        }
    return made


def thing_page(name: str, kind: str, selection: Selection, found: Listing) -> str:
    """Return a page of a list of things of another kind than practices."""
    items = thing_views.items(serving().release, found, language())
    context = _list_context(name, kind, selection, found)
    searched = kind in listing.SEARCHED
    return render_template(
        "collection.html",
        **context,
        items=items,
        searched=searched,
        sorts=_thing_sorts(kind, selection),
        whole=path_with(size=str(MOST_ITEMS), page=""),
    )


def _thing_sorts(kind: str, selection: Selection) -> list[dict[str, Any]]:
    """Return the orders that differ for the things of a kind, each with its page."""
    if not listing.mixed(serving().release, kind, selection.scheme):
        return []
    orders = listing.orders(kind)
    return [
        {
            "name": name,
            "path": path_with(sort="" if name == orders[0] else name, page=""),
            "active": name == (selection.sort or orders[0]),
        }
        for name in orders
    ]


def _list_context(name: str, kind: str, selection: Selection, found: Listing) -> dict[str, Any]:
    """Return what the pages of all lists show."""
    offers = (*COLLECTION_FORMATS, GEOJSON) if kind == "city" else COLLECTION_FORMATS
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in (*PAGING, "lang")]
    query = urlencode(kept)
    return {
        "state": _state(kind, selection),
        "name": name,
        "kind": kind,
        "listing": found,
        "previous_page": path_with(page=str(found.page - 1)) if found.page > 1 else "",
        "next_page": path_with(page=str(found.page + 1)) if found.page < found.pages else "",
        "formats": format_links(name, offers, f"?{query}" if query else ""),
        "modified_since": selection.modified_since,
        "words": selection.words,
        "schemes": scheme_links(serving().release, selection.scheme, language()),
    }


def _state(kind: str, selection: Selection) -> str:
    """Return the query of the one address of a page of a list, however its parameters stand."""
    pairs = [*selection.parameters(), *((name, request.args.get(name, "")) for name in PAGING)]
    if kind not in (*listing.OF_SCHEME, "practice"):
        pairs = [pair for pair in pairs if pair[0] != "scheme"]
    query = urlencode([pair for pair in pairs if pair[1] and pair != ("page", "1")])
    return f"?{query}" if query else ""


def scheme_links(release: OpenRelease, chosen: str, lang: str) -> list[dict[str, Any]]:
    """Return the topic schemes, each with the path of this page that counts by it."""
    found = sorted(set(release.schemes.values()), key=lambda key: (key != DEFAULT_SCHEME, key))
    return [
        {
            "key": key,
            "label": listing.label(release, "scheme", key, lang),
            "path": path_with(scheme=key if key != DEFAULT_SCHEME else "", topic="", page=""),
            "active": key == chosen,
        }
        for key in found
    ]


def _within(selection: Selection, lang: str) -> list[Text]:
    """Return the names of the places within the chosen cities, whose practices are listed too."""
    release, cities = serving().release, selection.facets.get("city", ())
    within = dict.fromkeys(key for city in cities for key in listing.places_within(release, city))
    return [listing.named(release, "city", key, lang) for key in within]
