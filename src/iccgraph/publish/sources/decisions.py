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
    things: dict[str, int] = {}
    items: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for row in folder.rows("links", problems):
        link = _link(row, gazetteer, topics, problems) if row.sound else None
        if link is None:
            continue
        pair = (link.thing, link.item)
        if (other := pairs.setdefault(pair, row.number)) != row.number:
            wrong = f"{link.thing} and {link.item} stand in row {other} too"
            row.complain(problems, "object_id", wrong, "keep one of the two rows")
            continue
        links.append(link)
        if link.status != "accepted":
            continue
        for name, seen in (("subject_id", things), ("object_id", items)):
            value = row.cells[name]
            if value in seen:
                row.complain(
                    problems,
                    name,
                    f"{value} is accepted in row {seen[value]} too",
                    "accept one of the two and reject the other",
                )
            seen[value] = row.number
    return links


def _known(
    row: Row, kind: str, key: str, gazetteer: Gazetteer, topics: TopicNames, problems: Problems
) -> bool:
    """True if there is such a thing; otherwise a problem, unless its table cannot be read."""
    things: Mapping[str, object] = topics.labels
    if kind != "topic":
        things = gazetteer.cities if kind == "city" else gazetteer.countries
    if key in things:
        return True
    if not (topics.incomplete if kind == "topic" else gazetteer.doubtful(key)):
        row.complain(
            problems,
            "subject_id",
            f"{row.cells['subject_id']!r} is no known {'topic' if kind == 'topic' else 'place'}",
            "write city:, country: or topic: and its key, such as city:barcelona",
        )
    return False


def _link(row: Row, gazetteer: Gazetteer, topics: TopicNames, problems: Problems) -> Link | None:
    cells = row.cells
    kind, _, key = cells["subject_id"].partition(":")
    if not _known(row, kind, key, gazetteer, topics, problems):
        return None
    if cells["predicate_id"] != PREDICATES[kind]:
        row.complain(
            problems,
            "predicate_id",
            f"{cells['predicate_id']} is not what a {kind} claims",
            f"write {PREDICATES[kind]}",
        )
        return None
    item = _ITEM.fullmatch(cells["object_id"])
    if item is None:
        row.complain(
            problems,
            "object_id",
            f"{cells['object_id']!r} is no Wikidata item",
            "write wikidata: and its number, such as wikidata:Q1492",
        )
        return None
    confidence = float(cells["confidence"] or 0)
    if cells["status"] == "accepted" and confidence < ACCEPTANCE:
        row.complain(
            problems,
            "confidence",
            f"an accepted link needs at least {ACCEPTANCE:.2f}",
            "raise the confidence after a review, or set the status to open",
        )
        return None
    return Link(
        origin=Origin(row.source, row.number),
        kind=kind,
        key=key,
        item=item[1],
        status=cells["status"],
        confidence=confidence,
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
        cells = row.cells
        if not row.sound:
            continue
        name = (cells["kind"], cells["key"])
        if cells["kind"] not in KINDS or not is_key(cells["key"]):
            row.complain(
                problems,
                "key",
                f"{cells['kind']}/{cells['key']} names no kind of thing",
                f"write one of {', '.join(KINDS)} and a key",
            )
            continue
        if name in retired:
            row.complain(
                problems,
                "key",
                f"the key stands in row {retired[name].origin.row} too",
                "remove one of the two rows",
            )
        if (cells["action"] == "withdrawn") == bool(cells["replaced_by"]):
            row.complain(
                problems,
                "replaced_by",
                f"{cells['action']} and this cell contradict each other",
                "name the thing that a renamed or merged one became; leave it empty for withdrawn",
            )
        day = cells["date"]
        retired[name] = Retired(
            Origin(row.source, row.number),
            *name,
            cells["action"],
            cells["replaced_by"],
            date.fromisoformat(day) if day else None,
            cells["reason"],
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
