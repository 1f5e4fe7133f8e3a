"""Names matched a second, and how many rightly, beside SQL `LIKE` and beside rapidfuzz alone.

Run: `python -m benchmarks.reconcile`. 1,000 names are made from the real places from a fixed seed:
as they are, without accents, in another language, and with one typing error; the country is given.
Ours is asked through a query of the API, as one batch, in this process. The peers look the same
names up among the same labels and other names: `LIKE` with wildcards in SQLite, which takes the
first row of the country; rapidfuzz’s best ratio among the names of the country.
Prints names a second, the share whose first place is the right one, and how many of those that ours
calls certain are wrong (goal: none), with ratios to both peers.
Units: names a second.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode
from rapidfuzz import fuzz, process

from benchmarks.generate import REAL, settings_for
from iccgraph.publish.pipeline import build_release
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import open_current
from iccgraph.serve.reconcile.query import read_query
from iccgraph.serve.reconcile.service import Reconciler
from iccgraph.vocab import RDFS, SCHEMA

NAMES = 1_000
Case = tuple[str, str, str]
"""A name, the key of its country, the key of its place."""


def spoilt(chance: random.Random, name: str) -> str:
    """Return a name with one typing error: a letter left out, doubled, changed or exchanged."""
    place = chance.randrange(1, max(2, len(name) - 1))
    head, tail = name[:place], name[place:]
    return chance.choice(
        (
            head + tail[1:],
            head + tail[:1] + tail,
            head + chance.choice("aeinrst") + tail[1:],
            head + tail[1:2] + tail[:1] + tail[2:],
        )
    )


def plain(name: str) -> str:
    """Return a name without accents."""
    parts = unicodedata.normalize("NFKD", name)
    return "".join(c for c in parts if not unicodedata.combining(c))


def read_names(reconciler: Reconciler) -> list[Case]:
    """Return every name of every place as it is written, with its country and key."""
    release, found = reconciler.release, []
    for entity in reconciler.catalogue.held.values():
        if entity.kind == "city":
            node = NamedNode(release.iris.thing("city", entity.key))
            quads = release.store.quads_for_pattern(node, None, None, None)
            texts = {
                q.object.value
                for q in quads
                if q.predicate in (RDFS.label, SCHEMA.alternateName)
                and isinstance(q.object, Literal)
            }
            found += [(text, entity.country, entity.key) for text in sorted(texts)]
    return found


def make_cases(names: Sequence[Case]) -> list[Case]:
    """Return the names to be matched."""
    chance = random.Random(7)  # noqa: S311  # the same names each time, not a secret
    ways: tuple[Callable[[str], str], ...] = (str, plain, lambda name: spoilt(chance, name))
    return [
        (ways[n % 3](name), country, key)
        for n, (name, country, key) in enumerate(chance.choices(names, k=NAMES))
    ]


def ours(reconciler: Reconciler, cases: Sequence[Case]) -> tuple[float, int, int, int]:
    """Return seconds, how many are right, how many certain, how many certain and wrong."""
    batch = {
        f"q{n}": read_query(
            {"query": name, "type": "city", "properties": [{"pid": "country", "v": country}]}, "q"
        )
        for n, (name, country, _) in enumerate(cases)
    }
    start = time.perf_counter()
    answers = reconciler.answer(batch, 600)
    seconds = time.perf_counter() - start
    right = certain = wrong = 0
    for n, (_, _, key) in enumerate(cases):
        best = (answers[f"q{n}"]["result"] or [{"id": "", "match": False}])[0]
        right += best["id"] == f"city/{key}"
        certain += best["match"]
        wrong += best["match"] and best["id"] != f"city/{key}"
    return seconds, right, certain, wrong


def by_like(names: Sequence[Case], cases: Sequence[Case]) -> tuple[float, int]:
    """Return seconds and how many are right by `LIKE`."""
    table = sqlite3.connect(":memory:")
    table.execute("CREATE TABLE name (name TEXT, country TEXT, key TEXT)")
    table.executemany("INSERT INTO name VALUES (?,?,?)", names)
    query = "SELECT key FROM name WHERE country = ? AND name LIKE ? ORDER BY length(name) LIMIT 1"
    start, right = time.perf_counter(), 0
    for name, country, key in cases:
        row = table.execute(query, (country, f"%{name}%")).fetchone()
        right += row is not None and row[0] == key
    return time.perf_counter() - start, right


def by_ratio(names: Sequence[Case], cases: Sequence[Case]) -> tuple[float, int]:
    """Return seconds and how many are right by rapidfuzz’s ratio alone."""
    known: dict[str, list[tuple[str, str]]] = {}
    for name, country, key in names:
        known.setdefault(country, []).append((name, key))
    start, right = time.perf_counter(), 0
    for name, country, key in cases:
        texts = [text for text, _ in known[country]]
        best = process.extractOne(name, texts, scorer=fuzz.ratio)
        right += best is not None and known[country][best[2]][1] == key
    return time.perf_counter() - start, right


def main() -> None:
    """Build the real release, match the names in the three ways, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(settings_for(REAL, Path(folder)), releases_dir=Path(folder) / "releases")
        build_release(settings)
        release = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples)
        reconciler = Reconciler(release)
        names = read_names(reconciler)
        cases = make_cases(names)
        seconds, right, certain, wrong = ours(reconciler, cases)
        print(f"ours      {NAMES / seconds:>9,.0f}/s  right {right / NAMES:.1%}")
        print(f"          certain {certain / NAMES:.1%}, of these wrong: {wrong}")
        for title, way in (("LIKE", by_like), ("rapidfuzz", by_ratio)):
            took, hits = way(names, cases)
            print(
                f"{title:<9} {NAMES / took:>9,.0f}/s  right {hits / NAMES:.1%}"
                f"  ours: {took / seconds:.2f} times as fast, {right / hits:.2f} times as right"
            )


if __name__ == "__main__":
    main()
