"""Views of the named queries: their list, the form of their parameters, the table of an answer."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from iccgraph.errors import UnknownChoice
from iccgraph.formats import RESULT_TYPES, of_answer
from iccgraph.iris import fold
from iccgraph.languages import best, collation_key
from iccgraph.release.parameters import NUMBERS, THINGS, Parameter
from iccgraph.release.queries import GROUPS, ExampleQuery
from iccgraph.serve.context import data_link, link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.open import OpenRelease, ThingKey
from iccgraph.serve.dataset.parameters import choices
from iccgraph.serve.pages.facts import View
from iccgraph.serve.pages.words import language_name
from iccgraph.vocab import XSD, prefixed

SHOWN: Final = 1_000
"""So many rows of an answer a page shows."""
_MOST_OPTIONS: Final = 400
"""Of more things than these one is written, not chosen."""
_NUMERIC: Final = frozenset((XSD.integer.value, XSD.decimal.value, XSD.double.value))
_SHOWN_TEXT: Final = 200_000
_DRAWN: Final = ("wkt", "wktLabel")
"""The columns of an answer that its map has drawn already."""
Row = Mapping[str, Mapping[str, str]]
"""A row of SPARQL results in JSON."""


def groups(queries: Iterable[ExampleQuery], words: str, lang: str) -> list[View]:
    """Return the queries that have all words, by what they are about."""
    wanted = fold(words).split()
    found: dict[str, list[View]] = {group: [] for group in (*GROUPS, "")}
    for query in queries:
        told = (query.heading, query.titles, query.explanation, query.texts)
        texts = [text for one in told for text in one.values()]
        text = fold(" ".join((query.name, *texts)))
        if all(word in text for word in wanted):
            found[query.group if query.group in found else ""].append(_entry(query, lang))
    return [{"group": group, "queries": rows} for group, rows in found.items() if rows]


def _entry(query: ExampleQuery, lang: str) -> View:
    """Return a query of the list, asked in the reader's language if it has a choice of it."""
    asked = ""
    for parameter in query.parameters:
        if parameter.type == "Language" and lang in parameter.choices:
            asked = f"?{parameter.name}={lang}" if (lang,) != parameter.default else ""
    title, title_lang = best(query.heading, lang)
    text, text_lang = best(query.explanation, lang)
    return {
        "path": link(f"queries/{query.name}") + asked,
        "title": title,
        "lang": title_lang,
        "text": text,
        "text_lang": text_lang,
        "services": query.services,
        "parameters": [best(parameter.labels, lang)[0] for parameter in query.parameters],
    }


def fields(
    query: ExampleQuery, values: Mapping[str, Sequence[str]], release: OpenRelease, lang: str
) -> list[View]:
    """Return the fields of the form of a query, filled in with values."""
    return [
        _field(one, values.get(one.name, one.default), release, lang) for one in query.parameters
    ]


def _field(p: Parameter, values: Sequence[str], release: OpenRelease, lang: str) -> View:
    label, label_lang = best(p.labels, lang)
    offered = _options(p, release, lang)
    return {
        "name": p.name,
        "type": p.type,
        "label": label,
        "lang": label_lang,
        "values": [*values, ""] if p.several else values[:1],
        "options": offered if 0 < len(offered) <= _MOST_OPTIONS else [],
        "proposed": p.type == "Language" and not p.choices,
        "number": p.type in NUMBERS,
        "step": "any" if p.type == "Decimal" else "1",
        "least": p.least,
        "most": p.most,
        "default": p.default[0],
    }


def _options(p: Parameter, release: OpenRelease, lang: str) -> list[tuple[str, str]]:
    """Return the values that a field offers, each with what it is called, in their order."""
    if p.type == "Practice" or p.type in (*NUMBERS, "Text", "Texts", "Boolean"):
        return []
    asked = ("options", p.type, *p.choices, lang)
    made: list[tuple[str, str]] | None = release.worked_out.get(asked)
    if made is None:
        made = release.worked_out[asked] = _offered(p, release, lang)
    return made


def _offered(p: Parameter, release: OpenRelease, lang: str) -> list[tuple[str, str]]:
    """Return those values, which are the same as long as the release is served."""
    if p.type == "Language":
        tags = choices(p, release, lang)
        return sorted(((tag, language_name(tag, lang)) for tag in tags), key=_by_name)
    known = [(value, names[0]) for value, names in choices(p, release, lang).items()]
    return known if p.type == "Term" else sorted(known, key=_by_name)


def _by_name(option: tuple[str, str]) -> Any:
    return collation_key(option[1])


def chosen(query: ExampleQuery, given: Sequence[tuple[str, str]], release: OpenRelease, lang: str
) -> str:  # fmt: skip
    """Return the values that a request has given, in words."""
    known = {parameter.name: parameter for parameter in query.parameters}
    return ", ".join(_called(known[name], value, release, lang) for name, value in given)


def _called(p: Parameter, value: str, release: OpenRelease, lang: str) -> str:
    """Return what a value is called."""
    if p.type in THINGS:
        return listing.label(release, THINGS[p.type], value, lang)
    if p.type == "Language":
        return language_name(value, lang)
    if p.type in ("Term", "CountryCode"):
        return choices(p, release, lang).get(value, [value])[0]
    return value


def data_links(query: ExampleQuery, given: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return what each format of an answer is called, its path and its media type."""
    asked = f"?{urlencode(given)}" if given else ""
    return [
        (form.label, data_link(f"queries/{query.name}.{form.name}{asked}"), form.media_type)
        for form in of_answer(query.form)
    ]


def answer(query: ExampleQuery, content: bytes, release: OpenRelease, lang: str) -> View:
    """Return what a page shows of an answer: rows, yes or no, or a graph as text."""
    if query.form not in RESULT_TYPES:
        return {"graph": content.decode()[:_SHOWN_TEXT]}
    results = json.loads(content)
    if "boolean" in results:
        return {"boolean": results["boolean"]}
    found: list[Row] = results["results"]["bindings"]
    points = _points(found) if query.result == "map" else []
    hidden = _DRAWN if points else ()
    names: list[str] = [name for name in results["head"]["vars"] if name not in hidden]
    called = _names_of(found[:SHOWN], release, lang)
    barred = _barred(query, names, found)
    most = max((_number(row, barred) for row in found), default=0.0) if barred else 0.0
    return {
        "names": [(name, any(_is_number(row, name) for row in found[:SHOWN])) for name in names],
        "rows": [
            [_cell(row, name, called, release, most if name == barred else 0.0) for name in names]
            for row in found[:SHOWN]
        ],
        "total": len(found),
        "points": points,
    }


def _names_of(rows: Sequence[Row], release: OpenRelease, lang: str) -> dict[str, tuple[str, str]]:
    """Return what the things in some rows are called, with the language of that, by their IRIs."""
    iris = {cell["value"] for row in rows for cell in row.values() if cell["type"] == "uri"}
    things: dict[str, ThingKey] = {
        iri: thing for iri in iris if (thing := release.iris.split(iri)) is not None
    }
    called = release.called(lang)
    practices = [key for kind, key in things.values() if kind == "practice"]
    titles = listing.titles_of(release, practices) if practices else {}
    found = {}
    for iri, (kind, key) in things.items():
        name = best(titles.get(key, {}), lang) if kind == "practice" else called.get((kind, key))
        if name is not None and name[0]:
            found[iri] = name
    for iri in iris - found.keys():
        if name := best(release.terms.get(iri, {}), lang):
            found |= {iri: name} if name[0] else {}
    return found


def _cell(
    row: Row, name: str, called: Mapping[str, tuple[str, str]], release: OpenRelease, most: float
) -> View:
    """Return a cell; `bar` is its share of the greatest number of a chart, in percent."""
    cell = row.get(name)
    if cell is None:
        return {"text": ""}
    value = cell["value"]
    if cell["type"] == "uri":
        text, tag = called.get(value, (prefixed(value), ""))
        path, thing = "", release.iris.split(value)
        if value.startswith(release.iris.base):
            path = link("/".join(thing) if thing else value[len(release.iris.base) :])
        return {"text": text, "lang": tag, "iri": value, "path": path, "named": value in called}
    bar = f"{100 * _number(row, name) / most:.3g}" if most > 0 else ""
    return {
        "text": value if cell["type"] == "literal" else f"_:{value}",
        "lang": cell.get("xml:lang", ""),
        "number": _is_number(row, name),
        "bar": bar,
    }


def _is_number(row: Row, name: str) -> bool:
    return name in row and row[name].get("datatype", "") in _NUMERIC


def _number(row: Row, name: str) -> float:
    try:
        found = float(row[name]["value"])
    except (KeyError, ValueError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def _barred(query: ExampleQuery, names: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the column whose numbers are shown as bars too, empty if there is none."""
    if query.result != "chart":
        return ""
    return next((n for n in names if any(_is_number(row, n) for row in rows[:SHOWN])), "")


def _points(rows: Sequence[Row]) -> list[View]:
    """Return the places of an answer that has latitudes and longitudes."""
    found = []
    for row in rows:
        if not {"lat", "long", "wktLabel", "city"} <= row.keys():
            continue
        key = row["city"]["value"].rpartition("/")[2]
        found.append(
            {
                "key": key,
                "label": row["wktLabel"]["value"],
                "lat": _number(row, "lat"),
                "lon": _number(row, "long"),
                "path": link(f"city/{key}"),
            }
        )
    return found


def nearest_links(
    query: ExampleQuery,
    pairs: Sequence[tuple[str, str]],
    error: UnknownChoice,
    release: OpenRelease,
    lang: str,
) -> list[View]:
    """Return this request with each of the nearest values, or names, in the place of a wrong one.

    Arguments: `pairs` are the fields of the request.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    wrong, found = (error.parameter, error.value.strip()), []
    for value, label in error.nearest:
        changed = [
            ((name, value) if name in known else (value, text))
            if (name, text.strip()) == wrong
            else (name, text)
            for name, text in pairs
        ]
        named = known.get(error.parameter if error.parameter in known else value)
        if named is not None:
            label = (
                _called(named, value, release, lang)
                if error.parameter in known
                else best(named.labels, lang)[0]
            )
        path = f"{link(f'queries/{query.name}')}?{urlencode(changed)}"
        found.append({"label": label, "value": value, "path": path})
    return found
