"""The engine of a release, with the answers that it has given before.

An answer is a function of the release and the query, so nothing kept is ever out of date.
"""

from __future__ import annotations

from iccgraph.cache import BoundedCache
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.sparql.federation.endpoints import Services
from iccgraph.serve.sparql.federation.engine import FederatedEngine
from iccgraph.serve.sparql.port import Engine, SparqlQuery
from iccgraph.serve.sparql.remote import RemoteEngine
from iccgraph.serve.sparql.workers.pool import WorkerPool
from iccgraph.serve.sparql.workers.process import opening
from iccgraph.settings import Settings

_OVERHEAD = 512
"""What an entry weighs beside its texts. Units: bytes."""


def open_engine(release: OpenRelease, settings: Settings, services: Services) -> CachedEngine:
    """Return the engine that the settings ask for: our own or a remote one, and the endpoints.

    May be called from any thread; another kind of engine needs a line here.
    """
    engine: Engine
    if settings.sparql_endpoint:
        engine = RemoteEngine(release, settings)
    else:
        engine = WorkerPool(opening(settings, release), settings)
    if services.endpoints:
        engine = FederatedEngine(engine, services, settings)
    return CachedEngine(engine, settings.query_kept)


class CachedEngine:
    """An engine that gives again the answers which another one has given."""

    def __init__(self, engine: Engine, most_bytes: int) -> None:
        """Keep answers of up to so many bytes together."""
        self.engine = engine
        self.answers: BoundedCache[SparqlQuery, bytes] = BoundedCache(most_bytes, _weight)

    def find(self, query: SparqlQuery) -> bytes | None:
        """Return the answer that was given before, if it is kept."""
        return self.answers.get(query)

    async def answer(self, query: SparqlQuery) -> bytes:
        """Return the whole answer; errors are never kept, nor what others had a part in.

        Raises: QueryError.
        """
        content = self.answers.get(query)
        if content is None:
            content = await self.engine.answer(query)
            if not query.federated:
                self.answers.put(query, content)
        return content

    def healthy(self) -> bool:
        """True if the engine could answer when it was last checked."""
        return self.engine.healthy()

    async def check(self) -> None:
        """Bring `healthy` up to date."""
        await self.engine.check()

    def close(self) -> None:
        """Free everything."""
        self.engine.close()
        self.answers.clear()


def _weight(query: SparqlQuery, content: bytes) -> int:
    graphs = sum(map(len, (*query.default_graphs, *query.named_graphs)))
    return len(content) + 4 * (len(query.text) + graphs) + _OVERHEAD
