"""How far the links to Wikidata have come: every thing that can be linked, and each decision.

Reads the tables `thing`, `label`, `place` and `link` of the index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from iccgraph.languages import Labels
from iccgraph.serve.dataset.open import OpenRelease, ThingKey
from iccgraph.vocab import DCTERMS

STATES: Final = ("linked", "open", "rejected", "none")
"""A thing has an accepted item; candidates only; nothing but rejected ones; or no decision."""
_THINGS: Final = """
SELECT t.kind, t.key, t.country, coalesce(p.kind, ''),
  l.item, l.status, l.confidence, l.justification, l.sources, l.decided, l.comment, l.tool,
  l.reviewer
FROM thing t LEFT JOIN place p ON t.kind = 'city' AND p.key = t.key
LEFT JOIN link l ON l.kind = t.kind AND l.key = t.key
WHERE t.kind IN ('city', 'country', 'topic') ORDER BY t.kind, t.sort, t.id, l.rowid
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of the table of links, about the thing that it stands with."""

    item: str
    status: str
    confidence: float
    justification: str
    sources: str
    decided: str
    comment: str
    tool: str
    reviewer: str


@dataclass(slots=True)
class Linkable:
    """A place, country or topic; `place` is the kind of place, `country` the key of its country."""

    kind: str
    key: str
    labels: Labels
    country: str
    place: str
    decisions: list[Decision] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Return how far the thing has come, one of STATES."""
        found = {decision.status for decision in self.decisions}
        if "accepted" in found:
            return "linked"
        return next((status for status in ("open", "rejected") if status in found), "none")


def linkable(release: OpenRelease) -> list[Linkable]:
    """Return everything that can be linked, by kind and label."""
    labels, things = release.held_labels, dict[ThingKey, Linkable]()
    for kind, key, country, place, *decision in release.index.execute(_THINGS):
        thing = things.get((kind, key))
        if thing is None:
            named = labels.get((kind, key), {})
            thing = things[kind, key] = Linkable(kind, key, named, country, place)
        if decision[0] is not None:
            thing.decisions.append(Decision(*decision))
    return list(things.values())


def count_states(things: Iterable[Linkable]) -> dict[str, int]:
    """Return how many of the things are in each state, and in all."""
    found = Counter(thing.state for thing in things)
    return {**{state: found[state] for state in STATES}, "total": found.total()}


def count_states_by(
    group: Callable[[Linkable], str], things: Iterable[Linkable]
) -> dict[str, dict[str, int]]:
    """Return the counts of each group of the things, by the name of the group."""
    groups: dict[str, list[Linkable]] = {}
    for thing in things:
        groups.setdefault(group(thing), []).append(thing)
    return {name: count_states(found) for name, found in groups.items()}


def fetched(release: OpenRelease) -> tuple[int, str, str]:
    """Return of how many items Wikidata’s statements are here, and the first and last day."""
    graph = NamedNode(release.iris.graph("wikidata"))
    days = sorted(
        quad.object.value
        for quad in release.store.quads_for_pattern(None, DCTERMS.created, None, graph)
        if isinstance(quad.object, Literal)
    )
    return (len(days), days[0], days[-1]) if days else (0, "", "")
