"""Reads the tables of the kinds in `RESOURCES`: networks, memberships, assessments and others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from pyoxigraph import Literal, Triple

from iccgraph.iris import fold, is_key, suggest_key
from iccgraph.languages import DEFAULT, Labels, best, cased
from iccgraph.properties import Value, properties_of
from iccgraph.publish.records import Origin, Resource
from iccgraph.publish.sources.places import Gazetteer, no_key
from iccgraph.publish.sources.topics import TopicNames
from iccgraph.release.networks import NETWORKS
from iccgraph.resources import RESOURCES, Reference, ResourceKind
from iccgraph.tables.cells import wordless
from iccgraph.tables.languages import check_tag, check_untagged
from iccgraph.tables.problems import CellProblem, Problems
from iccgraph.tables.rows import Row, TableFolder
from iccgraph.tables.schema import TableSchema
from iccgraph.vocab import RDFS

Resources = Mapping[str, Mapping[str, Resource]]
"""What the tables hold, by kind and key."""


def read_resources(
    tables: TableFolder,
    gazetteer: Gazetteer,
    topics: TopicNames,
    ontology: Iterable[Triple],
    languages: Sequence[str],
    problems: Problems,
) -> Resources:
    """Read the tables of resources that there are; rows that are wrong become problems.

    Arguments: `ontology` names the classes; `languages` are those of labels that are put together.
    Raises: SourceError if a table or its metadata cannot be opened.
    """
    found: dict[str, dict[str, Resource]] = {}
    known = _Known(gazetteer, topics, found, languages, _labels(ontology))
    for kind, described in RESOURCES.items():
        found[kind] = {}
        if not tables.has(described.table):
            continue
        before = len(problems.found)
        reader = _Reader(kind, described, tables.schema(described.table), known)
        for row in tables.rows(described.table, problems, reader.looked_up):
            if (resource := reader.read(row)) is not None:
                found[kind][resource.key] = resource
        if len(problems.found) > before:
            known.incomplete.add(kind)
    return found


def _labels(triples: Iterable[Triple]) -> dict[object, dict[str, str]]:
    """Return the labels of what the triples are about, by language."""
    found: dict[object, dict[str, str]] = {}
    for triple in triples:
        if triple.predicate == RDFS.label and isinstance(triple.object, Literal):
            labels = found.setdefault(triple.subject, {})
            labels[cased(triple.object.language or "")] = triple.object.value
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What rows may name; of kinds that are `incomplete` there is more, in rows that are wrong."""

    gazetteer: Gazetteer
    topics: TopicNames
    resources: Resources
    languages: Sequence[str]
    classes: Mapping[object, Labels]
    incomplete: set[str] = field(default_factory=set)

    def labels(self, kind: str, key: str) -> Labels:
        """Return what a city, country or resource is called."""
        if kind == "city":
            return self.gazetteer.cities[key].labels
        return self.resources[kind][key].labels

    def resolve(self, reference: Reference, value: str) -> tuple[str, CellProblem | None]:
        """Return the key that a value means, and what is wrong with it."""
        match reference.kind:
            case "country":
                if key := self.gazetteer.country(value):
                    return key, None
                doubted = self.gazetteer.doubtful(value)
                keys, table = list(self.gazetteer.countries), "countries"
            case "city":
                if value in self.gazetteer.cities:
                    return value, None
                doubted = self.gazetteer.doubtful(value)
                keys, table = list(self.gazetteer.cities), "cities"
            case "topic":
                return self._topic(reference.scheme, value)
            case kind:
                if value in self.resources[kind]:
                    return value, None
                doubted, table = kind in self.incomplete, RESOURCES[kind].table
                keys = list(self.resources[kind])
        if doubted:
            return "", None
        close = get_close_matches(suggest_key(value), keys, n=1, cutoff=0.6)
        remedy = f"did you mean {close[0]}? Else" if close else "correct it, or"
        return "", (
            f"{value!r} is no key in {table}.csv",
            f"{remedy} add the {reference.kind} there",
        )

    def _topic(self, scheme: str, value: str) -> tuple[str, CellProblem | None]:
        if self.topics.schemes.get(value) == scheme:
            return value, None
        if value in self.topics.labels:
            wrong = f"{value!r} is a topic of another scheme"
            return "", (wrong, f"write topics of the scheme {scheme!r} here")
        if self.topics.incomplete:
            return "", None
        return "", (f"{value!r} is not the key of a topic", self.topics.advice(value, scheme))


class _Reader:
    """Turns the rows of one table into resources."""

    def __init__(self, kind: str, described: ResourceKind, schema: TableSchema, known: _Known):
        self.kind, self.described, self.known = kind, described, known
        self.columns = schema.plain(kind)
        title = described.title
        self.titles = schema.by_language(title) if title else {}
        self.tagged = bool(title) and f"{title}_lang" in schema.names
        self.dates = [p for p in properties_of(kind) if p.value in (Value.YEAR, Value.MONTH)]
        self.texts = dict.fromkeys(self.titles.values(), False)
        for item, named in self.columns:
            if item.value in (Value.TEXT, Value.TAGGED):
                self.texts |= dict.fromkeys(named.values(), item.many)
        self.looked_up = {reference.name for reference in described.references}
        if self.tagged:
            self.looked_up.add(f"{title}_lang")
        self._keys: dict[str, int] = {}
        self._same: dict[tuple[str, ...], int] = {}

    def read(self, row: Row) -> Resource | None:
        """Return what a row describes, None if it is wrong or is not published."""
        column, value = self.described.left_out
        references = {r.name: self._resolved(row, r) for r in self.described.references}
        self._check(row)
        if not row.sound or None in references.values() or row.cells.get(column) == value != "":
            return None
        named = {name: keys for name, keys in references.items() if keys}
        return Resource(
            kind=self.kind,
            key=row.cells["key"],
            origin=Origin(row.source, row.number),
            labels=self._labels(row, named),
            references=named,
            country=self._country(named),
            plain=row.plain(self.columns, DEFAULT),
        )

    def _resolved(self, row: Row, reference: Reference) -> tuple[str, ...] | None:
        """Return the keys that a cell names, None if one is wrong."""
        name = reference.name
        keys, good = [], name not in row.bad
        values = row.values(name) if reference.many else filter(None, (row.cells[name],))
        for value in values if good else ():
            key, fault = self.known.resolve(reference, value)
            if fault is not None:
                row.complain(name, *fault)
            good = good and bool(key)
            keys.append(key)
        return tuple(dict.fromkeys(keys)) if good else None

    def _check(self, row: Row) -> None:
        """Note what is wrong between the cells of a row, and between rows."""
        for name, many in self.texts.items():
            for text in row.values(name) if many else (row.cells[name],):
                if fault := wordless(text) or check_untagged(text):
                    row.complain(name, *fault)
        if self.tagged and (fault := check_tag(row.cells[f"{self.described.title}_lang"])):
            row.complain(f"{self.described.title}_lang", *fault)
        self._check_translations(row)
        self._check_dates(row)
        self._check_rules(row)
        self._check_alone(row)

    def _check_translations(self, row: Row) -> None:
        """A text that was translated stands in its own language too, with as many parts."""
        for _, named in self.columns:
            original, *others = named.values()
            parts = len(row.values(original))
            for name in others:
                count = len(row.values(name))
                if count and not parts:
                    wrong = f"it translates nothing, for {original} is empty"
                    row.complain(name, wrong, f"fill in {original}, or empty this cell")
                elif count and count != parts:
                    wrong = f"the number of texts is {count} here and {parts} in {original}"
                    row.complain(name, wrong, "translate each of them, or none")

    def _check_dates(self, row: Row) -> None:
        today = date.today().isoformat()
        for item in self.dates:
            cell = row.cells[item.name]
            if not cell or item.name in row.bad:
                continue
            when = f"{int(cell):04}" if item.value is Value.YEAR else cell
            if when > today[: len(when)]:
                row.complain(item.name, f"{cell} has not come yet", "correct the date")

    def _check_rules(self, row: Row) -> None:
        """Note what contradicts the orders, rules and cases of the kind."""
        cells = row.cells
        for order in self.described.orders:
            first, second = cells[order.first], cells[order.second]
            sound = not {order.first, order.second} & row.bad
            if sound and first and second and int(first) > int(second):
                wrong = f"{order.wrong} ({first}, {second})"
                row.complain(order.first, wrong, "correct one of the two")
        for rule in self.described.filled:
            given = [name for name in rule.given if cells[name]]
            asked = bool(given) or not rule.given
            if asked and not any(cells[name] for name in rule.columns):
                remedy = f"fill in {' or '.join(rule.columns)}"
                remedy += f", or empty {' and '.join(given)}" if given else ""
                row.complain(rule.columns[0], rule.wrong, remedy)
        for case in self.described.cases:
            if cells[case.column] == case.value and cells[case.other] != case.wanted:
                remedy = f"write {case.wanted}" if case.wanted else "empty this cell"
                remedy += f", or correct {case.column}"
                row.complain(case.other, case.wrong, remedy)

    def _check_alone(self, row: Row) -> None:
        """Two rows have neither one key nor the same statement."""
        key, title = row.cells["key"], self.described.title
        if not is_key(key):
            row.complain("key", *no_key(key))
        elif self.kind == "network" and key in NETWORKS:
            wrong = f"the address /network/{key} is that of a network of cities and topics"
            row.complain("key", wrong, "choose another key")
        elif (other := self._keys.setdefault(key, row.number)) != row.number:
            wrong = f"the key {key!r} stands in row {other} too"
            row.complain("key", wrong, "give each row a key of its own")
            return
        cells = {name: row.cells[name] for name in self.described.same}
        said = tuple(fold(cell) if name == title else cell for name, cell in cells.items())
        if row.sound and (other := self._same.setdefault(said, row.number)) != row.number:
            row.complain("key", f"row {other} says the same", "remove one of the two rows")

    def _labels(self, row: Row, named: Mapping[str, tuple[str, ...]]) -> Labels:
        """Return the labels of a row, put together in all languages where it has none."""
        title = self.described.title
        if self.tagged:
            return {cased(row.cells[f"{title}_lang"]): row.cells[title]}
        if title:
            return row.labels(self.titles)
        return dict(self._put_together(row, named))

    def _put_together(
        self, row: Row, named: Mapping[str, tuple[str, ...]]
    ) -> Iterator[tuple[str, str]]:
        kinds = {reference.name: reference.kind for reference in self.described.references}
        parts = [self.known.labels(kinds[n], named[n][0]) for n in self.described.labelled]
        if len(parts) == 1:
            parts.append(self.known.classes.get(self.described.classes[0], {}))
        when = next((cell for name in self.described.dated if (cell := row.cells[name])), "")
        for language in self.known.languages:
            label = " – ".join(text for part in parts if (text := best(part, language)[0]))
            yield language, f"{label} ({when})" if when else label

    def _country(self, named: Mapping[str, tuple[str, ...]]) -> str:
        """Return the one country that a row is about, empty if there is none or more."""
        cities = self.known.gazetteer.cities
        found = {cities[key].country for key in named.get("city", ())}
        found |= set(named.get("countries", ()))
        return next(iter(found)) if len(found) == 1 else ""
