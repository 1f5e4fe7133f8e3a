"""Processor time of comparisons of cities, and of the pages whose numbers grow with the practices.

Run: `python -m benchmarks.compare 223 20000`. 223 means the real data; other numbers are generated,
and built without validation. Each address is asked for once, in this process, so that neither the
network nor another process is in the way; the first of each kind, which has maps and names to read,
is left out.
Prints the median and the 95th of 100 for each kind, and the bytes at the median (goal: with 20,000
practices at most three times the median with the real data, since more topics and years are shown).
Units: milliseconds of processor time; bytes before compression.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.first import Protocol, Scope, in_process, measure
from benchmarks.generate import ROOT, settings_for
from iccgraph.serve import server
from iccgraph.settings import Settings

COMPARISONS = 100


class Measured(Protocol):
    """Takes the response, and notes how long its body is."""

    size = 0

    def response_bytes(self, status: int, headers: object, body: bytes) -> None:
        """Note the status and the length."""
        self.status, self.size = status, len(body)


def addresses(index: Path) -> dict[str, list[str]]:
    """Return the addresses of each kind, in an order that is always the same."""
    connection = sqlite3.connect(index)
    chance = random.Random(4)  # noqa: S311  # no secret: the same cities in every run
    query = "SELECT DISTINCT city FROM practice_city ORDER BY city"
    cities = [city for (city,) in connection.execute(query)]
    fours = [chance.sample(cities, 4) for _ in range(COMPARISONS)]
    queries = ["&".join(f"city={city}" for city in four) for four in fours]
    found = {
        f"compare.{e}": [f"/compare.{e}?{q}" for q in queries] for e in ("html", "json", "csv")
    }
    for kind in ("city", "country", "topic", "network"):
        rows = connection.execute("SELECT key FROM thing WHERE kind = ? ORDER BY key", (kind,))
        found[kind] = [f"/{kind}/{key}.html" for (key,) in rows]
    connection.close()
    return found


async def size_of(front: Any, paths: Sequence[str]) -> int:
    """Return the length of a body at the median."""
    sizes = []
    for path in paths:
        protocol = Measured()
        await front.__rsgi__(Scope(path), protocol)
        sizes.append(protocol.size)
    return round(statistics.median(sizes))


async def run(count: int, settings: Settings, index: Path, counters: Path) -> None:
    """Ask for everything, and print what it took."""
    loader = server.Loader(settings, counters)
    loader.parent = os.getppid()
    front: Any = loader()
    front.__rsgi_init__(asyncio.get_running_loop())
    for kind, paths in addresses(index).items():
        spent = sorted((await measure(front, paths))[1:])
        late, size = spent[int(0.95 * len(spent))], await size_of(front, paths)
        print(f"{count:>8,} {kind:14}{statistics.median(spent):8.2f}{late:8.2f}{size:10,}")
    front.__rsgi_del__(asyncio.get_running_loop())


def main() -> None:
    """Build a release of each size, and measure it."""
    for count in map(int, sys.argv[1:] or ["223"]):
        with tempfile.TemporaryDirectory() as folder:
            settings = replace(
                settings_for(count, Path(folder)),
                vendor_dir=ROOT / "var" / "vendor",
                log_requests=False,
            )
            in_process(settings, partial(run, count))


if __name__ == "__main__":
    main()
