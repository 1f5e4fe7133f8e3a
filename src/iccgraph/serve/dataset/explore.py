"""The numbers of the views at `/explore`: the practices of a selection counted crosswise.

Cities, topics, countries and years are sets of row numbers, so a number is one intersection; what
is counted of all practices is kept with the release. A filter by what stands on an axis leaves the
chosen values on it, so that every number is that of a list of practices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from iccgraph.errors import RequestError, UnknownChoice
from iccgraph.languages import collation_key
from iccgraph.release.facets import NOT_KNOWN
from iccgraph.serve.dataset.listing import places_within
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.rows import NO_ROWS, Rows
from iccgraph.serve.dataset.selection import Selected, meant

VIEWS: Final = ("matrix", "map", "timeline", "network", "countries")
"""The views, in the order of pages."""
OPTIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "matrix": {"rows": ("practices", "name", "country"), "columns": ("practices", "name")},
    "timeline": {"when": ("ran", "began")},
}
"""What can be chosen of each view besides filters, with the values, the usual one first."""
OPTION_NAMES: Final = ("rows", "columns", "when")
FACET_OF: Final = {"ran": "year", "began": "began"}
"""The filter whose years a timeline counts."""

Values = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Crossed:
    """How many practices of a selection have each row, each column, and both.

    Arguments: `rows` and `columns` have the totals of those with any practice, by key; `cells` the
    numbers by row and column, none of which is 0. Of the `practices` of the selection, `rowless`
    have no row and `columnless` no column.
    """

    rows: Mapping[str, int]
    columns: Mapping[str, int]
    cells: Mapping[str, Mapping[str, int]]
    practices: int
    rowless: int
    columnless: int

    @property
    def pairs(self) -> int:
        """Return how many cells have a practice."""
        return sum(map(len, self.cells.values()))

    @property
    def largest(self) -> int:
        """Return the largest number of a cell, 0 if there is none."""
        return max((n for row in self.cells.values() for n in row.values()), default=0)

    def largest_cells(self, most: int) -> list[tuple[str, str, int]]:
        """Return the cells with most practices, each with its row and column."""
        found = [(r, c, n) for r, row in self.cells.items() for c, n in row.items()]
        return sorted(found, key=lambda cell: (-cell[2], cell[0], cell[1]))[:most]


def most_first(counts: Mapping[str, int], most: int | None = None) -> list[str]:
    """Return keys by their numbers, the largest first, equal ones by key."""
    return sorted(counts, key=lambda key: (-counts[key], key))[:most]


def by_name(keys: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Return keys in the order of what they are called."""
    return sorted(keys, key=lambda key: (collation_key(names.get(key, key)), key))


def read_options(
    view: str, arguments: Sequence[tuple[str, str]]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return what is chosen of a view besides filters, and the other parameters of a request.

    Raises: UnknownChoice for a value that there is not, RequestError (400) for two of them.
    """
    options = OPTIONS.get(view, {})
    chosen = {name: values[0] for name, values in options.items()}
    others, given = [], set()
    for name, text in arguments:
        value = text.strip()
        if name not in options:
            others.append((name, text))
        elif value:
            if name in given:
                raise RequestError(400, f"the parameter {name!r} stands twice; write it once")
            if value not in options[name]:
                known = ", ".join(options[name])
                message = f"{name} is {value[:50]!r}; write one of {known}"
                raise UnknownChoice(name, value, message, [(v, v) for v in options[name]])
            given.add(name)
            chosen[name] = value
    return chosen, others


def unusual(view: str, chosen: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what is chosen of a view other than usual, as parameters in one order."""
    options = OPTIONS.get(view, {})
    return tuple((name, chosen[name]) for name in options if chosen[name] != options[name][0])


def cities_and_topics(selected: Selected) -> Crossed:
    """Return the practices by city and topic; those of a place within a place are its own alone."""
    return _kept(selected, "cities", lambda: (_cities(selected), _topics(selected)))


def topics_and_years(selected: Selected, facet: str) -> Crossed:
    """Return the practices by topic and year, in which they ran or began as `facet` says."""
    return _kept(selected, facet, lambda: (_topics(selected), _chosen(selected, facet)))


def countries_and_topics(selected: Selected) -> Crossed:
    """Return the practices by country and topic."""
    return _kept(selected, "countries", lambda: (_chosen(selected, "country"), _topics(selected)))


def places(selected: Selected) -> Crossed:
    """Return the practices by city alone."""
    return _kept(selected, "places", lambda: (_cities(selected), {}))


def _chosen(selected: Selected, facet: str) -> Values:
    """Return the practices of each value of a filter, of those alone that are chosen, if any."""
    values, chosen = selected.release.rows.facet(facet), selected.selection.facets.get(facet)
    if not chosen:
        return values
    kept = {key for value in chosen for key in meant(values, facet, value)}
    return {key: found for key, found in values.items() if key in kept}


def _topics(selected: Selected) -> Values:
    """Return the practices of each topic of the scheme."""
    schemes, scheme = selected.release.schemes, selected.selection.scheme
    topics = _chosen(selected, "topic")
    return {key: rows for key, rows in topics.items() if schemes.get(key) == scheme}


def _cities(selected: Selected) -> Values:
    """Return the own practices of each city; of chosen ones with those of the places within."""
    own = _chosen(selected, "itself")
    if not (chosen := selected.selection.facets.get("city")):
        return own
    kept: set[str] = set()
    waiting = list(chosen)
    while waiting:
        place = waiting.pop()
        if place not in kept:
            kept.add(place)
            waiting += places_within(selected.release, place)
    return {key: found for key, found in own.items() if key in kept}


def _kept(selected: Selected, what: str, sets: Callable[[], tuple[Values, Values]]) -> Crossed:
    """Return a crossed count, that of all practices as it was made before."""
    release: OpenRelease = selected.release
    asked = ("crossed", what, selected.selection.scheme)
    if not selected.selection.everything:
        return crossed(selected.rows, *sets())
    if asked not in release.worked_out:
        release.worked_out[asked] = crossed(selected.rows, *sets())
    found: Crossed = release.worked_out[asked]
    return found


def crossed(selected: Rows, rows: Values, columns: Values) -> Crossed:
    """Return the practices of a selection by the values of two filters; unknown ones stand apart.

    Each set is narrowed to the selection once, so that a cell is one count of two small sets.
    """
    across, down = _narrowed(selected, columns), _narrowed(selected, rows)
    cells = {
        row: {
            column: number
            for column, other in across.items()
            if (number := found.intersection_cardinality(other))
        }
        for row, found in down.items()
    }
    return Crossed(
        {key: len(found) for key, found in down.items()},
        {key: len(found) for key, found in across.items()},
        {row: numbers for row, numbers in cells.items() if numbers},
        len(selected),
        len(selected - reduce(or_, down.values(), NO_ROWS)),
        len(selected - reduce(or_, across.values(), NO_ROWS)),
    )


def _narrowed(selected: Rows, values: Values) -> dict[str, Rows]:
    known = ((key, found & selected) for key, found in values.items() if key != NOT_KNOWN)
    return {key: found for key, found in known if found}


def positions(release: OpenRelease, scheme: str) -> Mapping[tuple[str, str], tuple[float, float]]:
    """Return where each city and topic stands in the picture of a network, by kind and key.

    Units: from -1 to 1, from left to right and from top to bottom.
    """
    asked = ("positions", scheme)
    if asked not in release.worked_out:
        query = "SELECT kind, key, x, y FROM network_node WHERE scheme = ?"
        rows = release.index.execute(query, (scheme,))
        release.worked_out[asked] = {(kind, key): (x, y) for kind, key, x, y in rows}
    found: Mapping[tuple[str, str], tuple[float, float]] = release.worked_out[asked]
    return found


def total_of(selected: Selected, cities: Iterable[str]) -> int:
    """Return how many practices of a selection are of any of some cities."""
    own = selected.release.rows.facet("itself")
    return len(reduce(or_, (own[key] for key in cities), NO_ROWS) & selected.rows)
