"""The port to any SPARQL engine: what is asked, what comes back, what an engine can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Question:
    """A query that was looked over, and the format its answer is wanted in.

    `format` is the name of a result format for SELECT and ASK, of a graph format otherwise;
    `dataset` tells whether the text names its graphs itself (FROM), the two others name them
    beside it and win (SPARQL 1.1 Protocol, section 2.1.4). Without any, all graphs are asked.
    """

    text: str
    form: str
    format: str
    dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class Engine(Protocol):
    """Answers questions about one release."""

    def answer(self, question: Question) -> bytes:
        """Return the whole answer.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge, EngineBusy.
        """

    def healthy(self) -> bool:
        """Return whether questions can be answered now."""

    def close(self) -> None:
        """End all work and let go of everything."""
