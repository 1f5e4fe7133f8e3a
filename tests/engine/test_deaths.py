"""A worker that dies gives its client the true reason, and the log says it without the query."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from iccgraph.errors import EngineError, QueryError, QueryTimeout, QueryTooLarge
from iccgraph.publish.pipeline import Built
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import cause_of_death, opening
from iccgraph.settings import MIB, Settings
from tests.engine.running import PATIENCE, run, start
from tests.web.processes import alive, descendants, eventually

LIMITS = Settings(query_workers=1, query_memory=128 * MIB, query_timeout=PATIENCE)
NUMBERS = " ".join(map(str, range(40)))
TABLES = " ".join(f"VALUES ?{name} {{ {NUMBERS} }}" for name in "abcdefghij")
BOMB = f"SELECT (COUNT(*) AS ?n) {{ {TABLES} }}"
LETTERS = "abcdefghijklm"
GROWING = "SELECT (STRLEN(?m) AS ?n) {{ BIND('{}' AS ?a) {} }}".format(
    "x" * 64,
    " ".join(f"BIND(CONCAT({', '.join([f'?{a}'] * 5)}) AS ?{b})" for a, b in pairwise(LETTERS)),
)
SORTED = f"SELECT * {{ {TABLES} }} ORDER BY ?a ?d"
DEEP = "ASK " + "{" * 20_000 + "}" * 20_000
CASES: dict[str, tuple[str, type[QueryError], str]] = {
    "a text that grows": (GROWING, QueryTooLarge, "more than 128 MiB of memory"),
    "many rows at once": (SORTED, QueryTooLarge, "more than 128 MiB of memory"),
    "a query that nests too deep": (DEEP, QueryTooLarge, "nests too deep"),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """Return a pool over an empty store, with little memory."""
    pool = WorkerPool(opening(LIMITS, None), LIMITS)
    yield pool
    pool.close()


@pytest.mark.parametrize("case", CASES)
def test_reason(pool: WorkerPool, caplog: pytest.LogCaptureFixture, case: str) -> None:
    """Each end is told as what it was, and logged with a digest; the next query is answered."""
    text, kind, said = CASES[case]
    query = SparqlQuery(text, text.partition(" ")[0], "json")
    ends(pool, caplog, query, kind, said)


def test_time(pool: WorkerPool, caplog: pytest.LogCaptureFixture) -> None:
    """A query without end is told that it ran too long; it is logged, the next one answered."""
    assert (
        run(pool.answer(SparqlQuery("ASK {}", "ASK", "csv"))) == b"true"
    )  # so that a worker is there
    query = SparqlQuery(BOMB, "SELECT", "json", deadline=time.monotonic() + 1)
    ends(pool, caplog, query, QueryTimeout, "ran longer than")


def ends(
    pool: WorkerPool,
    caplog: pytest.LogCaptureFixture,
    query: SparqlQuery,
    kind: type[QueryError],
    said: str,
) -> None:
    """Hold how a query ends, what is logged of it, and that the next one is answered."""
    with pytest.raises(kind, match=said) as caught:
        run(pool.answer(query))
    assert type(caught.value) is kind
    digest = hashlib.blake2b(query.text.encode(), digest_size=6).hexdigest()
    (record,) = [r for r in caplog.records if digest in r.getMessage()]
    assert str(caught.value) in record.getMessage()
    assert query.text[:40] not in record.getMessage()
    assert run(pool.answer(SparqlQuery("ASK {}", "ASK", "csv"))) == b"true"


def test_killed_from_outside(pool: WorkerPool) -> None:
    """A worker that something else kills is no fault of the query's memory or depth."""
    assert run(pool.answer(SparqlQuery("ASK {}", "ASK", "csv"))) == b"true"
    begun = start(pool.answer(SparqlQuery(BOMB, "SELECT", "csv")))

    def killed() -> bool:
        for worker in list(pool.workers):
            if worker.reply is not None:  # one that was not at its query yet hands it on
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)
        return begun.done()

    assert eventually(killed, PATIENCE)
    error = begun.exception(PATIENCE)
    assert type(error) is EngineError
    assert "killed from outside" in str(error)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("memory allocation of 125000000 bytes failed\n", QueryTooLarge),
        ("terminate called after throwing an instance of 'std::bad_alloc'", QueryTooLarge),
        ("MemoryError\n", QueryTooLarge),
        ("Fatal Python error: Segmentation fault\n", QueryTooLarge),
        ("thread '<unnamed>' panicked at src/x.rs:1:1:\nindex out of bounds", EngineError),
        ("PanicException\n", EngineError),
        ("Fatal Python error: Illegal instruction\n", EngineError),
        ("", EngineError),
    ],
)
def test_words(words: str, kind: type[QueryError]) -> None:
    """What a process wrote last tells what it died of; what is unknown is a fault of the engine."""
    error = cause_of_death(words, 2**20)
    assert type(error) is kind
    assert error.title
    assert error.exit_code == 2
    assert words.strip() == "" or words.strip() not in str(error)


PROGRAM = """
import asyncio, socket, sys
from dataclasses import replace
from pathlib import Path
from iccgraph.serve.dataset.open import open_release
from iccgraph.serve.sparql.port import SparqlQuery
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import opening
from iccgraph.settings import Settings

async def main():
    line = socket.socket()
    line.bind(("127.0.0.1", 0))
    line.listen()
    settings = Settings(query_workers=2, query_timeout=600, memory_triples=int(sys.argv[2]))
    release = open_release(Path(sys.argv[1]), settings.memory_triples)
    engine = WorkerPool(opening(settings, release), settings)
    query = SparqlQuery("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c", "ASK", "csv")
    begun = [
        asyncio.ensure_future(engine.answer(replace(query, text=f"{query.text} # {n}")))
        for n in range(5)
    ]
    while sum(worker.low_priority for worker in engine.workers) < 2:
        await asyncio.sleep(0.01)
    print(line.getsockname()[1], flush=True)
    await asyncio.wait(begun)

asyncio.run(main())
"""


@pytest.mark.parametrize("triples", [1, 10**6], ids=["disk", "memory"])
def test_parent_that_is_killed(real_settings: Settings, built: Built, triples: int) -> None:
    """When the web process is killed, all others end soon, in the middle of queries and stopped."""
    folder = real_settings.releases_dir / built.name
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(folder), str(triples)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        below = descendants(process.pid)
        assert len(below) >= 3
        process.kill()
        process.wait()
        assert eventually(lambda: not any(alive(pid) for pid in below), PATIENCE)
        assert process.stdout.read() == ""  # nobody holds the other end any more
    assert str(port) not in _listening()


def _listening() -> set[str]:
    """Return the ports of this machine that somebody listens on."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return {str(int(f[1].partition(":")[2], 16)) for f in fields if f[3] == "0A"}
