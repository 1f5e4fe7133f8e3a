"""Small multiples: for each country the share of its practices that each topic has."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Final

from iccgraph.serve.dataset.explore import Crossed, countries_and_topics, most_first
from iccgraph.serve.dataset.listing import Page
from iccgraph.serve.pages.charts import rounded_up
from iccgraph.serve.pages.explore.picture import (
    INNER,
    SMALL,
    Drawing,
    inline,
    nested,
    shortened,
    text,
)
from iccgraph.serve.pages.explore.shown import Numbers, Shown, practices_path, share
from iccgraph.serve.pages.facts import View

ENOUGH: Final = 5
"""Shares of fewer practices than this say little, and are drawn hollow."""
_WIDE, _LINE, _HEAD, _GAP = 288, 17, 26, 24
"""The width of a panel, the heights of a line and of its heading, and what is between panels."""
_LABEL, _BAR = 166, 92
"""The widths of labels and of the longest bar. Units: pixels."""
_ACROSS: Final = 3


class Countries(Shown):
    """A panel of bars for each country, all with the same topics in the same order."""

    name = "countries"

    @cached_property
    def crossed(self) -> Crossed:
        """The numbers by country and topic."""
        return countries_and_topics(self.selected)

    @cached_property
    def order(self) -> list[str]:
        """The countries, those with most practices first."""
        return most_first(self.crossed.rows)

    @cached_property
    def topic_order(self) -> list[str]:
        """The topics, those with most practices first."""
        return most_first(self.crossed.columns)

    @property
    def empty(self) -> bool:
        """True if no practice of a country has a topic."""
        return not self.crossed.cells

    @property
    def largest(self) -> int:
        """The number of practices of the country that has most."""
        return max(self.crossed.rows.values(), default=0)

    @cached_property
    def full(self) -> float:
        """The share that fills a whole bar: that of no country with enough practices is larger."""
        rows, cells = self.crossed.rows, self.crossed.cells
        shares = [max(row.values()) / rows[k] for k, row in cells.items() if rows[k] >= ENOUGH]
        return rounded_up(max(shares, default=1.0))

    def facts(self) -> View:
        """Return the country with most practices, and which topic is the first in most of them."""
        enough = [key for key in self.order if self.crossed.rows[key] >= ENOUGH]
        cells = self.crossed.cells
        first = Counter(most_first(cells[key])[0] for key in enough if key in cells)
        ahead = most_first(first, 1)
        return {
            "practices": self.crossed.practices,
            "countries": len(self.order),
            "topics": len(self.topic_order),
            "most": self.countries.get(self.order[0], self.order[0]),
            "most_count": self.crossed.rows[self.order[0]],
            "few": len(self.order) - len(enough),
            "enough": len(enough),
            "limit": ENOUGH,
            "full": round(100 * self.full),
            "ahead": self.topics.get(ahead[0], ahead[0]) if ahead else "",
            "ahead_count": first[ahead[0]] if ahead else 0,
            "unknown": self.crossed.rowless,
            "topicless": self.crossed.columnless,
        }

    def panel(self, country: str) -> Drawing:
        """Return the bars of a country; the line is the share among all practices shown."""
        total, cells = self.crossed.rows[country], self.crossed.cells.get(country, {})
        kind = "on" if total >= ENOUGH else "few"
        parts = []
        for place, topic in enumerate(self.topic_order):
            y, count = place * _LINE, cells.get(topic, 0)
            label = shortened(self.topics.get(topic, topic), _LABEL - 6, 11)
            parts.append(text(label, 0, y + 12, "small"))
            parts.append(
                f'<rect class="rail" x="{_LABEL}" y="{y + 3}" width="{_BAR}" height="11"/>'
            )
            if count:
                wide = _BAR * min(1, count / total / self.full)
                bar = f'x="{_LABEL}" y="{y + 3}" width="{wide:.3g}" height="11"'
                parts.append(f'<rect class="{kind}" {bar}/>')
                parts.append(text(self.phrases.number(count), _WIDE, y + 12, "small end"))
            part = self.crossed.columns[topic] / (self.crossed.practices or 1)
            at = _LABEL + _BAR * min(1, part / self.full)
            parts.append(f'<path class="mark" d="M{at:.4g} {y + 1}v15"/>')
        return Drawing("".join(parts), _WIDE, _LINE * len(self.topic_order))

    def drawing(self) -> Drawing:
        """Return the panels of all countries, three beside each other."""
        high = _LINE * len(self.topic_order)
        parts = []
        for place, country in enumerate(self.order):
            x = place % _ACROSS * (_WIDE + _GAP)
            y = place // _ACROSS * (high + _HEAD + _GAP)
            name = self.countries.get(country, country)
            count = self.phrases.say("practice_count", self.crossed.rows[country])
            parts.append(text(shortened(name, _WIDE - 110), x, y + 14, "head"))
            parts.append(text(count, x + _WIDE, y + 14, "end quiet"))
            parts.append(nested(self.panel(country), x, y + _HEAD - 4, _WIDE, high))
        rows = -(-len(self.order) // _ACROSS)
        return Drawing("".join(parts), INNER, rows * (high + _HEAD + _GAP) - _GAP)

    def view(self, _: Page) -> View:
        """Return the panels with the names of countries, which lead to their practices."""
        selection = self.selected.selection
        panels = [
            {
                "label": self.countries.get(key, key),
                "count": self.crossed.rows[key],
                "few": self.crossed.rows[key] < ENOUGH,
                "path": practices_path(selection, country=key),
                "bars": inline(self.panel(key), "panel-bars"),
            }
            for key in self.order
        ]
        return {"panels": panels, "limit": ENOUGH}

    def small(self) -> str:
        """Return the bars of a few countries without words, for a page that leads here."""
        parts = []
        for place, country in enumerate(self.order[:3]):
            cells, total = self.crossed.cells.get(country, {}), self.crossed.rows[country]
            for row, topic in enumerate(self.topic_order):
                at = f'x="{place * 66}" y="{row * 9}" height="7"'
                wide = 54 * min(1, cells.get(topic, 0) / total / self.full)
                parts.append(f'<rect class="rail" {at} width="54"/>')
                parts.append(f'<rect class="on" {at} width="{wide:.3g}"/>')
        return inline(Drawing("".join(parts), 186, 9 * len(self.topic_order)), SMALL)

    def numbers(self) -> Numbers:
        """Return the practices by country and topic, with the share of the country's."""
        rows = [
            (
                *(country, self.countries.get(country, country)),
                *(topic, self.topics.get(topic, topic)),
                *(count, share(count, self.crossed.rows[country]), self.crossed.rows[country]),
            )
            for country in self.order
            for topic in self.topic_order
            if (count := self.crossed.cells.get(country, {}).get(topic, 0))
        ]
        columns = ("country", "country_label", "topic", "topic_label", "practices")
        more = ("percent_of_country", "practices_of_country")
        return Numbers((*columns, *more), rows, (1, 3, 4, 5))
