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
    "org": "http://www.w3.org/ns/org#",
    "time": "http://www.w3.org/2006/time#",
    "qb": "http://purl.org/linked-data/cube#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "ps": "http://www.wikidata.org/prop/statement/",
    "pq": "http://www.wikidata.org/prop/qualifier/",
    "p": "http://www.wikidata.org/prop/",
    "sssom": "https://w3id.org/sssom/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "pav": "http://purl.org/pav/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "spdx": "http://spdx.org/rdf/terms#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "dcatap": "http://data.europa.eu/r5r/",
}
"""The prefixes that every Turtle answer, the query editor and the docs share; where one namespace
begins with another, the longer comes first."""


def _terms(prefix: str, names: str) -> tuple[NamedNode, ...]:
    """Return the terms of a namespace with these local names, which blanks separate."""
    return tuple(NamedNode(PREFIXES[prefix] + name) for name in names.split())


def term(name: str) -> NamedNode:
    """Return the term with a prefixed name, such as `icc:purpose`."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


_NAMESPACES: Final = {start: prefix for prefix, start in PREFIXES.items()}


def prefixed(iri: str) -> str:
    """Return the prefixed name of an IRI, empty if it begins with no namespace that has one."""
    end = iri.rfind("#") + 1 or iri.rfind("/") + 1
    prefix = _NAMESPACES.get(iri[:end])
    return f"{prefix}:{iri[end:]}" if prefix and iri[end:] else ""


class ICC:
    """The terms of our own ontology that functions write or read; others are plain properties."""

    Practice, City, Country, CityTopic, PlaceKind, SizeClass = _terms(
        "icc", "Practice City Country CityTopic PlaceKind SizeClass"
    )
    city, country, kind, practice, scheme = _terms("icc", "city country kind practice scheme")
    practiceCount, cityPracticeCount, practiceCountElsewhere, allPracticeCountElsewhere = _terms(
        "icc", "practiceCount cityPracticeCount practiceCountElsewhere allPracticeCountElsewhere"
    )
    expectedPracticeCount, locationQuotient, quotientLow, quotientHigh = _terms(
        "icc", "expectedPracticeCount locationQuotient quotientLow quotientHigh"
    )
    TopicAssignment, topicAssignment, assignedTopic, because, byMapping = _terms(
        "icc", "TopicAssignment topicAssignment assignedTopic because byMapping"
    )
    timeText, period, firstYear, lastYear, year, ongoing = _terms(
        "icc", "timeText period firstYear lastYear year ongoing"
    )
    population, populationYear, populationSource, sizeClass = _terms(
        "icc", "population populationYear populationSource sizeClass"
    )
    inProgramme, nuts = _terms("icc", "inProgramme nuts")
    iso2, iso3, isoNumeric, councilOfEuropeMember = _terms(
        "icc", "iso2 iso3 isoNumeric councilOfEuropeMember"
    )
    west, south, east, north = _terms("icc", "west south east north")
    (linkStatus,) = _terms("icc", "linkStatus")
    Network, Membership, Assessment, Profile, Guidance = _terms(
        "icc", "Network Membership Assessment Profile Guidance"
    )


class RDF:
    """RDF itself: types, and statements that are spoken of without being made."""

    type, Statement, subject, predicate, object = _terms(
        "rdf", "type Statement subject predicate object"
    )


class RDFS:
    """RDF Schema."""

    label, comment, subClassOf, seeAlso = _terms("rdfs", "label comment subClassOf seeAlso")


class OWL:
    """The Web Ontology Language."""

    sameAs, versionInfo = _terms("owl", "sameAs versionInfo")
    Axiom, annotatedSource, annotatedProperty, annotatedTarget = _terms(
        "owl", "Axiom annotatedSource annotatedProperty annotatedTarget"
    )


class XSD:
    """XML Schema datatypes."""

    anyURI, boolean, date, decimal, gYear, integer, string = _terms(
        "xsd", "anyURI boolean date decimal gYear integer string"
    )
    double, gYearMonth = _terms("xsd", "double gYearMonth")


class SKOS:
    """Simple Knowledge Organization System."""

    Concept, ConceptScheme, Collection = _terms("skos", "Concept ConceptScheme Collection")
    prefLabel, altLabel, hiddenLabel, definition, scopeNote, example = _terms(
        "skos", "prefLabel altLabel hiddenLabel definition scopeNote example"
    )
    inScheme, closeMatch, exactMatch, member = _terms(
        "skos", "inScheme closeMatch exactMatch member"
    )
    broadMatch, narrowMatch, relatedMatch = _terms("skos", "broadMatch narrowMatch relatedMatch")


MAPPINGS: Final = {
    SKOS.exactMatch: SKOS.exactMatch,
    SKOS.closeMatch: SKOS.closeMatch,
    SKOS.broadMatch: SKOS.narrowMatch,
    SKOS.narrowMatch: SKOS.broadMatch,
    SKOS.relatedMatch: SKOS.relatedMatch,
}
"""The SKOS mapping properties, each with what it is when read from the other side."""


class DCTERMS:
    """DCMI Metadata Terms."""

    identifier, title, alternative, description, subject, relation, created, modified = _terms(
        "dcterms", "identifier title alternative description subject relation created modified"
    )
    license, source, date, issued, hasPart, spatial = _terms(
        "dcterms", "license source date issued hasPart spatial"
    )


class ORG:
    """The Organization Ontology: networks, and who is a member of them."""

    Organization, Membership, member, organization, memberDuring = _terms(
        "org", "Organization Membership member organization memberDuring"
    )


class TIME:
    """OWL-Time: intervals with a beginning and an end."""

    Interval, Instant, hasBeginning, hasEnd, inXSDgYear = _terms(
        "time", "Interval Instant hasBeginning hasEnd inXSDgYear"
    )


class QB:
    """The RDF Data Cube vocabulary: observations."""

    Observation, dataSet = _terms("qb", "Observation dataSet")


class SCHEMA:
    """schema.org."""

    alternateName, target, about, version = _terms("schema", "alternateName target about version")
    softwareVersion, sameAs, containedInPlace = _terms(
        "schema", "softwareVersion sameAs containedInPlace"
    )


class PROV:
    """The provenance ontology."""

    wasDerivedFrom, wasGeneratedBy, Activity, Entity, used, wasAttributedTo = _terms(
        "prov", "wasDerivedFrom wasGeneratedBy Activity Entity used wasAttributedTo"
    )
    (wasAssociatedWith,) = _terms("prov", "wasAssociatedWith")


class SSSOM:
    """Simple Standard for Sharing Ontological Mappings: how sure a link is, and by whom."""

    confidence, mapping_justification, mapping_tool, reviewer_label = _terms(
        "sssom", "confidence mapping_justification mapping_tool reviewer_label"
    )
    predicate_modifier, NegatedPredicate = _terms("sssom", "predicate_modifier NegatedPredicate")


class PAV:
    """Provenance, Authoring and Versioning."""

    (authoredOn,) = _terms("pav", "authoredOn")


class DC:
    """The Dublin Core elements, whose values may be texts."""

    (source,) = _terms("dc", "source")


class FOAF:
    """Friend of a Friend: documents and what they are about."""

    Document, Organization, name, page, primaryTopic, homepage = _terms(
        "foaf", "Document Organization name page primaryTopic homepage"
    )


class GEO:
    """WGS84 positions and GeoSPARQL geometries."""

    lat, long = _terms("geo", "lat long")
    hasGeometry, asWKT, wktLiteral = _terms("geosparql", "hasGeometry asWKT wktLiteral")
    (Point,) = _terms("sf", "Point")


class DCAT:
    """Data Catalog Vocabulary."""

    keyword, theme = _terms("dcat", "keyword theme")


class VOID:
    """Vocabulary of Interlinked Datasets."""

    Dataset, Linkset, triples, entities, classes, properties, uriSpace = _terms(
        "void", "Dataset Linkset triples entities classes properties uriSpace"
    )
    class_, property, subset, classPartition, propertyPartition = _terms(
        "void", "class property subset classPartition propertyPartition"
    )
    linkPredicate, subjectsTarget, objectsTarget, sparqlEndpoint, dataDump = _terms(
        "void", "linkPredicate subjectsTarget objectsTarget sparqlEndpoint dataDump"
    )
    vocabulary, feature, exampleResource, inDataset = _terms(
        "void", "vocabulary feature exampleResource inDataset"
    )


class SD:
    """SPARQL Service Description, as far as releases describe their own graphs."""

    (Graph,) = _terms("sd", "Graph")


class SH:
    """SHACL, as far as it describes queries and prefixes."""

    SPARQLExecutable, SPARQLSelectExecutable = _terms(
        "sh", "SPARQLExecutable SPARQLSelectExecutable"
    )
    SPARQLAskExecutable, SPARQLConstructExecutable = _terms(
        "sh", "SPARQLAskExecutable SPARQLConstructExecutable"
    )
    select, ask, construct, prefixes = _terms("sh", "select ask construct prefixes")
    PrefixDeclaration, declare, prefix, namespace = _terms(
        "sh", "PrefixDeclaration declare prefix namespace"
    )


class SPEX:
    """What SIB’s collection of example queries adds to SHACL, which has no DESCRIBE."""

    SPARQLDescribeExecutable, describe, federatesWith = _terms(
        "spex", "SPARQLDescribeExecutable describe federatesWith"
    )


EDTF: Final = NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")
"""The datatype of an Extended Date/Time Format string (ISO 8601-2)."""
