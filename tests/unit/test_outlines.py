"""The outlines of countries: how arcs are joined, thinned and cut, and how long they get."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random

import pytest

from iccgraph.serve.pages import outlines
from iccgraph.serve.pages.outlines import Viewport, backdrop

VENDOR = Path(__file__).parents[2] / "var" / "vendor"
SPAIN = Viewport(-10.0, 35.0, 5.0, 45.0)


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


def test_arcs_are_decoded_and_joined(vendor: Path) -> None:
    """Steps become degrees; an arc with a negative number is walked backwards."""
    (ring,) = outlines._rings(vendor / "countries-50m.json", -9)
    assert ring.country == "724"
    assert ring.bounds == (-1000, -5000, 1000, -3000)
    assert ring.start == (-1000, -3000)
    (piece,) = ring.pieces
    assert piece.steps == " 0-2000 2000 0 0 2000-2000 0"


def test_highlighted_country_has_a_path_of_its_own(vendor: Path) -> None:
    """The chosen country is drawn once, apart from the others."""
    drawing = backdrop(vendor, SPAIN, "724")
    assert drawing.count('class="land chosen"') == 1
    assert 'class="land"' not in drawing


def test_without_outlines_there_is_a_grid(tmp_path: Path) -> None:
    """Without the npm files a map is plainer, and no error."""
    drawing = backdrop(tmp_path, SPAIN, "")
    assert 'class="graticule"' in drawing
    assert 'class="land"' not in drawing


def test_damaged_outlines_are_left_out(tmp_path: Path) -> None:
    """A file that is no TopoJSON is as good as none."""
    (tmp_path / "countries-50m.json").write_text("[1, 2")
    assert 'class="land"' not in backdrop(tmp_path, SPAIN, "")


def _contains(ring: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Return whether a point lies in a ring, by the edges that a ray to the east crosses."""
    closed = zip(ring, [*ring[1:], ring[0]], strict=True)
    crossed = [
        (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] > x
        for a, b in closed
        if (a[1] > y) != (b[1] > y)
    ]
    return sum(crossed) % 2 == 1


def _drawn(start: outlines.Point, steps: str) -> list[outlines.Point]:
    """Return the points of a path of relative steps."""
    values = [int(value) for value in re.findall(r"-?\d+", steps)]
    xs, ys = accumulate([start[0], *values[::2]]), accumulate([start[1], *values[1::2]])
    return list(zip(xs, ys, strict=True))


def test_ring_is_cut_without_a_change_in_the_frame(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of rings that wind through the view and around it, points far outside are left out only."""
    random, left_out = Random(7), 0
    view = Viewport(-5, -5, 5, 5)
    for _ in range(200):
        corners = [(random.randint(-2000, 2000), random.randint(-2000, 2000)) for _ in range(9)]
        points = [
            (round(a[0] + (b[0] - a[0]) * part / 40), round(a[1] + (b[1] - a[1]) * part / 40))
            for a, b in pairwise([*corners, corners[0]])
            for part in range(40)
        ]
        points.append(points[0])
        ring = outlines._ring("1", points)
        assert _drawn(ring.start, "".join(p.steps for p in ring.pieces)) == points
        monkeypatch.setattr(outlines, "_rings", lambda *_, ring=ring: (ring,))
        drawn = "".join(path for _, path in outlines._in_view(tmp_path, 0, view))
        cut = _drawn((0, 0), drawn) if drawn else []
        left_out += len(points) - len(cut)
        for _ in range(50):
            x, y = random.uniform(-500, 500), random.uniform(-500, 500)
            assert _contains(points, x, y) == _contains(cut[1:], x, y)
    assert left_out > 200 * 100


def test_arc_is_thinned_between_its_ends() -> None:
    """Points nearer than a step to the one before are left out, but never an end."""
    arc = [(0, 0), (100, 0), (100, 10), (100, 300), (100, 310)]
    assert outlines._thinned(arc, 50) == [(0, 0), (100, 0), (100, 300), (100, 310)]


@pytest.mark.skipif(
    not (VENDOR / "countries-50m.json").is_file(), reason="world-atlas is not installed: npm ci"
)
@pytest.mark.parametrize(
    "view", [(-10, 35, 30, 60), (20, 41, 190, 82), (-170, -60, 190, 80), (-28, 31, 48, 69)]
)
def test_outlines_stay_short(view: tuple[float, ...]) -> None:
    """However much of the world is in view, its outlines take no more than 16 kB."""
    assert len(backdrop(VENDOR, Viewport(*view), "643")) < 16_000
