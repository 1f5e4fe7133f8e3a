"""What a person needs to judge a link: both sides of an open one, and what has changed since.

Changes nothing, and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from iccgraph.link.classes import KIND_OF, classes_of
from iccgraph.link.evidence import country_of, ended, kilometres, wikipedias
from iccgraph.link.items import Item, Position
from iccgraph.link.names import ALIAS, name_fit
from iccgraph.link.statements import latest_population
from iccgraph.link.things import Thing
from iccgraph.publish.records import Link

FAR = 25.0
"""From this distance on, two positions are not those of one place. Units: kilometres."""
FAR_REGION = 60.0
"""The same for what is large: the middle of an island or region can be put in many places."""
FRESH_DAYS = 1.0
"""How old an answer may be that tells the present state. Units: days."""


def compare(
    thing: Thing, item: Item | None, countries: Mapping[str, frozenset[str]]
) -> list[tuple[str, str, str]]:
    """Return what is known of both sides; only ours, if Wikidata could not be asked.

    Returns: what each line is about, what our tables say of it, and what Wikidata says.
    """
    ours = {
        "name": thing.label,
        "other names": ", ".join(thing.names[1:6]),
        "kind": thing.place,
        "country": thing.country,
        "position": _position(thing.position),
        "GeoNames": str(thing.geonames_id or ""),
    }
    theirs = _theirs(thing, item, countries) if item is not None else {}
    return [(about, ours.get(about, ""), theirs.get(about, "")) for about in (ours | theirs)]


def _theirs(thing: Thing, item: Item, countries: Mapping[str, frozenset[str]]) -> dict[str, str]:
    if item.missing:
        return {"name": f"{item.requested} does not exist"}
    names = dict.fromkeys((*item.labels.values(), *item.aliases.get("en", ())))
    position = _position(item.position)
    if item.position is not None and thing.position is not None:
        position += f", {kilometres(thing.position, item.position):.1f} km away"
    inhabitants = latest_population(item.best("P1082"))
    dated = f" ({inhabitants.at})" if inhabitants and inhabitants.at else ""
    return {
        "name": item.label() + (f" (merged into {item.id})" if item.merged else ""),
        "other names": ", ".join([name for name in names if name != item.label()][:5]),
        "kind": item.descriptions.get("en", ""),
        "country": ", ".join(
            "/".join(sorted(countries.get(country, ()))) or country for country in item.texts("P17")
        ),
        "position": position,
        "GeoNames": ", ".join(item.texts("P1566")),
        "inhabitants": f"{inhabitants.value}{dated}" if inhabitants else "",
        "dissolved": ", ".join(str(s.value or "yes") for s in item.statements.get("P576", ())),
        "Wikipedias": str(wikipedias(item)),
    }


def _position(position: Position | None) -> str:
    return f"{position.lat:.4f}, {position.lon:.4f}" if position else ""


def obstacle(link: Link, accepted: Iterable[Link]) -> str:
    """Return why the link cannot be accepted beside the accepted ones, empty if it can."""
    for other in accepted:
        if other.thing == link.thing:
            return f"{link.thing} is {other.item} already; reject one of the two"
        if other.item == link.item:
            return f"{link.item} is {other.thing} already; reject one of the two"
    return ""


def recheck(
    links: Iterable[Link],
    things: Mapping[str, Thing],
    items: Mapping[str, Item],
    countries: Mapping[str, frozenset[str]],
    today: date,
) -> list[str]:
    """Return what has changed about the accepted links, one line each, in their order."""
    lines: list[str] = []
    now_at: dict[str, Link] = {}
    for link in links:
        item = items[link.item]
        texts = _changes(things[link.thing], item, countries, today)
        other = now_at.setdefault(item.id, link)
        if other is not link and not item.missing:
            texts.append(f"is now the same item as that of {other.thing}")
        place = f"{link.origin.source}:{link.origin.row}: {link.thing} wikidata:{link.item}"
        lines += [f"{place}: {text}" for text in texts]
    return lines


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
