"""When an item is certain enough to be accepted without a person, and the rows of the decision.

Country, kind and distance must agree, the name must be the item's own, people must have written
about it, and no other item may come close. Whatever fails this is a candidate for a person.
Pure: asks nobody. Writes: the columns of links.csv, which are those of SSSOM,
https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from iccgraph import __version__
from iccgraph.link.evidence import ALIAS, BARE, EXACT, FOREIGN, ItemCandidate
from iccgraph.link.things import Thing
from iccgraph.publish.records import Link
from iccgraph.publish.sources.decisions import ACCEPTANCE, PREDICATES
from iccgraph.tables.text import damage

ENOUGH_SCORE, ENOUGH_FIT, ENOUGH_NAME, ENOUGH_WIKIS = 0.75, 0.9, ALIAS, 4
LEAD = 0.08
"""How far the best must be ahead of the next that could be it too."""
GREAT_CITY = 60
"""Wikipedias about a city that surely stands for its municipality; a town may be its seat only."""
LEAST = 0.45
"""The least score of a candidate that is worth a person's time."""
LEAST_OF_A_TOPIC = 0.25
"""The same for a topic, which has no position and no kind of place to score."""
MOST_CANDIDATES = 3
CERTAIN = 0.95
"""The most confidence that a program may have."""
BY_PERSON = 0.99
"""The confidence of a person who has compared both; nobody is never wrong."""
TOOL = f"iccgraph link {__version__}"
SOURCE = "Wikidata"
KEY = ("subject_id", "object_id")
"""The columns of links.csv that tell its rows apart."""
LinkRow = dict[str, str]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found about one thing: the accepted item, or candidates and why none of them is."""

    thing: Thing
    accepted: ItemCandidate | None
    candidates: tuple[ItemCandidate, ...]
    reason: str


def decide(thing: Thing, candidates: Iterable[ItemCandidate], taken: Mapping[str, str]) -> Proposal:
    """Return the decision; `taken` says which items are accepted for other things already."""
    possible = [c for c in candidates if not c.excluded]
    if not possible:
        return Proposal(thing, None, (), "nothing was found")
    possible.sort(key=lambda c: (-c.score, len(c.item.id), c.item.id))
    best = possible[0]
    reason = _doubt(thing, best) or _rival(best, possible[1:])
    if not reason and best.item.id in taken:
        reason = f"it is {taken[best.item.id]} already"
    if not reason:
        return Proposal(thing, best, (), "")
    least = LEAST_OF_A_TOPIC if thing.kind == "topic" else LEAST
    worth = [c for c in possible if c.score >= least and (c.name >= BARE or c.geonames)]
    return Proposal(thing, None, tuple(worth[:MOST_CANDIDATES]), reason)


def one_each(decisions: Iterable[Proposal]) -> list[Proposal]:
    """Return the decisions, with no item accepted for two things: both are left to a person."""
    listed = list(decisions)
    holders: dict[str, list[str]] = {}
    for decision in listed:
        if decision.accepted is not None:
            holders.setdefault(decision.accepted.item.id, []).append(decision.thing.id)
    checked = []
    for decision in listed:
        best = decision.accepted
        if best is not None and len(names := holders[best.item.id]) > 1:
            others = ", ".join(name for name in names if name != decision.thing.id)
            reason = f"{others} could be it too"
            decision = replace(decision, accepted=None, candidates=(best,), reason=reason)
        checked.append(decision)
    return checked


def _doubt(thing: Thing, best: ItemCandidate) -> str:
    """Return what keeps the best item from being accepted, empty if nothing does."""
    if thing.kind == "topic":
        return "a topic is for a person to judge"
    if best.country != "agrees":
        return "its country is not known"
    if best.fit < ENOUGH_FIT:
        return "it is another kind of place" if best.kinds else "its kind is not known"
    if best.fit < 1 and best.wikis < GREAT_CITY:
        return "it may be only the seat"
    if not best.near:
        return "its position is not known" if best.km is None else f"it is {best.km:.0f} km away"
    if best.name < (FOREIGN if thing.kind == "country" else ENOUGH_NAME):
        return "it is called otherwise"
    if best.wikis < ENOUGH_WIKIS:
        return "hardly anybody has written about it"
    return "the evidence is too weak" if best.score < ENOUGH_SCORE else ""


def _rival(best: ItemCandidate, others: Iterable[ItemCandidate]) -> str:
    for other in others:
        close = best.score - other.possible < LEAD and not _is_bot_duplicate(best, other)
        if _could_be_it(other) and (close or _both_named(best, other)):
            return f"{other.item.id} could be it too"
    return ""


def _both_named(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if our table has the names of both, such as Melton and City of Melton."""
    return best.name == other.name == EXACT and best.matched_name != other.matched_name


def _could_be_it(other: ItemCandidate) -> bool:
    far = other.km is not None and not other.near
    return other.name >= BARE and not far and (not other.kinds or other.fit >= 0.5)


def _is_bot_duplicate(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if the other is a program’s duplicate: same name and place, no readers."""
    unread = other.wikis < ENOUGH_WIKIS and best.wikis >= 4 * max(1, other.wikis)
    return unread and other.fit <= best.fit


def _confidence(candidate: ItemCandidate, accepted: bool) -> float:
    """Return how sure the program is, from 0 to 1; an open candidate stays below the line."""
    if accepted:
        return max(ACCEPTANCE, round(min(CERTAIN, candidate.score), 2))
    return min(round(candidate.score, 2), round(ACCEPTANCE - 0.01, 2))


def _in_words(candidate: ItemCandidate, doubt: str) -> str:
    """Return the evidence as one line that a person can judge."""
    name = candidate.matched_name or candidate.item.label()
    parts = [
        # a name that the reader of the table would refuse is not written into it
        f"“{candidate.item.id if damage(name) else name}”",
        {"agrees": "same country", "differs": "other country"}.get(candidate.country, ""),
        "/".join(sorted(candidate.kinds)) or "kind unknown",
        "position unknown" if candidate.item.position is None else "",
        f"{candidate.km:.1f} km" if candidate.km is not None else "",
        "same GeoNames number" if candidate.geonames else "",
        f"{candidate.wikis} Wikipedias",
        f"not accepted by itself: {doubt}" if doubt else "",
    ]
    return "; ".join(part for part in parts if part)


def decision_rows(decision: Proposal, known: Iterable[Link], today: date) -> list[LinkRow]:
    """Return the rows that a decision adds, or changes because a program had left them open."""
    thing = decision.thing
    links = {link.item: link for link in known if link.thing == thing.id}
    if (best := decision.accepted) is not None:
        link = links.get(best.item.id)
        changeable = link is None or (link.status == "open" and not link.reviewed)
        return [_proposal(thing, best, "", today, link)] if changeable else []
    return [
        _proposal(thing, candidate, decision.reason, today)
        for candidate in decision.candidates
        if candidate.item.id not in links
    ]


def _proposal(
    thing: Thing, candidate: ItemCandidate, doubt: str, today: date, earlier: Link | None = None
) -> LinkRow:
    """Return the row of a program's decision; the sources and comment of an earlier one stay."""
    sources = [*(earlier.sources if earlier else ()), SOURCE]
    comments = [_in_words(candidate, doubt), earlier.comment if earlier else ""]
    return _row(
        *(thing, candidate.item.id, today, _confidence(candidate, accepted=not doubt)),
        status="open" if doubt else "accepted",
        mapping_justification="semapv:CompositeMatching",
        mapping_source="|".join(dict.fromkeys(sources)),
        comment=". Before: ".join(c for c in comments if c),
        mapping_tool=TOOL,
        reviewer_label="",
    )


def reviewed_row(link: Link, thing: Thing, accepted: bool, reviewer: str, today: date) -> LinkRow:
    """Return an open row as a person has decided it."""
    return _row(
        *(thing, link.item, today, BY_PERSON if accepted else 0.0),
        status="accepted" if accepted else "rejected",
        mapping_justification=f"semapv:{'ManualMappingCuration' if accepted else 'MappingReview'}",
        mapping_source="|".join(link.sources),
        comment=link.comment,
        mapping_tool=link.tool,
        reviewer_label=reviewer,
    )


def _row(thing: Thing, item: str, today: date, sure: float, **others: str) -> LinkRow:
    cells = {
        "subject_id": thing.id,
        "subject_label": thing.label,
        "predicate_id": PREDICATES[thing.kind],
        "object_id": f"wikidata:{item}",
        "confidence": f"{sure:.2f}",
        "mapping_date": today.isoformat(),
        **others,
    }
    return {name: " ".join(cell.split()) for name, cell in cells.items()}
