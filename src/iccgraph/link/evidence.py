"""What speaks for an item being a thing of ours, and how much; pure, asks nobody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from iccgraph.iris import fold
from iccgraph.link.classes import FIT
from iccgraph.link.items import Item, Position
from iccgraph.link.things import Thing

WEIGHTS = {"name": 0.30, "distance": 0.25, "kind": 0.20, "wikis": 0.15, "geonames": 0.10}
"""What each part of the evidence counts; together 1."""
NEAR = {"borough": 6.0, "canton": 60.0, "island": 60.0, "region": 60.0}
"""How far apart the two positions may be. Units: kilometres."""
NEAR_ELSE = 15.0
EXACT, FOLDED, FOREIGN, ALIAS, BARE, SIMILAR = 1.0, 0.97, 0.92, 0.88, 0.75, 0.6
"""How well a name fits: letter by letter; accents apart; a label elsewhere; an alias; without the
words for its kind; nearly."""
MANY_WIKIS = 150
_BOTS = {f"{name}wiki" for name in ("ceb", "sv", "war", "arz", "azb", "min", "zh_min_nan", "ce")}
"""Wikipedias whose articles on places were mostly made by programs, duplicates among them."""
_NO_WIKIPEDIA = {f"{n}wiki" for n in ("commons", "species", "wikidata", "meta", "sources", "media")}
_KIND_WORDS = {
    *("borough", "canton", "city", "comune", "commune", "county", "council", "district"),
    *("island", "kommun", "kommune", "london", "metropolitan", "municipality", "province"),
    *("raion", "region", "town", "ville", "of", "the", "de", "gu"),
}


@dataclass(frozen=True, slots=True)
class ItemCandidate:
    """One item that a thing could be, and what speaks for it.

    `country` is agrees, differs or unknown; `excluded` is True if it cannot be the thing at all.
    Units: `km` kilometres, None where one of the two has no position.
    """

    item: Item
    country: str
    kinds: frozenset[str]
    fit: float
    name: float
    matched_name: str
    km: float | None
    near: bool
    geonames: bool
    wikis: int
    score: float
    excluded: bool

    @property
    def possible(self) -> float:
        """Return the score if what Wikidata does not say spoke for the item."""
        place = 0.0 if self.item.position else WEIGHTS["distance"]
        return self.score + place + (0.0 if self.kinds else WEIGHTS["kind"])


def kilometres(one: Position, other: Position) -> float:
    """Return the distance of two positions on a globe (haversine). Units: kilometres."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (other_lat - lat) / 2, math.radians(other.lon - one.lon) / 2
    a = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(half_lon) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(a)))


def weigh(
    thing: Thing,
    item: Item,
    kinds: frozenset[str],
    countries: Mapping[str, frozenset[str]],
    today: date,
) -> ItemCandidate:
    """Return what speaks for the item; `countries` has the ISO codes of the items of countries."""
    country = country_of(thing, item, countries)
    name, matched = name_fit(thing, item)
    km, closeness = _distance(thing, item)
    fit = max((FIT.get(thing.place, {}).get(kind, 0.0) for kind in kinds), default=0.0)
    geonames = str(thing.geonames_id) in item.texts("P1566")
    wikis = wikipedias(item)
    parts = {
        "name": name,
        "distance": closeness,
        "kind": fit,
        "wikis": min(1.0, math.log1p(wikis) / math.log1p(MANY_WIKIS)),
        "geonames": float(geonames),
    }
    return ItemCandidate(
        item=item,
        country=country,
        kinds=kinds,
        fit=fit,
        name=name,
        matched_name=matched,
        km=km,
        near=closeness > 0,
        geonames=geonames,
        wikis=wikis,
        score=round(sum(WEIGHTS[part] * value for part, value in parts.items()), 4),
        excluded=_excluded(thing, item, kinds, country, today),
    )


def country_of(thing: Thing, item: Item, countries: Mapping[str, frozenset[str]]) -> str:
    """Return agrees, differs or unknown: whether the item's country is that of the thing."""
    if thing.kind == "topic":
        return "unknown"
    if thing.kind == "country":
        codes, codes3 = item.texts("P297"), item.texts("P298")
        if not codes:
            return "unknown"
        same = thing.country in codes and (not codes3 or thing.iso3 in codes3)
        return "agrees" if same else "differs"
    stated = [countries.get(country, frozenset()) for country in item.texts("P17")]
    if any(thing.country in codes for codes in stated):
        return "agrees"
    return "differs" if any(stated) else "unknown"


def ended(item: Item, today: date) -> bool:
    """True if the item was dissolved; a day to come does not count yet."""
    days = [s.value for s in item.statements.get("P576", ())]
    return any(not isinstance(day, str) or day <= today.isoformat() for day in days)


def _excluded(thing: Thing, item: Item, kinds: frozenset[str], country: str, today: date) -> bool:
    if item.missing or "internal" in kinds or ended(item, today) or country == "differs":
        return True
    # a topic is neither a place nor belongs to one
    placed = item.statements.get("P625") or item.statements.get("P17")
    return thing.kind == "topic" and bool(placed)


def wikipedias(item: Item) -> int:
    """Return how many Wikipedias have an article that people are likely to have written."""
    sites = {site for site in item.sitelinks if site.endswith("wiki")}
    return len(sites - _BOTS - _NO_WIKIPEDIA)


def _distance(thing: Thing, item: Item) -> tuple[float | None, float]:
    """Return the distance, and what it counts, from 0 (too far or not known) to 1."""
    there = item.position
    if there is not None and thing.box is not None:
        return None, float(thing.box.holds(there))
    if there is None or thing.position is None:
        return None, 0.0
    km, limit = kilometres(thing.position, there), NEAR.get(thing.place, NEAR_ELSE)
    return km, 0.0 if km > limit else 1.0 - 0.5 * max(0.0, km - 2.0) / limit


def name_fit(thing: Thing, item: Item) -> tuple[float, str]:
    """Return how well the best of the item's names fits one of ours, and that name."""
    ours, folded = set(thing.names), {fold(name) for name in thing.names}
    at_home = {"en", "fr", "mul", *thing.languages}
    best: tuple[float, str] = (0.0, "")
    for language, label in item.labels.items():
        if language in at_home and label in ours:
            fit = EXACT
        elif fold(label) in folded:
            fit = FOLDED if language in at_home else FOREIGN
        else:
            fit = _nearly(label, folded)
        best = max(best, (fit, label))
    for names in item.aliases.values():
        for alias in names:
            fit = ALIAS if fold(alias) in folded else _nearly(alias, folded)
            best = max(best, (fit, alias))
    return best


def _nearly(name: str, folded: set[str]) -> float:
    plain = fold(name)
    bare = _bare(plain)
    if bare and any(bare == _bare(other) for other in folded):
        return BARE
    return SIMILAR if any(fuzz.ratio(plain, other) >= 90 for other in folded) else 0.0


def _bare(folded: str) -> str:
    return " ".join(word for word in folded.split() if word not in _KIND_WORDS)
