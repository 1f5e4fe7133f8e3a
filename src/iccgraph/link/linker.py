"""Links things to Wikidata: asks what they could be, weighs what is found, and decides.

Reads: the tables of places, the topics and links.csv. Writes nothing: decisions become rows of
links.csv on the command line. What people have decided comes first and is never changed.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iccgraph.errors import SettingsError
from iccgraph.iris import Iris
from iccgraph.link.classes import (
    PAST,
    Superclasses,
    classes_of,
    ended_classes_of,
    kinds_of,
    superclasses_of,
)
from iccgraph.link.client import WikidataClient, search_by_name, search_by_words
from iccgraph.link.connection import Parameters
from iccgraph.link.decide import Proposal, decide, one_each
from iccgraph.link.evidence import ended, weigh
from iccgraph.link.items import Item
from iccgraph.link.names import without_brackets
from iccgraph.link.things import Thing, all_things
from iccgraph.publish.records import Country, Link
from iccgraph.publish.sources.decisions import read_links
from iccgraph.publish.sources.places import read_gazetteer
from iccgraph.publish.sources.topics import TOPIC_FILES, TopicNames, read_turtle
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems, TooManyProblems
from iccgraph.tables.rows import TableFolder

MOST_NAMES = 4
"""Names by which one thing is searched in the second round, in each of two languages."""

WITHDRAWN_CODES = frozenset({"AN", "BU", "CS", "DD", "FX", "NT", "SU", "TP", "YD", "YU", "ZR"})
"""Codes of states that are no more, and that no other state has. Source: ISO 3166-3."""


@dataclass(frozen=True, slots=True)
class LinkTables:
    """Everything that can be linked, and every decision so far; `path` is that of links.csv."""

    path: Path
    things: dict[str, Thing]
    links: tuple[Link, ...]
    countries: tuple[Country, ...]

    def accepted(self) -> list[Link]:
        """Return the links that are published."""
        return [link for link in self.links if link.status == "accepted"]

    def links_of(self, things: Iterable[Thing], status: str) -> list[Link]:
        """Return the links of these things that have a status: accepted, open or rejected."""
        chosen = {thing.id for thing in things}
        return [link for link in self.links if link.status == status and link.thing in chosen]

    def country_items(self) -> dict[str, str]:
        """Return the accepted item of each country, by its ISO 3166-1 alpha-2 code."""
        return {k.key.upper(): k.item for k in self.accepted() if k.kind == "country"}

    def choose(self, names: Iterable[str], kind: str = "") -> tuple[list[Thing], list[str]]:
        """Return the things with these keys, or all of a kind; and the names of no thing."""
        of_kind = [thing for thing in self.things.values() if not kind or thing.kind == kind]
        wanted = list(names)
        found = [thing for thing in of_kind if thing.id in wanted or thing.key in wanted]
        known = {thing.id for thing in found} | {thing.key for thing in found}
        return (found if wanted else of_kind), [name for name in wanted if name not in known]


def read_tables(settings: Settings) -> LinkTables:
    """Read the tables that linking needs.

    Raises: SettingsError, SourceError or RecordsError with every problem that was found.
    """
    if not settings.data_dir.is_dir():
        raise SettingsError(
            f"data_dir is {settings.data_dir}; there is no such folder: run this in the project’s "
            "folder, or name it with --data-dir"
        )
    problems, tables, iris = Problems(), TableFolder(settings.data_dir), Iris(settings.base_iri)
    with contextlib.suppress(TooManyProblems):
        gazetteer = read_gazetteer(tables, problems)
        topics = TopicNames()
        for name in TOPIC_FILES:
            topics.take(read_turtle(settings.data_dir / name, iris, problems), iris)
        links = read_links(tables, gazetteer, topics, problems)
    problems.raise_if_any()
    return LinkTables(
        path=tables.table("links"),
        things={thing.id: thing for thing in all_things(gazetteer, topics)},
        links=tuple(links),
        countries=tuple(gazetteer.countries.values()),
    )


class Linker:
    """Decides about things that have no accepted item."""

    def __init__(self, client: WikidataClient, tables: LinkTables, today: date) -> None:
        self.client, self.today = client, today
        self._country_items = tables.country_items()
        self._taken = {link.item: link.thing for link in tables.accepted()}
        self._items: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in tables.links:
            self._items[link.thing, link.status].append(link.item)

    def propose(self, things: Iterable[Thing]) -> list[Proposal]:
        """Return a decision about each thing that has no accepted item, in their order.

        Items that the table has open are weighed first. Things that the first questions settle
        are not asked about again.
        Raises: SourceError if Wikidata cannot be asked.
        """
        linked = set(self._taken.values())
        undecided = [thing for thing in things if thing.id not in linked]
        found = {thing.id: tuple(self._items[thing.id, "open"]) for thing in undecided}
        decisions: dict[str, Proposal] = {}
        for make_queries, stage in ((first_queries, "search"), (further_queries, "search again")):
            queries = [
                (thing.id, query)
                for thing in undecided
                for query in make_queries(thing, self._country_items.get(thing.country, ""))
            ]
            answers = self.client.search((query for _, query in queries), stage)
            for (name, _), items in zip(queries, answers, strict=True):
                found[name] = tuple(dict.fromkeys((*found[name], *items)))  # best first
            decisions |= {
                proposal.thing.id: proposal for proposal in self._assess(undecided, found)
            }
            undecided = [thing for thing in undecided if decisions[thing.id].accepted is None]
        return one_each(decisions.values())

    def _assess(
        self, things: Sequence[Thing], found: Mapping[str, Sequence[str]]
    ) -> list[Proposal]:
        """Fetch and weigh what was found for each thing, and decide."""
        items = self.client.items({item for thing in things for item in found[thing.id]}, "items")
        countries = codes_of_countries(self.client, items.values(), self._country_items, self.today)
        superclasses = superclasses_of(self.client, items.values())
        decisions = []
        for thing in things:
            rejected = self._items[thing.id, "rejected"]
            # a merged item is found under two ids; it is weighed once, and if neither is rejected
            ours = {items[name].id: items[name] for name in found[thing.id] if name not in rejected}
            candidates = [
                weigh(thing, item, kinds_of(item, superclasses), countries, self.today)
                for item in ours.values()
                if item.id not in rejected
            ]
            decisions.append(decide(thing, candidates, self._taken))
        return decisions


def first_queries(thing: Thing, country_item: str) -> tuple[Parameters, ...]:
    """Return what finds most things: number or ISO code, name in English, at home, in the country.

    The item of its country is empty if that is not linked.
    """
    label = without_brackets(thing.label)
    queries = [search_by_name(label, "en")]
    if thing.kind == "topic":
        if thing.label_fr:
            queries.append(search_by_name(thing.label_fr, "fr"))
        return tuple(queries)
    if thing.kind == "country":
        queries.append(search_by_words(f"haswbstatement:P297={thing.country}"))
    if thing.geonames_id is not None:
        queries.append(search_by_words(f"haswbstatement:P1566={thing.geonames_id}"))
    # what lies in a former state, or has no English label, is found by no other question
    queries += [search_by_name(label, code) for code in thing.languages[:1] if code != "en"]
    if thing.kind == "city" and country_item:
        queries.append(_search_in_country(label, country_item))
    return tuple(queries)


def further_queries(thing: Thing, country_item: str) -> tuple[Parameters, ...]:
    """Return what finds things by their other names, in English and the country's languages."""
    queries: list[Parameters] = []
    languages = thing.languages[:2] if thing.country else ("en",)
    names = dict.fromkeys(map(without_brackets, thing.names[:MOST_NAMES]))
    for name in names:
        for language in languages:
            queries.append(search_by_name(name, language))
        if name != without_brackets(thing.label):
            queries.append(search_by_name(name, "en"))
            if country_item:
                queries.append(_search_in_country(name, country_item))
    requested = first_queries(thing, country_item)
    return tuple(query for query in queries if query not in requested)


def _search_in_country(name: str, country_item: str) -> Parameters:
    """Return the full-text search for a name, without what would be taken for an operator."""
    words = " ".join(re.sub(r'["\\~*?!:|(){}\[\]^<>]', " ", name).split())
    return search_by_words(f'"{words}" haswbstatement:P17={country_item}')


def codes_of_countries(
    client: WikidataClient, items: Iterable[Item], linked: Mapping[str, str], today: date
) -> dict[str, frozenset[str]]:
    """Return the ISO codes of every item that some item names as its country.

    Our own links say most of them; the others are looked up. A former state has none: what lies in
    the Soviet Union lies in a country that we do not know.
    Raises: SourceError if Wikidata cannot be asked.
    """
    known = {item: frozenset([code]) for code, item in linked.items()}
    named = {country for item in items for country in item.texts("P17")} - known.keys()
    fetched = client.items(named, "countries")
    superclasses = superclasses_of(client, fetched.values())
    return known | {
        name: frozenset(() if is_former_state(item, superclasses, today) else item.texts("P297"))
        for name, item in fetched.items()
    }


def is_former_state(item: Item, superclasses: Superclasses, today: date) -> bool:
    """True if the state was dissolved, is of a class of former ones, or of no class any more."""
    lost = bool(ended_classes_of(item)) and not classes_of(item)
    withdrawn = bool(WITHDRAWN_CODES.intersection(item.texts("P297")))
    return ended(item, today) or lost or withdrawn or bool(kinds_of(item, superclasses) & PAST)
