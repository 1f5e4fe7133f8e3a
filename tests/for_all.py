"""One test for all rows of a table, which shows every row that offends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import pytest

T = TypeVar("T")
LONGEST = 500
"""So much of what is wrong with one row is shown. Units: characters."""


def for_all(rows: Iterable[T], fact: Callable[[T], object]) -> None:
    """Hold that a fact, a function of assertions, is true of each row, and that there are rows.

    Raises: AssertionError with every row that offends: what was expected, and what came.
    """
    visited, offenders = 0, []
    for row in rows:
        visited += 1
        try:
            fact(row)
        except (Exception, pytest.fail.Exception) as error:  # the next rows are visited too
            kind = type(error).__name__
            offenders.append(f"{str(row)[:LONGEST]}\n    {kind}: {str(error)[:LONGEST]}")
    assert visited, "there is no row to hold this of"
    if offenders:
        listed = "\n".join(offenders)
        raise AssertionError(f"{len(offenders)} of {visited} rows offend:\n{listed}")
