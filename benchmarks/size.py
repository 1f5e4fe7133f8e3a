"""What a release of each size takes: time and memory to build, disk, memory to serve.

Run: `python -m benchmarks.size 223 20000 48500`. 223 means the real data; other numbers are
generated. Prints, for each size, a row of the table in docs/operating.md: `iccgraph build` and the
largest memory of one of its processes, the folder of the release, and the memory of all processes
of a server with the default settings once it was asked for 2,000 pages and documents.
Units: seconds of wall time; MB of 2**20 bytes. Memory that processes share counts once (PSS).
"""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.web.processes import descendants

from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.settings import Settings

MIB = 2**20
PATHS = ("practices?page={}", "city/barcelona?n={}", "topic/education.ttl?n={}", "country/es?n={}")
REQUESTS = 2000
READY_SECONDS = 60
MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def build(settings: Settings) -> tuple[float, int]:
    """Build, and return the seconds and the bytes of the largest process."""
    folders = (
        f"--{name}-dir={getattr(settings, f'{name}_dir')}"
        for name in ("data", "ontology", "shapes", "releases")
    )
    command = [sys.executable, "-c", MEASURED, sys.executable, "-m", "iccgraph", "build", *folders]
    start = time.perf_counter()
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return time.perf_counter() - start, int(printed)


def serve(settings: Settings) -> int:
    """Return the bytes of memory of a server that has answered a while."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "iccgraph", "serve", f"--port={port}", "--log-requests=no"),
        f"--releases-dir={settings.releases_dir}",
    ]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        _ask(port)
        return sum(_share(pid) for pid in (server.pid, *descendants(server.pid)))
    finally:
        server.terminate()
        server.wait()


def _ask(port: int) -> None:
    site, latest = f"http://127.0.0.1:{port}", time.monotonic() + READY_SECONDS
    while time.monotonic() < latest:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{site}/readyz"):  # noqa: S310
            break
        time.sleep(0.1)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        for number in range(REQUESTS):
            path = PATHS[number % len(PATHS)].format(number // len(PATHS) + 1)
            line.request("GET", f"/{path}")
            line.getresponse().read()


def _share(pid: int) -> int:
    """Return the memory of a process; what it shares with others counts in part."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has ended meanwhile
        return 0
    return int(text.partition("\nPss:")[2].split()[0]) * 1024


def main() -> None:
    """Print a row for each size that is named."""
    for count in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory(prefix="iccgraph-size-") as folder:
            settings = settings_for(count, Path(folder))
            seconds, most = build(settings)
            release = next(path for path in settings.releases_dir.iterdir() if path.is_dir())
            disk = sum(path.stat().st_size for path in release.rglob("*"))
            held = serve(settings)
            print(
                f"| {count:,} | {_triples(release):,} | {seconds:,.0f} s, {most // MIB:,} MB "
                f"| {disk // MIB:,} MB | {held // MIB:,} MB |",
                flush=True,
            )


def _triples(release: Path) -> int:
    with (release / "dumps" / "iccgraph.nt").open("rb") as file:
        return sum(1 for _ in file)


if __name__ == "__main__":
    main()
