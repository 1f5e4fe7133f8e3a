"""What all views share: the words of a language, names of things, tables of numbers, links."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from typing import cast
from urllib.parse import urlencode

from flask.templating import Environment

from iccgraph.serve.context import link
from iccgraph.serve.dataset.listing import Page, labels
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.selection import Selected, Selection
from iccgraph.serve.pages.explore.picture import Drawing
from iccgraph.serve.pages.facts import View

TEMPLATE = "explore-words.html"
"""The template that has the words of pictures, as macros."""


class Phrases:
    """The words of pictures in one language."""

    def __init__(self, environment: Environment, language: str) -> None:
        self.language = language
        self.number = cast(Callable[[float], str], environment.globals["number"])
        self._module = environment.get_template(TEMPLATE).module

    def say(self, macro: str, *arguments: object) -> str:
        """Return what a macro of the template says, as plain text in one line."""
        return " ".join(unescape(str(getattr(self._module, macro)(*arguments))).split())

    def lines(self, macro: str, *arguments: object) -> list[str]:
        """Return the sentences of a macro, one a line of what it says."""
        found = unescape(str(getattr(self._module, macro)(*arguments))).splitlines()
        return [" ".join(line.split()) for line in found if line.strip()]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a view as a table: names of columns, and rows of keys, labels and numbers.

    Arguments: `shown` are the columns that pages show, by their place; others have the keys.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    shown: Sequence[int]


class Shown(ABC):
    """A selection as a view shows it, in one language; each view is a class of its own.

    A view that is `paged` shows so many of its `total` rows on a page; any other has one page.
    """

    name = ""
    paged = False

    def __init__(self, selected: Selected, chosen: Mapping[str, str], phrases: Phrases) -> None:
        self.selected, self.chosen, self.phrases = selected, chosen, phrases
        self.release: OpenRelease = selected.release

    @cached_property
    def topics(self) -> Mapping[str, str]:
        """What topics are called."""
        return labels(self.release, "topic", self.phrases.language)

    @cached_property
    def cities(self) -> Mapping[str, str]:
        """What cities are called."""
        return labels(self.release, "city", self.phrases.language)

    @cached_property
    def countries(self) -> Mapping[str, str]:
        """What countries are called."""
        return labels(self.release, "country", self.phrases.language)

    @property
    def title(self) -> str:
        """What the picture is called."""
        return self.phrases.say("title", self.name, self.chosen.get("when", ""))

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self.selected.rows)

    @property
    @abstractmethod
    def empty(self) -> bool:
        """True if there is nothing to show."""

    @abstractmethod
    def facts(self) -> View:
        """Return what the sentences about the picture are made of."""

    def told(self) -> list[str]:
        """Return what the picture shows, in sentences."""
        return self.phrases.lines(f"{self.name}_told", self.facts())

    @abstractmethod
    def drawing(self) -> Drawing:
        """Return the picture as a file has it."""

    @abstractmethod
    def view(self, page: Page) -> View:
        """Return what a page of the view shows."""

    @abstractmethod
    def numbers(self) -> Numbers:
        """Return the numbers as a table."""

    @abstractmethod
    def small(self) -> str:
        """Return a small picture without words, beside words that say the same."""


def practices_path(selection: Selection, **more: str) -> str:
    """Return the path of the list of the practices of a selection, with more filters set."""
    plain = replace(selection, view=(), near="", sort="")
    for name, value in more.items():
        plain = replace(plain, facets={**plain.facets, name: (value,)})
    query = urlencode(plain.parameters())
    return link("practices") + (f"?{query}" if query else "")


def city_filter(release: OpenRelease, key: str) -> str:
    """Return the filter that finds a city's own practices alone: `city` finds those within too."""
    rows = release.rows
    alone = rows.facet("city").get(key) == rows.facet("itself").get(key)
    return "city" if alone else "itself"


def share(part: int, whole: int) -> int:
    """Return a part in percent of the whole, rounded."""
    return round(100 * part / whole) if whole else 0
