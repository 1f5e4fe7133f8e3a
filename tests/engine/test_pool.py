"""The pool under stress, by threads and an event loop at once: no place and no worker is lost."""

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
from dataclasses import replace
from functools import partial

import pytest

from iccgraph.errors import EngineBusy, QueryError, QueryTimeout, QueryTooLarge
from iccgraph.publish.pipeline import Built
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.sparql.port import ClientGone, Question
from iccgraph.serve.sparql.workers.embedded import EmbeddedEngine
from iccgraph.serve.sparql.workers.history import MOST, LongQueries
from iccgraph.serve.sparql.workers.process import ForkServer, Worker, WorkerDied
from iccgraph.settings import Settings
from tests.web.processes import alive, descendants, eventually, pending

pytestmark = pytest.mark.clock

PLACES, ROUNDS = 3, 25
LIMITS = Settings(query_rows=200, query_bytes=40_000)
SHORT = Question("SELECT ?x { BIND(7 AS ?x) }", "SELECT", "csv")
BOMB = Question(
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "SELECT", "csv"
)
ENDS = (QueryTimeout, QueryTooLarge, EngineBusy, ClientGone)


@pytest.fixture(scope="module")
def release(real_settings: Settings, built: Built) -> OpenRelease:
    """Return the real release, open."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


def gone_after(looks: int) -> Callable[[], bool]:
    """Return a client that has gone when it was looked after so many times."""
    left = [looks]

    def hung_up() -> bool:
        left[0] -= 1
        return left[0] < 0

    return hung_up


def asked(engine: EmbeddedEngine, chance: random.Random, said: Counter[str]) -> None:
    """Ask something in a thread, and count how it ended; a wrong answer is no end."""
    bomb = chance.random() < 0.3
    hung_up = gone_after(chance.randrange(4)) if chance.random() < 0.5 else lambda: False
    try:
        content = engine.answer(BOMB if bomb else SHORT, hung_up)
        said["right" if content.split() == [b"x", b"7"] else "wrong"] += 1
    except ENDS as error:
        said[type(error).__name__] += 1


async def asked_soon(engine: EmbeddedEngine, chance: random.Random, said: Counter[str]) -> None:
    """Ask something on the event loop; some are cancelled while they wait, or dropped."""
    bomb = chance.random() < 0.3
    hung_up = gone_after(chance.randrange(4)) if chance.random() < 0.3 else lambda: False
    try:
        async with asyncio.timeout(chance.choice((0.001, 0.05, 30))):
            begun = await engine.begin(BOMB if bomb else SHORT, hung_up)
        # what is known to take long is waited for in a thread
        answer = partial(engine.answer, BOMB if bomb else SHORT)
        wait = answer if begun is None else begun.wait
        if begun is not None and chance.random() < 0.3:
            begun.drop()
            said["dropped"] += 1
            return
        content = await asyncio.get_running_loop().run_in_executor(None, wait, hung_up)
        said["right" if content.split() == [b"x", b"7"] else "wrong"] += 1
    except (*ENDS, TimeoutError) as error:
        said[type(error).__name__] += 1


def whole(engine: EmbeddedEngine) -> bool:
    """Return whether all places are free and all workers idle and running."""
    pool = engine.pool
    return (
        (pool.lane.taken, pool.lane.waiting) == (0, 0)
        and len(pool.all) == len(pool.idle) == PLACES
        and all(worker.alive() for worker in pool.all)
    )


@pytest.mark.parametrize("killing", [False, True], ids=["", "while workers are killed"])
def test_stress(release: OpenRelease, killing: bool) -> None:
    """After a storm of short queries, bombs, hang-ups and cancellations the pool is whole."""
    settings = replace(LIMITS, query_workers=PLACES, query_timeout=1, query_queue=60)
    engine = EmbeddedEngine(release, settings)
    said: Counter[str] = Counter()
    over = threading.Event()

    def kill() -> None:
        while not over.wait(0.05):
            for worker in list(engine.pool.all)[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)

    def many(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(ROUNDS):
            asked(engine, chance, said)

    async def loop() -> None:
        for place in range(ROUNDS // 5):
            await asyncio.gather(
                *(asked_soon(engine, random.Random(f"{place} {n}"), said) for n in range(30))
            )

    killer = threading.Thread(target=kill)
    threads = [threading.Thread(target=many, args=(seed,)) for seed in range(8)]
    try:
        if killing:
            killer.start()
        for thread in threads:
            thread.start()
        asyncio.run(loop())
        for thread in threads:
            thread.join()
        over.set()
        if killing:
            killer.join()
        assert sum(said.values()) == 8 * ROUNDS + 30 * (ROUNDS // 5)
        assert said["right"] > 20
        assert said["wrong"] == 0
        assert eventually(lambda: engine.healthy() and whole(engine)), said
        assert engine.answer(SHORT).split() == [b"x", b"7"]
    finally:
        over.set()
        engine.close()


@pytest.mark.parametrize(("failures", "well"), [(2, True), (10**6, False)])
def test_ready(
    release: OpenRelease, monkeypatch: pytest.MonkeyPatch, failures: int, well: bool
) -> None:
    """A pool is well when missing workers are there before long, and not when none can be had."""
    engine = EmbeddedEngine(release, replace(LIMITS, query_workers=2))
    try:
        assert engine.healthy()
        start, left = ForkServer.worker, [failures]

        def fail_first(server: ForkServer) -> Worker:
            left[0] -= 1
            if left[0] >= 0:
                raise WorkerDied
            return start(server)

        monkeypatch.setattr(ForkServer, "worker", fail_first)
        os.kill(engine.pool.idle[0].pid, signal.SIGKILL)
        assert eventually(lambda: not all(worker.alive() for worker in engine.pool.idle))
        assert engine.healthy() is well
        assert (len(engine.pool.all) == 2) is well
    finally:
        engine.close()
    assert not engine.healthy()


def test_close_in_the_middle(release: OpenRelease) -> None:
    """A pool that is closed while queries run and wait ends each of them, and all processes."""
    engine = EmbeddedEngine(release, replace(LIMITS, query_workers=2, query_timeout=5))
    ended: list[str] = []

    def ask() -> None:
        try:
            engine.answer(BOMB)
            ended.append("answered")
        except QueryError as error:
            ended.append(type(error).__name__)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert eventually(lambda: len(engine.pool.all) >= 2)
    pids = [worker.pid for worker in engine.pool.all]
    engine.close()
    for thread in threads:
        thread.join(10)
    assert len(ended) == 6
    assert "answered" not in ended
    assert not any(alive(pid) for pid in pids)
    assert engine.pool.all == set()


@pytest.fixture
def besieged(release: OpenRelease) -> Iterator[EmbeddedEngine]:
    """Return an engine with one place, and eight bombs that wait and run there."""
    settings = replace(LIMITS, query_workers=1, query_timeout=8, query_memory_together=2**34)
    engine = EmbeddedEngine(release, settings)
    bombs = [replace(BOMB, text=f"{BOMB.text} # {number}") for number in range(8)]

    def ask(bomb: Question) -> None:
        with contextlib.suppress(QueryError):
            engine.answer(bomb)

    threads = [threading.Thread(target=ask, args=(bomb,)) for bomb in bombs]
    for thread in threads:
        thread.start()
    assert eventually(lambda: sum(worker.resting for worker in engine.pool.all) >= 7)
    yield engine
    engine.close()
    for thread in threads:
        thread.join(10)


def standing_still(engine: EmbeddedEngine) -> int:
    """Return how many workers are stopped, or will be as soon as they get the processor."""
    below = descendants(engine.pool.server.process.pid)
    return sum(state == "T" or signal.SIGSTOP in pending(pid) for pid, state in below.items())


def test_long_queries_run_in_turns(besieged: EmbeddedEngine) -> None:
    """One query of the slow lane runs, the others stand still; short ones are answered."""
    assert eventually(lambda: standing_still(besieged) >= 6)
    for _ in range(20):
        assert besieged.answer(SHORT).split() == [b"x", b"7"]
    turns = besieged.pool.turns
    first = turns.workers[0]
    assert eventually(lambda: turns.workers[0] is not first)
    assert eventually(lambda: BOMB.text in besieged.pool.long)
    assert besieged.pool.begins_resting(f"# once more\n{BOMB.text}")
    assert not besieged.pool.begins_resting(SHORT.text)


def test_stopped_workers_end_with_the_process_they_were_copied_from(
    besieged: EmbeddedEngine,
) -> None:
    """No worker stays behind, not even one that stands still when the others are killed."""
    assert eventually(lambda: standing_still(besieged) >= 6)
    pids = [worker.pid for worker in besieged.pool.all]
    os.kill(besieged.pool.server.process.pid, signal.SIGKILL)
    assert eventually(lambda: not any(alive(pid) for pid in pids))


def test_no_more_long_queries_than_there_is_room_for(release: OpenRelease) -> None:
    """However many known long queries come at the same moment, so many go on beside the others."""
    room, asked = 3, 14
    settings = replace(LIMITS, query_workers=1, query_timeout=2, query_queue=1, query_long=room)
    engine = EmbeddedEngine(release, settings)
    engine.pool.long.add(BOMB.text)
    ended: Counter[str] = Counter()

    def ask() -> None:
        try:
            engine.answer(BOMB)
        except QueryError as error:
            ended[type(error).__name__] += 1

    threads = [threading.Thread(target=ask) for _ in range(asked)]
    try:
        for thread in threads[:3]:  # until one of them rests, the others take the quick lane
            thread.start()
        assert eventually(lambda: any(worker.resting for worker in engine.pool.all))
        for thread in threads[3:]:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, sum(worker.resting for worker in tuple(engine.pool.all)))
            time.sleep(0.001)
        assert 1 <= most <= room
        assert sum(ended.values()) == asked
        assert ended["EngineBusy"] >= asked - room - 2
    finally:
        engine.close()


def test_pool_is_whole_after_a_siege(release: OpenRelease) -> None:
    """When all bombs have ended there is one idle worker for the one place, and nothing halted."""
    settings = replace(LIMITS, query_workers=1, query_timeout=1, query_memory_together=2**34)
    engine = EmbeddedEngine(release, settings)
    ended: Counter[str] = Counter()

    def ask(number: int) -> None:
        try:
            engine.answer(replace(BOMB, text=f"{BOMB.text} # {number}"))
        except QueryError as error:
            ended[type(error).__name__] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(ended) <= {"QueryTimeout", "EngineBusy"}
        assert sum(ended.values()) == 12
        assert eventually(lambda: engine.healthy() and len(engine.pool.all) == 1)
        assert eventually(lambda: standing_still(engine) == 0)
        assert engine.answer(SHORT).split() == [b"x", b"7"]
    finally:
        engine.close()


def test_history() -> None:
    """Comments and spaces make no other query of one; an IRI is none; the oldest is forgotten."""
    long = LongQueries()
    long.add("SELECT * { ?s <http://a.example/#x> ?o } # one")
    assert "SELECT  *\n{ ?s <http://a.example/#x> ?o }# another" in long
    assert "SELECT * { ?s <http://a.example/#y> ?o }" not in long
    for number in range(MOST):
        long.add(f"SELECT * {{ ?s ?p {number} }}")
    assert "SELECT * { ?s <http://a.example/#x> ?o }" not in long
    assert f"SELECT * {{ ?s ?p {MOST - 1} }}" in long
