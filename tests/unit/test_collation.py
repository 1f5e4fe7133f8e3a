"""The order of texts that people look through."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from iccgraph.languages import collation_key

FRENCH = (
    *("Albanie", "Allemagne", "Corée", "Côte d’Ivoire", "Croatie", "Émirats", "Espagne"),
    *("Estonie", "États-Unis", "Île de Man", "Îles Féroé", "Irlande", "L’Hospitalet", "La Haye"),
    *("obéir", "Œuvre", "offre", "Suède", "Suisse", "Tchéquie"),
)


def test_accents_and_case_do_not_count() -> None:
    """French names stand as in a French dictionary: É with E, Î with I, œ with oe."""
    mixed = list(FRENCH)
    random.Random(1).shuffle(mixed)
    assert sorted(mixed, key=collation_key) == list(FRENCH)


def test_alike_texts_have_one_order() -> None:
    """Texts that differ in accents or case alone are told apart, always in the same way."""
    texts = ["côté", "cote", "Cote", "coté"]
    for some in (texts, texts[::-1]):
        assert sorted(some, key=collation_key) == ["Cote", "cote", "coté", "côté"]


@given(st.text(), st.text())
def test_only_equal_texts_are_equal(first: str, second: str) -> None:
    """No two texts have one place."""
    assert (collation_key(first) == collation_key(second)) == (first == second)
