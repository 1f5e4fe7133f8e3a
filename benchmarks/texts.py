"""How long texts take that were made to keep a pattern busy, and how that grows with their length.

Run: `python -m benchmarks.texts`. Each is read at its length, and at twice that length: SPARQL
texts that are one long run, by what looks queries over, and Accept headers of a few kilobytes.
Prints the slowest few of each kind: milliseconds at both lengths, and their ratio.
Goal: a text twice as long takes at most three times as long; a header takes under 10 ms.
Units: milliseconds of the processor; characters.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from iccgraph.errors import QueryError
from iccgraph.formats import DOCUMENT_FORMATS, HTML
from iccgraph.serve.http.negotiation import choose, choose_language
from iccgraph.serve.sparql.guard import inspect

LENGTH = 250_000
HEADER = 4_000
SHOWN = 5
RUNS = (
    *('"', "'", "\\", "<", "#", ":", "_", "?", "@a-", ":%", "1", "1.", "1e", " ", ".", "é", "_:"),
    *("a.", "a-", "<a", "<a.", '"\\', '"""\\', '"\'"', "'''\"\"\"\\", "\\u0041", "é.", "%41"),
    *("service#", "{", "(", "!", "||1", "<<", "a/"),
)
PARTS = ("a, ", '"', '"\\', "a/b;", "; a    ", "text/turtle,", ";q=", "a/*;q=0.5,", "en-")


def read_query(text: str) -> None:
    """Look a query over, as the endpoint does before the engine has it."""
    with contextlib.suppress(QueryError):
        inspect(text, 10**9, 10**9)


def read_header(text: str) -> None:
    """Choose a format and a language by one header."""
    choose(text, DOCUMENT_FORMATS, HTML)
    choose_language(text, ("en", "fr"))


def measure(read: Callable[[str], None], part: str, length: int) -> tuple[float, float]:
    """Return the milliseconds of a run of one part at a length, and at twice the length."""
    seconds = []
    for size in (length, 2 * length):
        text = part * (size // len(part))
        best = float("inf")
        for _ in range(3):
            begun = time.thread_time()
            read(f"{text}{best}")  # another text each time, since headers are judged once
            best = min(best, time.thread_time() - begun)
        seconds.append(best * 1000)
    return seconds[0], seconds[1]


def report(what: str, read: Callable[[str], None], parts: tuple[str, ...], length: int) -> None:
    """Print the slowest runs of a kind."""
    found = {part: measure(read, part, length) for part in parts}
    worst = sorted(found.items(), key=lambda item: -item[1][1])
    for part, (once, twice) in worst[:SHOWN]:
        print(
            f"{what} of {length:,} and {2 * length:,} characters, a run of {part!r}: "
            f"{once:.1f} and {twice:.1f} ms, ratio {twice / once:.2f}"
        )
    print(f"  greatest ratio of all {len(found)}: {max(b / a for a, b in found.values()):.2f}")


def main() -> None:
    """Measure both kinds."""
    report("query", read_query, RUNS, LENGTH)
    report("header", read_header, PARTS, HEADER)


if __name__ == "__main__":
    main()
