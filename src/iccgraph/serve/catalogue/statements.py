"""Writes statements of a catalogue: values of one thing, and texts in each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.vocab import RDF, XSD, term

Value = NamedNode | Literal
Pairs = Iterable[tuple[str, Value]]
"""Properties, as prefixed names, with a value each."""
EnglishAndFrench = tuple[str, str]


def describe(subject: NamedNode, kind: str, pairs: Pairs = ()) -> Iterator[Triple]:
    """Yield the class of a thing, as a prefixed name, and its values."""
    yield Triple(subject, RDF.type, term(kind))
    for name, value in pairs:
        yield Triple(subject, term(name), value)


def texts(subject: NamedNode, name: str, values: Mapping[str, str]) -> Iterator[Triple]:
    """Yield a text in each of its languages."""
    for language, text in values.items():
        yield Triple(subject, term(name), Literal(text, language=language))


def keywords(subject: NamedNode, values: Mapping[str, Iterable[str]]) -> Iterator[Triple]:
    """Yield keywords in each of their languages."""
    for language, words in values.items():
        for word in words:
            yield Triple(subject, term("dcat:keyword"), Literal(word, language=language))


def both(values: EnglishAndFrench) -> dict[str, str]:
    """Return two texts by their languages."""
    return dict(zip(("en", "fr"), values, strict=True))


def day(iso: str) -> Literal:
    """Return a day as a literal."""
    return Literal(iso, datatype=XSD.date)
