"""How long other clients wait while many hold on to their lines, beside the same clients alone.

Run: `python -m benchmarks.lines`. Four clients ask new queries and documents of the real data,
first alone, then beside each kind of client of `tests/sparql/attacks.py` that begins and does not
go on: heads and bodies that never end, answers that nobody reads, silence, bombs.
Prints the milliseconds within which half, 95 and 99 of 100 were answered, and the ratios (goal: the
99th at most doubles). What the server ends is begun again each second.
Units: milliseconds.
"""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.sparql.attacks import LINES, Begin

from benchmarks.bombs import CLIENTS, Crowd, addresses, percentiles, serving, told
from benchmarks.generate import REAL, settings_for
from iccgraph.publish.pipeline import build_release

SECONDS = 5


@contextlib.contextmanager
def held(port: int, size: int, begin: Begin) -> Iterator[None]:
    """Hold so many lines; those that the server ends are begun again."""
    over = threading.Event()

    def hold() -> None:
        with contextlib.ExitStack() as lines:
            while True:
                for number in range(size):
                    with contextlib.suppress(OSError):
                        line = lines.enter_context(socket.create_connection(("127.0.0.1", port)))
                        begin(line, number)
                if over.wait(1):
                    return
                lines.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def asked(port: int) -> list[float]:
    """Return how long four clients waited for each of their answers."""
    crowd = Crowd(port, addresses(), CLIENTS)
    time.sleep(SECONDS)
    crowd.stop()
    assert set(crowd.answers) == {200}, crowd.answers
    return percentiles(crowd.seconds)


def main() -> None:
    """Measure every kind."""
    with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
        settings = settings_for(REAL, Path(folder))
        build_release(settings, validate=False)
        with serving(settings.releases_dir) as (port, _):
            alone = asked(port)
            print(f"alone: {told(alone)} ms", flush=True)
            for kind, (size, begin) in LINES.items():
                with held(port, size, begin):
                    beside = asked(port)
                ratios = [b / a for a, b in zip(alone, beside, strict=True)]
                print(f"beside {size} × {kind}: {told(beside)} ms, ratios {told(ratios, 2)}")


if __name__ == "__main__":
    main()
