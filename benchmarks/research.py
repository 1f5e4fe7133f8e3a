"""What `iccgraph.open` takes: seconds and memory, beside plain `pandas.read_csv` of the same files.

Run: `python -m benchmarks.research 223 20000`. 223 means the real data; other numbers are
generated. Each task runs in a process of its own: to open a folder and read practices, two columns
of them, all tables, or a network; to fetch all tables from a site into an empty cache, and to read
them from there again. The peer reads with no datatypes and splits no lists.
Units: seconds of wall time without the import of pandas; MB of 2**20 bytes, the most that the
process held.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import LiveServer

from benchmarks.generate import ROOT, settings_for
from iccgraph.publish.pipeline import build_release

TASKS = {
    "nothing but the imports": "",
    "practices": "iccgraph.open(place).practices",
    "practices, peer": 'pandas.read_csv(place + "/dumps/practices.csv")',
    "two columns": 'iccgraph.open(place).table("practices", ["key", "topics"])',
    "two columns, peer": (
        'pandas.read_csv(place + "/dumps/practices.csv", usecols=["key", "topics"])'
    ),
    "all tables": "d = iccgraph.open(place)\nkept = [d.table(name) for name in d.tables]",
    "all tables, peer": (
        "import glob\nkept = [pandas.read_csv(path) for path in glob.glob(place + '/dumps/*.csv')]"
    ),
    "network of cities": 'iccgraph.open(place).graph("city-city")',
    "fetched from a site": "iccgraph.open(site, cache=cache).fetch()",
    "practices, kept": "iccgraph.open(site, cache=cache, offline=True).practices",
}
MEASURED = """
import re, sys, time
from pathlib import Path
import iccgraph, networkx, pandas
iccgraph.open
place, site, cache = sys.argv[1:]
start = time.perf_counter()
{task}
seconds = time.perf_counter() - start
most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(seconds, int(most[1]) // 1024)
"""


def measure(task: str, *arguments: str) -> str:
    """Return seconds and memory of a task, as a cell of a table."""
    command = [sys.executable, "-c", MEASURED.format(task=TASKS[task]), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    seconds, megabytes = done.stdout.split()
    return f"{float(seconds):.3f} s, {megabytes} MB"


def main() -> None:
    """Print a row for each task, with a column for each size that is named."""
    counts = [int(word) for word in sys.argv[1:]]
    rows = {task: f"| {task} |" for task in TASKS}
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="iccgraph-research-") as name:
            folder = Path(name)
            settings = settings_for(count, folder)
            release = build_release(settings, validate=False).name
            server = LiveServer(settings.releases_dir, folder / "serve.log")
            try:
                place, cache = settings.releases_dir / release, folder / "cache"
                for task in TASKS:
                    rows[task] += f" {measure(task, str(place), server.url, str(cache))} |"
            finally:
                server.stop()
    print("\n".join(rows.values()))


if __name__ == "__main__":
    main()
