"""Which language tags are taken, what is told of the others, and how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from iccgraph.languages import cased, with_cased_tags, with_cased_tags_in_xml
from iccgraph.tables.languages import check_tag, check_text, split_tag


@pytest.mark.parametrize(
    "tag",
    [
        *("en", "fr", "mul", "gsw", "sr-Latn", "sr-Latn-RS", "pt-BR", "en-gb", "es-419", "de-1996"),
        *("en-GB-oxendict", "zh-Hant-TW", "en-x-uk", "sr-Latn-x-uk", "ca-valencia", "sl-nedis"),
    ],
)
def test_good_tags(tag: str) -> None:
    """Languages, scripts, regions, variants and private parts are taken in any case."""
    assert check_tag(tag) is None


@pytest.mark.parametrize(
    ("tag", "wrong", "remedy"),
    [
        ("ua", "'ua' is no language", "write uk, the code of the language"),
        ("gr", "'gr' is no language", "write el, the code of the language"),
        ("cz-CZ", "'cz' is no language", "write cs-CZ, the code of the language"),
        ("xx", "'xx' is no language", "such as en, fr or sr-Latn"),
        ("en-UK", "'UK' is no region", "write en-GB, the code of the United Kingdom"),
        ("sr-Latn-YY", "'YY' is no region", "such as en, fr or sr-Latn"),
        ("eng", "the code of the language is en", "write en"),
        ("sh-RS", "the code of the language is sr-Latn", "write sr-Latn-RS"),
        ("zzz", "'zzz' is no language", "such as en, fr or sr-Latn"),
        ("sr-Latin", "'Latin' is no script", "write sr-Latn, the code of the Latin script"),
        ("sr-Latm", "'Latm' is no script", "such as en, fr or sr-Latn"),
        ("sr_latn", "'sr_latn' is not a language tag", "write sr-Latn"),
        ("de-1997", "'1997' is no variant", "such as en, fr or sr-Latn"),
        ("en-GB-US", "'en-GB-US' is not a language tag", "such as en, fr or sr-Latn"),
        ("in English", "'in English' is not a language tag", "such as en, fr or sr-Latn"),
        ("French", "'French' is not a language tag", "write fr"),
        ("français", "'français' is not a language tag", "write fr"),
        ("Srpski", "'Srpski' is not a language tag", "write sr-Latn"),
        ("Klingon", "'Klingon' is no language", "such as en, fr or sr-Latn"),
        ("", "'' is not a language tag", "such as en, fr or sr-Latn"),
    ],
)
def test_bad_tags(tag: str, wrong: str, remedy: str) -> None:
    """A tag that no registry has is told with the one that is likely meant."""
    fault = check_tag(tag)
    assert fault is not None
    assert wrong in fault[0]
    assert remedy in fault[1]


@given(st.from_regex(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}", fullmatch=True))
def test_tags_of_literals(tag: str) -> None:
    """What is taken for a language tag can stand on a literal."""
    if check_tag(tag) is None:
        assert Literal("x", language=tag).language is not None


@pytest.mark.parametrize(
    "tag",
    ["en", "sr-Latn", "sr-Latn-RS", "en-GB", "zh-Hant", "es-419", "de-1996", "en-x-us", "mul"],
)
def test_recommended_case(tag: str) -> None:
    """Scripts have a capital letter and regions two, but not in what is private (RFC 5646)."""
    assert cased(tag.lower()) == cased(tag.upper()) == tag


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Lisboa@pt", ("Lisboa", "pt")),
        ("Novi Zeland@sr-latn", ("Novi Zeland", "sr-Latn")),
        ("Neukolln", ("Neukolln", "")),
        ("Çanakkale @ tr", ("Çanakkale", "tr")),
    ],
)
def test_text_with_its_language(value: str, text: tuple[str, str]) -> None:
    """What follows the last @ of a cell is the language."""
    assert split_tag(value) == text


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("Voisins@", "write “@” and its language after it: Voisins@fr"),
        ("@fr", "write “@” and its language after it: Titre@fr"),
        ("Одеса@ua", "write uk, the code of the language"),
        ("Barcelona@ca; Barcelone@fr", "separate the texts with “|”"),
    ],
)
def test_text_without_its_language(value: str, told: str) -> None:
    """Who writes a language wrongly is told what to write."""
    fault = check_text(value)
    assert fault is not None
    assert fault[1] == told


TEXTS = st.text(st.sampled_from('a @"\\\n<&-,.;[('), max_size=8).map(str.strip)
TAGS = st.sampled_from(["en", "sr-latn", "en-gb", "zh-hant-tw", ""])


@given(st.lists(st.tuples(TEXTS, TAGS), min_size=1, max_size=5), TEXTS)
def test_tags_in_documents(texts: list[tuple[str, str]], decoy: str) -> None:
    """Tags are cased in every format that the engine writes, and nothing of any text changes."""
    thing = NamedNode("https://example.org/a")
    literals = [Literal(t, language=tag) if tag else Literal(t) for t, tag in texts]
    literals.append(Literal(f'{decoy}"@sr-latn .<a xml:lang="en-gb">'))
    triples = [Triple(thing, thing, literal) for literal in dict.fromkeys(literals)]
    for format_ in (RdfFormat.N_TRIPLES, RdfFormat.TURTLE, RdfFormat.RDF_XML):
        change = with_cased_tags_in_xml if format_ == RdfFormat.RDF_XML else with_cased_tags
        before = serialize(triples, format=format_) or b""
        after = change(before)
        assert after.lower() == before.lower()
        assert {quad.triple for quad in parse(after, format=format_)} == set(triples)
        for text, tag in texts:
            if "-" in tag and text[-1:] not in tuple("\\[(,"):
                assert cased(tag).encode() in after
