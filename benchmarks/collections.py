"""Lists as data: how long pages take, and what a whole harvest costs.

Run: `python -m benchmarks.collections 20000`. It builds a release of so many practices, serves it,
and asks for pages of `/practices` and `/cities` in each format: 100 and 1,000 things, the first
page, one in the middle and the last. Then it follows `hydra:next` from the first page to the last
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

from benchmarks.documents import running
from benchmarks.generate import ROOT, settings_for
from benchmarks.serve import free_port
from iccgraph.publish.pipeline import build_release

FORMS = ("ttl", "jsonld", "nt", "rdf", "nq", "csv")
SIZES = (100, 1000)


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


def pages(line: http.client.HTTPConnection, name: str) -> None:
    """Print how long pages of a list take that nobody has asked for before."""
    for size in SIZES:
        total = json.loads(fetch(line, f"/{name}.jsonld?size={size}&n=0").body)["totalItems"]
        last = -(-total // size)
        for form in FORMS:
            times = []
            for page in sorted({1, (last + 1) // 2, last}):
                found = fetch(line, f"/{name}.{form}?size={size}&page={page}")
                times.append(f"{found.seconds * 1000:.0f} ({found.size / 1e6:.2f} MB)")
            print(f"{name:>10} {size:5} {form:7}{'  '.join(times)}", flush=True)


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
    with running([sys.executable, "-m", "iccgraph", "serve", *options], port, ROOT):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        pages(line, "practices")
        pages(line, "cities")
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
