"""The open links one after the other, with what is known of both sides, for a person to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from iccgraph.link.decide import reviewed_row
from iccgraph.link.evidence import kilometres, wikipedias
from iccgraph.link.items import Item, Position
from iccgraph.link.statements import latest_population
from iccgraph.link.things import Thing
from iccgraph.publish.records import Link
from iccgraph.tables.edit import TableEditor


@dataclass(frozen=True, slots=True)
class Side:
    """One line of the comparison: what it is about, what our tables say, what Wikidata says."""

    about: str
    ours: str
    theirs: str


def compare(thing: Thing, item: Item | None, countries: Mapping[str, frozenset[str]]) -> list[Side]:
    """Return what is known of both sides; only ours, if Wikidata could not be asked."""
    ours = _ours(thing)
    theirs = _theirs(thing, item, countries) if item is not None else {}
    return [Side(about, ours.get(about, ""), theirs.get(about, "")) for about in (ours | theirs)]


def _ours(thing: Thing) -> dict[str, str]:
    return {
        "name": thing.label,
        "other names": ", ".join(thing.names[1:6]),
        "kind": thing.place,
        "country": thing.country,
        "position": _position(thing.position),
        "GeoNames": str(thing.geonames_id or ""),
    }


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


class Review:
    """The open rows of the table, and what may be done with them."""

    def __init__(
        self, editor: TableEditor, links: Sequence[Link], reviewer: str, today: date
    ) -> None:
        self.editor, self.reviewer, self.today = editor, reviewer, today
        self._place_of = {link.item: link for link in links if link.status == "accepted"}
        self._item_of = {link.thing: link for link in links if link.status == "accepted"}

    def obstacle(self, link: Link) -> str:
        """Return why the link cannot be accepted as the table stands, empty if it can."""
        if (other := self._item_of.get(link.thing)) is not None:
            return f"{link.thing} is {other.item} already; reject one of the two"
        if (other := self._place_of.get(link.item)) is not None:
            return f"{link.item} is {other.thing} already; reject one of the two"
        return ""

    def decide(self, link: Link, thing: Thing, accepted: bool) -> None:
        """Write the decision into the table at once.

        Raises: SourceError if the table cannot be written; then it is as it was.
        """
        self.editor.put(reviewed_row(link, thing, accepted, self.reviewer, self.today))
        self.editor.save()
        if accepted:
            self._item_of[link.thing] = self._place_of[link.item] = link
