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
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("name", COUNTED)
def test_what_has_practices_stands_first(client: Client, name: str) -> None:
    """Things with practices stand before those without, each by name; `sort=name` mixes them."""
    usual = rows(client, f"{name}.csv?size=1000")
    counts = [int(row["practices"]) > 0 for row in usual]
    assert counts == sorted(counts, reverse=True)
    for part in (True, False):
        labels = [r["label"] for r, has in zip(usual, counts, strict=True) if has == part]
        assert labels == sorted(labels, key=collation_key)
    labels = [row["label"] for row in rows(client, f"{name}.csv?size=1000&sort=name")]
    assert labels == sorted((row["label"] for row in usual), key=collation_key)
    assert rows(client, f"{name}.csv?size=1000&sort=practices") == usual


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
