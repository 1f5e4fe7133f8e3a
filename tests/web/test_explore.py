"""The views at `/explore`: every number against SPARQL over the same release, files, bad input."""

from __future__ import annotations

import csv
import gzip
import html
import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

import pytest
from lxml import etree

from iccgraph.serve.dataset.explore import VIEWS
from tests.for_all import for_all
from tests.web.client import Answer, accept, ask, rows, sparql

RESULTS: Final = "application/sparql-results+json"
SCHEMES: Final = ("index", "website")
SELECTIONS: Final = (
    "",
    "country=es&country=pt",
    "topic={topic}",
    "city=berlin",
    "itself=barcelona",
    "year=2015-2018",
    "year=2018&year=-2005",
    "began=2016-",
    "year=2015&country=it",
    "ongoing=true",
    "kind=borough",
    "q=school",
    "year=none",
    "modified_since=2026-11-20",
)
TOPICS: Final = {"index": "education", "website": "website-refugees"}
KEYS: Final = {
    "matrix": ("city", "topic"),
    "network": ("city", "topic"),
    "map": ("city",),
    "timeline": ("topic", "year"),
    "countries": ("country", "topic"),
}
"""What names a number of each view, in its table and in the answer to its query."""


def page_of(site: str, address: str) -> Answer:
    """Return a page of the site for people."""
    return ask(site, f"en/{address}", headers=accept("text/html"))


def table_of(site: str, address: str) -> list[dict[str, str]]:
    """Return the rows of a table of the site."""
    answer = ask(site, address)
    assert answer.status == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def query_of(page: str) -> str:
    """Return the query that a page shows as the one behind it."""
    found = re.search(r"<code>(PREFIX .*?)</code>", page, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield each view with each selection, in each scheme of topics."""
    for scheme in SCHEMES:
        chosen = "" if scheme == "index" else f"scheme={scheme}"
        for view in VIEWS:
            for selection in SELECTIONS:
                filled = selection.format(topic=TOPICS[scheme])
                yield view, "&".join(part for part in (filled, chosen) if part), scheme
    for selection in ("", "country=es", "year=2015-2018", "began=2016-2018", "city=berlin"):
        yield "timeline", "&".join(part for part in (selection, "when=began") if part), "index"


def numbers(found: list[dict[str, str]], view: str) -> dict[tuple[str, ...], int]:
    """Return the numbers of a table or an answer by the ends of what names them."""
    keys = KEYS[view]
    return {
        tuple(row[key].rpartition("/")[2] for key in keys): int(row["practices"])
        for row in found
        if all(row[key] not in ("", "none") for key in keys)
    }


def test_numbers_are_those_of_the_query_behind_them(live: str) -> None:
    """Every view gives the numbers that its query gives, for every kind of filter and scheme."""

    def same(case: tuple[str, str, str]) -> None:
        view, selection, _ = case
        table = numbers(table_of(live, f"explore/{view}.csv?{selection}"), view)
        page = page_of(live, f"explore/{view}?{selection}").text
        assert table == numbers(rows(sparql(live, query_of(page), RESULTS)), view)

    for_all(cases(), same)


def test_selections_of_these_tests_select_something(live: str) -> None:
    """Each selection leaves practices in most views, so that nothing is compared with nothing."""
    filled = [case for case in cases() if table_of(live, f"explore/{case[0]}.csv?{case[1]}")]
    assert len(filled) > 0.9 * len(list(cases()))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_matrix_has_the_computed_links(live: str, scheme: str) -> None:
    """The numbers of the matrix are those of the links of cities and topics in the graph."""
    query = f"""SELECT ?city ?topic (COUNT(?practice) AS ?practices) {{
        ?practice a icc:Practice ; icc:city ?city ; dcterms:subject ?topic .
        ?topic skos:inScheme <https://w3id.org/iccgraph/id/scheme/{scheme}>
    }} GROUP BY ?city ?topic"""
    expected = numbers(rows(sparql(live, query, RESULTS)), "matrix")
    assert len(expected) > 300
    assert numbers(table_of(live, f"explore/matrix.csv?scheme={scheme}"), "matrix") == expected


def test_the_timeline_has_the_years_that_the_example_query_finds(live: str) -> None:
    """What ran in a year, on any topic, is what the example query for that year finds."""
    query = """SELECT (COUNT(DISTINCT ?practice) AS ?n) { ?practice a icc:Practice .
      OPTIONAL { ?practice icc:year ?a FILTER (xsd:integer(STR(?a)) = 2018) }
      OPTIONAL { ?practice icc:firstYear ?f } OPTIONAL { ?practice icc:lastYear ?l }
      OPTIONAL { ?practice icc:ongoing ?o }
      FILTER (BOUND(?a) || xsd:integer(STR(COALESCE(?f, ?l))) <= 2018
        && (BOUND(?f) && COALESCE(?o, false) || xsd:integer(STR(COALESCE(?l, ?f))) >= 2018)) }"""
    found = table_of(live, "explore/timeline.csv")
    of_2018 = [row["practices"] for row in found if row["topic"] == "" and row["year"] == "2018"]
    assert of_2018 == [rows(sparql(live, query, RESULTS))[0]["n"]]


@pytest.mark.parametrize(
    "selection", ["", "country=es", "city=berlin", "topic=education&topic=language", "year=2016-"]
)
def test_a_cell_leads_to_as_many_practices_as_it_says(live: str, selection: str) -> None:
    """The list that a cell of the matrix leads to has the number of practices in the cell."""
    page = page_of(live, f"explore/matrix?{selection}").text
    cells = re.findall(r'<td class="s\d"><a href="/en/(practices\?[^"]*)">(\d+)</a>', page)
    assert cells
    some = cells[:: max(1, len(cells) // 12)]

    def same(cell: tuple[str, str]) -> None:
        address = html.unescape(cell[0]).replace("practices?", "practices.csv?")
        assert len(table_of(live, address)) == int(cell[1])

    for_all(some, same)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pictures_are_files_of_their_own(live: str, view: str, language: str) -> None:
    """A picture is well-formed SVG with title, description, source and release, and asks nobody."""
    answer = ask(live, f"explore/{view}.svg?country=es&lang={language}")
    assert answer.type == "image/svg+xml"
    root = etree.fromstring(answer.body)
    name = "{http://www.w3.org/2000/svg}"
    title, told = root.findtext(f"{name}title"), root.findtext(f"{name}desc")
    assert title
    assert told
    assert "27" in told  # the practices of Spain
    release = release_of(live)
    words = " ".join(root.itertext())
    assert release in words
    assert "CC BY 4.0" in words
    assert ("Espagne" if language == "fr" else "Spain") in words
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert not root.xpath("//*[local-name() = 'script' or local-name() = 'image']")
    assert not [a for e in root.iter() for a in e.attrib if a.endswith("href") or a[:2] == "on"]


def release_of(live: str) -> str:
    """Return the name of the release that is served."""
    found = re.search(r"\d{4}-\d\d-\d\d-[0-9a-f]{12}", ask(live, "readyz").text)
    assert found is not None
    return found[0]


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Return the width, height and rows of an image. Source: PNG, sections 9 and 11.2.2."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (8, 6)
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    plain, stride, before = zlib.decompress(data), 4 * width, bytearray(4 * width)
    found = []
    for start in range(0, len(plain), stride + 1):
        kind, row = plain[start], bytearray(plain[start + 1 : start + 1 + stride])
        for at in range(stride):
            left, up = row[at - 4] if at > 3 else 0, before[at]
            corner = before[at - 4] if at > 3 else 0
            guess = left + up - corner
            paeth = min((abs(guess - v), n, v) for n, v in enumerate((left, up, corner)))[2]
            row[at] = (row[at] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        found.append(bytes(row))
        before = row
    return width, height, found


@pytest.mark.parametrize("view", VIEWS)
def test_pictures_come_as_pixels(live: str, view: str) -> None:
    """A PNG has the width that is asked for, the shape of the SVG, and its words are drawn."""
    answer = ask(live, f"explore/{view}.png?width=300&country=es")
    assert answer.type == "image/png", answer.text
    width, height, lines = pixels(answer.body)
    svg = etree.fromstring(ask(live, f"explore/{view}.svg?country=es").body)
    shape = float(svg.get("height") or 0) / float(svg.get("width") or 1)
    assert width == 300
    assert abs(height - 300 * shape) <= 1

    def dark(rows: list[bytes]) -> int:
        return sum(1 for row in rows for at in range(0, len(row), 4) if row[at] < 100)

    assert dark(lines[8:20]) > 100  # the title, so there was a font
    assert sum(1 for row in lines for at in range(0, len(row), 4) if row[at] < 230) > 2000


@pytest.mark.parametrize("view", VIEWS)
def test_pages_have_numbers_query_files_and_citation(live: str, view: str) -> None:
    """A view has its numbers as a table, its query, its files, and how to cite its release."""
    page = page_of(live, f"explore/{view}?country=es")
    assert page.status == 200
    text = page.text
    assert len(gzip.compress(page.body)) < 100_000
    assert "<table>" in text
    assert "What it shows" in text
    assert query_of(text)
    for ending in ("svg", "png", "csv"):
        assert f'href="/explore/{view}.{ending}?country=es&amp;lang=en"' in text
    release = release_of(live)
    assert f"/explore/{view}?country=es&amp;release={release}" in text
    assert ask(live, f"explore/{view}.csv?country=es&release={release}").status == 200


def test_a_query_opens_in_the_editor(live: str) -> None:
    """The link to the editor has the query that the page shows."""
    text = page_of(live, "explore/timeline?country=es").text
    opened = re.search(r'href="/en/sparql\?query=([^"]*)"', text)
    assert opened is not None
    assert unquote(opened[1]) == query_of(text)


@pytest.mark.parametrize(
    ("address", "status", "told"),
    [
        ("explore/matrx", 404, "explore/matrix"),
        ("explore/matrix.pdf", 404, ""),
        ("explore?scheme=nothing", 400, "there is no topic scheme 'nothing'"),
        ("explore/map?scheme=nothing", 400, "there is no topic scheme 'nothing'"),
        ("explore/map?country=zz", 400, "country is 'zz'"),
        ("explore/map?contry=es", 400, "there is no parameter 'contry'"),
        ("explore/matrix?rows=size", 400, "rows is 'size'; write one of practices, name, country"),
        ("explore/matrix?rows=name&rows=name", 400, "the parameter 'rows' stands twice"),
        ("explore/timeline?when=never", 400, "when is 'never'; write one of ran, began"),
        ("explore/matrix?page=99", 400, "page 99 does not exist; the last page is 1"),
        ("explore/network?page=2", 400, "page 2 does not exist"),
        ("explore/map.png?width=99999", 400, "width is '99999'"),
        ("explore/map.png?width=wide", 400, "width is 'wide'"),
        ("explore/map?topic=education&topic=website-refugees", 400, "leave one out"),
        ("explore/map?release=2020-01-01-000000000000", 410, "is not here any more"),
        ("explore/map?release=newest", 400, "release is 'newest'"),
        (f"explore/map.svg?q={'x' * 300}", 400, "write 200 or fewer"),
    ],
)
def test_what_there_is_not_is_refused(live: str, address: str, status: int, told: str) -> None:
    """What a view does not have is refused as lists refuse it, for programs and for people."""
    answer = ask(live, address)
    assert answer.status == status, answer.text
    assert told in answer.text
    page = ask(live, address, headers=accept("text/html"))
    assert page.status == status
    assert page.type == "text/html"


@pytest.mark.parametrize("view", VIEWS)
def test_a_selection_that_leaves_nothing_says_so(live: str, view: str) -> None:
    """The page of an empty selection names the choices that empty it, and the way out of each."""
    text = page_of(live, f"explore/{view}?country=es&year=1960").text
    assert "No practice matches all of this" in text
    assert f'href="/en/explore/{view}?country=es"' in text
    svg = ask(live, f"explore/{view}.svg?country=es&year=1960")
    assert "There is nothing to show" in svg.text
    assert len(table_of(live, f"explore/{view}.csv?country=es&year=1960")) == 0


def test_practices_without_what_is_shown_say_so(live: str) -> None:
    """Practices of which no year is known have no timeline, and the page says what is missing."""
    text = page_of(live, "explore/timeline?year=none").text
    assert "None of these practices says what this picture would show" in text


def test_a_name_leads_to_its_key(live: str) -> None:
    """A filter with a name leads to the address with the key, and keeps what else is chosen."""
    for address in ("matrix", "matrix.svg"):
        answer = ask(live, f"explore/{address}?country=Spain&rows=name")
        assert answer.status == 302
        assert answer.headers["location"].endswith(f"explore/{address}?country=es&rows=name")


def test_filters_keep_what_is_chosen_of_a_view(live: str) -> None:
    """The links of filters keep the order of rows and the scheme."""
    text = page_of(live, "explore/matrix?scheme=website&rows=name").text
    assert 'href="/en/explore/matrix?country=es&amp;scheme=website&amp;rows=name"' in text


def test_rows_and_columns_come_in_the_order_that_is_asked_for(live: str) -> None:
    """The matrix is sorted by name, practices or country, and by the names of topics."""
    by_name = [row["city_label"] for row in table_of(live, "explore/matrix.csv?rows=name")]
    assert by_name == sorted(by_name, key=str.casefold)
    page = page_of(live, "explore/matrix?rows=country&columns=name").text
    countries = re.findall(r'<tr data-country="([^"]*)">', page)
    assert len(countries) > 50
    assert countries == sorted(countries)
    heads = re.findall(r'class="turn"><a [^>]*>([^<]*)</a>', page)
    assert len(heads) == 17
    assert heads == sorted(heads)
    totals = re.findall(r'</th><td class="num">(\d+)</td>', page_of(live, "explore/matrix").text)
    assert [int(total) for total in totals] == sorted(map(int, totals), reverse=True)


def test_pages_of_the_matrix_have_all_cities_once(live: str) -> None:
    """The pages of a matrix together have the rows of one that has all."""
    row = re.compile(r'<tr data-country="[^"]*"><th scope="row"><a href="[^"]*">([^<]*)')
    pages = [page_of(live, f"explore/matrix?size=25&page={page}").text for page in (1, 2, 3)]
    whole = row.findall(page_of(live, "explore/matrix").text)
    assert [name for page in pages for name in row.findall(page)] == whole
    assert "Next page" in pages[0]


def test_the_home_page_leads_in(live: str) -> None:
    """The home page shows one picture, which is light, and leads to every view."""
    text = page_of(live, "").text
    found = re.search(r'<section class="explore-lead".*?</section>', text, re.DOTALL)
    assert found is not None
    assert len(gzip.compress(found[0].encode())) < 10_000
    assert found[0].count('class="strip"') == 8
    assert all(f'href="/en/explore/{view}"' in found[0] for view in VIEWS)


def test_the_overview_leads_to_every_view(live: str) -> None:
    """`/explore` has a small picture of each view, and counts by the scheme that is asked for."""
    text = page_of(live, "explore?scheme=website").text
    assert text.count('class="card-picture"') == len(VIEWS)
    assert all(f'href="/en/explore/{view}?scheme=website"' in text for view in VIEWS)


def test_the_words_of_a_table_are_no_formulas(live: str) -> None:
    """A table has columns of keys and labels; its file is named after the release."""
    answer = ask(live, "explore/countries.csv?lang=fr")
    assert answer.text.splitlines()[0].startswith("country,country_label,topic,topic_label")
    assert "Royaume-Uni" in answer.text
    assert release_of(live) in answer.headers["content-disposition"]
