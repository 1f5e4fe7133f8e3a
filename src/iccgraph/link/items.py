"""What Wikidata states of an item, as records, in whatever shape its API sends it.

Reads: entities as `wbgetentities` gives them. Empty maps may be `[]`, statements may have no
value, a merged item has another `id` than was asked for: none of this is an error.
Source: Wikibase JSON data model, https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from iccgraph.tables.text import ILLEGIBLE

EARTH = "Q2"
PROPERTIES = ("P17", "P31", "P279", "P297", "P298", "P300", "P576", "P625", "P1082", "P1566")
"""What is read: country, kind, wider class, ISO codes, end, place, inhabitants, GeoNames."""
_TIME = re.compile(r"([+-])0*([0-9]{4,})-([0-9]{2})-([0-9]{2})T")
_ITEM = re.compile(r"[QP][1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the Earth. Units: degrees in WGS84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class ItemStatement:
    """One statement: its value as text, or a position, or None where Wikidata gives none.

    Units: `at` and `ended` are as exact as Wikidata knows: `2021`, `2021-07` or `2021-07-01`;
    `ended` is `somevalue` where only the fact is known.
    """

    value: str | Position | None
    preferred: bool
    at: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `requested` is the id that was asked for, `id` the one that answered.

    Units: `fetched` seconds since 1970.
    """

    requested: str
    id: str
    labels: Mapping[str, str]
    aliases: Mapping[str, tuple[str, ...]]
    descriptions: Mapping[str, str]
    statements: Mapping[str, tuple[ItemStatement, ...]]
    sitelinks: frozenset[str]
    revision: int = 0
    missing: bool = False
    fetched: float = field(default=0.0, compare=False)

    @property
    def merged(self) -> bool:
        """True if the id that was asked for now leads to another item."""
        return not self.missing and self.id != self.requested

    def current(self, name: str) -> tuple[ItemStatement, ...]:
        """Return the statements that hold now: not deprecated, not ended."""
        return tuple(s for s in self.statements.get(name, ()) if not s.ended)

    def best(self, name: str) -> tuple[ItemStatement, ...]:
        """Return the current statements of the best rank that there is."""
        found = self.current(name)
        return tuple(s for s in found if s.preferred) or found

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values of the best statements that are texts, numbers or items."""
        return tuple(s.value for s in self.best(name) if isinstance(s.value, str))

    @property
    def position(self) -> Position | None:
        """Return the first of the best coordinates on Earth."""
        places = (s.value for s in self.best("P625") if isinstance(s.value, Position))
        return next(places, None)

    def label(self) -> str:
        """Return the label in English, else that of all languages, else any, else the id."""
        labels = self.labels
        return labels.get("en") or labels.get("mul") or next(iter(labels.values()), self.id)


def missing_item(requested: str, fetched: float = 0.0) -> Item:
    """Return what stands for an item that does not exist."""
    return Item(requested, requested, {}, {}, {}, {}, frozenset(), 0, True, fetched)


def read_item(requested: str, entity: object, fetched: float = 0.0) -> Item:
    """Return the item in an entity's JSON; what cannot be understood is left out."""
    data = _map(entity)
    if not data or "missing" in data:
        return missing_item(requested, fetched)
    return Item(
        requested=requested,
        id=_item_id(data.get("id"), requested),
        labels=_texts(data.get("labels")),
        aliases={
            language: tuple(v for entry in _list(entries) if (v := _value(entry)))
            for language, entries in _map(data.get("aliases")).items()
        },
        descriptions=_texts(data.get("descriptions")),
        statements={
            name: tuple(s for c in _list(claims) if (s := _statement(_map(c))) is not None)
            for name, claims in _map(data.get("claims")).items()
        },
        sitelinks=frozenset(_map(data.get("sitelinks"))),
        revision=data["lastrevid"] if isinstance(data.get("lastrevid"), int) else 0,
        fetched=fetched,
    )


def extract(entity: object) -> dict[str, Any] | None:
    """Return an entity without what nobody here reads, None if there is none.

    A city's entity is a hundred times as large as what is kept of it.
    """
    data = _map(entity)
    if not data or "missing" in data:
        return None
    claims = _map(data.get("claims"))
    fields = ("id", "lastrevid", "labels", "aliases", "descriptions")
    return {name: data[name] for name in fields if name in data} | {
        "claims": {name: claims[name] for name in PROPERTIES if name in claims},
        "sitelinks": dict.fromkeys(_map(data.get("sitelinks")), ""),
    }


def found_items(answer: object) -> tuple[str, ...] | None:
    """Return what `wbsearchentities` or `list=search` found, best first; None: no answer."""
    data = _map(answer)
    hits = data.get("search", _map(data.get("query")).get("search"))
    if hits is None:
        return None
    found = [str(hit.get("id") or hit.get("title")) for hit in map(_map, _list(hits))]
    return tuple(dict.fromkeys(i for i in found if re.fullmatch(r"Q[1-9][0-9]*", i)))


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _item_id(value: object, default: str) -> str:
    return value if isinstance(value, str) and _ITEM.fullmatch(value) else default


def _value(entry: object) -> str:
    """Return a name, empty if there is none, or none that a table could hold."""
    value = _map(entry).get("value")
    return value if isinstance(value, str) and not ILLEGIBLE.search(value) else ""


def _texts(value: object) -> dict[str, str]:
    return {language: text for language, e in _map(value).items() if (text := _value(e))}


def _statement(claim: Mapping[str, Any]) -> ItemStatement | None:
    if claim.get("rank") == "deprecated" or "mainsnak" not in claim:
        return None
    snak = _map(claim["mainsnak"])
    kind = snak.get("snaktype", "value")
    value = _snak_value(snak) if kind == "value" else None
    if kind == "novalue" or (kind == "value" and value is None):
        return None
    qualifiers = _map(claim.get("qualifiers"))
    return ItemStatement(
        value=value,
        preferred=claim.get("rank") == "preferred",
        at=_first_time(qualifiers.get("P585")),
        ended=_first_time(qualifiers.get("P582"), "somevalue"),
    )


def _first_time(snaks: object, unknown: str = "") -> str:
    for snak in _list(snaks):
        if _map(snak).get("snaktype") == "somevalue":
            return unknown
        value = _snak_value(_map(snak))
        if isinstance(value, str):
            return value
    return ""


def _snak_value(snak: Mapping[str, Any]) -> str | Position | None:
    data = _map(snak.get("datavalue"))
    value = data.get("value")
    if isinstance(value, str):
        return value or None
    fields = _map(value)
    reader = _READERS.get(str(data.get("type")))
    return reader(fields) if reader else None


def _read_entity(fields: Mapping[str, Any]) -> str | None:
    return _item_id(fields.get("id"), "") or None


def _read_position(fields: Mapping[str, Any]) -> Position | None:
    globe = str(fields.get("globe") or EARTH).rpartition("/")[2]
    try:
        position = Position(float(fields["latitude"]), float(fields["longitude"]))
    except (KeyError, TypeError, ValueError):
        return None
    there = abs(position.lat) <= 90 and abs(position.lon) <= 180
    return position if there and globe == EARTH else None


def _read_quantity(fields: Mapping[str, Any]) -> str | None:
    amount = fields.get("amount")
    if not isinstance(amount, str) or str(fields.get("unit", "1")) != "1":
        return None
    return amount.removeprefix("+") if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", amount) else None


def _read_time(fields: Mapping[str, Any]) -> str | None:
    match = _TIME.match(str(fields.get("time")))
    if match is None:
        return None
    precision = fields.get("precision")
    known = max(1, precision - 8) if isinstance(precision, int) else 3
    parts = [part for part in match.groups()[1:] if part != "00"][:known]
    return ("-" if match[1] == "-" else "") + "-".join(parts)


_READERS = {
    "wikibase-entityid": _read_entity,
    "globecoordinate": _read_position,
    "quantity": _read_quantity,
    "time": _read_time,
}
