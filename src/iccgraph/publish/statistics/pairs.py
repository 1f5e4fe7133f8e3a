"""Pairs of one side: what two cities, or two topics, share, and whether that is more than chance.

How many topics two cities share under the bipartite configuration model is a sum of independent
links, a Poisson binomial variable; `p` is the exact probability of as many or more. `q` is `p`
corrected by Benjamini and Hochberg over all pairs, those that share nothing included.

Source: Saracco et al. 2017, New Journal of Physics 19, 053022, section 2.2; Benjamini and Hochberg
1995, Journal of the Royal Statistical Society B 57, 289.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import fsum
from typing import Final, NamedTuple

from iccgraph.publish.statistics.configuration import Degrees, Probabilities

DIGITS: Final = 6
"""How many significant digits numbers are published with."""
NEGLIGIBLE: Final = 1e-30
"""A probability below this adds nothing to any that is published."""


class Pair(NamedTuple):
    """Two cities that share topics, or two topics that share cities, by their keys in order.

    Arguments: `weight` is how many they share, `jaccard` that number by how many either has;
    `expected` is how many the model has them share; `p` and `q` are probabilities.
    """

    source: str
    target: str
    weight: int
    jaccard: float
    expected: float
    p: float
    q: float


def rounded(number: float, digits: int = DIGITS) -> float:
    """Return a number as it is published, with so many significant digits."""
    return float(f"{number:.{digits}g}")


def pairs_of(
    neighbours: Mapping[str, set[str]], others: Degrees, likely: Probabilities
) -> tuple[list[Pair], int]:
    """Return all pairs that share something, in the order of their keys, and how many pairs are.

    Arguments: `neighbours` are the topics of each city (or the cities of each topic); `others` the
    degrees of the other side; `likely` the probability of a link by the degrees of one of this side
    and one of the other.
    """
    sizes = Counter(others.values())
    chance: dict[tuple[int, int], list[float]] = {}
    found: list[tuple[str, str, int, int, float, float]] = []
    for a, b in combinations(sorted(neighbours), 2):
        weight = len(neighbours[a] & neighbours[b])
        if not weight:
            continue
        degrees = sorted((len(neighbours[a]), len(neighbours[b])))
        key = degrees[0], degrees[1]
        if key not in chance:
            links = [(likely[key[0], d] * likely[key[1], d], n) for d, n in sorted(sizes.items())]
            chance[key] = [fsum(q * n for q, n in links), *_tails(links)]
        expected, tails = chance[key][0], chance[key][1:]
        p = tails[weight] if weight < len(tails) else 0.0
        either = sum(key) - weight
        found.append((a, b, weight, either, expected, p))
    pairs = len(neighbours) * (len(neighbours) - 1) // 2
    corrected = benjamini_hochberg([pair[-1] for pair in found], pairs)
    return [
        Pair(a, b, w, rounded(w / either), rounded(e), rounded(p), rounded(q))
        for (a, b, w, either, e, p), q in zip(found, corrected, strict=True)
    ], pairs


def _tails(links: Iterable[tuple[float, int]]) -> list[float]:
    """Return for each number of links the probability of as many or more; of none it is 1.

    Arguments: the probability of a link, and how many links have it.
    """
    begin, masses = 0, [1.0]
    for likely, times in links:
        if likely == 1.0:
            begin += times
        elif likely:
            for _ in range(times):
                begin, masses = _trimmed(begin, _with_link(masses, likely))
    tails, beyond = [0.0] * (begin + len(masses) + 1), 0.0
    for number in range(len(masses) - 1, -1, -1):
        beyond += masses[number]
        tails[begin + number] = min(beyond, 1.0)
    tails[:begin] = [1.0] * begin
    tails[0] = 1.0
    return tails


def _with_link(masses: Sequence[float], likely: float) -> list[float]:
    """Return the distribution of a number of links with one more."""
    not_so = 1.0 - likely
    return [
        without * not_so + with_it * likely
        for without, with_it in zip((*masses, 0.0), (0.0, *masses), strict=True)
    ]


def _trimmed(begin: int, masses: list[float]) -> tuple[int, list[float]]:
    """Leave out what is too unlikely, on both ends."""
    first, last = 0, len(masses)
    while masses[first] < NEGLIGIBLE:
        first += 1
    while masses[last - 1] < NEGLIGIBLE:
        last -= 1
    return begin + first, masses[first:last]


def benjamini_hochberg(found: Sequence[float], tests: int) -> list[float]:
    """Return each `p` corrected for so many tests; those that are not given have a `p` of 1."""
    order = sorted(range(len(found)), key=found.__getitem__, reverse=True)
    corrected, least = [1.0] * len(found), 1.0
    for place, index in enumerate(order):
        least = min(least, found[index] * tests / (len(found) - place))
        corrected[index] = least
    return corrected
