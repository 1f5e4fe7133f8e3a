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
"""The outlines of one view are thinned until they have at most so many points."""
MOST_NAMES: Final = 8

Point = tuple[float, float]
"""Longitude and latitude in degrees, or x and y in pixels."""
Ring = tuple[Point, ...]
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
        west, wide, north, high = (
            self.west,
            self.east - self.west,
            self.north,
            self.north - self.south,
        )
        return [
            (round((x - west) / wide * WIDTH * 10), round((north - y) / high * HEIGHT * 10))
            for x, y in ring
        ]

    def near(self, longitude: float) -> float:
        """Return the longitude, a turn further east if that brings it into the view."""
        turned = longitude + 360
        return turned if longitude < self.west and turned <= self.east else longitude


@dataclass(frozen=True, slots=True)
class CountryOutline:
    """The outline of a country; `number` is its ISO 3166 number, each ring goes with its bounds."""

    number: str
    rings: tuple[tuple[Viewport, Ring], ...]


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
    name = "110m" if view.north - view.south > COARSE_DEGREES else "50m"
    margin = (view.north - view.south) * 0.05
    frame = Viewport(
        view.west - margin, view.south - margin, view.east + margin, view.north + margin
    )
    rest: list[Outline] = []
    chosen: list[Outline] = []
    for country in _countries(folder / f"countries-{name}.json"):
        rings = chosen if highlight and country.number == highlight else rest
        rings += [view.outline(ring) for ring in _visible(country, frame)]
    step, found = 8.0, [rest, chosen]
    while True:
        found = [[_thinned(ring, step) for ring in rings] for rings in found]
        if sum(len(ring) for rings in found for ring in rings) <= PATH_POINTS:
            return _path(found[0]), _path(found[1])
        step *= 1.5


def _visible(country: CountryOutline, frame: Viewport) -> Iterator[list[Point]]:
    for bounds, ring in country.rings:
        if bounds.south > frame.north or bounds.north < frame.south:
            continue
        for turn in (-360.0, 0.0, 360.0):
            if bounds.west + turn > frame.east or bounds.east + turn < frame.west:
                continue
            shown = [(x + turn, y) for x, y in ring] if turn else list(ring)
            if len(clipped := _clip(shown, frame)) > 2:
                yield clipped


def _clip(ring: list[Point], frame: Viewport) -> list[Point]:
    """Return the part of a ring that lies in the frame (Sutherland and Hodgman)."""
    sides = ((0, frame.west, 1), (0, frame.east, -1), (1, frame.south, 1), (1, frame.north, -1))
    extent = [(min(values), max(values)) for values in zip(*ring, strict=True)]
    for axis, edge, sign in sides:
        if extent[axis][0] >= edge if sign > 0 else extent[axis][1] <= edge:
            continue  # all of it lies on this side
        inside: list[Point] = []
        before = ring[-1] if ring else (0.0, 0.0)
        was_in = (before[axis] - edge) * sign >= 0
        for point in ring:
            is_in = (point[axis] - edge) * sign >= 0
            if is_in != was_in:
                share = (edge - before[axis]) / (point[axis] - before[axis])
                other = before[1 - axis] + share * (point[1 - axis] - before[1 - axis])
                inside.append((edge, other) if axis == 0 else (other, edge))
            if is_in:
                inside.append(point)
            before, was_in = point, is_in
        ring = inside
    return ring


def _thinned(ring: Outline, step: float) -> Outline:
    """Return a ring without points that are nearer to the one before than a step."""
    x, y = ring[0]
    kept, least = [ring[0]], step * step
    for px, py in ring:
        if (px - x) * (px - x) + (py - y) * (py - y) >= least:
            x, y = px, py
            kept.append((x, y))
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
        if names >= MOST_NAMES or any(_overlap(room, other) for other in others):
            continue
        names += 1
        taken.append(room)
        side = f'x="{x - 14:.1f}" text-anchor="end"' if left else f'x="{x + 14:.1f}"'
        parts.append(f'<text class="name" {side} y="{y + 6:.1f}">{escape(point["label"])}</text>')
    return parts


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@lru_cache(maxsize=4)
def _countries(path: Path) -> tuple[CountryOutline, ...]:
    """Return the outlines of all countries, none if the file was not installed or is damaged."""
    try:
        topology = json.loads(path.read_bytes())
        arcs = _arcs(topology)
        found = topology["objects"]["countries"]["geometries"]
        return tuple(CountryOutline(str(g.get("id", "")), tuple(_rings(g, arcs))) for g in found)
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


def _rings(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterator[tuple[Viewport, Ring]]:
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
            longitudes, latitudes = zip(*ring, strict=True)
            bounds = (min(longitudes), min(latitudes), max(longitudes), max(latitudes))
            yield Viewport(*bounds), tuple(ring)
