"""`/explore` in a real browser: it fits, passes axe, and its pictures can be used by keyboard."""

from __future__ import annotations

import base64

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from iccgraph.serve.dataset.explore import VIEWS
from tests.for_all import for_all

from .axe import violations
from .conftest import Browser

ADDRESSES = (
    "explore",
    *(f"explore/{view}" for view in VIEWS),
    "explore/timeline?when=began&scheme=website&country=es",
    "explore/matrix?country=es&year=1960",
    "explore/matrix?rows=size",
)
LOOKS = {"en": ((360, "light"), (1440, "dark")), "fr": ((768, "light"), (360, "dark"))}
TOO_WIDE = """[...document.querySelectorAll('body *')].filter(e =>
  e.getBoundingClientRect().right > innerWidth + 1
  && !e.closest('.scroll, pre, svg, .unseen')).map(e => e.outerHTML.slice(0, 120))"""
FIRST_PAGE = 100_000
"""A page with all that it loads, compressed. Units: bytes."""


@pytest.mark.parametrize("language", LOOKS)
def test_pages_fit_and_pass_axe(browser: Browser, language: str) -> None:
    """No page is wider than the screen or has a barrier, whatever width, colours and language."""

    def right(address: str) -> None:
        for width, scheme in LOOKS[language]:
            browser.look(width, scheme)
            browser.open(f"{language}/{address}")
            assert browser.ask(TOO_WIDE) == []
            assert browser.ask("document.documentElement.scrollWidth <= innerWidth")
            assert violations(browser) == []
            complaints = [c for c in browser.complaints() if "400 (Bad Request)" not in c]
            assert complaints == []

    for_all(ADDRESSES, right)


def _focus(browser: Browser) -> list[object]:
    """Return the city and the column of the number of the matrix that has the focus."""
    found = browser.ask(
        """(cell => cell && [cell.parentElement.cells[0].textContent, cell.cellIndex])
        (document.activeElement.closest('td'))"""
    )
    assert isinstance(found, list), "no number of the matrix has the focus"
    return found


def test_arrows_lead_from_number_to_number(browser: Browser) -> None:
    """The matrix is one stop of the Tab key; arrows, Home and End lead on, and Enter opens."""
    browser.open("en/explore/matrix")
    assert browser.ask("document.querySelectorAll('td a[tabindex=\"0\"]').length") == 1
    first = browser.driver.find_element(By.CSS_SELECTOR, "td a[tabindex='0']")
    browser.driver.execute_script("arguments[0].focus()", first)
    city, column = _focus(browser)
    active = browser.driver.switch_to.active_element
    active.send_keys(Keys.ARROW_RIGHT)
    row, right = _focus(browser)
    assert (row, right > column) == (city, True)  # type: ignore[operator]
    browser.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert _focus(browser)[0] != city
    assert _focus(browser)[1] == right
    browser.driver.switch_to.active_element.send_keys(Keys.CONTROL, Keys.END)
    last = browser.ask("document.querySelector('.matrix tbody tr:last-child th').textContent")
    assert _focus(browser)[0] == last
    covered = browser.ask(
        """(box => document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
        .closest('td a') === document.activeElement)
        (document.activeElement.getBoundingClientRect())"""
    )
    assert covered, "the number in focus lies below a head"
    target = browser.driver.switch_to.active_element.get_attribute("href")
    with browser.leaving():
        browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.driver.current_url == target


def _rows(browser: Browser) -> list[str]:
    found = browser.ask("[...document.querySelectorAll('.matrix tbody th')].map(e => e.innerText)")
    assert isinstance(found, list)
    return found


def test_sorting_needs_no_reload(browser: Browser) -> None:
    """Rows and columns are sorted in place as the server sorts them; the address tells it."""
    for address in ("rows=name", "rows=country", "columns=name"):
        browser.open(f"en/explore/matrix?{address}")
        rows = _rows(browser)
        cells = browser.ask("document.querySelector('.matrix').innerText")
        browser.open("en/explore/matrix")
        browser.driver.execute_script("window.same = true")
        option, _, value = address.partition("=")
        link = f"[data-sorts={option}] a[data-value={value}]"
        browser.driver.find_element(By.CSS_SELECTOR, link).click()
        assert browser.ask("window.same"), "the page was loaded anew"
        assert browser.driver.current_url.endswith(f"explore/matrix?{address}")
        assert _rows(browser) == rows
        assert browser.ask("document.querySelector('.matrix').innerText") == cells


def test_a_dot_brings_out_what_it_is_joined_with(browser: Browser) -> None:
    """A dot of the network in focus brings out as many dots as the table has lines of it."""
    browser.open("en/explore/network")
    city = "document.querySelector('[data-key=barcelona]')"
    browser.driver.execute_script(f"{city}.focus()")
    WebDriverWait(browser.driver, 30, 0.05).until(
        lambda _: browser.ask("document.querySelector('.network').classList.contains('lit')")
    )
    joined = browser.ask(f"{city}.dataset.to.split(' ').length")
    assert browser.ask("document.querySelectorAll('.network .near').length - 1") == joined
    assert browser.ask("document.querySelectorAll('.network .now').length") == 1


def test_each_topic_of_the_timeline_is_one_line(browser: Browser) -> None:
    """On a wide screen a topic, its columns and its number stand beside each other."""
    browser.open("en/explore/timeline")
    rows = browser.ask(
        "[...document.querySelectorAll('.topic-years-row:not(.axis)')].map(row =>"
        " ['label', 'strip', 'count'].map(name => {"
        " const box = row.querySelector(`.topic-years-${name}`).getBoundingClientRect();"
        " return [Math.round(box.left), Math.abs(box.bottom - row.getBoundingClientRect().bottom)]"
        " }))"
    )
    assert isinstance(rows, list)
    assert len(rows) > 10
    places = [[left for left, _ in row] for row in rows]
    assert all(place == places[0] == sorted(place) for place in places)
    assert max(below for row in rows for _, below in row) < 8


def test_years_are_told_below_the_pointer(browser: Browser) -> None:
    """The timeline tells the year and its number where the pointer is."""
    browser.open("en/explore/timeline")
    browser.driver.execute_script(
        """const strip = document.querySelector('.topic-years-row.all .topic-years-strip');
        const box = strip.getBoundingClientRect();
        strip.dispatchEvent(new PointerEvent('pointermove', {clientX: box.right - 2}))"""
    )
    said = browser.ask("document.querySelector('.topic-years-at').textContent")
    newest = browser.ask("document.querySelector('.topic-years').dataset.last")
    assert isinstance(said, str)
    assert said.startswith(f"{newest}: ")
    assert said.endswith(" practices")


def test_views_are_complete_without_scripts(browser: Browser) -> None:
    """Without JavaScript there are picture, words, numbers, query and files."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        for view in VIEWS:
            browser.open(f"en/explore/{view}")
            found = browser.driver.find_elements
            assert found(By.CSS_SELECTOR, ".matrix td a, .explore-view svg")
            assert found(By.CSS_SELECTOR, ".told p")
            assert found(By.CSS_SELECTOR, ".numbers td")
            assert len(found(By.CSS_SELECTOR, ".take .formats a")) == 3
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_first_page_is_light(browser: Browser) -> None:
    """A view with all that it loads comes to less than 100 KB over the wire."""
    browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    for view in VIEWS:
        browser.open(f"en/explore/{view}")
        size = browser.ask(
            """[performance.getEntriesByType('navigation')[0],
              ...performance.getEntriesByType('resource')]
              .reduce((sum, one) => sum + one.encodedBodySize, 0)"""
        )
        assert isinstance(size, int)
        assert 5_000 < size < FIRST_PAGE, (view, size)


def test_pictures_are_printed(browser: Browser) -> None:
    """On paper a view keeps its picture, its words and its citation, and no filters."""
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for view in VIEWS:
            browser.open(f"en/explore/{view}")
            seen = """(selector => [...document.querySelectorAll(selector)]
                .some(e => e.checkVisibility()))"""
            assert browser.ask(f"{seen}('.matrix, .explore-view svg')"), view
            assert browser.ask(f"{seen}('.told p')"), view
            assert browser.ask(f"{seen}('.citation')"), view
            assert not browser.ask(f"{seen}('#filters')"), view
        made = browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
        assert base64.b64decode(made["data"]).startswith(b"%PDF")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
