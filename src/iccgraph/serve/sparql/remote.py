"""The remote engine: any SPARQL 1.1 endpoint that holds the release (Protocol, section 2.1).

For those who outgrow one machine. Queries pass the same gate as with our own engine: a worker with
an empty store reads each by our grammar first, so that what is refused here never gets there. What
comes back is read and written anew, so that formats and limits are the same too.
"""

from __future__ import annotations

import threading
import time
from typing import Final

import requests
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from urllib3.exceptions import HTTPError

from iccgraph import __version__
from iccgraph.errors import EngineBusy, QueryError, QueryTimeout, QueryTooLarge
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.evaluate import write_graph, write_results
from iccgraph.serve.sparql.federation.safe_http import UnderWay, Watched, lasting_session
from iccgraph.serve.sparql.port import ClientGone, HangUp, Question, nobody_hangs_up
from iccgraph.serve.sparql.workers.embedded import deadline_of, error_of, opening, request_of
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.settings import Settings
from iccgraph.vocab import PREFIXES

CONNECT_SECONDS: Final = 3.0
HEALTH_SECONDS: Final = 5.0
CONNECTIONS: Final = 64
_PIECE: Final = 1 << 16
_DECLARED: Final = "".join(f"PREFIX {name}: <{start}> " for name, start in PREFIXES.items())
"""All on one line, so that the lines of the query keep their numbers."""


class RemoteEngine:
    """Answers questions about one release by asking an endpoint that has loaded it."""

    def __init__(self, release: OpenRelease, settings: Settings) -> None:
        """Prepare to ask; nothing is asked yet."""
        self.settings = settings
        self.gate = WorkerPool(opening(settings, None), settings)
        self.graphs = tuple(
            release.iris.graph(name) for name in sorted(release.manifest.content.graphs)
        )
        self.under_way = UnderWay()
        self.session = lasting_session(self.under_way, CONNECTIONS)
        self.session.headers["User-Agent"] = f"iccgraph/{__version__}"
        self.lock = threading.Lock()
        self.seen = -HEALTH_SECONDS
        self.well = False

    def answer(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> bytes:
        """Return the whole answer.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge, EngineBusy;
        ClientGone.
        """
        latest = deadline_of(question)
        deadline = min(latest, time.monotonic() + self.settings.query_timeout)
        status, _ = self.gate.run(request_of(question), hung_up, latest)
        if not status["ok"]:
            raise error_of(status)
        if hung_up():
            raise ClientGone
        rows, size = self.settings.query_rows, self.settings.query_bytes
        table = question.form in ("SELECT", "ASK")
        accept = "application/sparql-results+json" if table else "application/n-triples"
        content = self._post(question, accept, deadline, hung_up)
        try:
            if not table:
                quads = parse(content, format=RdfFormat.N_TRIPLES)
                return write_graph((q.triple for q in quads), question.format, rows, size)
            results = parse_query_results(content, format=QueryResultsFormat.JSON)
            assert isinstance(results, QuerySolutions) == (question.form == "SELECT")
            return write_results(results, question.format, rows, size)
        except (SyntaxError, ValueError, AssertionError):
            raise EngineBusy(
                "the query service answered with something that is no answer"
            ) from None

    async def begin(self, question: Question, hung_up: HangUp = nobody_hangs_up) -> None:
        """Begin nothing: an endpoint far away is waited for in a thread."""

    def _post(
        self, question: Question, accept: str, deadline: float, hung_up: HangUp = nobody_hangs_up
    ) -> bytes:
        with Watched(True, deadline, hung_up) as watched:
            self.under_way.watched = watched
            try:
                content = self._ask(question, accept, watched)
            except requests.Timeout:
                raise self._late() from None
            except (requests.RequestException, HTTPError, OSError):
                if watched.gone:
                    raise ClientGone from None
                if watched.late or time.monotonic() >= deadline:
                    raise self._late() from None
                raise EngineBusy("the query service does not answer; try again later") from None
            if watched.gone:  # what was cut may look whole
                raise ClientGone
            if watched.late:
                raise self._late()
            watched.spare()
            return content

    def _ask(self, question: Question, accept: str, watched: Watched) -> bytes:
        with self.session.post(
            self.settings.sparql_endpoint,
            data=self._fields(question),
            headers={"Accept": accept},
            timeout=(min(CONNECT_SECONDS, watched.left()), watched.left()),
            allow_redirects=False,
            stream=True,
        ) as response:
            self._judge(response.status_code)
            return self._read(response)

    def _fields(self, question: Question) -> list[tuple[str, str]]:
        chosen = question.default_graphs or question.named_graphs or question.dataset
        default = question.default_graphs if chosen else self.graphs
        named = question.named_graphs if chosen else self.graphs
        return [
            ("query", _DECLARED + question.text),
            *(("default-graph-uri", iri) for iri in default),
            *(("named-graph-uri", iri) for iri in named),
        ]

    def _judge(self, status: int) -> None:
        if status in (400, 413, 414, 422):
            raise QueryError("the query service cannot answer this query")
        if status in (408, 504):
            raise self._late()
        if status != 200:
            raise EngineBusy(f"the query service is not well (it says {status}); try again later")

    def _read(self, response: requests.Response) -> bytes:
        parts, size = [], 0
        while part := response.raw.read1(_PIECE, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > 2 * self.settings.query_bytes:
                raise QueryTooLarge(
                    f"the answer is larger than {self.settings.query_bytes} bytes; ask for less"
                )
        return b"".join(parts)

    def _late(self) -> QueryTimeout:
        seconds = self.settings.query_timeout
        return QueryTimeout(
            f"the query ran longer than {seconds:g} seconds and was stopped; ask for less"
        )

    def healthy(self) -> bool:
        """Return whether the endpoint answers; it is asked every few seconds at most."""
        with self.lock:
            if time.monotonic() - self.seen >= HEALTH_SECONDS:
                question = Question("ASK {}", "ASK", "json")
                try:
                    self._post(
                        question,
                        "application/sparql-results+json",
                        time.monotonic() + CONNECT_SECONDS,
                    )
                    self.well = True
                except QueryError:
                    self.well = False
                self.seen = time.monotonic()
            return self.well and self.gate.healthy()

    def close(self) -> None:
        """Let go of all connections and processes."""
        self.session.close()
        self.gate.close()
