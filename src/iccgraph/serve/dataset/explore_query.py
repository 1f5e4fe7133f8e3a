"""The SPARQL query behind each view at `/explore`, for the filters that are set.

Every name of a thing is written as an IRI of its own kind, never as the text of a request. Filters
that compare what a practice states become patterns; any other is said by the practices that it
leaves, if these are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from iccgraph.release.facets import NOT_KNOWN, YEARS
from iccgraph.serve.dataset.counts import newest_year
from iccgraph.serve.dataset.explore import FACET_OF, topics_and_years
from iccgraph.serve.dataset.listing import keys_of
from iccgraph.serve.dataset.selection import Selected
from iccgraph.vocab import PREFIXES

MOST_NAMED: Final = 500
"""Practices are named one by one if they are not more than this."""
_STATED: Final = ("topic", "country", "city", "itself", *YEARS)
"""The filters that are patterns."""
_USED: Final = ("dcterms", "geo", "icc", "rdfs", "schema", "skos", "xsd")
_AXES: Final = {
    "matrix": ("topic", "city", "itself"),
    "network": ("topic", "city", "itself"),
    "map": ("city", "itself"),
    "countries": ("country", "topic"),
}
"""The filters that say which values stand on the axes of a view; those of a timeline are years."""
_KINDS: Final = {"itself": "city"}
_PATHS: Final = {
    "topic": "dcterms:subject",
    "country": "icc:country",
    "itself": "icc:city",
    "city": "icc:city/schema:containedInPlace*",
}
"""What leads from a practice to the values of a filter."""
_RAN: Final = """  OPTIONAL {{
    ?practice icc:year ?{name}Alone FILTER (xsd:integer(STR(?{name}Alone)) {alone})
  }}
  OPTIONAL {{ ?practice icc:firstYear ?{name}First }}
  OPTIONAL {{ ?practice icc:lastYear ?{name}Last }}
  OPTIONAL {{ ?practice icc:ongoing ?{name}Ongoing }}
  FILTER (BOUND(?{name}Alone)
    || xsd:integer(STR(COALESCE(?{name}First, ?{name}Last))) <= {last}
    && (BOUND(?{name}First) && COALESCE(?{name}Ongoing, false) && {first} <= {newest}
      || xsd:integer(STR(COALESCE(?{name}Last, ?{name}First))) >= {first}))
"""
"""Ran in a range of years: named alone in it, or between beginning and end, of which one that is
unknown is the other; what goes on has run until the newest record was written."""


@dataclass(frozen=True, slots=True)
class BehindView:
    """A query, and whether it selects what the view does; if not, it leaves some filters out."""

    text: str
    complete: bool


def query_behind(selected: Selected, view: str, when: str = "ran") -> BehindView:
    """Return the query that counts what a view shows.

    Arguments: `when` is what a timeline counts, as in `explore.OPTIONS`.
    """
    axes = (FACET_OF[when], "topic") if view == "timeline" else _AXES[view]
    said, complete = _filters(selected, axes)
    body = _BODIES[view](selected, "".join(said), when, selected.selection.everything)
    used = [name for name in _USED if f"{name}:" in body]
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used)
    return BehindView(f"{head}\n{body}", complete)


def _scheme(selected: Selected) -> str:
    return _iri(selected, "scheme", selected.selection.scheme)


def _iri(selected: Selected, kind: str, key: str) -> str:
    return str(NamedNode(selected.release.iris.thing(kind, key)))


def _topics_of(selected: Selected, said: str) -> str:
    """Return the pattern of the topics of practices that are selected."""
    return (
        f"  ?practice a icc:Practice ;\n    dcterms:subject ?topic .\n{said}"
        f"  ?topic skos:inScheme {_scheme(selected)} ;\n    skos:prefLabel ?topicName .\n"
        '  FILTER (LANG(?topicName) = "en")\n'
    )


def _cities_and_topics(selected: Selected, said: str, _: str, plain: bool) -> str:
    names = '  ?city rdfs:label ?cityName .\n  FILTER (LANG(?cityName) = "en")\n'
    order = "ORDER BY DESC(?practices) ?cityName ?topicName\n"
    if (
        plain
    ):  # the numbers are in the graph already, which is fast however many practices there are
        return (
            "SELECT ?city ?cityName ?topic ?topicName ?practices\nWHERE {\n"
            f"  ?link a icc:CityTopic ;\n    icc:scheme {_scheme(selected)} ;\n"
            "    icc:city ?city ;\n    dcterms:subject ?topic ;\n"
            "    icc:practiceCount ?practices .\n"
            f'{names}  ?topic skos:prefLabel ?topicName .\n  FILTER (LANG(?topicName) = "en")\n'
            f"}}\n{order}"
        )
    return (
        "SELECT ?city ?cityName ?topic ?topicName (COUNT(DISTINCT ?practice) AS ?practices)\n"
        f"WHERE {{\n{_topics_of(selected, said)}  ?practice icc:city ?city .\n{names}}}\n"
        f"GROUP BY ?city ?cityName ?topic ?topicName\n{order}"
    )


def _map(_: Selected, said: str, __: str, ___: bool) -> str:
    return (
        "SELECT ?city ?cityName ?latitude ?longitude (COUNT(DISTINCT ?practice) AS ?practices)\n"
        f"WHERE {{\n  ?practice a icc:Practice ;\n    icc:city ?city .\n{said}"
        '  ?city rdfs:label ?cityName .\n  FILTER (LANG(?cityName) = "en")\n'
        "  OPTIONAL { ?city geo:lat ?latitude ; geo:long ?longitude }\n}\n"
        "GROUP BY ?city ?cityName ?latitude ?longitude\nORDER BY DESC(?practices) ?cityName\n"
    )


def _timeline(selected: Selected, said: str, when: str, _: bool) -> str:
    known = " ".join(sorted(topics_and_years(selected, FACET_OF[when]).columns))
    years = (
        f"  VALUES ?year {{ {known} }}\n"
        "  ?practice icc:firstYear ?began FILTER (xsd:integer(STR(?began)) = ?year)\n"
    )
    if when == "ran":
        ran = _ran("shown", "?year", "?year", newest_year(selected.release))
        years = f"  VALUES ?year {{ {known} }}\n{ran}"
    return (
        "SELECT ?topic ?topicName ?year (COUNT(DISTINCT ?practice) AS ?practices)\n"
        f"WHERE {{\n{_topics_of(selected, said)}{years}}}\n"
        "GROUP BY ?topic ?topicName ?year\nORDER BY ?topicName ?year\n"
    )


def _countries(selected: Selected, said: str, _: str, __: bool) -> str:
    return (
        "SELECT ?country ?countryName ?topic ?topicName"
        " (COUNT(DISTINCT ?practice) AS ?practices)\n"
        f"WHERE {{\n{_topics_of(selected, said)}  ?practice icc:country ?country .\n"
        '  ?country rdfs:label ?countryName .\n  FILTER (LANG(?countryName) = "en")\n}\n'
        "GROUP BY ?country ?countryName ?topic ?topicName\n"
        "ORDER BY ?countryName DESC(?practices) ?topicName\n"
    )


_BODIES: Final[Mapping[str, Callable[[Selected, str, str, bool], str]]] = {
    "matrix": _cities_and_topics,
    "map": _map,
    "timeline": _timeline,
    "network": _cities_and_topics,
    "countries": _countries,
}


def _filters(selected: Selected, axes: Sequence[str]) -> tuple[list[str], bool]:
    """Return the patterns of the filters, and whether they say all that is selected."""
    selection = selected.selection
    stated = {
        name: values
        for name, values in selection.facets.items()
        if name in _STATED and NOT_KNOWN not in values
    }
    on_axes = [_on_axis(selected, name, stated[name]) for name in axes if name in stated]
    others = selection.facets.keys() - stated.keys()
    whole = not (others or selection.terms or selection.modified_since)
    if not whole and len(selected.rows) <= MOST_NAMED:
        keys = keys_of(selected.release, list(selected.rows))
        named = " ".join(_iri(selected, "practice", key) for key in sorted(keys))
        return [*on_axes, f"  VALUES ?practice {{ {named} }}\n"], True
    said = [_pattern(selected, name, v) for name, v in stated.items() if name not in axes]
    return [*on_axes, *said], whole


def _on_axis(selected: Selected, name: str, values: Sequence[str]) -> str:
    """Return the pattern that leaves the chosen values on an axis; the years of one stand there."""
    if name in YEARS:
        return ""
    listed = " ".join(_iri(selected, _KINDS.get(name, name), value) for value in values)
    if name == "city":
        inside = "?city schema:containedInPlace* ?chosenPlace"
        return f"  VALUES ?chosenPlace {{ {listed} }}\n  {inside} .\n"
    return f"  VALUES ?{_KINDS.get(name, name)} {{ {listed} }}\n"


def _pattern(selected: Selected, name: str, values: Sequence[str]) -> str:
    """Return the pattern of one filter, whose values mean any of them."""
    if name in YEARS:
        return _either(_years(selected, name, value, place) for place, value in enumerate(values))
    listed = " ".join(_iri(selected, _KINDS.get(name, name), value) for value in values)
    return f"  VALUES ?{name}Chosen {{ {listed} }}\n  ?practice {_PATHS[name]} ?{name}Chosen .\n"


def _either(patterns: Iterable[str]) -> str:
    found = list(patterns)
    if len(found) == 1:
        return found[0]
    return "  UNION\n".join(f"  {{\n  ?practice a icc:Practice .\n{one}  }}\n" for one in found)


def _years(selected: Selected, name: str, value: str, place: int) -> str:
    """Return the pattern of a year or a range of years, in which practices ran or began."""
    start, dash, end = value.partition("-")
    first, last = int(start or 0), int((end if dash else start) or 9999)
    if name == "began":
        year = f"xsd:integer(STR(?begun{place}))"
        bounds = f"{year} >= {first} && {year} <= {last}"
        return f"  ?practice icc:firstYear ?begun{place} FILTER ({bounds})\n"
    return _ran(f"in{place}", str(first), str(last), newest_year(selected.release))


def _ran(name: str, first: str, last: str, newest: int) -> str:
    """Return the pattern of what ran from one year to another; both may be a variable."""
    alone = f"= {first}"
    if first != last:
        alone = f">= {first} && xsd:integer(STR(?{name}Alone)) <= {last}"
    return _RAN.format(name=name, alone=alone, first=first, last=last, newest=newest)
