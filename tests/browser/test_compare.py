"""Comparing cities in a real browser: choosing them by keyboard, and reading them on a phone."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.for_all import for_all

from .conftest import Browser

FOUR = "compare?city=barcelona&city=sabadell&city=lisbon&city=berlin"


def test_a_city_is_completed_and_added_by_keyboard(browser: Browser) -> None:
    """What is typed proposes cities alone; the chosen one stands beside those that were there."""
    browser.open("en/compare?city=bergen")
    field = browser.driver.find_element(By.ID, "add")
    field.send_keys("barcelon")
    WebDriverWait(browser.driver, 60, 0.05).until(
        lambda _: browser.ask("document.querySelectorAll('#add-names li').length") == 1
    )
    field.send_keys(Keys.ARROW_DOWN)
    with browser.leaving():
        field.send_keys(Keys.ENTER)
    assert browser.driver.current_url.endswith("/en/compare?city=bergen&city=barcelona")


def test_a_name_is_enough(browser: Browser) -> None:
    """A name that is typed whole and sent leads to the city, whatever the completion does."""
    browser.open("fr/compare?city=bergen")
    with browser.leaving():
        browser.driver.find_element(By.ID, "add").send_keys("Lisboa", Keys.ENTER)
    assert browser.driver.current_url.endswith("/fr/compare?city=bergen&city=lisbon")


@pytest.mark.parametrize("width", [360, 768])
def test_names_of_rows_stay_in_sight(browser: Browser, width: int) -> None:
    """Four cities are scrolled sideways in their box, and the first column stays where it is."""
    browser.look(width)
    browser.open(f"en/{FOUR}")
    assert browser.ask("document.documentElement.scrollWidth") == width

    def fact(table: int) -> None:
        box = f"document.querySelectorAll('.side-by-side')[{table}].parentElement"
        browser.driver.execute_script(f"{box}.scrollLeft = 10000")
        moved = browser.ask(f"{box}.scrollLeft")
        assert isinstance(moved, int | float)
        assert width > 360 or moved > 0
        edges = browser.ask(
            f"[...{box}.querySelectorAll('tbody th')].map(e => e.getBoundingClientRect().left"
            f" - {box}.getBoundingClientRect().left)"
        )
        assert isinstance(edges, list)
        assert edges
        assert max(abs(edge) for edge in edges) <= 2

    for_all(range(3), fact)


def test_two_cities_fit_on_a_phone(browser: Browser) -> None:
    """Two cities are read without scrolling sideways, in both languages."""
    browser.look(360)
    for language in ("en", "fr"):
        browser.open(f"{language}/compare?city=barcelona&city=sabadell")
        wider = browser.ask(
            "[...document.querySelectorAll('.side-by-side')].map(e => e.parentElement)"
            ".map(e => e.scrollWidth - e.clientWidth)"
        )
        assert wider == [0, 0, 0]


def test_bars_fill_their_place(browser: Browser) -> None:
    """On a wide screen a bar takes all that its topic leaves of the column, on all pages."""
    browser.look(1440)
    for path in ("city/barcelona", "country/es", "topic/education", "network/reci"):
        browser.open(f"en/{path}")
        free = browser.ask(
            "[...document.querySelectorAll('.shares th > div')].map(e =>"
            " e.getBoundingClientRect().right"
            " - e.querySelector('.chart').getBoundingClientRect().right)"
        )
        assert isinstance(free, list)
        assert free, path
        assert max(map(abs, free)) < 2, path


def test_letters_of_charts_do_not_shrink(browser: Browser) -> None:
    """Charts are as wide as their box, and their letters as large on a phone as on a desk."""
    for width in (360, 1440):
        browser.look(width)
        browser.open("en/topic/education")
        size = browser.ask(
            "(() => { const c = document.querySelector('.chart.columns');"
            " const box = c.querySelector('text').getBoundingClientRect();"
            " return [box.height,"
            " c.getBoundingClientRect().width / c.parentElement.clientWidth] })()"
        )
        assert isinstance(size, list)
        assert 11 <= size[0] <= 20
        assert 0.8 < size[1] <= 1


def test_labels_of_axes_do_not_touch(browser: Browser) -> None:
    """No two labels of one axis overlap, on any width."""

    def fact(case: tuple[int, str]) -> None:
        browser.look(case[0])
        browser.open(case[1])
        touching = browser.ask(
            """[...document.querySelectorAll('svg.chart')].flatMap(chart => {
              const boxes = [...chart.querySelectorAll(':scope > text')]
                .map(e => [e.getBoundingClientRect(), e.textContent]);
              return boxes.flatMap(([a, one], i) => boxes.slice(i + 1)
                .filter(([b]) => a.left < b.right - 1 && b.left < a.right - 1
                  && a.top < b.bottom - 1 && b.top < a.bottom - 1)
                .map(([, other]) => `${one} ${other}`));
            })"""
        )
        assert touching == []

    paths = ("en/city/barcelona", "en/topic/participation", "fr/country/pt", f"fr/{FOUR}")
    for_all([(width, path) for width in (360, 768, 1440) for path in paths], fact)
