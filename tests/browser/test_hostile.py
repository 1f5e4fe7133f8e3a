"""A release whose every text is hostile, in a real browser: nothing of it runs or breaks a page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.for_all import for_all
from tests.hostile import PAYLOADS

from .conftest import Browser

PAGES = (
    "", "practices?q=alert", "practices?near=barcelona", "fr/practices?size=100", "cities",
    "practice/neighbours", "fr/practice/more-3", "city/barcelona", "fr/city/lisbon", "country/es",
    "topic/education", "scheme/index", "network/icc", "assessments", "guidance", "links",
    "reconcile/preview?id=city/barcelona", "catalogue", "sparql", "practices?city=barcelon",
    "city/javascript-alert-1", "practice/gone",
    *(f"practices?q={quote(text[:190])}" for text in PAYLOADS.values()),
)  # fmt: skip
NARROW = 360


@pytest.fixture
def hostile_browser(driver: Chrome, hostile: str) -> Iterator[Browser]:
    """Return the browser before the hostile release; a dialog is noted before it is closed."""
    browser = Browser(driver, hostile)
    note = "window.ran = []; for (const name of ['alert', 'confirm', 'prompt']) "
    note += "window[name] = () => window.ran.push(name);"
    command = "Page.addScriptToEvaluateOnNewDocument"
    script = driver.execute_cdp_cmd(command, {"source": note})
    browser.look(NARROW)
    yield browser
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def _nothing_ran(browser: Browser) -> None:
    with pytest.raises(NoAlertPresentException):
        browser.driver.switch_to.alert.accept()
    assert browser.ask("window.ran") == []
    told = [one for one in browser.complaints() if " 400 " not in one]
    assert [one for one in told if " 404 " not in one and " 410 " not in one] == []


def test_a_script_would_be_noticed(hostile_browser: Browser) -> None:
    """What the test below asks for is there once something runs."""
    hostile_browser.open("cities")
    hostile_browser.driver.execute_script("alert(1)")
    assert hostile_browser.ask("window.ran") == ["alert"]


def test_hostile_pages_run_nothing_and_fit(hostile_browser: Browser) -> None:
    """No dialog opens, the policy refuses nothing since there is nothing, and long words break."""
    browser = hostile_browser
    browser.complaints()

    def fact(path: str) -> None:
        browser.open(path)
        _nothing_ran(browser)
        assert browser.ask("document.documentElement.scrollWidth") == NARROW

    for_all(PAGES, fact)


def test_hostile_names_complete_and_stand_on_the_map(hostile_browser: Browser) -> None:
    """Scripts of ours show names of the tables as text: completions, dots and what they open."""
    browser = hostile_browser
    browser.look(1440)
    browser.open("practices")
    browser.complaints()
    field = browser.driver.find_element(By.ID, "q")
    field.send_keys("script")
    wait = WebDriverWait(browser.driver, 60, 0.05)
    wait.until(lambda _: browser.ask("document.querySelectorAll('#q-names > li').length > 0"))
    assert "<script>" in str(browser.ask("document.querySelector('#q-names').textContent"))
    assert browser.ask("document.querySelectorAll('#q-names :not(li, span)').length") == 0
    field.send_keys(Keys.ESCAPE)
    if buttons := browser.driver.find_elements(By.CSS_SELECTOR, ".map-zoom"):
        buttons[0].send_keys(Keys.ENTER)
        wait.until(lambda _: browser.ask("document.querySelectorAll('.atlas .dot').length > 0"))
        dot = browser.driver.find_element(By.CSS_SELECTOR, ".atlas .dot:not(.many)")
        browser.driver.execute_script("arguments[0].focus()", dot)
        dot.send_keys(Keys.ENTER)
        wait.until(lambda _: browser.ask("document.querySelector('.leaflet-popup a')"))
        assert (
            browser.ask("document.querySelectorAll('.leaflet-popup :is(script, img)').length") == 0
        )
    _nothing_ran(browser)
