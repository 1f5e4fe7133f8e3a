"""What is accepted without a person, on every case: never anything wrong, and most of the rest."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iccgraph.link.client import WikidataClient
from iccgraph.link.decide import Proposal
from iccgraph.link.items import Item
from iccgraph.link.linker import Linker
from iccgraph.link.names import FOLDED, name_fit
from iccgraph.link.things import Thing, requested_languages
from iccgraph.settings import Settings
from tests.wikidata.cases import TODAY, Case, a_link, link_tables, load_cases
from tests.wikidata.standin import StandIn

CASES = load_cases()
RECALL = 0.85
"""The part of the cases that a program should accept, and at least must."""


def decide(settings: Settings, cases: list[Case] = CASES) -> dict[str, Proposal]:
    """Return the decision about each case."""
    known = link_tables(cases)
    client = WikidataClient(settings, requested_languages(known.countries))
    decisions = Linker(client, known, TODAY).propose([case.thing for case in cases])
    client.close()
    return {decision.thing.id: decision for decision in decisions}


def accepted(decisions: dict[str, Proposal], case: Case) -> str:
    """Return the item that was accepted in a case, empty if none was."""
    best = decisions[case.thing.id].accepted
    return best.item.id if best is not None else ""


def test_precision_and_recall(
    settings: Settings, wikidata: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing wrong is accepted, and at least 85 of 100 that should be accepted are."""
    decisions = decide(settings)
    calls = len(wikidata.requests)
    right = [c for c in CASES if accepted(decisions, c) and accepted(decisions, c) == c.expected]
    wrong = [c for c in CASES if accepted(decisions, c) not in ("", c.expected)]
    wrong += [c for c in CASES if accepted(decisions, c) and c.outcome == "open" and c not in wrong]
    should = [c for c in CASES if c.outcome == "accept"]
    found = [c for c in should if c in right]
    with capsys.disabled():
        print(
            f"\n{len(CASES)} cases: {len(right)} accepted rightly, {len(wrong)} wrongly; "
            f"{len(found)} of {len(should)} that should be; {calls / len(CASES):.1f} calls a case"
        )
    assert len(CASES) >= 38
    assert {c.outcome for c in CASES} == {"accept", "open", "either"}
    assert [(c.thing.id, accepted(decisions, c)) for c in wrong] == []
    assert len(found) >= RECALL * len(should)


def test_the_right_item_is_offered(settings: Settings) -> None:
    """Where a person must decide and the right item is there, it is among the candidates."""
    decisions = decide(settings)
    asked = [c for c in CASES if c.expected and not accepted(decisions, c)]
    assert len(asked) >= 5
    for case in asked:
        offered = [e.item.id for e in decisions[case.thing.id].candidates]
        assert case.expected in offered, case.thing.id


def test_second_run_makes_no_call(settings: Settings, wikidata: StandIn) -> None:
    """A second run over all cases asks nothing, and decides the same."""
    first = decide(settings)
    asked = len(wikidata.requests)
    assert asked > len(CASES)
    assert decide(settings) == first
    assert len(wikidata.requests) == asked


def test_calls(settings: Settings, wikidata: StandIn) -> None:
    """A thing takes fewer than five calls, those for classes and batches of items included."""
    decide(settings)
    assert len(wikidata.requests) < 5 * len(CASES)
    kinds = {query["action"] for query in wikidata.requests}
    assert kinds == {"wbsearchentities", "query", "wbgetentities"}


Spoil = Callable[[dict[str, dict[str, object]], set[str]], None]


def _without(*names: str) -> Spoil:
    def spoil(facts: dict[str, dict[str, object]], right: set[str]) -> None:
        for number in right:
            for name in names:
                facts[number].pop(name, None)

    return spoil


def _with(**said: list[object]) -> Spoil:
    def spoil(facts: dict[str, dict[str, object]], right: set[str]) -> None:
        for number in right:
            facts[number] |= said

    return spoil


def _councils(facts: dict[str, dict[str, Any]], right: set[str]) -> None:
    for number in right:
        facts[number]["P31"] = [*facts[number]["P31"], "Q327333"]


def _aliases(facts: dict[str, dict[str, Any]], right: set[str]) -> None:
    for number in right:
        names = list(facts[number]["labels"].values())
        facts[number] |= {"labels": {"en": "Elsewhere"}, "aliases": {"en": names}}


def _brackets(facts: dict[str, dict[str, Any]], right: set[str]) -> None:
    for number in right:
        labels = {code: f"{text} (village)" for code, text in facts[number]["labels"].items()}
        facts[number] |= {"labels": labels, "aliases": {}}


def _gone(facts: dict[str, dict[str, object]], right: set[str]) -> None:
    for number in right:
        facts[number] = {"missing": True}


def _elsewhere(facts: dict[str, dict[str, object]], right: set[str]) -> None:
    for number in right:
        facts[number]["P625"] = [[-45.0, 170.0]]


def _unread(facts: dict[str, dict[str, object]], right: set[str]) -> None:
    for number in right:
        facts[number]["wikis"] = 2


def _numberless(facts: dict[str, dict[str, object]], right: set[str]) -> None:
    for said in facts.values():
        said.pop("P1566", None)


SPOILED: dict[str, tuple[Spoil, bool]] = {
    "the right item is gone": (_gone, True),
    "the right item has no position": (_without("P625"), True),
    "the right item has no kind": (_without("P31"), True),
    "the right item has no names": (_without("labels", "aliases"), True),
    "the right item is elsewhere": (_elsewhere, True),
    "nobody has written about the right item": (_unread, True),
    "the right item has no country": (_without("P17", "P297"), True),
    "the right item was dissolved": (_with(P576=["1999"]), True),
    "the right item is a former place": (_with(P31=["Q19953632"]), True),
    "the right item is in a former state": (
        _with(P17=[["Q15180", "preferred"]], P297=["SU"]),
        True,
    ),
    "the right item is in another country": (_with(P17=["Q298"], P297=["CL"]), True),
    "the right item is a council too": (_councils, True),
    "the right item has our name as an alias": (_aliases, True),
    "the right item is a village by its brackets": (_brackets, True),
    "the right item has no GeoNames number": (_without("P1566"), False),
    "nothing has a GeoNames number": (_numberless, False),
}


@pytest.mark.parametrize(("spoil", "nothing"), SPOILED.values(), ids=SPOILED)
def test_nothing_wrong_is_accepted_instead(
    spoil: Spoil, nothing: bool, settings: Settings, wikidata: StandIn
) -> None:
    """Where Wikidata lacks what makes the right item certain, no other is accepted in its place."""
    cases = [case for case in CASES if case.outcome == "accept"]
    spoil(wikidata.facts, {case.expected for case in cases})
    decisions = decide(settings, cases)
    found = {case.thing.id: accepted(decisions, case) for case in cases}
    wrong = {c.thing.id: found[c.thing.id] for c in cases if found[c.thing.id]}
    if nothing:
        assert wrong == {}
    else:
        assert {
            c.thing.id for c in cases if wrong.get(c.thing.id, c.expected) != c.expected
        } == set()
        assert len(wrong) >= RECALL * len(cases)


def test_nothing_is_accepted_where_ours_is_nowhere(settings: Settings) -> None:
    """Where our table has no position and no box, that is what is to be filled."""
    cases = [
        replace(case, thing=replace(case.thing, position=None, box=None))
        for case in CASES
        if case.outcome == "accept"
    ]
    for decision in decide(settings, cases).values():
        assert decision.accepted is None
        assert "is not known: fill " in decision.reason, decision.thing.id


def test_numbers_of_others_are_not_followed(settings: Settings, wikidata: StandIn) -> None:
    """Where each number is at every item but the right one, none of them is accepted for it."""
    cases = [case for case in CASES if case.outcome == "accept"]
    right = {case.expected for case in cases}
    every = [str(c.thing.geonames_id) for c in cases if c.thing.geonames_id is not None]
    for number, said in wikidata.facts.items():
        said["P1566"] = [] if number in right else every
    decisions = decide(settings, cases)
    found = {case.thing.id: accepted(decisions, case) for case in cases}
    assert [c.thing.id for c in cases if found[c.thing.id] not in ("", c.expected)] == []


def one(name: str) -> Case:
    """Return a case by its name."""
    return next(case for case in CASES if case.thing.id == name)


def propose(settings: Settings, case: Case, *statuses: tuple[str, str]) -> list[Proposal]:
    """Decide a case for which there are rows already."""
    known = link_tables([case], [a_link(case.thing.id, item, s) for item, s in statuses])
    client = WikidataClient(settings, requested_languages(known.countries))
    decisions = Linker(client, known, TODAY).propose([case.thing])
    client.close()
    return decisions


def test_rejected_stays_rejected(settings: Settings) -> None:
    """An item that was rejected is neither accepted nor offered again."""
    (decision,) = propose(settings, one("city:bergen"), ("Q26793", "rejected"))
    assert decision.accepted is None
    assert "Q26793" not in [e.item.id for e in decision.candidates]


def test_rejecting_a_rival_settles(settings: Settings) -> None:
    """Where two items are equal, rejecting one lets the other be accepted."""
    case = one("city:two-equals")
    (before,) = propose(settings, case)
    (after,) = propose(settings, case, ("Q900000047", "rejected"))
    assert before.accepted is None
    assert after.accepted is not None
    assert after.accepted.item.id == "Q900000046"


def test_decided_is_not_asked(settings: Settings, wikidata: StandIn) -> None:
    """Nothing is asked about a thing that has an accepted item."""
    assert propose(settings, one("city:bergen"), ("Q26793", "accepted")) == []
    assert wikidata.requests == []


def test_open_items_are_candidates(settings: Settings, wikidata: StandIn) -> None:
    """An item that the table has open is weighed even if no search finds it."""
    wikidata.facts["Q26793"]["hidden"] = True
    (before,) = propose(settings, one("city:bergen"))
    (after,) = propose(settings, one("city:bergen"), ("Q26793", "open"))
    assert before.accepted is None
    assert after.accepted is not None
    assert after.accepted.item.id == "Q26793"


def test_one_item_for_two_things(settings: Settings) -> None:
    """An item that fits two of our things is accepted for neither."""
    bergen = one("city:bergen")
    other = replace(bergen, thing=replace(bergen.thing, key="bergen-by"))
    decisions = decide(settings, [bergen, other])
    assert [d.accepted for d in decisions.values()] == [None, None]
    assert all("could be it too" in d.reason for d in decisions.values())


def test_an_item_that_another_thing_has(settings: Settings) -> None:
    """An item that is another thing's already is not accepted."""
    case = one("city:bergen")
    known = link_tables([case], [a_link("city:elsewhere", "Q26793")])
    client = WikidataClient(settings, requested_languages(known.countries))
    (decision,) = Linker(client, known, TODAY).propose([case.thing])
    client.close()
    assert (decision.accepted, decision.reason) == (None, "it is city:elsewhere already")


def test_the_cases_are_told_apart() -> None:
    """Each case has a name of its own, a trap, and says where its facts are from."""
    with (Path(__file__).parent / "cases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["case"] for row in rows}) == len(rows)
    assert all(row["trap"] and row["source"] for row in rows)
    assert sum(row["source"] == "trap list of the project" for row in rows) == 13


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Kıbrıs", "Kibris"), ("Slovʼyansk", "Slov'yansk"), ("Þingvellir", "Thingvellir")],
)
def test_names_are_folded_as_in_search(ours: str, theirs: str) -> None:
    """A label that is typed in ASCII fits our name as well as one without its accents."""
    thing = Thing(kind="city", key="x", label=ours, label_fr="", place="city", languages=("tr",))
    item = Item("Q1", "Q1", {"en": theirs}, {}, {}, {}, frozenset())
    assert name_fit(thing, item) == (FOLDED, theirs)
