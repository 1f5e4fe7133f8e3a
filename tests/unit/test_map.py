"""The small maps: what is in view, how outlines are cut, and how long the drawing gets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from iccgraph.serve.pages import map as maps
from iccgraph.serve.pages.map import HEIGHT, WIDTH, map_svg
from iccgraph.settings import Settings

VENDOR = Path(__file__).parents[2] / "var" / "vendor"
BARCELONA = {"label": "Barcelona", "lat": 41.39, "lon": 2.16}


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """Return a vendor folder with one square country, both of whose arcs are used backwards."""
    topology = {
        "type": "Topology",
        "transform": {"scale": [1, 1], "translate": [-10, 30]},
        "arcs": [[[0, 0], [0, 20], [20, 0]], [[0, 0], [20, 0], [0, 20]]],
        "objects": {
            "countries": {"geometries": [{"type": "Polygon", "id": "724", "arcs": [[0, -2]]}]}
        },
    }
    for name in ("50m", "110m"):
        (tmp_path / f"countries-{name}.json").write_text(json.dumps(topology))
    return tmp_path


def draw(vendor: Path, *values: object) -> str:
    app = Flask("test")
    app.config["SETTINGS"] = Settings(vendor_dir=vendor)
    with app.app_context():
        return str(map_svg(*values))  # type: ignore[arg-type]


def test_arcs_are_decoded_and_joined(vendor: Path) -> None:
    """Steps become degrees; an arc with a negative number is walked backwards."""
    ((number, ring),) = maps._rings(vendor / "countries-50m.json", -9)
    assert number == "724"
    assert ring.bounds == (-10, 30, 10, 50)
    assert ring.pieces == ((ring.bounds, [(-10, 30), (-10, 50), (10, 50), (10, 30), (-10, 30)]),)


def test_highlighted_country_has_a_path_of_its_own(vendor: Path) -> None:
    """The chosen country is drawn once, apart from the others."""
    drawing = draw(vendor, [BARCELONA], None, "Map", "724")
    assert drawing.count('class="land chosen"') == 1
    assert 'class="land"' not in drawing


def test_map_without_outlines_has_grid_and_marker(tmp_path: Path) -> None:
    """Without the npm files the map is plainer, and no error."""
    drawing = draw(tmp_path, [BARCELONA], None, "Map")
    assert 'class="graticule"' in drawing
    assert "<title>Barcelona</title>" in drawing
    assert 'class="land"' not in drawing


def test_damaged_outlines_are_left_out(tmp_path: Path) -> None:
    """A file that is no TopoJSON is as good as none."""
    (tmp_path / "countries-50m.json").write_text("[1, 2")
    assert "<circle" in draw(tmp_path, [BARCELONA], None, "Map")


def test_nothing_to_show_is_no_map(tmp_path: Path) -> None:
    """No point with a position and no box make no map."""
    assert draw(tmp_path, [{"label": "Nowhere", "lat": None, "lon": None}], None) == ""


def test_names_are_escaped(tmp_path: Path) -> None:
    """Markup in a place's name or the label stays text."""
    drawing = draw(tmp_path, [{**BARCELONA, "label": "<b>&"}], None, '"><script>')
    assert "<b>" not in drawing
    assert "<script>" not in drawing


def test_single_place_is_in_the_middle() -> None:
    """One place lies about the middle of a view that shows its surroundings."""
    view = maps._view([(2.16, 41.39)], None)
    assert view is not None
    assert view.x(2.16) == pytest.approx(WIDTH / 2, abs=WIDTH / 20)
    assert view.y(41.39) == pytest.approx(HEIGHT / 2, abs=HEIGHT / 20)
    assert view.north - view.south == pytest.approx(maps.LEAST_DEGREES, abs=0.2)


def test_box_across_the_antimeridian_stays_narrow() -> None:
    """New Zealand's box goes on beyond 180 degrees; its places are shown inside it."""
    view = maps._view([(174.8, -36.8)], [165.9, -52.6, -176.1, -34.4])
    assert view is not None
    assert view.east - view.west < 60
    assert 0 < view.x(view.near(-176.2)) < WIDTH


def test_places_on_both_sides_of_the_antimeridian_are_near() -> None:
    """Auckland and Apia are neighbours, not a world apart."""
    view = maps._view([(174.8, -36.8), (-171.8, -13.8)], None)
    assert view is not None
    assert view.east - view.west < 90


def _contains(ring: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Return whether a point lies in a ring, by the edges that a ray to the east crosses."""
    closed = zip(ring, [*ring[1:], ring[0]], strict=True)
    crossed = [
        (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] > x
        for a, b in closed
        if (a[1] > y) != (b[1] > y)
    ]
    return sum(crossed) % 2 == 1


def test_ring_is_cut_without_a_change_in_the_frame() -> None:
    """Of rings that wind through the frame and around it, points far outside are left out only."""
    random = Random(7)
    frame, less = (-5.0, -5.0, 5.0, 5.0), 0
    for _ in range(200):
        corners = [(random.uniform(-20, 20), random.uniform(-20, 20)) for _ in range(9)]
        points = [
            (a[0] + (b[0] - a[0]) * part / 20, a[1] + (b[1] - a[1]) * part / 20)
            for a, b in pairwise([*corners, corners[0]])
            for part in range(20)
        ]
        pieces = [points[i : i + 16] for i in range(0, len(points), 16)]
        ring = maps.Ring(maps._bounds(points), tuple((maps._bounds(p), p) for p in pieces))
        cut = maps._cut(ring, frame)
        less += len(points) - len(cut)
        for _ in range(50):
            x, y = random.uniform(-5, 5), random.uniform(-5, 5)
            assert _contains(points, x, y) == _contains(cut, x, y)
    assert less > 200 * 90  # half of each ring or more


def test_arc_is_thinned_between_its_ends() -> None:
    """Points nearer than a step to the one before are left out, but never an end."""
    arc = [(0.0, 0.0), (1.0, 0.0), (1.0, 0.1), (1.0, 3.0), (1.0, 3.1)]
    assert maps._thinned(arc, 0.5) == [(0, 0), (1, 0), (1, 3), (1, 3.1)]


def test_path_is_relative() -> None:
    """Steps are relative, in tenths of a pixel; a line is no ring."""
    assert maps._path([[(0, 0), (100, 0), (100, 55)]]) == "M0 0l10 0 0 5.5z"
    assert maps._path([[(0, 0), (1, 0)]]) == ""


@pytest.mark.skipif(
    not (VENDOR / "countries-50m.json").is_file(), reason="world-atlas is not installed: npm ci"
)
@pytest.mark.parametrize("box", [(-10, 35, 30, 60), (20, 41, 190, 82), (-180, -80, 180, 80)])
def test_map_stays_small(box: tuple[float, ...]) -> None:
    """However much of the world is in view, a map stays below 25 kB."""
    assert len(draw(VENDOR, [BARCELONA], box, "Map", "643")) < 25_000
