"""The open links one after the other, with what is known of both sides, for a person to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iccgraph.link.evidence import kilometres, wikipedias
from iccgraph.link.items import Item, Position
from iccgraph.link.statements import latest_population
from iccgraph.link.things import Thing
from iccgraph.publish.records import Link


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
