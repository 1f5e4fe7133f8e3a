"""What the networks of cities and topics take in a build: counts, null model, positions, files.

Run: `python -m benchmarks.networks 223 20000`. 223 means the real data; other numbers are generated
in all places that there are. Nothing is validated. Prints a row for each size: seconds of each step
over both schemes, of the whole build, and the bytes of all files that hold networks, and of the
largest of them (goal: the numbers within 5 seconds at any number of practices).
Units: seconds of processor time of the thread that builds; MB of 2**20 bytes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.generate import settings_for
from iccgraph.publish.pipeline import build_release
from iccgraph.publish.statistics import networks
from iccgraph.publish.writers.index import IndexWriter
from iccgraph.publish.writers.networks import NetworkFiles
from iccgraph.release.networks import FILES

MIB = 2**20
STEPS: dict[str, tuple[Any, str]] = {
    "counts": (IndexWriter, "topic_counts"),
    "model": (networks, "link_probabilities"),
    "pairs": (networks, "pairs_of"),
    "quotients": (networks, "quotients_of"),
    "positions": (networks, "layout"),
    "index": (IndexWriter, "add_networks"),
    "files": (NetworkFiles, "write"),
}
"""Each step, and the function that takes it."""


def timed(name: str, spent: Counter[str], function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that adds what a call takes to the seconds of a step."""

    def call(*arguments: Any) -> Any:
        start = time.thread_time()
        try:
            return function(*arguments)
        finally:
            spent[name] += time.thread_time() - start  # type: ignore[assignment]  # seconds

    return call


def main() -> None:
    """Print a row for each size that is named."""
    spent: Counter[str] = Counter()
    for name, (holder, function) in STEPS.items():
        setattr(holder, function, timed(name, spent, getattr(holder, function)))
    for count in map(int, sys.argv[1:] or ["223", "20000"]):
        spent.clear()
        with tempfile.TemporaryDirectory(prefix="iccgraph-networks-") as folder:
            settings = settings_for(count, Path(folder))
            start = time.thread_time()
            built = build_release(settings, validate=False)
            whole = time.thread_time() - start
            dumps = settings.releases_dir / built.name / "dumps"
            sizes = [
                path.stat().st_size for path in dumps.glob(f"{FILES}*") if path.suffix != ".gz"
            ]
        steps = ", ".join(f"{name} {spent[name]:.2f}" for name in STEPS)
        print(
            f"| {count:,} | {steps}; all {sum(spent.values()):.2f} s of {whole:.1f} s"
            f" | {sum(sizes) / MIB:.1f} MB, the largest {max(sizes) / MIB:.1f} MB |",
            flush=True,
        )


if __name__ == "__main__":
    main()
