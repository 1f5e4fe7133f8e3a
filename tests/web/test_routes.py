"""Every route against every kind of request, on a live port: one fact a row."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from iccgraph.formats import COLLECTION_FORMATS
from iccgraph.iris import COLLECTIONS
from iccgraph.publish.pipeline import build_release
from iccgraph.resources import RESOURCES
from iccgraph.serve.app import create_app
from iccgraph.serve.context import APP_REQUEST, AppRequest
from iccgraph.serve.handlers import operations
from iccgraph.serve.http.headers import LINKS_BYTES
from iccgraph.settings import Settings
from tests.conftest import ROOT, LiveServer
from tests.for_all import for_all
from tests.unit.support import add, remove, save, small_sources
from tests.web.client import Client, accept, ask, raw

TURTLE, JSONLD, NT, RDFXML, TRIG, NQUADS = (
    "text/turtle",
    "application/ld+json",
    "application/n-triples",
    "application/rdf+xml",
    "application/trig",
    "application/n-quads",
)
CSV, HTML, LINKS = "text/csv", "text/html", "application/linkset+json"
GEOJSON = "application/geo+json"
GRAPHS = (TURTLE, JSONLD, NT, RDFXML, TRIG, NQUADS)
DOCUMENT = (*GRAPHS, HTML)
COLLECTION = (*GRAPHS, CSV, HTML)
PROBLEM = "application/problem+json"
ENDINGS = (*(f".{form.name}" for form in COLLECTION_FORMATS), ".geojson")


@dataclass(frozen=True)
class Route:
    """An address, the status of a plain GET, and the media types that it can be had in."""

    path: str
    status: int = 200
    types: tuple[str, ...] = (HTML,)
    kept: bool = True
    steady: bool = True
    methods: str = "GET, HEAD, OPTIONS"

    @property
    def negotiated(self) -> bool:
        """Return whether Accept decides between several types."""
        return len(self.types) > 1


ROUTES = (
    Route(""),
    *(Route(name, types=COLLECTION) for name in COLLECTIONS if name != "cities"),
    Route("cities", types=(*COLLECTION[:-1], GEOJSON, HTML)),
    Route("cities.geojson", types=(GEOJSON,)),
    Route("practices?topic=education&page=2&size=10", types=COLLECTION),
    Route("cities.csv", types=(CSV,)),
    Route("topics.html"),
    Route("practice/cuisine-ta-ville", types=DOCUMENT),
    Route("city/barcelona", types=DOCUMENT),
    Route("country/es", types=DOCUMENT),
    Route("topic/education", types=DOCUMENT),
    Route("scheme/index", types=DOCUMENT),
    Route("city-topic/barcelona/education", types=DOCUMENT),
    Route("network/reci", types=DOCUMENT),
    Route("membership/icc-botkyrka-2", types=DOCUMENT),
    Route("assessment/bilbao-2013-report", types=DOCUMENT),
    Route("profile/bergen-2013", types=DOCUMENT),
    Route("guidance/the-intercultural-city-step-by-step-revised-edition", types=DOCUMENT),
    Route("network/reci.jsonld", types=(JSONLD,)),
    Route("memberships.csv?page=2", types=(CSV,)),
    Route("id/membership/icc-botkyrka-2", 303, kept=False),
    Route("city/barcelona.ttl", types=(TURTLE,)),
    Route("city-topic/barcelona/education.jsonld", types=(JSONLD,)),
    Route("id/city/barcelona", 303, kept=False),
    Route("id/city-topic/barcelona/education", 303, kept=False),
    *(Route(name, types=DOCUMENT) for name in ("def", "shapes", "catalogue", "validation")),
    Route("shapes.rdf", types=(RDFXML,)),
    Route("city/barcelona.trig", types=(TRIG,)),
    Route("topics.nq", types=(NQUADS,)),
    Route("def/2.1.0", 303, kept=False),
    Route(".well-known/void", 303, kept=False),
    Route("graph/practices", 303, kept=False),
    Route("graph/networks", 303, kept=False),
    Route("data/memberships.csv", types=(CSV,)),
    Route("context.jsonld", types=(JSONLD,)),
    Route("data/"),
    Route("data/iccgraph.nt", types=(NT,)),
    Route("data/cities.csv", types=(CSV,)),
    Route("data/SHA256SUMS", types=("text/plain",)),
    Route("data/latest/cities.csv", 302, kept=False),
    Route(".well-known/csvm", types=("text/plain",), kept=False),
    Route("release/"),
    Route("links", types=COLLECTION),
    Route("links.csv", types=(CSV,)),
    Route("sparql", types=DOCUMENT, methods="GET, HEAD, OPTIONS, POST"),
    Route(
        "sparql?query=ASK%7B%7D&format=json",
        types=("application/sparql-results+json",),
        methods="GET, HEAD, OPTIONS, POST",
    ),
    Route("reconcile", types=("application/json", HTML), methods="GET, HEAD, OPTIONS, POST"),
    Route("sparql/hints?query=ASK%7B%7D", types=("application/json",)),
    Route("suggest?q=barc", types=("application/json",)),
    Route("reconcile/suggest/entity?prefix=barc", types=("application/json",)),
    Route("reconcile/flyout/type?id=city", types=("application/json",)),
    Route("reconcile/properties?type=city", types=("application/json",)),
    Route("reconcile/preview?id=city%2Fbarcelona"),
    Route("healthz", types=("text/plain",), kept=False),
    Route("readyz", types=("text/plain",), kept=False),
    Route("metrics", types=("text/plain",), kept=False, steady=False),
    Route("robots.txt", types=("text/plain",), kept=False),
    Route("sitemap.xml", types=("application/xml",)),
    Route("sitemap-1.xml", types=("application/xml",)),
    Route("linkset/city/barcelona", types=(LINKS,)),
    Route("linkset/catalogue", types=(LINKS,)),
    Route("linkset/data/iccgraph.ttl", types=(LINKS,)),
    Route(".well-known/api-catalog", types=(LINKS,)),
    Route("openapi.json", types=("application/vnd.oai.openapi+json",)),
    Route("ro-crate-metadata.json", types=(JSONLD,)),
    Route("croissant.json", types=(JSONLD,)),
    Route("cite.bib", types=("application/x-bibtex",)),
    Route("cite.cff", types=("application/yaml",)),
    Route("static/iccgraph.css", types=("text/css",)),
    Route("static/vendor/leaflet.js", types=("text/javascript",))
    if (ROOT / "var" / "vendor" / "leaflet.js").is_file()
    else Route("static/vendor/leaflet.js", 404, types=(PROBLEM,), kept=False),
)
KEPT = [route for route in ROUTES if route.kept]
NEGOTIATED = [route for route in ROUTES if route.negotiated]


def test_no_route_is_forgotten() -> None:
    """Every rule that the application knows stands in the table of this file."""
    app = create_app(Settings())
    adapter = app.url_map.bind("localhost")
    covered = {"/release/<release>/<name>", "/release/<release>/"}  # test_downloads.py
    for route in ROUTES:
        path = f"/{route.path.partition('?')[0]}"
        if path in operations.PATHS:
            covered.add(path)
        else:
            rule, _ = adapter.match(path, "GET", return_rule=True)
            covered.add(str(rule))
    known = {str(rule) for rule in app.url_map.iter_rules()}
    assert covered == known | {*operations.PATHS}


def test_get(client: Client) -> None:
    """A plain GET is answered with the status and one of the types of the table."""

    def fact(route: Route) -> None:
        answer = client.ask(route.path)
        assert answer.status == route.status
        assert answer.type in route.types
        if route.status == 303:
            assert answer.headers["location"].startswith("/")
            assert client.ask(answer.headers["location"][1:]).status == 200
        else:
            assert answer.body

    for_all(ROUTES, fact)


def test_head(client: Client) -> None:
    """HEAD has the status and headers of GET and no body."""

    def fact(route: Route) -> None:
        got, head = client.ask(route.path), client.ask(route.path, "HEAD")
        assert head.status == got.status
        assert head.body == b""
        passing = ("date", "x-request-id") + (() if route.steady else ("content-length",))
        assert {n: v for n, v in head.headers.items() if n not in passing} == {
            n: v for n, v in got.headers.items() if n not in passing
        }
        assert int(got.headers["content-length"]) == len(got.body)

    for_all(ROUTES, fact)


def test_head_of_what_nobody_asked_yet(client: Client) -> None:
    """HEAD comes before any GET as well: with the type and a length, without a body."""

    def fact(route: Route) -> None:
        path = f"{route.path}{'&' if '?' in route.path else '?'}fresh=1"
        head = client.ask(path, "HEAD")
        assert head.status == route.status
        assert head.body == b""
        assert head.type in route.types
        length = int(head.headers["content-length"])
        assert not route.steady or length == len(client.ask(path).body)

    for_all(ROUTES, fact)


def test_options(client: Client) -> None:
    """OPTIONS names the methods, for scripts of other sites too."""
    preflight = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}

    def fact(route: Route) -> None:
        answer = client.ask(route.path, "OPTIONS", preflight)
        assert answer.status in (200, 204)
        assert answer.body == b""
        assert methods(answer.headers["allow"]) == methods(route.methods)
        assert methods(answer.headers["access-control-allow-methods"]) == methods(route.methods)
        assert "content-type" in answer.headers["access-control-allow-headers"].lower()
        assert answer.headers["access-control-allow-origin"] == "*"

    for_all(ROUTES, fact)


def methods(header: str) -> set[str]:
    """Return the methods that a header names."""
    return {part.strip() for part in header.split(",")}


def test_wrong_method(client: Client) -> None:
    """A method that a route does not know is 405 with Allow, and the error can be read anywhere."""

    def fact(row: tuple[str, Route]) -> None:
        method, route = row
        answer = client.ask(route.path, method, body=b"")
        assert answer.status == 405
        assert methods(answer.headers["allow"]) == methods(route.methods)
        assert answer.type == PROBLEM
        assert answer.headers["access-control-allow-origin"] == "*"

    tried = ("DELETE", "PUT", "PATCH", "POST", "TRACE")
    for_all([(m, route) for route in ROUTES for m in tried if m not in route.methods], fact)


def test_unknown_method(client: Client) -> None:
    """A method that HTTP does not know, or knows in capitals only, is 501 on every route."""

    def fact(row: tuple[str, Route]) -> None:
        method, route = row
        answer = client.ask(route.path, method, body=b"")
        assert (answer.status, answer.type) == (501, PROBLEM)
        assert answer.headers["access-control-allow-origin"] == "*"

    tried = ("NONSENSE", "get", "post", "Get", "options")
    for_all([(method, route) for route in ROUTES for method in tried], fact)


def test_common_headers(client: Client) -> None:
    """Every answer has a request id of its own, may be read by scripts, and names its type."""

    def fact(route: Route) -> None:
        first, second = client.ask(route.path), client.ask(route.path)
        assert first.headers["x-request-id"] != second.headers["x-request-id"]
        for answer in (first, second):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in answer.headers
            assert "ETag" in answer.headers["access-control-expose-headers"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "x-keep-answer" not in answer.headers
            if answer.type.startswith("text/"):
                assert "charset=utf-8" in answer.headers["content-type"]

    for_all(ROUTES, fact)


def test_conditional(client: Client) -> None:
    """Who has the answer already gets 304 without a body, by the tag, a list with it, or a star."""

    def fact(route: Route) -> None:
        whole = client.ask(route.path)
        tag = whole.headers["etag"]
        assert tag.startswith('"')
        assert "cache-control" in whole.headers
        for known in (tag, f'"other", W/{tag}, "more"', "*"):
            answer = client.ask(route.path, headers={"If-None-Match": known})
            assert answer.status == 304, known
            assert answer.body == b""
            for name in ("etag", "cache-control", "vary", "link"):
                assert answer.headers.get(name) == whole.headers.get(name), name
            assert answer.headers["access-control-allow-origin"] == "*"
        assert client.ask(route.path, "HEAD", {"If-None-Match": tag}).status == 304
        assert client.ask(route.path, headers={"If-None-Match": '"other"'}).status == 200
        assert client.ask(route.path, headers={"If-Match": tag}).status == 200
        assert client.ask(route.path, headers={"If-Match": '"other"'}).status == 412
        both = {"If-Match": '"other"', "If-None-Match": tag}
        assert client.ask(route.path, headers=both).status == 412

    for_all(KEPT, fact)


def test_cacheable(client: Client) -> None:
    """What depends on Accept says so to caches, and no cache may keep it for long unasked."""

    def fact(route: Route) -> None:
        answer = client.ask(route.path)
        assert answer.headers["cache-control"].startswith(("public, max-age=60", "no-cache"))
        if route.path and not route.path.startswith(("data/i", "data/c", "data/S", "static")):
            assert "Accept" in answer.headers["vary"]
        if answer.type == HTML:
            assert "Accept-Language" in answer.headers["vary"]
            assert answer.headers["content-language"] == "en"

    for_all(KEPT, fact)


def test_every_type(client: Client) -> None:
    """Each type that there is can be asked for, has a tag of its own and varies by Accept."""

    def fact(route: Route) -> None:
        tags = set()
        for media_type in route.types:
            answer = client.ask(route.path, headers=accept(media_type))
            assert (answer.status, answer.type) == (200, media_type)
            assert "Accept" in answer.headers["vary"]
            tags.add(answer.headers["etag"])
        assert len(tags) == len(route.types)

    for_all(NEGOTIATED, fact)


def test_nothing_acceptable(client: Client) -> None:
    """Whoever accepts nothing that there is gets 406 with the list of what there is."""

    def fact(route: Route) -> None:
        answer = client.ask(route.path, headers=accept("image/png"))
        assert (answer.status, answer.type) == (406, PROBLEM)
        assert [t for t in route.types if t not in answer.json()["detail"]] == []

    for_all(NEGOTIATED, fact)


def test_broken_accept(client: Client) -> None:
    """An Accept header without sense is as none."""

    def fact(route: Route) -> None:
        plain = client.ask(route.path)
        for header in (";;;,,,", "turtle", "*;q=", '"', "a" * 4000):
            answer = client.ask(route.path, headers=accept(header))
            assert (answer.status, answer.headers["etag"]) == (200, plain.headers["etag"]), header

    for_all(NEGOTIATED, fact)


def test_alternates(client: Client, live: str) -> None:
    """The Link header names each type, and each address there answers with that type."""
    site = live.replace("127.0.0.1", "localhost")

    def fact(route: Route) -> None:
        alternates = client.ask(route.path).links("alternate")
        assert sorted(media_type for _, media_type in alternates) == sorted(route.types)
        for address, media_type in alternates:
            assert address.startswith(site)
            found = client.ask(address.removeprefix(site))
            assert (found.status, found.type) == (200, media_type), address

    for_all([r for r in NEGOTIATED if r.path not in ("sparql", "reconcile")], fact)


@pytest.mark.parametrize("path", ["practices?n=", "?n=", "cities.csv?size=2&n=", "city/paris?n="])
def test_links_of_a_long_address(live: str, path: str) -> None:
    """However long an address is, its links fit into a head that proxies and programs read."""
    answer = ask(live, path + "a" * 8000)
    assert answer.status == 200
    assert len(answer.headers.get("link", "")) <= LINKS_BYTES


def test_language(client: Client) -> None:
    """A page comes in the reader's language, by header or address, with a tag of its own."""

    def fact(route: Route) -> None:
        pages = [
            client.ask(route.path, headers=accept(HTML)),
            client.ask(route.path, headers=accept(HTML, Accept_Language="fr-CH, en;q=0.5")),
            client.ask(f"fr/{route.path}"),
            client.ask(f"en/{route.path}", headers=accept(TURTLE, Accept_Language="fr")),
        ]
        assert [page.status for page in pages] == [200] * 4
        assert ["Accept-Language" in page.headers["vary"] for page in pages] == [
            True,
            True,
            False,
            False,
        ]
        assert [page.headers["content-language"] for page in pages] == ["en", "fr", "fr", "en"]
        assert [page.text.count('<html lang="fr"') for page in pages] == [0, 1, 1, 0]
        assert len({page.headers["etag"] for page in pages}) == 4

    for_all([route for route in KEPT if HTML in route.types], fact)


def test_parameter_leads_to_the_language(client: Client) -> None:
    """A page with `?lang=` leads, in one step, to its address in that language; data stays."""

    def fact(route: Route) -> None:
        mark = "&" if "?" in route.path else "?"
        for start in ("", "en/"):
            path = f"{start}{route.path}{mark}l%61ng=fr&x=%20a"
            led = client.ask(path, headers=accept(HTML, Accept_Language="en"))
            assert led.status == 301
            assert led.headers["location"] == f"/fr/{route.path}{mark}x=%20a"
            assert led.headers["vary"].startswith("Accept,")
            assert client.ask(path, "HEAD", accept(HTML)).status == 301
            there = client.ask(led.headers["location"][1:])
            assert (there.status, there.headers["content-language"]) == (200, "fr")

    for_all([route for route in KEPT if HTML in route.types and route.path != "topics.html"], fact)


def test_parameter_of_data(client: Client) -> None:
    """Data asked for with `?lang=` is the same data."""

    def fact(route: Route) -> None:
        mark = "&" if "?" in route.path else "?"
        wanted = accept(next(t for t in route.types if t != HTML))
        answer = client.ask(f"{route.path}{mark}lang=fr", headers=wanted)
        assert (answer.status, answer.type) == (200, wanted["Accept"])

    for_all([route for route in KEPT if set(route.types) - {HTML}], fact)


def test_unknown_language(client: Client) -> None:
    """A language that no page comes in, or two at once, are 400, as is data in it."""

    def fact(row: tuple[str, str]) -> None:
        path, wanted = row
        mark = "&" if "?" in path else "?"
        for asked in ("lang=xx", "lang=%00", "lang=FR", "l%61ng=de", f"lang={'a' * 3000}"):
            answer = client.ask(f"{path}{mark}{asked}", headers=accept(wanted))
            assert answer.status == 400
            assert "en, fr" in answer.text
        answer = client.ask(f"{path}{mark}lang=fr&lang=en", headers=accept(wanted))
        assert answer.status == 400
        assert client.ask(f"{path}{mark}lang=", headers=accept(wanted)).status == 200

    paths = ("", "city/barcelona", "fr/city/barcelona", "practices?topic=education", "sparql")
    for_all([(path, wanted) for path in paths for wanted in (HTML, TURTLE)][2:], fact)


NO_PAGES = (
    "city/barcelona.ttl",
    "practices.csv?page=2",
    "data/cities.csv",
    "data/SHA256SUMS",
    "context.jsonld",
    "healthz",
    "readyz",
    "metrics",
    "metrics/",
    "robots.txt",
    "sitemap.xml",
    "linkset/city/barcelona",
    ".well-known/api-catalog",
    "static/iccgraph.css",
    "reconcile?queries=%7B%7D",
    "reconcile?query=Genf&callback=f",
    "reconcile/suggest/entity?prefix=barc",
    "reconcile/flyout/type?id=city",
)


def test_only_pages_have_languages(client: Client) -> None:
    """What is no page is 404 below a language, and the error names its address."""

    def fact(path: str) -> None:
        assert client.ask(path).status == 200
        for language in ("fr", "en"):
            for more in (
                {},
                {"Range": "bytes=0-9"},
                {"If-None-Match": client.ask(path).headers.get("etag", "*")},
            ):
                answer = client.ask(f"{language}/{path}", headers=more)
                assert (answer.status, answer.type) == (404, PROBLEM)
                assert repr(f"/{path.partition('?')[0]}") in answer.json()["detail"]
        page = client.ask(f"fr/{path}", headers=accept(HTML, Accept_Language="en"))
        assert (page.status, page.headers["content-language"]) == (404, "fr")
        assert "Seules les pages" in page.text

    for_all(NO_PAGES, fact)


NO_LANGUAGES = (
    *("FR/", "Fr/city/barcelona", "de/", "fr-CH/", "fr//city/barcelona", "fr//", "/fr/", "fr/fr/"),
    *("fr/fr/city/barcelona", "fr/en/", "fr.html", "frcity/barcelona", "id/fr/city/barcelona"),
    *("city/fr/barcelona", "fr/city/Barcelona", "fr/city/barcelona/", "fr/*", "fr%00/", "fr/%00"),
)


def test_no_language(client: Client) -> None:
    """A language stands once, first, in lower case, and before a path that there is."""

    def fact(path: str) -> None:
        for wanted, found in ((HTML, HTML), (TURTLE, PROBLEM)):
            answer = client.ask(path, headers=accept(wanted))
            assert (answer.status, answer.type) == (404, found)

    for_all(NO_LANGUAGES, fact)


LED_ON = (
    ("fr/id/city/barcelona", 303, "/fr/city/barcelona"),
    ("fr/id/city-topic/barcelona/education", 303, "/fr/city-topic/barcelona/education"),
    ("fr/def/2.1.0", 303, "/fr/def"),
    ("fr/graph/networks", 303, "/fr/catalogue#graph-networks"),
    ("fr/sparql?query=ASK%7B%7D&format=csv", 303, "/sparql?query=ASK%7B%7D&format=csv"),
    ("f%72/id/city/barcelona", 303, "/fr/city/barcelona"),
    ("practice/none?lang=fr", 301, "/fr/practice/none"),
    ("practice/a%0d%0ab?lang=fr", 301, "/fr/practice/a%0D%0Ab"),
    ("sparql?query=x&lang=fr", 301, "/fr/sparql?query=x"),
    ("city/%62arcelona?lang=fr", 301, "/fr/city/barcelona"),
)


def test_led_on(client: Client) -> None:
    """Below a language, what leads to a page leads to it in that language."""

    def fact(row: tuple[str, int, str]) -> None:
        path, status, target = row
        answer = client.ask(path, headers=accept(HTML))
        assert (answer.status, answer.headers["location"]) == (status, target)

    for_all(LED_ON, fact)


def test_home_in_a_language(client: Client) -> None:
    """The home page in a language has its slash or not, and is a page whatever is accepted."""
    pages = [client.ask(path, headers=accept(TURTLE)) for path in ("fr", "fr/", "fr/?q=")]
    assert [(page.status, page.type) for page in pages] == [(200, HTML)] * 3
    assert pages[0].body == pages[1].body


def test_methods_in_a_language(client: Client) -> None:
    """Below a language there is nothing to write to, nor a query to post."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("fr/sparql", "fr/sparql/", "fr/reconcile", "fr/city/barcelona", "fr/"):
        for method in ("POST", "PUT", "DELETE"):
            answer = client.ask(path, method, form, b"query=ASK%7B%7D")
            assert answer.status == 405
            assert methods(answer.headers["allow"]) == {"GET", "HEAD", "OPTIONS"}
        allowed = client.ask(path, "OPTIONS")
        assert (allowed.status, methods(allowed.headers["allow"])) == (
            200,
            {"GET", "HEAD", "OPTIONS"},
        )


def test_links_of_a_page_in_a_language(client: Client) -> None:
    """Below a language all links to pages stay in it, and each is answered; data has none."""
    paths = (
        *("", "practices?country=es", "city/barcelona", "practice/cuisine-ta-ville", "catalogue"),
        *("topic/education", "sparql", "reconcile?query=Genf", "links", "data/", "def", "none"),
        *("network/reci", "cities?page=2", "sparql?query=DESCRIBE%20%3Cid/city/paris%3E"),
    )
    found = set()
    for path in paths:
        text = client.ask(f"fr/{path}", headers=accept(HTML)).text
        assert "lang=fr" not in text
        found |= set(re.findall(r'<(?:a|form)\b[^>]* (?:href|action)="(/[^"#]*)', text))
    found = {html.unescape(address) for address in found} - {
        "/fr/id/",
        "/en/none",
    }  # what all IRIs begin with; nothing
    pages = {address for address in found if address.startswith("/fr/")}
    assert len(pages) > 100
    others = {a for a in found - pages if not a.partition("?")[0].endswith(ENDINGS)}
    data = ("/en/", "/data/", "/sparql?", "/cite.", "/ro-crate", "/croissant", "/openapi")
    assert {a for a in others if not a.startswith(data)} == set()

    def fact(address: str) -> None:
        answer = client.ask(address[1:])
        assert answer.status in (200, 303)
        if address in pages:
            assert answer.headers.get("location", "/fr/").startswith("/fr/")

    for_all([a for a in sorted(found)[::3] if "SERVICE" not in a], fact)


UNKNOWN = (
    "nothing-here",
    "practice/no-such-key",
    "practice/no-such-key.ttl",
    "id/practice/no-such-key",
    *(f"{kind}/no-such-key" for kind in RESOURCES),
    *(f"id/{kind}/no-such-key" for kind in RESOURCES),
    "membership/australasia-ballarat-1",
    "guidances",
    "city/Barcelona",
    "city/barcelona.exe",
    "city/barcelona/",
    "city/",
    "city",
    "city-topic/barcelona",
    "city-topic/barcelona/education/more",
    "practices.exe",
    "def/0.0.0",
    "graph/none",
    "data/manifest.json",
    "data/..%2fmanifest.json",
    "data/../manifest.json",
    "static/none.css",
    "static/../app.py",
    "static/..%2fapp.py",
    "static/%2e%2e/app.py",
    "static/",
    "release/2020-01-01-000000000000",
    "%2e%2e/%2e%2e/etc/passwd",
    "practice//no-such-key",
    "practice/%00",
    "practice/%ff%fe",
    "practice/%",
    "practice/%zz",
    "practice/%F0%9F%98%80",
    "practice/a%0d%0aSet-Cookie:%20x=1",
    "practice/%3Cscript%3Ealert(1)%3C/script%3E",
    "practice/'%20OR%201=1--",
    f"practice/{'a' * 8000}",
    f"id/city/{'%41' * 2000}",
    "practice/\\..\\..",
    "*",
)


def test_unknown(client: Client) -> None:
    """What is not there is 404, as a problem for programs and as a page for people."""

    def fact(row: tuple[str, str, str]) -> None:
        path, wanted, found = row
        answer = client.ask(path, headers=accept(wanted))
        assert (answer.status, answer.type) == (404, found)
        assert "Traceback" not in answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-request-id"]
        assert "set-cookie" not in answer.headers
        assert "Accept" in answer.headers["vary"]
        if found == PROBLEM:
            problem = answer.json()
            assert (problem["status"], bool(problem["title"])) == (404, True)
        else:
            assert "<script>alert" not in answer.text

    kinds = (("*/*", PROBLEM), (TURTLE, PROBLEM), (HTML, HTML))
    for_all([(path, *kind) for path in UNKNOWN for kind in kinds], fact)


def test_error_page_in_french(client: Client) -> None:
    """An error's page is in the reader's language and says so."""
    answer = client.ask("nothing", headers=accept(HTML, Accept_Language="fr"))
    assert answer.headers["content-language"] == "fr"
    assert "Accept-Language" in answer.headers["vary"]
    assert '<html lang="fr"' in answer.text


ODD = (
    "practices?q=%00",
    "practices?q=%ff%fe%22*%22",
    "practices?q=%22%20OR%20%22",
    "practices?q=NEAR(a%20b)%20AND%20NOT",
    "practices?q=%C2%B2%20%E1%8D%BC%20%CC%81",
    "practices?=&&==&%",
    "cities?q=%3E%3B%22",
    "cities?x=%3Ey%3B%20rel%3D%22next%22",
    "%70ractices",
    "city/%62arcelona",
    "city-topic/barcelona%2Feducation",
)


def test_odd_but_answered(client: Client) -> None:
    """Odd text in an address is read as far as it makes sense; nothing breaks."""

    def fact(row: tuple[str, str]) -> None:
        path, wanted = row
        answer = client.ask(path, headers=accept(wanted))
        assert (answer.status, answer.type) == (200, wanted)

    for_all([(path, wanted) for path in ODD for wanted in (HTML, TURTLE, JSONLD)], fact)


REFUSED = (
    "practices?q=" + "a%20" * 1500,
    "practices?q=" + "%22" * 2000,
    "practices?topic=%00&country=%27&city=%22&year=abc",
    "practices?year=99999999999999999999999",
    "practices?year=-1",
    "practices?page=-1&size=-5",
    "practices?page=%D9%A1&size=%C2%B2",
    "practices?page=1e9",
    "practices?size=999999",
    "practices?topic=a&topic=b",
    "memberships?page=100000",
    "practices?page=100000",
    "topics?page=99999999",
    "practices?page=99999999999",
    "cities.csv?page=" + "9" * 5000,
)


def test_lists_that_there_are_not(client: Client) -> None:
    """A list without such a page, value or search is 400, for people and for programs."""

    def fact(row: tuple[str, str, str]) -> None:
        path, wanted, found = row
        answer = client.ask(path, headers=accept(wanted))
        assert (answer.status, answer.type) == (400, found)
        assert "Traceback" not in answer.text

    kinds = (("*/*", PROBLEM), (TURTLE, PROBLEM), (HTML, HTML))
    for_all([(path, *kind) for path in REFUSED for kind in kinds], fact)


def test_too_long_address(client: Client) -> None:
    """An address over the limit is 414, whatever it asks for."""
    for path in (f"practice/{'a' * 9000}", f"practices?q={'a' * 9000}", "x" * 20000):
        answer = client.ask(path)
        assert answer.status == 414
        assert answer.type == PROBLEM
        assert "8,192" in answer.json()["detail"]


NO_ADDRESSES = (
    b"GET /practice/\xff\xfe HTTP/1.1",
    b"GET /practice/caf\xc3\xa9 HTTP/1.1",
    b"GET /a b HTTP/1.1",
    b"GET //evil.example/ HTTP/1.1",
    b"GET http://evil.example/practices HTTP/1.1",
    b"GET /%00 HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"GET HTTP/1.1",
    b"\x00\x01\x02",
)


def test_bytes_that_are_no_address(live: str) -> None:
    """Bytes that no address may hold are refused, and the server goes on."""

    def fact(line: bytes) -> None:
        answer = raw(live, line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert b"Traceback" not in answer
        assert b" 500 " not in answer.partition(b"\r\n")[0]
        assert ask(live, "healthz").status == 200

    for_all(NO_ADDRESSES, fact)


def test_host_header_makes_no_address(client: Client) -> None:
    """No answer holds an address that was made from the Host header."""

    def fact(row: tuple[str, str]) -> None:
        path, header = row
        value = "host=evil.example" if header == "Forwarded" else "evil.example"
        answer = client.ask(path, headers={"Host": "localhost", header: value})
        assert "evil.example" not in answer.text + str(answer.headers)

    paths = ("practice//x", "practices//", "id//city/barcelona", "//practices")
    headers = ("Host", "X-Forwarded-Host", "Forwarded")
    for_all([(path, header) for path in paths for header in headers], fact)


def test_host_header_is_ignored(client: Client) -> None:
    """The same request with another Host header has the same answer."""

    def fact(route: Route) -> None:
        answer = client.ask(route.path, headers={"Host": "evil.example"})
        assert answer.status == route.status
        assert b"evil.example" not in answer.body
        assert "evil.example" not in str(answer.headers)

    for_all(ROUTES, fact)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a release that withdrew two practices, the last of their place and topic, and more."""
    folder = tmp_path_factory.mktemp("changed")
    settings = small_sources(folder)
    add(
        settings,
        "practices",
        like="street-books",
        key="lost-and-found",
        cities="Barcelona",
        topics="interaction",
        title="Lost and found",
        summary="Keeps what people leave in the tram.",
    )
    build_release(settings, validate=False)
    remove(settings, "practices", "lost-and-found")
    remove(settings, "practices", "street-books")
    remove(settings, "doubles", "street-books")
    rows = [
        *(
            ("practice", "street-books", "withdrawn", "", "2026-11-23", "It was never begun."),
            ("practice", "lost-and-found", "withdrawn", "", "2026-11-23", "It has ended."),
            ("practice", "open-house", "renamed", "casa-aberta", "2026-11-23", "Its own language."),
        )
    ]
    columns = ("kind", "key", "action", "replaced_by", "date", "reason")
    save(
        settings.data_dir / "retired.csv",
        [dict(zip(columns, row, strict=True)) for row in rows],
        columns,
    )
    build_release(settings, validate=False)
    server = LiveServer(settings.releases_dir, folder / "serve.log")
    yield server.url
    server.stop()


def test_withdrawn(changed: str) -> None:
    """A withdrawn thing is 410 with the date and reason, as document and as thing."""
    path = "practice/street-books"
    for address in (path, f"{path}.ttl", f"id/{path}"):
        for wanted, found in ((TURTLE, PROBLEM), (HTML, HTML)):
            answer = ask(changed, address, headers=accept(wanted))
            assert (answer.status, answer.type) == (410, found)
            assert "It was never begun." in answer.text
            assert "2026-11-23" in answer.text


def test_forgotten(changed: str) -> None:
    """What was computed for the release before and is not any more is 410, not 404."""
    for path in ("city-topic/barcelona/interaction", "id/city-topic/barcelona/interaction"):
        assert ask(changed, path).status == 410
    assert ask(changed, "city-topic/barcelona/mediation").status == 404
    assert ask(changed, "practice/never-there").status == 404


def test_renamed(changed: str) -> None:
    """An old name leads to the new one for good, in the format that was asked for."""
    for path, target in (
        ("practice/open-house", "/practice/casa-aberta"),
        ("practice/open-house.ttl", "/practice/casa-aberta.ttl"),
        ("id/practice/open-house", "/id/practice/casa-aberta"),
    ):
        answer = ask(changed, path)
        assert (answer.status, answer.headers["location"]) == (301, target)
        assert answer.headers["access-control-allow-origin"] == "*"
    assert ask(changed, "practice/casa-aberta.ttl").status == 200


def test_no_release_yet(tmp_path: Path) -> None:
    """Without a release that can be opened the application answers 503."""
    client = create_app(Settings(releases_dir=tmp_path)).test_client()
    for path in ("/", "/practices", "/city/barcelona", "/sparql", "/data/"):
        answer = client.get(path, environ_overrides={APP_REQUEST: AppRequest(None, "an-id")})
        assert answer.status_code == 503
        assert answer.mimetype == PROBLEM
        assert "Retry-After" in answer.headers
        assert str(tmp_path) not in answer.text


def test_an_error_nobody_foresaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside is logged; the client gets a plain 500 without anything of it."""
    app = create_app(Settings(releases_dir=tmp_path))

    def fail(*_: object) -> str:
        raise RuntimeError("a secret of the house")

    monkeypatch.setitem(app.view_functions, "robots.rules", fail)
    environ = {APP_REQUEST: AppRequest(None, "an-id")}
    answer = app.test_client().get("/robots.txt", environ_overrides=environ)
    assert answer.status_code == 500
    assert answer.mimetype == PROBLEM
    assert "secret" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
