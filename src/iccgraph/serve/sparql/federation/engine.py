"""An engine that answers SERVICE clauses for the endpoints on the operator's list.

Each clause is asked for just those values that what stands before it has (a bind join), and is
replaced by the rows of its answer; what remains is a query like any other for the engine. That
reads it by its own grammar and refuses whatever would still ask elsewhere.
Waiting for others blocks, so it happens in threads of this engine; a cancelled task sets a flag on
which they end.
Source: SPARQL 1.1 Federated Query, sections 2 and 4.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import replace
from itertools import count
from typing import Final

from iccgraph.errors import (
    EngineBusy,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTooLarge,
    ServiceFailed,
)
from iccgraph.formats import JSON
from iccgraph.serve.sparql.federation.endpoints import Endpoint, Services
from iccgraph.serve.sparql.federation.join import (
    UNBOUND,
    Levels,
    Solutions,
    context,
    flat,
    placed,
    read_solutions,
    shared,
    shown,
)
from iccgraph.serve.sparql.federation.safe_http import CancellableThreads, Deadline
from iccgraph.serve.sparql.federation.syntax import ParsedQuery, SyntaxNode, Unsupported, clauses
from iccgraph.serve.sparql.port import Engine, SparqlQuery, timed_out
from iccgraph.settings import Settings

TOGETHER: Final = 32
"""Queries of one process that may wait for other endpoints at a time."""
MOST_CLAUSES: Final = 20
"""SERVICE clauses in one query."""
_MADE: Final = ("AltLabel", "Description", "Label")
"""Endings of the variables that Wikidata's label service fills by itself."""
_SHARE: Final = 0.8
"""The part of a query's remaining time that a request may take, so that some is left to use it."""
_TICK: Final = 0.1
"""How often a thread that waits for the engine looks whether anyone still waits for it."""
Ask = Callable[[SparqlQuery], bytes]
"""Has the engine answer a query that asks nobody else; blocks."""


class FederatedEngine:
    """An engine whose queries may ask other endpoints; all else is left to the one behind it."""

    def __init__(self, engine: Engine, services: Services, settings: Settings) -> None:
        self.engine, self.services, self.settings = engine, services, settings
        self.asking = 0
        self.threads = CancellableThreads(TOGETHER, "federation")

    async def answer(self, query: SparqlQuery) -> bytes:
        """Return the whole answer.

        Raises: what the engine raises; ServiceFailed when another endpoint gives no answer.
        """
        if not query.federated:
            return await self.engine.answer(query)
        if self.asking >= TOGETHER:
            raise EngineBusy(f"{TOGETHER} queries are asking other endpoints; try again later")
        timed = replace(query, deadline=time.monotonic() + self.settings.query_timeout)
        loop = asyncio.get_running_loop()

        def answer(cancelled: threading.Event) -> bytes:
            def ask(part: SparqlQuery) -> bytes:
                future = asyncio.run_coroutine_threadsafe(self.engine.answer(part), loop)
                while not wait((future,), _TICK).done:
                    if cancelled.is_set():
                        future.cancel()
                return future.result()

            return Federation(timed, ask, self.services, self.settings, cancelled).answer()

        self.asking += 1
        try:
            return await self.threads.run(answer)
        finally:
            self.asking -= 1

    def healthy(self) -> bool:
        """True if the engine could answer when it was last checked."""
        return self.engine.healthy()

    async def check(self) -> None:
        """Bring `healthy` up to date."""
        await self.engine.check()

    def close(self) -> None:
        """Free everything."""
        self.engine.close()
        self.threads.close()


class Federation:
    """One query while its SERVICE clauses are answered; blocks."""

    def __init__(
        self,
        query: SparqlQuery,
        ask: Ask,
        services: Services,
        settings: Settings,
        cancelled: threading.Event | None = None,
    ) -> None:
        """Prepare; `cancelled` is set when nobody waits for the answer any more."""
        self.query, self.ask, self.services, self.settings = query, ask, services, settings
        self.cancelled = cancelled or threading.Event()
        self.nodes = f"{settings.site}.well-known/genid/{uuid.uuid4().hex}"
        self.numbers = count(1)
        self.rows = 0

    def answer(self) -> bytes:
        """Return the whole answer; the engine's grammar says what is wrong with the text itself.

        Raises: QueryError; ClientDisconnected if it was cancelled.
        """
        try:
            return self.ask(self.query)  # the word was no SERVICE after all
        except QueryRefused as refusal:
            refused = refusal
        try:
            return self._followed(self._parsed(refused))
        except (RecursionError, Unsupported):  # it nests deeper than we read, among others
            raise _unreadable() from None

    def _followed(self, parsed: ParsedQuery) -> bytes:
        """Return the answer once each clause was asked for; raises QueryError."""
        for clause, levels in placed(parsed, parsed.where):
            clause.replaced = f"{{ {self._solutions(parsed, clause, levels).values()} }}"
        try:
            return self.ask(replace(self.query, text=parsed.rewritten()))
        except QuerySyntaxError:
            raise _unreadable() from None
        except QueryRefused:
            raise QueryRefused(str(_unreadable())) from None

    def _parsed(self, refusal: QueryRefused) -> ParsedQuery:
        """Return the query as a tree; raises QueryRefused if an endpoint is not on the list."""
        parsed = ParsedQuery(self.query.text, self.query.base)
        found = [*clauses(parsed.where)]
        if not found:
            raise refusal
        if len(found) > MOST_CLAUSES:
            raise QueryTooLarge(
                f"the query has {len(found)} SERVICE clauses; at most {MOST_CLAUSES} are asked"
            )
        for clause in found:
            self._endpoint(parsed, clause)
        return parsed

    def _endpoint(self, parsed: ParsedQuery, clause: SyntaxNode) -> Endpoint:
        """Return the endpoint that a clause asks; raises QueryRefused."""
        where = f"SERVICE ({parsed.place(clause)})"
        if clause.name is None or clause.name.kind == "variable":
            raise QueryRefused(
                f"{where} asks an endpoint by a variable; name it by its IRI: "
                f"{self.services.names()}"
            )
        iri = parsed.iri(clause.name)
        endpoint = self.services.find(iri) if iri is not None else None
        if endpoint is None:
            raise QueryRefused(
                f"{where} is not allowed: {(iri or clause.name.text)[:200]} is not on the list of "
                f"endpoints; SERVICE may only use: {self.services.names()}"
            )
        return endpoint

    def _solutions(self, parsed: ParsedQuery, clause: SyntaxNode, levels: Levels) -> Solutions:
        """Return the solutions of a clause; raises QueryError."""
        body = clause.children[0]
        names = tuple(sorted(shown(parsed, body)))
        values = self._values(parsed, clause, levels)
        if values is not None:
            if not values.rows:
                return Solutions(names, ())
            values = values.only_whole()
        endpoint = self._endpoint(parsed, clause)
        try:
            return self._fetch(parsed, endpoint, body, values)
        except (ServiceFailed, QueryTooLarge):
            if clause.silent:
                return Solutions(names, ((UNBOUND,) * len(names),))
            raise

    def _values(self, parsed: ParsedQuery, clause: SyntaxNode, levels: Levels) -> Solutions | None:
        """Return the values of what a clause shares with what stands before it, None if nothing."""
        names = shared(parsed, clause, levels)
        if not names:
            return None
        most = self.settings.service_rows
        text = (
            f"{parsed.prologue} SELECT DISTINCT {' '.join(f'?{name}' for name in names)} "
            f"{parsed.dataset} WHERE {{ {context(parsed, levels)} }} LIMIT {most + 1}"
        )
        try:
            query = replace(self.query, text=text, query_type="SELECT", format=JSON.name)
            table = read_solutions(self.ask(query), most)
        except (QuerySyntaxError, ValueError):
            raise _unreadable() from None
        if len(table.rows) > most:
            raise QueryTooLarge(
                f"SERVICE ({parsed.place(clause)}) would be asked for more than {most} values; "
                "ask for less before it"
            )
        return table

    def _fetch(
        self, parsed: ParsedQuery, endpoint: Endpoint, body: SyntaxNode, values: Solutions | None
    ) -> Solutions:
        """Return what an endpoint answers, for all values together."""
        names, rows = tuple[str, ...](), list[dict[str, str]]()
        head, inner = parsed.opening_for(body), parsed.source(body.first + 1, body.last - 1)
        batches: list[Solutions | None] = [None]
        if values is not None and values.names:
            size = self.settings.service_batch_bytes
            batches = [*values.batches(self.settings.service_batch, size)]
            if not flat(parsed, body, values.names):
                inner = f"{{ {inner} }}"
        chosen = _projection(parsed, body)
        for batch in batches:
            given = f"{batch.values()} " if batch is not None else ""
            table = self._asked(endpoint, f"{head}SELECT {chosen} WHERE {{ {given}{inner}\n}}")
            names = tuple(dict.fromkeys((*names, *table.names)))
            rows += [dict(zip(table.names, row, strict=True)) for row in table.rows]
        return Solutions(names, tuple(tuple(row.get(n, UNBOUND) for n in names) for row in rows))

    def _asked(self, endpoint: Endpoint, text: str) -> Solutions:
        """Return the solutions that an endpoint has for one query."""
        most = self.settings.service_rows
        content = endpoint.ask(text, self._deadline())
        try:
            table = read_solutions(content, most, f"{self.nodes}-{next(self.numbers)}-")
        except ValueError:
            raise endpoint.failure("answered with something that is no result") from None
        self.rows += len(table.rows)
        if self.rows > most:
            raise QueryTooLarge(
                f"{endpoint.iri} gives more than {most} rows; ask it for less, or use LIMIT"
            )
        return table

    def _deadline(self) -> Deadline:
        """Return until when the next request may take; raises QueryTimeout."""
        now = time.monotonic()
        seconds = self.settings.service_timeout
        if self.query.deadline:
            if now >= self.query.deadline:
                raise timed_out(self.settings.query_timeout)
            seconds = min(seconds, _SHARE * (self.query.deadline - now))
        return Deadline(now + seconds, self.cancelled)


def _projection(parsed: ParsedQuery, body: SyntaxNode) -> str:
    """Return what to ask of an endpoint: everything, or names where it makes up some itself.

    Wikidata's label service gives labels for the variables that are named, and none for `*`.
    """
    if not any(True for child in body.children for _ in clauses(child)):
        return "*"
    known = shown(parsed, body)
    everywhere = parsed.variables(parsed.where) | parsed.variables(parsed.head)
    made = {name for name in everywhere for end in _MADE if name.removesuffix(end) in known}
    return " ".join(f"?{name}" for name in sorted(known | made))


def _unreadable() -> QueryError:
    return QueryError(
        "the query asks another endpoint in a way that cannot be followed; write"
        " SERVICE <IRI> { … } as a part of WHERE, with spaces between its words"
    )
