"""What is wrong with a query that is no SPARQL, as one sentence for whoever wrote it.

The engine names a place and what its grammar could take there, which nobody wants to read. So a
text is read again as tokens: what is wrong by itself is found first (an unknown word, an open
bracket); else small repairs are tried at that place, and the one that the engine takes is told.
Source: SPARQL 1.1 Query Language, section 19.8.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from pyoxigraph import Store

from iccgraph.errors import QuerySyntaxError
from iccgraph.sparql_syntax import DECLARATION, QUERY_TYPES, SparqlToken, position, tokens
from iccgraph.vocab import PREFIXES

EMPTY: Final = "the query is empty; begin it with SELECT, ASK, CONSTRUCT or DESCRIBE"
NO_QUERY: Final = (
    "this is not a SPARQL query: it must begin with SELECT, ASK, CONSTRUCT or DESCRIBE,"
    " after any PREFIX lines"
)
NO_WORD: Final = "“{word}” in line {line} is not a word of SPARQL"
MEANT: Final = "“{word}” in line {line} is not a word of SPARQL; did you mean {meant}?"
VARIABLE: Final = (
    "“{word}” in line {line} is not a word of SPARQL; did you mean the variable {meant}?"
)
NO_FUNCTION: Final = "“{word}” in line {line} is not a function of SPARQL"
NO_PREFIX: Final = (
    "the prefix “{word}” in line {line} is not declared; say at the beginning of the query, with"
    " PREFIX, what it stands for"
)
OTHER_PREFIX: Final = "the prefix “{word}” in line {line} is not declared; did you mean “{meant}”?"
DECLARE: Final = (
    "PREFIX in line {line} must be followed by a name with a colon and an IRI, such as"
    " PREFIX ex: <https://example.org/>"
)
OPEN_TEXT: Final = "the text that begins with “{word}” in line {line} has no closing quotation mark"
CURLY: Final = "line {line} has a curly quotation mark, which SPARQL does not know; write \" or '"
OPEN_IRI: Final = "the IRI that begins with “{word}” in line {line} has no closing “>”"
BAD_IRI: Final = "the IRI “{word}” in line {line} has a space or another character that no IRI has"
OPEN: Final = "the “{word}” in line {line} is not closed: “{missing}” is missing"
CLOSED: Final = (
    "the “{word}” in line {line} closes nothing: it is one too many, or an opening one is missing"
)
MISSING: Final = "“{missing}” is missing after “{word}” in line {line}"
SOMETHING: Final = "something is missing after “{word}” in line {line}"
NUMBER: Final = "a whole number is missing after “{word}” in line {line}"
SURPLUS: Final = "“{word}” in line {line} does not belong after “{before}”"
TOO_LATE: Final = "ORDER BY in line {line} must stand before LIMIT and OFFSET"
UNNAMED: Final = (
    "“{word}” in line {line} must stand in brackets with a name, such as (COUNT(?x) AS ?count)"
)
NOT_GROUPED: Final = (
    "the variable {word} in line {line} stands in SELECT but is not grouped: add it to GROUP BY,"
    " or use a function such as COUNT or SAMPLE"
)
STAR: Final = "SELECT * in line {line} cannot stand with GROUP BY; name the variables"
TWICE: Final = "the variable {word} in line {line} has a value already; write another name after AS"
STOPPED: Final = "the query cannot be understood near “{word}” in line {line}"
SENTENCES: Final = (
    *(EMPTY, NO_QUERY, NO_WORD, MEANT, VARIABLE, NO_FUNCTION, NO_PREFIX, OTHER_PREFIX, DECLARE),
    *(OPEN_TEXT, CURLY, OPEN_IRI, BAD_IRI, OPEN, CLOSED, MISSING, SOMETHING, NUMBER, SURPLUS),
    *(TOO_LATE, UNNAMED, NOT_GROUPED, STAR, TWICE, STOPPED),
)
"""All that is ever said, with the places of values; pages have each in every language."""

FORMS: Final = (
    *("BASE", "PREFIX", *QUERY_TYPES, "DISTINCT", "REDUCED", "AS", "FROM", "NAMED", "WHERE"),
    *("GROUP", "BY", "HAVING", "ORDER", "ASC", "DESC", "LIMIT", "OFFSET", "VALUES", "UNDEF"),
    *("OPTIONAL", "GRAPH", "SERVICE", "SILENT", "BIND", "MINUS", "UNION", "FILTER", "NOT", "IN"),
    *("EXISTS", "SEPARATOR", "LATERAL", "VERSION"),
)
FUNCTIONS: Final = (
    *("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "STR", "LANG", "LANGMATCHES"),
    *("DATATYPE", "BOUND", "IRI", "URI", "BNODE", "RAND", "ABS", "CEIL", "FLOOR", "ROUND"),
    *("CONCAT", "SUBSTR", "STRLEN", "REPLACE", "UCASE", "LCASE", "ENCODE_FOR_URI", "CONTAINS"),
    *("STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES"),
    *("SECONDS", "TIMEZONE", "TZ", "NOW", "UUID", "STRUUID", "MD5", "SHA1", "SHA256", "SHA384"),
    *("SHA512", "COALESCE", "IF", "STRLANG", "STRDT", "SAMETERM", "ISIRI", "ISURI", "ISBLANK"),
    *("ISLITERAL", "ISNUMERIC", "REGEX", "TRIPLE", "SUBJECT", "PREDICATE", "OBJECT", "ISTRIPLE"),
    *("HASLANG", "HASLANGDIR", "LANGDIR", "STRLANGDIR", "ADJUST"),
)
_WORDS: Final = frozenset((*FORMS, *FUNCTIONS, "TRUE", "FALSE"))
_KNOWN_PREFIXES: Final = {"dct": "dcterms", "sdo": "schema", "wgs": "geo", "wgs84": "geo"}
"""Other names that people give to namespaces whose prefixes are known here."""
_OTHERS: Final = {"AND": "&&", "OR": "||", "IS": "=", "LIKE": "CONTAINS", "SORT": "ORDER"}
"""Words of other query languages, and what SPARQL has for them."""
_BRACKETED: Final = ("FILTER", "HAVING", "BIND", "ASC", "DESC")
_CLOSING: Final = {"{": "}", "(": ")", "[": "]"}
_VALUE: Final = ("?missing_", "<x:missing>", "''", "?missing_ ?missing__", "* { }")
_INSERTED: Final = (
    *((sign, sign) for sign in (".", ";", ",", ")", "(", "{", "BY")),
    *(("BY ?missing_", "BY"), ("{ }", "{ … }"), ("AS ?missing_", "AS ?name")),
    *((text, "") for text in _VALUE),
)
"""What may be missing: the text that is tried, and how a sentence names it if it does."""
_LONGEST: Final = 5_000
_SECONDS: Final = 2.0
"""Repairs of longer texts are not tried, nor for longer: each one is read whole by the engine."""
_PLACES: Final = 4
_SHOWN: Final = 60
_IRI_START: Final = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:[^\s>]*+(?P<rest>[^\n>]*+>)?")
_QUOTES: Final = frozenset("“”„‟‘’«»")
_SERVICE: Final = re.compile(r"\bservice(?:\s++silent\b)?+", re.IGNORECASE | re.ASCII)
_EMPTY: Final = Store()


@dataclass(frozen=True, slots=True)
class _Fault:
    """One fault: its sentence with places for values, where it is, and the values."""

    sentence: str
    start: int
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Broken:
    """A text that the engine does not take, its tokens, and how far the engine came."""

    text: str
    tokens: list[SparqlToken]
    stop: int
    base: str

    def word(self, index: int) -> str:
        """Return a token as a keyword is written, empty if there is none."""
        if not 0 <= index < len(self.tokens):
            return ""
        token = self.tokens[index]
        return token.text.upper() if token.kind == "word" else token.text

    def takes(self, text: str) -> bool:
        """True if the engine takes a text; nothing is evaluated, and nobody is asked."""
        return not _objection(_SERVICE.sub("GRAPH", text), self.base)

    def with_text(self, start: int, end: int, text: str) -> str:
        """Return the text with something else between two places; ASK is asked as SELECT.

        The engine begins to evaluate ASK at once, and SELECT only if its rows are read.
        """
        changed = f"{self.text[:start]} {text} {self.text[end:]}"
        return re.sub(r"\bASK\b", "SELECT *", changed, count=1, flags=re.IGNORECASE)


def _objection(text: str, base: str) -> str:
    """Return what the engine has against a text without SERVICE, empty if it takes it."""
    try:
        _EMPTY.query(text, base_iri=base or None, prefixes=PREFIXES)
    except SyntaxError as error:
        return str(error.msg)
    except (ValueError, RuntimeError, OSError):
        return ""
    return ""


def diagnose(text: str, message: str, base: str = "") -> QuerySyntaxError:
    """Return the error for a text that the engine does not take, with a sentence and its place.

    Arguments: `message` is what the engine has against it, `base` what relative IRIs are resolved
    against, empty for none.
    """
    padded = _SERVICE.sub(lambda found: "GRAPH".ljust(len(found[0])), text)
    line, column = position((padded != text and _objection(padded, base)) or message)
    lines = text.split("\n")
    stop = sum(len(one) + 1 for one in lines[: line - 1]) + column - 1 if line else len(text)
    broken = _Broken(text, list(tokens(text)), stop, base)
    found = next(_faults(broken, message), None)
    if found is None:
        return QuerySyntaxError(EMPTY, 1, 1, message)
    return _told(text, found, message)


def no_query(text: str) -> QuerySyntaxError:
    """Return the error for a text without a query type; only its first word is looked at closely.

    This is found before a text goes to a worker, so it must not take long.
    """
    empty = True
    for token in tokens(text):
        empty = False
        if token.kind != "word" or token.text.upper() in _WORDS:
            continue
        meant = _meant(token.text[:_SHOWN].upper())
        if meant in QUERY_TYPES:
            return _told(text, _Fault(MEANT, token.start, {"word": token.text, "meant": meant}))
        break
    return QuerySyntaxError(EMPTY if empty else NO_QUERY)


def _told(text: str, fault: _Fault, message: str = "") -> QuerySyntaxError:
    line = text.count("\n", 0, fault.start) + 1
    column = fault.start - text.rfind("\n", 0, fault.start)
    shown = {name: _shortened(value) for name, value in fault.values.items()}
    return QuerySyntaxError(fault.sentence.format(line=line, **shown), line, column, message)


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _faults(broken: _Broken, message: str) -> Iterator[_Fault]:
    """Yield what is wrong, what is surest first; the last one is always true."""
    yield from _unclosed(broken)
    yield from _unknown_words(broken)
    yield from _declarations(broken)
    brackets = list(_brackets(broken))
    yield from (fault for fault in brackets if fault.start <= broken.stop)
    yield from _selected(broken, message)
    yield from _misplaced(broken)
    if len(broken.text) <= _LONGEST:
        yield from _repairs(broken)
    yield from brackets
    if broken.tokens:
        reached = [token for token in broken.tokens if token.start <= broken.stop]
        token = (reached or broken.tokens)[-1]
        yield _Fault(STOPPED, token.start, {"word": token.text})


def _unclosed(broken: _Broken) -> Iterator[_Fault]:
    """Yield texts and IRIs that do not end."""
    for token in broken.tokens:
        if token.start > broken.stop:
            return
        if token.kind in ("string", "long"):
            mark = token.text[:3] if token.kind == "long" else token.text[:1]
            if len(token.text) < 2 * len(mark) or not token.text.endswith(mark):
                yield _Fault(OPEN_TEXT, token.start, {"word": token.text})
        elif token.kind == "other" and token.text in _QUOTES:
            yield _Fault(CURLY, token.start)
        elif token.text == "<" and (found := _IRI_START.match(broken.text, token.start)):
            sentence = BAD_IRI if found["rest"] else OPEN_IRI
            yield _Fault(sentence, token.start, {"word": found[0]})


def _unknown_words(broken: _Broken) -> Iterator[_Fault]:
    """Yield words that SPARQL does not have."""
    variables = {token.text for token in broken.tokens if token.kind == "variable"}
    for index, token in enumerate(broken.tokens):
        word = token.text.rstrip(".")
        if token.kind != "word" or word == "a" or word.upper() in _WORDS:
            continue
        if broken.word(index - 1) == "PREFIX" or token.start > broken.stop:
            continue
        values = {"word": word, "meant": _meant(word.upper())}
        if f"?{word}" in variables:
            yield _Fault(VARIABLE, token.start, {"word": word, "meant": f"?{word}"})
        elif values["meant"]:
            yield _Fault(MEANT, token.start, values)
        elif broken.word(index + 1) == "(":
            yield _Fault(NO_FUNCTION, token.start, values)
        elif broken.word(index - 1) in ("LIMIT", "OFFSET"):
            yield _Fault(NUMBER, token.start, {"word": broken.word(index - 1)})
        elif broken.takes(broken.with_text(token.start, token.end, f"?{word}")):
            yield _Fault(VARIABLE, token.start, {"word": word, "meant": f"?{word}"})
        else:
            yield _Fault(NO_WORD, token.start, values)


def _meant(word: str) -> str:
    """Return the word of SPARQL that is meant by another one, empty if none is like it."""
    if word in _OTHERS:
        return _OTHERS[word]
    for known in (FORMS, FUNCTIONS):
        if found := get_close_matches(word, known, 1, 0.75):
            return found[0]
    return ""


def _declarations(broken: _Broken) -> Iterator[_Fault]:
    """Yield prefixes that are declared wrongly or not at all."""
    declared = {*PREFIXES}
    for index, token in enumerate(broken.tokens):
        if broken.word(index) == "PREFIX":
            found = DECLARATION.match(broken.text, token.end)
            if found is None and token.start <= broken.stop:
                yield _Fault(DECLARE, token.start)
            elif found is not None:
                declared.add(found[1])
    for index, token in enumerate(broken.tokens):
        prefix = token.text.partition(":")[0]
        if token.kind != "prefixed" or prefix in declared or broken.word(index - 1) == "PREFIX":
            continue
        if token.start > broken.stop:
            return
        values = {"word": f"{prefix}:"}
        near = [_KNOWN_PREFIXES[prefix]] if prefix in _KNOWN_PREFIXES else []
        if near := near or get_close_matches(prefix, declared, 1, 0.75):
            yield _Fault(OTHER_PREFIX, token.start, values | {"meant": f"{near[0]}:"})
        yield _Fault(NO_PREFIX, token.start, values)


def _brackets(broken: _Broken) -> Iterator[_Fault]:
    """Yield brackets that are not closed or close nothing."""
    still: list[SparqlToken] = []
    for token in broken.tokens:
        if token.kind == "open":
            still.append(token)
        elif token.kind == "close" and still and _CLOSING[still[-1].text] == token.text:
            still.pop()
        elif token.kind == "close":
            if not any(_CLOSING[one.text] == token.text for one in still):
                yield _Fault(CLOSED, token.start, {"word": token.text})
            break
    if still:
        last = still[-1]
        yield _Fault(OPEN, last.start, {"word": last.text, "missing": _CLOSING[last.text]})


def _selected(broken: _Broken, message: str) -> Iterator[_Fault]:
    """Yield what is wrong with the variables of the first SELECT."""
    start = next((n for n in range(len(broken.tokens)) if broken.word(n) == "SELECT"), None)
    if start is None:
        return
    depth, plain, seen = 0, [], set()
    for index in range(start + 1, len(broken.tokens)):
        token, word = broken.tokens[index], broken.word(index)
        if depth == 0 and word in ("{", "WHERE", "FROM"):
            break
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth == 0 and word in FUNCTIONS:
            yield _Fault(UNNAMED, token.start, {"word": word})
        if token.kind == "variable" and (depth == 0 or broken.word(index - 1) == "AS"):
            if token.text in seen and "Duplicated" in message:
                yield _Fault(TWICE, token.start, {"word": token.text})
            seen.add(token.text)
            plain += [token] if depth == 0 else []
    if "SELECT *" in message:
        yield _Fault(STAR, broken.tokens[start].start)
    if "variable that is unbound" in message:
        grouped = _grouped(broken)
        for token in plain:
            if token.text not in grouped:
                yield _Fault(NOT_GROUPED, token.start, {"word": token.text})


def _grouped(broken: _Broken) -> set[str]:
    """Return the variables behind the last GROUP BY."""
    starts = [n for n in range(len(broken.tokens)) if broken.word(n) == "GROUP"]
    found = set()
    for index in range(starts[-1] if starts else len(broken.tokens), len(broken.tokens)):
        if broken.word(index) in ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"):
            break
        found.add(broken.tokens[index].text)
    return found


def _misplaced(broken: _Broken) -> Iterator[_Fault]:
    """Yield words without what must follow them, and clauses in the wrong order."""
    for index, token in enumerate(broken.tokens):
        if token.start > broken.stop:
            return
        word, behind = broken.word(index), broken.tokens[index + 1 : index + 2]
        kind = behind[0].kind if behind else ""
        after = {"word": word}
        if word in _BRACKETED and kind in ("variable", "number", "string"):
            yield _Fault(MISSING, token.end, after | {"missing": "("})
        if word in ("OPTIONAL", "MINUS", "UNION") and broken.word(index + 1) != "{":
            yield _Fault(MISSING, token.end, after | {"missing": "{"})
        if word in ("LIMIT", "OFFSET") and kind != "number":
            yield _Fault(NUMBER, token.end, after)
        if word == "ORDER" and broken.word(index - 2) in ("LIMIT", "OFFSET"):
            yield _Fault(TOO_LATE, token.start)


def _repairs(broken: _Broken) -> Iterator[_Fault]:
    """Yield what the engine takes if one thing is put in, taken out or written otherwise."""
    end = time.monotonic() + _SECONDS
    reached = [n for n, token in enumerate(broken.tokens) if token.start <= broken.stop]
    places = [n for n in reversed(reached[-_PLACES:]) if n]
    if broken.tokens and broken.stop >= broken.tokens[-1].end:
        places.insert(0, len(broken.tokens))
    for repair in (_inserted, _renamed, _removed):
        for index in places:
            if time.monotonic() > end:
                return
            yield from repair(broken, index)


def _inserted(broken: _Broken, index: int) -> Iterator[_Fault]:
    """Yield what is missing before a token."""
    before = broken.tokens[index - 1]
    listed = _innermost(broken.tokens[:index]) == "("
    for text, name in _INSERTED:
        if broken.takes(broken.with_text(before.end, before.end, text)):
            sentence = MISSING if name and (name != "," or listed) else SOMETHING
            yield _Fault(sentence, before.end, {"word": before.text, "missing": name})


def _innermost(found: list[SparqlToken]) -> str:
    """Return the bracket that is open behind tokens, empty if none is."""
    still = [""]
    for token in found:
        if token.kind == "open":
            still.append(token.text)
        elif token.kind == "close" and len(still) > 1:
            still.pop()
    return still[-1]


def _renamed(broken: _Broken, index: int) -> Iterator[_Fault]:
    """Yield a variable that BIND would give a second value, and another language's operator."""
    for token, place in ((one, n) for n in (index - 1, index) for one in broken.tokens[n : n + 1]):
        if token.kind == "variable" and broken.word(place - 1) == "AS":
            if broken.takes(broken.with_text(token.start, token.end, "?missing_")):
                yield _Fault(TWICE, token.start, {"word": token.text})
        elif token.text == "<>" and broken.takes(broken.with_text(token.start, token.end, "!=")):
            yield _Fault(MEANT, token.start, {"word": "<>", "meant": "!="})


def _removed(broken: _Broken, index: int) -> Iterator[_Fault]:
    """Yield what the engine takes if it is left out, or if a variable stands for it."""
    before = broken.tokens[index - 1]
    for count, instead in ((1, ""), (1, "?missing_"), (2, ""), (len(broken.tokens), "")):
        surplus = broken.tokens[index : index + count]
        if surplus and broken.takes(broken.with_text(surplus[0].start, surplus[-1].end, instead)):
            text = broken.text[surplus[0].start : surplus[-1].end]
            yield _Fault(SURPLUS, surplus[0].start, {"word": text, "before": before.text})
