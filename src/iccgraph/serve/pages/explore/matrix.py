"""The matrix: cities by topics, with the number of practices in each cell, shaded by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from iccgraph.serve.context import link
from iccgraph.serve.dataset.explore import Crossed, by_name, cities_and_topics, most_first
from iccgraph.serve.dataset.listing import Page
from iccgraph.serve.pages.explore.picture import (
    INNER,
    SMALL,
    Drawing,
    inline,
    shade,
    shortened,
    text,
)
from iccgraph.serve.pages.explore.shown import Numbers, Shown, city_filter, practices_path
from iccgraph.serve.pages.facts import View

ROWS_SHOWN: Final = 100
"""A page has so many cities unless another size is asked for."""
_DRAWN: Final = 60
"""The file draws so many cities, those with most practices."""
_SMALL: Final = 14
"""So many cities stand in the small picture."""
_LABEL, _HEAD, _ROW = 190, 200, 20
"""The width of labels, and the heights of the heads of columns and of rows. Units: pixels."""


class Matrix(Shown):
    """The practices of each city on each topic."""

    name = "matrix"
    paged = True

    @cached_property
    def crossed(self) -> Crossed:
        """The numbers by city and topic."""
        return cities_and_topics(self.selected)

    @property
    def empty(self) -> bool:
        """True if no practice has both a city and a topic."""
        return not self.crossed.cells

    @cached_property
    def order(self) -> list[str]:
        """The cities in the order that is chosen."""
        rows, how = self.crossed.rows, self.chosen["rows"]
        if how == "practices":
            return most_first(rows)
        named = by_name(rows, self.cities)
        if how == "name":
            return named
        country, place = self.release.city_countries, by_name(self.countries, self.countries)
        return sorted(named, key=lambda key: _place(place, country.get(key, "")))

    @cached_property
    def topic_order(self) -> list[str]:
        """The topics in the order that is chosen."""
        columns = self.crossed.columns
        return (
            most_first(columns)
            if self.chosen["columns"] == "practices"
            else by_name(columns, self.topics)
        )

    def facts(self) -> View:
        """Return how many cells are filled, and the largest of each."""
        crossed = self.crossed
        city, topic = most_first(crossed.rows, 1)[0], most_first(crossed.columns, 1)[0]
        row, column, count = crossed.largest_cells(1)[0]
        return {
            "practices": crossed.practices,
            "cities": len(crossed.rows),
            "topics": len(crossed.columns),
            "filled": crossed.pairs,
            "cells": len(crossed.rows) * len(crossed.columns),
            "city": self.cities.get(city, city),
            "city_count": crossed.rows[city],
            "topic": self.topics.get(topic, topic),
            "topic_count": crossed.columns[topic],
            "cell_city": self.cities.get(row, row),
            "cell_topic": self.topics.get(column, column),
            "cell_count": count,
            "cityless": crossed.rowless,
            "topicless": crossed.columnless,
        }

    def drawing(self) -> Drawing:
        """Return the cells of the cities with most practices as squares with their numbers."""
        drawn = {*most_first(self.crossed.rows, _DRAWN)}
        order = [key for key in self.order if key in drawn]
        topics, most = self.topic_order, self.crossed.largest
        wide = min(44, (INNER - _LABEL - 70) / max(1, len(topics)))
        parts, x = [], [_LABEL + wide * place for place in range(len(topics))]
        for place, topic in enumerate(topics):
            label = escape(shortened(self.topics.get(topic, topic), 228))
            at = x[place] + wide / 2 + 4
            parts.append(
                f'<text transform="translate({at:g} {_HEAD - 8})rotate(-60)">{label}</text>'
            )
        for place, city in enumerate(order):
            y = _HEAD + place * _ROW
            parts.append(text(shortened(self.cities.get(city, city), _LABEL - 8), 0, y + 15))
            for column, topic in enumerate(topics):
                if count := self.crossed.cells.get(city, {}).get(topic, 0):
                    level, at = shade(count, most), x[column]
                    box = f'x="{at:g}" y="{y}" width="{wide - 1:g}" height="{_ROW - 1}"'
                    parts.append(f'<rect class="s{level}" {box}/>')
                    number = self.phrases.number(count)
                    parts.append(text(number, at + wide / 2, y + 14, "middle small"))
        high = _HEAD + len(order) * _ROW
        if len(order) < len(self.crossed.rows):
            said = self.phrases.say("matrix_cut", len(order), len(self.crossed.rows))
            parts.append(text(said, 0, high + 20, "quiet"))
            high += 28
        return Drawing("".join(parts), INNER, high)

    @property
    def total(self) -> int:
        """How many cities have any practice."""
        return len(self.order)

    def view(self, page: Page) -> View:
        """Return the heads of columns, and the rows of those cities that a page has."""
        selection, columns = self.selected.selection, self.crossed.columns
        start = (page.page - 1) * page.size
        return {
            "columns": [
                {
                    "key": key,
                    "label": self.topics.get(key, key),
                    "count": columns[key],
                    "path": practices_path(selection, topic=key),
                }
                for key in self.topic_order
            ],
            "rows": self.rows(self.order[start : start + page.size]),
        }

    def rows(self, cities: Sequence[str]) -> Markup:
        """Return the rows of some cities, made here since there are thousands of cells."""
        number, most = self.phrases.number, self.crossed.largest
        made = []
        countries = self.release.city_countries
        for city in cities:
            name, start = escape(self.cities.get(city, city)), self._cell_path(city)
            country = self.countries.get(countries.get(city, ""), "")
            cells = self.crossed.cells.get(city, {})
            row = [
                f'<td class="s{shade(count, most)}"><a href="{start[0]}{topic}{start[1]}">'
                f"{number(count)}</a></td>"
                if (count := cells.get(topic, 0))
                else "<td></td>"
                for topic in self.topic_order
            ]
            made.append(
                f'<tr data-country="{escape(country)}"><th scope="row">'
                f'<a href="{escape(start[2])}">{name}</a></th>'
                f'<td class="num">{number(self.crossed.rows[city])}</td>{"".join(row)}</tr>'
            )
        return Markup("\n".join(made))  # noqa: S704  # every text was escaped

    def _cell_path(self, city: str) -> tuple[str, str, str]:
        """Return what stands before and after a topic in the path of a cell, and that of all."""
        own = city_filter(self.release, city)
        selection = self.selected.selection
        plain = replace(selection, view=(), near="", sort="")
        facets = {n: v for n, v in plain.facets.items() if n not in ("topic", "city", "itself")}
        pairs = replace(plain, facets={**facets, own: (city,)}).parameters()
        after = escape(urlencode(pairs))
        return (
            f"{link('practices')}?topic=",
            f"&amp;{after}",
            practices_path(selection, **{own: city}),
        )

    def numbers(self) -> Numbers:
        """Return the practices by city and topic; cells without any are left out."""
        countries = self.release.city_countries
        rows = [
            (
                *(city, self.cities.get(city, city), country),
                *(topic, self.topics.get(topic, topic), count),
            )
            for city in self.order
            for topic in self.topic_order
            if (count := self.crossed.cells.get(city, {}).get(topic, 0))
            for country in (countries.get(city, ""),)
        ]
        columns = ("city", "city_label", "country", "topic", "topic_label", "practices")
        return Numbers(columns, rows, (1, 4, 5))

    def small(self) -> str:
        """Return the cells of some cities as squares without words."""
        drawn = squares(self.crossed, most_first(self.crossed.rows, _SMALL))
        return inline(drawn, SMALL)


def squares(crossed: Crossed, cities: Iterable[str]) -> Drawing:
    """Return the cells of some cities with all topics, those with most practices first."""
    topics, side = most_first(crossed.columns), 12
    parts, rows = [], 0
    for rows, city in enumerate(cities, 1):
        cells: Mapping[str, int] = crossed.cells.get(city, {})
        parts += [
            f'<rect class="s{shade(count, crossed.largest)}" x="{side * column}"'
            f' y="{side * (rows - 1)}" width="{side - 1}" height="{side - 1}"/>'
            for column, topic in enumerate(topics)
            if (count := cells.get(topic, 0))
        ]
    return Drawing("".join(parts), side * max(1, len(topics)), side * max(1, rows))


def _place(order: Sequence[str], key: str) -> int:
    return order.index(key) if key in order else len(order)
