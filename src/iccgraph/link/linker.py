"""The step that links: asks Wikidata who our places, countries and topics are, and decides.

Reads: the tables of places, the topics and links.csv. Writes: rows of links.csv.
What people have decided comes first and is never changed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from iccgraph.errors import SettingsError
from iccgraph.iris import Iris
from iccgraph.link.candidates import find, first_questions, further_questions, unique
from iccgraph.link.classes import kinds_of, superclasses_of
from iccgraph.link.client import WikidataClient
from iccgraph.link.decide import Decision, decide
from iccgraph.link.evidence import weigh
from iccgraph.link.items import Item
from iccgraph.link.things import Subject, all_subjects
from iccgraph.publish.records import Country, Link
from iccgraph.publish.sources.decisions import read_links
from iccgraph.publish.sources.places import read_gazetteer
from iccgraph.publish.sources.topics import TOPIC_FILES, TopicNames, read_turtle
from iccgraph.settings import Settings
from iccgraph.tables.problems import Problems, TooManyProblems
from iccgraph.tables.rows import TableFolder


@dataclass(frozen=True, slots=True)
class Identities:
    """Everything that can be linked, and every decision so far."""

    path: Path
    subjects: dict[str, Subject]
    links: tuple[Link, ...]
    countries: tuple[Country, ...]

    def accepted(self) -> list[Link]:
        """Return the links that are published."""
        return [link for link in self.links if link.status == "accepted"]

    def country_items(self) -> dict[str, str]:
        """Return the accepted item of each country, by its ISO 3166-1 alpha-2 code."""
        return {k.key.upper(): k.identity for k in self.accepted() if k.kind == "country"}

    def choose(self, names: Iterable[str], kind: str = "") -> tuple[list[Subject], list[str]]:
        """Return the things with these keys, or all of a kind; and the names that mean nothing."""
        of_kind = [s for s in self.subjects.values() if not kind or s.kind == kind]
        wanted = list(names)
        found = [s for s in of_kind if s.id in wanted or s.key in wanted]
        met = {s.id for s in found} | {s.key for s in found}
        return (found if wanted else of_kind), [name for name in wanted if name not in met]


def read_identities(settings: Settings) -> Identities:
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
    return Identities(
        path=tables.table("links"),
        subjects={subject.id: subject for subject in all_subjects(gazetteer, topics)},
        links=tuple(links),
        countries=tuple(gazetteer.countries.values()),
    )


class Linker:
    """Proposes identities for things that have none."""

    def __init__(self, client: WikidataClient, identities: Identities, today: date) -> None:
        """Prepare; nothing is asked yet."""
        self.client, self.identities, self.today = client, identities, today
        self._items = identities.country_items()
        self._open: dict[str, list[str]] = {}
        self._rejected: dict[str, set[str]] = {}
        for link in identities.links:
            if link.status == "open":
                self._open.setdefault(link.subject, []).append(link.identity)
            elif link.status == "rejected":
                self._rejected.setdefault(link.subject, set()).add(link.identity)

    def propose(self, subjects: Iterable[Subject]) -> list[Decision]:
        """Return a decision about each thing that has no accepted identity.

        Raises: SourceError if Wikidata cannot be asked.
        """
        settled = {link.subject for link in self.identities.accepted()}
        asked = [subject for subject in subjects if subject.id not in settled]
        country = {s.id: self._items.get(s.country, "") for s in asked}
        first = {s.id: first_questions(s, country[s.id]) for s in asked}
        found = find(self.client, first, "search")
        for subject in asked:
            found[subject.id] = unique((*self._open.get(subject.id, ()), *found[subject.id]))
        decisions = {d.subject.id: d for d in self._assess(asked, found)}
        unsettled = [s for s in asked if decisions[s.id].accepted is None]
        further = {s.id: further_questions(s, country[s.id]) for s in unsettled}
        for name, items in find(self.client, further, "search again").items():
            found[name] = unique((*found[name], *items))
        decisions |= {d.subject.id: d for d in self._assess(unsettled, found)}
        return _one_each([decisions[subject.id] for subject in asked])

    def _assess(
        self, subjects: Sequence[Subject], found: Mapping[str, Sequence[str]]
    ) -> list[Decision]:
        """Weigh what was found for each thing, and decide."""
        numbers = {number for subject in subjects for number in found[subject.id]}
        items = self.client.items(numbers, "items")
        countries = codes_of_countries(self.client, items.values(), self._items)
        superclasses = superclasses_of(self.client, items)
        taken = {link.identity: link.subject for link in self.identities.accepted()}
        decisions = []
        for subject in subjects:
            rejected = self._rejected.get(subject.id, set())
            ours = {items[n].id: items[n] for n in found[subject.id] if n not in rejected}
            evidence = [
                weigh(subject, item, kinds_of(item, superclasses), countries, self.today)
                for number, item in ours.items()
                if number not in rejected
            ]
            decisions.append(decide(subject, evidence, taken))
        return decisions


def codes_of_countries(
    client: WikidataClient, items: Iterable[Item], linked: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Return the ISO codes of every item that some item names as its country.

    Our own links say most of them; the others are looked up.
    Raises: SourceError if Wikidata cannot be asked.
    """
    known = {number: frozenset([code]) for code, number in linked.items()}
    named = {number for item in items for number in item.texts("P17")} - known.keys()
    fetched = client.items(named, "countries")
    return known | {number: frozenset(item.texts("P297")) for number, item in fetched.items()}


def _one_each(decisions: list[Decision]) -> list[Decision]:
    """Accept no item for two things: then both are for a person."""
    holders: dict[str, list[str]] = {}
    for decision in decisions:
        if decision.accepted is not None:
            holders.setdefault(decision.accepted.item.id, []).append(decision.subject.id)
    checked = []
    for decision in decisions:
        best = decision.accepted
        if best is not None and len(names := holders[best.item.id]) > 1:
            others = ", ".join(name for name in names if name != decision.subject.id)
            reason = f"{others} could be it too"
            decision = replace(decision, accepted=None, candidates=(best,), reason=reason)
        checked.append(decision)
    return checked
