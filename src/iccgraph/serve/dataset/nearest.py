"""Which names are most like one that was written: for misspelt names, addresses and values."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from rapidfuzz import fuzz, process

from iccgraph.iris import fold

Key = TypeVar("Key", bound=Hashable)

LEAST: Final = 55.0
"""Below this likeness a name is another name."""
EXACT: Final = 100.0
NEAR: Final = 98.0
LIKELY: Final = 70.0
"""From this likeness on a name is worth asking “did you mean”."""
LONGEST: Final = 300
_MOST_ALIKE: Final = 60


def similar(text: str, names: Sequence[str]) -> dict[str, float]:
    """Return the names that are alike, with their scores; only the same name gets the highest.

    Arguments: both the text and the names are folded.
    Units: scores from 0 to 100.
    """
    ways = [(fuzz.ratio, 1.0, LEAST)]
    if " " in text:
        ways.append((fuzz.token_sort_ratio, 0.97, 65.0))
    if len(text) >= 4:
        ways.append((fuzz.token_set_ratio, 0.85, 80.0))
    found: dict[str, float] = {}
    for scorer, weight, least in ways:
        for name, score, _ in process.extract(
            text, names, scorer=scorer, processor=None, score_cutoff=least, limit=_MOST_ALIKE
        ):
            found[name] = max(found.get(name, 0.0), min(NEAR, score * weight))
    if text in found:
        found[text] = EXACT
    return found


def nearest(wanted: str, known: Mapping[Key, Iterable[str]], most: int = 5) -> list[Key]:
    """Return the keys of the names most like a text, the likeliest first; none if none is like it.

    Arguments: `known` has the names of each key, such as the values of its labels; equals stay in
    its order.
    """
    text = fold(wanted[:LONGEST])
    if not text:
        return []
    named: dict[str, list[Key]] = {}
    for key, names in known.items():
        for name in names:
            named.setdefault(fold(name), []).append(key)
    best: dict[Key, float] = dict.fromkeys(known, 0.0)
    for name, score in similar(text, list(named)).items():
        for key in named[name]:
            best[key] = max(best[key], score)
    likely = [key for key, score in best.items() if score >= LIKELY]
    return sorted(likely, key=lambda key: -best[key])[:most]
