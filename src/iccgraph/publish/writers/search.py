"""Collects what searches find things by: stems of their texts, words, and the starts of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal

from iccgraph.iris import fold
from iccgraph.languages import DEFAULT, Text
from iccgraph.properties import properties_of
from iccgraph.publish.graph import Topic
from iccgraph.publish.records import City, Country, Practice, Resource
from iccgraph.publish.sources.inputs import Sources
from iccgraph.release.index import COMPLETED
from iccgraph.resources import RESOURCES
from iccgraph.vocab import SKOS
from iccgraph.word_forms import stemmed, surface_words

TextRow = tuple[int, str, str, str, str]
"""The number of a thing with the stems of its titles, of the names of places and topics that it
has, of its summary, and of its other texts."""
_NAMES = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
MOST_WORDS = 300_000
"""More words than this are not proposed to those who mistype one; real texts have fewer."""


class SearchWriter:
    """Makes the rows of the full text, and keeps the words and names that it meets."""

    def __init__(self, sources: Sources) -> None:
        self.gazetteer = sources.gazetteer
        self.topics: dict[str, list[Text]] = defaultdict(list)
        self.words: dict[str, tuple[tuple[tuple[bool, bool], str], int]] = {}
        self.starts: list[tuple[str, int]] = []

    def row(self, number: int, kind: str, record: object) -> TextRow | None:
        """Return the stems of a thing, None if no search finds its kind."""
        match record:
            case Practice():
                return self._practice(number, record)
            case City() | Country():
                names = [*((t, tag) for tag, t in record.labels.items()), *record.other_names]
            case Topic():
                names = [
                    (named.value, named.language or "")
                    for _, predicate, named in record.triples
                    if predicate in _NAMES and isinstance(named, Literal)
                ]
                self.topics[record.key] += names
            case Resource() if RESOURCES[record.kind].searched:
                names = [(text, tag) for tag, text in record.labels.items()]
            case _:
                return None
        if kind in COMPLETED:
            self._complete(number, names)
        for text, tag in names:
            for folded, written in surface_words(text):
                rank = (tag not in ("", DEFAULT), not written.islower())
                self.words.setdefault(folded, ((rank, written), 0))
        return (number, stemmed(names), "", "", "")

    def _practice(self, number: int, practice: Practice) -> TextRow:
        titles, names = practice.all_titles, list(self._names(practice))
        summary = practice.plain.get("summary", ())
        sections = properties_of("practice", "text")
        texts = [text for item in sections for text in practice.plain.get(item.name, ())]
        self._count((*titles, *names, *summary, *texts))
        return (number, stemmed(titles), stemmed(names), stemmed(summary), stemmed(texts))

    def _names(self, practice: Practice) -> Iterator[Text]:
        """Yield the names of the topics and places of a practice, in every language."""
        for topic in (*practice.topics, *(topic for topic, _ in practice.assigned)):
            yield from self.topics[topic]
        larger = self.gazetteer.larger
        cities = dict.fromkeys(place for c in practice.cities for place in (c, *larger(c)))
        places = [self.gazetteer.cities[key] for key in cities]
        country = self.gazetteer.countries.get(practice.country)
        for place in (*places, *((country,) if country else ())):
            yield from ((text, tag) for tag, text in place.labels.items())
            yield from place.other_names

    def _count(self, texts: Iterable[Text]) -> None:
        """Count one practice for each word of its texts, as it is written best.

        That is in English and in small letters, if it ever is.
        """
        met: dict[str, tuple[tuple[bool, bool], str]] = {}
        for text, tag in texts:
            for folded, written in surface_words(text):
                rank = (tag not in ("", DEFAULT), not written.islower())
                met[folded] = min(met.get(folded, (rank, written)), (rank, written))
        for folded, best in met.items():
            known, practices = self.words.get(folded, (best, 0))
            if practices or folded in self.words or len(self.words) < MOST_WORDS:
                self.words[folded] = (min(known, best), practices + 1)

    def word_rows(self) -> list[tuple[str, str, int]]:
        """Return each word folded, as it is written, and in how many practices it stands."""
        found = sorted(self.words.items())
        return [(folded, written, practices) for folded, ((_, written), practices) in found]

    def _complete(self, number: int, names: Iterable[Text]) -> None:
        """Keep every word of each name with what follows it."""
        for name in {fold(text) for text, _ in names}:
            words = name.split()
            self.starts += [(" ".join(words[place:]), number) for place in range(len(words))]
