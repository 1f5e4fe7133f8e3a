"""When an item is certain enough to be accepted without a person, and the rows of the decision.

Country, kind and distance must agree, the name must be the item's own, people must have written
about it, and no other item may come close, nor one that was dropped have our name or number.
Whatever fails this is a candidate for a person.
Pure: asks nobody. Writes: the columns of links.csv, which are those of SSSOM,
https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from iccgraph import __version__
from iccgraph.link.evidence import ItemCandidate
from iccgraph.link.names import ALIAS, BARE, EXACT, FOLDED, FOREIGN, FORM, PART
from iccgraph.link.things import Thing
from iccgraph.publish.records import Link
from iccgraph.publish.sources.decisions import ACCEPTANCE, PREDICATES
from iccgraph.tables.text import damage

ENOUGH_SCORE, ENOUGH_FIT, ENOUGH_NAME, ENOUGH_WIKIS = 0.75, 0.9, FOLDED, 4
LEAD = 0.08
"""How far the best must be ahead, its GeoNames number aside, of the next that could be it too."""
HALF_FIT = 0.5
"""From this on, an item may be of our kind."""
WELL_READ = 4
"""How many times the Wikipedias of another item show that it hardly counts beside the best."""
AT_THE_SPOT = 3.0
"""How near an item must be that has our name as an alias only. Units: kilometres."""
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
    found = sorted(candidates, key=lambda c: (-c.score, len(c.item.id), c.item.id))
    possible = [c for c in found if not c.dropped]
    if not possible:
        past = (f"{c.item.id} {c.dropped}" for c in found if c.name >= PART)
        return Proposal(thing, None, (), next(past, "nothing was found"))
    best = possible[0]
    reason = _doubt(thing, best) or _rival(thing, best, possible[1:])
    reason = reason or _dropped_rival(best, (c for c in found if c.dropped))
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
    if thing.kind == "city" and thing.position is None:
        return "our position is not known: fill lat and lon of its row in cities.csv"
    if thing.kind == "country" and thing.box is None:
        return "our box is not known: fill west, south, east and north in countries.csv"
    if best.country != "agrees":
        return "its country is not known"
    return (
        _doubt_of_kind(best)
        or _doubt_of_place(best)
        or _doubt_of_name(thing, best)
        or ("hardly anybody has written about it" if best.wikis < ENOUGH_WIKIS else "")
        or ("the evidence is too weak" if best.score < ENOUGH_SCORE else "")
    )


def _doubt_of_kind(best: ItemCandidate) -> str:
    if best.past:
        return "it is said to be a former one"
    if best.fit < ENOUGH_FIT:
        return "it is another kind of place" if best.kinds else "its kind is not known"
    return "it may be only the seat" if best.fit < 1 and best.wikis < GREAT_CITY else ""


def _doubt_of_place(best: ItemCandidate) -> str:
    if best.close:
        return ""
    if best.item.position is None:
        return "its position is not known"
    if best.km is None:
        return "it lies outside the country’s box"
    return f"it is {best.km:.0f} km away"


def _doubt_of_name(thing: Thing, best: ItemCandidate) -> str:
    if best.name >= (FOREIGN if thing.kind == "country" else ENOUGH_NAME):
        return ""
    if best.name < ALIAS or thing.kind == "country":
        return "it has a different name"
    there = best.km is not None and best.km <= AT_THE_SPOT
    # the number of a municipality is often that of its seat, and supports nothing but a great city
    counts = thing.place != "municipality" or ("city" in best.kinds and best.wikis >= GREAT_CITY)
    if counts and best.name in (FORM, PART) and best.geonames and there:
        return ""
    return {
        FOREIGN: "only its label in a language spoken elsewhere is our name",
        PART: "its name has an addition",
    }.get(best.name, "only an alias of it is our name")


def _rival(thing: Thing, best: ItemCandidate, others: Iterable[ItemCandidate]) -> str:
    for other in others:
        if thing.kind == "country" and other.name < FOREIGN:
            continue  # the kingdom of a country has its codes, and its name as an alias
        if _could_be_it(best, other) and (_is_close(best, other) or _both_named(best, other)):
            return f"{other.item.id} could be it too"
        if other.geonames and not best.geonames and other.near and other.fit == 1:
            return f"{other.item.id} has our GeoNames number"
    return ""


def _is_close(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if the other is as good but for little, or is of our very kind and the best is not."""
    if _is_bot_duplicate(best, other):
        return False
    better_kind = other.fit > best.fit and best.wikis < WELL_READ * other.wikis
    return better_kind or best.without_number - other.possible < LEAD


def _dropped_rival(best: ItemCandidate, dropped: Iterable[ItemCandidate]) -> str:
    """Return which dropped item stops acceptance, for what was said of it may be wrong.

    It has our number, or our name and lies here.
    """
    for other in dropped:
        if other.geonames or (_has_our_name(other) and _lies_here(best, other)):
            return f"{other.item.id} {other.dropped}, yet has our {_shared(other)}"
    return ""


def _has_our_name(other: ItemCandidate) -> bool:
    """True if a label is our name; for what was of our kind, an alias will do."""
    ours = other.past or other.best_fit >= ENOUGH_FIT
    label = other.name >= PART and other.name != FORM
    return "organisation" not in other.kinds and (label or (ours and other.name >= BARE))


def _lies_here(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if a dropped item may lie where our thing does.

    One abroad is a homonym if it is further away than the best: towns that face each other over a
    border often have one name. One without a position must have been of our kind.
    """
    if other.country == "differs":
        return other.near and (best.km is None or other.km is None or other.km <= best.km)
    return other.near or (
        other.item.position is None and (other.past or other.best_fit >= HALF_FIT)
    )


def _shared(other: ItemCandidate) -> str:
    return "GeoNames number" if other.geonames else "name"


def _both_named(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if our table has the names of both, such as Melton and City of Melton."""
    return best.name == other.name == EXACT and best.matched_name != other.matched_name


def _could_be_it(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if name, place and kind may be ours; what is not close must be better in another way."""
    here = other.km is None or other.close
    here = here or (other.near and (other.geonames or other.fit > best.fit))
    return other.name >= BARE and here and (not other.kinds or other.best_fit >= HALF_FIT)


def _is_bot_duplicate(best: ItemCandidate, other: ItemCandidate) -> bool:
    """True if the other is a program’s duplicate: same name and place, no readers."""
    unread = other.wikis < ENOUGH_WIKIS and best.wikis >= WELL_READ * max(1, other.wikis)
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
