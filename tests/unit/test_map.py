"""The maps of places: what is in view, which dots are merged, where they lead, what is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from iccgraph.serve.pages import map as maps
from iccgraph.serve.pages.map import LAYERS, Drawing, Targets, any_city
from iccgraph.serve.pages.outlines import HEIGHT, WIDTH
from iccgraph.settings import Settings

HOSTILE = """</title></svg></script><script>alert(1)</script>"'&{x}"""


def place(key: str, lat: float | None, lon: float | None, **more: Any) -> dict[str, Any]:
    """Return a place as templates give it, which leads to its own page."""
    return {
        "key": key,
        "label": key.title(),
        "lat": lat,
        "lon": lon,
        "path": f"/city/{key}",
        "count": 1,
        **more,
    }


BARCELONA = place("barcelona", 41.39, 2.16, count=10, country="Spain")
SABADELL = place("sabadell", 41.55, 2.11, count=3, country="Spain")
LISBON = place("lisbon", 38.72, -9.14, count=5, country="Portugal")
OSLO = place("oslo", 59.91, 10.75, count=6, country="Norway")
MONTREAL = place("montreal", 45.51, -73.59, count=9, country="Canada")
SEOUL = place("seoul", 37.57, 126.98, count=0, country="Korea")


@pytest.fixture(autouse=True)
def site(tmp_path: Path) -> Iterator[None]:
    """Stand in a site without outlines, whose paths begin with a slash."""
    app = Flask("test")
    app.config["SETTINGS"] = Settings(vendor_dir=tmp_path)
    with app.test_request_context():
        yield


def draw(*points: dict[str, Any], **options: Any) -> Drawing:
    """Return the map of some places, which there must be."""
    view = {name: options.pop(name) for name in ("box", "highlight", "here") if name in options}
    targets = Targets(options.pop("path_of", any_city()), "; {} practices".format, **options)
    drawing = maps.draw(points, "Map", targets, **view)
    assert drawing is not None
    return drawing


def layers(drawing: Drawing) -> dict[str, list[ElementTree.Element]]:
    """Return the dots of each layer, by its name."""
    root = ElementTree.fromstring(drawing.svg)
    return {layer.name: list(root.findall(f"g[@class='{layer.name}']/*")) for layer in LAYERS}


def titles(drawing: Drawing, layer: str) -> list[str | None]:
    """Return the titles of the dots of a layer."""
    return [dot.findtext("title") for dot in layers(drawing)[layer]]


def position(dot: ElementTree.Element) -> tuple[int, int]:
    """Return where a dot is."""
    x, y = re.findall(r"\d+", dot.attrib["transform"])
    return int(x), int(y)


def test_dot_leads_to_its_place() -> None:
    """A dot is a link to its path, called after the place and its practices, in every layer."""
    drawing = draw(BARCELONA, OSLO)
    assert titles(drawing, "narrow") == ["Barcelona; 10 practices", "Oslo; 6 practices"]
    for dots in layers(drawing).values():
        assert [(dot.tag, dot.get("href")) for dot in dots] == [
            ("a", "/city/barcelona"),
            ("a", "/city/oslo"),
        ]


def test_near_places_are_one_dot() -> None:
    """Places that would overlap are one dot with their sum, which leads to all of them."""
    drawing = draw(BARCELONA, SABADELL, OSLO)
    (both, oslo) = layers(drawing)["narrow"]
    assert both.findtext("title") == "Barcelona, Sabadell; 13 practices"
    assert both.get("href") == "/practices?city=barcelona&city=sabadell"
    assert both.get("class") == "many"
    assert "13" in [text.text for text in both.findall("text")]
    assert oslo.get("class") is None


def test_caller_says_what_several_places_have() -> None:
    """Path and number of several places are the caller's: practices of two cities count once."""
    drawing = draw(
        BARCELONA,
        SABADELL,
        OSLO,
        path_of=lambda keys: f"/?topic=a&near={'+'.join(keys)}",
        total=lambda keys: 10 + len(keys),
    )
    both = layers(drawing)["narrow"][0]
    assert both.findtext("title") == "Barcelona, Sabadell; 12 practices"
    assert both.get("href") == "/?topic=a&near=barcelona+sabadell"


def test_places_without_practices_lead_to_the_list_beside() -> None:
    """A dot of places that have no practice does not lead to an empty list."""
    places = [{**BARCELONA, "count": 0}, {**SABADELL, "count": 0}]
    both = layers(draw(*places, OSLO, beside="#cities"))["narrow"][-1]
    assert (both.get("href"), both.get("class")) == ("#cities", "many empty")


def test_place_without_a_path_is_no_link() -> None:
    """The place that a page is about is drawn, with its name, but leads nowhere."""
    (dot,) = layers(draw({"label": "Barcelona", "lat": 41.39, "lon": 2.16}))["wide"]
    assert dot.tag == "g"
    assert dot.findtext("title") == "Barcelona"


def test_place_of_the_page_is_marked() -> None:
    """The place of the page keeps its spot, whatever is near it and larger."""
    both = layers(draw(BARCELONA, SABADELL, OSLO, here="sabadell"))["narrow"][0]
    assert both.get("class") == "many here"
    assert both.findtext("title") == "Sabadell, Barcelona; 13 practices"


def test_title_of_many_places_is_short() -> None:
    """A dot of many places names some of them and says how many more there are."""
    places = [place(f"place-{n}", 41.39 + n / 1000, 2.16) for n in range(40)]
    title = titles(draw(*places, others="{} and {} more".format), "narrow")[0]
    assert title
    assert title.startswith("Place-0, Place-1,")
    assert title.endswith(" and 34 more; 40 practices")


PLACES = st.lists(
    st.tuples(st.floats(-60, 75), st.floats(-180, 180), st.integers(0, 5000)),
    min_size=1,
    max_size=60,
)


@given(PLACES)
def test_dots_never_overlap(found: list[tuple[float, float, int]]) -> None:
    """No two dots of a layer are nearer than it says, none is larger, all are inside."""
    drawing = draw(*(place(f"p{n}", *where[:2], count=where[2]) for n, where in enumerate(found)))
    for layer in LAYERS:
        dots = layers(drawing)[layer.name]
        spots = [position(dot) for dot in dots]
        for a, b in combinations(spots, 2):
            assert (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 >= layer.apart**2
        for (x, y), dot in zip(spots, dots, strict=True):
            hit, shown = (float(circle.attrib["r"]) for circle in dot.findall("circle"))
            assert shown <= hit == layer.apart / 2
            assert hit <= x <= WIDTH - hit
            assert hit <= y <= HEIGHT - hit


@given(PLACES)
def test_every_place_is_on_the_map_or_said(found: list[tuple[float, float, int]]) -> None:
    """The practices of the dots of each layer and those beyond the map are all there are."""
    places = [place(f"p{n}", *where[:2], count=where[2]) for n, where in enumerate(found)]
    drawing = draw(*places)
    beyond = sum(group.count or 0 for group in drawing.beyond)
    for layer in LAYERS:
        counts = [
            int(re.findall(r"; (\d+) ", title or "")[0]) for title in titles(drawing, layer.name)
        ]
        assert sum(counts) + beyond == sum(where[2] for where in found)
    assert drawing.places + len(drawing.beyond) == len(places)


@given(PLACES)
def test_names_cover_nothing(found: list[tuple[float, float, int]]) -> None:
    """A name lies beside its dot, over no other dot's centre, and there are not too many."""
    drawing = draw(*(place(f"p{n}", *where[:2], count=where[2]) for n, where in enumerate(found)))
    for layer in LAYERS:
        dots = layers(drawing)[layer.name]
        named = 0
        for dot, (x, y) in zip(dots, map(position, dots), strict=True):
            for name in dot.findall("text[@x]"):
                named += 1
                start = x + int(name.attrib["x"])
                wide = layer.letters * maps.LETTER * len(name.text or "")
                left = start - wide if name.get("class") == "name end" else start
                assert left >= 0
                assert left + wide <= WIDTH + 1
                for other in dots:
                    ox, oy = position(other)
                    assert not (left < ox < left + wide and abs(oy - y) < layer.letters / 2)
        assert named <= layer.names


def test_europe_is_shown_if_most_is_there() -> None:
    """Places elsewhere are beyond the map, by country, the most first, and lead to the same."""
    drawing = draw(BARCELONA, SEOUL, MONTREAL, LISBON, OSLO)
    assert drawing.places == 3
    assert [(group.label, group.count, group.path) for group in drawing.beyond] == [
        ("Canada", 9, "/practices?city=montreal"),
        ("Korea", 0, "/practices?city=seoul"),
    ]


def test_far_part_of_a_country_on_the_map_is_named_itself() -> None:
    """Of a country that is on the map, the places that are not are said by their own names."""
    tenerife = place("tenerife", 28.47, -16.25, count=2, country="Spain")
    (group,) = draw(BARCELONA, SABADELL, LISBON, tenerife).beyond
    assert (group.label, group.path) == ("Tenerife", "/city/tenerife")


def test_place_without_a_position_is_said() -> None:
    """A place whose position is not known is beyond every map."""
    (group,) = draw(BARCELONA, place("nowhere", None, None, country="Spain")).beyond
    assert group.label == "Nowhere"


def test_world_is_shown_if_most_is_not_in_europe() -> None:
    """Places all over the world are all on the map."""
    drawing = draw(MONTREAL, SEOUL, place("auckland", -36.85, 174.76), OSLO)
    assert drawing.beyond == []
    assert drawing.places == 4


def test_nothing_to_show_is_no_map() -> None:
    """No place with a position and no box make no map."""
    nowhere = place("nowhere", None, None)
    assert maps.draw([nowhere], "Map", Targets(any_city())) is None
    assert maps.draw([], "Map", Targets(any_city())) is None


def test_single_place_is_about_in_the_middle() -> None:
    """One place lies about the middle of a view that shows its surroundings."""
    view = maps._view([(2.16, 41.39)], None)
    assert view is not None
    assert view.x(2.16) == pytest.approx(WIDTH / 2, abs=WIDTH / 20)
    assert view.y(41.39) == pytest.approx(HEIGHT / 2, abs=HEIGHT / 20)
    assert maps.LEAST_DEGREES <= view.north - view.south < maps.LEAST_DEGREES * 1.5


def test_neighbours_share_a_view() -> None:
    """The outlines of a view are drawn once for places that are near to each other."""
    assert maps._view([(2.16, 41.39)], None) == maps._view([(2.11, 41.45)], None)


def test_small_country_is_shown_whole_and_a_large_one_by_its_places() -> None:
    """A country is in view from edge to edge unless its places would be lost in it."""
    belgium = maps._view([(4.35, 50.85)], [2.5, 49.5, 6.4, 51.5])
    canada = maps._view([(-73.6, 45.5), (-71.9, 45.4)], [-141, 41.7, -52.6, 83.1])
    assert belgium
    assert canada
    assert belgium.west < 2.5 < 6.4 < belgium.east
    assert canada.north - canada.south < 15


def test_box_across_the_antimeridian_stays_narrow() -> None:
    """New Zealand's box goes on beyond 180 degrees; its places are shown inside it."""
    view = maps._view([], [165.9, -52.6, -176.1, -34.4])
    assert view is not None
    assert view.east - view.west < 60
    assert 0 < view.x(view.near(-176.2)) < WIDTH


def test_places_on_both_sides_of_the_antimeridian_are_near() -> None:
    """Auckland and Apia are neighbours, not a world apart."""
    drawing = draw(place("auckland", -36.8, 174.8), place("apia", -13.8, -171.8))
    assert drawing.places == 2
    (south, west), (north, east) = json.loads(drawing.data)["view"]
    assert east - west < 90
    assert north - south < 60


@pytest.mark.parametrize("field", ["label", "path", "key", "country"])
def test_hostile_places_stay_text(field: str) -> None:
    """Markup and quotes in any field of a place neither end an element nor a script."""
    hostile = {**MONTREAL, field: HOSTILE, "lat": 41.5, "lon": 2.2}
    drawing = draw(BARCELONA, hostile, OSLO, {**hostile, "lat": None})
    elements = [*ElementTree.fromstring(drawing.svg).iter()]
    assert {element.tag for element in elements} <= {
        *("svg", "rect", "path", "g", "a", "title", "circle", "text"),
    }
    assert {name for element in elements for name in element.attrib} <= {
        *("viewBox", "role", "aria-label", "class", "width", "height", "d", "transform"),
        *("href", "r", "x"),
    }
    assert "<" not in drawing.data
    assert "&" not in drawing.data
    held = [value for row in json.loads(drawing.data)["places"] for value in row]
    assert (HOSTILE in held) == (field in ("label", "path"))


def test_label_of_the_map_is_escaped() -> None:
    """What a map is called stays the value of its attribute."""
    drawing = maps.draw([BARCELONA], HOSTILE, Targets(any_city()))
    assert drawing
    root = ElementTree.fromstring(drawing.svg)
    assert root.attrib["aria-label"] == HOSTILE


def test_script_gets_all_places() -> None:
    """The JSON has every place that has a position, beyond the map or not, with its path."""
    data = json.loads(draw(BARCELONA, LISBON, MONTREAL).data)
    assert data["places"][1] == ["Montreal", 45.51, -73.59, 9, "/city/montreal"]
    assert len(data["places"]) == 3
    assert data["here"] is False
