"""Writes the catalogue of a release in DCAT-AP: its datasets, their files, and the services.

Reads the description in the manifest, which everything else that speaks of the files reads too.
What has no IRI of its own gets one, for blank nodes are counted anew at every visit.
Source: DCAT-AP 3.0.1; Data Catalog Vocabulary (DCAT) 3 (W3C Recommendation, 2024).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from iccgraph.languages import best
from iccgraph.release.description import LICENCES, WHOLE, DatasetDescription
from iccgraph.serve.catalogue.agents import (
    creators,
    describe_agents,
    describe_contact,
    describe_licence,
    describe_rights,
)
from iccgraph.serve.catalogue.authorities import (
    AUTHORITY,
    Concept,
    authority,
    describe_scheme,
    language_concept,
)
from iccgraph.serve.catalogue.coverage import describe_box, describe_period, places
from iccgraph.serve.catalogue.distributions import (
    describe_file,
    is_open,
)
from iccgraph.serve.catalogue.publication import file_address
from iccgraph.serve.catalogue.statements import (
    EnglishAndFrench,
    Value,
    both,
    day,
    describe,
    keywords,
    texts,
)
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import DCTERMS

PAGES: Final = {
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
SPARQL: Final = "https://www.w3.org/TR/sparql11-protocol/"
RECONCILIATION: Final = (
    "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"
)
_STANDARDS: Final = {
    ONTOLOGY: ("Vocabulary of iccgraph", "Vocabulaire d’iccgraph"),
    SHAPES: ("Data rules of iccgraph (SHACL)", "Règles des données d’iccgraph (SHACL)"),
    SPARQL: ("SPARQL 1.1 Protocol", "Protocole SPARQL 1.1"),
    RECONCILIATION: ("Reconciliation Service API 0.2", "API des services de réconciliation 0.2"),
}
_SERVICES: Final = {
    "sparql": (
        ("SPARQL endpoint", "Point d’accès SPARQL"),
        (
            "Answers SPARQL queries over the whole dataset, and over each of its named graphs.",
            "Répond aux requêtes SPARQL sur tout le jeu de données, et sur chacun de ses graphes.",
        ),
        SPARQL,
    ),
    "reconcile": (
        ("Matching of names", "Rapprochement de noms"),
        (
            "Finds the place, country, topic, practice or network that a name means, for programs "
            "such as OpenRefine.",
            "Trouve le lieu, le pays, le thème, la pratique ou le réseau que désigne un nom, pour "
            "des programmes comme OpenRefine.",
        ),
        RECONCILIATION,
    ),
}
"""The services by their paths: titles, descriptions, and the standard that each speaks."""
_THEMES: Final = f"{AUTHORITY}data-theme"


def catalogue(release: OpenRelease, site: str) -> list[Triple]:
    """Return the catalogue of a release that is served at an address, each statement once.

    What the release says of its dataset in the graph `catalogue` is left out, for it is served
    beside.
    """
    triples = dict.fromkeys(DcatCatalogue(release, site).triples())
    graph = release.graphs["catalogue"]
    for quad in release.store.quads_for_pattern(None, None, None, graph):
        triples.pop(quad.triple, None)
    return list(triples)


class DcatCatalogue:
    """Everything that the catalogue of one release says, when it is served at one address."""

    def __init__(self, release: OpenRelease, site: str) -> None:
        self.release, self.site = release, site
        self.said = release.manifest.description
        self.places = tuple(places(release))
        self.languages = tuple(map(language_concept, self.said.languages))
        self.themes = tuple(authority(iri, "") for iri in self.said.themes)
        self.licence = LICENCES.get(self.said.licence)
        self.publisher = NamedNode(release.iris.publisher)

    def triples(self) -> Iterator[Triple]:
        """Yield the catalogue itself, its datasets, their files, and the services."""
        yield from self._catalogue()
        for dataset in self.said.datasets:
            yield from self._dataset(dataset)
            for file in filter(is_open, self.said.files_of(dataset.key)):
                shared = tuple(self._of_every_file())
                yield from describe_file(self.release, self.site, dataset, file, shared)
        for path, (titles, about, standard) in _SERVICES.items():
            yield from self._service(path, titles, about, standard)
        yield from self._agents()
        yield from self._coverage()
        yield from self._vocabularies()

    def _node(self, name: str) -> NamedNode:
        """Return what is called so in the catalogue."""
        return NamedNode(f"{self.release.iris.base}catalogue#{name}")

    def _iri(self, dataset: DatasetDescription) -> NamedNode:
        return NamedNode(self.release.iris.dataset_part(dataset.key))

    def _of_everything(self) -> Iterator[tuple[str, Value]]:
        """Yield what the catalogue, its datasets and their files have in common."""
        if self.licence is not None:
            yield "dcterms:license", NamedNode(self.licence.eu)
        yield "dcterms:rights", self._node("rights")
        yield "dcterms:issued", day(self.said.issued)
        yield "dcterms:modified", day(self.said.modified)
        for concept in self.languages:
            yield "dcterms:language", concept.node

    def _of_every_file(self) -> Iterator[tuple[str, Value]]:
        yield from self._of_everything()
        for standard in (ONTOLOGY, SHAPES):
            yield "dcterms:conformsTo", NamedNode(standard)

    def _of_every_service(self) -> Iterator[tuple[str, Value]]:
        """Yield what datasets and services have in common."""
        yield "dcterms:publisher", self.publisher
        if self.said.contact:
            yield "dcat:contactPoint", self._node("contact")
        for concept in (*self._access_rights(), *self.themes):
            name = "dcat:theme" if concept in self.themes else "dcterms:accessRights"
            yield name, concept.node

    def _of_every_dataset(self) -> Iterator[tuple[str, Value]]:
        yield from self._of_every_file()
        yield from self._of_every_service()
        yield "dcat:version", Literal(self.release.name)
        yield "dcterms:provenance", self._node("provenance")
        for concept in self._frequency():
            yield "dcterms:accrualPeriodicity", concept.node
        if self.said.temporal:
            yield "dcterms:temporal", self._node("temporal")
        for place in self.places:
            yield "dcterms:spatial", place.concept.node

    def _access_rights(self) -> Iterator[Concept]:
        if self.said.access_rights:
            yield authority(self.said.access_rights, "dcterms:RightsStatement")

    def _frequency(self) -> Iterator[Concept]:
        if self.said.frequency:
            yield authority(self.said.frequency, "dcterms:Frequency")

    def _catalogue(self) -> Iterator[Triple]:
        node, home, name = self._node("catalogue"), NamedNode(self.site), self.said.publisher.name
        pairs: list[tuple[str, Value]] = [
            ("dcterms:publisher", self.publisher),
            ("foaf:homepage", home),
            ("dcat:themeTaxonomy", NamedNode(_THEMES)),
            *(("dcterms:spatial", place.concept.node) for place in self.places),
            *(("dcat:dataset", self._iri(dataset)) for dataset in self.said.datasets),
            *(("dcat:service", NamedNode(self.site + path)) for path in _SERVICES),
        ]
        yield from describe(node, "dcat:Catalog", (*pairs, *self._of_everything()))
        titles = both((f"Catalogue published by {name}", f"Catalogue publié par {name}"))
        yield from texts(node, "dcterms:title", titles)
        yield from texts(node, "dcterms:description", both(self._about()))
        yield from describe(home, "foaf:Document")
        yield from describe_scheme(_THEMES)

    def _about(self) -> EnglishAndFrench:
        english, french = (best(self.said.whole.titles, tag)[0] for tag in ("en", "fr"))
        return (
            f"What can be had of the dataset “{english}”: the whole and its parts, their files, "
            "and the services that answer questions about them.",
            f"Ce que l’on peut obtenir du jeu de données «\u00a0{french}\u00a0»\u00a0: le tout et "
            "ses parties, leurs fichiers, et les services qui répondent aux questions.",
        )

    def _dataset(self, dataset: DatasetDescription) -> Iterator[Triple]:
        node, whole = self._iri(dataset), self._iri(self.said.whole)
        pairs = [*self._of_every_dataset(), *self._files(dataset)]
        pairs.append(("dcterms:identifier", Literal(node.value)))
        if dataset.key:
            pairs.append(("dcterms:isPartOf", whole))
            yield Triple(whole, DCTERMS.hasPart, node)
        yield from describe(node, "dcat:Dataset", pairs)
        yield from texts(node, "dcterms:title", dataset.titles)
        yield from texts(node, "dcterms:description", dataset.descriptions)
        yield from keywords(node, dataset.keywords)
        for name, value in pairs:
            if name in ("dcat:landingPage", "foaf:page") and isinstance(value, NamedNode):
                yield from describe(value, "foaf:Document")

    def _files(self, dataset: DatasetDescription) -> Iterator[tuple[str, Value]]:
        """Yield the files and pages of a dataset; what is no open data is a page."""
        yield "dcat:landingPage", NamedNode(self.site + PAGES[dataset.key])
        if not dataset.key:
            for path in ("data/", "validation"):
                yield "foaf:page", NamedNode(self.site + path)
        for file in self.said.files_of(dataset.key):
            if is_open(file):
                yield "dcat:distribution", NamedNode(self.release.iris.file(file.name))
            else:
                yield "foaf:page", NamedNode(file_address(self.site, file.name))

    def _service(
        self, path: str, titles: EnglishAndFrench, about: EnglishAndFrench, standard: str
    ) -> Iterator[Triple]:
        """Yield a service, which describes itself at its own address."""
        node = NamedNode(self.site + path)
        pairs: list[tuple[str, Value]] = [
            ("dcat:endpointURL", node),
            ("dcat:endpointDescription", node),
            ("dcat:landingPage", node),
            ("dcterms:conformsTo", NamedNode(standard)),
            *(("dcat:servesDataset", self._iri(dataset)) for dataset in self.said.datasets),
            *self._of_every_service(),
        ]
        if self.licence is not None:
            pairs.append(("dcterms:license", NamedNode(self.licence.eu)))
        yield from describe(node, "dcat:DataService", pairs)
        yield from describe(node, "foaf:Document")
        yield from texts(node, "dcterms:title", both(titles))
        yield from texts(node, "dcterms:description", both(about))
        yield from keywords(node, self.said.whole.keywords)

    def _agents(self) -> Iterator[Triple]:
        publisher, contact = self.said.publisher, self.said.contact
        home = NamedNode(publisher.homepage or self.site)
        yield from describe_agents(self.publisher, home, publisher, creators(self.release))
        if contact:
            yield from describe_contact(self._node("contact"), contact, publisher.name)
        yield from describe_rights(self._node("rights"), self._node("provenance"), self.said)
        if self.licence is not None:
            yield from describe_licence(self.licence)

    def _coverage(self) -> Iterator[Triple]:
        if self.said.temporal:
            yield from describe_period(self._node("temporal"), self.said.temporal)
        for place in self.places:
            yield from place.triples()
        if self.said.spatial:
            whole, node = self._iri(self.said.whole), self._node("coverage")
            yield from describe_box(whole, node, self.said.spatial)

    def _vocabularies(self) -> Iterator[Triple]:
        """Yield what is said of each value of a controlled vocabulary, and of standards."""
        concepts = [*self.languages, *self.themes, *self._access_rights(), *self._frequency()]
        for concept in (*concepts, *(place.concept for place in self.places)):
            yield from concept.triples()
        for iri, titles in _STANDARDS.items():
            yield from describe(NamedNode(iri), "dcterms:Standard")
            yield from texts(NamedNode(iri), "dcterms:title", both(titles))
