"""The bipartite configuration model: cities and topics linked at random, degrees kept on average.

Of all random networks in which each city has on average as many topics, and each topic as many
cities, as there really are, it assumes the least beyond that (maximum entropy). A city with x and a
topic with y are linked with the probability x·y / (1 + x·y); equal degrees have equal values, so
the equations are solved for degrees alone, and the work does not grow with the number of cities.
Only `+`, `*`, `/`, `sqrt` and `fsum` are used, so that every machine finds the same digits.

Source: Saracco, Di Clemente, Gabrielli and Squartini 2015, Scientific Reports 5, 10595; as a null
model of projections Saracco et al. 2017, New Journal of Physics 19, 053022.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import fsum, sqrt
from typing import Final

TOLERANCE: Final = 1e-9
"""How far the mean of a degree may be from the degree, in links."""
MOST_STEPS: Final = 3000
"""Where a degree leaves nothing to chance the equations have no solution but at infinity."""
Degrees = Mapping[str, int]
Probabilities = dict[tuple[int, int], float]
"""The probability of a link, by the degrees of its city and of its topic."""


def link_probabilities(cities: Degrees, topics: Degrees) -> Probabilities:
    """Return how likely a link is between a city and a topic of each degree.

    Arguments: how many topics each city has, and how many cities each topic.
    """
    found: Probabilities = {}
    sides = (_Side(Counter(cities.values())), _Side(Counter(topics.values())))
    while (decided := _decided(sides)) is not None:
        side, degree, certain = decided
        own, other = sides[side], sides[1 - side]
        for there in other.left:
            found[(degree, there) if side == 0 else (there, degree)] = float(certain)
        other.certain += own.left.pop(degree) * certain
    return found | _solved(*sides)


class _Side:
    """The degrees of one side that are still open, with how many nodes have each.

    `certain` is how many links each of these nodes has to decided ones.
    """

    def __init__(self, left: Counter[int]) -> None:
        self.left, self.certain = left, 0

    def wanted(self) -> list[tuple[int, int]]:
        """Return how many links are open at each degree, and how many nodes have it."""
        return [(degree - self.certain, nodes) for degree, nodes in sorted(self.left.items())]


def _decided(sides: tuple[_Side, _Side]) -> tuple[int, int, bool] | None:
    """Return a side and a degree that leave nothing to chance, and whether all links are there."""
    for side in (0, 1):
        own, other = sides[side], sides[1 - side]
        nodes = other.left.total()
        for degree in (max(own.left, default=-1), min(own.left, default=-1)):
            if degree >= 0 and degree - own.certain in (0, nodes):
                return side, degree, degree != own.certain
    return None


def _solved(cities: _Side, topics: _Side) -> Probabilities:
    """Solve the equations of what is open, one side after the other."""
    wanted, counter = cities.wanted(), topics.wanted()
    root = sqrt(fsum(d * n for d, n in wanted) or 1.0)
    x, y = [d / root for d, _ in wanted], [d / root for d, _ in counter]
    for _ in range(MOST_STEPS):
        steps = _step(x, wanted, y, counter)
        gap = max(
            (abs(d - d * a / b) for a, b, (d, _) in zip(x, steps, wanted, strict=True)), default=0.0
        )
        x = steps
        y = _step(y, counter, x, wanted)
        if gap < TOLERANCE:
            break
    return {
        (d, e): a * b / (1 + a * b)
        for a, d in zip(x, sorted(cities.left), strict=True)
        for b, e in zip(y, sorted(topics.left), strict=True)
    }


def _step(
    own: Sequence[float],
    wanted: Sequence[tuple[int, int]],
    other: Sequence[float],
    counter: Sequence[tuple[int, int]],
) -> list[float]:
    """Return values of one side that fit those of the other one better."""
    weighted = [(b, n) for b, (_, n) in zip(other, counter, strict=True)]
    return [
        d / fsum(n * b / (1 + a * b) for b, n in weighted)
        for a, (d, _) in zip(own, wanted, strict=True)
    ]
