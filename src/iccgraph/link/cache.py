"""Answers that were already given, on disk: also that nothing was found.

Keeps single entities rather than whole answers, so that an item is found again whatever batch it
was asked in; each answer is kept at once, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from iccgraph.errors import SourceError

DAY = 86400.0
_TABLE = """CREATE TABLE IF NOT EXISTS answers
    (api TEXT, question TEXT, fetched REAL, answer TEXT, PRIMARY KEY (api, question))"""


class AnswerCache:
    """What one API has answered, up to an age."""

    def __init__(self, path: Path, api: str, days: float) -> None:
        """Open the file, or make it.

        Units: days.
        Raises: SourceError if it is no cache, or cannot be written.
        """
        self.path, self.api = path, api
        self.oldest = time.time() - days * DAY
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            with self._connection:
                self._connection.execute(_TABLE)
                self._connection.execute("DELETE FROM answers WHERE fetched < ?", [self.oldest])
        except (OSError, sqlite3.Error) as error:
            raise self._fault(error) from error

    def _fault(self, error: Exception) -> SourceError:
        return SourceError(
            f"{self.path}: cannot be used as a cache ({error}); remove it, or name another file "
            "with --wikidata-cache"
        )

    def get(self, question: str) -> tuple[str, float] | None:
        """Return the answer and when it was fetched, None if it was not asked lately.

        Units: seconds since 1970.
        """
        query = "SELECT answer, fetched FROM answers WHERE api = ? AND question = ?"
        try:
            with closing(self._connection.execute(query, [self.api, question])) as cursor:
                found: tuple[str, float] | None = cursor.fetchone()
        except sqlite3.Error as error:
            raise self._fault(error) from error
        return found if found is not None and found[1] >= self.oldest else None

    def put(self, answers: Iterable[tuple[str, str]]) -> None:
        """Keep the answers to some questions, all or none of them."""
        now = time.time()
        rows = [(self.api, question, now, answer) for question, answer in answers]
        try:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows
                )
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
