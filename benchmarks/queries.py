"""Latency of a named query, over HTTP on one connection, beside the same query sent to /sparql.

Run: `python -m benchmarks.queries [ADDRESS]` against a running server that nobody else asks.
Asks `practices-of-a-city` for every city, as CSV and as a page: new, again (kept), and known (304);
the peer is its text at /sparql, with a comment that makes it new.
Start the server anew before each run, since it keeps what it answered.
Prints the median and the 95th of 100, and the peer's median by ours.
Units: milliseconds.
"""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import time
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

NAME = "practices-of-a-city"
PAGE = {"Accept": "text/html"}


class Line:
    """A connection to the server."""

    def __init__(self, address: str) -> None:
        self.line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)

    def ask(self, path: str, headers: dict[str, str] | None = None) -> tuple[float, bytes, str]:
        """Return how long an answer took, its body and its tag."""
        start = time.perf_counter()
        self.line.request("GET", path, headers=headers or {})
        response = self.line.getresponse()
        body = response.read()
        took = (time.perf_counter() - start) * 1000
        assert response.status in (200, 304), (path, response.status)
        return took, body, response.getheader("ETag") or ""


def told(what: str, times: Iterable[float], peer: float | None = None) -> float:
    """Print the figures of some answers, and return their median."""
    taken = sorted(times)
    middle, late = statistics.median(taken), taken[int(0.95 * len(taken))]
    beside = f"{peer / middle:8.2f}" if peer is not None else ""
    print(f"{what:24}{middle:8.2f}{late:8.2f}{beside}")
    return middle


def main() -> None:
    """Ask for every city, and print what it took."""
    line = Line(sys.argv[1] if sys.argv[1:] else "http://localhost:8000/")
    queries = {q["name"]: q["query"] for q in json.loads(line.ask("/queries.json")[1])["queries"]}
    cities = line.ask("/cities.csv")[1].decode().splitlines()[1:]
    keys = [row.split(",", 2)[1] for row in cities]
    paths = [f"/queries/{NAME}.csv?city={key}" for key in keys]
    texts = [
        f"# {key} {time.time_ns()}\n" + queries[NAME].replace("city:barcelona", f"city:{key}")
        for key in keys
    ]
    asked = ["/sparql?" + urlencode({"query": text, "format": "csv"}) for text in texts]
    line.ask("/queries/" + NAME + ".csv")
    peer = told("/sparql, new", (line.ask(path)[0] for path in asked))
    fresh = [line.ask(path) for path in paths]
    told("CSV, new", (took for took, *_ in fresh), peer)
    told("CSV, kept", (line.ask(path)[0] for path in paths), peer)
    known = zip(paths, fresh, strict=True)
    told("CSV, known", (line.ask(p, {"If-None-Match": one[2]})[0] for p, one in known), peer)
    pages = [f"/en/queries/{NAME}?city={key}" for key in keys]
    told("page, answer kept", (line.ask(path, PAGE)[0] for path in pages))
    told("page, kept", (line.ask(path, PAGE)[0] for path in pages))


if __name__ == "__main__":
    main()
