"""Boxes and their middles as geometries, also across the antimeridian."""

from __future__ import annotations

from typing import Final

from iccgraph.serve.catalogue.authorities import authority, file_type, language_concept
from iccgraph.serve.catalogue.coverage import BoundingBox, middle, polygon
from tests.for_all import for_all

BOXES: Final[tuple[tuple[BoundingBox, str, str], ...]] = (
    (
        (-18.17, 27.64, 4.33, 43.77),
        "POLYGON((-18.17 27.64, 4.33 27.64, 4.33 43.77, -18.17 43.77, -18.17 27.64))",
        "POINT(-6.92 35.7)",
    ),
    (
        (166.0, -48.0, -176.0, -34.0),
        "MULTIPOLYGON(((166 -48, 180 -48, 180 -34, 166 -34, 166 -48)), "
        "((-180 -48, -176 -48, -176 -34, -180 -34, -180 -48)))",
        "POINT(175 -41)",
    ),
    (
        (170.0, 0.0, -150.0, 10.0),
        "MULTIPOLYGON(((170 0, 180 0, 180 10, 170 10, 170 0)), "
        "((-180 0, -150 0, -150 10, -180 10, -180 0)))",
        "POINT(-170 5)",
    ),
)


def test_boxes() -> None:
    """A box that crosses the antimeridian has two parts, and its middle is within it."""

    def fact(row: tuple[BoundingBox, str, str]) -> None:
        assert polygon(*row[0]).value == row[1]
        assert middle(*row[0]).value == row[2]

    for_all(BOXES, fact)


def test_languages() -> None:
    """A language has the three letters of the EU’s list, and its name in English and French."""
    french = language_concept("fr")
    assert french.iri.endswith("/authority/language/FRA")
    assert french.labels == {"en": "French", "fr": "français"}
    assert language_concept("de").iri.endswith("/DEU")


def test_unknown_values() -> None:
    """A theme that is not in our table is called by its code; TSV is no open format of portals."""
    iri = "http://publications.europa.eu/resource/authority/data-theme/XXXX"
    assert authority(iri, "").labels == {"en": "XXXX"}
    assert file_type("tsv") is None
    assert file_type("csv") == "http://publications.europa.eu/resource/authority/file-type/CSV"
