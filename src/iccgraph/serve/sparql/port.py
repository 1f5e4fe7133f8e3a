"""The port to any SPARQL engine: what is asked, what comes back, what an engine can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

HangUp = Callable[[], bool]
"""Tells whether the client has gone, so that nobody waits for the answer any more."""


def nobody_hangs_up() -> bool:
    """Tell that the client is there, where there is no way to know."""
    return False


class ClientGone(Exception):
    """The client has gone and its query was stopped; nobody will read an answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query that was looked over, and the format its answer is wanted in.

    `format` is the name of a result format for SELECT and ASK, of a graph format otherwise;
    `dataset` tells whether the text names its graphs itself (FROM), the two others name them
    beside it and win (SPARQL 1.1 Protocol, section 2.1.4). Without any, all graphs are asked.
    `federated` tells whether the text wants to ask another endpoint, so that its answer is no
    function of the release; `deadline` is when the answer must be there, by the monotonic clock,
    where that is sooner than the limit of time says; 0 is no such moment.
    """

    text: str
    form: str
    format: str
    dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    federated: bool = False
    deadline: float = 0.0


@dataclass(frozen=True, slots=True)
class Query:
    """A query as handlers make it."""

    text: str
    query_type: str
    format: str
    dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    federated: bool = False
    deadline: float = 0.0


class Begun(Protocol):
    """A query that runs, for those who wait for many at once on an event loop."""

    handle: int
    """The file that becomes readable when there is something of the answer."""

    def read(self) -> bool:
        """Take what is there, without waiting; return whether more can come."""

    def complete(self) -> bool:
        """Return whether the whole answer is there."""

    def result(self) -> bytes:
        """Return the complete answer and let go of everything.

        Raises: QueryError.
        """

    def wait(self, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Wait for the answer, return it and let go of everything.

        Raises: QueryError; ClientGone when the client hung up.
        """

    def drop(self) -> None:
        """End the query."""


class Engine(Protocol):
    """Answers questions about one release."""

    def answer(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Return the whole answer.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge, EngineBusy;
        ClientGone when the client hung up.
        """

    async def begin(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> Begun | None:
        """Return the question's query when it has begun, None if only a thread can wait for it.

        Raises: QueryError; ClientGone when the client hung up before.
        """

    def healthy(self) -> bool:
        """Return whether questions can be answered now."""

    def close(self) -> None:
        """End all work and let go of everything."""
