"""Maps whose dots are links, as SVG for three widths, of which a page shows the one that fits.

Dots that would overlap are merged into one, which leads to all of its places; places that are not
in view are returned apart, to be said in words. `moving-map.js` reads the same places as JSON.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Final

import orjson
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from iccgraph.languages import collation_key
from iccgraph.serve.context import link, settings
from iccgraph.serve.pages.outlines import HEIGHT, WIDTH, Bounds, Viewport, backdrop

EUROPE: Final[Bounds] = (-24.5, 34.5, 45.0, 70.0)
"""West, south, east and north of the part of Europe that maps show if most places are in it."""
WORLD: Final = Viewport(-170.0, -60.0, 190.0, 80.0)
WORLD_DEGREES: Final = 100.0
"""Views that would be higher than this show the world."""
LEAST_DEGREES: Final = 11.0
"""A view is at least so high, so that a single city is seen with what surrounds it."""
BOX_DEGREES: Final = 13.0
"""A country is shown whole if the view of it is not higher than this, else its places are."""
EDGE: Final = 27
"""Dots are at least so far from the edge of the drawing."""
STEP: Final = 1.15
"""Views are so many times as high as the next lower ones: few of them, whose outlines are kept."""
MARGIN: Final = 1.12
"""A view is so many times as high as what has to be in it."""
SNAP: Final = 16
"""The middle of a view lies on a grid of so many steps across the view."""
ROW: Final = 1000
"""Cells of the grid by which near dots are found are numbered from left to right and by rows."""
AROUND: Final = tuple(row + column for row in (-ROW, 0, ROW) for column in (-1, 0, 1))
LEAST_TOP: Final = 10
"""The largest dot has at least so many practices, else it is smaller."""
NUMBER_SIZES: Final = (0, 0.28, 0.36, 0.46)
"""Dots are at least so large, of what lies between them, for numbers of so many digits."""
CELL: Final = 4
"""Room for names is sought on a grid of cells so wide."""
LETTER: Final = 0.62
"""A letter of a wide font is so wide, of its height."""
MOST_TITLED: Final = 6
"""So many places are named in the title of a dot that stands for several."""

Place = Mapping[str, Any]
"""What a dot stands for: `label`, `lat`, `lon`, and maybe `key`, `path`, `count` and `country`."""
PathOf = Callable[[Sequence[str]], str]
Total = Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Layer:
    """The dots of a map for pages that show it at a certain width.

    Units: pixels of the drawing, of which `WIDTH` make the whole width. The centres of dots are
    `apart`, which is 24 pixels on the narrowest screen that shows the layer; names are in `letters`
    of that size, and there are at most `names`.
    """

    name: str
    apart: int
    letters: int
    names: int


LAYERS: Final = (
    Layer("wide", 21, 13, 20),
    Layer("middle", 32, 18, 12),
    Layer("narrow", 54, 27, 5),
)
"""Each is made of the dots of the one before; the style sheet has the widths that they are for."""


@dataclass(slots=True)
class Marker:
    """A dot, and the places that it stands for, the first of which is where it is.

    `opening` is the start of its element up to its title, empty until it is needed.
    """

    x: int
    y: int
    places: list[Place]
    count: int | None = None
    opening: str = ""
    closing: str = "</a>"


@dataclass(frozen=True, slots=True)
class Beyond:
    """Places that are not on the map, under the name of their country or their own."""

    label: str
    count: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map as SVG, what is not on it, and its places as JSON for the script.

    `places` is the number of places on the map.
    """

    svg: Markup
    beyond: list[Beyond]
    data: Markup
    places: int


def any_city() -> PathOf:
    """Return what gives the path of the practices of any of some cities.

    Keys are put into it as they are: they have no character that needs quoting (`iris.py`).
    """
    start = link("practices?city=")
    return lambda keys: start + "&city=".join(keys)


@dataclass(frozen=True, slots=True)
class Targets:
    """What dots are called and where they lead.

    Arguments: `path_of` and `total` give the path and the number of practices of several places by
    their keys; `practices` says a number of practices, `others` that places and so many more are
    meant; `beside` leads to a list of places without practices.
    """

    path_of: PathOf
    practices: Callable[[int], str] = str
    others: Callable[[str, int], str] = "{} +{}".format
    total: Total | None = None
    beside: str = ""

    def count(self, places: Sequence[Place]) -> int | None:
        """Return how many practices places have, None if none of them says it."""
        if len(places) == 1:
            return places[0].get("count")
        counts = [count for place in places if (count := place.get("count")) is not None]
        if self.total is None or len(counts) < 2:
            return sum(counts) if counts else None
        return self.total([place["key"] for place in places])

    def path(self, places: Sequence[Place], count: int | None, several: bool = False) -> str:
        """Return where a dot of some places leads, empty if nowhere.

        Arguments: `several` has one place lead where several would, not to its own page.
        """
        if len(places) == 1 and not several:
            path = places[0].get("path") or ""
        elif count == 0 and self.beside:
            path = self.beside
        else:
            path = self.path_of([place["key"] for place in places])
        return path

    def title(self, places: Sequence[Place], count: int | None) -> str:
        """Return which places a dot stands for, and how many practices they have."""
        names = str(places[0]["label"])
        if len(places) > 1:
            names = ", ".join([place["label"] for place in places[:MOST_TITLED]])
        if len(places) > MOST_TITLED:
            names = self.others(names, len(places) - MOST_TITLED)
        return names if count is None else names + self.practices(count)


@pass_context
def result_map(
    context: Context,
    points: Iterable[Place],
    label: str,
    path_of: PathOf | None = None,
    total: Total | None = None,
    beside: str = "",
    kept: dict[tuple[str, ...], Any] | None = None,
    **view: Any,
) -> Drawing | None:
    """Return a map in the language of a page, None if there is nothing to show.

    Arguments: see `Targets` and `draw`. `kept` has the maps of all practices, which many pages
    show: one for each label and way to lists.
    """
    asked = ("map", label, path_of(()) if path_of else "")
    if kept is not None and asked in kept:
        found: Drawing = kept[asked]
        return found
    t, plural = context["t"], context["plural"]

    @cache
    def practices(count: int) -> str:
        return str(t(": {value}", value=plural(count, "{count} practice", "{count} practices")))

    def others(places: str, count: int) -> str:
        return str(plural(count, *["{places} and {count} more"] * 2, places=places))

    targets = Targets(path_of or any_city(), practices, others, total, beside)
    drawn = draw(list(points), label, targets, **view)
    if kept is not None:
        kept[asked] = drawn
    return drawn


def draw(
    points: Sequence[Place],
    label: str,
    targets: Targets,
    *,
    box: Sequence[float] | None = None,
    highlight: str = "",
    here: str = "",
) -> Drawing | None:
    """Return a map of places, None if there is neither a place with a position nor a box.

    Arguments: `label` is what the map is called; `box` is around a country: west, south, east,
    north; `highlight` is the ISO number of the country to bring out, `here` the key of the place
    that the page is about.
    """
    placed = [p for p in points if p["lat"] is not None and p["lon"] is not None]
    view = _view([(p["lon"], p["lat"]) for p in placed], box)
    if view is None:
        return None
    placed.sort(key=lambda place: place.get("count") or 0, reverse=True)
    if here:
        placed.sort(key=lambda place: place.get("key") != here)
    markers, off = _located(placed, view)
    seen = [marker.places[0] for marker in markers]
    size, name = f'viewBox="0 0 {WIDTH} {HEIGHT}"', f'aria-label="{escape(label)}"'
    parts = [f'<svg class="map" {size} role="group" {name}>']
    parts.append(backdrop(settings().vendor_dir, view, highlight))
    for layer in LAYERS:
        markers = _merged(markers, layer.apart)
        parts += _layer(markers, layer, targets, here)
    svg = Markup("".join([*parts, "</svg>"]))  # noqa: S704  # every text in it was escaped
    off += [p for p in points if p["lat"] is None or p["lon"] is None]
    return Drawing(svg, _beyond(off, seen, targets), _data(placed, view, targets, here), len(seen))


def drawn_places(points: Sequence[Place], total: Total) -> tuple[str, list[tuple[str, int | None]]]:
    """Return a map as the body of a picture without links, and what is not in its view.

    Arguments: `total` gives the number of practices of several places by their keys.
    """
    placed = [p for p in points if p["lat"] is not None and p["lon"] is not None]
    view = _view([(p["lon"], p["lat"]) for p in placed], None) or WORLD
    placed.sort(key=lambda place: place.get("count") or 0, reverse=True)
    markers, off = _located(placed, view)
    seen = [marker.places[0] for marker in markers]
    layer, targets = LAYERS[0], Targets(lambda _: "", total=total)
    markers = _merged(markers, layer.apart)
    for marker in markers:
        marker.count = targets.count(marker.places)
    numbers, radii, names = _sized(markers, layer)
    parts = [backdrop(settings().vendor_dir, view, "")]
    for index, marker in enumerate(markers):
        number = f'<text class="number" y="3.5">{numbers[index]}</text>' if numbers[index] else ""
        name = names.get(index, "").replace("<text ", '<text y="4.5" ')
        parts.append(
            f'<g transform="translate({marker.x} {marker.y})">'
            f'<circle class="dot" r="{radii[index]}"/>{number}{name}</g>'
        )
    off += [p for p in points if p["lat"] is None or p["lon"] is None]
    return "".join(parts), [(group.label, group.count) for group in _beyond(off, seen, targets)]


def _located(places: Iterable[Place], view: Viewport) -> tuple[list[Marker], list[Place]]:
    """Return a dot for each place in view, not too near to the edge, and the other places."""
    across, down = WIDTH / (view.east - view.west), HEIGHT / (view.north - view.south)
    west, north, most_x, most_y = view.west, view.north, WIDTH - EDGE, HEIGHT - EDGE
    markers, off = [], []
    for place in places:
        x, y = int((place["lon"] - west) * across), int((north - place["lat"]) * down)
        if x < 0:
            x = int((view.near(place["lon"]) - west) * across)
        if EDGE <= x <= most_x and EDGE <= y <= most_y:
            markers.append(Marker(x, y, [place]))
        elif 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            x, y = min(max(x, EDGE), most_x), min(max(y, EDGE), most_y)
            markers.append(Marker(x, y, [place]))
        else:
            off.append(place)
    return markers, off


def _view(points: Sequence[tuple[float, float]], box: Sequence[float] | None) -> Viewport | None:
    """Return the view of the box if that is not too high, else of the points.

    If most points are in Europe, those elsewhere are left out of view.
    """
    if box is not None:
        west, south, east, north = box
        whole = _around(west, south, east + 360 if east < west else east, north, LEAST_DEGREES / 4)
        if not points or whole.north - whole.south <= BOX_DEGREES:
            return whole
    west, south, east, north = EUROPE
    european = [(x, y) for x, y in points if west < x < east and south < y < north]
    if len(european) * 2 > len(points):
        points = european
    if not points:
        return None
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    turned = [x + 360 if x < 0 else x for x in longitudes]
    if max(longitudes) - min(longitudes) > max(180, max(turned) - min(turned)):
        longitudes = turned
    return _around(min(longitudes), min(latitudes), max(longitudes), max(latitudes), LEAST_DEGREES)


def _around(west: float, south: float, east: float, north: float, least: float) -> Viewport:
    """Return the lowest of few views that has a part of the world in it, with a margin.

    Arguments: no view is lower than `least` degrees.
    """
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    narrowing = max(math.cos(math.radians(middle_y)), 0.2)
    needed = max(north - south, (east - west) * narrowing * HEIGHT / WIDTH) * MARGIN
    high = least * STEP ** max(0, math.ceil(math.log(max(needed, least) / least, STEP)))
    if high > WORLD_DEGREES:
        return WORLD
    middle_y = round(middle_y / high * SNAP) * high / SNAP
    middle_y = min(max(middle_y, high / 2 - 88), 88 - high / 2)
    wide = high * WIDTH / HEIGHT / max(math.cos(math.radians(middle_y)), 0.2)
    middle_x = round(middle_x / wide * SNAP) * wide / SNAP
    edges = (middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)
    return Viewport(*(round(edge, 1) for edge in edges))


def _merged(markers: Iterable[Marker], apart: int) -> list[Marker]:
    """Return dots that are at least so far from each other; the first ones take the others in."""
    near: dict[int, list[Marker]] = {}
    kept = []
    for marker in markers:
        x, y = marker.x, marker.y
        cell = y // apart * ROW + x // apart
        for other in near.get(cell, ()):
            if (other.x - x) ** 2 + (other.y - y) ** 2 < apart * apart:
                other.places += marker.places
                other.opening = ""
                break
        else:
            kept.append(marker)
            for step in AROUND:
                if cell + step in near:
                    near[cell + step].append(marker)
                else:
                    near[cell + step] = [marker]
    return kept


def _sized(markers: Sequence[Marker], layer: Layer) -> tuple[list[str], list[int], dict[int, str]]:
    """Return the number in each dot, its radius, and the names beside dots by their places."""
    top = max((marker.count or 0 for marker in markers), default=0)
    numbers = [_number(marker) for marker in markers]
    radii = [_radius(m, n, layer.apart, top) for m, n in zip(markers, numbers, strict=True)]
    names = _names(markers, radii, layer)
    return numbers, radii, names


def _layer(markers: Sequence[Marker], layer: Layer, targets: Targets, here: str) -> list[str]:
    """Return the dots of a layer as SVG, the number of practices in them, and names beside them."""
    for marker in markers:
        if not marker.opening:
            _open(marker, targets, here)
    numbers, radii, names = _sized(markers, layer)
    parts = [f'<g class="{layer.name}">']
    hit = f'<circle class="hit" r="{layer.apart / 2:g}"/><circle r="'
    for index, marker in enumerate(markers):
        number = numbers[index]
        text = f'"/><text>{number}</text>' if number else '"/>'
        name = names.get(index, "")
        parts.append(f"{marker.opening}{hit}{radii[index]}{text}{name}{marker.closing}")
    return [*parts, "</g>"]


def _open(marker: Marker, targets: Targets, here: str) -> None:
    """Count the practices of a dot, and write the start of its element."""
    places = marker.places
    marker.count = count = targets.count(places)
    path = targets.path(places, count)
    kind = "many" if len(places) > 1 else ""
    kind = kind if count != 0 else f"{kind} empty"
    kind = kind if not here or places[0].get("key") != here else f"{kind} here"
    shape = f' class="{kind.lstrip()}"' if kind else ""
    title = f"<title>{escape(targets.title(places, count))}</title>"
    name, href = ("a", f' href="{escape(path)}"') if path else ("g", "")
    marker.opening = f'<{name}{href}{shape} transform="translate({marker.x} {marker.y})">{title}'
    marker.closing = f"</{name}>"


def _number(marker: Marker) -> str:
    """Return the number that a dot shows: none for one practice of one place, nor for 0."""
    count = marker.count
    if count is None:
        return str(len(marker.places)) if len(marker.places) > 1 else ""
    if count == 0 or (count == 1 and len(marker.places) == 1):
        return ""
    return str(count) if count < 1000 else f"{count // 1000}k"


def _radius(marker: Marker, number: str, apart: int, top: int) -> int:
    """Return the radius of a dot: its area grows with its practices, and its number fits in."""
    if marker.count is None and not number:
        return round(apart * 0.3)
    size = 0.2 + 0.26 * math.sqrt((marker.count or 0) / max(top, LEAST_TOP))
    return round(apart * max(size, NUMBER_SIZES[min(len(number), 3)]))


def _names(markers: Sequence[Marker], radii: Sequence[int], layer: Layer) -> dict[int, str]:
    """Return the names beside dots as SVG, by their numbers, where there is room and not enough."""
    rows = [0] * (HEIGHT // CELL + 1)
    for marker, radius in zip(markers, radii, strict=True):
        mask = _columns(marker.x - radius, marker.x + radius)
        for row in range((marker.y - radius) // CELL, (marker.y + radius) // CELL + 1):
            rows[row] |= mask
    half, names = layer.letters * 3 // 5, {}
    for index, marker in enumerate(markers[: 2 * layer.names]):
        more = f" +{len(marker.places) - 1}" if len(marker.places) > 1 else ""
        text = f"{marker.places[0]['label']}{more}"
        wide, gap = int(layer.letters * LETTER * len(text)), radii[index] + layer.letters // 3
        beside = range((marker.y - half) // CELL, (marker.y + half) // CELL + 1)
        right, left = marker.x + gap, marker.x - gap - wide
        if right + wide < WIDTH and _take(rows, beside, _columns(right, right + wide)):
            names[index] = f'<text class="name" x="{gap}">{escape(text)}</text>'
        elif left > 0 and _take(rows, beside, _columns(left, left + wide)):
            names[index] = f'<text class="name end" x="-{gap}">{escape(text)}</text>'
        if len(names) == layer.names:
            break
    return names


def _columns(left: int, right: int) -> int:
    """Return the bits of the cells from one pixel to another."""
    first = left // CELL
    return ((2 << (right // CELL - first)) - 1) << first


def _take(rows: list[int], beside: range, columns: int) -> bool:
    """Mark cells of some rows as taken; false, and nothing is marked, if one is already."""
    for row in beside:
        if rows[row] & columns:
            return False
    for row in beside:
        rows[row] |= columns
    return True


def _beyond(off: Sequence[Place], seen: Iterable[Place], targets: Targets) -> list[Beyond]:
    """Return the places off the map by country, or each by itself if its country is on the map."""
    in_view = {place.get("country") for place in seen}
    groups: dict[tuple[str, bool], list[Place]] = {}
    for place in off:
        country = place.get("country") or ""
        whole = bool(country) and country not in in_view
        groups.setdefault((country if whole else place["label"], whole), []).append(place)
    found = []
    for (name, whole), places in groups.items():
        count = targets.count(places)
        found.append(Beyond(name, count, targets.path(places, count, several=whole)))
    return sorted(found, key=lambda group: (-(group.count or 0), collation_key(group.label)))


def _data(places: Iterable[Place], view: Viewport, targets: Targets, here: str) -> Markup:
    """Return the view and the places as JSON that cannot end the script element that it is in."""
    rows = [
        (p["label"], p["lat"], p["lon"], p.get("count"), targets.path([p], None)) for p in places
    ]
    edges = (view.south, view.west), (view.north, view.east)
    found = orjson.dumps({"view": edges, "places": rows, "here": bool(here)}).decode()
    return Markup(found.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704  # no markup is left in it
