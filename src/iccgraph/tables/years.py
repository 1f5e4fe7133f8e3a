"""Printed year texts to periods.

Reads the time of a practice as its page prints it, in the languages of the listings.
Writes nothing: `read_period` is pure and total, and `MAX_LENGTH` bounds its work.
Specification: EDTF, Library of Congress, 4 February 2019 (ISO 8601-2:2019), levels 0 to 2.

Text becomes tokens, tokens become points, points become spans, and spans become one EDTF text.
What is not understood is reported, never repaired and never guessed:

- `2011-14` and `2009-10` are years, as the source prints ranges; two digits that make no later
  year are a month, as in ISO 8601 (`2018-01`), and above 12 a problem.
- `since`, `from`, `onwards` and a closing dash open the end (`2013/..`), which is ongoing.
- `starting` tells no end, and a printed duration is not counted out: `2018-03-01/`, end unknown.
- `ongoing` after a lone date opens it; before one, or beside a closed interval, it sets `ongoing`
  and no more.
- A closed interval alone leaves `ongoing` unset: the text does not know today's date.
- Brackets win where their time covers the time outside; their other words are a remark.
- Intervals that touch are one, other times a set (`{2016,2018}`); a lone time is no interval.
- `until 2023` has an unknown beginning (`/2023`); after an interval it moves its end.
- A lone time is neither a beginning nor an end: its year is one of `years`.
- What goes on has no last year, whatever end is printed.
- A season, quarter or half bounds an interval as its year; a decade cannot bound one.

The tests hold each result against the `edtf` library, which is slow to import (0.2 s).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from iccgraph.tables.year_spans import FOREVER, Point, Span
from iccgraph.tables.year_words import Kind, Token, lex

MAX_LENGTH = 1000  # characters; the longest text seen has 112
GATHER = re.compile(  # over kinds: what is one point, one duration, one recurrence
    r"""(?P<been>tQ(?=b)) | (?P<often>R[DCt]?U) | (?P<duration>[DCt]U)
    | (?P<point>(?:~f*)?(?:DfM,?Y|DM[f,]?Y|MD?[f,-]?Y|(?:Q|[DC]H)[fU]*Y|Y(?:Q|[DC]H|MD?|DM)
        |DM|MD|D,Y|Y|T|M|D|Q)\??)
    | (?P<drop>[fU]) | (?P<same>.)""",
    re.VERBOSE,
)
SENTENCE = re.compile(  # over kinds, points gathered
    r"""(?P<closed>v?(?:[bs]+w?)?P(?:[-t]|,?[ue][wt]?)P|vP,P)
    | (?P<open>(?:[bs]+w?)?P(?:,?(?:[-tu]?o|W|w(?=$|,))|-$)|b?s+w?P) | (?P<unknown>b+w?P)
    | (?P<before>[ue][wt]?P) | (?P<single>P) | (?P<list>,) | (?P<flag>u?o|[rRnde])
    | (?P<quiet>[tw]|-(?!$)) | (?P<waste>.)""",
    re.VERBOSE,
)
CLEAN = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-") | dict.fromkeys((0xAD, 0x200B, 0xFEFF), "")
STATES = {Kind.ONGOING, Kind.RUNNING, Kind.ENDED}
REMARK = re.compile(r"[^\W\d_]\D*")
NOTHING = {"", "-", "n/a", "na", "n.a.", "not available", "not applicable", "unknown"}


@dataclass(frozen=True, slots=True)
class Period:
    """What a printed year text says, as far as it could be read.

    `first_year` and `last_year` are None where the text does not say that it began or ended then;
    `years` are those of lone times, in which it says no more than that it took place; `ongoing`
    is set only where the text says it; `problem` tells a curator what was not read.
    """

    edtf: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    years: tuple[int, ...] = ()
    ongoing: bool | None = None
    problem: str | None = None


@dataclass(slots=True)
class Reading:
    """What a stretch of tokens says: times, words of state, and notes on what was not read."""

    spans: list[Span] = field(default_factory=list)
    said: set[Kind] = field(default_factory=set)
    notes: list[tuple[str, int, int]] = field(default_factory=list)  # no message: a word unread


def _gather(tokens: list[Token]) -> Iterator[Token]:
    """Put the parts of each point together, and drop the words that say nothing."""
    for match in GATHER.finditer("".join(token.kind for token in tokens)):
        parts = tokens[match.start() : match.end()]
        token = replace(parts[-1], start=parts[0].start)
        match match.lastgroup:
            case "point":
                yield replace(token, kind=Kind.POINT, point=_point(parts))
            case "duration":
                yield replace(token, kind=Kind.DURATION)
            case "same":
                yield token


def _point(parts: list[Token]) -> Point:
    value = {part.kind: part.value for part in parts}
    day, piece = value.get(Kind.DAY, value.get(Kind.COUNT, 0)), value.get(Kind.PIECE, 0)
    if Kind.PART in value:
        day, piece = 0, value[Kind.PART] + day
    mark = ("", "~", "?", "%")[(Kind.ABOUT in value) + 2 * (Kind.QUERY in value)]
    year = value.get(Kind.YEAR, value.get(Kind.DECADE, 0))
    return Point(year, value.get(Kind.MONTH, 0), day, piece, Kind.DECADE in value, mark)


def _interpret(tokens: list[Token]) -> Reading:
    """Read one stretch: the outside of the brackets up to a break, or the inside of one."""
    reading, free, adjoins = Reading(said={token.kind for token in tokens}), True, False
    for match in SENTENCE.finditer(shape := "".join(token.kind for token in tokens)):
        parts, form = tokens[match.start() : match.end()], match.lastgroup
        points = [part.point for part in parts if part.kind is Kind.POINT]
        start, end = parts[0].start, parts[-1].end
        if points and (free or match.group()[0] != "P"):
            span = _span(form, points[0], points[-1])
            if form == "before" and reading.spans and reading.spans[-1].extends_to(points[0]):
                span = Span(reading.spans.pop().begin, points[0])
            if free:
                reading.spans = [earlier.filled(points[0]) for earlier in reading.spans]
            reading.spans.append(span)
        elif points or form == "waste" or (match.start() == 0 and shape.startswith("-P")):
            if adjoins:
                start = reading.notes.pop()[1]
            reading.notes.append(("", start, end))
            adjoins = True
        free = form == "list" or (free and not points)
        adjoins = adjoins and form in ("waste", "list", "quiet")
    return _checked(reading, tokens)


def _span(form: str | None, first: Point, last: Point) -> Span:
    match form:
        case "closed":
            return Span(first.filled(last), last.filled(first))
        case "open" | "unknown":
            return Span(first, None, open=form == "open")
        case "before":
            return Span(None, first)
    return Span(first, first)


def _checked(reading: Reading, tokens: list[Token]) -> Reading:
    """Turn the spans that are no times into notes; a negated stretch is not read at all."""
    whole = (tokens[0].start, tokens[-1].end) if tokens else (0, 0)
    if Kind.NOT in reading.said and (reading.spans or reading.said & STATES):
        return Reading(notes=[("A denial is not read:", *whole)])
    for span in reading.spans:
        if fault := span.problem():
            reading.notes.append((fault, *whole))
            if span.open and not span.end and span.points()[0].year:
                reading.said.add(Kind.ONGOING)
    reading.spans = [span for span in reading.spans if not span.problem()]
    return reading


def _split(tokens: Iterable[Token]) -> tuple[list[list[Token]], list[list[Token]]]:
    """Return the stretches outside brackets, which breaks part, and those inside."""
    outside: list[list[Token]] = [[]]
    inside: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if token.kind is Kind.CLOSE:
            depth = max(0, depth - 1)
        elif token.kind is Kind.OPEN:
            depth += 1
            inside.append([])
        elif token.kind is Kind.BREAK:
            (inside if depth else outside).append([])
        else:
            (inside if depth else outside)[-1].append(token)
    return outside, inside


def _wider(outside: Span, inside: Span) -> Span:
    """Return the wider time in brackets; the bound that it does not tell is that outside."""
    end = inside.end or (None if outside.is_point() else outside.end)
    return Span(inside.begin or outside.begin, end, inside.open)


def _combine(text: str) -> Reading:
    """Read each stretch of the text and weigh what stands in brackets against the rest."""
    outside, inside = _split(_gather(list(lex(text))))
    total = Reading()
    for part in map(_interpret, outside):
        total.spans += part.spans
        total.notes += part.notes
        total.said |= part.said
    for part in map(_interpret, inside):
        alone = total.spans[0] if len(total.spans) == 1 else None
        if not total.spans or (alone and len(part.spans) == 1 and part.spans[0].covers(alone)):
            going = Kind.ONGOING in part.said
            total.spans = [_wider(alone, part.spans[0])] if alone and not going else part.spans
        elif part.spans:
            total.notes.append(("Another time, in brackets, is left out of", 0, len(text)))
        elif alone and alone.is_point() and Kind.ONGOING in part.said:
            total.spans = [alone if alone.points()[0].decade else Span(alone.begin, None)]
        total.said |= part.said
        remarks = {note for note in part.notes if REMARK.fullmatch(text, *note[1:]) and not note[0]}
        total.notes += [note for note in part.notes if note not in remarks]
    return total


def _touching(spans: list[Span]) -> list[Span]:
    """Join the spans of plain dates that overlap, and intervals without a day between them."""
    points = [point for span in spans for point in span.points()]
    if any(p.piece or p.decade for p in points) or any(not (s.open or s.end) for s in spans):
        return spans
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.bounds()[0], -span.bounds()[1])):
        last = joined[-1] if joined else span
        lone = span.is_point() or last.is_point()
        if span.bounds()[0] > last.bounds()[1] + (not lone) or not (
            joined and (last.begin or span.end)
        ):
            joined.append(span)
        elif span.bounds()[1] > last.bounds()[1]:
            joined[-1] = Span(last.begin, span.end, span.open)
    return joined


def _together(spans: list[Span]) -> str | None:
    """Write one span as it is and several as a set, of plain dates only; None if EDTF cannot."""
    if len(spans) < 2:
        return spans[0].edtf() if spans else None
    points = [point for span in spans for point in span.points()]
    plain = not any(point.piece or point.decade or point.mark for point in points)
    items = [span.edtf("..", "") for span in spans]
    even = all(len({len(end) for end in item.split("..") if end}) == 1 for item in items)
    return "{" + ",".join(items) + "}" if plain and even and all(s.open for s in spans) else None


def _quoted(pieces: Iterable[str]) -> str:
    return ", ".join(repr(piece if len(piece) <= 60 else piece[:59] + "…") for piece in pieces)


def _told(text: str, notes: list[tuple[str, int, int]]) -> list[str]:
    """Turn the notes into sentences."""
    words = [text[start:end] for message, start, end in notes if not message]
    told = [f"{note} {_quoted([text[start:end]])}." for note, start, end in notes if note]
    if len(words) == 1:
        told.append(f"Not understood: {_quoted(words)}.")
    elif words:
        more = f" and {len(words) - 3} more" if len(words) > 3 else ""
        told.append(f"It tells of several things: {_quoted(words[:3])}{more}, not understood.")
    return list(dict.fromkeys(told))


def read_period(text: str) -> Period:
    """Read a printed year text; total, and equal texts are read once.

    Returns: EDTF that the `edtf` library parses, with its years and what could not be read.
    """
    plain = " ".join(text.translate(CLEAN).split())
    if len(plain) > MAX_LENGTH:
        return Period(problem=f"Not read, being longer than {MAX_LENGTH} characters.")
    return Period() if plain.casefold() in NOTHING else _read(plain)


@lru_cache(maxsize=4096)
def _read(text: str) -> Period:
    total = _combine(text)
    spans, said, problems = _touching(total.spans), total.said, _told(text, total.notes)
    lone = len(spans) == 1 and spans[0].begin and spans[0].end in (None, spans[0].begin)
    if lone and Kind.DURATION in said and Kind.ONGOING not in said:
        spans = [replace(spans[0], open=False)]
        problems.append("A duration is printed, but not the end.")
    if lone and spans[0].end and Kind.ONGOING in said:
        problems.append("It is called ongoing, but not since when.")
    going = Kind.ONGOING in said or any(span.open and not span.end for span in spans)
    going = going or (Kind.RUNNING in said and not spans)
    over = Kind.ENDED in said
    if going and over:
        problems.append("It is called both ongoing and ended.")
    edtf = _together(spans)
    if spans and not edtf:
        problems.append("EDTF has no form for these times together.")
    elif any(p.piece and f"-{p.piece}" not in str(edtf) for s in spans for p in s.points()):
        problems.append("Only the year of a season, quarter or half is kept.")
    if not (spans or going or over or problems):
        problems.append(f"No year is printed in {_quoted([text])}.")
    ongoing = None if going == over else going
    first, last = _limits(spans)
    return Period(
        edtf,
        first,
        None if ongoing else last,
        _lone_years(spans),
        ongoing,
        " ".join(problems) or None,
    )


def _limits(spans: Iterable[Span]) -> tuple[int | None, int | None]:
    """Return the years of the first beginning and the last end of all intervals, if known."""
    bounds = [span.bounds() for span in spans if not span.is_lone()]
    first = min((begin for begin, _ in bounds), default=0)
    last = max((end for _, end in bounds), default=FOREVER)
    return (
        date.fromordinal(first).year if first else None,
        date.fromordinal(last).year if last < FOREVER else None,
    )


def _lone_years(spans: Iterable[Span]) -> tuple[int, ...]:
    """Return the years of times that are no interval; a decade is no year."""
    points = [span.begin for span in spans if span.is_lone() and span.begin]
    return tuple(sorted({point.year for point in points if not point.decade}))
