"""Reads practices.csv: one row a practice, its place, time and topics resolved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from iccgraph.iris import DEFAULT_SCHEME, is_key
from iccgraph.languages import DEFAULT, Text, cased
from iccgraph.properties import Value
from iccgraph.publish.records import Origin, Practice
from iccgraph.publish.sources.assignments import words_of
from iccgraph.publish.sources.inputs import Sources
from iccgraph.publish.sources.places import no_country, no_key
from iccgraph.tables.cells import calculated_time, wordless
from iccgraph.tables.languages import check_tag, check_text, check_untagged, split_tag
from iccgraph.tables.problems import Problems
from iccgraph.tables.rows import Row, split_list
from iccgraph.tables.years import Period, read_period

TABLE = "practices"
TITLES = ("other_titles", "translated_titles")
OWN_CHECKS = ("topics", *TITLES, "title_lang", "summary_lang", "start_year")
"""Columns whose values are looked up here, which tells more than that their form is wrong."""
EARLIEST_START = 1900
LATEST_BEGINNING = 1
LATEST_END = 25
"""A printed time may begin and end so many years after the one of the build; the rest are slips."""


def read_practices(sources: Sources, problems: Problems) -> Iterator[Practice]:
    """Yield one record a good row; rows that are wrong become problems.

    Raises: SourceError if the table cannot be opened.
    """
    reader = _PracticeReader(sources)
    for row in sources.tables.rows(TABLE, problems, OWN_CHECKS):
        practice = reader.practice(row)
        if practice is not None:
            yield practice


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _check_words(row: Row, name: str, texts: Iterable[str]) -> None:
    """Tell of the first text that has no word, or says the language that its column has."""
    faults = (wordless(text) or check_untagged(text) for text in texts)
    if (fault := next(filter(None, faults), None)) is not None:
        row.complain(name, *fault)


class _PracticeReader:
    """Turns rows into records, with everything that names are resolved against."""

    def __init__(self, sources: Sources) -> None:
        self.gazetteer, self.topics = sources.gazetteer, sources.topics
        self.retired, self.assignments = sources.retired, sources.assignments
        self.columns = sources.tables.schema(TABLE).plain("practice")
        self.texts = [(item, named) for item, named in self.columns if item.graph == "texts"]
        sections = (named.values() for item, named in self.texts if item.name != "summary")
        self.sections = [column for columns in sections for column in columns]

    def practice(self, row: Row) -> Practice | None:
        cells = row.cells
        before = len(row.problems.found)
        key = self._key(row)
        self._check_presence(row)
        country, cities = self._places(row)
        topics = self._topics(row)
        other_titles, translated_titles = (self._titles(row, name) for name in TITLES)
        period = self._period(row)
        language = cased(cells["summary_lang"] or DEFAULT)
        self._check_texts(row, language)
        self._check_start(row)
        for name in ("title_lang", "summary_lang"):
            if cells[name] and (fault := check_tag(cells[name])) is not None:
                row.complain(name, *fault)
        if not row.sound or len(row.problems.found) != before:
            return None
        title = (cells["title"], cased(cells["title_lang"] or DEFAULT))
        plain = row.plain(self.columns, language)
        texts = [title, *other_titles, *translated_titles]
        texts += [text for found in plain.values() for text in found]
        return Practice(
            key=key,
            origin=Origin(row.source, row.number),
            title=title,
            other_titles=other_titles,
            country=country,
            cities=cities,
            period=period,
            topics=topics,
            assigned=words_of(self.assignments.of(key), texts, row.problems),
            listing_page=cells["listing_page"],
            detail_page=cells["detail_page"],
            recorded_on=_day(cells["recorded_on"]),
            sections_pages=row.values("sections_pages"),
            sections_read_on=_day(cells["sections_read_on"]),
            plain=plain,
            translated_titles=translated_titles,
        )

    def _key(self, row: Row) -> str:
        key = row.cells["key"]
        if not is_key(key):
            row.complain("key", *no_key(key))
        elif retired := self.retired.get(("practice", key)):
            wrong = f"the key {key!r} was {retired.action} and may not be used again"
            row.complain("key", wrong, "choose another key, or remove the row from retired.csv")
        return key

    def _check_presence(self, row: Row) -> None:
        cells = row.cells
        if not cells["country"] and not cells["cities"]:
            wrong, remedy = "the practice has no place", "name its country, and its cities if any"
            row.complain("country", wrong, remedy)
        if not cells["listing_page"] and not cells["detail_page"]:
            wrong = "the practice has no source"
            remedy = "give the address of the page that it was read from"
            row.complain("listing_page", wrong, remedy)
        self._check_sections(row)
        if (fault := calculated_time(cells["year_text"])) is not None:
            row.complain("year_text", *fault)

    def _check_sections(self, row: Row) -> None:
        needed = {"sections_pages": "the pages", "sections_read_on": "the day"}
        filled = [name for name in (*self.sections, *needed) if row.cells[name]]
        for name, what in needed.items():
            if filled and not row.cells[name]:
                wrong = f"the practice has {filled[0]}, but not {what} that it was read on"
                row.complain(name, wrong, f"give {what}, or leave {', '.join(filled)} empty")

    def _check_texts(self, row: Row, language: str) -> None:
        """Tell texts without words, texts that say their language, and translations of nothing."""
        _check_words(row, "title", (row.cells["title"],))
        for item, named in self.texts:
            original = row.cells[item.name]
            for tag, name in named.items():
                text = row.cells[name]
                if item.value in (Value.TEXT, Value.TAGGED):
                    _check_words(row, name, row.values(name) if item.many else (text,))
                if text and not original:
                    wrong = f"{name} translates {item.name}, which is empty"
                    row.complain(name, wrong, f"fill in {item.name} too, or empty {name}")
                elif text and tag == language and name != item.name and "" in named:
                    wrong = f"{name} translates {item.name}, which is in {language!r} already"
                    row.complain(name, wrong, f"empty {name}, or correct summary_lang")

    def _check_start(self, row: Row) -> None:
        text, this_year = row.cells["start_year"], date.today().year
        remedy = f"write one year from {EARLIEST_START} to {this_year}, such as 2014"
        if text and not re.fullmatch("[0-9]{4}", text):
            row.complain("start_year", f"{text!r} is not a year", remedy)
        elif text and not EARLIEST_START <= int(text) <= this_year:
            wrong = "has not come yet" if int(text) > this_year else f"is before {EARLIEST_START}"
            row.complain("start_year", f"{text} {wrong}", remedy)

    def _period(self, row: Row) -> Period:
        """Return the printed time; one that lies too far ahead is a slip."""
        text, this_year = row.cells["year_text"], date.today().year
        period = read_period(text)
        begins = max(period.first_year or 0, *period.years, 0)
        if begins > this_year + LATEST_BEGINNING:
            wrong = f"{text!r} is read as {begins}, which is more than a year ahead"
            row.complain("year_text", wrong, "correct the year")
        elif (period.last_year or 0) > this_year + LATEST_END:
            wrong = f"{text!r} ends in {period.last_year}, more than {LATEST_END} years ahead"
            row.complain("year_text", wrong, "correct the year")
        return period

    def _places(self, row: Row) -> tuple[str, tuple[str, ...]]:
        name = row.cells["country"]
        country = self.gazetteer.country(name)
        if name and country is None and not self.gazetteer.doubtful(name):
            row.complain("country", *no_country(name))
        if name and country is None:
            return "", ()
        found: dict[str, None] = {}
        for city in row.values("cities"):
            key = self.gazetteer.city(city, country or "")
            if key is None and self.gazetteer.doubtful(city):
                continue
            if key is None:
                advice = self._advice(city, country or "")
                row.complain("cities", f"{city!r} is an unknown place", advice)
            else:
                found[key] = None
        if country is None and found:
            country = self.gazetteer.cities[next(iter(found))].country
        return country or "", tuple(found)

    def _advice(self, name: str, country: str) -> str:
        """Return what to do about a text that is no place of the country, or maybe several."""
        parts = split_list(name)
        if len(parts) > 1 and all(self.gazetteer.city(part, country) for part in parts):
            return f"separate with “|”: {'|'.join(parts)}"
        return self.gazetteer.similar(name, country)

    def _topics(self, row: Row) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in row.values("topics"):
            scheme = self.topics.schemes.get(name, DEFAULT_SCHEME)
            if name in self.topics.labels and scheme != DEFAULT_SCHEME:
                wrong = f"{name!r} is a topic of the scheme {scheme!r}"
                remedy = f"write topics of the scheme {DEFAULT_SCHEME!r} here, and others into"
                row.complain("topics", wrong, f"{remedy} topic-assignments.csv")
            elif name in self.topics.labels:
                found[name] = None
            elif not self.topics.incomplete:
                wrong = f"{name!r} is not the key of a topic"
                row.complain("topics", wrong, self.topics.advice(name, DEFAULT_SCHEME))
        return tuple(found)

    def _titles(self, row: Row, name: str) -> tuple[Text, ...]:
        values = row.values(name)
        for value in values:
            if (fault := check_text(value)) is not None:
                row.complain(name, *fault)
        return tuple(map(split_tag, values))
