"""The helper that holds a fact of all rows of a table."""

from __future__ import annotations

import pytest

from tests.for_all import for_all


def test_every_offender_is_shown() -> None:
    """Each row that offends is named with what was expected and what came, and no other row."""

    def fact(row: int) -> None:
        if row == 7:
            raise OSError("the line is dead")
        assert row * 2 == 4

    with pytest.raises(AssertionError) as caught:
        for_all([2, 3, 5, 7], fact)
    message = str(caught.value)
    assert message.startswith("3 of 4 rows offend:\n3\n")
    assert "(3 * 2) == 4" in message
    assert "\n5\n" in message
    assert "7\n    OSError: the line is dead" in message


def test_no_row_is_no_proof() -> None:
    """A test that visits nothing fails."""
    with pytest.raises(AssertionError, match="no row"):
        for_all([], print)
