"""Endpoints over HTTPS: the certificate must be that of the name in the address, and trusted."""

from __future__ import annotations

import shutil
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from iccgraph.errors import ServiceFailed
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.federation.safe_http import Deadline
from iccgraph.settings import Settings
from tests.conftest import certificate
from tests.federation.faulty import FaultyServer

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed, so there is no certificate"
)


@pytest.fixture(scope="module", params=["localhost", "other.example"])
def secure(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FaultyServer, Path, str]]:
    """Start an endpoint on this machine whose certificate is for a name; return all three."""
    folder = tmp_path_factory.mktemp("tls")
    trusted = certificate(folder, f"DNS:{request.param}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, folder / "key")
    server = FaultyServer(context)
    yield server, trusted, request.param
    server.stop()


def asked(server: FaultyServer) -> bytes:
    """Ask the endpoint by the name `localhost`."""
    address = f"https://localhost:{server.server_port}/well"
    endpoint = Services(Settings(services=f"https://e.example/={address}")).find(
        "https://e.example/"
    )
    assert endpoint is not None
    return endpoint.ask("ASK {}", Deadline(time.monotonic() + 60))


def test_trusted_certificate(
    monkeypatch: pytest.MonkeyPatch, secure: tuple[FaultyServer, Path, str]
) -> None:
    """What is asked is the address that was checked, by the name whose certificate is looked at."""
    server, trusted, name = secure
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(trusted))
    if name == "localhost":
        assert b'"a"' in asked(server)
        return
    with pytest.raises(ServiceFailed, match="certificate"):
        asked(server)
    assert server.seen == []


def test_unknown_certificate(secure: tuple[FaultyServer, Path, str]) -> None:
    """A certificate that nobody vouches for is as good as none; nothing is asked."""
    server, _, _ = secure
    server.seen.clear()
    with pytest.raises(ServiceFailed, match="certificate"):
        asked(server)
    assert server.seen == []
