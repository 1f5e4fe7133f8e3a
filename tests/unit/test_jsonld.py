"""Compact JSON-LD says what the triples say; PyLD, which knows no other document, is the judge."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from iccgraph.jsonld import Compactor, Context
from iccgraph.publish.pipeline import Built
from iccgraph.release.manifest import QUADS
from iccgraph.settings import Settings
from iccgraph.vocab import DCTERMS, EDTF, GEO, ICC, PREFIXES, RDF, RDFS, SKOS, XSD, term
from tests.for_all import for_all
from tests.jsonld import newer
from tests.unit.support import ROOT

CONTEXT = Context((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))
COMPACTOR = Compactor(CONTEXT)
BASE = "https://w3id.org/iccgraph/"
THING = NamedNode(f"{BASE}id/practice/x")
OTHER = NamedNode(f"{BASE}id/city/y")
PLACE_TEXT = term("icc:placeText")


def refuse(address: str, options: object) -> None:
    """Load no document, for all that is needed is at hand."""
    raise AssertionError(f"the judge wants to fetch {address}")


def judged(document: dict[str, Any]) -> Dataset:
    """Return what PyLD says that a JSON-LD document says, as a processor of either version."""
    assert not list(newer(document))
    now, before = (_judged(document, mode) for mode in ("json-ld-1.1", "json-ld-1.0"))
    assert now == before
    return now


def _judged(document: dict[str, Any], mode: str) -> Dataset:
    options = {"format": "application/n-quads", "documentLoader": refuse, "processingMode": mode}
    return canonical(
        quad.triple
        for quad in parse(
            jsonld.to_rdf(document, options).encode(), format=RdfFormat.N_QUADS, lenient=True
        )
    )


def canonical(triples: Iterable[Triple]) -> Dataset:
    """Return the triples with the names of blank nodes made comparable."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def written(triples: Iterable[Triple], root: NamedNode | None = None) -> dict[str, Any]:
    """Return the document about the triples, as a reader of JSON gets it."""
    document = COMPACTOR.document(triples, root)
    found: dict[str, Any] = json.loads(json.dumps(document, ensure_ascii=False))
    return found


def said(*triples: Triple, root: NamedNode | None = THING) -> dict[str, Any]:
    """Return the document about the triples without its context, after the judge agreed."""
    document = written(triples, root)
    assert judged(document) == canonical(triples)
    del document["@context"]
    return document


@pytest.fixture(scope="module")
def real(real_settings: Settings, built: Built) -> list[Triple]:
    """Return all triples of the real release but the shapes."""
    path = real_settings.releases_dir / built.name / QUADS
    shapes = NamedNode(f"{BASE}graph/shapes")
    quads = parse(path=path, format=RdfFormat.N_QUADS)
    return [quad.triple for quad in quads if quad.graph_name != shapes]


KINDS = {
    "practice": ICC.Practice,
    "city": ICC.City,
    "country": ICC.Country,
    "city-topic": ICC.CityTopic,
    "topic": SKOS.Concept,
    "scheme": SKOS.ConceptScheme,
    "collection": SKOS.Collection,
    "place kind": ICC.PlaceKind,
    "record": NamedNode("http://xmlns.com/foaf/0.1/Document"),
    "dataset": NamedNode("http://rdfs.org/ns/void#Dataset"),
    "ontology": NamedNode("http://www.w3.org/2002/07/owl#Ontology"),
    "class": NamedNode("http://www.w3.org/2002/07/owl#Class"),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_real_things(real: list[Triple], kind: NamedNode) -> None:
    """What is written of real things of each kind is the same graph as their triples."""
    things = [t.subject for t in real if t.predicate == RDF.type and t.object == kind]
    assert things
    for thing in {things[0], things[len(things) // 2], things[-1]}:
        assert isinstance(thing, NamedNode)
        parts = {thing.value, f"{thing.value}#geometry"}
        about = [t for t in real if getattr(t.subject, "value", "") in parts]
        document = written(about, thing)
        assert document.get("id") == thing.value
        assert judged(document) == canonical(about)


def test_real_neighbourhood(real: list[Triple]) -> None:
    """A place with all that points to it is one document and the same graph."""
    city = NamedNode(f"{BASE}id/city/barcelona")
    near = {t.subject for t in real if t.object == city} | {city}
    about = [t for t in real if t.subject in near]
    document = written(about, city)
    assert judged(document) == canonical(about)
    assert document["id"] == city.value
    pointing = document["isCityOf"] + document["isStatementSubjectOf"] + document["hasMembership"]
    assert len(pointing) == len(near) - 1


def test_shapes(real_settings: Settings) -> None:
    """Blank nodes and lists, of which shapes are full, are written too."""
    triples = [
        quad.triple
        for path in sorted(real_settings.shapes_dir.glob("c*.ttl"))
        for quad in parse(path=path, format=RdfFormat.TURTLE)
    ]
    assert any(isinstance(t.object, BlankNode) for t in triples)
    assert judged(written(triples)) == canonical(triples)


def test_a_practice_reads_well() -> None:
    """A description has short names, language maps, plain addresses and no datatypes."""
    document = said(
        Triple(THING, RDF.type, ICC.Practice),
        Triple(THING, DCTERMS.title, Literal("Casa", language="pt")),
        Triple(THING, DCTERMS.alternative, Literal("House", language="en")),
        Triple(THING, DCTERMS.alternative, Literal("Home", language="en")),
        Triple(THING, ICC.city, OTHER),
        Triple(THING, ICC.period, Literal("2014/..", datatype=EDTF)),
        Triple(THING, ICC.firstYear, Literal("2014", datatype=XSD.gYear)),
        Triple(THING, ICC.ongoing, Literal("true", datatype=XSD.boolean)),
        Triple(THING, DCTERMS.identifier, Literal("x")),
    )
    assert document == {
        "id": THING.value,
        "type": "Practice",
        "title": {"pt": "Casa"},
        "alternativeTitle": {"en": ["House", "Home"]},
        "city": [OTHER.value],
        "period": "2014/..",
        "firstYear": "2014",
        "ongoing": True,
        "identifier": "x",
    }


def test_what_can_repeat_is_an_array() -> None:
    """What a thing may have several of is an array, even if there is one; all else is none."""
    document = said(
        Triple(THING, DCTERMS.alternative, Literal("House", language="en")),
        Triple(THING, DCTERMS.title, Literal("Casa", language="pt")),
        Triple(THING, DCTERMS.subject, OTHER),
        Triple(THING, ICC.country, OTHER),
        Triple(THING, term("schema:alternateName"), Literal("Ý", language="is")),
        Triple(THING, term("skos:hiddenLabel"), Literal("Y")),
    )
    assert document == {
        "id": THING.value,
        "alternativeTitle": {"en": ["House"]},
        "title": {"pt": "Casa"},
        "topic": [OTHER.value],
        "country": OTHER.value,
        "alternateName": {"is": ["Ý"]},
        "hiddenLabel": ["Y"],
    }


def test_real_things_repeat_only_what_can_repeat(real: list[Triple]) -> None:
    """No thing has two values of a term, or two texts in a language, where JSON has no array."""
    counted = Counter(
        (t.subject, t.predicate, getattr(t.object, "language", None)) for t in set(real)
    )
    known = {iri for iri, found in CONTEXT.terms.items() if not found.many}
    offending = {p.value for (_, p, _), n in counted.items() if n > 1 and p.value in known}
    assert not offending


def test_described_objects_are_nested() -> None:
    """A described object is written where it is named first, and by its address after that."""
    document = said(
        Triple(THING, ICC.city, OTHER),
        Triple(THING, DCTERMS.relation, OTHER),
        Triple(OTHER, RDFS.label, Literal("Y", language="en")),
    )
    assert document["city"] == [{"id": OTHER.value, "label": {"en": "Y"}}]
    assert document["related"] == [OTHER.value]


def test_reverse_terms() -> None:
    """What points to the root by a term that has a reverse is written inside the root."""
    document = said(
        Triple(OTHER, RDF.type, ICC.City),
        Triple(THING, ICC.city, OTHER),
        Triple(THING, RDF.type, ICC.Practice),
        root=OTHER,
    )
    assert document == {
        "id": OTHER.value,
        "type": "City",
        "isCityOf": [{"id": THING.value, "type": "Practice"}],
    }


def test_reverse_and_forward() -> None:
    """A thing that points to the root twice loses neither statement."""
    document = said(
        Triple(OTHER, RDF.type, ICC.City),
        Triple(THING, ICC.city, OTHER),
        Triple(THING, DCTERMS.subject, OTHER),
        root=OTHER,
    )
    assert document["id"] == OTHER.value


def test_cycle() -> None:
    """Things that point to each other are written once each."""
    document = said(
        Triple(THING, DCTERMS.relation, OTHER),
        Triple(OTHER, DCTERMS.relation, THING),
    )
    assert document["related"] == [{"id": OTHER.value, "related": [THING.value]}]


def test_thing_that_points_to_itself() -> None:
    """A thing that points to itself is written once."""
    assert said(Triple(THING, DCTERMS.relation, THING)) == {
        "id": THING.value,
        "related": [THING.value],
    }


def test_things_without_a_root() -> None:
    """Things that nothing joins stand side by side."""
    document = said(
        Triple(THING, DCTERMS.identifier, Literal("x")),
        Triple(OTHER, DCTERMS.identifier, Literal("y")),
    )
    assert [node["id"] for node in document["@graph"]] == [THING.value, OTHER.value]


def test_blank_nodes() -> None:
    """A blank node is written inside what points to it."""
    node = BlankNode("n")
    document = said(
        Triple(THING, DCTERMS.relation, node),
        Triple(node, RDFS.label, Literal("L", language="en")),
    )
    assert document["related"][0]["label"] == {"en": "L"}


ODD = {
    "untagged text in a language map": (DCTERMS.title, Literal("x")),
    "a number in a language map": (DCTERMS.title, Literal("5", datatype=XSD.integer)),
    "an address in a language map": (DCTERMS.title, OTHER),
    "a tagged text where none is expected": (PLACE_TEXT, Literal("x", language="en")),
    "a text where an address is expected": (ICC.city, Literal("https://example.org/")),
    "a tagged text where an address is expected": (ICC.city, Literal("x", language="en")),
    "a text where a year is expected": (ICC.firstYear, Literal("2014")),
    "a number where a year is expected": (ICC.firstYear, Literal("2014", datatype=XSD.integer)),
    "an address where a year is expected": (ICC.firstYear, OTHER),
    "a day where a text is expected": (
        PLACE_TEXT,
        Literal("2026-11-23", datatype=XSD.date),
    ),
    "a whole number": (ICC.population, Literal("1620343", datatype=XSD.integer)),
    "a number with leading zeros": (ICC.population, Literal("007", datatype=XSD.integer)),
    "a number with a plus": (ICC.population, Literal("+7", datatype=XSD.integer)),
    "a negative number": (ICC.population, Literal("-7", datatype=XSD.integer)),
    "minus nothing": (ICC.population, Literal("-0", datatype=XSD.integer)),
    "a number that no computer counts": (ICC.population, Literal("9" * 40, datatype=XSD.integer)),
    "the largest number that JSON keeps": (
        ICC.population,
        Literal("999999999999999", datatype=XSD.integer),
    ),
    "a truth value in digits": (ICC.ongoing, Literal("1", datatype=XSD.boolean)),
    "a wrong truth value": (ICC.ongoing, Literal("maybe", datatype=XSD.boolean)),
    "a decimal": (GEO.lat, Literal("41.38879", datatype=XSD.decimal)),
    "a whole decimal": (GEO.lat, Literal("41", datatype=XSD.decimal)),
    "a position": (GEO.asWKT, Literal("POINT(2 41)", datatype=GEO.wktLiteral)),
    "a datatype of nobody": (PLACE_TEXT, Literal("x", datatype=NamedNode("urn:x:y"))),
    "a predicate without a term": (NamedNode(PREFIXES["skos"] + "note"), Literal("x")),
    "a predicate without a prefix": (NamedNode("https://nowhere.example/p"), Literal("x")),
    "a type that is a text": (RDF.type, Literal("x")),
    "a type without a term": (RDF.type, NamedNode("https://nowhere.example/C")),
    "a type that is a blank node": (RDF.type, BlankNode("t")),
    "two slashes after a prefix": (DCTERMS.relation, NamedNode(PREFIXES["schema"] + "//x")),
    "a predicate with two slashes": (NamedNode(PREFIXES["schema"] + "//x"), Literal("x")),
    "an end of script": (PLACE_TEXT, Literal("</script><!--")),
    "signs that JSON escapes": (PLACE_TEXT, Literal('"\\\n\r\t\u2028\x7f')),
}


def test_odd_statements() -> None:
    """A statement that a term was not made for is written in full and keeps its meaning."""

    def fact(row: tuple[NamedNode, Any]) -> None:
        predicate, value = row
        assert said(Triple(THING, predicate, value))["id"] == THING.value

    for_all(ODD.values(), fact)


def test_odd_statement_beside_a_usual_one() -> None:
    """An odd statement leaves the usual ones of the same term as they are."""

    def fact(row: tuple[NamedNode, Any]) -> None:
        predicate, value = row
        usual = Triple(THING, DCTERMS.title, Literal("Casa", language="pt"))
        document = said(usual, Triple(THING, predicate, value))
        assert document["title"]["pt"] == "Casa"

    for_all(ODD.values(), fact)


def named(*names: str) -> list[NamedNode]:
    """Return the predicates that the context gives these names."""
    return [NamedNode(CONTEXT.expand(name)) for name in names]


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(
        lambda text, tag: Literal(text, language=tag),
        TEXTS,
        st.sampled_from(["en", "fr", "sr-latn", "mul"]),
    ),
    st.builds(
        lambda text, kind: Literal(text, datatype=kind),
        TEXTS,
        st.sampled_from([EDTF, GEO.wktLiteral, XSD.gYear, XSD.date, NamedNode("urn:a:b")]),
    ),
    st.builds(lambda n: Literal(str(n), datatype=XSD.integer), st.integers()),
    st.builds(
        lambda n: Literal(f"{n:f}", datatype=XSD.decimal),
        st.decimals(allow_nan=False, allow_infinity=False),
    ),
    st.builds(lambda b: Literal(b, datatype=XSD.boolean), st.sampled_from(["true", "false", "0"])),
)
NODES = st.sampled_from(
    [THING, OTHER, NamedNode("https://a.example/b?c#d"), BlankNode("a"), BlankNode("b")]
)
PREDICATES = st.sampled_from(
    named(
        *("title", "keyReference", "placeText", "firstYear", "lat", "population", "ongoing"),
        *("city", "country", "topic", "primaryTopic", "related", "byteSize", "skos:note"),
    )
)


@given(st.lists(st.builds(Triple, NODES, PREDICATES, st.one_of(NODES, LITERALS)), max_size=12))
def test_any_description(triples: list[Triple]) -> None:
    """Whatever is said of things that point at each other, the document says it too."""
    assert judged(written(triples, THING)) == canonical(triples)


def test_what_version_1_0_cannot_write() -> None:
    """A text with a base direction, which JSON-LD 1.0 does not know, is refused, not changed."""
    turned = Triple(THING, PLACE_TEXT, Literal("x", language="ar", direction=BaseDirection.RTL))
    with pytest.raises(ValueError, match="direction"):
        written([turned])


@pytest.mark.parametrize(
    "document",
    [
        {"@context": {"@version": 1.1}},
        {"@context": {"a": {"@id": "urn:a", "@container": ["@graph", "@id"]}}},
        {"@context": {"a": {"@id": "urn:a", "@container": "@type"}}},
        {"@context": {"a": {"@id": "urn:a", "@container": ["@set"]}}},
        {"@context": {"a": {"@id": "urn:a", "@context": {}}}},
        {"@context": {"a": {"@id": "urn:a", "@type": "@json"}}},
        {"@context": {"a": {"@id": "urn:a:", "@prefix": True}}},
        {"@context": {"a": "@nest"}},
        {"@context": {"@propagate": False}},
        {"title": {"@none": "x"}},
        {"a": [{"@value": "x", "@direction": "rtl"}]},
        {"@included": []},
    ],
)
def test_what_is_newer(document: dict[str, Any]) -> None:
    """Each feature that came with JSON-LD 1.1 is noticed."""
    assert list(newer(document))


@pytest.mark.parametrize("text", ["0.9", "9.0E-1", "1", "INF", "NaN"])
def test_doubles_are_no_numbers_of_json(text: str) -> None:
    """A double is written as a text with its type: a number would be read as another literal."""
    double = Triple(THING, NamedNode("urn:x:p"), Literal(text, datatype=XSD.double))
    document = written([double], THING)
    assert document["urn:x:p"] == {"@value": text, "@type": "xsd:double"}


def test_context_with_a_keyword_alias() -> None:
    """A context without aliases is written with the keywords themselves."""
    context = Context('{"@context": {"icc": "https://w3id.org/iccgraph/def#"}}')
    nodes = Compactor(context).nodes([(THING, RDF.type, ICC.Practice)], THING)
    assert nodes == [{"@id": THING.value, "@type": "icc:Practice"}]
