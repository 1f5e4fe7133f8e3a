"""How well a name of an item is one of ours; pure.

A name may end in brackets that tell it from homonyms: by a place, “Frankfurt (Oder)”, or by a kind,
“Mitte (district)”. Brackets that name our kind of place change nothing; those that name another
kind, or a place, make the rest of the name less certain.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from iccgraph.iris import fold
from iccgraph.link.items import Item
from iccgraph.link.things import Thing

EXACT, FOLDED, FOREIGN = 1.0, 0.97, 0.92
"""Labels: letter by letter; accents apart; that of a language spoken elsewhere."""
FORM, PART, ALIAS = 0.88, 0.86, 0.84
"""An alias that is a longer or shorter form of a label; a label but for brackets; another alias."""
BARE, SIMILAR = 0.75, 0.6
"""The same without the words for its kind; nearly the same."""
_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]\s*")
_KIND_WORDS = {
    *("borough", "canton", "city", "comune", "commune", "county", "council", "district"),
    *("island", "kommun", "kommune", "london", "metropolitan", "municipality", "province"),
    *("raion", "region", "town", "ville", "of", "the", "de", "gu"),
}
_KINDS_IN_BRACKETS = {
    "borough": {"borough", "district", "raion", "bezirk", "arrondissement", "stadsdeel"},
    "municipality": {"municipality", "commune", "comune", "gemeinde", "kommun", "kommune"}
    | {"city", "ville", "stadt", "ciudad"},
    "canton": {"canton", "kanton"},
    "island": {"island", "île", "isla"},
    "region": {"region", "région"},
    "country": {"country", "pays"},
}
"""Words for what our tables call a place, as they stand in brackets."""
_ANY_KIND = frozenset().union(
    *_KINDS_IN_BRACKETS.values(), ("town", "village", "province", "county")
)


def without_brackets(name: str) -> str:
    """Return the name without what its last brackets hold; the name itself if it has none."""
    return _parts(name)[0]


def _parts(name: str) -> tuple[str, str]:
    match = _IN_BRACKETS.fullmatch(name)
    return (match[1], match[2]) if match else (name, "")


def name_fit(thing: Thing, item: Item) -> tuple[float, str]:
    """Return how well the best of the item's names fits one of ours, and that name."""
    ours, folded = set(thing.names), {fold(name) for name in thing.names}
    at_home = {"en", "fr", "mul", *thing.languages}
    best: tuple[float, str] = (0.0, "")
    for language, label in item.labels.items():
        if language in at_home and label in ours:
            fit = EXACT
        elif fold(label) in folded:
            fit = FOLDED if language in at_home else FOREIGN
        else:
            fit = max(_bracketed(thing, label), _nearly(label, folded))
        best = max(best, (fit, label))
    for names in item.aliases.values():
        for alias in names:
            fit = _alias_fit(item, alias) if fold(alias) in folded else _nearly(alias, folded)
            best = max(best, (fit, alias))
    return best


def _alias_fit(item: Item, alias: str) -> float:
    """Return what an alias that is our name counts: more if a label holds its words, or it theirs.

    “Cartagena” is a form of “Cartagena de Indias”. A place that has swallowed ours may have our
    name as an alias too, but not in its label.
    """
    words = set(fold(alias).split())
    labels = [set(fold(label).split()) for label in item.labels.values()]
    return FORM if any(words <= label or label <= words for label in labels if label) else ALIAS


def _bracketed(thing: Thing, label: str) -> float:
    """Return how well a label is one of our names where one of the two has brackets."""
    plain, brackets = _parts(label)
    best = 0.0
    for name in thing.names:
        our_plain, our_brackets = _parts(name)
        if fold(plain) != fold(our_plain) or not (brackets or our_brackets):
            continue
        words = set(fold(brackets or our_brackets).split()) - {"of", "the", "de", "london"}
        if brackets and our_brackets:
            fit = BARE
        elif words <= {fold(word) for word in _KINDS_IN_BRACKETS.get(thing.place, ())}:
            fit = FOLDED
        else:
            fit = BARE if words & _ANY_KIND else PART
        best = max(best, fit)
    return best


def _nearly(name: str, folded: set[str]) -> float:
    plain = fold(name)
    bare = _bare(plain)
    if bare and any(bare == _bare(other) for other in folded):
        return BARE
    return SIMILAR if any(fuzz.ratio(plain, other) >= 90 for other in folded) else 0.0


def _bare(folded: str) -> str:
    return " ".join(word for word in folded.split() if word not in _KIND_WORDS)
