"""The gamma distribution: its probabilities and quantiles, and those of Poisson counts with it.

Source: Abramowitz and Stegun, 6.5.29 (series) and 6.5.31 (continued fraction); Wilson and Hilferty
1931, PNAS 17, 684, for the quantile to begin with.
"""

from __future__ import annotations

from math import erfc, exp, lgamma, log, sqrt
from typing import Final

PRECISION: Final = 1e-14
MOST_TERMS: Final = 100_000
STEPS: Final = 12
"""Newton’s method needs fewer; each doubles the digits."""
EXACT_ENOUGH: Final = 400.0
"""From this shape on, the quantile of Wilson and Hilferty has six digits."""


def probability_below(shape: float, value: float) -> float:
    """Return the probability that a gamma variable of rate 1 is below a value.

    It is that of `shape` or more events, where `value` are expected, for a Poisson variable.
    """
    if value <= 0:
        return 0.0
    front = exp(shape * log(value) - value - lgamma(shape))
    if value < shape + 1:
        return min(1.0, front * _series(shape, value))
    return max(0.0, 1.0 - front * _fraction(shape, value))


def _series(shape: float, value: float) -> float:
    term = total = 1.0 / shape
    for number in range(1, MOST_TERMS):
        term *= value / (shape + number)
        total += term
        if term < total * PRECISION:
            break
    return total


def _fraction(shape: float, value: float) -> float:
    """Return the continued fraction, by the method of Lentz."""
    b = value + 1.0 - shape
    c, d = 1e300, 1.0 / b
    found = d
    for number in range(1, MOST_TERMS):
        a = -number * (number - shape)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        found *= c * d
        if abs(c * d - 1.0) < PRECISION:
            break
    return found


def quantile(shape: float, normal: float) -> float:
    """Return the value of a gamma variable of rate 1 below which it lies with a probability.

    Arguments: `normal` is the standard normal quantile of that probability, such as 1.959964 for
    97.5 %.
    """
    root = 1 - 1 / (9 * shape) + normal / (3 * sqrt(shape))
    value = shape * root**3
    if shape >= EXACT_ENOUGH:
        return value
    wanted = _normal_below(normal)
    value = max(value, 1e-3 * shape)
    for _ in range(STEPS):
        density = exp((shape - 1) * log(value) - value - lgamma(shape))
        step = (probability_below(shape, value) - wanted) / density
        value = max(value - step, value / 10)
        if abs(step) < 1e-10 * value:
            break
    return value


def _normal_below(value: float) -> float:
    return erfc(-value / sqrt(2)) / 2
