"""The index of a release: labels by language, and what becomes of older indexes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from iccgraph.errors import ReleaseError
from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.index import open_index
from iccgraph.release.manifest import INDEX
from iccgraph.serve.dataset.listing import practices
from iccgraph.serve.dataset.open import OpenRelease, open_current
from iccgraph.serve.dataset.selection import Selected, Selection
from tests.for_all import for_all
from tests.unit.support import add, small_sources

FOUND = [
    *(("oeuvre", "coeur"), ("coeur", "coeur"), ("ŒUVRE", "coeur"), ("cœur", "coeur")),
    *(("diyarbakir", "kardeslik"), ("DİYARBAKIR", "kardeslik"), ("kardeşlik", "kardeslik")),
    *(("Slov'yansk", "razom"), ("slov’yansk", "razom"), ("Slovʼyansk", "razom")),
    *(("hal ghaxaq", "hal-ghaxaq"), ("Ħal", "hal-ghaxaq")),
    *(("thing", "thing"), ("þing", "thing"), ("REYKJAVIK", "thing")),
    *(("intercultural", "garden"), ("Inter\u00adcultural", "garden"), ("gar\u200bden", "garden")),
]
TITLES = {
    "coeur": "Un cœur pour l’œuvre",
    "kardeslik": "Diyarbakır’da kardeşlik",
    "razom": "Slovʼyansk razom",
    "hal-ghaxaq": "Ħal Għaxaq flimkien",
    "thing": "Þing um Reykjavík",
    "garden": "Inter\u00adcultural garden",
}


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> OpenRelease:
    """Return a release with practices whose titles have letters that are typed in several ways."""
    settings = small_sources(tmp_path_factory.mktemp("searched"))
    for key, title in TITLES.items():
        add(settings, "practices", like="street-books", key=key, title=title, summary=f"{key}.")
    build_release(settings, validate=False)
    return open_current(ReleaseFolder(settings.releases_dir), 1_000_000)


def test_search_folds_as_names_are_folded(searched: OpenRelease) -> None:
    """However letters, apostrophes and invisible signs are typed, the practice is found."""

    def found(case: tuple[str, str]) -> None:
        listed = practices(Selected(searched, Selection(case[0])), 1, 10)
        assert listed.items[0].key == case[1]

    for_all(FOUND, found)


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
