"""A real nginx with the servers that docs/operating.md shows, in front of a server of ours."""

from __future__ import annotations

import getpass
import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import certificate
from tests.docs.documents import blocks
from tests.web.processes import eventually

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
PATH = "/good-practices/"
NEEDED = [
    pytest.mark.skipif(NGINX is None, reason="no proxy: install the package nginx-light"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
"""The marks of tests that need it."""
SITE, NAMES = (block.text for block in blocks("docs/operating.md", "nginx"))
"""The documented servers of the site, and of names on a host of their own."""
METRICS_CLIENT = "127.0.0.2"
"""A client in the network that may read the figures."""


@dataclass(frozen=True)
class Proxied:
    """A site as its users see it."""

    port: int
    site: str
    context: ssl.SSLContext

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: str | None = None,
        *,
        client: str = "127.0.0.1",
        host: str = "example.org",
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """Return what the proxy answers; `path` begins with a slash, `client` is who asks."""
        line = http.client.HTTPSConnection(
            *("127.0.0.1", self.port), context=self.context, timeout=60, source_address=(client, 0)
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body, {"Host": f"{host}:{self.port}", **named})
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read()
        finally:
            line.close()


def has_ipv6() -> bool:
    """Return whether this machine has IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def configuration(folder: Path, port: int, behind: int) -> str:
    """Return the documented servers, with this test's port, certificate and address behind them."""
    servers = SITE + NAMES
    for found, wanted in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("listen [::]:443 ssl;", f"listen [::1]:{port} ssl;" if has_ipv6() else ""),
        ("allow 192.0.2.0/24", f"allow {METRICS_CLIENT}"),
        ("/etc/ssl/example.org.pem", f"{folder}/pem"),
        ("/etc/ssl/private/example.org.key", f"{folder}/key"),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{behind}"),
        ("https://example.org/", f"https://example.org:{port}/"),
    ):
        assert found in servers
        servers = servers.replace(found, wanted)
    # as root, nginx would give up rights, and with them those on this test's folder
    owner = getpass.getuser() if os.getuid() else "root root"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; user {owner};\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{servers}\n}}\n"
    )


@contextmanager
def running_nginx(folder: Path, port: int, behind: int) -> Iterator[Proxied]:
    """Run nginx in front of the server on the port `behind`, which serves below `PATH`."""
    assert NGINX is not None
    certificate(folder, "DNS:example.org", "DNS:id.example.org", "IP:127.0.0.1")
    (folder / "nginx.conf").write_text(configuration(folder, port, behind), encoding="utf-8")
    nginx = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    context = ssl.create_default_context(cafile=folder / "pem")
    found = Proxied(port, f"https://example.org:{port}{PATH}", context)
    try:
        assert eventually(lambda: _answers(found))
        yield found
    finally:
        nginx.terminate()
        nginx.wait(60)


def _answers(site: Proxied) -> bool:
    try:
        return site.ask(f"{PATH}healthz")[0] == 200
    except OSError:
        return False
