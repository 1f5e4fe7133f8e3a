"""Which items a thing of ours could be: what Wikidata is asked to find them.

First by GeoNames number or ISO code, by English name, and by name within the country; then, where
that does not settle it, by the other names and the country's languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from iccgraph.link.client import WikidataClient, search_by_name, search_by_words
from iccgraph.link.connection import Query
from iccgraph.link.things import Subject, languages_of

MOST_NAMES = 4
"""Names by which one thing is searched in the second round, in each of two languages."""
Questions = tuple[Query, ...]


def first_questions(subject: Subject, country_item: str) -> Questions:
    """Return what finds most things; `country_item` is empty where the country is not linked."""
    queries = [search_by_name(subject.label, "en")]
    if subject.kind == "topic":
        if subject.label_fr:
            queries.append(search_by_name(subject.label_fr, "fr"))
        return tuple(queries)
    if subject.kind == "country":
        queries.append(search_by_words(f"haswbstatement:P297={subject.country}"))
    if subject.geonames_id is not None:
        queries.append(search_by_words(f"haswbstatement:P1566={subject.geonames_id}"))
    if subject.kind == "city" and country_item:
        words = f'"{_words(subject.label)}" haswbstatement:P17={country_item}'
        queries.append(search_by_words(words))
    return tuple(queries)


def further_questions(subject: Subject, country_item: str) -> Questions:
    """Return what finds those that are called otherwise."""
    queries: list[Query] = []
    languages = languages_of(subject.country)[:2] if subject.country else ("en",)
    for name in subject.names[:MOST_NAMES]:
        for language in languages:
            queries.append(search_by_name(name, language))
        if name != subject.label:
            queries.append(search_by_name(name, "en"))
            if country_item:
                words = f'"{_words(name)}" haswbstatement:P17={country_item}'
                queries.append(search_by_words(words))
    asked = first_questions(subject, country_item)
    return tuple(query for query in queries if query not in asked)


def _words(name: str) -> str:
    """Return the name without what the search would take for an operator."""
    return " ".join(re.sub(r'["\\~*?!:|(){}\[\]^<>]', " ", name).split())


def find(
    client: WikidataClient, questions: Mapping[str, Questions], stage: str
) -> dict[str, tuple[str, ...]]:
    """Return the items that each thing's questions find, best first.

    Raises: SourceError if Wikidata cannot be asked.
    """
    flat = [(name, query) for name, queries in questions.items() for query in queries]
    found: dict[str, tuple[str, ...]] = dict.fromkeys(questions, ())
    answers = client.search((query for _, query in flat), stage)
    for (name, _), items in zip(flat, answers, strict=True):
        found[name] = unique((*found[name], *items))
    return found


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return the items, each once, in their order."""
    return tuple(dict.fromkeys(items))
