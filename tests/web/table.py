"""Prints what a server answers to each route and kind of request of the tests, as a table.

Run: `python -m tests.web.table http://localhost:8000/`, a site that serves the real data. Each cell
is a status; `test_routes.py` says what it has to be, and with which headers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from tests.web.client import Answer, ask
from tests.web.test_routes import ROUTES, Route

Request = Callable[[str, Route], Answer]
BROWSER: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def by(method: str = "GET", headers: Mapping[str, str] | None = None) -> Request:
    """Return a request by a method, with headers."""
    return lambda site, route: ask(site, route.path, method, headers)


def known(site: str, route: Route) -> Answer:
    """Ask as a client does that has the answer."""
    etag = ask(site, route.path).headers.get("etag", '""')
    return ask(site, route.path, headers={"If-None-Match": etag})


REQUESTS: Final[dict[str, Request]] = {
    "GET": by(),
    "HEAD": by("HEAD"),
    "OPTIONS": by("OPTIONS", {"Origin": "https://example.org"}),
    "POST": by("POST"),
    "DELETE": by("DELETE"),
    "browser": by(headers={"Accept": BROWSER}),
    "Turtle": by(headers={"Accept": "text/turtle"}),
    "JSON-LD": by(headers={"Accept": "application/ld+json"}),
    "image": by(headers={"Accept": "image/png"}),
    "known": known,
    "gzip": by(headers={"Accept-Encoding": "gzip"}),
}


def main() -> None:
    """Print the table."""
    site = sys.argv[1]
    print("| route |", " | ".join(REQUESTS), "|")
    print("|---|", "---|" * len(REQUESTS), sep="")
    for route in ROUTES:
        statuses = [str(request(site, route).status) for request in REQUESTS.values()]
        print(f"| `/{route.path}` |", " | ".join(statuses), "|")


if __name__ == "__main__":
    main()
