"""Who looks for practices by words, filters or nearness finds what there is, and is told if not."""

from __future__ import annotations

import csv
import html
import io
import math
import random
import re
from itertools import pairwise
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode

import pytest

from iccgraph.iris import fold
from tests.web.client import Answer, Client, accept, rows, sparql

PAGE = accept("text/html")
PREFIXES = """
PREFIX icc: <https://w3id.org/iccgraph/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX city: <https://w3id.org/iccgraph/id/city/>
PREFIX country: <https://w3id.org/iccgraph/id/country/>
PREFIX topic: <https://w3id.org/iccgraph/id/topic/>
PREFIX geo: <http://www.w3.org/2003/01/geo/wgs84_pos#>
"""
MEDIATION = "?practice dcterms:subject topic:mediation-and-conflict-resolution"
Parameters = list[tuple[str, str]]


def listed(client: Client, **parameters: str | list[str]) -> list[dict[str, str]]:
    """Return all practices of a list, in its order."""
    query = urlencode({"size": "1000", **parameters}, doseq=True)
    answer = client.ask(f"practices.csv?{query}")
    assert answer.status == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))


def title(row: dict[str, str]) -> str:
    """Return the title of a practice by which lists of data are ordered."""
    return row["title_en"] or row["title"]


def keys(client: Client, **parameters: str | list[str]) -> list[str]:
    """Return the keys of all practices of a list, in its order."""
    return [row["key"] for row in listed(client, **parameters)]


def asked(live: str, pattern: str) -> set[str]:
    """Return the keys of the practices that a graph pattern about `?practice` finds."""
    query = f"{PREFIXES} SELECT DISTINCT ?practice {{ ?practice a icc:Practice . {pattern} }}"
    return {row["practice"].rpartition("/")[2] for row in rows(sparql(live, query))}


def page(client: Client, path: str) -> str:
    """Return the text of a page."""
    answer = client.ask(path, headers=PAGE)
    assert answer.status == 200, answer.text
    return answer.text


@pytest.mark.parametrize(
    "words",
    [
        ("rumor", "rumour", "rumours", "RUMOURS"),
        ("antirumour", "anti-rumour", "antirumours", "anti‐rumours"),
        ("library", "libraries"),
        ("neighborhood", "neighbourhoods"),
        ("organisation", "organization"),
        ("école", "ecole", "écoles", "ÉCOLE", "e\u0301cole"),
        ("réfugié", "réfugiés", "refugies", "réfugiées"),
        ("emploi", "emplois"),
        ("Zürich", "zurich"),
        ("Castelló", "castello", "Castello\u0301", "Cas\u200btelló"),
    ],
)
def test_forms_of_a_word_find_the_same(client: Client, words: tuple[str, ...]) -> None:
    """Number, spelling, case, accents and unseen characters make no difference."""
    found = [set(keys(client, q=word)) for word in words]
    assert found[0]
    assert all(other == found[0] for other in found)


@pytest.mark.parametrize("word", ["école", "jeunes", "logement", "réfugiés", "emploi", "quartier"])
def test_french_words_find_practices(client: Client, word: str) -> None:
    """Readers of French find practices by their own words."""
    assert keys(client, q=word)


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("mediation", MEDIATION),
        ("Médiation et résolution des conflits", MEDIATION),
        ("Spain", "?practice icc:country country:es"),
        ("Espagne", "?practice icc:country country:es"),
        ("Barcelone", "?practice icc:city city:barcelona"),
        ("Spain education",
         "?practice icc:country country:es ; dcterms:subject topic:education"),
        ("Roma", "?practice dcterms:subject topic:website-roma"),
    ],
)  # fmt: skip
def test_names_of_topics_and_places_find_their_practices(
    client: Client, live: str, words: str, pattern: str
) -> None:
    """A word that is a label of a topic or the name of a place finds its practices too."""
    expected = asked(live, pattern)
    assert expected
    assert expected <= set(keys(client, q=words))


def test_titles_stand_before_texts(client: Client) -> None:
    """What has the words in its title stands before what has them in its texts only."""
    titles = [title(row).casefold() for row in listed(client, q="mediation")]
    having = ["mediation" in title for title in titles]
    assert any(having)
    assert not all(having)
    assert having == sorted(having, reverse=True)


def test_phrases_need_the_order(client: Client) -> None:
    """Words in quotation marks stand one after the other; the words alone find more."""
    phrase, swapped = keys(client, q='"public space"'), keys(client, q='"space public"')
    alone = keys(client, q="public space")
    assert phrase
    assert set(phrase) < set(alone)
    assert set(phrase).isdisjoint(swapped)
    assert keys(client, q="“public space”") == phrase


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Barselona", "Barcelona"),
        ("neigbourhood", "neighbourhood"),
        ("meidation", "mediation"),
        ("Reykjavk", "Reykjavík"),
        ("Barselona education", "Barcelona education"),
        ("Barsel", "Barcelona"),
    ],
)
def test_slips_are_told(client: Client, typed: str, meant: str) -> None:
    """A mistyped word finds nothing, and the page proposes what may have been meant."""
    assert keys(client, q=typed) == []
    text = page(client, f"practices?{urlencode({'q': typed})}")
    proposed = re.findall(r'<a href="[^"]*\?q=([^"&]+)">', text)
    assert fold(meant) in [fold(unquote_plus(html.unescape(one))) for one in proposed]


def test_words_that_say_nothing_are_left_out(client: Client) -> None:
    """A question finds what its telling words find."""
    asked_so = keys(client, q="how do cities welcome newcomers")
    assert asked_so == keys(client, q="cities welcome newcomers")
    assert asked_so


def test_hits_are_marked(client: Client) -> None:
    """Each hit shows where a word was found: in title or summary, a topic, or a piece of text."""
    text = page(client, "practices?q=rumours&size=1000")
    cards = re.findall(r'<article class="card">(.*?)</article>', text, re.DOTALL)
    assert len(cards) == len(keys(client, q="rumours"))
    marks = [re.findall("<mark>(.*?)</mark>", card) for card in cards]
    assert all(marks), [card for card, found in zip(cards, marks, strict=True) if not found]
    assert {word.casefold() for found in marks for word in found} >= {"rumour", "rumours"}


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("albufeira", ["/city/albufeira"]),
        ("Education", ["/topic/education"]),
        ("Espagne", ["/country/es"]),
        ("Spain education", ["/country/es", "/topic/education"]),
        ("Spanish Network", ["/network/reci"]),
    ],
)
def test_places_topics_and_networks_are_results(
    client: Client, words: str, paths: list[str]
) -> None:
    """A search leads to the places, countries, topics and networks that it names too."""
    text = page(client, f"practices?{urlencode({'q': words})}")
    found = re.search(r'<nav class="things".*?</nav>', text, re.DOTALL)
    assert found
    for path in paths:
        assert f'href="{path}"' in found[0]


SELECTIONS: list[tuple[Parameters, str]] = [
    ([("country", "es"), ("country", "pt")],
     "?practice icc:country ?c FILTER (?c IN (country:es, country:pt))"),
    ([("country", "es"), ("topic", "education"), ("topic", "language")],
     "?practice icc:country country:es ; dcterms:subject ?t"
     " FILTER (?t IN (topic:education, topic:language))"),
    ([("ongoing", "true")], "?practice icc:ongoing true"),
    ([("network", "reci")],
     "?practice icc:city ?c . ?m <http://www.w3.org/ns/org#member> ?c ;"
     " <http://www.w3.org/ns/org#organization> <https://w3id.org/iccgraph/id/network/reci>"),
    ([("kind", "borough")], "?practice icc:city/icc:kind icc:kind-borough"),
    ([("population", "from-500000")], "?practice icc:city/icc:sizeClass icc:size-from-500000"),
    ([("city", "none")], "FILTER NOT EXISTS { ?practice icc:city ?c }"),
    ([("language", "fr"), ("language", "pt")],
     "?practice dcterms:title ?t FILTER (lang(?t) IN ('fr', 'pt'))"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "pattern"),
    SELECTIONS,
    ids=lambda value: urlencode(value) if isinstance(value, list) else "",
)
def test_filters_are_those_of_the_graph(
    client: Client, live: str, parameters: Parameters, pattern: str
) -> None:
    """Several values of one filter mean any of them, several filters all: as a query finds."""
    expected = asked(live, pattern)
    assert expected
    answer = client.ask(f"practices.csv?{urlencode([*parameters, ('size', '1000')])}")
    found = {row["key"] for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}
    assert found >= expected
    if parameters[0][0] != "language":  # other titles have languages too
        assert found == expected


def test_ranges_of_years(client: Client) -> None:
    """A range finds what ran in any of its years; open ends reach as far as there are years."""
    single = [set(keys(client, year=str(year))) for year in range(2010, 2016)]
    ranged = set(keys(client, year="2010-2015"))
    assert ranged == set().union(*single)
    assert ranged > single[0]
    assert set(keys(client, year=[str(year) for year in range(2010, 2016)])) == ranged
    late, early, unknown = (set(keys(client, year=y)) for y in ("2016-", "-2015", "none"))
    everything = set(keys(client))
    assert late | early | unknown == everything
    assert unknown
    assert unknown.isdisjoint(late | early)
    both = set(keys(client, year=["2010-2015", "none"]))
    assert both == ranged | unknown


def test_counts_are_what_a_choice_gives(client: Client) -> None:
    """The number beside each value of each filter is how many practices its choice lists."""
    text = page(client, "practices?country=es&country=pt&q=city")
    links = re.findall(
        r'<li><a href="(/practices\?[^"]+)"(?: aria-current="true")?><span>[^<]*</span>'
        r' <span class="count">(\d+)</span>',
        text,
    )
    assert len(links) > 50
    named = {name for path, _ in links for name in re.findall(r"[?;](\w+)=", path)}
    assert len(named - {"q"}) >= 8
    chosen = {("country", "es"), ("country", "pt"), ("q", "city")}
    for path, count in links[::7]:
        query = html.unescape(path).partition("?")[2]
        ((name, _),) = chosen ^ set(parse_qsl(query))
        if name == "country":
            continue  # several values of one filter add up
        found = client.ask(f"practices.csv?{query}&size=1000").text.strip().split("\r\n")[1:]
        assert len(found) == int(count), path


def test_formats_have_the_same_list(client: Client) -> None:
    """HTML, JSON-LD and CSV of one address have the same practices; lists keep their order."""
    query = "country=es&country=pt&year=2010-2020&near=porto&sort=common&size=50"
    chosen: dict[str, str | list[str]] = {
        "country": ["es", "pt"],
        "year": "2010-2020",
        "near": "porto",
        "sort": "common",
    }
    in_csv = keys(client, **chosen)
    text = page(client, f"practices?{query}")
    in_page = re.findall(r'class="card-title"><a href="/practice/([^"]+)"', text)
    document = client.ask(f"practices.jsonld?{query}").text
    assert in_page == in_csv
    assert len(in_csv) > 5
    assert all(f"practice/{key}" in document for key in in_csv)
    assert f'"totalItems": {len(in_csv)}' in document


def distance(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the kilometres between two places, by the spherical law of cosines."""
    (a, b), (c, d) = (tuple(map(math.radians, place)) for place in (here, there))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return 6371.0088 * math.acos(min(1.0, cosine))


@pytest.fixture(scope="module")
def positions(live: str) -> dict[str, tuple[float, float]]:
    """Return the positions of cities by their keys."""
    query = (
        f"{PREFIXES} SELECT ?city ?lat ?lon {{ ?city a icc:City ; geo:lat ?lat ; geo:long ?lon }}"
    )
    return {
        row["city"].rpartition("/")[2]: (float(row["lat"]), float(row["lon"]))
        for row in rows(sparql(live, query))
    }


@pytest.mark.parametrize("here", ["barcelona", "albufeira", "montreal"])
def test_nearest_first(
    client: Client, positions: dict[str, tuple[float, float]], here: str
) -> None:
    """Practices near a city stand in the order of distance, ties by title."""
    found = listed(client, near=here)
    assert len(found) == len(keys(client))
    far = []
    for row in found:
        cities = [city for city in row["cities"].split("|") if city]
        far.append(min((distance(positions[here], positions[c]) for c in cities), default=9e9))
    assert far == sorted(far)
    ties = [(title(a), title(b)) for (x, a), (y, b) in pairwise(zip(far, found, strict=True))
            if x == y and a["cities"] == b["cities"] and "|" not in a["cities"]]  # fmt: skip
    assert ties
    assert all(fold(a) <= fold(b) for a, b in ties)


def test_most_in_common_first(client: Client) -> None:
    """`sort=common` counts the topics of a practice that the city's own practices have."""
    index = set(client.ask("topics.csv?size=1000").text.split("\r\n"))
    themes = {line.split(",")[1] for line in index if "," in line}
    here = {t for row in listed(client, city="leeds") for t in row["topics"].split("|")} & themes
    shared = [len(here & set(row["topics"].split("|")))
              for row in listed(client, near="leeds", sort="common")]  # fmt: skip
    assert shared == sorted(shared, reverse=True)
    assert shared[0] > shared[-1]


def test_pages_tell_the_distance(client: Client, positions: dict[str, tuple[float, float]]) -> None:
    """A page of practices near a city tells how far each is, in whole kilometres."""
    cards = page(client, "practices?near=lisbon&size=50").split('class="card-title">')[1:]
    table = {row["key"]: row["cities"].split("|") for row in listed(client)}
    for card in cards:
        cities = table[re.findall(r'href="/practice/([^"]+)"', card)[0]]
        far = min(distance(positions["lisbon"], positions[city]) for city in cities)
        told = re.search(r'class="far">([\d,]+) km away', card)
        assert int(told[1].replace(",", "") if told else 0) == pytest.approx(far, abs=1)


@pytest.mark.parametrize(("sort", "reverse"), [("newest", True), ("oldest", False)])
def test_orders_by_time(client: Client, sort: str, reverse: bool) -> None:
    """Practices stand by the year in which they began; those without one stand last."""
    years = [int(row["first_year"] or 0) for row in listed(client, sort=sort)]
    known = [year for year in years if year]
    assert known == sorted(known, reverse=reverse)
    assert years[: len(known)] == known
    assert len(known) < len(years)


BAD = [
    ("country=zz", "country", "cz"),
    ("country=Spian", "country", "es"),
    ("topic=educaton", "topic", "education"),
    ("year=abc", "year", "2010-2015"),
    ("year=2015-2010", "year", "2010-2015"),
    ("year=20100", "year", "2015"),
    ("city=barcelon", "city", "barcelona"),
    ("near=barcelon", "near", "barcelona"),
    ("sort=newst", "sort", "newest"),
    ("sort=distance", "sort", None),
    ("sort=match", "sort", None),
    ("scheme=none", "scheme", "website"),
    ("contry=es", "contry", "country"),
    ("page=99999", "page", None),
    ("page=0", "page", None),
    ("page=-1", "page", None),
    ("page=two", "page", None),
    ("page=1e3", "page", None),
    ("size=0", "size", None),
    ("ongoing=perhaps", "ongoing", "true"),
    ("topic=education&topic=website-roma", "topic", None),
    ("country=es&country=zz", "country", "cz"),
]


@pytest.mark.parametrize(("query", "parameter", "near"), BAD)
def test_unknown_choices_are_400(
    client: Client, query: str, parameter: str, near: str | None
) -> None:
    """A choice that there is not is 400 in every format, with the nearest that there are."""
    for path in ("practices", "practices.csv", "practices.jsonld", "practices.ttl"):
        answer = client.ask(f"{path}?{query}")
        assert (answer.status, answer.type) == (400, "application/problem+json"), path
        problem = answer.json()
        assert problem["parameter"] == parameter
        assert near is None or near in [one["value"] for one in problem["nearest"]]
    shown = client.ask(f"practices?{query}", headers=PAGE)
    assert (shown.status, shown.type) == (400, "text/html")
    if near is not None:
        assert f"{parameter}={near}" in html.unescape(shown.text) or near in shown.text


@pytest.mark.parametrize(
    ("address", "told", "near"),
    [
        ("en/practices?year=abc", "“abc” is not a year", "from 2010"),
        ("fr/practices?year=abc", "« abc » n’est ni une année", "Année inconnue"),
        ("fr/practices?began=2015-2010", "la première année vient après", "2010–2015"),
        ("en/practices?population=big", "filter “Size of the place”", "Size not known"),
        ("fr/practices?kind=commun", "filtre « Type de lieu »", "Commune"),
        ("fr/practices?ongoing=oui", "filtre « Toujours en cours »", "Terminée"),
        ("fr/practices?contry=es", "pas de filtre « contry »", "Pays"),
        ("fr/practices?sort=titel", "« titel »", "Les plus récentes"),
        ("en/practices?sort=distance", "choose the city that you are from", None),
        ("fr/practices?page=99", "La page 99 n’existe pas", "Page "),
        ("en/practices?near=barcelon", "no city called “barcelon”", "Barcelona"),
        ("fr/cities?sort=nom", "« nom »", "Avec pratiques d’abord"),
        ("fr/topics?scheme=webs", "liste de thèmes", "Thèmes du site du programme"),
    ],
)
def test_wrong_choices_are_told_in_plain_words(
    client: Client, address: str, told: str, near: str | None
) -> None:
    """The page says what is wrong in its reader’s words, not in those of addresses."""
    answer = client.ask(address, headers=PAGE)
    assert answer.status == 400
    text = html.unescape(re.sub("<[^>]+>", "", answer.text.partition("<main")[2]))
    assert told in text.replace("\u00a0", " ")
    assert near is None or near in text
    assert "none" not in text


def test_chips_are_in_words(client: Client) -> None:
    """Open ranges, and what is not known, are told in words on chips."""
    for address, words in [
        ("en/practices?year=2010-", ": from 2010"),
        ("fr/practices?began=-2012&year=none", "jusqu’en 2012"),
        ("fr/practices?ongoing=true&population=none", "</span>Toujours en cours <"),
    ]:
        chips = client.ask(address, headers=PAGE).text.partition('class="chips chosen"')[2]
        assert words in chips.partition("</ul>")[0], address


@pytest.mark.parametrize("query", ["q=a&q=b", "near=leeds&near=porto", "sort=title&sort=newest"])
def test_what_stands_once_stands_once(client: Client, query: str) -> None:
    """Two of a parameter that can have one value are refused, not one of them ignored."""
    answer = client.ask(f"practices.csv?{query}")
    assert answer.status == 400
    assert "twice" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("country=Spain", "country=es"),
        ("country=Espagne&q=school", "country=es&q=school"),
        ("city=Z%C3%BCrich", "city=zurich"),
        ("country=ES", "country=es"),
        ("from=2010&to=2015", "year=2010-2015"),
        ("from=2010", "year=2010-"),
        ("year=2015-2015", "year=2015"),
    ],
)
def test_names_lead_to_the_one_address(client: Client, query: str, right: str) -> None:
    """A value by its name, as forms and people write it, leads to the address of that state."""
    for path in ("practices", "practices.csv", ""):
        answer = client.ask(f"{path}?{query}", headers=PAGE)
        assert answer.status == 302
        assert answer.headers["location"] == f"/{path}?{right}"


def test_empty_lists_say_what_empties_them(client: Client) -> None:
    """An empty result names each choice without which there is something, with its number."""
    query = "country=es&topic=education&year=1960&q=school"
    assert keys(client, country="es", topic="education", year="1960", q="school") == []
    text = page(client, f"practices?{query}")
    assert "1960" in text
    without = re.findall(r'<li><a href="/practices\?([^"]*)">without', text)
    expected = len(keys(client, country="es", topic="education", q="school"))
    assert expected
    assert "country=es&amp;q=school&amp;topic=education" in {"&amp;".join(sorted(
        one.split("&amp;"))) for one in without}  # fmt: skip
    assert f">{expected} practice" in text


MORE = ("", "&q=school", "&near=porto", "&near=leeds&sort=common", "&sort=oldest")


def test_any_combination_has_a_page(client: Client) -> None:
    """Whatever choices are combined, there is a page and a table, of as many practices."""
    chance = random.Random(2026)
    text = page(client, "practices")
    found = set(re.findall(r'<li><a href="/practices\?(\w+=[^"&]+)"', text))
    values = sorted(value for value in found if not value.startswith("sort="))
    assert len(values) > 200
    empty = 0
    for number in range(80):
        chosen = chance.sample(values, chance.randint(1, 5))
        more = chance.choice(
            ["", "&q=school", "&near=porto", "&near=leeds&sort=common", "&sort=oldest"]
        )
        query = "&".join(chosen) + more
        shown = client.ask(f"{'fr/' if number % 2 else ''}practices?{query}", headers=PAGE)
        table = client.ask(f"practices.csv?size=1000&{query}")
        assert (shown.status, table.status) == (200, 200), query
        total = len(table.text.strip().split("\r\n")) - 1
        empty += not total
        assert f">{total}\u00a0pratique" in shown.text or f">{total} pra" in shown.text, query
    assert empty > 10


HOSTILE = [
    '" OR 1=1 --',
    "title : x", "NEAR(a b)", "a AND NOT b", "*", "^a", '"unclosed', "''", "()", "\\",
    "%00", "\u202egnihtemos", "\u200b\u200b", "école\u0301", "<script>alert(1)</script>",
    "javascript:alert(1)", "{{7*7}}", "'; DROP TABLE thing; --", "-", "—", "« »", "“”", "a" * 200,
    "日本語", "العربية", "🙂", "\ud7ff",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_strange_searches_are_searches(client: Client, words: str) -> None:
    """Operators, quotation marks, markup and unseen characters are words like others, or none."""
    for path in ("practices", "practices.csv"):
        answer = client.ask(f"{path}?{urlencode({'q': words})}", headers=PAGE)
        assert answer.status == 200, answer.text
    shown = page(client, f"?{urlencode({'q': words})}")
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown


def test_long_searches_are_refused(client: Client) -> None:
    """A search of ten thousand characters is 400 and says how long one may be."""
    answer = client.ask(f"practices.csv?q={'a' * 10_000}")
    assert answer.status in (400, 414)
    answer = client.ask(f"practices.csv?q={'a' * 1_000}")
    assert answer.status == 400
    assert "200" in answer.json()["detail"]


def test_many_values_of_one_filter(client: Client) -> None:
    """Sixty values of one filter are any of sixty; twice the same is once."""
    every = re.findall(r"/country/([a-z]{2})\b", client.ask("countries.csv?size=1000").text)
    codes = sorted(set(every))[:60]
    found = client.ask(f"practices.csv?{urlencode([('country', c) for c in codes])}&size=1000")
    assert found.status == 200
    assert client.ask("practices.csv?country=es&country=es").text == (
        client.ask("practices.csv?country=es").text
    )


def suggested(client: Client, text: str) -> Answer:
    """Return the completion of a text, in French."""
    return client.ask(f"suggest?lang=fr&q={quote(text)}")


def test_names_are_completed(client: Client) -> None:
    """What somebody types is completed to names in any language, at the start of any word."""
    for typed, path in [
        ("barc", "city/barcelona"), ("espag", "country/es"), ("édu", "topic/education"),
        ("reggio", "city/reggio-emilia"), ("emilia", "city/reggio-emilia"),
        ("barselona", "city/barcelona"), ("réseau esp", "network/reci"),
    ]:  # fmt: skip
        answer = suggested(client, typed)
        assert (answer.status, answer.type) == (200, "application/json")
        found = answer.json()["result"]
        assert path in [one["path"] for one in found], typed
        assert len(found) <= 8
    names = {one["path"]: one for one in suggested(client, "espag").json()["result"]}
    assert names["country/es"]["label"] == "Espagne"
    assert names["country/es"]["practices"] == len(keys(client, country="es"))
    assert suggested(client, "").json()["result"] == []
    assert suggested(client, "x" * 500).status == 400


def test_slips_in_beginnings_of_names_are_forgiven(client: Client) -> None:
    """A slip in what was typed so far hides no name; what begins just so is never joined by it."""
    for typed, path in [
        ("Barsel", "city/barcelona"), ("Reikj", "city/reykjavik"), ("Lisb0", "city/lisbon"),
        ("Bots", "city/botkyrka"), ("reggio emyl", "city/reggio-emilia"),
        ("edukat", "topic/education"),
    ]:  # fmt: skip
        assert suggested(client, typed).json()["result"][0]["path"] == path, typed
    exact = [one["label"] for one in suggested(client, "barc").json()["result"]]
    assert all("barc" in label.lower() for label in exact)
    for typed in ("bqx", "zzzzzz", "x" * 60):
        assert suggested(client, typed).json()["result"] == []
