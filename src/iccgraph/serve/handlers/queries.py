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
from iccgraph.serve.sparql.port import Begun, ClientGone, HangUp
from iccgraph.settings import Settings

FIRST_SECONDS = 0.025
"""How long a query is waited for on the event loop."""
_SPARE = 8
"""Threads beyond those that queries can hold, which tell the others that there is no room."""
Given = TypeVarTuple("Given")
Made = TypeVar("Made")
Ask = Callable[[Request, Key, bytes, Exception | None, HangUp], Answer]
"""Asks the application; an exception is what it is to say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with what its answer is kept under, its body, and whether its client has gone."""

    request: Request
    key: Key
    body: bytes
    hung_up: HangUp


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
        watch = Watch(proto)
        asked = Asked(request, key, body, watch.hung_up)
        fault: Exception | None = None
        try:
            try:
                query = self._direct(request, body)
                if query is not None and self.current.name():
                    with self.current.lend() as serving:
                        return await self._run(asked, query, serving)
            except (IccGraphError, HTTPException, ClientGone) as error:
                fault = error
            return await self._in_thread(self._leave, asked, fault)
        finally:
            watch.end()

    async def _run(self, asked: Asked, query: DirectQuery, serving: Serving) -> Answer:
        engine, question = serving.engine, query.plan.question
        content = engine.find(question)
        if content is None:
            begun = await engine.begin(question, asked.hung_up)
            if begun is None:
                content = await self._in_thread(engine.answer, question, asked.hung_up)
            elif await first_moments(begun):
                content = begun.result()
            else:
                content = await self._in_thread(begun.wait, asked.hung_up)
            engine.keep(question, content)
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
        return self.ask(asked.request, asked.key, asked.body, fault, asked.hung_up)

    async def _in_thread(self, call: Callable[[*Given], Made], *arguments: *Given) -> Made:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, call, *arguments)


class Watch:
    """Tells whether a client has hung up; it looks only after those who wait longer."""

    def __init__(self, proto: Any) -> None:
        """Begin soon; must be made on the event loop, and ended."""
        self.proto, self.gone = proto, False
        self.task: asyncio.Future[None] | None = None
        self.timer = asyncio.get_running_loop().call_later(FIRST_SECONDS, self._begin)

    def _begin(self) -> None:
        self.task = asyncio.ensure_future(self.proto.client_disconnect())
        self.task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[None]) -> None:
        self.gone = self.gone or not task.cancelled()

    def hung_up(self) -> bool:
        """Return whether the client has gone."""
        return self.gone

    def end(self) -> None:
        """Look no more."""
        self.timer.cancel()
        if self.task is not None:
            self.task.cancel()


async def first_moments(begun: Begun) -> bool:
    """Return whether a query's answer is complete after its first moments."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()

    def end() -> None:
        if not over.done():
            over.set_result(None)

    def read() -> None:
        if not begun.read():
            end()

    try:
        loop.add_reader(begun.handle, read)
        timer = loop.call_later(FIRST_SECONDS, end)
        try:
            await over
        finally:
            timer.cancel()
            loop.remove_reader(begun.handle)
    except BaseException:
        begun.drop()
        raise
    return begun.complete()
