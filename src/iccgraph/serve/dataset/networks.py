"""What a release says of its networks of cities and topics: their size, what differs from chance.

The numbers are made by the build; here they are only read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from iccgraph.release.networks import CITY_CITY, CITY_TOPIC, ENDS, NETWORKS, SIGNIFICANT
from iccgraph.serve.dataset.open import OpenRelease

_FIGURES: Final = """
SELECT n.scheme, n.network, n.tests, count(e.source), coalesce(sum(e.q < ?), 0),
  (SELECT count(*) FROM network_node k WHERE k.scheme = n.scheme AND k.kind = 'city'),
  (SELECT count(*) FROM network_node k WHERE k.scheme = n.scheme AND k.kind = 'topic')
FROM network n LEFT JOIN network_edge e USING (scheme, network) GROUP BY n.scheme, n.network
"""
_OUTSTANDING: Final = """
SELECT target, quotient, low, high FROM network_edge
WHERE scheme = ? AND network = ? AND source = ? AND (low > 1 OR high < 1)
ORDER BY quotient DESC, target
"""
_BEYOND: Final = """
SELECT source, target FROM network_edge WHERE scheme = ?1 AND network = ?2 AND q < ?4
  AND source = ?3
UNION ALL
SELECT source, target FROM network_edge WHERE scheme = ?1 AND network = ?2 AND q < ?4
  AND target = ?3
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How large a network of a scheme is.

    Arguments: `tests` are all pairs, those that are no links included; `differ` are the links that
    chance explains with a false discovery rate of 5 % at most.
    """

    scheme: str
    network: str
    tests: int
    links: int
    differ: int
    nodes: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A topic that is more or less common in a city than elsewhere, with the ends of 95 %."""

    topic: str
    quotient: float
    low: float
    high: float


def figures(release: OpenRelease) -> Sequence[Figures]:
    """Return how large each network is, those of the default scheme as `release.scheme` has it."""
    found: Sequence[Figures] | None = release.worked_out.get(("networks",))
    if found is None:
        rows = []
        for scheme, network, tests, links, differ, *sizes in release.index.execute(
            _FIGURES, (SIGNIFICANT,)
        ):
            nodes = sum(
                size
                for kind, size in zip(("city", "topic"), sizes, strict=True)
                if kind in ENDS[network]
            )
            rows.append(Figures(scheme, network, tests, links, differ, nodes))
        found = sorted(rows, key=lambda row: (row.scheme, NETWORKS.index(row.network)))
        release.worked_out["networks",] = found
    return found


def outstanding(release: OpenRelease, city: str, scheme: str) -> list[Outstanding]:
    """Return the topics that a city works on more, or less, than others: the most first."""
    rows = release.index.execute(_OUTSTANDING, (scheme, CITY_TOPIC, city))
    return [Outstanding(*row) for row in rows]


def beyond_chance(release: OpenRelease, city: str, scheme: str) -> frozenset[str]:
    """Return the cities that share more topics with a city than chance explains."""
    rows = release.index.execute(_BEYOND, (scheme, CITY_CITY, city, SIGNIFICANT))
    return frozenset(key for pair in rows for key in pair) - {city}
