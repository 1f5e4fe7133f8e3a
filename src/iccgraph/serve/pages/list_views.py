"""Turns a selection of practices into what its page shows: filters, chips, hits, ways out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from html import escape
from operator import or_
from typing import Final
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from iccgraph.languages import best, cased
from iccgraph.properties import properties_of
from iccgraph.release.facets import ALL, NOT_KNOWN, YEARS
from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.listing import Listing, ListItem
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.rows import Rows
from iccgraph.serve.dataset.search import Term, forms_of, marked
from iccgraph.serve.dataset.selection import TERMS, Selected, Selection, unused
from iccgraph.serve.pages import thing_views
from iccgraph.serve.pages.facts import View, reference
from iccgraph.serve.pages.words import language_name

_ACTIVE: Final = ' aria-current="true"'
SHOWN: Final = (
    *("topic", "country", "city", "network", "year", "ongoing", "kind", "population", "language"),
)
"""The filters that every page offers, in their order; any other that is set has its chip."""
_MOST_THINGS: Final = 8
_SNIPPET: Final = 90
"""So many characters are shown on each side of a word that was found."""


def list_views(selected: Selected, found: Listing, language: str) -> View:
    """Return what the page of a selection shows besides what all lists do."""
    release, selection = selected.release, selected.selection
    filters = [_filter(selected, name, language) for name in SHOWN]
    return {
        "items": _items(selected, found, language),
        "filters": filters,
        "chosen": chosen_values(selected, language),
        "sorts": _sorts(selection),
        "cities": release.called_cities(language),
        "near": _near(release, selection, language),
        "hidden": selection.parameters(),
        "without_words": address(replace(selection, words="", sort="")),
        "things": _things(selected, language),
        "meant": _meant(selected) if not found.total else [],
        "obstacles": _obstacles(selected, language) if not found.total else [],
        "map": _map(selected, language),
        "unused": unused(request.args.items(multi=True)),
    }


def address(selection: Selection) -> str:
    """Return the path of this list with another selection."""
    query = urlencode(selection.parameters())
    return link(request.path) + (f"?{query}" if query else "")


def label_of(release: OpenRelease, name: str, language: str) -> Callable[[str], str]:
    """Return what says how a value of a filter is called; empty if that is for the page to say."""
    if name == "ongoing":
        return lambda _: ""
    if name in YEARS:
        return lambda value: value.replace("-", "–")
    if name in TERMS:
        start = TERMS[name]
        return lambda value: listing.term_label(release, start + value, language) or value
    if name == "language":
        return lambda value: language_name(value, language)
    kind = "city" if name in ("itself", "near") else name
    called = release.called(language)
    return lambda value: called.get((kind, value), (value, ""))[0]


def _filter(selected: Selected, name: str, language: str) -> View:
    """Return the values of a filter with their counts, each with the page where it is turned."""
    selection = selected.selection
    chosen = selection.facets.get(name, ())
    label, query = label_of(selected.release, name, language), selection.with_values(name)
    start, own = link(request.path), {*chosen}
    values = [
        {
            "key": key,
            "label": "" if key == NOT_KNOWN else label(key),
            "count": count,
            "active": key in chosen,
            "path": f"{start}?{changed}" if (changed := query(own ^ {key})) else start,
        }
        for key, count in _counted(selected, name)
    ]
    found: View = {"name": name, "values": values, "chosen": chosen}
    if name in YEARS:
        found["histogram"] = _histogram(values, chosen)
        found["unknown"] = [value for value in values if value["key"] == NOT_KNOWN]
        found["single"] = [value for value in reversed(values) if value["key"] != NOT_KNOWN]
    return found


def value_list(
    values: Iterable[View], names: Mapping[str, str], number: Callable[[int], str]
) -> Markup:
    """Return the links of a filter's values as a list, made here since there are hundreds a page.

    Arguments: `names` say what values are called that have no label of their own; `number` writes a
    number in the reader's language.
    """
    items = [
        f'<li><a href="{escape(value["path"])}"{_ACTIVE if value["active"] else ""}>'
        f"<span>{escape(value['label'] or names[value['key']])}</span>"
        f' <span class="count">{number(value["count"])}</span></a></li>'
        for value in values
    ]
    return Markup("<ul>{}</ul>").format(Markup("\n".join(items)))  # noqa: S704  # every text was escaped


def bars(found: View, number: Callable[[int], str]) -> Markup:
    """Return the bars of a histogram; each leads to its year, as the form for ranges does."""
    parts = [
        f'<a href="{escape(bar["path"])}" tabindex="-1">'
        f"<title>{bar['key']} ({number(bar['count'])})</title>"
        f'<rect class="hit" x="{bar["x"]}" width="4" height="44"/>'
        f'<rect class="year{" on" if bar["active"] else ""}" x="{bar["x"] + 0.4:g}"'
        f' y="{bar["y"]:g}" width="3.2" height="44"/></a>'
        for bar in found["bars"]
    ]
    return Markup("\n".join(parts))  # noqa: S704  # every text was escaped


def options(cities: Sequence[tuple[str, str, str]], chosen: str) -> Markup:
    """Return the cities that one can be from as options of a selector, each with its position.

    Who asks for that lets the script choose by it; their own position never leaves the browser.
    """
    parts = [
        f'<option value="{key}"{" selected" if key == chosen else ""} data-at="{at}">'
        f"{escape(label)}</option>"
        for key, label, at in cities
    ]
    return Markup("\n".join(parts))  # noqa: S704  # every text was escaped


def _counted(selected: Selected, name: str) -> list[tuple[str, int]]:
    """Return the values of a filter with their counts; those that are chosen even without any."""
    found = listing.facet(selected, name)
    known = {key for key, _ in found}
    chosen = selected.selection.facets.get(name, ())
    return [*found, *((key, 0) for key in chosen if key not in known and "-" not in key)]


def _histogram(values: Sequence[View], chosen: Sequence[str]) -> View:
    """Return the bars of the years from the first to the last, and the range that is chosen."""
    known = {int(value["key"]): value for value in values if value["key"] != NOT_KNOWN}
    first, last = min(known, default=0), max(known, default=0)
    most = max((value["count"] for value in known.values()), default=0) or 1
    bars = [
        {
            **known[year],
            "x": 4 * (year - first),
            "y": round(44 - 40 * known[year]["count"] / most, 1),
        }
        for year in sorted(known)
    ]
    ranges = [value.partition("-") for value in chosen if value != NOT_KNOWN]
    start, _, end = ranges[0] if len(ranges) == 1 else ("", "", "")
    is_range = len(ranges) == 1 and ranges[0][1]
    return {
        "bars": bars,
        "first": first,
        "last": last,
        "span": last - first + 1,
        "from": start,
        "to": end if is_range else start,
    }


def _label(release: OpenRelease, name: str, value: str, language: str) -> str:
    """Return what one value of a filter is called; empty if that is for the page to say."""
    return "" if value == NOT_KNOWN else label_of(release, name, language)(value)


def chosen_values(selected: Selected, language: str) -> list[View]:
    """Return the values that are chosen, each with the page without it."""
    selection = selected.selection
    chosen = [
        {
            "facet": name,
            "key": value,
            "label": _label(selected.release, name, value, language),
            "without": address(selection.without(name, value)),
        }
        for name, values in selection.facets.items()
        for value in values
    ]
    if day := selection.modified_since:
        without = address(replace(selection, modified_since=""))
        chosen.append({"facet": "modified_since", "key": day, "label": day, "without": without})
    return chosen


def _sorts(selection: Selection) -> list[View]:
    """Return the orders that there are for a selection, each with its page."""
    plain = replace(selection, sort="").order
    return [
        {
            "name": name,
            "path": address(replace(selection, sort="" if name == plain else name)),
            "active": name == selection.order,
        }
        for name in selection.orders
    ]


def _near(release: OpenRelease, selection: Selection, language: str) -> View | None:
    """Return the city that practices are to be near, None if there is none."""
    if not selection.near:
        return None
    return {
        **reference(release, "city", selection.near, language),
        "without": address(replace(selection, near="", sort="")),
        "practices": len(release.rows.facet("itself").get(selection.near, ())),
    }


def _items(selected: Selected, found: Listing, language: str) -> list[View]:
    """Return the practices, with the words of the search marked where they stand."""
    rows = thing_views.items(selected.release, found, language)
    forms = forms_of(selected.selection.terms)
    for row, item in zip(rows, found.items, strict=True):
        if item.kilometres is not None:
            row["kilometres"] = round(item.kilometres)
        if forms:
            row["label"], in_title = _marked(row["label"], row["lang"], forms)
            row["summary"], in_summary = _marked(row["summary"], row["summary_lang"], forms)
            if not (in_title or in_summary):
                row["found"] = _elsewhere(selected.release, item, forms, language)
    return rows


def _marked(text: str, language: str, forms: frozenset[str]) -> tuple[Markup, bool]:
    """Return a text with the words marked that were found, and whether there is any."""
    pieces = marked(text, language, forms)
    if len(pieces) < 2 and not (pieces and pieces[0][1]):
        return Markup(escape(text)), False  # noqa: S704
    parts = [f"<mark>{escape(p)}</mark>" if hit else escape(p) for p, hit in pieces]
    return Markup("".join(parts)), True  # noqa: S704  # every text was escaped


def _elsewhere(
    release: OpenRelease, item: ListItem, forms: frozenset[str], language: str
) -> View | None:
    """Return where a word of the search stands: in a topic, a section, or another name."""
    topics = [("topic", key) for key in item.topics]
    for topic in topics:
        label, tag = best(release.held_labels[topic], language)
        text, hit = _marked(label, tag, forms)
        if hit:
            return {"kind": "topic", "text": text, "lang": tag}
    if found := _in_sections(release, item.key, forms, language):
        return found
    for thing in (*topics, *(("city", key) for key in item.cities), ("country", item.country)):
        labels = release.held_labels.get(thing, {})
        label, tag = best(labels, language)
        names = [(text, code) for code, text in labels.items()]
        for name, code in (*names, *release.other_names.get(thing, ())):
            text, hit = _marked(name, code, forms)
            if hit and name != label:
                shown = Markup('{} (<span lang="{}">{}</span>)').format(label, code, text)
                return {"kind": thing[0], "text": shown if code else text, "lang": tag}
    return None


def _in_sections(
    release: OpenRelease, key: str, forms: frozenset[str], language: str
) -> View | None:
    """Return the part of a practice's texts in which a word of the search stands."""
    thing = NamedNode(release.iris.thing("practice", key))
    for item in properties_of("practice", "text"):
        quads = release.store.quads_for_pattern(thing, item.predicate, None, None)
        texts = [q.object for q in quads if isinstance(q.object, Literal)]
        for literal in sorted(texts, key=lambda text: text.language != language):
            tag = cased(literal.language or "")
            if snippet := _snippet(literal.value, tag, forms):
                return {"kind": "", "text": snippet, "lang": tag}
    return None


def _snippet(text: str, language: str, forms: frozenset[str]) -> Markup | None:
    """Return the surroundings of the first word that was found, None if there is none."""
    before = 0
    for piece, hit in marked(text, language, forms):
        if hit:
            break
        before += len(piece)
    else:
        return None
    start, end = max(0, before - _SNIPPET), before + _SNIPPET
    if start:
        start = text.find(" ", start) + 1
    shown, _ = _marked(text[start:end].rpartition(" ")[0] or text[start:end], language, forms)
    return Markup("{}{}{}").format("… " if start else "", shown, " …" if end < len(text) else "")


def _things(selected: Selected, language: str) -> list[View]:
    """Return the places, countries, topics and networks that the words of a search name."""
    release, terms = selected.release, selected.selection.terms
    if not terms:
        return []
    sets = [release.texts.titled(term) - release.rows.everything for term in terms]
    numbers = sets[0]
    for other in sets[1:]:
        numbers &= other
    if not numbers:  # “Spain education”: each word may name a thing of its own
        for other in sets:
            numbers |= other
    rows = listing.numbered(release, numbers, thing_views.LEADING)
    forms = forms_of(terms)
    found: list[View] = []
    for kind, key in rows:
        label, tag = best(release.held_labels[kind, key], language)
        whole = all(hit or not piece.strip() for piece, hit in marked(label, tag, forms))
        text, _ = _marked(label, tag, forms)
        count = len(release.rows.facet(kind).get(key, ()))
        found.append(
            {"kind": kind, "label": text, "lang": tag, "path": link(f"{kind}/{key}"),
             "scheme": release.schemes.get(key, "") if kind == "topic" else "",
             "count": count, "order": (not whole, -count, str(label))}
        )  # fmt: skip
    found.sort(key=lambda row: row["order"])
    return found[:_MOST_THINGS]


def _meant(selected: Selected) -> list[View]:
    """Return searches that may have been meant, where a word stands nowhere at all."""
    release, selection = selected.release, selected.selection
    terms = selection.terms
    unknown = [term for term in terms if not release.texts.find([term]).rows]
    similar = {term: release.texts.similar(term) for term in unknown}
    if not unknown or not all(similar.values()):
        return []
    found: list[tuple[Rows, View]] = []
    for place in range(max(map(len, similar.values()))):
        words = " ".join(_replaced(term, similar, place) for term in terms)
        other = replace(selection, words=words)
        rows = Selected(release, other).rows
        if all(rows != known for known, _ in found):
            found.append((rows, {"words": words, "path": address(other), "count": len(rows)}))
    return [view for rows, view in found if rows] or [view for _, view in found]


def _replaced(term: Term, similar: dict[Term, list[str]], place: int) -> str:
    words = similar.get(term)
    return term.text if words is None else words[min(place, len(words) - 1)]


def _obstacles(selected: Selected, language: str) -> list[View]:
    """Return the choices of which one alone empties the list, with what is found without it."""
    selection = selected.selection
    others = [
        (name, _label(selected.release, name, value, language), value,
         selection.without(name, value))
        for name, values in selection.facets.items()
        for value in values
    ]  # fmt: skip
    if day := selection.modified_since:
        others.append(("modified_since", day, day, replace(selection, modified_since="")))
    for term in selection.terms:
        left = " ".join(other.text for other in selection.terms if other != term)
        if not left and not selection.facets:
            continue  # without its only word it is the list of everything
        others.append(("q", term.text, "", replace(selection, words=left)))
    found = []
    for name, label, value, other in others:
        if count := len(Selected(selected.release, other).rows):
            found.append(
                {"facet": name, "label": label, "key": value, "count": count,
                 "path": address(other)}
            )  # fmt: skip
    return sorted(found, key=lambda row: -row["count"])


def _map(selected: Selected, language: str) -> View:
    """Return the places of the selected practices for a map, and where these lead.

    A place leads to this list with its practices alone, several that stand together to those of
    all of them.
    """
    release, selection = selected.release, selected.selection
    counts = {key: count for key, count in selected.facet("itself") if key != NOT_KNOWN}
    of_city, rows = release.rows.facet("itself"), selected.rows
    start = link("practices")
    query = selection.with_values("city")

    def path_of(keys: Sequence[str]) -> str:
        return f"{start}?{query(keys)}"

    def total(keys: Sequence[str]) -> int:
        return len(reduce(or_, (of_city[key] for key in keys)) & rows)

    points = thing_views.city_points(release, language, counts, path_of)
    plain = not selection.parameters()
    kept = release.worked_out if plain else None
    return {"points": points, "path_of": path_of, "total": total, "kept": kept}


def figures(release: OpenRelease) -> View:
    """Return how many practices there are, and places, countries and topics that have any."""
    counted = {
        name: [key for key in release.rows.facet(name) if key != NOT_KNOWN]
        for name in ("itself", "country", "topic")
    }
    schemes = [release.schemes.get(topic, "") for topic in counted["topic"]]
    return {
        "practices": len(release.rows.facet(ALL).get("", ())),
        "cities": len(counted["itself"]),
        "countries": len(counted["country"]),
        "topics": {scheme: schemes.count(scheme) for scheme in sorted(set(schemes))},
    }
