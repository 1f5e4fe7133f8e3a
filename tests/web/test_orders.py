"""Orders of the lists of places, topics and networks."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from iccgraph.languages import collation_key
from tests.web.client import Client

PAGE = {"Accept": "text/html"}
COUNTED = ("cities", "countries", "topics", "networks")
"""The lists that put what has practices first."""


def rows(client: Client, address: str) -> list[dict[str, str]]:
    """Return the rows of a list as CSV."""
    answer = client.ask(address)
    assert answer.status == 200, address
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


def shown(client: Client, address: str) -> list[tuple[str, bool]]:
    """Return the names on the page of a list, each with whether it has practices."""
    answer = client.ask(address, headers={"Accept": "text/html"})
    assert answer.status == 200, address
    tiles = re.findall(r'(?s)<ul class="tiles">(.*?)</ul>', answer.text)[0].split("<li")[1:]
    return [
        (html.unescape(re.findall(r"<a[^>]*>([^<]+)</a>", tile)[0]), "tile-count" in tile)
        for tile in tiles
    ]


@pytest.mark.parametrize("name", COUNTED)
def test_what_has_practices_stands_first(client: Client, name: str) -> None:
    """Things with practices stand before those without, each by name; `sort=name` mixes them."""
    usual = shown(client, f"en/{name}?size=1000")
    assert usual
    assert [has for _, has in usual] == sorted((has for _, has in usual), reverse=True)
    for part in (True, False):
        labels = [label for label, has in usual if has == part]
        assert labels == sorted(labels, key=collation_key)
    mixed = shown(client, f"en/{name}?size=1000&sort=name")
    assert mixed == sorted(usual, key=lambda row: collation_key(row[0]))
    assert shown(client, f"en/{name}?size=1000&sort=practices") == usual
    column = {"cities": "name", "countries": "name"}.get(name, "label_en")
    listed = [row[column] for row in rows(client, f"{name}.csv?size=1000")]
    assert listed == [label for label, _ in usual]


@pytest.mark.parametrize("sort", ["", "&sort=name"])
def test_pages_are_parts_of_one_order(client: Client, sort: str) -> None:
    """The pages of a list are its parts, each thing on one of them, whatever the order."""
    whole = rows(client, f"cities.csv?size=1000{sort}")
    pages = [rows(client, f"cities.csv?size=50&page={number}{sort}") for number in range(1, 5)]
    assert [row for page in pages for row in page] == whole[:200]


def test_the_order_is_told_and_switched(client: Client) -> None:
    """The page names its order and links the other, which keeps what else was chosen."""
    page = client.ask("en/networks?size=5&page=2", headers=PAGE).text
    assert ">With practices first</a>" in page
    links = [html.unescape(path) for path in re.findall(r'href="([^"]*sort=name[^"]*)"', page)]
    assert "/en/networks?size=5&sort=name" in links
    switched = client.ask("en/networks?size=5&sort=name", headers=PAGE).text
    assert 'aria-current="true">Name</a>' in switched
    assert "With practices first" not in client.ask("en/topics", headers=PAGE).text  # all have some
    guidance = client.ask("en/guidance", headers=PAGE).text
    assert "With practices first" not in guidance


@pytest.mark.parametrize(
    "address", ["cities.csv?sort=nam", "guidance.csv?sort=practices", "topics.ttl?sort=title"]
)
def test_unknown_orders_are_refused(client: Client, address: str) -> None:
    """An order that a list does not have is 400 in every format, with those there are."""
    problem = client.ask(address)
    assert problem.status == 400
    found = problem.json()
    assert found["parameter"] == "sort"
    assert "name" in [one["value"] for one in found["nearest"]]
