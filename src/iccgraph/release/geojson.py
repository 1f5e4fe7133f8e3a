"""Writes places as GeoJSON, feature by feature.

Source: RFC 7946; positions are longitude and latitude in WGS84, in this order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

_HEAD: Final = b'{"type":"FeatureCollection","features":[\n'
_END: Final = b"\n]}\n"


def feature(
    iri: str, position: tuple[float, float] | None, properties: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a place as a feature; what has no position has no geometry (section 3.2).

    Units: `position` is longitude and latitude, in degrees.
    """
    geometry = None if position is None else {"type": "Point", "coordinates": position}
    return {"type": "Feature", "id": iri, "geometry": geometry, "properties": {**properties}}


def feature_collection(features: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield a collection of features piece by piece, one feature a line."""
    yield _HEAD
    separator = b""
    for one in features:
        yield separator + orjson.dumps(one)
        separator = b",\n"
    yield _END
