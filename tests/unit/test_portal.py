"""Readers are led to the English listing, whatever address a record was read from."""

from __future__ import annotations

import pytest

from iccgraph.serve.pages.portal import english_page, portal_language

LISTING = "https://www.coe.int/en/web/interculturalcities/good-practice?delta=3&start=6"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (
            "https://coe.int/el/c/portal/update_language?languageId=es_ES&p_l_id=138804325"
            "&redirect=%2Fel%2Fweb%2Finterculturalcities%2Fgood-practice%3Fdelta%3D3%26start%3D6",
            LISTING,
        ),
        (
            "https://coe.int/sr/web/interculturalcities/good-practice?delta=3&start=6",
            LISTING,
        ),
        (LISTING, LISTING),
        (
            "https://coe.int/uk/web/interculturalcities/-/cafes?p_l_back_url=%2Fuk%2Fweb%2Fx&p=1",
            "https://www.coe.int/en/web/interculturalcities/-/cafes?p=1",
        ),
        ("https://www.coe.int/T/DG4/Cultureheritage/culture/Cities/", None),
        ("https://example.org/el/web/x", None),
        ("https://coe.int/el/c/portal/update_language?redirect=https%3A%2F%2Fexample.org%2F", None),
        ("https://coe.int/el/c/portal/update_language?redirect=%2F%2F%5Bx", None),
        ("https://coe.int/el/c/portal/update_language", None),
    ],
)
def test_english_page(address: str, shown: str | None) -> None:
    """An address that switches languages leads to what it redirects to, within the portal only."""
    assert english_page(address) == (shown or address)


@pytest.mark.parametrize(
    ("address", "language"),
    [
        ("https://coe.int/sr/web/interculturalcities/good-practice?delta=3", "sr"),
        (LISTING, "en"),
        (
            "https://coe.int/el/c/portal/update_language?languageId=es_ES"
            "&redirect=%2Fel%2Fweb%2Finterculturalcities%2Fgood-practice",
            "es",
        ),
        ("https://coe.int/el/c/portal/update_language?languageId=%3Cscript%3E", ""),
        ("https://coe.int/el/c/portal/update_language", ""),
        ("https://www.coe.int/T/DG4/Cultureheritage/culture/Cities/", ""),
        ("https://example.org/el/web/x", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_portal_language(address: str, language: str) -> None:
    """An address of the portal says which language its page is in, or to which it switches."""
    assert portal_language(address) == language
