"""Writes the catalogue of a release in DCAT-AP: its datasets, their files, and the services.

Reads the description in the manifest, which everything else that speaks of the files reads too.
The IRI of a file stays from release to release, since harvesters match by it; what has no IRI of
its own gets one, for blank nodes are counted anew at every visit.
Source: DCAT-AP 3.0.1; Data Catalog Vocabulary (DCAT) 3 (W3C Recommendation, 2024).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.formats import FORMATS, Format
from iccgraph.release.description import (
    LICENCES,
    WHOLE,
    DatasetDescription,
    Description,
    File,
    Spatial,
)
from iccgraph.serve.catalogue.authorities import (
    AUTHORITY,
    GZIP,
    SHA256,
    Concept,
    adms_type,
    authority,
    describe_scheme,
    file_type,
    format_concept,
    language_concept,
    media_type,
)
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS, FOAF, GEO, RDF, RDFS, SCHEMA, XSD, term

Subject = NamedNode
Value = NamedNode | Literal
Texts2 = tuple[str, str]

_PAGES: Final = {
    WHOLE: "catalogue",
    "practices": "practices",
    "places": "cities",
    "topics": "topics",
    "links": "links",
    "networks": "networks",
    "assessments": "assessments",
}
"""The page of each dataset, by its key."""
ONTOLOGY: Final = "https://w3id.org/iccgraph/def"
SHAPES: Final = "https://w3id.org/iccgraph/shapes"
SPARQL_PROTOCOL: Final = "https://www.w3.org/TR/sparql11-protocol/"
RECONCILIATION: Final = (
    "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
)
_STANDARDS: Final = {
    ONTOLOGY: ("Vocabulary of iccgraph", "Vocabulaire d’iccgraph"),
    SHAPES: ("Data rules of iccgraph (SHACL)", "Règles des données d’iccgraph (SHACL)"),
    SPARQL_PROTOCOL: ("SPARQL 1.1 Protocol", "Protocole SPARQL 1.1"),
    RECONCILIATION: ("Reconciliation Service API 0.2", "API des services de réconciliation 0.2"),
}
_PUBLISHER_TYPES: Final = {
    "Academia-ScientificOrganisation": (
        "Academia/Scientific organisation",
        "Organisme scientifique",
    ),
    "Company": ("Company", "Entreprise"),
    "IndustryConsortium": ("Industry consortium", "Consortium industriel"),
    "LocalAuthority": ("Local Authority", "Autorité locale"),
    "NationalAuthority": ("National authority", "Autorité nationale"),
    "NonGovernmentalOrganisation": (
        "Non-Governmental Organisation",
        "Organisation non gouvernementale",
    ),
    "NonProfitOrganisation": ("Non-Profit Organisation", "Organisation à but non lucratif"),
    "PrivateIndividual(s)": ("Private Individual(s)", "Particuliers"),
    "RegionalAuthority": ("Regional authority", "Autorité régionale"),
    "StandardisationBody": ("Standardisation body", "Organisme de normalisation"),
    "SupraNationalAuthority": ("Supra-national authority", "Autorité supranationale"),
}
"""The types of publishers of ADMS, with their labels in English and French."""
_LICENCE_TYPES: Final = {
    "CC0-1.0": ("PublicDomain", ("Work in the public domain", "Œuvre du domaine public")),
    "CC-BY-4.0": ("Attribution", ("Attribution", "Attribution")),
    "CC-BY-SA-4.0": (
        "ViralEffect-ShareAlike",
        ("Viral effect (a.k.a. Share-alike)", "Partage dans les mêmes conditions"),
    ),
}
"""The type of each licence of ADMS, with its labels in English and French."""
_PROVENANCE: Final = (
    "Facts are read from the programme’s own pages; summaries, topics and links are ours, and each "
    "statement stands in a named graph that says who made it, how and from what.",
    "Les faits sont lus sur les pages du programme\u202f; les résumés, les thèmes et les liens sont les "
    "nôtres, et chaque énoncé se trouve dans un graphe nommé qui dit qui l’a fait, comment et à "
    "partir de quoi.",
)
STABLE: Final = authority(f"{AUTHORITY}planned-availability/STABLE", "")
THEME_SCHEME: Final = f"{AUTHORITY}data-theme"


def _dcat(name: str) -> NamedNode:
    return term(f"dcat:{name}")


def _terms(name: str) -> NamedNode:
    return term(f"dcterms:{name}")


@dataclass(frozen=True, slots=True)
class Place:
    """A country: its authority IRI, its labels, and the box around it.

    Units: degrees in WGS84, west, south, east and north.
    """

    concept: Concept
    box: tuple[float, float, float, float] | None


def catalogue(release: OpenRelease, site: str) -> list[Triple]:
    """Return the catalogue of a release that is served at an address, each statement once.

    What the release says of its dataset in the graph `catalogue` is left out, for it is served
    beside.
    """
    made = Catalogue(release, site)
    triples = dict.fromkeys((*made.triples(), *made.vocabularies()))
    graph = release.graphs["catalogue"]
    said = (quad.triple for quad in release.store.quads_for_pattern(None, None, None, graph))
    for triple in said:
        triples.pop(triple, None)
    return list(triples)


def catalogue_iri(release: OpenRelease) -> str:
    """Return the IRI of the catalogue."""
    return f"{release.iris.base}catalogue#catalogue"


def dataset_iri(release: OpenRelease, key: str) -> str:
    """Return the IRI of a dataset, the same in every release."""
    return f"{release.iris.base}catalogue#dataset-{key}" if key else release.iris.dataset


def distribution_iri(release: OpenRelease, name: str) -> str:
    """Return the IRI of a file that can be downloaded, the same in every release."""
    return f"{release.iris.base}catalogue#file-{name}"


def download_address(release: OpenRelease, site: str, name: str) -> str:
    """Return the address of a file that never changes."""
    return f"{site}release/{release.name}/{name}"


def access_address(site: str, name: str) -> str:
    """Return the address of the newest file of this name."""
    return f"{site}data/{name}"


def is_open(file: File) -> bool:
    """True if portals count the file’s format as open and machine-readable."""
    return file_type(file.format) is not None


def texts(subject: Subject, predicate: NamedNode, values: Mapping[str, str]) -> Iterator[Triple]:
    """Yield a text in each of its languages."""
    for language, text in values.items():
        yield Triple(subject, predicate, Literal(text, language=language))


def both(english_and_french: Texts2) -> dict[str, str]:
    """Return two texts by their languages."""
    return dict(zip(("en", "fr"), english_and_french, strict=True))


def day(iso: str) -> Literal:
    """Return a day as a literal."""
    return Literal(iso, datatype=XSD.date)


class Catalogue:
    """Everything that the catalogue of one release says, when it is served at one address."""

    def __init__(self, release: OpenRelease, site: str) -> None:
        self.release, self.site = release, site
        self.description: Description = release.manifest.description
        self.node = NamedNode(catalogue_iri(release))
        self.start = f"{release.iris.base}catalogue#"
        self.publisher = NamedNode(f"{self.start}publisher")
        self.rights = NamedNode(f"{self.start}rights")
        self.places = tuple(places(release))
        self.languages = tuple(map(language_concept, self.description.languages))
        self.licence = LICENCES[self.description.licence]
        self.themes = [authority(iri, "") for iri in self.description.themes]
        self._used: dict[str, Concept] = {}

    def triples(self) -> Iterator[Triple]:
        """Yield the catalogue itself, its datasets, their files, and the services."""
        yield from self._catalogue()
        for dataset in self.description.datasets:
            yield from self._dataset(dataset)
            for file in self.description.files_of(dataset.key):
                if is_open(file):
                    yield from self._distribution(dataset, file)
        yield from self._services()
        yield from self._agents()
        yield from self._coverage()

    def _use(self, concept: Concept) -> NamedNode:
        """Return a value of a controlled vocabulary, which the catalogue describes at its end."""
        self._used[concept.iri] = concept
        return concept.node

    def vocabularies(self) -> Iterator[Triple]:
        """Yield what is said of each controlled value that was used."""
        for concept in self._used.values():
            yield from concept.triples()
        licence = NamedNode(self.licence.eu)
        yield Triple(licence, RDF.type, _terms("LicenseDocument"))
        if self.licence.key in _LICENCE_TYPES:
            code, labels = _LICENCE_TYPES[self.licence.key]
            kind = adms_type("licencetype", code, both(labels))
            yield Triple(licence, _terms("type"), kind.node)
            yield from kind.triples()
        for iri, titles in _STANDARDS.items():
            yield Triple(NamedNode(iri), RDF.type, _terms("Standard"))
            yield from texts(NamedNode(iri), DCTERMS.title, both(titles))

    def _catalogue(self) -> Iterator[Triple]:
        whole, name = self.description.whole, self.description.publisher.name
        yield Triple(self.node, RDF.type, _dcat("Catalog"))
        titles = both((f"Catalogue of {name}", f"Catalogue de {name}"))
        yield from texts(self.node, DCTERMS.title, titles)
        about = both(
            (
                f"What can be had of the dataset “{_text(whole.titles, 'en')}”: the whole and its "
                "parts, their files, and the services that answer questions about them.",
                f"Ce que l’on peut obtenir du jeu de données «\u00a0{_text(whole.titles, 'fr')}\u00a0»\u00a0: le "
                "tout et ses parties, leurs fichiers, et les services qui répondent aux questions.",
            )
        )
        yield from texts(self.node, DCTERMS.description, about)
        home = NamedNode(self.site)
        for predicate, value in (
            (_terms("publisher"), self.publisher),
            (FOAF.homepage, home),
            (DCTERMS.license, NamedNode(self.licence.eu)),
            (_terms("rights"), self.rights),
            (DCTERMS.issued, day(self.description.issued)),
            (DCTERMS.modified, day(self.description.modified)),
            (_dcat("themeTaxonomy"), NamedNode(THEME_SCHEME)),
            *((_terms("language"), self._use(one)) for one in self.languages),
            *((DCTERMS.spatial, self._use(one.concept)) for one in self.places),
            *((_dcat("dataset"), self._iri(one)) for one in self.description.datasets),
            *((_dcat("service"), NamedNode(self.site + path)) for path in ("sparql", "reconcile")),
        ):
            yield Triple(self.node, predicate, value)
        yield Triple(home, RDF.type, FOAF.Document)
        yield from describe_scheme(THEME_SCHEME)

    def _iri(self, dataset: DatasetDescription) -> NamedNode:
        return NamedNode(dataset_iri(self.release, dataset.key))

    def _dataset(self, dataset: DatasetDescription) -> Iterator[Triple]:
        node = self._iri(dataset)
        identifier = dataset.key or node.value
        yield Triple(node, RDF.type, _dcat("Dataset"))
        yield Triple(node, DCTERMS.identifier, Literal(identifier))
        yield Triple(node, _dcat("version"), Literal(self.release.name))
        yield from texts(node, DCTERMS.title, dataset.titles)
        yield from texts(node, DCTERMS.description, dataset.descriptions)
        for language, words in dataset.keywords.items():
            for word in words:
                yield Triple(node, _dcat("keyword"), Literal(word, language=language))
        for predicate, value in self._of_every_dataset():
            yield Triple(node, predicate, value)
        yield from self._pages(dataset, node)
        whole = NamedNode(self.release.iris.dataset)
        if dataset.key:
            yield Triple(node, _terms("isPartOf"), whole)
            yield Triple(whole, DCTERMS.hasPart, node)

    def _of_every_dataset(self) -> Iterator[tuple[NamedNode, Value]]:
        """Yield what is the same for the whole and for each part."""
        said = self.description
        yield DCTERMS.license, NamedNode(self.licence.eu)
        yield _terms("publisher"), self.publisher
        yield _terms("rights"), self.rights
        yield _terms("provenance"), NamedNode(f"{self.start}provenance")
        yield DCTERMS.issued, day(said.issued)
        yield DCTERMS.modified, day(said.modified)
        if said.contact:
            yield _dcat("contactPoint"), NamedNode(f"{self.start}contact")
        if said.access_rights:
            rights = authority(said.access_rights, "dcterms:RightsStatement")
            yield _terms("accessRights"), self._use(rights)
        if said.frequency:
            frequency = authority(said.frequency, "dcterms:Frequency")
            yield _terms("accrualPeriodicity"), self._use(frequency)
        if said.temporal:
            yield _terms("temporal"), NamedNode(f"{self.start}temporal")
        for concept in self.languages:
            yield _terms("language"), self._use(concept)
        for theme in self.themes:
            yield _dcat("theme"), self._use(theme)
        for place in self.places:
            yield DCTERMS.spatial, self._use(place.concept)
        for standard in (ONTOLOGY, SHAPES):
            yield _terms("conformsTo"), NamedNode(standard)

    def _pages(self, dataset: DatasetDescription, node: NamedNode) -> Iterator[Triple]:
        """Yield the page of a dataset, its files, and the documents that are no open data."""
        page = NamedNode(self.site + _PAGES[dataset.key])
        yield Triple(node, _dcat("landingPage"), page)
        yield Triple(page, RDF.type, FOAF.Document)
        documents = [] if dataset.key else [f"{self.site}data/", f"{self.site}validation"]
        for file in self.description.files_of(dataset.key):
            if is_open(file):
                distribution = NamedNode(distribution_iri(self.release, file.name))
                yield Triple(node, _dcat("distribution"), distribution)
            else:
                documents.append(access_address(self.site, file.name))
        for address in documents:
            yield Triple(node, FOAF.page, NamedNode(address))
            yield Triple(NamedNode(address), RDF.type, FOAF.Document)

    def _distribution(self, dataset: DatasetDescription, file: File) -> Iterator[Triple]:
        iri = distribution_iri(self.release, file.name)
        node, format_ = NamedNode(iri), _format(file.format)
        checksum = NamedNode(f"{iri}-checksum")
        yield Triple(node, RDF.type, _dcat("Distribution"))
        yield from texts(node, DCTERMS.title, both(_file_titles(dataset, file)))
        yield from texts(node, DCTERMS.description, both(_file_descriptions(file, format_)))
        for predicate, value in (
            (DCTERMS.identifier, Literal(iri)),
            (_dcat("accessURL"), NamedNode(access_address(self.site, file.name))),
            (_dcat("downloadURL"), NamedNode(download_address(self.release, self.site, file.name))),
            (_dcat("mediaType"), media_type(format_.media_type)),
            (_terms("format"), self._use(format_concept(format_))),
            (_dcat("byteSize"), Literal(str(file.size), datatype=term("xsd:nonNegativeInteger"))),
            (term("spdx:checksum"), checksum),
            (DCTERMS.license, NamedNode(self.licence.eu)),
            (_terms("rights"), self.rights),
            (DCTERMS.issued, day(self.description.issued)),
            (DCTERMS.modified, day(self.description.modified)),
            (term("dcatap:availability"), self._use(STABLE)),
            *((_terms("language"), self._use(one)) for one in self.languages),
            *((_terms("conformsTo"), NamedNode(one)) for one in (ONTOLOGY, SHAPES)),
        ):
            yield Triple(node, predicate, value)
        yield Triple(media_type(format_.media_type), RDF.type, _terms("MediaType"))
        if file.inner:
            yield Triple(node, _dcat("compressFormat"), NamedNode(GZIP))
            yield Triple(NamedNode(GZIP), RDF.type, _terms("MediaType"))
        yield from _checksum(checksum, file)

    def _services(self) -> Iterator[Triple]:
        query = (
            "Answers SPARQL queries over the whole dataset, and over each of its named graphs.",
            "Répond aux requêtes SPARQL sur tout le jeu de données, et sur chacun de ses graphes.",
        )
        titles = "SPARQL endpoint", "Point d’accès SPARQL"
        yield from self._service("sparql", titles, query, SPARQL_PROTOCOL)
        matching = (
            "Finds the place, country, topic, practice or network that a name means (OpenRefine).",
            "Trouve le lieu, pays, thème, réseau ou la pratique que désigne un nom (OpenRefine).",
        )
        titles = "Matching of names", "Rapprochement de noms"
        yield from self._service("reconcile", titles, matching, RECONCILIATION)

    def _service(self, path: str, titles: Texts2, about: Texts2, standard: str) -> Iterator[Triple]:
        """Yield a service, which describes itself at its own address."""
        node = NamedNode(self.site + path)
        yield Triple(node, RDF.type, _dcat("DataService"))
        yield from texts(node, DCTERMS.title, both(titles))
        yield from texts(node, DCTERMS.description, both(about))
        kept = {_dcat("theme"), _dcat("contactPoint"), _terms("publisher"), _terms("accessRights")}
        for predicate, value in (
            (_dcat("endpointURL"), node),
            (_dcat("endpointDescription"), node),
            (_terms("conformsTo"), NamedNode(standard)),
            (DCTERMS.license, NamedNode(self.licence.eu)),
            (_dcat("landingPage"), node),
            *((_dcat("servesDataset"), self._iri(one)) for one in self.description.datasets),
            *(pair for pair in self._of_every_dataset() if pair[0] in kept),
        ):
            yield Triple(node, predicate, value)
        yield Triple(node, RDF.type, FOAF.Document)
        for language, words in self.description.whole.keywords.items():
            for word in words:
                yield Triple(node, _dcat("keyword"), Literal(word, language=language))

    def _agents(self) -> Iterator[Triple]:
        """Yield who publishes and who is to be written to, and what is said of rights."""
        publisher, contact = self.description.publisher, self.description.contact
        kind = self._use(publisher_type(publisher.type))
        home = NamedNode(publisher.homepage or self.site)
        for agent in (self.publisher, *self._creators()):
            yield Triple(agent, RDF.type, term("foaf:Agent"))
            yield Triple(agent, _terms("type"), kind)
        yield Triple(self.publisher, RDF.type, term("foaf:Organization"))
        yield Triple(self.publisher, FOAF.name, Literal(publisher.name))
        yield Triple(self.publisher, FOAF.homepage, home)
        yield Triple(home, RDF.type, FOAF.Document)
        statement = NamedNode(f"{self.start}provenance")
        yield Triple(statement, RDF.type, _terms("ProvenanceStatement"))
        yield from texts(statement, RDFS.label, both(_PROVENANCE))
        yield Triple(self.rights, RDF.type, _terms("RightsStatement"))
        yield from texts(self.rights, RDFS.label, self.description.rights)
        if not contact:
            return
        card = NamedNode(f"{self.start}contact")
        yield Triple(card, RDF.type, term("vcard:Kind"))
        yield Triple(card, RDF.type, term("vcard:Organization"))
        yield Triple(card, term("vcard:fn"), Literal(contact.name or publisher.name))
        if contact.email:
            yield Triple(card, term("vcard:hasEmail"), NamedNode(f"mailto:{contact.email}"))
        if contact.url:
            yield Triple(card, term("vcard:hasURL"), NamedNode(contact.url))

    def _creators(self) -> Iterator[NamedNode]:
        """Yield who made the dataset, as the release says."""
        graph = self.release.graphs["catalogue"]
        whole = NamedNode(self.release.iris.dataset)
        for quad in self.release.store.quads_for_pattern(whole, _terms("creator"), None, graph):
            if isinstance(quad.object, NamedNode) and quad.object != self.publisher:
                yield quad.object

    def _coverage(self) -> Iterator[Triple]:
        """Yield the years, the countries with their boxes, and the box around everything.

        The box has no authority IRI, which the official shapes want of `dcterms:spatial`, so
        another property leads to it.
        """
        said = self.description
        if said.temporal:
            period = NamedNode(f"{self.start}temporal")
            first, last = f"{said.temporal.first:04}-01-01", f"{said.temporal.last:04}-12-31"
            yield Triple(period, RDF.type, _terms("PeriodOfTime"))
            yield Triple(period, _dcat("startDate"), day(first))
            yield Triple(period, _dcat("endDate"), day(last))
        for place in self.places:
            if place.box is not None:
                yield Triple(place.concept.node, _dcat("bbox"), _polygon(*place.box))
                yield Triple(place.concept.node, _dcat("centroid"), _middle(*place.box))
        if said.spatial:
            around, whole = NamedNode(f"{self.start}coverage"), self._iri(said.whole)
            yield Triple(whole, term("schema:spatialCoverage"), around)
            yield Triple(around, RDF.type, term("schema:Place"))
            yield Triple(around, _dcat("bbox"), _box(said.spatial))


def publisher_type(code: str) -> Concept:
    """Return a type of publishers of ADMS; one that is not known is called by its code."""
    labels = _PUBLISHER_TYPES.get(code, (code, code))
    return adms_type("publishertype", code, both(labels))


def places(release: OpenRelease) -> Iterator[Place]:
    """Yield the countries that a release covers and that have an authority IRI."""
    spatial = release.manifest.description.spatial
    wanted = {f"{AUTHORITY}country/{code}" for code in (spatial.countries if spatial else ())}
    for quad in release.store.quads_for_pattern(None, SCHEMA.sameAs, None, None):
        thing = release.iris.split(getattr(quad.subject, "value", ""))
        iri = getattr(quad.object, "value", "")
        if iri in wanted and thing is not None and thing[0] == "country":
            wanted.discard(iri)
            concept = authority(iri, "dcterms:Location", release.held_labels[thing])
            yield Place(concept, release.outlines[thing[1]][1])


def _text(values: Mapping[str, str], language: str) -> str:
    return values.get(language) or values["en"]


def _format(name: str) -> Format:
    return next(format_ for format_ in FORMATS if format_.name == name)


def _file_titles(dataset: DatasetDescription, file: File) -> Texts2:
    return (
        f"{_text(dataset.titles, 'en')}: {file.name}",
        f"{_text(dataset.titles, 'fr')}\u00a0: {file.name}",
    )


def _file_descriptions(file: File, format_: Format) -> Texts2:
    """Return what a file is, in English and French."""
    english, french = f"A file in {format_.label}", f"Fichier au format {format_.label}"
    if file.rows is not None:
        english += f" with {file.rows} rows of data"
        french += f" avec {file.rows} lignes de données"
    if file.complete:
        english += " that holds every statement of the dataset"
        french += " qui contient tous les énoncés du jeu de données"
    if file.inner:
        english += ", packed with gzip"
        french += ", comprimé avec gzip"
    return f"{english}.", f"{french}."


def _checksum(node: NamedNode, file: File) -> Iterator[Triple]:
    algorithm = NamedNode(SHA256)
    value = Literal(file.sha256, datatype=term("xsd:hexBinary"))
    yield Triple(node, RDF.type, term("spdx:Checksum"))
    yield Triple(node, term("spdx:algorithm"), algorithm)
    yield Triple(node, term("spdx:checksumValue"), value)
    yield Triple(algorithm, RDF.type, term("spdx:ChecksumAlgorithm"))


def _ring(west: float, south: float, east: float, north: float) -> str:
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"(({', '.join(f'{x:g} {y:g}' for x, y in corners)}))"


def _polygon(west: float, south: float, east: float, north: float) -> Literal:
    """Return a box in well-known text, in two parts if it crosses the antimeridian."""
    text = f"POLYGON{_ring(west, south, east, north)}"
    if west > east:
        parts = _ring(west, south, 180, north), _ring(-180, south, east, north)
        text = f"MULTIPOLYGON({', '.join(parts)})"
    return Literal(text, datatype=GEO.wktLiteral)


def _middle(west: float, south: float, east: float, north: float) -> Literal:
    """Return the middle of a box in well-known text."""
    x = (west + east + (360 if west > east else 0)) / 2
    x = x - 360 if x > 180 else x
    point = f"POINT({round(x, 2):g} {round((south + north) / 2, 2):g})"
    return Literal(point, datatype=GEO.wktLiteral)


def _box(spatial: Spatial) -> Literal:
    return _polygon(spatial.west, spatial.south, spatial.east, spatial.north)
