"""Which kind of place an item is, from its classes and their wider classes.

Reads: P31 (instance of) and P279 (subclass of). Wikidata's classes are many and its tree is uneven;
so a class counts as the first one above it that is known here, and no search goes further.
A class below "former …" is one of what is no more, whatever else it is below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from iccgraph.link.client import WikidataClient
from iccgraph.link.items import Item

DEPTH = 5
"""How far above an item's own classes a known one is looked for. Units: steps."""
_CLASSES = {
    "city": "Q515 Q1549591 Q1637706 Q5119 Q200250 Q208511 Q174844 Q7930989 Q12131624",
    "town": "Q3957",
    "settlement": "Q486972",
    "village": "Q532 Q5084",
    "municipality": "Q15284 Q747074 Q262166 Q42744322 Q484170 Q2074737 Q755707 Q127448 Q2039348"
    " Q493522 Q15273785 Q13217644 Q70208 Q3184121 Q856076 Q941036"
    " Q3299260 Q1867183 Q33127844 Q1426035 Q55557858 Q55558027 Q55558200 Q55593624 Q55671590"
    " Q55687066"
    # cities that are municipalities by law: of Germany without a district, of the United States
    " Q22865 Q1093829",
    "borough": "Q4286337 Q211690 Q1002812 Q821435 Q278976 Q2740635 Q15079751 Q3565075 Q15634846"
    " Q408804",
    "neighbourhood": "Q123705 Q2983893 Q188509 Q2755753 Q35034452 Q253019",
    "parish": "Q1131296 Q1115575",
    "canton": "Q23058",
    "island": "Q23442",
    "region": "Q16110 Q10742 Q36784 Q83057",
    "province": "Q34876 Q162620 Q15089 Q83116",
    "county": "Q28575 Q180673 Q179872 Q1776764",
    "district": "Q149621 Q106658 Q349084 Q1187580 Q1136601 Q15060255 Q15979307",
    "state": "Q35657 Q107390 Q1221156 Q150093 Q3348196",
    "country": "Q6256 Q3624078",
    "organisation": "Q43229 Q327333",
    "former": "Q19953632 Q18663579 Q17468533 Q26742250 Q117871604 Q685309 Q18663566 Q30129411",
    "historical": "Q3024240 Q1620908",
    "internal": "Q17442446 Q4167410 Q4167836 Q13406463 Q11266439 Q14204246",
}
KIND_OF = {name: kind for kind, names in _CLASSES.items() for name in names.split()}
"""The kind of place that each well-known class stands for."""
FIT: dict[str, dict[str, float]] = {
    # the last two are local authorities in some countries only: a person must look
    "municipality": {
        "municipality": 1.0,
        "city": 0.9,
        "town": 0.7,
        "settlement": 0.6,
        "district": 0.5,
        "borough": 0.5,
    },
    "borough": {"borough": 1.0, "district": 0.6},
    "canton": {"canton": 1.0, "state": 0.1},
    "island": {"island": 1.0},
    "region": {"region": 1.0, "state": 0.6},
    "country": {"country": 1.0, "state": 0.1, "island": 0.1},
}
"""How well each kind of place fits what our tables call a place, from 0 to 1.

A kind that is not here contradicts; one that fits hardly (0.1) says nothing for or against it.
"""
CONTRADICTION = 0.3
"""What a contradicting kind takes from how well an item fits: too much to be certain."""
PAST = frozenset({"former", "historical"})
"""Kinds of what is no more. A living city may be an ancient one too, but not a former one."""
_PAST_LABELS = (
    (
        r"former|formerly|abolished|dissolved|disestablished|defunct|extinct|ghost|deserted"
        r"|abandoned|destroyed|lost|until (\w+ )?[0-9]{4}",
        "Q19953632",
    ),
    (r"historic|historical|ancient", "Q1620908"),
)
"""Words in the label of a class by which it is one of what is no more, and the class above it."""
_BY_LAW = frozenset({"municipality", "borough", "canton", "region"})
"""Kinds that a place has by law; when one of them ends, the place is another thing."""

Superclasses = Mapping[str, tuple[str, ...]]


def superclasses_of(client: WikidataClient, items: Iterable[Item]) -> dict[str, tuple[str, ...]]:
    """Return the wider classes of every class that the items need to be understood.

    A class that is called a former one counts as below such a class, whatever Wikidata states.
    Raises: SourceError if Wikidata cannot be asked.
    """
    found: dict[str, tuple[str, ...]] = {}
    wanted = {name for item in items for name in (*classes_of(item), *ended_classes_of(item))}
    for _ in range(DEPTH):
        wanted = {n for n in wanted if n not in KIND_OF and n not in found}
        if not wanted:
            break
        fetched = client.items(wanted, "classes")
        for name, item in fetched.items():
            found[name] = (*_past_of(item), *_values(item, "P279"))
        wanted = {wider for name in fetched for wider in found[name]}
    return found


def _past_of(item: Item) -> tuple[str, ...]:
    """Return the classes of what is no more that the label of a class puts it below."""
    label = item.label()
    return tuple(
        above for words, above in _PAST_LABELS if re.search(rf"\b({words})\b", label, re.IGNORECASE)
    )


def _values(item: Item, name: str) -> tuple[str, ...]:
    return tuple(s.value for s in item.current(name) if isinstance(s.value, str))


def classes_of(item: Item) -> tuple[str, ...]:
    """Return the classes that the item is an instance of now, whatever their rank."""
    return _values(item, "P31")


def ended_classes_of(item: Item) -> tuple[str, ...]:
    """Return the classes that the item is no longer an instance of."""
    stated = item.statements.get("P31", ())
    return tuple(s.value for s in stated if s.ended and isinstance(s.value, str))


def kinds_of(item: Item, superclasses: Superclasses) -> frozenset[str]:
    """Return the kinds of place that the item is; none if its classes say nothing.

    `former` is one of them if a class is one of what is no more, or if the item has ceased to be
    what it was by law.
    """
    kinds = {kind for name in classes_of(item) for kind in _kinds(name, superclasses)}
    ended = {kind for name in ended_classes_of(item) for kind in _kinds(name, superclasses)}
    return frozenset(kinds | ({"former"} if ended & _BY_LAW - kinds else set()))


def _kinds(name: str, superclasses: Superclasses) -> set[str]:
    """Return the kinds that one class stands for; only those of the past if there is one."""
    kinds: set[str] = set()
    level, seen = {name}, set[str]()
    for _ in range(DEPTH + 1):
        kinds |= {KIND_OF[name] for name in level if name in KIND_OF}
        seen |= level
        above = {w for name in level - KIND_OF.keys() for w in superclasses.get(name, ())}
        level = above - seen
    return kinds & PAST or kinds
