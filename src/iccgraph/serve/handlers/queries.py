"""Answers requests that hold a query: short ones on the event loop, long ones in threads.

A thread for each of many short queries would take longer than the queries do. What the application
has to say itself (a page, what is wrong) is asked of it, in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar, TypeVarTuple

from werkzeug.exceptions import HTTPException

from iccgraph.errors import IccGraphError
from iccgraph.serve.handlers.direct import DirectQuery, direct_query
from iccgraph.serve.http.cache import Answer, FinishedAnswers
from iccgraph.serve.http.message import Key, Request
from iccgraph.serve.releases import CurrentRelease, Serving
from iccgraph.serve.sparql.port import Query
from iccgraph.settings import Settings

FIRST_SECONDS = 0.025
"""How long a query is waited for on the event loop."""
_SPARE = 8
"""Threads beyond those that queries can hold, which tell the others that there is no room."""
Given = TypeVarTuple("Given")
Made = TypeVar("Made")
Ask = Callable[[Request, Key, bytes, Exception | None, Any], Answer]
"""Asks the application; an exception is what it is to say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what its answer is kept under, its body, and whether its client has gone."""

    request: Request
    key: Key
    body: bytes
    engine: Any


class Queries:
    """Answers the queries of one web process."""

    def __init__(
        self, settings: Settings, current: CurrentRelease, finished: FinishedAnswers, ask: Ask
    ) -> None:
        """Prepare; no thread is started yet."""
        self.settings, self.current, self.finished, self.ask = settings, current, finished, ask
        room = settings.workers_per_process + settings.query_queue + settings.query_long
        self.threads = ThreadPoolExecutor(room + _SPARE, "query")

    async def answer(self, request: Request, key: Key, body: bytes, proto: Any) -> Answer:
        """Return the answer to a request, whatever becomes of its query."""
        loop = asyncio.get_running_loop()
        engine: Any = None
        answering = loop.create_task(self._answer(Asked(request, key, body, engine)))
        gone: asyncio.Future[Any] | None = None
        done, _ = await asyncio.wait((answering,), timeout=FIRST_SECONDS)
        if not done:
            gone = asyncio.ensure_future(proto.client_disconnect())
            await asyncio.wait((answering, gone), return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                answering.cancel()
                await asyncio.wait((answering,))
                return Answer(499, [], b"", "/sparql")
            gone.cancel()
        return answering.result()

    async def _answer(self, asked: Asked) -> Answer:
        fault: Exception | None = None
        try:
            query = self._direct(asked.request, asked.body)
            if query is not None and self.current.name():
                with self.current.lend() as serving:
                    return await self._run(asked, query, serving)
        except (IccGraphError, HTTPException) as error:
            fault = error
        loop = asyncio.get_running_loop()
        running: list[Any] = []

        def engine(query: Query) -> bytes:
            with self.current.lend() as serving:
                future = asyncio.run_coroutine_threadsafe(serving.engine.answer(query), loop)
                running.append(future)
                return future.result()

        try:
            return await self._in_thread(
                self._leave, Asked(asked.request, asked.key, asked.body, engine), fault
            )
        finally:
            for future in running:
                future.cancel()

    async def _run(self, asked: Asked, query: DirectQuery, serving: Serving) -> Answer:
        engine, question = serving.engine, query.plan.question
        content = engine.find(question)
        if content is None:
            content = await engine.answer(question)
        answer = query.answer(content, serving.release.name)
        if not asked.request.readable:
            return answer.encoded(asked.request.gzip)
        self.finished.keep(asked.key, answer)
        return answer.fitting(asked.request.get("if-none-match"), asked.request.gzip)

    def _direct(self, request: Request, body: bytes) -> DirectQuery | None:
        if request.get("content-encoding"):  # what is wrong with that, the application says
            return None
        method = "POST" if request.scope.method == "POST" else "GET"
        return direct_query(
            self.settings,
            (method, request.path, request.scope.query_string),
            request.get("accept"),
            request.get("content-type"),
            body,
        )

    def _leave(self, asked: Asked, fault: Exception | None) -> Answer:
        return self.ask(asked.request, asked.key, asked.body, fault, asked.engine)

    async def _in_thread(self, call: Callable[[*Given], Made], *arguments: *Given) -> Made:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, call, *arguments)
