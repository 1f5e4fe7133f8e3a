"""A language that no code knows: a made-up German release, from columns, labels and words alone."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from iccgraph.languages import collation_key
from iccgraph.publish.pipeline import build_release
from iccgraph.serve.context import SETTINGS
from iccgraph.serve.pages.words import WORDS
from iccgraph.settings import Settings
from tests.unit.support import add, load, save, small_sources, table
from tests.web.app import application

_TILE = re.compile(r"<a [^>]*>([^<]*)</a>")
NAMES = {
    "countries": {"ES": "Spanien", "PT": "Portugal", "AR": "Argentinien"},
    "cities": {"lisbon": "Lissabon", "barcelona": "Barcelona"},
}
PHRASES = {
    "English": "Deutsch",
    "1,234.5": "1.234,5",
    "Search the practices": "Die guten Beispiele durchsuchen",
    "{count} practices": "{count} gute Beispiele",
}
LABELS = """
<https://w3id.org/iccgraph/id/topic/public-services> skos:prefLabel "Öffentliche Dienste"@de .
<https://w3id.org/iccgraph/id/topic/education> skos:prefLabel "Bildung"@de .
"""


def speak_german(settings: Settings) -> None:
    """Add the columns, labels and the language of the shapes that a German release needs."""
    for name, names in NAMES.items():
        path = settings.data_dir / f"{name}.csv-metadata.json"
        metadata = json.loads(path.read_text(encoding="utf-8"))
        columns = metadata["tableSchema"]["columns"]
        french = next(c for c in columns if c["name"] == "name_fr")
        columns.append({**french, "name": "name_de", "titles": "name_de", "lang": "de"})
        path.write_text(json.dumps(metadata), encoding="utf-8")
        rows = load(table(settings, name))
        key = next(iter(rows[0]))
        rows = [{**row, "name_de": names.get(row[key], "")} for row in rows]
        for row in rows:
            row["other_names"] = row["other_names"].replace("|Lissabon@de", "")
        save(table(settings, name), rows, rows[0])
    topics = settings.data_dir / "topics-index.ttl"
    topics.write_text(topics.read_text(encoding="utf-8") + LABELS, encoding="utf-8")
    for path in settings.shapes_dir.glob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('( "en" "fr" )', '( "en" "fr" "de" )'), encoding="utf-8")


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve a release with German labels, with words in German beside those that there are."""
    folder = tmp_path_factory.mktemp("german")
    settings = small_sources(folder)
    speak_german(settings)
    cells = {"decision": "related", "date": "2026-11-23", "reason": "Both are about a house."}
    add(settings, "doubles", practice="neighbours", other="casa-aberta", **cells)
    assert build_release(settings).report.conforms
    shutil.copytree(WORDS, folder / "words")
    words = json.dumps(PHRASES, ensure_ascii=False)
    (folder / "words" / "de.json").write_text(words, encoding="utf-8")
    with application(settings, folder / "words") as client:
        yield client


def page(client: FlaskClient, path: str, language: str) -> TestResponse:
    """Return a page as a reader of a language sees it."""
    return client.get(path, headers={"Accept": "text/html", "Accept-Language": language})


def test_titles_of_others_are_in_the_readers_language(german: FlaskClient) -> None:
    """A page calls other practices as their own pages do: in the language, else in English."""
    found = german.get("/de/practice/neighbours").text
    related = found[found.index('id="related"') :]
    assert '<a href="/de/practice/casa-aberta" lang="en">Open house</a>' in related
    (candidate,) = german.get("/reconcile?query=Casa+aberta&type=practice").get_json()["result"]
    assert candidate["name"] == "Open house"
    listed = {row["key"]: row for row in rows(german.get("/practices.csv"))}
    assert listed["casa-aberta"]["title_en"] == "Open house"


def rows(response: TestResponse) -> list[dict[str, str]]:
    """Return the rows of a CSV response."""
    found = list(csv.DictReader(io.StringIO(response.text)))
    response.close()
    return found


def test_pages_are_in_german(german: FlaskClient) -> None:
    """Accept-Language and an address below /de/ get a page in German: words, labels and numbers."""
    for found in (
        page(german, "/city/lisbon", "de-AT, en;q=0.5"),
        german.get("/de/city/lisbon"),
    ):
        assert found.headers["Content-Language"] == "de"
        assert '<html lang="de">' in found.text
        assert "<h1>Lissabon</h1>" in found.text
        assert "Öffentliche Dienste" in found.text
    assert "Die guten Beispiele durchsuchen" in page(german, "/", "de").text
    assert ">100.000<" in page(german, "/sparql", "de").text


def test_what_has_no_german_is_english(german: FlaskClient) -> None:
    """A thing without a German label, and a phrase without translation, are shown in English."""
    text = page(german, "/city/cordoba", "de").text
    assert "<h1>Córdoba</h1>" in text
    assert "Spanien" in text
    assert "Skip to the content" in text


def test_every_language_is_offered(german: FlaskClient) -> None:
    """A page links to itself in each other language, by the language's own name."""
    for language, others in (("en", "de fr"), ("fr", "en de"), ("de", "en fr")):
        text = page(german, "/city/lisbon", language).text
        assert f'<html lang="{language}">' in text
        for other in others.split():
            assert f'<a href="/{other}/city/lisbon" hreflang="{other}"' in text
        found = re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]*)">', text)
        site = german.application.config[SETTINGS].site
        assert dict(found) == {
            "x-default": f"{site}city/lisbon",
            **{tag: f"{site}{tag}/city/lisbon" for tag in ("en", "de", "fr")},
        }
    assert ">Deutsch</a>" in page(german, "/", "fr").text


def test_an_unknown_language_is_english(german: FlaskClient) -> None:
    """A language without words gets the page in English."""
    assert page(german, "/city/lisbon", "nl").headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/city/lisbon.ttl", '"Lissabon"@de'),
        ("/practice/casa-aberta.ttl", '"Lissabon"@de'),
        ("/practice/casa-aberta.ttl", '"Öffentliche Dienste"@de'),
        ("/city-topic/lisbon/public-services.ttl", '"Lissabon – Öffentliche Dienste"@de'),
        ("/city-topic/cordoba/education.ttl", '"Córdoba – Bildung"@de'),
        ("/country/es.ttl", '"Spanien"@de'),
        ("/countries.ttl", '"Spanien"@de'),
        ("/topic/education.ttl", '"Bildung"@de'),
    ],
)
def test_data_has_german_labels(german: FlaskClient, path: str, label: str) -> None:
    """Documents and collections give the German label with its tag."""
    assert label in german.get(path).text


@pytest.mark.parametrize(
    ("path", "column", "label"),
    [
        ("/cities.csv", "name_de", "Lissabon"),
        ("/links.csv", "label_de", "Lissabon"),
        ("/data/cities.csv", "name_de", "Lissabon"),
        ("/data/countries.csv", "name_de", "Spanien"),
        ("/data/topics.csv", "label_de", "Bildung"),
    ],
)
def test_tables_have_a_german_column(
    german: FlaskClient, path: str, column: str, label: str
) -> None:
    """Tables have one column of labels a language."""
    found = rows(german.get(path))
    assert label in {row[column] for row in found}
    assert column.replace("_de", "_fr") in found[0]


def shown(response: TestResponse) -> list[str]:
    """Return the labels that a list shows, in its order."""
    tiles = response.text.partition('<ul class="tiles">')[2].partition("</ul>")[0]
    return [html.unescape(found) for found in _TILE.findall(tiles)]


def test_lists_are_in_the_order_of_german_labels(german: FlaskClient) -> None:
    """A list is in the order of the labels that it shows, data in that of the English ones."""
    english = shown(german.get("/en/topics?size=100&sort=name"))
    found = shown(german.get("/de/topics?size=100&sort=name"))
    assert len(found) == len(english) > 10
    assert found == sorted(found, key=collation_key)
    assert {"Bildung", "Öffentliche Dienste"} < set(found)
    assert found.index("Bildung") != english.index("Education")
    for language in ("en", "de"):
        response = german.get(
            "/topics.csv?size=100&sort=name", headers={"Accept-Language": language}
        )
        assert [row["label_en"] for row in rows(response)] == english


def test_pages_of_a_german_list_fit_together(german: FlaskClient) -> None:
    """The pages of a list are its parts, in its order."""
    whole = shown(german.get("/de/countries?size=100"))
    pages = [shown(german.get(f"/de/countries?size=2&page={n}")) for n in (1, 2)]
    assert whole[:4] == pages[0] + pages[1]


def test_german_names_are_found(german: FlaskClient) -> None:
    """Search, reconciliation and suggestions find a place by its German name."""
    assert [row["key"] for row in rows(german.get("/practices.csv?q=lissabon"))] == ["casa-aberta"]
    (best,) = german.get("/reconcile?query=Lissabon&type=city").get_json()["result"]
    assert (best["id"], best["match"]) == ("city/lisbon", True)
    (found,) = german.get("/reconcile/suggest/entity?prefix=lissa").get_json()["result"]
    assert found["id"] == "city/lisbon"


def test_german_names_are_a_property(german: FlaskClient) -> None:
    """The German label can be asked for like any other property, and tells things apart."""
    proposed = german.get("/reconcile/properties?type=city").get_json()["properties"]
    assert {"id": "name_de", "name": "name in de"} in proposed
    extend = json.dumps({"ids": ["city/lisbon"], "properties": [{"id": "name_de"}]})
    extended = german.get("/reconcile", query_string={"extend": extend}).get_json()
    assert extended["rows"]["city/lisbon"]["name_de"] == [{"str": "Lissabon"}]
    properties = json.dumps([{"pid": "name_de", "v": "Lissabon"}])
    answer = german.get("/reconcile", query_string={"query": "Lisbon", "properties": properties})
    assert answer.get_json()["result"][0]["match"]
