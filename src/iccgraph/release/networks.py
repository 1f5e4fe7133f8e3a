"""The networks of cities and topics that a release holds, one set for each scheme of topics."""

from __future__ import annotations

from typing import Final

CITY_TOPIC: Final = "city-topic"
CITY_CITY: Final = "city-city"
TOPIC_TOPIC: Final = "topic-topic"
NETWORKS: Final = (CITY_TOPIC, CITY_CITY, TOPIC_TOPIC)
"""Cities and the topics of their practices; cities that share topics; topics that share cities."""
SIGNIFICANT: Final = 0.05
"""A link differs from chance if its q is below this."""
