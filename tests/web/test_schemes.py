"""The two schemes of topics are never mixed: every list, page, table and count takes one."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.web.client import Client, accept, rows, sparql

ID = "https://w3id.org/iccgraph/id/"
PREFIXES = """
PREFIX icc: <https://w3id.org/iccgraph/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def assigned() -> list[dict[str, str]]:
    """Return the rows of the table of assignments."""
    with (ROOT / "data" / "topic-assignments.csv").open(encoding="utf-8") as table:
        found = list(csv.DictReader(table))
    assert found
    return found


def listed(client: Client, path: str) -> list[dict[str, str]]:
    """Return the rows of a list as CSV."""
    answer = client.ask(path)
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


def test_every_practice_has_topics_of_both_schemes(live: str) -> None:
    """No practice is without a theme of the Index, or without a topic of the website."""
    for scheme in ("index", "website"):
        query = f"""{PREFIXES}SELECT ?practice {{ ?practice a icc:Practice
            FILTER NOT EXISTS {{ ?practice dcterms:subject ?topic .
            ?topic skos:inScheme <{ID}scheme/{scheme}> }} }}"""
        assert rows(sparql(live, query)) == []


def test_assignments_are_those_of_the_table(live: str) -> None:
    """Each row of the table is one assignment in its own graph, with its words or without."""
    query = f"""{PREFIXES}SELECT ?practice ?topic ?because {{
        GRAPH <https://w3id.org/iccgraph/graph/website-assignments> {{
        ?practice icc:topicAssignment ?node ; dcterms:subject ?topic .
        ?node icc:assignedTopic ?topic OPTIONAL {{ ?node icc:because ?because }} }} }}"""
    stated = {
        (row["practice"], row["topic"], row.get("because", "")) for row in rows(sparql(live, query))
    }
    written = {
        (f"{ID}practice/{row['practice']}", f"{ID}topic/{row['topic']}", row["because"])
        for row in assigned()
    }
    assert stated == written


@pytest.mark.parametrize("scheme", ["index", "website"])
def test_lists_are_of_one_scheme(live: str, client: Client, scheme: str) -> None:
    """Topics and their links with cities are listed for one scheme, the themes by default."""
    query = f"""{PREFIXES}SELECT ?topic {{ ?topic skos:inScheme <{ID}scheme/{scheme}> }}"""
    topics = {row["topic"] for row in rows(sparql(live, query))}
    asked = "" if scheme == "index" else f"?scheme={scheme}"
    assert {row["iri"] for row in listed(client, f"topics.csv{asked}")} == topics
    query = f"""{PREFIXES}SELECT ?link {{ ?link icc:scheme <{ID}scheme/{scheme}> }}"""
    links = {row["link"] for row in rows(sparql(live, query))}
    joined = "&" if asked else "?"
    assert {
        row["iri"] for row in listed(client, f"city-topics.csv{asked}{joined}size=1000")
    } == links


def test_links_have_the_scheme_of_their_topic(live: str) -> None:
    """A city-topic link says its scheme, which is that of its topic."""
    query = f"""{PREFIXES}SELECT ?link {{ ?link a icc:CityTopic ; dcterms:subject ?topic .
        FILTER NOT EXISTS {{ ?link icc:scheme ?scheme . ?topic skos:inScheme ?scheme }} }}"""
    assert rows(sparql(live, query)) == []


def test_counts_of_links_are_those_of_practices(live: str) -> None:
    """The four counts of a link are what counting the practices gives."""
    query = f"""{PREFIXES}SELECT ?practice ?city ?topic {{
        ?practice a icc:Practice ; icc:city ?city ; dcterms:subject ?topic }}"""
    of_topic: dict[str, set[str]] = {}
    of_city: dict[str, set[str]] = {}
    for row in rows(sparql(live, query)):
        of_topic.setdefault(row["topic"], set()).add(row["practice"])
        of_city.setdefault(row["city"], set()).add(row["practice"])
    everything = set().union(*of_city.values())
    query = f"""{PREFIXES}SELECT ?city ?topic ?here ?city_all ?there ?all {{
        ?link icc:city ?city ; dcterms:subject ?topic ; icc:practiceCount ?here ;
          icc:cityPracticeCount ?city_all ; icc:practiceCountElsewhere ?there ;
          icc:allPracticeCountElsewhere ?all }}"""
    links = rows(sparql(live, query))
    assert links
    wrong = []
    for row in links:
        city, topic = of_city[row["city"]], of_topic[row["topic"]]
        counted = (len(city & topic), len(city), len(topic - city), len(everything - city))
        if counted != tuple(int(row[name]) for name in ("here", "city_all", "there", "all")):
            wrong.append((row, counted))
    assert not wrong


def test_facets_are_of_one_scheme(client: Client) -> None:
    """The filter by topic offers the themes, or the topics of the scheme that is chosen."""
    counts = Counter(row["topic"] for row in assigned())
    default = client.ask("practices", headers=accept("text/html")).text
    chosen = client.ask("practices?scheme=website", headers=accept("text/html")).text
    for topic in counts:
        assert f"topic={topic}" not in default
        assert f"topic={topic}" in chosen
    assert "topic=welcoming-newcomers" in default
    assert "topic=welcoming-newcomers" not in chosen
    found = listed(client, "practices.csv?topic=website-roma&size=1000")
    assert len(found) == counts["website-roma"]


def test_pages_count_by_one_scheme(client: Client) -> None:
    """The page of a city shows its topics of one scheme, and leads to those of the other."""
    default = client.ask("city/barcelona", headers=accept("text/html")).text
    chosen = client.ask("city/barcelona?scheme=website", headers=accept("text/html")).text
    assert 'href="/city-topic/barcelona/education"' in default
    assert 'href="/city-topic/barcelona/website-education"' not in default
    assert 'href="/city/barcelona?scheme=website"' in default
    assert 'href="/city-topic/barcelona/website-education"' in chosen


def test_unknown_scheme(client: Client) -> None:
    """A scheme that there is not is 400, and the answer names those that there are."""
    for path in ("topics", "practices", "city/barcelona", "city-topics.csv"):
        answer = client.ask(f"{path}?scheme=none")
        assert answer.status == 400
        assert "index, website" in answer.text
