"""Every page leads on: practices, places and topics next to a thing, and true reasons for each."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal

from iccgraph.languages import collation_key
from iccgraph.publish.pipeline import build_release
from iccgraph.serve.dataset import listing, related
from iccgraph.serve.dataset.nearby import EARTH_KM
from iccgraph.serve.dataset.open import OpenRelease
from iccgraph.serve.pages.words import language_name
from tests.for_all import for_all
from tests.unit.support import small_sources
from tests.web.app import application

SCHEMES = ("index", "website")


def page(site: FlaskClient, path: str) -> lxml.html.HtmlElement:
    """Return a page as a tree."""
    found = site.get(path)
    assert found.status_code == 200, path
    return lxml.html.fromstring(found.text)


def keys(release: OpenRelease, kind: str) -> list[str]:
    """Return the keys of all things of a kind."""
    rows = release.index.execute("SELECT key FROM thing WHERE kind = ?", (kind,)).fetchall()
    assert rows
    return [key for (key,) in rows]


def topics(release: OpenRelease, practice: str, scheme: str = "index") -> frozenset[str]:
    """Return what the topics of a practice are called."""
    _, found = related.topics_of(release, practice, scheme)
    return frozenset(listing.label(release, "topic", topic, "en") for topic in found)


def cities(release: OpenRelease, practice: str) -> set[str]:
    """Return the cities of a practice."""
    query = (
        "SELECT c.city FROM thing g JOIN practice_city c ON c.practice = g.id"
        " WHERE g.kind = 'practice' AND g.key = ?"
    )
    return {city for (city,) in release.index.execute(query, (practice,))}


def apart(release: OpenRelease, here: str, there: str) -> float:
    """Return the kilometres between two cities by the spherical law of cosines."""
    (south, west), (north, east) = (
        tuple(map(math.radians, release.positions[city])) for city in (here, there)
    )
    cosine = math.sin(south) * math.sin(north)
    cosine += math.cos(south) * math.cos(north) * math.cos(east - west)
    return EARTH_KM * math.acos(min(1.0, cosine))


def listed(tree: lxml.html.HtmlElement, heading: str) -> list[tuple[str, str]]:
    """Return the key of each practice below a heading, and what is said of it."""
    rows = tree.xpath(f'//section[@aria-labelledby="{heading}"]//ul[@class="next"]/li')
    return [
        (
            row.xpath("string(a/@href)").rpartition("/")[2],
            " ".join(row.xpath("string(small)").split()),
        )
        for row in rows
    ]


def test_no_practice_is_a_dead_end(site: FlaskClient, release: OpenRelease) -> None:
    """The page of every practice leads to three others or more, each once and never to itself."""

    def fact(key: str) -> None:
        tree = page(site, f"/practice/{key}.html")
        links = tree.xpath('//section[@aria-labelledby="onward"]//ul[@class="next"]/li/a/@href')
        others = [link.rpartition("/")[2] for link in links]
        assert len(others) >= 3, key
        assert len(others) == len(set(others)), key
        assert key not in others

    for_all(keys(release, "practice"), fact)


def test_reasons_are_true(site: FlaskClient, release: OpenRelease) -> None:
    """A practice has the topics that it is said to share, and is as far away as is told."""
    measured = []

    def fact(key: str) -> None:
        tree, own, here = (
            page(site, f"/practice/{key}.html"),
            topics(release, key),
            cities(release, key),
        )
        for group in ("near", "alike", "elsewhere"):
            for other, why in listed(tree, group):
                shared = [name for name in own if name in why]
                assert shared, (key, other, why)
                assert set(shared) <= topics(release, other), (key, other)
        for other, why in listed(tree, "near"):
            told = re.search(r"([\d,]+) km away", why)
            if told is None:
                continue
            told_km = float(told[1].replace(",", ""))
            nearest = min(
                apart(release, one, two)
                for one in here & set(release.positions)
                for two in cities(release, other) & set(release.positions)
            )
            assert abs(told_km - nearest) <= 1, (key, other)
            measured.append(told_km)
        for other, _ in listed(tree, "here"):
            assert here & cities(release, other)

    for_all(keys(release, "practice")[::3], fact)
    assert len(measured) > 100


def test_the_nearest_come_first(site: FlaskClient, release: OpenRelease) -> None:
    """Practices on the same topics stand in the order of their distance."""
    for key in ("surf-art", "espai-avinyo", *keys(release, "practice")[:20]):
        told = [
            float(re.sub("[^0-9]", "", distance[1]))
            for _, why in listed(page(site, f"/practice/{key}.html"), "near")
            if (distance := re.search(r"([\d,]+) km away", why))
        ]
        assert all(one <= two for one, two in pairwise(told)), key


def test_neighbours(site: FlaskClient, release: OpenRelease) -> None:
    """Every city leads to the nearest places with practices; none with practices is nearer."""
    counts = release.practice_counts["city"]

    def fact(city: str) -> None:
        near = related.neighbours(release, city, 6)
        if city not in release.positions:
            assert near == []
            return
        own = set(listing.places_within(release, city)) | {city}
        own |= {other for other in counts if city in listing.places_within(release, other)}
        others = [other for other in counts if other in release.positions and other not in own]
        nearest = sorted((apart(release, city, other), other) for other in others)[:6]
        assert [key for key, _ in near] == [key for _, key in nearest]
        for (_, km), (again, _) in zip(near, nearest, strict=True):
            assert abs(km - again) < 0.01

    for_all(keys(release, "city"), fact)
    rows = page(site, "/city/albufeira.html").xpath('//section[@aria-labelledby="places-near"]//li')
    assert [" ".join(row.xpath("string()").split()) for row in rows[:2]] == [
        "Portimão 26 km away 2 practices: Portimão",
        "Setúbal 169 km away 3 practices: Setúbal",
    ]


def test_every_city_and_country_leads_to_practices(site: FlaskClient, release: OpenRelease) -> None:
    """No page of a place is without a practice or a place with practices to go to."""

    def fact(path: str) -> None:
        tree = page(site, path)
        found = tree.xpath(
            '//ul[@class="next" or @class="cards"]//a[contains(@href, "/practice/")]'
        )
        found += tree.xpath('//ul[@class="rows"]//a[contains(@href, "practices?city=")]')
        assert found, path

    places = [f"/{kind}/{key}.html" for kind in ("city", "country") for key in keys(release, kind)]
    for_all(places, fact)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_similarity_is_symmetric_and_ignores_size(release: OpenRelease, scheme: str) -> None:
    """Two cities are as much alike seen from either, by their topics alone."""
    of_city = release.city_topics[scheme]
    seen = {
        (city, row.city): row
        for city in of_city
        for row in related.similar(release, city, scheme, len(of_city))
    }
    assert len(seen) > 500
    for (city, other), row in seen.items():
        assert row.shared == of_city[city] & of_city[other]
        assert row.score == len(row.shared) / len(of_city[city] | of_city[other])
        if back := seen.get((other, city)):
            assert (back.score, back.shared) == (row.score, row.shared)
        else:  # seen from there, others share more than this one topic
            assert len(row.shared) < related.ENOUGH
    busiest = max(release.practice_counts["city"].items(), key=lambda pair: pair[1])[0]
    first = [
        related.similar(release, city, scheme, 1)[0].city for city in of_city if city != busiest
    ]
    assert first.count(busiest) < len(first) / 4


def test_similar_cities_are_told_with_their_topics(site: FlaskClient, release: OpenRelease) -> None:
    """A page names the topics that both cities have, and links to the practices on just these."""

    def fact(city: str) -> None:
        rows = page(site, f"/city/{city}.html").xpath('//ul[@class="alike"]/li')
        order = []
        for row in rows:
            other = row.xpath("string(p[1]/a/@href)").rpartition("/")[2]
            shared = release.city_topics["index"][city] & release.city_topics["index"][other]
            named = [link.rpartition("/")[2] for link in row.xpath('p[@class="names"]/a/@href')]
            assert set(named) == shared, (city, other)
            query = parse_qs(urlsplit(row.xpath("string(p[3]/a/@href)")).query)
            assert query == {"city": [other], "topic": sorted(shared)}
            either = release.city_topics["index"][city] | release.city_topics["index"][other]
            assert f"{len(shared)} of {len(either)} topics in common" in row.xpath("string(p[1])")
            label = listing.label(release, "city", other, "en")
            order.append((-len(shared) / len(either), collation_key(label)))
        assert order == sorted(order), city

    for_all(sorted(release.city_topics["index"]), fact)


def test_one_common_topic_is_not_called_alike(site: FlaskClient, release: OpenRelease) -> None:
    """A city that shares a single topic with every other is told so."""
    single = [
        city
        for city in release.city_topics["index"]
        if (rows := related.similar(release, city, "index", 1)) and len(rows[0].shared) == 1
    ]
    assert single
    for city in single:
        text = site.get(f"/city/{city}.html").text
        assert "too little to call them alike" in text
        assert "Cities that work on the same topics" not in text


def test_a_list_of_topics_has_its_topics(site: FlaskClient, release: OpenRelease) -> None:
    """The page of a topic scheme links every topic of it, with its number of practices."""
    for scheme in SCHEMES:
        links = page(site, f"/scheme/{scheme}.html").xpath('//ul[@class="chips"]//a')
        linked = {link.get("href").rpartition("/")[2]: link for link in links}
        assert set(linked) == {key for key, of in release.schemes.items() if of == scheme}
        for key, link in linked.items():
            if count := len(release.rows.facet("topic").get(key, ())):
                assert link.xpath('string(span[@class="tally"])') == str(count)


def test_links_of_cities_and_topics_have_their_numbers(
    site: FlaskClient, release: OpenRelease
) -> None:
    """The list has the same numbers of practices as the table of all links."""
    query = "SELECT city || '/' || topic, practices FROM city_topic WHERE scheme = ?"
    for scheme in SCHEMES:
        tiles = page(site, f"/city-topics.html?size=1000&scheme={scheme}").xpath(
            '//ul[@class="tiles"]/li'
        )
        told = {
            tile.xpath("string(a/@href)").partition("/city-topic/")[2]: int(
                tile.xpath('string(span[@class="tile-count"])').split()[0]
            )
            for tile in tiles
        }
        assert told == dict(release.index.execute(query, (scheme,)))


@pytest.mark.parametrize(
    "path",
    ["/", "/cities", "/catalogue", "/data/", "/links", "/sparql", "/def", "/topic/education"],
)
def test_every_page_links_the_other_language(site: FlaskClient, path: str) -> None:
    """The head of a page leads to the same page in French."""
    found = site.get(path, headers={"Accept": "text/html", "Accept-Language": "en"})
    links = lxml.html.fromstring(found.text).xpath('//ul[@class="languages"]//a')
    assert [(link.text, link.get("href")) for link in links] == [("Français", f"/fr{path}")]


def test_questions_read_no_whole_table(release: OpenRelease) -> None:
    """Practices are found by indexes; of a city and a topic only the first are looked at."""
    steps: list[str] = []
    city = max(release.practice_counts["city"], key=release.practice_counts["city"].__getitem__)
    release.index.set_trace_callback(steps.append)
    found = related.practices_of(release, [city], ["education"])
    on_topic = related.practices_on(release, ["education", "participation"])
    related.timed(release, [one.number for one in on_topic])
    release.index.set_trace_callback(None)
    assert len(found[city]) <= related.MOST_READ
    assert len(on_topic) <= 2 * related.MOST_READ
    assert len(steps) == 3
    for statement in steps:
        plan = release.index.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        scanned = [row[3] for row in plan if row[3].startswith("SCAN")]
        assert all("VIRTUAL TABLE" in step for step in scanned), scanned


def test_marks_lead_to_the_graph_of_the_assignment(site: FlaskClient) -> None:
    """“Assigned by iccgraph” of a topic of the website leads to the graph that says so."""
    for key, graph in (
        ("website-education", "website-assignments"),
        ("education", "assignments"),
    ):
        tree = page(site, f"/topic/{key}.html")
        for section in ("practices", "guidance"):
            marks = tree.xpath(f'//section[@aria-labelledby="{section}"]/p[@class="said"]/a/@href')
            assert f"/catalogue#graph-{graph}" in marks, (key, section)
    tree = page(site, "/country/es.html?scheme=website")
    (mark,) = tree.xpath('//section[@aria-labelledby="topics"]//a[@class="by"]/@href')
    assert mark == "/catalogue#graph-website-assignments"


def test_details_are_folded(site: FlaskClient) -> None:
    """The evidence of an identity and the data behind a page are there when they are asked for."""
    tree = page(site, "/city/barcelona.html")
    (matched,) = tree.xpath('//details[@class="matched"]')
    assert "certainty" in matched.xpath("string()")
    assert matched.xpath('.//a[@href="/links"]')
    assert "open" not in matched.attrib
    (behind,) = page(site, "/practice/espai-avinyo.html").xpath('//details[@class="behind"]')
    assert "2011/.." in behind.xpath("string()")


def test_times_are_readable(site: FlaskClient) -> None:
    """A practice begins with when it was in words; the source's own words are below."""
    tree = page(site, "/practice/espai-avinyo.html")
    assert tree.xpath('string(//p[@class="dates"]/strong)') == "Since 2011, still running"
    assert "2011 - ongoing" in tree.xpath('string(//details[@class="behind"])')
    french = page(site, "/fr/practice/espai-avinyo")
    assert french.xpath('string(//p[@class="dates"]/strong)') == "Depuis 2011, toujours en cours"


def test_sources_are_named_with_their_language(site: FlaskClient) -> None:
    """A source says in which language it is, and in which one it was read if that is another."""
    text = page(site, "/practice/improving-equality-data-collection-in-belgium.html").xpath(
        "string(//article)"
    )
    words = " ".join(text.split())
    assert "The programme’s list, in English" in words
    assert "we read it in Serbian" in words
    assert "Poboljšanje prikupljanja podataka o jednakosti u Belgiji (Serbian (Latin))" in words


def test_languages_have_names(release: OpenRelease) -> None:
    """Every language of a name or title has a name itself, in each language of the pages."""
    quads = release.store.quads_for_pattern(None, None, None, None)
    tags = {quad.object.language for quad in quads if isinstance(quad.object, Literal)} - {None}
    assert len(tags) > 20
    unnamed = {
        tag for tag in tags for lang in ("en", "fr") if tag and language_name(tag, lang) == tag
    }
    assert unnamed == set()
    assert language_name("sr-Latn", "fr") == "serbe (latin)"
    assert language_name("qqq", "fr") == "qqq"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Serve a release in which most topics have no practice."""
    settings = small_sources(tmp_path_factory.mktemp("small"))
    assert build_release(settings).report.conforms
    with application(settings) as client:
        yield client


def test_an_empty_topic_leads_to_its_neighbours(small: FlaskClient) -> None:
    """A topic without practices shows those of the topics that it is mapped to."""
    text = html.unescape(small.get("/topic/website-education.html").text)
    assert "No practice is filed under this topic." in text
    tree = lxml.html.fromstring(text)
    found = tree.xpath('//section[@aria-labelledby="practices"]//ul[@class="next"]//a/@href')
    assert found
    assert all(link.startswith("/practice/") for link in found)
