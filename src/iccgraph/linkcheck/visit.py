"""One address: what it answers, and where it leads; the only module here that opens connections.

An address is asked by HEAD; whatever has something against that is asked again by GET, for one
byte. What it leads to is asked in the same way. Nothing of a page is read.
Source: RFC 9110, sections 9.3.2 (HEAD), 14.2 (Range), 15 (statuses).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urldefrag, urljoin

import requests
import urllib3
from urllib3.exceptions import NameResolutionError

from iccgraph import __version__
from iccgraph.errors import SettingsError
from iccgraph.link.connection import retry_after
from iccgraph.linkcheck.hosts import Hosts
from iccgraph.linkcheck.session import SILENCES, open_session
from iccgraph.settings import Settings

ATTEMPTS: Final = 3
"""How often one address is asked that wants to be asked later."""
MOST_STEPS: Final = 10
"""Redirects that are followed from one address."""
ROBOTS_BYTES: Final = 512 * 1024
"""As much of a robots.txt is read. Source: RFC 9309, section 2.5, which asks for 500 KiB."""
_PERMANENT: Final = (301, 308)
_LATER: Final = (429, 503)
_NO_RANGE: Final = 416
"""An empty page has no first byte, but it is there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers.

    `what` is a word of `table.KINDS`; `final` is where it leads; `change_to` is the address that
    permanent redirects give in its place; `note` is why, in words.
    """

    what: str
    status: int = 0
    final: str = ""
    change_to: str = ""
    note: str = ""


class _Ended(Exception):
    """The way of an address ends here; `answer` says how."""

    def __init__(self, what: str, note: str, status: int = 0) -> None:
        super().__init__(note)
        self.answer = Answer(what, status, note=note)


class Visitor:
    """Asks addresses; may be shared by threads."""

    def __init__(self, settings: Settings, stopped: threading.Event) -> None:
        """Prepare; nothing is asked yet.

        Raises: SettingsError if there is no contact for the User-Agent header.
        """
        contact = (settings.check_contact or settings.wikidata_contact).strip()
        if not contact or not contact.isascii() or not contact.isprintable():
            raise SettingsError(
                f"check_contact is {contact!r}; sites that are asked want to know whom to write "
                "to: give an e-mail address or a web page with --check-contact"
            )
        self.settings = settings
        self.agent = f"iccgraph/{__version__} (link check; {contact})"
        self.hosts = Hosts(settings.check_pause, settings.check_wait_most, stopped)
        self._threads = threading.local()
        self._sessions: list[requests.Session] = []

    @property
    def _session(self) -> requests.Session:
        """Return the session of this thread, for sessions are not safe to share."""
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = open_session(self.agent)
            self._sessions.append(session)
        return session

    def close(self) -> None:
        """End all connections."""
        for session in self._sessions:
            session.close()

    def visit(self, address: str) -> Answer:
        """Return what an address answers, after all that it leads to.

        Raises: hosts.Stopped.
        """
        current, change_to, permanent = address, "", True
        try:
            for _ in range(MOST_STEPS + 1):
                status, location = self._ask(current)
                if not location:
                    found = Answer("moved" if change_to else "ok", status)
                    return replace(found, final=current, change_to=change_to)
                target = _target(current, location)
                permanent = permanent and status in _PERMANENT
                current, change_to = target, target if permanent else change_to
            raise _Ended("loop", f"leads on more than {MOST_STEPS} times")
        except _Ended as ended:
            return replace(ended.answer, final="" if current == address else current)

    def _ask(self, address: str) -> tuple[int, str]:
        """Return the status of an address that is there, and where it leads, if anywhere."""
        try:
            allowed = self.hosts.allowed(address, self._robots)
        except ValueError as error:
            raise _invalid(error) from error
        if not allowed:
            raise _Ended("robots", "the robots.txt of the site asks programs to stay away")
        for attempt in range(ATTEMPTS):
            status, location, after = self._answer(address)
            if status in _LATER:
                self._wait(address, status, attempt, after)
            elif status >= 400 and status != _NO_RANGE:
                raise _Ended(_kind(status), f"answers {status}", status)
            else:
                return status, location
        raise _Ended("busy", f"answers {status}, {ATTEMPTS} times", status)

    def _wait(self, address: str, status: int, attempt: int, after: float | None) -> None:
        """Leave a host alone for as long as it wants."""
        most = self.settings.check_wait_most
        delay = min(self.settings.check_wait * 2**attempt, most) if after is None else after
        if delay > most:
            raise _Ended("busy", f"answers {status}, and wants {delay:.0f} s of rest", status)
        if attempt + 1 < ATTEMPTS:
            self.hosts.rest(address, delay)

    def _answer(self, address: str) -> tuple[int, str, float | None]:
        """Return status, Location and Retry-After, by HEAD and, if that fails, by GET."""
        try:
            found = self._send("HEAD", address)
            if found[0] < 400 or found[0] in _LATER:
                return found
        except requests.Timeout as error:
            raise _in_words(error) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            ended = _in_words(error)
            if ended.answer.what != "unreachable":
                raise ended from error
        except ValueError as error:
            raise _invalid(error) from error
        try:
            return self._send("GET", address)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _in_words(error) from error

    def _send(self, method: str, address: str) -> tuple[int, str, float | None]:
        # one byte is enough to know that there is a page
        headers = {"Range": "bytes=0-0"} if method == "GET" else {}
        with (
            self.hosts.turn(address),
            self._session.request(
                method,
                urldefrag(address).url,
                headers=headers,
                timeout=self.settings.check_timeout,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            after = retry_after(response.headers.get("Retry-After"))
            location = self._session.get_redirect_target(response) or ""
            return response.status_code, location, after

    def _robots(self, address: str) -> str | None:
        """Return the text of a robots.txt, None if there is none that could be read."""
        try:
            with (
                self.hosts.turn(address),
                self._session.get(
                    address, timeout=self.settings.check_timeout, stream=True
                ) as response,
            ):
                if response.status_code != 200:
                    return None
                text, end = b"", time.monotonic() + SILENCES * self.settings.check_timeout
                while part := response.raw.read1(ROBOTS_BYTES, decode_content=True):
                    text += part
                    if len(text) >= ROBOTS_BYTES or time.monotonic() > end:
                        break
                return text.decode("utf-8", "replace")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
            return None


def _kind(status: int) -> str:
    if status in (404, 410):
        return "gone"
    return "refused" if status < 500 else "failed"


def _target(address: str, location: str) -> str:
    """Return where a redirect leads; what stands behind `#` goes along."""
    try:
        target = urljoin(address, location)
        fragment = urldefrag(address).fragment
    except ValueError as error:
        raise _invalid(error) from error
    if not target.startswith(("http://", "https://")):
        raise _Ended("invalid", f"leads to {target[:80]!r}, which is no web address")
    return target if "#" in target or not fragment else f"{target}#{fragment}"


def _invalid(error: Exception) -> _Ended:
    return _Ended("invalid", f"is no address that can be asked ({str(error)[:80]})")


def _in_words(error: Exception) -> _Ended:
    """Return what went wrong, as an answer."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.Timeout):
        return _Ended("timeout", "did not answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        return _Ended("certificate", "has a certificate that is not accepted")
    if isinstance(error, ValueError):  # InvalidURL, InvalidSchema
        return _invalid(error)
    if isinstance(reason, NameResolutionError):
        return _Ended("unreachable", "its host has no address")
    if isinstance(error, requests.ConnectionError):
        return _Ended("unreachable", "cannot be reached, or ends the connection")
    return _Ended("unreachable", f"broke off ({type(error).__name__})")
