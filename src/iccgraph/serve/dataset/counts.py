"""Counts of practices: by topic and by year, of any set of them, and next to each other.

All are intersections of the sets that the index has of each value of a filter, so no practice is
looked at, however many there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iccgraph.release.facets import NOT_KNOWN
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.rows import NO_ROWS, Rows


@dataclass(frozen=True, slots=True)
class ByYear:
    """How many practices ran in each year that any ran in, and of how many no year is known."""

    counts: Mapping[int, int]
    unknown: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A topic that practices have besides another one: how many have both, and how many it."""

    topic: str
    both: int
    practices: int


def practices_with(release: OpenRelease, name: str, value: str) -> Rows:
    """Return the practices that have a value of a filter."""
    return release.rows.facet(name).get(value, NO_ROWS)


def by_topic(release: OpenRelease, rows: Rows, scheme: str) -> Mapping[str, int]:
    """Return how many practices of a set have each topic of a scheme that any of them has."""
    schemes = release.schemes
    counted = (
        (topic, found.intersection_cardinality(rows))
        for topic, found in release.rows.facet("topic").items()
        if schemes.get(topic) == scheme
    )
    return {topic: count for topic, count in counted if count}


def of_value(release: OpenRelease, name: str, value: str, scheme: str) -> Mapping[str, int]:
    """Return what `by_topic` does for a country or network; it is counted once a release."""
    asked = ("by topic", name, value, scheme)
    found: Mapping[str, int] | None = release.worked_out.get(asked)
    if found is None:
        found = by_topic(release, practices_with(release, name, value), scheme)
        if found:  # so that only names of things are kept
            release.worked_out[asked] = found
    return found


def by_year(release: OpenRelease, rows: Rows) -> ByYear:
    """Return in how many practices of a set something went on in each year.

    As the filter `year` has it: what still runs ran until the newest record was written, and of
    what has an unknown end only the years that are named are known.
    """
    years = release.rows.facet("year")
    counted = (
        (int(year), found.intersection_cardinality(rows))
        for year, found in years.items()
        if year != NOT_KNOWN
    )
    unknown = practices_with(release, "year", NOT_KNOWN).intersection_cardinality(rows)
    return ByYear({year: count for year, count in sorted(counted) if count}, unknown)


def newest_year(release: OpenRelease) -> int:
    """Return the last year in which any practice ran, 0 if no year is known."""
    years = release.rows.facet("year")
    return max((int(year) for year in years if year != NOT_KNOWN), default=0)


def ongoing(release: OpenRelease, rows: Rows) -> int:
    """Return how many practices of a set still run, as their sources say."""
    return practices_with(release, "ongoing", "true").intersection_cardinality(rows)


def neighbours(release: OpenRelease, topic: str) -> Sequence[Neighbour]:
    """Return the topics of the same scheme that the practices of a topic have too, most first."""
    own, schemes = practices_with(release, "topic", topic), release.schemes
    found = [
        Neighbour(other, both, len(rows))
        for other, rows in release.rows.facet("topic").items()
        if other != topic
        and schemes.get(other) == schemes.get(topic)
        and (both := rows.intersection_cardinality(own))
    ]
    return sorted(found, key=lambda one: (-one.both, one.topic))
