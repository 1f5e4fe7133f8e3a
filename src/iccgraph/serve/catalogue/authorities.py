"""The controlled vocabularies that DCAT-AP wants values from, as far as a catalogue here uses them.

Source: DCAT-AP 3.0.1, section 11 (authority tables of the Publications Office of the European
Union, ADMS, IANA media types). Each value is written with its class, scheme and label, so that a
catalogue can be judged by the official shapes without fetching those vocabularies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from babel import Locale
from langcodes import Language
from pyoxigraph import NamedNode, Triple

from iccgraph.formats import GZIP_TYPE, Format
from iccgraph.languages import Labels
from iccgraph.serve.catalogue.statements import both, describe, texts
from iccgraph.vocab import RDF, SKOS, term

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
ADMS: Final = "http://purl.org/adms/"
IANA: Final = "http://www.iana.org/assignments/media-types/"
GZIP: Final = f"{IANA}{GZIP_TYPE}"
SHA256: Final = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
"""The official shapes want this IRI to begin with https, though the terms of SPDX do not."""
LABEL_LANGUAGES: Final = ("en", "fr")

_FILE_TYPES: Final = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
    "jsonld": "JSON_LD",
    "rdf": "RDF_XML",
    "csv": "CSV",
    "geojson": "GEOJSON",
    "graphml": "XML",
    "gexf": "XML",
    "json": "JSON",
}
"""The codes of file types by the names of our formats.

Only those that the metrics of data.europa.eu count as open and machine-readable: no TSV.
"""
THEMES: Final = {
    "AGRI": (
        "Agriculture, fisheries, forestry and food",
        "Agriculture, pêche, forêts et alimentation",
    ),
    "ECON": ("Economy and finance", "Économie et finances"),
    "EDUC": ("Education, culture and sport", "Éducation, culture et sport"),
    "ENER": ("Energy", "Énergie"),
    "ENVI": ("Environment", "Environnement"),
    "GOVE": ("Government and public sector", "Gouvernement et secteur public"),
    "HEAL": ("Health", "Santé"),
    "INTR": ("International issues", "Questions internationales"),
    "JUST": (
        "Justice, legal system and public safety",
        "Justice, système juridique et sécurité publique",
    ),
    "REGI": ("Regions and cities", "Régions et villes"),
    "SOCI": ("Population and society", "Population et société"),
    "TECH": ("Science and technology", "Science et technologie"),
    "TRAN": ("Transport", "Transports"),
}
_OTHERS: Final = {
    "access-right/PUBLIC": ("public", "public"),
    "frequency/IRREG": ("irregular", "irrégulier"),
    "planned-availability/STABLE": ("stable", "stable"),
}
_SCHEMES: Final = {
    f"{AUTHORITY}data-theme": ("Data theme", "Thème de données"),
    f"{ADMS}publishertype/1.0": ("ADMS publisher types", "Types d’éditeur (ADMS)"),
    f"{ADMS}licencetype/1.0": ("ADMS licence types", "Types de licence (ADMS)"),
}
"""The schemes that shapes want described, with their titles."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A value of a controlled vocabulary: its IRI, class, scheme and labels."""

    iri: str
    kind: str
    scheme: str
    labels: Labels

    @property
    def node(self) -> NamedNode:
        """The value itself."""
        return NamedNode(self.iri)

    def triples(self) -> Iterator[Triple]:
        """Yield what a catalogue says of the value."""
        if self.kind:
            yield Triple(self.node, RDF.type, term(self.kind))
        yield Triple(self.node, RDF.type, SKOS.Concept)
        yield Triple(self.node, SKOS.inScheme, NamedNode(self.scheme))
        yield from texts(self.node, "skos:prefLabel", self.labels)
        yield from describe_scheme(self.scheme)


def describe_scheme(iri: str) -> Iterator[Triple]:
    """Yield what a catalogue says of a vocabulary that the shapes want described."""
    if iri in _SCHEMES:
        yield from describe(NamedNode(iri), "skos:ConceptScheme")
        yield from texts(NamedNode(iri), "dcterms:title", both(_SCHEMES[iri]))


def file_type(name: str) -> str | None:
    """Return the IRI of a format’s file type, None if portals count it not as open data."""
    code = _FILE_TYPES.get(name)
    return f"{AUTHORITY}file-type/{code}" if code else None


def authority(iri: str, kind: str, labels: Labels | None = None) -> Concept:
    """Return the value of an authority table that has this IRI; its code is its label if need be.

    Arguments: `kind` is the class that DCAT-AP wants it to have, as a prefixed name.
    """
    table, _, code = iri.removeprefix(AUTHORITY).partition("/")
    known = THEMES.get(code) if table == "data-theme" else _OTHERS.get(f"{table}/{code}")
    known_labels = both(known) if known else {"en": code}
    return Concept(iri, kind, f"{AUTHORITY}{table}", labels or known_labels)


def format_concept(format_: Format) -> Concept:
    """Return the file type of a format, which has one."""
    iri = file_type(format_.name)
    assert iri is not None, format_.name
    label = "XML" if iri.endswith("/XML") else format_.label  # several formats are this one
    return authority(iri, "dcterms:MediaTypeOrExtent", {"en": label})


def language_concept(tag: str) -> Concept:
    """Return a language of the authority table, by its tag."""
    language = Language.get(tag)
    labels = {
        speaker: Locale(speaker).languages.get(language.language or "", tag)
        for speaker in LABEL_LANGUAGES
    }
    code = language.to_alpha3().upper()
    return authority(f"{AUTHORITY}language/{code}", "dcterms:LinguisticSystem", labels)


def adms_type(table: str, code: str, labels: Labels) -> Concept:
    """Return a type of publishers or licences of ADMS; they have no class of their own."""
    return Concept(f"{ADMS}{table}/{code}", "", f"{ADMS}{table}/1.0", labels)


def media_type(name: str) -> NamedNode:
    """Return the IRI of a media type."""
    return NamedNode(IANA + name)
