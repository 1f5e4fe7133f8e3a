"""The networks of cities and topics that a release holds, one set for each scheme of topics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

CITY_TOPIC: Final = "city-topic"
CITY_CITY: Final = "city-city"
TOPIC_TOPIC: Final = "topic-topic"
NETWORKS: Final = (CITY_TOPIC, CITY_CITY, TOPIC_TOPIC)
"""Cities and the topics of their practices; cities that share topics; topics that share cities."""
ENDS: Final = {
    CITY_TOPIC: ("city", "topic"),
    CITY_CITY: ("city", "city"),
    TOPIC_TOPIC: ("topic", "topic"),
}
"""The kinds of thing that each network links."""
PAIR_NUMBERS: Final = ("weight", "jaccard", "expected", "p", "q")
NUMBERS: Final = {
    CITY_TOPIC: (*PAIR_NUMBERS, "quotient", "low", "high"),
    CITY_CITY: PAIR_NUMBERS,
    TOPIC_TOPIC: PAIR_NUMBERS,
}
"""What each link of a network has, in this order."""
_CONFIGURATION: Final = (
    "bipartite configuration model (each city keeps its number of topics and each topic its number "
    "of cities, on average); p is exact (Poisson binomial), one-sided, q after Benjamini and "
    "Hochberg over all pairs"
)
NULL_MODELS: Final = {
    CITY_TOPIC: (
        "Poisson counts with the share that the topic has in all other cities; p is one-sided, q "
        "after Benjamini and Hochberg over all cities and topics; quotient by a gamma-Poisson "
        "model (empirical Bayes), low and high are the ends of its interval of 95 %"
    ),
    CITY_CITY: _CONFIGURATION,
    TOPIC_TOPIC: _CONFIGURATION,
}
"""What the numbers of each network are compared with."""
SIGNIFICANT: Final = 0.05
"""A link differs from chance if its q is below this."""
ENDINGS: Final = ("graphml", "gexf", "csv", "json")
"""The formats of the files, by the endings of their names."""
FILES: Final = "network-"
"""How the names of the files begin."""


def file_name(scheme: str, network: str, ending: str) -> str:
    """Return the name of the file that holds a network of a scheme in a format."""
    return f"{FILES}{scheme}-{network}.{ending}"


def files_by_scheme(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of the networks among those of files, by their schemes, in order."""
    endings = {f"-{network}.{ending}" for network in NETWORKS for ending in ENDINGS}
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        for ending in endings:
            if name.startswith(FILES) and name.endswith(ending):
                found.setdefault(name[len(FILES) : -len(ending)], []).append(name)
    return found
