"""Scores a catalogue by the metrics of data.europa.eu, and states the scores as data.

Reads the catalogue as it is served, nothing else. Two indicators are found by data.europa.eu with
requests; here they say whether the release holds the file that the address leads to.
Source: Metadata quality assessment methodology of data.europa.eu (405 points in 5 dimensions);
Data Quality Vocabulary (W3C Note, 2016).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.serve.catalogue.authorities import AUTHORITY, IANA
from iccgraph.vocab import RDF, RDFS, XSD, term

METRICS_NAMESPACE: Final = "https://piveau.eu/ns/voc#"
DATASET: Final = "dataset"
FILES: Final = "its files"
OPEN_TYPES: Final = frozenset(
    f"{AUTHORITY}file-type/{code}"
    for code in (
        *("CSV", "GEOJSON", "JSON", "JSON_LD", "RDF_N_QUADS", "RDF_N_TRIPLES", "RDF_TRIG"),
        *("RDF_TURTLE", "RDF_XML", "XML"),
    )
)
"""File types that are in both lists of data.europa.eu: non-proprietary and machine-readable."""
MANDATORY: Final = {
    "dcat:Catalog": ("dcterms:title", "dcterms:description", "dcterms:publisher", "dcat:dataset"),
    "dcat:Dataset": ("dcterms:title", "dcterms:description"),
    "dcat:Distribution": ("dcat:accessURL",),
    "dcat:DataService": ("dcterms:title", "dcat:endpointURL"),
    "foaf:Agent": ("foaf:name",),
    "spdx:Checksum": ("spdx:algorithm", "spdx:checksumValue"),
    "skos:Concept": ("skos:prefLabel",),
    "skos:ConceptScheme": ("dcterms:title",),
}
"""What DCAT-AP demands of each class."""
_REACHED: Final = (
    ("en", "Not asked for: the release holds the file that this address leads to."),
    ("fr", "Sans requête : l’édition contient le fichier auquel mène cette adresse."),
)


class Statements:
    """The values of each property of each thing in a catalogue, and the files that there are."""

    def __init__(self, triples: Iterable[Triple], site: str, files: Collection[str]) -> None:
        self.site, self.files = site, files
        self._values = defaultdict[tuple[object, str], list[str]](list)
        self._things = defaultdict[str, list[str]](list)
        for triple in triples:
            value = getattr(triple.object, "value", "")
            subject = getattr(triple.subject, "value", "")
            self._values[subject, triple.predicate.value].append(value)
            if triple.predicate == RDF.type:
                self._things[value].append(subject)

    def values(self, subject: str, name: str) -> Sequence[str]:
        """Return the values of a property, given by its prefixed name."""
        return self._values.get((subject, term(name).value), ())

    def things(self, name: str) -> Sequence[str]:
        """Return the things of a class, given by its prefixed name."""
        return self._things.get(term(name).value, ())

    def complies(self) -> bool:
        """True if everything has what DCAT-AP demands of its class."""
        return all(
            self.values(thing, name)
            for kind, names in MANDATORY.items()
            for thing in self.things(kind)
            for name in names
        )

    def is_there(self, address: str) -> bool:
        """True if an address is that of a file of the release."""
        return address.startswith(self.site) and address.rpartition("/")[2] in self.files


Test = Callable[[Statements, str], bool]


def _has(name: str) -> Test:
    return lambda said, subject: bool(said.values(subject, name))


def _among(name: str, start: str) -> Test:
    """Return a test that there are values, and all are of the vocabulary that begins so."""

    def test(said: Statements, subject: str) -> bool:
        found = said.values(subject, name)
        return bool(found) and all(value.startswith(start) for value in found)

    return test


def _in_vocabularies(said: Statements, subject: str) -> bool:
    file_type = _among("dcterms:format", f"{AUTHORITY}file-type/")
    return file_type(said, subject) and _among("dcat:mediaType", IANA)(said, subject)


def _is_open(said: Statements, subject: str) -> bool:
    return bool(OPEN_TYPES.intersection(said.values(subject, "dcterms:format")))


def _reaches(name: str) -> Test:
    """Return a test that all addresses are those of files that the release has."""

    def test(said: Statements, subject: str) -> bool:
        found = said.values(subject, name)
        return bool(found) and all(map(said.is_there, found))

    return test


@dataclass(frozen=True, slots=True)
class Metric:
    """One indicator: its name in the vocabulary of the metrics, its points, what it looks at.

    Arguments: `of` is the dataset itself or its files, each of which must pass.
    """

    name: str
    dimension: str
    points: int
    of: str
    label: str
    passes: Test

    @property
    def by_status(self) -> bool:
        """True if the value is the status that an address answers with."""
        return self.name.endswith("StatusCode")


FIND, REACH = "findability", "accessibility"
COMBINE, REUSE, CONTEXT = "interoperability", "reusability", "contextuality"
METRICS: Final = (
    Metric("keywordAvailability", FIND, 30, DATASET, "keywords", _has("dcat:keyword")),
    Metric("categoryAvailability", FIND, 30, DATASET, "categories", _has("dcat:theme")),
    Metric("spatialAvailability", FIND, 20, DATASET, "where", _has("dcterms:spatial")),
    Metric("temporalAvailability", FIND, 20, DATASET, "when", _has("dcterms:temporal")),
    Metric("accessUrlStatusCode", REACH, 50, FILES, "access address answers",
           _reaches("dcat:accessURL")),
    Metric("downloadUrlAvailability", REACH, 20, FILES, "download address",
           _has("dcat:downloadURL")),
    Metric("downloadUrlStatusCode", REACH, 30, FILES, "download address answers",
           _reaches("dcat:downloadURL")),
    Metric("formatAvailability", COMBINE, 20, FILES, "format", _has("dcterms:format")),
    Metric("mediaTypeAvailability", COMBINE, 10, FILES, "media type", _has("dcat:mediaType")),
    Metric("formatMediaTypeVocabularyAlignment", COMBINE, 10, FILES,
           "both from the vocabularies", _in_vocabularies),
    Metric("formatMediaTypeNonProprietary", COMBINE, 20, FILES, "open format", _is_open),
    Metric("formatMediaTypeMachineInterpretable", COMBINE, 20, FILES,
           "machine-readable format", _is_open),
    Metric("dcatApCompliance", COMBINE, 30, DATASET, "what DCAT-AP demands",
           lambda said, _: said.complies()),
    Metric("licenceAvailability", REUSE, 20, FILES, "licence", _has("dcterms:license")),
    Metric("knownLicence", REUSE, 10, FILES, "licence from the vocabulary",
           _among("dcterms:license", f"{AUTHORITY}licence/")),
    Metric("accessRightsAvailability", REUSE, 10, DATASET, "access rights",
           _has("dcterms:accessRights")),
    Metric("accessRightsVocabularyAlignment", REUSE, 5, DATASET,
           "access rights from the vocabulary",
           _among("dcterms:accessRights", f"{AUTHORITY}access-right/")),
    Metric("contactPointAvailability", REUSE, 20, DATASET, "contact", _has("dcat:contactPoint")),
    Metric("publisherAvailability", REUSE, 10, DATASET, "publisher", _has("dcterms:publisher")),
    Metric("rightsAvailability", CONTEXT, 5, FILES, "rights", _has("dcterms:rights")),
    Metric("byteSizeAvailability", CONTEXT, 5, FILES, "size", _has("dcat:byteSize")),
    Metric("dateIssuedAvailability", CONTEXT, 5, FILES, "day of issue", _has("dcterms:issued")),
    Metric("dateModifiedAvailability", CONTEXT, 5, FILES, "day of change",
           _has("dcterms:modified")),
)  # fmt: skip
"""The indicators, in the order of the methodology."""
MOST: Final = sum(metric.points for metric in METRICS)
"""The most points that a dataset can have."""


def passed(said: Statements, dataset: str) -> dict[Metric, bool]:
    """Return for each indicator whether a dataset has its points: with all of its files."""
    files = said.values(dataset, "dcat:distribution")
    return {
        metric: metric.passes(said, dataset)
        if metric.of == DATASET
        else bool(files) and all(metric.passes(said, file) for file in files)
        for metric in METRICS
    }


def points(results: dict[Metric, bool]) -> int:
    """Return the sum of points of what passed."""
    return sum(metric.points for metric, good in results.items() if good)


def measurements(said: Statements) -> Iterator[Triple]:
    """Yield the score of each dataset, indicator by indicator and in all (DQV)."""
    for dataset in said.things("dcat:Dataset"):
        results = passed(said, dataset)
        for metric, good in results.items():
            status = Literal("200" if good else "404", datatype=XSD.integer)
            value = Literal("true" if good else "false", datatype=XSD.boolean)
            measured = status if metric.by_status else value
            node = yield from _measurement(dataset, metric.name, measured)
            if metric.by_status:
                for language, text in _REACHED:
                    yield Triple(node, RDFS.comment, Literal(text, language=language))
        total = Literal(str(points(results)), datatype=XSD.integer)
        yield from _measurement(dataset, "scoring", total)


def _measurement(dataset: str, metric: str, value: Literal) -> Generator[Triple, None, NamedNode]:
    """Yield one measurement, and return its node."""
    start, _, fragment = dataset.partition("#")
    node = NamedNode(f"{start}#quality-{fragment}-{metric}")
    yield Triple(NamedNode(dataset), term("dqv:hasQualityMeasurement"), node)
    yield Triple(node, RDF.type, term("dqv:QualityMeasurement"))
    yield Triple(node, term("dqv:isMeasurementOf"), NamedNode(METRICS_NAMESPACE + metric))
    yield Triple(node, term("dqv:computedOn"), NamedNode(dataset))
    yield Triple(node, term("dqv:value"), value)
    return node
