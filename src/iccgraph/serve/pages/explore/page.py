"""The pages and files of `/explore`: a view, what it says, and what leads on from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import current_app, request

from iccgraph.formats import CSV, PNG, SVG
from iccgraph.languages import best
from iccgraph.release.facets import FACETS
from iccgraph.serve.catalogue.publication import text
from iccgraph.serve.context import data_link, language, link, published, serving, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.explore import OPTIONS, VIEWS, unusual
from iccgraph.serve.dataset.explore_query import query_behind
from iccgraph.serve.dataset.listing import Listing
from iccgraph.serve.dataset.selection import SINGLE, Selected, Selection
from iccgraph.serve.pages import list_views
from iccgraph.serve.pages.explore.countries import Countries
from iccgraph.serve.pages.explore.matrix import Matrix
from iccgraph.serve.pages.explore.network import Network
from iccgraph.serve.pages.explore.picture import Drawing, picture_file
from iccgraph.serve.pages.explore.places import Places
from iccgraph.serve.pages.explore.shown import Phrases, Shown, practices_path
from iccgraph.serve.pages.explore.timeline import Timeline
from iccgraph.serve.pages.facts import View
from iccgraph.serve.pages.render import (
    ENVIRONMENTS,
    Environments,
    path_with,
    render_template,
    scheme_links,
)
from iccgraph.tables.cells import csv_text

CLASSES: Final[Mapping[str, type[Shown]]] = {
    shown.name: shown for shown in (Matrix, Places, Timeline, Network, Countries)
}
_MOST_ROWS: Final = 300
"""The table below a picture has at most so many rows; the CSV file has all."""


def phrases(lang: str) -> Phrases:
    """Return the words of pictures in a language."""
    environments: Environments = current_app.config[ENVIRONMENTS]
    return Phrases(environments.of(lang, ""), lang)


def shown_as(view: str, selected: Selected, chosen: Mapping[str, str], lang: str) -> Shown:
    """Return a selection as one of the views."""
    return CLASSES[view](selected, chosen, phrases(lang))


def usual(view: str) -> dict[str, str]:
    """Return what is chosen of a view unless something else is asked for."""
    return {name: values[0] for name, values in OPTIONS.get(view, {}).items()}


def overview(selected: Selected) -> str:
    """Return the page that leads to all views, with a small picture of each."""
    lang, release = language(), selected.release
    asked = ("explore", selected.selection.scheme, lang, link(""))
    cards: list[View] | None = release.worked_out.get(asked)
    if cards is None:
        cards = release.worked_out[asked] = [_card(view, selected, lang) for view in VIEWS]
    return render_template(
        "explore.html",
        cards=cards,
        schemes=scheme_links(release, selected.selection.scheme, lang),
        name="explore",
        state="",
    )


def _card(view: str, selected: Selected, lang: str) -> View:
    """Return what the overview shows of a view."""
    shown = shown_as(view, selected, usual(view), lang)
    return {
        "view": view,
        "title": shown.title,
        "lead": shown.phrases.say("lead", view),
        "path": link(f"explore/{view}") + _query(selected.selection),
        "small": "" if shown.empty else shown.small(),
        "told": [] if shown.empty else shown.told()[:1],
    }


def view_page(shown: Shown, paging: Listing) -> str:
    """Return a page of a view."""
    lang, selected, chosen, view = language(), shown.selected, shown.chosen, shown.name
    release = selected.release
    selection = replace(selected.selection, view=unusual(view, chosen))
    bound = Selected(release, selection)
    context = list_views.list_views(bound, paging, lang)
    title, empty = shown.title, shown.empty
    behind = query_behind(selected, view, chosen.get("when", "ran"))
    context |= {"unused": _unused(view), "cities": None, **_pager(paging)}
    return render_template(
        "explore-view.html",
        **context,
        name=f"explore/{view}",
        state=_query(selection),
        listing=paging,
        words=selection.words,
        schemes=scheme_links(release, selection.scheme, lang),
        view=view,
        views=_views(view, selection, shown.phrases),
        title=title,
        lead=shown.phrases.say("lead", view),
        empty=empty,
        told=[] if empty else shown.told(),
        shown={} if empty else shown.view(paging),
        chosen_options=chosen,
        choices=_choices(selection, view, chosen),
        numbers=None if empty else _numbers(shown),
        behind=behind,
        files=_files(view, selection, lang),
        quoted=citation(view, selection, title, lang),
        practices=practices_path(selection),
        practices_total=len(selected.rows),
    )


def _unused(view: str) -> list[str]:
    """Return the parameters of this request that pictures take no notice of."""
    left_out = ("near", "sort") if view == "matrix" else ("near", "sort", "page", "size")
    known = {*FACETS, *SINGLE, *OPTIONS.get(view, ())} - {*left_out}
    return list(dict.fromkeys(name for name in request.args if name not in known))


def _pager(paging: Listing) -> View:
    """Return the paths of the pages before and after one of the matrix."""
    before = path_with(page=str(paging.page - 1)) if paging.page > 1 else ""
    after = path_with(page=str(paging.page + 1)) if paging.page < paging.pages else ""
    return {"previous_page": before, "next_page": after}


def _views(view: str, selection: Selection, words: Phrases) -> list[View]:
    """Return all views of a selection, each with its page."""
    query = _query(replace(selection, view=()))
    return [
        {
            "view": name,
            "title": words.say("title", name),
            "path": link(f"explore/{name}") + query,
            "active": name == view,
        }
        for name in VIEWS
    ]


def _choices(selection: Selection, view: str, chosen: Mapping[str, str]) -> dict[str, list[View]]:
    """Return the values of each option of a view, with the page that has it."""
    return {
        name: [
            {
                "name": value,
                "active": value == chosen[name],
                "path": list_views.address(
                    replace(selection, view=unusual(view, {**chosen, name: value}))
                ),
            }
            for value in values
        ]
        for name, values in OPTIONS.get(view, {}).items()
    }


def _numbers(shown: Shown) -> View:
    """Return the numbers of a view as the page shows them."""
    found = shown.numbers()
    rows = [[row[place] for place in found.shown] for row in found.rows[:_MOST_ROWS]]
    names = [found.columns[place].removesuffix("_label") for place in found.shown]
    return {"columns": names, "rows": rows, "total": len(found.rows)}


def _query(selection: Selection) -> str:
    query = urlencode(selection.parameters())
    return f"?{query}" if query else ""


def _files(view: str, selection: Selection, lang: str) -> list[tuple[str, str, str]]:
    """Return the name, path and media type of each file of a view."""
    pairs = [*selection.parameters(), ("lang", lang)]
    query = urlencode(pairs)
    return [
        (form.label, data_link(f"explore/{view}.{form.name}?{query}"), form.media_type)
        for form in (SVG, PNG, CSV)
    ]


def citation(view: str, selection: Selection, title: str, lang: str) -> View:
    """Return how to cite a view: in words, with the address of its release."""
    told, release = published().description, serving().release
    pairs = [*selection.parameters(), ("release", release.name)]
    address = f"{site(f'explore/{view}')}?{urlencode(pairs)}"
    dataset = best(told.whole.titles, lang)[0] or text(told.whole.titles, "en")
    day = release.manifest.content.date
    words = phrases(lang).say(
        "citation", told.publisher.name, title, dataset, day, release.name, address
    )
    return {"words": words, "address": address}


def svg_file(view: str, selected: Selected, chosen: Mapping[str, str], lang: str) -> str:
    """Return the picture of a view as a file of its own; one of nothing says so."""
    shown, release = shown_as(view, selected, chosen, lang), selected.release
    words, selection = shown.phrases, selected.selection
    scheme = listing.label(release, "scheme", selection.scheme, lang)
    bound = Selected(release, selection)
    filters = list_views.chosen_values(bound, lang)
    about = words.say("selection", filters, selection.words, scheme, len(selected.rows))
    licence = published().licence.key.replace("-", " ")
    source = words.say("source", release.manifest.content.date, release.name, licence)
    address = citation(view, replace(selection, view=unusual(view, chosen)), "", lang)["address"]
    if shown.empty:
        nothing = Drawing("", 1, 1)
        told = [about, words.say("nothing")]
        return picture_file(nothing, shown.title, told, [source, address], lang)
    told = [about, *shown.told()]
    return picture_file(shown.drawing(), shown.title, told, [source, address], lang)


def csv_file(view: str, selected: Selected, chosen: Mapping[str, str], lang: str) -> bytes:
    """Return the numbers of a view as CSV, all of them."""
    found = shown_as(view, selected, chosen, lang).numbers()
    rows: Sequence[Sequence[Any]] = [found.columns, *found.rows]
    return csv_text(rows).encode()
