"""How Wikidata is asked: politely, patiently, and never twice; against a real server."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from iccgraph import __version__
from iccgraph.errors import SettingsError, SourceError
from iccgraph.link.client import WikidataClient, search_by_name, search_by_words
from iccgraph.link.connection import WikidataConnection
from iccgraph.settings import Settings
from tests.web.processes import eventually
from tests.wikidata.conftest import CONTACT
from tests.wikidata.standin import Fault, Handler, StandIn

LANGUAGES = ("en", "fr", "nb")
QUERY = search_by_name("Bergen", "en")
PATIENCE = 60.0
"""How long anything may take before a test gives up. Units: seconds."""


class Clock(threading.Event):
    """The clock of a connection, and the event on which it rests.

    The time passes by rests alone; `rests` are how many requests had come before each, and how long
    it is. While `goes` is not set they do not end.
    """

    def __init__(self, wikidata: StandIn) -> None:
        """Begin at zero."""
        super().__init__()
        self.wikidata = wikidata
        self.now = 0.0
        self.rests: list[tuple[int, float]] = []
        self.goes = threading.Event()
        self.goes.set()

    def monotonic(self) -> float:
        """Return what time it is."""
        return self.now

    def time(self) -> float:
        """Return the time of the day, by which answers grow old."""
        return time.time()

    def wait(self, timeout: float | None = None) -> bool:
        """Note a rest, and let its time pass."""
        assert timeout is not None
        end = self.now + timeout
        self.rests.append((len(self.wikidata.requests), timeout))
        assert self.goes.wait(PATIENCE)
        self.now = max(self.now, end)
        return self.is_set()


@pytest.fixture
def clock(wikidata: StandIn, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let connections rest without waiting; return when and how long they do."""
    clock = Clock(wikidata)
    begin = WikidataConnection.__init__

    def with_clock(connection: WikidataConnection, settings: Settings) -> None:
        begin(connection, settings)
        connection._stopped = clock

    monkeypatch.setattr(WikidataConnection, "__init__", with_clock)
    monkeypatch.setattr("iccgraph.link.connection.time", clock)
    return clock


def ask(settings: Settings) -> tuple[str, ...]:
    """Ask one question and return what was found."""
    client = WikidataClient(settings, LANGUAGES)
    try:
        return client.search([QUERY], "search")[0]
    finally:
        client.close()


def status(code: int, **headers: Any) -> Fault:
    """Return a fault that answers with a status."""
    return lambda handler: handler.send(b"<html>Sorry</html>", code, **headers)


def error(code: str, **headers: Any) -> Fault:
    """Return a fault as MediaWiki tells it: with status 200."""
    body = {"error": {"code": code, "info": f"about {code}", "*": "See …"}, "servedby": "mw1"}
    return lambda handler: handler.send(json.dumps(body).encode(), **headers)


def cut_off(handler: Handler) -> None:
    """Send less than was announced."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"search": [')
    handler.wfile.flush()
    handler.close_connection = True


def half_json(handler: Handler) -> None:
    """Send a text that ends too early though its length is right."""
    handler.send(b'{"search": [{"id": "Q1')


def silence(handler: Handler) -> None:
    """Say nothing until the client has given up."""
    handler.rfile.read(1)
    handler.close_connection = True


def trickle(handler: Handler) -> None:
    """Begin an answer that never ends, until the client has given up."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b" " * 4096)
            time.sleep(0.02)
    handler.close_connection = True


def raw(answer: bytes) -> Fault:
    """Return a fault that sends these bytes for an answer, and closes the connection."""

    def send(handler: Handler) -> None:
        handler.wfile.write(answer)
        handler.wfile.flush()
        handler.close_connection = True

    return send


def hang_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def test_who_we_are(wikidata: StandIn, settings: Settings) -> None:
    """Each request names the tool, its version, the contact and the library."""
    ask(settings)
    (headers,) = wikidata.headers
    library = f"requests/{requests.__version__}"
    assert headers["User-Agent"] == f"iccgraph/{__version__} ({CONTACT}) {library}"


def test_maxlag(wikidata: StandIn, settings: Settings) -> None:
    """Each request says that we come back later when Wikidata's copies lag."""
    ask(settings)
    (query,) = wikidata.requests
    assert (query["maxlag"], query["format"]) == ("5", "json")


@pytest.mark.parametrize("contact", ["", "  ", "line\nbreak", "naïve"])
def test_nobody_asks_without_a_contact(contact: str, wikidata: StandIn, settings: Settings) -> None:
    """Without a contact that a header can hold, nothing is asked."""
    with pytest.raises(SettingsError, match="--wikidata-contact"):
        WikidataClient(replace(settings, wikidata_contact=contact), LANGUAGES)
    assert wikidata.requests == []


def test_three_at_once(wikidata: StandIn, settings: Settings) -> None:
    """At most three requests are under way at the same time, and three are."""
    three = threading.Barrier(3)

    def answer_when_there_are_three(handler: Handler) -> None:
        three.wait(PATIENCE)
        handler.send(b'{"search": []}')

    wikidata.always = answer_when_there_are_three
    client = WikidataClient(settings, LANGUAGES)
    client.search([search_by_name(f"Town {number}", "en") for number in range(12)], "search")
    client.close()
    assert (len(wikidata.requests), wikidata.most_together) == (12, 3)


def test_fifty_items_in_a_request(wikidata: StandIn, settings: Settings) -> None:
    """Items are fetched in batches of 50, each item once."""
    numbers = [f"Q{number}" for number in range(1, 121)]
    client = WikidataClient(settings, LANGUAGES)
    items = client.items([*numbers, *numbers], "items")
    client.close()
    sizes = sorted(len(query["ids"].split("|")) for query in wikidata.requests)
    assert (sorted(items), sizes) == (sorted(numbers), [20, 50, 50])


PASSING = {
    "429 with seconds": status(429, Retry_After="0"),
    "500": status(500),
    "502": status(502),
    "503": status(503, Retry_After="0"),
    "maxlag": error("maxlag", Retry_After="0"),
    "ratelimited": error("ratelimited"),
    "cut off": cut_off,
    "half a text": half_json,
    "a page": status(200),
    "a list": lambda handler: handler.send(b"[]"),
    "hung up": hang_up,
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a status that is none": raw(b"HTTP/1.1 teapot\r\n\r\n"),
    "a chunk without a length": raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
    ),
    "not what gzip makes": raw(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n{   "
    ),
    "too many headers": raw(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"),
    "bytes that are not UTF-8": lambda handler: handler.send(b'{"search": "\xff"}'),
    "deep nesting": lambda handler: handler.send(b"[" * 200_000),
    "a huge number": lambda handler: handler.send(b"9" * 10_000),
    "a rest that cannot be read": status(429, Retry_After="soon"),
    "a rest in other digits": status(503, Retry_After="\u00b2"),
    "a rest that ended long ago": status(503, Retry_After="Mon, 01 Jan 1990 00:00:00 GMT"),
    "a rest beyond the calendar": status(503, Retry_After="1 Jan 2030 00:00:00 +9999999999999"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_passing_fault(fault: Fault, wikidata: StandIn, settings: Settings) -> None:
    """After a fault that may pass, the same question is asked again and answered."""
    wikidata.faults = [fault, fault]
    assert "Q26793" in ask(settings)
    assert len(wikidata.requests) == 3
    assert wikidata.requests[0] == wikidata.requests[2]


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_lasting_fault(fault: Fault, wikidata: StandIn, settings: Settings) -> None:
    """A fault that does not pass ends the run after the attempts that the settings allow."""
    wikidata.always = fault
    with pytest.raises(SourceError, match=r"2 times; nothing was changed") as caught:
        ask(replace(settings, wikidata_attempts=2))
    assert (caught.value.exit_code, len(wikidata.requests)) == (3, 2)


def test_a_time_out(wikidata: StandIn, settings: Settings) -> None:
    """Silence is a fault that may pass: the same question is asked again."""
    wikidata.faults = [silence]
    assert "Q26793" in ask(replace(settings, wikidata_timeout=2, wikidata_attempts=20))
    assert len(wikidata.requests) >= 2


@pytest.mark.parametrize("fault", [silence, trickle])
def test_endless_waiting(fault: Fault, wikidata: StandIn, settings: Settings) -> None:
    """An answer that does not come, or does not end, is given up after its time."""
    wikidata.always = fault
    with pytest.raises(SourceError, match=r"2 times; nothing was changed"):
        ask(replace(settings, wikidata_timeout=0.2, wikidata_attempts=2))


FINAL = {
    "400": (status(400), r"refused with 400 \(<html>Sorry</html>\)"),
    "403": (status(403), r"refused with 403"),
    "404": (status(404), r"refused with 404"),
    "an error of ours": (error("no-such-entity"), r"the error no-such-entity \(about"),
    "no list of hits": (lambda handler: handler.send(b"{}"), "left out what it found"),
    "a page": (
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Please log in</p>"),
        r"text/html instead of JSON \(<p>Please log in</p>\); check that wikidata_api",
    ),
    "another protocol": (status(302, Location="ftp://example.org/"), "check the setting wikidata"),
    "an address that is none": (status(302, Location="http://[x/"), "check the setting wikidata"),
    "a host without end": (
        status(302, Location=f"http://{'a' * 70}.example/"),
        "check the setting wikidata",
    ),
    "endless rest": (status(429, Retry_After="9" * 400), "seconds of rest"),
    "a rest of a day": (status(429, Retry_After="86400"), "wants 86400 seconds of rest"),
}


@pytest.mark.parametrize(("fault", "message"), FINAL.values(), ids=FINAL)
def test_a_refusal(fault: Fault, message: str, wikidata: StandIn, settings: Settings) -> None:
    """A refusal is told at once, and not asked for again."""
    wikidata.always = fault
    with pytest.raises(SourceError, match=message):
        ask(settings)
    assert len(wikidata.requests) == 1


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after(form: str, wikidata: StandIn, settings: Settings, clock: Clock) -> None:
    """The next request comes only when Retry-After allows it, in seconds or as a date."""
    day = format_datetime(datetime.now(UTC) + timedelta(seconds=5000), usegmt=True)
    wikidata.faults = [status(429, Retry_After="5000" if form == "seconds" else day)]
    assert "Q26793" in ask(replace(settings, wikidata_wait_most=6000))
    ((requests_before, seconds),) = clock.rests
    assert (requests_before, len(wikidata.requests)) == (1, 2)
    if form == "seconds":
        assert seconds == 5000
    else:  # the time of the day goes on meanwhile
        assert 5000 - 5 * PATIENCE < seconds <= 5000


def test_one_fault_slows_all(wikidata: StandIn, settings: Settings, clock: Clock) -> None:
    """When one request is told to wait, those in the other threads wait too."""
    resting = threading.Event()
    wait = status(429, Retry_After="1000")

    def wait_when_all_have_asked(handler: Handler) -> None:
        assert eventually(lambda: len(wikidata.requests) == 3, PATIENCE)
        wait(handler)

    def answer_when_one_rests(handler: Handler) -> None:
        assert resting.wait(PATIENCE)
        handler.send(b'{"search": []}')

    wikidata.faults = [wait_when_all_have_asked]
    wikidata.always = answer_when_one_rests
    clock.goes.clear()
    queries = [search_by_name(f"Town {number}", "en") for number in range(9)]

    def search() -> list[tuple[str, ...]]:
        client = WikidataClient(replace(settings, wikidata_wait_most=1000), LANGUAGES)
        try:
            return client.search(queries, "search")
        finally:
            client.close()

    with ThreadPoolExecutor(1) as threads:
        searching = threads.submit(search)
        assert eventually(lambda: len(clock.rests) == 1, PATIENCE)
        resting.set()
        assert eventually(lambda: len(clock.rests) == 3, PATIENCE)
        assert clock.rests[1:] == [(3, 1000), (3, 1000)]
        clock.goes.set()
        assert searching.result(PATIENCE) == [()] * 9
    assert len(wikidata.requests) == 10


def test_rests_grow(wikidata: StandIn, settings: Settings, clock: Clock) -> None:
    """Without Retry-After each rest is twice the last one, up to the longest."""
    wikidata.always = status(503)
    with pytest.raises(SourceError):
        ask(replace(settings, wikidata_wait=5, wikidata_wait_most=60, wikidata_attempts=8))
    assert clock.rests == [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (7, 60)]
    assert len(wikidata.requests) == 8


def test_redirects_of_the_address(wikidata: StandIn, settings: Settings) -> None:
    """The address may move; one that moves in circles is told."""
    wikidata.faults = [status(301, Location=f"{wikidata.url}?{_query()}")]
    assert "Q26793" in ask(settings)
    wikidata.always = status(302, Location=wikidata.url)
    with pytest.raises(SourceError, match="from one address to another"):
        ask(replace(settings, wikidata_cache_days=0))


def _query() -> str:
    prepared = requests.Request("GET", "http://x/", params={**QUERY, "maxlag": "5"}).prepare()
    return str(prepared.url).partition("?")[2]


def test_nobody_there(settings: Settings) -> None:
    """An address where nobody listens is told with its name."""
    settings = replace(settings, wikidata_api="http://127.0.0.1:9/w/api.php", wikidata_attempts=2)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1:9/w/api\.php: cannot be reached"):
        ask(settings)


def test_second_run_asks_nothing(wikidata: StandIn, settings: Settings) -> None:
    """What was answered once is not asked again, whatever batch it is in; nor what is not there."""
    numbers = ["Q26793", "Q404404"]
    nothing = search_by_words("haswbstatement:P1566=1")
    for _ in range(2):
        client = WikidataClient(settings, LANGUAGES)
        assert client.search([nothing], "search") == [()]
        assert [i.missing for i in client.items(numbers, "items").values()] == [False, True]
        client.close()
        numbers = numbers[::-1][:1] + numbers[:1]
    assert (len(wikidata.requests), client.calls, client.remembered) == (2, 0, 3)


def test_answers_grow_old(wikidata: StandIn, settings: Settings) -> None:
    """An answer older than the settings allow is asked for again."""
    ask(settings)
    ask(replace(settings, wikidata_cache_days=0))
    assert len(wikidata.requests) == 2


def test_faults_are_not_kept(wikidata: StandIn, settings: Settings) -> None:
    """A fault is no answer: the next run asks again."""
    wikidata.faults = [status(403)]
    with pytest.raises(SourceError):
        ask(settings)
    assert "Q26793" in ask(settings)


def test_interruption(wikidata: StandIn, settings: Settings) -> None:
    """A run that broke off goes on where it stopped."""
    queries = [search_by_name(f"Town {number}", "en") for number in range(9)]
    numbers, five_are_there = count(1), threading.Event()

    def progress(stage: str, done: int, total: int) -> None:
        if done == 5:
            five_are_there.set()

    def refuse_the_sixth(handler: Handler) -> None:
        if next(numbers) > 5:
            assert five_are_there.wait(PATIENCE)
            handler.send(b"no", 403)
        else:
            handler.send(b'{"search": []}')

    wikidata.always = refuse_the_sixth
    client = WikidataClient(settings, LANGUAGES, progress)
    with pytest.raises(SourceError):
        client.search(queries, "search")
    client.close()
    wikidata.always = None
    wikidata.requests.clear()
    client = WikidataClient(settings, LANGUAGES)
    assert client.search(queries, "search") == [()] * 9
    client.close()
    assert (client.remembered, len(wikidata.requests)) == (5, 4)


def test_an_item_left_out(wikidata: StandIn, settings: Settings) -> None:
    """An answer that does not speak of an item is a fault, not the news that it is gone."""
    wikidata.always = lambda handler: handler.send(b'{"entities": {}, "success": 1}')
    client = WikidataClient(settings, LANGUAGES)
    with pytest.raises(SourceError, match="said nothing about Q1, Q2"):
        client.items(["Q2", "Q1"], "items")
    client.close()


def test_a_cache_that_is_none(settings: Settings, tmp_path: Path) -> None:
    """A file that is no cache is told with its name, and left alone."""
    path = tmp_path / "notes.txt"
    path.write_text("my notes, which are no database at all\n" * 50)
    with pytest.raises(SourceError, match=r"notes\.txt: cannot be used as a cache"):
        WikidataClient(replace(settings, wikidata_cache=path), LANGUAGES)
    assert path.read_text().startswith("my notes")


@pytest.mark.parametrize("address", ["", "wikidata.org", "ftp://example.org/", "http:///x"])
def test_a_bad_address(address: str) -> None:
    """The API's address is one of the web."""
    with pytest.raises(SettingsError, match="wikidata_api"):
        Settings(wikidata_api=address)


def test_names_that_no_table_can_hold(wikidata: StandIn, settings: Settings) -> None:
    """Names with half a character or a control character are left out, and nothing breaks."""
    labels = {"en": "\ud800", "fr": "B\x00rgen", "nb": "Bergen"}
    wikidata.facts["Q26793"]["labels"] = labels
    for _ in range(2):  # the second time from the cache
        client = WikidataClient(settings, LANGUAGES)
        assert client.items(["Q26793"], "items")["Q26793"].labels == {"nb": "Bergen"}
        client.close()
