"""Points and spans of time, and how EDTF writes them.

Specification: EDTF, Library of Congress, 4 February 2019 (ISO 8601-2:2019), levels 0 to 2.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

YEARS = range(1800, 2101)
PIECES = {0, 21, 22, 23, 24, 33, 34, 35, 36, 40, 41}  # EDTF: seasons, quarters, halves
FOREVER = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Point:
    """One printed time: a day, month, piece of a year, year or decade, perhaps without year."""

    year: int = 0
    month: int = 0
    day: int = 0
    piece: int = 0
    decade: bool = False
    mark: str = ""

    def filled(self, other: Point) -> Point:
        """Take from the other end of a range what is printed only there."""
        month = self.month or (other.month if self.day else 0)
        return replace(self, year=self.year or other.year, month=month)

    def is_real(self) -> bool:
        """Tell whether the calendar has it."""
        if self.year not in YEARS or self.month not in range(13) or self.piece not in PIECES:
            return False
        if self.decade and (self.year % 10 or self.year in (1800, 1900, 2100)):
            return False  # "the 1900s" may be the century
        return not self.day or (self.month > 0 and self.day <= monthrange(self.year, self.month)[1])

    def bounds(self) -> tuple[int, int]:
        """Return its first and last day as ordinals; a piece is as wide as its year."""
        last, month = self.year + 9 * self.decade, self.month or 12
        end = date(last, month, self.day or monthrange(last, month)[1])
        return date(self.year, self.month or 1, self.day or 1).toordinal(), end.toordinal()

    def edtf(self, whole: bool = True) -> str:
        """Write it as EDTF; a piece that has a mark or bounds an interval becomes its year."""
        if self.decade:
            return f"{self.year // 10}X{self.mark}"
        if self.piece and whole and not self.mark:
            return f"{self.year}-{self.piece}"
        text = f"{self.year}-{self.month:02}-{self.day:02}"
        return text[: 4 + 3 * (self.month > 0) + 3 * (self.day > 0)] + self.mark


@dataclass(frozen=True, slots=True)
class Span:
    """A point (begin is end) or an interval; an absent beginning is unknown, an end open or so."""

    begin: Point | None
    end: Point | None
    open: bool = True

    def points(self) -> list[Point]:
        """Return the one or two points printed."""
        return [point for point in dict.fromkeys((self.begin, self.end)) if point]

    def filled(self, other: Point) -> Span:
        """Take from a later member of a list what is printed only there."""
        begin, end = (point and point.filled(other) for point in (self.begin, self.end))
        return replace(self, begin=begin, end=end)

    def bounds(self) -> tuple[int, int]:
        """Return its first and last day as ordinals; an absent side has no limit."""
        first = self.begin.bounds()[0] if self.begin else 0
        return first, self.end.bounds()[1] if self.end else FOREVER

    def is_point(self) -> bool:
        """True for a lone time, which is neither a beginning nor an end."""
        return self.begin == self.end

    def is_lone(self) -> bool:
        """True if nothing is kept of its beginning and end but one time, as of two seasons."""
        return bool(self.begin) and "/" not in self.edtf()

    def covers(self, other: Span) -> bool:
        """Tell whether no day of the other lies outside."""
        (first, last), (since, until) = self.bounds(), other.bounds()
        return first <= since and until <= last

    def extends_to(self, end: Point) -> bool:
        """True for an interval that may end later than it was said before."""
        begin = self.begin
        if begin is None or self.is_point() or not (begin.is_real() and end.is_real()):
            return False
        return begin.bounds()[0] <= end.bounds()[1]

    def edtf(self, between: str = "/", absent: str = "..") -> str:
        """Write it as EDTF."""
        if self.begin and self.is_point():
            return self.begin.edtf()
        begin = self.begin.edtf(whole=False) if self.begin else ""
        end = self.end.edtf(whole=False) if self.end else absent if self.open else ""
        return begin if begin == end else begin + between + end

    def problem(self) -> str:
        """Say why it is no time that can be kept, if it is none."""
        if not all(point.year for point in self.points()):
            return "No year is printed with"
        if not all(point.is_real() for point in self.points()):
            return f"No day, month or year from {YEARS[0]} to {YEARS[-1]} is"
        if self.begin != self.end and any(point.decade for point in self.points()):
            return "A decade cannot begin or end an interval, as in"
        first, last = self.bounds()
        return "The end comes before the beginning in" if first > last else ""
