"""The things that names are matched to, with all their names; read once from a release.

Reads: the index for what there is, the store for names in other languages and identities.
Places, countries and topics are few and held; so are practices up to `MOST_HELD`, beyond which
they are asked from the index (`practices.py`).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from iccgraph.iris import fold
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS, ICC, OWL, PREFIXES, RDFS, SCHEMA, SKOS

KINDS: Final = ("city", "country", "topic", "practice")
"""The kinds that can be reconciled; their order decides between equals."""
MOST_HELD: Final = 5_000
NAME_TERMS: Final = (
    *(RDFS.label, SKOS.prefLabel, DCTERMS.title),
    *(SCHEMA.alternateName, SKOS.altLabel, DCTERMS.alternative),
)
LONGEST_NAME: Final = 300
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_ROWS: Final = "SELECT kind, key, label, lang, label_fr, country FROM thing WHERE kind = ?"


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of ours; `names` are folded, the label first; `codes` are as they are written."""

    kind: str
    key: str
    label: str
    lang: str
    label_fr: str
    country: str
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the identifier in the service: what follows the identifier space in the IRI."""
        return f"{self.kind}/{self.key}"

    def name(self, language: str) -> str:
        """Return the label for readers of a language."""
        return self.label_fr if language == "fr" and self.label_fr else self.label


class Names:
    """The names of one kind, to look up exactly, by their beginning, or all of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.exact: dict[str, list[Entity]] = {}
        self.texts: list[str] = []

    def add(self, entity: Entity) -> None:
        """Add an entity under all its names."""
        for name in entity.names:
            self.exact.setdefault(name, []).append(entity)

    def sort(self) -> None:
        """Put the names in order, when all are there."""
        self.texts = sorted(self.exact)

    def beginning(self, prefix: str) -> list[str]:
        """Return the names that begin with a folded text, in order."""
        start = bisect_left(self.texts, prefix)
        end = bisect_left(self.texts, f"{prefix}\uffff", start)
        return self.texts[start:end]


class Catalogue:
    """All things of a release that names can mean."""

    def __init__(self, release: OpenRelease) -> None:
        """Read the names from the release."""
        self.release = release
        self.names = {kind: Names() for kind in KINDS}
        self.held: dict[str, Entity] = {}
        self.codes: dict[str, list[Entity]] = {}
        self.large = release.manifest.content.counts.get("practice", 0) > MOST_HELD
        for kind in KINDS if not self.large else KINDS[:-1]:
            for row in release.index.execute(f"{_ROWS} ORDER BY key", (kind,)):
                self._hold(self.entity(*row))
            self.names[kind].sort()

    def _hold(self, entity: Entity) -> None:
        self.held[entity.id] = entity
        self.names[entity.kind].add(entity)
        for code in entity.codes:
            self.codes.setdefault(code, []).append(entity)

    def entity(
        self, kind: str, key: str, label: str, lang: str, label_fr: str, country: str
    ) -> Entity:
        """Return a thing of the index with its names from the store."""
        node = NamedNode(self.release.iris.thing(kind, key))
        names = [label, label_fr]
        for term in NAME_TERMS:
            for quad in self.release.store.quads_for_pattern(node, term, None, None):
                if isinstance(quad.object, Literal):
                    names.append(quad.object.value)
        codes = self._codes(node) if kind != "practice" else ()
        return Entity(kind, key, label, lang, label_fr, country, _folded(names), codes)

    def _codes(self, node: NamedNode) -> tuple[str, ...]:
        found = []
        for term in (ICC.iso2, ICC.iso3, OWL.sameAs, SKOS.exactMatch):
            for quad in self.release.store.quads_for_pattern(node, term, None, None):
                value = getattr(quad.object, "value", "")
                if isinstance(quad.object, Literal) or value.startswith(PREFIXES["wd"]):
                    found.append(value.removeprefix(PREFIXES["wd"]))
        return tuple(dict.fromkeys(found))

    def get(self, name: str) -> Entity | None:
        """Return the thing with this identifier, IRI or address of its document."""
        entity_id = self.bare(name)
        found = self.held.get(entity_id)
        if found is None and self.large and entity_id.startswith("practice/"):
            query = f"{_ROWS} AND key = ?"
            row = self.release.index.execute(query, tuple(entity_id.split("/", 1))).fetchone()
            found = self.entity(*row) if row else None
        return found

    def bare(self, name: str) -> str:
        """Return the identifier of a thing that is named by it or by an IRI."""
        base = self.release.iris.base
        return name.strip().removeprefix(f"{base}id/").removeprefix(base)

    def meant(self, text: str, kind: str) -> list[Entity]:
        """Return the things of a kind that a key, code, IRI or name stands for, all of them."""
        text = text.strip()[:LONGEST_NAME]
        for name in (text, f"{kind}/{text.lower()}"):
            found = self.get(name)
            if found is not None and found.kind == kind:
                return [found]
        code = text.removeprefix(PREFIXES["wd"]).rpartition("/")[2].upper()
        coded = [e for e in self.codes.get(code, ()) if e.kind == kind]
        return coded or list(self.names[kind].exact.get(fold(text), ()))


def _folded(names: list[str]) -> tuple[str, ...]:
    """Return the folded names, with German and Nordic letters written out as a second spelling."""
    found = [fold(name[:LONGEST_NAME]) for name in names]
    found += [fold(name[:LONGEST_NAME].casefold().translate(_UMLAUTS)) for name in names]
    return tuple(dict.fromkeys(name for name in found if name))
