"""Turns lists of things into the values that a page shows."""

from __future__ import annotations

from iccgraph.serve.context import link
from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.listing import Listing, Selection
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.facts import View

EUROPE = (-24.5, 35.0, 43.0, 65.5)
"""The box around the map of the home page: west, south, east, north."""


def places(release: OpenRelease, tongue: str) -> list[View]:
    """Return the cities of Europe with most practices, for the map of the home page."""
    west, south, east, north = EUROPE
    rows = []
    for key, count in listing.facet(release, Selection(), "city"):
        lat, lon = listing.place(release, key)
        if lat is not None and lon is not None and south < lat < north and west < lon < east:
            name = listing.label(release, "city", key, tongue)
            rows.append({"label": name, "lat": lat, "lon": lon, "count": count})
    return rows


def items(release: OpenRelease, found: Listing, tongue: str) -> list[View]:
    """Return the things of a list as pages show them."""
    return [
        {
            "key": item.key,
            "path": link(f"{item.kind}/{item.key}"),
            "label": item.name(tongue),
            "lang": "fr" if tongue == "fr" and item.label_fr else item.lang,
            "summary": item.summary,
            "time_text": item.time_text,
            "practices": item.practices,
            "country": listing.label(release, "country", item.country, tongue)
            if item.country
            else "",
            "cities": [
                {
                    "label": listing.label(release, "city", city, tongue),
                    "path": link(f"city/{city}"),
                }
                for city in item.cities
            ],
        }
        for item in found.items
    ]
