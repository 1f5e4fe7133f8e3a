"""All addresses: several hosts at once, each in turn; what was answered lately is not asked again.

Reads and writes: the cache of answers, so that a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from queue import SimpleQueue

from iccgraph.errors import SourceError
from iccgraph.link.connection import AnswerCache
from iccgraph.linkcheck.hosts import Stopped, host_name
from iccgraph.linkcheck.visit import Answer, Visitor
from iccgraph.settings import Settings

PASSING = frozenset({"timeout", "unreachable", "failed", "busy"})
"""What may be otherwise in an hour, and is asked again by the next run."""
FEW_HOSTS = 3
"""If so many hosts, and all there are, cannot be reached, it is we who are not connected."""
_FORM = "link check 1"
"""The form in which answers are kept; when it changes, older ones are asked for again."""
Progress = Callable[[str, int, int], None]
_Found = SimpleQueue[tuple[str, Answer] | None]


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer, and the day on which it was given (ISO 8601, UTC)."""

    answer: Answer
    day: str


def check_addresses(
    addresses: Collection[str],
    settings: Settings,
    progress: Progress = lambda stage, done, total: None,
) -> dict[str, Checked]:
    """Return what each address answers.

    Raises: SettingsError if there is no contact; SourceError if the cache cannot be used, or not
    one of the hosts can be reached.
    """
    stopped = threading.Event()
    visitor = Visitor(settings, stopped)
    path, days = settings.check_cache, settings.check_cache_days
    with (
        closing(visitor),
        closing(AnswerCache(path, _FORM, days, "--check-cache")) as cache,
    ):
        found = {
            address: Checked(Answer(**row[0]), _day(row[1]))
            for address in addresses
            if (row := cache.get(address)) is not None
        }
        hosts = _by_host(set(addresses) - found.keys())
        for address, answer in _visited(hosts, visitor, settings.check_hosts, stopped):
            if answer.what not in PASSING:
                cache.put({address: asdict(answer)})
            found[address] = Checked(answer, _day(datetime.now(UTC).timestamp()))
            progress("addresses", len(found), len(addresses))
        if len(hosts) >= FEW_HOSTS and all(
            found[address].answer.what in ("unreachable", "timeout")
            for group in hosts.values()
            for address in group
        ):
            raise SourceError(
                f"not one of {len(hosts)} hosts could be reached; see whether this machine is "
                "connected, and run this again"
            )
    return found


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _by_host(addresses: Collection[str]) -> dict[str, list[str]]:
    """Return the addresses of each host, the host with the most first, for it takes longest."""
    groups = defaultdict[str, list[str]](list)
    for address in sorted(addresses):
        groups[host_name(address)].append(address)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _visited(
    hosts: dict[str, list[str]], visitor: Visitor, at_once: int, stopped: threading.Event
) -> Iterator[tuple[str, Answer]]:
    """Yield each answer as soon as it is there; ending early stops the others."""
    found: _Found = SimpleQueue()

    def visit_all(addresses: list[str]) -> None:
        try:
            for address in addresses:
                found.put((address, visitor.visit(address)))
        except Stopped:
            pass
        finally:
            found.put(None)

    pool = ThreadPoolExecutor(at_once, thread_name_prefix="linkcheck")
    try:
        running = [pool.submit(visit_all, addresses) for addresses in hosts.values()]
        left = len(running)
        while left:
            item = found.get()
            if item is None:
                left -= 1
            else:
                yield item
        for done in running:
            done.result()
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)
