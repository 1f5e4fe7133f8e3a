"""Behind a real nginx that ends https and adds a path, set up just as docs/operating.md says."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from iccgraph.publish.pipeline import Built
from iccgraph.settings import Settings
from tests.conftest import LiveServer, certificate, free_port
from tests.docs.documents import blocks
from tests.web.processes import eventually

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
PATH = "/good-practices/"
pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="no proxy: install the package nginx-light"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
COUNT = "SELECT (COUNT(*) AS ?n) { ?p a icc:Practice }"


@dataclass(frozen=True)
class Proxied:
    """A site as its users see it."""

    port: int
    site: str
    context: ssl.SSLContext

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Return what the proxy answers; `path` begins with a slash."""
        line = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body, {"Host": f"example.org:{self.port}", **named})
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            line.close()


def configuration(folder: Path, port: int, behind: int) -> str:
    """Return the documented server, with this test's port, certificate and address behind it."""
    server = next(b.text for b in blocks("docs/operating.md", "nginx"))
    for found, wanted in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/ssl/example.org.pem", f"{folder}/pem"),
        ("/etc/ssl/private/example.org.key", f"{folder}/key"),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{behind}"),
    ):
        assert found in server
        server = server.replace(found, wanted)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{server}\n}}\n"
    )


def answers(site: Proxied) -> bool:
    """Return whether the server answers through the proxy."""
    try:
        return site.ask(f"{PATH}healthz")[0] == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def proxied(
    real_settings: Settings, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """Serve the release behind nginx."""
    assert built.name
    assert NGINX is not None
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    certificate(folder, "DNS:example.org", "IP:127.0.0.1")
    site = f"https://example.org:{port}{PATH}"
    server = LiveServer(
        real_settings.releases_dir,
        folder / "serve.log",
        site_url=site,
        proxies=1,
        client_requests=50,
    )
    (folder / "nginx.conf").write_text(configuration(folder, port, server.port), encoding="utf-8")
    nginx = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    context = ssl.create_default_context(cafile=folder / "pem")
    found = Proxied(port, site, context)
    assert eventually(lambda: answers(found))
    yield found
    nginx.terminate()
    nginx.wait(60)
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
        assert json.loads(body)["results"]["bindings"][0]["n"]["value"] == "210"


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
