"""Politeness: one request at a time to each host, with a pause, and what its robots.txt forbids.

Source: RFC 9309 (robots.txt); RFC 9110, section 10.2.3 (Retry-After).
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

AGENT = "iccgraph"
"""What rules of robots.txt for us alone would call us."""


def host_name(address: str) -> str:
    """Return the name of the host of an address, empty if it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


class Stopped(Exception):
    """The run was interrupted while somebody waited for a turn."""


class Host:
    """One host: whose turn it is, and until when it is left alone."""

    def __init__(self) -> None:
        """Begin with nobody's turn, and no rest."""
        self.lock = threading.Lock()
        self.free_at = 0.0
        self.delay = 0.0


class Hosts:
    """All hosts that were asked anything."""

    def __init__(self, pause: float, longest_pause: float, stopped: threading.Event) -> None:
        """Prepare; `stopped` ends all waiting.

        Units: seconds.
        """
        self.pause, self.longest_pause, self.stopped = pause, longest_pause, stopped
        self._hosts = defaultdict[str, Host](Host)
        self._robots: dict[str, RobotFileParser | None] = {}
        self._lock = threading.Lock()

    def _host(self, address: str) -> Host:
        with self._lock:
            return self._hosts[host_name(address)]

    @contextmanager
    def turn(self, address: str) -> Iterator[None]:
        """Wait until the host of an address may be asked, and let nobody else ask it meanwhile.

        Raises: Stopped.
        """
        host = self._host(address)
        with host.lock:
            while (rest := host.free_at - time.monotonic()) > 0 and not self.stopped.is_set():
                self.stopped.wait(rest)
            if self.stopped.is_set():
                raise Stopped
            try:
                yield
            finally:
                pause = max(self.pause, min(host.delay, self.longest_pause))
                host.free_at = max(host.free_at, time.monotonic() + pause)

    def rest(self, address: str, seconds: float) -> None:
        """Leave the host of an address alone for so long."""
        host = self._host(address)
        host.free_at = max(host.free_at, time.monotonic() + seconds)

    def allowed(self, address: str, fetch: Callable[[str], str | None]) -> bool:
        """True if the robots.txt beside an address lets us ask it.

        `fetch` gets the text at an address, None if there is none; it is called once a site.
        Raises: ValueError if it is no address.
        """
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._robots:
            text = fetch(f"{site}/robots.txt")
            rules = None
            if text is not None:
                rules = RobotFileParser()
                rules.parse(text.splitlines())
                self._host(address).delay = float(rules.crawl_delay(AGENT) or 0)
            self._robots[site] = rules
        known = self._robots[site]
        return known is None or known.can_fetch(AGENT, address)
