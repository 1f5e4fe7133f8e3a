"""What a build wants a person to look at, and that stops nothing.

Writes: `validation/notes.csv`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from iccgraph.errors import Problem
from iccgraph.publish.records import Origin
from iccgraph.publish.writers.rdf import CsvWriter
from iccgraph.tables.problems import MOST

NOTES: Final = "validation/notes.csv"


class Notes:
    """The notes of one build: all of them on disk, the first ones at hand."""

    def __init__(self, folder: Path) -> None:
        """Open the file."""
        self.found: list[Problem] = []
        self.file = CsvWriter(folder / NOTES, ("source", "row", "field", "note", "advice"))

    def add(self, origin: Origin, field: str, note: str, advice: str) -> None:
        """Keep one note."""
        self.file.write([(origin.source, origin.row, field, note, advice)])
        if len(self.found) < MOST:
            self.found.append(Problem(origin.source, origin.row, 0, field, note, advice))

    @property
    def count(self) -> int:
        """Return how many notes there are."""
        return self.file.rows
