"""Reads queries as clients send them, and says what is wrong with those that make no sense.

Source: Reconciliation Service API 0.2, sections 4.2 (queries) and 4.3 (types and properties).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from iccgraph.errors import QueryError, QueryTooLarge
from iccgraph.iris import COLLECTIONS
from iccgraph.serve.reconcile.entities import KINDS
from iccgraph.serve.reconcile.properties import Property, find_property
from iccgraph.vocab import PREFIXES

DEFAULT_LIMIT: Final = 10
MOST_CANDIDATES: Final = 100
MOST_PROPERTIES: Final = 50
MOST_VALUES: Final = 50
STRICT: Final = ("any", "should", "all")
_CLASSES: Final = {
    "concept": "topic",
    **{kind: kind for kind in KINDS},
    **{name: kind for name, kind in COLLECTIONS.items() if kind in KINDS},
}


@dataclass(frozen=True, slots=True)
class Query:
    """One name to be matched; `kinds` is None where the request names no type."""

    text: str
    kinds: tuple[str, ...] | None = None
    strict: str = "any"
    limit: int = DEFAULT_LIMIT
    constraints: tuple[tuple[Property, list[Any]], ...] = ()


def kind_of(name: str) -> str:
    """Return the kind of things that a type stands for, by identifier or IRI; empty if none."""
    local = name.strip().removeprefix(PREFIXES["icc"]).removeprefix(PREFIXES["skos"])
    prefix, _, rest = local.partition(":")
    if prefix in ("icc", "skos"):
        local = rest
    return _CLASSES.get(local.lower(), "")


def read_json(text: str, what: str) -> Any:
    """Return the value of a JSON text.

    Raises: QueryError if it is none.
    """
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeError, RecursionError) as error:
        raise QueryError(f"{what} is not JSON ({error}); send one JSON object") from None


def read_batch(text: str, most: int) -> dict[str, Query]:
    """Return the queries of a batch, by their keys.

    Raises: QueryError if it cannot be understood, QueryTooLarge if it holds more than `most`.
    """
    batch = read_json(text, "queries")
    if not isinstance(batch, dict):
        raise QueryError('“queries” must be a JSON object, such as {"q0": {"query": "Barcelona"}}')
    if len(batch) > most:
        raise QueryTooLarge(
            f"the batch holds {len(batch):,} queries; send at most {most:,} at a time"
            " (batchSize in the manifest)"
        )
    return {key: read_query(value, f"query {key[:60]!r}") for key, value in batch.items()}


def read_query(document: Any, where: str) -> Query:
    """Return one query.

    Raises: QueryError saying where and what was expected.
    """
    if not isinstance(document, dict):
        raise QueryError(f'{where} is not a JSON object; expected {{"query": "a name"}}')
    text = document.get("query", "")
    if text is None or isinstance(text, dict | list | bool):
        raise QueryError(f"{where}: its “query” must be a text")
    constraints = _constraints(document.get("properties"), where)
    if "query" not in document and not document.get("properties"):
        raise QueryError(f"{where} has neither “query” nor “properties”; give one of them")
    strict = "any" if document.get("type_strict") in (None, "") else document["type_strict"]
    if strict not in STRICT:
        raise QueryError(f"{where}: type_strict is {_short(strict)}; it must be any, should or all")
    kinds = _kinds(document.get("type"), where)
    return Query(str(text), kinds, strict, _limit(document.get("limit"), where), constraints)


def _short(value: Any) -> str:
    return repr(value if isinstance(value, str | int | float | bool) else type(value).__name__)[:60]


def _limit(value: Any, where: str) -> int:
    if value is None or value == "":
        return DEFAULT_LIMIT
    try:
        if isinstance(value, bool):
            raise ValueError
        number = float(value)
        if not number >= 1:
            raise ValueError
    except (TypeError, ValueError):
        raise QueryError(f"{where}: limit is {_short(value)}; it must be a number from 1") from None
    return int(min(number, MOST_CANDIDATES))


def _kinds(value: Any, where: str) -> tuple[str, ...] | None:
    names = value if isinstance(value, list) else [value]
    names = [name.get("id") if isinstance(name, dict) else name for name in names]
    if not all(name is None or isinstance(name, str) for name in names):
        raise QueryError(f"{where}: type must be a text or a list of texts")
    names = [name for name in names if name]
    if not names:
        return None
    return tuple(dict.fromkeys(kind_of(name) for name in names[: MOST_VALUES * 2]))


def _constraints(entries: Any, where: str) -> tuple[tuple[Property, list[Any]], ...]:
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise QueryError(f'{where}: properties must be a list of {{"pid": …, "v": …}}')
    if len(entries) > MOST_PROPERTIES:
        raise QueryError(f"{where}: more than {MOST_PROPERTIES} properties; send fewer")
    found = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("pid"), str):
            raise QueryError(f"{where}: a property has no “pid”; expected {{“pid”: …, “v”: …}}")
        item = find_property(entry["pid"])
        expected = _expected(entry.get("v"), where)
        if item is not None and expected:
            found.append((item, expected))
    return tuple(found)


def _expected(value: Any, where: str) -> list[Any]:
    several = value if isinstance(value, list) else [value]
    if len(several) > MOST_VALUES:
        raise QueryError(f"{where}: more than {MOST_VALUES} values of a property; send fewer")
    for one in several:
        if isinstance(one, list) or (
            isinstance(one, dict) and not isinstance(one.get("id", one.get("name")), str)
        ):
            raise QueryError(
                f'{where}: a value is neither text, number, true or false, nor {{"id": …}}'
            )
    return [one for one in several if one not in (None, "")]
