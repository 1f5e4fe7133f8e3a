"""Which places are near a place, by the positions that the release has of its cities."""

from __future__ import annotations

import math
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


def by_distance(release: OpenRelease, city: str) -> list[tuple[str, float]]:
    """Return all other places that have a position, the nearest first, with the kilometres to each.

    Places that are equally far are in the order of their keys; the list is empty if the city has no
    position itself.
    """
    positions = release.positions
    if city not in positions:
        return []
    here = positions[city]
    found = [(key, kilometres(here, there)) for key, there in positions.items() if key != city]
    return sorted(found, key=lambda pair: (pair[1], pair[0]))
