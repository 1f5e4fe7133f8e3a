"""Makes ORDER BY a total order, which the engine's own order over values of several kinds is not.

The engine compares two numbers, or two times, by value and all else by text. Over a mixture that
goes round in circles (9 < 10 < "5" < 9): its sort gives a wrong order, or ends the process; see
docs/engine-order-by.md. So each condition gets a key before it, for what is compared by value. The
order is that of SPARQL 1.1, section 15.1; where that is silent, literals that have a key come last.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from iccgraph.sparql_syntax import DECLARATION, SIGN, SparqlToken, tokens
from iccgraph.vocab import PREFIXES

KEY: Final = NamedNode("urn:x-iccgraph:order")
"""The function that is written into queries; engines are told of it in the same call."""
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_FUNCTION: Final = re.compile(
    r"!?\s*(?:BOUND|CONCAT|CONTAINS|COUNT|DATATYPE|DAY|ENCODE_FOR_URI|GROUP_CONCAT|HOURS|IRI|LANG"
    r"|LCASE|LANGMATCHES|MD5|MINUTES|MONTH|RAND|REGEX|REPLACE|SECONDS|SHA1|SHA256|SHA384|SHA512|STR"
    r"|STRAFTER|STRBEFORE|STRENDS|STRLEN|STRSTARTS|STRUUID|SUBSTR|TZ|UCASE|URI|UUID|YEAR"
    r"|is(?:Blank|IRI|Literal|Numeric|URI))\s*\([^()]*\)",
    re.IGNORECASE,
)
"""Functions of plain arguments, whose values the engine itself orders well."""
_KINDS: Final = (
    "a rdf:type rdfs:label skos:prefLabel skos:altLabel skos:definition skos:inScheme owl:sameAs"
    " dcterms:title dcterms:alternative dcterms:description dcterms:identifier dcterms:subject"
    " dcterms:relation foaf:page schema:alternateName skos:hiddenLabel icc:placeText icc:timeText"
    " icc:city icc:country icc:kind icc:practice icc:iso2 icc:iso3 icc:isoNumeric",
    "icc:firstYear icc:lastYear icc:year",
    "icc:population icc:practiceCount",
)
"""Properties whose values the engine orders well, for the shapes let nothing else be published:
texts and IRIs; years of four digits; whole numbers. A test holds a release to it."""
_KIND_OF: Final = {name: kinds for kinds in _KINDS for name in kinds.split()}
_TEXTS: Final = _KINDS[0]
_FUNCTION_VALUE: Final = "AS"
_UNKNOWN: Final = "?"
_DOUBTFUL: Final = re.compile(r"\\[uU]|<[^\x00-\x20<>)]*\)")
"""An escape may spell a name in another way; a sign for less may look like the start of an IRI."""
_EXPRESSIONS: Final = {"SELECT": True, "BY": True, "HAVING": True, "FILTER": False, "BIND": False}
"""What begins expressions: True if they go on until a group begins or ends, False if until the next
bracket is closed."""
_PATHS: Final = ("|", "^", "!")
_BEFORE_IRIS: Final = ("GRAPH", ";", "[")
_BEFORE_SUBJECT: Final = ("{", "}", ".")
_SEPARATORS: Final = (".", ";", ",")
_NAME: Final = re.compile(r"[?$](\w+)")
_BRACKETED: Final = re.compile(r"\(\s*([?$]\w+|!?\s*\w+\s*\([^()]*\))\s*\)")
_MOST_WORDS: Final = 2
"""Before the bracket of a condition, as in NOT EXISTS; more words are no SPARQL."""
_NONE: Final = SparqlToken("", "", 0)
_AFTER: Final = ("LIMIT", "OFFSET", "VALUES")
_MOMENT: Final = re.compile(
    r"(?P<year>-?\d{4,})(?P<rest>-\d\d-\d\dT\d\d:\d\d:\d\d)(?P<fraction>\.\d+)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_DATE: Final = re.compile(
    r"(?P<year>-?\d{4,})(?P<rest>(?:-\d\d){0,2}(?:Z|[+-]\d\d:\d\d)?)", re.ASCII
)
_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_MONTH: Final = Decimal("2629746")
"""Seconds of the average month, a twelfth of 365.2425 days."""
_CYCLE: Final = 400
"""After so many years the Gregorian calendar repeats itself."""


class _Binding(NamedTuple):
    """Where a pattern, or AS, may bind a variable.

    Arguments: `before` is the token before it, words in capitals, variables without their names;
    `second` is the one before that; `mixed` is True if the path before it may have alternatives,
    inverse or negated properties, and after AS if what stands before that is not one function.
    """

    name: str
    before: str
    second: str
    mixed: bool

    @property
    def kind(self) -> str:
        """What its values are: properties of one kind, `_FUNCTION_VALUE` or `_UNKNOWN`."""
        if self.before == "AS":
            return _UNKNOWN if self.mixed else _FUNCTION_VALUE
        subject = self.second in _BEFORE_SUBJECT and (self.before == "?" or ":" in self.before)
        if subject or self.before in _BEFORE_IRIS:
            return _TEXTS
        return _UNKNOWN if self.mixed else _KIND_OF.get(self.before, _UNKNOWN)


class _Reading(NamedTuple):
    """What is found in a query: where each ORDER and each PREFIX ends, and what binds variables."""

    orders: list[int]
    prefixes: list[int]
    bindings: list[_Binding]


def totally_ordered(text: str) -> str:
    """Return a query with each ORDER BY written so that its order is total.

    A text that is no SPARQL, or has nothing to change, is returned as it is or is no SPARQL after.
    """
    if "ORDER" not in text.upper():  # quick: every query comes here
        return text
    reading = _read(text)
    clauses: list[list[list[SparqlToken]]] = []
    for place in reading.orders:
        if not clauses or place > clauses[-1][-1][-1].end:
            clauses += [found] if (found := list(_conditions(tokens(text, place)))) else []
    names = _names_of_one_kind(text, reading, clauses)
    parts, done = [], 0
    for clause in clauses:
        parts += [text[done : clause[0][0].start], _rewritten(text, clause, names)]
        done = clause[-1][-1].end
    return "".join([*parts, text[done:]])


def _read(text: str) -> _Reading:
    """Read a query once; an expression uses variables and binds none but by AS."""
    orders, prefixes, bindings = reading = _Reading([], [], [])
    before = second = ""
    expression, mixed, until, as_start, opened = False, False, -1, 0, list[int]()
    for match in SIGN.finditer(text):
        kind = match.lastgroup or "term"
        sign = match[kind]
        if (term := match["term"]) is not None:
            alone = not text[match.start() : match.start("term")].strip()
            second, before = before if alone else "", term
        if kind == "variable":
            if before == "AS":
                inside = text[opened[-1] : as_start] if opened else ""
                mixed = not _FUNCTION.fullmatch(inside.strip())
            if not expression or before == "AS":
                bindings.append(_Binding(sign[1:], before, second, mixed))
            sign, mixed = "?", False
        elif kind == "word":
            sign = sign if sign == "a" else sign.upper()
            if sign in ("ORDER", "PREFIX"):
                (orders if sign == "ORDER" else prefixes).append(match.end())
            elif sign in _EXPRESSIONS:
                expression, until = True, -1 if _EXPRESSIONS[sign] else len(opened)
            elif sign == "VALUES":
                expression = False
            elif sign == "AS":
                as_start = match.start("word")
        elif kind == "open":
            opened.append(match.end())
            expression = expression and sign != "{"
        elif kind == "close":
            del opened[-1:]
            expression = expression and sign != "}" and len(opened) != until
        elif kind == "other":
            mixed = sign in _PATHS or (mixed and sign not in _SEPARATORS)
        second, before = before, sign
    return reading


def _names_of_one_kind(
    text: str, reading: _Reading, clauses: Sequence[Sequence[Sequence[SparqlToken]]]
) -> set[str]:
    """Return the variables in conditions whose values can only be of one kind.

    Each is the value of one function, or of properties whose values are of one kind in every
    release; what else is done with it binds nothing.
    """
    if _DOUBTFUL.search(text):
        return set()
    kinds: dict[str, list[str]] = {
        name: []
        for clause in clauses
        for name in _NAME.findall(text, clause[0][0].start, clause[-1][-1].end)
    }
    for binding in reading.bindings:
        if binding.name in kinds:
            kinds[binding.name].append(binding.kind)
    declared = [DECLARATION.match(text, place) for place in reading.prefixes]
    known = all(found and PREFIXES.get(found[1], found[2]) == found[2] for found in declared)
    return {
        name
        for name, found in kinds.items()
        if found == [_FUNCTION_VALUE] or (known and len(set(found)) == 1 and found[0] in _KINDS)
    }


def _conditions(following: Iterator[SparqlToken]) -> Iterator[list[SparqlToken]]:
    """Yield the tokens of each condition (SPARQL 1.1, rule [24]) of what follows ORDER."""
    if next(following, _NONE).text.upper() != "BY":
        return
    condition: list[SparqlToken] = []
    depth = 0
    for token in following:
        if depth == 0 and (token.kind == "close" or token.text.upper() in _AFTER):
            return
        condition.append(token)
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind in ("close", "variable"):
            yield condition
            condition = []
        elif depth == 0 and len(condition) > _MOST_WORDS:
            return


def _rewritten(text: str, clause: Sequence[Sequence[SparqlToken]], names: set[str]) -> str:
    """Return the text of the conditions of a clause that together give a total order.

    Values that are equal but not the same (1, 1.0) are told apart at the end, if all else is equal.
    """
    written, last = [], []
    for condition in clause:
        direction = condition[0].text.upper()
        named = direction in ("ASC", "DESC")
        direction = direction if named else "ASC"
        term = text[condition[named].start : condition[-1].end]
        if not _is_of_one_kind(term, names):
            written.append(f"{direction}({KEY}({term}))")
            last.append(f"{direction}(COALESCE(DATATYPE({term} + 0), TZ({term})))")
        written.append(f"{direction}({term})")
    return " ".join(written + last)


def _is_of_one_kind(term: str, names: set[str]) -> bool:
    """True if a condition is a function, or names one, whose values the engine orders well."""
    while (inner := _BRACKETED.fullmatch(term)) is not None:
        term = inner[1]
    return term[1:] in names if term[0] in "?$" else _FUNCTION.fullmatch(term) is not None


def sort_key(term: object) -> Literal | None:
    """Return a text by which numbers, times and durations are ordered as their values are.

    None for all else, which the engine orders well: blank nodes, IRIs, strings, booleans and
    literals of unknown types, each of which it compares by text.
    """
    if not isinstance(term, Literal):
        return None
    write = _KEYS.get(term.datatype.value)
    if write is None:
        return None
    try:
        key = write(term.value)
        return Literal(key + str(term) if key[-1] == " " else key)
    except (ValueError, ArithmeticError):
        return None  # no value of its type: another text


def _integer_key(text: str) -> str:
    if text[0] in "-0":
        return _decimal_key(text)
    return f"n2{len(text) + 4999:05}{text.rstrip('0')}"


def _decimal_key(text: str) -> str:
    return _number_key(Decimal(text))


def _double_key(text: str) -> str:
    return _number_key(Decimal(float(text)))


def _float_key(text: str) -> str:
    """Return the key of a number of 32 bits, whose exact value differs from what is printed."""
    value = float(text)
    try:
        value = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        value = float("inf") if value > 0 else float("-inf")
    return _number_key(Decimal(value))


def _number_key(value: Decimal) -> str:
    """Return a key of the exact value: sign, power of ten, digits; NaN comes last."""
    if value.is_nan():
        return "n3"
    if value.is_infinite():
        return "n2~" if value > 0 else "n0!"
    if not value:
        return "n1"
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    power = value.adjusted() + 5000
    if value > 0:
        return f"n2{power:05}{digits}"
    return f"n0{9999 - power:05}{digits.translate(_COMPLEMENT)}~"


_COMPLEMENT: Final = str.maketrans("0123456789", "9876543210")


def _moment_key(text: str) -> str:
    """Return the key of a dateTime in UTC, as which one without a zone counts; it comes before."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    cycles, year = divmod(int(found["year"]), _CYCLE)
    moment = datetime.fromisoformat(f"{year + 2000}{found['rest']}{found['zone'] or ''}")
    zone = moment.utcoffset() or timedelta()
    moment = moment.replace(tzinfo=None) - zone
    year = moment.year - 2000 + cycles * _CYCLE
    mark = "!" if found["zone"] else ""  # which comes before the point of a fraction
    return f"{_year(year)}{moment:-%m-%dT%H:%M:%S}{found['fraction'] or ''}{mark}"


def _date_key(text: str) -> str:
    """Return the key of a date, year, or month of a year: as it is printed, by number of year."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _year(int(found["year"])) + found["rest"]


def _year(year: int) -> str:
    return f"t{year + 10**12:013}"


def _duration_key(text: str) -> str:
    """Return the key of a duration in seconds."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    parts = {
        name: Decimal(number or 0) for name, number in found.groupdict().items() if name != "sign"
    }
    months = parts["years"] * 12 + parts["months"]
    minutes = (parts["days"] * 24 + parts["hours"]) * 60 + parts["minutes"]
    seconds = months * _MONTH + minutes * 60 + parts["seconds"]
    return f"d{_number_key(-seconds if found['sign'] else seconds)} "


def _text_key(text: str) -> str:
    return f"m{text} "


_INTEGERS: Final = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger"),
    *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "nonPositiveInteger"),
    "negativeInteger",
)
# A key that ends with a space leaves open what is told by the literal as it is written.
_KEYS: Final[dict[str, Callable[[str], str]]] = {
    _XSD + name: key
    for names, key in (
        (_INTEGERS, _integer_key),
        (("decimal",), _decimal_key),
        (("double",), _double_key),
        (("float",), _float_key),
        (("dateTime", "dateTimeStamp"), _moment_key),
        (("date", "gYear", "gYearMonth"), _date_key),
        (("duration", "dayTimeDuration", "yearMonthDuration"), _duration_key),
        (("time", "gMonthDay", "gMonth", "gDay"), _text_key),
    )
    for name in names
}
