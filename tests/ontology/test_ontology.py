"""The ontology: readable, complete in two languages, used in examples, and in the JSON-LD context.

Reads `ontology/` and `shapes/`; each `ontology/checks/*.rq` returns the terms that offend.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph
import pytest
from pyld import jsonld
from pyshacl import validate
from rdflib import RDF, SH, Graph, URIRef
from rdflib.compare import isomorphic

ROOT: Final = Path(__file__).parents[2]
ONTOLOGY: Final = ROOT / "ontology"
SHAPES: Final = ROOT / "shapes"
CHECKS: Final = sorted(ONTOLOGY.glob("checks/*.rq"))
TURTLE: Final = sorted([*ONTOLOGY.rglob("*.ttl"), *SHAPES.rglob("*.ttl")])
EXAMPLES: Final = sorted(ONTOLOGY.glob("examples/*.ttl"))
ICC: Final = "https://w3id.org/iccgraph/def#"

HEADER: Final = """
    @prefix icc: <https://w3id.org/iccgraph/def#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix schema: <https://schema.org/> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""

BROKEN: Final = {
    "label-missing": 'icc:bad a owl:Class ; rdfs:label "Bad"@en .',
    "label-double": 'icc:bad rdfs:label "Bad"@en , "Worse"@en .',
    "label-shared": 'icc:bad a owl:Class ; rdfs:label "Practice"@en .',
    "label-untagged": 'icc:bad a owl:Class ; rdfs:label "Bad" .',
    "definition-missing": 'icc:bad a owl:Class ; skos:definition "Mauvais."@fr .',
    "definition-double": 'icc:bad skos:definition "Bad."@en , "Worse."@en .',
    "note-in-one-language": 'icc:bad skos:scopeNote "Never used."@en .',
    "example-missing": "icc:bad a owl:Class .",
    "defined-by-missing": "icc:bad a owl:Class .",
    "domain-missing": "icc:bad a owl:ObjectProperty ; schema:rangeIncludes icc:City .",
    "range-missing": "icc:bad a owl:DatatypeProperty ; schema:domainIncludes icc:City .",
    "term-unused": "icc:bad rdfs:isDefinedBy <https://w3id.org/iccgraph/def> .",
    "term-undefined": "<https://example.org/id/city/x> icc:bad 1 .",
    "name-case": "icc:bad a owl:Class .",
    "version-in-name": "<https://w3id.org/iccgraph/def#bad1.0> a owl:Class .",
    "foreign-statement": "<https://example.org/bad> rdfs:subClassOf icc:City .",
    "alignment-inward": "icc:bad rdfs:subClassOf icc:City .",
}
"""For each check, a statement that offends against it."""


def name(path: Path) -> str:
    """Return the path as pytest lists it."""
    return str(path.relative_to(ROOT))


@cache
def read(path: Path) -> Graph:
    """Return a Turtle file, or all those of a folder, as one graph."""
    graph = Graph()
    for file in sorted(path.glob("*.ttl")) if path.is_dir() else [path]:
        graph.parse(file, format="turtle")
    return graph


def checked_graph(query: str) -> Graph:
    """Return the graph that a check is about, as its line `# Over:` says."""
    over = re.search(r"^# Over: (.+)$", query, re.MULTILINE)
    assert over is not None
    graph = Graph()
    for part in over[1].split():
        graph += read(ONTOLOGY / part)
    return graph


def offenders(query: str, graph: Graph) -> set[str]:
    """Return the terms that a check complains of, as both engines find them."""
    ours = {str(row[0]) for row in graph.query(query) if isinstance(row, tuple)}
    store = pyoxigraph.Store()
    store.load(graph.serialize(format="nt").encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    solutions = store.query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    theirs = {solution["term"].value for solution in solutions}
    assert ours == theirs
    return ours


@cache
def context() -> dict[str, Any]:
    """Return the definitions of the JSON-LD context."""
    document = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))
    definitions: dict[str, Any] = document["@context"]
    return definitions


def no_network(address: str, options: object) -> dict[str, Any]:
    """Refuse to load a document, as everything needed is here."""
    raise AssertionError(f"nothing may be fetched: {address} {options}")


def expand(document: dict[str, Any]) -> dict[str, Any]:
    """Return the one expanded node of a document against our context."""
    options = {"documentLoader": no_network}
    nodes = jsonld.expand({"@context": context(), **document}, options)
    assert len(nodes) == 1
    node: dict[str, Any] = nodes[0]
    return node


def iri_of(term: str) -> str:
    """Return the IRI that the context gives to a compact IRI."""
    prefix, _, local = term.partition(":")
    return str(context()[prefix]) + local


def defined(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the terms of the context that are not keywords or prefixes, with their definition."""
    for term, value in context().items():
        if isinstance(value, dict):
            if kind in value:
                yield term, value
        elif isinstance(value, str) and ":" in value and not value.endswith(("#", "/")):
            yield term, {"@id": value}


def test_there_is_something_to_test() -> None:
    """Turtle files, examples and checks exist."""
    assert len(TURTLE) > 10
    assert EXAMPLES
    assert CHECKS


@pytest.mark.parametrize("path", TURTLE, ids=name)
def test_both_parsers_read_the_same(path: Path) -> None:
    """Each Turtle file is read by rdflib and by Oxigraph, as the same graph."""
    ours = Graph().parse(path, format="turtle", publicID="https://example.org/")
    triples = pyoxigraph.parse(path=path, base_iri="https://example.org/")
    text = pyoxigraph.serialize(
        [quad.triple for quad in triples], format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    assert text is not None
    assert len(ours) > 0
    assert isomorphic(ours, Graph().parse(data=text, format="nt"))


@pytest.mark.parametrize("path", CHECKS, ids=name)
def test_check_finds_no_offender(path: Path) -> None:
    """No term of the ontology offends against the check."""
    query = path.read_text(encoding="utf-8")
    graph = checked_graph(query)
    assert len(graph) > 0
    assert offenders(query, graph) == set()


@pytest.mark.parametrize("path", CHECKS, ids=name)
def test_check_finds_an_offender(path: Path) -> None:
    """The check complains of one statement that offends against it, and of nothing else."""
    query = path.read_text(encoding="utf-8")
    graph = checked_graph(query).parse(data=HEADER + BROKEN[path.stem], format="turtle")
    assert len(offenders(query, graph)) == 1


def test_every_broken_statement_has_its_check() -> None:
    """The broken statements of this test and the check files name each other."""
    assert set(BROKEN) == {path.stem for path in CHECKS}


def test_terms_follow_one_order() -> None:
    """Each term block of the ontology gives its statements in the same order."""
    order = [
        *("a ", "rdfs:label ", "skos:definition", "skos:scopeNote", "skos:example "),
        *("schema:domainIncludes ", "schema:rangeIncludes "),
        *("rdfs:subClassOf ", "rdfs:subPropertyOf ", "rdfs:isDefinedBy "),
    ]
    text = (ONTOLOGY / "icc.ttl").read_text(encoding="utf-8")
    blocks = re.findall(r"^icc:\S+\n((?:    .*\n)+)", text, re.MULTILINE)
    assert len(blocks) > 30
    for block in blocks:
        lines = re.findall(r"^ {4}(\S.*)$", block, re.MULTILINE)
        ranks = [
            next(i for i, start in enumerate(order) if line.startswith(start)) for line in lines
        ]
        assert ranks == sorted(set(ranks)), block


def test_header_is_complete() -> None:
    """The ontology says its title and abstract in both languages, its version and its dates."""
    query = """
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX owl: <http://www.w3.org/2002/07/owl#>
        PREFIX vann: <http://purl.org/vocab/vann/>
        ASK {
            <https://w3id.org/iccgraph/def> a owl:Ontology ;
                dcterms:title ?titleEn , ?titleFr ; dcterms:abstract ?abstractEn , ?abstractFr ;
                dcterms:creator ?creator ; dcterms:license ?license ;
                dcterms:issued ?issued ; dcterms:modified ?modified ;
                vann:preferredNamespacePrefix "icc" ;
                vann:preferredNamespaceUri "https://w3id.org/iccgraph/def#" ;
                owl:versionInfo ?version ; owl:versionIRI ?versionIri .
            FILTER (LANG(?titleEn) = "en" && LANG(?titleFr) = "fr")
            FILTER (LANG(?abstractEn) = "en" && LANG(?abstractFr) = "fr")
            FILTER (STR(?versionIri) = CONCAT("https://w3id.org/iccgraph/def/", ?version))
        }
    """
    store = pyoxigraph.Store()
    store.load(path=ONTOLOGY / "icc.ttl")
    assert bool(store.query(query))


def test_changelog_knows_the_version() -> None:
    """The change log has an entry for the version that the ontology states."""
    version = read(ONTOLOGY / "icc.ttl").value(
        URIRef("https://w3id.org/iccgraph/def"),
        URIRef("http://www.w3.org/2002/07/owl#versionInfo"),
    )
    assert f"## {version} " in (ONTOLOGY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_readme_lists_every_check_and_alignment() -> None:
    """The README names each check, alignment and example file."""
    text = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    for path in [*CHECKS, *ONTOLOGY.glob("alignments/*.ttl"), *EXAMPLES]:
        assert f"`{path.name}`" in text


def test_shapes_readme_lists_every_shape() -> None:
    """The README of the shapes names each node shape and the file that it stands in."""
    text = (SHAPES / "README.md").read_text(encoding="utf-8")
    for path in SHAPES.glob("*.ttl"):
        assert f"`{path.name}`" in text
        for shape in read(path).subjects(RDF.type, SH.NodeShape):
            if isinstance(shape, URIRef):
                assert f"`{shape.split('#')[1]}`" in text


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_example_conforms(path: Path) -> None:
    """Each example of the ontology conforms to the shapes, which find something to check."""
    data = read(path)
    shapes = read(SHAPES)
    classes = set(shapes.objects(None, SH.targetClass)) & set(data.objects(None, RDF.type))
    assert classes
    copy = Graph()
    copy += shapes
    conforms, _, text = validate(data, shacl_graph=copy)
    assert conforms, text


def test_ontology_conforms() -> None:
    """The kinds of place in the ontology conform to the shapes, and no other shape judges them."""
    ontology = read(ONTOLOGY / "icc.ttl")
    assert len(set(ontology.subjects(RDF.type, URIRef(f"{ICC}PlaceKind")))) == 6
    copy = Graph()
    copy += read(SHAPES)
    conforms, _, text = validate(ontology, shacl_graph=copy)
    assert conforms, text


def test_kinds_of_the_shape_are_those_of_the_ontology() -> None:
    """The list of kinds in the shape of a city is the list of kinds in the ontology."""
    ontology, shapes = read(ONTOLOGY / "icc.ttl"), read(SHAPES)
    head = shapes.value(URIRef("https://w3id.org/iccgraph/shapes#CityShape-kind"), SH["in"])
    assert head is not None
    kinds = set(ontology.subjects(RDF.type, URIRef(f"{ICC}PlaceKind")))
    assert set(shapes.items(head)) == kinds


def test_every_predicate_and_class_has_a_name_in_the_context() -> None:
    """Each predicate and class of the ontology and the examples is a term of the context."""
    predicates = {iri_of(value["@id"]) for _, value in defined("@id")}
    classes = {iri_of(value["@id"]) for _, value in defined("@id") if "@type" not in value}
    graph = Graph()
    graph += read(ONTOLOGY / "icc.ttl")
    graph += read(ONTOLOGY / "examples")
    used = {str(p) for p in graph.predicates()} - {str(RDF.type)}
    assert used - predicates == set()
    types = {str(kind) for kind in graph.objects(None, RDF.type)}
    assert types - classes == set()


def test_every_term_of_the_ontology_has_a_name_in_the_context() -> None:
    """Each class and property of ours is a term of the context under its own local name."""
    names = {iri_of(value["@id"]): term for term, value in defined("@id")}
    graph = read(ONTOLOGY / "icc.ttl")
    for subject in set(graph.subjects(RDF.type)):
        iri = str(subject)
        kinds = {str(kind).rpartition("#")[2] for kind in graph.objects(subject, RDF.type)}
        if iri.startswith(ICC) and kinds & {"Class", "ObjectProperty", "DatatypeProperty"}:
            assert names[iri] == iri.removeprefix(ICC)


def test_one_name_for_one_iri() -> None:
    """No two terms of the context stand for the same IRI in the same direction."""
    forward = [iri_of(value["@id"]) for _, value in defined("@id")]
    backward = [value["@reverse"] for _, value in defined("@reverse") if "@reverse" in value]
    assert len(forward) == len(set(forward))
    assert len(backward) == len(set(backward)) == 5


@pytest.mark.parametrize(
    ("term", "value", "iri", "expanded"),
    [
        (
            "title",
            {"en": "A", "fr": ["B", "C"]},
            "dcterms:title",
            [("A", "en"), ("B", "fr"), ("C", "fr")],
        ),
        ("title", {"@none": "A"}, "dcterms:title", [("A", None)]),
        ("alternativeTitle", {"pt": "A"}, "dcterms:alternative", [("A", "pt")]),
        ("description", {"en": "A"}, "dcterms:description", [("A", "en")]),
        ("purpose", {"en": "A"}, "icc:purpose", [("A", "en")]),
        ("keyReference", {"en": ["A", "B"]}, "icc:keyReference", [("A", "en"), ("B", "en")]),
        ("label", {"en": "A"}, "rdfs:label", [("A", "en")]),
        ("prefLabel", {"fr": "A"}, "skos:prefLabel", [("A", "fr")]),
        ("definition", {"fr": "A"}, "skos:definition", [("A", "fr")]),
        ("keyword", {"fr": ["A", "B"]}, "dcat:keyword", [("A", "fr"), ("B", "fr")]),
    ],
)
def test_texts_are_grouped_by_language(
    term: str, value: object, iri: str, expanded: list[tuple[str, str | None]]
) -> None:
    """A text is written under its language, several texts of one language as an array."""
    found = expand({term: value})[iri_of(iri)]
    assert sorted((v["@value"], v.get("@language")) for v in found) == expanded


@pytest.mark.parametrize(
    ("term", "iri"),
    [
        ("city", "icc:city"),
        ("country", "icc:country"),
        ("kind", "icc:kind"),
        ("practice", "icc:practice"),
        ("topic", "dcterms:subject"),
        ("related", "dcterms:relation"),
        ("page", "foaf:page"),
        ("primaryTopic", "foaf:primaryTopic"),
        ("wasDerivedFrom", "prov:wasDerivedFrom"),
        ("sameAs", "owl:sameAs"),
        ("closeMatch", "skos:closeMatch"),
        ("inScheme", "skos:inScheme"),
        ("member", "skos:member"),
        ("hasGeometry", "geosparql:hasGeometry"),
    ],
)
def test_references_are_plain_strings(term: str, iri: str) -> None:
    """A reference to another thing is written as a string and read as an IRI."""
    address = "https://example.org/id/x"
    assert expand({term: address})[iri_of(iri)] == [{"@id": address}]


@pytest.mark.parametrize(
    ("term", "text", "iri", "datatype"),
    [
        ("period", "2014/..", "icc:period", "http://id.loc.gov/datatypes/edtf/EDTF"),
        ("firstYear", "2014", "icc:firstYear", "http://www.w3.org/2001/XMLSchema#gYear"),
        ("lastYear", "2014", "icc:lastYear", "http://www.w3.org/2001/XMLSchema#gYear"),
        ("populationYear", "2014", "icc:populationYear", "http://www.w3.org/2001/XMLSchema#gYear"),
        ("created", "2026-11-23", "dcterms:created", "http://www.w3.org/2001/XMLSchema#date"),
        ("lat", "41.4", "geo:lat", "http://www.w3.org/2001/XMLSchema#decimal"),
        ("long", "2.2", "geo:long", "http://www.w3.org/2001/XMLSchema#decimal"),
        ("west", "-18.2", "icc:west", "http://www.w3.org/2001/XMLSchema#decimal"),
        (
            "asWKT",
            "POINT(2.2 41.4)",
            "geosparql:asWKT",
            "http://www.opengis.net/ont/geosparql#wktLiteral",
        ),
    ],
)
def test_strings_get_their_datatype(term: str, text: str, iri: str, datatype: str) -> None:
    """A year, date, period or coordinate is written as a string and read with its datatype."""
    assert expand({term: text})[iri_of(iri)] == [{"@value": text, "@type": datatype}]


@pytest.mark.parametrize(
    ("term", "value", "iri"),
    [
        ("practiceCount", 3, "icc:practiceCount"),
        ("population", 1620343, "icc:population"),
        ("ongoing", False, "icc:ongoing"),
        ("councilOfEuropeMember", True, "icc:councilOfEuropeMember"),
        ("identifier", "barcelona", "dcterms:identifier"),
        ("alternateName", "Lisboa", "schema:alternateName"),
        ("placeText", "Spain Barcelona", "icc:placeText"),
        ("timeText", "2014 onwards", "icc:timeText"),
        ("isoNumeric", "040", "icc:isoNumeric"),
    ],
)
def test_plain_values_are_json(term: str, value: object, iri: str) -> None:
    """A number, a truth value and an untagged text are what they are in JSON."""
    assert expand({term: value})[iri_of(iri)] == [{"@value": value}]


@pytest.mark.parametrize(
    ("term", "iri"),
    [
        ("isCityOf", "icc:city"),
        ("isCountryOf", "icc:country"),
        ("isTopicOf", "dcterms:subject"),
        ("isPrimaryTopicOf", "foaf:primaryTopic"),
    ],
)
def test_reverse_terms_point_backwards(term: str, iri: str) -> None:
    """A reverse term says of the value what its property says of the subject."""
    address = "https://example.org/id/x"
    node = expand({"id": "https://example.org/id/y", term: address})
    assert node["@reverse"] == {iri_of(iri): [{"@id": address}]}


def test_id_and_type_need_no_at_sign() -> None:
    """The names `id` and `type` stand for the keywords, and classes go by their plain name."""
    node = expand({"id": "https://example.org/id/y", "type": ["Practice", "Concept"]})
    assert node["@id"] == "https://example.org/id/y"
    assert node["@type"] == [f"{ICC}Practice", iri_of("skos:Concept")]


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_context_loses_nothing(path: Path) -> None:
    """An example that is written in JSON-LD against the context is read as the same graph."""
    graph = read(path)
    quads = "".join(f"{line}\n" for line in graph.serialize(format="nt").splitlines() if line)
    nodes = jsonld.from_rdf(quads, {"format": "application/n-quads"})
    options = {"documentLoader": no_network}
    compact = jsonld.compact(nodes, context(), options)
    keys = {key for node in compact["@graph"] for key in node}
    assert not [key for key in keys if ":" in key]
    text = jsonld.to_rdf(compact, {"format": "application/n-quads", **options})
    assert isomorphic(graph, Graph().parse(data=text, format="nt"))
