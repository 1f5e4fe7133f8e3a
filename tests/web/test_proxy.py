"""Behind a real nginx that ends https and adds a path, set up just as docs/operating.md says."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.serve.http.headers import LINKS_BYTES
from iccgraph.settings import Settings
from tests.conftest import LiveServer, free_port
from tests.docs.documents import text_of
from tests.web.nginx import METRICS_CLIENT, NEEDED, PATH, SITE, Proxied, has_ipv6, running_nginx

pytestmark = NEEDED
LONGEST_ADDRESS = 65_534
"""The longest address that the server's HTTP library reads. Units: bytes."""
COUNT = "SELECT (COUNT(*) AS ?n) { ?p a icc:Practice }"


UNITS = {"k": 1024, "m": 1024**2, "s": 1}


def number(directive: str) -> int:
    """Return the last number of a directive of the documented server, in bytes or seconds."""
    (found,) = re.findall(rf"^ *{directive} (?:\d+ )?(\d+)([kms]);$", SITE, re.MULTILINE)
    return int(found[0]) * UNITS[found[1]]


@pytest.fixture(scope="module")
def proxied(
    real_settings: Settings, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """Serve the release behind nginx."""
    assert built.name
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    server = LiveServer(
        real_settings.releases_dir,
        folder / "serve.log",
        site_url=f"https://example.org:{port}{PATH}",
        proxies=1,
        client_requests=50,
    )
    try:
        with running_nginx(folder, port, server.port) as found:
            yield found
    finally:
        server.stop()


def test_path_without_slash(proxied: Proxied) -> None:
    """The path of the site without its last slash leads to the site."""
    status, headers, _ = proxied.ask(PATH.rstrip("/"))
    assert (status, headers["location"]) == (301, proxied.site)


def test_thing(proxied: Proxied) -> None:
    """A thing leads to its document below the path; that names its formats by public addresses."""
    status, headers, _ = proxied.ask(f"{PATH}id/city/barcelona", Accept="text/turtle")
    assert status == 303
    where = headers["location"]
    assert where.removeprefix(proxied.site.rstrip("/")).endswith("/city/barcelona")
    path = re.sub(r"^https://[^/]*", "", where)
    assert path == f"{PATH}city/barcelona"
    status, headers, body = proxied.ask(path, Accept="text/turtle")
    assert (status, headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert b"Q1492" in body
    assert f"<{proxied.site}city/barcelona.jsonld>" in headers["link"]


def test_page(proxied: Proxied) -> None:
    """Every link of a page stays below the path, and its style sheet is there."""
    status, headers, body = proxied.ask(f"{PATH}practices", Accept="text/html")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    found = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', body.decode()))
    assert len(found) > 20
    assert {link for link in found if not link.startswith(PATH)} == set()
    style = next(link for link in found if ".css" in link)
    assert proxied.ask(style)[0] == 200


def test_languages(proxied: Proxied) -> None:
    """Languages stand below the path: `?lang=` leads there, and all links stay there."""
    status, headers, _ = proxied.ask(f"{PATH}city/barcelona?a=b&lang=fr", Accept="text/html")
    target = headers["location"].removeprefix(proxied.site.removesuffix(PATH))
    assert (status, target) == (301, f"{PATH}fr/city/barcelona?a=b")
    status, headers, body = proxied.ask(target)
    assert (status, headers["content-language"]) == (200, "fr")
    page = body.decode()
    alternates = re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', page)
    assert dict(alternates) == {
        tag: f"{proxied.site}{start}city/barcelona?a=b"
        for tag, start in (("en", "en/"), ("fr", "fr/"), ("x-default", ""))
    }
    found = set(re.findall(r'<(?:a|form) [^>]*(?:href|action)="(/[^"]*)"', page))
    plain = {link for link in found if not link.startswith(f"{PATH}fr/")}
    assert len(found - plain) > 20
    assert {f"{PATH}en/city/barcelona?a=b", f"{PATH}city/barcelona.ttl"} < plain
    assert [link for link in plain if not re.search(r"/en/|\.\w+$", link)] == []
    for path in (f"/fr{PATH}city/barcelona", f"{PATH}fr{PATH}city/barcelona"):
        assert proxied.ask(path)[0] == 404
    status, headers, _ = proxied.ask(f"{PATH}fr/sparql?query=ASK%7B%7D&format=csv")
    assert (status, headers["location"]) == (303, f"{PATH}sparql?query=ASK%7B%7D&format=csv")


def test_known_and_compressed(proxied: Proxied) -> None:
    """Compressed answers, their tags and 304 pass the proxy as they are."""
    status, headers, body = proxied.ask(f"{PATH}city/barcelona.ttl", Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert b"Barcelona" in gzip.decompress(body)
    again = proxied.ask(
        f"{PATH}city/barcelona.ttl", Accept_Encoding="gzip", If_None_Match=headers["etag"]
    )
    assert (again[0], again[1]["etag"], again[2]) == (304, headers["etag"], b"")


def test_queries(proxied: Proxied) -> None:
    """Queries by GET and POST, long ones too, are answered through the proxy, for scripts too."""
    long = f"{COUNT} # {'x' * 6000}"
    for status, headers, body in (
        proxied.ask(f"{PATH}sparql?{urlencode({'query': COUNT})}"),
        proxied.ask(f"{PATH}sparql?{urlencode({'query': long})}"),
        proxied.ask(f"{PATH}sparql", "POST", long, Content_Type="application/sparql-query"),
    ):
        assert status == 200
        assert headers["access-control-allow-origin"] == "*"
        assert json.loads(body)["results"]["bindings"][0]["n"]["value"] == "223"


def test_sizes_are_those_of_the_settings() -> None:
    """The documented proxy lets through what the limits promise, and waits as long as they do."""
    limits = Settings()
    posted = limits.query_length * 3 + 64 * 1024
    assert number("client_max_body_size") >= max(limits.reconcile_bytes, posted)
    assert number("large_client_header_buffers") >= LONGEST_ADDRESS + len("GET  HTTP/1.1\r\n")
    assert number("large_client_header_buffers") >= limits.head_length
    assert number("proxy_buffer_size") >= LINKS_BYTES + 4096
    assert number("proxy_read_timeout") > limits.query_timeout
    assert f"{LONGEST_ADDRESS:,} bytes" in text_of("docs/http.md")


def test_longest_address(proxied: Proxied) -> None:
    """A query by GET may have an address as long as the server reads; a longer one gets 414."""
    start = f"{PATH}sparql?query=ASK%7B%7D%23"
    for length, wanted in ((LONGEST_ADDRESS, 200), (LONGEST_ADDRESS + 1, 414)):
        assert proxied.ask(start + "a" * (length - len(start)))[0] == wanted


def test_largest_batch(proxied: Proxied) -> None:
    """A batch of 1,000 long names, as large as /reconcile takes, passes the proxy."""
    limits = Settings()
    name = "x" * (limits.reconcile_bytes // limits.reconcile_batch - 40)
    batch = {f"q{n}": {"query": name, "limit": 1} for n in range(limits.reconcile_batch)}
    body = urlencode({"queries": json.dumps(batch)}, safe='{}":, ', quote_via=quote)
    assert limits.reconcile_bytes * 0.95 < len(body) <= limits.reconcile_bytes
    form = "application/x-www-form-urlencoded"
    status, _, answer = proxied.ask(f"{PATH}reconcile", "POST", body, Content_Type=form)
    assert (status, len(json.loads(answer))) == (200, limits.reconcile_batch)


def test_long_heads(proxied: Proxied) -> None:
    """Heads up to the limit pass, beyond it the answer is ours; a long address has its page."""
    for length, wanted in ((30_000, 200), (40_000, 431)):
        assert proxied.ask(f"{PATH}healthz", Cookie="a" * length)[0] == wanted
    status, headers, _ = proxied.ask(f"{PATH}practices?n={'a' * 7900}")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["metrics", "metrics/", "%6Detrics", "/metrics", "x/../metrics"])
def test_figures_are_for_the_operator(proxied: Proxied, path: str) -> None:
    """Only the network that is named reads the figures, however their address is spelt."""
    assert proxied.ask(f"{PATH}{path}")[0] == 403
    assert proxied.ask(f"{PATH}metrics", client=METRICS_CLIENT)[0] == 200


def test_root_of_the_host(proxied: Proxied) -> None:
    """What is looked for at the root of a host is there, and speaks of the path."""
    status, _, body = proxied.ask("/robots.txt")
    assert (status, f"Disallow: {PATH}sparql" in body.decode()) == (200, True)
    status, headers, _ = proxied.ask("/.well-known/void")
    assert (status, headers["location"]) == (303, f"{PATH}catalogue")
    status, _, body = proxied.ask("/.well-known/api-catalog")
    assert status == 200
    first, *_ = json.loads(body)["linkset"]
    assert all(urlsplit(item["href"]).path.startswith(PATH) for item in first["item"])


def test_site_map_below_a_path(proxied: Proxied) -> None:
    """The map of a site below a path has addresses below it, and they are answered."""
    rules = proxied.ask("/robots.txt")[2].decode()
    (index,) = re.findall(r"(?m)^Sitemap: (.*)$", rules)
    status, _, body = proxied.ask(urlsplit(index).path)
    assert status == 200
    for address in re.findall(rb"<loc>([^<]*)</loc>", body):
        status, _, part = proxied.ask(urlsplit(address.decode()).path)
        assert status == 200
        for page in re.findall(rb"<loc>([^<]*)</loc>", part)[:7]:
            path = urlsplit(page.decode()).path
            assert path.startswith(PATH)
            assert proxied.ask(path)[0] == 200, path


def test_names_of_requests(proxied: Proxied) -> None:
    """The proxy names each request, and a client cannot."""
    _, headers, _ = proxied.ask(f"{PATH}healthz", X_Request_Id="chosen-by-the-client")
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_ipv6(proxied: Proxied) -> None:
    """The proxy listens to IPv6 too."""
    with (
        socket.create_connection(("::1", proxied.port), timeout=60) as line,
        proxied.context.wrap_socket(line, server_hostname="example.org") as secured,
    ):
        secured.sendall(f"GET {PATH}healthz HTTP/1.1\r\nHost: example.org\r\n\r\n".encode())
        assert secured.recv(12) == b"HTTP/1.1 200"


def test_errors(proxied: Proxied) -> None:
    """Errors are the server's own, with its request's name."""
    status, headers, body = proxied.ask(f"{PATH}practice/none", Accept="application/json")
    assert status == 404
    assert json.loads(body)["request_id"] == headers["x-request-id"]


def test_limits_are_for_each_client(proxied: Proxied) -> None:
    """A client that asks too much gets 429; the proxy's address is not the client's."""
    seen = [200]
    while seen[-1] == 200 and len(seen) < 300:  # a minute may end in between
        forged = f"203.0.113.{len(seen) % 250}"  # a client cannot choose its own address
        path = f"{PATH}city/paris.ttl?n={len(seen)}"
        status, headers, _ = proxied.ask(path, X_Forwarded_For=forged)
        seen.append(status)
    assert seen[-1] == 429
    assert int(headers["retry-after"]) > 0
    assert proxied.ask(f"{PATH}healthz")[0] == 200
