"""The kinds of thing that the columns of one table describe wholly, and what their columns mean.

A row of `RESOURCES`, with plain properties of its kind in `properties.py`, is all the code that
such a kind needs: reader, graph, index, dumps, documents and pages follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from iccgraph.vocab import DCTERMS, FOAF, ICC, ORG, QB, RDFS


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names other things by their keys.

    Arguments: `kind` is theirs, and for topics `scheme` is that of which they must be; `graph` is
    empty if the statements are in the graph of the thing itself.
    """

    name: str
    predicate: NamedNode
    kind: str
    many: bool = False
    scheme: str = ""
    graph: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Two columns of numbers or dates, of which the first may not be above the second."""

    first: str
    second: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Columns of which one at least is filled where any of `given` is, or always without those."""

    columns: tuple[str, ...]
    wrong: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What a column must hold in rows in which `column` has `value`: `wanted`, or nothing."""

    column: str
    value: str
    other: str
    wanted: str
    wrong: str


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """One kind of thing with its table.

    Arguments: `title` is the column of its label, which has one column a language or one with its
    language, and is empty where the label is put together from those of the things named in
    `labelled`, the class and the value of the column `dated`; `same` are the columns in which no
    two rows may agree; `left_out` is a column and the value of rows that are not published;
    `dataset` is the end of the IRI of the data cube that it is an observation of.
    """

    table: str
    graph: str
    classes: tuple[NamedNode, ...]
    references: tuple[Reference, ...]
    same: tuple[str, ...]
    label: NamedNode = RDFS.label
    title: str = ""
    labelled: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    filled: tuple[Filled, ...] = ()
    cases: tuple[Case, ...] = ()
    left_out: tuple[str, str] = ("", "")
    dataset: str = ""
    searched: bool = False


_CITY = Reference("city", ICC.city, "city")
_SHARES = (
    *("majority_share", "foreign_born_share", "non_national_share"),
    "migrant_background_share",
)
_FIRST_HAND = "only a quoted value is second-hand"
_MENTION = "a mention that the place was assessed has no result"
RESOURCES: Final[Mapping[str, ResourceKind]] = {
    "network": ResourceKind(
        "networks",
        "networks",
        (ICC.Network, ORG.Organization),
        (Reference("countries", DCTERMS.spatial, "country", many=True),),
        same=("name",),
        title="name",
        searched=True,
    ),
    "membership": ResourceKind(
        "memberships",
        "networks",
        (ICC.Membership, ORG.Membership),
        (
            Reference("city", ORG.member, "city"),
            Reference("network", ORG.organization, "network"),
        ),
        same=("city", "network", "status", "joined_year", "left_year", "sources"),
        labelled=("city", "network"),
        dated=("joined_year",),
        orders=(Order("joined_year", "left_year", "the membership begins after it ends"),),
        left_out=("status", "present"),
    ),
    "assessment": ResourceKind(
        "assessments",
        "assessments",
        (ICC.Assessment, QB.Observation),
        (_CITY,),
        same=("city", "kind", "date", "sources"),
        labelled=("city",),
        dated=("date",),
        orders=(Order("rank", "sample", "the rank is over the number of places compared"),),
        filled=(Filled(("sample",), "the rank is among an unknown number of places", ("rank",)),),
        cases=(
            Case("kind", "report", "second_hand", "false", _FIRST_HAND),
            Case("kind", "quoted", "second_hand", "true", "a quoted value is second-hand"),
            Case("kind", "quoted", "date", "", "a quoted value has no date of its own"),
            Case("kind", "assessed-by", "second_hand", "false", _FIRST_HAND),
            Case("kind", "assessed-by", "score", "", _MENTION),
            Case("kind", "assessed-by", "rank", "", _MENTION),
        ),
        dataset="assessments",
    ),
    "profile": ResourceKind(
        "profiles",
        "profiles",
        (ICC.Profile, QB.Observation),
        (_CITY,),
        same=("city", "population_year", "shares_year", "sources"),
        labelled=("city",),
        dated=("shares_year", "population_year"),
        filled=(
            Filled(("population", *_SHARES), "the profile has no figure"),
            Filled(("population_year",), "the population has no year", ("population",)),
            Filled(("population",), "it is the year of no population", ("population_year",)),
            Filled(("shares_year",), "the shares have no year", _SHARES),
            Filled(_SHARES, "it is the year of no share", ("shares_year",)),
        ),
        dataset="profiles",
    ),
    "guidance": ResourceKind(
        "guidance",
        "guidance",
        (ICC.Guidance, FOAF.Document),
        (
            Reference("topics", DCTERMS.subject, "topic", many=True, scheme="index",
                      graph="assignments"),
            Reference("website_topics", DCTERMS.subject, "topic", many=True, scheme="website",
                      graph="website-assignments"),
        ),
        same=("title", "kind", "year"),
        filled=(Filled(("topics", "website_topics"), "the document has no topic"),),
        label=DCTERMS.title,
        title="title",
        searched=True,
    ),
}  # fmt: skip
"""The kinds, in the order of a release: what a row names is of a kind before its own."""
