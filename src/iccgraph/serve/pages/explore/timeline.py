"""The timeline: for each topic the practices of each year, in columns of one scale."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape
from typing import Final

from iccgraph.release.facets import NOT_KNOWN
from iccgraph.serve.dataset.explore import FACET_OF, Crossed, most_first, topics_and_years
from iccgraph.serve.dataset.listing import Page
from iccgraph.serve.dataset.rows import NO_ROWS
from iccgraph.serve.pages.charts import ticks
from iccgraph.serve.pages.explore.picture import (
    INNER,
    Drawing,
    inline,
    nested,
    shortened,
    strip,
    text,
)
from iccgraph.serve.pages.explore.shown import Numbers, Shown, practices_path
from iccgraph.serve.pages.facts import View

_LABEL, _ROW, _NUMBER = 250, 36, 44
"""The widths of labels and numbers, and the height of a row, in the file. Units: pixels."""
_DRAWN: Final = 0.03
"""Years are drawn from the first on that has this part of the practices of the largest year."""
_FEW: Final = 6
"""So many topics stand in the small picture."""
_TICKS: Final = 8
"""The axis of the file has at most so many steps; that of the page has five."""
_SPAN = 5
"""Two spans of so many years are compared."""


class Timeline(Shown):
    """The practices of each topic by year, in which they ran or began."""

    name = "timeline"

    @property
    def facet(self) -> str:
        """The filter whose years are counted."""
        return FACET_OF[self.chosen["when"]]

    @cached_property
    def crossed(self) -> Crossed:
        """The numbers by topic and year."""
        return topics_and_years(self.selected, self.facet)

    @cached_property
    def order(self) -> list[str]:
        """The topics, those with most practices first."""
        return most_first(self.crossed.rows)

    @cached_property
    def years(self) -> list[int]:
        """The first and the last year that are drawn, none if no year is known.

        Early years with very few practices are told in words, so that the others have room.
        """
        counts = self.all_years
        enough = _DRAWN * max(counts.values(), default=0)
        drawn = [year for year, count in counts.items() if count >= enough]
        return [min(drawn), max(counts)] if drawn else []

    @property
    def empty(self) -> bool:
        """True if no year is known of any practice, or there is none."""
        return not self.years

    def _row(self, topic: str) -> Mapping[int, int]:
        found = self.crossed.cells.get(topic, {})
        return {int(year): count for year, count in found.items()}

    @cached_property
    def all_years(self) -> Mapping[int, int]:
        """The practices of each year, on whichever topic."""
        return {int(year): count for year, count in self.crossed.columns.items()}

    def facts(self) -> View:
        """Return the topic with most practices, the year with most, and two spans compared."""
        count, last = self.all_years, self.years[1]
        peak = min(count, key=lambda year: (-count[year], year))
        rows = self.selected.release.rows.facet(self.facet)

        def between(first: int, end: int) -> int:
            found = [rows[str(y)] for y in range(first, end + 1) if str(y) in rows]
            return len(found[0].union(*found[1:]) & self.selected.rows) if found else 0

        newer, older = (last - _SPAN + 1, last), (last - 2 * _SPAN + 1, last - _SPAN)
        first = self.order[0] if self.order else ""
        begin = self.years[0]
        early = [found for key, found in rows.items() if key.isdecimal() and int(key) < begin]
        return {
            "begin": begin,
            "early": len(NO_ROWS.union(*early) & self.selected.rows),
            "when": self.chosen["when"],
            "practices": self.crossed.practices,
            "topics": len(self.order),
            "most": self.topics.get(first, first),
            "most_count": self.crossed.rows.get(first, 0),
            "peak": peak,
            "peak_count": count[peak],
            "newer": newer,
            "older": older,
            "newer_count": between(*newer),
            "older_count": between(*older),
            "unknown": self.crossed.columnless,
            "topicless": self.crossed.rowless,
        }

    def drawing(self) -> Drawing:
        """Return rows of columns, the one of all practices above, on one axis of years."""
        (first, last), wide = self.years, INNER - _LABEL - _NUMBER
        x, each = _LABEL, (INNER - _LABEL - _NUMBER) / (self.years[1] - self.years[0] + 1)
        parts, y = [], 0.0
        everything = self.phrases.say("all_practices")
        rows = [("", everything, self.all_years, len(self.selected.rows))]
        rows += [(k, self.topics.get(k, k), self._row(k), self.crossed.rows[k]) for k in self.order]
        most = self.crossed.largest
        for key, label, counts, total in rows:
            top = most if key else max(counts.values())
            kind = "" if key else "head"
            parts.append(text(shortened(label, _LABEL - 12), 0, y + _ROW - 12, kind))
            parts.append(nested(strip(counts, first, last, top), x, y + 2, wide, _ROW - 8))
            line = y + _ROW - 6
            parts.append(f'<line class="line" x1="{x}" x2="{x + wide:g}" y1="{line}" y2="{line}"/>')
            parts.append(text(self.phrases.number(total), INNER, y + _ROW - 12, "end"))
            y += _ROW
        for year in ticks(first, last, _TICKS):
            at = x + each * (year - first + 0.5)
            parts.append(text(str(year), at, y + 14, "middle quiet"))
        return Drawing("".join(parts), INNER, round(y + 20))

    def view(self, _: Page) -> View:
        """Return a row for each topic, with its columns as SVG."""
        first, last = self.years
        most, selection = self.crossed.largest, self.selected.selection
        start, end, everything = first, last, self.all_years
        rows = [
            {
                "label": self.topics.get(key, key),
                "path": practices_path(selection, topic=key),
                "count": self.crossed.rows[key],
                "strip": inline(strip(self._row(key), start, end, most), "strip", True),
                "years": " ".join(f"{y}:{n}" for y, n in sorted(self._row(key).items())),
            }
            for key in self.order
        ]
        whole = strip(everything, start, end, max(everything.values()))
        return {
            "rows": rows,
            "all": inline(whole, "strip", True),
            "all_years": " ".join(f"{y}:{n}" for y, n in sorted(everything.items())),
            "first": first,
            "last": last,
            "span": last - first + 1,
            "ticks": [
                {"year": year, "x": round(100 * (year - first + 0.5) / (last - first + 1), 2)}
                for year in ticks(first, last, 5)
            ],
            "most": most,
            "year_filter": self.facet,
        }

    def numbers(self) -> Numbers:
        """Return the practices by topic and year; those of any topic have no key."""
        everything = self.phrases.say("all_practices")
        rows: list[tuple[object, ...]] = [
            ("", everything, year, count) for year, count in sorted(self.all_years.items())
        ]
        if self.crossed.columnless:
            rows.append(("", everything, NOT_KNOWN, self.crossed.columnless))
        rows += [
            (key, self.topics.get(key, key), year, count)
            for key in self.order
            for year, count in sorted(self._row(key).items())
        ]
        return Numbers(("topic", "topic_label", "year", "practices"), rows, (1, 2, 3))

    def small(self) -> str:
        """Return the columns of a few topics, those with most practices."""
        return f'<ul class="small-strips">{self.strips(_FEW)}</ul>'

    def strips(self, most: int) -> str:
        """Return the columns of the topics with most practices, for a page that leads here."""
        first, last = self.years
        items = []
        for key in self.order[:most]:
            drawn = strip(self._row(key), first, last, self.crossed.largest)
            label = escape(self.topics.get(key, key))
            items.append(f"<li><span>{label}</span>{inline(drawn, 'strip', True)}</li>")
        return "".join(items)
