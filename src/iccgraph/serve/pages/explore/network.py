"""The network of cities and topics: a dot for each, a line for each pair with a practice.

Positions were worked out when the release was built, for all practices; a selection draws the part
of them that it has, so that a dot stays where it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import Final

from iccgraph.serve.dataset.explore import Crossed, cities_and_topics, most_first, positions
from iccgraph.serve.dataset.listing import Page
from iccgraph.serve.pages.explore.picture import LETTER, SMALL, Drawing, inline, shortened
from iccgraph.serve.pages.explore.shown import Numbers, Shown, city_filter, practices_path
from iccgraph.serve.pages.facts import View

_WIDE, _HIGH = 900, 680
_EDGE_X, _EDGE_Y = 90, 34
"""What is kept free for names at the edges. Units: pixels."""
_NAMED: Final = 26
"""So many cities have their name beside them, those with most practices."""
_CITY, _LARGE = 12, 25
"""The heights of letters of cities, and of topics on narrow screens. Units: pixels."""
_SMALL: Final = (120, 90)
_POWER: Final = 0.72
"""Below 1 it draws what stands in the middle apart; 1 would leave it where it is."""
_STEP: Final = 6
"""Room for names is sought on a grid of cells so wide."""


Dot = tuple[str, str, float, float, float]
"""Kind, key, place from the left and from the top, and radius. Units: pixels."""


class Network(Shown):
    """Cities and topics, joined by practices."""

    name = "network"

    @cached_property
    def crossed(self) -> Crossed:
        """The numbers by city and topic."""
        return cities_and_topics(self.selected)

    @cached_property
    def places(self) -> Mapping[tuple[str, str], tuple[float, float]]:
        """Where each city and topic stands. Units: from -1 to 1, across and down."""
        return _spread(positions(self.release, self.selected.selection.scheme))

    @property
    def empty(self) -> bool:
        """True if no practice joins a city with a topic, or the release has no positions."""
        return not self.crossed.cells or not self.places

    def facts(self) -> View:
        """Return how many dots and lines there are, and which have most."""
        crossed, cells = self.crossed, self.crossed.cells
        topics: dict[str, int] = {}
        for row in cells.values():
            for topic in row:
                topics[topic] = topics.get(topic, 0) + 1
        links = {city: len(row) for city, row in cells.items()}
        city, topic = most_first(links, 1)[0], most_first(topics, 1)[0]
        once = sum(1 for row in cells.values() for count in row.values() if count == 1)
        return {
            "practices": crossed.practices,
            "cities": len(cells),
            "topics": len(topics),
            "lines": crossed.pairs,
            "city": self.cities.get(city, city),
            "city_links": links[city],
            "topic": self.topics.get(topic, topic),
            "topic_links": topics[topic],
            "once": once,
            "largest": crossed.largest,
            "cityless": crossed.rowless,
            "topicless": crossed.columnless,
        }

    def _at(self, kind: str, key: str, wide: int = _WIDE, high: int = _HIGH) -> tuple[float, float]:
        x, y = self.places.get((kind, key), (0.0, 0.0))
        left, top = _EDGE_X * wide / _WIDE, _EDGE_Y * high / _HIGH
        return (
            round(wide / 2 + x * (wide / 2 - left), 1),
            round(high / 2 + y * (high / 2 - top), 1),
        )

    def _lines(self, wide: int, high: int) -> list[str]:
        """Return the lines as one path for each width: one, two, and more practices."""
        paths: dict[int, list[str]] = {1: [], 2: [], 4: []}
        for city, row in self.crossed.cells.items():
            x, y = self._at("city", city, wide, high)
            for topic, count in row.items():
                to_x, to_y = self._at("topic", topic, wide, high)
                width = 1 if count == 1 else 2 if count == 2 else 4
                paths[width].append(f"M{x:g} {y:g}L{to_x:g} {to_y:g}")
        return [
            f'<path class="edge" stroke-width="{width}" d="{"".join(lines)}"/>'
            for width, lines in paths.items()
            if lines
        ]

    @cached_property
    def _dots(self) -> list[Dot]:
        """Return kind, key, place and radius of each dot, topics first, those with most before."""
        crossed, topics = self.crossed, {t for row in self.crossed.cells.values() for t in row}
        most_topic = max(crossed.columns.values())
        most_city = max(crossed.rows.values())
        found = []
        for key in most_first({t: crossed.columns[t] for t in topics}):
            radius = 6 + 12 * (crossed.columns[key] / most_topic) ** 0.5
            found.append(("topic", key, *self._at("topic", key), round(radius, 1)))
        for key in most_first({c: crossed.rows[c] for c in crossed.cells}):
            radius = 3 + 7 * (crossed.rows[key] / most_city) ** 0.5
            found.append(("city", key, *self._at("city", key), round(radius, 1)))
        return found

    def _names(self, topic_size: int = 15, city_size: int = 12) -> dict[tuple[str, str], str]:
        """Return the names beside dots as SVG: of all topics, and of cities where there is room.

        Arguments: sizes are those of letters; without one of cities these have no names, and
        topics have them only where there is room. Units: pixels.
        """
        taken: set[tuple[int, int]] = set()
        dots, found = self._dots, {}
        topics = [dot for dot in dots if dot[0] == "topic"]
        _fill(taken, topics)
        for kind, key, x, y, radius in topics:
            words = self.topics.get(key, key)
            found[kind, key] = _name(taken, words, x, y, radius, topic_size, (340, 170))
        if not city_size:
            return {dot: name for dot, (name, fits) in found.items() if fits}
        _fill(taken, dots)  # names of topics may cover cities, not the other way
        for kind, key, x, y, radius in dots[len(topics) :]:
            name, fits = _name(taken, self.cities.get(key, key), x, y, radius, city_size, (220,))
            if fits:
                found[kind, key] = name, fits
            if len(found) == len(topics) + _NAMED:
                break
        return {dot: name for dot, (name, _) in found.items()}

    def drawing(self) -> Drawing:
        """Return lines, dots and names."""
        names = self._names()
        parts = self._lines(_WIDE, _HIGH)
        dots = self._dots
        parts += [
            f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
            if kind == "city"
            else _diamond(x, y, radius)
            for kind, _, x, y, radius in reversed(dots)
        ]
        parts += reversed(names.values())
        return Drawing("".join(parts), _WIDE, _HIGH)

    def view(self, _: Page) -> View:
        """Return the picture with a link for each dot, and the topics with their cities."""
        names, selection = self._names(), self.selected.selection
        large = self._names(_LARGE, 0)
        parts = self._lines(_WIDE, _HIGH)
        cells = self.crossed.cells
        for kind, key, x, y, radius in reversed(self._dots):
            is_topic = kind == "topic"
            called = (self.topics if is_topic else self.cities).get(key, key)
            own = "topic" if is_topic else city_filter(self.release, key)
            count = (self.crossed.columns if is_topic else self.crossed.rows)[key]
            shape = (
                _diamond(x, y, radius)
                if is_topic
                else f'<circle class="city" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
            )
            joined = "" if is_topic else f' data-to="{" ".join(sorted(cells.get(key, ())))}"'
            title = self.phrases.say("dot", called, count)
            parts.append(
                f'<a href="{escape(practices_path(selection, **{own: key}))}" class="node"'
                f' data-key="{key}" data-kind="{kind}" data-x="{x:g}" data-y="{y:g}"{joined}>'
                f"<title>{escape(title)}</title>"
                f'<circle class="hit" cx="{x:g}" cy="{y:g}" r="{max(12, radius):g}"/>{shape}'
                f'<g class="wide">{names.get((kind, key), "")}</g>'
                f'<g class="narrow">{large.get((kind, key), "")}</g></a>'
            )
        return {"width": _WIDE, "height": _HIGH, "body": "".join(parts)}

    def numbers(self) -> Numbers:
        """Return the lines with the number of practices of each."""
        rows = [
            (city, self.cities.get(city, city), topic, self.topics.get(topic, topic), count)
            for city, topic, count in self.crossed.largest_cells(self.crossed.pairs)
        ]
        return Numbers(("city", "city_label", "topic", "topic_label", "practices"), rows, (1, 3, 4))

    def small(self) -> str:
        """Return lines and dots without words, for a page that leads here."""
        wide, high = _SMALL
        edges = "".join(self._lines(wide, high)).replace('stroke-width="4"', 'stroke-width="1"')
        parts = [edges.replace('stroke-width="2"', 'stroke-width="0.7"')]
        for kind, key, _, _, radius in reversed(self._dots):
            x, y = self._at(kind, key, wide, high)
            parts.append(f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{radius / 5:.2g}"/>')
        return inline(Drawing("".join(parts), wide, high), SMALL)


def _spread(
    places: Mapping[tuple[str, str], tuple[float, float]],
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return positions that fill the picture; what stands close in the middle is drawn apart."""
    if not places:
        return {}
    across, down = zip(*places.values(), strict=True)

    def spread(value: float, least: float, most: float) -> float:
        part = 2 * (value - least) / ((most - least) or 1) - 1
        return math.copysign(abs(part) ** _POWER, part)

    return {
        key: (spread(x, min(across), max(across)), spread(y, min(down), max(down)))
        for key, (x, y) in places.items()
    }


def _fill(taken: set[tuple[int, int]], dots: Iterable[Dot]) -> None:
    """Take the places of dots, so that no name covers them."""
    for *_, x, y, radius in dots:
        taken |= _cells(x - radius, y - radius, x + radius, y + radius)


def _name(
    taken: set[tuple[int, int]],
    words: str,
    x: float,
    y: float,
    radius: float,
    size: int,
    widths: Sequence[int],
) -> tuple[str, bool]:
    """Return the name of a dot as SVG, and whether there was room for it.

    Arguments: a name is shortened to one width after another until there is room.
    """
    is_topic, placed, shown, wide = size > _CITY, None, words, 0.0
    for most in widths:
        shown = shortened(words, most * size / 15, size)
        wide = size * LETTER * len(shown) * (1.06 if is_topic else 1)
        if placed := _room(taken, x, y, radius, wide, size):
            break
    at_x, at_y, anchor = placed or (x, y - radius - 3, "middle")
    at_x = min(max(at_x, wide / 2), _WIDE - wide / 2) if anchor == "middle" else at_x
    kinds = f"name {'head' if is_topic else 'small'} {anchor}".rstrip()
    svg = f'<text class="{kinds}" x="{at_x:g}" y="{at_y:g}">{escape(shown)}</text>'
    return svg, placed is not None


def _diamond(x: float, y: float, radius: float) -> str:
    """Return a topic's dot, which has another shape than a city's."""
    r = f"{radius:g}"
    return f'<path class="topic" d="M{x:g} {y - radius:g}l{r} {r} -{r} {r} -{r} -{r}z"/>'


def _cells(left: float, top: float, right: float, bottom: float) -> set[tuple[int, int]]:
    """Return the cells of the grid that a box touches."""
    return {
        (column, row)
        for column in range(int(left // _STEP), int(right // _STEP) + 1)
        for row in range(int(top // _STEP), int(bottom // _STEP) + 1)
    }


def _room(
    taken: set[tuple[int, int]], x: float, y: float, radius: float, wide: float, size: int
) -> tuple[float, float, str] | None:
    """Take a place for a name beside a dot, right, left, below or above; None if there is none."""
    near = [
        place
        for gap in (radius + 4, radius + 14, radius + 26)[: 3 if size > _CITY else 1]
        for place in (
            (x + gap, y + size / 3, ""),
            (x - gap, y + size / 3, "end"),
            (x, y + gap + size * 0.8, "middle"),
            (x, y - gap, "middle"),
            (x + gap * 0.7, y + gap * 0.7 + size * 0.6, ""),
            (x + gap * 0.7, y - gap * 0.7, ""),
            (x - gap * 0.7, y + gap * 0.7 + size * 0.6, "end"),
            (x - gap * 0.7, y - gap * 0.7, "end"),
        )
    ]
    for at_x, at_y, anchor in near:
        left = at_x - {"": 0, "end": wide, "middle": wide / 2}[anchor]
        if left < 0 or left + wide > _WIDE or at_y > _HIGH - 4 or at_y < size:
            continue
        wanted = _cells(left, at_y - size * 0.75, left + wide, at_y + size * 0.15)
        if not wanted & taken:
            taken |= wanted
            return at_x, at_y, anchor
    return None
