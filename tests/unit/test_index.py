"""The index of a release: labels by language, and what becomes of older indexes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from iccgraph.errors import ReleaseError
from iccgraph.publish.pipeline import build_release
from iccgraph.release.index import open_index
from iccgraph.release.manifest import INDEX
from tests.unit.support import small_sources


def test_an_older_index_is_refused_by_readers(tmp_path: Path) -> None:
    """An index without labels still tells what there was, but no reader takes it."""
    path = tmp_path / INDEX
    with closing(sqlite3.connect(path)) as index:
        index.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, kind, key, label, digest)")
    open_index(path).close()
    with pytest.raises(ReleaseError, match=r"no such table: label\); build anew"):
        open_index(path, "label")


def test_labels_by_language(tmp_path: Path) -> None:
    """A place has one label a language, a practice its title in the language that it is in."""
    settings = small_sources(tmp_path)
    folder = settings.releases_dir / build_release(settings, validate=False).name
    with closing(open_index(folder / INDEX)) as index:
        query = "SELECT l.lang, l.text, g.label FROM thing g JOIN label l ON l.thing = g.id"
        query += " WHERE g.kind = ? AND g.key = ? ORDER BY l.lang"
        assert index.execute(query, ("city", "lisbon")).fetchall() == [
            ("en", "Lisbon", "Lisbon"),
            ("fr", "Lisbonne", "Lisbon"),
        ]
        assert index.execute(query, ("practice", "casa-aberta")).fetchall() == [
            ("pt", "Casa aberta", "Casa aberta")
        ]
