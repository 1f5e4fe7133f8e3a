"""A place is shown, listed and counted with the places that lie in it."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from tests.web.client import Client

BERLIN = "https://w3id.org/iccgraph/id/city/berlin"
NEUKOLLN = f"{BERLIN}-neukolln"
CONTAINERS = ("amsterdam", "antalya", "bursa", "kyiv", "london", "seoul")


def listed(client: Client, query: str) -> list[str]:
    """Return the keys of the practices that a query of `/practices` selects."""
    answer = client.ask(f"practices.csv?{query}")
    return [row["key"] for row in csv.DictReader(StringIO(answer.text))]


def test_filter_takes_what_lies_within(client: Client) -> None:
    """The practices of Berlin are its own and those of Neukölln, each once."""
    smaller = set(listed(client, "city=berlin-neukolln"))
    both = listed(client, "city=berlin")
    assert len(both) == len(set(both))
    assert smaller
    assert set(both) - smaller == {"give-something-back-to-berlin"}


def test_filter_takes_a_whole_region(client: Client) -> None:
    """A question about a region finds what its municipalities do."""
    smaller = listed(client, "city=reggio-emilia")
    assert len(smaller) > 1
    assert set(smaller) < set(listed(client, "city=emilia-romagna"))


def test_filter_says_so(client: Client) -> None:
    """The page of the filtered list names the places within, the others say nothing."""
    assert (
        "are listed too: <span>Berlin-Neukölln</span>." in client.ask("practices?city=berlin").text
    )
    assert "are listed too" not in client.ask("practices?city=berlin-neukolln").text


@pytest.mark.parametrize("city", ["berlin", "london", "catalonia", "lisbon"])
def test_counts_agree(client: Client, city: str) -> None:
    """The number of practices in the list of cities is that of the filtered list."""
    page = client.ask("cities.html?size=1000").text
    tile = page.partition(f'href="/city/{city}"')[2].partition("</li>")[0]
    count = int(tile.partition('"tile-count">')[2].split()[0])
    assert count == len(listed(client, f"city={city}")) > 0


def test_documents_name_each_other(client: Client) -> None:
    """The document about a place names the larger one, and that about this the smaller ones."""
    smaller = json.loads(client.ask("city/berlin-neukolln.jsonld").text)
    assert smaller["containedInPlace"]["id"] == BERLIN
    larger = json.loads(client.ask("city/berlin.jsonld").text)
    assert [place["id"] for place in larger["containsPlace"]] == [NEUKOLLN]


def test_pages_name_each_other(client: Client) -> None:
    """The page of a place leads to the larger one and to the smaller ones."""
    assert '<a href="/city/berlin">Berlin</a>' in client.ask("city/berlin-neukolln").text
    page = client.ask("city/berlin").text
    assert '<a href="/city/berlin-neukolln">Berlin-Neukölln</a>' in page
    assert "Practices of the places within it are listed too." in page


def test_a_larger_place_alone(client: Client) -> None:
    """What is there only since others lie in it says so, and is no city of the programme."""
    for key in CONTAINERS:
        assert "No list of the programme names this place itself" in client.ask(f"city/{key}").text
    assert "No list of the programme" not in client.ask("city/berlin").text
    table = csv.DictReader(StringIO(client.ask("practices.csv?size=1000").text))
    cities = {city for row in table for city in row["cities"].split("|") if city}
    assert cities.isdisjoint(CONTAINERS)
    assert f"<strong>{len(cities)}</strong> cities with practices" in client.ask("").text


def test_links_count_the_place_alone(client: Client) -> None:
    """The page about a city and a topic lists as many practices as it counts."""
    page = client.ask("city-topic/berlin/participation").text
    assert page.count('class="card"') == 1
