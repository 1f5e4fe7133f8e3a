"""Which language tags are taken, and what is told of the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from iccgraph.tables.languages import check_tag


@pytest.mark.parametrize(
    "tag",
    [
        *("en", "fr", "mul", "gsw", "sr-Latn", "sr-Latn-RS", "pt-BR", "en-gb", "es-419", "de-1996"),
        *("en-GB-oxendict", "zh-Hant-TW", "en-x-uk", "sr-Latn-x-uk"),
    ],
)
def test_good_tags(tag: str) -> None:
    """Languages, scripts, regions, variants and private parts are taken in any case."""
    assert check_tag(tag) is None


@pytest.mark.parametrize(
    ("tag", "wrong", "remedy"),
    [
        ("ua", "'ua' is no language", "write uk, the code of the language"),
        ("cz-CZ", "'cz' is no language", "write cs-CZ, the code of the language"),
        ("xx", "'xx' is no language", "such as en, fr or sr-Latn"),
        ("en-UK", "'UK' is no region", "write en-GB, the code of the United Kingdom"),
        ("sr-Latn-YY", "'YY' is no region", "such as en, fr or sr-Latn"),
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
