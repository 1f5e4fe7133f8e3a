"""Writes where and when a dataset is about: countries of the EU’s list, boxes, and years.

Source: DCAT-AP 3.0.1, classes Location and Period of Time; OGC GeoSPARQL 1.1, well-known text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.release.description import Spatial, Temporal
from iccgraph.serve.catalogue.authorities import AUTHORITY, Concept, authority
from iccgraph.serve.catalogue.statements import Value, day, describe
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import GEO, SCHEMA, term

BoundingBox = tuple[float, float, float, float]
"""West, south, east and north. Units: degrees in WGS84."""


@dataclass(frozen=True, slots=True)
class Location:
    """A country of the EU’s list, and the box around it."""

    concept: Concept
    box: BoundingBox | None

    def triples(self) -> Iterator[Triple]:
        """Yield where it is."""
        if self.box is not None:
            values: tuple[tuple[str, Value], ...] = (
                ("dcat:bbox", polygon(*self.box)),
                ("dcat:centroid", middle(*self.box)),
            )
            yield from describe(self.concept.node, "dcterms:Location", values)


def places(release: OpenRelease) -> Iterator[Location]:
    """Yield the countries that a release is about and that the EU’s list has."""
    spatial = release.manifest.description.spatial
    wanted = {f"{AUTHORITY}country/{code}" for code in (spatial.countries if spatial else ())}
    for quad in release.store.quads_for_pattern(None, SCHEMA.sameAs, None, None):
        thing = release.iris.split(getattr(quad.subject, "value", ""))
        iri = getattr(quad.object, "value", "")
        if iri in wanted and thing is not None and thing[0] == "country":
            wanted.discard(iri)
            concept = authority(iri, "dcterms:Location", release.held_labels[thing])
            yield Location(concept, release.outlines[thing[1]][1])


def describe_period(node: NamedNode, years: Temporal) -> Iterator[Triple]:
    """Yield the time from the first day of a year to the last day of another."""
    values: tuple[tuple[str, Value], ...] = (
        ("dcat:startDate", day(f"{years.first:04}-01-01")),
        ("dcat:endDate", day(f"{years.last:04}-12-31")),
    )
    yield from describe(node, "dcterms:PeriodOfTime", values)


def describe_box(dataset: NamedNode, node: NamedNode, around: Spatial) -> Iterator[Triple]:
    """Yield the box around all that a dataset is about.

    The official shapes want of `dcterms:spatial` what is in a list, so another property leads to
    the box, which is in none.
    """
    yield Triple(dataset, term("schema:spatialCoverage"), node)
    box = polygon(around.west, around.south, around.east, around.north)
    yield from describe(node, "schema:Place", (("dcat:bbox", box),))


def _ring(west: float, south: float, east: float, north: float) -> str:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"(({', '.join(f'{x:g} {y:g}' for x, y in corners)}))"


def polygon(west: float, south: float, east: float, north: float) -> Literal:
    """Return a box as a geometry, in two parts if it crosses the antimeridian."""
    text = f"POLYGON{_ring(west, south, east, north)}"
    if west > east:
        parts = _ring(west, south, 180, north), _ring(-180, south, east, north)
        text = f"MULTIPOLYGON({', '.join(parts)})"
    return Literal(text, datatype=GEO.wktLiteral)


def middle(west: float, south: float, east: float, north: float) -> Literal:
    """Return the middle of a box as a geometry."""
    x = (west + east + (360 if west > east else 0)) / 2
    x = x - 360 if x > 180 else x
    point = f"POINT({round(x, 2):g} {round((south + north) / 2, 2):g})"
    return Literal(point, datatype=GEO.wktLiteral)
