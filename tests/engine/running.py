"""The event loop on which tests run engines, as a web process does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

Given = TypeVar("Given")
PATIENCE = 60.0
"""How long anything may take before a test gives up. Units: seconds."""


@cache
def loop() -> asyncio.AbstractEventLoop:
    """Return the loop, which runs in a thread of its own until the tests have ended."""
    made = asyncio.new_event_loop()
    threading.Thread(target=made.run_forever, name="loop", daemon=True).start()
    return made


def start(coroutine: Coroutine[Any, Any, Given]) -> Future[Given]:
    """Begin a coroutine on the loop; cancelling the future cancels its task."""
    return asyncio.run_coroutine_threadsafe(coroutine, loop())


def run(coroutine: Coroutine[Any, Any, Given]) -> Given:
    """Run a coroutine on the loop and return what it returns."""
    return start(coroutine).result(PATIENCE)
