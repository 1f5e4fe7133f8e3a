"""The terms that the graph is written in, as closed namespaces: a typo is an AttributeError."""

from __future__ import annotations

from typing import Final

from pyoxigraph import NamedNode

PREFIXES: Final = {
    "icc": "https://w3id.org/iccgraph/def#",
    "iccsh": "https://w3id.org/iccgraph/shapes#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "sf": "http://www.opengis.net/ont/sf#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "sh": "http://www.w3.org/ns/shacl#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "wd": "http://www.wikidata.org/entity/",
}
"""The prefixes that every Turtle answer, the query editor and the docs share."""


def _terms(prefix: str, *names: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(PREFIXES[prefix] + name) for name in names)


class ICC:
    """The terms of our own ontology."""

    Practice, City, Country, CityTopic, PlaceKind = _terms(
        "icc", "Practice", "City", "Country", "CityTopic", "PlaceKind"
    )
    city, country, kind, practice, practiceCount = _terms(
        "icc", "city", "country", "kind", "practice", "practiceCount"
    )
    purpose, stimulus, process, impact, keyReference = _terms(
        "icc", "purpose", "stimulus", "process", "impact", "keyReference"
    )
    placeText, timeText, period, firstYear, lastYear, ongoing = _terms(
        "icc", "placeText", "timeText", "period", "firstYear", "lastYear", "ongoing"
    )
    population, populationYear = _terms("icc", "population", "populationYear")
    iso2, iso3, isoNumeric, councilOfEuropeMember = _terms(
        "icc", "iso2", "iso3", "isoNumeric", "councilOfEuropeMember"
    )
    west, south, east, north = _terms("icc", "west", "south", "east", "north")


class RDF:
    """The one term of RDF itself that we write."""

    (type,) = _terms("rdf", "type")


class RDFS:
    """RDF Schema."""

    label, comment, isDefinedBy, subClassOf, subPropertyOf = _terms(
        "rdfs", "label", "comment", "isDefinedBy", "subClassOf", "subPropertyOf"
    )


class OWL:
    """The Web Ontology Language."""

    sameAs, versionInfo, Ontology = _terms("owl", "sameAs", "versionInfo", "Ontology")


class XSD:
    """XML Schema datatypes."""

    anyURI, boolean, date, decimal, gYear, integer, string = _terms(
        "xsd", "anyURI", "boolean", "date", "decimal", "gYear", "integer", "string"
    )


class SKOS:
    """Simple Knowledge Organization System."""

    Concept, ConceptScheme, Collection = _terms("skos", "Concept", "ConceptScheme", "Collection")
    prefLabel, altLabel, definition, scopeNote, example = _terms(
        "skos", "prefLabel", "altLabel", "definition", "scopeNote", "example"
    )
    inScheme, closeMatch, exactMatch, member = _terms(
        "skos", "inScheme", "closeMatch", "exactMatch", "member"
    )


class DCTERMS:
    """DCMI Metadata Terms."""

    identifier, title, alternative, description, subject, relation, created, modified = _terms(
        "dcterms",
        *("identifier", "title", "alternative", "description"),
        *("subject", "relation", "created", "modified"),
    )
    license, rights = _terms("dcterms", "license", "rights")


class SCHEMA:
    """schema.org."""

    alternateName, domainIncludes, rangeIncludes, target = _terms(
        "schema", "alternateName", "domainIncludes", "rangeIncludes", "target"
    )


class PROV:
    """The provenance ontology."""

    wasDerivedFrom, wasGeneratedBy = _terms("prov", "wasDerivedFrom", "wasGeneratedBy")


class FOAF:
    """Friend of a Friend: documents and what they are about."""

    Document, page, primaryTopic = _terms("foaf", "Document", "page", "primaryTopic")


class GEO:
    """WGS84 positions and GeoSPARQL geometries."""

    lat, long = _terms("geo", "lat", "long")
    hasGeometry, asWKT, wktLiteral = _terms("geosparql", "hasGeometry", "asWKT", "wktLiteral")
    (Point,) = _terms("sf", "Point")


class VOID:
    """Vocabulary of Interlinked Datasets."""

    Dataset, Linkset, triples, entities, classes, properties, uriSpace = _terms(
        "void", "Dataset", "Linkset", "triples", "entities", "classes", "properties", "uriSpace"
    )
    class_, property, subset, classPartition, propertyPartition = _terms(
        "void", "class", "property", "subset", "classPartition", "propertyPartition"
    )
    linkPredicate, subjectsTarget, objectsTarget, sparqlEndpoint, dataDump = _terms(
        "void",
        *("linkPredicate", "subjectsTarget", "objectsTarget", "sparqlEndpoint", "dataDump"),
    )


class SH:
    """SHACL, as far as it describes queries and prefixes."""

    SPARQLExecutable, SPARQLSelectExecutable = _terms(
        "sh", "SPARQLExecutable", "SPARQLSelectExecutable"
    )
    SPARQLAskExecutable, SPARQLConstructExecutable = _terms(
        "sh", "SPARQLAskExecutable", "SPARQLConstructExecutable"
    )
    select, ask, construct, prefixes = _terms("sh", "select", "ask", "construct", "prefixes")
    PrefixDeclaration, declare, prefix, namespace = _terms(
        "sh", "PrefixDeclaration", "declare", "prefix", "namespace"
    )


class SPEX:
    """What SIB’s collection of example queries adds to SHACL, which has no DESCRIBE."""

    SPARQLDescribeExecutable, describe, federatesWith = _terms(
        "spex", "SPARQLDescribeExecutable", "describe", "federatesWith"
    )


EDTF: Final = NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")
"""The datatype of an Extended Date/Time Format string (ISO 8601-2)."""
