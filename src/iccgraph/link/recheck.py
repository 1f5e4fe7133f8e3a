"""Looks at accepted links again: whether the item is still there, the same, and our place.

Changes nothing; what it finds is for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from iccgraph.link.classes import KIND_OF, classes_of
from iccgraph.link.evidence import ALIAS, country_of, ended, kilometres, name_fit
from iccgraph.link.items import Item
from iccgraph.link.things import Thing
from iccgraph.publish.records import Link

FAR = 25.0
"""From this distance on, two positions are not those of one place. Units: kilometres."""
FAR_REGION = 60.0
"""The same for what is large: the middle of an island or region can be put in many places."""
FRESH_DAYS = 1.0
"""How old an answer may be that tells the present state. Units: days."""


def recheck(
    links: Iterable[Link],
    things: Mapping[str, Thing],
    items: Mapping[str, Item],
    countries: Mapping[str, frozenset[str]],
    today: date,
) -> list[str]:
    """Return what has changed about the accepted links, one line each, in their order."""
    found: list[str] = []
    now_at: dict[str, Link] = {}
    for link in links:
        item = items[link.item]
        texts = _changes(things[link.thing], item, countries, today)
        other = now_at.setdefault(item.id, link)
        if other is not link and not item.missing:
            texts.append(f"is now the same item as that of {other.thing}")
        place = f"{link.origin.source}:{link.origin.row}: {link.thing} wikidata:{link.item}"
        found += [f"{place}: {text}" for text in texts]
    return found


def _changes(
    thing: Thing, item: Item, countries: Mapping[str, frozenset[str]], today: date
) -> list[str]:
    if item.missing:
        return ["the item was deleted; find out why, and reject the row or link another item"]
    found = []
    if item.merged:
        found.append(f"was merged into {item.id}; check that one, and correct the row")
    if any(KIND_OF.get(name) == "internal" for name in classes_of(item)):
        found.append("is now a page of Wikimedia’s own, such as a disambiguation page")
    if ended(item, today):
        found.append("was dissolved")
    if name_fit(thing, item)[0] < ALIAS:
        found.append(f"is now called “{item.label()}”")
    if thing.kind == "topic":
        return found
    if country_of(thing, item, countries) == "differs":
        found.append("is in another country now")
    there = item.position
    if there is not None and thing.box is not None and not thing.box.holds(there):
        found.append("lies outside the country’s box")
    if there is not None and thing.position is not None:
        km = kilometres(thing.position, there)
        wide = thing.place in ("island", "region", "canton")
        if km > (FAR_REGION if wide else FAR):
            found.append(f"lies {km:.0f} km from our position")
    return found
