"""The filters of practices: the names that the index and the addresses of lists have for them."""

from __future__ import annotations

from typing import Final

FACETS: Final = (
    *("topic", "country", "city", "network", "year", "ongoing", "kind", "population", "language"),
    *("began", "itself"),
)
"""The filters, in the order of pages.

`city` takes the practices of places within that place too, `itself` does not; `year` finds what ran
in a year, `began` what began in it; `kind` is that of the place, `population` its size class,
`language` that of a title as printed.
"""
YEARS: Final = ("year", "began")
"""The filters whose values are years, of which a range can be chosen."""
NOT_KNOWN: Final = "none"
"""The value of each filter for practices of which it is not known, or that have none."""
ALL: Final = "practice"
"""What stands in the place of a filter for the set of all practices; its value is empty."""
