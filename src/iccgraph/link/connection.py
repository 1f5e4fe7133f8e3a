"""The connection to Wikidata's API: named, at most three requests at once, waiting when told to.

What was answered is kept on disk, also that nothing was found.
Source: https://www.mediawiki.org/wiki/API:Etiquette, https://www.mediawiki.org/wiki/Manual:Maxlag_parameter,
https://foundation.wikimedia.org/wiki/Policy:Wikimedia_Foundation_User-Agent_Policy
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import urllib3
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from iccgraph import __version__
from iccgraph.errors import SettingsError, SourceError
from iccgraph.settings import Settings

AT_ONCE = 3
"""Requests under way at the same time; Wikidata asks clients not to send more."""
MAXLAG = 5
"""Wikidata refuses requests while its copies lag further behind than this. Units: seconds."""
LARGEST = 256 * 1024 * 1024
"""The longest answer that is read. Units: bytes."""
LONGEST_REST = 10**9
"""No server means to be left alone for longer than this. Units: seconds."""
DAY = 86400.0
_TEMPORARY = {"maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"}
_WORDS = (
    (requests.Timeout, "did not answer in time"),
    (requests.exceptions.SSLError, "has a certificate that is not accepted"),
    (requests.ConnectionError, "cannot be reached"),
)
_TABLE = """CREATE TABLE IF NOT EXISTS answers
    (api TEXT, question TEXT, fetched REAL, answer TEXT, PRIMARY KEY (api, question))"""
Parameters = Mapping[str, str]
ApiAnswer = Mapping[str, Any]


class _TemporaryError(Exception):
    """The same request may be answered later; `after` is what the answer said to wait."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class _ThreadSession(threading.local):
    """A session of each thread, for sessions are not safe to share."""

    def __init__(self, agent: str) -> None:
        self.session = requests.Session()
        self.session.max_redirects = 3
        self.session.headers.update({"User-Agent": agent, "Accept": "application/json"})


class WikidataConnection:
    """Asks one API in several threads, and slows all of them down when it says so."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; nothing is asked yet.

        Raises: SettingsError if there is no contact for the User-Agent header.
        """
        contact = settings.wikidata_contact.strip()
        if not contact or not contact.isascii() or not contact.isprintable():
            raise SettingsError(
                f"wikidata_contact is {contact!r}; Wikidata wants to know whom to write to: give "
                "an e-mail address or a web page with --wikidata-contact"
            )
        self.settings, self.calls = settings, 0
        library = f"requests/{requests.__version__}"
        self._of_thread = _ThreadSession(f"iccgraph/{__version__} ({contact}) {library}")
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._pause_until = 0.0

    def ask_all(self, queries: Mapping[str, Parameters]) -> Iterator[tuple[str, ApiAnswer]]:
        """Yield each question's name with its answer, as soon as it is there.

        Raises: SourceError if one of them cannot be answered; the others are then given up.
        """
        pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wikidata")
        try:
            waiting = {pool.submit(self._ask, query): name for name, query in queries.items()}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BaseException:
            self._stopped.set()  # ends the pauses of the other threads
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _ask(self, query: Parameters) -> ApiAnswer:
        """Ask until there is an answer or no hope of one."""
        wait, most = self.settings.wikidata_wait, self.settings.wikidata_wait_most
        for attempt in range(1, self.settings.wikidata_attempts + 1):
            self._pause()
            try:
                return self._ask_once(query)
            except _TemporaryError as error:
                delay = min(wait * 2 ** (attempt - 1), most) if error.after is None else error.after
                if attempt == self.settings.wikidata_attempts:
                    raise self.failure(f"{error}, {attempt} times") from error
                if delay > most:
                    what = f"{error}, and wants {delay:.0f} seconds of rest"
                    raise self.failure(what) from error
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
        """Wait until the latest Retry-After of any thread has passed."""
        while (delay := self._pause_until - time.monotonic()) > 0 and not self._stopped.is_set():
            self._stopped.wait(delay)
        if self._stopped.is_set():
            raise self.failure("the run was stopped")

    def _ask_once(self, query: Parameters) -> ApiAnswer:
        with self._lock:
            self.calls += 1
        try:
            with self._of_thread.session.get(
                self.settings.wikidata_api,
                params={**query, "format": "json", "maxlag": str(MAXLAG)},
                timeout=self.settings.wikidata_timeout,
                stream=True,
            ) as response:
                return self._read(response)
        except requests.TooManyRedirects as error:
            raise self.failure("leads from one address to another without end") from error
        except ValueError as error:  # InvalidURL, InvalidSchema, a host that IDNA cannot encode
            raise self.failure(
                f"cannot be asked, or leads to an address that cannot ({error}); check the "
                "setting wikidata_api"
            ) from error
        # requests passes some errors of urllib3 and of the socket on as they are
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _TemporaryError(_in_words(error)) from error

    def _read(self, response: requests.Response) -> ApiAnswer:
        after = retry_after(response.headers.get("Retry-After"))
        if response.status_code == 429 or response.status_code >= 500:
            raise _TemporaryError(f"answered {response.status_code}", after)
        if response.status_code != 200:
            raise self.failure(f"refused with {response.status_code} {_begin(response)}".rstrip())
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type and not media_type.endswith(("/json", "+json")):
            raise self.failure(
                f"answered with {media_type[:80]} instead of JSON {_begin(response)}".rstrip()
                + "; check that wikidata_api is the address of an api.php"
            )
        answer = self._parse(response)
        error = answer.get("error")
        if error is None:
            return answer
        if not isinstance(error, Mapping):
            error = {"code": error}
        code = str(error.get("code"))
        message = f"answered with the error {code} ({str(error.get('info', ''))[:200]})"
        raise _TemporaryError(message, after) if code in _TEMPORARY else self.failure(message)

    def _parse(self, response: requests.Response) -> ApiAnswer:
        body = bytearray()
        deadline = time.monotonic() + 4 * self.settings.wikidata_timeout
        for part in response.iter_content(256 * 1024):
            body += part
            if len(body) > LARGEST or time.monotonic() > deadline:
                raise _TemporaryError("sent an answer without end")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise _TemporaryError("sent something that is not JSON, or only a part") from error
        if not isinstance(answer, Mapping):
            raise _TemporaryError("returned JSON that is not an answer of its API")
        return answer


def _begin(response: requests.Response) -> str:
    """Return the first words of a refusal, which mostly say why."""
    try:
        text = next(response.iter_content(2048), b"").decode("utf-8", "replace")
    except (urllib3.exceptions.HTTPError, OSError):
        return ""
    return f"({' '.join(text.split())[:200]})" if text.strip() else ""


def retry_after(text: str | None) -> float | None:
    """Return what a Retry-After header says, None if it says nothing that can be read.

    Units: seconds.
    Source: RFC 9110, section 10.2.3.
    """
    try:
        return Retry(retry_after_max=LONGEST_REST).parse_retry_after(text) if text else None
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _in_words(error: Exception) -> str:
    words = (text for kind, text in _WORDS if isinstance(error, kind))
    return next(words, f"broke off ({type(error).__name__})")


class AnswerCache:
    """What one API has answered, up to an age.

    Single entities are kept rather than whole answers, so that an item is found again whatever
    batch it was asked in; each is kept at once, so that a run that was interrupted
    goes on where it stopped.
    """

    def __init__(self, path: Path, api: str, days: float, option: str = "--wikidata-cache") -> None:
        """Open the file, or make it; `option` is how another one is named.

        Units: days.
        Raises: SourceError if it is not a cache, or cannot be written.
        """
        self.path, self.api, self.option = path, api, option
        self.oldest = time.time() - days * DAY
        with self._errors_told():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            with self._connection:
                self._connection.execute(_TABLE)
                self._connection.execute("DELETE FROM answers WHERE fetched < ?", [self.oldest])

    @contextmanager
    def _errors_told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise SourceError(
                f"{self.path}: cannot be used as a cache ({error}); remove it, or name another "
                f"file with {self.option}"
            ) from error

    def get(self, question: str) -> tuple[Any, float] | None:
        """Return the answer and when it was fetched, None if it was not asked lately.

        Units: seconds since 1970.
        Raises: SourceError if the file cannot be read.
        """
        query = "SELECT answer, fetched FROM answers WHERE api = ? AND question = ?"
        with self._errors_told():
            row = self._connection.execute(query, [self.api, question]).fetchone()
        return (json.loads(row[0]), row[1]) if row and row[1] >= self.oldest else None

    def put(self, answers: Mapping[str, object]) -> None:
        """Keep the answers to some questions, all or none of them.

        Raises: SourceError if the file cannot be written.
        """
        now = time.time()
        rows = [(self.api, key, now, json.dumps(answer)) for key, answer in answers.items()]
        with self._errors_told(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
