"""Which places are near a place, by the positions that the release has of its cities."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from iccgraph.serve.dataset.open import OpenRelease

EARTH_KM: Final = 6371.0088
"""The mean radius of the Earth (IUGG)."""


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the distance between two places as the crow flies, by the haversine formula.

    Arguments: latitude and longitude of each, in degrees.
    """
    (south, west), (north, east) = (map(math.radians, place) for place in (here, there))
    across = math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return (
        2 * EARTH_KM * math.asin(math.sqrt(min(1.0, math.sin((north - south) / 2) ** 2 + across)))
    )


def by_distance(
    release: OpenRelease, city: str, among: Iterable[str] | None = None
) -> Sequence[tuple[str, float]]:
    """Return the other places that have a position, the nearest first, with the kilometres to each.

    Places that are equally far are in the order of their keys; the list is empty if the city has no
    position itself.

    Arguments: `among` are the keys of the places that count, all of them if it is None.
    """
    here = release.positions.get(city)
    if here is None:
        return []
    if among is not None:
        return from_point(release, here, among, city)
    found: Sequence[tuple[str, float]] | None = release.worked_out.get(("by distance", city))
    if found is None:
        found = release.worked_out["by distance", city] = from_point(release, here, None, city)
    return found


def from_point(
    release: OpenRelease,
    here: tuple[float, float],
    among: Iterable[str] | None = None,
    without: str = "",
) -> list[tuple[str, float]]:
    """Return the places by their distance from a point, as `by_distance` does."""
    positions = release.positions
    keys = positions if among is None else [key for key in among if key in positions]
    found = [(key, kilometres(here, positions[key])) for key in keys if key != without]
    return sorted(found, key=lambda pair: (pair[1], pair[0]))
