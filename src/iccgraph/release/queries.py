"""The example queries of a release, as both sides know them.

Writes and reads `queries.json`: a list of objects, in the order in which they are shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """An example query; titles and explanations by language.

    `result` says what shows the answer best: a table, map, chart or graph. `form` is SELECT, ASK,
    CONSTRUCT or DESCRIBE. `services` are the other endpoints that it asks.
    """

    key: str
    titles: dict[str, str]
    texts: dict[str, str]
    result: str
    form: str
    query: str
    services: tuple[str, ...] = ()


def queries_json(queries: Iterable[ExampleQuery]) -> str:
    """Return the text of `queries.json`."""
    return json.dumps([asdict(q) for q in queries], indent=1, ensure_ascii=False) + "\n"


def read_queries(text: str) -> tuple[ExampleQuery, ...]:
    """Return what `queries.json` holds.

    Raises: ValueError or TypeError if it is not as it was written.
    """
    return tuple(
        ExampleQuery(**{**entry, "services": tuple(entry.get("services", ()))})
        for entry in json.loads(text)
    )
