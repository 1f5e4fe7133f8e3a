"""The map: the cities of the practices, as on all maps of the site, and as a file."""

from __future__ import annotations

from functools import cached_property, partial
from html import unescape
from typing import Final

from iccgraph.serve.dataset.explore import Crossed, most_first, places, total_of
from iccgraph.serve.dataset.listing import Page
from iccgraph.serve.pages.explore.picture import INNER, SMALL, Drawing, inline, nested, text
from iccgraph.serve.pages.explore.shown import Numbers, Shown, share
from iccgraph.serve.pages.facts import View
from iccgraph.serve.pages.map import drawn_places
from iccgraph.serve.pages.outlines import HEIGHT, WIDTH

_LARGEST: Final = 3
_SMALL: Final = (120, 90)


class Places(Shown):
    """The practices of each city on a map."""

    name = "map"

    @cached_property
    def crossed(self) -> Crossed:
        """The numbers by city."""
        return places(self.selected)

    @property
    def empty(self) -> bool:
        """True if no practice has a city."""
        return not self.crossed.rows

    def facts(self) -> View:
        """Return the cities with most practices, and what the map cannot show."""
        rows, positions = self.crossed.rows, self.release.positions
        largest = most_first(rows, _LARGEST)
        together = sum(rows[key] for key in largest)
        return {
            "practices": self.crossed.practices,
            "cities": len(rows),
            "countries": len({self.release.city_countries.get(key) for key in rows}),
            "city": self.cities.get(largest[0], largest[0]),
            "city_count": rows[largest[0]],
            "largest": [self.cities.get(key, key) for key in largest],
            "share": share(together, self.crossed.practices),
            "cityless": self.crossed.rowless,
            "placeless": len([key for key in rows if key not in positions]),
        }

    def drawing(self) -> Drawing:
        """Return the map, and below it what is outside of its view."""
        points = [
            {
                "key": key,
                "label": self.cities.get(key, key),
                "lat": at[0],
                "lon": at[1],
                "count": count,
                "country": self.countries.get(self.release.city_countries.get(key, ""), ""),
            }
            for key, count in self.crossed.rows.items()
            for at in (self.release.positions.get(key, (None, None)),)
        ]
        body, beyond = drawn_places(points, partial(total_of, self.selected))
        high = round(INNER * HEIGHT / WIDTH)
        parts = [nested(Drawing(body, WIDTH, HEIGHT), 0, 0, INNER, high)]
        if beyond:
            named = ", ".join(f"{unescape(name)} ({count})" for name, count in beyond)
            parts.append(text(self.phrases.say("beyond", named), 0, high + 22))
            high += 30
        return Drawing("".join(parts), INNER, high)

    def view(self, _: Page) -> View:
        """Return nothing: the page draws the map of its list."""
        return {}

    def numbers(self) -> Numbers:
        """Return the practices by city, with its position."""
        positions, countries = self.release.positions, self.release.city_countries
        rows = [
            (
                *(key, self.cities.get(key, key), countries.get(key, "")),
                *positions.get(key, ("", "")),
                self.crossed.rows[key],
            )
            for key in most_first(self.crossed.rows)
        ]
        columns = ("city", "city_label", "country", "latitude", "longitude", "practices")
        return Numbers(columns, rows, (1, 2, 5))

    def small(self) -> str:
        """Return dots alone, of the part of the world around Europe."""
        wide, high = _SMALL
        parts = []
        most = max(self.crossed.rows.values())
        for key in most_first(self.crossed.rows):
            lat, lon = self.release.positions.get(key, (0.0, 0.0))
            x, y = (lon + 12) / 50 * wide, (66 - lat) / 31 * high
            if 2 < x < wide - 2 and 2 < y < high - 2:
                radius = 1.2 + 4 * (self.crossed.rows[key] / most) ** 0.5
                parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.2g}"/>')
        return inline(Drawing("".join(parts), wide, high), SMALL)
