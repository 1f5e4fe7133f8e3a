"""Turns decisions about identities, and what Wikidata states, into RDF; each in its own graph.

Writes: the evidence of each row of links.csv into the graph `links`, as SSSOM says it in RDF, and
the rows of wikidata.csv into the graph `wikidata`, about Wikidata's items, in Wikidata's terms.
Source: https://mapping-commons.github.io/sssom/spec-formats-rdf/; Wikibase RDF Dump Format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from iccgraph.publish.graph import GraphWriter, Statement, decimal_literal
from iccgraph.publish.records import Claim, Link, Origin, WikidataItem
from iccgraph.publish.sources.decisions import PREDICATES
from iccgraph.publish.sources.wikidata import COUNTRY, INHABITANTS, LABEL, POSITION
from iccgraph.vocab import (
    DC,
    DCTERMS,
    GEO,
    ICC,
    OWL,
    PAV,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SSSOM,
    XSD,
    term,
)

CC0: Final = NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
WIKIDATA: Final = NamedNode(f"{PREFIXES['wd']}Q2013")
_PRECISION: Final = (XSD.gYear, XSD.gYearMonth, XSD.date)


@dataclass(frozen=True, slots=True)
class IdentityCounts:
    """How many decisions have each status, and how many accepted items were fetched, and when."""

    decided: dict[str, int]
    fetched: int
    first: str
    last: str


class IdentityWriter:
    """Describes the identities of things in the IRIs of one installation."""

    def __init__(
        self, decisions: Sequence[Link], items: Mapping[str, WikidataItem], graph: GraphWriter
    ) -> None:
        self.decisions, self.graph = decisions, graph
        self.links, self.wikidata = graph.graphs["links"], graph.graphs["wikidata"]
        self.by_thing: dict[tuple[str, str], list[Link]] = {}
        self.accepted: dict[tuple[str, str], WikidataItem] = {}
        published = set()
        for link in decisions:
            self.by_thing.setdefault((link.kind, link.key), []).append(link)
            if link.status == "accepted":
                published.add(link.item)
                if link.item in items:
                    self.accepted[link.kind, link.key] = items[link.item]
        self._stale = [item for number, item in items.items() if number not in published]
        days = [link.decided_on for link in decisions]
        days += [item.retrieved for item in items.values()]
        self.latest = max((day.isoformat() for day in days), default="")

    def statements(self, kind: str, key: str) -> list[Statement]:
        """Return the evidence of a thing's identities, and what Wikidata states of its item."""
        statements = [s for link in self.by_thing.get((kind, key), ()) for s in self.evidence(link)]
        item = self.accepted.get((kind, key))
        return statements + (self.item(item) if item is not None else [])

    def stale(self) -> Iterator[tuple[Origin, str]]:
        """Yield each item that was fetched and is accepted no longer, with its first row."""
        for item in self._stale:
            yield item.origin, item.number

    def evidence(self, link: Link) -> list[Statement]:
        """Describe a decision; only one that was accepted is an axiom, the others claim nothing."""
        thing = self.graph.node(link.kind, link.key)
        node = NamedNode(f"{thing.value}#link-{link.item}")
        item = NamedNode(PREFIXES["wd"] + link.item)
        parts = (thing, term(PREDICATES[link.kind]), item)
        statements: list[tuple[NamedNode, Any]] = [(RDF.type, RDF.Statement)]
        statements += zip((RDF.subject, RDF.predicate, RDF.object), parts, strict=True)
        if link.status == "accepted":
            statements.append((RDF.type, OWL.Axiom))
            terms = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
            statements += zip(terms, parts, strict=True)
        statements.append((ICC.linkStatus, Literal(link.status)))
        justification = NamedNode(PREFIXES["semapv"] + link.justification)
        statements.append((SSSOM.mapping_justification, justification))
        if link.status == "rejected":
            statements.append((SSSOM.predicate_modifier, SSSOM.NegatedPredicate))
        else:
            statements.append((SSSOM.confidence, decimal_literal(str(link.confidence))))
        day = Literal(link.decided_on.isoformat(), datatype=XSD.date)
        statements.append((PAV.authoredOn, day))
        statements += [(DC.source, Literal(source)) for source in dict.fromkeys(link.sources)]
        for predicate, text in (
            (RDFS.comment, link.comment),
            (SSSOM.mapping_tool, link.tool),
            (SSSOM.reviewer_label, link.reviewer),
        ):
            if text:
                statements.append((predicate, Literal(text)))
        return [(node, predicate, value, self.links) for predicate, value in statements]

    def item(self, item: WikidataItem) -> list[Statement]:
        """Describe a Wikidata item as Wikidata does, and where the description was read."""
        graph, name = self.wikidata, NamedNode(PREFIXES["wd"] + item.number)
        record = NamedNode(f"{graph.value}#{item.number}")
        statements = [s for claim in item.claims for s in self._claim(name, record, claim)]
        day = item.retrieved.isoformat()
        statements += [
            (record, RDF.type, PROV.Entity, graph),
            (record, SCHEMA.about, name, graph),
            (record, PROV.wasDerivedFrom, NamedNode(_page(item)), graph),
            (record, PROV.wasGeneratedBy, self._fetch(day), graph),
            (record, DCTERMS.created, Literal(day, datatype=XSD.date), graph),
            (record, DCTERMS.license, CC0, graph),
        ]
        if item.revision:
            statements.append((record, SCHEMA.version, Literal(item.revision), graph))
        return statements

    def _claim(self, item: NamedNode, record: NamedNode, claim: Claim) -> list[Statement]:
        graph = self.wikidata
        if claim.name == LABEL:
            label = Literal(claim.value, language=claim.language.lower())
            return [(item, RDFS.label, label, graph)]
        value = _value(claim)
        statements: list[Statement] = [
            (item, NamedNode(PREFIXES["wdt"] + claim.name), value, graph)
        ]
        if claim.date:
            node = NamedNode(f"{record.value}-{claim.name}")
            precision = _PRECISION[claim.date.count("-")]
            at = Literal(claim.date, datatype=precision)
            statements += [
                (item, NamedNode(PREFIXES["p"] + claim.name), node, graph),
                (node, NamedNode(PREFIXES["ps"] + claim.name), value, graph),
                (node, NamedNode(PREFIXES["pq"] + "P585"), at, graph),
            ]
        return statements

    def _fetch(self, day: str) -> NamedNode:
        return NamedNode(f"{self.wikidata.value}#fetch-{day}")

    def counts(self) -> IdentityCounts:
        """Return what a person wants to know of the links after a build."""
        found = Counter(link.status for link in self.decisions)
        decided = {status: found[status] for status in ("accepted", "open", "rejected")}
        days = sorted(item.retrieved.isoformat() for item in self.accepted.values())
        return IdentityCounts(decided, len(days), days[0] if days else "", days[-1] if days else "")

    def fetches(self) -> list[Statement]:
        """Describe the days on which the graph `wikidata` was fetched; nothing if it is empty."""
        graph = self.wikidata
        catalogue = self.graph.graphs["catalogue"]
        software = NamedNode(self.graph.iris.software)
        days = sorted({item.retrieved.isoformat() for item in self.accepted.values()})
        statements: list[Statement] = []
        for day in days:
            fetch = self._fetch(day)
            label = Literal(f"iccgraph link --fetch, {day}")
            statements += [
                (graph, PROV.wasGeneratedBy, fetch, catalogue),
                (fetch, RDF.type, PROV.Activity, graph),
                (fetch, RDFS.label, label, graph),
                (fetch, PROV.wasAssociatedWith, software, graph),
                (fetch, PROV.used, WIKIDATA, graph),
                (fetch, DCTERMS.date, Literal(day, datatype=XSD.date), graph),
            ]
        return statements


def _value(claim: Claim) -> NamedNode | Literal:
    if claim.name == COUNTRY:
        return NamedNode(PREFIXES["wd"] + claim.value)
    if claim.name == INHABITANTS:
        return decimal_literal(claim.value)
    return Literal(claim.value, datatype=GEO.wktLiteral if claim.name == POSITION else XSD.string)


def _page(item: WikidataItem) -> str:
    if item.revision:
        return f"https://www.wikidata.org/w/index.php?title={item.number}&oldid={item.revision}"
    return f"https://www.wikidata.org/wiki/{item.number}"
