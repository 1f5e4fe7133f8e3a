"""Charts of pages as SVG: years as intervals, columns by year, bars with marks, points by date.

Widths are in percent and heights in pixels, so a chart fills whatever width it is given, with
letters of one size; in a file of its own it needs a width and the rules of the style sheet. Colours
are those of the style sheet (`.chart`); what is told apart differs in shape too, for readers in
grey. Every chart stands beside the same numbers in words.
Source: SVG 2, sections 8.2 (percentages of the viewport) and 5.8 (`title` and `desc`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

from markupsafe import Markup

LETTERS: Final = 13
"""The height of letters in charts. Units: pixels, as in the style sheet."""
_ROW, _BLOCK = 24, 12
"""The heights of a row of a timeline, and of the block in it. Units: pixels."""
_COLUMNS: Final = 120
"""The height of the tallest column. Units: pixels."""
_TICKS: Final = 5
"""An axis has at most so many steps, so that its labels fit on a narrow screen."""
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)
_TAIL: Final = 2
"""So many years of dashes follow a year after which nothing is known."""
_NUMBERED: Final = 16
"""With more columns than this only the tallest has its number, so that none touch."""

Number = Callable[[float], str]
"""Writes a number in the reader's language."""


@dataclass(frozen=True, slots=True)
class Span:
    """When something was: a first and a last year as far as known, and years by themselves."""

    first: int | None = None
    last: int | None = None
    ongoing: bool = False
    years: tuple[int, ...] = ()

    @property
    def known(self) -> bool:
        """True if any year is known, so that there is something to draw."""
        return self.first is not None or self.last is not None or bool(self.years)

    def named(self) -> list[int]:
        """Return the years that are named."""
        return [y for y in (self.first, self.last, *self.years) if y is not None]


@dataclass(frozen=True, slots=True)
class Years:
    """The axis of years that charts share: both years are whole within it."""

    first: int
    last: int

    @classmethod
    def of(cls, spans: Iterable[Span], newest: int = 0) -> Years | None:
        """Return the axis of some spans, None if no year of them is known.

        Arguments: `newest` is the year until which what still runs ran.
        """
        known = [span for span in spans if span.known]
        years = [year for span in known for year in span.named()]
        if any(span.ongoing for span in known):
            years.append(newest)
        return cls(min(filter(None, years)), max(years)) if any(years) else None

    @property
    def count(self) -> int:
        """Return how many years there are."""
        return self.last - self.first + 1

    def at(self, year: float) -> float:
        """Return where a year begins. Units: percent of the width."""
        return 100 * (year - self.first) / self.count

    def ticks(self) -> list[int]:
        """Return the years that are written on the axis."""
        return ticks(self.first, self.last, _TICKS)


def ticks(first: int, last: int, most: int) -> list[int]:
    """Return the first and the last of some years, and round ones between, in `most` steps."""
    step = next((s for s in _STEPS if last - first < s * most), _STEPS[-1])
    room = max(1, round(0.6 * step))
    between = range(first - first % step + step, last, step)
    inner = [year for year in between if year - first >= room and last - year >= room]
    return list(dict.fromkeys([first, *inner, last]))


def picture(
    body: str, height: int, title: str, description: str, name: str, role: str = "img"
) -> Markup:
    """Return a chart that is read as its title and description.

    Arguments: `body` is SVG whose texts are escaped; `name` is the class of its kind; `role` is
    `group` if the chart has links, which an image hides.
    """
    return Markup(  # noqa: S704  # escaped here, or by whoever made the body
        f'<svg class="chart {name}" role="{role}" width="100%" height="{height}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>{body}</svg>"
    )


def _beside(body: str, height: int, name: str) -> Markup:
    """Return a chart for those who see, beside text that says the same."""
    return Markup(  # noqa: S704  # numbers, and texts that were escaped
        f'<svg class="chart {name}" aria-hidden="true" width="100%" height="{height}">{body}</svg>'
    )


def _labels(years: Years, y: int, ticks: Iterable[int]) -> str:
    """Return the labels of an axis; each stands in the middle of its year, or within the chart."""
    found = []
    for year in ticks:
        at, anchor = years.at(year + 0.5), "middle"
        if year == years.first and years.count > 1:
            at, anchor = 0.0, "start"
        elif year == years.last and years.count > 1:
            at, anchor = 100.0, "end"
        found.append(f'<text x="{at:.4g}%" y="{y}" text-anchor="{anchor}">{year}</text>')
    return "".join(found)


def axis(years: Years) -> Markup:
    """Return the axis above the rows of a timeline."""
    return _beside(_labels(years, LETTERS, years.ticks()), LETTERS + 5, "axis")


def span(when: Span, years: Years) -> Markup:
    """Return one row of a timeline: a block for what is known, an arrow for what still runs.

    The arrow reaches a few pixels beyond the chart. Dashes stand where one end is not known; the
    row is for those who see, so say the years beside it.
    """
    top = (_ROW - _BLOCK) // 2
    body = [
        f'<line class="grid" x1="{at:.4g}%" x2="{at:.4g}%" y1="0" y2="{_ROW}"/>'
        for at in (years.at(year) for year in years.ticks()[1:])
    ]

    def block(first: int, last: int) -> None:
        x, width = years.at(first), 100 * (last - first + 1) / years.count
        body.append(
            f'<rect class="on" x="{x:.4g}%" y="{top}" width="{width:.4g}%"'
            f' height="{_BLOCK}" rx="2"/>'
        )

    def dashes(first: float, last: float) -> None:
        start, end = max(0.0, years.at(first)), min(100.0, years.at(last))
        body.append(
            f'<line class="open" x1="{start:.4g}%" x2="{end:.4g}%"'
            f' y1="{_ROW // 2}" y2="{_ROW // 2}"/>'
        )

    if when.first is not None:
        until = years.last if when.ongoing else when.last
        block(when.first, max(when.first, when.first if until is None else until))
        if until is None:
            dashes(when.first + 1, when.first + 1 + _TAIL)
    elif when.last is not None:
        block(when.last, when.last)
        dashes(when.last - _TAIL, when.last)
    for year in when.years:
        block(year, year)
    if when.ongoing and when.known:
        arrow = f"M-1 {top - 3}l9 {_BLOCK // 2 + 3}l-9 {_BLOCK // 2 + 3}z"
        body.append(f'<svg x="100%" overflow="visible"><path class="on" d="{arrow}"/></svg>')
    return _beside("".join(body), _ROW, "span")


def columns(
    counts: Mapping[int, int],
    title: str,
    description: str,
    number: Number = "{:.0f}".format,
    links: Mapping[int, str] | None = None,
    years: Years | None = None,
    most: int = 0,
    *,
    small: bool = False,
) -> Markup:
    """Return a column for each year that has a number; empty without one.

    Arguments: `counts` are by year; `links` are the addresses that columns lead to, by year: then
    the chart is a group of links rather than an image, and each is called by year and number.
    Several charts are drawn to one scale by the same `years` and `most`; without these a chart has
    those of its own. A `small` one has room for the ends of its axis and the greatest number.
    """
    if not counts:
        return Markup()
    years = years or Years(min(counts), max(counts))
    most = most or max(counts.values()) or 1
    height = _COLUMNS // 2 if small else _COLUMNS
    base, numbered = height + LETTERS + 6, not small and years.count <= _NUMBERED
    parts = [f'<line class="base" x1="0" x2="100%" y1="{base}" y2="{base}"/>']
    tallest = max(counts, key=lambda year: (counts[year], -year))
    for year, count in sorted(counts.items()):
        written = number(count) if numbered or year == tallest else ""
        made = _column(years, year, height * count / most, base, written)
        if links and year in links:
            made = (
                f'<a href="{escape(links[year])}" aria-label="{year}: {escape(number(count))}">'
                f'<rect class="hit" x="{years.at(year):.4g}%" y="0"'
                f' width="{100 / years.count:.4g}%" height="{base}"/>{made}</a>'
            )
        parts.append(made)
    written_years = [years.first, years.last] if small else years.ticks()
    body = "".join(parts) + _labels(years, base + LETTERS + 4, dict.fromkeys(written_years))
    role = "group" if links else "img"
    return picture(body, base + LETTERS + 8, title, description, "columns", role)


def _column(years: Years, year: int, height: float, base: int, written: str) -> str:
    """Return a column of a height, with its number above it if that is written."""
    x, width = years.at(year), 100 / years.count
    column = (
        f'<rect class="on" x="{x + 0.1 * width:.4g}%" y="{base - height:.4g}"'
        f' width="{0.8 * width:.4g}%" height="{height:.4g}"/>'
    )
    if not (written and height):
        return column
    return column + (
        f'<text x="{x + width / 2:.4g}%" y="{base - height - 5:.4g}" text-anchor="middle">'
        f"{escape(written)}</text>"
    )


def bar(
    share: float, full: float, lines: Sequence[float] = (), dots: Sequence[float] = ()
) -> Markup:
    """Return a bar for one number, with others as marks on it; say the numbers beside it.

    Arguments: `full` is the number that fills the whole width; `lines` are marked by a line across,
    `dots` by a ring, so that both are told apart in grey.
    """
    scale = 100 / (full or 1)
    body = [
        '<rect class="rail" width="100%" y="4" height="8" rx="2"/>',
        f'<rect class="on" width="{scale * share:.4g}%" y="4" height="8" rx="2"/>',
    ]
    body += [
        f'<line class="mark" x1="{scale * at:.4g}%" x2="{scale * at:.4g}%" y1="0" y2="16"/>'
        for at in lines
    ]
    body += [f'<circle class="ring" cx="{scale * at:.4g}%" cy="8" r="4"/>' for at in dots]
    return _beside("".join(body), 16, "share")


def points(
    values: Sequence[tuple[str, float | None, str]],
    title: str,
    description: str,
    least: float = 0,
    most: float = 100,
) -> Markup:
    """Return values by date as points with their numbers, and a thin line from each to the next.

    Arguments: `values` are a label, a value and how that is written, the oldest first; what has no
    value is a ring on the base line. They stand in their order, at equal distances.
    """
    if not values:
        return Markup()
    top, height = LETTERS + 8, 64
    base, each = top + height, 100 / len(values)

    def y(value: float) -> float:
        return round(base - height * (value - least) / ((most - least) or 1), 1)

    known = [(each * (n + 0.5), y(v)) for n, (_, v, _) in enumerate(values) if v is not None]
    body = [f'<line class="base" x1="0" x2="100%" y1="{base}" y2="{base}"/>']
    body += [
        f'<line class="way" x1="{x1:.4g}%" y1="{y1:g}" x2="{x2:.4g}%" y2="{y2:g}"/>'
        for (x1, y1), (x2, y2) in pairwise(known)
    ]
    for place, (label, value, written) in enumerate(values):
        x, up = each * (place + 0.5), base if value is None else y(value)
        kind = "ring" if value is None else "point"
        body.append(
            f'<circle class="{kind}" cx="{x:.4g}%" cy="{up:g}" r="4.5"/>'
            f'<text x="{x:.4g}%" y="{up - 9:g}" text-anchor="middle">{escape(written)}</text>'
            f'<text class="when" x="{x:.4g}%" y="{base + LETTERS + 6}" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
    return picture("".join(body), base + LETTERS + 10, title, description, "points")


_KEYS: Final[Mapping[str, str]] = {
    "known": '<rect class="on" x="2" y="3" width="24" height="10" rx="2"/>',
    "running": '<rect class="on" x="0" y="3" width="20" height="10" rx="2"/>'
    '<path class="on" d="M19 0l9 8l-9 8z"/>',
    "open": '<rect class="on" x="2" y="3" width="11" height="10" rx="2"/>'
    '<line class="open" x1="13" x2="28" y1="8" y2="8"/>',
    "bar": '<rect class="on" x="2" y="4" width="24" height="8" rx="2"/>',
    "line": '<line class="mark" x1="14" x2="14" y1="0" y2="16"/>',
    "ring": '<circle class="ring" cx="14" cy="8" r="4"/>',
}
"""Samples of what charts are drawn with, by what they stand for."""


def key(kind: str) -> Markup:
    """Return the sample of a sign that a key explains, for those who see."""
    return Markup(  # noqa: S704  # a text of ours
        f'<svg class="chart sample" aria-hidden="true" width="28" height="16">{_KEYS[kind]}</svg>'
    )


def rounded_up(share: float) -> float:
    """Return the round number that a scale of shares ends with: a quarter, half or the whole."""
    return next(end for end in (0.1, 0.25, 0.5, 0.75, 1.0) if share <= end or end == 1.0)
