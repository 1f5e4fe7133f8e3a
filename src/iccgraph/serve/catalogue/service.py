"""Describes the query service and where the dataset is to be had, true in every line.

Source: SPARQL 1.1 Service Description, sections 3 and 4; VoID, section 3. Clients act on it:
what is not supported is not named. Parts have IRIs, not blank nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from iccgraph.formats import DATASET_FORMATS, GRAPH_FORMATS, RESULT_FORMATS
from iccgraph.iris import LINKSET_PLACES, LINKSET_TOPICS
from iccgraph.release.description import DUMPS
from iccgraph.release.manifest import DEFAULT_GRAPH, LINKS_NT, LINKS_TTL
from iccgraph.serve.catalogue.publication import file_address
from iccgraph.serve.dataset.describe import CLASSES
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.vocab import PREFIXES, PROV, RDF, VOID, XSD

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)


def service_description(
    release: OpenRelease, site: str, services: Collection[str] = ()
) -> list[Triple]:
    """Return the description of the query service at `<site>sparql`; `services` it may ask."""
    service = NamedNode(f"{site}sparql")
    dataset = NamedNode(release.iris.dataset)
    default = NamedNode(f"{release.iris.base}catalogue#default-graph")
    graphs = sorted(release.manifest.content.graphs.items())
    entries = [NamedNode(f"{release.iris.base}catalogue#graph-{name}") for name, _ in graphs]
    triples = [
        Triple(service, RDF.type, _sd("Service")),
        Triple(service, _sd("endpoint"), service),
        Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        Triple(service, _sd("feature"), _sd("UnionDefaultGraph")),
        *([Triple(service, _sd("feature"), _sd("BasicFederatedQuery"))] if services else []),
        *(
            Triple(service, _sd("resultFormat"), NamedNode(_FORMATS + format_.w3c))
            for format_ in (*RESULT_FORMATS, *GRAPH_FORMATS)
            if format_.w3c
        ),
        Triple(service, _sd("defaultDataset"), dataset),
        Triple(dataset, RDF.type, _sd("Dataset")),
        Triple(dataset, _sd("defaultGraph"), default),
        *(Triple(dataset, _sd("namedGraph"), entry) for entry in entries),
        Triple(default, RDF.type, _sd("Graph")),
    ]
    if (size := release.manifest.content.counts.get(DEFAULT_GRAPH)) is not None:
        triples.append(Triple(default, VOID.triples, _number(size)))
    for entry, (name, count) in zip(entries, graphs, strict=True):
        graph = NamedNode(release.iris.graph(name))
        triples += [
            Triple(entry, RDF.type, _sd("NamedGraph")),
            Triple(entry, _sd("name"), graph),
            Triple(entry, _sd("graph"), graph),
            Triple(graph, RDF.type, _sd("Graph")),
            Triple(graph, VOID.triples, _number(count)),
        ]
    return triples


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)


def access(release: OpenRelease, site: str) -> list[Quad]:
    """Return where the dataset can be queried, downloaded and looked at on this site.

    Only what holds every triple is a dump of it (VoID, section 3.3).
    """
    dataset = NamedNode(release.iris.dataset)
    files = [file.name for file in release.manifest.description.files if file.complete]
    page = NamedNode(f"{PREFIXES['foaf']}homepage")
    return [
        *_linkset_dumps(release, site),
        *_fetches(release),
        *_contributors(release),
        Quad(dataset, VOID.sparqlEndpoint, NamedNode(f"{site}sparql")),
        *(
            Quad(dataset, VOID.dataDump, NamedNode(file_address(site, name)))
            for name in sorted(files)
        ),
        Quad(dataset, page, NamedNode(site)),
        *(Quad(dataset, VOID.exampleResource, thing) for thing in _examples(release)),
        *(
            Quad(dataset, VOID.feature, NamedNode(_FORMATS + format_.w3c))
            for format_ in (*GRAPH_FORMATS, *DATASET_FORMATS)
            if format_.w3c
        ),
    ]


def _examples(release: OpenRelease) -> Iterator[NamedNode]:
    """Yield the first thing of each kind that has a document."""
    for kind in CLASSES:
        query = "SELECT key FROM thing WHERE kind = ? ORDER BY id LIMIT 1"
        for (key,) in release.index.execute(query, (kind,)):
            yield NamedNode(release.iris.thing(kind, key))


def _linkset_dumps(release: OpenRelease, site: str) -> Iterator[Quad]:
    """Yield where the links to Wikidata are to be had by themselves: both linksets in one file."""
    catalogue = NamedNode(release.iris.graph("catalogue"))
    for name in (LINKSET_PLACES, LINKSET_TOPICS):
        linkset = NamedNode(f"{release.iris.base}catalogue#{name}")
        if not any(release.store.quads_for_pattern(linkset, None, None, catalogue)):
            continue
        for path in (LINKS_NT, LINKS_TTL):
            if path in release.manifest.content.files:
                file = NamedNode(file_address(site, path.removeprefix(DUMPS)))
                yield Quad(linkset, VOID.dataDump, file)


def _contributors(release: OpenRelease) -> Iterator[Quad]:
    """Yield what vocabulary and shapes say of who made them, whose name leads to this document."""
    contributors = NamedNode(f"{release.iris.base}catalogue#contributors")
    return release.store.quads_for_pattern(contributors, None, None)


def _fetches(release: OpenRelease) -> Iterator[Quad]:
    """Yield what the graph of Wikidata’s statements says of the days on which it was fetched.

    Its name leads to this document.
    """
    graph = release.graphs["wikidata"]
    for fetch in release.store.quads_for_pattern(None, RDF.type, PROV.Activity, graph):
        yield from release.store.quads_for_pattern(fetch.subject, None, None, graph)
