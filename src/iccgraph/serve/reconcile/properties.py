"""The properties that queries are narrowed by and tables extended with: one table of them.

Source: Reconciliation Service API 0.2, sections 4.3 (property values) and 7 (data extension).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from iccgraph.iris import DEFAULT_SCHEME, fold
from iccgraph.languages import DEFAULT, Text, best, collation_key
from iccgraph.serve.dataset import listing
from iccgraph.serve.reconcile.entities import KINDS, NAME_TERMS, Catalogue, Entity
from iccgraph.vocab import (
    DCTERMS,
    FOAF,
    GEO,
    ICC,
    ORG,
    OWL,
    PREFIXES,
    RDFS,
    SCHEMA,
    SKOS,
    term,
)

_STARTS: Final = {
    "wikidata": PREFIXES["wd"],
    "geonames": "https://sws.geonames.org/",
    "kind": f"{PREFIXES['icc']}kind-",
    "sizeClass": f"{PREFIXES['icc']}size-",
}
"""How the IRIs begin of which some properties have the rest."""
_TYPE, _ISSUED, _REPORT = map(term, ("dcterms:type", "dcterms:issued", "icc:kind-report"))
PropertyValue = dict[str, Any]
"""One value as data extension writes it: `str`, `int`, `float`, `date`, or `id` with `name`."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property; `form` is how its values are written: a kind of thing, or a datatype.

    `scheme` is that of the topics which are its values; `through` leads to values that other things
    tell: the property by which they name the thing, and that by which they name the value.
    """

    id: str
    name: str
    description: str
    kinds: tuple[str, ...]
    form: str
    terms: tuple[NamedNode, ...] = ()
    identity: bool = False
    tolerance: float = 0.0
    language: str = ""
    scheme: str = ""
    through: tuple[NamedNode, NamedNode] | None = None

    @property
    def entity(self) -> bool:
        """True if the values are things of ours."""
        return self.form in KINDS


_TABLE: Final = (
    Property("country", "country", "the country that it is in, or the countries of a network",
             ("city", "practice", "network"), "country", (ICC.country, DCTERMS.spatial)),
    Property("city", "city", "the places of a practice", ("practice",), "city", (ICC.city,)),
    Property("within", "larger place", "the smallest larger place that it lies in", ("city",),
             "city", (SCHEMA.containedInPlace,)),
    Property("nuts", "NUTS code", "such as ES51", ("city",), "str", (ICC.nuts,),
             identity=True),
    Property("topic", "topic", "what a practice or document is about, by the themes of the Index",
             ("practice", "guidance"), "topic", (DCTERMS.subject,), scheme=DEFAULT_SCHEME),
    Property("websiteTopic", "topic of the website", "what it is about, by those topics",
             ("practice", "guidance"), "topic", (DCTERMS.subject,), scheme="website"),
    Property("network", "network", "the networks that sources name a place as a member of",
             ("city",), "network", through=(ORG.member, ORG.organization)),
    Property("member", "member", "the places that sources name as members", ("network",), "city",
             through=(ORG.organization, ORG.member)),
    Property("wikidata", "Wikidata item", "the accepted item, such as Q1492",
             ("city", "country", "topic"), "str", (OWL.sameAs, SKOS.exactMatch), identity=True),
    Property("geonames", "GeoNames number", "such as 3128760", ("city", "country"), "str",
             (RDFS.seeAlso,), identity=True),
    Property("iso2", "ISO 3166 code of two letters", "such as ES", ("country",), "str",
             (ICC.iso2,), identity=True),
    Property("iso3", "ISO 3166 code of three letters", "such as ESP", ("country",), "str",
             (ICC.iso3,), identity=True),
    Property("isoNumeric", "ISO 3166 number", "such as 724", ("country",), "str",
             (ICC.isoNumeric,), identity=True),
    Property("iri", "IRI", "what the thing is called in linked data", KINDS, "str", identity=True),
    Property("key", "key", "the last part of the IRI", KINDS, "str", (DCTERMS.identifier,)),
    Property("names", "all names", "labels, spellings and names in other languages", KINDS, "str",
             NAME_TERMS),
    Property("kind", "kind", "of a place, such as municipality; of a network; of a document, such"
             " as guide", ("city", "network", "guidance"), "str", (ICC.kind, _TYPE)),
    Property("lastAssessment", "last assessment", "the month or year of the latest report on it by"
             " the ICC Index", ("city",), "str"),
    Property("lat", "latitude", "in degrees (WGS 84)", ("city",), "float", (GEO.lat,),
             tolerance=0.1),
    Property("long", "longitude", "in degrees (WGS 84)", ("city",), "float", (GEO.long,),
             tolerance=0.1),
    Property("population", "population", "inhabitants", ("city",), "int", (ICC.population,)),
    Property("sizeClass", "size class", "below-20000, from-20000, from-100000 or from-500000",
             ("city",), "str", (ICC.sizeClass,)),
    Property("populationYear", "year of the population", "the year that was counted", ("city",),
             "int", (ICC.populationYear,)),
    Property("practices", "number of practices", "how many practices there are",
             ("city", "country", "topic"), "int"),
    Property("firstYear", "first year", "the year of its beginning", ("practice",), "int",
             (ICC.firstYear,)),
    Property("lastYear", "last year", "the year of its end", ("practice",), "int",
             (ICC.lastYear,)),
    Property("year", "year", "a year in which a practice took place, neither its first nor its"
             " last; the year of a document", ("practice", "guidance"), "int",
             (ICC.year, _ISSUED)),
    Property("time", "time as printed", "the time in the words of the source", ("practice",),
             "str", (ICC.timeText,)),
    Property("description", "description", "summary or definition", ("topic", "practice"), "str",
             (DCTERMS.description, SKOS.definition)),
    Property("scheme", "topic scheme", "index or website", ("topic",), "str", (SKOS.inScheme,)),
    Property("page", "web page", "the page that it was read from",
             ("practice", "network", "guidance"), "str", (FOAF.page, DCTERMS.source)),
)  # fmt: skip
PROPERTIES: Final = {item.id: item for item in _TABLE}
_NAME_IN: Final = re.compile(r"name_([a-z]{2,8}(?:-[a-z0-9]{1,8})*)")
_ENGLISH: Final = {"en": "English", "fr": "French"}
"""What some languages are called; any other is called by its tag."""
_OTHER_NAMES: Final = {
    **{item.terms[0].value: item.id for item in reversed(_TABLE) if item.terms},
    RDFS.label.value: "names",
    SCHEMA.alternateName.value: "names",
    "wikidata id": "wikidata",
}


def name_in(language: str) -> Property:
    """Return the property that is a thing's label in one language."""
    called = _ENGLISH.get(language, language)
    return Property(
        *(f"name_{language}", f"name in {called}", f"the label in {called}", KINDS, "str"),
        NAME_TERMS[:3],
        language=language,
    )


def all_properties(languages: Sequence[str]) -> list[Property]:
    """Return every property, with the names in each of a release's languages."""
    at = list(PROPERTIES).index("names")
    return [*_TABLE[:at], *map(name_in, languages), *_TABLE[at:]]


def find_property(name: str) -> Property | None:
    """Return the property with this identifier, IRI, prefixed name or name."""
    name = name.strip()
    prefix, _, local = name.partition(":")
    iri = PREFIXES[prefix] + local if prefix in PREFIXES else name
    known = _OTHER_NAMES.get(iri, name)
    if known in PROPERTIES:
        return PROPERTIES[known]
    low = known.lower()
    if tag := _NAME_IN.fullmatch(low):
        return name_in(tag[1])
    known_properties = (*_TABLE, *map(name_in, _ENGLISH))
    return next((p for p in known_properties if low in (p.id.lower(), p.name.lower())), None)


def values(catalogue: Catalogue, entity: Entity, item: Property) -> list[PropertyValue]:
    """Return what a thing has of a property, in a fixed order; nothing if it has none of it."""
    release = catalogue.release
    if entity.kind not in item.kinds:
        return []
    if item.id == "iri":
        return [{"str": release.iris.thing(entity.kind, entity.key)}]
    if item.id == "practices":
        query = "SELECT practices FROM facet WHERE kind = ? AND key = ?"
        row = release.index.execute(query, (entity.kind, entity.key)).fetchone()
        return [{"int": row[0] if row else 0}]
    node = NamedNode(release.iris.thing(entity.kind, entity.key))
    if item.id == "lastAssessment":
        return [{"str": day} for day in sorted(_assessed(catalogue, node))[-1:]]
    found = {}
    for stated in _stated(catalogue, node, item):
        for value_term in sorted(stated, key=str):
            if (value := _value(catalogue, item, value_term)) is not None:
                found[str(value)] = value
    return list(found.values())


def texts(catalogue: Catalogue, entity: Entity, item: Property, language: str) -> list[Text]:
    """Return what people read of a property: names and texts in their language, else in another.

    Names are in the order of the language, those of places in no language; of a text in several
    languages there is one.
    """
    release = catalogue.release
    found = values(catalogue, entity, item)
    if item.entity:
        things = [str(value["id"]).partition("/") for value in found]
        named = [(kind, *listing.named(release, kind, key, language)) for kind, _, key in things]
        known = ((name, "" if kind == "city" else tag) for kind, name, tag in named)
        return sorted(known, key=lambda name: collation_key(name[0]))
    node = NamedNode(release.iris.thing(entity.kind, entity.key))
    stated = (term for terms in _stated(catalogue, node, item) for term in terms)
    tagged = {t.language: t.value for t in stated if isinstance(t, Literal) and t.language}
    if tagged:
        return [best(tagged, language)]
    return [(str(next(iter(value.values()))), "") for value in found]


def _stated(catalogue: Catalogue, node: NamedNode, item: Property) -> Iterator[set[Any]]:
    """Yield what each property behind this one leads to from a thing."""
    for predicate in item.terms:
        yield _objects(catalogue, node, predicate)
    if item.through:
        inward, onward = item.through
        yield {
            v for s in _subjects(catalogue, inward, node) for v in _objects(catalogue, s, onward)
        }


def _objects(catalogue: Catalogue, subject: Any, predicate: NamedNode) -> set[Any]:
    quads = catalogue.release.store.quads_for_pattern(subject, predicate, None, None)
    return {quad.object for quad in quads}


def _subjects(
    catalogue: Catalogue, predicate: NamedNode, value: NamedNode, graph: str = ""
) -> set[Any]:
    release = catalogue.release
    within = release.graphs[graph] if graph else None
    quads = release.store.quads_for_pattern(None, predicate, value, within)
    return {quad.subject for quad in quads}


def _assessed(catalogue: Catalogue, city: NamedNode) -> set[str]:
    """Return the months and years of reports on a place; that it was assessed by then is none."""
    return {
        date.value
        for subject in _subjects(catalogue, ICC.city, city, "assessments")
        if _REPORT in _objects(catalogue, subject, _TYPE)
        for date in _objects(catalogue, subject, DCTERMS.date)
    }


def _value(catalogue: Catalogue, item: Property, term: object) -> PropertyValue | None:
    if isinstance(term, Literal):
        return _literal(item, term)
    if not isinstance(term, NamedNode):
        return None
    iri = term.value
    if item.entity:
        split = catalogue.release.iris.split(iri)
        if split is None or item.scheme not in ("", catalogue.release.schemes.get(split[1])):
            return None
        return {"id": "/".join(split), "name": listing.label(catalogue.release, *split, DEFAULT)}
    starts = _STARTS.get(item.id)
    if starts is not None and not iri.startswith(starts):
        return None
    if item.id == "page":
        return {"str": iri}
    starts = starts or f"{catalogue.release.iris.base}id/scheme/"
    return {"str": iri.removeprefix(starts).rstrip("/")}


def _literal(item: Property, term: Literal) -> PropertyValue | None:
    tag = f"{term.language or item.language}-"  # a region or script counts as the language too
    if item.language and not tag.startswith(f"{item.language}-"):
        return None
    if item.form in ("int", "float"):
        try:
            number = float(term.value)
        except ValueError:
            return None
        return {"int": int(number)} if item.form == "int" else {"float": number}
    return {"str": term.value}


def agrees(
    catalogue: Catalogue, entity: Entity, item: Property, expected: list[Any]
) -> bool | None:
    """True if any expected value is one of the thing's; None if it has none to compare."""
    there = values(catalogue, entity, item)
    if not there:
        return None
    if item.entity:
        ids = {value["id"] for value in there}
        return any(one.id in ids for e in expected for one in resolve(catalogue, item, e))
    return any(_same(item, next(iter(value.values())), e) for value in there for e in expected)


def resolve(catalogue: Catalogue, item: Property, expected: Any) -> list[Entity]:
    """Return the things that an expected value stands for: an identifier, else a name."""
    ways = (expected.get("id"), expected.get("name")) if isinstance(expected, dict) else (expected,)
    for text in ways:
        if text and (found := catalogue.resolve(str(text), item.form)):
            return found
    return []


def text_of(expected: Any) -> str:
    """Return an expected value as text."""
    if isinstance(expected, dict):
        expected = expected.get("id") or expected.get("name") or ""
    return str(expected).strip()


def _same(item: Property, value: Any, expected: Any) -> bool:
    text = text_of(expected)
    if item.form in ("int", "float"):
        try:
            number = float(text)
        except ValueError:
            return False
        if item.id == "population":
            return bool(abs(number - value) <= 0.2 * max(abs(number), abs(value)))
        return bool(abs(number - value) <= item.tolerance)
    if item.identity and item.id != "iri":
        return text.rstrip("/").rpartition("/")[2].casefold() == str(value).casefold()
    return bool(value == text or (fold(text) and fold(text) == fold(str(value))))
