"""Small pieces of pages that stand there by the dozen: links, marks, and values of properties.

They are made here, since a macro costs ten times as much; what stands once is in the templates.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from markupsafe import Markup

from iccgraph.serve.pages.facts import View
from iccgraph.serve.pages.words import Words

_SHARES: Final = ("_share", "score")
"""The ends of the names of properties that are told in percent."""


def host(address: str) -> str:
    """Return the host of an address as one reads it."""
    return urlsplit(address).netloc.removeprefix("www.")


class Inline:
    """The pieces in one language; each returns what templates need not escape."""

    def __init__(self, words: Words, language: str, catalogue: str) -> None:
        """Prepare; `catalogue` is the path of the page about the dataset."""
        self._words, self._language, self._catalogue = words, language, catalogue

    def functions(self) -> dict[str, Any]:
        """Return the functions for templates, by name."""
        made = (self.lang_attribute, self.external, self.by, self.day, self.plain_value, self.when)
        return {f.__name__: partial(f) for f in (*made, self.fact, self.source_links)}

    def lang_attribute(self, tag: str) -> Markup:
        """Return the attribute of a text whose language is not that of the page."""
        return Markup(self._lang(tag))  # noqa: S704  # escaped, as all texts below

    def external(self, address: str, text: str) -> Markup:
        """Return a link to another site, or the text alone if the address is none of the web."""
        return Markup(self._external(address, text))  # noqa: S704

    def by(self, graph: str, text: str) -> Markup:
        """Mark what iccgraph says itself, with a link to what is said of its named graph."""
        href = f"{escape(self._catalogue)}#graph-{escape(graph)}"
        return Markup(f'<a class="by" href="{href}">{escape(text)}</a>')  # noqa: S704

    def day(self, text: str) -> Markup:
        """Return a day or month in words; programs read it as it stands in the data."""
        return Markup(self._day(text))  # noqa: S704

    def plain_value(self, row: View, text: str) -> Markup:
        """Return a value of a plain property, as people read its kind."""
        return Markup(self._value(row, text))  # noqa: S704

    def when(self, row: View) -> str:
        """Return when something took place, as one reads it: its years, and what of their ends."""
        t = partial(self._words.translate, language=self._language)
        first, last = row.get("first_year"), row.get("last_year")
        years, told = ", ".join(map(str, row.get("years") or ())), ""
        if row.get("ongoing"):
            if first:
                told = t("Since {year}, still running", year=first)
            else:
                told = t("{years}, still running", years=years) if years else t("Still running")
        elif first and last:
            told = f"{first}" if first == last else f"{first}–{last}"
        elif first:
            told = t("Since {year}", year=first)
        elif last:
            told = t("Until {year}", year=last)
        if years and (first or not row.get("ongoing")):
            told += f", {years}" if first or last else years
        return told

    def fact(self, row: View, name: str) -> Markup:
        """Return the values of one property of a resource, empty if it has none."""
        fact = row["facts"].get(name)
        if fact is None:
            return Markup("")
        values = [
            f"<span{self._lang(tag)}>{self._value(fact, text)}</span>"
            for text, tag in fact["texts"]
        ]
        return Markup("<br>".join(values))  # noqa: S704

    def source_links(self, row: View) -> Markup:
        """Return the sources of a resource, each a link that is called as its host."""
        addresses = [address for address, _ in row["facts"]["sources"]["texts"]]
        return Markup(", ".join(self._external(a, host(a)) for a in addresses))  # noqa: S704

    def _lang(self, tag: str) -> str:
        return f' lang="{escape(tag)}"' if tag and tag != self._language else ""

    def _external(self, address: str, text: str) -> str:
        if not address.startswith(("http://", "https://")):
            return escape(text or address)
        kind = "" if text else ' class="address"'
        href = escape(address)
        return f'<a href="{href}" rel="noopener external"{kind}>{escape(text) or href}</a>'

    def _day(self, text: str) -> str:
        told = escape(self._words.date(text, self._language))
        return f'<time datetime="{escape(text)}">{told}</time>'

    def _value(self, row: View, text: str) -> str:
        match row["value"]:
            case "INTEGER":
                return self._words.number(float(text), self._language)
            case "DECIMAL":
                shown = self._words.number(float(text), self._language, len(text.partition(".")[2]))
                share = row["name"].endswith(_SHARES)
                return shown + (self._words.translate("%", self._language) if share else "")
            case "BOOLEAN":
                return self._words.translate("yes" if text == "true" else "no", self._language)
            case "CODE":
                return f"<code>{escape(text)}</code>"
            case "DATE" | "MONTH":
                return self._day(text)
        if text.startswith(("http://", "https://")) and " " not in text:
            return self._external(text, "")
        if " <http" in text and text.endswith(">"):
            name, _, address = text[:-1].partition(" <")
            return self._external(address, name)
        return escape(text)
