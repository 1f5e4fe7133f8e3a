"""Maps in a real browser: dots are links at every width, and the map moves once it is asked to."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from iccgraph.serve.pages.assets import MAP
from tests.for_all import for_all

from .axe import violations
from .conftest import Browser

ROOT = Path(__file__).parents[2]
WIDTHS = (320, 360, 768, 1440)
PAGES = ("", "country/es", "fr/country/pt")
DOTS = """[...document.querySelectorAll('.map a')].filter(a => a.getClientRects().length)"""


def _installed() -> None:
    if not all((ROOT / "var" / "vendor" / name).is_file() for name in MAP):
        pytest.skip("the front-end files are not installed: make vendor")


def _wait(browser: Browser, condition: str) -> None:
    WebDriverWait(browser.driver, 60, 0.05).until(lambda _: browser.ask(condition))


def _move(browser: Browser) -> None:
    """Ask for the map that moves, and wait for its dots."""
    browser.driver.find_element(By.CSS_SELECTOR, ".map-zoom").send_keys(Keys.ENTER)
    _wait(browser, "document.querySelectorAll('.atlas .dot').length > 0")


def test_dots_are_links_that_a_finger_hits(browser: Browser) -> None:
    """At every width each dot has a name, leads on, and has 24 pixels of its own."""

    def fact(case: tuple[str, int]) -> None:
        path, width = case
        browser.look(width)
        browser.open(path)
        found = browser.ask(
            f"""{DOTS}.map(a => {{
              const at = a.querySelector('.hit').getBoundingClientRect();
              return [a.getAttribute('href'), a.querySelector('title').textContent,
                at.left + at.width / 2, at.top + at.height / 2, at.width];
            }})"""
        )
        assert isinstance(found, list)
        assert len(found) > 2
        for number, (href, title, x, y, size) in enumerate(found):
            there = href.removeprefix("/fr")
            assert there.startswith(("/city/", "/practices?city=", "#cities")), href
            assert "practice" in title or "pratique" in title, title
            assert size >= 24
            for _, _, other_x, other_y, _ in found[:number]:
                assert (x - other_x) ** 2 + (y - other_y) ** 2 >= 23.9**2

    for_all([(path, width) for path in PAGES for width in WIDTHS], fact)


def test_map_has_no_barrier(browser: Browser) -> None:
    """Axe finds nothing in the map of the server and in the one that moves, light and dark."""
    _installed()

    def fact(case: tuple[str, int, str]) -> None:
        path, width, scheme = case
        browser.look(width, scheme)
        browser.open(path)
        assert violations(browser, ".map-figure") == []
        _move(browser)
        assert violations(browser, ".map-figure") == []

    cases = [(path, width, s) for path in PAGES[:2] for width in WIDTHS for s in ("light", "dark")]
    for_all(cases, fact)


def test_keyboard_reaches_dots_and_can_skip_them(browser: Browser) -> None:
    """The first stop of a map leads past it; the next is a dot, which is ringed and opens."""
    browser.open("country/es")
    skip = browser.driver.find_element(By.CSS_SELECTOR, ".map-skip")
    browser.driver.execute_script("arguments[0].focus()", skip)
    assert browser.ask("getComputedStyle(document.querySelector('.map-skip')).opacity") == "1"
    skip.send_keys(Keys.TAB)
    assert browser.ask("document.activeElement.matches('.map a')")
    ring = "getComputedStyle(document.activeElement.querySelector('.hit')).strokeWidth"
    assert browser.ask(ring) == "4px"
    address = browser.ask("document.activeElement.href.baseVal")
    with browser.leaving():
        browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.driver.current_url.endswith(str(address))
    browser.open("country/es")
    skip = browser.driver.find_element(By.CSS_SELECTOR, ".map-skip")
    skip.send_keys(Keys.ENTER)
    _wait(browser, "document.activeElement.id === 'map-end'")


def test_map_moves_when_it_is_asked_to(browser: Browser) -> None:
    """Only then is anything loaded, from this site alone; dots open until one leads to a city."""
    _installed()
    browser.open("country/es")
    _wait(browser, "!document.querySelector('.map-zoom').hidden")
    loaded = "performance.getEntriesByType('resource').map(entry => entry.name)"
    before = browser.ask(loaded)
    assert isinstance(before, list)
    assert not [name for name in before if "vendor" in name]
    _move(browser)
    names = browser.ask(loaded)
    assert isinstance(names, list)
    assert len([name for name in names if "vendor" in name]) == 3
    assert all(name.startswith(browser.site) for name in names)
    assert browser.ask("document.activeElement.matches('.atlas')")
    assert browser.ask("document.querySelectorAll('.map, .map-zoom').length") == 0
    titles = "[...document.querySelectorAll('.atlas .dot')].map(dot => dot.title).join()"
    together = browser.ask(titles)
    browser.driver.find_element(By.CSS_SELECTOR, ".atlas .dot.many").send_keys(Keys.ENTER)
    WebDriverWait(browser.driver, 60, 0.05).until(lambda _: browser.ask(titles) != together)
    assert browser.ask("document.activeElement.matches('.atlas .dot')")
    alone = browser.driver.find_element(By.CSS_SELECTOR, ".atlas .dot:not(.many)")
    browser.driver.execute_script("arguments[0].focus()", alone)
    alone.send_keys(Keys.ENTER)
    _wait(browser, "document.querySelector('.leaflet-popup a')")
    with browser.leaving():
        browser.driver.execute_script("document.querySelector('.leaflet-popup a').click()")
    assert "/city/" in browser.driver.current_url


def test_map_stays_if_the_moving_one_fails(browser: Browser) -> None:
    """If a file cannot be loaded, the page says so, and the server's map stays."""
    _installed()
    browser.open("country/es")
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*leaflet.js*"]})
    try:
        browser.driver.find_element(By.CSS_SELECTOR, ".map-zoom").click()
        _wait(browser, "document.querySelector('.map-figure [role=alert]')")
        assert browser.ask("document.querySelectorAll('.map').length") == 1
        assert browser.ask("document.querySelector('.map-zoom').disabled") is False
    finally:
        browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    _move(browser)


def test_map_works_without_scripts(browser: Browser) -> None:
    """With JavaScript off the dots are links, and no button promises what cannot be."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open("country/es")
        assert not browser.driver.find_element(By.CSS_SELECTOR, ".map-zoom").is_displayed()
        dot = browser.driver.find_element(By.CSS_SELECTOR, '.map .middle a[href="/city/cartagena"]')
        assert dot.is_displayed()
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
