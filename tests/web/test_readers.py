"""What readers of French meet on the pages of the real release."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Final

import pytest

from iccgraph.languages import collation_key
from tests.web.client import accept, ask

LABEL: Final = re.compile(r"<a [^>]*>([^<]*)</a>")
TIME: Final = re.compile(r'<time datetime="([^"]*)">([^<]*)</time>')


def page(site: str, path: str, language: str = "fr") -> str:
    """Return the page for a reader of a language."""
    return ask(site, path, headers=accept("text/html", Accept_Language=language)).text


def labels(text: str, start: str, end: str) -> list[str]:
    """Return the labels of the links in a part of a page."""
    part = text.partition(start)[2].partition(end)[0]
    return [html.unescape(label) for label in LABEL.findall(part)]


@pytest.mark.parametrize("name", ["countries", "cities", "topics", "city-topics", "networks"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_lists_are_in_the_order_of_their_labels(live: str, name: str, language: str) -> None:
    """A list is in the order of what it shows, whatever the language."""
    found = labels(
        page(live, f"{name}?size=1000&sort=name", language), '<ul class="tiles">', "</ul>"
    )
    assert len(found) > 5
    assert found == sorted(found, key=collation_key)


def test_practices_are_in_the_order_of_their_titles(live: str) -> None:
    """Practices are in the order of the titles that readers of each language see."""
    for language in ("en", "fr"):
        text = page(live, "practices?size=1000", language)
        found = re.findall(r'class="card-title"><a [^>]*>([^<]*)</a>', text)
        titles = list(map(html.unescape, found))
        assert len(titles) > 200
        assert titles == sorted(titles, key=collation_key), language


def test_data_keep_their_order(live: str) -> None:
    """A table is in the order of its English labels, whoever asks for it."""
    answers = [
        ask(live, f"countries.csv?size=1000&sort=name{more}", headers={"Accept-Language": "fr"})
        for more in ("", "&lang=fr")
    ]
    for answer in answers:
        found = [row["name"] for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))]
        assert found == sorted(found, key=collation_key)
        assert found.index("Germany") > found.index("France")


def test_selectors_and_tables_are_in_order(live: str) -> None:
    """Countries to choose from, and those of the table of links, are in order."""
    options = re.findall(r'<option value="[a-z]{2}">([^<]*)</option>', page(live, "fr/reconcile"))
    countries = labels(
        page(live, "fr/links").partition('aria-labelledby="countries"')[2],
        '<ul class="rows columns">',
        "</ul>",
    )
    for found in (list(map(html.unescape, options)), countries):
        assert len(found) > 20
        assert found == sorted(found, key=collation_key)
    assert countries.index("Suède") < countries.index("Suisse")


def test_ties_are_in_order(live: str) -> None:
    """Topics with as many practices as each other are in the order of their labels."""
    text = page(live, "fr/city/barcelona")
    part = text[text.index('id="topics"') : text.index('id="practices"')]
    row = r'<th scope="row">.*?<a [^>]*>([^<]*)</a>.*?<td[^>]*>(?:<a [^>]*>)?(\d+)'
    rows = re.findall(row, part, re.DOTALL)
    found = [(-int(count), collation_key(html.unescape(label))) for label, count in rows]
    assert len(found) > 5
    assert found == sorted(found)


def test_days_are_in_words(live: str) -> None:
    """A day is in words, and programs find its form of ISO 8601."""
    for language, words in (("en", "23 November 2026"), ("fr", "23 novembre 2026")):
        found = TIME.findall(page(live, "practice/espai-avinyo", language))
        assert ("2026-11-23", words) in found


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("practices?page=999", "La page 999 n’existe pas\u202f; la dernière est la page"),
        ("city/nowhere", "Aucune ville de ce site ne s’appelle «\u00a0nowhere\u00a0»."),
        ("sparql?query=DROP+ALL", "DROP modifie les données\u202f; ce service"),
        ("sparql?query=hello", "Ce n’est pas une requête SPARQL\u00a0: elle"),
    ],
)
def test_errors_are_in_french(live: str, path: str, detail: str) -> None:
    """What an error says is in French for people, and in English for programs."""
    found = html.unescape(page(live, path))
    assert detail in found
    assert '<p class="lead" lang="en">' not in found
    problem = ask(live, path, headers={"Accept-Language": "fr", "Accept": "application/json"})
    assert detail[:12] not in problem.text


def test_the_vocabulary_has_french_examples(live: str) -> None:
    """An example in words is in French; what is only in English says so."""
    text = page(live, "def")
    assert "Barcelone et l’éducation" in text
    assert "Barcelona and education" not in text
    assert '<span lang="en">&lt;id/city/barcelona&gt;' in text


def test_properties_have_french_names(live: str) -> None:
    """The properties of matching are named and explained in French."""
    text = page(live, "reconcile")
    assert "nom en français" in text
    assert "le pays où se trouve" in text
    assert 'table lang="en"' not in text
