"""Which addresses an endpoint may have, however its name is written and whatever it leads to."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import ip_address
from typing import Any

import pytest

from iccgraph.errors import ServiceFailed, ServiceLate, SettingsError
from iccgraph.serve.sparql.federation.endpoints import Endpoint, Services
from iccgraph.serve.sparql.federation.safe_http import Deadline, is_own_word, is_public
from iccgraph.settings import WIKIDATA, Settings
from tests.engine.running import PATIENCE
from tests.federation.faulty import FaultyServer

PRIVATE = [
    *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254"),
    *("0.0.0.0", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
    *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::"),
]
PUBLIC = ["91.198.174.192", "2620:0:862:ed1a::1", "::ffff:91.198.174.192", "64:ff9b::5bc6:aec0"]


@pytest.mark.parametrize("text", PRIVATE)
def test_private(text: str) -> None:
    """No address of this machine, its network or nobody is public, in any disguise."""
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_public(text: str) -> None:
    """An address of the public network is public, also where it is written as another kind."""
    assert is_public(ip_address(text))


def endpoint(address: str) -> Endpoint:
    """Return an endpoint at an address."""
    found = Services(Settings(services=f"https://e.example/={address}")).find("https://e.example/")
    assert found is not None
    return found


def asked(address: str, seconds: float = PATIENCE) -> bytes:
    """Ask an endpoint."""
    return endpoint(address).ask("ASK {}", Deadline(time.monotonic() + seconds))


def leads(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses, and return the names that are looked up."""
    real, seen = socket.getaddrinfo, list[str]()

    def look(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        if host in addresses:
            return real(host, port, *rest, **more)
        seen.append(host)
        family = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(family[":" in a], socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return seen


@pytest.mark.parametrize("addresses", [[a] for a in PRIVATE] + [["91.198.174.192", "127.0.0.1"]])
def test_name_that_leads_inside(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    """A name with any address that is not public is not connected to, nor is the address told."""
    leads(monkeypatch, *addresses)
    with pytest.raises(ServiceFailed, match="not public") as caught:
        asked("http://wikidata.example/")
    assert not any(address in str(caught.value) for address in addresses if len(address) > 3)


@pytest.mark.parametrize(
    "name", ["localhost.", "localhost.localdomain", "ip6-localhost", "2130706433"]
)
def test_names_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, faulty: FaultyServer, name: str
) -> None:
    """Other names of this machine are names like any other, and lead inside."""
    leads(monkeypatch, "127.0.0.1")
    with pytest.raises(ServiceFailed, match="not public"):
        asked(f"http://{name}:{faulty.server_port}/well")
    assert faulty.seen == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_operators_word(faulty: FaultyServer, host: str) -> None:
    """An address that the operator writes as a number, or as localhost, is asked."""
    assert asked(f"http://{host}:{faulty.server_port}/well")
    assert len(faulty.seen) == 1


def test_own_words() -> None:
    """Only an address itself, or localhost, says which machine is meant."""
    assert all(map(is_own_word, ("127.0.0.1", "::1", "[::1]", "LOCALHOST")))
    assert not any(map(is_own_word, ("", "localhost.", "127.1.example", "query.wikidata.org")))


def test_localhost_that_leads_away(monkeypatch: pytest.MonkeyPatch, faulty: FaultyServer) -> None:
    """Where localhost leads to another machine of the network, that one is not asked."""
    leads(monkeypatch, "10.0.0.1")
    with pytest.raises(ServiceFailed, match="not public"):
        asked(f"http://localhost:{faulty.server_port}/well")


def test_one_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up once, and the connection goes to the address that was checked."""
    seen = leads(monkeypatch, "91.198.174.192")
    connected: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(ServiceFailed, match="cannot be reached"):
        asked("https://wikidata.example/sparql")
    assert seen == ["wikidata.example"]
    assert connected == [("91.198.174.192", 443)]


def test_name_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up that takes too long ends with the time of the request."""
    over, answered = threading.Event(), threading.Event()

    def look(*_: Any, **__: Any) -> None:
        over.wait(PATIENCE)
        answered.set()
        raise socket.gaierror("no answer")

    monkeypatch.setattr(socket, "getaddrinfo", look)
    with pytest.raises(ServiceLate):
        asked("http://wikidata.example/", 0.3)
    assert not answered.is_set()
    over.set()
    assert answered.wait(PATIENCE)


def test_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, faulty: FaultyServer) -> None:
    """Proxies and passwords of the environment are not used."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert asked(faulty.address("well"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", {}),
        ("none", {}),
        (" NONE ", {}),
        (WIKIDATA, {WIKIDATA: WIKIDATA}),
        (
            f"{WIKIDATA}=http://127.0.0.1:1/query https://a.example/?x=1",
            {
                WIKIDATA: "http://127.0.0.1:1/query",
                "https://a.example/?x=1": "https://a.example/?x=1",
            },
        ),
        ("http://[::1]:7/q", {"http://[::1]:7/q": "http://[::1]:7/q"}),
    ],
)
def test_list(text: str, wanted: dict[str, str]) -> None:
    """The list is read as it is written; `none` and nothing are no endpoint."""
    assert Settings(services=text).service_addresses == wanted


@pytest.mark.parametrize(
    "text", ["wikidata", "ftp://a.example/", f"{WIKIDATA},{WIKIDATA} x", f"{WIKIDATA} {WIKIDATA}"]
)
def test_unusable_list(text: str) -> None:
    """What is no address, or is named twice, is an error of the settings that names it."""
    with pytest.raises(SettingsError, match="services"):
        Settings(services=text)


def test_default() -> None:
    """Wikidata may be asked unless the operator says otherwise."""
    assert Settings().service_addresses == {WIKIDATA: WIKIDATA}
