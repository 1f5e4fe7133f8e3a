"""The gateway between the network and the application: an RSGI application on an event loop.

It waits for slow clients, so that no thread does: a body is read whole before a thread sees the
request, and a large answer is sent as fast as its client reads. Finished answers are given from
here; everything else goes to the Flask application in one of two groups of threads, queries apart
from the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException

from iccgraph.errors import ClientDisconnected, EngineBusy
from iccgraph.serve.handlers.queries import Queries
from iccgraph.serve.http import logs
from iccgraph.serve.http.bodies import body_of
from iccgraph.serve.http.cache import Answer, FinishedAnswers, as_known, plain_tags
from iccgraph.serve.http.message import Key, Request, answer_of, environ_of
from iccgraph.serve.http.metrics import Metrics
from iccgraph.serve.http.quota import Clients, client_of
from iccgraph.serve.releases import CurrentRelease
from iccgraph.settings import Settings

PIECE = 256 * 1024
BATCHES = 2
"""Batches of names that are worked on at a time; more would not be done sooner, and be in the way
of everything else."""
LOOK_SECONDS = 1.0
WRITE_SECONDS = 0.25
_UNCOUNTED = frozenset(("/healthz", "/readyz", "/metrics"))


class Gateway:
    """Answers requests; one of it runs in each web process."""

    def __init__(
        self,
        settings: Settings,
        application: Callable[..., Any],
        current: CurrentRelease,
        counters: Path,
    ) -> None:
        """Stand in front of the WSGI application."""
        self.settings, self.application, self.current = settings, application, current
        self.prefix = settings.site_path.rstrip("/")
        self.finished = FinishedAnswers()
        self.clients = Clients(settings, counters)
        self.metrics = Metrics()
        current.services.on_request = self.metrics.count_service
        self.log = logs.RequestLog(settings.log_requests)
        self.pages = ThreadPoolExecutor(settings.web_threads, "page")
        self.batches = ThreadPoolExecutor(BATCHES, "batch")
        self.waiting = 0
        self.queries = Queries(settings, current, self.finished, self._ask)
        self.chores: set[asyncio.Task[None]] = set()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to look for new releases, and to write the log."""
        for chore in (self._look, self._write):
            task = loop.create_task(chore())
            self.chores.add(task)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End everything that this process has started."""
        for chore in self.chores:
            chore.cancel()
        logs.write(self.log.take())
        self.current.close()

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await loop.run_in_executor(None, self.current.look)
            await self.current.check()
            await asyncio.sleep(LOOK_SECONDS)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            if lines := self.log.take():
                await loop.run_in_executor(None, logs.write, lines)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        start = time.perf_counter()
        request = Request(scope, self.prefix, self.settings.proxies)
        key = request.key(self.current.name())
        known = request.get("if-none-match")
        answer = self.finished.find(key) if request.readable and request.addressed else None
        if answer is not None and not (request.gzip and answer.packed is None):
            answer = answer.fitting(known, request.gzip)
        else:
            answer = await self._make(request, key, proto)
        sent = await self._send(request, answer, proto)
        seconds = time.perf_counter() - start
        self.metrics.count(answer.label, answer.status, seconds)
        if self.log.wanted:
            self._note(request, answer, sent, seconds)

    def _note(self, request: Request, answer: Answer, sent: int, seconds: float) -> None:
        self.log.add(
            id=request.name,
            method=request.scope.method,
            path=request.path[:200],
            status=answer.status,
            route=answer.label.partition(" ")[0],
            bytes=sent,
            ms=round(seconds * 1000, 2),
            **({"query": _digest(request.scope.query_string)} if request.query else {}),
        )

    async def _make(self, request: Request, key: Key, proto: Any) -> Answer:
        """Return an answer that is made for this request."""
        client = client_of(request.scope.client, request.forwarded, self.settings.proxies)
        body = b""
        fault: Exception | None = None
        with contextlib.ExitStack() as held:
            try:
                if not request.addressed:  # RFC 9112, section 3.2
                    raise BadRequest("Expected one Host header.")
                if request.path not in _UNCOUNTED:
                    self.clients.count(client)
                if request.laborious:
                    held.enter_context(self.clients.query(client))
                body = await body_of(request, proto, self.settings)
            except (HTTPException, ClientDisconnected) as error:
                fault = error
            if request.laborious and not request.query and fault is None:
                return await self._batch(request, key, body)
            if not request.query or fault is not None:
                return await self._page(self.pages, request, key, body, fault)
            self.metrics.running.inc()
            try:
                return await self.queries.answer(request, key, body, proto)
            finally:
                self.metrics.running.dec()

    async def _page(
        self,
        threads: ThreadPoolExecutor,
        request: Request,
        key: Key,
        body: bytes,
        fault: Exception | None = None,
    ) -> Answer:
        """Return what the application says in one of a group of threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, self._ask, request, key, body, fault, None)

    async def _batch(self, request: Request, key: Key, body: bytes) -> Answer:
        """Return the answer to a batch of names, if its turn comes in time."""
        fault = EngineBusy(f"{self.waiting} batches are waiting already; try again later")
        if self.waiting < BATCHES + self.settings.query_queue:
            job = self.batches.submit(self._ask, request, key, body, None, None)
            answer = asyncio.wrap_future(job)
            patience = None if self.waiting < BATCHES else self.settings.reconcile_seconds
            self.waiting += 1
            try:
                await asyncio.wait((answer,), timeout=patience)
                if not job.cancel():  # it has begun
                    return await answer
            finally:
                self.waiting -= 1
            fault = EngineBusy("other batches took too long; try again later")
        return await self._page(self.pages, request, key, body, fault)

    def _ask(
        self,
        request: Request,
        key: Key,
        body: bytes,
        fault: Exception | None,
        engine: Any,
    ) -> Answer:
        """Ask the application, in a thread."""
        environ = environ_of(request.scope, request.path, request.headers, body)
        environ["iccgraph.request_id"] = request.name
        environ["iccgraph.fault"] = fault
        environ["iccgraph.engine"] = engine
        if "HTTP_IF_NONE_MATCH" in environ:
            environ["HTTP_IF_NONE_MATCH"] = plain_tags(environ["HTTP_IF_NONE_MATCH"])
        answer = answer_of(self.application, environ)
        if request.readable:
            self.finished.keep(key, answer)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            answer.headers = as_known(answer.headers, request.get("if-none-match"))
        return answer.encoded(request.gzip)

    async def _send(self, request: Request, answer: Answer, proto: Any) -> int:
        """Send an answer and return how many bytes of body were taken."""
        headers = [*answer.headers, ("X-Request-Id", request.name)]
        if answer.status in (408, 413):
            headers.append(("Connection", "close"))  # the rest of the body is not wanted
        if answer.stream is not None:
            return await self._stream(request, answer, headers, proto)
        if request.scope.method == "HEAD" or not answer.body:
            proto.response_empty(answer.status, headers)
            return 0
        proto.response_bytes(answer.status, headers, answer.body)
        return len(answer.body)

    async def _stream(
        self, request: Request, answer: Answer, headers: list[tuple[str, str]], proto: Any
    ) -> int:
        """Send a large answer piece by piece; a client that takes none for long is left."""
        loop = asyncio.get_running_loop()
        stream = answer.stream or ()
        parts, sent = iter(stream), 0
        try:
            if request.scope.method == "HEAD":
                proto.response_empty(answer.status, headers)
                return 0
            transport = proto.response_stream(answer.status, headers)
            while part := await loop.run_in_executor(None, next, parts, b""):
                for begin in range(0, len(part), PIECE):
                    piece = part[begin : begin + PIECE]
                    async with asyncio.timeout(self.settings.body_seconds):
                        await transport.send_bytes(piece)
                    sent += len(piece)
        except (TimeoutError, RuntimeError):
            pass  # the client reads no more, or has gone
        finally:
            if hasattr(stream, "close"):
                stream.close()
        return sent


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
