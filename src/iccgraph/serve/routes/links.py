"""`/links`: how far the links to Wikidata have come, as a page, a table and RDF."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from iccgraph.formats import COLLECTION_FORMATS, CSV, HTML
from iccgraph.iris import LINKSET_PLACES
from iccgraph.languages import DEFAULT, best
from iccgraph.serve.context import language, serving
from iccgraph.serve.dataset.coverage import Linkable, linkable
from iccgraph.serve.pages.evidence import coverage_view
from iccgraph.serve.pages.render import format_links, render_template
from iccgraph.serve.routes.respond import alternates, chosen, respond, written
from iccgraph.serve.routes.vocabulary import quads_of_graph
from iccgraph.tables.cells import csv_text
from iccgraph.vocab import PREFIXES

links = Blueprint("links", __name__)
_ENDINGS = ", ".join(repr(format_.name) for format_ in COLLECTION_FORMATS)
_COLUMNS = (
    *("country", "place", "state", "item", "status", "confidence", "justification"),
    *("sources", "date", "comment", "tool", "reviewer"),
)
"""The columns that follow the labels of a thing."""


@links.get("/links")
@links.get(f"/links.<any({_ENDINGS}):ending>")
def coverage(ending: str = "") -> Response:
    """Tell which things are linked, open, rejected or neither, with the evidence.

    :raise 406: there is no acceptable format.
    """
    choice = chosen(COLLECTION_FORMATS, ending)
    release = serving().release
    things = linkable(release)
    body: bytes | str
    if choice.format == HTML:
        files = release.manifest.description.files_of("links")
        body = render_template(
            "links.html",
            coverage=coverage_view(release, things, language()),
            formats=format_links("links", COLLECTION_FORMATS),
            dumps=[file.name for file in files if not file.inner],
        )
    elif choice.format == CSV:
        body = table(things)
    else:
        root = NamedNode(f"{release.iris.base}catalogue#{LINKSET_PLACES}")
        body = written(choice, quads_of_graph("links"), root)
    return respond(body, choice, alternates("links", COLLECTION_FORMATS))


def table(things: Iterable[Linkable]) -> bytes:
    """Return a row for each decision, and one for each thing that has none."""
    release = serving().release
    named = ("label", *(f"label_{tag}" for tag in release.languages[1:]))
    rows: list[tuple[object, ...]] = [("iri", "kind", "key", *named, *_COLUMNS)]
    for thing in things:
        about = (
            *(release.iris.thing(thing.kind, thing.key), thing.kind, thing.key),
            best(thing.labels, DEFAULT)[0],
            *(thing.labels.get(tag, "") for tag in release.languages[1:]),
            *(thing.country, thing.place, thing.state),
        )
        decided = [
            (
                *(PREFIXES["wd"] + d.item, d.status, f"{d.confidence:.2f}", d.justification),
                *(d.sources, d.decided, d.comment, d.tool, d.reviewer),
            )
            for d in thing.decisions
        ]
        rows += [(*about, *row) for row in decided or [("",) * 9]]
    return csv_text(rows).encode()
