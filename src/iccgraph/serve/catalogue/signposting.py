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
from iccgraph.iris import COLLECTION_OF, Iris
from iccgraph.serve.dataset.describe import CLASSES

LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
ABOUT_PAGE: Final = "https://schema.org/AboutPage"
DATASET: Final = "https://schema.org/Dataset"
SHAPES: Final = "http://www.w3.org/ns/ldp#constrainedBy"
API_CATALOG: Final = "https://www.rfc-editor.org/info/rfc9727"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.1"
_DESCRIBED: Final = (JSONLD, TURTLE)
"""The formats that a head names as descriptions; all of them are its alternates."""


@dataclass(frozen=True, slots=True)
class Link:
    """A typed link: its relation, where it leads, and the media type that is there."""

    rel: str
    href: str
    type: str = ""

    def __str__(self) -> str:
        """Return the value of `Link` for it."""
        kind = f'; type="{self.type}"' if self.type else ""
        return f'<{self.href}>; rel="{self.rel}"{kind}'


def linkset_of(site: str, path: str) -> Link:
    """Return the link to the set of links of a resource at a path of this site."""
    return Link("linkset", f"{site}linkset/{path}", LINKSET.media_type)


def alternates(
    site: str, path: str, offers: Sequence[Format] = DOCUMENT_FORMATS, query: str = ""
) -> list[Link]:
    """Return links to every format of a document."""
    return [
        Link("alternate", f"{site}{path}.{offer.name}{query}", offer.media_type) for offer in offers
    ]


def of_thing(iris: Iris, site: str, kind: str, key: str) -> list[Link]:
    """Return the links of the document about a thing."""
    path, iri = f"{kind}/{key}", iris.thing(kind, key)
    return [
        *alternates(site, path),
        Link("describes", iri),
        Link("cite-as", iri),
        Link("type", CLASSES[kind][0].value),
        Link("type", ABOUT_PAGE),
        Link("collection", site + COLLECTION_OF[kind]),
        *_described_by(site, path),
        Link(SHAPES, f"{site}shapes"),
        Link("license", LICENCE),
        linkset_of(site, path),
    ]


def of_dataset(iris: Iris, site: str, items: Iterable[Link] = ()) -> list[Link]:
    """Return the links of a page about the dataset; `items` are those files that it points to."""
    return [
        Link("cite-as", iris.dataset),
        Link("type", DATASET),
        Link("type", ABOUT_PAGE),
        *_described_by(site, "catalogue"),
        Link("license", LICENCE),
        *items,
        linkset_of(site, "catalogue"),
    ]


def of_file(site: str, name: str) -> list[Link]:
    """Return the links of a file that can be downloaded."""
    return [
        Link("collection", f"{site}catalogue", HTML.media_type),
        *_described_by(site, "catalogue"),
        Link("license", LICENCE),
        linkset_of(site, f"data/{name}"),
    ]


def _described_by(site: str, path: str) -> list[Link]:
    return [Link("describedby", f"{site}{path}.{f.name}", f.media_type) for f in _DESCRIBED]


def link_set(contexts: Mapping[str, Iterable[Link]]) -> dict[str, Any]:
    """Return the links of some resources, by their addresses, as RFC 9264 writes them in JSON."""
    found = []
    for anchor, links in contexts.items():
        context: dict[str, Any] = {"anchor": anchor}
        for link in links:
            if link.rel != "linkset":
                target = {"href": link.href, **({"type": link.type} if link.type else {})}
                context.setdefault(link.rel, []).append(target)
        found.append(context)
    return {"linkset": found}


def thing_set(iris: Iris, site: str, kind: str, key: str) -> dict[str, Any]:
    """Return the links of the page about a thing, and those from its descriptions back."""
    path = f"{kind}/{key}"
    page = site + path
    described = [Link("describes", page, HTML.media_type)]
    links = of_thing(iris, site, kind, key)
    back = {link.href: described for link in links if link.rel == "describedby"}
    return link_set({page: links, **back})


def dataset_set(iris: Iris, site: str, items: Sequence[Link]) -> dict[str, Any]:
    """Return the links of the page about the dataset, and those from its files back."""
    page = f"{site}catalogue"
    links = [*alternates(site, "catalogue"), *of_dataset(iris, site, items)]
    back = {item.href: of_file(site, item.href.rpartition("/")[2]) for item in items}
    return link_set({page: links, **back})


def api_catalog(site: str) -> dict[str, Any]:
    """Return the catalogue of the interfaces of this site (RFC 9727, section 4)."""
    openapi = Link("service-desc", f"{site}openapi.json", OPENAPI)
    status = Link("status", f"{site}readyz", "text/plain")
    meta = Link("service-meta", f"{site}catalogue.jsonld", JSONLD.media_type)
    sparql, reconcile = f"{site}sparql", f"{site}reconcile"
    return link_set(
        {
            f"{site}.well-known/api-catalog": [Link("item", a) for a in (site, sparql, reconcile)],
            site: [openapi, Link("service-doc", f"{site}data/", HTML.media_type), meta, status],
            sparql: [
                Link("service-desc", sparql, TURTLE.media_type),
                openapi,
                Link("service-doc", sparql, HTML.media_type),
                status,
            ],
            reconcile: [
                Link("service-desc", reconcile, "application/json"),
                openapi,
                Link("service-doc", reconcile, HTML.media_type),
                status,
            ],
        }
    )
