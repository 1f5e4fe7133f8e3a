"""The example queries of a release, as both sides know them.

Writes and reads `queries.json`: a list of objects, in the order in which they are shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from iccgraph.release.parameters import Parameter, parameter_of

GROUPS: Final = (
    *("practices", "places", "topics", "networks", "assessments", "guidance", "wikidata"),
    "dataset",
)
"""What queries are about, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """An example query; titles and explanations by language.

    `result` says what shows the answer best: a table, map, chart or graph. `form` is SELECT, ASK,
    CONSTRUCT or DESCRIBE. `services` are the other endpoints that it asks. `name` is what its
    address ends with; `general` are titles that fit whatever values its parameters have, and
    `about` explanations that do and speak of the answer alone; both are empty if `titles` and
    `texts` do.
    """

    key: str
    titles: dict[str, str]
    texts: dict[str, str]
    result: str
    form: str
    query: str
    services: tuple[str, ...] = ()
    name: str = ""
    group: str = ""
    general: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()

    @property
    def heading(self) -> dict[str, str]:
        """What it is called, by language, whatever values its parameters have."""
        return self.general or self.titles

    @property
    def explanation(self) -> dict[str, str]:
        """What it answers, by language, for people who do not know SPARQL."""
        return self.about or self.texts


def queries_json(queries: Iterable[ExampleQuery]) -> str:
    """Return the text of `queries.json`."""
    return json.dumps([asdict(q) for q in queries], indent=1, ensure_ascii=False) + "\n"


def read_queries(text: str) -> tuple[ExampleQuery, ...]:
    """Return what `queries.json` holds.

    Raises: ValueError or TypeError if it is not as it was written.
    """
    return tuple(_query(entry) for entry in json.loads(text))


def _query(entry: dict[str, Any]) -> ExampleQuery:
    """Return a query; those of releases from before there were parameters have none."""
    services = tuple(entry.get("services", ()))
    parameters = tuple(map(parameter_of, entry.get("parameters", ())))
    named = {"name": name_of(entry["key"]), **entry}
    return ExampleQuery(**{**named, "services": services, "parameters": parameters})


def name_of(key: str) -> str:
    """Return the usual name of a query: its key without the number."""
    return key.partition("-")[2] or key
