"""What the example queries answer with other values than their own, and what is no value."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from iccgraph.errors import UnknownChoice
from iccgraph.publish.pipeline import Built
from iccgraph.release.parameters import Parameter, matches
from iccgraph.release.queries import ExampleQuery
from iccgraph.serve.dataset.open import OpenRelease, open_release
from iccgraph.serve.dataset.parameters import find_query, read_values
from iccgraph.settings import Settings
from iccgraph.sparql_syntax import tokens
from iccgraph.vocab import DCTERMS, ICC
from tests.for_all import for_all

OTHERS = {
    "City": ["lisbon", "bergen", "berlin"],
    "Country": ["pt", "it"],
    "Network": ["reci", "icc"],
    "Practice": ["todos-walk-of-cultures"],
    "Scheme": ["website"],
    "Topic": ["language", "participation", "website-roma"],
    "CountryCode": ["PT", "IT"],
    "Boolean": ["false", "true"],
    "Language": ["fr", "en"],
    "Text": ["music"],
    "Texts": ["Lisboa"],
    "Term": ["status-member"],
    "Integer": ["2", "3"],
    "Year": ["2012", "2018"],
    "Decimal": ["41.25"],
}
"""Values to try of each type."""


@pytest.fixture(scope="module")
def release(built: Built, real_settings: Settings) -> OpenRelease:
    """Return the real release, open."""
    return open_release(real_settings.releases_dir / built.name, 10**9)


def bound(release: OpenRelease, name: str, **values: str) -> str:
    """Return the text of a query with some values."""
    return read_values(find_query(release, name), [*values.items()], release).text


def answered(store: Store, text: str) -> list[dict[str, str]]:
    """Return the rows, the triples, or whether there is a match, of any query."""
    found = store.query(text, use_default_graph_as_union=True)
    if isinstance(found, QueryBoolean):
        return [{"boolean": str(bool(found)).lower()}]
    if isinstance(found, QueryTriples):
        return [{"triple": str(triple)} for triple in found]
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{n: getattr(row[n], "value", "") for n in names} for row in found]


def rows(release: OpenRelease, name: str, **values: str) -> list[dict[str, str]]:
    """Return the rows of a query with some values."""
    return answered(release.store, bound(release, name, **values))


def ends(found: list[dict[str, str]], name: str) -> set[str]:
    """Return the keys of the things in a column."""
    return {row[name].rpartition("/")[2] for row in found}


def value_of(p: Parameter, query: ExampleQuery, release: OpenRelease) -> str:
    """Return a value of a parameter that is not its own."""
    for value in OTHERS[p.type]:
        try:
            read = read_values(query, [(p.name, value)], release)
        except UnknownChoice:
            continue
        if read.values[p.name] != p.default:
            return value
    raise AssertionError(f"no value is tried for {query.name} {p.name}")


def test_each_parameter_of_each_query(release: OpenRelease) -> None:
    """A value changes the tokens of its constant, all of them and no others, and is answered."""
    cases = [(query, p) for query in release.queries for p in query.parameters]
    assert len(cases) > 60

    def fact(case: tuple[ExampleQuery, Parameter]) -> None:
        query, p = case
        value = value_of(p, query, release)
        made = read_values(query, [(p.name, value)], release)
        assert made.given == ((p.name, made.values[p.name][0]),)
        before, after = [*tokens(query.query)], [*tokens(made.text)]
        places = [n for n in range(len(before)) if matches(before, n, p.constant)]
        assert places
        if not p.several:
            pairs = enumerate(zip(before, after, strict=True))
            changed = [n for n, (b, a) in pairs if a.text != b.text]
            assert changed == places
        if not query.services:
            assert answered(release.store, query.query) or query.form == "ASK"
            answered(release.store, made.text)

    for_all(cases, fact)


def test_own_values_change_nothing(release: OpenRelease) -> None:
    """With its own values, said or not, a query is the text that is published."""

    def fact(query: ExampleQuery) -> None:
        assert read_values(query, [], release).text == query.query
        given = [(p.name, value) for p in query.parameters for value in p.default]
        assert read_values(query, given, release).text == query.query
        assert read_values(query, [(name, " ") for name, _ in given], release).text == query.query

    for_all(release.queries, fact)


def practices(release: OpenRelease, predicate: NamedNode, kind: str, key: str) -> set[str]:
    """Return the practices of which the release says that they are of a thing."""
    thing = NamedNode(release.iris.thing(kind, key))
    found = release.store.quads_for_pattern(None, predicate, thing, None)
    things = (release.iris.split(getattr(quad.subject, "value", "")) for quad in found)
    return {thing[1] for thing in things if thing is not None and thing[0] == "practice"}


def test_a_city(release: OpenRelease) -> None:
    """The practices of a city are those of the table, by its key, name, IRI and address."""
    wanted = practices(release, ICC.city, "city", "lisbon")
    assert len(wanted) > 3
    for name in (
        "lisbon", "Lisbon", "LISBOA", "Lissabon", "https://w3id.org/iccgraph/id/city/lisbon",
        "http://localhost:8000/fr/city/lisbon", "lis\u200bbon",
    ):  # fmt: skip
        assert ends(rows(release, "practices-of-a-city", city=name), "practice") == wanted, name


def test_a_country_code(release: OpenRelease) -> None:
    """A country is found by its code in either case, and by its name."""
    wanted = practices(release, ICC.country, "country", "pt")
    assert len(wanted) > 3
    for name in ("PT", "pt", "Portugal"):
        assert ends(rows(release, "practices-of-a-country", code=name), "practice") == wanted


def test_a_topic(release: OpenRelease) -> None:
    """The practices of a topic are those of the table, and of two topics those of both."""
    wanted = practices(release, DCTERMS.subject, "topic", "education")
    assert ends(rows(release, "practices-about-a-topic", topic="Education"), "practice") == wanted
    other = practices(release, DCTERMS.subject, "topic", "participation")
    found = rows(
        release, "practices-about-all-of-several-topics", topic="participation", other="education"
    )
    assert ends(found, "practice") == wanted & other != set()


def test_a_year(release: OpenRelease) -> None:
    """A bound of years is one of numbers."""
    found = rows(release, "practices-since-a-year", since="2012")
    assert min(int(row["since"]) for row in found) == 2012
    every = rows(release, "practices-since-a-year", since="1900")
    assert len(found) == sum(int(row["since"]) >= 2012 for row in every) < len(every)


def test_a_subquery_and_the_query_around_it(release: OpenRelease) -> None:
    """A value that stands in a subquery and around it means one thing in both."""
    found = rows(release, "cities-most-like-a-city", city="lisbon")
    assert 0 < len(found) <= 10
    assert "lisbon" not in ends(found, "city")
    own = release.city_topics["index"]
    for row in found:
        city = row["city"].rpartition("/")[2]
        assert int(row["shared"]) == len(own["lisbon"] & own[city])


def test_an_aggregate(release: OpenRelease) -> None:
    """A bound in HAVING, a limit of rows, and the scheme that is counted."""
    pairs = rows(release, "topics-that-go-together", over="5")
    assert min(int(row["practices"]) for row in pairs) == 6
    assert len(rows(release, "topics-per-country", most="3")) == 3
    counted = Counter(
        topic
        for city, topics in release.city_topics["website"].items()
        if release.city_countries[city] == "pt"
        for topic in topics
    )
    found = rows(release, "topics-of-a-country", country="pt", scheme="website")
    assert sorted(int(row["cities"]) for row in found) == sorted(counted.values())


def test_a_box(release: OpenRelease) -> None:
    """Bounds of a box may be negative, with a point or a comma."""
    found = rows(release, "cities-in-a-box", south="-90", north="37,5", west="-9.25", east="0")
    wanted = {k for k, (lat, lon) in release.positions.items() if lat < 37.5 and -9.25 < lon < 0}
    assert ends(found, "city") == wanted != set()


def test_words(release: OpenRelease) -> None:
    """A word is found in any case of letters, and what no text has is not found."""
    for word in ("MUSIC", "music"):
        assert len(rows(release, "words-in-texts", word=word)) == 3
    assert rows(release, "words-in-texts", word='") || true) } #') == []


def test_several_names(release: OpenRelease) -> None:
    """A parameter may stand several times where it may have several values."""
    query = find_query(release, "a-city-by-any-name")
    made = read_values(query, [("name", "Lisboa"), ("name", ""), ("name", 'Wien" }')], release)
    assert made.values == {"name": ("Lisboa", 'Wien" }')}
    found = answered(release.store, made.text)
    assert [row["asked"] for row in found] == ["Lisboa"]


def test_yes_or_no(release: OpenRelease) -> None:
    """ASK is answered for the values."""
    about = practices(release, DCTERMS.subject, "topic", "language")
    answers = set()
    for city in ("lisbon", "bergen", "barcelona", "oslo", "botkyrka"):
        there = bool(about & practices(release, ICC.city, "city", city))
        found = rows(release, "is-there-a-practice", city=city, topic="language")
        assert found == [{"boolean": str(there).lower()}], city
        answers.add(there)
    assert answers == {True, False}


@pytest.mark.parametrize(
    ("name", "parameter", "value", "nearest"),
    [
        ("practices-of-a-city", "city", "lisbn", ["lisbon"]),
        ("practices-of-a-city", "city", "", []),
        ("practices-of-a-city", "language", "de", ["en", "fr"]),
        ("practices-about-a-topic", "topic", "website-education", ["education"]),
        ("guidance-on-a-topic", "topic", "website-edukation", ["website-education"]),
        ("members-of-a-network", "network", "rcei", ["reci"]),
        ("describe-a-practice", "practice", "Todos - Walk of cultres", ["todos-walk-of-cultures"]),
        ("practices-since-a-year", "since", "1", ["1900"]),
        ("practices-since-a-year", "since", "2020.5", ["2020"]),
        ("practices-since-a-year", "since", "٢٠٢٠", ["2020"]),
        ("cities-in-a-box", "north", "91", ["90"]),
        ("cities-in-a-box", "north", "1e1", ["66"]),
        ("countries-without-practices", "member", "maybe", ["true", "false"]),
        ("places-by-status", "status", "status-pilots", ["status-pilot"]),
        ("names-in-a-language", "language", "not a tag", ["ar"]),
        ("topics-of-a-country", "scheme", "indx", ["index"]),
    ],
)
def test_nearest(
    release: OpenRelease, name: str, parameter: str, value: str, nearest: list[str]
) -> None:
    """What is no value is told with the nearest ones; nothing at all is the query’s own value."""
    query = find_query(release, name)
    if not value:
        assert read_values(query, [(parameter, value)], release).text == query.query
        return
    with pytest.raises(UnknownChoice) as raised:
        read_values(query, [(parameter, value)], release)
    assert (raised.value.parameter, raised.value.value) == (parameter, value)
    assert [key for key, _ in raised.value.nearest][: len(nearest)] == nearest


def test_two_of_one_name(release: OpenRelease) -> None:
    """A name that several places have is none of them by itself."""
    query = find_query(release, "practices-of-a-city")
    shared = Counter(
        label for (kind, _), labels in release.held_labels.items() if kind == "city"
        for label in set(labels.values())
    )  # fmt: skip
    doubled = [label for label, count in shared.items() if count > 1]
    for label in doubled[:3]:
        with pytest.raises(UnknownChoice, match="which several are called") as raised:
            read_values(query, [("city", label)], release)
        assert len(raised.value.nearest) > 1
