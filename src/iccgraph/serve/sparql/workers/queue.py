"""The quick lane: a few places, and a queue before them that threads and an event loop share."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable

from iccgraph.errors import EngineBusy
from iccgraph.serve.sparql.port import ClientGone, HangUp, nobody_hangs_up

LOOK_SECONDS = 0.1
"""How often those who wait are asked whether they are still there."""


class Place:
    """A place in the lane, which is left once."""

    def __init__(self, lane: QuickLane, held: bool = True) -> None:
        """Hold a place that the lane has given, or none."""
        self.lane, self.held = lane, held

    def leave(self) -> None:
        """Let the next one in."""
        with self.lane.lock:
            if not self.held:
                return
            self.held = False
            self.lane.pass_on()


class _Turn:
    """Somebody who waits; `tell` is called, by any thread, when the place is theirs."""

    def __init__(self, tell: Callable[[], object]) -> None:
        self.tell = tell
        self.come = False


class QuickLane:
    """Gives places in the order in which they were asked for."""

    def __init__(self, places: int, most_waiting: int) -> None:
        """Begin with all places free."""
        self.places, self.most_waiting = places, most_waiting
        self.lock = threading.Lock()
        self.taken = 0
        self.queue: deque[_Turn] = deque()

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self.queue)

    def enter(self, deadline: float) -> Place:
        """Wait for a place, in a thread.

        Units: the deadline is a time of the monotonic clock.
        Raises: EngineBusy when too many wait, or no place becomes free in time.
        """
        come = threading.Event()
        turn = self._line_up(come.set)
        if turn is not None:
            try:
                come.wait(max(0.0, deadline - time.monotonic()))
            finally:
                self._settle(turn)
        return Place(self)

    async def enter_soon(self, deadline: float, hung_up: HangUp = nobody_hangs_up) -> Place:
        """Wait for a place, on an event loop; who has gone stands in nobody's way.

        Raises: EngineBusy when too many wait, or no place becomes free in time; ClientGone.
        """
        if self._walk_in():
            return Place(self)
        loop = asyncio.get_running_loop()
        wake = [loop.create_future()]
        turn = self._line_up(lambda: loop.call_soon_threadsafe(_let, wake))
        if turn is None:
            return Place(self)
        try:
            while not turn.come and not hung_up() and (left := deadline - time.monotonic()) > 0:
                timer = loop.call_later(min(left, LOOK_SECONDS), _let, wake)
                try:
                    await wake[0]
                finally:
                    timer.cancel()
                wake[0] = loop.create_future()
        except BaseException:
            if self._give_up(turn):
                Place(self).leave()
            raise
        if hung_up():
            if self._give_up(turn):
                Place(self).leave()
            raise ClientGone
        self._settle(turn)
        return Place(self)

    def _walk_in(self) -> bool:
        """Take a free place, and return whether there was one."""
        with self.lock:
            if self.taken >= self.places:
                return False
            self.taken += 1
            return True

    def _line_up(self, tell: Callable[[], object]) -> _Turn | None:
        """Take a free place and return None, or stand in line."""
        with self.lock:
            if self.taken < self.places:
                self.taken += 1
                return None
            if len(self.queue) >= self.most_waiting:
                raise EngineBusy(f"{len(self.queue)} queries are waiting already; try again later")
            turn = _Turn(tell)
            self.queue.append(turn)
            return turn

    def _settle(self, turn: _Turn) -> None:
        if not self._give_up(turn):
            raise EngineBusy("no worker became free in time; try again later")

    def _give_up(self, turn: _Turn) -> bool:
        """Leave the line, and return whether the place has come before that."""
        with self.lock:
            if not turn.come:
                self.queue.remove(turn)
            return turn.come

    def pass_on(self) -> None:
        """Give one place to the next in line; the lock must be held."""
        if self.queue:
            turn = self.queue.popleft()
            turn.come = True
            with contextlib.suppress(RuntimeError):  # its event loop has ended, and it with that
                turn.tell()
        else:
            self.taken -= 1


def _let(wake: list[asyncio.Future[None]]) -> None:
    if not wake[0].done():
        wake[0].set_result(None)
