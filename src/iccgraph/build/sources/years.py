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
- Times that touch are one interval, others a set (`{2016,2018}`).
- A season, quarter or half bounds an interval as its year; a decade cannot bound one.

The tests hold each result against the `edtf` library, which is slow to import (0.2 s).
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

MAX_LENGTH = 1000  # characters; the longest text seen has 112
YEARS = range(1800, 2101)
PIECES = {0, 21, 22, 23, 24, 33, 34, 35, 36, 40, 41}  # EDTF: seasons, quarters, halves


class Kind(StrEnum):
    """What a token does; its letter stands for it in the patterns `GATHER` and `SENTENCE`."""

    SINCE, START, UNTIL, ENDED, TO, ON, ONWARDS = "s", "b", "u", "e", "t", "w", "W"
    ONGOING, RUNNING, RECURRING, NOT, DURATION = "o", "r", "R", "n", "d"
    DAY, MONTH, YEAR, DECADE, PIECE, PART, POINT = "D", "M", "Y", "T", "Q", "H", "P"
    ABOUT, QUERY, COUNT, UNIT, FILLER, OTHER = "~", "?", "C", "U", "f", "x"
    DASH, LIST, BREAK, OPEN, CLOSE = "-", ",", ";", "(", ")"


# Folded words and signs; those that are English first are left out: ago, out, set, estate.
WORDS: tuple[tuple[Kind, int, str], ...] = (
    (Kind.SINCE, 0, "since from depuis partir compter desde dal seit ab vom od од"),
    (Kind.START, 0, "start starts starting started launched began begun established lance avviato"),
    (Kind.UNTIL, 0, "until till through to jusqu jusque hasta ate fino bis do до"),
    (Kind.ENDED, 0, "ended completed finished concluded closed acheve concluso abgeschlossen"),
    (Kind.TO, 1, "a al au ao"),  # between two times only: elsewhere they are articles
    (Kind.ON, 0, "on"),
    (Kind.ONWARDS, 0, "onward onwards forward"),
    (Kind.ONGOING, 0, "ongoing continuing continuous continues permanent permanently permanente"),
    (Kind.ONGOING, 0, "current currently present now today inuse inprogress inforce stillrunning"),
    (Kind.ONGOING, 0, "todate encours encurso emcurso incorso utoku laufend dauerhaft stalno"),
    (Kind.ONGOING, 0, "aujourd actualidad oggi heute danas hoy hoje"),
    (Kind.RUNNING, 0, "running"),  # ongoing only where no time is printed
    (
        Kind.RECURRING,
        0,
        "each every annual annually yearly once twice chaque cada ogni jedes svake",
    ),
    (Kind.NOT, 0, "not non never pas nicht nolonger"),
    (Kind.ABOUT, 0, "~ about around approximately approx c ca circa vers environ hacia etwa oko"),
    (
        Kind.UNIT,
        0,
        "year years month months week weeks day days decade decades an ans annee annees",
    ),
    (Kind.UNIT, 0, "mois ano anos anni anno mes meses mesi jahr jahre jahren monate godina godine"),
    (
        Kind.FILLER,
        0,
        "as the of in for during de du des d del dell der den la le les l el il en im",
    ),
    (Kind.FILLER, 0, "am von em ad up hui still pendant durante period time date activity project"),
    (Kind.FILLER, 0, "activities actions programme implemented school academic scolaire"),
    (Kind.COUNT, 1, "one first un une"),
    (Kind.COUNT, 2, "two second deux dos due"),
    (Kind.COUNT, 3, "three third trois"),
    (Kind.COUNT, 4, "four fourth"),
    (Kind.COUNT, 99, "five six seven eight nine ten eleven twelve several many few plusieurs"),
    (Kind.PIECE, 21, "spring printemps primavera fruhling fruhjahr prolece"),
    (Kind.PIECE, 22, "summer ete verano verao sommer leto"),
    (Kind.PIECE, 23, "autumn fall automne otono autunno outono herbst jesen"),
    (Kind.PIECE, 24, "winter hiver invierno inverno zima"),
    (Kind.PART, 32, "quarter trimestre"),
    (Kind.PART, 39, "half semestre"),
    (Kind.LIST, 0, ", & and et y e und i"),
    *((Kind(sign), 0, sign) for sign in "-;(?)"),
)
MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr mai jun jul aug sep oct nov dec",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "janv fevr mars avr mai juin juil aout sept okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "januar februar mart april maj jun jul avgust septembar oktobar novembar decembar",
    "januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra",
)
LEXICON = {word: (kind, value) for kind, value, words in WORDS for word in words.split()}
for _row in MONTHS:
    LEXICON |= {word: (Kind.MONTH, month) for month, word in enumerate(_row.split(), 1)}
TOKEN = re.compile(
    r"""(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2}(?!-?\w))
    | (?P<short>[0-9]{4}[-/][0-9]{2}(?!\w|-[0-9]))
    | (?P<dotted>[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?!\w))
    | (?P<monthly>(?<![./-])[0-9]{1,2}[./][0-9]{4}(?!\w))
    | [0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?!\w)  # day or month first: not told
    | (?P<skip>-(?=year|month|week|day)|[.:'’])
    | (?:on[ -]?going|still[ ]running|to[ ]date|may[ ]be|no[ ]longer|u[ ]toku|em[ ]curso
        |in[ ](?:use|progress|force|corso)|en[ ](?:cours|curso)|[^\W_]+['’]s)(?![^\W_])
    | [^\W_]+ | \S""",
    re.VERBOSE | re.IGNORECASE,
)
FORMS = {"iso": "YMD", "short": "YM", "dotted": "DMY", "monthly": "MY"}
NUMBER = re.compile(r"([0-9]{4})(s?)|([0-9]{1,2})(?:st|nd|rd|th|er|ere|e|eme|o|a)?|([qths])([1-4])")
GATHER = re.compile(  # over kinds: what is one point, one duration, one recurrence
    r"""(?P<been>tQ(?=b)) | (?P<often>R[DCt]?U) | (?P<duration>[DCt]U)
    | (?P<point>(?:~f*)?(?:DfM,?Y|DM[f,]?Y|MD?[f,-]?Y|(?:Q|[DC]H)[fU]*Y|Y(?:Q|[DC]H|MD?|DM)
        |DM|MD|D,Y|Y|T|M|D|Q)\??)
    | (?P<drop>[fU]) | (?P<same>.)""",
    re.VERBOSE,
)
SENTENCE = re.compile(  # over kinds, points gathered
    r"""(?P<closed>(?:[bs]+w?)?P(?:[-t]|,?[ue][wt]?)P)
    | (?P<open>(?:[bs]+w?)?P(?:,?(?:[-tu]?o|W|w(?=$|,))|-$)|b?s+w?P) | (?P<unknown>b+w?P)
    | (?P<before>[ue][wt]?P) | (?P<single>P) | (?P<list>,) | (?P<flag>u?o|[rRnde])
    | (?P<quiet>[tw]|-(?!$)) | (?P<waste>.)""",
    re.VERBOSE,
)
CLEAN = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-") | dict.fromkeys((0xAD, 0x200B, 0xFEFF), "")
STATES = {Kind.ONGOING, Kind.RUNNING, Kind.ENDED}
FOREVER = date.max.toordinal()
REMARK = re.compile(r"[^\W\d_]\D*")
NOTHING = {"", "-", "n/a", "na", "n.a.", "not available", "not applicable", "unknown"}


@dataclass(frozen=True, slots=True)
class Period:
    """What a printed year text says, as far as it could be read.

    `first_year` and `last_year` are None where the text does not bound that side; `ongoing` is
    set only where the text says it; `problem` tells a curator what was not read.
    """

    edtf: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    ongoing: bool | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One printed time: a day, month, piece of a year, year or decade, perhaps without year."""

    year: int = 0
    month: int = 0
    day: int = 0
    piece: int = 0
    decade: bool = False
    mark: str = ""

    def filled(self, other: "Point") -> "Point":
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
class Token:
    """A word, a number, a sign or a gathered point, and where it stands in the text."""

    kind: Kind
    start: int
    end: int
    value: int = 0
    point: Point = Point()


@dataclass(frozen=True, slots=True)
class Span:
    """A point (begin is end) or an interval; an absent side is open, or unknown."""

    begin: Point | None
    end: Point | None
    open: bool = True

    def points(self) -> list[Point]:
        """Return the one or two points printed."""
        return [point for point in dict.fromkeys((self.begin, self.end)) if point]

    def filled(self, other: Point) -> "Span":
        """Take from a later member of a list what is printed only there."""
        begin, end = (point and point.filled(other) for point in (self.begin, self.end))
        return replace(self, begin=begin, end=end)

    def bounds(self) -> tuple[int, int]:
        """Return its first and last day as ordinals; an absent side has no limit."""
        first = self.begin.bounds()[0] if self.begin else 0
        return first, self.end.bounds()[1] if self.end else FOREVER

    def covers(self, other: "Span") -> bool:
        """Tell whether no day of the other lies outside."""
        (first, last), (since, until) = self.bounds(), other.bounds()
        return first <= since and until <= last

    def edtf(self, between: str = "/", absent: str = "..") -> str:
        """Write it as EDTF."""
        if self.begin and self.begin == self.end:
            return self.begin.edtf()
        begin = self.begin.edtf(whole=False) if self.begin else absent
        end = self.end.edtf(whole=False) if self.end else absent if self.open else ""
        return begin if begin == end else begin + between + end

    def fault(self) -> str:
        """Say why it is no time that can be kept, if it is none."""
        if not all(point.year for point in self.points()):
            return "No year is printed with"
        if not all(point.is_real() for point in self.points()):
            return f"No day, month or year from {YEARS[0]} to {YEARS[-1]} is"
        if self.begin != self.end and any(point.decade for point in self.points()):
            return "A decade cannot begin or end an interval, as in"
        first, last = self.bounds()
        return "The end comes before the beginning in" if first > last else ""


@dataclass(slots=True)
class Reading:
    """What a stretch of tokens says: times, words of state, and notes on what was not read."""

    spans: list[Span] = field(default_factory=list)
    said: set[Kind] = field(default_factory=set)
    notes: list[tuple[str, int, int]] = field(default_factory=list)  # no message: a word unread


def _lex(text: str) -> Iterator[Token]:
    """Cut the text into tokens; full stops, colons and apostrophes say nothing."""
    for match in TOKEN.finditer(text):
        raw, form = match.group(), match.lastgroup
        numbers = [int(digits) for digits in re.findall("[0-9]+", raw)]
        if form == "skip":
            continue
        found: Iterable[tuple[str, int]] = [_word(raw)]
        if raw == "/":  # between blanks it parts two statements
            tight = re.fullmatch(r"\S/\S", text[max(0, match.start() - 1) : match.end() + 1])
            found = [(Kind.DASH if tight else Kind.BREAK, 0)]
        elif form == "short" and numbers[1] > numbers[0] % 100:
            found = zip("Y-Y", (numbers[0], 0, numbers[0] // 100 * 100 + numbers[1]), strict=True)
        elif form:
            found = zip(FORMS[form], numbers, strict=True) if all(numbers) else [(Kind.OTHER, 0)]
        for kind, value in found:
            yield Token(Kind(kind), match.start(), match.end(), value)


def _word(raw: str) -> tuple[Kind, int]:
    """Look one word, number or sign up; only ASCII digits are digits."""
    folded = unicodedata.normalize("NFKD", raw.casefold())
    bare = "".join(char for char in folded if char.isalnum()) or raw
    number = NUMBER.fullmatch(bare)
    if not number or not all(char.isascii() for char in raw if char.isnumeric()):
        return LEXICON.get(bare, (Kind.OTHER, 0))
    year, decade, day, letter, piece = number.groups()
    if year:
        return Kind.DECADE if decade else Kind.YEAR, int(year)
    if day:
        return Kind.DAY if int(day) else Kind.OTHER, int(day)
    return Kind.PIECE, int(piece) + (39 if letter in "hs" else 32)


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
        if fault := span.fault():
            reading.notes.append((fault, *whole))
            if span.open and not span.end and span.points()[0].year:
                reading.said.add(Kind.ONGOING)
    reading.spans = [span for span in reading.spans if not span.fault()]
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


def _combine(text: str) -> Reading:
    """Read each stretch of the text and weigh what stands in brackets against the rest."""
    outside, inside = _split(_gather(list(_lex(text))))
    total = Reading()
    for part in map(_interpret, outside):
        total.spans += part.spans
        total.notes += part.notes
        total.said |= part.said
    for part in map(_interpret, inside):
        alone = total.spans[0] if len(total.spans) == 1 else None
        if not total.spans or (alone and len(part.spans) == 1 and part.spans[0].covers(alone)):
            total.spans = part.spans
        elif part.spans:
            total.notes.append(("Another time, in brackets, is left out of", 0, len(text)))
        elif alone and alone.begin == alone.end and Kind.ONGOING in part.said:
            total.spans = [alone if alone.points()[0].decade else Span(alone.begin, None)]
        total.said |= part.said
        remarks = {note for note in part.notes if REMARK.fullmatch(text, *note[1:]) and not note[0]}
        total.notes += [note for note in part.notes if note not in remarks]
    return total


def _touching(spans: list[Span]) -> list[Span]:
    """Join the spans of plain dates that overlap or follow each other without a day between."""
    points = [point for span in spans for point in span.points()]
    if any(p.piece or p.decade for p in points) or any(not (s.open or s.end) for s in spans):
        return spans
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.bounds()[0], -span.bounds()[1])):
        last = joined[-1] if joined else span
        if span.bounds()[0] > last.bounds()[1] + 1 or not (joined and (last.begin or span.end)):
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
    first = min((span.bounds()[0] for span in spans), default=0)
    last = max((span.bounds()[1] for span in spans), default=FOREVER)
    return Period(
        edtf,
        date.fromordinal(first).year if first else None,
        date.fromordinal(last).year if last < FOREVER else None,
        None if going == over else going,
        " ".join(problems) or None,
    )
