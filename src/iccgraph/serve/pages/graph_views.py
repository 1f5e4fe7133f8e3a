"""Turns what a release says of its named graphs into the values that a page shows."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode

from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.facts import DescriptionView, View
from iccgraph.vocab import DCTERMS, PROV, SCHEMA


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
