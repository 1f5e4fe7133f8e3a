"""Finding practices in a real browser: completion, filters and nearness, by keyboard and mouse."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.for_all import for_all

from .axe import violations
from .conftest import Browser

PHONE, DESK = 360, 1440
FINDING = (
    "",
    "practices?q=mediation",
    f"practices?q={quote('wordthatnobodyuses')}",
    "practices?q=mediatoin&country=es",
    "practices?country=es&country=pt&topic=education&year=none&year=2010-2020",
    "practices?near=barcelona",
    "practices?near=barcelona&sort=common&topic=education",
    "practices?country=spian",
    "practices?page=99",
)
"""The pages of a search and its filters; two of them are refusals."""
LOOKS = tuple((width, scheme) for width in (PHONE, DESK) for scheme in ("light", "dark"))


def _wait(browser: Browser, condition: str) -> None:
    WebDriverWait(browser.driver, 60, 0.05).until(lambda _: browser.ask(condition))


def _find(browser: Browser, selector: str) -> WebElement:
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def _type(browser: Browser, words: str) -> WebElement:
    """Type into the search field, and wait for the names that complete it."""
    field = _find(browser, "#q")
    field.send_keys(words)
    _wait(browser, "document.querySelectorAll('#q-names:not([hidden]) > li').length > 0")
    return field


def _combobox(browser: Browser) -> object:
    """Return what the field tells those who do not see the list, and the option that is chosen."""
    return browser.ask(
        """(field => [field.getAttribute('aria-expanded'),
          document.getElementById(field.getAttribute('aria-activedescendant'))?.ariaSelected])
          (document.querySelector('#q'))"""
    )


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[Browser]:
    """Return the browser with JavaScript switched off."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield browser
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize(("home", "words", "leads"), [
    ("", "Barselona", "/city/barcelona"),
    ("fr/", "barcelo", "/fr/city/barcelona"),
    ("practices", "mediat", "/topic/mediation-and-conflict-resolution"),
])  # fmt: skip
def test_completion_by_keyboard(browser: Browser, home: str, words: str, leads: str) -> None:
    """Names appear while one types; ArrowDown chooses, the field says so, and Enter leads there."""
    browser.open(home)
    field = _type(browser, words)
    assert _combobox(browser) == ["true", None]
    field.send_keys(Keys.ARROW_DOWN)
    assert _combobox(browser) == ["true", "true"]
    path = browser.ask("document.querySelector('[aria-selected=true]').dataset.path")
    assert leads.endswith(str(path))
    assert browser.ask("document.activeElement.id") == "q"
    with browser.leaving():
        field.send_keys(Keys.ENTER)
    assert browser.driver.current_url == browser.site.rstrip("/") + leads


def test_completion_is_a_combobox(browser: Browser) -> None:
    """Field and list have the roles and names of a combobox, and each name says what it is."""
    browser.open("")
    field = _type(browser, "barcelona")
    attributes = ("role", "aria-autocomplete", "aria-controls", "aria-expanded")
    assert [field.get_attribute(name) for name in attributes] == [
        "combobox", "list", "q-names", "true",
    ]  # fmt: skip
    names = _find(browser, "#q-names")
    assert (names.aria_role, names.accessible_name) == (
        "listbox", "Places, topics and networks of this name",
    )  # fmt: skip
    options = names.find_elements(By.TAG_NAME, "li")
    assert {option.aria_role for option in options} == {"option"}
    assert options[0].text.startswith("Barcelona")
    assert "City" in options[0].text
    assert violations(browser, ".search") == []


def test_arrows_go_round_and_escape_closes(browser: Browser) -> None:
    """ArrowUp begins with the last name; Escape closes the list, and what was typed stays."""
    browser.open("")
    field = _type(browser, "san")
    count = browser.ask("document.querySelectorAll('#q-names > li').length")
    assert isinstance(count, int)
    chosen = (
        "[...document.querySelectorAll('#q-names > li')].findIndex(o => o.ariaSelected === 'true')"
    )
    field.send_keys(Keys.ARROW_UP)
    assert browser.ask(chosen) == count - 1
    field.send_keys(Keys.ARROW_DOWN)
    assert browser.ask(chosen) == -1
    field.send_keys(Keys.ARROW_DOWN)
    assert browser.ask(chosen) == 0
    field.send_keys(Keys.ESCAPE)
    assert _combobox(browser) == ["false", None]
    assert not _find(browser, "#q-names").is_displayed()
    assert field.get_property("value") == "san"
    with browser.leaving():
        field.send_keys(Keys.ENTER)
    assert "q=san" in browser.driver.current_url


def test_completion_by_mouse(browser: Browser) -> None:
    """A click on a name leads to the thing."""
    browser.open("")
    _type(browser, "barcelona")
    with browser.leaving():
        ActionChains(browser.driver).click(_find(browser, "#q-names > li")).perform()
    assert browser.driver.current_url.endswith("/city/barcelona")


def test_a_value_is_found_in_a_long_filter(browser: Browser) -> None:
    """The box of a filter shows only the values with these letters; emptied, it shows all again."""
    browser.open("practices")
    seen = """[...document.querySelectorAll('.facet[open] li a[href*="country="]')]
      .filter(a => a.checkVisibility()).map(a => a.querySelector('span').textContent)"""
    box = next(
        one for one in browser.driver.find_elements(By.CSS_SELECTOR, ".facet .find")
        if "Country" in str(browser.ask("arguments[0].closest('details').textContent", one))
    )  # fmt: skip
    assert box.accessible_name == "Find a value"
    before = browser.ask(seen)
    box.send_keys("POR")
    _wait(browser, f"({seen}).length === 1")
    assert browser.ask(seen) == ["Portugal"]
    box.send_keys(Keys.BACKSPACE * 3)
    _wait(browser, f"({seen}).length > 1")
    assert browser.ask(seen) == before


def test_filters_are_a_sheet_on_a_phone(browser: Browser) -> None:
    """Its link stands before the results and opens it; a choice, its button and Back close it."""
    browser.look(PHONE)
    browser.open("practices")
    sheet, jump = _find(browser, "#filters"), _find(browser, "a.jump")
    assert not sheet.is_displayed()
    first = "document.querySelector('.card').getBoundingClientRect().top"
    assert browser.ask(f"arguments[0].getBoundingClientRect().top < {first}", jump)
    jump.click()
    _wait(browser, "document.querySelector('#filters').checkVisibility()")
    assert browser.ask("document.querySelector('#filters').getBoundingClientRect().width") == PHONE
    assert violations(browser) == []
    _find(browser, ".sheet-close").click()
    _wait(browser, "!document.querySelector('#filters').checkVisibility()")
    browser.driver.back()
    _wait(browser, "document.querySelector('#filters').checkVisibility()")
    browser.driver.back()
    _wait(browser, "!document.querySelector('#filters').checkVisibility()")


def test_two_values_are_kept_and_counted(browser: Browser) -> None:
    """A second value adds practices: both are chips, the count is of both; Back takes it away."""
    browser.open("practices")
    counts = []
    for key, chips in (("es", 1), ("pt", 2)):
        value = _find(browser, f'.facet li a[href*="country={key}"]')
        counts.append(int(value.find_element(By.CLASS_NAME, "count").text))
        with browser.leaving():
            value.click()
        assert len(browser.driver.find_elements(By.CSS_SELECTOR, ".chosen li:not(.all)")) == chips
        assert _find(browser, "#results").text == f"{sum(counts)} practices"
    assert (
        len(browser.driver.find_elements(By.CSS_SELECTOR, ".facet ul:not(.choice) [aria-current]"))
        == 2
    )
    browser.driver.back()
    _wait(
        browser,
        f"document.querySelector('#results').textContent.trim() === '{counts[0]} practices'",
    )


def test_all_is_found_without_scripts(without_scripts: Browser) -> None:
    """With JavaScript off, words, filters, years, nearness, order and the sheet still work."""
    browser = without_scripts
    browser.open("")
    _find(browser, "#q").send_keys("education" + Keys.ENTER)
    _arrive(browser, "q=education")
    _follow(browser, '.facet li a[href*="country=es"]', "country=es")
    _follow(browser, '.facet li a[href*="country=pt"]', "country=pt")
    _follow(browser, '.sorts a[href*="sort=newest"]', "sort=newest")
    _find(browser, "#from").send_keys("2010" + Keys.ENTER)
    _arrive(browser, "year=2010-")
    assert "q=education" in browser.driver.current_url
    _find(browser, "#near option[value=lisbon]").click()
    _find(browser, ".near button").click()
    _arrive(browser, "near=lisbon")
    assert all(one in browser.driver.current_url for one in ("country=es", "country=pt"))
    assert browser.driver.find_elements(By.CSS_SELECTOR, ".card .far")
    browser.look(PHONE)
    browser.open("practices")
    _find(browser, "a.jump").click()
    assert _find(browser, "#filters").is_displayed()


def _arrive(browser: Browser, part: str) -> None:
    """Wait for a page whose address has this part; no script can tell that it is there."""
    WebDriverWait(browser.driver, 60, 0.05).until(
        lambda driver: (
            part in driver.current_url and driver.find_elements(By.CSS_SELECTOR, "footer.site")
        )
    )


def _follow(browser: Browser, selector: str, part: str) -> None:
    _find(browser, selector).click()
    _arrive(browser, part)


def test_own_position_chooses_a_city(browser: Browser) -> None:
    """One button asks the browser where it is, and shows what is near to the nearest city."""
    grant = {"origin": browser.site.rstrip("/"), "permissions": ["geolocation"]}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", grant)
    place = {"latitude": 38.72, "longitude": -9.14, "accuracy": 1}
    browser.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", place)
    browser.open("practices?topic=education")
    buttons = browser.driver.find_elements(By.CSS_SELECTOR, ".near button[type=button]")
    assert [button.text for button in buttons] == ["Use my position"]
    with browser.leaving():
        buttons[0].click()
    assert "near=lisbon" in browser.driver.current_url
    assert "topic=education" in browser.driver.current_url


def test_map_of_a_list_moves(browser: Browser) -> None:
    """The map of the results zooms once it is asked to, and its dots lead to practices."""
    browser.open("practices?country=es&country=pt")
    _wait(browser, "!document.querySelector('.map-zoom')?.hidden")
    _find(browser, ".map-zoom").send_keys(Keys.ENTER)
    _wait(browser, "document.querySelectorAll('.atlas .dot').length > 0")
    assert violations(browser, ".map-figure") == []
    alone = _find(browser, ".atlas .dot:not(.many)")
    browser.driver.execute_script("arguments[0].focus()", alone)
    alone.send_keys(Keys.ENTER)
    _wait(browser, "document.querySelector('.leaflet-popup a')")
    with browser.leaving():
        browser.driver.execute_script("document.querySelector('.leaflet-popup a').click()")
    assert "city=" in browser.driver.current_url
    assert "country=es" in browser.driver.current_url


@pytest.mark.parametrize("language", ["en", "fr"])
def test_finding_has_no_barrier(browser: Browser, language: str) -> None:
    """Axe finds nothing on any page of a search, on a phone and a desk, light and dark."""

    def fact(path: str) -> None:
        browser.look(DESK)
        browser.open(f"{language}/{path}")
        found = []
        for width, scheme in LOOKS:
            browser.look(width, scheme)
            found += [(width, scheme, *one) for one in violations(browser)]
        assert found == []

    for_all(FINDING, fact)


def test_print_has_the_list_alone(browser: Browser) -> None:
    """On paper there is the list with what was chosen, and no form, filter or button."""
    browser.open("practices?country=es&topic=education")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        hidden = ("#filters", ".search", ".jump", ".map-zoom", "header nav", ".sheet-close")
        assert not [one for one in hidden if _find(browser, one).is_displayed()]
        assert _find(browser, ".card").is_displayed()
        assert _find(browser, ".chosen").is_displayed()
        paper = browser.driver.execute_cdp_cmd("Page.printToPDF", {})
        assert base64.b64decode(paper["data"]).startswith(b"%PDF")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_finding_fits_large_text(browser: Browser) -> None:
    """At 200 % (720 of 1440 pixels) and on a phone nothing is cut off or scrolled sideways."""

    def fact(case: tuple[str, int]) -> None:
        path, width = case
        browser.look(width)
        browser.open(path)
        assert browser.ask("document.documentElement.scrollWidth") == width
        browser.open(f"{path}#filters")
        wide = f"document.querySelector('#filters')?.scrollWidth > {width}"
        assert not browser.ask(wide)

    for_all([(path, width) for path in FINDING for width in (320, PHONE, 720)], fact)
