"""Reads the tables of decisions: links.csv (identities), retired.csv (keys), doubles.csv.

Texts in links.csv are unguarded: `iccgraph link` writes them so that none can be a formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from iccgraph.iris import KINDS, is_key
from iccgraph.publish.records import Double, Link, Origin, Retired
from iccgraph.publish.sources.places import Gazetteer
from iccgraph.publish.sources.topics import TopicNames
from iccgraph.tables.cells import unguard
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import Row, TableFolder

ACCEPTANCE = 0.70
"""Below this confidence an identity is a candidate for a person, never a published link."""
_ITEM = re.compile(r"wikidata:(Q[1-9][0-9]*)")
PREDICATES = {"city": "owl:sameAs", "country": "owl:sameAs", "topic": "skos:exactMatch"}
"""What a link claims: a place is the item, a topic is a concept of our own that means the same."""


def read_links(
    folder: TableFolder, gazetteer: Gazetteer, topics: TopicNames, problems: Problems
) -> list[Link]:
    """Return every decision about an identity; contradictions become problems.

    Raises: SourceError if the table cannot be opened.
    """
    links: list[Link] = []
    accepted: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for row in folder.rows("links", problems):
        if not (row.sound and _is_known(row, gazetteer, topics) and _is_coherent(row)):
            continue
        link = _link(row)
        if (other := pairs.setdefault((link.thing, link.item), row.number)) != row.number:
            wrong = f"{link.thing} and {link.item} stand in row {other} too"
            row.complain("object_id", wrong, "keep one of the two rows")
            continue
        links.append(link)
        if link.status != "accepted":
            continue
        for name in ("subject_id", "object_id"):
            value = row.cells[name]
            if value in accepted:
                wrong = f"{value} is accepted in row {accepted[value]} too"
                row.complain(name, wrong, "accept one of the two and reject the other")
            accepted[value] = row.number
    return links


def _is_known(row: Row, gazetteer: Gazetteer, topics: TopicNames) -> bool:
    """True if there is such a thing; otherwise a problem, unless its table cannot be read."""
    kind, _, key = row.cells["subject_id"].partition(":")
    things: Mapping[str, object] = topics.labels
    if kind != "topic":
        things = gazetteer.cities if kind == "city" else gazetteer.countries
    if key in things:
        return True
    if not (topics.incomplete if kind == "topic" else gazetteer.doubtful(key)):
        what = "topic" if kind == "topic" else "place"
        wrong = f"{row.cells['subject_id']!r} is an unknown {what}"
        remedy = "write city:, country: or topic: and its key, such as city:barcelona"
        row.complain("subject_id", wrong, remedy)
    return False


def _is_coherent(row: Row) -> bool:
    """True if the row claims what its kind of thing can, of an item, and surely enough."""
    cells = row.cells
    kind = cells["subject_id"].partition(":")[0]
    if cells["predicate_id"] != PREDICATES[kind]:
        wrong = f"{cells['predicate_id']} is not what a {kind} claims"
        row.complain("predicate_id", wrong, f"write {PREDICATES[kind]}")
    elif _ITEM.fullmatch(cells["object_id"]) is None:
        wrong = f"{cells['object_id']!r} is no Wikidata item"
        remedy = "write wikidata: and its number, such as wikidata:Q1492"
        row.complain("object_id", wrong, remedy)
    elif cells["status"] == "accepted" and float(cells["confidence"] or 0) < ACCEPTANCE:
        wrong = f"an accepted link needs at least {ACCEPTANCE:.2f}"
        remedy = "raise the confidence after a review, or set the status to open"
        row.complain("confidence", wrong, remedy)
    else:
        return True
    return False


def _link(row: Row) -> Link:
    cells = row.cells
    kind, _, key = cells["subject_id"].partition(":")
    return Link(
        origin=Origin(row.source, row.number),
        kind=kind,
        key=key,
        item=cells["object_id"].removeprefix("wikidata:"),
        status=cells["status"],
        confidence=float(cells["confidence"] or 0),
        justification=cells["mapping_justification"].partition(":")[2],
        sources=tuple(map(unguard, row.values("mapping_source"))),
        decided_on=date.fromisoformat(cells["mapping_date"]),
        comment=unguard(cells["comment"]),
        tool=unguard(cells["mapping_tool"]),
        reviewer=unguard(cells["reviewer_label"]),
    )


def read_retired(folder: TableFolder, problems: Problems) -> dict[tuple[str, str], Retired]:
    """Return the keys that are no longer used.

    Raises: SourceError if the table cannot be opened.
    """
    retired: dict[tuple[str, str], Retired] = {}
    for row in folder.rows("retired", problems):
        if not row.sound:
            continue
        cells = row.cells
        kind, key, action = cells["kind"], cells["key"], cells["action"]
        if kind not in KINDS or not is_key(key):
            remedy = f"write one of {', '.join(KINDS)} and a key"
            row.complain("key", f"{kind}/{key} is of an unknown kind", remedy)
            continue
        if (kind, key) in retired:
            wrong = f"the key stands in row {retired[kind, key].origin.row} too"
            row.complain("key", wrong, "remove one of the two rows")
        if (action == "withdrawn") == bool(cells["replaced_by"]):
            wrong = f"{action} and this cell contradict each other"
            remedy = (
                "name the thing that a renamed or merged one became; leave it empty for withdrawn"
            )
            row.complain("replaced_by", wrong, remedy)
        origin = Origin(row.source, row.number)
        day = date.fromisoformat(cells["date"]) if cells["date"] else None
        retired[kind, key] = Retired(
            origin, kind, key, action, cells["replaced_by"], day, cells["reason"]
        )
    return retired


def read_doubles(folder: TableFolder, problems: Problems) -> list[Double]:
    """Return the decisions about practices that look alike.

    Raises: SourceError if the table cannot be opened.
    """
    return [
        Double(
            Origin(row.source, row.number),
            row.cells["practice"],
            row.cells["other"],
            row.cells["decision"],
            row.cells["reason"],
        )
        for row in folder.rows("doubles", problems)
        if row.sound
    ]
