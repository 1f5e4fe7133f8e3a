"""The one address of each page: canonical addresses, in each language and for each state."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.client import Client

PAGE = {"Accept": "text/html"}


def canonical(client: Client, path: str) -> str:
    """Return the canonical address that a page names, below the site."""
    answer = client.ask(path, headers=PAGE)
    assert answer.status == 200, path
    (address,) = re.findall(r'<link rel="canonical" href="([^"]*)">', answer.text)
    (shared,) = re.findall(r'<meta property="og:url" content="([^"]*)">', answer.text)
    (default,) = re.findall(r'hreflang="x-default" href="([^"]*)"', answer.text)
    assert address == shared
    site = html.unescape(default).partition("://")[2].partition("/")[0]
    return html.unescape(address).partition(f"://{site}/")[2]


@pytest.mark.parametrize(
    "path", ["", "city/barcelona", "practices", "topic/education", "sparql", "data/", "def"]
)
def test_pages_of_a_language_are_canonical(client: Client, path: str) -> None:
    """A page names itself, in its language, as canonical; so does the one without a language."""
    for start in ("", "en/", "fr/"):
        assert canonical(client, start + path) == start + path


@pytest.mark.parametrize(
    ("asked", "one"),
    [
        ("country=pt&topic=education&country=es", "topic=education&country=es&country=pt"),
        ("q=school&country=es", "country=es&q=school"),
        ("country=es&country=es&page=1", "country=es"),
        ("sort=title", ""),
        ("sort=match&q=school", "q=school"),
        ("topic=website-refugees&scheme=website", "topic=website-refugees&scheme=website"),
        ("topic=website-refugees", "topic=website-refugees&scheme=website"),
        ("page=2&utm_source=x", "page=2"),
        ("year=none&ongoing=true&year=2010-2015", "year=2010-2015&year=none&ongoing=true"),
    ],
)
def test_states_have_one_address(client: Client, asked: str, one: str) -> None:
    """However the parameters of a list stand, its canonical address is the same."""
    for start in ("", "fr/"):
        expected = f"{start}practices" + (f"?{one}" if one else "")
        assert canonical(client, f"{start}practices?{asked}") == expected
        assert canonical(client, expected) == expected
    if one:
        assert canonical(client, f"fr/?{asked}") == f"fr/practices?{one}"


def test_lists_of_other_things_have_one_address(client: Client) -> None:
    """What a list takes no notice of is not in its canonical address."""
    assert canonical(client, "en/cities?scheme=website&sort=practices") == "en/cities"
    assert canonical(client, "en/topics?sort=name&scheme=website") == (
        "en/topics?sort=name&scheme=website"
    )


def test_links_lead_to_the_one_address(client: Client) -> None:
    """Filters, chips and the map of a list link addresses that are canonical."""
    shown = client.ask("en/practices?country=pt&topic=education", headers=PAGE).text
    main = shown.partition("<main")[2].partition('class="as-data"')[0]
    found = {html.unescape(p) for p in re.findall(r'href="(/en/practices\?[^"#]*)"', main)}
    assert len(found) > 60
    assert "/en/practices?topic=education&country=es&country=pt" in found
    for path in sorted(found)[::7]:
        assert canonical(client, path[1:]) == path[1:]
