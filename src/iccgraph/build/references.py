"""Checks that every key which one table writes is a key of another, and relates practices."""

from __future__ import annotations

from iccgraph.build.index import IndexWriter
from iccgraph.build.records import Retired
from iccgraph.build.sources.inputs import Sources
from iccgraph.build.sources.problems import Problems


def check_references(
    index: IndexWriter, sources: Sources, problems: Problems, partial: bool
) -> None:
    """Check what only the whole set of keys can tell; only doubled keys if it is partial."""
    index.check_keys(problems)
    if partial:
        return
    for double in sources.doubles:
        for field, key in (("practice", double.practice), ("other", double.other)):
            if not index.has("practice", key) and ("practice", key) not in sources.retired:
                origin, wrong = double.origin, f"{key!r} is no known practice"
                remedy = "correct the key, or remove the row"
                problems.add(origin.source, origin.row, 0, field, wrong, remedy)
    for entry in sources.retired.values():
        _check_retired(index, entry, problems)


def _check_retired(index: IndexWriter, entry: Retired, problems: Problems) -> None:
    origin = entry.origin
    if entry.replaced_by and not index.has(entry.kind, entry.replaced_by):
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
