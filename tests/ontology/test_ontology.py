"""The ontology: readable, complete in two languages, used in examples, and in the JSON-LD context.

Reads `ontology/` and `shapes/`; each `ontology/checks/*.rq` returns the terms that offend.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph
import pytest
from pyld import jsonld
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from iccgraph.properties import REPEATED

ROOT: Final = Path(__file__).parents[2]
ONTOLOGY: Final = ROOT / "ontology"
SHAPES: Final = ROOT / "shapes"
CHECKS: Final = sorted(ONTOLOGY.glob("checks/*.rq"))
TURTLE: Final = sorted([*ONTOLOGY.rglob("*.ttl"), *SHAPES.rglob("*.ttl")])
EXAMPLES: Final = sorted(ONTOLOGY.glob("examples/*.ttl"))
ICC: Final = "https://w3id.org/iccgraph/def#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

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
    assert len(TURTLE) > 50
    assert len(EXAMPLES) > 3
    assert len(CHECKS) > 10


def read_alike(path: Path) -> bool:
    """Return whether rdflib and Oxigraph read a Turtle file as one graph that is not empty."""
    ours = Graph().parse(path, format="turtle", publicID="https://example.org/")
    triples = pyoxigraph.parse(path=path, base_iri="https://example.org/")
    text = pyoxigraph.serialize(
        [quad.triple for quad in triples], format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    assert text is not None
    return len(ours) > 0 and isomorphic(ours, Graph().parse(data=text, format="nt"))


def undeclared(graph: Graph) -> set[str]:
    """Return what a graph uses as a class or property without one declaration as just that.

    Source: OWL 2 Structural Specification, sections 5.8.1 and 5.8.2.
    """
    kinds = {
        kind: set(graph.subjects(RDF.type, OWL[kind]))
        for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    }
    declared = Counter(term for terms in kinds.values() for term in terms)
    offending = {str(term) for term, times in declared.items() if times > 1}
    for subject, predicate, value in graph:
        if predicate == RDF.type:
            term, possible = value, ["Class"]
        elif predicate in (RDFS.subPropertyOf, RDFS.subClassOf):
            term, possible = value, [kind for kind, terms in kinds.items() if subject in terms]
        else:
            link = "DatatypeProperty" if isinstance(value, Literal) else "ObjectProperty"
            term, possible = predicate, ["AnnotationProperty", link]
        known = str(term).startswith((str(OWL), str(RDFS), str(RDF), XSD))
        if not known and not any(term in kinds[kind] for kind in possible):
            offending.add(str(term))
    return offending


def test_terms_of_others_are_declared() -> None:
    """Each class and property that the ontology uses is declared once, as OWL 2 DL demands."""
    ontology = read(ONTOLOGY / "icc.ttl")
    assert not undeclared(ontology)
    for kind in ("AnnotationProperty", "ObjectProperty", "DatatypeProperty", "Class"):
        for term in ontology.subjects(RDF.type, OWL[kind]):
            without = Graph()
            without += ontology
            without.remove((term, RDF.type, OWL[kind]))
            used = (None, term, None) in without or (None, None, term) in without
            if not str(term).startswith(ICC):
                assert used, f"{term} is declared and not used"
                assert undeclared(without) == {str(term)}


def test_both_parsers_read_the_same() -> None:
    """Each Turtle file is read by rdflib and by Oxigraph, as the same graph."""
    offending = [name(path) for path in TURTLE if not read_alike(path)]
    assert not offending, "\n".join(offending)


def test_checks_find_no_offender() -> None:
    """No term of the ontology offends against a check."""
    offending = []
    for path in CHECKS:
        query = path.read_text(encoding="utf-8")
        graph = checked_graph(query)
        assert len(graph) > 0, name(path)
        offending += [f"{name(path)}: {term}" for term in sorted(offenders(query, graph))]
    assert not offending, "\n".join(offending)


def test_checks_find_an_offender() -> None:
    """A check complains of one statement that offends against it, and of nothing else."""
    offending = []
    for path in CHECKS:
        query = path.read_text(encoding="utf-8")
        graph = checked_graph(query).parse(data=HEADER + BROKEN[path.stem], format="turtle")
        found = offenders(query, graph)
        if len(found) != 1:
            offending.append(f"{name(path)}: {sorted(found)}")
    assert not offending, "\n".join(offending)


def test_every_broken_statement_has_its_check() -> None:
    """The broken statements of this test and the check files name each other."""
    assert set(BROKEN) == {path.stem for path in CHECKS}


def test_terms_follow_one_order() -> None:
    """Each term block of the ontology gives its statements in the same order."""
    order = [
        *("a ", "rdfs:label ", "skos:definition", "skos:scopeNote", "skos:example "),
        *("schema:domainIncludes ", "schema:rangeIncludes "),
        *("rdfs:subClassOf ", "rdfs:subPropertyOf ", "owl:deprecated ", "dcterms:isReplacedBy "),
        "rdfs:isDefinedBy ",
    ]
    text = (ONTOLOGY / "icc.ttl").read_text(encoding="utf-8")
    blocks = re.findall(r"^icc:\S+\n((?:    .*\n)+)", text, re.MULTILINE)
    assert len(blocks) > 30
    offending = []
    for block in blocks:
        lines = re.findall(r"^ {4}(\S.*)$", block, re.MULTILINE)
        ranks = [
            next((i for i, start in enumerate(order) if line.startswith(start)), -1)
            for line in lines
        ]
        if ranks != sorted(set(ranks)) or -1 in ranks:
            offending.append(block)
    assert not offending, "\n".join(offending)


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
    files = [*CHECKS, *ONTOLOGY.glob("alignments/*.ttl"), *EXAMPLES]
    offending = [name(path) for path in files if f"`{path.name}`" not in text]
    assert not offending, "\n".join(offending)


def test_shapes_readme_lists_every_shape() -> None:
    """The README of the shapes names each node shape and the file that it stands in."""
    text = (SHAPES / "README.md").read_text(encoding="utf-8")
    rows = [f"| `{path.name}` |" for path in SHAPES.glob("*.ttl")]
    rows += [
        f"| `{path.name}` | `{shape.split('#')[1]}` |"
        for path in SHAPES.glob("*.ttl")
        for shape in read(path).subjects(RDF.type, SH.NodeShape)
        if isinstance(shape, URIRef)
    ]
    assert len(rows) > 20
    offending = [row for row in rows if row not in text]
    assert not offending, "\n".join(offending)


def test_examples_conform() -> None:
    """Each example of the ontology conforms to the shapes, which find something to check."""
    shapes = read(SHAPES)
    copy = Graph()
    copy += shapes  # pySHACL writes triples of its own into what it is given
    offending = []
    for path in EXAMPLES:
        data = read(path)
        classes = set(shapes.objects(None, SH.targetClass)) & set(data.objects(None, RDF.type))
        conforms, _, text = validate(data, shacl_graph=copy)
        if not conforms or not classes:
            offending.append(f"{name(path)}: {text}")
    assert not offending, "\n".join(offending)


def test_ontology_conforms() -> None:
    """The kinds of place in the ontology conform to the shapes, and no other shape judges them."""
    ontology = read(ONTOLOGY / "icc.ttl")
    assert len(set(ontology.subjects(RDF.type, URIRef(f"{ICC}PlaceKind")))) == 6
    copy = Graph()
    copy += read(SHAPES)
    conforms, _, text = validate(ontology, shacl_graph=copy)
    assert conforms, text


def deprecated() -> dict[str, str]:
    """Return the deprecated terms of the ontology, each with the one that replaces it."""
    ontology, replaced = read(ONTOLOGY / "icc.ttl"), iri_of("dcterms:isReplacedBy")
    terms = ontology.subjects(OWL.deprecated, Literal(True))
    return {str(term): str(ontology.value(term, URIRef(replaced))) for term in terms}


@pytest.mark.parametrize(("path", "class_"), [("kind", "PlaceKind"), ("sizeClass", "SizeClass")])
def test_lists_of_the_shape_are_those_of_the_ontology(path: str, class_: str) -> None:
    """The kinds and size classes that a city may have are those of the ontology in use."""
    ontology, shapes = read(ONTOLOGY / "icc.ttl"), read(SHAPES)
    head = shapes.value(URIRef(f"https://w3id.org/iccgraph/shapes#CityShape-{path}"), SH["in"])
    assert head is not None
    terms = {str(term) for term in ontology.subjects(RDF.type, URIRef(f"{ICC}{class_}"))}
    assert {str(term) for term in shapes.items(head)} == terms - deprecated().keys()


def test_a_deprecated_term_is_replaced() -> None:
    """A deprecated term names the term that replaces it, which is in use and of the same class."""
    ontology = read(ONTOLOGY / "icc.ttl")
    assert deprecated() == {f"{ICC}kind-city": f"{ICC}kind-municipality"}
    for old, new in deprecated().items():
        classes = [set(ontology.objects(URIRef(term), RDF.type)) for term in (old, new)]
        assert classes[0] == classes[1]
        assert new not in deprecated()


def test_every_predicate_and_class_has_a_name_in_the_context() -> None:
    """Each predicate and class of the ontology and the examples is a term of the context."""
    predicates = {iri_of(value["@id"]) for _, value in defined("@id")}
    classes = {iri_of(value["@id"]) for _, value in defined("@id") if "@type" not in value}
    graph = Graph()
    graph += read(ONTOLOGY / "icc.ttl")
    graph += read(ONTOLOGY / "examples")
    used = {str(p) for p in graph.predicates()} - {str(RDF.type)}
    types = {str(kind) for kind in graph.objects(None, RDF.type)}
    assert used
    assert types
    offending = sorted((used - predicates) | (types - classes))
    assert not offending, "\n".join(offending)


def test_every_term_of_the_ontology_has_a_name_in_the_context() -> None:
    """Each class and property of ours is a term of the context under its own local name."""
    names = {iri_of(value["@id"]): term for term, value in defined("@id")}
    graph = read(ONTOLOGY / "icc.ttl")
    terms = []
    for subject in set(graph.subjects(RDF.type)):
        kinds = {str(kind).rpartition("#")[2] for kind in graph.objects(subject, RDF.type)}
        if str(subject).startswith(ICC) and kinds & {"Class", "ObjectProperty", "DatatypeProperty"}:
            terms.append(str(subject))
    assert len(terms) > 20
    offending = [iri for iri in terms if names.get(iri) != iri.removeprefix(ICC)]
    assert not offending, "\n".join(offending)


def test_one_name_for_one_iri() -> None:
    """No two terms of the context stand for the same IRI in the same direction."""
    forward = [iri_of(value["@id"]) for _, value in defined("@id")]
    backward = [value["@reverse"] for _, value in defined("@reverse") if "@reverse" in value]
    assert len(forward) == len(set(forward))
    assert len(backward) == len(set(backward)) == 9


def misread(terms: Mapping[str, tuple[object, str, object]]) -> Iterator[str]:
    """Yield the terms whose JSON is not expanded as given: term to JSON, property and expansion."""
    for term, (value, iri, expected) in terms.items():
        found = expand({"type": "Practice", term: value}).get(iri_of(iri))
        if found != expected:
            yield f"{term}: {value!r} is read as {found!r} instead of {expected!r}"


TEXTS: Final = {
    "title": "dcterms:title",
    "alternativeTitle": "dcterms:alternative",
    "description": "dcterms:description",
    "purpose": "icc:purpose",
    "keyReference": "icc:keyReference",
    "label": "rdfs:label",
    "prefLabel": "skos:prefLabel",
    "definition": "skos:definition",
    "keyword": "dcat:keyword",
}


def test_texts_are_grouped_by_language() -> None:
    """A text is written under its language, several texts of one language as an array."""
    value = {"en": "A", "fr": ["B", "C"]}
    expanded = [
        {"@value": "A", "@language": "en"},
        {"@value": "B", "@language": "fr"},
        {"@value": "C", "@language": "fr"},
    ]
    offending = list(misread({term: (value, iri, expanded) for term, iri in TEXTS.items()}))
    assert not offending, "\n".join(offending)


def test_what_can_repeat_is_an_array() -> None:
    """The context has a set for what the table of properties lets a thing have several of."""
    sets = {iri_of(value["@id"]) for _, value in defined("@id") if is_set(value)}
    maps = {iri_of(v["@id"]) for _, v in defined("@id") if v.get("@container") == "@language"}
    assert sets == {predicate.value for predicate in REPEATED} - maps
    assert all(is_set(value) for _, value in defined("@reverse") if "@reverse" in value)


def is_set(value: Mapping[str, object]) -> bool:
    """True if a term of the context is always an array."""
    return value.get("@container") == "@set"


REFERENCES: Final = {
    "city": "icc:city",
    "country": "icc:country",
    "kind": "icc:kind",
    "practice": "icc:practice",
    "topic": "dcterms:subject",
    "related": "dcterms:relation",
    "page": "foaf:page",
    "primaryTopic": "foaf:primaryTopic",
    "wasDerivedFrom": "prov:wasDerivedFrom",
    "sameAs": "owl:sameAs",
    "containedInPlace": "schema:containedInPlace",
    "populationSource": "icc:populationSource",
    "closeMatch": "skos:closeMatch",
    "sizeClass": "icc:sizeClass",
    "isReplacedBy": "dcterms:isReplacedBy",
    "inScheme": "skos:inScheme",
    "member": "skos:member",
    "hasGeometry": "geosparql:hasGeometry",
}


def test_references_are_plain_strings() -> None:
    """A reference to another thing is written as a string and read as an IRI."""
    address = "https://example.org/id/x"
    expanded = [{"@id": address}]
    offending = list(misread({term: (address, iri, expanded) for term, iri in REFERENCES.items()}))
    assert not offending, "\n".join(offending)


TYPED: Final = {
    "period": ("2014/..", "icc:period", "http://id.loc.gov/datatypes/edtf/EDTF"),
    "firstYear": ("2014", "icc:firstYear", f"{XSD}gYear"),
    "lastYear": ("2014", "icc:lastYear", f"{XSD}gYear"),
    "populationYear": ("2014", "icc:populationYear", f"{XSD}gYear"),
    "created": ("2026-11-23", "dcterms:created", f"{XSD}date"),
    "lat": ("41.4", "geo:lat", f"{XSD}decimal"),
    "long": ("2.2", "geo:long", f"{XSD}decimal"),
    "west": ("-18.2", "icc:west", f"{XSD}decimal"),
    "asWKT": (
        "POINT(2.2 41.4)",
        "geosparql:asWKT",
        "http://www.opengis.net/ont/geosparql#wktLiteral",
    ),
}


def test_strings_get_their_datatype() -> None:
    """A year, date, period or coordinate is written as a string and read with its datatype."""
    expanded = {
        term: (text, iri, [{"@value": text, "@type": datatype}])
        for term, (text, iri, datatype) in TYPED.items()
    }
    offending = list(misread(expanded))
    assert not offending, "\n".join(offending)


PLAIN: Final = {
    "practiceCount": (3, "icc:practiceCount"),
    "population": (1620343, "icc:population"),
    "ongoing": (False, "icc:ongoing"),
    "councilOfEuropeMember": (True, "icc:councilOfEuropeMember"),
    "inProgramme": (False, "icc:inProgramme"),
    "nuts": ("ES51", "icc:nuts"),
    "identifier": ("barcelona", "dcterms:identifier"),
    "hiddenLabel": ("BCN", "skos:hiddenLabel"),
    "placeText": ("Spain Barcelona", "icc:placeText"),
    "timeText": ("2014 onwards", "icc:timeText"),
    "isoNumeric": ("040", "icc:isoNumeric"),
}


def test_plain_values_are_json() -> None:
    """A number, a truth value and an untagged text are what they are in JSON."""
    expanded = {term: (value, iri, [{"@value": value}]) for term, (value, iri) in PLAIN.items()}
    offending = list(misread(expanded))
    assert not offending, "\n".join(offending)


REVERSE: Final = {
    "isCityOf": "icc:city",
    "containsPlace": "schema:containedInPlace",
    "isCountryOf": "icc:country",
    "isTopicOf": "dcterms:subject",
    "isPrimaryTopicOf": "foaf:primaryTopic",
}


def test_reverse_terms_point_backwards() -> None:
    """A reverse term says of the value what its property says of the subject."""
    address = "https://example.org/id/x"
    nodes = {term: expand({"type": "Practice", term: address}) for term in REVERSE}
    offending = [
        f"{term}: {nodes[term]}"
        for term, iri in REVERSE.items()
        if nodes[term].get("@reverse") != {iri_of(iri): [{"@id": address}]}
    ]
    assert not offending, "\n".join(offending)


def test_id_and_type_need_no_at_sign() -> None:
    """The names `id` and `type` stand for the keywords, and classes go by their plain name."""
    node = expand({"id": "https://example.org/id/y", "type": ["Practice", "Concept"]})
    assert node["@id"] == "https://example.org/id/y"
    assert node["@type"] == [f"{ICC}Practice", iri_of("skos:Concept")]


def lost(path: Path) -> list[str]:
    """Return what an example loses in JSON-LD: terms without a name, or else the graph.

    A year or month where the context has days is written with its datatype, by its whole name.
    """
    graph = read(path)
    quads = "".join(f"{line}\n" for line in graph.serialize(format="nt").splitlines() if line)
    nodes = jsonld.from_rdf(quads, {"format": "application/n-quads"})
    options = {"documentLoader": no_network}
    compact = jsonld.compact(nodes, context(), options)
    unnamed = {key for node in compact["@graph"] for key in node if ":" in key}
    unnamed -= {"dcterms:date", "dcterms:issued"}
    text = jsonld.to_rdf(compact, {"format": "application/n-quads", **options})
    same = isomorphic(graph, Graph().parse(data=text, format="nt"))
    return sorted(unnamed) + ([] if same else ["is another graph"])


def test_context_loses_nothing() -> None:
    """An example that is written in JSON-LD against the context is read as the same graph."""
    offending = [f"{name(path)}: {fault}" for path in EXAMPLES for fault in lost(path)]
    assert not offending, "\n".join(offending)
