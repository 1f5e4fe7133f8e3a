"""What must not be accepted without a person, kind by kind, each beside what may be.

Each world has a few invented items around one place: the municipality Aldeia Nova in Portugal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from iccgraph.link.client import WikidataClient
from iccgraph.link.decide import Proposal
from iccgraph.link.evidence import WEIGHTS
from iccgraph.link.items import Position
from iccgraph.link.linker import Linker
from iccgraph.link.things import Thing, requested_languages
from iccgraph.settings import Settings
from tests.wikidata.cases import TODAY, Case, a_link, link_tables, load_cases
from tests.wikidata.standin import Facts, StandIn
from tests.wikidata.test_cases import RECALL, accepted, decide

NAME = "Aldeia Nova"
LAT, LON = 40.0, -8.0
NUMBER = 5000001
THING = Thing(
    kind="city",
    key="aldeia-nova",
    label=NAME,
    label_fr="",
    place="municipality",
    country="PT",
    languages=("pt",),
    position=Position(LAT, LON),
    geonames_id=NUMBER,
)
MUNICIPALITY, CITY, TOWN, VILLAGE = "Q13217644", "Q515", "Q3957", "Q532"
BOROUGH, NEIGHBOURHOOD, PARISH, ISLAND = "Q4286337", "Q123705", "Q1131296", "Q23442"
DISAMBIGUATION, ORGANISATION = "Q4167410", "Q43229"
PORTUGAL, SPAIN = "Q45", "Q29"
OURS = [str(NUMBER)]
LISTED = [c for c in load_cases() if "trap list" in c.source]


def place(name: str = NAME, km: float = 0.3, wikis: int = 40, **facts: Any) -> Facts:
    """Return a municipality in Portugal so many kilometres north of ours, but for what is given."""
    usual = {
        "labels": {"en": name, "pt": name},
        "P31": [MUNICIPALITY],
        "P17": [PORTUGAL],
        "P625": [[LAT + km / 111.195, LON]],
        "wikis": wikis,
    }
    return {name: value for name, value in (usual | facts).items() if value}


def a_class(label: str, *above: str) -> Facts:
    """Return a class."""
    return {"labels": {"en": label}, "P279": list(above)}


@dataclass(frozen=True)
class World:
    """Items, what is changed of our thing, and the item to accept or else why none is."""

    items: dict[str, Facts]
    expected: str = ""
    reason: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


def propose(settings: Settings, wikidata: StandIn, world: World, rejected: str = "") -> Proposal:
    """Decide about our thing where Wikidata has nothing but these items."""
    wikidata.facts = world.items
    # an answer about another world must not be remembered
    cache = settings.wikidata_cache.with_name(f"{len(wikidata.requests)}.sqlite")
    case = Case(replace(THING, **world.changes), world.expected, "")
    known = link_tables([case], [a_link(THING.id, rejected, "rejected")] if rejected else [])
    client = WikidataClient(
        replace(settings, wikidata_cache=cache), requested_languages(known.countries)
    )
    (decision,) = Linker(client, known, TODAY).propose([case.thing])
    client.close()
    return decision


def hold(settings: Settings, wikidata: StandIn, world: World) -> None:
    """Assert that the item of a world is accepted, or that none is and why."""
    decision = propose(settings, wikidata, world)
    best = decision.accepted
    assert (best.item.id if best else "") == world.expected, decision.reason
    assert world.reason in decision.reason
    assert bool(world.reason) != bool(world.expected), "each world says one of the two"


@pytest.mark.parametrize("case", LISTED, ids=[case.thing.key for case in LISTED])
def test_each_listed_trap(case: Case, settings: Settings) -> None:
    """No listed trap is accepted wrongly, and what should be accepted is, on its own."""
    got = accepted(decide(settings, [case]), case)
    allowed = {"accept": {case.expected}, "open": {""}, "either": {"", case.expected}}
    assert got in allowed[case.outcome]


def test_totals_of_the_listed_traps(settings: Settings) -> None:
    """Over both lists nothing wrong is accepted, and 85 of 100 that have an item are."""
    decisions = decide(settings, LISTED)
    got = {case.thing.key: accepted(decisions, case) for case in LISTED}
    asked = [case for case in LISTED if case.expected]
    right = [case for case in asked if got[case.thing.key] == case.expected]
    assert (len(LISTED), len(asked)) == (29, 21)
    assert [c.thing.key for c in LISTED if got[c.thing.key] not in ("", c.expected)] == []
    assert len(right) >= RECALL * len(asked)


FORMER_STATES: dict[str, Facts] = {
    "dissolved": {"P297": ["XS"], "P31": ["Q3624078"], "P576": ["1991-12-26"]},
    "of a class of former ones": {"P297": ["XS"], "P31": ["Q3024240"]},
    "a state until then": {"P297": ["XS"], "P31": [["Q3624078", "normal", "1991"]]},
    "with a code that was withdrawn": {"P297": ["YU"], "P31": ["Q3624078"]},
    "without a code": {"P31": ["Q3624078"]},
}


@pytest.mark.parametrize("state", FORMER_STATES.values(), ids=FORMER_STATES)
def test_a_former_state_is_an_unknown_country(
    state: Facts, settings: Settings, wikidata: StandIn
) -> None:
    """An item in a former state, even at preferred rank, stays in the way of its namesakes."""
    for others in ([], [[PORTUGAL, "normal"]]):
        items = {
            "Q70000901": {"labels": {"en": "Old Union"}, **state},
            "Q70000001": place(P17=[["Q70000901", "preferred"], *others]),
            "Q70000002": place(km=2.5, wikis=5),
        }
        hold(settings, wikidata, World(items, reason="its country is not known"))


def test_a_former_state_beside_our_country(settings: Settings, wikidata: StandIn) -> None:
    """Our country agrees if a former state has the same rank."""
    items = {
        "Q70000901": {"labels": {"en": "Old Union"}, **FORMER_STATES["dissolved"]},
        "Q70000001": place(P17=["Q70000901", PORTUGAL]),
    }
    hold(settings, wikidata, World(items, "Q70000001"))


GREAT = place(km=0.6, wikis=70, P31=[CITY])
STOPPED = {
    "dissolved, our name": place(P576=["1999"]),
    "dissolved, our name, no position": place(P576=["1999"], P625=[]),
    "dissolved, our name but for the kind": place(
        P576=["1999"], labels={"en": "Aldeia Nova Municipality"}
    ),
    "dissolved, our number": place("Vila Velha", P576=["1999"], P1566=OURS),
    "of a former class": place(P31=["Q19953632"]),
    "page of Wikimedia’s own, our number": place(P31=[DISAMBIGUATION], P625=[], P1566=OURS),
    "page of Wikimedia’s own, our name and place": place(P31=[DISAMBIGUATION]),
    "in another country, our name, nearer": place(km=0.1, P17=[SPAIN]),
    "in another country, our number": place("Vila Velha", km=500, P17=[SPAIN], P1566=OURS),
}
NOT_STOPPED = {
    "a homonym over the border, further away": place(km=1.5, P17=[SPAIN]),
    "a homonym abroad without a position": place(P17=[SPAIN], P625=[]),
    "dissolved, far away": place(km=300, P576=["1999"]),
    "a dissolved company": place(P31=[ORGANISATION], P576=["1999"]),
    "a page of Wikimedia’s own": place(P31=[DISAMBIGUATION], P17=[], P625=[]),
    "dissolved, another name": place("Vila Velha", P576=["1999"]),
}


@pytest.mark.parametrize("dropped", STOPPED.values(), ids=STOPPED)
def test_a_dropped_item_stops_acceptance(
    dropped: Facts, settings: Settings, wikidata: StandIn
) -> None:
    """What was dropped but has our name or number stops the acceptance of another item."""
    items = {"Q70000001": GREAT, "Q70000002": dropped}
    hold(settings, wikidata, World(items, reason="Q70000002 "))


@pytest.mark.parametrize("dropped", NOT_STOPPED.values(), ids=NOT_STOPPED)
def test_a_homonym_does_not_stop_acceptance(
    dropped: Facts, settings: Settings, wikidata: StandIn
) -> None:
    """What was dropped and lies elsewhere, or is no place, is in nobody's way."""
    hold(settings, wikidata, World({"Q70000001": GREAT, "Q70000002": dropped}, "Q70000001"))


def test_rejecting_what_stops_settles(settings: Settings, wikidata: StandIn) -> None:
    """A dropped item that a person has rejected stops nothing."""
    items = {"Q70000001": GREAT, "Q70000002": STOPPED["dissolved, our name"]}
    decision = propose(settings, wikidata, World(items), rejected="Q70000002")
    assert decision.accepted is not None
    assert decision.accepted.item.id == "Q70000001"


FORMER_CLASSES: dict[str, dict[str, Facts]] = {
    "by its label": {"Q70000911": a_class("former municipality of Portugal", MUNICIPALITY)},
    "two steps below": {
        "Q70000911": a_class("concelho of the old kind", "Q70000912"),
        "Q70000912": a_class("former administrative unit", MUNICIPALITY),
    },
    "below two": {"Q70000911": a_class("old concelho", MUNICIPALITY, "Q19953632")},
    "until a year": {"Q70000911": a_class("municipality of Portugal (until 2013)", MUNICIPALITY)},
    "until a month": {"Q70000911": a_class("municipality until March 2015", MUNICIPALITY)},
    "dissolved": {"Q70000911": a_class("dissolved municipality of Portugal", MUNICIPALITY)},
    "ancient": {"Q70000911": a_class("ancient city", CITY)},
}


@pytest.mark.parametrize("classes", FORMER_CLASSES.values(), ids=FORMER_CLASSES)
def test_classes_of_what_is_no_more(
    classes: dict[str, Facts], settings: Settings, wikidata: StandIn
) -> None:
    """An item of a class below “former …” is dropped, and stops its namesakes."""
    right = place(P31=["Q70000911"], wikis=80, P1566=OURS)
    hold(settings, wikidata, World({**classes, "Q70000001": right}, reason="is a former place"))
    beside = {**classes, "Q70000001": right, "Q70000002": GREAT}
    hold(settings, wikidata, World(beside, reason="Q70000001 is a former place"))


CLASSES: dict[str, tuple[list[Any], str]] = {
    "also a former one": ([MUNICIPALITY, "Q70000911"], "it is said to be a former one"),
    "a city, no municipality any more": (
        [[MUNICIPALITY, "normal", "2020-01-01"], CITY],
        "it is said to be a former one",
    ),
    "no municipality any more": ([[MUNICIPALITY, "normal", "2020-01-01"]], "is a former place"),
    "a municipality at deprecated rank": (
        [[MUNICIPALITY, "deprecated"], VILLAGE],
        "it is another kind of place",
    ),
    "also a council": ([MUNICIPALITY, "Q70000913"], "it is another kind of place"),
    "also a parish": ([MUNICIPALITY, PARISH], "it is another kind of place"),
    "also a neighbourhood": ([CITY, MUNICIPALITY, NEIGHBOURHOOD], "it is another kind of place"),
    "also an island": ([MUNICIPALITY, ISLAND], "it is another kind of place"),
    "a town": ([TOWN], "it is another kind of place"),
    "also a city": ([MUNICIPALITY, CITY], ""),
    "also an ancient city": ([MUNICIPALITY, "Q70000914"], ""),
    "also what nobody knows": ([MUNICIPALITY, "Q70000915"], ""),
    "a municipality again": ([[MUNICIPALITY, "normal", "1945"], MUNICIPALITY], ""),
    "once a town, a city now": ([[TOWN, "normal", "1984"], CITY], ""),
}


@pytest.mark.parametrize(("classes", "reason"), CLASSES.values(), ids=CLASSES)
def test_contradicting_classes(
    classes: list[Any], reason: str, settings: Settings, wikidata: StandIn
) -> None:
    """A class that contradicts our kind keeps an item from being accepted; others do not."""
    items = {
        "Q70000001": place(P31=classes, wikis=90, P1566=OURS),
        "Q70000911": a_class("former municipality of Portugal", MUNICIPALITY),
        "Q70000913": a_class("municipal council", ORGANISATION),
        "Q70000914": a_class("ancient city", CITY),
        "Q70000915": a_class("member of a network"),
    }
    expected = "" if reason else "Q70000001"
    hold(settings, wikidata, World(items, expected, reason))


def test_an_item_that_is_described_as_a_former_one(settings: Settings, wikidata: StandIn) -> None:
    """An item whose description begins with “former” is for a person."""
    facts = place(descriptions={"en": "former municipality in Portugal"})
    hold(settings, wikidata, World({"Q70000001": facts}, reason="said to be a former one"))


NUMBERS = {
    "the seat has it, and more readers": (
        place(P31=[CITY], wikis=70, P1566=OURS),
        place(),
        "Q70000002 could be it too",
    ),
    "the seat has it, with many more readers": (
        place(P31=[CITY], wikis=99, P1566=OURS),
        place("Aldeia Nova Municipality", wikis=28),
        "Q70000002 could be it too",
    ),
    "one of two equals has it": (place(P1566=OURS), place(), "Q70000002 could be it too"),
    "one of two has it, and somewhat more readers": (
        place(P1566=OURS, wikis=45),
        place(km=1.5, wikis=30),
        "Q70000002 could be it too",
    ),
    "the other has classes that contradict": (
        place(P1566=OURS, wikis=60),
        place(P31=[MUNICIPALITY, PARISH, NEIGHBOURHOOD]),
        "Q70000002 could be it too",
    ),
    "another municipality has it": (
        place(),
        place("Vila Velha", P1566=OURS),
        "Q70000002 has our GeoNames number",
    ),
    "it has a different name": (
        place("Vila Velha", P1566=OURS, wikis=90),
        place(km=300),
        "it has a different name",
    ),
}


@pytest.mark.parametrize(("one", "other", "reason"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_decides_nothing(
    one: Facts, other: Facts, reason: str, settings: Settings, wikidata: StandIn
) -> None:
    """The GeoNames number never makes one item certain where it would not be without."""
    hold(settings, wikidata, World({"Q70000001": one, "Q70000002": other}, reason=reason))


def test_a_number_is_not_needed(settings: Settings, wikidata: StandIn) -> None:
    """An item that all else speaks for is accepted without a GeoNames number."""
    hold(settings, wikidata, World({"Q70000001": place()}, "Q70000001"))


def test_the_weights() -> None:
    """The weights are 1 together, and that of the number is below the lead that is required."""
    from iccgraph.link.decide import LEAD

    assert sum(WEIGHTS.values()) == pytest.approx(1)
    assert WEIGHTS["geonames"] < LEAD


def _alias(label: str, **facts: Any) -> Facts:
    more: dict[str, Any] = {"aliases": {"pt": [NAME]}, "wikis": 90}
    return place(label, **more | facts)


ONLY_AN_ALIAS = "only an alias of it is our name"
NAMES: dict[str, tuple[Facts, str]] = {
    "an alias": (_alias("Vila Velha"), ONLY_AN_ALIAS),
    "an alias and our number": (_alias("Vila Velha", P1566=OURS), ONLY_AN_ALIAS),
    "a short form": (_alias("Aldeia Nova de Cima"), ONLY_AN_ALIAS),
    "a short form, our number, some way off": (
        _alias("Aldeia Nova de Cima", P1566=OURS, km=5.0),
        ONLY_AN_ALIAS,
    ),
    "a short form and our number at the spot": (
        _alias("Aldeia Nova de Cima", P1566=OURS),
        ONLY_AN_ALIAS,
    ),
    "a label elsewhere": (
        place(labels={"en": "Vila Velha", "pt": "Vila Velha", "nl": NAME}),
        "only its label in a language spoken elsewhere",
    ),
    "a label at home": (place(labels={"en": "New Hamlet", "pt": NAME}), ""),
    "another kind in brackets": (place("Aldeia Nova (district)"), "it has a different name"),
    "our kind in brackets": (place("Aldeia Nova (municipality)"), ""),
    "a city in brackets": (place("Aldeia Nova (city)"), ""),
    "a town in brackets": (place("Aldeia Nova (town)"), "it has a different name"),
    "a place in brackets": (place("Aldeia Nova (Beira)"), "its name has an addition"),
    "a place in brackets and our number": (
        place("Aldeia Nova (Beira)", P1566=OURS),
        "its name has an addition",
    ),
    "a former one in brackets": (place("Aldeia Nova (former municipality)"), "a former one"),
    "a label 11 km away": (place(km=11, wikis=60), "it is 11 km away"),
}


@pytest.mark.parametrize(("facts", "reason"), NAMES.values(), ids=NAMES)
def test_names(facts: Facts, reason: str, settings: Settings, wikidata: StandIn) -> None:
    """An alias, a label elsewhere and an addition in brackets are not enough by themselves."""
    expected = "" if reason else "Q70000001"
    hold(settings, wikidata, World({"Q70000001": facts}, expected, reason))


KINDS: dict[str, tuple[list[str], int, str]] = {
    "a municipality": ([MUNICIPALITY], 20, ""),
    "a municipality that is a city": ([MUNICIPALITY, CITY], 20, ""),
    "a city of the United States, which is one by law": (["Q1093829"], 20, ""),
    "a city without a district in Germany": (["Q22865"], 20, ""),
    "a great city": ([CITY], 70, ""),
    "a city that may be the seat": ([CITY], 20, "it may be only the seat"),
    "a town": ([TOWN], 70, "another kind"),
    "a metropolitan borough": (["Q1002812"], 70, "another kind"),
    "a district": (["Q149621"], 70, "another kind"),
    "a county": (["Q28575"], 70, "another kind"),
    "a municipality and a county in one": ([MUNICIPALITY, "Q28575"], 70, "another kind"),
    "a council": ([MUNICIPALITY, ORGANISATION], 70, "another kind"),
    "a football club": (["Q476028"], 70, "another kind"),
    "a river": (["Q4022"], 70, "its kind is not known"),
}


@pytest.mark.parametrize(("classes", "wikis", "reason"), KINDS.values(), ids=KINDS)
def test_kinds_of_a_municipality(
    classes: list[str], wikis: int, reason: str, settings: Settings, wikidata: StandIn
) -> None:
    """A municipality is what is one by law, or a great city; whatever else it is counts against."""
    items = {
        "Q476028": a_class("association football club", ORGANISATION),
        "Q4022": a_class("river"),
        "Q70000001": place(P31=classes, wikis=wikis, P1566=OURS),
    }
    hold(settings, wikidata, World(items, "" if reason else "Q70000001", reason))


GREAT_CITY_NAMES: dict[str, tuple[Facts, str]] = {
    "an alias and our number": (
        _alias("Vila Velha", P31=[CITY], P1566=OURS),
        ONLY_AN_ALIAS,
    ),
    "a short form": (_alias("Aldeia Nova de Cima", P31=[CITY]), ONLY_AN_ALIAS),
    "a short form, our number, some way off": (
        _alias("Aldeia Nova de Cima", P31=[CITY], P1566=OURS, km=5.0),
        ONLY_AN_ALIAS,
    ),
    "a short form and our number at the spot": (
        _alias("Aldeia Nova de Cima", P31=[CITY], P1566=OURS),
        "",
    ),
    "a short form of a town that may be the seat": (
        _alias("Aldeia Nova de Cima", P31=[CITY], wikis=50, P1566=OURS),
        "it may be only the seat",
    ),
    "a place in brackets": (
        place("Aldeia Nova (Beira)", P31=[CITY], wikis=70),
        "its name has an addition",
    ),
    "a place in brackets and our number": (
        place("Aldeia Nova (Beira)", P31=[CITY], wikis=70, P1566=OURS),
        "",
    ),
}


@pytest.mark.parametrize(("facts", "reason"), GREAT_CITY_NAMES.values(), ids=GREAT_CITY_NAMES)
def test_names_of_a_great_city(
    facts: Facts, reason: str, settings: Settings, wikidata: StandIn
) -> None:
    """A form of the name is enough with our number at the spot, if a great city has it."""
    expected = "" if reason else "Q70000001"
    hold(settings, wikidata, World({"Q70000001": facts}, expected, reason))


@pytest.mark.parametrize(
    ("label", "kind", "expected"),
    [
        ("Aldeia Nova (district)", BOROUGH, "Q70000001"),
        ("Aldeia Nova (District)", BOROUGH, "Q70000001"),
        ("Aldeia Nova [borough]", BOROUGH, "Q70000001"),
        ("Aldeia Nova (district)", NEIGHBOURHOOD, ""),
        ("Aldeia Nova (municipality)", BOROUGH, ""),
        ("Aldeia Nova (Beira)", BOROUGH, ""),
    ],
)
def test_brackets_in_our_name(
    label: str, kind: str, expected: str, settings: Settings, wikidata: StandIn
) -> None:
    """A name of ours is found without its brackets, and these must say our kind of place."""
    changes = {"label": label, "place": "borough", "geonames_id": None}
    facts = place(P31=[kind], wikis=20)
    decision = propose(settings, wikidata, World({"Q70000001": facts}, changes=changes))
    assert (decision.accepted.item.id if decision.accepted else "") == expected
    assert NAME in [query.get("search") for query in wikidata.requests]


def test_position_to_be_filled(settings: Settings, wikidata: StandIn) -> None:
    """Where our table has no position, it is said which columns to fill; nothing is accepted."""
    reason = "fill lat and lon of its row in cities.csv"
    items = {"Q70000001": place(P1566=OURS, wikis=90)}
    hold(settings, wikidata, World(items, reason=reason, changes={"position": None}))


def test_position_that_wikidata_lacks(settings: Settings, wikidata: StandIn) -> None:
    """Where Wikidata has no position, nobody is told to fill ours."""
    items = {"Q70000001": place(P625=[], P1566=OURS, wikis=90)}
    hold(settings, wikidata, World(items, reason="its position is not known"))


def test_a_homonym_behind_many(settings: Settings, wikidata: StandIn) -> None:
    """The right one of forty homonyms is found, wherever it comes in the list."""
    items = {f"Q700001{n:02d}": place(km=12 + 8 * n) for n in range(40)}
    hold(settings, wikidata, World(items | {"Q70000001": place()}, "Q70000001"))
