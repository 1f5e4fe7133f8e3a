"""One way to Wikidata's API: who we are, never too much at once, and patience when it is asked for.

Source: https://www.mediawiki.org/wiki/API:Etiquette, https://www.mediawiki.org/wiki/Manual:Maxlag_parameter,
https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from iccgraph import __version__
from iccgraph.errors import SettingsError, SourceError
from iccgraph.settings import Settings

AT_ONCE = 3
"""Requests under way at the same time; more than these Wikidata does not want from one client."""
MAXLAG = 5
"""Wikidata refuses us while its copies lag further behind than this. Units: seconds."""
LARGEST = 256 * 1024 * 1024
"""The longest answer that is read. Units: bytes."""
_TEMPORARY = {"maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"}
Query = Mapping[str, str]
Answer = Mapping[str, Any]


class _TemporaryFaultError(Exception):
    """The same request may be answered later; `after` is what the answer said to wait."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Connection:
    """Asks one API in several threads, and slows all of them down when it says so."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; nothing is asked yet.

        Raises: SettingsError if there is nobody whom Wikidata could write to.
        """
        contact = settings.wikidata_contact.strip()
        if not contact or not contact.isascii() or not contact.isprintable():
            raise SettingsError(
                f"wikidata_contact is {contact!r}; Wikidata wants to know whom to write to: give "
                "an e-mail address or a web page with --wikidata-contact"
            )
        self.settings, self.calls = settings, 0
        library = f"requests/{requests.__version__}"
        self.agent = f"iccgraph/{__version__} ({contact}) {library}"
        self._local = threading.local()
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._pause_until = 0.0

    def ask_all(self, queries: Mapping[str, Query]) -> Iterator[tuple[str, Answer]]:
        """Yield each question's name with its answer, as soon as it is there.

        Raises: SourceError if one of them cannot be answered; the others are then given up.
        """
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wikidata")
        try:
            waiting = {pool.submit(self._ask, query): name for name, query in queries.items()}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BaseException:
            self._stopped.set()  # those that wait for a better moment need not wait any more
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.max_redirects = 3
            session.headers["User-Agent"] = self.agent
            session.headers["Accept"] = "application/json"
            self._local.session = session
        session_of_this_thread: requests.Session = self._local.session
        return session_of_this_thread

    def _ask(self, query: Query) -> Answer:
        """Ask until there is an answer or no hope of one.

        Raises: SourceError.
        """
        wait, most = self.settings.wikidata_wait, self.settings.wikidata_wait_most
        for attempt in range(1, self.settings.wikidata_attempts + 1):
            self._pause()
            try:
                return self._ask_once(query)
            except _TemporaryFaultError as fault:
                delay = min(wait * 2 ** (attempt - 1), most) if fault.after is None else fault.after
                if attempt == self.settings.wikidata_attempts:
                    raise self.failure(f"{fault}, {attempt} times") from fault
                if delay > most:
                    told = f"{fault}, and wants {delay:.0f} seconds of rest"
                    raise self.failure(told) from fault
                with self._lock:
                    self._pause_until = max(self._pause_until, time.monotonic() + delay)
        raise AssertionError("at least one attempt is made")

    def failure(self, what: str) -> SourceError:
        """Return the error that says what the API did, and what to do."""
        return SourceError(
            f"{self.settings.wikidata_api}: {what}; nothing was changed, and what was fetched is "
            "kept: run this again later"
        )

    def _pause(self) -> None:
        """Wait until Wikidata wants to hear from us again; one answer slows all threads down."""
        while (delay := self._pause_until - time.monotonic()) > 0 and not self._stopped.is_set():
            self._stopped.wait(delay)
        if self._stopped.is_set():
            raise self.failure("the run was stopped")

    def _ask_once(self, query: Query) -> Answer:
        parameters = {**query, "format": "json", "maxlag": str(MAXLAG)}
        with self._lock:
            self.calls += 1
        try:
            with self._session().get(
                self.settings.wikidata_api,
                params=parameters,
                timeout=self.settings.wikidata_timeout,
                stream=True,
            ) as response:
                return self._read(response)
        except requests.TooManyRedirects as error:
            raise self.failure("leads from one address to another without end") from error
        except requests.RequestException as error:
            raise _TemporaryFaultError(_in_words(error)) from error

    def _read(self, response: requests.Response) -> Answer:
        after = _retry_after(response.headers.get("Retry-After"))
        if response.status_code == 429 or response.status_code >= 500:
            raise _TemporaryFaultError(f"answered {response.status_code}", after)
        if response.status_code != 200:
            raise self.failure(f"refused with {response.status_code} {_begin(response)}".rstrip())
        body = bytearray()
        deadline = time.monotonic() + 4 * self.settings.wikidata_timeout
        for part in response.iter_content(256 * 1024):
            body += part
            if len(body) > LARGEST or time.monotonic() > deadline:
                raise _TemporaryFaultError("sent an answer without end")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _TemporaryFaultError("sent something that is not JSON, or only a part") from error
        if not isinstance(answer, Mapping):
            raise _TemporaryFaultError("sent JSON that is no answer")
        fault = answer.get("error")
        if fault is None:
            return answer
        code = str(fault.get("code") if isinstance(fault, Mapping) else fault)
        info = str(fault.get("info", "") if isinstance(fault, Mapping) else "")
        if code in _TEMPORARY:
            raise _TemporaryFaultError(f"answered with the error {code} ({info[:200]})", after)
        raise self.failure(f"answered with the error {code} ({info[:200]})")


def _begin(response: requests.Response) -> str:
    """Return the first words of a refusal, for they mostly say why."""
    try:
        text = next(response.iter_content(2048), b"").decode("utf-8", "replace")
    except requests.RequestException:
        return ""
    return f"({' '.join(text.split())[:200]})" if text.strip() else ""


def _retry_after(text: str | None) -> float | None:
    """Return what a Retry-After header says. Units: seconds. Source: RFC 9110, section 10.2.3."""
    if text is None or not text.strip():
        return None
    if text.strip().isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "cannot be reached"
    return f"broke off ({type(error).__name__})"
