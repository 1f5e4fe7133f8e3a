"""Places as features of GeoJSON (RFC 7946)."""

from __future__ import annotations

import json

from iccgraph.geojson import feature, feature_collection

ROW = {
    "iri": "https://w3id.org/iccgraph/id/city/bergen",
    "key": "bergen",
    "name": "Bergen",
    "name_fr": "",
    "latitude": "60.39",
    "longitude": "-5.32",
    "population": "285601",
    "population_year": "2021",
    "geonames": "003161732",
    "in_programme": "true",
    "nuts": "00A22",
}


def test_a_place_is_a_feature() -> None:
    """A row of the table of cities becomes a point, longitude first, with what else it says."""
    assert json.loads(feature(ROW)) == {
        "type": "Feature",
        "id": ROW["iri"],
        "geometry": {"type": "Point", "coordinates": [-5.32, 60.39]},
        "properties": {
            "key": "bergen",
            "name": "Bergen",
            "population": 285601,
            "population_year": 2021,
            "geonames": "003161732",
            "in_programme": True,
            "nuts": ["00A22"],
        },
    }


def test_a_place_without_position() -> None:
    """A place whose position is not known has no geometry, and is there all the same."""
    assert json.loads(feature({**ROW, "latitude": "", "longitude": ""}))["geometry"] is None


def test_a_collection_has_one_feature_a_line() -> None:
    """All features together are one document, whose lines in between are one feature each."""
    for count in (0, 1, 3):
        text = b"".join(feature_collection([feature(ROW)] * count))
        document = json.loads(text)
        lines = [line.rstrip(b",") for line in text.splitlines()[1:-1] if line]
        assert document["type"] == "FeatureCollection"
        assert document["features"] == [json.loads(line) for line in lines]
        assert len(lines) == count
