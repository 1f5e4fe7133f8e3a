"""Location quotients: how many times as common a topic is in a city as elsewhere, with an interval.

The practices of a city on a topic are a Poisson count around its quotient times the number that is
expected, which is the practices of the city times the share of the topic in all other cities. The
quotients of all cities and topics together are gamma distributed with mean 1; how widely, is what
fits the counts best, those of zero included (empirical Bayes). A city with few practices therefore
gets a quotient near 1 and a wide interval. The prior is never taken to be narrower than
`NARROWEST`: where the counts vary no more than chance has it, the best fit would be that no city
differs, as if that were certain.

Source: Clayton and Kaldor 1987, Biometrics 43, 671; DuMouchel 1999, The American Statistician 53,
177, for tables of counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, fsum, lgamma, log
from typing import Final, NamedTuple

from iccgraph.publish.statistics.counts import TopicCounts
from iccgraph.publish.statistics.gamma import probability_below, quantile
from iccgraph.publish.statistics.pairs import benjamini_hochberg, rounded

WIDEST: Final = 0.5
NARROWEST: Final = 4.0
"""The shape of the prior lies between these; at 4, 95 % of quotients are from 0.27 to 2.2."""
NORMAL: Final = 1.959963984540054
"""The standard normal quantile of 97.5 %, for the ends of an interval of 95 %."""
DIGITS: Final = 4
"""How many significant digits quotients are published with."""
STEPS: Final = 24
GOLDEN: Final = 0.6180339887498949
Counted = tuple[int, float]
"""How many practices there are, and how many are expected."""


class Quotient(NamedTuple):
    """How many times as common a topic is in a city as elsewhere.

    Arguments: `expected` is how many practices the city would have on the topic if it were as
    common there as elsewhere; 95 % of the probability of the quotient lies from `low` to `high`;
    `p` is the probability of as many practices or more by chance (Poisson), `q` that corrected for
    all cities and topics.
    """

    expected: float
    quotient: float
    low: float
    high: float
    p: float
    q: float


def quotients_of(counts: TopicCounts) -> dict[tuple[str, str], Quotient]:
    """Return the quotient of each city and topic that share practices.

    What no other city has a practice on can be compared with nothing, and has none.
    """
    cells = {
        (city, topic): (counts.shared.get((city, topic), 0), _expected(counts, city, topic))
        for city in counts.city_degrees
        for topic in counts.topic_degrees
    }
    shape = prior_shape([counted for counted in cells.values() if counted[1] > 0])
    found = {pair: cells[pair] for pair in sorted(counts.shared) if cells[pair][1] > 0}
    chances = [probability_below(n, expected) for n, expected in found.values()]
    corrected = benjamini_hochberg(chances, len(cells))
    quotients = {}
    for (pair, (n, expected)), p, q in zip(found.items(), chances, corrected, strict=True):
        mean, low, high = (rounded(value, DIGITS) for value in _interval(shape, n, expected))
        quotients[pair] = Quotient(
            rounded(expected, DIGITS), mean, low, high, rounded(p), rounded(q)
        )
    return quotients


def _expected(counts: TopicCounts, city: str, topic: str) -> float:
    there, everything = counts.elsewhere(city, topic)
    return counts.of_city[city] * there / everything if everything else 0.0


def _interval(shape: float, n: int, expected: float) -> tuple[float, float, float]:
    """Return the mean of the quotient and the ends of its interval."""
    rate, posterior = shape + expected, shape + n
    return (
        posterior / rate,
        quantile(posterior, -NORMAL) / rate,
        quantile(posterior, NORMAL) / rate,
    )


def prior_shape(cells: Sequence[Counted]) -> float:
    """Return the shape of the gamma distribution that fits the counts best, between the limits.

    The likelihood is that of negative binomial counts, and has one maximum.
    """
    low, high = log(WIDEST), log(NARROWEST)
    for _ in range(STEPS):  # golden section, of the logarithm of the shape
        width = GOLDEN * (high - low)
        if _likelihood(exp(high - width), cells) < _likelihood(exp(low + width), cells):
            low = high - width
        else:
            high = low + width
    return rounded(exp((low + high) / 2), DIGITS)


def _likelihood(shape: float, cells: Sequence[Counted]) -> float:
    """Return the logarithm of the likelihood of a shape, but for what is the same for all."""
    of_shape = lgamma(shape)
    return fsum(
        (lgamma(shape + n) - of_shape if n else 0.0)
        - shape * log(1 + expected / shape)
        - n * log(shape + expected)
        for n, expected in cells
    )
