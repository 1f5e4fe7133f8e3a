"""Addresses of pages in a language."""

from __future__ import annotations

import pytest

from iccgraph.errors import RequestError
from iccgraph.serve.http.addresses import in_language, location, parameter, split_language

TAGS = ("en", "de", "fr")


@pytest.mark.parametrize(
    ("path", "language", "rest"),
    [
        ("/fr/city/barcelona", "fr", "/city/barcelona"),
        ("/de", "de", "/"),
        ("/de/", "de", "/"),
        ("/fr//x", "fr", "//x"),
        ("/fr/en/", "fr", "/en/"),
        ("/", "", "/"),
        ("//fr/", "", "//fr/"),
        ("/FR/", "", "/FR/"),
        ("/frx/", "", "/frx/"),
        ("/it/city", "", "/it/city"),
        ("*", "", "*"),
    ],
)
def test_split(path: str, language: str, rest: str) -> None:
    """A language stands first, once, and in lower case; with the rest it makes the path again."""
    assert split_language(path, TAGS) == (language, rest)
    assert in_language(rest, language) in (path, f"{path}/")


def test_without_languages() -> None:
    """Where there are no pages, no path has a language."""
    assert split_language("/fr/city", ()) == ("", "/fr/city")


@pytest.mark.parametrize(
    ("query", "language", "rest"),
    [
        ("", "", ""),
        ("lang=fr", "fr", ""),
        ("l%61ng=f%72&q=a+b%20c", "fr", "?q=a+b%20c"),
        ("q=%ff&lang=fr&lang=fr&&x", "fr", "?q=%ff&x"),
        ("lang=&q=lang=fr", "", "?q=lang=fr"),
        ("language=fr", "", "?language=fr"),
    ],
)
def test_parameter(query: str, language: str, rest: str) -> None:
    """`lang` names one language, however it is encoded; the way there keeps all else as it is."""
    assert parameter(query, TAGS) == language
    assert location("/a b/ü\r\n", language or "de", query) == (
        f"/{language or 'de'}/a%20b/%C3%BC%0D%0A{rest}"
    )


@pytest.mark.parametrize("query", ["lang=it", "lang=FR", "lang=%00", "lang=fr&lang=en", "lang=%ff"])
def test_no_such_language(query: str) -> None:
    """A language that no page comes in, and two at once, are refused."""
    with pytest.raises(RequestError) as raised:
        parameter(query, TAGS)
    assert raised.value.http_status == 400
