"""Writes what follows from the files that add a property, so that nobody types it a second time.

Run: `make derived`. Reads the metadata of the tables, the table of properties and the ontology.
Writes, where something is missing, the columns of `data/*.csv` and of `data/csv-metadata.json`, the
terms of `ontology/context.jsonld`, and the rows of `data/README.md` and `docs/data-model.md`.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, RdfFormat, parse

from iccgraph.properties import PROPERTIES, PlainProperty, Value
from iccgraph.vocab import PREFIXES, SKOS

ROOT: Final = Path(__file__).parent.parent
COERCIONS: Final = {
    Value.TAGGED: '"@container": "@language"',
    Value.DECIMAL: '"@type": "xsd:decimal"',
    Value.YEAR: '"@type": "xsd:gYear"',
    Value.DATE: '"@type": "xsd:date"',
    Value.IRI: '"@type": "@id"',
    Value.CONCEPT: '"@type": "@id"',
}
"""What the context says of values that plain JSON does not have."""
SECTIONS: Final = {
    "practice": "Practice",
    "city": "City and country",
    "country": "City and country",
    "network": "Network",
    "membership": "Membership",
    "assessment": "Assessment",
    "profile": "Profile",
    "guidance": "Guidance",
}
"""The section of docs/data-model.md about each kind."""


def columns(data: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each table and its columns, as its metadata describe them."""
    for path in sorted(data.glob("?*.csv-metadata.json")):
        metadata = json.loads(path.read_text(encoding="utf-8"))
        yield path.name.removesuffix("-metadata.json"), metadata["tableSchema"]["columns"]


def short_name(item: PlainProperty) -> str:
    """Return the prefixed name of a property."""
    iri = item.predicate.value
    prefix, start = next(pair for pair in PREFIXES.items() if iri.startswith(pair[1]))
    return f"{prefix}:{iri.removeprefix(start)}"


def add_line(text: str, before: re.Pattern[str], line: str) -> str:
    """Return the text with a line after the first one that begins as the pattern says."""
    found = before.search(text)
    assert found is not None, f"no line begins with {before.pattern}"
    end = text.index("\n", found.start()) + 1
    return text[:end] + line + "\n" + text[end:]


def table(root: Path, name: str, names: list[str]) -> str:
    """Return a table with all its columns; the cells of new ones are empty."""
    text = (root / "data" / name).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    missing = [column for column in names if column not in rows[0]]
    if not missing:
        return text
    wider = io.StringIO(newline="")
    writer = csv.writer(wider, lineterminator="\n")
    writer.writerow(rows[0] + missing)
    writer.writerows(row + [""] * len(missing) for row in rows[1:])
    return wider.getvalue()


def keys(root: Path) -> str:
    """Return csv-metadata.json with the names of all columns."""
    text = (root / "data" / "csv-metadata.json").read_text(encoding="utf-8")
    for name, described in columns(root / "data"):
        listed = ",\n".join(f'          {{"name": "{column["name"]}"}}' for column in described)
        block = (
            rf'("url": "{re.escape(name)}",\s+"tableSchema": {{\s+"columns": \[\n)[^\]]*\n( +\])'
        )
        text, count = re.subn(block, rf"\g<1>{listed}\n\g<2>", text)
        assert count == 1, f"csv-metadata.json has no columns of {name}"
    return text


def term_definition(item: PlainProperty) -> str:
    """Return how the context defines a property, as JSON."""
    parts = [COERCIONS[item.value]] if item.value in COERCIONS else []
    if item.many and item.value != Value.TAGGED:
        parts.append('"@container": "@set"')
    name = short_name(item)
    return f'{{ "@id": "{name}", {", ".join(parts)} }}' if parts else f'"{name}"'


def context(root: Path) -> str:
    """Return the JSON-LD context with a term for each property."""
    text = (root / "ontology" / "context.jsonld").read_text(encoding="utf-8")
    before = '"type"'
    for item in PROPERTIES:
        name = short_name(item)
        if f'"{name}"' not in text:
            line = f'    "{name.partition(":")[2]}": {term_definition(item)},'
            text = add_line(text, re.compile(rf"^ +.*{re.escape(before)}.*,$", re.MULTILINE), line)
        before = f'"{name}"'
    return text


def column_rows(root: Path) -> str:
    """Return data/README.md with a row for each column."""
    text = (root / "data" / "README.md").read_text(encoding="utf-8")
    for name, described in columns(root / "data"):
        head, heading, rest = text.partition(f"\n## {name}\n")
        section, end, tail = rest.partition("\n## ")
        before = "---"
        for column in described:
            start = f"| `{column['name']}` |"
            if f"\n{start}" not in section:
                example = f"`{column['skos:example']}`" if "skos:example" in column else ""
                line = f"{start} {example} | {column.get('dc:description', '')} |"
                section = add_line(
                    section, re.compile(rf"^\|[^\w\n]*{before}\W", re.MULTILINE), line
                )
            before = column["name"]
        text = head + heading + section + end + tail
    return text


def property_rows(root: Path) -> str:
    """Return docs/data-model.md with a row for each property."""
    text = (root / "docs" / "data-model.md").read_text(encoding="utf-8")
    quads = list(parse(path=root / "ontology" / "icc.ttl", format=RdfFormat.TURTLE))
    meanings = {
        quad.subject: quad.object.value
        for quad in quads
        if quad.predicate == SKOS.definition
        and isinstance(quad.object, Literal)
        and quad.object.language == "en"
    }
    for item in PROPERTIES:
        name = f"`{short_name(item)}`"
        if name in text:
            continue
        often = "0..n" if item.many else "0..1"
        if "practice" not in item.kinds and len(item.kinds) == 1:
            often += f", {item.kinds[0]} only"
        row = f"| {name} | {often} | {meanings.get(item.predicate, '')} |"
        head, heading, rest = text.partition(f"\n### {SECTIONS[item.kinds[0]]}\n")
        section, end, tail = rest.partition("\n\n###")
        text = f"{head}{heading}{section}\n{row}{end}{tail}"
    return text


FILES: Final[dict[str, Callable[[Path], str]]] = {
    "data/csv-metadata.json": keys,
    "data/README.md": column_rows,
    "ontology/context.jsonld": context,
    "docs/data-model.md": property_rows,
}


def derived(root: Path) -> dict[str, str]:
    """Return the text that each file should have, by its path."""
    found = {path: text(root) for path, text in FILES.items()}
    for name, described in columns(root / "data"):
        found[f"data/{name}"] = table(root, name, [column["name"] for column in described])
    return found


def write(root: Path) -> list[str]:
    """Write the files that lack something, and return which."""
    changed = []
    for name, text in derived(root).items():
        if (root / name).read_text(encoding="utf-8") != text:
            (root / name).write_text(text, encoding="utf-8", newline="")
            changed.append(name)
    return changed


if __name__ == "__main__":
    print("\n".join(write(ROOT)) or "nothing is missing")
