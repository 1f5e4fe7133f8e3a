"""Reads topic-assignments.csv: topics of other schemes than the default one, and the words for it.

Such a topic is given by a person who read the practice. A row says on which words of the practice
it rests; one without words rests on the mapping from the themes of the practice alone.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import finalize

from iccgraph.iris import DEFAULT_SCHEME
from iccgraph.languages import Text
from iccgraph.publish.records import Origin
from iccgraph.publish.sources.topics import TopicNames
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import TableFolder

TABLE = "topic-assignments"


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A row of the table; `column` is that of its words, counting from 1."""

    origin: Origin
    column: int
    topic: str
    because: str


class Assignments:
    """The rows of the table by the key of their practice, in a file of their own.

    There are more of them than practices, so they are not held in memory.
    """

    def __init__(self, source: str = "") -> None:
        self.source = source
        # a temporary file, gone once the connection is closed by whichever thread collects this
        self._rows = sqlite3.connect("", check_same_thread=False)
        self._rows.execute(
            "CREATE TABLE assignment (practice TEXT, topic TEXT, number INTEGER, place INTEGER,"
            " because TEXT, PRIMARY KEY (practice, topic)) WITHOUT ROWID"
        )
        finalize(self, self._rows.close)

    def add(self, practice: str, row: AssignmentRow) -> int | None:
        """Keep a row; if another one says the same, return the number of that one instead."""
        values = (practice, row.topic, row.origin.row, row.column, row.because)
        try:
            self._rows.execute("INSERT INTO assignment VALUES (?, ?, ?, ?, ?)", values)
        except sqlite3.IntegrityError:
            query = "SELECT number FROM assignment WHERE practice = ? AND topic = ?"
            found: int = self._rows.execute(query, values[:2]).fetchone()[0]
            return found
        return None

    def of(self, practice: str) -> list[AssignmentRow]:
        """Return the rows of a practice, in the order of the table."""
        query = "SELECT number, place, topic, because FROM assignment WHERE practice = ?"
        return [
            AssignmentRow(Origin(self.source, number), place, sys.intern(topic), because)
            for number, place, topic, because in sorted(self._rows.execute(query, (practice,)))
        ]

    def practices(self) -> Iterator[str]:
        """Yield the key of each practice that has rows, in the order of the table."""
        query = "SELECT practice FROM assignment GROUP BY practice ORDER BY min(number)"
        for (practice,) in self._rows.execute(query):
            yield practice


def read_assignments(folder: TableFolder, topics: TopicNames, problems: Problems) -> Assignments:
    """Return the rows of the table by practice; what is wrong with them becomes problems.

    A folder may be without the table.
    Raises: SourceError if the table cannot be opened.
    """
    found = Assignments(folder.source(TABLE))
    for row in folder.rows(TABLE, problems) if folder.has(TABLE) else ():
        practice, topic = row.cells["practice"], row.cells["topic"]
        if not row.sound:
            continue
        if topic not in topics.labels:
            if not topics.incomplete:
                row.complain("topic", f"{topic!r} is not the key of a topic", topics.advice(topic))
            continue
        if topics.schemes.get(topic, DEFAULT_SCHEME) == DEFAULT_SCHEME:
            wrong = f"{topic!r} is a topic of the scheme {DEFAULT_SCHEME!r}"
            row.complain("topic", wrong, "write it into the column topics of practices.csv")
            continue
        place = row.places.get("because", 0)
        origin = Origin(row.source, row.number)
        same = found.add(practice, AssignmentRow(origin, place, topic, row.cells["because"]))
        if same is not None:
            row.complain("topic", f"row {same} says the same", "remove one of the two rows")
    return found


def words_of(
    rows: Iterable[AssignmentRow], texts: Iterable[Text], problems: Problems
) -> tuple[tuple[str, Text], ...]:
    """Return each topic with the words that it rests on, in the language of their text.

    The words stand in one of the texts of the practice as they are; others become problems.
    """
    known, good = list(texts), []
    for row in rows:
        tag = next((tag for text, tag in known if row.because in text), None)
        if tag is None:
            wrong = f"the words {row.because!r} are in no text of the practice"
            remedy = "copy them from its title, summary or sections, or leave the cell empty"
            problems.add(*row.origin, row.column, "because", wrong, remedy)
        else:
            good.append((row.topic, (row.because, tag)))
    return tuple(good)
