"""What keys and IRIs may look like, and that no text makes their making fail."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iccgraph.iris import (
    COLLECTIONS,
    DEFAULT_BASE,
    GRAPHS,
    KEY_LENGTH,
    KINDS,
    Iris,
    fold,
    is_key,
    suggest_key,
)

HOME = Iris()
ELSEWHERE = Iris("https://example.org/sub/")


@pytest.mark.parametrize("key", ["a", "7", "a-b", "2026-plan", "a" * KEY_LENGTH])
def test_keys(key: str) -> None:
    """A key is words of lower-case letters and digits, joined by single hyphens."""
    assert is_key(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "a-",
        "-a",
        "a--b",
        "A",
        "é",
        "a b",
        "a_b",
        "a/b",
        "a\n",
        "٣",
        "a" * (KEY_LENGTH + 1),
    ],
)
def test_no_keys(text: str) -> None:
    """Nothing else is a key."""
    assert not is_key(text)


@given(st.text())
@example("ᴬ")
@example("a" * 200)
@example("-".join("ab" * 3 for _ in range(40)))
def test_suggested_key(text: str) -> None:
    """What is suggested for a title is a key, or nothing."""
    key = suggest_key(text)
    assert key == "" or is_key(key)


@given(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,9}", fullmatch=True))
def test_key_of_a_key(key: str) -> None:
    """A key is its own suggestion, as far as it is not too long."""
    assert key.startswith(suggest_key(key))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Surf.Art", "surf-art"),
        ("Don’t feed the rumour!", "don-t-feed-the-rumour"),
        ("Été à Łódź", "ete-a-lodz"),
        ("Straße in Ærø", "strasse-in-aero"),
        ("Đakovo & Þórshöfn", "dakovo-thorshofn"),
        ("日本", ""),
        ("…", ""),
        (f"{'word ' * 15}reallylong", ("word-" * 15 + "x")[:-2]),
        ("x" * 100, "x" * 80),
    ],
)
def test_suggestions(title: str, key: str) -> None:
    """A key keeps the words of a title that can be written in ASCII, and ends after a word."""
    assert suggest_key(title) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Barcelona", "BARCELONA"),
        ("Córdoba", "Co\u0301rdoba"),
        ("Córdoba", "cordoba"),
        ("Saint-Denis", "Saint Denis"),
        ("L’Hospitalet", "L'Hospitalet"),
        ("  Terni ", "Terni"),
        ("Łódź", "Lodz"),
        ("Straße", "STRASSE"),
        ("Ærø", "AERO"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("Œuvre", "oeuvre"),
        ("cœur", "COEUR"),
        ("Diyarbakır", "DİYARBAKIR"),
        ("Kıbrıs", "Kibris"),
        ("Ħal Għaxaq", "Hal Ghaxaq"),
        ("Þingvellir", "thingvellir"),
        ("Đakovo", "Dakovo"),
        ("Seyðisfjörður", "seydisfjordur"),
        ("Bəhrəmoğlu", "Behremoglu"),
        ("Ŋiŋá", "Nina"),
        ("Slovʼyansk", "Slov'yansk"),
        ("Slov’yansk", "Slov`yansk"),
        ("Slov‘yansk", "Slovʹyansk"),
        ("Slov＇yansk", "Slov´yansk"),
        ("Inter\u00adcultural", "Intercultural"),
        ("Barce\u200blona", "Barcelona"),
        ("می\u200cخواهم", "میخواهم"),
        ("\u200fBarcelona\u202c", "Barcelona"),
    ],
)
def test_names_that_are_alike(one: str, other: str) -> None:
    """Names that differ in case, accents or punctuation only are alike."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Bern", "Berne"), ("日本", "中国"), ("a b", "ab")])
def test_names_that_differ(one: str, other: str) -> None:
    """Names of other letters are not alike, in any script."""
    assert fold(one) != fold(other)


@given(st.text())
def test_folded_name(text: str) -> None:
    """A folded name has no blanks around it and none doubled."""
    assert fold(text) == " ".join(fold(text).split())


@given(st.text(st.characters(max_codepoint=0x17F)))
def test_folding_twice(text: str) -> None:
    """Folding a name of European letters twice is folding it once."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["ǢRØ", "ǿ", "ᴬ", "ϲ"])
def test_folding_rare_letters_twice(text: str) -> None:
    """Folding a name of any letters twice is folding it once."""
    assert fold(fold(text)) == fold(text)


def test_names_of_things() -> None:
    """A thing, its document and its graph have different names."""
    assert HOME.thing("city", "lisbon") == "https://w3id.org/iccgraph/id/city/lisbon"
    assert HOME.document("city", "lisbon") == "https://w3id.org/iccgraph/city/lisbon"
    assert HOME.graph("places") == "https://w3id.org/iccgraph/graph/places"
    assert ELSEWHERE.dataset == "https://example.org/sub/catalogue#dataset"


@given(st.sampled_from(KINDS), st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z]+)?", fullmatch=True))
def test_splitting(kind: str, key: str) -> None:
    """A thing's IRI tells its kind and key again, also that of a part of it."""
    assert ELSEWHERE.split(ELSEWHERE.thing(kind, key)) == (kind, key)
    assert ELSEWHERE.split(ELSEWHERE.thing(kind, key) + "#geometry") == (kind, key)


@pytest.mark.parametrize(
    "iri",
    [
        "",
        "https://w3id.org/iccgraph/",
        "https://w3id.org/iccgraph/id/",
        "https://w3id.org/iccgraph/id/city/",
        "https://w3id.org/iccgraph/id/town/lisbon",
        "https://w3id.org/iccgraph/city/lisbon",
        "https://example.org/id/city/lisbon",
        "https://w3id.org/iccgraph/catalogue#dataset",
    ],
)
def test_other_iris(iri: str) -> None:
    """An IRI that is no thing of ours has neither kind nor key."""
    assert HOME.split(iri) is None


@given(st.text())
def test_splitting_any_text(text: str) -> None:
    """No text makes the splitting of an IRI fail."""
    for start in ("", DEFAULT_BASE, f"{DEFAULT_BASE}id/", f"{DEFAULT_BASE}id/city/"):
        HOME.split(start + text)


@pytest.mark.parametrize(
    ("iri", "moved"),
    [
        ("id/city/lisbon", "id/city/lisbon"),
        ("catalogue#dataset", "catalogue#dataset"),
        ("", ""),
        ("definitely/not", "definitely/not"),
    ],
)
def test_rebasing(iri: str, moved: str) -> None:
    """What is below the default base moves to the other base."""
    assert ELSEWHERE.rebase(DEFAULT_BASE + iri) == f"https://example.org/sub/{moved}"


@pytest.mark.parametrize(
    "iri",
    [
        "https://w3id.org/iccgraph/def#Practice",
        "https://w3id.org/iccgraph/def",
        "https://w3id.org/iccgraph/def/1.0.0",
        "https://w3id.org/iccgraph/shapes#PracticeShape",
        "https://w3id.org/iccgraphs/id/city/lisbon",
        "https://example.org/sub/id/city/lisbon",
        "text that mentions https://w3id.org/iccgraph/",
    ],
)
def test_what_never_moves(iri: str) -> None:
    """The ontology, the shapes and what is not ours keep their names under any base."""
    assert ELSEWHERE.rebase(iri) == iri


@given(st.text())
def test_rebasing_to_the_default(text: str) -> None:
    """Under the default base nothing moves."""
    assert HOME.rebase(DEFAULT_BASE + text) == DEFAULT_BASE + text


def test_collections_hold_every_kind() -> None:
    """Each kind of thing has exactly one collection."""
    assert sorted(COLLECTIONS.values()) == sorted(KINDS)


def test_graph_names_are_keys() -> None:
    """The name of a graph is written as keys are, and stands once."""
    assert all(is_key(name) for name in GRAPHS)
    assert len(set(GRAPHS)) == len(GRAPHS)
