"""What the engine of a release keeps of its answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iccgraph.errors import EngineError
from iccgraph.serve.sparql.engines import CachedEngine
from iccgraph.serve.sparql.port import SparqlQuery
from tests.engine.running import run

QUERY = SparqlQuery("ASK {}", "ASK", "json")


class Counting:
    """An engine that says how often it was asked."""

    def __init__(self) -> None:
        """Begin with none."""
        self.asked = 0

    async def answer(self, query: SparqlQuery) -> bytes:
        """Return the number of the answer, or fail."""
        self.asked += 1
        if query.text == "fail":
            raise EngineError("it failed")
        return f"{query.format} {self.asked}".encode()

    def healthy(self) -> bool:
        """Return True."""
        return True

    async def check(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def test_kept() -> None:
    """An answer is given again for the very same query, and for no other."""
    engine = CachedEngine(Counting(), 10**6)
    assert engine.find(QUERY) is None
    assert run(engine.answer(QUERY)) == run(engine.answer(QUERY)) == b"json 1"
    assert engine.find(QUERY) == b"json 1"
    for other in (
        replace(QUERY, format="xml"),
        replace(QUERY, default_graphs=("x:g",)),
        replace(QUERY, base="x:other"),
    ):
        assert engine.find(other) is None
    engine.close()
    assert engine.find(QUERY) is None


def test_not_kept() -> None:
    """An error is never kept, nor what other endpoints had a part in, nor anything at size 0."""
    engine = CachedEngine(Counting(), 10**6)
    for _ in range(2):
        with pytest.raises(EngineError):
            run(engine.answer(replace(QUERY, text="fail")))
    assert run(engine.answer(replace(QUERY, federated=True))) == b"json 3"
    assert run(engine.answer(replace(QUERY, federated=True))) == b"json 4"
    engine = CachedEngine(Counting(), 0)
    assert [run(engine.answer(QUERY)) for _ in range(2)] == [b"json 1", b"json 2"]
