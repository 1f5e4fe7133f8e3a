"""When an identity is certain enough to be accepted without a person; pure, asks nobody.

Country, kind and distance must agree, the name must be the item's own, people must have written
about it, and no other item may come close. Whatever fails this is a candidate for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iccgraph.link.evidence import ALIAS, BARE, EXACT, FOREIGN, Evidence
from iccgraph.link.things import Subject
from iccgraph.publish.sources.decisions import ACCEPTANCE

ENOUGH_SCORE, ENOUGH_FIT, ENOUGH_NAME, ENOUGH_WIKIS = 0.75, 0.9, ALIAS, 4
LEAD = 0.08
"""How far the best must be ahead of the next that could be it too."""
GREAT_CITY = 60
"""Wikipedias about a city that surely stands for its municipality; a town may be its seat only."""
CANDIDATE = 0.45
"""The least score of a candidate that is worth a person's time."""
MOST_CANDIDATES = 3
CERTAIN = 0.95
"""The most confidence that a program may have."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was found about one thing: the accepted item, or candidates and why none of them is."""

    subject: Subject
    accepted: Evidence | None
    candidates: tuple[Evidence, ...]
    reason: str


def decide(
    subject: Subject, evidence: Iterable[Evidence], taken: Mapping[str, str] | None = None
) -> Decision:
    """Return the decision; `taken` says which items are already the identity of other things."""
    kept = sorted(
        (e for e in evidence if not e.dropped), key=lambda e: (-e.score, len(e.item.id), e.item.id)
    )
    if not kept:
        return Decision(subject, None, (), "nothing was found")
    best = kept[0]
    reason = _doubt(subject, best)
    if not reason:
        reason = _rival(best, kept[1:])
    if not reason and taken and best.item.id in taken:
        reason = f"it is {taken[best.item.id]} already"
    if not reason:
        return Decision(subject, best, (), "")
    worth = [e for e in kept if e.score >= least(subject) and (e.name >= BARE or e.geonames)]
    return Decision(subject, None, tuple(worth[:MOST_CANDIDATES]), reason)


def least(subject: Subject) -> float:
    """Return the least score of a candidate; a topic has no position and no kind of place."""
    return CANDIDATE if subject.kind != "topic" else 0.25


def _doubt(subject: Subject, best: Evidence) -> str:
    """Return what keeps the best item from being accepted, empty if nothing does."""
    if subject.kind == "topic":
        return "a topic is for a person to judge"
    if best.country != "agrees":
        return "its country is not known"
    if best.fit < ENOUGH_FIT:
        return "it is another kind of place" if best.kinds else "its kind is not known"
    if best.fit < 1 and best.wikis < GREAT_CITY:
        return "it may be only the seat"
    if not best.near:
        return "its position is not known" if best.km is None else f"it is {best.km:.0f} km away"
    if best.name < (FOREIGN if subject.kind == "country" else ENOUGH_NAME):
        return "it is called otherwise"
    if best.wikis < ENOUGH_WIKIS:
        return "hardly anybody has written about it"
    return "the evidence is too weak" if best.score < ENOUGH_SCORE else ""


def _rival(best: Evidence, others: Iterable[Evidence]) -> str:
    for other in others:
        close = best.score - other.possible < LEAD and not _shadow(best, other)
        if _could_be_it(other) and (close or _both_named(best, other)):
            return f"{other.item.id} could be it too"
    return ""


def _both_named(best: Evidence, other: Evidence) -> bool:
    """Return whether our table has the names of both, such as Melton and City of Melton."""
    return best.name == other.name == EXACT and best.said_name != other.said_name


def _could_be_it(other: Evidence) -> bool:
    far = other.km is not None and not other.near
    return other.name >= BARE and not far and (not other.kinds or other.fit >= 0.5)


def _shadow(best: Evidence, other: Evidence) -> bool:
    """Return whether the other is a program’s duplicate: same name and place, no readers."""
    unread = other.wikis < ENOUGH_WIKIS and best.wikis >= 4 * max(1, other.wikis)
    return unread and other.fit <= best.fit


def confidence(evidence: Evidence, accepted: bool) -> float:
    """Return how sure the program is, from 0 to 1; an open candidate stays below the line."""
    if accepted:
        return max(ACCEPTANCE, round(min(CERTAIN, evidence.score), 2))
    return min(round(evidence.score, 2), round(ACCEPTANCE - 0.01, 2))


def in_words(evidence: Evidence, reason: str = "") -> str:
    """Return the evidence as one line that a person can judge."""
    parts = [
        f"“{evidence.said_name or evidence.item.label()}”",
        {"agrees": "same country", "differs": "other country"}.get(evidence.country, ""),
        "/".join(sorted(evidence.kinds)) or "kind unknown",
        "position unknown" if evidence.item.position is None else "",
        f"{evidence.km:.1f} km" if evidence.km is not None else "",
        "same GeoNames number" if evidence.geonames else "",
        f"{evidence.wikis} Wikipedias",
        f"not accepted by itself: {reason}" if reason else "",
    ]
    return "; ".join(part for part in parts if part)
