"""Collects what searches find things by: stems of their texts, words, and the starts of names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

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

Written = tuple[tuple[bool, bool], str]
"""A word as it is written somewhere, after what speaks against writing it so: another language than
the default one, a capital."""

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
        self.words: dict[str, tuple[Written, int]] = {}
        self.starts: list[tuple[str, int]] = []
        self._named: dict[tuple[str, str], tuple[str, dict[str, Written]]] = {}

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
                self.words.setdefault(folded, (_ranked(written, tag), 0))
        return (number, stemmed(names), "", "", "")

    def _practice(self, number: int, practice: Practice) -> TextRow:
        titles = practice.all_titles
        summary = practice.plain.get("summary", ())
        sections = properties_of("practice", "text")
        texts = [text for item in sections for text in practice.plain.get(item.name, ())]
        named = list(self._names(practice))
        met = _best_written((*titles, *summary, *texts))
        for _, words in named:
            for folded, written in words.items():
                if folded not in met or written < met[folded]:
                    met[folded] = written
        self._count(met)
        names = " ".join(stems for stems, _ in named if stems)
        return (number, stemmed(titles), names, stemmed(summary), stemmed(texts))

    def _names(self, practice: Practice) -> Iterator[tuple[str, dict[str, Written]]]:
        """Yield the stems and the words of the names of each topic and place of a practice.

        They are worked out once for each of these, which most practices share with others.
        """
        for topic in (*practice.topics, *(topic for topic, _ in practice.assigned)):
            yield self._of_names("topic", topic, self.topics[topic])
        gazetteer = self.gazetteer
        larger = gazetteer.larger
        for key in dict.fromkeys(place for c in practice.cities for place in (c, *larger(c))):
            yield self._of_names("city", key, _names_of(gazetteer.cities[key]))
        if country := gazetteer.countries.get(practice.country):
            yield self._of_names("country", country.key, _names_of(country))

    def _of_names(
        self, kind: str, key: str, names: Iterable[Text]
    ) -> tuple[str, dict[str, Written]]:
        found = self._named.get((kind, key))
        if found is None:
            texts = list(names)
            found = self._named[kind, key] = stemmed(texts), _best_written(texts)
        return found

    def _count(self, met: Mapping[str, Written]) -> None:
        """Count one practice for each of its words, as it is written best."""
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


def _names_of(place: City | Country) -> Iterator[Text]:
    """Yield the names of a place, in every language."""
    yield from ((text, tag) for tag, text in place.labels.items())
    yield from place.other_names


def _ranked(written: str, tag: str) -> Written:
    return (tag not in ("", DEFAULT), not written.islower()), written


def _best_written(texts: Iterable[Text]) -> dict[str, Written]:
    """Return each folded word of some texts as it is written best.

    That is in English and in small letters, if it ever is.
    """
    met: dict[str, Written] = {}
    for text, tag in texts:
        for folded, written in surface_words(text):
            ranked = _ranked(written, tag)
            if folded not in met or ranked < met[folded]:
                met[folded] = ranked
    return met
