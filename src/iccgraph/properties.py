"""The table of properties: what goes from a column into the graph, dumps and pages as it stands.

A row of the table is all the code that such a property needs. What is computed, looked up among
other things or shown together with something else is written by functions, and stands in the
reading order by its name alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from pyoxigraph import NamedNode

from iccgraph.vocab import (
    DCTERMS,
    GEO,
    ICC,
    OWL,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    SSSOM,
    term,
)


class Value(Enum):
    """What the values of a property are, with the CSVW datatype that its column must have.

    A reference to another thing is none of them: its name must be looked up.
    """

    TEXT = ("text", "string")
    TAGGED = ("text in a language", "string")
    CODE = ("code", "string")
    INTEGER = ("whole number", "integer")
    DECIMAL = ("number", "decimal")
    YEAR = ("year", "integer")
    DATE = ("day", "date")
    MONTH = ("year or month", "string")
    BOOLEAN = ("true or false", "boolean")
    IRI = ("web address", "anyURI")
    CONCEPT = ("term of the vocabulary", "string")

    @property
    def datatype(self) -> str:
        """The datatype of the column."""
        return self.value[1]


SECTIONS: Final = ("text", "facts", "sources")
"""The parts of a page that show plain properties: its prose, its list of facts, the data behind."""


@dataclass(frozen=True, slots=True)
class PlainProperty:
    """One property whose values stand in a column.

    Arguments: `name` is that of the column; `kinds` are those of the things that have it; `graph`
    is the named graph that its statements are in, empty for that of the thing itself; `dump` is its
    column in the CSV dumps; `section` is one of `SECTIONS`, empty if no page shows it by itself.
    A text of ours in another language than its first is a translation, and in the graph
    `translations`.
    """

    name: str
    kinds: tuple[str, ...]
    predicate: NamedNode
    graph: str
    value: Value
    many: bool = False
    dump: str = ""
    section: str = ""


_RESOURCES: Final = ("network", "membership", "assessment", "profile", "guidance")


def _fact(
    name: str, kinds: str, predicate: str, value: Value, *, many: bool = False, dump: str = ""
) -> PlainProperty:
    """Return a property that stands among the facts of a page, in the graph of the thing."""
    of = tuple(kinds.split())
    return PlainProperty(name, of, term(predicate), "", value, many, dump or name, "facts")


READING_ORDER: Final[tuple[PlainProperty | NamedNode, ...]] = (
    *(RDF.type, DCTERMS.identifier, DCTERMS.title, RDFS.label, SKOS.prefLabel),
    *(DCTERMS.alternative, SKOS.altLabel, SCHEMA.alternateName, SKOS.hiddenLabel),
    PlainProperty("summary", ("practice",), DCTERMS.description, "texts", Value.TAGGED,
                  dump="summary"),
    SKOS.definition,
    PlainProperty("purpose", ("practice",), term("icc:purpose"), "texts", Value.TAGGED,
                  dump="purpose", section="text"),
    PlainProperty("stimulus", ("practice",), term("icc:stimulus"), "texts", Value.TAGGED,
                  dump="stimulus", section="text"),
    PlainProperty("process", ("practice",), term("icc:process"), "texts", Value.TAGGED,
                  dump="process", section="text"),
    PlainProperty("impact", ("practice",), term("icc:impact"), "texts", Value.TAGGED,
                  dump="impact", section="text"),
    PlainProperty("figures", ("practice",), term("icc:figures"), "texts", Value.TAGGED,
                  dump="figures", section="text"),
    PlainProperty("prizes", ("practice",), term("schema:award"), "texts", Value.TAGGED,
                  many=True, dump="prizes", section="text"),
    PlainProperty("partners", ("practice",), term("icc:partner"), "texts", Value.TEXT,
                  many=True, dump="partners", section="text"),
    PlainProperty("key_references", ("practice",), term("icc:keyReference"), "texts",
                  Value.TAGGED, many=True, dump="key_references", section="text"),
    *(ICC.kind, ICC.inProgramme, ICC.city, SCHEMA.containedInPlace, ICC.country),
    PlainProperty("place_text", ("practice",), term("icc:placeText"), "practices", Value.TEXT,
                  dump="place_as_printed", section="sources"),
    DCTERMS.subject,
    PlainProperty("year_text", ("practice",), ICC.timeText, "practices", Value.TEXT,
                  dump="time_as_printed"),
    *(ICC.scheme, ICC.topicAssignment, ICC.assignedTopic, ICC.because, ICC.byMapping),
    *(ICC.period, ICC.firstYear, ICC.lastYear, ICC.year, ICC.ongoing),
    PlainProperty("start_year", ("practice",), term("icc:startYear"), "texts", Value.YEAR,
                  dump="start_year"),
    ICC.population,
    ICC.populationYear,
    PlainProperty("population_source", ("city",), ICC.populationSource, "gazetteer",
                  Value.IRI, dump="population_source"),
    *(ICC.sizeClass, GEO.lat, GEO.long),
    PlainProperty("nuts", ("city",), ICC.nuts, "places", Value.CODE, many=True, dump="nuts"),
    *(OWL.sameAs, SCHEMA.sameAs),
    *(term("org:member"), term("org:organization"), DCTERMS.spatial),
    _fact("kind", "network assessment guidance", "dcterms:type", Value.CONCEPT),
    _fact("status", "membership", "org:role", Value.CONCEPT),
    _fact("year", "guidance", "dcterms:issued", Value.YEAR),
    _fact("joined_year", "membership", "icc:joinedYear", Value.YEAR),
    _fact("left_year", "membership", "icc:leftYear", Value.YEAR),
    _fact("date", "assessment", "dcterms:date", Value.MONTH),
    _fact("score", "assessment", "icc:score", Value.DECIMAL),
    _fact("rank", "assessment", "icc:rank", Value.INTEGER),
    _fact("sample", "assessment", "icc:sample", Value.INTEGER),
    _fact("group_ranks", "assessment", "icc:groupRank", Value.TAGGED, many=True),
    _fact("second_hand", "assessment", "icc:secondHand", Value.BOOLEAN),
    _fact("population", "profile", "icc:population", Value.INTEGER),
    _fact("population_year", "profile", "icc:populationYear", Value.YEAR),
    _fact("majority_share", "profile", "icc:majorityShare", Value.DECIMAL),
    _fact("foreign_born_share", "profile", "icc:foreignBornShare", Value.DECIMAL),
    _fact("non_national_share", "profile", "icc:nonNationalShare", Value.DECIMAL),
    _fact("migrant_background_share", "profile", "icc:migrantBackgroundShare", Value.DECIMAL),
    _fact("shares_year", "profile", "icc:sharesYear", Value.YEAR),
    _fact("printed_name", "membership", "icc:placeText", Value.TEXT),
    _fact("note", "membership assessment profile", "rdfs:comment", Value.TAGGED),
    _fact("sources", " ".join(_RESOURCES), "dcterms:source", Value.IRI, many=True),
    _fact("read_on", "membership assessment profile guidance", "icc:readOn", Value.DATE),
    *(RDF.subject, RDF.predicate, RDF.object, ICC.linkStatus, SSSOM.confidence),
)  # fmt: skip
"""What a person wants to know first stands first; what is not here follows by its name."""

PROPERTIES: Final = tuple(entry for entry in READING_ORDER if isinstance(entry, PlainProperty))
PREDICATES: Final = tuple(
    dict.fromkeys(
        entry.predicate if isinstance(entry, PlainProperty) else entry for entry in READING_ORDER
    )
)
"""The predicates in the order of reading."""


def properties_of(kind: str, section: str | None = None) -> tuple[PlainProperty, ...]:
    """Return the properties of a kind of thing, or only those of a section of its page."""
    return tuple(p for p in PROPERTIES if kind in p.kinds and section in (None, p.section))


REPEATED: Final = frozenset(
    term(name)
    for name in (
        *("skos:hiddenLabel", "icc:city", "dcterms:subject", "icc:practice", "icc:topicAssignment"),
        *("icc:year", "dcterms:relation", "rdfs:seeAlso", "dc:source", "dcterms:source"),
        "schema:sameAs",
        *("prov:wasDerivedFrom", "prov:wasAttributedTo", "prov:wasAssociatedWith", "prov:used"),
        *("skos:hasTopConcept", "skos:member", "skos:exactMatch", "skos:closeMatch"),
        *("skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"),
        *("rdfs:subClassOf", "rdfs:subPropertyOf"),
        *("schema:domainIncludes", "schema:rangeIncludes"),
        *("dcterms:creator", "dcterms:language", "dcterms:spatial", "dcterms:conformsTo"),
        *("dcat:theme", "dcat:hasVersion", "dcat:dataset", "dcat:distribution", "dcat:service"),
        *("dcat:servesDataset", "void:subset", "void:vocabulary", "void:exampleResource"),
        *("qb:component", "void:feature", "void:dataDump", "sh:declare", "hydra:member"),
        # in one language:
        *("dcterms:alternative", "schema:alternateName", "skos:altLabel", "dcat:keyword"),
    )
) | {item.predicate for item in PROPERTIES if item.many}
"""The predicates of the JSON-LD context of which a thing may have several; texts in a language:
several in one. They are arrays in JSON-LD even if there is one only."""
