"""Views of the things that tables describe wholly, by themselves and on the pages they name."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import NamedNode

from iccgraph.languages import collation_key
from iccgraph.properties import PlainProperty, Value, properties_of
from iccgraph.resources import RESOURCES, Reference
from iccgraph.serve.context import link
from iccgraph.serve.pages.facts import ThingView, View, by_label
from iccgraph.serve.pages.related_views import topic_practices


def resource_view(thing: ThingView, kind: str) -> View:
    """Return what the page of a network, membership, assessment, profile or document shows."""
    described = RESOURCES[kind]
    row = _row(thing, kind, thing.root, properties_of(kind, "facts"))
    members = resource_rows(thing, "membership") if kind == "network" else []
    members.sort(key=lambda member: collation_key(member["things"]["city"][0]["label"]))
    return {
        **row,
        "class": thing.term(described.classes[0]),
        "graph": described.graph,
        "members": members,
        "places": len({member["things"]["city"][0]["key"] for member in members}),
        **_lead(thing, row["things"]),
    }


def _lead(thing: ThingView, named: View) -> View:
    """Return practices on the topics that a resource names, and the count of its city's."""
    topics = [row["key"] for row in named.get("topics") or named.get("website_topics") or ()]
    counts = thing.release.practice_counts["city"]
    city = next(iter(named.get("city", ())), None)
    return {
        "practices": topic_practices(thing, topics) if topics else [],
        "practices_path": link("practices?" + "&".join(f"topic={key}" for key in topics)),
        "city": {**city, "count": counts.get(city["key"], 0)} if city else None,
    }


def resource_rows(thing: ThingView, kind: str) -> list[View]:
    """Return the resources of a kind that name the thing, by label."""
    start = thing.release.iris.thing(kind, "")
    found = [
        subject
        for predicate in {reference.predicate for reference in RESOURCES[kind].references}
        for subject in thing.subjects(predicate, thing.root)
        if subject.value.startswith(start)
    ]
    properties = properties_of(kind, "facts")
    return by_label(
        _row(thing, kind, subject, properties)
        for subject in sorted(set(found), key=lambda subject: subject.value)
    )


def _row(
    thing: ThingView, kind: str, subject: NamedNode, properties: Sequence[PlainProperty]
) -> View:
    """Return the label of a resource, what it names and its facts, both by their columns."""
    described = RESOURCES[kind]
    label, tag = thing.tagged(subject, described.label)
    facts = {
        item.name: _fact(thing, subject, item)
        for item in properties
        if thing.objects(subject, item.predicate)
    }
    return {
        "path": thing.reference(subject)["path"],
        "label": label,
        "label_lang": tag,
        "things": {r.name: _things(thing, subject, r) for r in described.references},
        "facts": facts,
    }


def _things(thing: ThingView, subject: NamedNode, reference: Reference) -> list[View]:
    """Return what a resource names in one of its columns."""
    start, schemes = thing.release.iris.thing(reference.kind, ""), thing.release.schemes
    named = [
        thing.reference(other)
        for other in thing.objects(subject, reference.predicate)
        if other.value.startswith(start)
    ]
    return [row for row in named if not reference.scheme or schemes[row["key"]] == reference.scheme]


def _fact(thing: ThingView, subject: NamedNode, item: PlainProperty) -> View:
    """Return the values of a plain property; a term of the vocabulary stands as its label."""
    texts = thing.in_one_language(subject, item.predicate)
    if item.value is Value.CONCEPT:
        terms = thing.objects(subject, item.predicate)
        texts = [(thing.term(term), "") for term in terms]
    label = thing.term(item.predicate)
    return {
        "name": item.name,
        "label": label[:1].upper() + label[1:],
        "value": item.value.name,
        "texts": texts,
    }
