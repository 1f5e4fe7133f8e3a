"""Reads topic-assignments.csv: topics of other schemes than the default one, and the words for it.

Such a topic is given by a person who read the practice. A row says on which words of the practice
it rests; one without words rests on the mapping from the themes of the practice alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


Assignments = Mapping[str, list[AssignmentRow]]
"""The rows by the key of their practice."""


def read_assignments(folder: TableFolder, topics: TopicNames, problems: Problems) -> Assignments:
    """Return the rows of the table by practice; what is wrong with them becomes problems.

    A folder may be without the table.
    Raises: SourceError if the table cannot be opened.
    """
    found: dict[str, list[AssignmentRow]] = {}
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
        rows = found.setdefault(practice, [])
        if other := next((known for known in rows if known.topic == topic), None):
            remedy = "remove one of the two rows"
            row.complain("topic", f"row {other.origin.row} says the same", remedy)
            continue
        origin = Origin(row.source, row.number)
        place = row.places.get("because", 0)
        rows.append(AssignmentRow(origin, place, sys.intern(topic), row.cells["because"]))
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
