"""The front: one request from its head to the last byte of its response, on an event loop (RSGI).

It waits for slow clients, so that no thread does. It reads the request, holds limits against its
client, hands it to a handler, and sends what comes back; it knows nothing of what handlers do.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final

from iccgraph.errors import ClientDisconnected, IccGraphError, NotFound, RequestError
from iccgraph.formats import HTML
from iccgraph.serve.context import AppRequest
from iccgraph.serve.handlers import Handler, Page
from iccgraph.serve.http import headers, problems
from iccgraph.serve.http.addresses import location
from iccgraph.serve.http.cache import ResponseCache, fitting
from iccgraph.serve.http.connections import SlowReaders, connection_to
from iccgraph.serve.http.logs import LogWriter, RequestLog
from iccgraph.serve.http.message import Request, Response, read_body
from iccgraph.serve.http.metrics import Metrics
from iccgraph.serve.http.quota import Client, Quota, client_of
from iccgraph.serve.http.sending import send
from iccgraph.serve.releases import LOOK_SECONDS, Releases
from iccgraph.settings import MIB, Settings

WATCH_SECONDS: Final = 0.1
"""Only the clients of those who take longer are watched, since most are done before."""
READING: Final = "GET, HEAD, OPTIONS"
"""The methods of pages at addresses in a language."""
LED_ON: Final = (200, 400, 403, 404, 406, 410, 413)
"""Pages of these statuses have an address in each language: they are the same when asked again."""
log = logging.getLogger("iccgraph")


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who answers what: some paths have handlers of their own, the application has all others.

    `below` has handlers of all paths one step below one, such as `/queries/{name}`. `page` has the
    application tell an error to people; `uncounted` paths are for the operator;
    `languages` are those that pages come in.
    """

    by_path: Mapping[str, Handler]
    application: Handler
    page: Page
    uncounted: frozenset[str]
    languages: tuple[str, ...]
    below: Mapping[str, Handler] = field(default_factory=dict)

    def of(self, request: Request) -> Handler:
        """Return the handler of a request."""
        found = self.by_path.get(request.resource)
        if found is None:
            found = self.below.get(request.resource.rpartition("/")[0])
        return found or self.application

    def route(self, request: Request) -> str:
        """Return the label of a path with a handler of its own; others are too many to count."""
        if request.resource in self.by_path:
            return request.resource
        above = request.resource.rpartition("/")[0]
        return f"{above}/{{name}}" if above in self.below else ""

    def operated(self, request: Request) -> bool:
        """True if a request is the operator's; it has no language."""
        return request.resource in self.uncounted and not request.language


class Front:
    """Answers requests; one of it runs in each web process."""

    def __init__(
        self,
        settings: Settings,
        releases: Releases,
        handlers: Handlers,
        quota: Quota,
        metrics: Metrics,
        writer: LogWriter,
    ) -> None:
        self.settings, self.releases, self.handlers = settings, releases, handlers
        self.prefix = settings.site_path.rstrip("/")
        self.cache = ResponseCache()
        self.quota, self.metrics, self.writer = quota, metrics, writer
        releases.services.on_request = self.metrics.count_service
        self.log = RequestLog(writer, settings.log_requests)
        self.slow = SlowReaders(settings.body_seconds)
        self.chores: set[asyncio.Task[None]] = set()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to look for new releases."""
        self.chores.add(loop.create_task(self._repeat(self._look)))
        self.chores.add(loop.create_task(self._repeat(self._leave_slow_readers)))
        self.chores.add(loop.create_task(self._repeat(self._share_metrics)))

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End everything that this process has started."""
        for chore in self.chores:
            chore.cancel()
        self.metrics.share()
        self.releases.close()
        self.writer.close()

    async def _repeat(self, chore: Callable[[], Awaitable[None]]) -> None:
        """Do a chore again and again; one that fails is logged, and done again all the same."""
        while True:
            try:
                await chore()
            except Exception:
                log.exception("a chore failed; it is tried again")
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        before = self.releases.name()
        await asyncio.to_thread(self.releases.look)
        if self.releases.name() != before:
            self.cache.clear()
        with self.releases.lend() as serving:
            if serving is not None:
                await serving.engine.check()

    async def _leave_slow_readers(self) -> None:
        if closed := await asyncio.to_thread(self.slow.look):
            log.info("%d connections closed, whose clients read too slowly", closed)

    async def _share_metrics(self) -> None:
        self.metrics.share()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        start = time.perf_counter()
        request = Request(scope, self.prefix, self.settings.proxies, self.handlers.languages)
        held: list[Client] = []  # a query counts until its response was taken
        try:
            try:
                response = await self._respond(request, proto, held)
            except Exception as error:
                response = await self._refuse(request, error)
            sent = await send(request, response, proto)
        finally:
            for client in held:
                self.quota.release(client)
        seconds = time.perf_counter() - start
        self.metrics.count(response.route, response.format, response.status, seconds)
        if self.log.wanted:
            self._note(request, response, sent, seconds)

    async def _respond(self, request: Request, proto: Any, held: list[Client]) -> Response:
        """Return the response to a request, stored or made for it.

        Raises: whatever the client is to be told.
        """
        request.check(self._longest_address(request), self.settings.head_length)
        stored = self.cache.find(request, self.releases.name())
        if stored is not None:
            return stored
        client = client_of(
            request.scope.client, request.header("x-forwarded-for"), self.settings.proxies
        )
        if not self.handlers.operated(request):
            self.quota.count(client)
        if request.language and (response := self._not_read(request)):
            return headers.complete(request, response)
        handler = self.handlers.of(request)
        costly = handler.costly(request)
        if costly:
            self.quota.hold(client)
            held.append(client)
        if request.method == "POST" and costly:  # nothing else takes a body
            limit, seconds = self._longest_body(request), self.settings.body_seconds
            request.body = await read_body(request, proto, limit, seconds)
        with self.releases.lend() as serving:
            if not costly:
                response = await handler.respond(request, serving)
            else:
                async with _CancelOnDisconnect(proto, request.scope.client):
                    response = await handler.respond(request, serving)
        return await self._finish(request, self._in_language(request, response))

    def _not_read(self, request: Request) -> Response | None:
        """Return the response to whoever does not want to read a page, at an address of pages.

        Raises: NotFound for a path of the operator's; RequestError (405).
        """
        if request.resource in self.handlers.uncounted:
            raise self._no_page(request)
        if request.method == "OPTIONS":
            return headers.options(READING)
        if request.safe:
            return None
        wrong = "The method is not allowed for the requested URL."
        raise RequestError(405, wrong, {"Allow": READING})

    def _in_language(self, request: Request, response: Response) -> Response:
        """Return a response, or the way from `?lang=` to the page in that language.

        What is a page is known once it was made; few ask in this way, and most of what was made is
        stored.
        Raises: NotFound if an address in a language has anything but a page.
        """
        if not response.header("content-type").startswith(HTML.media_type):
            if request.language and (200 <= response.status < 300 or response.status == 304):
                if response.stream is not None:
                    response.stream.close()
                raise self._no_page(request)
            return response
        if not (request.wanted_language and request.safe and response.status in LED_ON):
            return response
        path, query = request.path, request.query_string
        target = self.prefix + location(path, request.wanted_language, query)
        if len(target) > headers.LINKS_BYTES:
            return response
        fields = [("Location", target), ("Cache-Control", headers.FRESH), ("Vary", "Accept")]
        return Response(301, fields, b"", response.route)

    def _no_page(self, request: Request) -> NotFound:
        where = self.prefix + request.path
        return NotFound(
            f"only pages have an address with a language; the address of this is {where!r}"
        )

    async def _finish(self, request: Request, response: Response) -> Response:
        response = headers.complete(request, response)
        self.cache.put(request, response)
        if len(response.body) > MIB:  # to compress so much takes long
            return await asyncio.to_thread(fitting, request, response)
        return fitting(request, response)

    async def _refuse(self, request: Request, error: Exception) -> Response:
        """Return the response to an error: a page where people ask, else a problem document."""
        expected = isinstance(error, IccGraphError | ClientDisconnected)
        response = None
        if expected and not isinstance(error, ClientDisconnected) and self._wants_page(request):
            with contextlib.suppress(IccGraphError), self.releases.lend() as serving:
                app_request = AppRequest(serving, request.id, error=error)
                response = await self.handlers.page(request, app_request)
        if response is None:
            response = problems.refusal(request, error)
        response.route = response.route or self.handlers.route(request)
        return headers.complete(request, self._in_language(request, response))

    def _wants_page(self, request: Request) -> bool:
        return not self.handlers.operated(request) and problems.wants_page(request.header("accept"))

    def _longest_address(self, request: Request) -> int:
        """Return how long an address may be; that of a query has a query in it, encoded."""
        more = self.settings.query_length * 3 if request.resource == "/sparql" else 0
        return self.settings.address_length + more

    def _longest_body(self, request: Request) -> int:
        if request.resource == "/reconcile":
            return self.settings.reconcile_bytes
        return self.settings.query_length * 3 + 64 * 1024

    def _note(self, request: Request, response: Response, sent: int, seconds: float) -> None:
        self.log.add(
            id=request.id,
            method=request.method[:20],
            path=request.whole_path[:200],
            status=response.status,
            route=response.route,
            bytes=sent,
            ms=round(seconds * 1000, 2),
            **({"query": request.digest} if request.digest else {}),
        )


class _CancelOnDisconnect:
    """Cancels what is done for a client that hangs up; looks only after those who wait longer."""

    def __init__(self, proto: Any, peer: str) -> None:
        self.proto, self.peer, self.disconnected = proto, peer, False
        self.future: asyncio.Future[None] | None = None

    async def __aenter__(self) -> None:
        self.task = asyncio.current_task()
        self.timer = asyncio.get_running_loop().call_later(WATCH_SECONDS, self._begin)

    def _begin(self) -> None:
        self.future = asyncio.ensure_future(self._gone())
        self.future.add_done_callback(self._done)

    async def _gone(self) -> None:
        """Wait until the client has gone.

        The server sees no end behind requests that it has not read yet, so the kernel is asked too,
        but only for those who wait for a second: to find the connection takes time.
        """
        leaving = asyncio.ensure_future(self.proto.client_disconnect())
        connection = None
        try:
            await asyncio.wait((leaving,), timeout=LOOK_SECONDS)
            connection = connection_to(self.peer)
            while not leaving.done() and (connection is None or connection.whole()):
                await asyncio.wait((leaving,), timeout=LOOK_SECONDS)
        finally:
            leaving.cancel()
            if connection is not None:
                connection.line.close()

    def _done(self, future: asyncio.Future[None]) -> None:
        if not future.cancelled() and self.task is not None:
            self.disconnected = True
            self.task.cancel()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End watching.

        Raises: ClientDisconnected in the place of the cancellation that it caused.
        """
        self.timer.cancel()
        if self.future is not None:
            self.future.remove_done_callback(self._done)
            self.future.cancel()
        if self.disconnected and self.task is not None:
            self.task.uncancel()
            raise ClientDisconnected from None
