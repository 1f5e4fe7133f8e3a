"""How much one client may ask, at a time that stands still."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccgraph.errors import RequestError
from iccgraph.serve.http import quota
from iccgraph.serve.http.quota import Client, Quota
from iccgraph.settings import Settings

MARS, VENUS, HERE = Client("203.0.113.7"), Client("2001:db8::/64"), Client("127.0.0.1", local=True)
SETTINGS = Settings(client_requests=3, client_queries=2)


class Clock:
    """The time that the quota is told."""

    def __init__(self) -> None:
        """Begin 20 seconds after a full minute."""
        self.now = 1_000_000 * 60.0 + 20

    def time(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let time stand still."""
    clock = Clock()
    monkeypatch.setattr(quota, "time", clock)
    return clock


@pytest.fixture
def counted(clock: Clock, tmp_path: Path) -> Quota:
    """Return a quota that has counted nothing yet."""
    return Quota(SETTINGS, tmp_path / "clients")


def test_just_as_many_requests(counted: Quota, clock: Clock) -> None:
    """As many requests as the limit are counted in a minute; one more waits for the next one."""
    for _ in range(3):
        counted.count(MARS)
    with pytest.raises(RequestError) as caught:
        counted.count(MARS)
    assert caught.value.http_status == 429
    assert caught.value.headers["Retry-After"] == "40"
    counted.count(VENUS)
    clock.now += 40
    counted.count(MARS)


def test_this_machine(counted: Quota, tmp_path: Path) -> None:
    """The operator's own requests have no limit; behind a proxy nobody is the operator."""
    for _ in range(10):
        counted.count(HERE)
    behind = Quota(Settings(client_requests=3, proxies=1), tmp_path / "behind")
    for _ in range(3):
        behind.count(HERE)
    with pytest.raises(RequestError):
        behind.count(HERE)


def test_processes_count_together(clock: Clock, tmp_path: Path) -> None:
    """Two processes with the same file count the same client together."""
    path = tmp_path / "clients"
    one, other = Quota(SETTINGS, path), Quota(SETTINGS, path)
    for counter in (one, other, one):
        counter.count(MARS)
    with pytest.raises(RequestError):
        other.count(MARS)


def test_crowded_table(counted: Quota, clock: Clock) -> None:
    """More clients than there are cells for are counted as far as there is room, and never wrong.

    A client that lost its cell begins anew, which is in its favour.
    """
    for number in range(40_000):
        counted.count(Client(f"198.51.{number // 250}.{number % 250}"))
    clock.now += 60
    for _ in range(3):
        counted.count(MARS)
    with pytest.raises(RequestError):
        counted.count(MARS)


def test_queries_at_a_time(counted: Quota) -> None:
    """A client holds as many queries as it may; what was released makes room."""
    for client in (MARS, MARS, VENUS):
        counted.hold(client)
    with pytest.raises(RequestError, match="2 queries running"):
        counted.hold(MARS)
    counted.release(MARS)
    counted.hold(MARS)
    assert counted.asking[MARS.name] == 2
    for client in (MARS, MARS, VENUS):
        counted.release(client)
    assert not counted.asking
