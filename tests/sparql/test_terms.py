"""What is told of terms in a query that no statement can have."""

from __future__ import annotations

import html
from urllib.parse import quote

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import open_release
from iccgraph.serve.dataset.query_terms import MOST, SENTENCES, hints
from iccgraph.serve.pages.words import Words
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES
from tests.web.client import Client

ICC = PREFIXES["icc"]
VOCABULARY = {f"{ICC}{name}" for name in ("Practice", "practice", "city", "City", "firstYear")}
USED = VOCABULARY | {f"{PREFIXES['skos']}{name}" for name in ("prefLabel", "broader", "Concept")}
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * { ?x a icc:Practice ; skos:prefLabel ?l }", []),
        (
            "SELECT * {\n ?x a icc:Practce }",
            [
                (2, 7, "“icc:Practce” in line 2 is not a term of our vocabulary;"
                       " did you mean icc:Practice?"),
            ],
        ),
        (
            f"PREFIX v: <{ICC}> SELECT * {{ ?x v:FIRSTYEAR ?y. }}",
            [
                (1, 58, "“v:FIRSTYEAR” in line 1 is not a term of our vocabulary;"
                        " did you mean v:firstYear?"),
            ],
        ),
        (
            "ASK { ?x icc:wholly_other 1 }",
            [(1, 10, "“icc:wholly_other” in line 1 is not a term of our vocabulary")],
        ),
        (
            f"ASK {{ ?x <{ICC}cty> ?y }}",
            [
                (1, 10, f"“<{ICC}cty>” in line 1 is not a term of our vocabulary;"
                        f" did you mean <{ICC}city>?"),
            ],
        ),
        (
            "ASK { ?x skos:prefLabl ?y ; skos:member ?z ; foaf:nick ?n }",
            [
                (1, 10, "nothing in these data uses “skos:prefLabl” (line 1);"
                        " did you mean skos:prefLabel?"),
            ],
        ),
        ("ASK { ?x skos:prefLabl ?y SERVICE <https://a.org/> { } }", []),
        ("ASK { ?x ?y 'icc:Practce', \"icc:Practce\" # icc:Practce\n }", []),
        ("PREFIX icc: <https://other.org/> ASK { ?x icc:Practce 1 }", []),
        ("", []),
        ("icc: <" + 5_000 * "x", []),
    ],
)  # fmt: skip
def test_unknown_terms_are_told(query: str, told: list[tuple[int, int, str]]) -> None:
    """A term that cannot be meant is told once, where it stands, with the one that may be."""
    found = hints(query, VOCABULARY, USED)
    assert [(hint.line, hint.column, hint.detail) for hint in found] == told


def test_few_terms_are_told() -> None:
    """Of many such terms, only the first are told, each once."""
    words = " ".join(f"icc:Practce{number % 9}" for number in range(900))
    found = hints(f"ASK {{ {words} }}", VOCABULARY, USED)
    assert len({hint.detail for hint in found}) == len(found) == MOST


def test_sentences_are_translated() -> None:
    """All that is told is told in every language of the pages."""
    words = Words()
    for sentence in SENTENCES:
        said = sentence.format(word="icc:A", line=1, meant="icc:B")
        assert words.detail(said, "fr")[1] == "fr"


def test_pages_tell_them(client: Client) -> None:
    """The page of a query tells them in its language, beside the answer; data stay the same."""
    query = quote("SELECT * { ?x a icc:Practce }")
    shown = html.unescape(client.ask(f"fr/sparql?query={query}", headers=PAGE).text)
    assert "n’est pas un terme de notre vocabulaire" in shown
    assert "icc:Practice\u202f?" in shown
    assert client.ask(f"sparql?query={query}&format=json").json()["results"]["bindings"] == []
    (hint,) = client.ask(f"sparql/hints?query={query}").json()["hints"]
    assert (hint["line"], hint["column"]) == (1, 17)
    assert client.ask("sparql/hints").json() == {"hints": []}


def test_example_queries_have_none(built: Built, real_settings: Settings) -> None:
    """No example query has a term that no statement can have."""
    release = open_release(real_settings.releases_dir / built.name, 0)
    assert len(release.queries) > 70
    for example in release.queries:
        assert hints(example.query, release.terms, release.used_terms) == [], example.titles
