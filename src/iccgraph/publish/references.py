"""Checks that every key which one table writes is a key of another, and relates practices."""

from __future__ import annotations

from iccgraph.publish.records import Double, Retired
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.topics import TOPIC_FILES
from iccgraph.publish.writers.index import IndexWriter
from iccgraph.tables.problems import Problems

_REMEDIES = {
    "merged": "set the decision to same, or remove the row",
    "renamed": "write its new key, {key}",
}
"""What to do about a related practice whose key is retired."""
_TABLES = {"practice": "practices", "city": "cities", "country": "countries"}


def check_references(
    index: IndexWriter, sources: Sources, problems: Problems, partial: bool
) -> None:
    """Check what only the whole set of keys can tell; only doubled keys if it is partial.

    Nothing is said to be missing that may stand where a source could not be read.
    """
    spoiled = {problem.source for problem in problems.found}
    index.check_keys(problems)
    if partial:
        return
    whole = {kind for kind, name in _TABLES.items() if sources.tables.source(name) not in spoiled}
    if not spoiled.intersection(TOPIC_FILES):
        whole |= {"topic", "scheme"}
    for double in sources.doubles:
        _check_double(index, double, sources, problems, "practice" in whole)
    for entry in sources.retired.values():
        _check_retired(index, entry, problems, entry.kind in whole)


def _check_double(
    index: IndexWriter, double: Double, sources: Sources, problems: Problems, whole: bool
) -> None:
    origin, keys = double.origin, (double.practice, double.other)
    present = [index.has("practice", key) for key in keys]
    for field, key, there in zip(("practice", "other"), keys, present, strict=True):
        if not whole or there:
            continue
        entry = sources.retired.get(("practice", key))
        if entry is None:
            wrong = f"{key!r} is no known practice"
            remedy = "correct the key, or remove the row"
            problems.add(origin.source, origin.row, 0, field, wrong, remedy)
        elif double.decision == "related":
            wrong = f"{key!r} was {entry.action}, so nothing is related to it any more"
            remedy = _REMEDIES.get(entry.action, "remove the row").format(key=entry.replaced_by)
            problems.add(origin.source, origin.row, 0, field, wrong, remedy)
    if double.practice == double.other:
        remedy = "name two practices, or remove the row"
        problems.add(origin.source, origin.row, 0, "other", "both keys are the same", remedy)
    elif double.decision == "same" and all(present):
        wrong = "the two are the same, but both are in practices.csv"
        remedy = "remove one there, and write its key into retired.csv as merged"
        problems.add(origin.source, origin.row, 0, "decision", wrong, remedy)


def _check_retired(index: IndexWriter, entry: Retired, problems: Problems, whole: bool) -> None:
    origin = entry.origin
    if whole and entry.replaced_by and not index.has(entry.kind, entry.replaced_by):
        wrong = f"{entry.replaced_by!r} is no known {entry.kind}"
        remedy = "name the key that took its place"
        problems.add(origin.source, origin.row, 0, "replaced_by", wrong, remedy)
    if entry.kind != "practice" and index.has(entry.kind, entry.key):
        wrong = f"the {entry.kind} {entry.key!r} is still in its table"
        problems.add(origin.source, origin.row, 0, "key", wrong, "remove one of the two rows")


def related_practices(sources: Sources) -> dict[str, list[str]]:
    """Return the keys of the practices that were found to be related to each."""
    related: dict[str, list[str]] = {}
    for double in sources.doubles:
        if double.decision == "related":
            related.setdefault(double.practice, []).append(double.other)
            related.setdefault(double.other, []).append(double.practice)
    return related
