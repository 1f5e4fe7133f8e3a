# mypy: ignore-errors
"""Reads tables with the readers of others, and prints what they found as JSON.

It runs in the environment of `make peers`: python read_tables.py READER, with a list of tables as
JSON on standard input, each an address or path and the datatypes of its columns by name.
"""

import json
import sys

PANDAS = {"integer": "Int64", "boolean": "boolean", "decimal": "float64"}
FRICTIONLESS = {"decimal": "number", "anyURI": "string"}


def read_pandas(table):
    """Return the rows as pandas reads them, once left to itself and once with datatypes.

    Values are told by their text, and what is missing by an empty one.
    """
    import pandas

    types = {name: PANDAS.get(kind, "string") for name, kind in table["types"].items()}
    guessed = pandas.read_csv(table["path"])
    found = pandas.read_csv(table["path"], dtype=types, keep_default_na=False, na_values=[""])
    return {
        "guessed": [len(guessed), list(guessed.columns)],
        "columns": list(found.columns),
        "rows": [
            ["" if pandas.isna(value) else str(value) for value in row]
            for row in found.itertuples(index=False, name=None)
        ],
    }


def read_frictionless(table):
    """Return how many rows a table has, and all that Frictionless has against it."""
    from frictionless import Resource, Schema

    fields = []
    for name, kind in table["types"].items():
        field = {"name": name, "type": FRICTIONLESS.get(kind, kind)}
        field |= {"constraints": table.get("constraints", {}).get(name, {})}
        fields.append(field | ({"format": "uri"} if kind == "anyURI" else {}))
    schema = {"fields": fields, "missingValues": [""], "primaryKey": table.get("key", [])}
    resource = Resource(
        path=table["path"], format="csv", encoding="utf-8", schema=Schema.from_descriptor(schema)
    )
    report = resource.validate()
    (task,) = report.tasks
    faults = [f"{fault.type}: {fault.message}" for fault in task.errors]
    return {"rows": task.stats.get("rows"), "faults": faults + list(report.errors)}


if __name__ == "__main__":
    from frictionless import system

    reader = globals()[f"read_{sys.argv[1]}"]
    with system.use_context(trusted=True):
        print(json.dumps([reader(table) for table in json.load(sys.stdin)]))
