"""Puts together what `/catalogue` serves: VoID and provenance, DCAT-AP, and the scores of it."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Quad, Triple

from iccgraph.release.manifest import dumps_of
from iccgraph.serve.catalogue.dcat import catalogue
from iccgraph.serve.catalogue.quality import Statements, measurements
from iccgraph.serve.catalogue.service import access
from iccgraph.serve.dataset.open import OpenRelease


def described(release: OpenRelease) -> list[Quad]:
    """Return what the release says of itself in its graph `catalogue`."""
    return list(release.store.quads_for_pattern(None, None, None, release.graphs["catalogue"]))


def statements(release: OpenRelease, site: str) -> Statements:
    """Return the whole catalogue as it is served at an address, for the metrics to look at."""
    return _statements(release, site, described(release), catalogue(release, site))


def catalogue_document(release: OpenRelease, site: str) -> list[Quad]:
    """Return all statements of the document; what is made for this site is in no named graph."""
    stated, made = described(release), catalogue(release, site)
    scores = measurements(_statements(release, site, stated, made))
    return [*stated, *access(release, site), *_quads((*made, *scores))]


def _statements(
    release: OpenRelease, site: str, stated: Iterable[Quad], made: Iterable[Triple]
) -> Statements:
    names = dumps_of(release.manifest.content.files)
    return Statements((*(quad.triple for quad in stated), *made), site, names)


def _quads(triples: Iterable[Triple]) -> Iterable[Quad]:
    return (Quad(t.subject, t.predicate, t.object) for t in triples)
