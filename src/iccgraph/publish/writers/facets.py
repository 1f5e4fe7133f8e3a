"""Collects which practices have which value of each filter, as compressed sets of row numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyroaring import BitMap

from iccgraph.publish.records import Practice
from iccgraph.publish.sources.inputs import Sources
from iccgraph.release.facets import ALL, NOT_KNOWN
from iccgraph.tables.years import Period

FacetRow = tuple[str, str, int, bytes]
"""A filter, a value of it, how many practices have that, and the set of their numbers."""


class FacetWriter:
    """Knows for each value of each filter the numbers of the practices that have it."""

    def __init__(self, sources: Sources) -> None:
        self.gazetteer = sources.gazetteer
        self.numbers: dict[tuple[str, str], BitMap] = defaultdict(BitMap)
        self.newest_year = 0
        self._going_on: dict[int, BitMap] = defaultdict(BitMap)
        self._networks: dict[str, list[str]] = defaultdict(list)
        for membership in sources.resources.get("membership", {}).values():
            (city,), (network,) = (membership.references[name] for name in ("city", "network"))
            self._networks[city].append(network)

    def add(self, number: int, practice: Practice) -> None:
        """Note a practice under the number of its row."""
        self.numbers[ALL, ""].add(number)
        for facet, values in self._values(practice):
            for value in values or (NOT_KNOWN,):
                self.numbers[facet, value].add(number)
        if practice.recorded_on:
            self.newest_year = max(self.newest_year, practice.recorded_on.year)
        period = practice.period
        if period.ongoing and period.first_year is not None:
            self._going_on[period.first_year].add(number)

    def _values(self, practice: Practice) -> Iterator[tuple[str, list[str]]]:
        """Yield the values that a practice has of each filter."""
        larger, networks = self.gazetteer.larger, self._networks
        cities = [self.gazetteer.cities[key] for key in practice.cities]
        yield "topic", [*practice.topics, *(topic for topic, _ in practice.assigned)]
        yield "country", [practice.country] if practice.country else []
        yield "city", [place for c in practice.cities for place in (c, *larger(c))]
        yield "itself", list(practice.cities)
        yield "network", [network for c in practice.cities for network in networks.get(c, ())]
        yield "kind", [city.kind for city in cities]
        yield "population", [city.size_class for city in cities if city.size_class]
        titles = (practice.title, *practice.other_titles)
        yield "language", [tag.lower() for _, tag in titles if tag]
        period = practice.period
        yield "year", [str(year) for year in _years(period)]
        yield "began", [str(period.first_year)] if period.first_year is not None else []
        ended = ["false"] if period.last_year is not None else []
        yield "ongoing", ["true"] if period.ongoing else ended

    def rows(self) -> Iterator[FacetRow]:
        """Yield every value of every filter with its practices.

        What still runs ran until the newest record was written.
        """
        for first, numbers in self._going_on.items():
            for year in range(first, self.newest_year + 1):
                self.numbers["year", str(year)] |= numbers
        for (facet, value), numbers in sorted(self.numbers.items()):
            numbers.run_optimize()
            yield facet, value, len(numbers), numbers.serialize()


def _years(period: Period) -> set[int]:
    """Return the years in which a practice is known to have run; the last is not that of today.

    Of what has an unknown end or beginning only the one year is known.
    """
    known = [year for year in (period.first_year, period.last_year) if year is not None]
    return {*period.years, *(range(known[0], known[-1] + 1) if known else ())}
