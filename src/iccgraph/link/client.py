"""What we ask Wikidata: which items there are by a name or a number, and what it says of them.

Asks: `wbsearchentities`, `list=search` and `wbgetentities`, the last in batches of 50; what was
answered lately is not asked again.
Source: https://www.wikidata.org/w/api.php
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from iccgraph.link.cache import AnswerCache
from iccgraph.link.connection import Answer, Connection, Query
from iccgraph.link.items import Item, extract, found_items, read_item
from iccgraph.settings import Settings

BATCH = 50
"""Items in one request; more than these Wikidata does not give."""
HITS = "10"
_FORM = "1"
"""The form in which entities are kept; a change makes older ones be asked again."""
Progress = Callable[[str, int, int], None]
"""Is told the stage, how many things have passed it, and how many there are."""


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def search_by_name(text: str, language: str) -> Query:
    """Return the question which items have a label or alias that begins with a text."""
    return {
        "action": "wbsearchentities",
        "search": text,
        "language": language,
        "uselang": language,
        "type": "item",
        "limit": HITS,
    }


def search_by_words(words: str) -> Query:
    """Return the question which items the full-text search finds; it knows `haswbstatement:`."""
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
        self, settings: Settings, languages: Iterable[str], progress: Progress = silent
    ) -> None:
        """Prepare; nothing is asked yet.

        Raises: SettingsError if there is no contact, SourceError if the cache cannot be used.
        """
        self._connection = Connection(settings)
        self._cache = AnswerCache(
            settings.wikidata_cache, settings.wikidata_api, settings.wikidata_cache_days
        )
        self.languages = tuple(dict.fromkeys(languages))
        self.progress = progress
        self.remembered = 0

    @property
    def calls(self) -> int:
        """Return how many requests were sent."""
        return self._connection.calls

    def close(self) -> None:
        """Let go of the cache."""
        self._cache.close()

    def search(self, queries: Iterable[Query], stage: str) -> list[tuple[str, ...]]:
        """Return the items that each question finds, best first.

        Raises: SourceError if Wikidata cannot be asked.
        """
        keyed = [(json.dumps(q, sort_keys=True, ensure_ascii=False), q) for q in queries]
        asked = dict(keyed)
        known = {
            key: tuple(json.loads(kept[0]))
            for key in asked
            if (kept := self._cache.get(key)) is not None
        }
        self.remembered += len(known)
        wanted = {key: query for key, query in asked.items() if key not in known}
        for key, answer in self._answers(wanted, stage):
            if (found := found_items(answer)) is None:
                raise self._connection.failure("left out what it found")
            known[key] = found
            self._cache.put([(key, json.dumps(known[key]))])
        return [known[key] for key, _ in keyed]

    def items(self, numbers: Iterable[str], stage: str) -> dict[str, Item]:
        """Return the items by the numbers that were asked for; some may be missing or merged.

        Raises: SourceError if Wikidata cannot be asked.
        """
        return {number: item for number, (item, _) in self.dated_items(numbers, stage).items()}

    def dated_items(self, numbers: Iterable[str], stage: str) -> dict[str, tuple[Item, float]]:
        """Return the items and when each was fetched.

        Units: seconds since 1970.
        Raises: SourceError if Wikidata cannot be asked.
        """
        asked = sorted(set(numbers), key=lambda number: (len(number), number))
        known = {
            number: (read_item(number, json.loads(kept[0])), kept[1])
            for number in asked
            if (kept := self._cache.get(self._key(number))) is not None
        }
        self.remembered += len(known)
        wanted = [number for number in asked if number not in known]
        batches = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
        queries = {"|".join(batch): self._entities(batch) for batch in batches}
        for key, answer in self._answers(queries, stage):
            known |= self._take(key.split("|"), answer)
        return {number: known[number] for number in asked}

    def _key(self, number: str) -> str:
        return f"entity {_FORM} {number} {' '.join(self.languages)}"

    def _entities(self, batch: list[str]) -> Query:
        return {
            "action": "wbgetentities",
            "ids": "|".join(batch),
            "props": "info|labels|aliases|descriptions|claims|sitelinks",
            "languages": "|".join(self.languages),
        }

    def _take(self, batch: list[str], answer: Answer) -> dict[str, tuple[Item, float]]:
        entities = answer.get("entities")
        by_number = dict(entities) if isinstance(entities, Mapping) else {}
        for entity in list(by_number.values()):  # a merged item may stand under its new number
            moved = entity.get("redirects") if isinstance(entity, Mapping) else None
            if isinstance(moved, Mapping) and isinstance(moved.get("from"), str):
                by_number.setdefault(moved["from"], entity)
        if unanswered := [number for number in batch if number not in by_number]:
            raise self._connection.failure(f"said nothing about {', '.join(unanswered)}")
        kept = {number: extract(by_number[number]) for number in batch}
        self._cache.put(
            (self._key(number), json.dumps(entity, ensure_ascii=False))
            for number, entity in kept.items()
        )
        now = time.time()
        return {number: (read_item(number, entity), now) for number, entity in kept.items()}

    def _answers(self, queries: Mapping[str, Query], stage: str) -> Iterator[tuple[str, Answer]]:
        if not queries:
            return
        for done, (name, answer) in enumerate(self._connection.ask_all(queries), 1):
            yield name, answer
            self.progress(stage, done, len(queries))
