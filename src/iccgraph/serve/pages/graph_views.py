"""Turns what a release says of itself and of its named graphs into the values that a page shows."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from iccgraph.formats import FILE_FORMATS
from iccgraph.languages import best
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.facts import DescriptionView, View
from iccgraph.vocab import DCTERMS, PROV, RDFS, SCHEMA, term

_RIGHTS, _PUBLISHER, _LANGUAGE, _FREQUENCY = map(
    term,
    ("dcterms:rights", "dcterms:publisher", "dcterms:language", "dcterms:accrualPeriodicity"),
)


def dataset_view(release: OpenRelease, language: str) -> View:
    """Return what a release says of itself, in the reader's language."""
    dataset = NamedNode(release.iris.dataset)
    quads = release.store.quads_for_pattern(None, None, None, release.graphs["catalogue"])
    said = DescriptionView((quad.triple for quad in quads), language)
    return {
        "title": said.tagged(dataset, DCTERMS.title),
        "description": said.tagged(dataset, DCTERMS.description),
        "licences": _named(said, dataset, DCTERMS.license),
        "rights": [said.tagged(one, RDFS.label) for one in said.objects(dataset, _RIGHTS)],
        "publishers": _named(said, dataset, _PUBLISHER),
        "contact": release.manifest.description.contact,
        "sources": _named(said, dataset, PROV.wasDerivedFrom),
        "modified": said.text(dataset, DCTERMS.modified),
        "languages": [c.value.rpartition("/")[2] for c in said.objects(dataset, _LANGUAGE)],
        "frequency": said.text(dataset, _FREQUENCY).rpartition("/")[2],
    }


def download_views(release: OpenRelease, language: str) -> list[View]:
    """Return the files of each dataset, in the reader’s language, without their packed twins."""
    labels = {format_.name: format_.label for format_ in FILE_FORMATS}
    return [
        {
            "title": best(dataset.titles, language),
            "files": [
                {"name": file.name, "size": file.size, "label": labels.get(file.format, "")}
                for file in release.manifest.description.files_of(dataset.key)
                if not file.inner
            ],
        }
        for dataset in release.manifest.description.datasets
    ]


def _named(said: DescriptionView, subject: NamedNode, predicate: NamedNode) -> list[View]:
    """Return what a property leads to, each with its label and address."""
    found = said.objects(subject, predicate)
    return [{"label": said.label(thing), "address": thing.value} for thing in found]


def graph_views(release: OpenRelease, language: str) -> list[View]:
    """Return what is said of each graph that holds something, in the reader's language."""
    counts = release.manifest.content.graphs
    return [
        _graph(release, name, counts[name], language) for name in release.graphs if name in counts
    ]


def _graph(release: OpenRelease, name: str, count: int, language: str) -> View:
    graph = release.graphs[name]
    said = DescriptionView((q.triple for q in release.graph_descriptions[graph]), language)
    activities = said.objects(graph, PROV.wasGeneratedBy)
    sources = said.objects(graph, PROV.wasDerivedFrom)
    return {
        "name": name,
        "iri": graph.value,
        "count": count,
        "title": said.tagged(graph, DCTERMS.title),
        "description": said.tagged(graph, DCTERMS.description),
        "attributed": _agents(said, graph, PROV.wasAttributedTo),
        "activities": [
            {"label": said.label(did), "agents": _agents(said, did, PROV.wasAssociatedWith)}
            for did in activities
        ],
        "sources": [_source(release, said, source, language) for source in sources],
        "day": said.text(graph, DCTERMS.modified),
    }


def _agents(said: DescriptionView, subject: Any, predicate: NamedNode) -> list[str]:
    """Return the names of agents, a program with its version."""
    return [
        " ".join(filter(None, (said.label(agent), said.text(agent, SCHEMA.softwareVersion))))
        for agent in said.objects(subject, predicate)
    ]


def _source(release: OpenRelease, said: DescriptionView, source: Any, language: str) -> View:
    """Return a source: another graph by its name, anything else by its address."""
    name = next((name for name, graph in release.graphs.items() if graph == source), "")
    label = said.label(source)
    if name:
        other = DescriptionView((q.triple for q in release.graph_descriptions[source]), language)
        label = other.label(source)
    return {"graph": name, "iri": source.value, "label": label}
