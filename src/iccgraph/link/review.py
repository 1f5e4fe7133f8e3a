"""The open links one after the other, with what is known of both sides, for a person to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from iccgraph.link.evidence import kilometres, wikipedias
from iccgraph.link.items import Item, Position
from iccgraph.link.rows import reviewed_row
from iccgraph.link.statements import latest_population
from iccgraph.link.things import Subject
from iccgraph.publish.records import Link
from iccgraph.tables.edit import Ledger


@dataclass(frozen=True, slots=True)
class Side:
    """One line of the comparison: what it is about, what we say, what Wikidata says."""

    about: str
    ours: str
    theirs: str


def compare(
    subject: Subject, item: Item | None, countries: Mapping[str, frozenset[str]]
) -> list[Side]:
    """Return what is known of both sides; only ours, if Wikidata could not be asked."""
    ours = _ours(subject)
    theirs = _theirs(subject, item, countries) if item is not None else {}
    return [Side(about, ours.get(about, ""), theirs.get(about, "")) for about in (ours | theirs)]


def _ours(subject: Subject) -> dict[str, str]:
    return {
        "name": subject.label,
        "other names": ", ".join(subject.names[1:6]),
        "kind": subject.place,
        "country": subject.country,
        "position": _position(subject.position),
        "GeoNames": str(subject.geonames_id or ""),
    }


def _theirs(
    subject: Subject, item: Item, countries: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    if item.missing:
        return {"name": f"{item.asked} does not exist"}
    names = dict.fromkeys((*item.labels.values(), *item.aliases.get("en", ())))
    position = _position(item.position)
    if item.position is not None and subject.position is not None:
        position += f", {kilometres(subject.position, item.position):.1f} km away"
    inhabitants = latest_population(item.best("P1082"))
    dated = f" ({inhabitants.at})" if inhabitants and inhabitants.at else ""
    return {
        "name": item.label() + (f" (merged into {item.id})" if item.merged else ""),
        "other names": ", ".join([name for name in names if name != item.label()][:5]),
        "kind": item.descriptions.get("en", ""),
        "country": ", ".join(
            "/".join(sorted(countries.get(number, ()))) or number for number in item.texts("P17")
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

    def __init__(self, ledger: Ledger, links: Sequence[Link], reviewer: str, today: date) -> None:
        """Take the links as the table has them now."""
        self.ledger, self.reviewer, self.today = ledger, reviewer, today
        self._place_of = {link.identity: link for link in links if link.status == "accepted"}
        self._item_of = {link.subject: link for link in links if link.status == "accepted"}

    def obstacle(self, link: Link) -> str:
        """Return why the link cannot be accepted as the table stands, empty if it can."""
        if (other := self._item_of.get(link.subject)) is not None:
            return f"{link.subject} is {other.identity} already; reject one of the two"
        if (other := self._place_of.get(link.identity)) is not None:
            return f"{link.identity} is {other.subject} already; reject one of the two"
        return ""

    def decide(self, link: Link, subject: Subject, accepted: bool) -> None:
        """Write the decision into the table at once.

        Raises: SourceError if the table cannot be written; then it is as it was.
        """
        self.ledger.put(reviewed_row(link, subject, accepted, self.reviewer, self.today))
        self.ledger.save()
        if accepted:
            self._item_of[link.subject] = self._place_of[link.identity] = link
