"""What speaks for an item being a thing of ours, and how much; pure, asks nobody."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from iccgraph.link.classes import CONTRADICTION, FIT, PAST
from iccgraph.link.items import Item, Position
from iccgraph.link.names import name_fit
from iccgraph.link.things import Thing

# The number counted 0.10, more than the lead that the best item needs, so that it alone decided
# between two items of one name; yet GeoNames has most of its numbers for the seats of
# municipalities. The half of it went to the kind, by which seat and municipality differ.
WEIGHTS = {"name": 0.30, "distance": 0.25, "kind": 0.25, "wikis": 0.15, "geonames": 0.05}
"""What each part of the evidence counts; together 1."""
NEAR = {"borough": 6.0, "canton": 60.0, "island": 60.0, "region": 60.0}
"""How far apart the two positions may be to be those of one place. Units: kilometres."""
NEAR_ELSE = 15.0
CLOSE_ELSE = 8.0
"""How far apart they may be where nobody looks; villages of one name lie 10 km apart. As `NEAR`."""
MANY_WIKIS = 150
_BOTS = {f"{name}wiki" for name in ("ceb", "sv", "war", "arz", "azb", "min", "zh_min_nan", "ce")}
"""Wikipedias whose articles on places were mostly made by programs, duplicates among them."""
_NO_WIKIPEDIA = {f"{n}wiki" for n in ("commons", "species", "wikidata", "meta", "sources", "media")}


@dataclass(frozen=True, slots=True)
class ItemCandidate:
    """One item that a thing could be, and what speaks for it.

    `country` is agrees, differs or unknown; `best_fit` is that of the kind that fits best, `fit` is
    less where another kind contradicts; `near` is True if it may be the same place, `close` if
    no other of its name is to be expected so near; `past` is True if it is said to be a former one;
    `dropped` says why it cannot be the thing at all, empty if it can.
    Units: `km` kilometres, None where one of the two has no position.
    """

    item: Item
    country: str
    kinds: frozenset[str]
    fit: float
    best_fit: float
    name: float
    matched_name: str
    km: float | None
    near: bool
    close: bool
    geonames: bool
    wikis: int
    score: float
    past: bool
    dropped: str

    @property
    def possible(self) -> float:
        """Return the score if what Wikidata does not say, or says twice, spoke for the item."""
        place = 0.0 if self.item.position else WEIGHTS["distance"]
        kind = self.best_fit - self.fit if self.kinds else 1.0
        return self.score + place + WEIGHTS["kind"] * kind

    @property
    def without_number(self) -> float:
        """Return the score without the GeoNames number, which must not make the lead."""
        return self.score - (WEIGHTS["geonames"] if self.geonames else 0.0)


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
    fits = FIT.get(thing.place, {})
    best_fit = max((fits.get(kind, 0.0) for kind in kinds), default=0.0)
    fit = max(0.0, best_fit - CONTRADICTION) if kinds - fits.keys() - PAST else best_fit
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
        best_fit=best_fit,
        name=name,
        matched_name=matched,
        km=km,
        near=closeness > 0,
        close=closeness > 0 and (km is None or km <= NEAR.get(thing.place, CLOSE_ELSE)),
        geonames=geonames,
        wikis=wikis,
        score=round(sum(WEIGHTS[part] * value for part, value in parts.items()), 4),
        past="former" in kinds or _called_former(item),
        dropped=_dropped(thing, item, kinds, country, today),
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


def _called_former(item: Item) -> bool:
    texts = (*item.labels.values(), item.descriptions.get("en", ""))
    return any(re.match(r"former\b|.*\(former\b", text, re.IGNORECASE) for text in texts)


def _dropped(thing: Thing, item: Item, kinds: frozenset[str], country: str, today: date) -> str:
    """Return why an item cannot be the thing, empty if it can."""
    if item.missing:
        return "does not exist"
    if "internal" in kinds:
        return "is a page of Wikimedia’s own"
    if ended(item, today):
        return "was dissolved"
    if kinds and kinds <= PAST:
        return "is a former place"
    if country == "differs":
        return "is in another country"
    # a topic is neither a place nor belongs to one
    placed = item.statements.get("P625") or item.statements.get("P17")
    return "is a place" if thing.kind == "topic" and placed else ""


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
