"""How long other clients wait while queries without end run, beside the same clients alone.

Run: `python -m benchmarks.bombs 900 48500`. Each size is measured twice over: four clients ask
queries and documents, first alone, then while 32 other clients each ask for the product of
everything with everything, again as soon as they are refused. All limits are on, at their
defaults. Every question is new, so that nothing can be kept.
Prints the milliseconds within which half, 95 and 99 of 100 were answered, and their ratios (goal:
the 99th at most doubles), what became of the bombs and how long after their time the last of them
was told (goal: a second), and the memory of the server's processes before, at most while, and ten
seconds after.
Units: milliseconds; megabytes of resident memory.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.web.processes import descendants, memory

from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUERIES = (
    "02-everything-about-barcelona",
    "23-is-there-a-practice",
    "33-topics-and-their-definitions",
)
DOCUMENTS = ("city/barcelona.ttl", "topic/education.jsonld", "country/es.ttl")
BOMBS, CLIENTS, SECONDS = 32, 4, 20


class Crowd:
    """Clients that ask again and again until they are told to stop."""

    def __init__(self, port: int, addresses: list[str], clients: int) -> None:
        """Begin to ask; `addresses` are asked in turn."""
        self.port, self.addresses = port, addresses
        self.over = threading.Event()
        self.seconds: list[float] = []
        self.answers: Counter[int] = Counter()
        self.threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(clients)]
        for thread in self.threads:
            thread.start()

    def _ask(self, number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        asked = 0
        while not self.over.is_set():
            address = self.addresses[asked % len(self.addresses)]
            asked += 1
            begun = time.perf_counter()
            line.request("GET", f"/{address}{number}.{asked}.{time.monotonic_ns()}")
            answer = line.getresponse()
            answer.read()
            self.seconds.append(time.perf_counter() - begun)
            self.answers[answer.status] += 1
            time.sleep(0.002)

    def stop(self) -> None:
        """Let every client end after its present answer."""
        self.over.set()
        for thread in self.threads:
            thread.join()


def query(text: str) -> str:
    """Return the address of a query that a number may follow."""
    return f"sparql?query={quote(text, safe='')}%23"


def percentiles(seconds: list[float]) -> list[float]:
    """Return the milliseconds of half, 95 and 99 of 100."""
    hundredths = statistics.quantiles(seconds, n=100)
    return [hundredths[place - 1] * 1000 for place in (50, 95, 99)]


def told(values: list[float], digits: int = 1) -> str:
    """Return figures as they are printed."""
    return " / ".join(f"{value:.{digits}f}" for value in values)


def addresses() -> list[str]:
    """Return what a normal client asks, each to be followed by a number."""
    texts = [(ROOT / "data" / "queries" / f"{name}.rq").read_text("utf-8") for name in QUERIES]
    return [*map(query, texts), *(f"{path}?n=" for path in DOCUMENTS)]


@contextmanager
def serving(releases: Path) -> Iterator[tuple[int, int]]:
    """Serve a release, and lend the port and the process."""
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "iccgraph", "serve", f"--port={port}", "--log-requests=no"),
            f"--releases-dir={releases}",
        ],
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    try:
        time.sleep(3)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    settings = settings_for(count, work)
    built = build_release(settings, validate=False)
    with serving(settings.releases_dir) as (port, pid):
        normal = Crowd(port, addresses(), CLIENTS)
        time.sleep(SECONDS)
        normal.stop()
        before = _held(pid)
        bombs = Crowd(port, [query(BOMB)], BOMBS)
        time.sleep(2)
        others = Crowd(port, addresses(), CLIENTS)
        most = 0
        for _ in range(SECONDS):
            time.sleep(1)
            most = max(most, _held(pid))
        others.stop()
        bombs.stop()
        time.sleep(10)
        after = _held(pid)
    assert set(normal.answers) == set(others.answers) == {200}, (normal.answers, others.answers)
    alone, beside = percentiles(normal.seconds), percentiles(others.seconds)
    late = max(bombs.seconds) - settings.query_timeout
    print(
        f"{built.manifest.content.counts['triples']:>9,} triples  alone {told(alone)} ms  beside "
        f"{BOMBS} bombs {told(beside)} ms  ratios "
        f"{told([b / a for a, b in zip(alone, beside, strict=True)], 2)}  "
        f"answers {len(normal.seconds):,} and {len(others.seconds):,}  "
        f"bombs {dict(bombs.answers)}, at most {late:.2f} s after their time  "
        f"memory {before}, {most}, {after} MB",
        flush=True,
    )


def _held(pid: int) -> int:
    return memory({pid, *descendants(pid)}) // 2**20


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["900", "48500"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
