"""The port to any SPARQL engine: what is asked, and what an engine does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from iccgraph.errors import QueryTimeout, QueryTooLarge


@dataclass(frozen=True, slots=True)
class SparqlQuery:
    """A text that was inspected, and how it is to be answered.

    Arguments: `query_type` is SELECT, ASK, CONSTRUCT or DESCRIBE; `format` is the name of a format
    of `iccgraph.formats`, of results for SELECT and ASK, of graphs otherwise; `dataset` is True if
    the text names its graphs itself (FROM), while `default_graphs` and `named_graphs` are named
    beside it and win (SPARQL 1.1 Protocol, section 2.1.4), and without any of them all graphs are
    asked; `federated` is True if the text seems to ask another endpoint, so that its answer is no
    function of the release; `base` is what relative IRIs are resolved against if the text has no
    BASE, empty for nothing (SPARQL 1.1 Query Language, section 4.1.1.2); `deadline` is when the
    answer must be there at the latest, as a time of the monotonic clock, 0 for no deadline but the
    limit of time.
    """

    text: str
    query_type: str
    format: str
    dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    federated: bool = False
    base: str = ""
    deadline: float = 0.0


class Engine(Protocol):
    """Answers queries about one release, all of them on one event loop."""

    async def answer(self, query: SparqlQuery) -> bytes:
        """Return the whole answer; a cancelled task ends the query and frees what it held.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge,
        EngineError, EngineBusy, EngineUnavailable; ServiceFailed if another endpoint was asked.
        """

    def healthy(self) -> bool:
        """True if queries could be answered when `check` was last called; asks nobody."""

    async def check(self) -> None:
        """Bring `healthy` up to date, and replace what is missing; called about once a second."""

    def close(self) -> None:
        """End all work and free everything; may be called from any thread."""


def timed_out(seconds: float) -> QueryTimeout:
    """Return the error of a query that ran longer than it may."""
    return QueryTimeout(
        f"the query ran longer than {seconds:g} seconds and was stopped; ask for less"
    )


def answer_too_large(most: int) -> QueryTooLarge:
    """Return the error of an answer that has more bytes than it may."""
    return QueryTooLarge(f"the answer is larger than {most} bytes; ask for less")
