"""What the tests of checking links share: a stand-in, settings, and a clock that does not wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from iccgraph.linkcheck.visit import Answer, Visitor
from iccgraph.settings import Settings
from tests.linkcheck.standin import StandIn, serving

CONTACT = "me@example.org"


class Clock(threading.Event):
    """A clock on which time passes by rests alone, and the event on which others rest."""

    def __init__(self) -> None:
        """Begin at zero."""
        super().__init__()
        self.now = 0.0
        self.rests: list[float] = []

    def monotonic(self) -> float:
        """Return what time it is."""
        return self.now

    def wait(self, timeout: float | None = None) -> bool:
        """Note a rest, and let its time pass."""
        assert timeout is not None
        self.rests.append(timeout)
        self.now += timeout
        return self.is_set()


@pytest.fixture
def sites() -> Iterator[StandIn]:
    """Return a stand-in for the sites."""
    with serving() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings with a cache of their own, that hardly rest."""
    return Settings(
        data_dir=tmp_path / "data",
        check_contact=CONTACT,
        check_cache=tmp_path / "links.sqlite",
        check_pause=0.001,
        check_wait=0.001,
        check_timeout=60,
    )


@pytest.fixture
def clock(sites: StandIn, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return a clock that the hosts' turns and the stand-in go by."""
    clock = Clock()
    sites.now = clock.monotonic
    monkeypatch.setattr("iccgraph.linkcheck.hosts.time", clock)
    return clock


@pytest.fixture
def visit(settings: Settings) -> Iterator[Callable[[str], Answer]]:
    """Return a function that asks one address."""
    visitor = Visitor(settings, threading.Event())
    yield visitor.visit
    visitor.close()
