"""The three networks of a scheme of topics, with the numbers of their links and their positions.

Cities are linked to the topics that they have practices on (`city-topic`), to each other by the
topics that they share (`city-city`), and topics to each other by the cities that have both
(`topic-topic`). All three have the same positions: a city keeps its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from iccgraph.publish.statistics.configuration import link_probabilities
from iccgraph.publish.statistics.counts import TopicCounts
from iccgraph.publish.statistics.layout import layout
from iccgraph.publish.statistics.pairs import Pair, pairs_of, rounded
from iccgraph.publish.statistics.quotients import Quotient, quotients_of
from iccgraph.release.networks import CITY_CITY, CITY_TOPIC, TOPIC_TOPIC

NodeRow = tuple[str, str, str, float, float, int, int]
"""Scheme, kind, key, x, y, practices, and how many nodes of the other kind it is linked to."""
EdgeRow = tuple[str | int | float | None, ...]
"""Scheme, network, source, target, weight, jaccard, expected, p, q, quotient, low, high."""


@dataclass(frozen=True)
class SchemeNetworks:
    """The networks of one scheme: `pairs` by network, with the number of all pairs of each."""

    counts: TopicCounts
    quotients: dict[tuple[str, str], Quotient]
    pairs: dict[str, tuple[list[Pair], int]]
    positions: dict[str, dict[str, tuple[float, float]]]

    def nodes(self) -> list[NodeRow]:
        """Return a row a node, cities before topics."""
        of_kind = {
            "city": (self.counts.of_city, self.counts.city_degrees),
            "topic": (self.counts.of_topic, self.counts.topic_degrees),
        }
        return [
            (self.counts.scheme, kind, key, *self.positions[kind][key], practices[key], degree)
            for kind, (practices, degrees) in of_kind.items()
            for key, degree in degrees.items()
        ]

    def edges(self) -> list[EdgeRow]:
        """Return a row a link, network by network."""
        scheme = self.counts.scheme
        rows: list[EdgeRow] = []
        for (city, topic), weight in sorted(self.counts.shared.items()):
            found = self.quotients.get((city, topic))
            either = self.counts.of_city[city] + self.counts.of_topic[topic] - weight
            shares = rounded(weight / either)
            numbers = (
                (found.expected, found.p, found.q, found.quotient, found.low, found.high)
                if found
                else (None,) * 6
            )
            rows.append((scheme, CITY_TOPIC, city, topic, weight, shares, *numbers))
        for network, (pairs, _) in self.pairs.items():
            rows += [(scheme, network, *pair, None, None, None) for pair in pairs]
        return rows

    def tests(self) -> list[tuple[str, str, int]]:
        """Return scheme, network, and how many links were tested, those that are none included."""
        cells = len(self.counts.city_degrees) * len(self.counts.topic_degrees)
        numbers = {CITY_TOPIC: cells, **{name: tests for name, (_, tests) in self.pairs.items()}}
        return [(self.counts.scheme, name, tests) for name, tests in numbers.items()]


def networks_of(counts: TopicCounts) -> SchemeNetworks:
    """Return the networks of a scheme of topics, from its counts."""
    topics: dict[str, set[str]] = {}
    cities: dict[str, set[str]] = {}
    for city, topic in counts.shared:
        topics.setdefault(city, set()).add(topic)
        cities.setdefault(topic, set()).add(city)
    likely = link_probabilities(counts.city_degrees, counts.topic_degrees)
    turned = {(topic, city): chance for (city, topic), chance in likely.items()}
    pairs = {
        CITY_CITY: pairs_of(topics, counts.topic_degrees, likely),
        TOPIC_TOPIC: pairs_of(cities, counts.city_degrees, turned),
    }
    return SchemeNetworks(counts, quotients_of(counts), pairs, _positions(counts))


def _positions(counts: TopicCounts) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the position of each node, by kind and key; two kinds may share a key."""
    nodes = [("city", key) for key in counts.city_degrees]
    nodes += [("topic", key) for key in counts.topic_degrees]
    place = {node: number for number, node in enumerate(nodes)}
    pulls = [
        (place["city", city], place["topic", topic], sqrt(weight))
        for (city, topic), weight in sorted(counts.shared.items())
    ]
    found: dict[str, dict[str, tuple[float, float]]] = {"city": {}, "topic": {}}
    for (kind, key), position in zip(nodes, layout(len(nodes), pulls), strict=True):
        found[kind][key] = position
    return found
