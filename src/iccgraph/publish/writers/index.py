"""Writes the index of a release while the records stream by, so that memory does not grow.

The city-topic links and the facet counts are computed from it at the end.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from iccgraph.iris import DEFAULT_SCHEME, fold
from iccgraph.languages import DEFAULT, Labels, best, cased, collation_key
from iccgraph.publish.graph import Batch, CityTopic, Record, Statement, Topic
from iccgraph.publish.records import City, Country, Origin, Practice, Resource
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import labels_in
from iccgraph.publish.statistics.counts import TopicCounts
from iccgraph.publish.statistics.networks import SchemeNetworks
from iccgraph.publish.writers.facets import FacetWriter
from iccgraph.publish.writers.search import SearchWriter
from iccgraph.release.changes import has_thing
from iccgraph.release.index import INDEXES, SCHEMA, UNIQUE_KEYS
from iccgraph.release.manifest import INDEX, FileEntry, file_entry
from iccgraph.resources import RESOURCES
from iccgraph.tables.problems import Problems
from iccgraph.vocab import RDFS

_GROUPS = """
SELECT c.city, t.topic, g.key, p.first_year, p.last_year, p.ongoing,
  p.years
FROM practice_city c JOIN practice_topic t ON t.practice = c.practice
JOIN thing g ON g.id = c.practice JOIN practice p ON p.id = c.practice
ORDER BY c.city, t.topic, g.key
"""
_SHARED = """
SELECT c.city, t.topic, count(*) FROM practice_city c JOIN practice_topic t USING (practice)
GROUP BY c.city, t.topic
"""
"""How many practices each place has on each topic."""
_TOTALS = (
    "SELECT city, count(*) FROM practice_city GROUP BY city",
    "SELECT topic, count(*) FROM practice_topic t"
    " WHERE EXISTS (SELECT 1 FROM practice_city c WHERE c.practice = t.practice) GROUP BY topic",
)
"""How many practices there are of each place, and on each topic in any place."""
_SORT_KEYS = "CREATE TEMP TABLE sort_key (kind, lang, folded, text, id, country)"
"""What each thing is sorted by, for readers of each language; only its position is kept."""
_ORDER = """
INSERT INTO thing_order
SELECT kind, lang, row_number() OVER (PARTITION BY kind, lang ORDER BY folded, text, id),
  id, country
FROM sort_key WHERE kind <> 'practice';
CREATE UNIQUE INDEX facet_value ON facet (kind, key);
"""


class IndexWriter:
    """Fills a new index; use `finish` before anything reads it."""

    def __init__(self, folder: Path, sources: Sources) -> None:
        """Create the file; its content depends on what is written, and in which order."""
        self.path, self.gazetteer = folder / INDEX, sources.gazetteer
        self.languages = sources.languages
        self.counts: Counter[str] = Counter()
        self.connection = sqlite3.connect(self.path)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute("PRAGMA cache_size = -32768")
        self.connection.executescript(SCHEMA)
        self.connection.execute(_SORT_KEYS)
        self.next_id = 1
        self.facets, self.search = FacetWriter(sources), SearchWriter(sources)
        links = [
            (
                *(k.kind, k.key, k.item, k.status, k.justification, k.confidence),
                *(k.decided_on.isoformat(), "|".join(k.sources), k.comment, k.tool),
                *(k.reviewer, k.origin.row),
            )
            for k in sources.links
        ]
        self._insert("link", links)
        self._schemes = sources.topics.schemes
        self._insert("topic", list(self._schemes.items()))

    def write(self, batch: Batch) -> None:
        """Add a batch of things, and what is searched and counted of them."""
        if not batch.records:
            return
        first = self.next_id
        self.next_id += len(batch.records)
        self.counts.update(self._counted(batch.kind, record) for record in batch.records)
        things, labels, sort_keys = [], [], []
        described = zip(batch.records, batch.descriptions, batch.digests, strict=True)
        for number, (record, (_, statements), digest) in enumerate(described, first):
            named, country, origin = self._shown(record, statements)
            label = best(named, DEFAULT)[0]
            row = (number, batch.kind, record.key, label, fold(label), country, digest, *origin)
            things.append(row)
            labels += [(number, tag, text) for tag, text in named.items()]
            shown = record.titles if isinstance(record, Practice) else named
            for tag in self.languages:
                key = collation_key(best(shown, tag)[0])
                sort_keys.append((batch.kind, tag, *key, number, country))
        self._insert("thing", things)
        self._insert("label", labels)
        self._insert("sort_key", sort_keys)
        texts = [
            text
            for number, record in enumerate(batch.records, first)
            if (text := self.search.row(number, batch.kind, record))
        ]
        self._insert("search (rowid, title, name, summary, text)", texts)
        self._add_practices(first, [r for r in batch.records if isinstance(r, Practice)])
        cities = (r for r in batch.records if isinstance(r, City))
        places = [
            (c.key, c.kind, c.lat or None, c.lon or None, c.within, c.in_programme) for c in cities
        ]
        self._insert("place", places)
        self._add_resources(first, [r for r in batch.records if isinstance(r, Resource)])
        links = (r for r in batch.records if isinstance(r, CityTopic))
        rows = [
            (
                *(k.city, k.topic, k.scheme, len(k.practices)),
                *(k.first_year, k.last_year, ",".join(map(str, k.years)), k.ongoing),
            )
            for k in links
        ]
        self._insert("city_topic", rows)

    def _counted(self, kind: str, record: Record) -> str:
        """Return what a record is counted as: those of different topic schemes make no sum."""
        key = {Topic: "key", CityTopic: "topic"}.get(type(record), "")
        scheme = self._schemes.get(getattr(record, key), "") if key else ""
        return f"{kind} ({scheme})" if scheme not in ("", DEFAULT_SCHEME) else kind

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ",".join("?" * len(rows[0]))
            statement = f"INSERT INTO {table} VALUES ({marks})"  # noqa: S608  # names of our own
            self.connection.executemany(statement, rows)

    def _shown(self, record: Record, statements: Sequence[Statement]) -> tuple[Labels, str, Origin]:
        """Return what lists show of a thing: its labels, its country, and where it was read."""
        match record:
            case Practice():
                text, tag = record.title
                return {tag: text}, record.country, record.origin
            case City():
                return record.labels, record.country, record.origin
            case Country():
                return record.labels, "", record.origin
            case Resource():
                return record.labels, record.country, record.origin
            case Topic():
                return labels_in(record.triples) or {DEFAULT: record.key}, "", Origin("topics", 0)
        labels = {cased(t.language): t.value for _, p, t, _ in statements if p == RDFS.label}
        return labels, self.gazetteer.cities[record.city].country, Origin("derived", 0)

    def _add_practices(self, first: int, practices: Sequence[Practice]) -> None:
        numbered = list(enumerate(practices, first))
        rows = [
            (
                *(n, p.text("year_text"), p.period.first_year, p.period.last_year),
                *(p.period.ongoing, ",".join(map(str, p.period.years))),
            )
            for n, p in numbered
        ]
        self._insert("practice", rows)
        summaries = [(n, tag, text) for n, p in numbered for tag, text in p.summaries.items()]
        self._insert("practice_summary", summaries)
        titles = [(n, tag, text) for n, p in numbered for tag, text in p.titles.items()]
        self._insert("practice_title", titles)
        self._insert("practice_city", [(n, c) for n, p in numbered for c in p.cities])
        topics = [(n, t) for n, p in numbered for t in (*p.topics, *(t for t, _ in p.assigned))]
        self._insert("practice_topic", topics)
        self._insert("found (rowid, title)", [(n, fold(_titles(p))) for n, p in numbered])
        for number, practice in numbered:
            self.facets.add(number, practice)

    def _add_resources(self, first: int, resources: Sequence[Resource]) -> None:
        """Keep what resources name."""
        named = []
        for number, resource in enumerate(resources, first):
            described = RESOURCES[resource.kind]
            for reference in described.references:
                keys = resource.references.get(reference.name, ())
                named += [(reference.kind, key, number) for key in keys]
        self._insert("reference", named)

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
                wrong = f"the {kind} key {key!r} stands in row {other} too"
                problems.add(source, row, 1, "key", wrong, "give each row a key of its own")

    def has(self, kind: str, key: str) -> bool:
        """True if the thing was added."""
        return has_thing(self.connection, kind, key)

    def labelled(self, kind: str, label: str) -> str:
        """Return the key of the one thing with this label, empty if there is none or more."""
        query = "SELECT key FROM thing WHERE kind = ? AND label = ? LIMIT 2"
        found = self.connection.execute(query, (kind, label)).fetchall()
        return str(found[0][0]) if len(found) == 1 else ""

    def origin(self, kind: str, key: str) -> Origin | None:
        """Return the row that a thing was read from."""
        query = "SELECT source, row FROM thing WHERE kind = ? AND key = ?"
        found = self.connection.execute(query, (kind, key)).fetchone()
        return Origin(*found) if found else None

    def topic_counts(self) -> list[TopicCounts]:
        """Return the practices of each place and topic, scheme by scheme; once all are written."""
        self.connection.executescript(INDEXES)
        of_city, of_topic = (dict(self.connection.execute(query)) for query in _TOTALS)
        query = "SELECT count(DISTINCT practice) FROM practice_city"
        (everything,) = self.connection.execute(query).fetchone()
        shared: dict[str, dict[tuple[str, str], int]] = {}
        for city, topic, practices in self.connection.execute(_SHARED):
            scheme = self._schemes.get(topic, DEFAULT_SCHEME)
            shared.setdefault(scheme, {})[city, topic] = practices
        return [
            TopicCounts(scheme, found, of_city, of_topic, everything)
            for scheme, found in sorted(shared.items())
        ]

    def add_networks(self, networks: Iterable[SchemeNetworks]) -> None:
        """Keep the networks of cities and topics, one scheme after the other."""
        for found in networks:
            self._insert("network", found.tests())
            self._insert("network_node", found.nodes())
            self._insert("network_edge", found.edges())

    def city_topics(self, networks: Iterable[SchemeNetworks]) -> Iterator[CityTopic]:
        """Yield every place and topic that share practices, in the order of their keys."""
        of = {found.counts.scheme: found for found in networks}
        rows = self.connection.cursor().execute(_GROUPS)
        for (city, topic), group in groupby(rows, key=itemgetter(0, 1)):
            found = list(group)
            ongoing = any(row[5] for row in found)
            scheme = self._schemes.get(topic, DEFAULT_SCHEME)
            counts = of[scheme].counts
            yield CityTopic(
                city,
                topic,
                [row[2] for row in found],
                min((row[3] for row in found if row[3] is not None), default=None),
                None if ongoing else max((r[4] for r in found if r[4] is not None), default=None),
                sorted({int(year) for row in found if row[6] for year in row[6].split(",")}),
                ongoing,
                scheme,
                counts.of_city[city],
                *counts.elsewhere(city, topic),
                of[scheme].quotients.get((city, topic)),
            )

    def add_lines(self, lines: Mapping[str, array[int]]) -> None:
        """Keep where the line of each thing stands in the table of its kind."""
        for kind, starts in lines.items():
            query = "SELECT min(id) FROM thing WHERE kind = ?"
            (first,) = self.connection.execute(query, (kind,)).fetchone()
            self._insert("line", [(kind, first or 0, starts.tobytes())])

    def finish(self) -> dict[str, FileEntry]:
        """Count the facets, put things in order, close the file; return its manifest entry."""
        self.connection.executemany("INSERT INTO facet VALUES (?,?,?,?)", self.facets.rows())
        self._insert("word", self.search.word_rows())
        self._insert("name_start", sorted(set(self.search.starts)))
        self.connection.executescript(_ORDER)
        self._insert("practice_order", self._practice_orders())
        for table in ("found", "search"):
            self.connection.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")  # noqa: S608  # names of our own
        self.connection.commit()
        self.connection.close()
        return {INDEX: file_entry(self.path)}

    def _practice_orders(self) -> list[tuple[str, bytes]]:
        """Return the numbers of all practices in the order of titles, for each language."""
        found = []
        for tag in self.languages:
            rows = self.connection.execute(
                "SELECT id FROM sort_key WHERE kind = 'practice' AND lang = ?"
                " ORDER BY folded, text, id",
                (tag,),
            )
            found.append((tag, array("I", (number for (number,) in rows)).tobytes()))
        return found

    def close(self) -> None:
        """Close the file, finished or not."""
        self.connection.close()


def _titles(practice: Practice) -> str:
    return " ".join(text for text, _ in practice.all_titles)
