"""The pool of workers: who waits and who runs, and that no place and no worker is ever lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iccgraph.errors import EngineBusy, EngineUnavailable, QueryError, QueryTimeout, QueryTooLarge
from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import ForkServer, Started, WorkerDied, opening
from iccgraph.settings import MIB, Settings
from tests.engine.running import PATIENCE, run, start
from tests.web.processes import alive, descendants, eventually, pending

PLACES = 3
LIMITS = Settings(query_rows=200, query_bytes=40_000)
SHORT = SparqlQuery("SELECT ?x { BIND(7 AS ?x) }", "SELECT", "csv")
BOMB = SparqlQuery(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "SELECT", "csv"
)
ENDS = (QueryError, asyncio.CancelledError)


@pytest.fixture(scope="module")
def release(real_settings: Settings, built: Built) -> OpenRelease:
    """Return the real release, open."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


@pytest.fixture
def pools(release: OpenRelease) -> Iterator[Callable[..., WorkerPool]]:
    """Return what makes a pool under some limits; each is closed at the end."""
    made: list[WorkerPool] = []

    def make(**limits: Any) -> WorkerPool:
        settings = replace(LIMITS, **limits)
        made.append(WorkerPool(opening(settings, release), settings))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def bombs(pool: WorkerPool, count: int) -> list[Future[bytes]]:
    """Begin so many different queries without end."""
    return [
        start(pool.answer(replace(BOMB, text=f"{BOMB.text} # {number}"))) for number in range(count)
    ]


def ends(begun: list[Future[bytes]]) -> Counter[str]:
    """Return how queries ended, by the names of their errors."""
    said: Counter[str] = Counter()
    for future in begun:
        error = future.exception(PATIENCE)
        said["answered" if error is None else type(error).__name__] += 1
    return said


def seven(pool: WorkerPool) -> bool:
    """Return whether the short query has its answer."""
    return run(pool.answer(SHORT)).split() == [b"x", b"7"]


async def whole(pool: WorkerPool) -> bool:
    """Return whether every place has its idle worker, and nothing else is left."""
    await pool.check()
    return (
        pool.healthy()
        and len(pool.workers) == len(pool.queue.idle) == pool.slots
        and not pool.queue.line
        and not pool.slices.workers
        and not pool.transfers.coming
    )


async def asked(pool: WorkerPool, chance: random.Random, said: Counter[str]) -> None:
    """Ask something, and count how it ended; some are cancelled while they wait or run."""
    query = SHORT
    if chance.random() < 0.3:
        query = replace(BOMB, deadline=time.monotonic() + 1)
    try:
        async with asyncio.timeout(chance.choice((0.001, 0.05, PATIENCE, PATIENCE))):
            content = await pool.answer(query)
        said["right" if content.split() == [b"x", b"7"] else "wrong"] += 1
    except (QueryError, TimeoutError) as error:
        said[type(error).__name__] += 1


@pytest.mark.parametrize("killing", [False, True], ids=["", "while workers are killed"])
def test_stress(pools: Callable[..., WorkerPool], killing: bool) -> None:
    """After a storm of short queries, bombs, cancellations and deaths the pool is whole."""
    pool = pools(query_workers=PLACES, query_timeout=PATIENCE, query_queue=60)
    said: Counter[str] = Counter()
    over = threading.Event()

    def kill() -> None:
        paid = 0
        while not over.wait(0.05):
            if said["right"] == paid:
                continue  # each costs a right answer, so that on a slow machine some are left
            paid = said["right"]
            for worker in list(pool.workers)[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)

    async def storm() -> None:
        for place in range(10):
            await asyncio.gather(
                *(asked(pool, random.Random(f"{place} {n}"), said) for n in range(30))
            )

    killer = threading.Thread(target=kill)
    if killing:
        killer.start()
    try:
        start(storm()).result(4 * PATIENCE)
    finally:
        over.set()
        if killing:
            killer.join()
    assert sum(said.values()) == 300
    assert said["right"] > 20
    assert said["wrong"] == 0
    assert eventually(lambda: run(whole(pool)), PATIENCE), said
    assert seven(pool)


def test_cancelled_queries_leave_nothing(pools: Callable[..., WorkerPool]) -> None:
    """Cancelled while they run, wait in line or are without priority, queries free everything."""
    pool = pools(query_workers=1, query_timeout=600)
    begun = bombs(pool, 6)
    assert eventually(lambda: any(worker.low_priority for worker in pool.workers), PATIENCE)
    pids = [worker.pid for worker in pool.workers]
    for future in begun:
        future.cancel()
    assert eventually(lambda: run(whole(pool)), PATIENCE)
    left = {worker.pid for worker in pool.workers}
    assert eventually(lambda: not any(alive(pid) for pid in pids if pid not in left), PATIENCE)
    assert seven(pool)


def test_no_query_pays_for_an_idle_worker_that_was_killed(
    pools: Callable[..., WorkerPool],
) -> None:
    """A worker that somebody ends while it is idle is replaced, and the next query answered."""
    pool = pools(query_workers=2)
    for _ in range(5):
        assert eventually(lambda: run(whole(pool)), PATIENCE)
        for worker in list(pool.workers):
            os.kill(worker.pid, signal.SIGKILL)
            eventually(lambda pid=worker.pid: not alive(pid), PATIENCE)  # type: ignore[misc]
        assert seven(pool)


def test_healthy(pools: Callable[..., WorkerPool], monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool is healthy when missing workers come, and not while none can be had."""
    pool = pools(query_workers=2)
    assert not pool.healthy()
    assert eventually(lambda: run(whole(pool)), PATIENCE)
    fails = True
    begin = ForkServer.start

    def maybe(server: ForkServer) -> Started:
        if fails:
            raise WorkerDied("no process can be started")
        return begin(server)

    monkeypatch.setattr(ForkServer, "start", maybe)
    for worker in list(pool.workers):
        os.kill(worker.pid, signal.SIGKILL)
    assert eventually(lambda: not pool.workers, PATIENCE)
    assert pool.healthy()  # as when it was last checked
    run(pool.check())
    assert not pool.healthy()
    with pytest.raises(EngineUnavailable, match="could be started"):
        run(pool.answer(SHORT))
    fails = False
    assert eventually(lambda: run(whole(pool)), PATIENCE)
    pool.close()
    assert not pool.healthy()


def test_the_process_that_is_copied_may_end(pools: Callable[..., WorkerPool]) -> None:
    """Another one takes its place, and its workers that of the old ones, which end with it."""
    pool = pools(query_workers=2, query_timeout=600)
    assert eventually(lambda: run(whole(pool)), PATIENCE)
    (begun, *_) = bombs(pool, 1)
    assert eventually(lambda: len(pool.queue.idle) < 2, PATIENCE)
    pids = [worker.pid for worker in pool.workers]
    os.kill(pool.server.process.pid, signal.SIGKILL)
    assert begun.exception(PATIENCE) is not None
    assert eventually(lambda: run(whole(pool)), PATIENCE)
    assert not any(alive(pid) for pid in pids)
    assert seven(pool)


@pytest.mark.parametrize("folder", ["", "store"])
def test_release_that_cannot_be_opened(
    release: OpenRelease, tmp_path: Path, caplog: pytest.LogCaptureFixture, folder: str
) -> None:
    """Where no worker can open the store, the query is told so, and the log why."""
    gone = replace(release, folder=tmp_path)
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "context.jsonld").write_text('{"@context": {}}')
    settings = replace(LIMITS, query_workers=1, memory_triples=1 if folder else 10**9)
    pool = WorkerPool(opening(settings, gone), settings)
    try:
        with pytest.raises(EngineUnavailable, match="could be started"):
            run(pool.answer(SHORT))
        assert "its store cannot be opened" in caplog.text
        run(pool.check())
        assert not pool.healthy()
    finally:
        pool.close()


def test_close_in_the_middle(pools: Callable[..., WorkerPool]) -> None:
    """A pool that is closed while queries run and wait ends each of them, and all processes."""
    pool = pools(query_workers=2, query_timeout=600)
    begun = bombs(pool, 12)
    assert eventually(lambda: len(pool.workers) >= 3, PATIENCE)
    pids = [worker.pid for worker in pool.workers]
    pool.close()
    assert ends(begun) == {"EngineBusy": 12}
    assert eventually(lambda: not any(alive(pid) for pid in pids), PATIENCE)
    assert eventually(lambda: not pool.workers, PATIENCE)
    with pytest.raises(EngineBusy, match="replaced"):
        run(pool.answer(SHORT))


def test_line(pools: Callable[..., WorkerPool]) -> None:
    """When as many queries wait as may, the next is refused; the others have their turn."""
    pool = pools(query_workers=1, query_queue=2, query_long=1, query_timeout=600)
    running = bombs(pool, 2)  # one of them makes way and the other has the place
    assert eventually(lambda: any(worker.low_priority for worker in pool.workers), PATIENCE)
    assert eventually(lambda: len(pool.workers) == 2 and not pool.queue.line, PATIENCE)
    waiting = [start(pool.answer(SHORT)) for _ in range(2)]
    assert eventually(lambda: len(pool.queue.line) == 2, PATIENCE)
    with pytest.raises(EngineBusy, match="waiting already"):
        run(pool.answer(SHORT))
    for future in running:
        future.cancel()
    assert [future.result(PATIENCE).split() for future in waiting] == [[b"x", b"7"]] * 2


def test_time_in_the_line(pools: Callable[..., WorkerPool]) -> None:
    """A query for which no worker becomes free in its time is told so."""
    pool = pools(query_workers=1, query_long=1, query_timeout=600)
    running = bombs(pool, 2)  # one of them makes way and the other has the place
    assert eventually(lambda: any(worker.low_priority for worker in pool.workers), PATIENCE)
    assert eventually(lambda: len(pool.workers) == 2 and not pool.queue.line, PATIENCE)
    with pytest.raises(EngineBusy, match="became free in time"):
        run(pool.answer(replace(SHORT, deadline=time.monotonic() + 0.5)))
    assert not any(future.done() for future in running)


@pytest.fixture
def besieged(pools: Callable[..., WorkerPool]) -> Iterator[WorkerPool]:
    """Return a pool with one place, where eight queries without end wait and run."""
    pool = pools(query_workers=1, query_timeout=600, query_memory_together=2**34)
    begun = bombs(pool, 8)
    assert eventually(lambda: sum(worker.low_priority for worker in pool.workers) >= 7, PATIENCE)
    yield pool
    pool.close()
    ends(begun)


def standing_still(pool: WorkerPool) -> int:
    """Return how many workers are stopped, or will be as soon as they get the processor."""
    below = descendants(pool.server.process.pid)
    return sum(state == "T" or signal.SIGSTOP in pending(pid) for pid, state in below.items())


def test_long_queries_run_in_turns(besieged: WorkerPool) -> None:
    """One query without priority runs, the others stand still; short ones are answered."""
    assert eventually(lambda: standing_still(besieged) >= 6, PATIENCE)
    for _ in range(20):
        assert seven(besieged)
    first = besieged.slices.workers[0]
    assert eventually(lambda: besieged.slices.workers[0] is not first, PATIENCE)


def test_stopped_workers_end_with_the_process_they_were_copied_from(besieged: WorkerPool) -> None:
    """No worker stays behind, not even one that stands still when the others are killed."""
    assert eventually(lambda: standing_still(besieged) >= 6, PATIENCE)
    pids = [worker.pid for worker in besieged.workers]
    os.kill(besieged.server.process.pid, signal.SIGKILL)
    assert eventually(lambda: not any(alive(pid) for pid in pids), PATIENCE)


def test_no_more_long_queries_than_there_is_room_for(pools: Callable[..., WorkerPool]) -> None:
    """However many long queries come, so many go on beside the others; the next one waits."""
    room = 3
    pool = pools(query_workers=1, query_timeout=600, query_long=room, query_memory_together=2**34)
    begun = bombs(pool, room + 2)  # one more has the place, and one is in the line
    assert eventually(lambda: len(pool.workers) == room + 1 and len(pool.queue.line) == 1, PATIENCE)
    with pytest.raises(EngineBusy, match="became free in time"):
        run(pool.answer(replace(SHORT, deadline=time.monotonic() + 1)))
    assert sum(worker.low_priority for worker in pool.workers) == room
    assert not any(future.done() for future in begun)


def test_pool_is_whole_after_a_siege(pools: Callable[..., WorkerPool]) -> None:
    """When all bombs have ended there is one idle worker for the one place, and nothing halted."""
    pool = pools(query_workers=1, query_timeout=1, query_memory_together=2**34)
    assert set(ends(bombs(pool, 12))) <= {"QueryTimeout", "EngineBusy"}
    assert eventually(lambda: run(whole(pool)), PATIENCE)
    assert eventually(lambda: standing_still(pool) == 0, PATIENCE)
    assert seven(pool)


def test_largest_ends(pools: Callable[..., WorkerPool]) -> None:
    """When all workers together hold too much, the largest is ended and its query told."""
    pool = pools(query_workers=1, query_timeout=60, query_memory_together=100 * MIB)
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
    with pytest.raises(QueryTooLarge, match="together"):
        run(pool.answer(SparqlQuery(text, "SELECT", "json")))


NUMBERS, PARTS = " ".join(map(str, range(1000))), ", ".join(["'" + 1000 * "x" + "'"] * 8)
LARGE = SparqlQuery(
    f"SELECT ?y {{ VALUES ?x {{ {NUMBERS} }} BIND(CONCAT({PARTS}) AS ?y) }}", "SELECT", "csv"
)
"""A query whose answer has eight megabytes."""


def test_large_answers_come_in_turns(pools: Callable[..., WorkerPool]) -> None:
    """Large answers are whole; no more of them come in at a time than there are places."""
    pool = pools(query_workers=2, query_rows=10**6, query_bytes=10**8, query_timeout=PATIENCE)
    most = 0
    begin = pool.transfers.begin

    def counted(worker: Any) -> bool:
        nonlocal most
        admitted = begin(worker)
        most = max(most, len(pool.transfers.coming))
        return admitted

    pool.transfers.begin = counted  # type: ignore[method-assign]
    begun = [start(pool.answer(replace(LARGE, text=f"{LARGE.text} # {n}"))) for n in range(16)]
    lengths = {len(future.result(PATIENCE)) for future in begun}
    assert lengths == {3 + 1000 * 8002}
    assert 1 <= most <= 2
    assert eventually(lambda: run(whole(pool)), PATIENCE)


def test_large_answer_that_nobody_waits_for(pools: Callable[..., WorkerPool]) -> None:
    """A large answer that is cancelled in the middle leaves nothing, and the next one comes."""
    pool = pools(query_workers=1, query_rows=10**6, query_bytes=10**8, query_timeout=PATIENCE)

    async def cancelled() -> None:
        answering = asyncio.ensure_future(pool.answer(LARGE))
        while not pool.transfers.coming:
            await asyncio.sleep(0)
        answering.cancel()
        with contextlib.suppress(*ENDS):
            await answering
        assert not pool.transfers.coming

    for _ in range(3):
        run(cancelled())
    assert len(run(pool.answer(LARGE))) == 3 + 1000 * 8002
    assert eventually(lambda: run(whole(pool)), PATIENCE)


def test_long_text(pools: Callable[..., WorkerPool]) -> None:
    """A query text that is larger than the line to a worker takes at once gets there whole."""
    pool = pools(query_workers=1)
    text = f"SELECT ?x {{ BIND(7 AS ?x) }} # {'x' * 4_000_000}"
    assert run(pool.answer(replace(SHORT, text=text))).split() == [b"x", b"7"]


def test_deadline(pools: Callable[..., WorkerPool]) -> None:
    """A query with a deadline of its own ends then, long before the limit of time."""
    pool = pools(query_workers=1, query_timeout=600)
    assert seven(pool)
    with pytest.raises(QueryTimeout):
        run(pool.answer(replace(BOMB, deadline=time.monotonic() + 1)))
