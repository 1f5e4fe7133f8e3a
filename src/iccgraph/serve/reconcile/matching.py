"""Finds the things that a name may mean, tells how alike they are, and which one is certain.

A match is certain only if the name is exactly one of the thing's names (or one typing error
away, where a property confirms it), no property contradicts it, and nothing else is as good.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from iccgraph.iris import fold
from iccgraph.serve.dataset.nearest import EXACT, LEAST, NEAR, similar
from iccgraph.serve.reconcile.entities import (
    KINDS,
    LONGEST_NAME,
    Catalogue,
    Entity,
    beginning,
    practices_called,
)
from iccgraph.serve.reconcile.properties import PROPERTIES, agrees, resolve, text_of
from iccgraph.serve.reconcile.query import Query

WORTH: Final = 45.0
"""Below this score, after what properties say, a thing is no candidate."""
_CONTRADICTED: Final = 0.4
_IDENTIFIED: Final = 75.0
_QUALIFIED: Final = re.compile(r"\s*([^,(/]+?)\s*[,(/]\s*([^,()/]+?)\s*\)?\s*")
_CODE: Final = re.compile(r"[A-Z]{2,3}|Q[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that a name may mean. Units: scores from 0 to 100."""

    entity: Entity
    score: float
    likeness: float
    exact: bool
    near: bool
    agreed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    typed: bool = True
    match: bool = False


def find(catalogue: Catalogue, query: Query) -> list[Candidate]:
    """Return the candidates, the best first, up to the query's limit; one at most is certain."""
    kinds = _kinds(query)
    if len(query.text) > LONGEST_NAME or not kinds:
        return []
    query = _qualified(catalogue, query)
    candidates = [_score(catalogue, query, c) for c in _alike(catalogue, query, kinds)]
    ranked = sorted(
        (c for c in candidates if c.score >= WORTH),
        key=lambda c: (-c.score, KINDS.index(c.entity.kind), c.entity.key),
    )
    if ranked and _certain(query, ranked):
        ranked[0] = replace(ranked[0], match=True)
    return ranked[: query.limit]


def _kinds(query: Query) -> list[str]:
    """Return the kinds that candidates may be of; nothing is of two kinds at once."""
    if query.kinds is None or query.strict == "should":
        return list(KINDS)
    if query.strict == "all" and len(query.kinds) > 1:
        return []
    return [kind for kind in KINDS if kind in query.kinds]


def _qualified(catalogue: Catalogue, query: Query) -> Query:
    """Read “Bergen (Norway)” and “Bergen, NO” as a name with its country."""
    whole = fold(query.text)
    if any(whole in names for names in catalogue.names.values()):
        return query
    found = _QUALIFIED.fullmatch(query.text)
    if catalogue.large and any(whole in e.names for e in beginning(catalogue, whole, 1)):
        return query
    if found is None or not catalogue.resolve(found[2], "country"):
        return query
    constraints = query.constraints
    if not any(item.id == "country" for item, _ in constraints):
        constraints = (*constraints, (PROPERTIES["country"], [found[2]]))
    return replace(query, text=found[1], constraints=constraints)


def _alike(catalogue: Catalogue, query: Query, kinds: list[str]) -> Iterable[Candidate]:
    """Return what is called like the query or identified by it, scored by its best name alone."""
    found: dict[str, Candidate] = {}

    def add(entity: Entity, score: float, exact: bool = False, near: bool = False) -> None:
        known = found.get(entity.id)
        if entity.kind in kinds and (known is None or known.score < score):
            found[entity.id] = Candidate(entity, score, score, exact, near)

    text = fold(query.text)
    for entity in _named(catalogue, query.text, kinds):
        add(entity, EXACT, True)
    for kind in kinds if text else ():
        named = catalogue.names[kind]
        for name, score in similar(text, list(named)).items():
            for entity in named[name]:
                add(entity, score, name == text, _is_typing_error(text, name))
    if text and catalogue.large and "practice" in kinds:
        for entity in practices_called(catalogue, text):
            for name, score in similar(text, entity.names).items():
                add(entity, score, name == text, _is_typing_error(text, name))
    for entity in _identified(catalogue, query, kinds):
        likeness = max((fuzz.ratio(text, name) for name in entity.names), default=0.0)
        add(entity, min(NEAR, likeness) if text else 0.0)
    return found.values()


def _named(catalogue: Catalogue, text: str, kinds: list[str]) -> Iterable[Entity]:
    """Yield what the text names by identifier, IRI or code, not by name."""
    text = text.strip()
    if (entity := catalogue.get(text)) is not None:
        yield entity
    code = text.upper() if kinds == ["country"] else text
    if _CODE.fullmatch(code):
        yield from catalogue.codes.get(code, ())


def _is_typing_error(text: str, name: str) -> bool:
    """True if two names differ by one typing error, two in a long name."""
    allowed = 0 if len(name) < 6 else 1 if len(name) < 12 else 2
    if not allowed or text[:1] != name[:1]:
        return False
    return OSA.distance(text, name, score_cutoff=allowed) <= allowed


def _identified(catalogue: Catalogue, query: Query, kinds: list[str]) -> Iterable[Entity]:
    """Yield what the properties point to, whatever it is called."""
    for item, expected in query.constraints:
        if item.identity:
            for value in expected:
                text = text_of(value)
                yield from catalogue.codes.get(text.rstrip("/").rpartition("/")[2].upper(), ())
                if item.id == "iri" and (entity := catalogue.get(text)) is not None:
                    yield entity
    if not fold(query.text) and query.constraints:
        for entity in catalogue.held.values():
            if entity.kind == "practice" or entity.kind not in kinds:
                continue
            if any(agrees(catalogue, entity, p, w) for p, w in query.constraints):
                yield entity


def _score(catalogue: Catalogue, query: Query, candidate: Candidate) -> Candidate:
    """Return a candidate with its score after what the properties of the query say."""
    entity, score = candidate.entity, candidate.score
    agreed: list[str] = []
    failed: list[str] = []
    for item, expected in query.constraints:
        if entity.kind == "country" and item.id == "country":
            same: bool | None = entity in [
                e for value in expected for e in resolve(catalogue, item, value)
            ]
        else:
            same = agrees(catalogue, entity, item, expected)
        if same is not None:
            (agreed if same else failed).append(item.id)
    identified = _identified_by(query, agreed)
    total = len(agreed) + len(failed)
    if not fold(query.text):
        score = EXACT * len(agreed) / len(query.constraints) if query.constraints else 0.0
    if total:
        score *= 1 - _CONTRADICTED * len(failed) / total
    if identified and not failed:
        score = max(score, _IDENTIFIED)
    elif candidate.likeness < LEAST and fold(query.text) and not identified:
        score = 0.0
    typed = query.kinds is None or entity.kind in query.kinds
    if not typed:
        score *= 0.8
    return replace(
        candidate, score=round(score, 2), agreed=tuple(agreed), failed=tuple(failed), typed=typed
    )


def _identified_by(query: Query, agreed: Collection[str]) -> bool:
    """True if a property that agrees is one by which a thing is identified."""
    return any(item.identity and item.id in agreed for item, _ in query.constraints)


def _certain(query: Query, ranked: list[Candidate]) -> bool:
    """True if the best candidate is the one that is meant."""
    best, rivals = ranked[0], ranked[1:]
    if best.failed or not best.typed:
        return False
    identified = _identified_by(query, best.agreed)
    if not fold(query.text):
        return identified and (not rivals or rivals[0].score < best.score)
    if identified and best.likeness >= 70:
        return not any(r.score >= best.score for r in rivals)
    if best.exact:
        in_country = any(item.id == "country" for item, _ in query.constraints)
        unresolved = best.entity.kind == "city" and in_country and "country" not in best.agreed
        return not unresolved and not any(r.exact and not r.failed for r in rivals)
    confirmed = "country" in best.agreed or "city" in best.agreed
    return best.near and confirmed and not any(r.score > best.score - 8 for r in rivals)
