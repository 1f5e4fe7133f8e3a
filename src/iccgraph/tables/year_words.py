"""The words of printed year texts, in the languages of the listings, and their tokens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from iccgraph.tables.year_spans import Point


class Kind(StrEnum):
    """What a token does; its letter stands for it in the patterns `GATHER` and `SENTENCE`."""

    SINCE, START, UNTIL, ENDED, TO, ON, ONWARDS = "s", "b", "u", "e", "t", "w", "W"
    BETWEEN = "v"
    ONGOING, RUNNING, RECURRING, NOT, DURATION = "o", "r", "R", "n", "d"
    DAY, MONTH, YEAR, DECADE, PIECE, PART, POINT = "D", "M", "Y", "T", "Q", "H", "P"
    ABOUT, QUERY, COUNT, UNIT, FILLER, OTHER = "~", "?", "C", "U", "f", "x"
    DASH, LIST, BREAK, OPEN, CLOSE = "-", ",", ";", "(", ")"


# Folded words and signs; those that are English first are left out: ago, out, set, estate.
WORDS: tuple[tuple[Kind, int, str], ...] = (
    (Kind.SINCE, 0, "since from depuis partir compter desde dal seit ab vom od од з від"),
    (Kind.START, 0, "start starts starting started launched began begun established lance avviato"),
    (Kind.BETWEEN, 0, "between entre zwischen tra fra между між"),
    (Kind.UNTIL, 0, "until till through to jusqu jusque hasta ate fino bis do до"),
    (
        Kind.ENDED,
        0,
        "ended completed finished concluded closed stopped acheve concluso abgeschlossen",
    ),
    (Kind.TO, 1, "a al au ao"),  # between two times only: elsewhere they are articles
    (Kind.ON, 0, "on"),
    (Kind.ONWARDS, 0, "onward onwards forward"),
    (Kind.ONGOING, 0, "ongoing continuing continuous continues permanent permanently permanente"),
    (Kind.ONGOING, 0, "current currently present now today inuse inprogress inforce stillrunning"),
    (Kind.ONGOING, 0, "todate encours encurso emcurso incorso utoku laufend dauerhaft stalno"),
    (Kind.ONGOING, 0, "aujourd actualidad oggi heute danas hoy hoje"),
    (Kind.RUNNING, 0, "running"),  # ongoing only where no time is printed
    (Kind.RECURRING, 0, "each every annual annually yearly once twice chaque cada ogni jedes"),
    (Kind.RECURRING, 0, "svake"),
    (Kind.NOT, 0, "not non never pas nicht nolonger except excluding before after"),
    (Kind.NOT, 0, "suspended postponed cancelled sauf avant apres suspendu annule"),
    (Kind.ABOUT, 0, "~ about around approximately approx c ca circa vers environ hacia etwa oko"),
    (Kind.UNIT, 0, "year years month months week weeks day days decade decades an ans annee"),
    (
        Kind.UNIT,
        0,
        "annees mois ano anos anni anno mes meses mesi jahr jahre jahren monate godina godine",
    ),
    (Kind.FILLER, 0, "as the of in for during de du des d del dell der den la le les l el il en"),
    (
        Kind.FILLER,
        0,
        "im am von em ad up hui still pendant durante period time date activity project",
    ),
    (Kind.FILLER, 0, "activities actions programme implemented school academic scolaire"),
    (Kind.FILLER, 0, "року рік році роках"),
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
    (Kind.DASH, 0, "->"),
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
    | (?P<short>[0-9]{4}[-/][0-9]{2}(?!\w|-[0-9]|[./][0-9]{4}(?!-)))
    | (?P<dotted>[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?!\w))
    | (?P<monthly>(?<![./])(?<!(?<![0-9]{4})-)[0-9]{1,2}[./][0-9]{4}(?!\w))
    | [0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?!\w)  # day or month first: not told
    | (?P<skip>-(?=year|month|week|day)|[.:'’])
    | (?:on[ -]?going|still[ ]running|to[ ]date|may[ ]be|no[ ]longer|u[ ]toku|em[ ]curso
        |in[ ](?:use|progress|force|corso)|en[ ](?:cours|curso)|[^\W_]+['’]s)(?![^\W_])
    | -> | [^\W_]+ | \S""",
    re.VERBOSE | re.IGNORECASE,
)
FORMS = {"iso": "YMD", "short": "YM", "dotted": "DMY", "monthly": "MY"}
NUMBER = re.compile(r"([0-9]{4})(s?)|([0-9]{1,2})(?:st|nd|rd|th|er|ere|e|eme|o|a)?|([qths])([1-4])")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number, a sign or a gathered point, and where it stands in the text."""

    kind: Kind
    start: int
    end: int
    value: int = 0
    point: Point = Point()


def lex(text: str) -> Iterator[Token]:
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
