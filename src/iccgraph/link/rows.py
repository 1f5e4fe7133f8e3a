"""Rows of the table of decisions, as programs and people write them.

Writes: the columns of links.csv. Source: SSSOM, https://mapping-commons.github.io/sssom/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from iccgraph import __version__
from iccgraph.link.decide import Decision, confidence, in_words
from iccgraph.link.evidence import Evidence
from iccgraph.link.things import Subject
from iccgraph.publish.records import Link
from iccgraph.publish.sources.decisions import PREDICATES

TOOL = f"iccgraph link {__version__}"
SOURCE = "Wikidata"
BY_PERSON = 0.99
"""How sure a person is who has compared both; nobody is never wrong."""
Row = dict[str, str]


def decision_rows(decision: Decision, known: Iterable[Link], today: date) -> list[Row]:
    """Return the rows that a decision adds, or changes because a program had left them open."""
    subject = decision.subject
    links = {link.identity: link for link in known if link.subject == subject.id}
    if (best := decision.accepted) is not None:
        link = links.get(best.item.id)
        changeable = link is None or (link.status == "open" and not link.reviewed)
        return [_proposal(subject, best, True, "", today, link)] if changeable else []
    return [
        _proposal(subject, evidence, False, decision.reason, today, None)
        for evidence in decision.candidates
        if evidence.item.id not in links
    ]


def _proposal(
    subject: Subject, evidence: Evidence, accepted: bool, reason: str, today: date, old: Link | None
) -> Row:
    sources = [*(old.sources if old else ()), SOURCE]
    comments = [in_words(evidence, reason), old.comment if old else ""]
    return _row(
        subject,
        evidence.item.id,
        status="accepted" if accepted else "open",
        justification="CompositeMatching",
        sure=confidence(evidence, accepted),
        sources=list(dict.fromkeys(sources)),
        today=today,
        comment=". Before: ".join(c for c in comments if c),
        tool=TOOL,
        reviewer="",
    )


def reviewed_row(link: Link, subject: Subject, accepted: bool, reviewer: str, today: date) -> Row:
    """Return an open row as a person has decided it."""
    return _row(
        subject,
        link.identity,
        status="accepted" if accepted else "rejected",
        justification="ManualMappingCuration" if accepted else "MappingReview",
        sure=BY_PERSON if accepted else 0.0,
        sources=link.sources,
        today=today,
        comment=link.comment,
        tool=link.tool,
        reviewer=reviewer,
    )


def _row(
    subject: Subject,
    item: str,
    *,
    status: str,
    justification: str,
    sure: float,
    sources: Sequence[str],
    today: date,
    comment: str,
    tool: str,
    reviewer: str,
) -> Row:
    return {
        "subject_id": subject.id,
        "subject_label": subject.label,
        "predicate_id": PREDICATES[subject.kind],
        "object_id": f"wikidata:{item}",
        "status": status,
        "mapping_justification": f"semapv:{justification}",
        "confidence": f"{sure:.2f}",
        "mapping_source": "|".join(sources),
        "mapping_date": today.isoformat(),
        "comment": comment,
        "mapping_tool": tool,
        "reviewer_label": reviewer,
    }
