"""The index of a release: what lists, facets, search and comparison ask, in one SQLite file.

`thing` has one row a thing with its label in the default language and the digest of its
description, and `label` has all its labels by language tag; `thing_order` has the things of a kind
in the order of what readers of a language see, as `collation_key` puts it, and `practice_order` the
numbers of all practices likewise; the `practice_…` tables hold the cities and topics of practices,
and their titles and summaries in all languages; `facet` has for each value of a filter how many
practices have it, and which (a compressed set of row numbers); `reference` tells which resources
name a thing, `topic` the scheme of each. `search` is the full text by stems (SQLite FTS5) of
practices and of what else a search finds, `word` the words that it is made of, `name_start` each
word of a name with what follows it, for completion; `found` has the folded titles and names alone,
as those who match names need them. `line` has for each kind the number of its first thing, whose
numbers follow each other, and where the line of each begins in the table of the kind (64-bit
numbers, and after them where the last one ends). The `network…` tables hold the networks of cities
and topics of each scheme (`release/networks.py`): how many links were tested, nodes with position,
links with their numbers. A read-only connection is cheap.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from iccgraph.errors import ReleaseError

GROUP: Final = "-group"
"""Ends the kind of a thing that groups those of a kind, and is itself none of them."""

COMPLETED: Final = ("city", "country", "topic", "network")
"""The kinds of thing whose names are completed while somebody types them."""

SCHEMA: Final = """
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  sort TEXT NOT NULL, country TEXT NOT NULL,
  digest BLOB NOT NULL, source TEXT NOT NULL, row INTEGER NOT NULL);
CREATE TABLE label (
  thing INTEGER NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (thing, lang)) WITHOUT ROWID;
CREATE TABLE thing_order (
  kind TEXT NOT NULL, lang TEXT NOT NULL, position INTEGER NOT NULL, id INTEGER NOT NULL,
  country TEXT NOT NULL, PRIMARY KEY (kind, lang, position)) WITHOUT ROWID;
CREATE TABLE practice (
  id INTEGER PRIMARY KEY, time_text TEXT NOT NULL,
  first_year INTEGER, last_year INTEGER, ongoing INTEGER, years TEXT NOT NULL);
CREATE TABLE practice_summary (
  practice INTEGER NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (practice, lang)) WITHOUT ROWID;
CREATE TABLE practice_title (
  practice INTEGER NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (practice, lang)) WITHOUT ROWID;
CREATE TABLE practice_city (practice INTEGER NOT NULL, city TEXT NOT NULL);
CREATE TABLE practice_order (lang TEXT PRIMARY KEY, numbers BLOB NOT NULL);
CREATE TABLE practice_topic (practice INTEGER NOT NULL, topic TEXT NOT NULL);
CREATE TABLE reference (
  to_kind TEXT NOT NULL, to_key TEXT NOT NULL, thing INTEGER NOT NULL,
  PRIMARY KEY (to_kind, to_key, thing)) WITHOUT ROWID;
CREATE TABLE topic (key TEXT PRIMARY KEY, scheme TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE city_topic (
  city TEXT NOT NULL, topic TEXT NOT NULL, scheme TEXT NOT NULL, practices INTEGER NOT NULL,
  first_year INTEGER, last_year INTEGER, years TEXT NOT NULL, ongoing INTEGER NOT NULL,
  PRIMARY KEY (city, topic)) WITHOUT ROWID;
CREATE TABLE network (
  scheme TEXT NOT NULL, network TEXT NOT NULL, tests INTEGER NOT NULL,
  PRIMARY KEY (scheme, network)) WITHOUT ROWID;
CREATE TABLE network_node (
  scheme TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, x REAL NOT NULL, y REAL NOT NULL,
  practices INTEGER NOT NULL, links INTEGER NOT NULL,
  PRIMARY KEY (scheme, kind, key)) WITHOUT ROWID;
CREATE TABLE network_edge (
  scheme TEXT NOT NULL, network TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
  weight INTEGER NOT NULL, jaccard REAL NOT NULL, expected REAL, p REAL, q REAL,
  quotient REAL, low REAL, high REAL,
  PRIMARY KEY (scheme, network, source, target)) WITHOUT ROWID;
CREATE TABLE line (kind TEXT PRIMARY KEY, first INTEGER NOT NULL, starts BLOB NOT NULL);
CREATE TABLE facet (
  kind TEXT NOT NULL, key TEXT NOT NULL, practices INTEGER NOT NULL, numbers BLOB NOT NULL);
CREATE TABLE word (
  folded TEXT PRIMARY KEY, written TEXT NOT NULL, practices INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE name_start (
  start TEXT NOT NULL, thing INTEGER NOT NULL, PRIMARY KEY (start, thing)) WITHOUT ROWID;
CREATE TABLE place (
  key TEXT PRIMARY KEY, kind TEXT NOT NULL, lat REAL, lon REAL, within TEXT NOT NULL,
  in_programme INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE link (
  kind TEXT NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, status TEXT NOT NULL,
  justification TEXT NOT NULL, confidence REAL NOT NULL, decided TEXT NOT NULL,
  sources TEXT NOT NULL, comment TEXT NOT NULL, tool TEXT NOT NULL, reviewer TEXT NOT NULL,
  row INTEGER NOT NULL);
CREATE VIRTUAL TABLE found USING fts5(
  title, content='', tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE search USING fts5(title, name, summary, text, content='');
"""

INDEXES: Final = """
CREATE INDEX thing_sort ON thing (kind, sort, id);
CREATE INDEX thing_country ON thing (kind, country, sort, id);
CREATE INDEX practice_city_city ON practice_city (city, practice);
CREATE INDEX practice_city_practice ON practice_city (practice, city);
CREATE INDEX place_within ON place (within, key);
CREATE INDEX practice_topic_topic ON practice_topic (topic, practice);
CREATE INDEX practice_topic_practice ON practice_topic (practice, topic);
"""

UNIQUE_KEYS: Final = "CREATE UNIQUE INDEX thing_key ON thing (kind, key)"


def open_index(path: Path, table: str = "thing") -> sqlite3.Connection:
    """Return a read-only connection, which any one thread at a time may use.

    Arguments: `table` is what the index must hold; older versions have no `thing_order`.
    Raises: ReleaseError if the file is missing or is not such an index.
    """
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  # a name of our own
    except sqlite3.Error as error:
        raise ReleaseError(path, f"is not a search index ({error}); build anew") from error
    return connection
