"""Names of things, graphs and terms lead to documents, by the rules of docs/operating.md."""

from __future__ import annotations

import http.client
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from iccgraph.iris import DEFAULT_BASE, KINDS
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.settings import Settings
from tests.conftest import LiveServer, free_port
from tests.for_all import for_all
from tests.web.apache import APACHE, running_apache
from tests.web.nginx import NEEDED, PATH, Proxied, running_nginx

pytestmark = NEEDED
N_TRIPLES = "application/n-triples"
MOST_STEPS = 5


@dataclass(frozen=True)
class Reached:
    """Where a name led to: the statuses on the way, the last address with its `#`, the answer."""

    statuses: list[int]
    address: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Names:
    """Names that begin with `base`, the site that they lead to, and the dump that has them all."""

    base: str
    proxied: Proxied
    dump: Path
    version: str
    apache: int

    def ask(self, address: str, method: str = "GET", **headers: str) -> Reached:
        """Return the answer to one request."""
        parts = urlsplit(address)
        path = address.partition(parts.netloc)[2].partition("#")[0] or "/"
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if parts.hostname == "w3id.org":
            line = http.client.HTTPConnection("127.0.0.1", self.apache, timeout=60)
            line.request(method, path, headers={"Host": "w3id.org", **headers})
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            reached = Reached([answer.status], address, found, answer.read())
            line.close()
            return reached
        assert (parts.hostname or "").endswith("example.org")
        assert parts.port == self.proxied.port
        status, found, body = self.proxied.ask(path, method, host=parts.hostname or "", **headers)
        return Reached([status], address, found, body)

    def follow(self, name: str, **headers: str) -> Reached:
        """Return where a name leads, as browsers and programs find it; headers go along.

        Source: RFC 9110, section 10.2.2, of what stands behind `#`.
        """
        statuses: list[int] = []
        address = name
        while len(statuses) < MOST_STEPS:
            reached = self.ask(address, **headers)
            statuses += reached.statuses
            if "location" not in reached.headers:
                return replace(reached, statuses=statuses)
            target = urljoin(address, reached.headers["location"])
            fragment = urldefrag(address).fragment
            address = target if "#" in target or not fragment else f"{target}#{fragment}"
        raise AssertionError(f"{name} leads from one address to another: {address}")


@pytest.fixture(scope="module", params=["w3id.org", "host of their own", "below the site"])
def names(
    request: pytest.FixtureRequest,
    real_settings: Settings,
    built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Names]:
    """Yield names of each base that the document shows, with all that leads them to the site."""
    folder, port = tmp_path_factory.mktemp("names"), free_port()
    site = f"https://example.org:{port}{PATH}"
    settings = real_settings
    base = {"w3id.org": DEFAULT_BASE, "below the site": site}.get(
        request.param, f"https://id.example.org:{port}/"
    )
    with ExitStack() as running:
        apache = 0
        if base == DEFAULT_BASE:
            if APACHE is None:
                pytest.skip("no Apache: install the package apache2-bin")
            apache = running.enter_context(running_apache(site))
        else:
            settings = replace(settings, base_iri=base, releases_dir=folder / "releases")
            built = build_release(settings, validate=False)
        releases = settings.releases_dir
        server = LiveServer(releases, folder / "serve.log", site_url=site, proxies=1)
        running.callback(server.stop)
        proxied = running.enter_context(running_nginx(folder, port, server.port))
        dump = releases / built.name / "dumps" / "iccgraph.nq"
        yield Names(base, proxied, dump, built.manifest.content.versions["ontology"], apache)


def documents(names: Names) -> dict[str, set[str]]:
    """Return all names that the dump says something of, by their part before `#`."""
    found = defaultdict(set)
    for quad in parse(path=names.dump, format=RdfFormat.N_QUADS):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(names.base):
            found[urldefrag(quad.subject.value).url].add(quad.subject.value)
    return found


def samples(names: Names) -> dict[str, set[str]]:
    """Return the longest and the shortest name of each kind, and all that are of no kind."""
    groups = defaultdict(list)
    found = documents(names)
    for document in sorted(found):
        words = document.removeprefix(names.base).split("/")
        kinds = [word for word in words[:-1] if word in KINDS]
        groups["/".join(words[: 1 + words.index(kinds[0])]) if kinds else document].append(document)
    assert {f"id/{kind}" for kind in KINDS} <= groups.keys()
    chosen = {do(group, key=len) for group in groups.values() for do in (min, max)}
    return {document: found[document] for document in chosen}


def mentioned(body: bytes) -> set[str]:
    """Return the IRIs that a document speaks of."""
    triples = [quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)]
    terms = {term for triple in triples for term in (triple.subject, triple.object)}
    return {term.value for term in terms if isinstance(term, NamedNode)}


def test_every_kind_of_name_leads_to_what_is_said_of_it(names: Names) -> None:
    """Names of things, graphs, terms, shapes, queries and the dataset lead to their documents."""
    found = samples(names)
    parts = {document.removeprefix(names.base).partition("/")[0] for document in found}
    terms = {"def", "shapes"} if names.base == DEFAULT_BASE else set()
    assert {"id", "graph", "catalogue", "sparql", "practice"} | terms <= parts

    def fact(document: str) -> None:
        reached = names.follow(document, Accept=N_TRIPLES)
        assert reached.address.startswith(names.proxied.site)
        assert (reached.statuses[-1], reached.headers["content-type"]) == (200, N_TRIPLES)
        assert found[document] <= mentioned(reached.body)
        thing = document.removeprefix(names.base).startswith(("id/", "graph/"))
        assert set(reached.statuses[:-1]) <= ({303} if thing else {302})

    for_all(sorted(found), fact)


def test_names_in_descriptions(names: Names) -> None:
    """All names of ours that descriptions for portals use lead to documents."""
    found = set()
    for path in ("catalogue.nt", "ro-crate-metadata.json", "croissant.json", "practices.nt?size=2"):
        reached = names.follow(f"{names.proxied.site}{path}")
        assert reached.statuses == [200]
        used = re.findall(rf'{re.escape(names.base)}[^>"<\\\s#]*', reached.body.decode())
        found |= {name for name in used if not name.endswith("/")}  # the space of names is none
    assert len(found) > 10
    for_all(sorted(found), lambda name: _there(names, name))


def _there(names: Names, name: str) -> None:
    assert names.follow(name).statuses[-1] == 200


def test_terms(names: Names) -> None:
    """A term of the vocabulary leads to the vocabulary, with the term behind `#`."""
    for term in ("def#City", "shapes#PracticeShape"):
        reached = names.follow(names.base + term, Accept="text/html")
        assert (reached.statuses[-1], reached.address) == (200, names.proxied.site + term)
        assert f'id="{term.partition("#")[2]}"'.encode() in reached.body
    version = names.follow(f"{names.base}def/{names.version}", Accept="text/turtle")
    assert (version.statuses[-1], version.address) == (200, f"{names.proxied.site}def")


def test_people_come_to_the_page_in_their_language(names: Names) -> None:
    """A browser comes from a thing to its page, in the language that it prefers."""
    key = "city-topic/barcelona/education"
    for language in ("en", "fr"):
        reached = names.follow(
            f"{names.base}id/{key}", Accept="text/html,*/*;q=0.8", Accept_Language=language
        )
        assert reached.address == f"{names.proxied.site}{key}"
        assert reached.headers["content-language"] == language
        assert f"{names.base}id/{key}".encode() in reached.body
    reached = names.follow(f"{names.base}fr/id/{key}")
    assert reached.address == f"{names.proxied.site}fr/{key}"
    home = names.follow(names.base, Accept="text/html")
    assert (home.statuses[-1], home.address) == (200, names.proxied.site)


def test_parameters_stay_as_they_are_written(names: Names) -> None:
    """What stands behind `?` and `#` arrives letter by letter."""
    rest = "practices.csv?q=caf%C3%A9%26th%C3%A9+vert&country=es&size=2#row=2"
    reached = names.follow(names.base + rest)
    assert (reached.statuses[-1], reached.address) == (200, names.proxied.site + rest)
    assert reached.headers["content-type"].startswith("text/csv")


def test_names_of_nothing(names: Names) -> None:
    """What is called by no name is 404 in the end, and no way leads round in circles."""

    def fact(path: str) -> None:
        assert names.follow(f"{names.base}{path}").statuses[-1] == 404

    unknown = ("id/city/atlantis", "id/city/barcelona/", "id/Barcelona", "id/", "id/x/y", "none")
    for_all(
        (*unknown, "graph/none", "city/Barcelona", "city-topic/barcelona", "id/city/%C3%A9"), fact
    )


HOSTILE = (
    "/evil.example/",
    "//evil.example",
    "%2F%2Fevil.example/",
    "@evil.example/",
    ".evil.example/",
    ":443@evil.example/",
    "\\\\evil.example",
    "%5C%5Cevil.example",
    "id/city/..//evil.example",
    "id/%2e%2e/%2e%2e/%2e%2e//evil.example",
    "id/city/%0D%0ALocation:%20https://evil.example/",
    "https://evil.example/",
    "?//evil.example",
    "id/city/x%3F.evil.example",
)


def test_nothing_leads_elsewhere(names: Names) -> None:
    """However an address is spelt, a redirect leads to the site and nowhere else."""

    def fact(path: str) -> None:
        for method in ("GET", "HEAD", "POST"):
            reached = names.ask(quote(names.base + path, safe="%:/@?\\#."), method)
            location = urljoin(names.base, reached.headers.get("location", names.proxied.site))
            assert urlsplit(location).netloc in (
                urlsplit(names.proxied.site).netloc,
                urlsplit(names.base).netloc,
            )
            assert reached.statuses[0] < 500

    for_all(HOSTILE, fact)


def test_scripts_of_other_sites_may_follow(names: Names) -> None:
    """Each step from a name to its document may be read by scripts of other sites."""
    address = f"{names.base}id/city/barcelona"
    steps = 0
    while True:
        reached = names.ask(address, Origin="https://elsewhere.example", Accept=N_TRIPLES)
        assert reached.headers["access-control-allow-origin"] == "*", address
        if "location" not in reached.headers:
            break
        address, steps = urljoin(address, reached.headers["location"]), steps + 1
    assert steps == (1 if names.base == names.proxied.site else 2)
