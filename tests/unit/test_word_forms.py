"""Words are compared by their forms, in English and French."""

from __future__ import annotations

import pytest

from iccgraph.word_forms import all_stems, forms_of_word, stem, stems, telling


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("rumour rumours rumor", "en"),
        ("organisation organizations", "en"),
        ("centre center centres", "en"),
        ("library libraries", "en"),
        ("programme programs", "en"),
        ("counselling counseling", "en"),
        ("practise practice", "en"),
        ("refugie refugies refugiee refugiees", "fr"),
        ("emploi emplois", "fr"),
        ("ecole ecoles", "fr"),
    ],
)
def test_forms_of_one_word(words: str, language: str) -> None:
    """Number, gender and spelling leave one stem."""
    assert len({stem(word, language) for word in words.split()}) == 1


@pytest.mark.parametrize("words", ["for four", "her here", "hour her", "wise was", "tour tor"])
def test_other_words_stay_other_words(words: str) -> None:
    """What only looks like a spelling of another word keeps a stem of its own."""
    one, other = words.split()
    assert stem(one, "en") != stem(other, "en")


def test_hyphens_and_anti() -> None:
    """Words with hyphens are indexed as parts and as one, those with anti as parts too."""
    assert stems("Anti-rumour cafés", "en").split() == ["anti", "rumor", "cafe", "antirumor"]
    assert {"antirumor", "anti", "rumor"} <= set(stems("antirumours", "en").split())


def test_what_a_search_is_about() -> None:
    """Words of closed classes say nothing, nor does a single letter."""
    assert telling(["how", "do", "cities", "welcome", "newcomers"]) == [
        "cities",
        "welcome",
        "newcomers",
    ]
    assert telling(["l", "ecole", "pour", "les", "jeunes"]) == ["ecole", "jeunes"]


def test_written_words_are_folded_first() -> None:
    """A word of a text has the stems of its folded parts, whatever else is in it."""
    assert forms_of_word("L’école", "fr") >= {stem("ecole", "fr")}
    assert set(all_stems("ecole")) & forms_of_word("ÉCOLES", "fr")
