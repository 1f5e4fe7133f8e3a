"""The counts that all statistics rest on: of each city and topic, how many practices there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class TopicCounts:
    """Practices by city and topic, for the topics of one scheme.

    Arguments: `shared` are the practices of a city on a topic, where there is one at least;
    `of_city` those of each city on whatever topic, `of_topic` those on each topic in any city, and
    `everything` those of any city on whatever topic.
    """

    scheme: str
    shared: Mapping[tuple[str, str], int]
    of_city: Mapping[str, int]
    of_topic: Mapping[str, int]
    everything: int

    @cached_property
    def city_degrees(self) -> dict[str, int]:
        """How many topics each city has, in the order of keys; none of them has none."""
        return dict(sorted(Counter(city for city, _ in self.shared).items()))

    @cached_property
    def topic_degrees(self) -> dict[str, int]:
        """How many cities each topic has, in the order of keys; none of them has none."""
        return dict(sorted(Counter(topic for _, topic in self.shared).items()))

    def elsewhere(self, city: str, topic: str) -> tuple[int, int]:
        """Return the practices that other cities have on the topic, and on whatever topic."""
        there = self.of_topic.get(topic, 0) - self.shared.get((city, topic), 0)
        return there, self.everything - self.of_city[city]
