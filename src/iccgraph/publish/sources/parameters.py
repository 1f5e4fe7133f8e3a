"""Reads the parameters of an example query from its first lines.

A line is `# param: city: City = city:barcelona @en "City" @fr "Ville"`: a name, a type with its
choices or bounds, the constant of the query that it stands for, and what people call it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from iccgraph.iris import Iris
from iccgraph.release.parameters import (
    LONGEST,
    MOST_TEXTS,
    NUMBERS,
    RESERVED,
    THINGS,
    TYPES,
    Parameter,
    declared,
    matches,
)
from iccgraph.sparql_syntax import SparqlToken, tokens
from iccgraph.tables.problems import CellProblem

_SHAPE: Final = 'write it as `# param: city: City = city:barcelona @en "City" @fr "Ville"`'
_LINE: Final = re.compile(
    r"(?P<name>[a-z]+): (?P<type>[A-Za-z]+)(?P<of>(?: [^\s=]+)*) = (?P<constant>.+?)"
    r'(?P<labels>(?: @[A-Za-z-]+ "[^"]+")+)'
)
_LABEL: Final = re.compile(r'@([A-Za-z-]+) "([^"]+)"')
_BOUNDS: Final = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Query:
    """The query that parameters belong to: its tokens, and what its prefixes stand for."""

    read: Sequence[SparqlToken]
    prefixes: Mapping[str, str]
    iris: Iris

    def iri(self, text: str) -> str:
        """Return the IRI that a name with a prefix, or an IRI in brackets, stands for."""
        if text.startswith("<"):
            return text[1:-1]
        prefix, _, local = text.partition(":")
        return self.prefixes.get(prefix, "?") + local


def read_parameters(
    lines: Sequence[str], query: str, iris: Iris
) -> list[Parameter | tuple[str, str]]:
    """Return what each line says: a parameter, or what is wrong with it and what to do."""
    known = _Query([*tokens(query)], dict(declared(query)), iris)
    found: list[Parameter | CellProblem] = []
    for line in lines:
        one = _parameter(line, known)
        before = [p for p in found if isinstance(p, Parameter)]
        if isinstance(one, Parameter) and one.name in [p.name for p in before]:
            one = f"there are two parameters {one.name!r}", "give each a name of its own"
        elif isinstance(one, Parameter) and one.constant in [p.constant for p in before]:
            one = f"{' '.join(one.constant)} is another parameter too", "write each differently"
        found.append(one)
    return found


def _parameter(line: str, query: _Query) -> Parameter | CellProblem:
    parts = _LINE.fullmatch(line.strip())
    if parts is None or parts["type"] not in TYPES or parts["name"] in RESERVED:
        return f"{line[:60]!r} is no parameter", f"{_SHAPE}; types are {', '.join(TYPES)}"
    name, type_, of = parts["name"], parts["type"], parts["of"].split()
    labels: dict[str, str] = dict(_LABEL.findall(parts["labels"]))
    if not {"en", "fr"} <= labels.keys():
        return f"the parameter {name!r} has no label in each language", _SHAPE
    constant = tuple(token.text for token in tokens(parts["constant"]))
    if not any(matches(query.read, place, constant) for place in range(len(query.read))):
        return f"the query does not have {parts['constant']}", "name a constant of the query"
    default = _default(type_, constant, query)
    if not default:
        return f"{parts['constant']} is no constant of the type {type_}", _SHAPE
    bounds = _BOUNDS.fullmatch(of[0]) if len(of) == 1 else None
    if (type_ in NUMBERS) != (bounds is not None):
        return f"the parameter {name!r} has no bounds", "write them behind the type, as 1..100"
    if bounds is not None:
        least, most = bounds.groups()
        if not Decimal(least) <= Decimal(default[0]) <= Decimal(most):
            return f"{default[0]} is not from {least} to {most}", "correct the bounds"
        return Parameter(name, type_, labels, constant, default, (), least, most)
    choices = tuple(map(query.iri, of)) if type_ == "Term" else tuple(of)
    listed = [_ending(choice) for choice in choices]
    if (type_ == "Term" or (choices and type_ == "Language")) and default[0] not in listed:
        return f"{default[0]!r} is not among the choices", "list all choices behind the type"
    return Parameter(name, type_, labels, constant, default, choices)


def _default(type_: str, constant: Sequence[str], query: _Query) -> tuple[str, ...]:
    """Return a constant as it stands in addresses, nothing if it is not of the type."""
    if type_ == "Texts":
        texts = tuple(map(_text, constant))
        return texts if all(texts) and len(texts) <= MOST_TEXTS else ()
    if len(constant) != 1:
        return ()
    (written,) = constant
    if type_ in ("Text", "Language", "CountryCode"):
        found = _text(written)
    elif type_ in NUMBERS:
        found = written if re.fullmatch(r"\d+(?:\.\d+)?", written, re.ASCII) else ""
        found = "" if "." in found and type_ != "Decimal" else found
    elif type_ == "Boolean":
        found = written if written in ("true", "false") else ""
    else:
        found = _end_of(type_, query.iri(written), query.iris)
    return (found,) if found else ()


def _text(written: str) -> str:
    """Return what a string in quotes says, nothing for one with escapes or one that is too long."""
    text = written[1:-1]
    plain = written[:1] == written[-1:] == '"' and not set(text) & set('\\"')
    return text if plain and len(text) <= LONGEST else ""


def _end_of(type_: str, iri: str, iris: Iris) -> str:
    """Return the part of an IRI that stands in addresses."""
    if type_ == "Term":
        return _ending(iri)
    thing = iris.split(iri)
    return thing[1] if thing is not None and thing[0] == THINGS[type_] else ""


def _ending(iri: str) -> str:
    """Return what follows the last slash or number sign."""
    return re.split("[/#]", iri)[-1]
