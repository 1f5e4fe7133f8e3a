"""The remote engine: any SPARQL 1.1 endpoint that holds the release (Protocol, section 2.1).

For those who outgrow one machine. Queries pass the same gate as with our own engine: a worker with
an empty store reads each by our grammar first, so that what is refused here never gets there. What
comes back is read and written anew, so that formats and limits are the same too. Waiting for the
endpoint blocks, so it happens in threads of this engine; a cancelled task sets a flag on which they
end. Pages come from the release here, so an endpoint that holds another one is not asked.
"""

from __future__ import annotations

import logging
import threading
import time
from itertools import islice
from typing import Final

import requests
from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)
from urllib3.exceptions import HTTPError

from iccgraph import __version__
from iccgraph.errors import EngineUnavailable, QueryError
from iccgraph.formats import JSON, NTRIPLES, RESULT_TYPES
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.evaluate import format_of, write_graph, write_results
from iccgraph.serve.sparql.federation.safe_http import (
    CancellableRequest,
    CancellableThreads,
    Deadline,
    read_content,
    session,
)
from iccgraph.serve.sparql.federation.syntax import base_declaration
from iccgraph.serve.sparql.port import SparqlQuery, answer_too_large, timed_out
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import opening
from iccgraph.settings import Settings
from iccgraph.vocab import OWL, PREFIXES

CONNECT_SECONDS: Final = 3.0
CHECK_SECONDS: Final = 5.0
"""How often the endpoint is asked whether it is well, at most."""
CONNECTIONS: Final = 64
_DECLARED: Final = "".join(f"PREFIX {name}: <{start}> " for name, start in PREFIXES.items())
"""All on one line, so that the lines of the query keep their numbers."""
_OTHER_RELEASE: Final = (
    "holds another release than the one that is served here; load dumps/iccgraph.nq of this one"
)
log = logging.getLogger("iccgraph")


class RemoteEngine:
    """Answers queries about one release by asking an endpoint that has loaded it."""

    def __init__(self, release: OpenRelease, settings: Settings) -> None:
        self.settings, self.context = settings, release.context
        self.gate = WorkerPool(opening(settings, None), settings)
        self.graphs = tuple(
            release.iris.graph(name) for name in sorted(release.manifest.content.graphs)
        )
        self.version = _version(release)
        self.version_query = SparqlQuery(
            f"SELECT ?version {{ GRAPH <{release.iris.graph('catalogue')}>"
            f" {{ <{release.iris.dataset}> owl:versionInfo ?version }} }}",
            query_type="SELECT",
            format=JSON.name,
        )
        self.session = session(CONNECTIONS)
        self.session.headers["User-Agent"] = f"iccgraph/{__version__}"
        self.threads = CancellableThreads(CONNECTIONS, "remote")
        self.checked = -CHECK_SECONDS
        self.trouble: str | None = "it has not been asked yet"

    async def answer(self, query: SparqlQuery) -> bytes:
        """Return the whole answer.

        Raises: QueryError: QuerySyntaxError, QueryRefused, QueryTimeout, QueryTooLarge,
        EngineBusy, EngineUnavailable.
        """
        deadline = time.monotonic() + self.settings.query_timeout
        if query.deadline:
            deadline = min(query.deadline, deadline)
        await self.gate.answer(query)
        if self.trouble == _OTHER_RELEASE:
            raise EngineUnavailable(
                "the query service holds another release than the pages; try again later"
            )
        return await self.threads.run(
            lambda cancelled: self._answered(query, Deadline(deadline, cancelled))
        )

    def _answered(self, query: SparqlQuery, deadline: Deadline) -> bytes:
        """Return the answer, written anew; blocks; raises QueryError, ClientDisconnected."""
        content, format_ = self._post(query, deadline), format_of(query)
        rows, size = self.settings.query_rows, self.settings.query_bytes
        try:
            if query.query_type in RESULT_TYPES:
                results = parse_query_results(content, format=QueryResultsFormat.JSON)
                if isinstance(results, QuerySolutions) != (query.query_type == "SELECT"):
                    raise ValueError("it is an answer of the other kind")
                return write_results(results, format_, rows, size)
            quads = islice(parse(content, format=RdfFormat.N_TRIPLES), rows + 1)
            triples = [quad.triple for quad in quads]
        except (SyntaxError, ValueError):
            raise EngineUnavailable(
                "the query service answered with something that is no answer"
            ) from None
        try:
            return write_graph(triples, format_, self.context, rows, size)
        except ValueError as error:
            raise QueryError(f"the query cannot be used: {error}") from error

    def _post(self, query: SparqlQuery, deadline: Deadline) -> bytes:
        """Return what the endpoint answers to a query, as JSON or N-Triples."""
        try:
            with CancellableRequest(trusted=True, deadline=deadline):
                return self._ask(query, deadline)
        except (requests.RequestException, HTTPError, OSError) as error:
            late = isinstance(error, requests.ReadTimeout | TimeoutError)
            if late or deadline.passed():
                raise timed_out(self.settings.query_timeout) from None
            raise EngineUnavailable("the query service does not answer; try again later") from None

    def _ask(self, query: SparqlQuery, deadline: Deadline) -> bytes:
        accept = JSON if query.query_type in RESULT_TYPES else NTRIPLES
        most = 2 * self.settings.query_bytes
        with self.session.post(
            self.settings.sparql_endpoint,
            data=self._fields(query),
            headers={"Accept": accept.media_type},
            timeout=(min(CONNECT_SECONDS, deadline.left()), deadline.left()),
            allow_redirects=False,
            stream=True,
        ) as response:
            self._judge(response.status_code)
            content = read_content(response, most)
        if len(content) > most:
            raise answer_too_large(self.settings.query_bytes)
        return content

    def _fields(self, query: SparqlQuery) -> list[tuple[str, str]]:
        chosen = query.default_graphs or query.named_graphs or query.dataset
        default = query.default_graphs if chosen else self.graphs
        named = query.named_graphs if chosen else self.graphs
        return [
            ("query", base_declaration(query.base) + _DECLARED + query.text),
            *(("default-graph-uri", iri) for iri in default),
            *(("named-graph-uri", iri) for iri in named),
        ]

    def _judge(self, status: int) -> None:
        if status in (400, 413, 414, 422):
            raise QueryError("the query service cannot answer this query")
        if status in (408, 504):
            raise timed_out(self.settings.query_timeout)
        if status != 200:
            raise EngineUnavailable(f"the query service returned {status}; try again later")

    def healthy(self) -> bool:
        """True if the endpoint answered from this very release when it was last asked."""
        return self.trouble is None and self.gate.healthy()

    async def check(self) -> None:
        """Ask the endpoint for its release, every few seconds at most; log what is new."""
        await self.gate.check()
        if time.monotonic() - self.checked < CHECK_SECONDS:
            return
        self.checked = time.monotonic()
        trouble = await self.threads.run(self._trouble)
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble is None:
                log.info("the SPARQL endpoint %s answers", self.settings.sparql_endpoint)
            else:
                log.error("the SPARQL endpoint %s %s", self.settings.sparql_endpoint, trouble)

    def _trouble(self, cancelled: threading.Event) -> str | None:
        """Return what is wrong with the endpoint, None if nothing; blocks."""
        try:
            content = self._post(
                self.version_query, Deadline(time.monotonic() + CONNECT_SECONDS, cancelled)
            )
            found = parse_query_results(content, format=QueryResultsFormat.JSON)
            if not isinstance(found, QuerySolutions):
                raise ValueError("it gives no results")
            versions = {str(getattr(solution["version"], "value", "")) for solution in found}
        except (QueryError, SyntaxError, ValueError) as error:
            return f"does not answer as it should: {error}"
        if self.version is None or versions == {self.version}:
            return None
        return _OTHER_RELEASE

    def close(self) -> None:
        """Free all connections, threads and processes."""
        self.gate.close()
        self.threads.close()
        self.session.close()


def _version(release: OpenRelease) -> str | None:
    """Return the release's own mark in its graph, None if it was made before there was any."""
    marks = release.store.quads_for_pattern(
        NamedNode(release.iris.dataset),
        OWL.versionInfo,
        None,
        NamedNode(release.iris.graph("catalogue")),
    )
    return next((str(getattr(mark.object, "value", "")) for mark in marks), None)
