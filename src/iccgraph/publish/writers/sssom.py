"""Writes the links to Wikidata as files of their own: an SSSOM table and an RDF linkset.

Source: https://mapping-commons.github.io/sssom/spec-formats-tsv/, version 1.0. Rejected links are
rows with the modifier Not; open ones are no mapping, and stand in neither. Columns without any
value are left out, as they are in the canonical form.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from iccgraph import __version__
from iccgraph.iris import Iris
from iccgraph.publish.records import Link
from iccgraph.publish.sources.decisions import PREDICATES
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.writers.files import Compressed, write_dump
from iccgraph.release.manifest import LINKS_NT, LINKS_SSSOM, LINKS_TTL, FileEntry
from iccgraph.tables.cells import guard
from iccgraph.vocab import PREFIXES, term

SOURCE: Final = "dc:source"
"""The key in `other` of each published source; slots of our own are dropped by most readers."""
COLUMNS: Final = (
    *("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id"),
    *("mapping_justification", "confidence", "mapping_date", "mapping_tool"),
    *("mapping_tool_version", "reviewer_label", "comment", "other"),
)


def write_link_dumps(
    folder: Path, sources: Sources, day: str, twins: Compressed
) -> dict[str, FileEntry]:
    """Write the three files and return their entries by path; `day` is the release's date."""
    iris = sources.iris
    ordered = sorted(sources.links, key=lambda link: (link.kind, link.key, link.item))
    triples = [_triple(link, iris) for link in ordered if link.status == "accepted"]
    texts = {
        LINKS_SSSOM: _sssom(ordered, sources, day).encode(),
        LINKS_NT: serialize(triples, format=RdfFormat.N_TRIPLES) or b"",
        LINKS_TTL: serialize(triples, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"",
    }
    return {path: write_dump(folder, path, content, twins) for path, content in texts.items()}


def _triple(link: Link, iris: Iris) -> Triple:
    thing = NamedNode(iris.thing(link.kind, link.key))
    return Triple(thing, term(PREDICATES[link.kind]), NamedNode(PREFIXES["wd"] + link.item))


def _sssom(links: Iterable[Link], sources: Sources, day: str) -> str:
    text = io.StringIO(newline="")
    text.writelines(f"#{line}\n" for line in _head(sources, day))
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    rows = [_row(k, _label(k, sources)) for k in links if k.status != "open"]
    used = [place for place in range(len(COLUMNS)) if any(row[place] for row in rows)]
    writer.writerow(COLUMNS[place] for place in used)
    writer.writerows([guard(row[place]) for place in used] for row in rows)
    return text.getvalue()


def _label(link: Link, sources: Sources) -> str:
    if link.kind == "topic":
        return sources.topics.label(link.key, "en")
    places = sources.gazetteer.cities if link.kind == "city" else sources.gazetteer.countries
    return places[link.key].name


def _head(sources: Sources, day: str) -> Iterator[str]:
    """Yield the set's metadata in YAML; a JSON string is a YAML one too."""
    yield "curie_map:"
    iris = sources.iris
    ours = {kind: iris.thing(kind, "") for kind in PREDICATES}
    known = {name: PREFIXES[name] for name in ("owl", "skos", "semapv", "dc")}
    for prefix, start in sorted({**ours, **known, "wikidata": PREFIXES["wd"]}.items()):
        yield f"  {prefix}: {json.dumps(start)}"
    yield f"mapping_set_id: {json.dumps(iris.base + 'data/links.sssom.tsv')}"
    yield f"mapping_set_version: {json.dumps(day)}"
    yield 'mapping_set_title: "Places, countries and topics of iccgraph in Wikidata"'
    yield (
        'mapping_set_description: "Which Wikidata item each place, country and topic is, and which'
        ' it is not. Candidates that nobody has decided about are left out."'
    )
    if sources.licence is not None:
        yield f"license: {json.dumps(sources.licence.creative_commons)}"
    yield 'creator_label: ["The iccgraph contributors"]'
    yield "object_source: wikidata:Q2013"
    yield f"publication_date: {day}"
    yield f'comment: "Written by iccgraph {__version__}."'


def _row(link: Link, label: str) -> tuple[str, ...]:
    tool, _, version = link.tool.rpartition(" ")
    rejected = link.status == "rejected"
    return (
        link.thing,
        label,
        PREDICATES[link.kind],
        "Not" if rejected else "",
        f"wikidata:{link.item}",
        f"semapv:{link.justification}",
        "" if rejected else f"{link.confidence:g}",
        link.decided_on.isoformat(),
        tool or version,
        version if tool else "",
        link.reviewer,
        link.comment,
        "|".join(f"{SOURCE}={source}" for source in link.sources),
    )
