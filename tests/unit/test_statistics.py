"""The numbers of the networks: the null model, pairs, quotients and positions."""

from __future__ import annotations

from itertools import product
from math import erf, exp, prod, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccgraph.publish.statistics.configuration import link_probabilities
from iccgraph.publish.statistics.counts import TopicCounts
from iccgraph.publish.statistics.gamma import probability_below, quantile
from iccgraph.publish.statistics.layout import layout
from iccgraph.publish.statistics.networks import SchemeNetworks, networks_of
from iccgraph.publish.statistics.pairs import benjamini_hochberg, pairs_of
from iccgraph.publish.statistics.quotients import NARROWEST, prior_shape, quotients_of
from iccgraph.release.networks import CITY_CITY, CITY_TOPIC, NETWORKS
from tests.for_all import for_all

Shared = dict[tuple[str, str], int]
LINKS = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1)


def counts(shared: Shared, everything: int = 0) -> TopicCounts:
    """Return counts in which each practice has one city and one topic."""
    of_city: dict[str, int] = {}
    of_topic: dict[str, int] = {}
    for (city, topic), number in shared.items():
        of_city[city] = of_city.get(city, 0) + number
        of_topic[topic] = of_topic.get(topic, 0) + number
    return TopicCounts("index", shared, of_city, of_topic, everything or sum(shared.values()))


def degrees(links: set[tuple[int, int]]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many links each row and each column has."""
    made = counts({(f"c{row}", f"t{column}"): 1 for row, column in links})
    return made.city_degrees, made.topic_degrees


@given(LINKS)
def test_degrees_are_kept(links: set[tuple[int, int]]) -> None:
    """Whatever the network, each city and each topic has its number of links on average."""
    cities, topics = degrees(links)
    likely = link_probabilities(cities, topics)
    assert all(0 <= chance <= 1 for chance in likely.values())
    for degree in cities.values():
        mean = sum(likely[degree, other] for other in topics.values())
        assert mean == pytest.approx(degree, abs=1e-3)
    for degree in topics.values():
        mean = sum(likely[other, degree] for other in cities.values())
        assert mean == pytest.approx(degree, abs=1e-3)


def test_nothing_left_to_chance() -> None:
    """A city with all topics has each for certain, and a network that is all stairs is certain."""
    full = link_probabilities({"a": 2, "b": 1}, {"s": 2, "t": 1})
    assert full == {(2, 2): 1.0, (2, 1): 1.0, (1, 2): 1.0, (1, 1): 0.0}


def test_shared_topics_by_enumeration() -> None:
    """The expected number and p are those of all networks, each weighed by its probability."""
    topics = {"a": {"t0", "t1", "t2"}, "b": {"t0", "t1"}, "c": {"t2"}, "d": {"t0", "t3"}}
    sizes = {"t0": 3, "t1": 2, "t2": 2, "t3": 1}
    likely = link_probabilities({city: len(held) for city, held in topics.items()}, sizes)
    pairs, tests = pairs_of(topics, sizes, likely)
    assert tests == 6
    assert {(pair.source, pair.target) for pair in pairs} >= {("a", "b"), ("a", "c"), ("b", "d")}

    def fact(pair: tuple[str, str, int, float, float, float, float]) -> None:
        source, target, weight, jaccard, expected, p, _ = pair
        first, second = len(topics[source]), len(topics[target])
        both = [likely[first, size] * likely[second, size] for size in sizes.values()]
        chances = {
            which: prod(b if there else 1 - b for b, there in zip(both, which, strict=True))
            for which in product((False, True), repeat=len(both))
        }
        mean = sum(sum(which) * chance for which, chance in chances.items())
        tail = sum(chance for which, chance in chances.items() if sum(which) >= weight)
        assert expected == pytest.approx(mean, rel=1e-5)
        assert p == pytest.approx(tail, rel=1e-5)
        assert jaccard == pytest.approx(weight / (first + second - weight), rel=1e-5)

    for_all(pairs, fact)


def test_false_discovery_rate() -> None:
    """The correction is that of Benjamini and Hochberg, over tests that are not listed too."""
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.5], 4) == pytest.approx(
        [0.04, 0.16 / 3, 0.16 / 3, 0.5]
    )
    assert benjamini_hochberg([0.01], 50) == pytest.approx([0.5])
    assert benjamini_hochberg([], 10) == []


def test_gamma() -> None:
    """Probabilities and quantiles are those of published tables (chi-square, Poisson)."""
    assert probability_below(1, 2) == pytest.approx(1 - exp(-2))
    assert probability_below(3, 0) == 0
    assert probability_below(2, 0.5) == pytest.approx(1 - 1.5 * exp(-0.5))
    assert 2 * quantile(0.5, 1.959963985) == pytest.approx(5.023886, rel=1e-5)
    assert 2 * quantile(5, -1.959963985) == pytest.approx(3.246973, rel=1e-5)
    assert 2 * quantile(500, 1.959963985) == pytest.approx(1089.531, rel=1e-5)


@given(st.floats(0.5, 600), st.floats(-3, 3))
def test_quantiles_turn_probabilities_round(shape: float, normal: float) -> None:
    """A quantile lies where its probability says, and further up for a larger one."""
    assert quantile(shape, normal) < quantile(shape, normal + 0.1)
    below = probability_below(shape, quantile(shape, normal))
    assert below == pytest.approx((1 + erf(normal / sqrt(2))) / 2, abs=2e-5)


def test_few_practices_say_little() -> None:
    """One practice where few are expected gives a quotient near 1 and an interval around it."""
    shared = {(f"c{n}", f"t{m}"): 1 for n in range(8) for m in range(4)}
    found = quotients_of(counts(shared))
    assert len(found) == 32
    for quotient in found.values():
        assert quotient.low < 1 < quotient.high
        assert quotient.quotient == pytest.approx(1, abs=0.01)
        assert quotient.q > 0.5


def test_what_stands_out() -> None:
    """Of a hundred practices where forty are expected the quotient is well above 1."""
    shared = {(f"c{n}", f"t{m}"): 20 for n in range(8) for m in range(4)}
    shared["c0", "t0"] = 100
    found = quotients_of(counts(shared))["c0", "t0"]
    assert 1.5 < found.low < found.quotient < 2.5 < found.high
    assert found.q < 1e-6


def test_nothing_to_compare_with() -> None:
    """A topic of one city alone, and the only city there is, have no quotient."""
    assert quotients_of(counts({("a", "s"): 2, ("a", "t"): 1, ("b", "s"): 1})).keys() == {
        ("a", "s"),
        ("b", "s"),
    }
    assert quotients_of(counts({("a", "s"): 2})) == {}


def test_prior() -> None:
    """Counts that vary as chance has it give the narrowest prior, others a wider one."""
    assert prior_shape([(3, 3.0)] * 50) == NARROWEST
    assert prior_shape([(0, 10.0), (30, 10.0)] * 25) < 1.5


def test_positions() -> None:
    """Positions fill the frame, are the same each time, and linked nodes stand closer."""
    pulls = [(a, b, 1.0) for group in (0, 6) for a in range(group, group + 6) for b in range(a)]
    pulls = [pull for pull in pulls if pull[1] // 6 == pull[0] // 6]
    found = layout(12, pulls)
    assert found == layout(12, pulls)
    assert max(abs(value) for position in found for value in position) == 1

    def apart(a: int, b: int) -> float:
        return sum((p - q) ** 2 for p, q in zip(found[a], found[b], strict=True))

    near = max(apart(a, b) for a, b, _ in pulls)
    assert near < min(apart(a, b) for a in range(6) for b in range(6, 12))
    assert layout(0, []) == []
    assert layout(1, []) == [(0.0, 0.0)]


@pytest.fixture(scope="module")
def small() -> SchemeNetworks:
    """Return the networks of three cities, one of which shares nothing."""
    return networks_of(counts({("a", "s"): 2, ("b", "s"): 1, ("b", "t"): 1, ("c", "u"): 1}))


def test_networks_of_a_scheme(small: SchemeNetworks) -> None:
    """Each network has its links and the number of pairs tested, those without a link included."""
    assert small.tests() == [
        ("index", CITY_TOPIC, 9),
        ("index", CITY_CITY, 3),
        ("index", "topic-topic", 3),
    ]
    assert [row[1:5] for row in small.edges()] == [
        (CITY_TOPIC, "a", "s", 2),
        (CITY_TOPIC, "b", "s", 1),
        (CITY_TOPIC, "b", "t", 1),
        (CITY_TOPIC, "c", "u", 1),
        (CITY_CITY, "a", "b", 1),
        ("topic-topic", "s", "t", 1),
    ]
    assert {row[1] for row in small.edges()} == set(NETWORKS)
    assert [row[1:3] for row in small.nodes()] == [
        *(("city", key) for key in "abc"),
        *(("topic", key) for key in "stu"),
    ]
