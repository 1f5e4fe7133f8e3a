"""What a request selects from the practices: words, filters, a place to be near, and an order.

`read_selection` is the one reader of the parameters of lists; `Selected` the rows that they mean.
Several values of one filter mean any of them, several filters all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property, reduce
from operator import and_, or_
from typing import Final
from urllib.parse import urlencode

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract, extractOne

from iccgraph.errors import RequestError, UnknownChoice
from iccgraph.iris import DEFAULT_SCHEME, fold
from iccgraph.languages import DEFAULT, best
from iccgraph.release.facets import FACETS, NOT_KNOWN, YEARS
from iccgraph.serve.dataset.nearby import by_distance
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.dataset.rows import NO_ROWS, Rows, disjoint
from iccgraph.serve.dataset.search import LONGEST, Matches, Term, terms_of
from iccgraph.vocab import PREFIXES

PAGING: Final = ("page", "size")
SINGLE: Final = (
    *("q", "near", "sort", "scheme", "modified_since", "from", "to", "lang", *PAGING, "release"),
)
"""The parameters that a list takes once; it takes filters as often as there are values."""
MOST_ITEMS: Final = 1_000
"""The longest page of a list."""
DATA_SIZE: Final = 100
"""How many things a page of data has, unless the request says another number."""
SORTS: Final = ("match", "title", "newest", "oldest", "distance", "common")
"""Ways to order practices: `match` needs words, `distance` and `common` a place to be near."""
TERMS: Final = {
    "kind": f"{PREFIXES['icc']}kind-",
    "population": f"{PREFIXES['icc']}size-",
}
"""The filters whose values are terms of the vocabulary, and how their IRIs begin."""
_LABELLED: Final = {"itself": "city"}
_PLAIN: Final = {
    NOT_KNOWN: "not known",
    "true": "still running",
    "false": "ended",
    "2010-": "from 2010",
    "-2015": "until 2015",
    "2010-2015": "2010–2015",
}
"""Values that have no label, in words."""
_RANGE: Final = re.compile(r"(\d{4})?-(\d{4})?|(\d{4})")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"(.{10}T\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+ -]\d\d:\d\d)", re.ASCII)
_MISSPELT: Final = 0.34
"""Up to this part of its letters, a parameter that no list has differs from one that was meant."""
_NEAREST: Final = 5


@dataclass(frozen=True, slots=True)
class Selection:
    """The practices that a request selects, and their order.

    Arguments: `facets` are the values of each filter, sorted; `scheme` is the key of the topic
    scheme that is counted; `near` is the key of a city; `sort` is one of `SORTS`, or empty for what
    fits best (lists of other things have orders of their own); `modified_since` is a day, in ISO
    8601, or empty.
    """

    words: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scheme: str = DEFAULT_SCHEME
    near: str = ""
    sort: str = ""
    modified_since: str = ""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The words and phrases that practices must have."""
        return terms_of(self.words)

    @property
    def everything(self) -> bool:
        """True if nothing is selected, so that all practices are meant."""
        return not self.facets and not self.terms and not self.modified_since

    @property
    def order(self) -> str:
        """Return how practices are ordered: as asked, else by distance, by match, or by title."""
        return self.sort or ("distance" if self.near else "match" if self.terms else "title")

    @property
    def orders(self) -> list[str]:
        """Return the orders that there are: by match with words, by nearness with a place."""
        needed = {"match": self.terms, "distance": self.near, "common": self.near}
        return [order for order in SORTS if needed.get(order, True)]

    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the one address of this selection.

        The filters stand in the order of pages, and the values of each in that of the alphabet.
        """
        scheme = self.scheme if self.scheme != DEFAULT_SCHEME else ""
        single = {
            "q": self.words,
            "near": self.near,
            "sort": self.sort,
            "scheme": scheme,
            "modified_since": self.modified_since,
        }
        many = [(name, value) for name in FACETS for value in self.facets.get(name, ())]
        return [*many, *((name, value) for name, value in single.items() if value)]

    def with_values(self, facet: str) -> Callable[[Iterable[str]], str]:
        """Return what gives the query of the one address with other values of a filter.

        It is quick, for pages with hundreds of values.
        """
        place = FACETS.index(facet)
        pairs = [pair for pair in self.parameters() if pair[0] != facet]
        first = [pair for pair in pairs if pair[0] in FACETS[:place]]
        before, after = urlencode(first), urlencode(pairs[len(first) :])

        def query(values: Iterable[str]) -> str:
            own = (f"{facet}={value}" for value in sorted(values))
            return "&".join(part for part in (before, *own, after) if part)

        return query

    def without(self, facet: str, value: str = "") -> Selection:
        """Return the selection without a value of a filter, or without all of its values."""
        left = tuple(v for v in self.facets.get(facet, ()) if value and v != value)
        others = {name: values for name, values in self.facets.items() if name != facet}
        return replace(self, facets={**others, facet: left} if left else others)


class Selected:
    """The rows that a selection of a release means; each set is made once."""

    def __init__(self, release: OpenRelease, selection: Selection) -> None:
        self.release, self.selection = release, selection

    @cached_property
    def matches(self) -> Matches:
        """What the words find, of all kinds."""
        return self.release.texts.find(self.selection.terms)

    @cached_property
    def _chosen(self) -> dict[str, Rows]:
        """The rows of each filter that is set, of the words, and of what was changed since."""
        rows, selection = self.release.rows, self.selection
        found = {name: of_values(rows.facet(name), name, v) for name, v in selection.facets.items()}
        if selection.terms:
            found["q"] = self.matches.rows
        if selection.modified_since:
            found["modified_since"] = self.release.modified_since(
                "practice", selection.modified_since
            )
        return found

    @cached_property
    def rows(self) -> Rows:
        """All practices of the selection."""
        return self.except_for("")

    def except_for(self, left_out: str) -> Rows:
        """Return the practices that all filters but one select; `q` stands for the words."""
        sets = [found for name, found in self._chosen.items() if name != left_out]
        return reduce(and_, sorted(sets, key=len), self.release.rows.everything)

    def facet(self, name: str) -> list[tuple[str, int]]:
        """Return the values of a filter that any practice of the others has, with their counts."""
        values = self.release.rows.facet(name)
        base = self.rows if name not in self.selection.facets else self.except_for(name)
        if base == self.release.rows.everything:
            return [(value, len(found)) for value, found in values.items()]
        counted = ((value, found.intersection_cardinality(base)) for value, found in values.items())
        return [(value, count) for value, count in counted if count]

    def tiers(self) -> Iterable[Rows]:
        """Yield the practices in disjoint sets, in the order of the selection."""
        return disjoint(self._tiers(), self.rows)

    def _tiers(self) -> Iterator[Rows]:
        rows, order = self.release.rows, self.selection.order
        if order == "match":
            yield from self.matches.tiers
        elif order in ("newest", "oldest"):
            began = {int(k): v for k, v in rows.facet("began").items() if k != NOT_KNOWN}
            for year in sorted(began, reverse=order == "newest"):
                yield began[year]
        elif order == "distance":
            yield from self._by_distance
        elif order == "common":
            for level in self._in_common():
                yield from (level & near for near in self._by_distance)
                yield level

    @cached_property
    def _by_distance(self) -> list[Rows]:
        """The practices of each city, the nearest first."""
        of_city, near = self.release.rows.facet("itself"), self.selection.near
        nearest = (near, *(city for city, _ in by_distance(self.release, near)))
        return [of_city[city] for city in nearest if city in of_city]

    def _in_common(self) -> list[Rows]:
        """Return the practices that have most topics of the city's practices first, by number."""
        topics, schemes = self.release.rows.facet("topic"), self.release.schemes
        here = self.release.rows.facet("itself").get(self.selection.near, NO_ROWS)
        at_least = [self.release.rows.everything]
        for topic, found in topics.items():
            if schemes.get(topic) != self.selection.scheme or not found.intersect(here):
                continue
            at_least.append(NO_ROWS)
            for number in range(len(at_least) - 1, 0, -1):
                at_least[number] |= at_least[number - 1] & found
        return at_least[:0:-1]


def of_values(found: Mapping[str, Rows], name: str, values: Iterable[str]) -> Rows:
    """Return the practices that have any of the values of a filter."""
    wanted = {key for value in values for key in _keys(found, name, value)}
    return reduce(or_, (found[key] for key in wanted if key in found), NO_ROWS)


def _keys(found: Mapping[str, Rows], name: str, value: str) -> list[str]:
    """Return the values in the index that one value of a filter means: the years of a range."""
    if name not in YEARS or value == NOT_KNOWN or "-" not in value:
        return [value]
    first, _, last = value.partition("-")
    years = (key for key in found if key != NOT_KNOWN)
    return [key for key in years if (first or "0") <= key.zfill(4) <= (last or "9999")]


def read_selection(arguments: Sequence[tuple[str, str]], release: OpenRelease) -> Selection:
    """Return what the parameters of a list of practices select.

    The topic scheme is that of `scheme`, else that of the topics that are chosen.

    Arguments: `arguments` are the names and values in the order of the address; those without a
    value, which forms send too, count as left out.

    Raises: RequestError (400) for a parameter that stands twice or is too long, UnknownChoice for
    one that there is not, or whose value there is not.
    """
    single = read_single(arguments, FACETS)
    facets: dict[str, dict[str, None]] = {}
    years = single.get("from", ""), single.get("to", "")
    for name, value in (*arguments, *((("year", "-".join(years)),) if any(years) else ())):
        if name in FACETS and value.strip():
            facets.setdefault(name, {})[_value(release, name, value.strip())] = None
    selection = Selection(
        words=single.get("q", ""),
        facets={name: tuple(sorted(facets[name])) for name in FACETS if name in facets},
        scheme=_scheme(release, single.get("scheme", ""), facets.get("topic", ())),
        near=_value(release, "near", single["near"]) if "near" in single else "",
        sort=single.get("sort", ""),
        modified_since=modified_since(single),
    )
    _check_order(selection)
    usual = replace(selection, sort="")
    return usual if usual.order == selection.order else selection


def modified_since(single: Mapping[str, str]) -> str:
    """Return the day since which things must have changed, in UTC; empty if any do.

    A time means its whole day, since what is known of each thing is the day.

    Raises: UnknownChoice for what is neither.
    Source: RFC 3339; a plus sign that an address has not encoded is a space.
    """
    text = single.get("modified_since", "")
    if not text:
        return ""
    with suppress(ValueError, OverflowError):
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        if found := _TIME.fullmatch(text.upper()):
            time = datetime.fromisoformat(found[1] + found[2].replace(" ", "+"))
            return time.astimezone(UTC).date().isoformat()
    message = (
        f"modified_since is {text[:50]!r}; write a day such as 2026-11-28,"
        " or a time such as 2026-11-28T09:00:00Z"
    )
    raise UnknownChoice("modified_since", text, message)


def _scheme(release: OpenRelease, asked: str, topics: Iterable[str]) -> str:
    """Return the topic scheme that is asked for, else that of the topics that are chosen.

    Raises: UnknownChoice if they are of more than one.
    """
    schemes = {release.schemes[t]: t for t in reversed([*topics]) if t in release.schemes}
    found = release.scheme(asked or next(reversed(schemes), ""))
    for other, topic in schemes.items():
        if other != found:
            wrong = f"the topic {topic!r} is of the scheme {other!r}, not {found!r}; leave one out"
            raise UnknownChoice("topic", topic, wrong)
    return found


def read_single(
    arguments: Sequence[tuple[str, str]], repeated: Sequence[str] = ()
) -> dict[str, str]:
    """Return the values of the parameters that a list takes once.

    Raises: as `read_selection` does.
    """
    found: dict[str, str] = {}
    for name, value in arguments:
        if name in repeated:
            continue
        if name not in SINGLE:
            _check_name(name, value, (*repeated, *SINGLE))
            continue
        if not value.strip():
            continue
        if name in found:
            raise RequestError(400, f"the parameter {name!r} stands twice; write it once")
        found[name] = value.strip()
    if len(found.get("q", "")) > LONGEST:
        wrong = f"the search has {len(found['q'])} characters; write {LONGEST} or fewer"
        raise RequestError(400, wrong)
    return found


def _check_name(name: str, value: str, known: Sequence[str]) -> None:
    """Let a parameter pass that no list has, unless it was meant to be one that there is.

    Raises: UnknownChoice.
    """
    likeness = extractOne(name, known, scorer=OSA.normalized_distance)
    if likeness is not None and likeness[1] <= _MISSPELT:
        message = f"there is no parameter {name[:50]!r}; a list takes {', '.join(known)}"
        raise UnknownChoice(name, value, message, _closest(name, {n: n for n in known}))


def read_order(single: Mapping[str, str], orders: Sequence[str]) -> str:
    """Return the order of a list that is asked for; empty for the usual one, the first.

    Raises: UnknownChoice.
    """
    sort = single.get("sort", "")
    if sort and sort not in orders:
        raise _no_order(sort, orders)
    return "" if sort == orders[0] else sort


def _no_order(sort: str, orders: Sequence[str]) -> UnknownChoice:
    message = f"there is no order {sort[:50]!r}; write one of {', '.join(orders)}"
    return UnknownChoice("sort", sort, message, _closest(sort, {s: s for s in orders}))


def unused(arguments: Iterable[tuple[str, str]]) -> list[str]:
    """Return the names of parameters that no list of practices has, each once."""
    known = (*FACETS, *SINGLE)
    return list(dict.fromkeys(name for name, _ in arguments if name not in known))


def page_of(single: Mapping[str, str], size: int) -> tuple[int, int]:
    """Return which page of a list is asked for, and how many things a page has.

    Arguments: `size` is that of a page unless the request says another.

    Raises: UnknownChoice.
    """
    numbers = {"page": 1, "size": size}
    for name in PAGING:
        if text := single.get(name, ""):
            if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
                message = f"{name} is {text[:50]!r}; write a whole number from 1 on"
                raise UnknownChoice(name, text, message)
            numbers[name] = number = int(text)
            if name == "size" and number > MOST_ITEMS:
                message = f"a page of {number} things is too long; write {MOST_ITEMS} or less"
                raise UnknownChoice(name, text, message, [(str(MOST_ITEMS), str(MOST_ITEMS))])
    return numbers["page"], numbers["size"]


def _check_order(selection: Selection) -> None:
    sort = selection.sort
    if sort and sort not in SORTS:
        raise _no_order(sort, selection.orders)
    if sort in ("distance", "common") and not selection.near:
        message = f"the order {sort!r} needs a place; add near=, such as near=barcelona"
        raise UnknownChoice("sort", sort, message)
    if sort == "match" and not selection.terms:
        raise UnknownChoice("sort", sort, "the order 'match' needs words; add q=, or leave it out")


def _value(release: OpenRelease, name: str, text: str) -> str:
    """Return a value of a filter as it is kept: the key of a thing for its name, a range in order.

    Raises: UnknownChoice with the nearest values there are.
    """
    value = text.lower()
    if name in YEARS and value != NOT_KNOWN:
        return _years(release, name, value)
    known = _known(release, name)
    if value in known:
        return value
    folded = fold(text)
    named = {key for key, labels in known.items() if folded in map(fold, labels)}
    if len(named) == 1:
        return named.pop()
    read = repr(text[:50])
    message = f"{name} is {read}, which is not a value of this filter; choose one of its values"
    if name == "near":
        message = f"near is {read}; write the key of a city that has a position"
    labels = {key: found[0] if found else _PLAIN.get(key, key) for key, found in known.items()}
    raise UnknownChoice(name, text, message, _closest(text, labels))


def _known(release: OpenRelease, name: str) -> dict[str, list[str]]:
    """Return the values that a filter may have, and what each is called in any language."""
    kind = "city" if name == "near" else _LABELLED.get(name, name)
    labels = {key: found for (of, key), found in release.held_labels.items() if of == kind}
    names = {key: [best(found, DEFAULT)[0], *found.values()] for key, found in labels.items()}
    if name == "near":
        return {key: names.get(key, [key]) for key in release.positions}
    keys = (*release.rows.facet(name), *labels, NOT_KNOWN)
    if name in TERMS:
        names = {key: [*release.terms.get(TERMS[name] + key, {}).values()] for key in keys}
    return {key: names.get(key, []) for key in keys}


def _years(release: OpenRelease, name: str, value: str) -> str:
    """Return a year or a range of years.

    Raises: UnknownChoice.
    """
    found = _RANGE.fullmatch(value)
    if found is None or value == "-":
        message = f"{name} is {value[:50]!r}; write a year such as 2015, a range, or {NOT_KNOWN}"
        examples = ("2015", "2010-2015", "2010-", "-2015", NOT_KNOWN)
        raise UnknownChoice(name, value, message, [(e, _PLAIN.get(e, e)) for e in examples])
    if found[3]:
        return value
    first, last = found[1] or "", found[2] or ""
    if first and last and first > last:
        message = f"{name} is {value!r}, whose first year is after its last; write {last}-{first}"
        raise UnknownChoice(name, value, message, [(f"{last}-{first}", f"{last}–{first}")])
    return first if first == last else value


def _closest(text: str, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the values whose key or name is most like a text, each with its name."""
    wanted = fold(text)[:100]
    spelt = sorted({(fold(form), key) for key, label in labels.items() for form in (key, label)})
    forms = [form for form, _ in spelt]
    begin = [key for form, key in spelt if len(wanted) > 1 and form.startswith(wanted)]
    found = extract(wanted, forms, scorer=OSA.normalized_distance, limit=2 * _NEAREST)
    keys = dict.fromkeys((*begin, *(spelt[place][1] for *_, place in found)))
    return [(key, labels[key]) for key in keys][:_NEAREST]
