"""Positions for the picture of a network: nodes repel each other, links pull their ends together.

The same network has the same positions on every machine: the start is drawn from a seed, and only
`+`, `-`, `*`, `/` and `sqrt` are used after it.
Source: Fruchterman and Reingold 1991, Software: Practice and Experience 21, 1129; degrees weigh as
in Jacomy et al. 2014, PLOS ONE 9, e98679 (ForceAtlas2).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from random import Random
from typing import Final

ROUNDS: Final = 200
"""At most so many rounds, and fewer for large networks."""
MOST_WORK: Final = 2_000_000
"""How often two nodes are compared at most, over all rounds; a second or so."""
FEWEST: Final = 20
GRAVITY: Final = 0.05
SEED: Final = 14
DIGITS: Final = 4
Position = tuple[float, float]
Pull = tuple[int, int, float]
"""Two nodes that are linked, by their numbers, and how hard they are pulled together."""


def layout(size: int, pulls: Sequence[Pull]) -> list[Position]:
    """Return where each of so many nodes stands, from -1 to 1 on both axes."""
    draw = Random(SEED)  # noqa: S311  # no secret
    x = [draw.uniform(-1, 1) for _ in range(size)]
    y = [draw.uniform(-1, 1) for _ in range(size)]
    mass = _masses(size, pulls)
    rounds = max(FEWEST, min(ROUNDS, MOST_WORK // max(1, size * size // 2)))
    for done in range(rounds):
        _move(x, y, mass, pulls, 0.2 * (1 - done / rounds))
    return _framed(x, y)


def _masses(size: int, pulls: Sequence[Pull]) -> list[float]:
    """Return how strongly each node repels: by its number of links, so that hubs have room."""
    mass = [1.0] * size
    for a, b, _ in pulls:
        mass[a] += 1
        mass[b] += 1
    return [sqrt(m) for m in mass]


def _move(
    x: list[float],
    y: list[float],
    mass: Sequence[float],
    pulls: Sequence[Pull],
    most: float,
) -> None:
    """Move all nodes one step, none further than `most`."""
    size = len(x)
    dx = [-GRAVITY * a * m for a, m in zip(x, mass, strict=True)]
    dy = [-GRAVITY * b * m for b, m in zip(y, mass, strict=True)]
    ideal = 1.0 / (size or 1)
    for a in range(size - 1):
        xa, ya, push_x, push_y, weight = x[a], y[a], 0.0, 0.0, mass[a] * ideal
        for b in range(a + 1, size):
            away_x, away_y = xa - x[b], ya - y[b]
            force = weight * mass[b] / (away_x * away_x + away_y * away_y + 1e-6)
            away_x *= force
            away_y *= force
            push_x += away_x
            push_y += away_y
            dx[b] -= away_x
            dy[b] -= away_y
        dx[a] += push_x
        dy[a] += push_y
    for a, b, weight in pulls:
        away_x, away_y = x[a] - x[b], y[a] - y[b]
        force = weight * sqrt(away_x * away_x + away_y * away_y)
        dx[a] -= away_x * force
        dy[a] -= away_y * force
        dx[b] += away_x * force
        dy[b] += away_y * force
    for node in range(size):
        length = sqrt(dx[node] * dx[node] + dy[node] * dy[node])
        step = min(1.0, most / length) if length else 0.0
        x[node] += dx[node] * step
        y[node] += dy[node] * step


def _framed(x: Sequence[float], y: Sequence[float]) -> list[Position]:
    """Return the positions moved to the middle and made to fill the frame, shapes kept."""
    if not x:
        return []
    middle = (min(x) + max(x)) / 2, (min(y) + max(y)) / 2
    half = max(max(x) - middle[0], max(y) - middle[1]) or 1.0
    return [
        (round((a - middle[0]) / half, DIGITS), round((b - middle[1]) / half, DIGITS))
        for a, b in zip(x, y, strict=True)
    ]
