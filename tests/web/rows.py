"""Rows of queries over a release, without a server."""

from __future__ import annotations

from typing import Any

from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import PREFIXES

_DECLARED = "".join(f"PREFIX {prefix}: <{start}>\n" for prefix, start in PREFIXES.items())


def ask(release: OpenRelease, query: str) -> list[dict[str, str]]:
    """Return the rows of a query, as plain values by name; the usual prefixes are declared."""
    found: Any = release.store.query(_DECLARED + query, use_default_graph_as_union=True)
    names = [variable.value for variable in found.variables]
    return [{n: getattr(row[n], "value", "") for n in names} for row in found]
