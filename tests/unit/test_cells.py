"""The guard against formulas in tables that others open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccgraph.tables.cells import guard, unguard

FORMULAS = {
    "a formula": "=1+1",
    "a plus": "+1",
    "a minus": "-1",
    "a negative number as text": "-8.25",
    "an at sign": "@SUM(A1)",
    "a tab": "\tx",
    "a carriage return": "\rx",
    "a line feed": "\nx",
    "spaces before": "  =1+1",
    "a space that does not break": "\u00a0=1+1",
    "a tab and a formula": "\t=1+1",
    "full-width signs": "＝1+1",
    "a full-width plus": "＋1",
    "a full-width minus": "－1",
    "a full-width at sign": "＠x",
    "a command": '=cmd|" /C calc"!A0',
    "a link": '=HYPERLINK("http://example.org/","x")',
    "what is guarded already": "'=1+1",
}


@pytest.mark.parametrize("text", FORMULAS.values(), ids=FORMULAS)
def test_formulas_are_guarded(text: str) -> None:
    """Text that a spreadsheet could compute gets one apostrophe, and loses it when read back."""
    assert guard(text) == f"'{text}"
    assert unguard(f"'{text}") == text


@pytest.mark.parametrize(
    "text", ["", "x", "1", "8.25", "a=b", "a+b", "'t Hof", "'", "''", "«=1»", "Casa - aberta", " x"]
)
def test_other_text_is_left_alone(text: str) -> None:
    """Text that no spreadsheet computes stays as it is, both ways."""
    assert guard(text) == text
    assert unguard(text) == text


@pytest.mark.parametrize("number", [-8.25, -1, Decimal("-0.5"), None, True])
def test_numbers_stay_numbers(number: object) -> None:
    """Whatever is not text is not changed, negative numbers among it."""
    assert guard(number) is number


@given(st.text(alphabet="'=+-@\t\r\n ＝ax") | st.text())
def test_round_trip(text: str) -> None:
    """Every text comes back as it was, and no guarded text begins with what starts a formula."""
    guarded = guard(text)
    assert isinstance(guarded, str)
    assert unguard(guarded) == text
    assert guarded.strip()[:1] not in tuple("=+-@＝＋－＠")
    assert guarded[:1] not in ("\t", "\r", "\n")
