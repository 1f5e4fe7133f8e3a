"""The page of a practice with sections: its story, and what was translated, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from iccgraph.publish.pipeline import build_release
from tests.unit.support import change, small_sources
from tests.web.app import application

STORY = {
    "year_text": "2018 onwards",
    "summary_fr": "Réunit des voisins à table.",
    "purpose": "Neighbours get to know each other.",
    "purpose_fr": "Faire connaître les voisins.",
    "process": "They cook together.",
    "process_fr": "Ils cuisinent ensemble.",
    "figures": "Ninety guests.",
    "figures_fr": "Quatre-vingt-dix invités.",
    "prizes": "Ladle Prize",
    "prizes_fr": "Prix de la Louche",
    "partners": "Red Cross|Town hall",
    "start_year": "2004",
    "key_references": "Report <https://example.org/report>",
    "sections_pages": "https://example.org/read",
    "sections_read_on": "2026-11-22",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Return a client of a small release in which one practice has everything."""
    settings = small_sources(tmp_path_factory.mktemp("sections"))
    change(settings, "practices", "neighbours", **STORY)
    change(settings, "practices", "casa-aberta", other_titles="", translated_titles="Open house@en")
    other = {"start_year": "2019"}
    change(settings, "practices", "school-radio", **other)
    build_release(settings)
    with application(settings) as found:
        yield found


def page(client: FlaskClient, path: str, language: str) -> str:
    """Return a page without its mark-up."""
    accepted = {"Accept": "text/html", "Accept-Language": language}
    text = client.get(path, headers=accepted).get_data(as_text=True)
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "Purpose Neighbours get to know each other. How it is done They cook together."
            " In figures Ninety guests. Prizes Ladle Prize Partners Red Cross Town hall"
            " Key references Report Written by iccgraph",
        ),
        (
            "fr",
            "Objectif Faire connaître les voisins. Comment elle se déroule Ils cuisinent ensemble."
            " En chiffres Quatre-vingt-dix invités. Prix et distinctions Prix de la Louche"
            " Partenaires Red Cross Town hall Documents de référence Report Rédigé par iccgraph",
        ),
    ],
)
def test_a_story_in_order(client: FlaskClient, language: str, told: str) -> None:
    """The sections follow each other in the reader's language, names in any, the sources last."""
    assert told in page(client, "/practice/neighbours", language)


@pytest.mark.parametrize(
    ("key", "language", "marks"),
    [
        ("neighbours", "fr", ["Traduit de l’anglais par iccgraph"]),
        ("neighbours", "en", []),
        ("casa-aberta", "en", ["Title translated by iccgraph"]),
        ("casa-aberta", "fr", []),
        ("street-books", "fr", []),
    ],
)
def test_translations_are_marked_once(
    client: FlaskClient, key: str, language: str, marks: list[str]
) -> None:
    """A page says once that its texts were translated for its reader, and not to others."""
    text = page(client, f"/practice/{key}", language)
    assert re.findall(r"T[a-z]+ [^.·]{0,16}?by iccgraph|Tradui[^.·]+? par iccgraph", text) == marks


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "The programme’s list says 2018; the pages below say 2004."),
        ("fr", "La liste du programme indique 2018\u202f; les pages ci-dessous, 2004."),
    ],
)
def test_a_beginning_that_contradicts_the_listing(
    client: FlaskClient, language: str, told: str
) -> None:
    """Where two sources print different beginnings the page has both, and says whose they are."""
    text = client.get(
        "/practice/neighbours", headers={"Accept": "text/html", "Accept-Language": language}
    ).get_data(as_text=True)
    assert told in text
    assert "2018 onwards" in text


def test_a_beginning_that_the_listing_does_not_tell(client: FlaskClient) -> None:
    """A year that the listing prints alone is no beginning; the same year of the pages is one."""
    text = page(client, "/practice/school-radio", "en")
    assert "The pages below say that it began in 2019." in text
    assert "The programme’s list says" not in text


@pytest.mark.parametrize(
    "word", ["cook", "cuisinent", "ladle", "louche", "invités", "table réunit"]
)
def test_words_of_sections_are_found(client: FlaskClient, word: str) -> None:
    """Search finds a practice by words of its sections and summaries in both languages."""
    found = client.get("/practices.csv", query_string={"q": word}).get_data(as_text=True)
    assert "neighbours" in found
    assert found.count("\n") == 2


def test_lists_are_in_the_readers_language(client: FlaskClient) -> None:
    """A list shows the summary in the reader's language, and in English where there is no other."""
    french = page(client, "/practices", "fr")
    assert "Réunit des voisins à table." in french
    assert "Brings neighbours to one table." not in french
    assert "Lends books from a cart." in french
    assert "Brings neighbours to one table." in page(client, "/practices", "en")
