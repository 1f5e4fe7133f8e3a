"""What the service says: candidates, suggestions, previews and values, as plain JSON values.

Source: Reconciliation Service API 0.2, sections 3 (manifest) to 7 (data extension).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any, Final

from iccgraph.errors import QueryError, QueryTimeout, QueryTooLarge
from iccgraph.iris import fold
from iccgraph.languages import DEFAULT
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.reconcile.entities import Catalogue, Entity, beginning
from iccgraph.serve.reconcile.matching import Candidate, find
from iccgraph.serve.reconcile.properties import PROPERTIES, Property, find_property, values
from iccgraph.serve.reconcile.query import MOST_PROPERTIES, Query, read_json
from iccgraph.vocab import term

TYPES: Final = {
    "city": ("City", "a municipality, borough, canton, island or region"),
    "country": ("Country", "a country with its own ISO 3166 code"),
    "topic": ("Topic", "a topic that practices are about"),
    "practice": ("Practice", "a good practice of intercultural integration"),
    "network": ("Network", "the programme, or a network of places within or beside it"),
    "guidance": ("Guidance", "a document that helps places with intercultural work"),
}
MOST_SUGGESTED: Final = 50


class Reconciler:
    """Answers for one release, from any number of threads; names are read at the first need."""

    def __init__(self, release: OpenRelease) -> None:
        self.release = release
        self._lock = Lock()
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Return the names of the release."""
        with self._lock:
            if self._catalogue is None:
                self._catalogue = Catalogue(self.release)
            return self._catalogue

    def candidates(self, query: Query) -> list[Candidate]:
        """Return what a query may mean, the best first."""
        return find(self.catalogue, query)

    def answer(self, batch: Mapping[str, Query], seconds: float) -> dict[str, Any]:
        """Return the candidates of every query of a batch.

        Raises: QueryTimeout when it takes longer than so many seconds.
        """
        catalogue, end = self.catalogue, time.monotonic() + seconds
        found: dict[str, list[Any]] = {}
        answers = {}
        for name, query in batch.items():
            if time.monotonic() > end:
                raise QueryTimeout(
                    f"the batch took longer than {seconds:g} seconds; send fewer queries at a time"
                )
            known = repr(query)
            if known not in found:
                found[known] = [self.candidate_json(c) for c in find(catalogue, query)]
            answers[name] = {"result": found[known]}
        return answers

    def candidate_json(self, candidate: Candidate) -> dict[str, Any]:
        """Return a candidate as the API writes it."""
        entity = candidate.entity
        features = [
            {"id": "name", "value": round(candidate.likeness, 2)},
            {"id": "exact_name", "value": candidate.exact},
            {"id": "type", "value": candidate.typed},
            *({"id": name, "value": True} for name in candidate.agreed),
            *({"id": name, "value": False} for name in candidate.failed),
        ]
        return {
            "id": entity.id,
            "name": entity.label,
            "description": self.description(entity),
            "type": [type_json(entity.kind)],
            "score": candidate.score,
            "match": candidate.match,
            "features": features,
        }

    def about(self, entity: Entity, language: str = DEFAULT) -> tuple[str, str]:
        """Return the kind of a thing, or its kind of place or document, and what it is in.

        That is its country or topic scheme, and for a document its year.
        """
        if entity.kind == "country":
            return "country", entity.key.upper()
        if entity.kind == "topic":
            schemes = values(self.catalogue, entity, PROPERTIES["scheme"])
            names = [listing.label(self.release, "scheme", s["str"], language) for s in schemes]
            return "topic", ", ".join(names)
        kinds = values(self.catalogue, entity, PROPERTIES["kind"])
        kind = kinds[0]["str"] if kinds else entity.kind
        if entity.kind == "network":
            ids = [c["id"] for c in values(self.catalogue, entity, PROPERTIES["country"])]
            keys = [id_.removeprefix("country/") for id_ in ids]
            labels = [listing.label(self.release, "country", key, language) for key in keys]
            return self._concept(f"kind-{kind}", language), ", ".join(labels)
        if entity.kind == "guidance":
            years = values(self.catalogue, entity, PROPERTIES["year"])
            return self._concept(f"kind-{kind}", language), ", ".join(str(y["int"]) for y in years)
        key = entity.country
        return kind, listing.label(self.release, "country", key, language) if key else ""

    def _concept(self, name: str, language: str) -> str:
        """Return what a term of the vocabulary is called, by the end of its IRI."""
        return listing.term_label(self.release, term(f"icc:{name}").value, language)

    def description(self, entity: Entity) -> str:
        """Return what tells a thing from its namesakes."""
        kind, place = self.about(entity)
        return ", ".join(part for part in (kind.capitalize(), place) if part)

    def suggest(self, prefix: str, kinds: Iterable[str], limit: int, start: int) -> list[Entity]:
        """Return the things that have a name beginning with a text, or in it a word that does."""
        text, catalogue = fold(prefix), self.catalogue
        last = start + min(limit, MOST_SUGGESTED)
        exact = catalogue.get(prefix)
        found = {exact.id: exact} if exact is not None and exact.kind in kinds else {}
        for inside in (False, True) if text else ():
            for kind in kinds:
                for name in sorted(_completing(text, catalogue.names[kind], inside), key=len):
                    for entity in catalogue.names[kind][name]:
                        found.setdefault(entity.id, entity)
                if kind == "practice" and catalogue.large and not inside:
                    for entity in beginning(catalogue, text, last):
                        found.setdefault(entity.id, entity)
            if len(found) >= last:
                break
        return list(found.values())[start:last]

    def extend(self, text: str, most: int, seconds: float) -> dict[str, Any]:
        """Return the values of properties of things; every row has every property.

        Raises: QueryError, QueryTooLarge, QueryTimeout.
        """
        ids, requested = _read_extension(text, most)
        end = time.monotonic() + seconds
        rows: dict[str, Any] = {}
        for name in ids:
            if time.monotonic() > end:
                raise QueryTimeout(f"it took longer than {seconds:g} seconds; ask for fewer things")
            entity = self.catalogue.get(name)
            rows[name] = {}
            for property_id, item, limit in requested:
                found = values(self.catalogue, entity, item) if entity and item else []
                rows[name][property_id] = found[:limit] if limit else found
        return {
            "meta": [_meta(property_id, item) for property_id, item, _ in requested],
            "rows": rows,
        }


def _completing(text: str, names: Iterable[str], inside: bool) -> list[str]:
    """Return the names that begin with a text, or that have a later word which does."""
    if inside:
        return [name for name in names if f" {text}" in name] if len(text) >= 2 else []
    return [name for name in names if name.startswith(text)]


def _meta(property_id: str, item: Property | None) -> dict[str, Any]:
    meta: dict[str, Any] = {"id": property_id, "name": item.name if item else property_id}
    return {**meta, "type": type_json(item.form)} if item and item.entity else meta


def _read_extension(
    text: str, most: int
) -> tuple[list[str], list[tuple[str, Property | None, int]]]:
    """Return the identifiers of things, and of properties, each with its most values (0: all)."""
    document = read_json(text, "extend")
    expected = '{"ids": ["city/barcelona"], "properties": [{"id": "country"}]}'
    if not isinstance(document, dict):
        raise QueryError(f"extend is not a JSON object; expected {expected}")
    ids, requested = document.get("ids"), document.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise QueryError(f"extend has no list of ids that are texts; expected {expected}")
    if not isinstance(requested, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in requested
    ):
        raise QueryError(f"extend has no list of properties with an id each; expected {expected}")
    if len(ids) > most or len(requested) > MOST_PROPERTIES:
        raise QueryTooLarge(
            f"extend names {len(ids):,} things and {len(requested):,} properties;"
            f" send at most {most:,} and {MOST_PROPERTIES}"
        )
    return ids, [(one["id"], find_property(one["id"]), _most_values(one)) for one in requested]


def _most_values(requested: dict[str, Any]) -> int:
    chosen = requested.get("settings")
    limit = chosen.get("limit") if isinstance(chosen, dict) else None
    try:
        return max(0, min(int(float(limit or 0)), 10_000))
    except (TypeError, ValueError, OverflowError):
        return 0


def type_json(kind: str) -> dict[str, str]:
    """Return a type as the API writes it."""
    return {"id": kind, "name": TYPES[kind][0]}
