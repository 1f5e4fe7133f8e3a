"""Writes the index of a release while the records stream by, so that memory does not grow.

The city-topic links and the facet counts are computed from it at the end.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from iccgraph.iris import fold
from iccgraph.publish.graph import CityTopic
from iccgraph.publish.records import City, Link, Origin, Practice
from iccgraph.release.index import INDEXES, SCHEMA, UNIQUE_KEYS
from iccgraph.tables.problems import Problems

_GROUPS = """
SELECT c.city, t.topic, g.key, p.first_year, p.last_year
FROM practice_city c JOIN practice_topic t ON t.practice = c.practice
JOIN thing g ON g.id = c.practice JOIN practice p ON p.id = c.practice
ORDER BY c.city, t.topic, g.key
"""
_FACETS = """
INSERT INTO facet
SELECT 'city', city, count(*) FROM practice_city GROUP BY city UNION ALL
SELECT 'topic', topic, count(*) FROM practice_topic GROUP BY topic UNION ALL
SELECT 'country', country, count(*) FROM thing WHERE kind = 'practice' GROUP BY country UNION ALL
SELECT 'year', CAST(first_year AS TEXT), count(*) FROM practice
  WHERE first_year IS NOT NULL GROUP BY first_year
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing as lists show it; the digest is of its whole description."""

    kind: str
    key: str
    label: str
    lang: str
    label_fr: str
    country: str
    origin: Origin
    digest: bytes


class IndexWriter:
    """Fills a new index; use `finish` before anything reads it."""

    def __init__(self, path: Path) -> None:
        """Create the file; its content depends on what is added, and in which order."""
        self.path = path
        self.connection = sqlite3.connect(path)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("PRAGMA cache_size = -32768")
        self.connection.executescript(SCHEMA)
        self.next_id = 1

    def add(self, entries: Sequence[Entry]) -> int:
        """Add a batch of things and return the number of the first."""
        first = self.next_id
        self.next_id += len(entries)
        self.connection.executemany(
            "INSERT INTO thing VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    number,
                    e.kind,
                    e.key,
                    e.label,
                    e.lang,
                    e.label_fr,
                    fold(e.label),
                    e.country,
                    e.digest,
                    e.origin.source,
                    e.origin.row,
                )
                for number, e in enumerate(entries, first)
            ],
        )
        return first

    def add_practices(
        self,
        first: int,
        practices: Sequence[Practice],
        names: Sequence[str],
        places: Sequence[Sequence[int | None]],
    ) -> None:
        """Add what is searched and counted of practices that were just added as things.

        `names` are those of their places; `places` says where each practice stands in the dumps.
        """
        numbered = list(enumerate(practices, first))
        execute = self.connection.executemany
        execute(
            "INSERT INTO practice VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                (n, p.summary[0], p.year_text, p.period.first_year, p.period.last_year, *places_of)
                for (n, p), places_of in zip(numbered, places, strict=True)
            ],
        )
        execute(
            "INSERT INTO practice_city VALUES (?,?)",
            [(n, c) for n, p in numbered for c in p.cities],
        )
        execute(
            "INSERT INTO practice_topic VALUES (?,?)",
            [(n, t) for n, p in numbered for t in p.topics],
        )
        execute(
            "INSERT INTO found (rowid, title, body, place) VALUES (?,?,?,?)",
            [
                (n, " ".join((p.title[0], *(t for t, _ in p.other_titles))), _body(p), named)
                for (n, p), named in zip(numbered, names, strict=True)
            ],
        )

    def add_places(self, cities: Sequence[City]) -> None:
        """Add what maps and lists show of places."""
        self.connection.executemany(
            "INSERT INTO place VALUES (?,?,?,?,?)",
            [(c.key, c.kind, c.lat or None, c.lon or None, c.population) for c in cities],
        )

    def add_links(self, links: Sequence[Link]) -> None:
        """Add every decision about an identity, for the page that tells how far they are."""
        self.connection.executemany(
            "INSERT INTO link VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    *(k.kind, k.key, k.item, k.status, k.justification, k.confidence),
                    *(k.decided_on.isoformat(), "|".join(k.sources), k.comment, k.tool),
                    *(k.reviewer, k.origin.row),
                )
                for k in links
            ],
        )

    def check_keys(self, problems: Problems) -> None:
        """Index the keys; every key that stands twice becomes a problem."""
        try:
            self.connection.execute(UNIQUE_KEYS)
        except sqlite3.IntegrityError:
            doubles = self.connection.execute(
                "SELECT a.source, a.row, a.kind, a.key, min(b.row) FROM thing a JOIN thing b"
                " ON a.kind = b.kind AND a.key = b.key AND b.id < a.id GROUP BY a.id"
            )
            for source, row, kind, key, other in doubles:
                problems.add(
                    source,
                    row,
                    1,
                    "key",
                    f"the {kind} key {key!r} stands in row {other} too",
                    "give each row a key of its own",
                )

    def has(self, kind: str, key: str) -> bool:
        """Return whether the thing was added."""
        query = "SELECT 1 FROM thing WHERE kind = ? AND key = ?"
        return self.connection.execute(query, (kind, key)).fetchone() is not None

    def origin(self, kind: str, key: str) -> Origin | None:
        """Return the row that a thing was read from."""
        query = "SELECT source, row FROM thing WHERE kind = ? AND key = ?"
        found = self.connection.execute(query, (kind, key)).fetchone()
        return Origin(*found) if found else None

    def city_topics(self) -> Iterator[CityTopic]:
        """Yield every place and topic that share practices, in the order of their keys."""
        self.connection.executescript(INDEXES)
        rows = self.connection.cursor().execute(_GROUPS)
        for (city, topic), group in groupby(rows, key=itemgetter(0, 1)):
            practices: list[str] = []
            first: list[int] = []
            last: list[int] = []
            for _, _, key, first_year, last_year in group:
                practices.append(key)
                first += [] if first_year is None else [first_year]
                last += [] if last_year is None else [last_year]
            yield CityTopic(
                city, topic, practices, min(first, default=None), max(last, default=None)
            )

    def add_city_topics(self, links: Sequence[CityTopic]) -> None:
        """Add the computed links with their counts."""
        self.connection.executemany(
            "INSERT INTO city_topic VALUES (?,?,?,?,?)",
            [(k.city, k.topic, len(k.practices), k.first_year, k.last_year) for k in links],
        )

    def finish(self) -> None:
        """Count the facets and close the file."""
        self.connection.execute(_FACETS)
        self.connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        self.connection.commit()
        self.connection.close()


def digest(lines: Sequence[bytes]) -> bytes:
    """Return the digest of a description, from its N-Quads lines."""
    return hashlib.blake2b(b"".join(lines), digest_size=16).digest()


def _body(practice: Practice) -> str:
    parts = (practice.summary[0], practice.purpose, practice.stimulus, practice.process)
    return " ".join(part for part in (*parts, practice.impact) if part)
