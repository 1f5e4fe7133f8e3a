"""The dataset as others describe datasets: RO-Crate, Croissant, BibTeX, Citation File Format."""

from __future__ import annotations

from flask import Blueprint, Response

from iccgraph.formats import BIBTEX, CFF, JSONLD, json_text
from iccgraph.serve.catalogue import cite
from iccgraph.serve.catalogue.croissant import croissant
from iccgraph.serve.catalogue.ro_crate import NAME, ro_crate
from iccgraph.serve.context import published
from iccgraph.serve.http.negotiation import Representation
from iccgraph.serve.routes.downloads import dataset_links
from iccgraph.serve.routes.respond import respond

descriptions = Blueprint("descriptions", __name__)
_JSONLD = Representation(JSONLD, JSONLD.media_type)


@descriptions.get(f"/{NAME}")
def crate() -> Response:
    """Describe the dataset and its files as a research object (RO-Crate)."""
    return respond(json_text(ro_crate(published())), _JSONLD, dataset_links())


@descriptions.get("/croissant.json")
def records() -> Response:
    """Describe the files and the records of the tables for machine learning (Croissant)."""
    return respond(json_text(croissant(published())), _JSONLD, dataset_links())


@descriptions.get("/cite.bib")
def bibtex() -> Response:
    """Give the citation of the dataset, and of this release, in BibTeX."""
    return respond(cite.bibtex(published()), Representation(BIBTEX, BIBTEX.media_type))


@descriptions.get("/cite.cff")
def citation_file() -> Response:
    """Give the citation of this release in the Citation File Format."""
    return respond(cite.citation_file(published()), Representation(CFF, CFF.media_type))
