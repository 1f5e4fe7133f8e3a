"""Opening a release and answering from it, beside rdflib serialising the same description.

Run: `python -m benchmarks.serve 223 20000`. 223 means the real data; other numbers are generated.
Prints, for each size: the time from starting `iccgraph serve` to its first answer, the time a
fresh process needs to open the release and describe a city, the median time of a city's Turtle
document from the warm server over one connection (kept, and with the layer of finished answers
passed by), and rdflib's median time to serialise the same triples as Turtle.
Units: milliseconds, but seconds for opening.
"""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rdflib

from benchmarks.generate import ROOT, settings_for
from iccgraph.publish.pipeline import build_release

CITY = "/city/barcelona"
OPEN = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.describe import describe
from iccgraph.serve.dataset.open import open_current
release = open_current(ReleaseFolder(Path(sys.argv[1])), 100_000)
assert describe(release, "city", "barcelona")
print(time.perf_counter() - start)
"""


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    settings = settings_for(count, work)
    built = build_release(settings, validate=False)
    command = [sys.executable, "-c", OPEN, str(settings.releases_dir)]
    opened = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    port = free_port()
    command = [
        *(sys.executable, "-m", "iccgraph", "serve", f"--port={port}"),
        f"--releases-dir={settings.releases_dir}",
    ]
    start = time.perf_counter()
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        body = _first(port)
        first = time.perf_counter() - start
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(100):  # either server process makes the answer once
                _get(http.client.HTTPConnection("127.0.0.1", port), f"{CITY}.ttl")
            warm = _median(lambda: _ask(line, f"{CITY}.ttl"), 1000)
            numbers = iter(range(10**9))
            live = _median(lambda: _ask(line, f"{CITY}.ttl?n={next(numbers)}"), 300)
    finally:
        server.terminate()
        server.wait()
    graph = rdflib.Graph().parse(data=body, format="turtle")
    peer = _median(lambda: graph.serialize(format="turtle"), 30)
    print(
        f"{built.manifest.content.counts['triples']:>11,} triples  first answer {first:.2f} s "
        f"(open and describe {float(opened):.2f} s)  city of {len(graph)} triples: "
        f"warm {warm:.3f} ms, made anew {live:.3f} ms, rdflib {peer:.3f} ms  "
        f"ratio {peer / warm:.0f} and {peer / live:.1f}",
        flush=True,
    )


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _first(port: int) -> bytes:
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            return _get(connection, f"{CITY}.ttl")
        except OSError:
            time.sleep(0.01)


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {body[:200]!r}")
    return body


def _ask(line: socket.socket, path: str) -> int:
    """Ask over an open connection, with next to no work of the client's own."""
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = line.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"{path}: {head[:200]!r}")
    size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    got = len(body)
    while got < size:
        got += len(line.recv(65536))
    return size


def _median(action: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["223", "20000"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
