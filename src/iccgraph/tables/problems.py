"""Collects what is wrong with the sources, so that one run shows it all."""

from __future__ import annotations

from dataclasses import dataclass, field

from iccgraph.errors import Problem, RecordsError

MOST = 1000
"""A file with more problems than this has one cause; the rest would only hide it."""
CellProblem = tuple[str, str]
"""What is wrong with a cell, and what to do."""


class TooManyProblems(Exception):
    """Stops the reading; never leaves the build."""


@dataclass(slots=True)
class Problems:
    """The problems found so far."""

    found: list[Problem] = field(default_factory=list)

    def add(
        self, source: str, row: int, column: int, field_name: str, wrong: str, remedy: str
    ) -> None:
        """Keep one problem.

        Raises: TooManyProblems when there are too many to be of use.
        """
        self.found.append(Problem(source, row, column, field_name, wrong, remedy))
        if len(self.found) >= MOST:
            raise TooManyProblems

    def raise_if_any(self) -> None:
        """Raise RecordsError with everything found, in the order of files and rows."""
        if len(self.found) >= MOST:
            wrong = f"the reading stopped after {len(self.found)} problems"
            rest = Problem("and more", 0, 0, "", wrong, "correct these first")
            raise RecordsError([*sorted(self.found), rest])
        if self.found:
            raise RecordsError(sorted(self.found))
