"""Reads the values of a query's parameters from a request, and binds them in the query.

Things are named by key, by IRI or address, or by any of their names; whatever is no value is told
with the nearest ones that are. What is bound is always a term, never a text of the request.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode

from iccgraph.errors import NotFound, RequestError, UnknownChoice
from iccgraph.iris import fold
from iccgraph.languages import DEFAULT, best
from iccgraph.release.parameters import (
    LONGEST,
    MOST_TEXTS,
    NUMBERS,
    RESERVED,
    THINGS,
    Parameter,
    bind,
)
from iccgraph.release.queries import ExampleQuery
from iccgraph.serve.dataset.describe import exists
from iccgraph.serve.dataset.naming import Names, names_of
from iccgraph.serve.dataset.nearest import nearest
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import ICC, XSD

MOST: Final = 5
"""So many of the nearest values are named."""
NO_VALUE: Final = "which is none of its values"
"""What the message of an error says if a parameter has no such value."""
_ALIKE: Final = 500
"""Practices whose keys begin alike are looked through up to so many."""
_BEGINNING: Final = 3
_DECIMAL: Final = re.compile(r"[+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}", re.ASCII)
_LANGUAGES: Final = ("ar", "de", "en", "es", "fr", "it", "pl", "pt", "ro", "tr", "uk")
"""Languages that are named where any may be written."""


@dataclass(frozen=True, slots=True)
class BoundQuery:
    """A query with values in it: those of each parameter, and which of them the request gave."""

    query: ExampleQuery
    text: str
    values: Mapping[str, tuple[str, ...]]
    given: tuple[tuple[str, str], ...]


def find_query(release: OpenRelease, name: str) -> ExampleQuery:
    """Return the query that has a name.

    Raises: NotFound.
    """
    for query in release.queries:
        if query.name == name:
            return query
    raise NotFound(f"there is no query called {name[:80]!r}; the page /queries lists all of them")


def named_after(release: OpenRelease, key: str) -> str:
    """Return the name of the query with such a key, with its number or without; else nothing."""
    keys = {key, key.partition("-")[2]}
    return next(
        (q.name for q in release.queries if q.key == key or q.key.partition("-")[2] in keys), ""
    )


def read_values(
    query: ExampleQuery, fields: Sequence[tuple[str, str]], release: OpenRelease
) -> BoundQuery:
    """Return a query with the values of a request; a field without a value is as good as none.

    Raises: UnknownChoice for a parameter or value that there is not; RequestError (400) for one
    that stands twice.
    """
    told = _given(query, fields)
    values: dict[str, tuple[str, ...]] = {}
    terms: list[tuple[Parameter, Sequence[NamedNode | Literal]]] = []
    for parameter in query.parameters:
        texts = told.get(parameter.name, [])
        read = [_read(parameter, text, release) for text in texts]
        values[parameter.name] = tuple(value for value, _ in read) or parameter.default
        if read and values[parameter.name] != parameter.default:
            terms.append((parameter, [term for _, term in read]))
    given = [(name, value) for name in told for value in values[name]]
    return BoundQuery(query, bind(query.query, terms), values, tuple(given))


def _given(query: ExampleQuery, fields: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the texts of each parameter, in the order of the query."""
    known = {parameter.name: parameter for parameter in query.parameters}
    told: dict[str, list[str]] = {}
    for name, text in fields:
        if name in RESERVED:
            continue
        if name not in known:
            raise _no_parameter(name, text, [*known])
        if not text.strip():
            continue
        if name in told and not known[name].several:
            raise RequestError(400, f"the parameter {name!r} stands twice; write it once")
        told.setdefault(name, []).append(text.strip())
        if len(told[name]) > MOST_TEXTS:
            wrong = f"the parameter {name!r} has more than {MOST_TEXTS} values; write fewer"
            raise RequestError(400, wrong)
    return {name: told[name] for name in known if name in told}


def _no_parameter(name: str, text: str, known: Sequence[str]) -> UnknownChoice:
    read = name[:50]
    if not known:
        message = f"there is no parameter {read!r}; this query takes none, so leave it out"
        return UnknownChoice(name, text, message)
    message = f"there is no parameter {read!r}; this query takes {', '.join(known)}"
    near = nearest(name, {one: (one,) for one in known}, MOST) or known
    return UnknownChoice(name, text, message, [(one, one) for one in near])


def _read(p: Parameter, text: str, release: OpenRelease) -> tuple[str, NamedNode | Literal]:
    """Return a value as it stands in addresses, and its term.

    Raises: UnknownChoice.
    """
    if len(text) > LONGEST:
        message = f"{p.name} has {len(text)} characters; write {LONGEST} or fewer"
        raise UnknownChoice(p.name, text, message)
    if any(unicodedata.category(char) in ("Cc", "Cs", "Cn") for char in text):
        message = f"{p.name} has a character that is none of any text, such as a line break"
        raise UnknownChoice(p.name, text, message)
    if p.type in NUMBERS:
        return _number(p, text)
    if p.type in ("Text", "Texts"):
        return text, Literal(text)
    if p.type == "Language" and not p.choices:
        if not _TAG.fullmatch(text):
            wrong = f"{p.name} is {text[:50]!r}; write a language tag such as fr or pt-BR"
            raise UnknownChoice(p.name, text, wrong, _named(_LANGUAGES, choices(p, release)))
        return text.lower(), Literal(text.lower())  # as the store has all tags
    value = _chosen(p, text, release)
    return value, _term(p, value, release)


def _number(p: Parameter, text: str) -> tuple[str, Literal]:
    whole = p.type != "Decimal"
    plain = text.replace("\u2212", "-").replace(",", ".")
    found = Decimal(plain) if _DECIMAL.fullmatch(plain) else None
    if found is not None and Decimal(p.least) <= found <= Decimal(p.most):
        if whole and found == found.to_integral_value():
            return str(int(found)), Literal(str(int(found)), datatype=XSD.integer)
        if not whole:
            value = f"{found.normalize():f}" if found else "0"
            return value, Literal(value, datatype=XSD.decimal)
    edge = p.least if found is not None and found < Decimal(p.least) else p.most
    near = [] if found is None or Decimal(p.least) <= found <= Decimal(p.most) else [edge]
    shown = text[:50]
    if whole:
        message = f"{p.name} is {shown!r}; write a whole number from {p.least} to {p.most}"
    else:
        message = f"{p.name} is {shown!r}; write a number from {p.least} to {p.most}"
    nearby = [(value, value) for value in near or p.default]
    raise UnknownChoice(p.name, text, message, nearby)


def _chosen(p: Parameter, text: str, release: OpenRelease) -> str:
    """Return the one value that a text names.

    Raises: UnknownChoice.
    """
    kind = THINGS.get(p.type, "")
    asked = _key_of(text, kind, release) if kind else text
    if kind == "practice":
        if exists(release, kind, asked):
            return asked
        known = _practices_like(asked, release)
    elif (kind, asked) in release.held_labels and _of_scheme(p, asked, release):
        return asked  # which most are, so that not all names are looked through
    else:
        known = choices(p, release)
        same = next((value for value in known if value.lower() == asked.lower()), None)
        if same is not None:
            return same
    wanted = fold(asked)
    called = [value for value, names in known.items() if wanted in map(fold, names)]
    if wanted and len(called) == 1:
        return called[0]
    shown = text[:50]
    if wanted and called:
        message = f"{p.name} is {shown!r}, which several are called; choose one of them"
    else:
        message = f"{p.name} is {shown!r}, which is none of its values; choose one of them"
    few = known if len(known) <= MOST else ()
    near = called[:MOST] or _nearest(asked, known) or [*few]
    raise UnknownChoice(p.name, text, message, _named(near, known))


def _nearest(text: str, known: Names) -> list[str]:
    return nearest(text, {value: (value, *names) for value, names in known.items()}, MOST)


def _named(values: Iterable[str], known: Names) -> list[tuple[str, str]]:
    return [(value, next(iter(known.get(value, ())), value)) for value in values]


def _key_of(text: str, kind: str, release: OpenRelease) -> str:
    """Return the key in an IRI of a thing or in the address of its page, else the text."""
    start, found, key = text.rpartition(f"/{kind}/")
    return key if found and start.startswith(("http:", "https:")) else text


def _practices_like(text: str, release: OpenRelease) -> dict[str, list[str]]:
    """Return practices whose keys begin as a text does, with their titles."""
    start = fold(text).replace(" ", "-")
    for length in sorted({len(start), len(start) // 2, _BEGINNING}, reverse=True):
        if length < _BEGINNING or length > len(start):
            continue
        rows = release.index.execute(
            "SELECT key, label FROM thing WHERE kind = 'practice' AND key >= ? AND key < ?"
            " ORDER BY key LIMIT ?",
            (start[:length], f"{start[:length]}\uffff", _ALIKE),
        ).fetchall()
        if rows:
            return {key: [label] for key, label in rows}
    return {}


def choices(p: Parameter, release: OpenRelease, language: str = DEFAULT) -> dict[str, list[str]]:
    """Return all values of a parameter of which there are few, each with what it is called.

    What readers of the language call it stands first.
    """
    if p.type in THINGS:
        kind = THINGS[p.type]
        return {
            key: [best(release.held_labels[kind, key], language)[0], *names]
            for key, names in names_of(release, kind).items()
            if _of_scheme(p, key, release)
        }
    if p.type == "Term":
        terms = {re.split("[/#]", iri)[-1]: release.terms.get(iri, {}) for iri in p.choices}
        return {
            key: [best(names, language)[0], *names.values()] if names else [key]
            for key, names in terms.items()
        }
    if p.type == "CountryCode":
        return {
            code: [best(release.held_labels.get(("country", key), {"": code}), language)[0]]
            for code, key in sorted(_codes(release).items())
        }
    if p.type == "Boolean":
        return {"true": ["yes", "oui", "1"], "false": ["no", "non", "0"]}
    return {tag: [tag] for tag in p.choices or _LANGUAGES}


def _of_scheme(p: Parameter, key: str, release: OpenRelease) -> bool:
    """True if a thing may be a value, as far as topics of one scheme alone are asked for."""
    return not p.choices or release.schemes.get(key) in p.choices


def _codes(release: OpenRelease) -> dict[str, str]:
    """Return the code of each country that has one, with the key of the country."""
    made: dict[str, str] | None = release.worked_out.get(("codes",))
    if made is None:
        quads = release.store.quads_for_pattern(None, ICC.iso2, None, None)
        found = (
            (getattr(q.object, "value", ""), release.iris.split(_iri(q.subject))) for q in quads
        )
        made = {code: thing[1] for code, thing in found if thing is not None}
        release.worked_out["codes",] = made
    return made


def _iri(term: object) -> str:
    return str(getattr(term, "value", ""))


def _term(p: Parameter, value: str, release: OpenRelease) -> NamedNode | Literal:
    """Return the term of a value that there is."""
    if p.type in THINGS:
        return NamedNode(release.iris.thing(THINGS[p.type], value))
    if p.type == "Term":
        return NamedNode(next(iri for iri in p.choices if re.split("[/#]", iri)[-1] == value))
    if p.type == "Boolean":
        return Literal(value, datatype=XSD.boolean)
    return Literal(value)
