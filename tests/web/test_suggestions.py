"""What is suggested for an address that leads nowhere."""

from __future__ import annotations

import html
import re

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.reconcile import entities
from iccgraph.settings import Settings
from tests.web.app import application
from tests.web.client import Client, accept

HTML = "text/html"


def suggested(client: Client, path: str) -> list[str]:
    """Return the paths that the problem for an address names."""
    answer = client.ask(path)
    assert answer.status == 404, path
    site = client.ask("reconcile").json()["documentation"].removesuffix("reconcile")
    return [near["url"].removeprefix(site) for near in answer.json().get("nearest", [])]


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("city/barcelon", "city/barcelona"),
        ("city/Barcelona", "city/barcelona"),
        ("city/barcelona/", "city/barcelona"),
        ("id/city/barcelon.ttl", "city/barcelona"),
        ("city/Barselone", "city/barcelona"),
        ("city/spain", "country/es"),
        ("country/Espagne", "country/es"),
        ("topic/mediation", "topic/mediation-and-conflict-resolution"),
        ("practice/don-t-feed-the-rumor", "practice/don-t-feed-the-rumour"),
        ("scheme/indx", "scheme/index"),
        ("network/recy", "network/reci"),
        ("assessment/bilbao-2013-reprt", "assessment/bilbao-2013-report"),
        ("city-topic/barcelona/educaton", "city-topic/barcelona/education"),
        ("towns/barcelona", "city/barcelona"),
        ("barcelona", "city/barcelona"),
        ("practise", "practices"),
        ("city", "cities"),
        ("reconcile.html", "reconcile"),
        ("sparq", "sparql"),
    ],
)
def test_a_slip_leads_to_what_was_meant(client: Client, path: str, first: str) -> None:
    """An address with a slip, of another kind or without one has the one that was meant first."""
    found = suggested(client, path)
    assert found[0] == first
    assert len(found) == len(set(found)) <= 5
    assert client.ask(first).status == 200


def test_downloads_are_suggested(client: Client) -> None:
    """The name of a file with a slip leads to the file."""
    assert "data/practices.csv" in suggested(client, "data/practice.csv")


@pytest.mark.parametrize(
    "path", ["wp-login.php", "nothing-at-all", "city/%00", "city/" + "x" * 5000]
)
def test_nothing_is_made_up(client: Client, path: str) -> None:
    """What is like nothing here leads nowhere, and neither does an address that is right itself."""
    assert suggested(client, path) == []


def test_the_page_asks(client: Client) -> None:
    """The page of the error links the suggestions in the reader's language, with what they are."""
    for language, question, name, kind in (
        ("en", "Did you mean one of these?", "Barcelona", "Municipality, Spain"),
        ("fr", "Cherchiez-vous l’une de ces pages\u202f?", "Barcelone", "Commune, Espagne"),
    ):
        page = client.ask(f"{language}/city/barcelon", headers=accept(HTML)).text
        found = html.unescape(page)
        assert question in found
        link = rf'<a href="/{language}/city/barcelona">{name}</a>\s*<span [^>]*>{kind}<'
        assert re.search(link, found)


def test_one_suggestion_is_one(client: Client) -> None:
    """The question is about one page where there is one."""
    page = client.ask("en/scheme/indx", headers=accept(HTML)).text
    assert "Did you mean this?" in page


def test_many_practices_are_looked_up_by_their_keys(
    built: Built, real_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are too many practices to hold, a key that begins like another leads to it."""
    monkeypatch.setattr(entities, "MOST_HELD", 1)
    with application(real_settings) as client:
        for slip in ("don-t-feed-the-rumor", "don-t-feed-rumour", "don-t-feed-the-rumourr"):
            nearest = client.get(f"/practice/{slip}").get_json()["nearest"]
            assert nearest[0]["url"].endswith("/practice/don-t-feed-the-rumour"), slip
            assert nearest[0]["label"] == "Don’t Feed the Rumour"
        assert "nearest" not in client.get("/practice/zzz").get_json()
