"""Whatever stands in a table or an address is shown as text, on every page and in all data."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, fromstring

from iccgraph.errors import RecordsError
from iccgraph.publish.pipeline import build_release
from tests.for_all import for_all
from tests.hostile import CHECKED, PAYLOADS, TEXTS, hostile_sources
from tests.web.client import Answer, Client, accept

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "src" / "iccgraph" / "serve" / "pages"
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "xlink:href",
    "ping",
    "srcset",
}
JSON = ("application/json", "application/ld+json")
LANGUAGES = ("en", "fr")
SHORT = {name: text for name, text in PAYLOADS.items() if name != "long"}
"""What an address can hold whole; a search takes 200 characters."""
ASKED = [*SHORT.values(), "<script>", '"onload=', "\u200b\u202e", "W" * 190, "a OR b* NEAR(c) -d:e"]
COLLECTIONS = ("practices", "cities", "countries", "topics", "schemes", "networks",
               "memberships", "assessments", "profiles", "guidance", "city-topics")  # fmt: skip
DOCUMENTS = ("", "def", "shapes", "catalogue", "validation", "sparql", "links", "reconcile",
             "data/", "release/", "practice/gone", "queries",
             *(f"queries/hostile-{number}" for number in range(len(PAYLOADS))))  # fmt: skip
ANSWERED = {200, 400, 404, 406, 410, 414}
"""What an address that anybody makes up may be answered with; never that something broke."""


def _ours() -> tuple[set[str], set[str]]:
    """Return the elements and attributes that our templates and views write."""
    sources = (*PAGES.glob("*.py"), *PAGES.glob("templates/*.html"))
    written = "".join(path.read_text("utf-8") for path in sources).lower()
    attributes = set(re.findall(r"""[\s%}]([a-z][a-z0-9-]*)=(?=["'])""", written))
    bare = {"hidden", "open", "selected", "required", "defer", "reversed"}
    headings = {f"h{level}" for level in range(1, 7)}
    return set(re.findall("<([a-z][a-z0-9]*)", written)) | headings, attributes | bare


OURS, ATTRIBUTES = _ours()


@pytest.fixture(scope="module")
def visitor(hostile: str) -> Iterator[Client]:
    """Return a client of the hostile release."""
    client = Client(hostile)
    yield client
    client.close()


def parsed(text: str) -> HtmlElement:
    """Return a page as its tree."""
    return fromstring(text.encode(), parser=HTMLParser(encoding="utf-8", huge_tree=True))


def faults(text: str) -> list[str]:
    """Return all of a page that is not ours, or that a browser would run."""
    found = []
    for element in parsed(text).iter():
        if not isinstance(element.tag, str):
            found.append(f"comment {element.text!r}")
            continue
        tag = element.tag.lower()
        if tag not in OURS:
            found.append(f"<{tag}>")
        for name, value in element.attrib.items():
            if name.lower().startswith("on") or name.lower() not in ATTRIBUTES:
                found.append(f"<{tag} {name}>")
            if name.lower() in ADDRESSES and not _harmless(value):
                found.append(f"{name}={value[:80]!r}")
        if tag == "script":
            found += _script_faults(element)
        elif tag in ("style", "base", "iframe", "object", "embed"):
            found.append(f"<{tag}>")
        elif tag == "meta" and element.get("http-equiv"):
            found.append("<meta http-equiv>")
    return found


def _harmless(address: str) -> bool:
    """True if nothing runs when somebody follows it, however odd a browser reads it."""
    plain = re.sub(r"[\x00-\x20]", "", address).lower()
    return urlsplit(plain).scheme in ("", "http", "https", "mailto")


def _script_faults(script: HtmlElement) -> list[str]:
    """Return what is wrong with a script: only files of our own run, and data are JSON."""
    content, source = script.text or "", script.get("src") or ""
    if script.get("type") in JSON:
        json.loads(content)
        return ["data with markup"] if "<" in content else []
    own = source.startswith("/static/") and "//" not in source
    return [] if own and not content.strip() else [f"script {source!r} {content[:80]!r}"]


def page(visitor: Client, path: str, language: str = "en") -> Answer:
    """Return a page for people."""
    return visitor.ask(path, headers=accept("text/html", Accept_Language=language))


def hold(answer: Answer) -> None:
    """Hold that an answer is a page in which nothing is ours that should not be."""
    assert answer.status in ANSWERED, answer.text[:200]
    assert answer.type == "text/html"
    assert faults(answer.text) == []
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy


def things(visitor: Client) -> list[str]:
    """Return the paths of all things of the release."""
    found = []
    for collection in COLLECTIONS:
        text = visitor.ask(f"{collection}.csv?size=1000").text
        rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        found += [row["iri"].partition("/id/")[2] for row in rows]
    return found


def test_every_free_column_is_hostile() -> None:
    """No table has a column of plain text that the hostile release leaves out."""
    free = set()
    for path in (ROOT / "data").glob("*.csv-metadata.json"):
        for column in json.loads(path.read_text("utf-8"))["tableSchema"]["columns"]:
            kind = column["datatype"]
            pattern = kind.get("format", "") if isinstance(kind, dict) else ""
            base = kind["base"] if isinstance(kind, dict) else kind
            if base == "string" and (not pattern or pattern.startswith(".+")):
                free.add(f"{path.name.partition('.')[0]}.{column['name']}")
    assert free == {f"{name}.{c}" for name, columns in TEXTS.items() for c in columns} | {*CHECKED}


def test_build_refuses_markup(tmp_path: Path) -> None:
    """The tables with such texts never become a release: each cell with markup is told."""
    settings = hostile_sources(tmp_path)
    with pytest.raises(RecordsError) as caught:
        build_release(settings)
    told = str(caught.value)
    for name in TEXTS.keys() - {"retired", "wikidata", "doubles"}:
        assert f"{name}.csv:2:" in told, name
    assert "“<script>” of HTML" in told
    assert "an invisible character (U+202E)" in told


@pytest.mark.parametrize(
    ("start", "name", "end"),
    [
        ("<p>", "markup", "</p>"),
        ("<p title='", "attribute", "'\">x</p>"),
        ('<script type="application/json">"', "ends", '"</script>'),
        ('<a href="', "script address", '">x</a>'),
        ('<a href="', "address", '">x</a>'),
        ('<a href="', "data address", '">x</a>'),
        ('<a href="java\tscript:', "long", '">x</a>'),
        ("<script>", "long", "</script>"),
    ],
)
def test_what_would_run_is_seen(start: str, name: str, end: str) -> None:
    """The tests below find each kind of text where it is written as markup."""
    try:
        found = faults(f"<!doctype html><html><body>{start}{PAYLOADS[name]}{end}</body></html>")
    except json.JSONDecodeError:
        found = ["no JSON"]
    assert found


def test_no_text_of_the_tables_runs(visitor: Client) -> None:
    """No page about anything holds an element, an attribute, an address or a script of a cell."""
    paths = [*DOCUMENTS, *COLLECTIONS, *things(visitor)]
    assert len(paths) > 70

    def fact(case: tuple[str, str]) -> None:
        path, language = case
        answer = page(visitor, f"{language}/{path}")
        assert answer.status == (410 if path == "practice/gone" else 200), answer.text[:300]
        hold(answer)

    for_all([(path, language) for path in paths for language in LANGUAGES], fact)


def test_texts_are_shown_as_they_are(visitor: Client) -> None:
    """Nothing is cut out or computed: pages have every kind of text, letter by letter."""
    paths = ("practices?size=100", "cities", "countries", "networks", "guidance", "links",
             *things(visitor))  # fmt: skip
    shown = "".join("".join(parsed(page(visitor, path).text).itertext()) for path in paths)
    for name, text in PAYLOADS.items():
        assert text in shown, name
    assert "{{49}}" not in shown


def test_no_words_of_a_reader_run(visitor: Client) -> None:
    """Searches, filters, orders, paths and queries are shown as text, on pages in all languages."""
    given = [
        *(f"practices?q={quote(text)}" for text in ASKED),
        *(f"practices?q={quote(text)}&country=es&topic=education" for text in SHORT.values()),
        *(f"practices?{name}={quote(text)}" for text in ASKED for name in (
            "country", "topic", "city", "year", "near", "sort", "from", "page", "size", "scheme",
            "ongoing", "itself", quote(text))),
        *(f"{quote(text, safe='')}" for text in ASKED),
        *(f"{kind}/{quote(text, safe='')}" for text in ASKED for kind in (
            "practice", "city", "topic", "id/country", "static", "data", "def", "graph")),
        *(f"sparql?format=html&query={quote(text)}" for text in ASKED),
        *(f"sparql?format=html&query={quote(f'SELECT * {{ ?a ?b {json.dumps(text)} }}')}"
          for text in ASKED),
        *(f"{path}?q={quote(text)}" for text in ASKED for path in ("guidance", "networks")),
        *(f"queries{rest}{quote(text, safe='')}" for text in ASKED for rest in (
            "?q=", "/hostile-0?words=", "/hostile-0?", "/hostile-0?words=a&words=", "/")),
        *(f"reconcile?query={quote(text)}&type={quote(text)}" for text in ASKED),
        *(f"reconcile/preview?id={quote(text)}" for text in ASKED),
        *(f"?lang={quote(text)}" for text in ASKED),
    ]  # fmt: skip

    def fact(case: tuple[str, str]) -> None:
        path, language = case
        answer = page(visitor, path, language)
        if answer.status in (301, 302, 303, 307, 308):
            target = urljoin("http://site/", answer.headers["location"])
            assert urlsplit(target).scheme in ("http", "https")
        elif answer.type == "text/html":
            hold(answer)
        else:
            assert answer.status in ANSWERED, answer.text[:200]
            assert answer.headers["x-content-type-options"] == "nosniff"

    for_all([(path, language) for path in given for language in LANGUAGES], fact)


@pytest.mark.parametrize(
    "path",
    ["<script>alert(1)</script>", 'fr/"onload=alert(1)', "practices?country=<script>",
     "practices?sort=javascript:alert(1)", "practices?q=<svg/onload=alert(1)>&near=\"'",
     "city/<img/src=x/onerror=alert(1)>", "//example.org/%22onload=", "fr/practices?q={{7*7}}"],
)  # fmt: skip
def test_raw_addresses_do_not_run(visitor: Client, path: str) -> None:
    """Browsers encode such signs; clients that do not get a page without them, or a refusal."""
    answer = page(visitor, path.replace("\u202e", ""))
    assert 200 <= answer.status < 500
    if answer.type == "text/html":
        assert faults(answer.text) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"practices?q={'a' * 10_000}", 414),
        (f"practices?q={'a' * 201}", 400),
        (f"practices?q={quote(PAYLOADS['directions'] * 50)}", 400),
        ("practices?" + "&".join(f"city=nowhere-{number}" for number in range(60)), 400),
        ("practices?" + "country=es&" * 60, 200),
        ("practices?lang=xx", 400),
        ("xx/practices", 404),
        (f"suggest?q={'a' * 101}", 400),
    ],
)
def test_too_much_is_refused_as_a_page(visitor: Client, path: str, status: int) -> None:
    """Who asks for too much, or for what there is not, is told why; the same value twice is one."""
    answer = page(visitor, path)
    assert answer.status == status, answer.text[:300]
    if answer.type == "text/html":
        hold(answer)
    else:
        assert answer.json()["detail"]


def test_search_of_a_hostile_word_is_answered(visitor: Client) -> None:
    """What stands in the tables can be searched for, and hits are marked without running."""
    for language in LANGUAGES:
        text = page(visitor, f"{language}/practices?q=HYPERLINK").text
        assert "<mark>HYPERLINK</mark>" in text
        marked = page(visitor, f"{language}/practices?q={quote('alert script')}")
        assert marked.status == 200
        assert "<mark>alert</mark>" in marked.text
        hold(marked)


def test_names_for_completion_are_data(visitor: Client) -> None:
    """`/suggest` gives names as JSON, under its own media type, and nobody may sniff another."""
    for word in ("script", "alert", "javascript", "hyperlink", "ww"):
        answer = visitor.ask(f"suggest?q={word}&lang=en")
        assert answer.status == 200
        assert answer.type == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["result"], word
        assert all(one["path"].startswith(("city/", "country/", "topic/", "network/"))
                   for one in answer.json()["result"])  # fmt: skip


def test_nearest_things_do_not_run(visitor: Client) -> None:
    """Proposals for a slip are names of the tables; they are text too, on pages and as data."""
    for path in (
        "practices?city=barcelon",
        "practices?topic=educaton",
        "city/javascript-alert-1",
        "country/javascript%3Aalert%281%29",
        "practice/javascript-alert-1-3",
        "topic/Education",
    ):
        answer = page(visitor, path)
        assert answer.status in (400, 404)
        assert 'class="nearest"' in answer.text
        hold(answer)
        problem = visitor.ask(path, headers=accept("application/json"))
        assert problem.type == "application/problem+json"
        problem.json()


def test_previews_do_not_run(visitor: Client) -> None:
    """The small pages that other sites frame, and the HTML inside JSON, hold text alone."""
    paths = [
        one
        for one in things(visitor)
        if one.startswith(("city/", "country/", "topic/", "practice/"))
    ]

    def fact(path: str) -> None:
        hold(page(visitor, f"reconcile/preview?id={quote(path)}"))
        flyout = visitor.ask(f"reconcile/flyout/entity?id={quote(path)}").json()
        assert faults(flyout["html"]) == []

    for_all(paths, fact)


def test_no_cell_of_a_spreadsheet_is_computed(visitor: Client) -> None:
    """The CSV of every list and dump has an apostrophe before what a spreadsheet would compute."""
    listed = [f"{name}.csv?size=1000" for name in COLLECTIONS]
    dumps = sorted(set(re.findall(r'(?<=data/)[\w-]+\.csv(?=")', page(visitor, "data/").text)))
    assert dumps
    guarded = False
    for path in (*listed, "links.csv", *(f"data/{name}" for name in dumps)):
        answer = visitor.ask(path)
        assert answer.status == 200, path
        for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))):
            assert not [cell for cell in row if re.match(r"\s*[=+@]|-\D", cell)], path
            guarded |= any(cell.startswith("'+HYPERLINK") for cell in row)
    assert guarded


@pytest.mark.parametrize("form", ["jsonld", "ttl", "nt", "rdf", "trig", "nq"])
def test_data_hold_the_texts(visitor: Client, form: str) -> None:
    """Hostile texts break no format: what is parsed again is what was written."""
    answer = visitor.ask(f"practice/neighbours.{form}")
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    if form == "jsonld":
        assert PAYLOADS["braces"] in json.dumps(answer.json())
    elif form == "rdf":
        assert PAYLOADS["braces"] in "".join(etree.fromstring(answer.body).itertext())
    else:
        assert PAYLOADS["braces"] in answer.text
