"""An engine that answers SERVICE clauses for the endpoints on the operator's list.

Each clause is asked for just those values that what stands before it has (a bind join), and is
replaced by the rows of its answer; what remains is a query like any other for the engine. That
reads it by its own grammar and refuses whatever would still ask elsewhere.
Source: SPARQL 1.1 Federated Query, sections 2 and 4.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Final

from iccgraph.errors import (
    EngineBusy,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    ServiceFailed,
)
from iccgraph.serve.sparql.federation.clauses import Query, clauses
from iccgraph.serve.sparql.federation.endpoints import Endpoint, Patience, Services
from iccgraph.serve.sparql.federation.join import Levels, context, flat, placed, shared, shown
from iccgraph.serve.sparql.federation.solutions import Named, Table, one_empty, read_table
from iccgraph.serve.sparql.federation.syntax import Node, UncutError
from iccgraph.serve.sparql.port import Begun, Engine, HangUp, Question, nobody_hangs_up
from iccgraph.settings import Settings

TOGETHER: Final = 32
"""Queries of one process that may wait for other endpoints; the other threads are for the rest."""
MOST_CLAUSES: Final = 20
"""SERVICE clauses in one query."""
_MADE: Final = ("AltLabel", "Description", "Label")
"""Endings of the variables that Wikidata's label service fills by itself."""
_SHARE: Final = 0.8
"""The part of a query's remaining time that a request may take, so that some is left to use it."""
Ask = Callable[[Question, HangUp], bytes]


class Federated:
    """An engine whose queries may ask other endpoints; all else is as before."""

    def __init__(self, engine: Engine, services: Services, settings: Settings) -> None:
        """Stand in front of an engine."""
        self.engine, self.services, self.settings = engine, services, settings
        self.places = threading.BoundedSemaphore(TOGETHER)

    def answer(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Return the whole answer.

        Raises: what the engine raises; ServiceFailed when another endpoint gives no answer.
        """
        if not question.federated:
            return self.engine.answer(question, hung_up)
        with self._place():
            deadline = time.monotonic() + self.settings.query_timeout
            asked = replace(question, deadline=deadline)
            federation = Federation(self.engine.answer, self.services, self.settings, hung_up)
            return federation.answer(asked)

    async def begin(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> Begun | None:
        """Begin what asks nobody else; who is far away is waited for in a thread.

        Raises: what the engine raises.
        """
        return None if question.federated else await self.engine.begin(question, hung_up)

    def healthy(self) -> bool:
        """Return whether the engine can be asked."""
        return self.engine.healthy()

    def close(self) -> None:
        """Let go of the engine."""
        self.engine.close()

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self.places.acquire(blocking=False):
            raise EngineBusy(f"{TOGETHER} queries are asking other endpoints; try again later")
        try:
            yield
        finally:
            self.places.release()


class Federation:
    """One query while its SERVICE clauses are answered."""

    def __init__(
        self, ask: Ask, services: Services, settings: Settings, hung_up: HangUp = nobody_hangs_up
    ) -> None:
        """Prepare; `ask` has the engine answer a question that asks nobody else."""
        self.ask, self.services, self.settings, self.hung_up = ask, services, settings, hung_up
        self.nodes = f"{settings.site}.well-known/genid/{uuid.uuid4().hex}"
        self.numbers = count(1)
        self.rows = 0

    def answer(self, question: Question) -> bytes:
        """Return the whole answer; the engine's grammar says what is wrong with the text itself.

        Raises: QueryError.
        """
        try:
            return self.ask(question, self.hung_up)  # the word was no SERVICE after all
        except QueryRefused as refusal:
            refused = refusal
        try:
            return self._followed(question, self._cut(question, refused))
        except RecursionError:  # it nests deeper than we read, if not than the engine does
            raise _unreadable() from None

    def _followed(self, question: Question, query: Query) -> bytes:
        """Return the answer once each clause was asked for.

        Raises: QueryError.
        """
        for clause, levels in placed(query):
            clause.replaced = f"{{ {self._answered(query, question, clause, levels).values()} }}"
        try:
            return self.ask(replace(question, text=query.rewritten()), self.hung_up)
        except QuerySyntaxError:
            raise _unreadable() from None
        except QueryRefused:
            raise QueryRefused(str(_unreadable())) from None

    def _cut(self, question: Question, refusal: QueryRefused) -> Query:
        """Return the query as a tree, all of whose endpoints are on the list.

        Raises: QueryRefused, QueryError.
        """
        try:
            query = Query(question.text)
            found = [*clauses(query.where)]
            if not found:
                raise refusal
            if len(found) > MOST_CLAUSES:
                raise QueryTooLarge(
                    f"the query has {len(found)} SERVICE clauses; at most {MOST_CLAUSES} are asked"
                )
            for clause in found:
                self._endpoint(query, clause)
        except UncutError:
            raise _unreadable() from None
        return query

    def _endpoint(self, query: Query, clause: Node) -> Endpoint:
        """Return the endpoint that a clause asks.

        Raises: QueryRefused.
        """
        where = f"SERVICE ({query.place(clause)})"
        if clause.name is None or clause.name.kind == "variable":
            raise QueryRefused(
                f"{where} asks an endpoint by a variable; name it by its IRI: "
                f"{self.services.names()}"
            )
        iri = query.iri(clause.name)
        endpoint = self.services.find(iri) if iri is not None else None
        if endpoint is None:
            raise QueryRefused(
                f"{where} is not allowed: {(iri or clause.name.text)[:200]} is not on the list of "
                f"endpoints that are asked; there is: {self.services.names()}"
            )
        return endpoint

    def _answered(self, query: Query, question: Question, clause: Node, levels: Levels) -> Table:
        """Return the solutions of a clause.

        Raises: QueryError.
        """
        body = clause.children[0]
        names = tuple(sorted(shown(query, body)))
        values = self._values(query, question, clause, levels)
        if values is not None and not values.rows:
            return Table(names, ())
        values = values.only_whole() if values is not None else None
        if values is not None and not values.names:
            values = None
        endpoint = self._endpoint(query, clause)
        try:
            return self._fetch(query, question, endpoint, body, values)
        except (ServiceFailed, QueryTooLarge):
            if clause.silent:
                return one_empty(names)
            raise

    def _values(
        self, query: Query, question: Question, clause: Node, levels: Levels
    ) -> Table | None:
        """Return the values of what a clause shares with what it is joined with, None if nothing.

        Raises: QueryError.
        """
        names = shared(query, clause, levels)
        if not names:
            return None
        most = self.settings.service_rows
        text = (
            f"{query.prologue} SELECT DISTINCT {' '.join(f'?{name}' for name in names)} "
            f"{query.dataset} WHERE {{ {context(query, levels)} }} LIMIT {most + 1}"
        )
        try:
            content = self.ask(
                replace(question, text=text, form="SELECT", format="json"), self.hung_up
            )
            table = read_table(content, most)
        except (QuerySyntaxError, ValueError):
            raise _unreadable() from None
        if len(table.rows) > most:
            raise QueryTooLarge(
                f"SERVICE ({query.place(clause)}) would be asked for more than {most} values; "
                "ask for less before it"
            )
        return table

    def _fetch(
        self, query: Query, question: Question, endpoint: Endpoint, body: Node, values: Table | None
    ) -> Table:
        """Return what an endpoint answers, for all values together.

        Raises: ServiceFailed, QueryTooLarge, QueryTimeout, ClientGone.
        """
        most, names, rows = self.settings.service_rows, tuple[str, ...](), list[dict[str, str]]()
        head, inner = query.opening_for(body), query.source(body.first + 1, body.last - 1)
        batches: list[Table | None] = [None]
        if values is not None:
            size = self.settings.service_batch_bytes
            batches = [*values.batches(self.settings.service_batch, size)]
            if not flat(query, body, values.names):
                inner = f"{{ {inner} }}"
        chosen = _projection(query, body)
        for batch in batches:
            given = f"{batch.values()} " if batch is not None else ""
            text = f"{head}SELECT {chosen} WHERE {{ {given}{inner}\n}}"
            content = endpoint.ask(text, self._patience(question))
            named = self._named(next(self.numbers))
            try:
                table = read_table(content, most, named)
            except ValueError:
                raise endpoint.failure("answered with something that is no result") from None
            self.rows += len(table.rows)
            if self.rows > most:
                raise QueryTooLarge(
                    f"{endpoint.iri} gives more than {most} rows; ask it for less, or use LIMIT"
                )
            names = tuple(dict.fromkeys((*names, *table.names)))
            rows += [dict(zip(table.names, row, strict=True)) for row in table.rows]
        return Table(names, tuple(tuple(row.get(n, "UNDEF") for n in names) for row in rows))

    def _named(self, number: int) -> Named:
        """Return what names the blank nodes of one answer."""
        return lambda label: f"{self.nodes}-{number}-{label.encode().hex()}"

    def _patience(self, question: Question) -> Patience:
        """Return how long the next request may take.

        Raises: QueryTimeout.
        """
        now = time.monotonic()
        seconds = self.settings.service_timeout
        if question.deadline:
            if now >= question.deadline:
                raise QueryTimeout(
                    f"the query ran longer than {self.settings.query_timeout:g} seconds and was "
                    "stopped; ask for less"
                )
            seconds = min(seconds, _SHARE * (question.deadline - now))
        return Patience(now + seconds, self.hung_up)


def _projection(query: Query, body: Node) -> str:
    """Return what to ask of an endpoint: everything, or names where it makes up some itself.

    Wikidata's label service gives labels for the variables that are named, and none for `*`.
    """
    if not any(True for child in body.children for _ in clauses(child)):
        return "*"
    known = shown(query, body)
    everywhere = query.variables(query.where) | query.variables(query.head)
    made = {name for name in everywhere for end in _MADE if name.removesuffix(end) in known}
    return " ".join(f"?{name}" for name in sorted(known | made))


def _unreadable() -> QueryError:
    return QueryError(
        "the query asks another endpoint in a way that cannot be followed; write"
        " SERVICE <IRI> { … } as a part of WHERE, with spaces between its words"
    )
