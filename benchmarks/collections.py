"""Lists as data: how long pages take, and what a whole harvest costs.

Run: `python -m benchmarks.collections 20000`. It builds a release of so many practices, serves it,
and asks for pages of `/practices` and `/cities` in each format, of 100 and of 1,000 things, from
the first to the last. Then it follows `hydra:next` from the first page to the last
of all practices, 1,000 a page, with compression and without, and reads `/practices.csv` at once.
Units: milliseconds; bytes; requests.
"""

from __future__ import annotations

import gzip
import http.client
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.documents import processor_seconds, running
from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release

FORMS = ("ttl", "jsonld", "nt", "rdf", "nq", "csv")
SIZES = (100, 1000)
SOME = 7
"""So many pages of a list are asked for, evenly spread."""


class Fetched(NamedTuple):
    """One answer. Units: seconds; bytes as they were sent."""

    seconds: float
    size: int
    body: bytes


def fetch(line: http.client.HTTPConnection, path: str, packed: bool = False) -> Fetched:
    """Return the answer to a path, which must be there."""
    start = time.perf_counter()
    line.request("GET", path, headers={"Accept-Encoding": "gzip"} if packed else {})
    response = line.getresponse()
    body = response.read()
    seconds = time.perf_counter() - start
    assert response.status == 200, (path, body[:300])
    whole = gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body
    return Fetched(seconds, len(body), whole)


def pages(line: http.client.HTTPConnection, name: str, server: int) -> None:
    """Print what pages of a list take that nobody has asked for before: time, and the processor."""
    for size in SIZES:
        total = json.loads(fetch(line, f"/{name}.jsonld?size={size}&n=0").body)["totalItems"]
        last = -(-total // size)
        for form in FORMS:
            numbers = sorted({1 + place * (last - 1) // (SOME - 1) for place in range(SOME)})
            before = processor_seconds(server)
            found = [fetch(line, f"/{name}.{form}?size={size}&page={n}") for n in numbers]
            spent = (processor_seconds(server) - before) / len(found)
            times = sorted(one.seconds for one in found)
            print(
                f"{name:>10} {size:5} {form:7}{times[len(times) // 2] * 1000:6.0f} ms,"
                f" processor {spent * 1000:.0f} ms, {found[0].size / 1e6:.2f} MB",
                flush=True,
            )


def harvest(line: http.client.HTTPConnection, packed: bool) -> None:
    """Print what it takes to read all practices, page by page."""
    path, size, requests = "/practices.jsonld?size=1000", 0, 0
    keys: set[str] = set()
    start = time.perf_counter()
    while path:
        found = fetch(line, path, packed)
        document = json.loads(found.body)
        keys.update(one["id"] for one in document["items"])
        size, requests = size + found.size, requests + 1
        path = document["view"].get("next", "").partition("://")[2].partition("/")[2]
        path = path and f"/{path}"
    assert len(keys) == document["totalItems"]
    seconds = time.perf_counter() - start
    print(
        f"harvest{' packed' if packed else ''}: {len(keys):,} practices, {requests} requests,"
        f" {size / 1e6:.1f} MB, {seconds:.1f} s",
        flush=True,
    )


def measure(count: int, work: Path) -> None:
    """Print the figures of one size."""
    settings = settings_for(count, work)
    start = time.perf_counter()
    build_release(settings, validate=False)
    print(f"{count:,} practices, built in {time.perf_counter() - start:.0f} s", flush=True)
    port = free_port()
    options = ["--log-requests=no", f"--port={port}", f"--releases-dir={settings.releases_dir}"]
    options += ["--web-workers=1", "--client-requests=1000000"]
    with running([sys.executable, "-m", "iccgraph", "serve", *options], port, ROOT) as server:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        pages(line, "practices", server)
        pages(line, "cities", server)
        for packed in (False, True):
            harvest(line, packed)
        found = fetch(line, "/practices.csv")
        print(f"table: {found.size / 1e6:.1f} MB, {found.seconds:.2f} s", flush=True)
        found = fetch(line, "/practices.csv?country=es")
        print(f"table of a country: {found.size / 1e6:.2f} MB, {found.seconds:.2f} s", flush=True)


def main() -> None:
    """Measure each size that is named."""
    for size in sys.argv[1:] or ["20000"]:
        with tempfile.TemporaryDirectory(prefix="iccgraph-bench-") as folder:
            measure(int(size), Path(folder))


if __name__ == "__main__":
    main()
