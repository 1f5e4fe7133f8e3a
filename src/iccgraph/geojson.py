"""Places as GeoJSON: the one writer of a feature, for the file of a release and for lists.

Source: RFC 7946; a place without a position is a feature whose geometry is null (section 3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from iccgraph.properties import Value, properties_of

_POSITION: Final = ("longitude", "latitude")
_PLAIN: Final = {item.dump: item.value for item in properties_of("city") if item.dump}
_MANY: Final = {item.dump for item in properties_of("city") if item.many and item.dump}
_WHOLE: Final = ("population", "population_year")
"""Columns of whole numbers; those of plain properties say so themselves."""
_TRUTHS: Final = {"true": True, "false": False}
_START: Final = b'{"type":"FeatureCollection","features":[\n'
_END: Final = b"\n]}\n"
"""What stands before and after all features, and `_SEPARATOR` between two of them."""
_SEPARATOR: Final = b",\n"


def feature(cells: Mapping[str, str]) -> bytes:
    """Return a place as one line of JSON.

    Arguments: `cells` are the texts of its row in the table of cities, by column, as they stand
    there but without guards against formulas. `iri` becomes the identifier, the position the
    geometry; empty cells are left out, numbers and truth values are such.
    Units: degrees of WGS 84, longitude before latitude.
    """
    position = [cells.get(name, "") for name in _POSITION]
    geometry = None
    if all(position):
        geometry = {"type": "Point", "coordinates": [float(text) for text in position]}
    properties = {
        column: _value(column, text)
        for column, text in cells.items()
        if text and column not in ("iri", *_POSITION)
    }
    return orjson.dumps(
        {"type": "Feature", "id": cells["iri"], "geometry": geometry, "properties": properties}
    )


def _value(column: str, text: str) -> Any:
    if column in _MANY:
        return text.split("|")
    if column in _WHOLE or _PLAIN.get(column) in (Value.INTEGER, Value.YEAR):
        return int(text)
    return _TRUTHS.get(text, text) if column == "in_programme" else text


def feature_collection(features: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a feature collection of these features piece by piece, one a line."""
    yield _START
    for number, one in enumerate(features):
        yield (_SEPARATOR if number else b"") + one
    yield _END
