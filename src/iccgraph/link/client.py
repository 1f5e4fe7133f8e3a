"""The questions to Wikidata: which items a name or number finds, and what is stated of items.

Asks: `wbsearchentities`, `list=search` and `wbgetentities`, the last in batches of 50; what was
answered lately is not asked again.
Source: https://www.wikidata.org/w/api.php
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from iccgraph.link.connection import AnswerCache, ApiAnswer, Parameters, WikidataConnection
from iccgraph.link.items import Item, extract, found_items, read_item
from iccgraph.settings import Settings

BATCH = 50
"""Items in one request: Wikidata gives no more than these."""
HITS = "50"
"""Hits of one search: a name such as Neustadt has dozens, and the right one may come late."""
_FORM = "1"
"""The form in which entities are kept; when it changes, older ones are asked for again."""
Progress = Callable[[str, int, int], None]
"""Called with the stage, how many of its requests are done, and how many there are."""


def search_by_name(text: str, language: str) -> Parameters:
    """Return the request for items with a label or alias that begins with a text."""
    return {
        "action": "wbsearchentities",
        "search": text,
        "language": language,
        "uselang": language,
        "type": "item",
        "limit": HITS,
    }


def search_by_words(words: str) -> Parameters:
    """Return the request for items that the full-text search finds; it knows `haswbstatement:`."""
    return {
        "action": "query",
        "list": "search",
        "srsearch": words,
        "srnamespace": "0",
        "srlimit": HITS,
        "srprop": "",
    }


class WikidataClient:
    """Asks one Wikibase API politely, and remembers its answers."""

    def __init__(
        self,
        settings: Settings,
        languages: Iterable[str],
        progress: Progress = lambda stage, done, total: None,
    ) -> None:
        """Prepare; nothing is asked yet.

        Raises: SettingsError if there is no contact, SourceError if the cache cannot be used.
        """
        self._connection = WikidataConnection(settings)
        self._cache = AnswerCache(
            settings.wikidata_cache, settings.wikidata_api, settings.wikidata_cache_days
        )
        self.languages = tuple(languages)
        self._entities = {
            "action": "wbgetentities",
            "props": "info|labels|aliases|descriptions|claims|sitelinks",
            "languages": "|".join(self.languages),
        }
        self.progress = progress
        self.remembered = 0

    @property
    def calls(self) -> int:
        """Return how many requests were sent."""
        return self._connection.calls

    def close(self) -> None:
        """Close the cache."""
        self._cache.close()

    def search(self, queries: Iterable[Parameters], stage: str) -> list[tuple[str, ...]]:
        """Return the items that each question finds, best first.

        Raises: SourceError if Wikidata cannot be asked.
        """
        keyed = [(json.dumps(q, sort_keys=True, ensure_ascii=False), q) for q in queries]
        requested = dict(keyed)
        found = {key: tuple(items) for key, (items, _) in self._cached(requested).items()}
        unknown = {key: query for key, query in requested.items() if key not in found}
        for key, answer in self._answers(unknown, stage):
            if (items := found_items(answer)) is None:
                raise self._connection.failure("left out what it found")
            found[key] = items
            self._cache.put({key: items})
        return [found[key] for key, _ in keyed]

    def items(self, wanted: Iterable[str], stage: str) -> dict[str, Item]:
        """Return the items by the ids that were asked for; some may be missing or merged.

        Raises: SourceError if Wikidata cannot be asked.
        """
        requested = sorted(set(wanted), key=lambda item: (len(item), item))
        entities = self._cached(map(self._key, requested))
        unknown = [item for item in requested if self._key(item) not in entities]
        batches = ["|".join(unknown[n : n + BATCH]) for n in range(0, len(unknown), BATCH)]
        queries = {ids: {**self._entities, "ids": ids} for ids in batches}
        for ids, answer in self._answers(queries, stage):
            new = {self._key(item): e for item, e in self._extracts(ids.split("|"), answer).items()}
            self._cache.put(new)
            entities |= {key: (entity, time.time()) for key, entity in new.items()}
        return {item: read_item(item, *entities[self._key(item)]) for item in requested}

    def _key(self, item: str) -> str:
        return f"entity {_FORM} {item} {' '.join(self.languages)}"

    def _cached(self, keys: Iterable[str]) -> dict[str, tuple[Any, float]]:
        rows = {key: self._cache.get(key) for key in keys}
        found = {key: row for key, row in rows.items() if row is not None}
        self.remembered += len(found)
        return found

    def _extracts(self, batch: list[str], answer: ApiAnswer) -> dict[str, object]:
        """Return the extract of each item of a batch; it is None for one that does not exist."""
        entities = answer.get("entities")
        by_id = dict(entities) if isinstance(entities, Mapping) else {}
        for entity in list(by_id.values()):  # a merged item may stand under its new id
            moved = entity.get("redirects") if isinstance(entity, Mapping) else None
            if isinstance(moved, Mapping) and isinstance(moved.get("from"), str):
                by_id.setdefault(moved["from"], entity)
        if unanswered := [item for item in batch if item not in by_id]:
            raise self._connection.failure(f"said nothing about {', '.join(unanswered)}")
        return {item: extract(by_id[item]) for item in batch}

    def _answers(
        self, queries: Mapping[str, Parameters], stage: str
    ) -> Iterator[tuple[str, ApiAnswer]]:
        for done, (name, answer) in enumerate(self._connection.ask_all(queries), 1):
            yield name, answer
            self.progress(stage, done, len(queries))
