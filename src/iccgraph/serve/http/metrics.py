"""Metrics in Prometheus' text format, together for all web processes of a server.

Labels are the route and the format alone, and the status: their number is bounded, whatever
clients ask. `prometheus_client` shares the figures between processes in a folder; to write there
for each request would take longer than a stored response, so a process does so every second.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # this library reads the environment when it is imported first
    from prometheus_client import Counter, Histogram

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


def share(folder: Path) -> None:
    """Have the processes of this server share their figures in an existing folder."""
    os.environ[FOLDER] = str(folder)


@dataclass(slots=True)
class Tally:
    """What was counted of one route, format and status since it was last shared."""

    counter: Counter
    histogram: Histogram
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))

    def share(self) -> None:
        """Add it to what all processes have counted, and begin anew."""
        if number := sum(self.buckets):
            self.counter.inc(number)
            # the library's own way in takes one observation at a time
            self.histogram._sum.inc(self.seconds)
            for bucket, more in zip(self.histogram._buckets, self.buckets, strict=True):
                if more:
                    bucket.inc(more)
            self.seconds, self.buckets = 0.0, [0] * len(self.buckets)


class Metrics:
    """Counts the requests that one process answers."""

    def __init__(self) -> None:
        """Make the counters; the library reads where to share them when it is first imported."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        registry = CollectorRegistry()
        self.requests = Counter(
            "iccgraph_http_requests",
            "Requests answered",
            ("route", "format", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "iccgraph_http_request_seconds",
            "Seconds from a request's head to its answer",
            ("route", "format"),
            buckets=BUCKETS,
            registry=registry,
        )
        self.running = Gauge(
            "iccgraph_queries_running",
            "SPARQL queries being worked on or waiting",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.services = Counter(
            "iccgraph_service_requests",
            "Requests to other endpoints, for SERVICE",
            ("endpoint", "outcome"),
            registry=registry,
        )
        self.service_seconds = Histogram(
            "iccgraph_service_request_seconds",
            "Seconds that other endpoints took",
            ("endpoint",),
            buckets=BUCKETS,
            registry=registry,
        )
        self._tallies: dict[tuple[str, str, int], Tally] = {}

    def count(self, route: str, format_name: str, status: int, seconds: float) -> None:
        """Count one response to a request that took so many seconds."""
        tally = self._tallies.get((route, format_name, status))
        if tally is None:
            labels = (route or "none", format_name or "none")
            tally = self._tallies[route, format_name, status] = Tally(
                self.requests.labels(*labels, str(status)), self.seconds.labels(*labels)
            )
        tally.seconds += seconds
        tally.buckets[bisect_left(BUCKETS, seconds)] += 1

    def share(self) -> None:
        """Show all processes what this one has counted."""
        for tally in self._tallies.values():
            tally.share()

    def count_service(self, endpoint: str, outcome: str, seconds: float) -> None:
        """Count one request to an endpoint on the operator's list, and how it ended."""
        self.services.labels(endpoint, outcome).inc()
        self.service_seconds.labels(endpoint).observe(seconds)


def exposition() -> bytes:
    """Return the figures of all processes in the text format, version 0.0.4."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
