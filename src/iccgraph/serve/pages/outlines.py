"""The outlines of countries in a view of the world, as SVG paths; none without the files from npm.

Reads `countries-110m.json` and `countries-50m.json` (TopoJSON, Natural Earth) of the vendor folder.
The projection is equirectangular, with degrees of longitude narrowed as in the middle of the view.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

WIDTH: Final = 640
HEIGHT: Final = 440
COARSE_DEGREES: Final = 45.0
"""Views that are higher than this are drawn from the coarser outlines."""
GRID: Final = 100
"""Outlines are drawn on a grid of so many points a degree."""
PIECE: Final = 32
"""A ring is drawn by pieces of so many points: one out of sight costs as much as a point."""
LEAST_STEP: Final = 2.0
"""Points of the finest level are at least so many pixels apart."""
LEVELS: Final = 8
"""So many levels are tried, each with steps 1.4 times as long as the one before."""
PATH_BYTES: Final = 14_000
"""The outlines of a view are taken from the finest level on which they are not longer."""

Point = tuple[int, int]
"""A point of the grid: degrees to the east and to the south, times `GRID`."""
Bounds = tuple[float, float, float, float]
"""Least x, least y, most x and most y."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """The part of the world that a map shows. Units: degrees; `east` may go beyond 180."""

    west: float
    south: float
    east: float
    north: float

    def x(self, longitude: float) -> float:
        """Return the pixel of a longitude, from the left."""
        return (longitude - self.west) / (self.east - self.west) * WIDTH

    def y(self, latitude: float) -> float:
        """Return the pixel of a latitude, from the top."""
        return (self.north - latitude) / (self.north - self.south) * HEIGHT

    def near(self, longitude: float) -> float:
        """Return the longitude, a turn further east if that brings it into the view."""
        turned = longitude + 360
        return turned if longitude < self.west and turned <= self.east else longitude


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a ring, as SVG writes the steps through all of its points, and to its last."""

    bounds: Bounds
    steps: str
    end: str


@dataclass(frozen=True, slots=True)
class Ring:
    """An outline of a piece of land; `country` is an ISO 3166 number."""

    country: str
    bounds: Bounds
    start: Point
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=256)
def backdrop(folder: Path, view: Viewport, highlight: str) -> str:
    """Return sea, graticule and land of a view as SVG, with the highlighted country apart.

    Pages of a city and of its practices and neighbours show the same view, of at most 20 KB.

    Arguments: `highlight` is the ISO 3166 number of a country, or empty.
    """
    land, chosen = _outlines(folder, view, highlight)
    parts = [
        f'<rect class="sea" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<path class="graticule" d="{_graticule(view)}"/>',
    ]
    if land or chosen:
        parts.append(f'<g transform="{_transform(view)}">')
        parts += [f'<path class="land" d="{land}"/>'] if land else []
        parts += [f'<path class="land chosen" d="{chosen}"/>'] if chosen else []
        parts.append("</g>")
    return "".join(parts)


def _outlines(folder: Path, view: Viewport, highlight: str) -> tuple[str, str]:
    """Return the SVG paths of the land in view: all of it, and the highlighted country."""
    high = view.north - view.south
    path = folder / f"countries-{'110m' if high > COARSE_DEGREES else '50m'}.json"
    finest = math.ceil(2 * math.log2(high / HEIGHT * LEAST_STEP))
    rest, chosen = "", ""
    for level in range(finest, finest + LEVELS):
        drawn = list(_in_view(path, level, view))
        rest = "".join(ring for number, ring in drawn if not highlight or number != highlight)
        chosen = "".join(ring for number, ring in drawn if highlight and number == highlight)
        if len(rest) + len(chosen) <= PATH_BYTES:
            break
    return rest, chosen


def _in_view(path: Path, level: int, view: Viewport) -> Iterator[tuple[str, str]]:
    """Yield the path of each ring that can be seen, with the number of its country.

    What lies beyond the edge is drawn by the ends of its pieces: a piece that does not meet the
    frame lies beyond one side of it, and so does the line between its ends.
    """
    margin = (view.north - view.south) * 0.05
    north, south = round((-view.north - margin) * GRID), round((-view.south + margin) * GRID)
    near = [r for r in _rings(path, level) if r.bounds[1] < south and r.bounds[3] > north]
    for turn in (-360 * GRID, 0, 360 * GRID):
        west = round((view.west - margin) * GRID) - turn
        east = round((view.east + margin) * GRID) - turn
        frame = (west, north, east, south)
        for ring in near:
            if _meets(ring.bounds, frame):
                x, y = ring.start
                pieces = [p.steps if _meets(p.bounds, frame) else p.end for p in ring.pieces]
                yield ring.country, f"M{x + turn} {y}l{''.join(pieces).lstrip()}z"


def _meets(a: Bounds, b: Bounds) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _transform(view: Viewport) -> str:
    """Return what brings the grid of the outlines into the picture."""
    across = WIDTH / (view.east - view.west) / GRID
    down = HEIGHT / (view.north - view.south) / GRID
    return f"scale({across:.5f} {down:.5f})translate({-view.west * GRID:g} {view.north * GRID:g})"


def _graticule(view: Viewport) -> str:
    """Return the SVG path of the meridians and parallels, eight or fewer across the view."""
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60) if (view.east - view.west) / s <= 8)
    longitudes = range(math.ceil(view.west / step) * step, math.floor(view.east) + 1, step)
    latitudes = range(math.ceil(view.south / step) * step, math.floor(view.north) + 1, step)
    meridians = [f"M{view.x(degree):.1f} 0v{HEIGHT}" for degree in longitudes]
    return "".join(meridians + [f"M0 {view.y(degree):.1f}h{WIDTH}" for degree in latitudes])


@lru_cache(maxsize=16)
def _rings(path: Path, level: int) -> tuple[Ring, ...]:
    """Return the rings of all countries, none if the file was not installed or is damaged.

    Arcs are thinned before they are joined, so that neighbours still share their border.

    :param level: points are at least 2 ** (level / 2) degrees apart
    """
    try:
        topology = json.loads(path.read_bytes())
        arcs = [_thinned(arc, 2.0 ** (level / 2) * GRID) for arc in _arcs(topology)]
        countries = topology["objects"]["countries"]["geometries"]
        return tuple(
            _ring(str(country.get("id", "")), points)
            for country in countries
            for points in _joined(country, arcs)
            if len(set(points)) > 2  # smaller islands are left out
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return ()


def _arcs(topology: dict[str, Any]) -> Iterator[list[Point]]:
    """Yield the arcs, whose points are steps on a grid of their own (TopoJSON, section 2.1.2)."""
    scale_x, scale_y = topology["transform"]["scale"]
    move_x, move_y = topology["transform"]["translate"]
    for steps in topology["arcs"]:
        columns = accumulate(step[0] for step in steps)
        rows = accumulate(step[1] for step in steps)
        yield [
            (round((x * scale_x + move_x) * GRID), round((y * scale_y + move_y) * -GRID))
            for x, y in zip(columns, rows, strict=True)
        ]


def _thinned(arc: list[Point], step: float) -> list[Point]:
    """Return an arc without points that are nearer than a step to the one before; ends stay."""
    x, y = arc[0]
    kept, least = [arc[0]], step * step
    narrowing = math.cos(math.radians(y / GRID)) ** 2
    for px, py in arc[1:-1]:
        if (px - x) * (px - x) * narrowing + (py - y) * (py - y) >= least:
            x, y = px, py
            kept.append((x, y))
    return [*kept, arc[-1]]


def _joined(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterator[list[Point]]:
    """Yield the points of each ring of a geometry; a negative number is an arc walked backwards."""
    shapes = geometry.get("arcs", [])
    half = 180 * GRID
    for polygon in [shapes] if geometry["type"] == "Polygon" else shapes:
        for numbers in polygon:
            ring: list[Point] = []
            for number in numbers:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += arc[1:] if ring else arc
            if any(abs(b[0] - a[0]) > half for a, b in pairwise(ring)):  # it goes on beyond 180
                ring = [(x + 2 * half if x < 0 else x, y) for x, y in ring]
            yield ring


def _ring(country: str, points: list[Point]) -> Ring:
    pieces = []
    for first in range(0, len(points) - 1, PIECE):
        part = points[first : first + PIECE + 1]
        pieces.append(Piece(_bounds(part), _steps(part), _steps([part[0], part[-1]])))
    return Ring(country, _bounds(points), points[0], tuple(pieces))


def _bounds(points: Sequence[Point]) -> Bounds:
    columns, rows = zip(*points, strict=True)
    return min(columns), min(rows), max(columns), max(rows)


def _steps(points: Sequence[Point]) -> str:
    """Return the steps from point to point in as few characters as SVG allows."""
    steps = "".join(f" {x - a} {y - b}" for (a, b), (x, y) in pairwise(points))
    return steps.replace(" -", "-")
