"""What is said of one address, whatever it answers."""

from __future__ import annotations

import shutil
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from iccgraph.errors import SettingsError
from iccgraph.linkcheck.visit import ATTEMPTS, MOST_STEPS, Answer, Visitor
from iccgraph.settings import Settings
from tests.conftest import certificate, free_port
from tests.linkcheck.conftest import CONTACT, Clock
from tests.linkcheck.standin import (
    Handler,
    Reply,
    StandIn,
    leads,
    nonsense,
    reset,
    serving,
    status,
    unless_get,
)

Visit = Callable[[str], Answer]
OK = status(200)


@pytest.mark.parametrize("code", [200, 203, 204])
def test_what_is_there_is_ok(sites: StandIn, visit: Visit, code: int) -> None:
    """A status of success by HEAD is enough: the page is never fetched."""
    page = sites.put("/page", status(code))
    assert visit(page) == Answer("ok", code, final=page)
    assert sites.asked("/page") == ["HEAD"]


@pytest.mark.parametrize("head", [status(405), status(501), status(403), status(404), reset])
def test_sites_that_refuse_head(sites: StandIn, visit: Visit, head: Reply) -> None:
    """Whatever a site has against HEAD, its page is ok if GET finds it; one byte is asked for."""
    page = sites.put("/page", unless_get(head, status(206, b"a")))
    assert visit(page) == Answer("ok", 206, final=page)
    assert sites.asked("/page") == ["HEAD", "GET"]
    assert sites.requests[-1].headers["Range"] == "bytes=0-0"


def test_empty_page(sites: StandIn, visit: Visit) -> None:
    """A page without a first byte is there all the same."""
    page = sites.put("/page", unless_get(status(405), status(416)))
    assert visit(page).what == "ok"


@pytest.mark.parametrize(
    ("code", "what"),
    [
        *[(404, "gone"), (410, "gone"), (401, "refused"), (403, "refused"), (451, "refused")],
        *[(400, "refused"), (999, "failed"), (500, "failed"), (502, "failed"), (504, "failed")],
    ],
)
def test_errors(sites: StandIn, visit: Visit, code: int, what: str) -> None:
    """An error is told by what it means, with its status, after GET has said the same."""
    page = sites.put("/page", status(code))
    assert visit(page) == Answer(what, code, note=f"answers {code}")
    assert sites.asked("/page") == ["HEAD", "GET"]


def test_what_moved_for_good(sites: StandIn, visit: Visit) -> None:
    """A permanent redirect to a page says what the address is to be changed to."""
    new = sites.put("/new", OK)
    for code in (301, 308):
        assert visit(sites.put("/old", leads(code, "/new"))) == Answer("moved", 200, new, new)


def test_what_leads_on_for_now(sites: StandIn, visit: Visit) -> None:
    """A redirect for the time being is no reason to change an address; where it leads is told."""
    there = sites.put("/there", OK)
    for code in (302, 303, 307):
        page = sites.put("/page", leads(code, there))
        assert visit(page) == Answer("ok", 200, final=there)


def test_only_what_is_permanent_is_to_be_changed(sites: StandIn, visit: Visit) -> None:
    """After the first step that is not for good, nothing that follows is."""
    page, middle = sites.put("/page", OK), sites.put("/middle", leads(302, "/page"))
    assert visit(sites.put("/a", leads(301, "/middle"))) == Answer("moved", 200, page, middle)
    sites.put("/last", leads(301, "/page"))
    assert visit(sites.put("/b", leads(302, "/last"))) == Answer("ok", 200, page)


def test_what_leads_to_nothing(sites: StandIn, visit: Visit) -> None:
    """What leads to a page that is gone is gone, and where it led is told."""
    found = visit(sites.put("/old", leads(301, "/nothing")))
    assert found == Answer("gone", 404, sites.url("/nothing"), note="answers 404")


def test_loops(sites: StandIn, visit: Visit) -> None:
    """Redirects without end end."""
    assert visit(sites.put("/round", leads(302, "/round"))).what == "loop"
    assert len(sites.asked("/round")) == MOST_STEPS + 1


def test_redirects_that_nobody_can_follow(sites: StandIn, visit: Visit) -> None:
    """A redirect to what is no web address is invalid, and is not followed."""
    for location in ("ftp://127.0.0.1/x", "javascript:alert(1)", "file:/etc/passwd", "http://["):
        assert visit(sites.put("/page", leads(302, location))).what == "invalid"


def test_fragments(sites: StandIn, visit: Visit) -> None:
    """What stands behind `#` is not sent, and goes along to where a redirect leads."""
    sites.put("/new", OK)
    found = visit(sites.put("/old", leads(301, "/new")) + "#part")
    assert found.change_to == sites.url("/new#part")
    assert {request.path for request in sites.requests} == {"/robots.txt", "/old", "/new"}


def test_letters_beyond_ascii(sites: StandIn, visit: Visit) -> None:
    """An address with letters beyond ASCII is asked in its escaped form."""
    sites.put("/caf%C3%A9", OK)
    assert visit(sites.url("/café")).what == "ok"


def test_connections_that_end(sites: StandIn, visit: Visit) -> None:
    """A site that resets connections, or talks something else, is unreachable."""
    for reply in (reset, nonsense):
        found = visit(sites.put("/page", reply))
        assert (found.what, found.status) == ("unreachable", 0)
        assert found.note


def test_nobody_listens(visit: Visit) -> None:
    """A port where nobody listens is unreachable."""
    assert visit(f"http://127.0.0.1:{free_port()}/").what == "unreachable"


def test_host_without_an_address(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that nobody has is told as that."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    found = visit("http://gone.example/")
    assert (found.what, found.note) == ("unreachable", "its host has no address")


@pytest.mark.parametrize("address", ["http://[", "http://exa mple.org/", "http://127.0.0.1:99999/"])
def test_what_cannot_be_asked(visit: Visit, address: str) -> None:
    """What is no address of a site is invalid."""
    assert visit(address).what == "invalid"


def test_silence(sites: StandIn, settings: Settings) -> None:
    """A site that says nothing for too long is asked no second time."""
    end = threading.Event()

    def silent(handler: Handler) -> None:
        end.wait(60)
        handler.close_connection = True

    page = sites.put("/page", silent)
    visitor = Visitor(replace(settings, check_timeout=0.5), threading.Event())
    visitor.hosts.allowed(page, lambda address: None)
    assert visitor.visit(page) == Answer("timeout", note="did not answer in time")
    assert sites.asked() == ["HEAD"]
    end.set()
    visitor.close()


@pytest.mark.parametrize("path", ["/page", "/robots.txt"])
def test_answers_without_end(sites: StandIn, settings: Settings, path: str) -> None:
    """A site that sends a letter now and then, for ever, holds the run up for a while only."""
    end = threading.Event()

    def trickle(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        handler.wfile.write(b"X-Long: " if path == "/page" else b"\r\n")
        while not end.wait(0.05):
            handler.wfile.write(b"a")
            handler.wfile.flush()
        handler.close_connection = True

    page = sites.put("/page", OK)
    sites.put(path, trickle)
    visitor = Visitor(replace(settings, check_timeout=0.5), threading.Event())
    assert visitor.visit(page).what == ("timeout" if path == "/page" else "ok")
    end.set()
    visitor.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_certificates(tmp_path: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that nobody vouches for is told as that, and nothing is asked until it is."""
    trusted = certificate(tmp_path, "DNS:localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, tmp_path / "key")
    with serving(context) as secure:
        found = visit(secure.url("/", host="localhost", scheme="https"))
        assert (found.what, secure.requests) == ("certificate", [])
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        secure.put("/", OK)
        assert visit(secure.url("/", host="localhost", scheme="https")).what == "ok"


def in_form(form: str, seconds: int) -> str:
    """Return a Retry-After in seconds or as a date."""
    if form == "seconds":
        return str(seconds)
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("code", [429, 503])
def test_rest_as_long_as_is_wanted(
    sites: StandIn, settings: Settings, clock: Clock, form: str, code: int
) -> None:
    """A busy host is left alone for as long as it says, and then asked again."""
    visitor = Visitor(settings, clock)
    busy = status(code, Retry_After=in_form(form, 60))
    assert visitor.visit(sites.put("/page", busy, OK)).what == "ok"
    assert sites.asked("/page") == ["HEAD", "HEAD"]
    first, second = (request.at for request in sites.requests if request.path == "/page")
    assert 1 < second - first <= 61
    if form == "seconds":
        assert second - first >= 60
    visitor.close()


def test_rest_that_is_too_long(sites: StandIn, settings: Settings, clock: Clock) -> None:
    """A host that wants more rest than we have time for is busy, and is not waited for."""
    visitor = Visitor(replace(settings, check_wait_most=100), clock)
    found = visitor.visit(sites.put("/page", status(503, Retry_After="101")))
    assert found == Answer("busy", 503, note="answers 503, and wants 101 s of rest")
    assert (sites.asked("/page"), max(clock.rests, default=0) < 100) == (["HEAD"], True)
    visitor.close()


def test_rest_that_nobody_names(sites: StandIn, settings: Settings, clock: Clock) -> None:
    """Without a readable Retry-After the rests double, and in the end the host is busy."""
    visitor = Visitor(replace(settings, check_wait=10, check_pause=0.001), clock)
    found = visitor.visit(sites.put("/page", status(429, Retry_After="soon")))
    assert (found.what, found.status) == ("busy", 429)
    assert len(sites.asked("/page")) == ATTEMPTS
    times = [request.at for request in sites.requests if request.path == "/page"]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == pytest.approx([10, 20], abs=0.1)
    visitor.close()


def test_pause_between_requests(sites: StandIn, settings: Settings, clock: Clock) -> None:
    """Between two requests to a host there is a pause, also on the way of one address."""
    visitor = Visitor(replace(settings, check_pause=7), clock)
    sites.put("/new", OK)
    for page in (sites.put("/old", leads(301, "/new")), sites.put("/none", status(404))):
        visitor.visit(page)
    times = [request.at for request in sites.requests]
    assert len(times) == 5
    assert [b - a for a, b in pairwise(times)] == [7, 7, 7, 7]
    visitor.close()


def test_robots(sites: StandIn, visit: Visit) -> None:
    """What robots.txt closes to us is not asked; the file is read once a site."""
    text = b"User-agent: *\nDisallow: /all\n\nUser-agent: iccgraph\nDisallow: /us\n"
    sites.put("/robots.txt", status(200, text))
    assert visit(sites.put("/us/page", OK)).what == "robots"
    assert visit(sites.put("/all/page", OK)).what == "ok"
    assert sites.asked("/us/page") == []
    assert sites.asked("/robots.txt") == ["GET"]
    assert visit(sites.put("/page", leads(301, "/us/page"))).what == "robots"


@pytest.mark.parametrize("reply", [status(404), status(500), reset, nonsense, status(200, b"\xff")])
def test_robots_that_says_nothing(sites: StandIn, visit: Visit, reply: Reply) -> None:
    """Where there is no robots.txt that can be read, everything may be asked."""
    sites.put("/robots.txt", reply)
    assert visit(sites.put("/page", OK)).what == "ok"


def test_delay_of_robots(sites: StandIn, settings: Settings, clock: Clock) -> None:
    """A site's own pause is kept, up to the longest rest."""
    for wanted, most, kept in ((30, 100, 30), (5000, 100, 100)):
        sites.put("/robots.txt", status(200, f"User-agent: *\nCrawl-delay: {wanted}\n".encode()))
        visitor = Visitor(replace(settings, check_wait_most=most), clock)
        sites.requests.clear()
        visitor.visit(sites.put("/none", status(404)))
        times = [request.at for request in sites.requests if request.path == "/none"]
        assert times[1] - times[0] == kept
        visitor.close()


def test_who_asks(sites: StandIn, visit: Visit) -> None:
    """Each request says who asks and how to reach them."""
    visit(sites.put("/page", OK))
    agents = {request.headers["User-Agent"] for request in sites.requests}
    assert len(agents) == 1
    assert f"(link check; {CONTACT})" in agents.pop()


def test_nobody_to_write_to(settings: Settings) -> None:
    """Without a contact nothing is asked; that for Wikidata serves too."""
    with pytest.raises(SettingsError, match="check_contact"):
        Visitor(replace(settings, check_contact=""), threading.Event())
    known = replace(settings, check_contact="", wikidata_contact="x@example.org")
    assert "x@example.org" in Visitor(known, threading.Event()).agent


def test_passwords_stay_here(
    sites: StandIn, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `.netrc` knows of a host is not sent to it."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    visit(sites.put("/page", OK))
    assert [r for r in sites.requests if "Authorization" in r.headers] == []
