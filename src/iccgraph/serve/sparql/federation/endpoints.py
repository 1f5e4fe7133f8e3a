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
import zlib
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
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
    CONNECT_SECONDS,
    CancellableRequest,
    Deadline,
    is_own_word,
    session,
)
from iccgraph.settings import Settings

BACKOFF_SECONDS: Final = 10.0
"""How long an endpoint is left alone that failed several times, or is busy and says no time."""
LONGEST_BACKOFF: Final = 3600.0
FAILURES: Final = 3
_PIECE: Final = 1 << 16
_TYPES: Final = ("application/sparql-results+json", "application/json")
_TICK: Final = 0.1
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
        self.agent = f"iccgraph/{__version__} ({contact}) requests/{requests.__version__}"
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
        start, outcome = time.monotonic(), "failed"
        try:
            content = self._post(text, deadline)
            outcome = "answered"
            return content
        except ServiceBusy as error:
            outcome = "busy"
            self._back_off(error.seconds)
            raise
        except ServiceLate:
            outcome = "late"
            raise
        except QueryTooLarge:
            outcome = "too large"
            raise
        except ClientDisconnected:
            outcome = "given up"
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
        """Wait until this endpoint may be asked by one more.

        Raises: ServiceBusy, ClientDisconnected.
        """
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
        with CancellableRequest(self.trusted, deadline) as request:
            try:
                with (
                    session(request) as asking,
                    asking.post(
                        self.address,
                        data={"query": text},
                        headers={
                            "User-Agent": self.agent,
                            "Accept": f"{_TYPES[0]}, {_TYPES[1]};q=0.5",
                            "Accept-Encoding": "gzip",
                        },
                        timeout=(min(CONNECT_SECONDS, deadline.left()), deadline.left()),
                        allow_redirects=False,
                        stream=True,
                    ) as response,
                ):
                    self._judge(response)
                    content = self._read(response)
            except (requests.RequestException, HTTPError, OSError) as error:
                raise self._meaning(error, request) from None
            except (ServiceFailed, QueryTooLarge) as error:
                # what is cut in its middle may look like nonsense
                raise (self._meaning(error, request) if request.cut else error) from None
            if request.cancelled:
                raise ClientDisconnected
            if request.late:
                raise self.late()
            return content

    def _meaning(self, error: Exception, request: CancellableRequest) -> Exception:
        """Return what a failure of the connection means for the query."""
        if request.cancelled:
            return ClientDisconnected()
        if request.refusal:
            return self.failure(f"cannot be asked: {request.refusal}")
        late = isinstance(error, requests.Timeout | TimeoutError) or "timed out" in str(error)
        if request.late or late or request.deadline.passed():
            return self.late()
        if isinstance(error, requests.exceptions.SSLError):
            return self.failure("has no certificate that can be trusted")
        if isinstance(error, requests.ConnectionError) and not request.lines:
            return self.failure("cannot be reached")
        return self.failure("broke off")

    def _judge(self, response: requests.Response) -> None:
        """Let an answer pass that can hold results.

        Raises: ServiceBusy, ServiceLate, ServiceFailed.
        """
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
            raise self.failure(f"wants to lead elsewhere ({status}), which is not followed")
        if status in (400, 413, 414, 422):
            raise self.failure(f"does not take what was asked of it ({status})")
        if status != 200:
            raise self.failure(f"gave no answer (it says {status})")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise self.failure("answered with something else than results in JSON")

    def _read(self, response: requests.Response) -> bytes:
        """Return the body, as long as it is not larger than it may be, unpacked too.

        Raises: QueryTooLarge, ServiceFailed.
        """
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "x-gzip"):
            raise self.failure("answered in a packing that was not asked for")
        inflate = zlib.decompressobj(31) if "gzip" in packing else None
        most, content = self.settings.service_bytes, bytearray()
        while part := response.raw.read1(_PIECE, decode_content=False):
            try:
                content += part if inflate is None else inflate.decompress(part, most + 1)
            except zlib.error:
                raise self.failure("answered with something that cannot be unpacked") from None
            if len(content) > most or (inflate is not None and inflate.unconsumed_tail):
                raise QueryTooLarge(
                    f"the answer of {self.iri} is larger than {most} bytes; ask it for less"
                )
        if inflate is not None and not inflate.eof:
            raise self.failure("broke off")
        return bytes(content)


def _seconds(header: str | None) -> float:
    """Return what a Retry-After header says, in either form, within reason."""
    try:
        seconds = Retry().parse_retry_after(header) if header else BACKOFF_SECONDS
    except (InvalidHeader, ValueError, OverflowError):
        seconds = BACKOFF_SECONDS
    return min(max(1.0, float(seconds)), LONGEST_BACKOFF)
