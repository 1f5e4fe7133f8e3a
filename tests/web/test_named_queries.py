"""The example queries at addresses of their own: formats, forms, wrong values, hostile values."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.for_all import for_all
from tests.web.client import Answer, Client, accept

HTML, PROBLEM = "text/html", "application/problem+json"
RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "html": HTML,
}
GRAPHS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "html": HTML,
}
HOSTILE = {
    "end of a text": '"} } #',
    "end of an IRI": "city:x> <urn:y> } #",
    "service": '" } SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } { "',
    "variable": "?city",
    "line breaks": "a\r\nb\n\n",
    "null": "a\x00b",
    "escapes": "\\u0022 } \\",
    "markup": '"><script>alert(1)</script>',
    "direction": "\u202eabc\u2066",
    "zero width": "\u200b\ufeff",
    "braces": "{{7*7}}{% x %}${x}",
    "path": "../../etc/passwd",
    "number": "1e999",
    "long": "x" * 6_000,
}


def listed(client: Client) -> list[dict[str, Any]]:
    """Return the queries as programs are told of them."""
    found: list[dict[str, Any]] = client.ask("queries.json").json()["queries"]
    return found


def page(client: Client, path: str) -> Answer:
    """Return a page in English."""
    return client.ask(f"en/{path}", headers=accept(HTML))


def shown(answer: Answer) -> str:
    """Return the words of a page."""
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main")[0])
    return " ".join(html.unescape(text).split())


def test_every_query_in_every_format(client: Client) -> None:
    """Each has its own address, where it answers in each format that fits, by ending and Accept."""
    queries = listed(client)
    assert len(queries) >= 85

    def fact(query: dict[str, Any]) -> None:
        if query["asks"]:
            return
        path = f"queries/{query['name']}"
        offers = RESULTS if query["type"] in ("SELECT", "ASK") else GRAPHS
        for ending, media_type in offers.items():
            found = client.ask(f"{path}.{ending}")
            assert (found.status, found.type) == (200, media_type)
            assert found.body
            assert client.ask(path, headers=accept(media_type)).type == media_type
        assert client.ask(path).type == next(iter(offers.values()))
        other = "csv" if offers is GRAPHS else "ttl"
        assert client.ask(f"{path}.{other}").status == 404
        assert client.ask(path, headers=accept("image/png")).status == 406

    for_all(queries, fact)


def test_same_answer_as_the_endpoint(client: Client) -> None:
    """An answer is that of the query, sent to the endpoint."""
    queries = [q for q in listed(client) if not q["asks"] and q["type"] in ("SELECT", "ASK")]

    def fact(query: dict[str, Any]) -> None:
        asked = urlencode({"query": query["query"], "format": "csv"})
        assert client.ask(f"queries/{query['name']}.csv").body == client.ask(f"sparql?{asked}").body

    for_all(queries[::6], fact)


def test_list_for_programs(client: Client) -> None:
    """The list names title, text, parameters with types and defaults, and a template."""
    known = {query["name"]: query for query in listed(client)}
    city = known["practices-of-a-city"]
    assert city["title"] == {"en": "Practices of a city", "fr": "Pratiques d’une ville"}
    assert city["template"].endswith("/queries/practices-of-a-city{?city,language}")
    one, other = city["parameters"]
    assert (one["name"], one["type"], one["default"]) == ("city", "City", "barcelona")
    assert one["values"].endswith("/cities")
    assert other["choices"] == ["en", "fr"]
    (year,) = known["practices-since-a-year"]["parameters"]
    assert (year["default"], year["minimum"], year["maximum"]) == ("2020", 1900, 2100)
    names = known["a-city-by-any-name"]
    assert names["template"].endswith("{?name*}")
    assert len(names["parameters"][0]["default"]) == 5
    assert client.ask("queries", headers=accept("application/json")).json()["queries"] == [
        *known.values()
    ]


def test_list_for_people(client: Client) -> None:
    """The list has every question in its group, and finds those that have all words."""
    whole = page(client, "queries")
    for query in listed(client):
        assert f'href="/en/queries/{query["name"]}"' in whole.text
        assert html.escape(query["title"]["en"], quote=False) in whole.text
    found = page(client, "queries?q=network%20MAP").text
    assert 'href="/en/queries/map-of-a-network"' in found
    assert 'href="/en/queries/practices-of-a-city"' not in found
    assert "No question has these words." in shown(page(client, "queries?q=xyzzy"))
    french = client.ask("fr/queries", headers=accept(HTML)).text
    assert 'href="/fr/queries/practices-by-topic?language=fr"' in french
    assert "Questions toutes prêtes" in french


def test_values(client: Client) -> None:
    """A value in the address is one of the answer; by key or by any name."""
    path = "queries/members-of-a-network.csv?network="
    answers = [client.ask(path + quote(name)) for name in ("reci", "RECI")]
    assert [answer.status for answer in answers] == [200, 200]
    rows = [*csv.DictReader(io.StringIO(answers[0].text))]
    assert len(rows) > 5
    assert answers[0].body == answers[1].body != client.ask("queries/members-of-a-network.csv").body


def test_page(client: Client) -> None:
    """A page has the form filled in, the answer with links, the data, and the query behind it."""
    found = page(client, "queries/practices-of-a-city?city=lisbon")
    text = found.text
    assert "<title>Practices of a city: Lisbon" in text
    assert '<option value="lisbon" selected>Lisbon</option>' in text
    assert 'href="/en/practice/todos-walk-of-cultures"' in text
    assert 'href="/queries/practices-of-a-city.csv?city=lisbon"' in text
    assert "icc:city city:lisbon" in html.unescape(text)
    editor = re.search(r'href="(/en/sparql\?query=[^"#]+)#answer"', text)
    assert editor is not None
    opened = client.ask(html.unescape(editor[1])[1:], headers=accept(HTML))
    assert opened.status == 200
    assert "practice/todos-walk-of-cultures" in opened.text
    assert 'href="/en/queries/practices-of-a-city"' in page(client, "sparql").text


def test_page_of_each_kind_of_answer(client: Client) -> None:
    """A chart has bars, a map dots, a graph its text, ASK a word, and no row a sentence."""
    assert '<svg class="result-bar"' in page(client, "queries/practices-by-topic").text
    assert 'class="map-frame"' in page(client, "queries/map-of-a-network").text
    assert "schema:Project" in page(client, "queries/practices-in-schema-org").text
    assert "Yes, there is a match." in page(client, "queries/is-there-a-practice").text
    none = page(client, "queries/words-in-texts?word=xyzzy")
    assert (none.status, "the answer has no rows" in shown(none)) == (200, True)


def test_other_endpoints_are_asked_on_demand(client: Client) -> None:
    """The page of a query that asks Wikidata shows the form and asks nobody until it is sent."""
    found = page(client, "queries/mayors")
    assert found.status == 200
    assert found.headers["cache-control"] == "no-store"
    assert "Ask Wikidata" in found.text
    assert 'id="answer"' not in found.text


def test_old_addresses(client: Client) -> None:
    """The key of an example, and the name of its file, lead to its name with all values."""
    for key in ("03-practices-of-barcelona", "practices-of-barcelona"):
        led = client.ask(f"queries/{key}.csv?city=oslo")
        assert (led.status, led.headers["location"]) == (
            301,
            "/queries/practices-of-a-city.csv?city=oslo",
        )
    led = client.ask("fr/queries/03-practices-of-barcelona", headers=accept(HTML))
    assert led.headers["location"] == "/fr/queries/practices-of-a-city"


@pytest.mark.parametrize(
    ("path", "value", "nearest"),
    [
        ("practices-of-a-city?city=lisbn", "lisbn", "lisbon"),
        ("practices-of-a-city.csv?city=Lisbonn", "Lisbonn", "lisbon"),
        ("practices-since-a-year?since=20200", "20200", "2100"),
        ("practices-of-a-city?citty=lisbon", "lisbon", "city"),
        ("guidance-on-a-topic?topic=website-edukation", "website-edukation", "website-education"),
    ],
)
def test_wrong_values(client: Client, path: str, value: str, nearest: str) -> None:
    """A wrong value or parameter is 400 with the nearest ones: as a problem, and on the page."""
    answer = client.ask(f"queries/{path}")
    assert (answer.status, answer.type) == (400, PROBLEM)
    told = answer.json()
    assert (told["value"], told["nearest"][0]["value"]) == (value, nearest)
    refused = page(client, f"queries/{path}")
    assert refused.status == 400
    link = re.search(r'<ul class="nearest">\s*<li><a href="([^"]+)"', refused.text)
    assert link is not None
    assert nearest in link[1]
    followed = html.unescape(link[1]).partition("#")[0][1:]
    assert client.ask(followed, headers=accept(HTML)).status == 200


def test_unknown_parameters_and_names(client: Client) -> None:
    """What is not there is said with what is; a parameter that stands twice is 400."""
    none = client.ask("queries/ongoing-practices?year=2020")
    assert (none.status, "takes none" in none.json()["detail"]) == (400, True)
    twice = client.ask("queries/practices-of-a-city?city=oslo&city=lisbon")
    assert (twice.status, "stands twice" in twice.json()["detail"]) == (400, True)
    many = client.ask("queries/a-city-by-any-name?" + "&".join(["name=x"] * 21))
    assert many.status == 400
    lost = client.ask("queries/practices-of-a-citty.csv")
    assert lost.status == 404
    assert lost.json()["nearest"][0]["url"].endswith("/queries/practices-of-a-city")
    assert (
        'href="/en/queries/practices-of-a-city"' in page(client, "queries/practice-of-a-city").text
    )
    assert client.ask("queries/practices-of-a-city", "POST", body=b"").status == 405


def test_hostile_values(client: Client) -> None:
    """No value of any parameter breaks out: it is answered, refused or too long, never run."""
    queries = [query for query in listed(client) if not query["asks"]]
    cases = [
        (query, parameter["name"], parameter["type"], what)
        for query in queries
        for parameter in query["parameters"]
        for what in HOSTILE
    ]
    assert len(cases) > 500

    def fact(case: tuple[dict[str, Any], str, str, str]) -> None:
        query, name, type_, what = case
        value = HOSTILE[what]
        path = f"queries/{query['name']}?{urlencode({name: value})}"
        answer = client.ask(path)
        if type_ in ("Text", "Texts") and what not in ("line breaks", "null", "long"):
            assert answer.status == 200
            assert answer.json()["results"]["bindings"] == []
        else:
            assert answer.status == (400 if value.strip() else 200), answer.text
            assert answer.type == PROBLEM
        refused = page(client, path)
        assert refused.status == answer.status
        assert "<script>alert" not in refused.text
        assert len(refused.text) < 200_000

    for_all(cases, fact)


def test_too_long(client: Client) -> None:
    """Values that make the address too long are refused before anything is read."""
    assert client.ask("queries/words-in-texts?word=" + "x" * 10_000).status in (400, 414)
    assert client.ask("queries/words-in-texts?word=" + "x" * 60_000).status == 414
    assert client.ask("queries/words-in-texts?word=%ff").status == 400


def test_stored_and_known(client: Client) -> None:
    """An answer has a tag by which it is known again, and says what it is in each other format."""
    path = "queries/practices-of-a-city.csv?city=bergen"
    first = client.ask(path)
    assert client.ask(path, headers={"If-None-Match": first.headers["etag"]}).status == 304
    assert client.ask(path.replace("bergen", "oslo")).headers["etag"] != first.headers["etag"]
    site = client.ask("reconcile").json()["documentation"].removesuffix("reconcile")
    alternates = first.links("alternate")
    assert {media_type for _, media_type in alternates} == {*RESULTS.values()}
    for address, media_type in alternates:
        assert client.ask(address.removeprefix(site)).type == media_type


def test_interface(client: Client) -> None:
    """The description of the interface has each query with its parameters."""
    paths = client.ask("openapi.json").json()["paths"]
    for query in listed(client):
        asked = paths[f"/queries/{query['name']}"]["get"]["parameters"]
        assert [p["name"] for p in asked] == [p["name"] for p in query["parameters"]]
    (year,) = paths["/queries/practices-since-a-year"]["get"]["parameters"]
    bounds = {"type": "integer", "minimum": 1900, "maximum": 2100, "default": 2020}
    assert year["schema"] == bounds
