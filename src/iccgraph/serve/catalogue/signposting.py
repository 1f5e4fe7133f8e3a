"""What programs that come upon a page or file are pointed to: FAIR Signposting, as typed links.

Sources: RFC 8288 (the header `Link`), RFC 9264 (sets of links as a document), RFC 9727 (the
catalogue of interfaces), FAIR Signposting Profile (https://signposting.org/FAIR/).
A head takes few links, since proxies refuse long ones; the set of links of a resource has them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from iccgraph.formats import DOCUMENT_FORMATS, HTML, JSONLD, LINKSET, TURTLE, Format
from iccgraph.iris import COLLECTION_OF
from iccgraph.release import csvw
from iccgraph.serve.catalogue import croissant, ro_crate
from iccgraph.serve.catalogue.publication import Publication, file_address
from iccgraph.serve.dataset.describe import CLASSES

ABOUT_PAGE: Final = "https://schema.org/AboutPage"
DATASET: Final = "https://schema.org/Dataset"
SHAPES: Final = "http://www.w3.org/ns/ldp#constrainedBy"
API_CATALOG: Final = "https://www.rfc-editor.org/info/rfc9727"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.1"
_DESCRIBED: Final = (JSONLD, TURTLE)
"""The formats that a head names as descriptions; all of them are its alternates."""
_DESCRIPTIONS: Final = {
    ro_crate.NAME: ro_crate.SPECIFICATION,
    "croissant.json": croissant.SPECIFICATION,
}
"""Other descriptions of the dataset, with what they conform to."""


@dataclass(frozen=True, slots=True)
class TypedLink:
    """A typed link: its relation, where it leads, and what is there: media type and profile."""

    rel: str
    href: str
    type: str = ""
    profile: str = ""

    def __str__(self) -> str:
        """Return the value of `Link` for it."""
        return f'<{self.href}>; rel="{self.rel}"' + "".join(
            f'; {name}="{value}"' for name, value in self.attributes().items()
        )

    def attributes(self) -> dict[str, str]:
        """Return what is told of the target."""
        told = {"type": self.type, "profile": self.profile}
        return {name: value for name, value in told.items() if value}


def linkset_of(site: str, path: str) -> TypedLink:
    """Return the link to the set of links of a resource at a path of this site."""
    return TypedLink("linkset", f"{site}linkset/{path}", LINKSET.media_type)


def alternates(
    site: str, path: str, offers: Sequence[Format] = DOCUMENT_FORMATS, query: str = ""
) -> list[TypedLink]:
    """Return links to every format of a document."""
    return [
        TypedLink("alternate", f"{site}{path}.{offer.name}{query}", offer.media_type)
        for offer in offers
    ]


def of_thing(published: Publication, kind: str, key: str) -> list[TypedLink]:
    """Return the links of the document about a thing."""
    site, path, iri = published.site, f"{kind}/{key}", published.iris.thing(kind, key)
    return [
        *alternates(site, path),
        TypedLink("describes", iri),
        TypedLink("cite-as", iri),
        TypedLink("type", CLASSES[kind][0].value),
        TypedLink("type", ABOUT_PAGE),
        TypedLink("collection", site + COLLECTION_OF[kind]),
        *_described_by(site, path),
        TypedLink(SHAPES, f"{site}shapes"),
        _licence(published),
        linkset_of(site, path),
    ]


def of_list(published: Publication) -> list[TypedLink]:
    """Return the links of a list of things, besides its formats and its pages."""
    return [*_described_by(published.site, "catalogue"), _licence(published)]


def of_document(published: Publication, iri: str) -> list[TypedLink]:
    """Return the links of a page about a vocabulary or a set of shapes."""
    return [TypedLink("cite-as", iri), TypedLink("type", ABOUT_PAGE), _licence(published)]


def of_home(published: Publication) -> list[TypedLink]:
    """Return the links of the home page: what the site tells programs."""
    site = published.site
    return [
        *_described_by(site, "catalogue"),
        _licence(published),
        TypedLink("api-catalog", f"{site}.well-known/api-catalog", LINKSET.media_type),
        TypedLink("service-desc", f"{site}openapi.json", OPENAPI),
        linkset_of(site, "catalogue"),
    ]


def of_dataset(published: Publication, items: Iterable[TypedLink] = ()) -> list[TypedLink]:
    """Return the links of a page about the dataset; `items` are those files that it points to."""
    site = published.site
    return [
        TypedLink("cite-as", published.iris.dataset),
        TypedLink("type", DATASET),
        TypedLink("type", ABOUT_PAGE),
        *_described_by(site, "catalogue"),
        *(
            TypedLink("describedby", f"{site}{name}", JSONLD.media_type, profile)
            for name, profile in _DESCRIPTIONS.items()
        ),
        _licence(published),
        *items,
        linkset_of(site, "catalogue"),
    ]


def of_file(published: Publication, name: str, metadata: str = "") -> list[TypedLink]:
    """Return the links of a file that can be downloaded.

    Arguments: `metadata` is the address of what tells of the columns of a table, if there is one.
    """
    site = published.site
    return [
        # the library csvw takes the first JSON that describes a table for the one that it wants,
        # and warns of each link before it
        *([TypedLink("describedby", metadata, csvw.MEDIA_TYPE)] if metadata else []),
        TypedLink("collection", f"{site}catalogue", HTML.media_type),
        *_described_by(site, "catalogue"),
        _licence(published),
        linkset_of(site, f"data/{name}"),
    ]


def _licence(published: Publication) -> TypedLink:
    return TypedLink("license", published.licence.creative_commons)


def _described_by(site: str, path: str) -> list[TypedLink]:
    return [TypedLink("describedby", f"{site}{path}.{f.name}", f.media_type) for f in _DESCRIBED]


def link_set(contexts: Mapping[str, Iterable[TypedLink]]) -> dict[str, Any]:
    """Return the links of some resources, by their addresses, as RFC 9264 writes them in JSON."""
    found = []
    for anchor, links in contexts.items():
        context: dict[str, Any] = {"anchor": anchor}
        for link in links:
            if link.rel != "linkset":
                target = {"href": link.href, **link.attributes()}
                context.setdefault(link.rel, []).append(target)
        found.append(context)
    return {"linkset": found}


def thing_set(published: Publication, kind: str, key: str) -> dict[str, Any]:
    """Return the links of the page about a thing, and those from its descriptions back."""
    page = f"{published.site}{kind}/{key}"
    described = [TypedLink("describes", page, HTML.media_type)]
    links = of_thing(published, kind, key)
    back = {link.href: described for link in links if link.rel == "describedby"}
    return link_set({page: links, **back})


def dataset_set(published: Publication, items: Sequence[TypedLink]) -> dict[str, Any]:
    """Return the links of the page about the dataset, and those from its files back."""
    links = [*alternates(published.site, "catalogue"), *of_dataset(published, items)]
    back = {item.href: of_file(published, item.href.rpartition("/")[2]) for item in items}
    return link_set({published.landing_page: links, **back})


def file_set(published: Publication, name: str) -> dict[str, Any]:
    """Return the links of a file that can be downloaded."""
    address, file = file_address(published.site, name), published.description.file(name)
    metadata = f"{address}{csvw.ENDING}" if file and file.columns and not file.inner else ""
    return link_set({address: of_file(published, name, metadata)})


def api_catalog(site: str) -> dict[str, Any]:
    """Return the catalogue of the interfaces of this site (RFC 9727, section 4)."""
    openapi = TypedLink("service-desc", f"{site}openapi.json", OPENAPI)
    status = TypedLink("status", f"{site}readyz", "text/plain")
    meta = TypedLink("service-meta", f"{site}catalogue.jsonld", JSONLD.media_type)
    sparql, reconcile = f"{site}sparql", f"{site}reconcile"
    return link_set(
        {
            f"{site}.well-known/api-catalog": [
                TypedLink("item", a) for a in (site, sparql, reconcile)
            ],
            site: [
                openapi,
                TypedLink("service-doc", f"{site}data/", HTML.media_type),
                meta,
                status,
            ],
            sparql: [
                TypedLink("service-desc", sparql, TURTLE.media_type),
                openapi,
                TypedLink("service-doc", sparql, HTML.media_type),
                status,
            ],
            reconcile: [
                TypedLink("service-desc", reconcile, "application/json"),
                openapi,
                TypedLink("service-doc", reconcile, HTML.media_type),
                status,
            ],
        }
    )
