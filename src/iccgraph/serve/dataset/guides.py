"""The guidance documents of a release with their topics, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from iccgraph.languages import Labels
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS

_TOPICS = """
SELECT g.key, r.to_key FROM thing g JOIN reference r ON r.thing = g.id AND r.to_kind = 'topic'
WHERE g.kind = 'guidance' ORDER BY g.id, r.to_key LIMIT 20000
"""


@dataclass(frozen=True, slots=True)
class Guide:
    """A guidance document; `year` is 0 if it is not known."""

    key: str
    titles: Labels
    year: int
    topics: frozenset[str]


def all_of(release: OpenRelease) -> Sequence[Guide]:
    """Return all guidance documents with the topics, of any scheme, that they are about."""
    found: Sequence[Guide] | None = release.worked_out.get(("guides",))
    if found is None:
        found = release.worked_out[("guides",)] = _read(release)
    return found


def _read(release: OpenRelease) -> Sequence[Guide]:
    topics: dict[str, set[str]] = {}
    for key, topic in release.index.execute(_TOPICS):
        topics.setdefault(key, set()).add(topic)
    titles: Mapping[tuple[str, str], Labels] = listing.labels_of(
        release, [("guidance", key) for key in topics]
    )
    return [
        Guide(key, titles["guidance", key], _year(release, key), frozenset(found))
        for key, found in topics.items()
    ]


def _year(release: OpenRelease, key: str) -> int:
    node = NamedNode(release.iris.thing("guidance", key))
    for quad in release.store.quads_for_pattern(node, DCTERMS.issued, None, None):
        if isinstance(quad.object, Literal) and quad.object.value[:4].isdecimal():
            return int(quad.object.value[:4])
    return 0
