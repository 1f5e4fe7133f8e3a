"""The names of things: IRIs below `base_iri`, and the keys that end them.

Pure and total: no disk, no network, nothing raised on odd text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

DEFAULT_BASE: Final = "https://w3id.org/iccgraph/"
COLLECTIONS: Final = {
    "practices": "practice",
    "cities": "city",
    "countries": "country",
    "topics": "topic",
    "schemes": "scheme",
    "city-topics": "city-topic",
    "networks": "network",
    "memberships": "membership",
    "assessments": "assessment",
    "profiles": "profile",
    "guidance": "guidance",
}
"""The collection paths and the kind that each holds."""
KINDS: Final = tuple(COLLECTIONS.values())
"""The kinds of thing, as they stand in `id/<kind>/<key>` and `<kind>/<key>`."""
COLLECTION_OF: Final = {kind: name for name, kind in COLLECTIONS.items()}

GRAPHS: Final = (
    *("practices", "texts", "translations", "assignments", "places", "gazetteer", "topics"),
    *("links", "website-assignments", "networks", "assessments", "profiles", "guidance"),
    *("periods", "derived", "wikidata", "ontology", "shapes", "catalogue", "examples"),
)
"""The named graphs; the default graph of a query is their union."""

DEFAULT_SCHEME: Final = "index"
"""The key of the topic scheme that is meant where no other one is chosen."""

LINKSET_PLACES: Final = "links-wikidata"
LINKSET_TOPICS: Final = "links-wikidata-topics"
"""What the two linksets that lead to Wikidata are called in the catalogue."""

KEY_LENGTH: Final = 80
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+")
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_UNSEEN = (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F))
_LETTERS = str.maketrans(
    dict(zip("øłđðħıŋŧĸəƒ", "olddhintkef", strict=True))
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
    # apostrophes that are letters by Unicode part words as the others do
    | dict.fromkeys("ʹʻʼʽʾʿˈ\ua78c", " ")
    # soft hyphens, joiners, zero-width spaces, marks of direction
    | dict.fromkeys(map(chr, (*_UNSEEN, *range(0x2060, 0x2070), 0xFEFF)), "")
)
"""Letters that decompose into no others, as they are written in ASCII."""
EU_CODES: Final = {"el": "gr", "uk": "gb"}
"""Codes of countries in the European Union that ISO 3166-1 does not have, with our keys.

Source: https://style-guide.europa.eu/, section 7.1.1.
"""


def is_key(text: str) -> bool:
    """Return whether the text can be the key of a thing."""
    return len(text) <= KEY_LENGTH and _KEY.fullmatch(text) is not None


class _Folded(dict[int, str]):
    """What each character is in a folded text, by its code point."""

    def __missing__(self, code: int) -> str:
        plain = chr(code).casefold()
        for _ in range(2):  # what a letter decomposes into may have case, or be a letter to replace
            parts = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
            plain = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
        if len(self) < _MOST_FOLDED:
            self[code] = plain
        return plain


_MOST_FOLDED: Final = 5_000
_FOLDED: Final = _Folded()


def fold(text: str) -> str:
    """Return the text without case, accents and differences of punctuation, for comparing names.

    Names of things, keys, search, reconciliation and links all compare texts in this form.
    """
    plain = text.casefold() if text.isascii() else text.translate(_FOLDED)
    return " ".join(_WORD.findall(plain))


def suggest_key(text: str) -> str:
    """Return a key made from a title or name, empty if it holds nothing that a key may hold."""
    slug = _NOT_KEY.sub("-", fold(text)).strip("-")
    if len(slug) <= KEY_LENGTH:
        return slug
    return slug[: KEY_LENGTH + 1].rpartition("-")[0] or slug[:KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs of one installation: what things, documents and graphs are called."""

    base: str = DEFAULT_BASE

    def thing(self, kind: str, key: str) -> str:
        """Return the IRI of the thing itself."""
        return f"{self.base}id/{kind}/{key}"

    def document(self, kind: str, key: str) -> str:
        """Return the IRI of the document about the thing."""
        return f"{self.base}{kind}/{key}"

    def graph(self, name: str) -> str:
        """Return the IRI of a named graph."""
        return f"{self.base}graph/{name}"

    def example(self, key: str) -> str:
        """Return the IRI of an example query."""
        return f"{self.base}sparql#{key}"

    @property
    def dataset(self) -> str:
        """Return the IRI of the dataset that a release is a state of."""
        return f"{self.base}catalogue#dataset"

    def dataset_part(self, key: str) -> str:
        """Return the IRI of a part of the dataset by its key, that of the whole for no key."""
        return f"{self.dataset}-{key}" if key else self.dataset

    def file(self, name: str) -> str:
        """Return the IRI of a file that can be downloaded, the same from release to release."""
        return f"{self.base}catalogue#file-{name}"

    @property
    def publisher(self) -> str:
        """Return the IRI of who publishes the dataset."""
        return f"{self.base}catalogue#publisher"

    @property
    def software(self) -> str:
        """Return the IRI of this program, as an agent that has made statements."""
        return f"{self.base}catalogue#software"

    def split(self, iri: str) -> tuple[str, str] | None:
        """Return the kind and key that a thing's IRI stands for, None if it is no thing of ours."""
        prefix = f"{self.base}id/"
        if not iri.startswith(prefix):
            return None
        kind, _, key = iri[len(prefix) :].partition("#")[0].partition("/")
        return (kind, key) if kind in KINDS and key else None

    def rebase(self, iri: str) -> str:
        """Return the IRI moved from the default base to this one; the ontology's never move."""
        if self.base == DEFAULT_BASE or not iri.startswith(DEFAULT_BASE):
            return iri
        rest = iri[len(DEFAULT_BASE) :]
        if rest.partition("#")[0].partition("/")[0] in ("def", "shapes"):
            return iri
        return self.base + rest
