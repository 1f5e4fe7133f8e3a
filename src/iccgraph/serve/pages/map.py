"""Draws the small maps of the pages as SVG, from country outlines if they were installed from npm.

Reads `countries-110m.json` and `countries-50m.json` (TopoJSON, Natural Earth) of the vendor folder.
The projection is equirectangular, with degrees of longitude narrowed as in the middle of the view.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

from iccgraph.serve.context import settings

WIDTH: Final = 640
HEIGHT: Final = 440
LEAST_DEGREES: Final = 11.0
"""A view is at least so high, so that a single city is seen with what surrounds it."""
COARSE_DEGREES: Final = 45.0
"""Views that are higher than this are drawn from the coarser outlines."""
PATH_POINTS: Final = 2_200
"""The outlines of one view are drawn from coarser levels until they have at most so many points."""
LEAST_STEP: Final = 1.6
"""Points of the finest level are at least so many pixels apart."""
PIECE: Final = 32
"""A ring is cut by pieces of so many points: one out of sight costs as much as a point."""
LEVELS: Final = 8
"""So many levels are tried, each with steps 1.4 times as long as the one before."""
MOST_NAMES: Final = 8

Point = tuple[float, float]
"""Longitude and latitude in degrees, or x and y in pixels."""
Bounds = tuple[float, float, float, float]
"""Least x, least y, most x and most y."""
Outline = list[tuple[int, int]]
"""Points in tenths of a pixel."""


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

    def outline(self, ring: Iterable[Point]) -> Outline:
        """Return a ring as it is drawn."""
        west, north = self.west, self.north
        across = WIDTH * 10 / (self.east - west)
        down = HEIGHT * 10 / (north - self.south)
        return [(round((x - west) * across), round((north - y) * down)) for x, y in ring]

    def near(self, longitude: float) -> float:
        """Return the longitude, a turn further east if that brings it into the view."""
        turned = longitude + 360
        return turned if longitude < self.west and turned <= self.east else longitude


@dataclass(frozen=True, slots=True)
class Ring:
    """An outline of a piece of land, in pieces of its points, all with their bounds."""

    bounds: Bounds
    pieces: tuple[tuple[Bounds, Sequence[Point]], ...]


def map_svg(
    points: Iterable[Mapping[str, Any]],
    box: Sequence[float] | None = None,
    label: str = "",
    highlight: str = "",
) -> Markup:
    """Return a map of the points that have a position, and of the box if there is one.

    A point has `lat`, `lon`, `label` and maybe a `count`, which widens it; `highlight` is the
    ISO number of a country to bring out.
    The answer is empty if there is neither a point nor a box.
    """
    placed = [p for p in points if p["lat"] is not None and p["lon"] is not None]
    view = _view([(float(p["lon"]), float(p["lat"])) for p in placed], box)
    if view is None:
        return Markup()
    land, chosen = _outlines(settings().vendor_dir, view, highlight)
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">',
        f'<rect class="sea" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<path class="graticule" d="{_graticule(view)}"/>',
    ]
    parts += [f'<path class="land" d="{land}"/>'] if land else []
    parts += [f'<path class="land chosen" d="{chosen}"/>'] if chosen else []
    parts += _markers(placed, view)
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704  # every text in it was escaped


def _view(points: Sequence[Point], box: Sequence[float] | None) -> Viewport | None:
    """Return the view that shows all points and the box, in the proportions of the picture."""
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    if box is not None:
        west, south, east, north = box
        east += 360 if east < west else 0
        longitudes = [x + 360 if x + 360 <= east else x for x in longitudes]
        longitudes, latitudes = [*longitudes, west, east], [*latitudes, south, north]
    elif longitudes and max(longitudes) - min(longitudes) > 180:
        turned = [x + 360 if x < 0 else x for x in longitudes]
        if max(turned) - min(turned) < max(longitudes) - min(longitudes):
            longitudes = turned
    if not longitudes:
        return None
    middle_x = (min(longitudes) + max(longitudes)) / 2
    middle_y = (min(latitudes) + max(latitudes)) / 2
    if box is None and len(set(points)) == 1:  # neighbours share a view, which is drawn once
        middle_x, middle_y = round(middle_x), round(middle_y)
    narrowing = max(math.cos(math.radians(middle_y)), 0.2)
    pad, least = (1.3, LEAST_DEGREES) if box is None else (1.06, LEAST_DEGREES / 4)
    high = max(least, (max(latitudes) - min(latitudes)) * pad)
    wide = max((max(longitudes) - min(longitudes)) * pad, high * WIDTH / HEIGHT / narrowing)
    wide = min(wide, 360.0)
    high = min(wide * narrowing * HEIGHT / WIDTH, 170.0)
    middle_y = min(max(middle_y, high / 2 - 88), 88 - high / 2)
    edges = (middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)
    return Viewport(*(round(edge, 1) for edge in edges))


@lru_cache(maxsize=1024)
def _outlines(folder: Path, view: Viewport, highlight: str) -> tuple[str, str]:
    """Return the SVG paths of the land in view: all of it, and the highlighted country."""
    high = view.north - view.south
    path = folder / f"countries-{'110m' if high > COARSE_DEGREES else '50m'}.json"
    finest = math.ceil(2 * math.log2(high / HEIGHT * LEAST_STEP))
    for level in range(finest, finest + LEVELS):
        rest: list[Outline] = []
        chosen: list[Outline] = []
        for number, ring in _rings_in_view(path, level, view):
            (chosen if highlight and number == highlight else rest).append(ring)
        if sum(map(len, rest)) + sum(map(len, chosen)) <= PATH_POINTS:
            break
    return _path(rest), _path(chosen)


def _rings_in_view(path: Path, level: int, view: Viewport) -> Iterator[tuple[str, Outline]]:
    """Yield the rings that can be seen, as they are drawn, each with the number of its country."""
    margin = (view.north - view.south) * 0.05
    south, north = view.south - margin, view.north + margin
    near = [r for r in _rings(path, level) if r[1].bounds[1] < north and r[1].bounds[3] > south]
    for turn in (-360.0, 0.0, 360.0):
        turned = Viewport(view.west - turn, view.south, view.east - turn, view.north)
        frame = (turned.west - margin, south, turned.east + margin, north)
        for number, ring in near:
            if _meets(ring.bounds, frame):
                yield number, turned.outline(_cut(ring, frame))


def _meets(a: Bounds, b: Bounds) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _cut(ring: Ring, frame: Bounds) -> list[Point]:
    """Return a ring without points that change nothing in the frame.

    A point does not if it lies beyond the same side as the one before and the one after.
    """
    points: list[Point] = []
    for bounds, piece in ring.pieces:
        points += piece if _meets(bounds, frame) else (piece[0], piece[-1])
    west, south, east, north = frame
    sides = [(x < west) | (y < south) << 1 | (x > east) << 2 | (y > north) << 3 for x, y in points]
    if not any(sides):
        return points
    kept, before = [], 0
    for point, side, after in zip(points, sides, sides[1:] + sides[:1], strict=True):
        if not before & side & after:
            kept.append(point)
            before = side
    return kept


def _path(rings: Iterable[Outline]) -> str:
    """Return an SVG path of rings in relative steps of a tenth pixel; a line is no ring."""
    parts = []
    for ring in rings:
        if len(ring) > 2:
            steps = [f"{_tenths(x - a)} {_tenths(y - b)}" for (a, b), (x, y) in pairwise(ring)]
            start = f"M{_tenths(ring[0][0])} {_tenths(ring[0][1])}l"
            parts.append(start + " ".join(steps).replace(" -", "-") + "z")
    return "".join(parts)


@lru_cache(maxsize=1 << 14)
def _tenths(value: int) -> str:
    whole, rest = divmod(abs(value), 10)
    return f"{'-' if value < 0 else ''}{whole}{f'.{rest}' if rest else ''}"


def _graticule(view: Viewport) -> str:
    """Return the SVG path of the meridians and parallels, eight or fewer across the view."""
    step = next(s for s in (1, 2, 5, 10, 15, 30, 60) if (view.east - view.west) / s <= 8)
    longitudes = range(math.ceil(view.west / step) * step, math.floor(view.east) + 1, step)
    latitudes = range(math.ceil(view.south / step) * step, math.floor(view.north) + 1, step)
    meridians = [f"M{view.x(degree):.1f} 0v{HEIGHT}" for degree in longitudes]
    return "".join(meridians + [f"M0 {view.y(degree):.1f}h{WIDTH}" for degree in latitudes])


def _markers(points: Sequence[Mapping[str, Any]], view: Viewport) -> list[str]:
    """Return a circle for each point, and its name where there is room for it."""
    spots = [(view.x(view.near(float(p["lon"]))), view.y(float(p["lat"]))) for p in points]
    radius = 8 if len(points) < 4 else 6 if len(points) < 25 else 4.5
    parts, taken = [], [(x - 9, y - 9, x + 9, y + 9) for x, y in spots]
    for point, (x, y) in zip(points, spots, strict=True):
        size = radius * (1 + 0.35 * (math.sqrt(point.get("count", 1)) - 1))
        parts.append(
            f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}">'
            f"<title>{escape(point['label'])}</title></circle>"
        )
    if len(points) > 3 * MOST_NAMES:
        return parts
    names = 0
    for index, (point, (x, y)) in enumerate(zip(points, spots, strict=True)):
        wide, left = 10.5 * len(point["label"]), x > WIDTH * 0.6
        start = x - 14 - wide if left else x + 14
        room = (start, y - 11, start + wide, y + 11)
        others = taken[:index] + taken[index + 1 :]
        if names >= MOST_NAMES or any(_meets(room, other) for other in others):
            continue
        names += 1
        taken.append(room)
        side = f'x="{x - 14:.1f}" text-anchor="end"' if left else f'x="{x + 14:.1f}"'
        parts.append(f'<text class="name" {side} y="{y + 6:.1f}">{escape(point["label"])}</text>')
    return parts


@lru_cache(maxsize=8)
def _rings(path: Path, level: int) -> tuple[tuple[str, Ring], ...]:
    """Return the rings of all countries, none if the file was not installed or is damaged.

    Each goes with the ISO 3166 number of its country.
    Arcs are thinned before they are joined, so that neighbours still share their border.

    :param level: points are at least 2 ** (level / 2) degrees apart
    """
    try:
        topology = json.loads(path.read_bytes())
        arcs = [_thinned(arc, 2.0 ** (level / 2)) for arc in _arcs(topology)]
        countries = topology["objects"]["countries"]["geometries"]
        return tuple((str(c.get("id", "")), ring) for c in countries for ring in _joined(c, arcs))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return ()


def _arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs in degrees: they are steps on a grid (TopoJSON, section 2.1.2)."""
    scale_x, scale_y = topology["transform"]["scale"]
    move_x, move_y = topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        columns = accumulate(step[0] for step in steps)
        rows = accumulate(step[1] for step in steps)
        grid = zip(columns, rows, strict=True)
        arcs.append([(x * scale_x + move_x, y * scale_y + move_y) for x, y in grid])
    return arcs


def _thinned(arc: list[Point], step: float) -> list[Point]:
    """Return an arc without points that are nearer than a step to the one before; ends stay."""
    x, y = arc[0]
    kept, least = [arc[0]], step * step
    narrowing = math.cos(math.radians(y)) ** 2
    for px, py in arc[1:-1]:
        if (px - x) * (px - x) * narrowing + (py - y) * (py - y) >= least:
            x, y = px, py
            kept.append((x, y))
    return [*kept, arc[-1]]


def _joined(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterator[Ring]:
    """Yield the rings of a geometry; a negative number is an arc walked backwards."""
    shapes = geometry.get("arcs", [])
    for polygon in [shapes] if geometry["type"] == "Polygon" else shapes:
        for numbers in polygon:
            ring: list[Point] = []
            for number in numbers:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += arc[1:] if ring else arc
            if any(abs(b[0] - a[0]) > 180 for a, b in pairwise(ring)):  # it goes on beyond 180
                ring = [(x + 360 if x < 0 else x, y) for x, y in ring]
            if len(set(ring)) > 2:  # smaller islands are left out
                pieces = [ring[i : i + PIECE] for i in range(0, len(ring), PIECE)]
                yield Ring(_bounds(ring), tuple((_bounds(piece), piece) for piece in pieces))


def _bounds(points: Sequence[Point]) -> Bounds:
    longitudes, latitudes = zip(*points, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)
