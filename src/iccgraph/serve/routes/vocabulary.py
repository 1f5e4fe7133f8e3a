"""The documents that explain the data: ontology, shapes, context, report, dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from flask import Blueprint, Response, redirect, request
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)
from werkzeug.wrappers import Response as AnyResponse

from iccgraph.errors import NotFound
from iccgraph.formats import DOCUMENT_FORMATS, HTML, JSONLD, TURTLE
from iccgraph.iris import GRAPHS
from iccgraph.release.manifest import REPORT_TURTLE
from iccgraph.release.report import ValidationReport
from iccgraph.serve.catalogue import signposting
from iccgraph.serve.catalogue.document import catalogue_document
from iccgraph.serve.catalogue.service import access
from iccgraph.serve.context import language, link, published, serving, site
from iccgraph.serve.dataset import listing
from iccgraph.serve.http.negotiation import Representation, wants_page
from iccgraph.serve.pages.facts import terms
from iccgraph.serve.pages.graph_views import dataset_view, download_views, graph_views
from iccgraph.serve.pages.render import described, format_links, render_template
from iccgraph.serve.routes.downloads import dataset_links
from iccgraph.serve.routes.respond import alternates, chosen, respond, written

vocabulary = Blueprint("vocabulary", __name__)
MOST_FOUND = 500
"""The results of a validation that its page shows."""
_ENDINGS = ", ".join(repr(format_.name) for format_ in DOCUMENT_FORMATS)
EXPLANATIONS = ("def", "shapes", "catalogue", "validation")
_NAMES = f"<any({', '.join(repr(name) for name in EXPLANATIONS)}):name>"
_DOCUMENTS = {
    "def": ("ontology", "https://w3id.org/iccgraph/def"),
    "shapes": ("shapes", "https://w3id.org/iccgraph/shapes"),
}


@vocabulary.get(f"/{_NAMES}")
@vocabulary.get(f"/{_NAMES}.<any({_ENDINGS}):ending>")
def explanation(name: str, ending: str = "") -> Response:
    """Show the ontology, the shapes, the dataset's description or its validation report."""
    choice = _chosen(name, ending)
    release = serving().release
    body: bytes | str
    if choice.format == HTML:
        body = render_template(
            f"{name}.html",
            graphs=graph_views(release, language()) if name == "catalogue" else (),
            about=dataset_view(release, language()) if name == "catalogue" else {},
            downloads=download_views(release, language()) if name == "catalogue" else (),
            names=_names(release.report) if name == "validation" else {},
            terms=terms([quad.triple for quad in _shown(name)], language()),
            report=release.report,
            manifest=release.manifest,
            formats=format_links(name, DOCUMENT_FORMATS),
            term_labels=release.terms,
            dataset=release.iris.dataset,
            **(described() if name == "catalogue" else {}),
        )
    else:
        root = NamedNode(_DOCUMENTS.get(name, ("", release.iris.dataset))[1])
        body = written(choice, document(name), root)
    links = alternates(name, DOCUMENT_FORMATS)
    if name == "catalogue":
        links += dataset_links()
    elif name in _DOCUMENTS:
        about = signposting.of_document(published(), _DOCUMENTS[name][1])
        links += map(str, about)
    return respond(body, choice, links)


def _chosen(name: str, ending: str) -> Representation:
    """Return the format of a document; of the catalogue, who names no format gets data.

    Portals are told its address and ask for anything, or for nothing in particular.
    """
    accept = request.headers.get("Accept")
    if name != "catalogue" or ending:
        return chosen(DOCUMENT_FORMATS, ending)
    if wants_page(accept, DOCUMENT_FORMATS):
        return Representation(HTML, HTML.media_type)
    return chosen(DOCUMENT_FORMATS, default=TURTLE)


def _shown(name: str) -> list[Quad]:
    """Return the statements that a page spells out: of the catalogue those of the dataset."""
    quads, dataset = quads_of(name), NamedNode(serving().release.iris.dataset)
    return [q for q in quads if q.subject == dataset] if name == "catalogue" else quads


def document(name: str) -> list[Quad]:
    """Return the statements of one of these documents as data, in a fixed order."""
    if name != "catalogue":
        return quads_of(name)
    return sorted(_labelled(catalogue_document(serving().release, site(""))), key=_order)


def _names(report: ValidationReport) -> defaultdict[str, str]:
    """Return what the things are called that a report speaks of, by their IRIs."""
    found, release = defaultdict[str, str](str), serving().release
    for result in report.results[:MOST_FOUND]:
        for iri in {result.focus, result.value}:
            if (split := release.iris.split(iri)) is not None:
                found[iri] = listing.label(release, *split, language())
    return found


def quads_of(name: str) -> list[Quad]:
    """Return the statements that the page of one of these documents shows, in a fixed order.

    What is made for the document alone, or for this site, stands in no named graph.
    """
    release = serving().release
    if name == "validation":
        path = release.folder / REPORT_TURTLE
        return _labelled(parse(path=path, format=RdfFormat.TURTLE))
    more = access(release, site("")) if name == "catalogue" else []
    return quads_of_graph(_DOCUMENTS.get(name, (name, ""))[0], more)


def quads_of_graph(name: str, more: Iterable[Quad] = ()) -> list[Quad]:
    """Return the statements of a named graph, and more that belong with them, in a fixed order."""
    release = serving().release
    quads = release.store.quads_for_pattern(None, None, None, release.graphs[name])
    return sorted(_labelled([*quads, *more]), key=_order)


def _labelled(quads: Iterable[Quad]) -> list[Quad]:
    """Return statements with labels of blank nodes that are the same in every process.

    The engine makes new ones whenever it reads a file, but equal ETags promise equal bytes.
    """
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def _order(quad: Quad) -> tuple[bool, str, bool, str, str]:
    anonymous = isinstance(quad.subject, BlankNode)
    type_first = not quad.predicate.value.endswith("#type")
    subject, value = str(quad.subject), str(quad.object)
    return (anonymous, subject, type_first, quad.predicate.value, value)


@vocabulary.get("/def/<version>")
def ontology_version(version: str) -> AnyResponse:
    """Send the client to the ontology if this is its version.

    :raise 404: this release has another version.
    """
    if version != serving().release.manifest.content.versions.get("ontology"):
        raise NotFound(
            f"there is no version {version!r} of the vocabulary here;"
            " the page /def shows the current one"
        )
    return redirect(link("def"), 303)


@vocabulary.get("/.well-known/void")
@vocabulary.get(f"/graph/<any({', '.join(repr(name) for name in GRAPHS)}):name>")
def catalogue(name: str = "") -> AnyResponse:
    """Send the client from VoID or a named graph to where the dataset's description tells of it."""
    return redirect(link("catalogue") + (f"#graph-{name}" if name else ""), 303)


@vocabulary.get("/context.jsonld")
def context() -> Response:
    """Give the JSON-LD context that all JSON-LD here is written against."""
    choice = Representation(JSONLD, JSONLD.media_type)
    return respond(serving().release.context.text, choice)
