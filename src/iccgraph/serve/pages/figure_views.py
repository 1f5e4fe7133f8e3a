"""Views of numbers: shares of topics, practices by year and as a timeline, results by date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from typing import Any, Final

from markupsafe import Markup

from iccgraph.languages import best, collation_key
from iccgraph.serve.dataset import counts, guides, listing, related
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.rows import Rows
from iccgraph.serve.pages import charts
from iccgraph.serve.pages.charts import Span, Years
from iccgraph.serve.pages.facts import ThingView, View, most_first
from iccgraph.serve.pages.inline import Inline
from iccgraph.serve.pages.related_views import years as times
from iccgraph.serve.pages.words import Words

FEW: Final = 5
"""Shares of fewer practices say little, so a page says so."""
MOST_ROWS: Final = related.MOST_READ
"""A timeline has at most so many practices; of more there are only the numbers by year."""
GUIDES: Final = 6
_DATED: Final = 2
"""So many results of a city make a chart."""


class Figures:
    """The pieces of pages that show numbers, in one language."""

    def __init__(self, words: Words, language: str, inline: Inline) -> None:
        self._inline = inline
        self._number = partial(words.number, language=language)
        self._date = partial(words.date, language=language)
        self._percent = words.translate("%", language)

    def functions(self) -> dict[str, Any]:
        """Return the functions for templates, by name."""
        made = (
            self.share,
            self.share_rows,
            self.timeline_rows,
            self.columns,
            self.points,
            self.score,
        )
        drawn = (charts.axis, charts.span, charts.key, charts.bar)
        return {
            **{f.__name__: partial(f) for f in made},
            **{f"chart_{f.__name__}": partial(f) for f in drawn},
        }

    def share(self, part: int, whole: int) -> str:
        """Return a share in whole percent, a half rounded up; of nothing there is none."""
        return self._number((200 * part + whole) // (2 * whole)) + self._percent if whole else "–"

    def share_rows(self, shares: View) -> Markup:
        """Return the rows of a table of topics: a bar, and the numbers of each column."""
        columns, rows, full = shares["columns"], shares["rows"], shares["full"]
        parts = []
        for row in rows:
            of = [
                count / column["practices"] if column["practices"] else 0.0
                for count, column in zip(row["counts"], columns, strict=True)
            ]
            bar = charts.bar(of[0], full, of[1:-1], of[-1:] if len(of) > 1 else ())
            cells = "".join(
                f'<td class="num">{self._number(count)}'
                f" <small>{self.share(count, column['practices'])}</small></td>"
                for count, column in zip(row["counts"], columns, strict=True)
            )
            parts.append(
                f'<tr><th scope="row"><div><a href="{escape(row["path"])}">'
                f"{escape(row['label'])}</a>"
                f"{bar}</div></th>{cells}</tr>"
            )
        return Markup("\n".join(parts))  # noqa: S704  # every text was escaped

    def timeline_rows(self, line: View, unknown: str) -> Markup:
        """Return the rows of a timeline; `unknown` says that no year is known."""
        axis, lang, when = line["axis"], self._inline.lang_attribute, self._inline.when
        parts = []
        for row in line["rows"]:
            drawn = charts.span(row["span"], axis) if row["span"] else ""
            parts.append(
                f'<li><span><a href="{escape(row["path"])}"{lang(row["lang"])}>'
                f"{escape(row['label'])}</a>"
                f' <small class="muted">{escape(when(row)) or unknown}</small></span>{drawn}</li>'
            )
        return Markup("\n".join(parts))  # noqa: S704  # every text was escaped

    def columns(
        self, counts: Mapping[int, int], title: str, description: str, **scale: Any
    ) -> Markup:
        """Return the chart of practices by year, to a scale of its own or to a given one."""
        return charts.columns(counts, title, description, self._number, **scale)

    def points(self, results: Sequence[tuple[str, float | None]], title: str, told: str) -> Markup:
        """Return the chart of scores by date, in percent; of some only the date is known."""
        values = [
            (self._date(date), score, "" if score is None else self.score(score))
            for date, score in results
        ]
        return charts.points(values, title, told)

    def score(self, score: float) -> str:
        """Return a score as it is written in the reader's language."""
        return self._number(score, places=0 if score == int(score) else 1) + self._percent


def shares(rows: Sequence[View], columns: Sequence[View]) -> View:
    """Return topics with their shares of practices, next to those of a country and of all.

    Arguments: the first of `columns` is that of the thing itself, the last that of all practices;
    each has `label`, `practices` and, by topic, `counts`.
    """
    made = [
        {**row, "counts": [column["counts"].get(row["key"], 0) for column in columns]}
        for row in rows
    ]
    greatest = max(
        (
            count / column["practices"]
            for row in made
            for count, column in zip(row["counts"], columns, strict=True)
            if column["practices"]
        ),
        default=0.0,
    )
    most = max((row["counts"][0] for row in made), default=0)
    return {
        "rows": made,
        "columns": columns,
        "full": charts.rounded_up(greatest),
        "first": [row["label"] for row in made if row["counts"][0] == most],
        "most": most,
        "practices": columns[0]["practices"],
        "few": columns[0]["practices"] < FEW,
    }


def city_shares(thing: ThingView, links: Mapping[str, View], countries: Sequence[View]) -> View:
    """Return the topics of a city next to its country and all; a country with no other is left out.

    Practices of the places within a city count with it, as in its list. A number leads to the link
    of city and topic if that has as many, else to the list.

    Arguments: `links` are those of the city by topic, with `count` and `link_path`.
    """
    release, scheme = thing.release, thing.scheme
    own = counts.practices_with(release, "city", thing.key)
    held = counts.by_topic(release, own, scheme)
    columns = [{"label": thing.label(thing.root), "practices": len(own), "counts": held}]
    alone = ""
    for country in countries[:1]:
        whole = of_thing(thing, "country", country["key"], country["label"], scheme)
        if whole["practices"] > len(own):
            columns.append(whole)
        else:
            alone = country["label"]
    columns.append(of_all(release, scheme))
    start = f"{thing.start}practices?"
    rows = [{**thing.named("topic", topic), "count": count} for topic, count in held.items()]
    for row in rows:
        link = links.get(row["key"])
        as_many = link is not None and link["count"] == row["count"]
        row["path"] = link["link_path"] if link and as_many else ""
        row["path"] = row["path"] or start + query("city", thing.key, row["key"])
    return {**shares(most_first(rows), columns), "alone": alone}


def value_shares(thing: ThingView, name: str, label: str) -> View:
    """Return the topics of a country or network next to those of all practices."""
    release, scheme = thing.release, thing.scheme
    own = of_thing(thing, name, thing.key, label, scheme)
    start = f"{thing.start}practices?"
    rows = most_first(
        {
            **thing.named("topic", topic),
            "count": count,
            "path": start + query(name, thing.key, topic),
        }
        for topic, count in own["counts"].items()
    )
    return {**shares(rows, [own, of_all(release, scheme)]), "scheme": scheme}


def query(name: str, value: str, topic: str) -> str:
    """Return the parameters of the list of practices of a place or network on a topic."""
    pairs = [("topic", topic), (name, value)]
    return "&".join(f"{key}={text}" for key, text in pairs)


def of_thing(thing: ThingView, name: str, key: str, label: str, scheme: str) -> View:
    """Return the practices of a country or network, and how many have each topic."""
    return {
        "label": label,
        "practices": len(counts.practices_with(thing.release, name, key)),
        "counts": counts.of_value(thing.release, name, key, scheme),
    }


def of_all(release: OpenRelease, scheme: str) -> View:
    """Return how many practices there are, and how many have each topic."""
    schemes = release.schemes
    known = release.practice_counts["topic"]
    found = {topic: n for topic, n in known.items() if schemes.get(topic) == scheme}
    return {"label": "", "practices": len(release.rows.everything), "counts": found}


def by_year(release: OpenRelease, rows: Rows) -> View:
    """Return how many practices ran in each year, and in which most did."""
    found = counts.by_year(release, rows)
    most = max(found.counts.values(), default=0)
    return {
        "counts": found.counts,
        "unknown": found.unknown,
        "known": len(rows) - found.unknown,
        "most": most,
        "most_in": [year for year, count in found.counts.items() if count == most],
        "first": min(found.counts, default=0),
        "last": max(found.counts, default=0),
        "ongoing": counts.ongoing(release, rows),
    }


def timeline(thing: ThingView, rows: Rows, shown: Sequence[View]) -> View | None:
    """Return practices as intervals, those that began first before others; None if too many.

    Arguments: `shown` are the practices that the page shows anyway; if these are not all, the index
    is asked for the rest.
    """
    if not rows or len(rows) > MOST_ROWS:
        return None
    found = [*shown] if len(shown) == len(rows) else _practices(thing, rows)
    newest = counts.newest_year(thing.release)
    spans = [span_of(row) for row in found]
    axis = Years.of(spans, newest)
    drawn = [
        {**row, "span": span if axis and span.known else None, "order": _order(span, row)}
        for row, span in zip(found, spans, strict=True)
    ]
    drawn.sort(key=lambda row: row["order"])
    return {
        "rows": drawn,
        "axis": axis,
        "open": any(
            s.known and not s.ongoing and (s.first is None) != (s.last is None) for s in spans
        ),
        "running": sum(span.ongoing for span in spans),
        "unknown": sum(not span.known for span in spans),
        "years": axis and (axis.first, axis.last),
    }


def _order(span: Span, row: View) -> tuple[bool, int, int, Any]:
    named = span.named()
    first, last = min(named, default=0), 9999 if span.ongoing else max(named, default=0)
    return not named, first, last, collation_key(row["label"])


def span_of(row: View) -> Span:
    """Return the years of a practice as `when` of the templates reads them."""

    def year(value: object) -> int | None:
        return int(str(value)) if value not in (None, "") else None

    years = tuple(int(one) for one in row["years"])
    return Span(year(row["first_year"]), year(row["last_year"]), bool(row["ongoing"]), years)


def _practices(thing: ThingView, rows: Rows) -> list[View]:
    """Return the titles and times of practices: two statements, however many."""
    release = thing.release
    timed = related.timed(release, list(rows))
    titles = listing.titles_of(release, [time.key for time in timed.values()])
    found = []
    for time in timed.values():
        title, tag = best(titles[time.key], thing.language)
        path = f"{thing.start}practice/{time.key}"
        found.append({"path": path, "label": title, "lang": tag, **times(time)})
    return found


def neighbours(thing: ThingView, scheme: str) -> View:
    """Return the topics that the practices of a topic have too, next to their share of all."""
    release = thing.release
    found = counts.neighbours(release, thing.key)
    column = {
        "label": thing.label(thing.root),
        "practices": len(counts.practices_with(release, "topic", thing.key)),
        "counts": {one.topic: one.both for one in found},
    }
    rows = most_first({**thing.named("topic", one.topic), "count": one.both} for one in found)
    return shares(rows, [column, of_all(release, scheme)])


def results(assessments: Sequence[View]) -> list[tuple[str, float | None]]:
    """Return the dates of results of a city with the score of each, if there are several dates.

    Arguments: `assessments` are rows of resources; what is quoted second-hand has no date.
    """
    found: dict[str, float | None] = {}
    for row in assessments:
        facts = row["facts"]
        if date := facts.get("date"):
            score = float(facts["score"]["texts"][0][0]) if "score" in facts else None
            day = date["texts"][0][0]
            found[day] = score if found.get(day) is None else found[day]
    return sorted(found.items()) if len(found) >= _DATED else []


def guidance(thing: ThingView, topics: Iterable[str]) -> list[View]:
    """Return the guidance documents on most of some topics, the newest of equals first."""
    wanted = frozenset(topics)
    held = [(one, wanted & one.topics) for one in guides.all_of(thing.release)]
    fitting = [(one, shared) for one, shared in held if shared]
    fitting.sort(key=lambda pair: (-len(pair[1]), -pair[0].year, pair[0].key))
    found = []
    for one, shared in fitting[:GUIDES]:
        title, tag = best(one.titles, thing.language)
        names = [thing.named("topic", key)["label"] for key in shared]
        found.append(
            {
                "path": f"{thing.start}guidance/{one.key}",
                "label": title,
                "lang": tag,
                "year": one.year,
                "topics": sorted(names, key=collation_key),
            }
        )
    return found
