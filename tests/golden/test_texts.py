"""The texts of the real release: each has its language, and the tag is written as recommended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from iccgraph.languages import cased
from iccgraph.publish.pipeline import Built
from iccgraph.release.manifest import JSONLD, QUADS, TRIPLES, TURTLE
from iccgraph.settings import Settings
from iccgraph.tables.languages import check_tag
from iccgraph.vocab import DCTERMS, RDFS, SCHEMA, SKOS, term

FOR_PEOPLE = {
    *(RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.scopeNote),
    *(DCTERMS.title, DCTERMS.alternative, DCTERMS.description, SCHEMA.alternateName),
    *(term("dcat:keyword"), term("sh:name"), term("sh:message"), term("sh:description")),
}
"""Properties that name something or speak to people."""
TAG = re.compile(r'"@([a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)(?= [.,;<]|$)', re.MULTILINE)


@pytest.fixture(scope="module")
def release(built: Built, real_settings: Settings) -> Path:
    """Return the folder of the real release."""
    return real_settings.releases_dir / built.name


@pytest.fixture(scope="module")
def literals(release: Path) -> list[tuple[object, Literal]]:
    """Return the predicate and value of each statement about a text."""
    quads = parse(path=str(release / QUADS), format=RdfFormat.N_QUADS)
    return [(q.predicate, q.object) for q in quads if isinstance(q.object, Literal)]


def test_names_have_a_language(literals: list[tuple[object, Literal]]) -> None:
    """Whatever names something, or speaks to people, says which language it is in."""
    texts = [(predicate, text) for predicate, text in literals if predicate in FOR_PEOPLE]
    assert {predicate for predicate, _ in texts} >= FOR_PEOPLE - {term("sh:description")}
    assert [str(text) for _, text in texts if not text.language] == []


def test_spellings_have_none(literals: list[tuple[object, Literal]]) -> None:
    """What has no language is a spelling for search, and no name."""
    spellings = [text for predicate, text in literals if predicate == SKOS.hiddenLabel]
    assert len(spellings) > 50
    assert [text for text in spellings if text.language] == []


def test_tags_are_registered(literals: list[tuple[object, Literal]]) -> None:
    """The registry has every language tag of the release."""
    tags = {text.language for _, text in literals if text.language}
    assert {"sr-latn", "ca", "ar"} <= tags
    assert {tag: check_tag(tag) for tag in tags if check_tag(tag)} == {}


@pytest.mark.parametrize("path", [QUADS, TRIPLES, TURTLE])
def test_tags_are_cased(release: Path, path: str) -> None:
    """The dumps write `sr-Latn`, though the engine has tags in lower case (RFC 5646, 2.1.1)."""
    found = set(TAG.findall((release / path).read_text(encoding="utf-8")))
    assert "sr-Latn" in found
    assert {tag for tag in found if tag != cased(tag)} == set()


def test_tags_are_cased_in_jsonld(release: Path) -> None:
    """So does JSON-LD, where a tag is the name of the texts in that language."""
    text = (release / JSONLD).read_text(encoding="utf-8")
    assert '"sr-Latn":' in text
    assert '"sr-latn"' not in text
