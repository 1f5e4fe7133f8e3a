"""What cities, countries, topics and networks are called, and which of them a text names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iccgraph.iris import fold
from iccgraph.serve.dataset.open import OpenRelease

Names = Mapping[str, Sequence[str]]
"""All names of each thing of a kind in any language, labels before others, by its key."""


def names_of(release: OpenRelease, kind: str) -> Names:
    """Return the names of the things of a kind, worked out once a release."""
    return _read(release, kind)[0]


def named(release: OpenRelease, kind: str, text: str) -> list[str]:
    """Return the keys of the things of a kind that a text names, as names are compared."""
    return sorted(_read(release, kind)[1].get(fold(text), ()))


def _read(release: OpenRelease, kind: str) -> tuple[Names, Mapping[str, set[str]]]:
    """Return the names of a kind, and the keys of each name as it is compared."""
    found: tuple[Names, Mapping[str, set[str]]] | None = release.worked_out.get(("names", kind))
    if found is None:
        names = {
            thing[1]: (*labels.values(), *(name for name, _ in release.other_names.get(thing, ())))
            for thing, labels in release.held_labels.items()
            if thing[0] == kind
        }
        keys: dict[str, set[str]] = {}
        for key, forms in names.items():
            for form in (key, *forms):
                keys.setdefault(fold(form), set()).add(key)
        found = release.worked_out["names", kind] = names, keys
    return found
