"""The pages that a reader may have meant by an address that leads nowhere."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlencode

from flask import current_app, request

from iccgraph.errors import UnknownChoice
from iccgraph.formats import COLLECTION_FORMATS, DOCUMENT_FORMATS, RESULT_FORMATS
from iccgraph.iris import COLLECTIONS, KINDS, fold
from iccgraph.languages import best
from iccgraph.release.facets import FACETS
from iccgraph.serve.context import language, link, serving, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.describe import exists
from iccgraph.serve.dataset.explore import OPTION_NAMES, VIEWS
from iccgraph.serve.dataset.nearest import LIKELY, LONGEST, nearest
from iccgraph.serve.dataset.open import ThingKey
from iccgraph.serve.dataset.selection import SINGLE
from iccgraph.serve.pages.list_views import label_of
from iccgraph.serve.reconcile.entities import KINDS as NAMED
from iccgraph.serve.reconcile.query import Query
from iccgraph.serve.routes.downloads import dumps
from iccgraph.serve.routes.vocabulary import EXPLANATIONS

MOST: Final = 5
_MOST_KEYS: Final = 500
"""Keys that begin alike are looked through up to so many."""
_SURE: Final = 86.0
"""Things of another kind than the address names are suggested from this likeness on."""
_BEGINNING, _SPOILT = 3, 3
"""The letters of a key that are right at the least, and those that are wrong at its end."""
_KINDS: Final = frozenset(KINDS)
_FEW: Final = tuple(kind for kind in NAMED if kind != "practice")
_FORMATS: Final = (*DOCUMENT_FORMATS, *COLLECTION_FORMATS, *RESULT_FORMATS)
_ENDINGS: Final = {format_.name for format_ in _FORMATS}


def suggestions() -> list[dict[str, Any]]:
    """Return the pages nearest to this request's path, the likeliest first; often there is none.

    Each has a label with its language, a path and a whole address, and of a thing what it is.
    """
    parts = [unquote(part) for part in request.path.strip("/").split("/")]
    last, dot, ending = parts[-1].rpartition(".")
    if dot and ending in _ENDINGS:
        parts[-1] = last
    if parts == [""] or sum(map(len, parts)) > LONGEST:
        return []
    try:
        if _KINDS.isdisjoint(parts[:-1]) and (pages := _pages(parts)) is not None:
            return pages
        return [_thing(*thing) for thing in _things(parts)]
    except (sqlite3.Error, OSError):  # the release is damaged, which others tell
        return []


def choices(error: UnknownChoice) -> list[dict[str, Any]]:
    """Return this request with each of the nearest choices in the place of the one there is not."""
    wrong, found = error.parameter, []
    is_name = wrong not in (*FACETS, *SINGLE, *OPTION_NAMES)
    release, kind = serving().release, "city" if wrong in ("near", "itself") else wrong
    shown, called = label_of(release, wrong, language()), release.called(language())
    given = list(request.args.items(multi=True))
    for value, label in error.nearest:
        if is_name:
            arguments = [(value if name == wrong else name, text) for name, text in given]
        else:
            here = [name == wrong and text.strip() == error.value for name, text in given]
            arguments = [
                (name, value if hit else text)
                for (name, text), hit in zip(given, here, strict=True)
            ]
        path = f"{link(request.path)}?{urlencode(arguments)}"
        text = shown(value) if wrong in (*FACETS, "near", "scheme") else label
        _, tag = called.get((kind, value), ("", ""))
        found.append({"value": value, "label": text, "lang": tag, "path": path, "kind": ""})
    return found


def _things(parts: Sequence[str]) -> list[ThingKey]:
    """Return the things that the parts of a path may mean."""
    kinds = [place for place, part in enumerate(parts[:-1]) if part in KINDS]
    if not kinds:
        return _called(parts[-1], _FEW)
    kind, key = parts[kinds[0]], "/".join(parts[kinds[0] + 1 :])
    if kind == "city-topic":
        return _city_topics(*key.partition("/")[::2])
    if kind not in NAMED or (kind == "practice" and serving().reconciler.catalogue.large):
        return _with_key(kind, key)
    return _called(key, (kind, *(other for other in _FEW if other != kind)))


def _called(name: str, kinds: Sequence[str]) -> list[ThingKey]:
    """Return the things of some kinds that have such a name, those of the first kind first."""
    found = serving().reconciler.candidates(Query(fold(name), tuple(kinds), limit=8 * MOST))
    first = kinds[0]
    likely = [c for c in found if c.score >= (LIKELY if c.entity.kind == first else _SURE)]
    likely.sort(key=lambda c: (not c.exact, c.entity.kind != first, -c.score))
    return [(c.entity.kind, c.entity.key) for c in likely[:MOST]]


def _city_topics(city: str, topic: str) -> list[ThingKey]:
    """Return the links that there are of such cities and topics, else these by themselves."""
    cities, topics = _called(city, ("city",)), _called(topic, ("topic",))
    pairs = [f"{c}/{t}" for (_, c), (_, t) in itertools.product(cities, topics)]
    release = serving().release
    found = [("city-topic", pair) for pair in pairs if exists(release, "city-topic", pair)]
    return (found or [*cities, *topics])[:MOST]


def _with_key(kind: str, key: str) -> list[ThingKey]:
    """Return things of a kind with a key that begins as this one does, and is like it."""
    whole = fold(key).replace(" ", "-")
    for length in sorted({len(whole) - _SPOILT, len(whole) // 2, _BEGINNING}, reverse=True):
        start = whole[: max(length, _BEGINNING)]
        rows = serving().release.index.execute(
            "SELECT key, label FROM thing WHERE kind = ? AND key >= ? AND key < ? LIMIT ?",
            (kind, start, f"{start}\uffff", _MOST_KEYS),
        )
        if near := nearest(key, {k: (k, label) for k, label in rows}, MOST):
            return [(kind, one) for one in near]
    return []


def _thing(kind: str, key: str) -> dict[str, Any]:
    """Return what the page shows of a thing."""
    lang, reconciler = language(), serving().reconciler
    entity = reconciler.catalogue.get(f"{kind}/{key}")
    what, place = reconciler.about(entity, lang) if entity is not None else (kind, "")
    if kind == "city-topic":
        scheme = serving().release.schemes.get(key.rpartition("/")[2], "")
        place = listing.label(serving().release, "scheme", scheme, lang)
    label, tag = listing.named(serving().release, kind, key, lang)
    if entity is not None and not label:
        label, tag = best(entity.labels, lang)
    return {"kind": what, "place": place, **_link(f"{kind}/{key}", label or key, tag)}


def _pages(parts: Sequence[str]) -> list[dict[str, Any]] | None:
    """Return the pages and downloads with such an address: none for one that is right itself.

    It is None if no address is like it.
    """
    here, addresses = "/".join(parts), list(_addresses())
    if request.path.removeprefix("/") in addresses:
        return []
    found = nearest(here, {path: (path, *_other_names(path)) for path in addresses}, MOST)
    return [{"kind": "", "place": "", **_link(path, f"/{path}", "")} for path in found] or None


def _addresses() -> Iterable[str]:
    """Yield the paths of the pages that stand at one address, and of the downloads."""
    yield from (*COLLECTIONS, *EXPLANATIONS, *(f"explore/{view}" for view in VIEWS))
    for rule in current_app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or ()) and not rule.rule.startswith("/."):
            yield rule.rule.removeprefix("/")
    yield from (f"data/{name}" for name in dumps())
    yield from (f"queries/{query.name}" for query in serving().release.queries)


def _other_names(path: str) -> tuple[str, ...]:
    """Return what else a reader may take the address of a page to be: its end, or one thing."""
    return (path.rpartition("/")[2], COLLECTIONS.get(path, ""))


def _link(path: str, label: str, tag: str) -> dict[str, str]:
    return {"label": label, "lang": tag, "path": link(path), "url": site(path)}
