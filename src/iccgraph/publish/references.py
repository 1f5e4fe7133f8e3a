"""What rows say of each other: keys of other tables, and practices that are related or one.

Two practices of one place may be one (renamed, translated, under two spellings of a city) if a
title, the address of a page or the summary is nearly the same; a row of doubles.csv decides each
pair, and ends its mention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, islice

from rapidfuzz import fuzz

from iccgraph.iris import fold
from iccgraph.publish.records import Double, Origin, Practice, Retired
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import TOPIC_FILES
from iccgraph.publish.writers.index import IndexWriter
from iccgraph.release.index import GROUP
from iccgraph.resources import RESOURCES
from iccgraph.tables.problems import MOST, Problems

MOST_COMPARED = 5000
"""Comparing all pairs of a place grows with the square; beyond this number it is left out."""
ALIKE = 88.0
"""From 0 to 100: how alike two titles or summaries are that a person should look at."""
_REMEDIES = {
    "merged": "set the decision to same, or remove the row",
    "renamed": "write its new key, {key}",
}
"""What to do about a related practice whose key is retired."""
_TABLES = {"practice": "practices", "city": "cities", "country": "countries"}
_TABLES |= {kind: described.table for kind, described in RESOURCES.items()}


def check_references(
    index: IndexWriter,
    sources: Sources,
    problems: Problems,
    partial: bool,
    published: Iterable[tuple[str, str, str]],
) -> None:
    """Check what only the whole set of keys can tell; only doubled keys if it is partial.

    `published` are kind, key and label of what the current release holds. Nothing is said to be
    missing that may stand where a source could not be read.
    """
    spoiled = {problem.source for problem in problems.found}
    index.check_keys(problems)
    if partial:
        return
    whole = {kind for kind, name in _TABLES.items() if sources.tables.source(name) not in spoiled}
    if "country" not in whole:  # a city without its country is no record either
        whole.discard("city")
    if not spoiled.intersection(TOPIC_FILES):
        whole |= {"topic", "scheme"}
    for kind, described in RESOURCES.items():  # nor is what names such a thing
        if any(reference.kind not in whole for reference in described.references):
            whole.discard(kind)
    for double in sources.doubles:
        _check_double(index, double, sources, problems, "practice" in whole)
    if "practice" in whole:
        _check_assigned(index, sources, problems)
    for entry in sources.retired.values():
        _check_retired(index, entry, problems, entry.kind in whole)
    _check_published(index, sources, problems, whole, published)


def _check_assigned(index: IndexWriter, sources: Sources, problems: Problems) -> None:
    """Topics are assigned to practices that there are."""
    for practice in sources.assignments.practices():
        if not index.has("practice", practice):
            wrong = f"{practice!r} is an unknown practice"
            for row in sources.assignments.of(practice):
                problems.add(
                    *row.origin, 0, "practice", wrong, "correct the key, or remove the row"
                )


def _check_published(
    index: IndexWriter,
    sources: Sources,
    problems: Problems,
    whole: Collection[str],
    published: Iterable[tuple[str, str, str]],
) -> None:
    """A name that was published is for good: its thing stays, or retired.csv says what became."""
    things = ((kind.removesuffix(GROUP), key, label) for kind, key, label in published)
    gone = (t for t in things if t[0] in whole and _vanished(index, sources, *t[:2]))
    missing = {t: index.labelled(t[0], t[2]) for t in islice(gone, MOST)}
    now = {(kind, became) for (kind, _, _), became in missing.items() if became}
    # what has the label now, but was there beside it, is another thing
    now -= {(kind, key) for kind, key, _ in (published if now else ()) if (kind, key) in now}
    for (kind, key, label), became in missing.items():
        remedy = _remedy(kind, key, became if (kind, became) in now else "")
        wrong = f"the {kind} {key!r} ({label}) is published, and no table has its key any more"
        problems.add(sources.tables.source("retired"), 0, 0, "", wrong, remedy)


def _vanished(index: IndexWriter, sources: Sources, kind: str, key: str) -> bool:
    """True if a name that was published has no thing any more, and retired.csv is silent."""
    kept = any(index.has(name, key) for name in (kind, kind + GROUP))
    return not kept and (kind, key) not in sources.retired


def _remedy(kind: str, key: str, new: str) -> str:
    """Return what to do about a name that vanished: the row to add, with its new key if any."""
    became, reason = "withdrawn,", "It is no longer published."
    others = "renamed or merged, with the key in its place"
    if new:
        became, reason = f"renamed,{new}", "The key was changed."
        others = "withdrawn or merged"
    row = f"{kind},{key},{became},{date.today().isoformat()},{reason}"
    return f"restore the key, or add this row (or one that says {others}, and why): {row}"


def _check_double(
    index: IndexWriter, double: Double, sources: Sources, problems: Problems, whole: bool
) -> None:
    origin, keys = double.origin, (double.practice, double.other)
    present = [index.has("practice", key) for key in keys]
    for name, key, there in zip(("practice", "other"), keys, present, strict=True):
        if not whole or there:
            continue
        entry = sources.retired.get(("practice", key))
        if entry is None:
            wrong = f"{key!r} is an unknown practice"
            problems.add(*origin, 0, name, wrong, "correct the key, or remove the row")
        elif double.decision == "related":
            wrong = f"{key!r} was {entry.action}, so nothing is related to it any more"
            remedy = _REMEDIES.get(entry.action, "remove the row").format(key=entry.replaced_by)
            problems.add(*origin, 0, name, wrong, remedy)
    if double.practice == double.other:
        remedy = "name two practices, or remove the row"
        problems.add(*origin, 0, "other", "both keys are the same", remedy)
    elif double.decision == "same" and all(present):
        wrong = "the two are the same, but both are in practices.csv"
        remedy = "remove one there, and write its key into retired.csv as merged"
        problems.add(*origin, 0, "decision", wrong, remedy)


def _check_retired(index: IndexWriter, entry: Retired, problems: Problems, whole: bool) -> None:
    origin = entry.origin
    if whole and entry.replaced_by and not index.has(entry.kind, entry.replaced_by):
        wrong = f"{entry.replaced_by!r} is an unknown {entry.kind}"
        problems.add(*origin, 0, "replaced_by", wrong, "name the key that took its place")
    if entry.kind != "practice" and index.has(entry.kind, entry.key):
        wrong = f"the {entry.kind} {entry.key!r} is still in its table"
        problems.add(*origin, 0, "key", wrong, "remove one of the two rows")


def related_practices(sources: Sources) -> dict[str, list[str]]:
    """Return the keys of the practices that were found to be related to each."""
    related: dict[str, list[str]] = {}
    for double in sources.doubles:
        if double.decision == "related":
            related.setdefault(double.practice, []).append(double.other)
            related.setdefault(double.other, []).append(double.practice)
    return related


@dataclass(frozen=True, slots=True)
class _Looks:
    key: str
    origin: Origin
    titles: tuple[str, ...]
    summary: str
    slug: str


@dataclass(slots=True)
class DoubleFinder:
    """Gathers practices while they stream by, up to a number that can be compared."""

    seen: int = 0
    _by_place: dict[str, list[_Looks]] = field(default_factory=dict)

    def watch(self, practices: Iterable[Practice]) -> Iterator[Practice]:
        """Pass practices on and remember what they look like, as long as they are few enough."""
        for practice in practices:
            self.seen += 1
            if self.seen > MOST_COMPARED:
                self._by_place.clear()
            else:
                self._remember(practice)
            yield practice

    def _remember(self, practice: Practice) -> None:
        looks = _Looks(
            practice.key,
            practice.origin,
            tuple(fold(text) for text, language in practice.all_titles if language != "mul"),
            fold(practice.text("summary")),
            practice.detail_page.partition("?")[0].rstrip("/").rpartition("/")[2],
        )
        for place in practice.cities or (practice.country,):
            self._by_place.setdefault(place, []).append(looks)

    def suspicious(self, decided: Iterable[Double]) -> Iterator[tuple[Origin, str, str]]:
        """Yield each pair that looks alike and was not decided: where it is, its two keys."""
        known = {frozenset((double.practice, double.other)) for double in decided}
        for place in sorted(self._by_place):
            for one, other in combinations(self._by_place[place], 2):
                pair = frozenset((one.key, other.key))
                if pair not in known and _alike(one, other):
                    known.add(pair)
                    yield other.origin, other.key, one.key


def _alike(one: _Looks, other: _Looks) -> bool:
    if one.slug and one.slug == other.slug:
        return True
    if one.summary and fuzz.token_sort_ratio(one.summary, other.summary) >= ALIKE:
        return True
    return any(
        fuzz.token_sort_ratio(mine, theirs) >= ALIKE
        for mine in one.titles
        for theirs in other.titles
    )
