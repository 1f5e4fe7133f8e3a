"""What a name is matched to, and when a match is certain, over the real release."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from iccgraph.iris import fold
from iccgraph.serve.dataset import nearest
from iccgraph.serve.reconcile import entities
from iccgraph.serve.reconcile.matching import Candidate
from iccgraph.serve.reconcile.properties import PROPERTIES, values
from iccgraph.serve.reconcile.query import read_query
from iccgraph.serve.reconcile.service import Reconciler
from iccgraph.tables.languages import split_tag
from tests.conftest import ROOT
from tests.unit.support import load


def find(
    reconciler: Reconciler, name: str, kind: str = "city", country: Any = None, **more: Any
) -> list[Candidate]:
    """Return the candidates of a name."""
    said: dict[str, Any] = {"query": name, "type": kind, **more}
    if country is not None:
        said["properties"] = [{"pid": "country", "v": country}, *more.get("properties", [])]
    return reconciler.candidates(read_query(said, "the query"))


def certain(reconciler: Reconciler, name: str, kind: str = "city", country: Any = None) -> str:
    """Return the key of the certain match, empty if there is none."""
    found = find(reconciler, name, kind, country)
    assert not any(c.match for c in found[1:])
    return found[0].entity.key if found and found[0].match else ""


@pytest.mark.parametrize("table", ["cities", "countries"])
def test_every_name_of_a_place_finds_it(reconciler: Reconciler, table: str) -> None:
    """Each name of the tables, in any language, is matched with its country given."""
    missed = []
    for row in load(ROOT / "data" / f"{table}.csv"):
        city = table == "cities"
        key = row["key"] if city else row["iso2"].lower()
        others = (split_tag(name)[0] for name in row["other_names"].split("|"))
        for name in (row["name"], row["name_fr"], *others):
            if not name:
                continue
            found = certain(reconciler, name, "city" if city else "country", row.get("country"))
            if found != key:
                missed.append((name, key, found))
    assert missed == []


def test_every_printed_city_is_found(reconciler: Reconciler) -> None:
    """The cities of practices, as the tables print them, are matched with their country."""
    names = {
        (city, row["country"])
        for row in load(ROOT / "data" / "practices.csv")
        for city in row["cities"].split("|")
        if city
    }
    missed = [pair for pair in names if not certain(reconciler, pair[0], "city", pair[1])]
    assert len(names) > 50
    assert missed == []


@pytest.mark.parametrize(
    ("name", "country", "key"),
    [
        ("Barclona", "ES", "barcelona"),
        ("Bracelona", "Spain", "barcelona"),
        ("Reggio Emila", "Italie", "reggio-emilia"),
        ("Zuerich", "CH", "zurich"),
        ("ZÜRICH", "CH", "zurich"),
        ("genève", None, "geneva"),
        ("Лиссабон", None, "lisbon"),
        ("Bergen (Norway)", None, "bergen"),
        ("Bergen, NO", None, "bergen"),
        ("https://w3id.org/iccgraph/id/city/barcelona", None, "barcelona"),
        ("city/barcelona", None, "barcelona"),
        ("Q1492", None, "barcelona"),
    ],
)
def test_spellings(reconciler: Reconciler, name: str, country: str | None, key: str) -> None:
    """Typing errors, accents, languages, qualifiers and identifiers lead to the place."""
    assert certain(reconciler, name, "city", country) == key


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        *(("Kibris", "country", "cy"), ("KIBRIS", "country", "cy"), ("Kıbrıs", "country", "cy")),
        *(("Barce\u00adlona", "city", "barcelona"), ("Barce\u200blona", "city", "barcelona")),
        *(("EL", "country", "gr"), ("el", "country", "gr"), ("UK", "country", "gb")),
        *(("Great Britain", "country", "gb"), ("Holland", "country", "nl")),
        ("Hollande", "country", "nl"),
    ],
)
def test_folded_names_and_usual_codes(
    reconciler: Reconciler, name: str, kind: str, key: str
) -> None:
    """Letters beyond ASCII, invisible signs, the Union's codes and usual names are understood."""
    assert certain(reconciler, name, kind) == key


def test_code_of_the_union_for_the_country_of_a_city(reconciler: Reconciler) -> None:
    """Wherever a country is named by its code, the Union's codes are understood."""
    assert certain(reconciler, "Leeds", "city", "UK") == "leeds"
    assert find(reconciler, "Bergen, EL")[0].failed == ("country",)


@pytest.mark.parametrize(
    "country",
    [
        *("ES", "es", "ESP", "Spain", "Espagne", "España", "Q29", "country/es"),
        *("https://w3id.org/iccgraph/id/country/es", ["FR", "ES"]),
        *({"id": "country/es"}, {"id": "Q29", "name": "Spain"}),
    ],
)
def test_country_in_any_form(reconciler: Reconciler, country: Any) -> None:
    """A country is understood by key, code, name, IRI or as an entity."""
    best = find(reconciler, "Cartagena", country=country)[0]
    assert (best.entity.key, best.match, best.agreed) == ("cartagena", True, ("country",))


@pytest.mark.parametrize("country", ["CO", "Colombia", "Atlantis", {"id": "country/fr"}])
def test_namesake_elsewhere_is_not_certain(reconciler: Reconciler, country: Any) -> None:
    """A place of the same name in another country is a candidate at most."""
    best = find(reconciler, "Cartagena", country=country)[0]
    assert best.failed == ("country",)
    assert not best.match
    assert best.score < 70


def test_an_ambiguous_name_is_never_certain(reconciler: Reconciler) -> None:
    """A name that two things have is not a match, whatever the limit and the kind."""
    owners: Counter[str] = Counter()
    for entity in reconciler.catalogue.held.values():
        owners.update(set(entity.names))
    shared = [name for name, count in owners.items() if count > 1]
    assert "education" in shared
    for name in shared:
        for limit in (1, 10):
            said = {"query": name, "limit": limit}
            found = reconciler.candidates(read_query(said, "the query"))
            assert len(found) == min(limit, len(found))
            assert not any(c.match for c in found), name


def test_a_slip_without_country_is_not_certain(reconciler: Reconciler) -> None:
    """A name that is only like another is the first candidate, but nothing confirms it."""
    best = find(reconciler, "Barclona")[0]
    assert (best.entity.key, best.match) == ("barcelona", False)


def test_types(reconciler: Reconciler) -> None:
    """A type holds candidates to it, a list to any of it, and nothing is of two types."""

    def kinds(**more: Any) -> set[str]:
        found = reconciler.candidates(read_query({"query": "Education", **more}, "q"))
        return {c.entity.kind for c in found}

    assert kinds(type="topic") == {"topic"}
    assert kinds(type="https://w3id.org/iccgraph/def#City") == {"city"}
    assert kinds(type=["topic", "unknown"]) == {"topic"}
    assert kinds(type=["city", "topic"], type_strict="all") == set()
    assert kinds(type="unknown") == set()
    assert kinds(type="city", type_strict="should") > {"topic"}
    best = reconciler.candidates(
        read_query({"query": "Spain", "type": "city", "type_strict": "should"}, "q")
    )[0]
    assert (best.entity.id, best.match, best.typed) == ("country/es", False, False)


def test_identity_decides(reconciler: Reconciler) -> None:
    """A Wikidata item makes a match without a name, and spoils that of another thing."""
    right = [{"pid": "wikidata", "v": "Q1492"}]
    alone = reconciler.candidates(read_query({"properties": right}, "q"))
    assert [(c.entity.key, c.match) for c in alone] == [("barcelona", True)]
    other = find(reconciler, "Bilbao", properties=right)
    assert not any(c.match for c in other)
    assert {"bilbao", "barcelona"} <= {c.entity.key for c in other}


def test_odd_names_find_nothing(reconciler: Reconciler) -> None:
    """Empty, unreadable and over-long names have no candidate, and raise nothing."""
    for name in ("", "   ", "!!!", "\x00", "\ud800", "x" * 100_000, "e\u0301" * 200, "🙂"):
        assert find(reconciler, name) == []


def test_same_answers_from_the_index(
    reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Practices that are too many to hold are found by their titles all the same."""
    monkeypatch.setattr(entities, "MOST_HELD", 10)
    large = Reconciler(reconciler.release)
    assert large.catalogue.large
    practices = [e for e in reconciler.catalogue.held.values() if e.kind == "practice"]
    for practice in practices:
        found = {c.entity.key: c.match for c in find(large, practice.label, "practice", limit=100)}
        assert practice.key in found
        same = [e for e in practices if fold(practice.label) in e.names]
        assert found[practice.key] == (len(same) == 1)
    assert large.suggest(practices[0].label[:12], ("practice",), 10, 0)
    assert large.catalogue.get(practices[0].id) == practices[0]


def test_typing_errors_are_found_from_the_index(
    reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A title with a letter missing in its longest word is found among too many to hold."""
    monkeypatch.setattr(entities, "MOST_HELD", 10)
    large = Reconciler(reconciler.release)
    titles = {e.key: e.label for e in reconciler.catalogue.held.values() if e.kind == "practice"}
    missed = []
    for key, title in titles.items():
        longest = max(re.findall(r"\w+", title), key=len)
        spoilt = title.replace(longest, longest[:-2] + longest[-1])
        if key not in {c.entity.key for c in find(large, spoilt, "practice", limit=100)}:
            missed.append(spoilt)
    assert missed == []


def test_scores_fall(reconciler: Reconciler) -> None:
    """Candidates come with the best first, between 0 and 100, and as many as were asked for."""
    found = find(reconciler, "San", kind="", limit=25)
    scores = [c.score for c in found]
    assert scores == sorted(scores, reverse=True)
    assert 0 < len(scores) <= 25
    assert all(0 < score <= nearest.EXACT for score in scores)


def shown(reconciler: Reconciler, entity_id: str, name: str) -> list[Any]:
    """Return the values of a property of a thing, things by their identifiers."""
    entity = reconciler.catalogue.get(entity_id)
    assert entity is not None
    found = values(reconciler.catalogue, entity, PROPERTIES[name])
    return [value.get("id", next(iter(value.values()))) for value in found]


def test_every_name_of_a_network_finds_it(reconciler: Reconciler) -> None:
    """A network is matched by its name in both languages, and by the key, whatever is asked for."""
    missed = []
    rows = load(ROOT / "data" / "networks.csv")
    assert rows
    for row in rows:
        for name in (row["name"], row["name_fr"], row["key"]):
            for more in ({}, {"type": "network"}):
                found = reconciler.candidates(read_query({"query": name, **more}, "q"))
                best = found[0]
                if (best.entity.id, best.match) != (f"network/{row['key']}", True):
                    missed.append((name, best))
    assert missed == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        *(("RPCI", "rpci"), ("reci", "reci"), ("ICC", "icc"), ("ICC-UK", "icc-uk")),
        ("Spanish Network of Intercultural Cities", "reci"),
        ("Città del Dialogo", "citta-del-dialogo"),
        ("Réseau portugais des cités interculturelles", "rpci"),
    ],
)
def test_short_names_of_networks(reconciler: Reconciler, name: str, key: str) -> None:
    """The name in brackets and the name without it are names of their own."""
    assert certain(reconciler, name, "network") == key


def test_every_title_of_guidance_finds_it(reconciler: Reconciler) -> None:
    """A document is matched by its title as it is listed."""
    rows = load(ROOT / "data" / "guidance.csv")
    missed = [r["title"] for r in rows if certain(reconciler, r["title"], "guidance") != r["key"]]
    assert rows
    assert missed == []


def test_members_are_those_of_the_table(reconciler: Reconciler) -> None:
    """Members and networks are what sources say; who was only present at a meeting is none."""
    pairs = {
        (f"network/{row['network']}", f"city/{row['city']}")
        for row in load(ROOT / "data" / "memberships.csv")
        if row["status"] != "present"
    }
    held = reconciler.catalogue.held
    networks = [name for name in held if name.startswith("network/")]
    cities = [name for name in held if name.startswith("city/")]
    by_network = {(n, city) for n in networks for city in shown(reconciler, n, "member")}
    by_city = {(n, city) for city in cities for n in shown(reconciler, city, "network")}
    assert by_network == by_city == pairs


def test_cities_of_a_network(reconciler: Reconciler) -> None:
    """A network narrows a query without a name to its members."""
    said = {"type": "city", "limit": 100, "properties": [{"pid": "network", "v": "RPCI"}]}
    found = {c.entity.id for c in reconciler.candidates(read_query(said, "q"))}
    assert found == set(shown(reconciler, "network/rpci", "member"))


def test_last_assessment_is_the_latest_report(reconciler: Reconciler) -> None:
    """The last assessment is the newest dated report, not a mention of an earlier one."""
    latest: dict[str, str] = {}
    for row in load(ROOT / "data" / "assessments.csv"):
        if row["kind"] == "report" and row["date"]:
            latest[row["city"]] = max(row["date"], latest.get(row["city"], ""))
    found = {
        entity.key: shown(reconciler, entity.id, "lastAssessment")
        for entity in reconciler.catalogue.held.values()
        if entity.kind == "city"
    }
    assert latest
    assert found == {key: [latest[key]] if key in latest else [] for key in found}


def test_topics_are_of_one_scheme(reconciler: Reconciler) -> None:
    """The topics of a practice or document are themes of the Index; the website’s stand apart."""
    schemes = reconciler.release.schemes
    counts: Counter[tuple[str, str]] = Counter()
    for entity in reconciler.catalogue.held.values():
        if entity.kind in ("practice", "guidance"):
            for name in ("topic", "websiteTopic"):
                for topic in shown(reconciler, entity.id, name):
                    counts[name, schemes[topic.removeprefix("topic/")]] += 1
    assert set(counts) == {("topic", "index"), ("websiteTopic", "website")}


def test_places_stay_certain_without_a_type(reconciler: Reconciler) -> None:
    """No network or document makes the label of a place ambiguous."""
    for entity in reconciler.catalogue.held.values():
        if entity.kind in ("city", "country"):
            found = reconciler.candidates(read_query({"query": entity.label}, "q"))
            exact = [c.entity.kind for c in found if c.exact]
            assert not {"network", "guidance"} & set(exact), entity.label
            assert found[0].match or len(exact) > 1, entity.label
