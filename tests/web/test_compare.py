"""`/compare`: what stands side by side is what the release states, as a page, JSON and CSV."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import lxml.html
import pytest
from flask.testing import FlaskClient

from iccgraph.serve.dataset import listing
from iccgraph.serve.dataset.comparison import NAMED, compare
from iccgraph.serve.dataset.nearby import EARTH_KM
from iccgraph.serve.dataset.open import OpenRelease
from tests.for_all import for_all
from tests.web.client import Client, accept
from tests.web.rows import ask

FOUR = ("barcelona", "sabadell", "lisbon", "berlin")
PAIRS = (
    ("barcelona", "sabadell"),
    ("bergen", "leeds"),
    ("berlin", "limassol"),
    ("albufeira", "oslo"),
)
OF_CITY = "?p a icc:Practice ; icc:city/schema:containedInPlace* <{}> ."


@pytest.fixture(scope="module")
def client(live: str) -> Iterator[Client]:
    """Ask the live server."""
    found = Client(live)
    yield found
    found.close()


def address(*cities: str, ending: str = "", scheme: str = "") -> str:
    """Return the path of a comparison."""
    pairs = [f"city={city}" for city in cities] + ([f"scheme={scheme}"] if scheme else [])
    return f"/compare{ending}?{'&'.join(pairs)}"


def page(site: FlaskClient, path: str) -> lxml.html.HtmlElement:
    """Return a page as a tree."""
    found = site.get(path, headers={"Accept": "text/html"})
    assert found.status_code == 200, path
    return lxml.html.fromstring(found.text)


def key(iri: str) -> str:
    """Return the key at the end of an IRI."""
    return iri.rpartition("/")[2]


def one(release: OpenRelease, query: str) -> int:
    """Return the number that a query counts."""
    return int(ask(release, query)[0]["n"])


@pytest.mark.parametrize("scheme", ["index", "website"])
@pytest.mark.parametrize("cities", [*PAIRS, FOUR])
def test_data_is_what_the_release_states(
    site: FlaskClient, release: OpenRelease, cities: tuple[str, ...], scheme: str
) -> None:
    """Practices, those that run, topics, memberships, assessments and population of each city."""
    found = site.get(address(*cities, ending=".json", scheme=scheme)).get_json()
    assert [city["key"] for city in found["cities"]] == [*cities]
    assert (found["release"], found["scheme"]) == (release.name, scheme)

    def fact(city: dict[str, Any]) -> None:
        of_city, iri = OF_CITY.format(city["iri"]), city["iri"]
        practices = city["practices"]
        count = f"SELECT (COUNT(DISTINCT ?p) AS ?n) {{ {of_city}"
        assert practices["count"] == one(release, f"{count} }}")
        assert practices["ongoing"] == one(release, f"{count} ?p icc:ongoing true }}")
        dated = "?p icc:firstYear|icc:lastYear|icc:year ?y"
        assert practices["count"] - practices["year_not_known"] == one(
            release, f"{count} {dated} }}"
        )
        topics = ask(
            release,
            f"SELECT ?t (COUNT(DISTINCT ?p) AS ?n) {{ {of_city} ?p dcterms:subject ?t ."
            f" ?t skos:inScheme <{release.iris.thing('scheme', scheme)}> }} GROUP BY ?t",
        )
        expected = {key(row["t"]): int(row["n"]) for row in topics}
        assert {k: v["practices"] for k, v in city["topics"].items()} == expected
        for share in city["topics"].values():
            assert abs(share["share"] - share["practices"] / practices["count"]) < 0.0001
        members = ask(release, f"SELECT ?m ?n {{ ?m org:member <{iri}> ; org:organization ?n }}")
        assert {(row["key"], row["network"]) for row in city["memberships"]} == {
            (key(row["m"]), key(row["n"])) for row in members
        }
        assessed = ask(
            release,
            f"SELECT ?a ?d ?s {{ ?a a icc:Assessment ; icc:city <{iri}>"
            " OPTIONAL { ?a dcterms:date ?d } OPTIONAL { ?a icc:score ?s } }",
        )
        assert {(row["key"], row["date"], row["score"]) for row in city["assessments"]} == {
            (key(row["a"]), row["d"] or None, float(row["s"]) if row["s"] else None)
            for row in assessed
        }
        population = ask(release, f"SELECT ?n {{ <{iri}> icc:population ?n }}")
        assert (city["population"] or {}).get("value") == (
            int(population[0]["n"]) if population else None
        )
        (country,) = ask(release, f"SELECT ?c {{ <{iri}> icc:country ?c }}")
        assert city["country"] == key(country["c"])

    for_all(found["cities"], fact)
    held = {city["key"]: city["topics"].keys() for city in found["cities"]}
    assert {row["key"] for row in found["topics"]} == set().union(*held.values())
    for row in found["topics"]:
        assert row["cities"] == [city for city in cities if row["key"] in held[city]]
        assert row["shared_by_all"] == (len(row["cities"]) == len(cities))


def test_distances(site: FlaskClient, release: OpenRelease) -> None:
    """Each two cities are as far apart as the spherical law of cosines says."""
    found = site.get(address(*FOUR, ending=".json")).get_json()["distances"]
    assert len(found) == 6
    for row in found:
        (south, west), (north, east) = (
            tuple(map(math.radians, release.positions[row[name]])) for name in ("from", "to")
        )
        cosine = math.sin(south) * math.sin(north)
        cosine += math.cos(south) * math.cos(north) * math.cos(east - west)
        assert abs(row["km"] - EARTH_KM * math.acos(cosine)) < 0.1, row
    shown = page(site, address(*FOUR)).xpath('//section[@aria-labelledby="distances"]//li')
    told = [int(re.sub(r"[^0-9]", "", row.xpath('string(span[@class="num"])'))) for row in shown]
    assert told == [round(row["km"]) for row in found]


@pytest.mark.parametrize("scheme", ["index", "website"])
@pytest.mark.parametrize("cities", [*PAIRS, FOUR])
def test_page_and_table_say_what_the_data_say(
    site: FlaskClient, release: OpenRelease, cities: tuple[str, ...], scheme: str
) -> None:
    """Every number of the page and of the table is that of the JSON."""
    data = site.get(address(*cities, ending=".json", scheme=scheme)).get_json()
    tree = page(site, address(*cities, scheme=scheme))
    rows = {
        row.xpath("string(th/a)") or row.xpath("string(th)"): [
            " ".join(cell.xpath("string()").split()) for cell in row.xpath("td")
        ]
        for row in tree.xpath('//table[contains(@class, "side-by-side")]/tbody/tr')
    }
    practices = [city["practices"] for city in data["cities"]]
    assert [int(cell.split()[0]) for cell in rows["Practices"]] == [p["count"] for p in practices]
    assert rows["Still running"] == [str(p["ongoing"]) for p in practices]
    assert rows["Year not known"] == [str(p["year_not_known"]) for p in practices]
    for cell, by_year in zip(rows["Years"], [p["by_year"] for p in practices], strict=True):
        ends = [min(by_year), max(by_year)] if by_year else ["Not known"]
        assert cell == "–".join(dict.fromkeys(ends))
    marked = {}
    for topic in data["topics"]:
        cells = rows[topic["name"]["en"]]
        counts = [city["topics"].get(topic["key"], {"practices": 0}) for city in data["cities"]]
        assert [int(cell.split()[0]) for cell in cells] == [c["practices"] for c in counts]
        for cell, count, whole in zip(cells, counts, practices, strict=True):
            if count["practices"]:
                part = (200 * count["practices"] + whole["count"]) // (2 * whole["count"])
                assert cell.split()[1] == f"{part}%"
        marked[topic["key"]] = topic["shared_by_all"]
    shared = tree.xpath('//tr[@class="shared"]/th/a/@href')
    assert {key(link) for link in shared} == {topic for topic, all_ in marked.items() if all_}
    table = list(
        csv.DictReader(io.StringIO(site.get(address(*cities, ending=".csv", scheme=scheme)).text))
    )
    assert [row["key"] for row in table] == [*cities]
    for row, city in zip(table, data["cities"], strict=True):
        assert (row["practices"], row["ongoing"], row["year_not_known"]) == tuple(
            str(city["practices"][name]) for name in ("count", "ongoing", "year_not_known")
        )
        topics = {name[6:]: int(value) for name, value in row.items() if name.startswith("topic_")}
        assert set(topics) == {t for t, of in release.schemes.items() if of == scheme}
        assert {topic: n for topic, n in topics.items() if n} == {
            topic: found["practices"] for topic, found in city["topics"].items()
        }
        assert row["iri"] == city["iri"]
        assert set(filter(None, row["networks"].split("|"))) == {
            found["network"] for found in city["memberships"]
        }
        apart = {name[6:]: value for name, value in row.items() if name.startswith("km_to_")}
        assert set(apart) == set(cities)
        assert apart[city["key"]] == ""


def test_practices_on_common_topics(site: FlaskClient, release: OpenRelease) -> None:
    """Each practice that is named is of the city and on the topic; the others are counted."""
    seen = []
    for cities in (*PAIRS[:2], FOUR):
        for fold in page(site, address(*cities)).xpath('//details[@class="common"]'):
            topic = fold.xpath("string(summary/text())").strip()
            for row in fold.xpath("dl/div"):
                links = row.xpath('.//a[contains(@href, "/practice/")]/@href')
                city = next(
                    c
                    for c in cities
                    if listing.label(release, "city", c, "en") == row.xpath("string(dt)")
                )
                iris = " ".join(f"<{release.iris.thing('practice', key(link))}>" for link in links)
                held = ask(
                    release,
                    f"SELECT DISTINCT ?p {{ VALUES ?p {{ {iris} }}"
                    f" {OF_CITY.format(release.iris.thing('city', city))}"
                    f' ?p dcterms:subject/skos:prefLabel "{topic}"@en }}',
                )
                assert len(held) == len(links) <= NAMED
                more = row.xpath('.//a[contains(@href, "practices?")]')
                assert len(more) == (len(links) == NAMED and bool(more))
                seen += links
    assert len(seen) > 50


def test_names_lead_to_keys(site: FlaskClient) -> None:
    """A city may be written by any of its names; the address with the keys is the one."""
    found = site.get("/compare?city=Barcelone&city=Genf&scheme=website")
    assert found.status_code == 302
    query = parse_qsl(urlsplit(found.location).query)
    assert query == [("city", "barcelona"), ("city", "geneva"), ("scheme", "website")]
    french = site.get("/fr/compare?city=Lisboa")
    assert french.location.endswith("/fr/compare?city=lisbon")
    assert site.get("/compare.csv?city=BARCELONA&city=oslo").location.startswith("/compare.csv?")


def test_the_order_is_that_of_the_address(site: FlaskClient) -> None:
    """Columns stand as they were asked for."""
    for cities in (FOUR, FOUR[::-1]):
        heads = page(site, address(*cities)).xpath(
            '(//table[contains(@class, "side-by-side")])[1]/thead//th/a[1]/@href'
        )
        assert [key(head) for head in heads] == [*cities]


def test_a_city_is_added_and_removed_by_links(site: FlaskClient) -> None:
    """Without a script, a form and links add a city, and a link at each removes it."""
    tree = page(site, address("barcelona", "sabadell", scheme="website"))
    (form,) = tree.xpath('//form[.//input[@id="add"]]')
    hidden = [(i.get("name"), i.get("value")) for i in form.xpath('.//input[@type="hidden"]')]
    assert hidden == [("city", "barcelona"), ("city", "sabadell"), ("scheme", "website")]
    removed = tree.xpath('//a[@class="remove"]')
    assert [link.get("href") for link in removed] == [
        "/compare?city=sabadell&scheme=website",
        "/compare?city=barcelona&scheme=website",
    ]
    assert removed[0].get("aria-label") == "Remove Barcelona"
    added = tree.xpath('//div[@class="picker"]//ul[@class="chips"]//a/@href')
    assert added
    for link in added:
        assert link.startswith("/compare?city=barcelona&city=sabadell&city=")
        assert site.get(link).status_code == 200
    assert not page(site, address(*FOUR)).xpath('//div[@class="picker"]')


def test_pages_of_cities_lead_to_a_comparison(site: FlaskClient, release: OpenRelease) -> None:
    """Each begins one, and pages of cities that are alike lead to one of both."""
    tree = page(site, "/city/barcelona.html")
    assert tree.xpath('//a[@href="/compare?city=barcelona"]')
    alike = tree.xpath('//ul[@class="alike"]/li')
    assert alike
    for row in alike:
        other = key(row.xpath("string(p[1]/a/@href)"))
        assert row.xpath(f'.//a[@href="/compare?city=barcelona&city={other}"]')


@pytest.mark.parametrize("cities", [(), ("barcelona",), ("barcelona", "barcelona")])
def test_too_few_cities_are_a_page_to_choose_on(site: FlaskClient, cities: tuple[str, ...]) -> None:
    """With no city or one the page says what to do and proposes cities; as data it is refused."""
    tree = page(site, address(*cities))
    assert tree.xpath('//input[@id="add"]')
    assert len(tree.xpath('//ul[@class="chips"]//a')) > 3
    assert not tree.xpath("//table")
    for ending in (".json", ".csv"):
        refused = site.get(address(*cities, ending=ending))
        assert refused.status_code == 400
        assert "write two to four" in refused.get_json()["detail"]


def test_a_city_named_twice_is_shown_once(site: FlaskClient) -> None:
    """The page says so; the data have it once."""
    path = address("barcelona", "bergen", "barcelona")
    tree = page(site, path)
    assert tree.xpath('string(//p[@class="notice"])') == (
        "Named more than once, shown once: Barcelona."
    )
    found = site.get(path.replace("/compare", "/compare.json")).get_json()
    assert [city["key"] for city in found["cities"]] == ["barcelona", "bergen"]
    assert not page(site, address("barcelona", "bergen")).xpath('//p[@class="notice"]')


@pytest.mark.parametrize("count", [5, 40])
def test_too_many_cities_are_refused(client: Client, release: OpenRelease, count: int) -> None:
    """More than four are 400, which leads to the first four."""
    cities = [one for kind, one in sorted(release.held_labels) if kind == "city"][:count]
    assert len(cities) == count
    four = "/compare?" + "&".join(f"city={city}" for city in cities[:4])
    refused = client.ask(address(*cities)[1:], headers=accept("text/html"))
    assert refused.status == 400
    tree = lxml.html.fromstring(refused.text)
    assert tree.xpath('//a[@class="button"]/@href') == [four]
    assert f"This address names {count} cities." in tree.xpath('string(//p[@class="lead"])')
    assert client.ask(four[1:], headers=accept("text/html")).status == 200
    problem = client.ask(address(*cities)[1:], headers=accept("application/json"))
    assert problem.status == 400
    assert problem.type == "application/problem+json"
    assert four in problem.json()["detail"]
    french = client.ask(f"fr{address(*cities)}", headers=accept("text/html"))
    assert (french.status, f"Cette adresse nomme {count} villes." in french.text) == (400, True)


def test_unknown_cities_are_refused_with_the_nearest(client: Client) -> None:
    """What is no city is 400; the page leads to the same comparison with each of the nearest."""
    refused = client.ask("compare?city=bergen&city=Barselona", headers=accept("text/html"))
    assert refused.status == 400
    tree = lxml.html.fromstring(refused.text)
    nearest = tree.xpath('//ul[@class="nearest"]//a/@href')
    assert nearest[0] == "/compare?city=bergen&city=barcelona"
    assert "The name “Barselona” is that of no city here" in tree.xpath(
        'string(//p[@class="lead"])'
    )
    problem = client.ask("compare.json?city=bergen&city=Barselona").json()
    assert problem["parameter"] == "city"
    assert problem["nearest"][0] == {"value": "barcelona", "label": "Barcelona"}
    strange = client.ask("compare?city=%3Cscript%3E&city=bergen", headers=accept("text/html"))
    assert strange.status == 400
    assert "<script>&" not in strange.text
    french = client.ask("fr/compare?city=Barselona", headers=accept("text/html")).text
    assert "Aucune ville de ce site ne s’appelle «\u00a0Barselona\u00a0»" in french


def test_unknown_schemes_and_parameters_are_refused(client: Client) -> None:
    """A list of topics that there is not is 400, and so is a parameter that is nearly one."""
    for query in ("scheme=themes", "citty=oslo", "scheme=index&scheme=website"):
        for ending in ("", ".json", ".csv"):
            refused = client.ask(f"compare{ending}?city=bergen&city=oslo&{query}")
            assert refused.status == 400, (query, ending)


def test_a_comparison_takes_few_questions(release: OpenRelease) -> None:
    """It reads no whole table, and asks the index as often for four busy cities as for others."""
    steps: list[str] = []
    release.index.set_trace_callback(steps.append)
    compare(release, FOUR, "index")
    release.index.set_trace_callback(None)
    asked = [step for step in steps if "reference" in step]
    assert len(asked) == len(FOUR)
    for statement in asked:
        plan = release.index.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert not [row[3] for row in plan if row[3].startswith("SCAN")]
