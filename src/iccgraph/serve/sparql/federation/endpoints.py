"""The endpoints that queries may ask by SERVICE: the operator's list, and how we ask them.

One request is a POST with the query as a form; it follows no redirect, uses no proxy, password or
certificate of the environment, and reads no more than it may. An endpoint that is busy or down is
left alone for a while.
Source: SPARQL 1.1 Protocol, section 2.1; RFC 9110, section 10.2.3 (Retry-After);
https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import DecodeError, HTTPError, InvalidHeader
from urllib3.util.retry import Retry

from iccgraph import __version__
from iccgraph.errors import (
    ClientDisconnected,
    QueryTooLarge,
    ServiceBusy,
    ServiceFailed,
    ServiceLate,
)
from iccgraph.serve.sparql.federation.safe_http import (
    CancellableRequest,
    Deadline,
    is_own_word,
    read_content,
    session,
)
from iccgraph.settings import Settings

CONNECT_SECONDS: Final = 5.0
BACKOFF_SECONDS: Final = 10.0
"""How long an endpoint is left alone that failed several times, or is busy and says no time."""
LONGEST_BACKOFF: Final = 3600.0
FAILURES: Final = 3
_TYPES: Final = ("application/sparql-results+json", "application/json")
_TICK: Final = 0.1
_OUTCOMES: Final[dict[type[BaseException], str]] = {
    ServiceBusy: "busy",
    ServiceLate: "late",
    QueryTooLarge: "too large",
    ClientDisconnected: "given up",
}
"""What is counted of a request that gave no answer; all else is counted as failed."""
log = logging.getLogger("iccgraph")
OnRequest = Callable[[str, str, float], None]
"""Called after each request with the endpoint, how it ended, and the seconds it took."""


class Services:
    """All endpoints on the operator's list."""

    def __init__(self, settings: Settings) -> None:
        self.on_request: OnRequest = lambda endpoint, outcome, seconds: None
        self.endpoints = {
            iri: Endpoint(iri, address, settings, self._report)
            for iri, address in settings.service_addresses.items()
        }

    def find(self, iri: str) -> Endpoint | None:
        """Return the endpoint of that very IRI, None if it is not on the list."""
        return self.endpoints.get(iri)

    def names(self) -> str:
        """Return the list for people."""
        return ", ".join(self.endpoints) or "none"

    def _report(self, endpoint: str, outcome: str, seconds: float) -> None:
        self.on_request(endpoint, outcome, seconds)


class Endpoint:
    """One endpoint, and what this process knows of how it is."""

    def __init__(self, iri: str, address: str, settings: Settings, report: OnRequest) -> None:
        self.iri, self.address, self.settings, self.report = iri, address, settings, report
        contact = settings.wikidata_contact.strip() or settings.site
        self.headers = {
            "User-Agent": f"iccgraph/{__version__} ({contact}) requests/{requests.__version__}",
            "Accept": f"{_TYPES[0]}, {_TYPES[1]};q=0.5",
            "Accept-Encoding": "gzip",
        }
        self.trusted = is_own_word(urlsplit(address).hostname or "")
        self.slots = threading.BoundedSemaphore(settings.service_requests)
        self.lock = threading.Lock()
        self.retry_at = 0.0
        self.failures = 0

    def ask(self, text: str, deadline: Deadline) -> bytes:
        """Return the endpoint's answer to a query, as the bytes of a result in JSON.

        Raises: ServiceFailed, ServiceBusy, ServiceLate, QueryTooLarge, ClientDisconnected.
        """
        self._enter(deadline)
        start, outcome = time.monotonic(), "answered"
        try:
            return self._post(text, deadline)
        except BaseException as error:
            outcome = _OUTCOMES.get(type(error), "failed")
            if isinstance(error, ServiceBusy):
                self._back_off(error.seconds)
            raise
        finally:
            self.slots.release()
            self._remember(outcome)
            self.report(self.iri, outcome, time.monotonic() - start)

    def failure(self, what: str) -> ServiceFailed:
        """Return the error that says what the endpoint did."""
        return ServiceFailed(f"{self.iri} {what}; try again later, or without this SERVICE")

    def late(self) -> ServiceLate:
        """Return the error that says that the endpoint took too long."""
        return ServiceLate(f"{self.iri} did not answer in time; ask it for less, or later")

    def _enter(self, deadline: Deadline) -> None:
        """Wait until this endpoint may be asked by one more; raises ServiceBusy."""
        rest = self.retry_at - time.monotonic()
        if rest > 0:
            raise ServiceBusy(
                f"{self.iri} is busy or down and is left alone for another {rest:.0f} seconds", rest
            )
        while not self.slots.acquire(timeout=_TICK):
            if deadline.cancelled.is_set():
                raise ClientDisconnected
            if deadline.passed():
                most = self.settings.service_requests
                raise ServiceBusy(
                    f"{self.iri} is being asked by {most} others, and by no more at a time", 1
                )

    def _back_off(self, seconds: float) -> None:
        with self.lock:
            until = time.monotonic() + min(seconds, LONGEST_BACKOFF)
            self.retry_at = max(self.retry_at, until)

    def _remember(self, outcome: str) -> None:
        """Leave the endpoint alone for a while after several failures in a row."""
        with self.lock:
            if outcome in ("failed", "late"):
                self.failures += 1
            elif outcome == "answered":
                self.failures = 0
            tired = self.failures >= FAILURES
            if tired:
                self.failures = 0
        if tired:
            self._back_off(BACKOFF_SECONDS)
            log.warning("%s failed %d times in a row and is left alone", self.iri, FAILURES)

    def _post(self, text: str, deadline: Deadline) -> bytes:
        request = CancellableRequest(self.trusted, deadline)
        try:
            with (
                request,
                session() as asking,
                asking.post(
                    self.address,
                    data={"query": text},
                    headers=self.headers,
                    timeout=(min(CONNECT_SECONDS, deadline.left()), deadline.left()),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                self._judge(response)
                content = read_content(response, self.settings.service_bytes)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise self._meaning(error, request) from None
        if len(content) > self.settings.service_bytes:
            most = self.settings.service_bytes
            raise QueryTooLarge(
                f"the answer of {self.iri} is larger than {most} bytes; ask it for less"
            )
        return content

    def _meaning(self, error: Exception, request: CancellableRequest) -> ServiceFailed:
        """Return what a failure of the connection means for the query."""
        if request.refusal:
            return self.failure(f"cannot be asked: {request.refusal}")
        late = isinstance(error, requests.Timeout | TimeoutError) or "timed out" in str(error)
        if late or request.deadline.passed():
            return self.late()
        if isinstance(error, requests.exceptions.SSLError):
            return self.failure("has no certificate that can be trusted")
        if isinstance(error, requests.ConnectionError) and not request.connected:
            return self.failure("cannot be reached")
        if isinstance(error, DecodeError):
            return self.failure("answered with something that cannot be unpacked")
        return self.failure("broke off")

    def _judge(self, response: requests.Response) -> None:
        """Let an answer pass that can hold results; raises ServiceFailed."""
        status = response.status_code
        if status in (429, 503):
            seconds = _seconds(response.headers.get("Retry-After"))
            raise ServiceBusy(
                f"{self.iri} is busy (it says {status}); try again in {seconds:.0f} seconds",
                seconds,
            )
        if status in (408, 504):
            raise self.late()
        if 300 <= status < 400:
            raise self.failure(f"redirects elsewhere ({status}); redirects are not followed")
        if status in (400, 413, 414, 422):
            raise self.failure(f"does not take what was asked of it ({status})")
        if status != 200:
            raise self.failure(f"gave no answer (it says {status})")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise self.failure("answered with something else than results in JSON")
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "x-gzip"):
            raise self.failure("answered in a packing that was not asked for")


def _seconds(header: str | None) -> float:
    """Return what a Retry-After header says, in either form, within reason."""
    try:
        seconds = Retry().parse_retry_after(header) if header else BACKOFF_SECONDS
    except (InvalidHeader, ValueError, OverflowError):
        seconds = BACKOFF_SECONDS
    return min(max(1.0, float(seconds)), LONGEST_BACKOFF)
