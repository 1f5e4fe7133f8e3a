"""Which kind of place an item is, from its classes and their wider classes.

Reads: P31 (instance of) and P279 (subclass of). Wikidata's classes are many and its tree is uneven;
so a class counts as the first one above it that is known here, and no search goes further.
"""

from __future__ import annotations

from collections.abc import Mapping

from iccgraph.link.client import WikidataClient
from iccgraph.link.items import Item

DEPTH = 5
"""How far above an item's own classes a known one is looked for. Units: steps."""
_CLASSES = {
    "city": "Q515 Q3957 Q1549591 Q1637706 Q5119 Q200250 Q208511 Q174844 Q7930989 Q22865 Q1093829"
    " Q12131624",
    "settlement": "Q486972",
    "village": "Q532 Q5084",
    "municipality": "Q15284 Q747074 Q262166 Q42744322 Q484170 Q2074737 Q755707 Q127448 Q2039348"
    " Q493522 Q15273785 Q13217644 Q70208 Q3184121",
    "borough": "Q4286337 Q211690 Q1002812 Q821435 Q278976 Q2740635 Q15079751 Q3565075 Q15634846"
    " Q408804",
    "neighbourhood": "Q123705 Q2983893 Q188509 Q2755753 Q35034452 Q253019",
    "parish": "Q1131296 Q1115575",
    "canton": "Q23058",
    "island": "Q23442",
    "region": "Q16110 Q10742 Q36784",
    "province": "Q34876 Q162620 Q15089",
    "county": "Q28575 Q180673 Q179872 Q1776764",
    "district": "Q149621 Q106658 Q349084 Q1187580 Q1136601 Q15060255 Q15979307 Q3299260 Q33127844",
    "state": "Q35657 Q107390 Q1221156 Q150093 Q3348196",
    "country": "Q6256 Q3624078",
    "organisation": "Q43229 Q327333",
    "internal": "Q17442446 Q4167410 Q4167836 Q13406463 Q11266439 Q14204246",
}
KIND_OF = {name: kind for kind, names in _CLASSES.items() for name in names.split()}
"""The kind of place that each well-known class stands for."""
FIT: dict[str, dict[str, float]] = {
    "city": {"city": 1.0, "municipality": 0.7, "settlement": 0.7, "district": 0.5, "borough": 0.5},
    "municipality": {"municipality": 1.0, "city": 0.9, "settlement": 0.6},
    "borough": {"borough": 1.0, "district": 0.6},
    "canton": {"canton": 1.0},
    "island": {"island": 1.0},
    "region": {"region": 1.0, "state": 0.6},
    "country": {"country": 1.0},
}
"""How well each kind of place fits what our tables call a place, from 0 to 1."""

Superclasses = Mapping[str, tuple[str, ...]]


def superclasses_of(
    client: WikidataClient, items: Mapping[str, Item]
) -> dict[str, tuple[str, ...]]:
    """Return the wider classes of every class that the items need to be understood.

    Raises: SourceError if Wikidata cannot be asked.
    """
    found: dict[str, tuple[str, ...]] = {}
    wanted = {name for item in items.values() for name in classes_of(item)}
    for _ in range(DEPTH):
        wanted = {n for n in wanted if n not in KIND_OF and n not in found}
        if not wanted:
            break
        fetched = client.items(wanted, "classes")
        for name, item in fetched.items():
            found[name] = tuple(s.value for s in item.current("P279") if isinstance(s.value, str))
        wanted = {wider for name in fetched for wider in found[name]}
    return found


def classes_of(item: Item) -> tuple[str, ...]:
    """Return the classes that the item is an instance of now, whatever their rank."""
    return tuple(s.value for s in item.current("P31") if isinstance(s.value, str))


def kinds_of(item: Item, superclasses: Superclasses) -> frozenset[str]:
    """Return the kinds of place that the item is; none if its classes say nothing."""
    kinds: set[str] = set()
    level, seen = set(classes_of(item)), set[str]()
    for _ in range(DEPTH + 1):
        kinds |= {KIND_OF[name] for name in level if name in KIND_OF}
        seen |= level
        above = {w for name in level - KIND_OF.keys() for w in superclasses.get(name, ())}
        level = above - seen
    return frozenset(kinds)
