"""The things that names are matched to, with all their names; read once from a release.

Reads: the index for what there is, the store for names in other languages and identities.
Practices are held up to `MOST_HELD`; where there are more, the index is searched for them, every
search bounded in rows and in steps. All other things are few and held.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from iccgraph.iris import EU_CODES, fold
from iccgraph.languages import DEFAULT, Labels, best
from iccgraph.serve.dataset.listing import labels_of, titles_of
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS, ICC, OWL, PREFIXES, RDFS, SCHEMA, SKOS

DEFAULT_KINDS: Final = ("city", "country", "topic", "practice")
"""The kinds that are proposed as types of a column."""
KINDS: Final = (*DEFAULT_KINDS, "network", "guidance")
"""The kinds that can be reconciled; their order decides between equals."""
MOST_HELD: Final = 5_000
NAME_TERMS: Final = (
    *(RDFS.label, SKOS.prefLabel, DCTERMS.title),
    *(SCHEMA.alternateName, SKOS.altLabel, DCTERMS.alternative, SKOS.hiddenLabel),
)
CODE_TERMS: Final = (ICC.iso2, ICC.iso3, OWL.sameAs, SKOS.exactMatch)
LONGEST_NAME: Final = 300
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_ROWS: Final = "SELECT g.kind, g.key, g.country FROM thing g"
_MOST: Final = 50
_LONG_WORDS: Final = 4
_SOME_WORDS: Final = 6
_SHORTEST, _SHORT, _SPOILT = 3, 4, 3
"""Words of at least so many letters lead to a misspelt title, longer ones than this without their
last so many."""
_WORD: Final = re.compile(r"[^\W_]{2,}")
_WITH_SHORT: Final = re.compile(r"([^()]+?)\s*\(([^()]+)\)")
_STEPS: Final = 10_000
_MOST_STEPS: Final = 200
"""A search of the index ends after so many times so many steps of SQLite: tenths of a second."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of ours; `names` are folded, the label first; `codes` are as they are written."""

    kind: str
    key: str
    labels: Labels
    country: str
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the identifier in the service: what follows the identifier space in the IRI."""
        return f"{self.kind}/{self.key}"

    @property
    def label(self) -> str:
        """The label in the default language, else the one that there is."""
        return best(self.labels, DEFAULT)[0]


class Catalogue:
    """All things of a release that names can mean.

    `names` holds them by kind and folded name, in the order of the names; `held` by identifier.
    """

    def __init__(self, release: OpenRelease) -> None:
        self.release = release
        self.names: dict[str, dict[str, list[Entity]]] = {kind: {} for kind in KINDS}
        self.held: dict[str, Entity] = {}
        self.codes: dict[str, list[Entity]] = {}
        self.large = release.manifest.content.counts.get("practice", 0) > MOST_HELD
        for kind in KINDS:
            if kind == "practice" and self.large:
                continue
            rows = release.index.execute(f"{_ROWS} WHERE g.kind = ? ORDER BY g.key", (kind,))
            named: dict[str, list[Entity]] = {}
            for entity in self.entities(rows):
                self.held[entity.id] = entity
                for name in entity.names:
                    named.setdefault(name, []).append(entity)
                for code in entity.codes:
                    self.codes.setdefault(code, []).append(entity)
            self.names[kind] = dict(sorted(named.items()))

    def entities(self, rows: Iterable[tuple[str, str, str]]) -> list[Entity]:
        """Return the things of rows of kind, key and country, with their labels and names."""
        found = list(rows)
        labels = labels_of(self.release, [row[:2] for row in found])
        keys = [key for kind, key, _ in found if kind == "practice"]
        for key, titles in titles_of(self.release, keys).items():
            labels["practice", key] = titles
        return [self._entity(*row, labels[row[:2]]) for row in found]

    def _entity(self, kind: str, key: str, country: str, labels: Labels) -> Entity:
        node = NamedNode(self.release.iris.thing(kind, key))
        names = [best(labels, DEFAULT)[0], *labels.values()]
        names += [t.value for t in self._objects(node, NAME_TERMS) if isinstance(t, Literal)]
        if kind == "network":
            names += [key, *_short_names(labels.values())]
        codes = [
            term.value.removeprefix(PREFIXES["wd"])
            for term in self._objects(node, CODE_TERMS if kind != "practice" else ())
            if isinstance(term, Literal) or term.value.startswith(PREFIXES["wd"])
        ]
        if kind == "country":
            codes += [code.upper() for code, country_key in EU_CODES.items() if country_key == key]
        return Entity(kind, key, labels, country, _folded(names), tuple(dict.fromkeys(codes)))

    def _objects(self, node: NamedNode, terms: Iterable[NamedNode]) -> list[NamedNode | Literal]:
        store = self.release.store
        quads = [quad for term in terms for quad in store.quads_for_pattern(node, term, None, None)]
        return [q.object for q in quads if isinstance(q.object, NamedNode | Literal)]

    def get(self, name: str) -> Entity | None:
        """Return the thing with this identifier, IRI or address of its document."""
        base = self.release.iris.base
        entity_id = name.strip().removeprefix(f"{base}id/").removeprefix(base)
        found = self.held.get(entity_id)
        if found is None and self.large and entity_id.startswith("practice/"):
            query = f"{_ROWS} WHERE g.kind = ? AND g.key = ?"
            rows = self.release.index.execute(query, tuple(entity_id.split("/", 1)))
            found = next(iter(self.entities(rows)), None)
        return found

    def resolve(self, text: str, kind: str) -> list[Entity]:
        """Return the things of a kind that a key, code, IRI or name stands for, all of them."""
        text = text.strip()[:LONGEST_NAME]
        for name in (text, f"{kind}/{text.lower()}"):
            found = self.get(name)
            if found is not None and found.kind == kind:
                return [found]
        code = text.removeprefix(PREFIXES["wd"]).rpartition("/")[2].upper()
        coded = [e for e in self.codes.get(code, ()) if e.kind == kind]
        return coded or list(self.names[kind].get(fold(text), ()))


def _short_names(labels: Iterable[str]) -> list[str]:
    """Return the two names that “Spanish Network (RECI)” is made of."""
    found = [_WITH_SHORT.fullmatch(label) for label in labels]
    return [name for match in found if match for name in match.groups()]


def _folded(names: list[str]) -> tuple[str, ...]:
    """Return the folded names, with German and Nordic letters written out as a second spelling."""
    found = [fold(name[:LONGEST_NAME]) for name in names]
    found += [fold(name[:LONGEST_NAME].casefold().translate(_UMLAUTS)) for name in names]
    return tuple(dict.fromkeys(name for name in found if name))


def practices_called(catalogue: Catalogue, text: str) -> list[Entity]:
    """Return practices whose title is a folded text, begins with it, or has its words or some."""
    found = {e.id: e for e in beginning(catalogue, text, _MOST)}
    words = sorted(set(_WORD.findall(text)), key=lambda word: (-len(word), word))
    for some in (words[:12], words[:_LONG_WORDS], words[:2]):
        if len(found) >= _MOST or not some:
            break
        match = " ".join(f'title : "{word}"*' for word in some)
        query = f"{_ROWS} WHERE g.id IN (SELECT rowid FROM found WHERE found MATCH ? LIMIT ?)"  # noqa: S608  # our own SQL alone
        found |= {e.id: e for e in _search(catalogue, query, (match, _MOST))}
    if not any(text in entity.names for entity in found.values()):
        found |= {e.id: e for e in _misspelt(catalogue, words)}
    return list(found.values())


def _misspelt(catalogue: Catalogue, words: list[str]) -> list[Entity]:
    """Return practices whose title has words that begin as some of these do, the best first.

    A typing error spoils one word; the others, or its own beginning, lead to the title.
    """
    starts = [word[: max(_SHORT, len(word) - _SPOILT)] for word in words if len(word) >= _SHORTEST]
    if not starts:
        return []
    some = " OR ".join(f'"{start}"*' for start in starts[:_SOME_WORDS])
    query = (
        "SELECT g.kind, g.key, g.country FROM found JOIN thing g ON g.id = found.rowid"
        " WHERE found MATCH ? ORDER BY found.rank LIMIT ?"
    )
    return _search(catalogue, query, (f"title : ({some})", _MOST))


def beginning(catalogue: Catalogue, text: str, most: int) -> list[Entity]:
    """Return the first practices whose title begins with a folded text, in the order of titles."""
    condition = "g.kind = 'practice' AND g.sort >= ? AND g.sort < ?"
    query = f"{_ROWS} WHERE {condition} ORDER BY g.sort, g.id LIMIT ?"
    return _search(catalogue, query, (text, f"{text}\uffff", most)) if text else []


def _search(catalogue: Catalogue, query: str, values: tuple[object, ...]) -> list[Entity]:
    index = catalogue.release.index
    steps = itertools.count()
    index.set_progress_handler(lambda: next(steps) >= _MOST_STEPS, _STEPS)
    try:
        rows = index.execute(query, values).fetchall()
    except sqlite3.OperationalError:  # interrupted: this search takes too long
        rows = []
    finally:
        index.set_progress_handler(None, 0)
    return catalogue.entities(rows)
