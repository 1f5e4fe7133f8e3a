"""Accept and Accept-Language against what there is: real headers, odd ones and any text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.parser import Parser, URLInputSource
from rdflib.plugin import plugins

from iccgraph.formats import (
    COLLECTION_FORMATS,
    CSV,
    DOCUMENT_FORMATS,
    HTML,
    JSON,
    JSONLD,
    NQUADS,
    NTRIPLES,
    RDFXML,
    RESULT_FORMATS,
    TRIG,
    TSV,
    TURTLE,
    XML,
    Format,
)
from iccgraph.serve.http.negotiation import Representation, choose, choose_language
from tests.for_all import for_all

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
JENA_GRAPH = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.3"
)
JENA_DATASET = "application/trig,application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.5"
JENA_RESULTS = (
    "application/sparql-results+json,application/sparql-results+xml;q=0.9,"
    "text/tab-separated-values;q=0.7,text/csv;q=0.5,application/json;q=0.2,"
    "application/xml;q=0.2,*/*;q=0.1"
)
COMUNICA_GRAPH = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
    "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,"
    "text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,text/xml;q=0.3,"
    "text/html;q=0.2,application/xhtml+xml;q=0.18"
)
COMUNICA_RESULTS = (
    "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7,"
    "application/n-quads,application/trig;q=0.95,text/turtle;q=0.6"
)
OWLAPI = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
PROFILES = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted,http://x.org/a"'

DOCUMENTS: list[tuple[str, str | None, Format | None]] = [
    ("Firefox", FIREFOX, HTML),
    ("Chrome", CHROME, HTML),
    ("Safari", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
    ("curl", "*/*", HTML),
    ("a client without the header", None, HTML),
    ("an empty header", "", HTML),
    (
        "Googlebot",
        "text/html,application/xhtml+xml,application/signed-exchange;v=b3,*/*;q=0.5",
        HTML,
    ),
    ("F-UJI", "text/html, */*", HTML),
    ("Jena", JENA_GRAPH, TURTLE),
    ("OWLAPI", OWLAPI, RDFXML),
    ("Comunica", COMUNICA_GRAPH, JSONLD),
    ("Jena for a dataset", JENA_DATASET, TRIG),
    ("TriG alone", "application/trig", TRIG),
    ("N-Quads before anything", "application/n-quads, */*;q=0.1", NQUADS),
    ("one graph before several", "application/trig, text/turtle", TURTLE),
    ("several graphs by a lower q", "application/trig, text/turtle;q=0.8", TRIG),
    ("ckanext-dcat for RDF/XML", "application/rdf+xml", RDFXML),
    ("ckanext-dcat for JSON-LD", "application/ld+json", JSONLD),
    ("a JSON client", "application/json", JSONLD),
    ("axios", "application/json, text/plain, */*", JSONLD),
    ("Turtle's old name", "application/x-turtle", TURTLE),
    ("a profile", 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSONLD),
    ("a profile with a comma", PROFILES, JSONLD),
    ("a profile with an escaped quote", r'application/ld+json;profile="a\",text/html"', JSONLD),
    ("a parameter before q", "text/html;level=1;q=0.1, text/turtle;q=0.2", TURTLE),
    ("the higher q", "text/turtle;q=0.3, application/rdf+xml;q=0.8", RDFXML),
    ("equal q: the server's order", "application/rdf+xml, application/n-triples", NTRIPLES),
    ("a small q is still wanted", "text/turtle;q=0.001", TURTLE),
    ("q=0 forbids", "text/turtle;q=0", None),
    ("q=0.0 beside a wildcard", "text/html;q=0.0, */*", TURTLE),
    ("all but HTML forbidden", "text/*;q=0, application/*;q=0, text/html", HTML),
    ("the exact range wins over */*", "*/*;q=0.9, text/turtle;q=0.1", HTML),
    ("text/*", "text/*", TURTLE),
    ("application/*", "application/*", JSONLD),
    ("image only", "image/png", None),
    ("an image or anything", "image/png, */*;q=0.1", HTML),
    ("capitals", "TEXT/TURTLE;Q=1.0", TURTLE),
    ("spaces everywhere", "  text/turtle ; q = 0.9 ,\ttext/html;q=0.1 ", TURTLE),
    ("a lone star", "*", HTML),
    ("Java's old default", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", HTML),
    ("a broken q counts as 1", "text/turtle;q=high, text/html;q=0.9", TURTLE),
    ("q above 1 is 1", "text/turtle;q=7, application/ld+json;q=1", TURTLE),
    ("a negative q is 0", "text/turtle;q=-1", None),
    ("nothing but commas", ",,,;;,", HTML),
    ("no slash", "turtle", HTML),
    ("a broken piece beside a good one", "text//turtle;;=, text/turtle", TURTLE),
    ("an open quote", 'text/turtle;profile="never closed, text/html', TURTLE),
    ("10 KB of nothing we have", ",".join(["application/x-nothing;q=0.5"] * 370), None),
    ("Turtle after 5 KB", ",".join(["application/x-no"] * 300) + ",text/turtle", TURTLE),
    ("10 KB without a comma", "a" * 10240, HTML),
]


def test_document() -> None:
    """Each real or odd Accept header gets the document format that it asks for, or none."""

    def fact(row: tuple[str, str | None, Format | None]) -> None:
        _, header, expected = row
        found = choose(header, DOCUMENT_FORMATS, HTML)
        assert (found.format if found else None) == expected

    for_all(DOCUMENTS, fact)


RESULTS: list[tuple[str, str | None, Format | None]] = [
    ("curl", "*/*", JSON),
    ("no header", None, JSON),
    ("Jena", JENA_RESULTS, JSON),
    ("Comunica", COMUNICA_RESULTS, JSON),
    (
        "SPARQLWrapper JSON",
        "application/sparql-results+json,application/json,text/javascript",
        JSON,
    ),
    ("SPARQLWrapper XML", "application/sparql-results+xml", XML),
    ("rdflib's SPARQLStore", "application/sparql-results+xml", XML),
    ("plain JSON", "application/json", JSON),
    ("plain XML", "application/xml", XML),
    ("CSV", "text/csv", CSV),
    ("TSV", "text/tab-separated-values", TSV),
    ("Turtle for rows", "text/turtle", None),
    ("R's SPARQL package", "application/sparql-results+xml, text/xml;q=0.5", XML),
]


def test_results() -> None:
    """Each real Accept header of a SPARQL client gets the result format that it asks for."""

    def fact(row: tuple[str, str | None, Format | None]) -> None:
        _, header, expected = row
        found = choose(header, RESULT_FORMATS, JSON)
        assert (found.format if found else None) == expected

    for_all(RESULTS, fact)


def rdflib_header(form: str | None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the Accept header that the installed rdflib sends for a format."""
    sent: list[str] = []

    class Sent(Exception):
        pass

    def catch(request: Any) -> Any:
        sent.append(request.get_header("Accept"))
        raise Sent

    monkeypatch.setattr("rdflib.parser._urlopen", catch)
    with pytest.raises(Sent):
        URLInputSource("http://localhost/", format=form)
    return sent[0]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("turtle", TURTLE),
        ("ttl", TURTLE),
        ("xml", RDFXML),
        ("nt", NTRIPLES),
        ("json-ld", JSONLD),
        (None, TURTLE),
    ],
)
def test_rdflib(form: str | None, expected: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    """The header of the installed rdflib gets what rdflib will parse, with or without a format."""
    header = rdflib_header(form, monkeypatch)
    found = choose(header, DOCUMENT_FORMATS, HTML)
    assert found is not None
    assert found.format == expected
    assert form is not None or found.media_type in {p.name for p in plugins(kind=Parser)}


def test_alias_is_answered_as_it_was_asked() -> None:
    """A type that is only another name of a format is the type of the answer too."""
    found = choose("text/plain, */*;q=0.1", DOCUMENT_FORMATS, HTML)
    assert found == Representation(NTRIPLES, "text/plain")
    assert found.content_type == "text/plain; charset=utf-8"


def test_charset() -> None:
    """Text types name their character set; the others take no such parameter."""
    types = {form.name: form.content_type for form in COLLECTION_FORMATS}
    assert types == {
        "ttl": "text/turtle; charset=utf-8",
        "jsonld": "application/ld+json",
        "nt": "application/n-triples",
        "rdf": "application/rdf+xml",
        "trig": "application/trig",
        "nq": "application/n-quads",
        "csv": "text/csv; charset=utf-8",
        "html": "text/html; charset=utf-8",
    }


PIECES = st.sampled_from(
    [
        *(form.media_type for form in COLLECTION_FORMATS),
        *("*/*", "*", "text/*", "application/*", "application/json", "image/png", "", "/"),
    ]
)
PARAMETERS = st.sampled_from(
    [
        "",
        ";q=0",
        ";q=0.5",
        ";q=1",
        "; q=.3",
        ";q=x",
        ';profile="a,b"',
        ';p="',
        ";;",
        ";q=-1",
        ";q=NaN",
    ]
)
HEADERS = st.one_of(
    st.none(),
    st.text(),
    st.text(alphabet='*/;,="\\ qtexurlhm.019', max_size=200),
    st.lists(st.tuples(PIECES, PARAMETERS).map("".join)).map(",".join),
)
OFFERS = st.lists(st.sampled_from(COLLECTION_FORMATS), min_size=1, unique=True)


@given(HEADERS, OFFERS, st.data())
def test_choice_is_total(header: str | None, offers: Sequence[Format], data: st.DataObject) -> None:
    """Any text whatever gets one of the offers, by one of its names, or none; nothing is raised."""
    default = data.draw(st.sampled_from(offers))
    found = choose(header, offers, default)
    if found is not None:
        assert found.format in offers
        assert found.media_type in (found.format.media_type, *found.format.aliases)
    assert found == choose(header, offers, default)


@given(HEADERS.filter(lambda h: bool(h)), st.sampled_from(DOCUMENT_FORMATS))
def test_what_is_named_first_is_had(header: str, wanted: Format) -> None:
    """A type that is asked for with the highest quality is answered, whatever stands after it."""
    found = choose(f"{wanted.media_type};q=1.0,{header}", [wanted], wanted)
    forbidden = choose(header, [wanted], wanted) is None
    assert forbidden or (found is not None and found.format == wanted)


HOSTILE = {
    "spaces": ("a," + " " * 8000 + '"', HTML),
    "quotes": ('"' * 10240, HTML),
    "escapes": ('"\\' * 5120, HTML),
    "semicolons": ("a/b;" * 2560, None),
    "names": (("; a" + " " * 100) * 80, HTML),
    "types": ("text/turtle," * 850, TURTLE),
    "equals": (";q" + "=" * 10000, HTML),
}
"""Headers made to keep a pattern busy; `benchmarks.texts` measures how long they take."""


def test_hostile_header_is_read() -> None:
    """A header made to keep a pattern busy is read to its end, like any other."""

    def fact(row: tuple[str, tuple[str, Format | None]]) -> None:
        header, expected = row[1]
        found = choose(header, DOCUMENT_FORMATS, HTML)
        assert (found.format if found else None) == expected
        assert choose_language(header, ("en", "fr")) == "en"

    for_all(HOSTILE.items(), fact)


LANGUAGES = [
    (None, "en"),
    ("", "en"),
    ("fr", "fr"),
    ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
    ("en-GB,en;q=0.5", "en"),
    ("de, it;q=0.9", "en"),
    ("de, fr;q=0.1", "fr"),
    ("en;q=0.2, fr;q=0.9", "fr"),
    ("fr;q=0", "en"),
    ("FR-fr", "fr"),
    ("*", "en"),
    (";;;q=,,,", "en"),
    ("fr;q=1.1.1", "fr"),
    ("français", "en"),
]


def test_language() -> None:
    """A reader gets the language that they like best of those there are, else English."""

    def fact(row: tuple[str | None, str]) -> None:
        header, expected = row
        assert choose_language(header, ("en", "fr")) == expected

    for_all(LANGUAGES, fact)


@given(st.one_of(st.none(), st.text(), st.text(alphabet="enfr-;q=0.19, *", max_size=60)))
def test_language_is_total(header: str | None) -> None:
    """Any text whatever gets one of the languages there are."""
    assert choose_language(header, ("en", "fr")) in ("en", "fr")
