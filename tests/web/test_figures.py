"""Every number that charts and shares of pages show, held against SPARQL over the same release."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from flask.testing import FlaskClient

from iccgraph.publish.pipeline import build_release
from iccgraph.serve.dataset import guides, listing
from iccgraph.serve.dataset.open import OpenRelease
from tests.for_all import for_all
from tests.unit.support import add, load, remove, small_sources, table
from tests.web.app import application
from tests.web.rows import ask

SCHEMES = ("index", "website")
PATTERNS = {
    "city": "?p icc:city/schema:containedInPlace* ?of .",
    "country": "?p icc:country ?of .",
    "network": "?p icc:city ?c . ?m org:member ?c ; org:organization ?of .",
    "topic": "?p dcterms:subject ?of .",
}
"""What says that a practice is one of a place, network or topic."""


def key(iri: str) -> str:
    """Return the key at the end of an IRI."""
    return iri.rpartition("/")[2]


@pytest.fixture(scope="module")
def practices(release: OpenRelease) -> dict[str, dict[str, set[str]]]:
    """Return the practices of each place, network and topic, by kind and key."""
    found: dict[str, dict[str, set[str]]] = {"all": {"": set()}}
    for row in ask(release, "SELECT ?p { ?p a icc:Practice }"):
        found["all"][""].add(key(row["p"]))
    for kind, pattern in PATTERNS.items():
        of = found.setdefault(kind, {})
        for row in ask(release, f"SELECT DISTINCT ?p ?of {{ ?p a icc:Practice . {pattern} }}"):
            of.setdefault(key(row["of"]), set()).add(key(row["p"]))
    assert min(map(len, found.values())) > 0
    return found


@pytest.fixture(scope="module")
def years(release: OpenRelease) -> dict[str, set[int]]:
    """Return the years in which each practice ran; what still runs ran until the newest record."""
    (newest,) = ask(
        release,
        "SELECT (MAX(YEAR(?d)) AS ?y) { ?p a icc:Practice"
        " BIND(IRI(REPLACE(STR(?p), '/id/', '/')) AS ?r) ?r dcterms:created ?d }",
    )
    found: dict[str, set[int]] = {}
    query = """SELECT ?p ?first ?last ?year ?on { ?p a icc:Practice
        OPTIONAL { ?p icc:firstYear ?first } OPTIONAL { ?p icc:lastYear ?last }
        OPTIONAL { ?p icc:year ?year } OPTIONAL { ?p icc:ongoing ?on } }"""
    for row in ask(release, query):
        ran = found.setdefault(key(row["p"]), set())
        named = [int(row[name]) for name in ("first", "last") if row[name]]
        if named:
            ran.update(range(named[0], named[-1] + 1))
        if row["first"] and row["on"] == "true":
            ran.update(range(int(row["first"]), int(newest["y"]) + 1))
        if row["year"]:
            ran.add(int(row["year"]))
    return found


@pytest.fixture(scope="module")
def running(release: OpenRelease) -> set[str]:
    """Return the practices that still run."""
    return {
        key(row["p"]) for row in ask(release, "SELECT ?p { ?p icc:ongoing true ; a icc:Practice }")
    }


def page(site: FlaskClient, path: str) -> lxml.html.HtmlElement:
    """Return a page as a tree."""
    found = site.get(path)
    assert found.status_code == 200, path
    return lxml.html.fromstring(found.text)


def numbers(text: str) -> list[int]:
    """Return the whole numbers of a text."""
    return [int(one.replace(",", "")) for one in re.findall(r"\d[\d,]*", text)]


def percent(part: int, whole: int) -> str:
    """Return a share as pages write it."""
    return f"{(200 * part + whole) // (2 * whole)}%"


def shares(
    tree: lxml.html.HtmlElement, section: str
) -> tuple[list[int], dict[str, list[list[str]]]]:
    """Return the numbers at the heads of a table of shares, and the cells of each topic."""
    (found,) = tree.xpath(f'//section[@aria-labelledby="{section}"]//table[@class="shares"]')
    heads = [numbers(h.xpath("string(small)"))[0] for h in found.xpath("thead//th[position()>1]")]
    rows = {
        row.xpath("string(th//a)"): [cell.text_content().split() for cell in row.xpath("td")]
        for row in found.xpath("tbody/tr")
    }
    return heads, rows


def expected(
    release: OpenRelease, scheme: str, practices: dict[str, dict[str, set[str]]], *sets: set[str]
) -> dict[str, list[list[str]]]:
    """Return the cells that a table of shares must have for topics of any practice of the first."""
    rows = {}
    for topic, on_topic in practices["topic"].items():
        if release.schemes.get(topic) == scheme and on_topic & sets[0]:
            cells = [(len(on_topic & one), len(one)) for one in sets]
            label = listing.label(release, "topic", topic, "en")
            rows[label] = [[f"{part}", percent(part, whole)] for part, whole in cells]
    return rows


@pytest.mark.parametrize("scheme", SCHEMES)
def test_topics_of_cities(
    site: FlaskClient, release: OpenRelease, practices: dict[str, dict[str, set[str]]], scheme: str
) -> None:
    """A city’s topics have its practices, those of its country and of all, with their shares."""
    everything, compared = practices["all"][""], []

    def fact(city: str) -> None:
        tree = page(site, f"/city/{city}.html?scheme={scheme}")
        own = practices["city"][city]
        country = practices["country"][release.city_countries[city]]
        sets = [own, everything] if country == own else [own, country, everything]
        heads, rows = shares(tree, "topics")
        assert heads == [len(one) for one in sets]
        assert rows == expected(release, scheme, practices, *sets)
        text = tree.xpath('string(//section[@aria-labelledby="topics"])')
        assert ("All practices of" in text) == (country == own)
        assert ("There is one practice here" in text) == (len(own) == 1)
        assert ("So few practices" in text) == (1 < len(own) < 5)
        compared.append(len(sets))

    on_topics = set().union(
        *(practices["topic"][t] for t, s in release.schemes.items() if s == scheme)
    )
    for_all([city for city, own in practices["city"].items() if own & on_topics], fact)
    assert set(compared) == {2, 3}


@pytest.mark.parametrize(("kind", "scheme"), [("country", "index"), ("network", "website")])
def test_topics_of_countries_and_networks(
    site: FlaskClient,
    release: OpenRelease,
    practices: dict[str, dict[str, set[str]]],
    kind: str,
    scheme: str,
) -> None:
    """Their topics have their practices beside all practices; each number leads to as many."""

    def fact(one: str) -> None:
        tree = page(site, f"/{kind}/{one}.html?scheme={scheme}")
        own = practices[kind][one]
        heads, rows = shares(tree, "topics")
        assert heads == [len(own), len(practices["all"][""])]
        assert rows == expected(release, scheme, practices, own, practices["all"][""])
        (link, *_) = tree.xpath('//table[@class="shares"]/tbody/tr[1]')
        listed = page(site, link.xpath("string(.//a/@href)"))
        assert numbers(listed.xpath('string(//h2[@id="results"])')) == numbers(
            link.xpath("string(td[1]/text())")
        )

    for_all(sorted(practices[kind]), fact)


def test_topics_of_the_same_practices(
    site: FlaskClient, release: OpenRelease, practices: dict[str, dict[str, set[str]]]
) -> None:
    """A topic’s page tells how many of its practices have each other topic of its list."""

    def fact(topic: str) -> None:
        tree, own = page(site, f"/topic/{topic}.html"), practices["topic"][topic]
        rows = expected(release, release.schemes[topic], practices, own, practices["all"][""])
        del rows[listing.label(release, "topic", topic, "en")]
        if not rows:
            assert not tree.xpath('//section[@aria-labelledby="beside"]')
            return
        heads, found = shares(tree, "beside")
        assert heads == [len(own), len(practices["all"][""])]
        assert found == rows

    for_all(sorted(practices["topic"]), fact)


def test_practices_by_year(
    site: FlaskClient,
    release: OpenRelease,
    practices: dict[str, dict[str, set[str]]],
    years: dict[str, set[int]],
    running: set[str],
) -> None:
    """The years of topics, countries and networks have as many practices as ran in them."""
    drawn = []

    def fact(thing: tuple[str, str]) -> None:
        kind, one = thing
        own = practices[kind][one]
        counted = Counter(year for practice in own for year in years[practice])
        unknown = sum(not years[practice] for practice in own)
        (section,) = page(site, f"/{kind}/{one}.html").xpath('//section[@aria-labelledby="years"]')
        told = " ".join(section.xpath("string(p)").split())
        if not counted:
            assert numbers(told) in ([unknown], [])
            return
        assert numbers(told)[:3] == [len(own) - unknown, min(counted), max(counted)]
        still = len(own & running)
        assert (f"{still} still run" in told) == bool(still)
        assert ("not known" in told) == bool(unknown)
        rows = section.xpath('details[@class="numbers"]//tbody/tr')
        found = {row.xpath("string(th)"): numbers(row.xpath("string(td)"))[0] for row in rows}
        if min(counted) == max(counted):
            assert not found
            return
        assert found.pop("Year not known", 0) == unknown
        assert found == {str(year): count for year, count in counted.items()}
        (chart,) = section.xpath(".//svg[@role='img']")
        bars = chart.xpath("rect[@class='on']/@height")
        tallest = max(counted.values())
        assert [round(float(bar) * tallest / 120) for bar in bars] == [
            count for _, count in sorted(counted.items())
        ]
        assert chart.xpath("string(title)")
        assert chart.xpath("string(desc)") in told
        drawn.append(one)

    things = [(k, one) for k in ("topic", "country", "network") for one in sorted(practices[k])]
    for_all(things, fact)
    assert len(drawn) > 40


def test_timelines_of_cities(
    site: FlaskClient,
    release: OpenRelease,
    practices: dict[str, dict[str, set[str]]],
    years: dict[str, set[int]],
    running: set[str],
) -> None:
    """A city’s timeline has each of its practices once, drawn over the years in which it ran."""
    drawn = []

    def fact(city: str) -> None:
        own = practices["city"][city]
        (section,) = page(site, f"/city/{city}.html").xpath('//section[@aria-labelledby="years"]')
        told = numbers(section.xpath("string(p)"))
        unknown = sum(not years[practice] for practice in own)
        rows = section.xpath('.//div[@class="timeline"]/ul/li')
        if unknown == len(own):
            assert not rows
            return
        assert told[0] == len(own) - unknown
        assert {key(row.xpath("string(.//a/@href)")) for row in rows} == own
        assert len(rows) == len(own)
        axis = min(y for p in own for y in years[p]), max(y for p in own for y in years[p])
        assert told[1:3] == [*axis]
        whole = axis[1] - axis[0] + 1
        for row in rows:
            practice = key(row.xpath("string(.//a/@href)"))
            blocks = row.xpath(".//svg/rect")
            covered: set[int] = set()
            for block in blocks:
                start, wide = (float(block.get(name)[:-1]) * whole / 100 for name in ("x", "width"))
                covered.update(range(axis[0] + round(start), axis[0] + round(start + wide)))
            assert covered == years[practice], practice
            assert bool(row.xpath(".//svg/svg/path")) == (practice in running and bool(blocks))
            drawn.append(practice)

    for_all(sorted(practices["city"]), fact)
    assert len(drawn) > 150


def test_guidance_on_the_topics_of_a_place(
    site: FlaskClient, release: OpenRelease, practices: dict[str, dict[str, set[str]]]
) -> None:
    """Documents are named with the topics that they share with the place, most first."""
    index = [topic for topic in practices["topic"] if release.schemes.get(topic) == "index"]
    topics = {
        city: {topic for topic in index if practices["topic"][topic] & own}
        for city, own in practices["city"].items()
    }
    held = {one.key: one.topics for one in guides.all_of(release)}
    assert held == {
        one: {key(row["t"]) for row in ask(
            release,
            f"SELECT ?t {{ <{release.iris.thing('guidance', one)}> dcterms:subject ?t }}",
        )}
        for one in held
    }  # fmt: skip

    def fact(city: str) -> None:
        rows = page(site, f"/city/{city}.html").xpath('//section[@aria-labelledby="guidance"]//li')
        shared = []
        for row in rows:
            one = key(row.xpath("string(a/@href)"))
            both = {listing.label(release, "topic", t, "en") for t in held[one] & topics[city]}
            text = row.xpath("string(small)").rpartition(" · ")[2]
            assert set(text.strip().split(", ")) == both, one
            shared.append(len(both))
        most = sorted((len(t & topics[city]) for t in held.values()), reverse=True)
        assert shared == most[: len(rows)]
        assert len(rows) == min(6, sum(count > 0 for count in most))

    for_all(sorted(topics), fact)


def test_places_of_a_network_are_on_its_map(
    site: FlaskClient, release: OpenRelease, practices: dict[str, dict[str, set[str]]]
) -> None:
    """The map of a network has all of its members, with as many practices as they have."""
    query = "SELECT DISTINCT ?c ?n { ?m org:member ?c ; org:organization ?n }"
    members: dict[str, set[str]] = {}
    for row in ask(release, query):
        members.setdefault(key(row["n"]), set()).add(key(row["c"]))

    def fact(network: str) -> None:
        text = page(site, f"/network/{network}.html").xpath('string(//script[@class="map-places"])')
        if len(members[network]) > 1:
            placed = members[network] & release.positions.keys()
            assert all(f'/city/{city}"' in text for city in placed)

    for_all(sorted(members), fact)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[FlaskClient]:
    """Serve a small release in which a city was assessed three times."""
    settings = small_sources(tmp_path)
    for row in load(table(settings, "assessments")):
        remove(settings, "assessments", row["key"])
    cells = {"kind": "report", "second_hand": "false", "sources": "https://example.org/a"}
    rows = [("2012", "48"), ("2016-05", "61.5"), ("2020-02", "")]
    for date, score in rows:
        add(
            settings,
            "assessments",
            key=f"lisbon-{date}-report",
            city="lisbon",
            date=date,
            score=score,
            read_on="2026-11-27",
            **cells,
        )
    assert load(table(settings, "assessments"))
    assert build_release(settings).report.conforms
    with application(settings) as client:
        yield client


def test_results_by_date(small: FlaskClient) -> None:
    """Scores stand by date with their values; where none is published there is a ring."""
    (chart,) = page(small, "/city/lisbon.html").xpath(
        '//section[@aria-labelledby="assessments"]//svg'
    )
    assert chart.xpath("text/text()") == ["48%", "2012", "61.5%", "May 2016", "February 2020"]
    assert len(chart.xpath('circle[@class="point"]')) == 2
    assert len(chart.xpath('circle[@class="ring"]')) == 1
    told = " ".join(chart.xpath("string(desc)").split())
    assert told == "2012: 48%; May 2016: 61.5%; February 2020: no score published"


def test_no_chart_of_one_result(site: FlaskClient, release: OpenRelease) -> None:
    """Only cities with two dates or more have a chart of their results."""
    dates: dict[str, set[str]] = {}
    for row in ask(release, "SELECT ?c ?d { ?a a icc:Assessment ; icc:city ?c ; dcterms:date ?d }"):
        dates.setdefault(key(row["c"]), set()).add(row["d"])
    several = [city for city, found in dates.items() if len(found) > 1]
    assert several

    def fact(city: str) -> None:
        charts = page(site, f"/city/{city}.html").xpath(
            '//section[@aria-labelledby="assessments"]//svg[@role="img"]'
        )
        assert len(charts) == (city in several)
        for chart in charts:
            assert len(chart.xpath("circle")) == len(dates[city])

    for_all(sorted(dates), fact)
