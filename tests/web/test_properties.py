"""Properties that no code knows but for their row in the table: one of practices, one of cities."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from iccgraph.vocab import XSD, term
from tests.conftest import ROOT
from tests.unit.support import small_sources

NEIGHBOURS = NamedNode("https://w3id.org/iccgraph/id/practice/neighbours")
LISBON = NamedNode("https://w3id.org/iccgraph/id/city/lisbon")


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what a release with the properties answers, from a process of its own."""
    folder = tmp_path_factory.mktemp("made-up")
    small_sources(folder)
    command = [sys.executable, "-m", "tests.web.made_up_property", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def objects(turtle: str, subject: NamedNode, predicate: NamedNode) -> list[object]:
    """Return the objects of a subject and predicate in a Turtle document, in its order."""
    quads = parse(turtle, format=RdfFormat.TURTLE)
    return [q.object for q in quads if (q.subject, q.predicate) == (subject, predicate)]


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_turtle_states_them(answers: dict[str, str]) -> None:
    """Texts have the language of their row, and a year its datatype."""
    assert objects(answers["practice.ttl"], NEIGHBOURS, term("icc:madeUpText")) == [
        Literal("pensioners", language="en"),
        Literal("young families", language="en"),
    ]
    year = objects(answers["city.ttl"], LISBON, term("icc:madeUpYear"))
    assert year == [Literal("2011", datatype=XSD.gYear)]


def test_they_stand_where_the_table_has_them(answers: dict[str, str]) -> None:
    """In a document a property follows what its row follows in the table."""
    text = answers["practice.ttl"]
    order = [
        text.index(name) for name in ("description", "icc:madeUpText", "icc:city", "icc:period")
    ]
    assert order == sorted(order)
    text = answers["city.ttl"]
    assert text.index("alternateName") < text.index("icc:madeUpYear") < text.index("icc:kind")


def test_jsonld_has_their_terms(answers: dict[str, str]) -> None:
    """The JSON-LD writes each under its name in the context, and brings that part of it."""
    practice, city = json.loads(answers["practice.jsonld"]), json.loads(answers["city.jsonld"])
    assert practice["madeUpText"] == {"en": ["pensioners", "young families"]}
    assert practice["@context"]["madeUpText"]["@id"] == "icc:madeUpText"
    assert city["madeUpYear"] == "2011"
    assert city["@context"]["madeUpYear"] == {"@id": "icc:madeUpYear", "@type": "xsd:gYear"}


def test_dumps_have_their_columns(answers: dict[str, str]) -> None:
    """Each table has one column more, after those that it has without."""
    practices, cities = rows(answers["practices.csv"]), rows(answers["cities.csv"])
    header = list(practices[0])
    assert header.index("made_up_text") > header.index("recorded_on")
    assert {r["key"]: r["made_up_text"] for r in practices if r["made_up_text"]} == {
        "neighbours": "pensioners|young families"
    }
    header = list(cities[0])
    assert header.index("made_up_year") > header.index("geonames")
    assert {r["key"]: r["made_up_year"] for r in cities if r["made_up_year"]} == {"lisbon": "2011"}


@pytest.mark.parametrize(
    ("page", "heading"),
    [("practice.html", "Audience reached"), ("practice.fr", "Public touché")],
)
def test_a_page_shows_it_as_text(answers: dict[str, str], page: str, heading: str) -> None:
    """The section “text” is prose, under the label of the ontology in the reader’s language."""
    prose = answers[page].partition('<div class="prose">')[2].partition("</div>")[0]
    assert f"<h2>{heading}</h2>" in prose
    language = ' lang="en"' if page.endswith("fr") else ""
    for text in ("pensioners", "young families"):
        assert f"<li{language}>{text}</li>" in prose
    assert 'class="prose"' not in answers["other practice.html"]


@pytest.mark.parametrize(
    ("page", "heading"), [("city.html", "Member since"), ("city.fr", "Membre depuis")]
)
def test_a_page_shows_it_as_fact(answers: dict[str, str], page: str, heading: str) -> None:
    """The section “facts” is the list of facts at the top of the page."""
    facts = answers[page].partition('<dl class="facts">')[2].partition("</dl>")[0]
    assert f"<div><dt>{heading}</dt><dd>2011</dd></div>" in facts


def test_queries_find_them(answers: dict[str, str]) -> None:
    """SPARQL finds both, and the search finds the texts of the page."""
    found = [(row["text"], row["year"]) for row in rows(answers["query"])]
    assert found == [("pensioners", "2011"), ("young families", "2011")]
    assert [row["key"] for row in rows(answers["search"])] == ["neighbours"]


def test_shapes_check_them(answers: dict[str, str]) -> None:
    """What breaks the shape of a property ends the build, and names the row."""
    assert "practices.csv:3" in answers["refused"]
    assert "Name the audience in a few words." in answers["refused"]


def test_what_follows_is_written(answers: dict[str, str]) -> None:
    """The columns are named among the keys, and documents have a row for each, where it belongs."""
    tables = json.loads(answers["data/csv-metadata.json"])["tables"]
    for table, column in (("practices.csv", "made_up_text"), ("cities.csv", "made_up_year")):
        (described,) = [t["tableSchema"]["columns"] for t in tables if t["url"] == table]
        assert described[-1] == {"name": column}
    row = "| `made_up_text` | `pensioners` | whom it has reached |\n"
    practices = answers["data/README.md"].partition("\n## practices.csv\n")[2]
    assert row in practices.partition("\n## ")[0]
    row = "| `icc:madeUpText` | 0..n | Those whom the practice has reached. |\n"
    practices = answers["docs/data-model.md"].partition("\n### Practice\n")[2]
    assert row in practices.partition("\n### ")[0]
    assert "| `icc:madeUpYear` | 0..1, city only |  |\n" in answers["docs/data-model.md"]


def test_the_vocabulary_has_them(answers: dict[str, str]) -> None:
    """The document of the vocabulary defines the terms."""
    labels = objects(answers["ontology"], term("icc:madeUpText"), term("rdfs:label"))
    assert Literal("public touché", language="fr") in labels
