"""Crawlers and programs find all pages, and from each page what it is about and its data."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from iccgraph.iris import KINDS
from iccgraph.publish.pipeline import Built
from iccgraph.serve.catalogue import sitemap
from iccgraph.serve.dataset.open import open_release
from iccgraph.serve.http.cache import ResponseCache
from iccgraph.serve.http.message import Response
from iccgraph.serve.http.sending import SPILLED
from iccgraph.settings import Settings
from tests.for_all import for_all
from tests.web.client import Answer, Client, accept

MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
MOST_ADDRESSES, MOST_BYTES = 50_000, 50_000_000
"""What one part of a map may have, by the protocol."""
MODEST_HEAD = 4096
"""Heads up to this size pass the proxies that people use as they come."""


@pytest.fixture(scope="module")
def parts(client: Client) -> list[Any]:
    """Return the parts of the map of the site that its index names."""
    index = etree.fromstring(client.ask("sitemap.xml").body)
    paths = [urlsplit(a).path[1:] for a in index.xpath("//s:sitemap/s:loc/text()", namespaces=MAP)]
    return [etree.fromstring(client.ask(path).body) for path in paths]


def test_the_map_has_every_thing(parts: list[Any], built: Built, real_settings: Settings) -> None:
    """The page of every thing of the release stands in the map, once in each language."""
    found = [a for part in parts for a in part.xpath("//s:url/s:loc/text()", namespaces=MAP)]
    assert len(found) == len(set(found))
    release = open_release(real_settings.releases_dir / built.name, 100_000)
    rows = release.index.execute("SELECT kind, key FROM thing").fetchall()
    wanted = {f"{kind}/{key}" for kind, key in rows if kind in KINDS}
    paths = [urlsplit(address).path[1:] for address in found]
    for start in ("", "en/", "fr/"):
        assert wanted <= {path.removeprefix(start) for path in paths if path.startswith(start)}


def test_parts_of_the_map_are_small(parts: list[Any]) -> None:
    """No part has more addresses or bytes than readers take, at any length of keys."""
    for part in parts:
        assert len(part.xpath("//s:url", namespaces=MAP)) <= MOST_ADDRESSES
    site, key = f"https://{'x' * 60}.example/{'y' * 60}/", f"city-topic/{'k' * 161}"
    rows = list(sitemap._entries([(key, "")], site, ["en", "fr"], "2026-01-01"))
    assert len("".join(rows)) * sitemap.THINGS_A_PART < MOST_BYTES


def test_addresses_of_the_map_answer(parts: list[Any], client: Client) -> None:
    """A page of the map is there, and its languages in the map are those that it names itself."""
    urls = [url for part in parts for url in part.xpath("//s:url", namespaces=MAP)]

    def fact(url: Any) -> None:
        (address,) = url.xpath("s:loc/text()", namespaces=MAP)
        answer = client.ask(urlsplit(address).path[1:], headers=accept("text/html"))
        assert (answer.status, answer.type) == (200, "text/html")
        named = {
            (link.get("hreflang"), link.get("href")) for link in url.xpath("x:link", namespaces=MAP)
        }
        own = re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)"', answer.text)
        assert named == set(own)
        assert address in {href for _, href in named}

    for_all([*urls[:60], *urls[60::97]], fact)


def test_no_such_part(client: Client) -> None:
    """What is no part is 404, and the error says where all parts are named."""

    def fact(part: str) -> None:
        answer = client.ask(f"sitemap-{part}.xml")
        assert answer.status == 404
        assert "/sitemap.xml" in answer.json()["detail"]

    for_all(("99", "01", "-1", "x", "%D9%A1", "9" * 5000), fact)


def allowed(rules: str, path: str) -> bool:
    """True if robots.txt lets a crawler read a path (RFC 9309, section 2.2.2)."""
    verdict, longest = True, -1
    for name, pattern in re.findall(r"(?m)^(Allow|Disallow): (\S+)$", rules):
        regex = re.escape(pattern).replace(r"\*", ".*")
        if re.match(regex, path) and len(pattern) > longest:
            verdict, longest = name == "Allow", len(pattern)
    return verdict


def test_robots(client: Client, live: str) -> None:
    """Crawlers may read pages, data and style sheets, but no filtered list and no answer."""
    rules = client.ask("robots.txt").text
    site = live.replace("127.0.0.1", "localhost")
    assert f"\nSitemap: {site}sitemap.xml\n" in rules
    assert f"{site}data/" in rules
    welcome = ("/", "/en/", "/practices", "/fr/practices", "/city/barcelona", "/data/iccgraph.ttl",
               "/static/iccgraph.css?v=1", "/sitemap.xml", "/catalogue", "/topics.csv")  # fmt: skip
    assert [path for path in welcome if not allowed(rules, path)] == []
    endless = ("/?topic=education", "/practices?country=es&page=2", "/fr/practices?q=art",
               "/sparql", "/sparql?query=x", "/en/sparql?query=x", "/suggest?q=a",
               "/reconcile?query=a", "/cities.csv?page=2")  # fmt: skip
    assert [path for path in endless if allowed(rules, path)] == []


PAGES = ("practice/surf-art", "city/barcelona", "country/es", "topic/education", "network/reci",
         "city-topic/barcelona/education", "catalogue", "data/iccgraph.ttl")  # fmt: skip


def test_signposts(client: Client) -> None:
    """A page or dump names a licence, its descriptions with their types, and all its links."""

    def fact(path: str) -> None:
        answer = client.ask(path, headers=accept("text/html"))
        assert len(answer.headers["link"]) < MODEST_HEAD
        assert answer.links("license") == [("https://creativecommons.org/licenses/by/4.0/", "")]
        for address, media_type in answer.links("describedby"):
            found = client.ask(urlsplit(address).path[1:])
            assert (found.status, found.type) == (200, media_type)
        ((address, media_type),) = answer.links("linkset")
        found = client.ask(urlsplit(address).path[1:])
        assert (found.status, found.type) == (200, media_type)
        assert set(answer.links("describedby")) <= set(targets(found, "describedby"))

    for_all(PAGES, fact)


def targets(answer: Answer, relation: str) -> list[tuple[str, str]]:
    """Return where a relation leads from the first resource of a set of links, with types."""
    context = answer.json()["linkset"][0]
    return [(target["href"], target.get("type", "")) for target in context.get(relation, [])]


def test_the_name_to_cite(client: Client) -> None:
    """A page says by which lasting name to cite what it is about."""
    base = "https://w3id.org/iccgraph/"
    page = client.ask("city/barcelona")
    assert page.links("cite-as") == [(f"{base}id/city/barcelona", "")]
    assert client.ask("catalogue").links("cite-as") == [(f"{base}catalogue#dataset", "")]
    for name in ("def", "shapes"):
        assert client.ask(name).links("cite-as") == [(base + name, "")]
        assert len(client.ask(name).links("license")) == 1


def test_links_of_the_home_page(client: Client) -> None:
    """The home page leads programs to the descriptions of the data and of the interfaces."""
    home = client.ask("", headers=accept("text/html"))
    for relation in ("describedby", "api-catalog", "service-desc", "linkset"):
        assert home.links(relation), relation
        for address, media_type in home.links(relation):
            found = client.ask(urlsplit(address).path[1:])
            assert (found.status, found.type) == (200, media_type.partition(";")[0]), address


def test_the_dataset_has_its_files(client: Client, built: Built) -> None:
    """The links of the dataset lead to every dump, and those of every dump back to it."""
    files = {file.name for file in built.manifest.description.files}
    answer = client.ask("linkset/catalogue")
    items = targets(answer, "item")
    assert {address.rpartition("/")[2] for address, _ in items} == files
    page = answer.json()["linkset"][0]["anchor"]
    for context in answer.json()["linkset"][1:]:
        assert [target["href"] for target in context["collection"]] == [page]
    for name in files:
        assert [a for a, _ in client.ask(f"data/{name}").links("collection")] == [page]
    assert {a for a, _ in client.ask("catalogue").links("item")} < {a for a, _ in items}


def test_api_catalog(client: Client) -> None:
    """Every interface that the catalogue of interfaces names has documents that answer."""
    answer = client.ask(".well-known/api-catalog")
    assert 'profile="https://www.rfc-editor.org/info/rfc9727"' in answer.headers["content-type"]
    head = client.ask(".well-known/api-catalog", "HEAD")
    assert len(head.links("api-catalog")) == 1
    own, *interfaces = answer.json()["linkset"]
    assert [target["href"] for target in own["item"]] == [one["anchor"] for one in interfaces]
    for one in interfaces:
        for relation in ("service-desc", "service-doc", "status"):
            for target in one[relation]:
                wanted = target["type"].partition(";")[0]
                path = urlsplit(target["href"]).path[1:]
                found = client.ask(path, headers=accept(wanted))
                assert (found.status, found.type) == (200, wanted), target


def test_what_is_stored_is_sent_whole_again() -> None:
    """No response that may be given again is so large that it would wait in a file."""
    cache = ResponseCache()
    heaviest = cache.stored.heaviest
    assert cache.stored.weigh(("",), Response(200, [], bytes(SPILLED))) > heaviest
