"""The query editor of `/sparql` in a real browser: what it shows, and that it asks nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from iccgraph.release.folder import ReleaseFolder
from iccgraph.serve.dataset.open import open_current
from iccgraph.settings import Settings
from tests.conftest import ROOT, LiveServer
from tests.web.client import ask

from .axe import violations
from .chromium import start
from .conftest import Browser
from .editor import Editor
from .test_pages import PHONE, _too_wide

VENDOR = ROOT / "var" / "vendor"
TITLES = "SELECT ?title { ?practice <http://purl.org/dc/terms/title> ?title } LIMIT 7"
NOTHING = "SELECT ?x { ?x a <https://example.org/none> }"
WRONG = "SELECT ?x {\n  ?x a\n}"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

pytestmark = pytest.mark.skipif(
    not all((VENDOR / name).is_file() for name in ("yasqe.min.js", "leaflet.js")),
    reason="the front-end files are not installed: make vendor",
)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Start a Chromium that records its requests and what it has to complain about."""
    chrome = start(tmp_path_factory.mktemp("profile"), performance="ALL")
    if chrome is None:
        pytest.skip("no browser: install the packages chromium and chromium-driver")
    yield chrome
    chrome.quit()


@pytest.fixture
def editor(browser: Browser) -> Editor:
    """Return the editor of the served release; what was recorded before is forgotten."""
    opened = Editor(browser)
    opened.asked()
    opened.complaints()
    return opened


def _examples(live_settings: Settings) -> list[str]:
    release = open_current(ReleaseFolder(live_settings.releases_dir), 10**9)
    return [example.titles["en"] for example in release.queries]


def test_query_is_typed_and_run(editor: Editor) -> None:
    """Ctrl+Enter runs a typed query; its rows are shown and the address names the query."""
    editor.open()
    editor.write(TITLES)
    editor.run()
    assert editor.count("#view tbody tr") == 7
    assert quote(TITLES, safe="") in editor.driver.current_url.replace("+", "%20")
    assert "7 rows" in editor.wait("section.answer").text


def test_misspelt_terms_are_told(editor: Editor) -> None:
    """Above an empty answer stands which term cannot be meant; a button leads to it."""
    editor.open(path="fr/sparql")
    editor.write("SELECT ?x { ?x a icc:Practce }")
    editor.run()
    hint = editor.wait(".answer .hint")
    assert "icc:Practce" in hint.text
    assert "vouliez-vous dire icc:Practice" in hint.text.replace("\u00a0", " ")
    hint.find_element(By.TAG_NAME, "button").click()
    at = "return document.querySelector('.CodeMirror').CodeMirror.getCursor().ch"
    assert editor.driver.execute_script(at) == 17
    editor.write(TITLES)
    editor.run()
    assert editor.count(".answer .hint") == 0


def test_button_runs_and_back_returns(editor: Editor) -> None:
    """The button runs the query; Back brings the query before it, with its answer."""
    editor.open(f"?query={quote(TITLES)}")
    editor.settled()
    editor.write(NOTHING)
    editor.wait("form.query button[type=submit]").click()
    assert "no rows" in editor.wait("#view .empty").text
    editor.driver.back()
    editor.wait("#view tbody tr")
    assert editor.text() == TITLES
    assert editor.count("#view tbody tr") == 7


def test_all_examples_can_be_picked(editor: Editor, built: object, real_settings: Settings) -> None:
    """Every example of the release is listed, found by its words, and loaded and run by a click."""
    titles = _examples(real_settings)
    assert len(titles) >= 25
    editor.open()
    assert editor.count(".example") == len(titles)
    editor.driver.find_element(By.CSS_SELECTOR, ".picker input").send_keys("barcelona schema")
    shown = [
        e for e in editor.driver.find_elements(By.CSS_SELECTOR, ".example") if e.is_displayed()
    ]
    assert 0 < len(shown) < 5
    before = editor.text()
    editor.pick("Practices of Barcelona in schema.org")
    assert editor.text() != before
    assert editor.count(".example a[aria-current]") == 1
    assert editor.views() == ["table", "graph"]
    assert "@prefix" in editor.wait("#view pre code").text


def test_map_appears_where_rows_have_places(editor: Editor) -> None:
    """Rows with points get a map with outlines, one spot a row; other rows get none."""
    editor.open()
    editor.pick("Cities around the Baltic Sea")
    editor.wait(".atlas path.land")
    rows = editor.browser.ask("parseInt(document.querySelector('section.answer p').textContent)")
    assert isinstance(rows, int)
    assert rows > 3
    assert editor.count(".atlas path.spot") == rows
    assert editor.count(".atlas img") == 0
    assert str(rows) in editor.wait("#view > p").text
    inside = editor.browser.ask(
        """[...document.querySelectorAll('.atlas path.spot')].every(spot => {
          const a = spot.getBoundingClientRect();
          const b = spot.closest('.atlas').getBoundingClientRect();
          return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
        })"""
    )
    assert inside
    editor.pick("Practices about mediation")
    assert editor.views() == ["table", "raw"]


def test_map_reads_latitude_and_longitude(editor: Editor) -> None:
    """Plain numbers called lat and long are places as well; a click tells of one."""
    places = '("Here" 41.4 2.2) ("There" 52 13)'
    query = f"SELECT ?name ?lat ?long {{ VALUES (?name ?lat ?long) {{ {places} }} }}"
    editor.open(f"?query={quote(query)}#map")
    editor.wait(".atlas path.spot")
    assert editor.count(".atlas path.spot") == 2
    spot = editor.driver.find_elements(By.CSS_SELECTOR, ".atlas path.spot")[0]
    ActionChains(editor.driver).move_to_element(spot).click().perform()
    assert editor.wait(".card-name").text in ("Here", "There")


def test_chart_appears_where_rows_have_numbers(editor: Editor) -> None:
    """Rows with a name and a number get bars as long as their numbers; the number can be chosen."""
    editor.open()
    editor.pick("How many practices and cities each country has")
    assert editor.views() == ["table", "chart", "raw"]
    values = """[...document.querySelectorAll('.chart li')].map(li => [
      Number(li.querySelector('.bar-count').textContent),
      li.querySelector('.bar span').getBoundingClientRect().width
        / li.querySelector('.bar').getBoundingClientRect().width])"""
    bars = editor.browser.ask(values)
    assert isinstance(bars, list)
    assert len(bars) > 5
    top = max(number for number, _ in bars)
    assert all(abs(share - number / top) < 0.02 for number, share in bars)
    choice = editor.driver.find_element(By.ID, "chart-of")
    choice.send_keys("cities" + Keys.TAB)
    assert editor.browser.ask(values) != bars


def test_years_are_a_scale(editor: Editor) -> None:
    """Years and decades stand in their order, with a place for each of which there is no row."""
    names = "[...document.querySelectorAll('.chart .bar-name')].map(e => e.textContent)"
    counts = "[...document.querySelectorAll('.chart .bar-count')].map(e => e.textContent)"
    rows = "(2019 3) (2015 1) (2016 2)"
    query = f"SELECT ?year ?n {{ VALUES (?year ?n) {{ {rows} }} }}"
    editor.open(f"?query={quote(query)}#chart")
    editor.wait(".chart li")
    assert editor.browser.ask(names) == ["2015", "2016", "2017", "2018", "2019"]
    assert editor.browser.ask(counts) == ["1", "2", "–", "–", "3"]
    assert editor.count(".chart .bar > span") == 3
    editor.open()
    editor.pick("Practices by the decade")
    found = editor.browser.ask(names)
    assert isinstance(found, list)
    decades = [int(name.removesuffix("s")) for name in found]
    assert decades == list(range(decades[0], decades[-1] + 1, 10))


def test_table_is_sorted_and_searched(editor: Editor) -> None:
    """A click on a column's name sorts by it, numbers as numbers; words narrow the rows."""
    values = " ".join(f'("name {n}" {n})' for n in range(1, 13))
    editor.open(f"?query={quote(f'SELECT ?name ?n {{ VALUES (?name ?n) {{ {values} }} }}')}#table")
    editor.wait("#view tbody tr")
    last = "document.querySelector('#view tbody tr td:last-child').textContent"
    sort = editor.driver.find_elements(By.CSS_SELECTOR, "#view .sort")[1]
    sort.click()
    assert editor.browser.ask(last) == "1"
    sort.click()
    assert editor.browser.ask(last) == "12"
    assert editor.count("th[aria-sort=descending]") == 1
    editor.driver.find_element(By.CSS_SELECTOR, "#view input").send_keys("name 7")
    assert editor.count("#view tbody tr") == 1


def test_shared_address_opens_the_same(editor: Editor) -> None:
    """The address that is offered for sharing opens the query, its answer and its view again."""
    editor.open()
    editor.pick("How many practices each topic has")
    query = editor.text()
    next(b for b in editor.driver.find_elements(By.TAG_NAME, "button") if b.text == "Share").click()
    address = str(editor.wait("#share-link").get_attribute("value"))
    command = str(editor.wait("#share-command").get_attribute("value"))
    assert urlsplit(address).fragment == "chart"
    assert "--data-urlencode" in command
    editor.driver.get("about:blank")
    editor.driver.get(address)
    editor.wait(".chart li")
    assert editor.text() == query


def test_address_behind_a_hash_runs_nothing(editor: Editor) -> None:
    """`#query=` opens the editor with the query and does not run it."""
    editor.open(f"#query={quote(TITLES)}")
    assert editor.text() == TITLES
    assert editor.count("[role=tab]") == 0


def test_long_query_is_sent_in_a_body(editor: Editor) -> None:
    """A query too long for an address is answered all the same, and shared behind `#query=`."""
    words = " ".join(f'"a text of some length, number {n}"' for n in range(300))
    query = f"SELECT ?text {{ VALUES ?text {{ {words} }} }}"
    editor.open(f"#query={quote(query)}")
    editor.wait("form.query button[type=submit]").click()
    editor.wait("#view tbody tr")
    assert "300 rows" in editor.wait("section.answer").text
    assert urlsplit(editor.driver.current_url).fragment.startswith("query=")
    assert not urlsplit(editor.driver.current_url).query


@pytest.mark.parametrize(
    ("query", "types"),
    [
        (TITLES, ["text/csv", "text/tab-separated-values", "json", "xml"]),
        ("CONSTRUCT WHERE { <https://w3id.org/iccgraph/id/city/bergen> ?p ?o }",
         ["text/turtle", "ld+json", "application/n-triples", "application/rdf+xml"]),
    ],
    ids=["table", "graph"],
)  # fmt: skip
def test_answer_can_be_downloaded(editor: Editor, live: str, query: str, types: list[str]) -> None:
    """Each format that fits the query has a link that saves the whole answer in it."""
    editor.open(f"?query={quote(query)}")
    editor.settled()
    links = editor.driver.find_elements(By.CSS_SELECTOR, ".downloads a[download]")
    assert len(links) == len(types)
    for link, wanted in zip(links, types, strict=True):
        answer = ask(live, str(link.get_attribute("href")).removeprefix(live))
        assert answer.status == 200
        assert wanted in answer.type
        assert answer.body


def test_raw_answer_comes_in_each_format(editor: Editor) -> None:
    """The raw view shows the answer as it is sent, in the format that is chosen."""
    editor.open(f"?query={quote(TITLES)}#raw")
    assert '"bindings"' in editor.wait("#view pre code").text
    editor.driver.find_element(By.ID, "raw-format").send_keys("CSV" + Keys.TAB)
    editor.until("document.querySelector('#view pre code').textContent.startsWith('title')")


@pytest.mark.parametrize(
    ("query", "views"),
    [
        ("# SELECT nothing\nASK {}", ["answer", "raw"]),
        ('PREFIX ask: <http://select/#construct> SELECT ("DESCRIBE" AS ?x) {}', ["table", "raw"]),
        ("describe <https://w3id.org/iccgraph/id/city/bergen>", ["table", "graph"]),
        ("CONSTRUCT { ?s a ?o } WHERE { { SELECT * { ?s a ?o } LIMIT 1 } }", ["table", "graph"]),
    ],
)
def test_views_fit_the_form(editor: Editor, query: str, views: list[str]) -> None:
    """The form of a query is read from its own words, not from comments, texts or names in it."""
    editor.open(f"?query={quote(query)}")
    editor.wait("[role=tablist]")
    assert editor.views() == views


def test_wrong_query_is_explained(editor: Editor) -> None:
    """A syntax error says what is wrong, marks the line, and a button goes there."""
    editor.open(f"#query={quote(WRONG)}")
    editor.wait("form.query button[type=submit]").click()
    editor.until("document.activeElement.id === 'answer'")
    _is_explained(editor, "Something is missing after “a” in line 2")
    editor.wait(".refusal button").click()
    cursor = editor.browser.ask("document.querySelector('.CodeMirror').CodeMirror.getCursor()")
    assert isinstance(cursor, dict)
    assert (cursor["line"], cursor["ch"]) == (1, 6)
    assert editor.browser.ask("document.activeElement.closest('.CodeMirror') !== null")


def _is_explained(editor: Editor, sentence: str) -> None:
    """Hold that the page tells a sentence, keeps the query, marks its line and folds the rest."""
    refusal = editor.wait(".refusal[role=alert]")
    assert sentence.lower() in refusal.text.lower()  # the style sheet begins it in upper case
    assert "expected" not in refusal.text
    assert editor.text() == WRONG
    assert editor.count(".wrong-line") == 1
    refusal.find_element(By.TAG_NAME, "summary").click()
    assert "expected" in editor.wait(".refusal details pre").text


@pytest.mark.parametrize("rest", ["", "&format=html"])
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Something is missing after “a” in line 2"),
        ("fr", "Il manque quelque chose après « a », à la ligne 2."),  # the driver’s plain spaces
    ],
)
def test_link_to_a_wrong_query_keeps_the_editor(
    editor: Editor, rest: str, lang: str, sentence: str
) -> None:
    """A link to a wrong query opens the editor with it, told and marked as if it was run there."""
    editor.open(f"?query={quote(WRONG)}{rest}&lang={lang}")
    _is_explained(editor, sentence)
    assert not [url for url in editor.asked() if "format=json" in url]


def test_empty_query_is_told(editor: Editor) -> None:
    """A link without a query opens the editor, and says that there is none."""
    editor.open("?query=")
    assert "the query is empty" in editor.wait(".refusal").text.lower()
    assert editor.text() == ""


def test_answer_is_near(editor: Editor) -> None:
    """After a run the focus is on the heading of the answer, and Tab leads to its controls."""
    editor.open(f"#query={quote(TITLES)}")
    editor.wait("form.query button[type=submit]").send_keys(Keys.ENTER)
    editor.settled()
    editor.until("document.activeElement.id === 'answer'")
    ActionChains(editor.driver).send_keys(Keys.TAB).perform()
    assert editor.browser.ask("document.activeElement.matches('.downloads a')")
    editor.wait("form.query button[type=submit]").send_keys(Keys.TAB, Keys.TAB)
    assert editor.browser.ask("document.activeElement.closest('section.answer') !== null")


def test_link_that_answers_leaves_the_focus(editor: Editor) -> None:
    """A page that opens with an answer begins at its top, as any page does."""
    editor.open(f"?query={quote(TITLES)}")
    editor.settled()
    assert editor.browser.ask("document.activeElement === document.body")


def test_table_leaves_room_for_titles_on_a_phone(editor: Editor) -> None:
    """On a phone IRIs take less than half of the table’s width, and titles are seen whole."""
    query = (
        "SELECT ?practice ?title { ?practice a icc:Practice ; dcterms:title ?title } "
        "ORDER BY DESC(STRLEN(STR(?practice))) LIMIT 5"
    )
    editor.browser.look(PHONE)
    editor.open(f"?query={quote(query)}")
    editor.wait("#view tbody tr")
    widths = editor.browser.ask(
        "[...document.querySelectorAll('#view tr:first-child td')].map(td => td.offsetWidth)"
    )
    assert isinstance(widths, list)
    assert widths[0] < PHONE / 2.5
    assert sum(widths) <= PHONE


def test_query_can_be_stopped(editor: Editor) -> None:
    """While a query runs its button stops it, and says so."""
    editor.open(f"#query={quote(ENDLESS)}")
    button = editor.wait("form.query button[type=submit]")
    button.click()
    assert button.text == "Stop"
    button.click()
    assert "stopped" in editor.wait("section.answer [role=alert]").text
    assert button.text == "Run the query"


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("SELECT * { ?x a icc:Practice ; dcterms:title ?title } LIMIT 3", 0),
        ("SELECT * { ?x a icc:Practice ; foaf:name ?a ; nobody:knows ?b } LIMIT 3", 1),
        ("SELECT * {\n ?x a icc:Practice icc:City }", 1),
    ],
)
def test_prefixes_of_the_release_are_known(editor: Editor, query: str, marks: int) -> None:
    """A query that leaves the release's prefixes undeclared is not marked; a wrong one still is."""
    editor.open(f"#query={quote(query)}")
    assert editor.text() == query
    assert editor.count(".parseErrorIcon") == marks
    ActionChains(editor.driver).key_down(Keys.CONTROL).send_keys("z").key_up(Keys.CONTROL).perform()
    assert editor.text() == query


def test_completion_knows_the_graph(editor: Editor) -> None:
    """A prefix that is used is declared, and the classes of the release are offered."""
    editor.open()
    editor.write("SELECT * { ?x a icc:")
    assert "icc:Practice" in editor.wait(".CodeMirror-hints").text
    ActionChains(editor.driver).send_keys("Coun").perform()
    editor.until("document.querySelectorAll('.CodeMirror-hint').length === 1")
    ActionChains(editor.driver).send_keys(Keys.ENTER).perform()
    assert editor.text().startswith("PREFIX icc: <https://w3id.org/iccgraph/def#>")
    assert editor.text().endswith("?x a icc:Country")


def test_tab_leaves_the_editor(editor: Editor) -> None:
    """Tab and Shift+Tab leave the editor and change nothing in it; the page says so."""
    editor.open()
    before = editor.text()
    editor.driver.find_element(By.CSS_SELECTOR, ".CodeMirror-lines").click()
    ActionChains(editor.driver).send_keys(Keys.TAB).perform()
    assert editor.browser.ask("document.activeElement.matches('button[type=submit]')")
    keys = ActionChains(editor.driver)
    keys.key_down(Keys.SHIFT).send_keys(Keys.TAB, Keys.TAB).key_up(Keys.SHIFT).perform()
    assert editor.browser.ask("document.activeElement.closest('.CodeMirror') === null")
    assert editor.text() == before
    assert "Tab leaves" in editor.wait("form.query .keys").text


def test_views_are_chosen_by_arrow_keys(editor: Editor) -> None:
    """The views are tabs: one stop of the Tab key, and arrows go from one to the next."""
    editor.open(f"?query={quote(TITLES)}")
    editor.settled()
    editor.wait("#view-table").send_keys(Keys.ARROW_RIGHT)
    assert editor.browser.ask("document.activeElement.id") == "view-raw"
    assert editor.count("[role=tab][aria-selected=true]") == 1
    assert editor.count("[role=tab][tabindex='0']") == 1


VIEWS = (
    ("sparql", "Practices of Barcelona", "#view tbody tr"),
    ("fr/sparql", "Carte des villes", ".atlas path.spot"),
    ("sparql", "How many practices each topic", ".chart li"),
    ("sparql", "Describe a practice", "#view pre code"),
)
each_view = pytest.mark.parametrize(("path", "example", "selector"), VIEWS)


@each_view
def test_asks_nobody_else(
    editor: Editor, live: str, path: str, example: str, selector: str
) -> None:
    """Every request goes to this site, and the browser has nothing to complain about."""
    editor.open(path=path)
    editor.write("SELECT * { ?x a foaf:Doc")
    editor.wait(".CodeMirror-hints")
    editor.pick(example)
    editor.wait(selector)
    asked = editor.asked()
    assert any("/static/vendor/yasqe.min.js" in url for url in asked)
    assert any("/sparql?query=" in url for url in asked)
    assert [url for url in asked if not url.startswith((live, "data:"))] == []
    assert editor.complaints() == []


@each_view
def test_has_no_barrier(editor: Editor, path: str, example: str, selector: str) -> None:
    """Axe finds nothing in any view, in light and in dark."""
    editor.open(path=path)
    editor.pick(example)
    editor.wait(selector)
    for scheme in ("light", "dark"):
        editor.browser.look(1440, scheme)
        assert violations(editor.browser) == [], scheme


@each_view
def test_fits_a_phone(editor: Editor, path: str, example: str, selector: str) -> None:
    """On a phone nothing has to be scrolled sideways but tables and code in their own box."""
    editor.browser.look(PHONE)
    editor.open(path=path)
    editor.pick(example)
    editor.wait(selector)
    assert editor.browser.ask("document.documentElement.scrollWidth") == PHONE
    wide = _too_wide(editor.browser)
    assert isinstance(wide, list)
    assert [e for e in wide if "CodeMirror" not in e and "leaflet" not in e] == []


def test_words_are_french(editor: Editor) -> None:
    """In French the editor’s own words are French, and stay so from query to query."""
    editor.open(path="fr/sparql")
    editor.pick("Nombre de pratiques par thème")
    assert "Télécharger" in editor.wait("section.answer").text
    assert "Graphique" in editor.wait("[role=tablist]").text
    assert "Tab quitte" in editor.wait("form.query .keys").text
    assert urlsplit(editor.driver.current_url).path == "/fr/sparql"


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        ("id/city/barcelona", "/fr/id/city/barcelona"),
        ("graph/links", "/fr/graph/links"),
        ("catalogue#dataset", "/fr/catalogue"),
        ("data/iccgraph.nt", "/data/iccgraph.nt"),
        ("context.jsonld", "/context.jsonld"),
    ],
)
def test_answers_lead_to_pages_in_the_language(editor: Editor, iri: str, path: str) -> None:
    """In French, an IRI in an answer leads to the French page; a file has no language."""
    query = f"SELECT * {{ VALUES ?thing {{ <https://w3id.org/iccgraph/{iri}> }} }}"
    editor.open(f"?query={quote(query)}", "fr/sparql")
    editor.settled()
    link = editor.wait("#view td a")
    assert urlsplit(str(link.get_attribute("href"))).path == path


def test_without_javascript_there_is_a_table(editor: Editor) -> None:
    """Without JavaScript the form is there, and the answer comes as a table below it."""
    off = {"value": True}
    editor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", off)
    try:
        editor.browser.open("sparql")
        area = editor.driver.find_element(By.ID, "query")
        area.clear()
        area.send_keys(TITLES)
        area.submit()
        assert len(editor.driver.find_elements(By.CSS_SELECTOR, ".answer tbody tr")) == 7
        assert editor.browser.ask("document.activeElement.id") == "answer"
        ActionChains(editor.driver).send_keys(Keys.TAB).perform()
        assert editor.browser.ask("document.activeElement.closest('section.answer') !== null")
        assert editor.driver.find_element(By.ID, "format").is_displayed()
        assert editor.count(".links a") >= 25
    finally:
        editor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.fixture(scope="module")
def beneath(
    built: object, real_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve the release below a path, as behind a proxy."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    server = LiveServer(
        real_settings.releases_dir,
        log,
        vendor_dir=real_settings.vendor_dir,
        site_url="https://example.org/some/path/",
    )
    yield server.url
    server.stop()


def test_works_below_a_path(driver: Chrome, beneath: str) -> None:
    """Below a proxy’s path the editor asks the endpoint and its files below that path."""
    browser = Browser(driver, beneath)
    browser.look(1440)
    editor = Editor(browser)
    editor.open(path="some/path/sparql")
    editor.asked()
    editor.pick("Cities around the Baltic Sea")
    editor.wait(".atlas path.spot")
    asked = editor.asked()
    assert any("/sparql?" in url for url in asked)
    assert [url for url in asked if not url.startswith((f"{beneath}some/path/", "data:"))] == []
    assert urlsplit(driver.current_url).path == "/some/path/sparql"


def test_without_files_from_npm_the_form_is_plain(
    built: object, real_settings: Settings, tmp_path: Path
) -> None:
    """Where nothing was installed the page names no script, and none can be fetched."""
    server = LiveServer(
        real_settings.releases_dir, tmp_path / "serve.log", vendor_dir=tmp_path / "none"
    )
    try:
        page = ask(server.url, "sparql", headers={"Accept": "text/html"}).text
    finally:
        server.stop()
    assert "<textarea" in page
    assert "<script" not in page


@pytest.mark.parametrize("name", ["countries-110m.json", "..%2f..%2fMakefile", ".ready", "no.js"])
def test_only_listed_files_are_given(live: str, name: str) -> None:
    """A file that is not on the list is not given, whether the folder holds it or not."""
    assert ask(live, f"static/vendor/{name}").status == 404


def test_files_are_kept_by_their_checksum(live: str) -> None:
    """A file that is named with its checksum may be kept for a year, another one for a minute."""
    page = ask(live, "sparql", headers={"Accept": "text/html"}).text
    address = page.partition('<script defer src="/')[2].partition('"')[0]
    assert address.startswith("static/vendor/yasqe.min.js?v=")
    named, other = ask(live, address), ask(live, address[:-1])
    assert "immutable" in named.headers["cache-control"]
    assert address.partition("?v=")[2] in named.headers["etag"]
    assert "immutable" not in other.headers["cache-control"]
    assert other.headers["etag"] == named.headers["etag"]
