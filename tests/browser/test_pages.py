"""The pages in a real browser: they fit, can be used by keyboard, and pass axe."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.for_all import for_all

from .axe import violations
from .conftest import Browser

SELECT = "SELECT ?practice ?title { ?practice <http://purl.org/dc/terms/title> ?title } LIMIT 20"
DESCRIBE = "DESCRIBE <https://w3id.org/iccgraph/id/city/barcelona>"
MISSPELT = "SELECT ?x { ?x a icc:Practce }"
WRONG = "SELECT ?practice {\n  ?practice a\n}"
PAGES = (
    "",
    "practices?q=school&topic=education",
    "practices?q=wordthatnobodyuses",
    "cities",
    "countries",
    "topics",
    "schemes",
    "networks",
    "assessments",
    "guidance",
    "city-topics",
    "links",
    "reconcile",
    "fr/reconcile?query=Education&type=topic",
    "practice/a-welcoming-app",
    "fr/practice/fargespil-kaleidoscope",
    "city/barcelona",
    "country/es",
    "topic/public-services",
    "scheme/index",
    "topic/website-roma",
    "network/australasia",
    "network/reci",
    "city/albufeira",
    "fr/practices?year=abc",
    "assessment/amadora-2013-12-assessed-by",
    "guidance/annual-report-of-the-icc-programme-2021",
    "city-topic/barcelona/education",
    "compare",
    "compare?city=barcelona&city=barcelona",
    "compare?city=bergen&city=leeds",
    "compare?city=barcelona&city=sabadell&city=lisbon&city=berlin&scheme=website",
    "compare?city=barcelona&city=sabadell&city=lisbon&city=berlin&city=oslo",
    "def",
    "shapes",
    "catalogue",
    "validation",
    "data/",
    "release/",
    "queries",
    "fr/queries?q=carte",
    "queries/practices-of-a-city?city=lisbon",
    "queries/practices-of-a-city?city=lisbn",
    "fr/queries/map-of-a-network?network=reci",
    "queries/practices-by-topic",
    "queries/a-city-by-any-name",
    "queries/practices-in-schema-org",
    "queries/mayors",
    "sparql",
    f"sparql?format=html&query={quote(SELECT)}",
    f"sparql?format=html&query={quote(DESCRIBE)}",
    f"sparql?format=html&query={quote(WRONG)}",
    f"sparql?format=html&query={quote(MISSPELT)}",
    "nothing/of/this/name",
)
PHONE = 360
NARROW = (320, PHONE, 720)
"""The smallest width that content must fit (WCAG 2.2, 1.4.10), a phone, and 1440 at 200 %."""
LOOKS = {"en": ((PHONE, "light"), (1440, "dark")), "fr": ((768, "light"), (PHONE, "dark"))}
"""How a page is looked at in each language: width and colour scheme."""
FIRST_PAGE = 100_000
"""The home page with all that it loads, compressed. Units: bytes."""


def _too_wide(browser: Browser) -> object:
    return browser.ask(
        """[...document.querySelectorAll('body *')].filter(e =>
          e.getBoundingClientRect().right > innerWidth + 1
          && !e.closest('.scroll, pre, svg, .unseen, .CodeMirror')
        ).map(e => e.outerHTML.slice(0, 120))"""
    )


def test_page_has_landmarks_and_one_heading(browser: Browser) -> None:
    """Each page has one h1, landmarks, title, language, no id twice; scripts are few."""

    def fact(path: str) -> None:
        browser.open(path)
        counts = browser.ask(
            """Object.fromEntries(['h1', 'main', 'body > header', 'body > footer', 'header nav',
              'a.skip[href="#main"]', 'head > title', 'meta[name=description]', 'html[lang]']
              .map(s => [s, document.querySelectorAll(s).length]))"""
        )
        assert isinstance(counts, dict)
        assert set(counts.values()) == {1}, counts
        assert browser.ask("document.querySelector('h1').textContent.trim()")
        ids = browser.ask("[...document.querySelectorAll('[id]')].map(e => e.id)")
        assert isinstance(ids, list)
        assert len(ids) == len(set(ids))
        scripts = browser.ask(
            "[...document.querySelectorAll('script:not([type*=json])')].map(s => s.src)"
        )
        assert isinstance(scripts, list)
        assert all(source.startswith(browser.site) for source in scripts)
        mapped = browser.ask("document.querySelectorAll('.map-zoom').length")
        listed = browser.ask("document.querySelectorAll('#filters').length")
        assert not scripts or mapped or listed or path.startswith(("sparql", "compare"))
        loaded = browser.ask("performance.getEntriesByType('resource').map(e => e.name)")
        assert isinstance(loaded, list)
        assert [one for one in loaded if not one.startswith(browser.site)] == []

    for_all(PAGES, fact)


def test_page_fits_narrow_windows(browser: Browser) -> None:
    """Nothing has to be scrolled sideways but tables and code in their own box, nor is cut off."""

    def fact(path: str) -> None:
        for width in NARROW:
            browser.look(width)
            if width == NARROW[0]:
                browser.open(path)
            assert browser.ask("document.documentElement.scrollWidth") == width
            assert _too_wide(browser) == [], width

    for_all(PAGES, fact)


def test_statements_are_cards_on_narrow_screens(browser: Browser) -> None:
    """No table about networks, assessments or figures is wider than a phone or a tablet."""
    for width in (PHONE, 768):
        browser.look(width)
        for path in ("en/network/reci", "fr/city/bilbao", "en/city/albufeira"):
            browser.open(path)
            cut = browser.ask(
                "[...document.querySelectorAll('.stack')].map(e => e.scrollWidth - e.clientWidth)"
            )
            assert isinstance(cut, list)
            assert cut
            assert max(cut) <= 0, (path, width)
            named = browser.ask(
                "getComputedStyle(document.querySelector('.stack td'), '::before').content"
            )
            assert named not in ("none", '""'), path


def test_page_keeps_to_its_policy(browser: Browser) -> None:
    """No page breaks the policy that came with it, on a phone or a desk: the browser says so."""
    assert _refused(browser) == []

    def fact(path: str) -> None:
        for width in (PHONE, 1440):
            browser.look(width)
            browser.open(path)
            assert _refused(browser) == [], width

    for_all((*PAGES, "reconcile/preview?id=city/barcelona"), fact)


def test_policy_is_enforced(browser: Browser) -> None:
    """A style in the markup of a page is refused, and the log tells of it."""
    browser.open("cities")
    browser.driver.execute_script("document.body.innerHTML = '<p style=\"color: red\">no</p>'")
    assert len(_refused(browser)) == 1


def _refused(browser: Browser) -> list[str]:
    return [one for one in browser.complaints() if "Content Security Policy" in one]


def test_first_page_is_light(browser: Browser) -> None:
    """The home page and all that it loads are less than 100 kB, as they are sent."""
    browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.open("")
    sizes = browser.ask(
        "['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
        ".map(entry => entry.transferSize)"
    )
    assert isinstance(sizes, list)
    assert len(sizes) > 1
    assert all(sizes)
    assert sum(sizes) < FIRST_PAGE


def test_page_has_no_barrier(browser: Browser) -> None:
    """Axe finds nothing, in both languages, at three widths: not even what it calls minor."""

    def fact(case: tuple[str, str]) -> None:
        path, language = case
        browser.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        found = []
        for width, scheme in LOOKS[language]:
            browser.look(width, scheme)
            found += [(width, scheme, *one) for one in violations(browser)]
        assert found == []

    paths = [path for path in PAGES if "lang=" not in path]
    for_all([(path, language) for path in paths for language in LOOKS], fact)


def _tab_to(browser: Browser, condition: str, most: int = 25) -> None:
    for _ in range(most):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        if browser.ask(f"document.activeElement.matches({condition!r})"):
            return
    raise AssertionError(f"{condition} is not among the first {most} stops of the Tab key")


def test_search_works_by_keyboard(browser: Browser) -> None:
    """Tab reaches the search box; a word and Enter list what fits, and the word stays."""
    browser.open("")
    _tab_to(browser, "#q")
    with browser.leaving():
        browser.driver.switch_to.active_element.send_keys("barcelona" + Keys.ENTER)
    assert "q=barcelona" in browser.driver.current_url
    assert browser.ask("document.querySelectorAll('.card').length")
    assert browser.ask("document.querySelector('#q').value") == "barcelona"


def test_skip_link_comes_first_and_works(browser: Browser) -> None:
    """The first stop of the Tab key is the skip link, which is seen then and leads on."""
    browser.open("city/barcelona")
    _tab_to(browser, "a.skip", 1)
    assert browser.ask("document.activeElement.getBoundingClientRect().top >= 0")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    WebDriverWait(browser.driver, 60).until(
        lambda _: browser.ask("document.activeElement.id") == "main"
    )


def test_focus_can_be_seen(browser: Browser) -> None:
    """Whatever the Tab key stops at on the home page has an outline, it or what covers it."""
    browser.open("")
    for _ in range(14):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        assert browser.ask(
            """['', '::after'].some(part => {
              const style = getComputedStyle(document.activeElement, part || null);
              return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            }) || document.activeElement.matches('a.skip')"""
        ), browser.ask("document.activeElement.outerHTML")


def test_facet_narrows_and_can_be_removed(browser: Browser) -> None:
    """A facet link shortens the list; the chip above the list takes the facet away again."""
    browser.open("practices")
    everything = browser.driver.find_element(By.ID, "results").text
    with browser.leaving():
        browser.driver.find_element(By.CSS_SELECTOR, ".facet ul:not(.choice) a").click()
    assert browser.driver.find_element(By.ID, "results").text != everything
    with browser.leaving():
        browser.driver.find_element(By.CSS_SELECTOR, ".chosen li:not(.all) a").click()
    assert browser.driver.find_element(By.ID, "results").text == everything


def test_chosen_language_is_kept(browser: Browser) -> None:
    """A reader who chose French stays in French from page to page and while searching."""
    browser.open("")
    with browser.leaving():
        browser.driver.find_element(By.CSS_SELECTOR, ".languages a[lang=fr]").click()
    with browser.leaving():
        browser.driver.find_element(By.CSS_SELECTOR, ".card-title a").click()
    assert browser.ask("document.documentElement.lang") == "fr"
    assert "Pratiques" in browser.driver.title
    browser.open("fr/")
    with browser.leaving():
        browser.driver.find_element(By.ID, "q").send_keys("école" + Keys.ENTER)
    assert browser.ask("document.documentElement.lang") == "fr"


def test_foreign_titles_say_their_language(browser: Browser) -> None:
    """A title that is not in the page's language carries its own, for those who listen."""
    browser.open("en/practice/amadora-empreende")
    assert browser.ask("document.querySelector('h1').lang") == "pt"


def test_what_a_reader_types_stays_text(browser: Browser) -> None:
    """Markup in the search box or a query is shown, never run."""
    for path in ("practices?q=", "sparql?format=html&query=SELECT%20"):
        browser.open(path + quote('"><script>document.title="x"</script><b id=y>'))
        assert browser.driver.title != "x"
        assert browser.ask("document.getElementById('y')") is None


def test_map_shows_the_place(browser: Browser) -> None:
    """A city's map has a name for those who do not see it, and the dots are inside the picture."""
    browser.open("city/barcelona")
    assert browser.driver.find_element(By.CSS_SELECTOR, "svg.map").accessible_name
    shown = """[...document.querySelectorAll('.map circle:not(.hit)')]
      .filter(dot => dot.getBoundingClientRect().width)"""
    outside = f"""{shown}.filter(dot => {{
      const [a, b] = [dot, dot.closest('svg')].map(part => part.getBoundingClientRect());
      return a.left < b.left || a.right > b.right || a.top < b.top || a.bottom > b.bottom;
    }}).length"""
    assert browser.ask(outside) == 0
    titles = f"{shown}.map(dot => dot.closest('a, g').querySelector('title').textContent)"
    found = browser.ask(titles)
    assert isinstance(found, list)
    assert len([title for title in found if "Barcelona" in title]) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, 1440])
def test_home_page_is_drawn(browser: Browser, tmp_path: Path, width: int, scheme: str) -> None:
    """A screenshot of the home page is more than an empty sheet."""
    browser.look(width, scheme)
    browser.open("")
    shot = browser.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    file = tmp_path / f"home-{width}-{scheme}.png"
    file.write_bytes(base64.b64decode(shot["data"]))
    assert file.stat().st_size > 20_000
