"""Renders pages: fills the templates with what `things`, `evidence` and `facts` make of data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, render_template, request
from flask.templating import Environment
from jinja2 import pass_context
from jinja2.runtime import Context
from pyoxigraph import Triple

from iccgraph import __version__
from iccgraph.formats import (
    COLLECTION_FORMATS,
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    HTML,
    JSONLD,
    RESULT_FORMATS,
    Format,
)
from iccgraph.iris import KINDS
from iccgraph.languages import best
from iccgraph.release.manifest import FileEntry, Manifest
from iccgraph.serve.context import LANGUAGES, language, link, serving, settings, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.coverage import Linkable
from iccgraph.serve.dataset.describe import Description
from iccgraph.serve.dataset.listing import FACETS, Listing, Selection
from iccgraph.serve.http.problems import ProblemDetails
from iccgraph.serve.pages import assets, evidence, facts, things
from iccgraph.serve.pages.map import map_svg
from iccgraph.serve.pages.words import Words
from iccgraph.vocab import PREFIXES


class PageEnvironment(Environment):
    """Reads `row.name` of a plain dictionary as its entry, without looking for an attribute first.

    Pages are full of such rows, and an attribute that is missing costs more than the rest.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an entry of a dictionary, or an attribute of anything."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def install(app: Flask, words: Words) -> None:
    """Give every template what all pages share, and pages the languages of the words."""
    app.config[LANGUAGES] = words.languages
    app.jinja_environment = PageEnvironment
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["onward"] = _onward
    app.jinja_env.globals |= {
        "best": best,
        "map_svg": map_svg,
        "graph_formats": GRAPH_FORMATS,
        "result_formats": RESULT_FORMATS,
    }
    app.context_processor(partial(_shared, words))


def _shared(words: Words) -> dict[str, Any]:
    lang = language()
    current = g.get("serving")
    return {
        "lang": lang,
        "lang_chosen": request.args.get("lang") == lang,
        "t": partial(_phrase, words, lang),
        "number": lambda n, places=0: words.number(float(n or 0), lang, places),
        "path": partial(_path, link("")),
        "here": request.path,
        "other_languages": [
            (tag, words.own_name(tag), _with(lang=tag)) for tag in words.languages if tag != lang
        ],
        "version": __version__,
        "release": current.release.name if current else "",
        "base": current.release.iris.base if current else "",
        "site": site(""),
    }


def _phrase(words: Words, lang: str, text: str, **values: object) -> str:
    """Return a phrase in the reader's language, with values in their places."""
    phrase = words.translate(text, lang)
    return phrase.format(**values) if values else phrase


def _path(site_path: str, path: str) -> str:
    return site_path + path.lstrip("/")


@pass_context
def _onward(context: Context, path: str) -> str:
    """Return a path of this site, in the language that the reader chose by `?lang=`."""
    if not context["lang_chosen"]:
        return path
    return f"{path}{'&' if '?' in path else '?'}lang={context['lang']}"


def _with(**changes: str) -> str:
    """Return this page's path with some of its query parameters changed; empty ones are dropped."""
    values = {**request.args.to_dict(), **changes}
    query = urlencode({name: value for name, value in values.items() if value})
    return link(request.path) + (f"?{query}" if query else "")


def _formats(path: str, offers: Sequence[Format], query: str = "") -> list[tuple[str, str, str]]:
    """Return what each format is called, its path and its media type."""
    return [(f.label, link(f"{path}.{f.name}{query}"), f.media_type) for f in offers if f != HTML]


def thing_page(kind: str, key: str, description: Description) -> str:
    """Return the page of one thing; each kind has a template of its own."""
    release = serving().release
    view = things.thing_view(release, kind, key, description, language())
    embedded = JSONLD.write(description.triples, release.context, description.root)
    return render_template(
        f"{kind}.html",
        thing=view,
        kind=kind,
        iri=description.root.value,
        formats=_formats(f"{kind}/{key}", DOCUMENT_FORMATS),
        jsonld=embedded.decode().replace("<", "\\u003c"),
    )


def home_page(selection: Selection, found: Listing) -> str:
    """Return the home page: search box, facets, the practices."""
    context = _list_view("", "practice", selection, found)
    if selection.everything and found.page == 1:
        places = things.european_cities(serving().release, language())
        context |= {"places": places, "box": things.EUROPE}
    return render_template("home.html", **context)


def collection_page(name: str, kind: str, selection: Selection, found: Listing) -> str:
    """Return the page of a collection."""
    template = "home.html" if kind == "practice" else "collection.html"
    return render_template(template, **_list_view(name, kind, selection, found))


def _list_view(name: str, kind: str, selection: Selection, found: Listing) -> dict[str, Any]:
    release, lang = serving().release, language()
    query = request.query_string.decode("ascii", "ignore")
    context = {
        "name": name or "practices",
        "kind": kind,
        "listing": found,
        "items": things.items(release, found, lang),
        "previous_page": _with(page=str(found.page - 1)) if found.page > 1 else "",
        "next_page": _with(page=str(found.page + 1)) if found.page < found.pages else "",
        "formats": _formats(name or "practices", COLLECTION_FORMATS, f"?{query}" if query else ""),
        "words": selection.words,
        "without_words": _with(q="", page=""),
        "counts": release.manifest.content.counts,
    }
    if kind == "practice":
        context["facets"] = [_facet_view(selection, facet, lang) for facet in FACETS]
        context["chosen"] = [
            {
                "facet": n,
                "label": _facet_label(n, v, lang),
                "without": _with(**{n: "", "page": ""}),
            }
            for n, v in selection.facets.items()
        ]
    return context


def _facet_view(selection: Selection, facet: str, lang: str) -> dict[str, Any]:
    counted = listing.facet(serving().release, selection, facet)
    names = {} if facet == "year" else listing.labels(serving().release, facet, lang)
    return {
        "name": facet,
        "value": selection.facets.get(facet, ""),
        "values": [
            {
                "value": value,
                "label": names.get(value, value),
                "count": count,
                "path": _with(**{facet: value, "page": ""}),
                "active": selection.facets.get(facet) == value,
            }
            for value, count in counted
        ],
    }


def _facet_label(facet: str, value: str, lang: str) -> str:
    return value if facet == "year" else listing.label(serving().release, facet, value, lang)


def sparql_page(text: str, content: bytes | None, query_type: str) -> str:
    """Return the query form, with the answer below it if there is one."""
    table: dict[str, Any] | None = None
    if content is not None and query_type in ("SELECT", "ASK"):
        table = json.loads(content)
    graph = content.decode() if content is not None and table is None else ""
    known = set(settings().service_addresses)
    return render_template(
        "sparql.html",
        query=text,
        table=table,
        graph=graph,
        examples=[q for q in serving().release.queries if known.issuperset(q.services)],
        services=sorted(known),
        prefixes=PREFIXES,
        limits=settings(),
        editor=_editor(queried=bool(text)),
    )


def _editor(*, queried: bool) -> dict[str, Any]:
    """Return what the query editor needs to know, nothing if it was not installed."""
    files = assets.addresses(*assets.EDITOR)
    if not files:
        return {}
    base = serving().release.iris.base
    kinds = {kind: f"{base}id/{kind}/" for kind in KINDS}
    return {
        "files": files | assets.addresses(*assets.MAP),
        "endpoint": link("sparql"),
        "home": link(""),
        "base": base,
        "lang": language(),
        "queried": queried,
        "graphs": [(f.name, f.label) for f in GRAPH_FORMATS],
        "prefixes": PREFIXES | kinds | {"graph": f"{base}graph/"},
    }


def explanation_page(name: str, triples: Sequence[Triple]) -> str:
    """Return the page of the ontology, the shapes, the dataset or the validation report."""
    release = serving().release
    return render_template(
        f"{name}.html",
        terms=facts.terms(triples, language()),
        report=release.report,
        manifest=release.manifest,
        formats=_formats(name, DOCUMENT_FORMATS),
        prefixes=PREFIXES,
        dataset=release.iris.dataset,
    )


def data_page(files: dict[str, FileEntry]) -> str:
    """Return the page that lists the dumps."""
    return render_template("data.html", files=files, manifest=serving().release.manifest)


def links_page(linkable: list[Linkable]) -> str:
    """Return the page that tells how far the links to Wikidata have come."""
    release = serving().release
    files = release.manifest.content.files
    return render_template(
        "links.html",
        coverage=evidence.coverage(release, linkable, language()),
        formats=_formats("links", COLLECTION_FORMATS),
        dumps=[p.removeprefix("dumps/") for p in sorted(files) if p.startswith("dumps/links.")],
    )


def releases_page(found: Sequence[tuple[str, Manifest]], current: str) -> str:
    """Return the page that lists the releases."""
    return render_template("releases.html", releases=found, current=current)


def problem_page(problem: ProblemDetails) -> str:
    """Return the page of an error; it needs no release."""
    return render_template(
        "failure.html", status=problem.status, title=problem.title, detail=problem.detail
    )


TEMPLATES = Path(__file__).parent / "templates"
