"""What of a JSON-LD document a processor of JSON-LD 1.0 does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

KEYWORDS: Final = (
    *("@context", "@id", "@value", "@language", "@type", "@container", "@list", "@set", "@reverse"),
    *("@index", "@base", "@vocab", "@graph"),
)
"""All keywords of JSON-LD 1.0 (section 1.3)."""
CONTAINERS: Final = ("@list", "@set", "@language", "@index")
DEFINITION: Final = frozenset(("@id", "@reverse", "@type", "@language", "@container"))


def newer(value: Any, path: str = "") -> Iterator[str]:
    """Yield where JSON-LD holds what JSON-LD 1.0 does not have: a keyword, a kind of definition."""
    if isinstance(value, list):
        for item in value:
            yield from newer(item, path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            here = f"{path}/{name}"
            if name == "@context":
                for term, definition in inner.items():
                    if not _known(term, definition):
                        yield f"{here}/{term}"
            elif name.startswith("@") and name not in KEYWORDS:
                yield here
            elif name != "@value":
                yield from newer(inner, here)


def _known(term: str, definition: Any) -> bool:
    """True if JSON-LD 1.0 has such an entry of a context (section 8.2 of its API)."""
    if term.startswith("@"):
        return term in ("@base", "@vocab", "@language")
    if isinstance(definition, str):
        return not definition.startswith("@") or definition in KEYWORDS
    coercion = definition.get("@type", "")
    return (
        definition.keys() <= DEFINITION
        and ("@container" not in definition or definition["@container"] in CONTAINERS)
        and (not coercion.startswith("@") or coercion in ("@id", "@vocab"))
    )
